//! The input of drawing, and the way from the grid to the page.

use std::borrow::Cow;

use crate::fit::ComposedBody;
use crate::makeup::bodies::ItemBodies;
use crate::makeup::draw::glyph_runs::LineCache;
use crate::makeup::pinned::PinnedPlace;
use crate::makeup::placed::PlacedModule;
use crate::makeup::task::MakeupTask;
use crate::model::{DensityStep, HouseStyle};
use crate::unit::{Abs, GridRect, Rect};

/// Everything that a layout is drawn with.
pub(crate) struct DrawContext<'a> {
    pub(crate) task: &'a MakeupTask<'a>,
    pub(crate) step: &'a DensityStep,
    /// Bodies by item.
    pub(crate) bodies: &'a [ItemBodies],
    /// Rows of the page head.
    pub(crate) head_rows: i64,
    /// First row that is open to articles.
    pub(crate) first_row: i64,
    /// Places of locked items and reserved boxes.
    pub(crate) pins: &'a [PinnedPlace],
    /// Indices of the items that are left off the page (撤稿).
    pub(crate) left_off: &'a [usize],
    /// Cache of lines for several candidate layouts; `None` if only one is drawn.
    pub(crate) line_cache: Option<LineCache>,
}

impl<'a> DrawContext<'a> {
    /// Creates the context of a separate sheet, such as a galley, on which nothing is made up.
    pub(crate) fn for_separate_sheet(task: &'a MakeupTask<'a>, step: &'a DensityStep) -> Self {
        Self {
            task,
            step,
            bodies: &[],
            head_rows: 0,
            first_row: 0,
            pins: &[],
            left_off: &[],
            line_cache: None,
        }
    }

    /// Body of a module in the setting in which it was poured.
    pub(crate) fn body_of(&self, placed: &PlacedModule) -> Cow<'_, ComposedBody> {
        self.bodies[placed.item].over_columns(placed.grid.columns).reflowed(placed.poured.reflow)
    }

    /// Place of a grid rectangle on the page, as [`page_rect`] gives it.
    pub(crate) fn page_rect_of(&self, grid: GridRect) -> Option<Rect> {
        page_rect(self.task.style, self.step, grid)
    }
}

/// Returns the place of a grid rectangle on the page. A rectangle without columns is the gutter
/// before its column; one without columns and rows has no place and gives `None`.
pub fn page_rect(
    style: &HouseStyle,
    step: &DensityStep,
    GridRect { column, row, columns, rows }: GridRect,
) -> Option<Rect> {
    let area = style.type_area;
    let left = area.x + (step.width(1) + step.gutter) * column;
    let top = area.y + step.pitch * row;
    let depth = depth_of_rows(step, rows);
    match (columns, rows) {
        (0, 0) => None,
        // The gutter at the left of the column: the place of a charge for a gutter through the
        // page.
        (0, _) => Some(Rect::new(left - step.gutter, top, step.gutter, depth)),
        _ => Some(Rect::new(left, top, step.width(columns), depth)),
    }
}

/// Depth of a number of rows without the leading below the last one.
pub(crate) fn depth_of_rows(step: &DensityStep, rows: i64) -> Abs {
    (step.pitch * rows - (step.pitch - step.body)).max(Abs::ZERO)
}
