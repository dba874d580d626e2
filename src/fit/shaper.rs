//! Shapes the texts of a page, item by item: articles, briefs under one title, pictures that stand
//! alone.

#![expect(clippy::cast_possible_truncation, reason = "texts are far below 4 GiB by the limits")]

use std::cmp::Reverse;

use crate::finding::{Bilingual, Finding, FindingCode, FindingPlace};
use crate::fit::interline::dress_for_leading;
use crate::fit::shaped::{
    ArticleRole, FlushSide, HeadTexts, ItemMember, ShapedBlock, ShapedItem, ShapedLines,
    ShapedPicture, ShapedText, ShapingContext,
};
use crate::fit::step_memo::StepMemo;
use crate::font::{FontId, FontSet};
use crate::line::{MissingGlyph, ParagraphText, PreparedParagraph, prepare, prepare_vertical};
use crate::model::{
    Article, BodyBlock, CopyText, HeadRequest, LockSubject, PageCopy, PagePicture, SpanStyle,
    TextSpan,
};
use crate::script::CompositionProfile;
use crate::unit::Em;

/// Shapes everything that goes onto a page, in the order of the record: articles, with briefs of
/// one title together at the place of the first of them, then the pictures that stand alone.
///
/// # Errors
/// A finding for every character that no font has.
pub fn shape_items(
    copy: &PageCopy,
    shaping: &ShapingContext<'_>,
) -> Result<Vec<ShapedItem>, Vec<Finding>> {
    let articles = &copy.articles;
    // The heaviest article leads; of equals, the first.
    let lead = (0..articles.len()).max_by_key(|index| (articles[*index].weight, Reverse(*index)));
    let groups = brief_groups(articles);
    let mut items = Vec::with_capacity(articles.len() + copy.pictures.len());
    let mut missing = Vec::new();
    for (index, article) in articles.iter().enumerate() {
        let item = match groups.iter().find(|group| group.contains(&index)) {
            // The first brief brings the others along, so that the item stands at its place in the
            // record.
            Some(group) if group[0] == index => shape_briefs(group, articles, shaping),
            Some(_) => continue,
            None => {
                let is_lead = lead == Some(index);
                let role = if is_lead { ArticleRole::Lead } else { ArticleRole::Other };
                shape_article(article, index, shaping, role)
            }
        };
        match item {
            Ok(item) => items.push(item),
            Err(findings) => missing.extend(findings),
        }
    }
    for (index, picture) in copy.pictures.iter().enumerate() {
        match shape_lone_picture(picture, index, shaping) {
            Ok(item) => items.push(item),
            Err(findings) => missing.extend(findings),
        }
    }
    if missing.is_empty() { Ok(items) } else { Err(missing) }
}

/// Returns the groups of briefs as indices into the record: two or more with one column title. A
/// brief with a picture is set as an article.
fn brief_groups(articles: &[Article]) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (index, article) in articles.iter().enumerate() {
        if !article.is_brief || !article.pictures.is_empty() {
            continue;
        }
        // Briefs without a title have the empty title in common and form a group too.
        let title = &article.column_title.text;
        match groups.iter_mut().find(|group| articles[group[0]].column_title.text == *title) {
            Some(group) => group.push(index),
            None => groups.push(vec![index]),
        }
    }
    groups.retain(|group| group.len() > 1);
    groups
}

/// Shapes the texts of an article, which has `index` in the record.
///
/// # Errors
/// A finding for every character that no font has.
pub fn shape_article(
    article: &Article,
    index: usize,
    shaping: &ShapingContext<'_>,
    role: ArticleRole,
) -> Result<ShapedItem, Vec<Finding>> {
    let style = shaping.style;
    let mut shaper = ItemShaper::new(shaping, &article.id);
    let face = if role == ArticleRole::Lead { style.head.lead_face } else { style.head.face };
    let mut wordings = Vec::new();
    wordings.extend(shaper.shape_wording(&article.kicker, &article.headline, &article.deck, face));
    for variant in &article.head_variants {
        // Parts that an alternative leaves out are those of the article.
        let kicker = if variant.kicker.is_empty() { &article.kicker } else { &variant.kicker };
        let deck = if variant.deck.is_empty() { &article.deck } else { &variant.deck };
        wordings.extend(shaper.shape_wording(kicker, &variant.headline, deck, face));
    }
    let vertical_head = if article.head_request == HeadRequest::Vertical {
        // Shaped a second time, because marks and digits have other glyphs in vertical lines.
        shaper.direction = TextDirection::Down;
        let head = shaper.shape_wording(&article.kicker, &article.headline, &article.deck, face);
        shaper.direction = TextDirection::Across;
        head
    } else {
        None
    };
    let column_title = shaper.shape_head_text(&article.column_title, style.crosshead.face);
    let standfirst = shaper.shape_standfirst(&article.standfirst);
    let byline = shaper.shape_byline(&article.byline);
    let body: Vec<ShapedBlock> =
        article.body.iter().filter_map(|block| shaper.shape_block(block)).collect();
    let pictures = shaper.shape_pictures(article);
    shaper.finish(ShapedItem {
        members: vec![ItemMember {
            subject: LockSubject::Article(index),
            id: article.id.clone(),
            blocks: 0..body.len(),
        }],
        column_title,
        wordings,
        vertical_head,
        standfirst,
        byline,
        body,
        pictures,
        weight: article.weight,
        head_request: article.head_request,
        is_boxed: article.is_boxed,
        is_tinted: article.is_tinted,
        names: shaping.names.to_vec(),
        ..blank_item(article.id.clone())
    })
}

