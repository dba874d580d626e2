//! Items of a page with their texts shaped, independent of density step and width.

use std::ops::Range;
use std::sync::{Arc, OnceLock};

use crate::finding::Finding;
use crate::fit::balance::{balance_lines, head_break_cost, requested_breaks};
use crate::fit::head::{HeadOptions, HeadPart, HeadWording};
use crate::fit::interline::Leading;
use crate::fit::step_memo::StepMemo;
use crate::font::FontSet;
use crate::line::{LengthVariants, PreparedParagraph, TextLine};
use crate::model::{CopyText, HeadRequest, HeadlineShape, HouseStyle, LockSubject};
use crate::script::headline_breaks;
use crate::unit::{Abs, Em};

/// Most lines of a headline that the record does not break itself.
pub(crate) const HEADLINE_LINES_MAX: usize = 3;

/// A shaped text and the field of the record that it comes from.
#[derive(Clone, Debug)]
pub struct ShapedText {
    /// The text, shaped.
    pub paragraph: PreparedParagraph,
    /// Path of the field in the record.
    pub field: Arc<str>,
    /// Bytes at the start of the text that the field does not have.
    pub prefix_bytes: usize,
    /// Byte offsets at which words end; computed when the text first has to break.
    word_ends: OnceLock<Vec<usize>>,
    /// The text broken by sense into one line, two and so on. Independent of the width.
    lines_by_count: OnceLock<Vec<Option<Vec<TextLine>>>>,
}

impl ShapedText {
    /// Adds to a shaped paragraph the source of its text.
    pub(crate) fn new(paragraph: PreparedParagraph, text: &CopyText) -> Self {
        Self {
            paragraph,
            field: Arc::from(text.field.as_str()),
            prefix_bytes: text.prefix_bytes,
            word_ends: OnceLock::new(),
            lines_by_count: OnceLock::new(),
        }
    }

    /// Number of 字.
    pub(crate) fn characters(&self) -> usize {
        self.paragraph.characters
    }

    /// Returns the text broken by sense into exactly `count` lines of like length. `None` if
    /// there is no way, or if `count` is more than a headline may have.
    pub(crate) fn lines_by_sense(
        &self,
        count: usize,
        names: &[String],
        shape: HeadlineShape,
    ) -> Option<&[TextLine]> {
        let lines_by_count = self.lines_by_count.get_or_init(|| {
            let word_ends = self.word_ends(names);
            let cost = |unit| head_break_cost(&self.paragraph, unit, word_ends);
            // Requested breaks may make more lines than a headline usually has.
            let most = HEADLINE_LINES_MAX.max(requested_breaks(&self.paragraph).len() + 1);
            // Lines by sense do not depend on the width: callers choose a size at which they fit.
            let any_width = Em::zi(10_000);
            (1..=most)
                .map(|count| balance_lines(&self.paragraph, count, any_width, &cost, shape))
                .collect()
        });
        lines_by_count.get(count - 1)?.as_deref()
    }

    /// Byte offsets at which words end. `names` are treated as words.
    pub(crate) fn word_ends(&self, names: &[String]) -> &[usize] {
        self.word_ends.get_or_init(|| headline_breaks(self.paragraph.text(), names))
    }
}

/// Lines of a block in its best setting.
#[derive(Debug)]
pub(crate) struct BlockLines {
    /// Lines of a paragraph; empty for other blocks.
    pub(crate) lines: Vec<TextLine>,
    /// Settings in more or fewer lines; `None` for paragraphs that are too short or too long.
    pub(crate) variants: Option<LengthVariants>,
}

/// Everything that the heads of an item depend on, apart from the item itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct HeadKey {
    pub(crate) columns: i64,
    pub(crate) chars: i64,
    pub(crate) body: Abs,
    pub(crate) gutter: Abs,
    pub(crate) pitch: Abs,
    pub(crate) role: ArticleRole,
}

