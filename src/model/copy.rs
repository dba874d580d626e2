//! A page of copy.

use std::ops::Range;
use std::sync::Arc;

use time::Date;

use crate::font::FontId;
use crate::image::Image;
use crate::unit::Rect;

/// A part of a text that is set in a way of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// Bytes of the text.
    pub range: Range<usize>,
    /// How it is set.
    pub dress: Dress,
}

/// How a part of a text is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Dress {
    /// In another face.
    Face(FontId),
    /// With a dot under each Han character (着重号).
    Dotted,
    /// Raised and small, held to what stands before it (注码).
    Raised,
    /// With a reading above it (注音).
    Reading(String),
    /// Better not divided: a protected name (R66).
    Kept,
    /// A part of a dateline up to 电 or 讯: agency, place, or date (R71).
    Dateline,
    /// The space at which a head is to turn to its next line, whatever its width.
    Turn,
}

/// A piece of copy, normalised, with the field it came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    /// The text.
    pub text: String,
    /// What parts of it are set otherwise.
    pub spans: Vec<Span>,
    /// The field of the record, e.g. `articles[3].body[2].paragraph.text`.
    pub field: String,
    /// Bytes before what the field holds: the dateline, or the label of an editor's note.
    pub prefix: usize,
}

impl Text {
    /// The text with something set before it in a dress of its own.
    #[must_use]
    pub fn led_by(mut self, lead: &str, dress: impl IntoIterator<Item = Span>) -> Self {
        let by = lead.len();
        for span in &mut self.spans {
            span.range = span.range.start + by..span.range.end + by;
        }
        self.spans.splice(0..0, dress);
        self.text.insert_str(0, lead);
        self.prefix += by;
        self
    }

    /// Whether there is nothing to set.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The number of 字: Han characters and marks 1 each, a Latin word 1, a run of digits 1.
    pub fn count(&self) -> usize {
        count(&self.text)
    }
}

/// Counts the 字 of a text as [`crate::script::characters`] does.
pub fn count(text: &str) -> usize {
    use crate::script::{Profile, characters, segment};
    characters(&segment(text, &Profile::default()))
}

/// A part of the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Block {
    /// A paragraph, indented.
    Paragraph(Text),
    /// A crosshead (小标题).
    Crosshead(Text),
    /// Lines kept as they are.
    Lines(Lines),
    /// A note at the foot of the article, in its own face.
    Note(Text),
    /// A paragraph of the editor's note or the abstract: in a face of its own, set in from both sides.
    Aside(Text),
    /// A sentence of the copy set large between rules (引语); it is no copy of its own.
    Quote(Text),
    /// The place of a picture: the one with this index in [`Article::pictures`].
    Picture(usize),
    /// `（上接第一版）`, flush left before the copy.
    From(Text),
    /// `（下转第三版）`, flush right after it.
    Onward(Text),
}

/// Lines kept as they are: verse, rows of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lines {
    /// The lines, none empty.
    pub texts: Vec<Text>,
    /// By how many halves of a 字 each is set in.
    pub indents: Vec<u16>,
    /// The lines that a white row parts from the one before: the first of each stanza but the first.
    pub stanzas: Vec<usize>,
}

impl Block {
    /// The texts of the block.
    pub fn texts(&self) -> &[Text] {
        match self {
            Self::Paragraph(text)
            | Self::Crosshead(text)
            | Self::Note(text)
            | Self::Aside(text)
            | Self::Quote(text)
            | Self::From(text)
            | Self::Onward(text) => std::slice::from_ref(text),
            Self::Lines(lines) => &lines.texts,
            Self::Picture(_) => &[],
        }
    }
}

/// An article, checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Article {
    /// Unique on the page.
    pub id: String,
    /// 栏目.
    pub column_title: Text,
    /// 引题.
    pub kicker: Text,
    /// 主题, never empty.
    pub headline: Text,
    /// 副题, by line.
    pub deck: Vec<Text>,
    /// 提要题, a point a line.
    pub summary: Vec<Text>,
    /// 作者, one line.
    pub byline: Text,
    /// The body, empty only where pictures stand for it; the dateline leads the first paragraph.
    pub body: Vec<Block>,
    /// Importance, 0–100.
    pub weight: u32,
    /// Where the head is to stand.
    pub head: HeadWish,
    /// Other wordings of the head that the make-up may choose.
    pub alternatives: Vec<Variant>,
    /// Its pictures, those that blocks name among them.
    pub pictures: Vec<Picture>,
    /// Set with a border (加框).
    pub boxed: bool,
    /// Set on a tint (底纹).
    pub tinted: bool,
    /// A brief (简讯), which goes with others of its column title.
    pub brief: bool,
}

/// Another wording of a head. What is empty stays as the article has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Variant {
    /// 引题.
    pub kicker: Text,
    /// 主题, never empty.
    pub headline: Text,
    /// 副题, by line.
    pub deck: Vec<Text>,
}

/// A picture with what is printed below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Unique on the page.
    pub id: String,
    /// The field of the record, e.g. `articles[0].pictures[1]`.
    pub field: String,
    /// 图说.
    pub caption: Text,
    /// 摄影署名.
    pub credit: Text,
    /// What a crop keeps in view, in thousandths of width and height.
    pub focus: [i64; 2],
    /// Wanted width in basic columns; `None` leaves it to the make-up.
    pub columns: Option<i64>,
    /// The picture itself; `None` if its bytes are missing or cannot be read, which is told.
    pub image: Option<Arc<Image>>,
}

