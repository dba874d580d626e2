//! A module at its place on the grid.

use std::ops::Range;

use crate::fit::{ArticleHead, ColumnStarts, PouredBody};
use crate::makeup::head::HeadPosition;
use crate::model::InnerColumns;
use crate::unit::Abs;

/// An item on the grid.
#[derive(Clone, Debug)]
pub struct PlacedModule {
    /// Its place among the items.
    pub item: usize,
    /// First column.
    pub column: i64,
    /// First row.
    pub row: i64,
    /// Basic columns.
    pub columns: i64,
    /// Rows, its frame's included.
    pub rows: i64,
    /// The rows of its frame above and below.
    pub frame_rows: [i64; 2],
    /// The columns inside it.
    pub inner_columns: InnerColumns,
    /// Where its head stands.
    pub head_position: HeadPosition,
    /// Rows of its head.
    pub head_rows: i64,
    /// Its head.
    pub head: ArticleHead,
    /// The pictures above its columns.
    pub(crate) picture_blocks: Vec<PlacedBlock>,
    /// The rows by which each column starts lower than what is inside the frame.
    pub column_offsets: ColumnStarts,
    /// The first column with body.
    pub first_text_column: i64,
    /// Its body, column by column from there on.
    pub poured: PouredBody,
    /// The rule below it: in the white row to the module under it.
    pub rule_below: bool,
    /// The rule at its right.
    pub rule_right: bool,
    /// By how many hundredths its headline is smaller than its width would let it, for the sake of a more
    /// important one.
    pub yield_percent: i64,
    /// Rows below it that nothing fills.
    pub(crate) white_rows_below: i64,
    /// What its form costs, its body apart.
    pub(crate) form_cost: i64,
}

/// A picture above columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PlacedBlock {
    /// The picture and its columns.
    pub(crate) block: PictureBlock,
    /// From the first row inside the frame.
    pub(crate) row: i64,
    /// The rows of its block.
    pub(crate) rows: i64,
}

impl PlacedModule {
    /// The first column that the head stands over, from the module's own first, and how many.
    pub fn head_columns(&self) -> (i64, i64) {
        self.head_position.span(self.columns)
    }

    /// The row on which column `k` of the module starts to hold body.
    pub fn body_start_row(&self, k: i64) -> i64 {
        let offset = usize::try_from(k).ok().and_then(|k| self.column_offsets.get(k)).copied();
        self.row + self.frame_rows[0] + offset.unwrap_or(0)
    }

    /// The rows inside its frame.
    pub fn inside_rows(&self) -> i64 {
        self.rows - self.frame_rows[0] - self.frame_rows[1]
    }

    /// Whether it has a frame.
    pub fn is_framed(&self) -> bool {
        self.frame_rows != [0, 0] || self.inner_columns.inset > Abs::ZERO
    }

    /// The columns that hold body.
    pub fn text_columns(&self) -> Range<i64> {
        if self.poured.columns.is_empty() { 0..0 } else { self.first_text_column..self.columns }
    }

    /// The rows of body that it has room for.
    pub fn capacity_rows(&self) -> i64 {
        let end = self.row + self.frame_rows[0] + self.inside_rows();
        self.text_columns().map(|k| (end - self.body_start_row(k)).max(0)).sum()
    }
}

impl PlacedModule {
    /// First column, first row, columns and rows.
    pub(crate) fn grid(&self) -> [i64; 4] {
        [self.column, self.row, self.columns, self.rows]
    }

    /// The same of the head.
    pub(crate) fn head_grid(&self) -> [i64; 4] {
        let (first, span) = self.head_columns();
        [self.column + first, self.row + self.frame_rows[0], span, self.head_rows]
    }
}

/// A picture over columns of its module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PictureBlock {
    /// Its place in [`Ready::pictures`].
    pub(crate) picture: usize,
    /// The first of its columns.
    pub(crate) column: i64,
    /// How many it spans.
    pub(crate) columns: i64,
    /// The fewest, the usual and the most rows of its block.
    pub(crate) rows: [i64; 3],
}

impl PictureBlock {
    /// Its columns.
    pub(crate) fn column_range(&self) -> Range<usize> {
        let at = |column: i64| usize::try_from(column).unwrap_or(0);
        at(self.column)..at(self.column + self.columns)
    }
}

/// Rows between two modules stacked: white with the rule in it.
pub const GAP: i64 = 1;