/// Shapes briefs under their common title: the headline of each is a crosshead of one body.
fn shape_briefs(
    group: &[usize],
    articles: &[Article],
    shaping: &ShapingContext<'_>,
) -> Result<ShapedItem, Vec<Finding>> {
    let style = shaping.style;
    let first = &articles[group[0]];
    let mut shaper = ItemShaper::new(shaping, &first.id);
    let column_title = shaper.shape_head_text(&first.column_title, style.crosshead.face);
    let mut body = Vec::new();
    let mut members = Vec::new();
    for index in group {
        let article = &articles[*index];
        // Findings name the brief, not the group.
        shaper.article_id = &article.id;
        let start = body.len();
        let headline = shaper.shape_head_text(&article.headline, style.crosshead.face);
        body.extend(headline.map(ShapedBlock::Crosshead));
        // A brief rarely has other parts of a head; they stand below its headline.
        for text in [&article.kicker].into_iter().chain(&article.deck).chain(&article.standfirst) {
            let text = shaper.shape_text(text, style.aside.face, &style.profile);
            body.extend(text.map(ShapedBlock::Paragraph));
        }
        let byline = shaper.shape_byline(&article.byline);
        body.extend(byline.map(|text| ShapedBlock::Flush(text, FlushSide::Left)));
        body.extend(article.body.iter().filter_map(|block| shaper.shape_block(block)));
        members.push(ItemMember {
            subject: LockSubject::Article(*index),
            id: article.id.clone(),
            blocks: start..body.len(),
        });
    }
    let ids: Vec<&str> = members.iter().map(|member| member.id.as_str()).collect();
    let briefs = || group.iter().map(|index| &articles[*index]);
    shaper
        .finish(ShapedItem {
            column_title,
            body,
            // A group is as important as its most important brief.
            weight: briefs().map(|brief| brief.weight).max().unwrap_or(0),
            // A frame around briefs that did not all ask for one would be wrong for some.
            is_boxed: briefs().all(|brief| brief.is_boxed),
            is_tinted: briefs().all(|brief| brief.is_tinted),
            names: shaping.names.to_vec(),
            ..blank_item(ids.join("、"))
        })
        .map(|item| ShapedItem { members, ..item })
}

/// Shapes a picture that stands alone.
fn shape_lone_picture(
    picture: &PagePicture,
    index: usize,
    shaping: &ShapingContext<'_>,
) -> Result<ShapedItem, Vec<Finding>> {
    let mut shaper = ItemShaper::new(shaping, &picture.id);
    let shaped = shaper.shape_picture(picture, 0);
    shaper.finish(ShapedItem {
        members: vec![ItemMember {
            subject: LockSubject::Picture(index),
            id: picture.id.clone(),
            blocks: 0..0,
        }],
        pictures: vec![shaped],
        ..blank_item(picture.id.clone())
    })
}

/// Returns an item without any content.
fn blank_item(id: String) -> ShapedItem {
    ShapedItem {
        id,
        members: Vec::new(),
        column_title: None,
        wordings: Vec::new(),
        vertical_head: None,
        standfirst: Vec::new(),
        byline: None,
        body: Vec::new(),
        lines_by_chars: StepMemo::default(),
        heads_by_step: StepMemo::default(),
        pictures: Vec::new(),
        weight: 0,
        head_request: HeadRequest::Above,
        is_boxed: false,
        is_tinted: false,
        names: Vec::new(),
        findings: Vec::new(),
    }
}

/// Direction of the lines that a text is shaped for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TextDirection {
    /// Horizontal lines.
    Across,
    /// Vertical lines (竖排).
    Down,
}

/// Shapes the texts of one item and collects the findings.
struct ItemShaper<'a> {
    shaping: &'a ShapingContext<'a>,
    /// Id of the article or picture whose texts are shaped.
    article_id: &'a str,
    direction: TextDirection,
    /// Findings about missing characters: they reject the record.
    missing: Vec<Finding>,
    /// Findings about styling that could not be set as requested.
    findings: Vec<Finding>,
}

