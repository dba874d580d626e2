//! What the make-up places, with its texts shaped: the same for every step and width.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::finding::Finding;
use crate::fit::balance::{balanced, break_cost, turns};
use crate::fit::head::HeadOptions;
use crate::fit::interline::Leading;
use crate::font::FontSet;
use crate::line::{LengthVariants, PreparedParagraph, TextLine};
use crate::model::{CopyText, HeadRequest, HeadlineShape, HouseStyle, LockSubject};
use crate::script::headline_breaks;
use crate::unit::{Abs, Em};

/// A text prepared for setting, with where it came from.
#[derive(Clone, Debug)]
pub struct ShapedText {
    /// The prepared text.
    pub paragraph: PreparedParagraph,
    /// The field of the record.
    pub field: Arc<str>,
    /// Bytes before what the field holds.
    pub prefix_bytes: usize,
    /// Where its words end, looked up when it first has to break between words.
    word_ends: OnceLock<Vec<usize>>,
    /// Broken by sense over one line, two and so on, whatever the width: that depends on the sense alone.
    lines_by_count: OnceLock<Vec<Option<Vec<TextLine>>>>,
}

impl ShapedText {
    pub(crate) fn new(paragraph: PreparedParagraph, text: &CopyText) -> Self {
        Self {
            paragraph,
            field: Arc::from(text.field.as_str()),
            prefix_bytes: text.prefix_bytes,
            word_ends: OnceLock::new(),
            lines_by_count: OnceLock::new(),
        }
    }

    /// How many 字 it has.
    pub(crate) fn characters(&self) -> usize {
        self.paragraph.characters
    }

    /// The text broken by sense into `count` lines, as even as that allows; `None` if there is no way.
    pub(crate) fn lines_by_sense(
        &self,
        count: usize,
        names: &[String],
        shape: HeadlineShape,
    ) -> Option<&[TextLine]> {
        let all = self.lines_by_count.get_or_init(|| {
            let ends = self.word_ends(names);
            let cost = |at| break_cost(&self.paragraph, at, ends);
            let most = HEADLINE_LINES_MAX.max(turns(&self.paragraph).len() + 1);
            let wide = Em::zi(10_000);
            (1..=most).map(|count| balanced(&self.paragraph, count, wide, &cost, shape)).collect()
        });
        all.get(count - 1)?.as_deref()
    }

    /// The bytes at which words end; `names` are kept whole.
    pub(crate) fn word_ends(&self, names: &[String]) -> &[usize] {
        self.word_ends.get_or_init(|| headline_breaks(self.paragraph.text(), names))
    }
}

/// A headline is broken into so many lines at most.
pub(crate) const HEADLINE_LINES_MAX: usize = 3;

/// What was made of an item before: steps that are alike in what it depends on share it.
#[derive(Debug)]
pub(crate) struct StepMemo<K, T>(Mutex<BTreeMap<K, Arc<T>>>);

impl<K: Ord, T> StepMemo<K, T> {
    /// What belongs to a key, made once.
    pub(crate) fn get_or_make(&self, key: K, make: impl FnOnce() -> T) -> Arc<T> {
        // A thread that failed while it held the map left it as it was.
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.entry(key).or_insert_with(|| Arc::new(make())).clone()
    }
}

impl<K, T> Default for StepMemo<K, T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K, T> Clone for StepMemo<K, T> {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// The lines of a block, and the other lengths that it could have.
pub(crate) type BlockLines = (Vec<TextLine>, Option<LengthVariants>);

/// What the heads of an item depend on: columns and the 字 of one, body, gutter, pitch, and whether it is the lead.
pub(crate) type HeadKey = (i64, i64, Abs, Abs, Abs, bool);

/// What an article is on its page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArticleRole {
    /// 头条.
    Lead,
    /// Any other.
    Other,
}

/// The texts of a head in one wording.
#[derive(Clone, Debug)]
pub struct HeadTexts {
    /// 引题.
    pub kicker: Option<ShapedText>,
    /// 主题.
    pub headline: ShapedText,
    /// 副题, by line.
    pub deck: Vec<ShapedText>,
}

/// An article in an item, or a picture that is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemMember {
    /// Its place in the record.
    pub subject: LockSubject,
    /// Its id.
    pub id: String,
    /// Its blocks in [`Ready::body`].
    pub blocks: Range<usize>,
}

