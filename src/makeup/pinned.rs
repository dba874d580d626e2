//! Rectangles of the grid that are taken before the search.

use crate::fit::ShapedItem;
use crate::model::LockSubject;

/// A rectangle of the grid that is taken before the search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PinnedPlace {
    /// First column, first row, columns and rows.
    pub(crate) grid: [i64; 4],
    /// The item that stands there; `None` for a reserved box.
    pub(crate) item: Option<usize>,
    /// What it is called in errors.
    pub(crate) name: String,
    /// The field that asks for it.
    pub(crate) field: String,
}

/// So many names are told of those that are in the way.
pub(crate) const NAMES_MOST: usize = 8;

/// What stands already, by name.
pub(crate) fn pin_names(pins: &[PinnedPlace]) -> String {
    let names: Vec<&str> = pins.iter().take(NAMES_MOST).map(|pin| pin.name.as_str()).collect();
    let more = if pins.len() > NAMES_MOST { "…" } else { "" };
    names.join("、") + more
}

/// The places of reserved boxes.
pub(crate) fn reserved_places(pins: &[PinnedPlace]) -> impl Iterator<Item = [i64; 4]> {
    pins.iter().filter(|pin| pin.item.is_none()).map(|pin| pin.grid)
}

/// The item that an article or picture of the record is in.
pub fn item_index_of(ready: &[ShapedItem], subject: LockSubject) -> Option<usize> {
    ready.iter().position(|item| item.members.iter().any(|member| member.subject == subject))
}
