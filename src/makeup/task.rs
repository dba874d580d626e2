//! The input of a make-up: the page of copy, its shaped items, where they stood before, and whether to
//! stop.

use crate::finding::Finding;
use crate::fit::ShapedItem;
use crate::font::FontSet;
use crate::makeup::head::HeadPosition;
use crate::model::{HouseStyle, PageCopy};
use crate::unit::Abs;

/// What the make-up is given.
#[derive(Clone, Copy, Debug)]
pub struct MakeupTask<'a> {
    /// The page of copy.
    pub copy: &'a PageCopy,
    /// What is placed, its texts shaped.
    pub items: &'a [ShapedItem],
    /// The house style.
    pub style: &'a HouseStyle,
    /// The faces, for the furniture.
    pub fonts: &'a FontSet,
    /// Where the items stood in the round before; empty if there was none.
    pub previous: &'a [PreviousPlacement],
    /// Whether to go on.
    pub halt: HaltSignal<'a>,
}

/// Asked now and then whether the work is to stop: whoever waited for it has gone, or time is up. A make-up that was
/// stopped gives no findings, and what it gave is thrown away.
#[derive(Clone, Copy)]
pub struct HaltSignal<'a>(pub &'a (dyn Fn() -> bool + Sync));

impl HaltSignal<'static> {
    /// Goes on to the end.
    pub const NEVER: Self = Self(&|| false);
}

impl HaltSignal<'_> {
    /// Says by an error without findings that the work is to stop.
    pub(crate) fn check(self) -> Result<(), Vec<Finding>> {
        if (self.0)() { Err(Vec::new()) } else { Ok(()) }
    }
}

impl std::fmt::Debug for HaltSignal<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Halt")
    }
}

/// The order of importance: by weight, then as in the record. A picture that stands alone comes in the middle: it
/// needs a good place, not the best.
pub(crate) fn order_by_importance(ready: &[ShapedItem]) -> Vec<usize> {
    let (mut order, pictures): (Vec<usize>, Vec<usize>) =
        (0..ready.len()).partition(|item| ready[*item].article_index().is_some());
    order.sort_by_key(|item| std::cmp::Reverse(ready[*item].weight));
    let middle = order.len().div_ceil(2);
    order.splice(middle..middle, pictures);
    order
}

/// Where an item stood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreviousPlacement {
    /// The ids of its members.
    pub id: String,
    /// First column, first row, columns and rows on the grid.
    pub grid: [i64; 4],
    /// Where its head stood.
    pub head_position: HeadPosition,
    /// The size of its headline, and the height of its head's lines.
    pub head: [Abs; 2],
    /// The widths of its pictures above the columns.
    pub picture_widths: Vec<Abs>,
}

/// How hard to search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SearchEffort {
    /// For the page.
    Full,
    /// For the choice of a step.
    Probe,
    /// To see whether heads and pictures go in at all.
    Room,
}

/// The rows that the page head takes: none if the record has nothing for it.
pub(crate) fn page_head_rows(task: &MakeupTask<'_>) -> i64 {
    let copy = task.copy;
    let empty = copy.date.is_none()
        && copy.staff.is_empty()
        && copy.section.is_empty()
        && copy.page_number.is_empty()
        && copy.paper_name.is_empty();
    if empty { 0 } else { task.style.furniture.head_rows }
}
