//! The texts of a page, shaped, item by item: an article, the briefs of one title, a picture that stands alone.

use std::cmp::Reverse;

use crate::diag::{Code, Diagnostic, Place, Words};
use crate::fit::interline::dressed;
use crate::fit::ready::{
    HeadTexts, Kept, Member, Rank, Ready, ReadyBlock, ReadyLines, ReadyPicture, ReadyText, Shaping,
};
use crate::font::{FontId, Fonts};
use crate::line::{Copy, Missing, Prepared, prepare, prepare_upright};
use crate::model::{Article, Block, Dress, HeadWish, PageCopy, Picture, Span, Subject, Text};
use crate::script::Profile;
use crate::unit::Em;

/// Shapes all that goes onto a page, in the order of the record: articles, briefs of one title together where the
/// first of them stands, then the pictures that stand alone.
///
/// # Errors
/// Every character that no face has, with its field.
pub fn items(copy: &PageCopy, shaping: &Shaping<'_>) -> Result<Vec<Ready>, Vec<Diagnostic>> {
    let articles = &copy.articles;
    let lead = (0..articles.len()).max_by_key(|at| (articles[*at].weight, Reverse(*at)));
    let groups = brief_groups(articles);
    let mut out = Vec::with_capacity(articles.len() + copy.pictures.len());
    let mut missing = Vec::new();
    for (at, article) in articles.iter().enumerate() {
        let item = match groups.iter().find(|group| group.contains(&at)) {
            Some(group) if group[0] == at => briefs(group, articles, shaping),
            Some(_) => continue,
            None => {
                let rank = if lead == Some(at) { Rank::Lead } else { Rank::Other };
                ready(article, at, shaping, rank)
            }
        };
        match item {
            Ok(item) => out.push(item),
            Err(findings) => missing.extend(findings),
        }
    }
    for (at, picture) in copy.pictures.iter().enumerate() {
        match lone(picture, at, shaping) {
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
        if !article.brief || !article.pictures.is_empty() {
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
pub fn ready(
    article: &Article,
    at: usize,
    shaping: &Shaping<'_>,
    rank: Rank,
) -> Result<Ready, Vec<Diagnostic>> {
    let style = shaping.style;
    let mut shaper = Shaper::new(shaping, &article.id);
    let face = if rank == Rank::Lead { style.head.lead_face } else { style.head.face };
    let mut heads = Vec::new();
    heads.extend(shaper.heads(&article.kicker, &article.headline, &article.deck, face));
    for variant in &article.alternatives {
        let kicker = if variant.kicker.is_empty() { &article.kicker } else { &variant.kicker };
        let deck = if variant.deck.is_empty() { &article.deck } else { &variant.deck };
        heads.extend(shaper.heads(kicker, &variant.headline, deck, face));
    }
    let upright = if article.head == HeadWish::Vertical {
        shaper.upright = true;
        let upright = shaper.heads(&article.kicker, &article.headline, &article.deck, face);
        shaper.upright = false;
        upright
    } else {
        None
    };
    let column_title = shaper.head(&article.column_title, style.crosshead.face);
    let summary = shaper.summary(&article.summary);
    let byline = shaper.byline(&article.byline);
    let body: Vec<ReadyBlock> =
        article.body.iter().filter_map(|block| shaper.block(block)).collect();
    let pictures = shaper.pictures(article);
    shaper.done(Ready {
        id: article.id.clone(),
        members: vec![Member {
            subject: Subject::Article(at),
            id: article.id.clone(),
            blocks: 0..body.len(),
        }],
        column_title,
        heads,
        upright,
        summary,
        byline,
        body,
        lines: Kept::default(),
        head_sets: Kept::default(),
        pictures,
        weight: article.weight,
        head: article.head,
        boxed: article.boxed,
        tinted: article.tinted,
        names: shaping.names.to_vec(),
        notes: Vec::new(),
    })
}

/// Briefs under their common title: the headline of each is a crosshead of the one body.
fn briefs(
    group: &[usize],
    articles: &[Article],
    shaping: &Shaping<'_>,
) -> Result<Ready, Vec<Diagnostic>> {
    let style = shaping.style;
    let first = &articles[group[0]];
    let mut shaper = Shaper::new(shaping, &first.id);
    let column_title = shaper.head(&first.column_title, style.crosshead.face);
    let mut body = Vec::new();
    let mut members = Vec::new();
    for at in group {
        let article = &articles[*at];
        shaper.id = &article.id;
        let start = body.len();
        let aside = |shaper: &mut Shaper<'_>, text: &Text| {
            shaper.text(text, style.aside.face, &style.profile).map(ReadyBlock::Paragraph)
        };
        body.extend(
            shaper.head(&article.headline, style.crosshead.face).map(ReadyBlock::Crosshead),
        );
        // A brief seldom has more than its headline; what it has stands below it.
        for text in [&article.kicker].into_iter().chain(&article.deck).chain(&article.summary) {
            body.extend(aside(&mut shaper, text));
        }
        body.extend(shaper.byline(&article.byline).map(|text| ReadyBlock::Flush(text, false)));
        body.extend(article.body.iter().filter_map(|block| shaper.block(block)));
        members.push(Member {
            subject: Subject::Article(*at),
            id: article.id.clone(),
            blocks: start..body.len(),
        });
    }
    let ids: Vec<&str> = members.iter().map(|member| member.id.as_str()).collect();
    shaper.done(Ready {
        id: ids.join("、"),
        column_title,
        heads: Vec::new(),
        upright: None,
        summary: Vec::new(),
        byline: None,
        body,
        lines: Kept::default(),
        head_sets: Kept::default(),
        pictures: Vec::new(),
        weight: group.iter().map(|at| articles[*at].weight).max().unwrap_or(0),
        head: HeadWish::Above,
        boxed: group.iter().all(|at| articles[*at].boxed),
        tinted: group.iter().all(|at| articles[*at].tinted),
        names: shaping.names.to_vec(),
        notes: Vec::new(),
        members,
    })
}

/// A picture that stands alone.
fn lone(picture: &Picture, at: usize, shaping: &Shaping<'_>) -> Result<Ready, Vec<Diagnostic>> {
    let mut shaper = Shaper::new(shaping, &picture.id);
    let pictures = vec![shaper.picture(picture, 0, false)];
    shaper.done(Ready {
        id: picture.id.clone(),
        members: vec![Member {
            subject: Subject::Picture(at),
            id: picture.id.clone(),
            blocks: 0..0,
        }],
        column_title: None,
        heads: Vec::new(),
        upright: None,
        summary: Vec::new(),
        byline: None,
        body: Vec::new(),
        lines: Kept::default(),
        head_sets: Kept::default(),
        pictures,
        weight: 0,
        head: HeadWish::Above,
        boxed: false,
        tinted: false,
        names: Vec::new(),
        notes: Vec::new(),
    })
}

struct Shaper<'a> {
    shaping: &'a Shaping<'a>,
    id: &'a str,
    /// Whether lines run down.
    upright: bool,
    missing: Vec<Diagnostic>,
    notes: Vec<Diagnostic>,
}

impl<'a> Shaper<'a> {
    fn new(shaping: &'a Shaping<'a>, id: &'a str) -> Self {
        Self { shaping, id, upright: false, missing: Vec::new(), notes: Vec::new() }
    }

    /// The item with what was noted, unless a character is missing.
    fn done(self, item: Ready) -> Result<Ready, Vec<Diagnostic>> {
        if self.missing.is_empty() {
            Ok(Ready { notes: self.notes, ..item })
        } else {
            Err(self.missing)
        }
    }

    fn text(&mut self, text: &Text, face: FontId, profile: &Profile) -> Option<ReadyText> {
        if text.is_empty() {
            return None;
        }
        let shape = if self.upright { prepare_upright } else { prepare };
        match shaped(self.shaping.fonts, text, face, profile, self.id, shape) {
            Ok(line) => Some(ReadyText::new(line, text)),
            Err(missing) => {
                self.missing.extend(missing);
                None
            }
        }
    }

    /// A head in one wording; `None` without a headline.
    fn heads(
        &mut self,
        kicker: &Text,
        headline: &Text,
        deck: &[Text],
        face: FontId,
    ) -> Option<HeadTexts> {
        let style = &self.shaping.style.head;
        Some(HeadTexts {
            kicker: self.head(kicker, style.kicker_face),
            deck: deck.iter().filter_map(|line| self.head(line, style.deck_face)).collect(),
            headline: self.head(headline, face)?,
        })
    }

    fn pictures(&mut self, article: &Article) -> Vec<ReadyPicture> {
        let in_copy = |k: usize| article.body.contains(&Block::Picture(k));
        let pictures = article.pictures.iter().enumerate();
        pictures.map(|(k, picture)| self.picture(picture, k, in_copy(k))).collect()
    }

    fn picture(&mut self, picture: &Picture, index: usize, in_copy: bool) -> ReadyPicture {
        let style = self.shaping.style;
        let mut text = |text| self.text(text, style.caption.face, &style.profile);
        ReadyPicture {
            index,
            id: picture.id.clone(),
            field: picture.field.clone(),
            in_copy,
            size: picture.size(),
            columns: picture.columns,
            caption: text(&picture.caption),
            credit: text(&picture.credit),
        }
    }

    /// Body copy: dressed as the white between its lines allows, names kept whole where they can be (R66).
    fn copy(&mut self, text: &Text, face: FontId) -> Option<ReadyText> {
        let Shaping { fonts, style, names, lead } = self.shaping;
        let text = dressed(text, *lead, fonts, self.id, &mut self.notes);
        let kept = names.iter().filter(|name| !name.is_empty()).flat_map(|name| {
            text.text
                .match_indices(name.as_str())
                .map(|(at, name)| Span { range: at..at + name.len(), dress: Dress::Kept })
        });
        let kept: Vec<Span> = kept.collect();
        if kept.is_empty() {
            return self.text(&text, face, &style.profile);
        }
        let mut text = text.into_owned();
        text.spans.extend(kept);
        self.text(&text, face, &style.profile)
    }

    /// Heads part their clauses by less than a full 字.
    fn head(&mut self, text: &Text, face: FontId) -> Option<ReadyText> {
        let style = self.shaping.style;
        let profile = Profile { clause_space: style.head.clause_space, ..style.profile.clone() };
        self.text(text, face, &profile)
    }

    /// Points, each led by a mark where there are several.
    fn summary(&mut self, points: &[Text]) -> Vec<ReadyText> {
        let style = self.shaping.style;
        let mark = if points.len() > 1 { style.head.summary_mark.as_str() } else { "" };
        let points = points.iter().map(|point| point.clone().led_by(mark, []));
        points.filter_map(|point| self.text(&point, style.aside.face, &style.profile)).collect()
    }

    /// R70: names of two characters are spaced to three.
    fn byline(&mut self, byline: &Text) -> Option<ReadyText> {
        if byline.is_empty() {
            return None;
        }
        let style = self.shaping.style;
        let names = spaced_names(&byline.text);
        let text = Text { text: format!("{}{names}", style.head.byline_mark), ..byline.clone() };
        let profile = Profile { clause_space: Em::ONE, ..style.profile.clone() };
        self.text(&text, style.head.byline_face, &profile)
    }

    fn block(&mut self, block: &Block) -> Option<ReadyBlock> {
        let style = self.shaping.style;
        let aside = style.aside.face;
        Some(match block {
            Block::Paragraph(text) => ReadyBlock::Paragraph(self.copy(text, style.body.face)?),
            Block::Crosshead(text) => ReadyBlock::Crosshead(self.head(text, style.crosshead.face)?),
            Block::Note(text) => ReadyBlock::Paragraph(self.copy(text, aside)?),
            Block::Aside(text) => ReadyBlock::Aside(self.copy(text, aside)?),
            Block::Quote(text) => ReadyBlock::Quote(self.head(text, style.quote.face)?),
            Block::From(text) => ReadyBlock::Flush(self.copy(text, aside)?, false),
            Block::Onward(text) => ReadyBlock::Flush(self.copy(text, aside)?, true),
            Block::Picture(at) => ReadyBlock::Picture(*at),
            Block::Lines(lines) => ReadyBlock::Lines(ReadyLines {
                // None is empty, so a line that is missing here refuses the article.
                texts: lines.texts.iter().filter_map(|line| self.copy(line, aside)).collect(),
                indents: lines.indents.clone(),
                stanzas: lines.stanzas.clone(),
            }),
        })
    }
}

/// Shapes one text.
///
/// # Errors
/// The characters that no face has.
pub(crate) fn prepared(
    fonts: &Fonts,
    text: &Text,
    face: FontId,
    profile: &Profile,
    article: &str,
) -> Result<Prepared, Vec<Diagnostic>> {
    shaped(fonts, text, face, profile, article, prepare)
}

/// How a text is shaped: for lines across the page, or down.
type Shape = fn(&Fonts, Copy<'_>, &Profile) -> Result<Prepared, Vec<Missing>>;

fn shaped(
    fonts: &Fonts,
    text: &Text,
    face: FontId,
    profile: &Profile,
    article: &str,
    shape: Shape,
) -> Result<Prepared, Vec<Diagnostic>> {
    let copy = Copy { text: &text.text, face, spans: &text.spans };
    shape(fonts, copy, profile).map_err(|missing| {
        missing
            .into_iter()
            .map(|missing| {
                let at = text.text[..missing.at].chars().count();
                let at = u32::try_from(at).unwrap_or(u32::MAX);
                let place = Place::field(&text.field).in_article(article).at(at..at + 1);
                let words = Words::new(
                    format!("所用字体没有“{}”", missing.c),
                    format!("the face asked for has no “{}”", missing.c),
                );
                Diagnostic::new(Code::NoGlyph, place, words).rule("R85")
            })
            .collect()
    })
}

/// `崔勇` → `崔 勇`, word by word of a line of names; the space in a name is none at which a line breaks.
pub(crate) fn spaced_names(line: &str) -> String {
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
