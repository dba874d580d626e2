//! The input of the search.

use crate::makeup::placed::GAP;
use crate::makeup::plan::forms::WidthOptions;
use crate::makeup::task::HaltSignal;
use crate::unit::Abs;

/// What the search is given.
pub(crate) struct SearchProblem<'a> {
    /// By item in order of importance, then by columns less one; those that are placed already are not among them.
    pub(crate) options: Vec<&'a [WidthOptions]>,
    /// Basic columns of the page.
    pub(crate) columns: i64,
    /// Rows free for articles.
    pub(crate) rows: i64,
    /// 字 in a row of one column.
    pub(crate) chars: i64,
    /// The white between two columns.
    pub(crate) gutter: Abs,
    /// The ways to cut what is free into rectangles, the strongest place first in each; one of the whole page where
    /// nothing is placed already.
    pub(crate) region_cuts: Vec<Vec<FreeRegion>>,
    /// Whether to go on.
    pub(crate) halt: HaltSignal<'a>,
}

impl SearchProblem<'_> {
    /// The cells that all items take at the very least beyond those of the page, below nought if there are more.
    pub(crate) fn over(&self) -> i64 {
        // What stands at the foot of a free rectangle needs no white below it.
        let feet = |cut: &Vec<FreeRegion>| cut.iter().map(|region| region.columns).sum::<i64>();
        let feet = self.region_cuts.iter().map(feet).max().unwrap_or(0);
        let item = |leaves: &&[WidthOptions]| {
            let forms = leaves.iter().zip(1..);
            let cells = |(leaf, columns): (&WidthOptions, i64)| {
                leaf.forms.iter().map(|form| (form.rows[0] + GAP) * columns).min()
            };
            forms.filter_map(cells).min().unwrap_or(0)
        };
        let all: i64 = self.options.iter().map(item).sum();
        all - (feet * GAP).min(all) - self.rows * self.columns
    }
}

/// A free rectangle of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct FreeRegion {
    /// First column.
    pub(crate) column: i64,
    /// First row, from the top of the type area.
    pub(crate) row: i64,
    /// Basic columns.
    pub(crate) columns: i64,
    /// Rows.
    pub(crate) rows: i64,
}