impl<'a> ItemShaper<'a> {
    /// Returns a shaper for horizontal lines, without findings.
    fn new(shaping: &'a ShapingContext<'a>, article_id: &'a str) -> Self {
        let direction = TextDirection::Across;
        Self { shaping, article_id, direction, missing: Vec::new(), findings: Vec::new() }
    }

    /// Returns the item with the findings, unless a character is missing.
    fn finish(self, item: ShapedItem) -> Result<ShapedItem, Vec<Finding>> {
        if self.missing.is_empty() {
            Ok(ShapedItem { findings: self.findings, ..item })
        } else {
            Err(self.missing)
        }
    }

    /// Shapes one text; `None` if it is empty or has a missing character.
    fn shape_text(
        &mut self,
        text: &CopyText,
        face: FontId,
        profile: &CompositionProfile,
    ) -> Option<ShapedText> {
        if text.is_empty() {
            return None;
        }
        let fonts = self.shaping.fonts;
        let source = ParagraphText { text: &text.text, face, spans: &text.spans };
        let shaped = match self.direction {
            TextDirection::Across => prepare(fonts, source, profile),
            TextDirection::Down => prepare_vertical(fonts, source, profile),
        };
        match shaped {
            Ok(paragraph) => Some(ShapedText::new(paragraph, text)),
            Err(missing) => {
                self.missing.extend(missing_glyph_findings(&missing, text, self.article_id));
                None
            }
        }
    }

    /// Shapes a head in one wording; `None` without a headline.
    fn shape_wording(
        &mut self,
        kicker: &CopyText,
        headline: &CopyText,
        deck: &[CopyText],
        face: FontId,
    ) -> Option<HeadTexts> {
        let style = &self.shaping.style.head;
        let deck = deck.iter();
        Some(HeadTexts {
            kicker: self.shape_head_text(kicker, style.kicker_face),
            deck: deck.filter_map(|line| self.shape_head_text(line, style.deck_face)).collect(),
            headline: self.shape_head_text(headline, face)?,
        })
    }

    /// Shapes the texts of all pictures of an article.
    fn shape_pictures(&mut self, article: &Article) -> Vec<ShapedPicture> {
        let pictures = article.pictures.iter().enumerate();
        pictures
            .map(|(index, picture)| ShapedPicture {
                is_in_body: article.body.contains(&BodyBlock::Picture(index)),
                ..self.shape_picture(picture, index)
            })
            .collect()
    }

    /// Shapes the texts of a picture that stands outside of any body.
    fn shape_picture(&mut self, picture: &PagePicture, index: usize) -> ShapedPicture {
        let style = self.shaping.style;
        let mut shape = |text| self.shape_text(text, style.caption.face, &style.profile);
        ShapedPicture {
            index,
            id: picture.id.clone(),
            field: picture.field.clone(),
            is_in_body: false,
            pixels: picture.pixel_size(),
            requested_columns: picture.requested_columns,
            caption: shape(&picture.caption),
            credit: shape(&picture.credit),
        }
    }

    /// Shapes body copy: interlinear marks as the leading allows, names kept whole where possible
    /// (R66).
    fn shape_body_copy(&mut self, text: &CopyText, face: FontId) -> Option<ShapedText> {
        let ShapingContext { fonts, style, names, leading } = self.shaping;
        let text = dress_for_leading(text, *leading, fonts, self.article_id, &mut self.findings);
        // After the readings in brackets: their text is in place now, and bytes are final.
        let name_spans = names.iter().filter(|name| !name.is_empty()).flat_map(|name| {
            text.text.match_indices(name.as_str()).map(|(start, name)| TextSpan {
                range: start..start + name.len(),
                style: SpanStyle::Unbroken,
            })
        });
        let name_spans: Vec<TextSpan> = name_spans.collect();
        if name_spans.is_empty() {
            return self.shape_text(&text, face, &style.profile);
        }
        // The copy is only cloned where a name is found.
        let mut text = text.into_owned();
        text.spans.extend(name_spans);
        self.shape_text(&text, face, &style.profile)
    }

    /// Shapes a text of a head, whose clauses are parted by less than a full 字.
    fn shape_head_text(&mut self, text: &CopyText, face: FontId) -> Option<ShapedText> {
        let style = self.shaping.style;
        let clause_space = style.head.clause_space;
        let profile = CompositionProfile { clause_space, ..style.profile.clone() };
        self.shape_text(text, face, &profile)
    }

