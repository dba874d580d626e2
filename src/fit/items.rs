//! The texts of a page, shaped, item by item: an article, the briefs of one title, a picture that stands alone.

use std::cmp::Reverse;

use crate::finding::{Bilingual, Finding, FindingCode, FindingPlace};
use crate::fit::interline::dressed;
use crate::fit::ready::{
    ArticleRole, HeadTexts, ItemMember, ShapedBlock, ShapedItem, ShapedLines, ShapedPicture,
    ShapedText, ShapingContext, StepMemo,
};
use crate::font::{FontId, FontSet};
use crate::line::{MissingGlyph, ParagraphText, PreparedParagraph, prepare, prepare_vertical};
use crate::model::{
    Article, BodyBlock, CopyText, HeadRequest, LockSubject, PageCopy, PagePicture, SpanStyle,
    TextSpan,
};
use crate::script::CompositionProfile;
use crate::unit::Em;

/// Shapes all that goes onto a page, in the order of the record: articles, briefs of one title together where the
/// first of them stands, then the pictures that stand alone.
///
/// # Errors
/// Every character that no face has, with its field.
pub fn shape_items(
    copy: &PageCopy,
    shaping: &ShapingContext<'_>,
) -> Result<Vec<ShapedItem>, Vec<Finding>> {
    let articles = &copy.articles;
    let lead = (0..articles.len()).max_by_key(|at| (articles[*at].weight, Reverse(*at)));
    let groups = brief_groups(articles);
    let mut out = Vec::with_capacity(articles.len() + copy.pictures.len());
    let mut missing = Vec::new();
    for (at, article) in articles.iter().enumerate() {
        let item = match groups.iter().find(|group| group.contains(&at)) {
            Some(group) if group[0] == at => shape_briefs(group, articles, shaping),
            Some(_) => continue,
            None => {
                let rank = if lead == Some(at) { ArticleRole::Lead } else { ArticleRole::Other };
                shape_article(article, at, shaping, rank)
            }
        };
        match item {
            Ok(item) => out.push(item),
            Err(findings) => missing.extend(findings),
        }
    }
    for (at, picture) in copy.pictures.iter().enumerate() {
        match shape_lone_picture(picture, at, shaping) {
            Ok(item) => out.push(item),
            Err(findings) => missing.extend(findings),
        }
    }
    if missing.is_empty() { Ok(out) } else { Err(missing) }
}

/// The briefs that go together, by their places in the record: two or more of one column title. One with a picture
/// is set as an article.
fn brief_groups(articles: &[Article]) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (at, article) in articles.iter().enumerate() {
        if !article.is_brief || !article.pictures.is_empty() {
            continue;
        }
        let title = &article.column_title.text;
        match groups.iter_mut().find(|group| articles[group[0]].column_title.text == *title) {
            Some(group) => group.push(at),
            None => groups.push(vec![at]),
        }
    }
    groups.retain(|group| group.len() > 1);
    groups
}

