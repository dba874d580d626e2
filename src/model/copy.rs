//! A page of copy.

use std::ops::Range;
use std::sync::Arc;

use time::Date;

use crate::font::FontId;
use crate::image::SourceImage;
use crate::unit::{GridRect, Rect};

/// Part of a text that is set in its own style.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextSpan {
    /// Byte range in the text.
    pub range: Range<usize>,
    /// Its style.
    pub style: SpanStyle,
}

/// Style of a part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SpanStyle {
    /// Set in another face.
    Face(FontId),
    /// A dot below each Han character (着重号).
    EmphasisDot,
    /// Raised and small, attached to the character before it (注码).
    Superscript,
    /// A reading above the text (注音).
    Ruby(String),
    /// Kept in one piece where possible: a protected name (R66).
    Unbroken,
    /// A part of a dateline before 电 or 讯: agency, place or date (R71).
    Dateline,
    /// A space in a head at which the line must break, whatever its width.
    ForcedBreak,
}

/// Normalised piece of copy, with the field of the record that it came from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CopyText {
    /// Text to set.
    pub text: String,
    /// Styled parts of the text.
    pub spans: Vec<TextSpan>,
    /// Field of the record, e.g. `articles[3].body[2].paragraph.text`.
    pub field: String,
    /// Number of bytes before the content of the field: the dateline, or the label of an editor's
    /// note.
    pub prefix_bytes: usize,
}

impl CopyText {
    /// Returns the text with `lead` in front of it. `lead_spans` style the lead; their ranges are
    /// byte ranges in it.
    #[must_use]
    pub fn with_prefix(
        mut self,
        lead: &str,
        lead_spans: impl IntoIterator<Item = TextSpan>,
    ) -> Self {
        let by = lead.len();
        for span in &mut self.spans {
            span.range = span.range.start + by..span.range.end + by;
        }
        self.spans.splice(0..0, lead_spans);
        self.text.insert_str(0, lead);
        self.prefix_bytes += by;
        self
    }

    /// Returns true if there is nothing to set.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Number of 字: Han characters and marks count 1 each, a Latin word 1, a run of digits 1.
    pub fn char_count(&self) -> usize {
        count_chars(&self.text)
    }
}

/// Counts the 字 of a text: a Han character or a mark 1, a Latin word 1, a run of digits 1, a space
/// 0.
pub fn count_chars(text: &str) -> usize {
    use crate::script::{CompositionProfile, count_characters, segment};
    count_characters(&segment(text, &CompositionProfile::default()))
}

/// Part of the body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BodyBlock {
    /// Indented paragraph.
    Paragraph(CopyText),
    /// Crosshead (小标题).
    Crosshead(CopyText),
    /// Lines that are not reflowed.
    Lines(KeptLines),
    /// Note at the foot of the article, in its own face.
    Note(CopyText),
    /// Paragraph of an editor's note or a standfirst: in its own face, indented on both sides.
    Aside(CopyText),
    /// Pull quote (引语): a sentence of the copy set large between rules. It does not add to the
    /// copy.
    PullQuote(CopyText),
    /// Place of the picture with this index in [`Article::pictures`].
    Picture(usize),
    /// `（上接第一版）`, flush left before the copy.
    JumpFrom(CopyText),
    /// `（下转第三版）`, flush right after the copy.
    JumpTo(CopyText),
}

/// Lines that are not reflowed: verse, rows of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeptLines {
    /// The lines, none of them empty.
    pub texts: Vec<CopyText>,
    /// Indent of each line, in halves of a 字.
    pub indent_halves: Vec<u16>,
    /// Indices of the lines before which a row stays white: the first of every stanza but the
    /// first.
    pub stanza_starts: Vec<usize>,
}

impl BodyBlock {
    /// Texts of the block.
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

/// Checked article.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Article {
    /// Id, unique on the page.
    pub id: String,
    /// Column title (栏目).
    pub column_title: CopyText,
    /// Kicker (引题).
    pub kicker: CopyText,
    /// Headline (主题), never empty.
    pub headline: CopyText,
    /// Deck (副题), line by line.
    pub deck: Vec<CopyText>,
    /// Standfirst (提要), one point per line.
    pub standfirst: Vec<CopyText>,
    /// Byline (作者), one line.
    pub byline: CopyText,
    /// Body. Empty only if pictures stand for it. The dateline is part of the first paragraph.
    pub body: Vec<BodyBlock>,
    /// Importance, 0–100.
    pub weight: u32,
    /// Requested position of the head.
    pub head_request: HeadRequest,
    /// Alternative wordings of the head that the make-up may choose.
    pub head_variants: Vec<HeadVariant>,
    /// Pictures of the article, including those that blocks place.
    pub pictures: Vec<PagePicture>,
    /// True if set with a border (加框).
    pub is_boxed: bool,
    /// True if set on a tint (底纹).
    pub is_tinted: bool,
    /// True for a brief (简讯), which is set with the other briefs of its column title.
    pub is_brief: bool,
}

/// Alternative wording of a head. Empty parts stay as the article has them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeadVariant {
    /// Kicker (引题).
    pub kicker: CopyText,
    /// Headline (主题), never empty.
    pub headline: CopyText,
    /// Deck (副题), line by line.
    pub deck: Vec<CopyText>,
}

