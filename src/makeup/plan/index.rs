//! Indices of the search, each of its own type, and the numbers of the grid in other widths.

/// The place of an item among those that the search places, the most important first. It is not the
/// item's index in the task: items with a place of their own have no rank.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Rank(u16);

impl Rank {
    /// The rank at `index` in the list of items to place.
    ///
    /// # Panics
    /// More than 65 535 items: an internal error, since a request may have far fewer.
    pub(crate) fn new(index: usize) -> Self {
        Self(u16::try_from(index).expect("fewer items than ranks"))
    }

    /// The index in the list of items to place.
    pub(crate) fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// The place of a form among the forms of an item over one width, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct FormIndex(u16);

impl FormIndex {
    /// The form at `index`.
    ///
    /// # Panics
    /// More than 65 535 forms: an internal error, since a handful is kept.
    pub(crate) fn new(index: usize) -> Self {
        Self(u16::try_from(index).expect("fewer forms than indices"))
    }

    /// The index in the list of forms.
    pub(crate) fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// Rows, columns and lengths of a page in the short form that the trees of the search use.
///
/// # Panics
/// A number beyond 32 bits: an internal error, since no page is so large.
pub(crate) fn to_i32(value: i64) -> i32 {
    i32::try_from(value).expect("a number of a page in 32 bits")
}