/// Shapes the texts of the article at a place of the record.
///
/// # Errors
/// Every character that no face has, with its field.
pub fn shape_article(
    article: &Article,
    at: usize,
    shaping: &ShapingContext<'_>,
    rank: ArticleRole,
) -> Result<ShapedItem, Vec<Finding>> {
    let style = shaping.style;
    let mut shaper = ItemShaper::new(shaping, &article.id);
    let face = if rank == ArticleRole::Lead { style.head.lead_face } else { style.head.face };
    let mut heads = Vec::new();
    heads.extend(shaper.shape_wording(&article.kicker, &article.headline, &article.deck, face));
    for variant in &article.head_variants {
        let kicker = if variant.kicker.is_empty() { &article.kicker } else { &variant.kicker };
        let deck = if variant.deck.is_empty() { &article.deck } else { &variant.deck };
        heads.extend(shaper.shape_wording(kicker, &variant.headline, deck, face));
    }
    let upright = if article.head_request == HeadRequest::Vertical {
        shaper.is_vertical = true;
        let upright = shaper.shape_wording(&article.kicker, &article.headline, &article.deck, face);
        shaper.is_vertical = false;
        upright
    } else {
        None
    };
    let column_title = shaper.shape_head_text(&article.column_title, style.crosshead.face);
    let summary = shaper.shape_standfirst(&article.summary);
    let byline = shaper.shape_byline(&article.byline);
    let body: Vec<ShapedBlock> =
        article.body.iter().filter_map(|block| shaper.shape_block(block)).collect();
    let pictures = shaper.shape_pictures(article);
    shaper.finish(ShapedItem {
        id: article.id.clone(),
        members: vec![ItemMember {
            subject: LockSubject::Article(at),
            id: article.id.clone(),
            blocks: 0..body.len(),
        }],
        column_title,
        wordings: heads,
        vertical_head: upright,
        standfirst: summary,
        byline,
        body,
        lines_by_chars: StepMemo::default(),
        heads_by_step: StepMemo::default(),
        pictures,
        weight: article.weight,
        head_request: article.head_request,
        is_boxed: article.is_boxed,
        is_tinted: article.is_tinted,
        names: shaping.names.to_vec(),
        findings: Vec::new(),
    })
}

/// Briefs under their common title: the headline of each is a crosshead of the one body.
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
    for at in group {
        let article = &articles[*at];
        shaper.id = &article.id;
        let start = body.len();
        let aside = |shaper: &mut ItemShaper<'_>, text: &CopyText| {
            shaper.shape_text(text, style.aside.face, &style.profile).map(ShapedBlock::Paragraph)
        };
        body.extend(
            shaper
                .shape_head_text(&article.headline, style.crosshead.face)
                .map(ShapedBlock::Crosshead),
        );
        // A brief seldom has more than its headline; what it has stands below it.
        for text in [&article.kicker].into_iter().chain(&article.deck).chain(&article.summary) {
            body.extend(aside(&mut shaper, text));
        }
        body.extend(
            shaper.shape_byline(&article.byline).map(|text| ShapedBlock::Flush(text, false)),
        );
        body.extend(article.body.iter().filter_map(|block| shaper.shape_block(block)));
        members.push(ItemMember {
            subject: LockSubject::Article(*at),
            id: article.id.clone(),
            blocks: start..body.len(),
        });
    }
    let ids: Vec<&str> = members.iter().map(|member| member.id.as_str()).collect();
    shaper.finish(ShapedItem {
        id: ids.join("、"),
        column_title,
        wordings: Vec::new(),
        vertical_head: None,
        standfirst: Vec::new(),
        byline: None,
        body,
        lines_by_chars: StepMemo::default(),
        heads_by_step: StepMemo::default(),
        pictures: Vec::new(),
        weight: group.iter().map(|at| articles[*at].weight).max().unwrap_or(0),
        head_request: HeadRequest::Above,
        is_boxed: group.iter().all(|at| articles[*at].is_boxed),
        is_tinted: group.iter().all(|at| articles[*at].is_tinted),
        names: shaping.names.to_vec(),
        findings: Vec::new(),
        members,
    })
}

/// A picture that stands alone.
fn shape_lone_picture(
    picture: &PagePicture,
    at: usize,
    shaping: &ShapingContext<'_>,
) -> Result<ShapedItem, Vec<Finding>> {
    let mut shaper = ItemShaper::new(shaping, &picture.id);
    let pictures = vec![shaper.shape_picture(picture, 0, false)];
    shaper.finish(ShapedItem {
        id: picture.id.clone(),
        members: vec![ItemMember {
            subject: LockSubject::Picture(at),
            id: picture.id.clone(),
            blocks: 0..0,
        }],
        column_title: None,
        wordings: Vec::new(),
        vertical_head: None,
        standfirst: Vec::new(),
        byline: None,
        body: Vec::new(),
        lines_by_chars: StepMemo::default(),
        heads_by_step: StepMemo::default(),
        pictures,
        weight: 0,
        head_request: HeadRequest::Above,
        is_boxed: false,
        is_tinted: false,
        names: Vec::new(),
        findings: Vec::new(),
    })
}

