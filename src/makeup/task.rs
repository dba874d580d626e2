//! The input of a make-up, and the reasons for which it gives no page.

use std::cmp::Reverse;
use std::fmt;

use crate::finding::Finding;
use crate::fit::ShapedItem;
use crate::font::FontSet;
use crate::makeup::head::HeadPosition;
use crate::model::{HouseStyle, PageCopy};
use crate::unit::{Abs, GridRect};

/// The input of a make-up.
#[derive(Clone, Copy, Debug)]
pub struct MakeupTask<'a> {
    /// The page of copy.
    pub copy: &'a PageCopy,
    /// The articles, briefs and lone pictures to place, their texts shaped.
    pub items: &'a [ShapedItem],
    /// The house style.
    pub style: &'a HouseStyle,
    /// The fonts, for the furniture.
    pub fonts: &'a FontSet,
    /// The places of the items in the previous round; empty if there was none.
    pub previous: &'a [PreviousPlacement],
    /// Signal to stop.
    pub halt: HaltSignal<'a>,
}

/// Signal that the work is to stop: the caller has gone, or its deadline has passed. The make-up
/// checks it regularly.
#[derive(Clone, Copy)]
pub struct HaltSignal<'a>(pub &'a (dyn Fn() -> bool + Sync));

impl HaltSignal<'static> {
    /// Never stops the work.
    pub const NEVER: Self = Self(&|| false);
}

impl HaltSignal<'_> {
    /// Returns [`Stop::Halted`] if the work is to stop.
    pub(crate) fn check(self) -> Result<(), Stop> {
        if (self.0)() { Err(Stop::Halted) } else { Ok(()) }
    }
}

impl fmt::Debug for HaltSignal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HaltSignal")
    }
}

/// Reason for which a make-up gives no page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The [`HaltSignal`] was given.
    Halted,
    /// The page cannot be made as it is asked for: each finding is an error.
    Refused(Vec<Finding>),
}

impl From<Vec<Finding>> for Stop {
    fn from(findings: Vec<Finding>) -> Self {
        Self::Refused(findings)
    }
}

/// The place of an item in the previous round.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreviousPlacement {
    /// The id of the item: those of its members.
    pub id: String,
    /// Its cells.
    pub grid: GridRect,
    /// Place of its head.
    pub head_position: HeadPosition,
    /// Size of its headline.
    pub headline_size: Abs,
    /// Height of the lines of its head.
    pub head_height: Abs,
    /// Distance from its top to its first column of body; `None` for a group of briefs, whose
    /// columns begin with headlines.
    pub body_drop: Option<Abs>,
    /// Widths of its pictures above the columns.
    pub picture_widths: Vec<Abs>,
}

/// Thoroughness of a search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SearchEffort {
    /// For the page.
    Full,
    /// For the choice of a density step: a rough answer, bodies counted and not set.
    Probe,
    /// Finds out only whether heads and pictures fit, even if copy is overset.
    HeadsOnly,
}

/// The indices of the items, the most important first: by weight, then as in the record. Pictures
/// that stand alone come in the middle: they need a good place, not the best.
pub(crate) fn order_by_importance(items: &[ShapedItem]) -> Vec<usize> {
    let (mut order, pictures): (Vec<usize>, Vec<usize>) =
        (0..items.len()).partition(|item| items[*item].article_index().is_some());
    // The sort is stable: articles of equal weight stay in the order of the record.
    order.sort_by_key(|item| Reverse(items[*item].weight));
    let middle = order.len().div_ceil(2);
    order.splice(middle..middle, pictures);
    order
}

/// Rows of the page head (报眉); 0 if the record has nothing for it.
pub(crate) fn page_head_rows(task: &MakeupTask<'_>) -> i64 {
    let copy = task.copy;
    let is_empty = copy.date.is_none()
        && copy.staff.is_empty()
        && copy.section.is_empty()
        && copy.page_number.is_empty()
        && copy.paper_name.is_empty();
    if is_empty { 0 } else { task.style.furniture.head_rows }
}
