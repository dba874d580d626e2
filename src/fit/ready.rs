//! What the make-up places, with its texts shaped: the same for every step and width.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::diag::Diagnostic;
use crate::fit::balance::{balanced, break_cost, turns};
use crate::fit::head::HeadSet;
use crate::fit::interline::Lead;
use crate::font::Fonts;
use crate::line::{Lengths, Line, Prepared};
use crate::model::{HeadWish, HouseStyle, Shape, Subject, Text};
use crate::script::word_ends;
use crate::unit::{Abs, Em};

/// A text prepared for setting, with where it came from.
#[derive(Clone, Debug)]
pub struct ReadyText {
    /// The prepared text.
    pub line: Prepared,
    /// The field of the record.
    pub field: Arc<str>,
    /// Bytes before what the field holds.
    pub prefix: usize,
    /// Where its words end, looked up when it first has to break between words.
    ends: OnceLock<Vec<usize>>,
    /// Broken by sense over one line, two and so on, whatever the width: that depends on the sense alone.
    broken: OnceLock<Vec<Option<Vec<Line>>>>,
}

impl ReadyText {
    pub(crate) fn new(line: Prepared, text: &Text) -> Self {
        Self {
            line,
            field: Arc::from(text.field.as_str()),
            prefix: text.prefix,
            ends: OnceLock::new(),
            broken: OnceLock::new(),
        }
    }

    /// How many 字 it has.
    pub(crate) fn count(&self) -> usize {
        self.line.characters
    }

    /// The text broken by sense into `count` lines, as even as that allows; `None` if there is no way.
    pub(crate) fn broken(&self, count: usize, names: &[String], shape: Shape) -> Option<&[Line]> {
        let all = self.broken.get_or_init(|| {
            let ends = self.ends(names);
            let cost = |at| break_cost(&self.line, at, ends);
            let most = BROKEN_MOST.max(turns(&self.line).len() + 1);
            let wide = Em::zi(10_000);
            (1..=most).map(|count| balanced(&self.line, count, wide, &cost, shape)).collect()
        });
        all.get(count - 1)?.as_deref()
    }

    /// The bytes at which words end; `names` are kept whole.
    pub(crate) fn ends(&self, names: &[String]) -> &[usize] {
        self.ends.get_or_init(|| word_ends(self.line.text(), names))
    }
}

/// A headline is broken into so many lines at most.
pub(crate) const BROKEN_MOST: usize = 3;

/// What was made of an item before: steps that are alike in what it depends on share it.
#[derive(Debug)]
pub(crate) struct Kept<K, T>(Mutex<BTreeMap<K, Arc<T>>>);

impl<K: Ord, T> Kept<K, T> {
    /// What belongs to a key, made once.
    pub(crate) fn at(&self, key: K, make: impl FnOnce() -> T) -> Arc<T> {
        // A thread that failed while it held the map left it as it was.
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.entry(key).or_insert_with(|| Arc::new(make())).clone()
    }
}

impl<K, T> Default for Kept<K, T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K, T> Clone for Kept<K, T> {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// The lines of a block, and the other lengths that it could have.
pub(crate) type BlockLines = (Vec<Line>, Option<Lengths>);

/// What the heads of an item depend on: columns and the 字 of one, body, gutter, pitch, and whether it is the lead.
pub(crate) type HeadKey = (i64, i64, Abs, Abs, Abs, bool);

/// What an article is on its page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rank {
    /// 头条.
    Lead,
    /// Any other.
    Other,
}

/// The texts of a head in one wording.
#[derive(Clone, Debug)]
pub struct HeadTexts {
    /// 引题.
    pub kicker: Option<ReadyText>,
    /// 主题.
    pub headline: ReadyText,
    /// 副题, by line.
    pub deck: Vec<ReadyText>,
}

/// An article in an item, or a picture that is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its place in the record.
    pub subject: Subject,
    /// Its id.
    pub id: String,
    /// Its blocks in [`Ready::body`].
    pub blocks: Range<usize>,
}