impl Picture {
    /// Width and height in pixels as it is seen; three to two where nothing is known.
    pub fn size(&self) -> [u32; 2] {
        self.image.as_ref().map_or([1500, 1000], |image| image.size())
    }
}

/// What a reserved box is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReservedKind {
    /// 广告.
    Advertisement,
    /// 固定框, 报花.
    #[default]
    Box,
    /// 留白: white on purpose.
    White,
}

/// An area that articles keep out of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reserved {
    /// Unique on the page.
    pub id: String,
    /// The field of the record.
    pub field: String,
    /// What it is for.
    pub kind: ReservedKind,
    /// Where it is.
    pub area: Area,
    /// Its artwork, fitted into it without cropping.
    pub picture: Option<Picture>,
    /// What to call it.
    pub label: String,
}

/// A place given in lengths or on the grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Area {
    /// From the top left of the trim, y down.
    Lengths(Rect),
    /// First column, first row, columns and rows.
    Grid([i64; 4]),
}

/// What stands where the layout desk says (锁定).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lock {
    /// What is locked.
    pub subject: Subject,
    /// Where.
    pub place: LockPlace,
    /// The field of the record.
    pub field: String,
}

/// An article or a lone picture, by its place in the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// By place among the articles.
    Article(usize),
    /// By place among [`PageCopy::pictures`].
    Picture(usize),
}

/// Where a lock pins something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LockPlace {
    /// First column, first row, columns and rows on the grid; `None` leaves one to the make-up, not all.
    Grid([Option<i64>; 4]),
    /// A slot of the template.
    Slot(String),
}

impl Article {
    /// The number of 字 of the whole article.
    pub fn count(&self) -> usize {
        self.head_count() + self.body_count()
    }

    /// The number of 字 of everything but the body.
    pub fn head_count(&self) -> usize {
        let head = [&self.column_title, &self.kicker, &self.headline, &self.byline];
        head.into_iter().chain(&self.deck).chain(&self.summary).map(Text::count).sum()
    }

    /// The number of 字 of the body; a pull quote repeats some and adds none.
    pub fn body_count(&self) -> usize {
        let own = self.body.iter().filter(|block| !matches!(block, Block::Quote(_)));
        own.flat_map(Block::texts).map(Text::count).sum()
    }
}

/// A role and its names, for the staff line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Staff {
    /// 责任编辑, 校对, 版式设计 …
    pub role: String,
    /// The names.
    pub names: Vec<String>,
}

/// What the layout desk wants.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wishes {
    /// The density step by name; empty leaves the choice to the make-up.
    pub step: String,
    /// Names that no headline may split.
    pub protected_names: Vec<String>,
    /// Pairs of articles, by their place in the record, whose modules may not share an edge.
    pub apart: Vec<[usize; 2]>,
    /// Groups of articles of one headline size and one number of columns.
    pub same_grade: Vec<Vec<usize>>,
    /// The fixed template by name; empty for none.
    pub template: String,
    /// What stands where the desk says, each subject once.
    pub locks: Vec<Lock>,
}

/// Where a record asks for the head of an article to stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HeadWish {
    /// Wherever the make-up sees fit.
    #[default]
    Any,
    /// Above the body.
    Above,
    /// Over the left columns.
    Left,
    /// Over columns in the middle, with body on both sides.
    Centred,
    /// Vertical, at the left of the body.
    Vertical,
}

/// A page of copy, checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageCopy {
    /// 报名; empty if the record has none.
    pub paper: Text,
    /// Where its name leads readers of files, as a web address; empty for nowhere.
    pub website: String,
    /// 出版日期.
    pub date: Option<Date>,
    /// 版次 as printed.
    pub number: Text,
    /// 版名.
    pub section: Text,
    /// 通栏语.
    pub banner: Text,
    /// 责任编辑 校对 版式设计, in the order of the staff line.
    pub staff: Vec<Staff>,
    /// The articles in the editor's order, at least one.
    pub articles: Vec<Article>,
    /// Pictures that stand alone (图片新闻).
    pub pictures: Vec<Picture>,
    /// Areas kept free of articles; they do not overlap if they are given on the grid.
    pub reserved: Vec<Reserved>,
    /// What the layout desk wants.
    pub wishes: Wishes,
}

#[cfg(test)]
mod tests {
    use super::{Article, Block, Text, count};

    #[test]
    fn zi_are_counted_by_the_rule() {
        for (text, expected) in [
            ("党的二十大，", 6),
            ("2023年10月29日", 6),
            ("COVID-19疫情", 3),
            ("增长3.5%", 4),
            ("New York 很大", 4),
            ("", 0),
        ] {
            assert_eq!(count(text), expected, "{text}");
        }
    }

    #[test]
    fn a_pull_quote_is_no_copy_of_its_own() {
        let text = |text: &str| Text { text: text.to_owned(), ..Text::default() };
        let body = vec![Block::Paragraph(text("大桥通车了。")), Block::Quote(text("通车了"))];
        let article = Article { headline: text("大桥"), body, ..Article::default() };
        assert_eq!((article.body_count(), article.count()), (6, 8));
    }
}