/// Role of an article on its page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ArticleRole {
    /// The lead (头条).
    Lead,
    /// Any other article.
    Other,
}

/// Texts of a head in one wording.
#[derive(Clone, Debug)]
pub struct HeadTexts {
    /// Kicker (引题).
    pub kicker: Option<ShapedText>,
    /// Headline (主题).
    pub headline: ShapedText,
    /// Lines of the deck (副题).
    pub deck: Vec<ShapedText>,
}

/// An article of an item, or a picture that stands alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemMember {
    /// Index in the record.
    pub subject: LockSubject,
    /// Id in the record.
    pub id: String,
    /// Blocks in [`ShapedItem::body`].
    pub blocks: Range<usize>,
}

/// A thing that the make-up places as one, with all its texts shaped: an article, a few briefs
/// under one title, or a picture that stands alone.
#[derive(Clone, Debug)]
pub struct ShapedItem {
    /// Ids of the members, joined with 、.
    pub id: String,
    /// Articles in the item: one, or the briefs of a group.
    pub members: Vec<ItemMember>,
    /// Column title (栏目): of the article, or common to the briefs.
    pub column_title: Option<ShapedText>,
    /// Head in the article's own wording, then in its alternatives. Empty for briefs and pictures.
    pub wordings: Vec<HeadTexts>,
    /// Head shaped for vertical lines; `None` if the record does not request a vertical head.
    pub vertical_head: Option<HeadTexts>,
    /// Points of the standfirst (提要题), each with its mark.
    pub standfirst: Vec<ShapedText>,
    /// Byline (作者).
    pub byline: Option<ShapedText>,
    /// Blocks of the body.
    pub body: Vec<ShapedBlock>,
    /// Lines of every block, by 字 per column.
    pub(crate) lines_by_chars: StepMemo<i64, Vec<BlockLines>>,
    /// Heads over one basic column, two and so on.
    pub(crate) heads_by_step: StepMemo<HeadKey, Vec<HeadOptions>>,
    /// Pictures, also those whose place is in the body.
    pub pictures: Vec<ShapedPicture>,
    /// Importance, 0–100.
    pub weight: u32,
    /// Requested position of the head.
    pub head_request: HeadRequest,
    /// True if it has a border (加框).
    pub is_boxed: bool,
    /// True if it stands on a tint (底纹).
    pub is_tinted: bool,
    /// Names that a head must not split.
    pub names: Vec<String>,
    /// Findings about styling that could not be set as requested.
    pub findings: Vec<Finding>,
}

impl ShapedItem {
    /// True if its text stands in from the edges of its module.
    pub fn is_framed(&self) -> bool {
        self.is_boxed || self.is_tinted
    }

    /// Number of 字 in the body. A pull quote repeats copy and adds none.
    pub(crate) fn body_characters(&self) -> usize {
        let characters = |block: &ShapedBlock| match block {
            ShapedBlock::Quote(_) | ShapedBlock::Picture(_) => 0,
            ShapedBlock::Lines(lines) => lines.texts.iter().map(ShapedText::characters).sum(),
            ShapedBlock::Paragraph(text)
            | ShapedBlock::Aside(text)
            | ShapedBlock::Crosshead(text)
            | ShapedBlock::Flush(text, _) => text.characters(),
        };
        self.body.iter().map(characters).sum()
    }

    /// True if it is a group of briefs.
    pub fn is_group(&self) -> bool {
        self.members.len() > 1
    }

    /// Returns the member that a block of the body belongs to.
    pub fn member_of_block(&self, block: usize) -> &ItemMember {
        &self.members[self.member_index_of_block(block)]
    }

    /// Index of the member that a block of the body belongs to; the first for an index beyond the
    /// body.
    pub fn member_index_of_block(&self, block: usize) -> usize {
        self.members.iter().position(|member| member.blocks.contains(&block)).unwrap_or(0)
    }