/// What the make-up places as one, its texts all shaped: an article, a few briefs under one title, or a picture
/// that stands alone. The same for every step and width.
#[derive(Clone, Debug)]
pub struct Ready {
    /// The ids of its members.
    pub id: String,
    /// Who is in it: one, or the briefs of a group.
    pub members: Vec<Member>,
    /// 栏目; the common title of briefs.
    pub column_title: Option<ReadyText>,
    /// The head as it came, then in its other wordings; none for briefs and pictures.
    pub heads: Vec<HeadTexts>,
    /// The head for vertical lines, where it is to stand so.
    pub upright: Option<HeadTexts>,
    /// 提要题, by line, each with its mark.
    pub summary: Vec<ReadyText>,
    /// 作者.
    pub byline: Option<ReadyText>,
    /// The blocks of the body, each with its lines' texts.
    pub body: Vec<ReadyBlock>,
    /// Its paragraphs as lines, and the other lengths of long ones, by 字 of the column.
    pub(crate) lines: Kept<i64, Vec<BlockLines>>,
    /// Its heads by columns spanned less one; see [`HeadKey`].
    pub(crate) head_sets: Kept<HeadKey, Vec<HeadSet>>,
    /// The pictures, those in the body among them.
    pub pictures: Vec<ReadyPicture>,
    /// Importance.
    pub weight: u32,
    /// Where the head is to stand.
    pub head: HeadWish,
    /// Whether it has a border.
    pub boxed: bool,
    /// Whether it stands on a tint.
    pub tinted: bool,
    /// Names that a head must not split.
    pub names: Vec<String>,
    /// What had to be set otherwise than asked for.
    pub notes: Vec<Diagnostic>,
}

impl Ready {
    /// Whether its text stands in from the edges of its module.
    pub fn framed(&self) -> bool {
        self.boxed || self.tinted
    }

    /// The 字 of its body; a pull quote repeats some and adds none.
    pub(crate) fn body_count(&self) -> usize {
        let block = |block: &ReadyBlock| match block {
            ReadyBlock::Quote(_) | ReadyBlock::Picture(_) => 0,
            ReadyBlock::Lines(lines) => lines.texts.iter().map(ReadyText::count).sum(),
            ReadyBlock::Paragraph(text)
            | ReadyBlock::Aside(text)
            | ReadyBlock::Crosshead(text)
            | ReadyBlock::Flush(text, _) => text.count(),
        };
        self.body.iter().map(block).sum()
    }

    /// Whether it is a group of briefs.
    pub fn is_group(&self) -> bool {
        self.members.len() > 1
    }

    /// The member that a block belongs to.
    pub fn member_of(&self, block: usize) -> &Member {
        &self.members[self.member_at(block)]
    }

    /// The same by its place among the members.
    pub fn member_at(&self, block: usize) -> usize {
        self.members.iter().position(|member| member.blocks.contains(&block)).unwrap_or(0)
    }

    /// The place in the record of its first article; `None` for a picture.
    pub fn article(&self) -> Option<usize> {
        match self.members[0].subject {
            Subject::Article(at) => Some(at),
            Subject::Picture(_) => None,
        }
    }
}

/// A picture with its texts shaped.
#[derive(Clone, Debug)]
pub struct ReadyPicture {
    /// Its place among the pictures of its article.
    pub index: usize,
    /// Its id, and the field of the record.
    pub id: String,
    /// See `id`.
    pub field: String,
    /// Whether a block of the body is its place.
    pub in_copy: bool,
    /// Width and height in pixels.
    pub size: [u32; 2],
    /// Wanted width in basic columns.
    pub columns: Option<i64>,
    /// 图说.
    pub caption: Option<ReadyText>,
    /// 摄影署名.
    pub credit: Option<ReadyText>,
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
    /// Large, between rules.
    Quote(ReadyText),
    /// The picture with this index in [`Ready::pictures`].
    Picture(usize),
    /// One line flush left, or flush right.
    Flush(ReadyText, bool),
}

impl ReadyBlock {
    /// The `k`-th of its texts.
    pub fn text(&self, k: usize) -> Option<&ReadyText> {
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
