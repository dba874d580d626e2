//! Places on the grid that are taken before the search.

use crate::fit::ShapedItem;
use crate::model::LockSubject;
use crate::unit::GridRect;

/// A rectangle of the grid that is taken before the search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PinnedPlace {
    /// Its cells.
    pub(crate) grid: GridRect,
    /// Index of the item that stands there; `None` for a reserved box.
    pub(crate) item: Option<usize>,
    /// Its name in findings.
    pub(crate) name: String,
    /// The field of the record that asks for it.
    pub(crate) field: String,
}

/// Limit: number of names listed in one finding.
const NAMES_MOST: usize = 8;

/// The names of pinned places, for a finding.
pub(crate) fn pin_names(pins: &[PinnedPlace]) -> String {
    let names: Vec<&str> = pins.iter().take(NAMES_MOST).map(|pin| pin.name.as_str()).collect();
    let more = if pins.len() > NAMES_MOST { "…" } else { "" };
    names.join("、") + more
}

/// The places of reserved boxes.
pub(crate) fn reserved_places(pins: &[PinnedPlace]) -> impl Iterator<Item = GridRect> {
    pins.iter().filter(|pin| pin.item.is_none()).map(|pin| pin.grid)
}

/// Index of the item that has an article or a picture of the record; `None` if none has.
pub fn item_index_of(items: &[ShapedItem], subject: LockSubject) -> Option<usize> {
    items.iter().position(|item| item.members.iter().any(|member| member.subject == subject))
}