struct ItemShaper<'a> {
    shaping: &'a ShapingContext<'a>,
    id: &'a str,
    /// Whether lines run down.
    is_vertical: bool,
    missing: Vec<Finding>,
    findings: Vec<Finding>,
}

impl<'a> ItemShaper<'a> {
    fn new(shaping: &'a ShapingContext<'a>, id: &'a str) -> Self {
        Self { shaping, id, is_vertical: false, missing: Vec::new(), findings: Vec::new() }
    }

    /// The item with what was noted, unless a character is missing.
    fn finish(self, item: ShapedItem) -> Result<ShapedItem, Vec<Finding>> {
        if self.missing.is_empty() {
            Ok(ShapedItem { findings: self.findings, ..item })
        } else {
            Err(self.missing)
        }
    }

    fn shape_text(
        &mut self,
        text: &CopyText,
        face: FontId,
        profile: &CompositionProfile,
    ) -> Option<ShapedText> {
        if text.is_empty() {
            return None;
        }
        let shape = if self.is_vertical { prepare_vertical } else { prepare };
        match prepare_in_direction(self.shaping.fonts, text, face, profile, self.id, shape) {
            Ok(line) => Some(ShapedText::new(line, text)),
            Err(missing) => {
                self.missing.extend(missing);
                None
            }
        }
    }

    /// A head in one wording; `None` without a headline.
    fn shape_wording(
        &mut self,
        kicker: &CopyText,
        headline: &CopyText,
        deck: &[CopyText],
        face: FontId,
    ) -> Option<HeadTexts> {
        let style = &self.shaping.style.head;
        Some(HeadTexts {
            kicker: self.shape_head_text(kicker, style.kicker_face),
            deck: deck
                .iter()
                .filter_map(|line| self.shape_head_text(line, style.deck_face))
                .collect(),
            headline: self.shape_head_text(headline, face)?,
        })
    }

    fn shape_pictures(&mut self, article: &Article) -> Vec<ShapedPicture> {
        let in_copy = |k: usize| article.body.contains(&BodyBlock::Picture(k));
        let pictures = article.pictures.iter().enumerate();
        pictures.map(|(k, picture)| self.shape_picture(picture, k, in_copy(k))).collect()
    }

    fn shape_picture(
        &mut self,
        picture: &PagePicture,
        index: usize,
        in_copy: bool,
    ) -> ShapedPicture {
        let style = self.shaping.style;
        let mut text = |text| self.shape_text(text, style.caption.face, &style.profile);
        ShapedPicture {
            index,
            id: picture.id.clone(),
            field: picture.field.clone(),
            is_in_body: in_copy,
            pixels: picture.pixel_size(),
            requested_columns: picture.requested_columns,
            caption: text(&picture.caption),
            credit: text(&picture.credit),
        }
    }

    /// Body copy: dressed as the white between its lines allows, names kept whole where they can be (R66).
    fn shape_body_copy(&mut self, text: &CopyText, face: FontId) -> Option<ShapedText> {
        let ShapingContext { fonts, style, names, leading: lead } = self.shaping;
        let text = dressed(text, *lead, fonts, self.id, &mut self.findings);
        let kept = names.iter().filter(|name| !name.is_empty()).flat_map(|name| {
            text.text.match_indices(name.as_str()).map(|(at, name)| TextSpan {
                range: at..at + name.len(),
                style: SpanStyle::Unbroken,
            })
        });
        let kept: Vec<TextSpan> = kept.collect();
        if kept.is_empty() {
            return self.shape_text(&text, face, &style.profile);
        }
        let mut text = text.into_owned();
        text.spans.extend(kept);
        self.shape_text(&text, face, &style.profile)
    }

