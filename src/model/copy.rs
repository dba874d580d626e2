//! A page of copy.

use std::ops::Range;
use std::sync::Arc;

use time::Date;

use crate::font::FontId;
use crate::image::SourceImage;
use crate::unit::Rect;

/// A part of a text that is set in a way of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextSpan {
    /// Bytes of the text.
    pub range: Range<usize>,
    /// How it is set.
    pub style: SpanStyle,
}

/// How a part of a text is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SpanStyle {
    /// In another face.
    Face(FontId),
    /// With a dot under each Han character (着重号).
    EmphasisDot,
    /// Raised and small, held to what stands before it (注码).
    Superscript,
    /// With a reading above it (注音).
    Ruby(String),
    /// Better not divided: a protected name (R66).
    Unbroken,
    /// A part of a dateline up to 电 or 讯: agency, place, or date (R71).
    Dateline,
    /// The space at which a head is to turn to its next line, whatever its width.
    ForcedBreak,
}

/// A piece of copy, normalised, with the field it came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CopyText {
    /// The text.
    pub text: String,
    /// What parts of it are set otherwise.
    pub spans: Vec<TextSpan>,
    /// The field of the record, e.g. `articles[3].body[2].paragraph.text`.
    pub field: String,
    /// Bytes before what the field holds: the dateline, or the label of an editor's note.
    pub prefix_bytes: usize,
}

impl CopyText {
    /// The text with something set before it in a dress of its own.
    #[must_use]
    pub fn with_prefix(mut self, lead: &str, dress: impl IntoIterator<Item = TextSpan>) -> Self {
        let by = lead.len();
        for span in &mut self.spans {
            span.range = span.range.start + by..span.range.end + by;
        }
        self.spans.splice(0..0, dress);
        self.text.insert_str(0, lead);
        self.prefix_bytes += by;
        self
    }

    /// Whether there is nothing to set.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The number of 字: Han characters and marks 1 each, a Latin word 1, a run of digits 1.
    pub fn char_count(&self) -> usize {
        count_chars(&self.text)
    }
}

/// Counts the 字 of a text as [`crate::script::characters`] does.
pub fn count_chars(text: &str) -> usize {
    use crate::script::{CompositionProfile, count_characters, segment};
    count_characters(&segment(text, &CompositionProfile::default()))
}

/// A part of the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BodyBlock {
    /// A paragraph, indented.
    Paragraph(CopyText),
    /// A crosshead (小标题).
    Crosshead(CopyText),
    /// Lines kept as they are.
    Lines(KeptLines),
    /// A note at the foot of the article, in its own face.
    Note(CopyText),
    /// A paragraph of the editor's note or the abstract: in a face of its own, set in from both sides.
    Aside(CopyText),
    /// A sentence of the copy set large between rules (引语); it is no copy of its own.
    PullQuote(CopyText),
    /// The place of a picture: the one with this index in [`Article::pictures`].
    Picture(usize),
    /// `（上接第一版）`, flush left before the copy.
    JumpFrom(CopyText),
    /// `（下转第三版）`, flush right after it.
    JumpTo(CopyText),
}

/// Lines kept as they are: verse, rows of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeptLines {
    /// The lines, none empty.
    pub texts: Vec<CopyText>,
    /// By how many halves of a 字 each is set in.
    pub indent_halves: Vec<u16>,
    /// The lines that a white row parts from the one before: the first of each stanza but the first.
    pub stanza_starts: Vec<usize>,
}

impl BodyBlock {
    /// The texts of the block.
    pub fn texts(&self) -> &[CopyText] {
        match self {
            Self::Paragraph(text)
            | Self::Crosshead(text)
            | Self::Note(text)
            | Self::Aside(text)
            | Self::PullQuote(text)
            | Self::JumpFrom(text)
            | Self::JumpTo(text) => std::slice::from_ref(text),
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
    pub column_title: CopyText,
    /// 引题.
    pub kicker: CopyText,
    /// 主题, never empty.
    pub headline: CopyText,
    /// 副题, by line.
    pub deck: Vec<CopyText>,
    /// 提要题, a point a line.
    pub summary: Vec<CopyText>,
    /// 作者, one line.
    pub byline: CopyText,
    /// The body, empty only where pictures stand for it; the dateline leads the first paragraph.
    pub body: Vec<BodyBlock>,
    /// Importance, 0–100.
    pub weight: u32,
    /// Where the head is to stand.
    pub head_request: HeadRequest,
    /// Other wordings of the head that the make-up may choose.
    pub head_variants: Vec<HeadVariant>,
    /// Its pictures, those that blocks name among them.
    pub pictures: Vec<PagePicture>,
    /// Set with a border (加框).
    pub is_boxed: bool,
    /// Set on a tint (底纹).
    pub is_tinted: bool,
    /// A brief (简讯), which goes with others of its column title.
    pub is_brief: bool,
}

/// Another wording of a head. What is empty stays as the article has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeadVariant {
    /// 引题.
    pub kicker: CopyText,
    /// 主题, never empty.
    pub headline: CopyText,
    /// 副题, by line.
    pub deck: Vec<CopyText>,
}

/// A picture with what is printed below it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PagePicture {
    /// Unique on the page.
    pub id: String,
    /// The field of the record, e.g. `articles[0].pictures[1]`.
    pub field: String,
    /// 图说.
    pub caption: CopyText,
    /// 摄影署名.
    pub credit: CopyText,
    /// What a crop keeps in view, in thousandths of width and height.
    pub focus_milli: [i64; 2],
    /// Wanted width in basic columns; `None` leaves it to the make-up.
    pub requested_columns: Option<i64>,
    /// The picture itself; `None` if its bytes are missing or cannot be read, which is told.
    pub image: Option<Arc<SourceImage>>,
}

