//! The input of the search.

use crate::makeup::placed::MODULE_GAP_ROWS;
use crate::makeup::plan::forms::ItemOptions;
use crate::makeup::task::HaltSignal;
use crate::unit::{Abs, GridRect};

/// The items to place and the free part of the page.
pub(crate) struct SearchProblem<'a> {
    /// The items to place, the most important first. Items that have a place already are not among
    /// them.
    pub(crate) options: Vec<&'a ItemOptions>,
    /// Basic columns of the page.
    pub(crate) columns: i64,
    /// Rows of the page for articles.
    pub(crate) rows: i64,
    /// 字 in a row of one column.
    pub(crate) chars: i64,
    /// White between two columns.
    pub(crate) gutter: Abs,
    /// The ways to cut the free part of the page into rectangles, the strongest place first in
    /// each. There is one way, the whole page, if nothing has a place already.
    pub(crate) region_cuts: Vec<Vec<GridRect>>,
    /// Signal to stop.
    pub(crate) halt: HaltSignal<'a>,
}

impl SearchProblem<'_> {
    /// Number of cells that the items need at the least beyond those of the page; negative if they
    /// need fewer than there are.
    pub(crate) fn missing_cells(&self) -> i64 {
        // A module at the foot of a free rectangle needs no white row below it.
        let foot_columns =
            |cut: &Vec<GridRect>| cut.iter().map(|region| region.columns).sum::<i64>();
        let foot_columns = self.region_cuts.iter().map(foot_columns).max().unwrap_or(0);
        // At the width and depth that need the fewest cells, with the white row below.
        let least_cells = |options: &&ItemOptions| {
            let cells = options.by_width().filter_map(|(columns, options)| {
                let rows = options.forms.iter().map(|form| form.rows.least).min()?;
                Some((rows + MODULE_GAP_ROWS) * columns)
            });
            cells.min().unwrap_or(0)
        };
        let needed: i64 = self.options.iter().map(least_cells).sum();
        // The white rows at the foot are given back, but never more than the items need.
        needed - (foot_columns * MODULE_GAP_ROWS).min(needed) - self.rows * self.columns
    }
}
