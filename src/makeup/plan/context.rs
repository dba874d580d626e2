//! The values that layouts are settled and judged with.

use crate::fit::ShapedItem;
use crate::makeup::bodies::ItemBodies;
use crate::makeup::pinned::{PinnedPlace, reserved_places};
use crate::makeup::plan::forms::ItemOptions;
use crate::makeup::plan::pins::RequestedPlace;
use crate::makeup::plan::pour_memo::PourMemo;
use crate::makeup::plan::problem::SearchProblem;
use crate::makeup::task::MakeupTask;
use crate::model::{DensityStep, DeskRequests};
use crate::unit::GridRect;

/// A page at a density step, as layouts are settled on it.
pub(crate) struct SettleContext<'a> {
    /// The input of the search that found the layouts.
    pub(crate) problem: &'a SearchProblem<'a>,
    /// The bodies, by item.
    pub(crate) bodies: &'a [ItemBodies],
    /// The forms, by item.
    pub(crate) options: &'a [ItemOptions],
    /// The items on the page, the most important first.
    pub(crate) importance_order: &'a [usize],
    /// The items that the search places, by rank.
    pub(crate) free_items: &'a [usize],
    pub(crate) task: &'a MakeupTask<'a>,
    pub(crate) step: &'a DensityStep,
    /// The part of the page for articles: all columns, the rows below page head and banner.
    pub(crate) page: GridRect,
    /// The places that are taken before the search, reserved boxes among them.
    pub(crate) pins: &'a [PinnedPlace],
    /// Items of which the layout desk fixed the place, or some numbers of it.
    pub(crate) requested_places: &'a [RequestedPlace],
    /// Bodies poured so far.
    pub(crate) pour_memo: PourMemo,
}

/// The page that layouts are judged on.
pub(crate) struct JudgeContext<'a> {
    pub(crate) items: &'a [ShapedItem],
    pub(crate) requests: &'a DeskRequests,
    /// The reserved boxes: gutters end at them as at articles.
    pub(crate) reserved: Vec<GridRect>,
    /// Index of the most important item.
    pub(crate) lead_item: usize,
    /// The part of the page for articles.
    pub(crate) page: GridRect,
    /// 字 in a row of one column.
    pub(crate) measure_chars: i64,
    /// Lines that a column should have at the least.
    pub(crate) column_lines_min: i64,
    pub(crate) step: &'a DensityStep,
}

impl<'a> JudgeContext<'a> {
    /// The page that layouts are settled on.
    pub(crate) fn new(context: &SettleContext<'a>) -> Self {
        Self {
            items: context.task.items,
            requests: &context.task.copy.requests,
            reserved: reserved_places(context.pins).collect(),
            lead_item: context.importance_order.first().copied().unwrap_or(0),
            page: context.page,
            measure_chars: context.problem.chars,
            column_lines_min: context.task.style.column_lines_min,
            step: context.step,
        }
    }
}