    /// Heads part their clauses by less than a full 字.
    fn shape_head_text(&mut self, text: &CopyText, face: FontId) -> Option<ShapedText> {
        let style = self.shaping.style;
        let profile =
            CompositionProfile { clause_space: style.head.clause_space, ..style.profile.clone() };
        self.shape_text(text, face, &profile)
    }

    /// Points, each led by a mark where there are several.
    fn shape_standfirst(&mut self, points: &[CopyText]) -> Vec<ShapedText> {
        let style = self.shaping.style;
        let mark = if points.len() > 1 { style.head.summary_mark.as_str() } else { "" };
        let points = points.iter().map(|point| point.clone().with_prefix(mark, []));
        points
            .filter_map(|point| self.shape_text(&point, style.aside.face, &style.profile))
            .collect()
    }

    /// R70: names of two characters are spaced to three.
    fn shape_byline(&mut self, byline: &CopyText) -> Option<ShapedText> {
        if byline.is_empty() {
            return None;
        }
        let style = self.shaping.style;
        let names = space_out_names(&byline.text);
        let text =
            CopyText { text: format!("{}{names}", style.head.byline_mark), ..byline.clone() };
        let profile = CompositionProfile { clause_space: Em::ONE, ..style.profile.clone() };
        self.shape_text(&text, style.head.byline_face, &profile)
    }

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
                ShapedBlock::Flush(self.shape_body_copy(text, aside)?, false)
            }
            BodyBlock::JumpTo(text) => ShapedBlock::Flush(self.shape_body_copy(text, aside)?, true),
            BodyBlock::Picture(at) => ShapedBlock::Picture(*at),
            BodyBlock::Lines(lines) => ShapedBlock::Lines(ShapedLines {
                // None is empty, so a line that is missing here refuses the article.
                texts: lines
                    .texts
                    .iter()
                    .filter_map(|line| self.shape_body_copy(line, aside))
                    .collect(),
                indent_halves: lines.indent_halves.clone(),
                stanza_starts: lines.stanza_starts.clone(),
            }),
        })
    }
}

/// Shapes one text.
///
/// # Errors
/// The characters that no face has.
pub(crate) fn prepare_copy_text(
    fonts: &FontSet,
    text: &CopyText,
    face: FontId,
    profile: &CompositionProfile,
    article: &str,
) -> Result<PreparedParagraph, Vec<Finding>> {
    prepare_in_direction(fonts, text, face, profile, article, prepare)
}

/// How a text is shaped: for lines across the page, or down.
type TextDirection = fn(
    &FontSet,
    ParagraphText<'_>,
    &CompositionProfile,
) -> Result<PreparedParagraph, Vec<MissingGlyph>>;

fn prepare_in_direction(
    fonts: &FontSet,
    text: &CopyText,
    face: FontId,
    profile: &CompositionProfile,
    article: &str,
    shape: TextDirection,
) -> Result<PreparedParagraph, Vec<Finding>> {
    let copy = ParagraphText { text: &text.text, face, spans: &text.spans };
    shape(fonts, copy, profile).map_err(|missing| {
        missing
            .into_iter()
            .map(|missing| {
                let at = text.text[..missing.at].chars().count();
                let at = u32::try_from(at).unwrap_or(u32::MAX);
                let place =
                    FindingPlace::of_field(&text.field).in_article(article).at_range(at..at + 1);
                let words = Bilingual::new(
                    format!("所用字体没有“{}”", missing.c),
                    format!("the face asked for has no “{}”", missing.c),
                );
                Finding::new(FindingCode::MissingGlyph, place, words).with_rule("R85")
            })
            .collect()
    })
}

/// `崔勇` → `崔 勇`, word by word of a line of names; the space in a name is none at which a line breaks.
pub(crate) fn space_out_names(line: &str) -> String {
    let spaced = line.split(' ').map(|word| {
        let mut chars = word.chars();
        match (chars.next(), chars.next(), chars.next()) {
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
    spaced.collect::<Vec<_>>().join(" ")
}
