//! The types of a change between two rounds of a page.

use std::ops::Range;

/// Kind of edit, by the four proof marks (校对符号) of the trade.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeKind {
    /// Insertion (增补).
    Insert,
    /// Deletion (删除).
    Delete,
    /// Replacement (改正).
    Replace,
    /// Move (转移): an unchanged text stands elsewhere.
    Move,
}

/// Unit of copy that a change covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeExtent {
    /// Part of a text.
    Part,
    /// One whole text: a paragraph, a crosshead, a line of a head.
    Whole,
    /// A picture. The text of the change is the picture's id.
    Picture,
    /// A whole article. The text of the change is its headline.
    Article,
}

/// Place of a change in one of the two rounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeSide {
    /// Path of the field in the record, e.g. `articles[0].body[2].paragraph.text`.
    pub field: String,
    /// Bytes of the text, counted from the start of the field's own content. Text that is set
    /// before that content, such as a dateline, has negative offsets.
    pub byte_range: Range<i64>,
    /// Code points of the field. `None` for the whole field, and for text that is not in the field.
    pub char_range: Option<Range<u32>>,
    /// The changed text.
    pub text: String,
}

/// Place on the later page from which text was deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeletionPoint {
    /// Path of the field in the record.
    pub field: String,
    /// Byte of the text, counted as in [`ChangeSide::byte_range`].
    pub byte: i64,
}

/// One change of the copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopyChange {
    /// Kind of edit.
    pub kind: ChangeKind,
    /// Unit of copy that was edited.
    pub extent: ChangeExtent,
    /// Id of the article; empty for texts and pictures of the page itself.
    pub article_id: String,
    /// Place in the earlier round; `None` for an insertion.
    pub before: Option<ChangeSide>,
    /// Place in the later round; `None` for a deletion.
    pub after: Option<ChangeSide>,
    /// Place of a deletion in the later round. `None` for other edits, and where no neighbouring
    /// text is left to mark.
    pub deletion_point: Option<DeletionPoint>,
}
