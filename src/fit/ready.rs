//! The texts of an article, shaped: the same for every step and width.

use std::sync::OnceLock;

use crate::diag::{Code, Diagnostic, Place, Words};
use crate::fit::interline::{Lead, dressed};
use crate::font::{FontId, Fonts};
use crate::line::{Copy, Prepared, prepare};
use crate::model::{Article, Block, Dress, HeadWish, HouseStyle, Span, Text};
use crate::script::{Profile, word_ends};
use crate::unit::Em;

/// A text prepared for setting, with where it came from.
#[derive(Clone, Debug)]
pub struct ReadyText {
    /// The prepared text.
    pub line: Prepared,
    /// The field of the record.
    pub field: String,
    /// Bytes before what the field holds.
    pub prefix: usize,
    /// Where its words end, looked up when it first has to break between words.
    ends: OnceLock<Vec<usize>>,
}

impl ReadyText {
    fn new(line: Prepared, text: &Text) -> Self {
        Self { line, field: text.field.clone(), prefix: text.prefix, ends: OnceLock::new() }
    }

    /// The bytes at which words end; `names` are kept whole.
    pub(crate) fn ends(&self, names: &[String]) -> &[usize] {
        self.ends.get_or_init(|| word_ends(self.line.text(), names))
    }
}

/// What an article is on its page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rank {
    /// 头条.
    Lead,
    /// Any other.
    Other,
}

/// An article whose texts are all shaped: the same for every step and width.
#[derive(Clone, Debug)]
pub struct Ready {
    /// Its id.
    pub id: String,
    /// 栏目.
    pub column_title: Option<ReadyText>,
    /// 引题.
    pub kicker: Option<ReadyText>,
    /// 主题.
    pub headline: ReadyText,
    /// 副题, by line.
    pub deck: Vec<ReadyText>,
    /// 提要题, by line, each with its mark.
    pub summary: Vec<ReadyText>,
    /// 作者.
    pub byline: Option<ReadyText>,
    /// The blocks of the body, each with its lines' texts.
    pub body: Vec<ReadyBlock>,
    /// Importance.
    pub weight: u32,
    /// Where the head is to stand.
    pub head: HeadWish,
    /// Names that a head must not split.
    pub names: Vec<String>,
    /// What had to be set otherwise than asked for.
    pub notes: Vec<Diagnostic>,
}

/// A block of the body, shaped.
#[derive(Clone, Debug)]
pub enum ReadyBlock {
    /// Indented and filled to the measure.
    Paragraph(ReadyText),
    /// The same, set in from both sides.
    Aside(ReadyText),
    /// In the face of the crosshead, balanced.
    Crosshead(ReadyText),
    /// Set line by line, not filled.
    Lines(ReadyLines),
}

/// Lines kept as they are, shaped.
#[derive(Clone, Debug)]
pub struct ReadyLines {
    /// The lines.
    pub texts: Vec<ReadyText>,
    /// By how many halves of a 字 each is set in.
    pub indents: Vec<u16>,
    /// The lines that a white row parts from the one before.
    pub stanzas: Vec<usize>,
}

/// How articles are shaped.
#[derive(Clone, Copy, Debug)]
pub struct Shaping<'a> {
    /// The faces.
    pub fonts: &'a Fonts,
    /// The house style.
    pub style: &'a HouseStyle,
    /// Names that are kept whole.
    pub names: &'a [String],
    /// What the white between the lines holds.
    pub lead: Lead,
}

/// Shapes the texts of an article.
///
/// # Errors
/// Every character that no face has, with its field.
pub fn ready(
    article: &Article,
    shaping: &Shaping<'_>,
    rank: Rank,
) -> Result<Ready, Vec<Diagnostic>> {
    let style = shaping.style;
    let mut shaper = Shaper { shaping, id: &article.id, missing: Vec::new(), notes: Vec::new() };
    let head = &style.head;
    let face = if rank == Rank::Lead { head.lead_face } else { head.face };
    let headline = shaper.head(&article.headline, face);
    let column_title = shaper.head(&article.column_title, style.crosshead.face);
    let kicker = shaper.head(&article.kicker, head.kicker_face);
    let deck: Vec<ReadyText> =
        article.deck.iter().filter_map(|line| shaper.head(line, head.deck_face)).collect();
    let summary = shaper.summary(&article.summary);
    let byline = shaper.byline(&article.byline);
    let body: Vec<ReadyBlock> =
        article.body.iter().filter_map(|block| shaper.block(block)).collect();
    match headline {
        Some(headline) if shaper.missing.is_empty() => Ok(Ready {
            id: article.id.clone(),
            column_title,
            kicker,
            headline,
            deck,
            summary,
            byline,
            body,
            weight: article.weight,
            head: article.head,
            names: shaping.names.to_vec(),
            notes: shaper.notes,
        }),
        _ => Err(shaper.missing),
    }
}

struct Shaper<'a> {
    shaping: &'a Shaping<'a>,
    id: &'a str,
    missing: Vec<Diagnostic>,
    notes: Vec<Diagnostic>,
}

impl Shaper<'_> {
    fn text(&mut self, text: &Text, face: FontId, profile: &Profile) -> Option<ReadyText> {
        if text.is_empty() {
            return None;
        }
        match prepared(self.shaping.fonts, text, face, profile, self.id) {
            Ok(line) => Some(ReadyText::new(line, text)),
            Err(missing) => {
                self.missing.extend(missing);
                None
            }
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
            Block::Aside(text) | Block::Quote(text) => ReadyBlock::Aside(self.copy(text, aside)?),
            Block::From(text) | Block::Onward(text) => {
                ReadyBlock::Paragraph(self.copy(text, aside)?)
            }
            Block::Picture(_) => return None,
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
    let copy = Copy { text: &text.text, face, spans: &text.spans };
    prepare(fonts, copy, profile).map_err(|missing| {
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