impl PagePicture {
    /// Width and height in pixels as it is seen; three to two where nothing is known.
    pub fn pixel_size(&self) -> [u32; 2] {
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
pub struct ReservedBox {
    /// Unique on the page.
    pub id: String,
    /// The field of the record.
    pub field: String,
    /// What it is for.
    pub kind: ReservedKind,
    /// Where it is.
    pub area: ReservedArea,
    /// Its artwork, fitted into it without cropping.
    pub picture: Option<PagePicture>,
    /// What to call it.
    pub label: String,
}

/// A place given in lengths or on the grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReservedArea {
    /// From the top left of the trim, y down.
    Lengths(Rect),
    /// First column, first row, columns and rows.
    Grid([i64; 4]),
}

/// What stands where the layout desk says (锁定).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlacementLock {
    /// What is locked.
    pub subject: LockSubject,
    /// Where.
    pub place: LockPlace,
    /// The field of the record.
    pub field: String,
}

/// An article or a lone picture, by its place in the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LockSubject {
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
    pub fn char_count(&self) -> usize {
        self.head_char_count() + self.body_char_count()
    }

    /// The number of 字 of everything but the body.
    pub fn head_char_count(&self) -> usize {
        let head = [&self.column_title, &self.kicker, &self.headline, &self.byline];
        head.into_iter().chain(&self.deck).chain(&self.summary).map(CopyText::char_count).sum()
    }

    /// The number of 字 of the body; a pull quote repeats some and adds none.
    pub fn body_char_count(&self) -> usize {
        let own = self.body.iter().filter(|block| !matches!(block, BodyBlock::PullQuote(_)));
        own.flat_map(BodyBlock::texts).map(CopyText::char_count).sum()
    }
}

/// A role and its names, for the staff line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffEntry {
    /// 责任编辑, 校对, 版式设计 …
    pub role: String,
    /// The names.
    pub names: Vec<String>,
}

/// What the layout desk wants.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeskRequests {
    /// The density step by name; empty leaves the choice to the make-up.
    pub density_step: String,
    /// Names that no headline may split.
    pub protected_names: Vec<String>,
    /// Pairs of articles, by their place in the record, whose modules may not share an edge.
    pub apart_pairs: Vec<[usize; 2]>,
    /// Groups of articles of one headline size and one number of columns.
    pub same_grade_groups: Vec<Vec<usize>>,
    /// The fixed template by name; empty for none.
    pub template: String,
    /// What stands where the desk says, each subject once.
    pub locks: Vec<PlacementLock>,
}

/// Where a record asks for the head of an article to stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HeadRequest {
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
    pub paper_name: CopyText,
    /// Where its name leads readers of files, as a web address; empty for nowhere.
    pub paper_website: String,
    /// 出版日期.
    pub date: Option<Date>,
    /// 版次 as printed.
    pub page_number: CopyText,
    /// 版名.
    pub section: CopyText,
    /// 通栏语.
    pub banner: CopyText,
    /// 责任编辑 校对 版式设计, in the order of the staff line.
    pub staff: Vec<StaffEntry>,
    /// The articles in the editor's order, at least one.
    pub articles: Vec<Article>,
    /// Pictures that stand alone (图片新闻).
    pub pictures: Vec<PagePicture>,
    /// Areas kept free of articles; they do not overlap if they are given on the grid.
    pub reserved: Vec<ReservedBox>,
    /// What the layout desk wants.
    pub requests: DeskRequests,
}

#[cfg(test)]
mod tests {
    use super::{Article, BodyBlock, CopyText, count_chars};

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
            assert_eq!(count_chars(text), expected, "{text}");
        }
    }

    #[test]
    fn a_pull_quote_is_no_copy_of_its_own() {
        let text = |text: &str| CopyText { text: text.to_owned(), ..CopyText::default() };
        let body =
            vec![BodyBlock::Paragraph(text("大桥通车了。")), BodyBlock::PullQuote(text("通车了"))];
        let article = Article { headline: text("大桥"), body, ..Article::default() };
        assert_eq!((article.body_char_count(), article.char_count()), (6, 8));
    }
}