/// Picture with its caption.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PagePicture {
    /// Id, unique on the page.
    pub id: String,
    /// Field of the record, e.g. `articles[0].pictures[1]`.
    pub field: String,
    /// Caption (图说).
    pub caption: CopyText,
    /// Picture credit (摄影署名).
    pub credit: CopyText,
    /// Point that a crop keeps in view, in thousandths of width and height.
    pub focus_milli: [i64; 2],
    /// Requested width in basic columns; `None` leaves it to the make-up.
    pub requested_columns: Option<i64>,
    /// Decoded header and bytes; `None` if the bytes are missing or unreadable, which is a finding.
    pub image: Option<Arc<SourceImage>>,
}

/// Size of a picture without bytes, in pixels: the usual shape of a news photograph, so that its
/// place is about right.
const MISSING_PICTURE_SIZE: [u32; 2] = [1500, 1000];

impl PagePicture {
    /// Width and height in pixels after orientation; of a picture without an image a usual size.
    pub fn pixel_size(&self) -> [u32; 2] {
        self.image.as_ref().map_or(MISSING_PICTURE_SIZE, |image| image.size())
    }
}

/// Purpose of a reserved box.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReservedKind {
    /// Advertisement (广告).
    Advertisement,
    /// Fixed box of the paper (固定框, 报花).
    #[default]
    Box,
    /// White space on purpose (留白).
    White,
}

/// Area that articles keep out of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReservedBox {
    /// Id, unique on the page.
    pub id: String,
    /// Field of the record.
    pub field: String,
    /// Purpose.
    pub kind: ReservedKind,
    /// Its place on the page.
    pub area: ReservedArea,
    /// Artwork, fitted into the box without cropping.
    pub picture: Option<PagePicture>,
    /// Label, for people.
    pub label: String,
}

/// Place in lengths or on the grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReservedArea {
    /// Measured from the top left of the trim, y down.
    Lengths(Rect),
    /// Cells of the grid.
    Grid(GridRect),
}

/// Lock (锁定): a place fixed by the layout desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlacementLock {
    /// Article or picture that is locked.
    pub subject: LockSubject,
    /// Its place.
    pub place: LockPlace,
    /// Field of the record.
    pub field: String,
}

/// Article or lone picture, by its index in the record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LockSubject {
    /// Index among the articles.
    Article(usize),
    /// Index in [`PageCopy::pictures`].
    Picture(usize),
}

/// Place that a lock asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LockPlace {
    /// First column, first row, number of columns and of rows. `None` leaves a value to the
    /// make-up; not all four are `None`.
    Grid([Option<i64>; 4]),
    /// Slot of the template, by name.
    Slot(String),
}

impl Article {
    /// Number of 字 of the whole article.
    pub fn char_count(&self) -> usize {
        self.head_char_count() + self.body_char_count()
    }

    /// Number of 字 outside the body.
    pub fn head_char_count(&self) -> usize {
        let head = [&self.column_title, &self.kicker, &self.headline, &self.byline];
        head.into_iter().chain(&self.deck).chain(&self.standfirst).map(CopyText::char_count).sum()
    }

    /// Number of 字 of the body. A pull quote repeats copy and does not count.
    pub fn body_char_count(&self) -> usize {
        let own = self.body.iter().filter(|block| !matches!(block, BodyBlock::PullQuote(_)));
        own.flat_map(BodyBlock::texts).map(CopyText::char_count).sum()
    }
}

/// Role and its names, for the staff line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaffEntry {
    /// Role: 责任编辑, 校对, 版式设计 …
    pub role: String,
    /// Names in that role.
    pub names: Vec<String>,
}

/// Requests of the layout desk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeskRequests {
    /// Density step by name; empty leaves the choice to the make-up.
    pub density_step: String,
    /// Names that a headline may not break.
    pub protected_names: Vec<String>,
    /// Pairs of articles, by index, whose modules may not share an edge.
    pub apart_pairs: Vec<[usize; 2]>,
    /// Groups of articles, by index, with the same headline size and number of columns.
    pub same_grade_groups: Vec<Vec<usize>>,
    /// Fixed template by name; empty for none.
    pub template: String,
    /// Locks, at most one per article or picture.
    pub locks: Vec<PlacementLock>,
}

/// Requested position of the head of an article.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HeadRequest {
    /// No request: the make-up decides.
    #[default]
    Any,
    /// Above the body.
    Above,
    /// Over the left columns.
    Left,
    /// Over the middle columns, with body on both sides.
    Centred,
    /// Vertical, to the left of the body.
    Vertical,
}

/// Checked page of copy.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PageCopy {
    /// Name of the paper (报名); empty if the record has none.
    pub paper_name: CopyText,
    /// Web address to which the name of the paper links in files for readers; empty for none.
    pub paper_website: String,
    /// Date of publication (出版日期).
    pub date: Option<Date>,
    /// Page number (版次) as printed.
    pub page_number: CopyText,
    /// Section (版名).
    pub section: CopyText,
    /// Banner (通栏语).
    pub banner: CopyText,
    /// Credits (责任编辑 校对 版式设计), in the order of the staff line.
    pub staff: Vec<StaffEntry>,
    /// Articles in the editor's order, at least one.
    pub articles: Vec<Article>,
    /// Pictures that stand alone (图片新闻).
    pub pictures: Vec<PagePicture>,
    /// Areas that articles keep out of. Those on the grid do not overlap.
    pub reserved: Vec<ReservedBox>,
    /// Requests of the layout desk.
    pub requests: DeskRequests,
}

impl PageCopy {
    /// Returns the page without the locks of these fields.
    #[must_use]
    pub fn without_locks(&self, fields: &[&str]) -> Self {
        let mut copy = self.clone();
        copy.requests.locks.retain(|lock| !fields.contains(&lock.field.as_str()));
        copy
    }
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