    /// Shapes the points of a standfirst. Several points have a mark each, a single one has none.
    fn shape_standfirst(&mut self, points: &[CopyText]) -> Vec<ShapedText> {
        let style = self.shaping.style;
        // The mark is no part of the field: `with_prefix` counts its bytes apart.
        let mark = if points.len() > 1 { style.head.summary_mark.as_str() } else { "" };
        let points = points.iter().map(|point| point.clone().with_prefix(mark, []));
        points
            .filter_map(|point| self.shape_text(&point, style.aside.face, &style.profile))
            .collect()
    }

    /// Shapes a byline; names of two characters are spaced to three (R70).
    fn shape_byline(&mut self, byline: &CopyText) -> Option<ShapedText> {
        if byline.is_empty() {
            return None;
        }
        let style = self.shaping.style;
        let names = space_out_names(&byline.text);
        let text =
            CopyText { text: format!("{}{names}", style.head.byline_mark), ..byline.clone() };
        // Names are parted by a full 字, clauses of a head by less.
        let profile = CompositionProfile { clause_space: Em::ONE, ..style.profile.clone() };
        self.shape_text(&text, style.head.byline_face, &profile)
    }

    /// Shapes a block of the body; `None` if a character of its text is missing.
    fn shape_block(&mut self, block: &BodyBlock) -> Option<ShapedBlock> {
        let style = self.shaping.style;
        let aside = style.aside.face;
        Some(match block {
            BodyBlock::Paragraph(text) => {
                ShapedBlock::Paragraph(self.shape_body_copy(text, style.body.face)?)
            }
            BodyBlock::Crosshead(text) => {
                ShapedBlock::Crosshead(self.shape_head_text(text, style.crosshead.face)?)
            }
            BodyBlock::Note(text) => ShapedBlock::Paragraph(self.shape_body_copy(text, aside)?),
            BodyBlock::Aside(text) => ShapedBlock::Aside(self.shape_body_copy(text, aside)?),
            BodyBlock::PullQuote(text) => {
                ShapedBlock::Quote(self.shape_head_text(text, style.quote.face)?)
            }
            BodyBlock::JumpFrom(text) => {
                ShapedBlock::Flush(self.shape_body_copy(text, aside)?, FlushSide::Left)
            }
            BodyBlock::JumpTo(text) => {
                ShapedBlock::Flush(self.shape_body_copy(text, aside)?, FlushSide::Right)
            }
            BodyBlock::Picture(index) => ShapedBlock::Picture(*index),
            BodyBlock::Lines(lines) => {
                // No line of the record is empty, so one that is lost here has a missing character,
                // and the item is rejected.
                let texts = lines.texts.iter();
                ShapedBlock::Lines(ShapedLines {
                    texts: texts.filter_map(|line| self.shape_body_copy(line, aside)).collect(),
                    indent_halves: lines.indent_halves.clone(),
                    stanza_starts: lines.stanza_starts.clone(),
                })
            }
        })
    }
}

/// Shapes one text of a page that belongs to no item.
///
/// # Errors
/// A finding for every character that no font has.
pub(crate) fn prepare_copy_text(
    fonts: &FontSet,
    text: &CopyText,
    face: FontId,
    profile: &CompositionProfile,
    article_id: &str,
) -> Result<PreparedParagraph, Vec<Finding>> {
    let source = ParagraphText { text: &text.text, face, spans: &text.spans };
    prepare(fonts, source, profile)
        .map_err(|missing| missing_glyph_findings(&missing, text, article_id))
}

/// Builds the findings for characters of a text that no font has.
fn missing_glyph_findings(
    missing: &[MissingGlyph],
    text: &CopyText,
    article_id: &str,
) -> Vec<Finding> {
    let finding = |glyph: &MissingGlyph| {
        let index = text.text[..glyph.byte].chars().count() as u32;
        let place = FindingPlace::of_field(&text.field).in_article(article_id);
        let words = Bilingual::new(
            format!("指定的字体没有“{}”", glyph.character),
            format!("the selected font has no glyph for “{}”", glyph.character),
        );
        let place = place.at_range(index..index + 1);
        Finding::new(FindingCode::MissingGlyph, place, words).with_rule("R85")
    };
    missing.iter().map(finding).collect()
}

/// Spaces out the two-character names of a line: `王芳` becomes `王 芳` (R70). The space is one at
/// which no line breaks.
pub(crate) fn space_out_names(line: &str) -> String {
    let words = line.split(' ').map(|word| {
        let mut chars = word.chars();
        match (chars.next(), chars.next(), chars.next()) {
            // Exactly two characters, both Han: a Latin name of two letters is left alone.
            (Some(a), Some(b), None) if crate::script::is_han(a) && crate::script::is_han(b) => {
                // Roles of two characters are words, not names.
                if matches!(word, "记者" | "作者") {
                    word.to_owned()
                } else {
                    format!("{a}\u{a0}{b}")
                }
            }
            _ => word.to_owned(),
        }
    });
    words.collect::<Vec<_>>().join(" ")
}