/// What the make-up places as one, its texts all shaped: an article, a few briefs under one title, or a picture
/// that stands alone. The same for every step and width.
#[derive(Clone, Debug)]
pub struct ShapedItem {
    /// The ids of its members.
    pub id: String,
    /// Who is in it: one, or the briefs of a group.
    pub members: Vec<ItemMember>,
    /// 栏目; the common title of briefs.
    pub column_title: Option<ShapedText>,
    /// The head as it came, then in its other wordings; none for briefs and pictures.
    pub wordings: Vec<HeadTexts>,
    /// The head for vertical lines, where it is to stand so.
    pub vertical_head: Option<HeadTexts>,
    /// 提要题, by line, each with its mark.
    pub standfirst: Vec<ShapedText>,
    /// 作者.
    pub byline: Option<ShapedText>,
    /// The blocks of the body, each with its lines' texts.
    pub body: Vec<ShapedBlock>,
    /// Its paragraphs as lines, and the other lengths of long ones, by 字 of the column.
    pub(crate) lines_by_chars: StepMemo<i64, Vec<BlockLines>>,
    /// Its heads by columns spanned less one; see [`HeadKey`].
    pub(crate) heads_by_step: StepMemo<HeadKey, Vec<HeadOptions>>,
    /// The pictures, those in the body among them.
    pub pictures: Vec<ShapedPicture>,
    /// Importance.
    pub weight: u32,
    /// Where the head is to stand.
    pub head_request: HeadRequest,
    /// Whether it has a border.
    pub is_boxed: bool,
    /// Whether it stands on a tint.
    pub is_tinted: bool,
    /// Names that a head must not split.
    pub names: Vec<String>,
    /// What had to be set otherwise than asked for.
    pub findings: Vec<Finding>,
}

impl ShapedItem {
    /// Whether its text stands in from the edges of its module.
    pub fn is_framed(&self) -> bool {
        self.is_boxed || self.is_tinted
    }

    /// The 字 of its body; a pull quote repeats some and adds none.
    pub(crate) fn body_characters(&self) -> usize {
        let block = |block: &ShapedBlock| match block {
            ShapedBlock::Quote(_) | ShapedBlock::Picture(_) => 0,
            ShapedBlock::Lines(lines) => lines.texts.iter().map(ShapedText::characters).sum(),
            ShapedBlock::Paragraph(text)
            | ShapedBlock::Aside(text)
            | ShapedBlock::Crosshead(text)
            | ShapedBlock::Flush(text, _) => text.characters(),
        };
        self.body.iter().map(block).sum()
    }

    /// Whether it is a group of briefs.
    pub fn is_group(&self) -> bool {
        self.members.len() > 1
    }

    /// The member that a block belongs to.
    pub fn member_of_block(&self, block: usize) -> &ItemMember {
        &self.members[self.member_index_of_block(block)]
    }

    /// The same by its place among the members.
    pub fn member_index_of_block(&self, block: usize) -> usize {
        self.members.iter().position(|member| member.blocks.contains(&block)).unwrap_or(0)
    }

    /// The place in the record of its first article; `None` for a picture.
    pub fn article_index(&self) -> Option<usize> {
        match self.members[0].subject {
            LockSubject::Article(at) => Some(at),
            LockSubject::Picture(_) => None,
        }
    }
}

/// A picture with its texts shaped.
#[derive(Clone, Debug)]
pub struct ShapedPicture {
    /// Its place among the pictures of its article.
    pub index: usize,
    /// Its id, and the field of the record.
    pub id: String,
    /// See `id`.
    pub field: String,
    /// Whether a block of the body is its place.
    pub is_in_body: bool,
    /// Width and height in pixels.
    pub pixels: [u32; 2],
    /// Wanted width in basic columns.
    pub requested_columns: Option<i64>,
    /// 图说.
    pub caption: Option<ShapedText>,
    /// 摄影署名.
    pub credit: Option<ShapedText>,
}

/// A block of the body, shaped.
#[derive(Clone, Debug)]
pub enum ShapedBlock {
    /// Indented and filled to the measure.
    Paragraph(ShapedText),
    /// The same, set in from both sides.
    Aside(ShapedText),
    /// In the face of the crosshead, balanced.
    Crosshead(ShapedText),
    /// Set line by line, not filled.
    Lines(ShapedLines),
    /// Large, between rules.
    Quote(ShapedText),
    /// The picture with this index in [`Ready::pictures`].
    Picture(usize),
    /// One line flush left, or flush right.
    Flush(ShapedText, bool),
}

impl ShapedBlock {
    /// The `k`-th of its texts.
    pub fn text(&self, k: usize) -> Option<&ShapedText> {
        match self {
            Self::Paragraph(text)
            | Self::Aside(text)
            | Self::Crosshead(text)
            | Self::Quote(text)
            | Self::Flush(text, _) => Some(text),
            Self::Lines(lines) => lines.texts.get(k),
            Self::Picture(_) => None,
        }
    }
}

/// Lines kept as they are, shaped.
#[derive(Clone, Debug)]
pub struct ShapedLines {
    /// The lines.
    pub texts: Vec<ShapedText>,
    /// By how many halves of a 字 each is set in.
    pub indent_halves: Vec<u16>,
    /// The lines that a white row parts from the one before.
    pub stanza_starts: Vec<usize>,
}

/// How articles are shaped.
#[derive(Clone, Copy, Debug)]
pub struct ShapingContext<'a> {
    /// The faces.
    pub fonts: &'a FontSet,
    /// The house style.
    pub style: &'a HouseStyle,
    /// Names that are kept whole.
    pub names: &'a [String],
    /// What the white between the lines holds.
    pub leading: Leading,
}