    /// Index of its first article in the record; `None` for a picture.
    pub fn article_index(&self) -> Option<usize> {
        match self.members[0].subject {
            LockSubject::Article(index) => Some(index),
            LockSubject::Picture(_) => None,
        }
    }

    /// Returns the texts of the head in a wording; `None` if the item has no such head.
    pub(crate) fn head_texts(&self, wording: HeadWording) -> Option<&HeadTexts> {
        if wording.is_vertical {
            self.vertical_head.as_ref()
        } else {
            self.wordings.get(wording.variant)
        }
    }

    /// Returns the text of a part of the head in a wording; `None` if the head has no such part.
    pub fn head_text(&self, wording: HeadWording, part: HeadPart) -> Option<&ShapedText> {
        match part {
            HeadPart::ColumnTitle => self.column_title.as_ref(),
            HeadPart::Kicker => self.head_texts(wording)?.kicker.as_ref(),
            HeadPart::Headline => Some(&self.head_texts(wording)?.headline),
            HeadPart::Deck(line) => self.head_texts(wording)?.deck.get(line),
            HeadPart::Standfirst(point) => self.standfirst.get(point),
            HeadPart::Byline => self.byline.as_ref(),
        }
    }
}

/// A picture with its texts shaped.
#[derive(Clone, Debug)]
pub struct ShapedPicture {
    /// Index among the pictures of its article.
    pub index: usize,
    /// Id in the record.
    pub id: String,
    /// Path of its field in the record.
    pub field: String,
    /// True if a block of the body is its place.
    pub is_in_body: bool,
    /// Width and height in pixels.
    pub pixels: [u32; 2],
    /// Requested width in basic columns; `None` leaves it to the make-up.
    pub requested_columns: Option<i64>,
    /// Caption (图说).
    pub caption: Option<ShapedText>,
    /// Credit (摄影署名).
    pub credit: Option<ShapedText>,
}

/// Edge of the column at which a flush line stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlushSide {
    /// Left edge: 上接, bylines of briefs.
    Left,
    /// Right edge: 下转.
    Right,
}

/// A block of the body, shaped.
#[derive(Clone, Debug)]
pub enum ShapedBlock {
    /// A paragraph, indented and justified.
    Paragraph(ShapedText),
    /// A paragraph that is set in from both sides.
    Aside(ShapedText),
    /// A crosshead (小标题), in lines of like length.
    Crosshead(ShapedText),
    /// Lines kept as they are, not justified.
    Lines(ShapedLines),
    /// A pull quote (引语), large, between rules.
    Quote(ShapedText),
    /// Place of the picture with this index in [`ShapedItem::pictures`].
    Picture(usize),
    /// A line at one edge of the column.
    Flush(ShapedText, FlushSide),
}

impl ShapedBlock {
    /// Returns one of its texts by index. All blocks but [`Self::Lines`] have at most one text,
    /// which every index returns.
    pub fn text(&self, index: usize) -> Option<&ShapedText> {
        match self {
            Self::Paragraph(text)
            | Self::Aside(text)
            | Self::Crosshead(text)
            | Self::Quote(text)
            | Self::Flush(text, _) => Some(text),
            Self::Lines(lines) => lines.texts.get(index),
            Self::Picture(_) => None,
        }
    }
}

/// Lines kept as they are, shaped.
#[derive(Clone, Debug)]
pub struct ShapedLines {
    /// Text of each line.
    pub texts: Vec<ShapedText>,
    /// Indent of each line in halves of a 字.
    pub indent_halves: Vec<u16>,
    /// Lines before which a white row starts a new stanza.
    pub stanza_starts: Vec<usize>,
}

/// Inputs of shaping an item.
#[derive(Clone, Copy, Debug)]
pub struct ShapingContext<'a> {
    /// Fonts of the engine.
    pub fonts: &'a FontSet,
    /// House style.
    pub style: &'a HouseStyle,
    /// Names that are kept on one line.
    pub names: &'a [String],
    /// Whether the white between lines holds interlinear marks.
    pub leading: Leading,
}
