//! The values that layouts are settled and judged with.

use crate::fit::ShapedItem;
use crate::makeup::bodies::ItemBodies;
use crate::makeup::pinned::{PinnedPlace, reserved_places};
use crate::makeup::plan::forms::WidthOptions;
use crate::makeup::plan::pour_memo::PourMemo;
use crate::makeup::plan::problem::SearchProblem;
use crate::makeup::task::MakeupTask;
use crate::model::{DensityStep, DeskRequests};

/// What a layout is settled with.
pub(crate) struct SettleContext<'a> {
    pub(crate) problem: &'a SearchProblem<'a>,
    /// By item.
    pub(crate) bodies: &'a [ItemBodies],
    /// By item, then by columns less one.
    pub(crate) options: &'a [Vec<WidthOptions>],
    /// The items in order of importance.
    pub(crate) importance_order: &'a [usize],
    /// Those of them that the search places.
    pub(crate) free_items: &'a [usize],
    pub(crate) task: &'a MakeupTask<'a>,
    pub(crate) step: &'a DensityStep,
    /// The first row for articles.
    pub(crate) top_row: i64,
    /// What stands where the desk says, and reserved boxes.
    pub(crate) pins: &'a [PinnedPlace],
    /// Items of which the desk fixed some numbers of their place.
    pub(crate) asked: &'a [(usize, [Option<i64>; 4])],
    pub(crate) pours: PourMemo,
}

/// The page that a layout is judged on.
pub(crate) struct JudgeContext<'a> {
    pub(crate) items: &'a [ShapedItem],
    pub(crate) requests: &'a DeskRequests,
    /// What is taken by reserved boxes: it crosses gutters as articles do.
    pub(crate) reserved: Vec<[i64; 4]>,
    /// The most important item.
    pub(crate) lead: usize,
    /// Columns, rows for articles and the first of them.
    pub(crate) columns: i64,
    pub(crate) rows: i64,
    pub(crate) top: i64,
    pub(crate) chars: i64,
    pub(crate) lines_min: i64,
    pub(crate) step: &'a DensityStep,
}

impl<'a> JudgeContext<'a> {
    /// The page that layouts are settled on.
    pub(crate) fn new(ground: &SettleContext<'a>) -> Self {
        let (field, step) = (ground.problem, ground.step);
        Self {
            items: ground.task.items,
            requests: &ground.task.copy.requests,
            reserved: reserved_places(ground.pins).collect(),
            lead: ground.importance_order.first().copied().unwrap_or(0),
            columns: field.columns,
            rows: field.rows,
            top: ground.top_row,
            chars: field.chars,
            lines_min: ground.task.style.column_lines_min,
            step,
        }
    }
}
