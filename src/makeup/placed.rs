//! A module at its place on the grid.

use std::ops::Range;

use crate::fit::{ArticleHead, ColumnStarts, PouredBody};
use crate::makeup::head::HeadPosition;
use crate::model::InnerColumns;
use crate::unit::{Abs, GridRect, RowRange};

/// Rows between two modules stacked: white, with the rule in it (R57).
pub const MODULE_GAP_ROWS: i64 = 1;

/// An item at its place on the grid: a module (模块) with its head, its pictures and its body.
#[derive(Clone, Debug)]
pub struct PlacedModule {
    /// Index of the item in the task.
    pub item: usize,
    /// Its cells, those of its frame included.
    pub grid: GridRect,
    /// Rows of its frame, above and below; both 0 where there is no frame.
    pub frame_rows: [i64; 2],
    /// The columns inside its frame.
    pub inner_columns: InnerColumns,
    /// Place of its head.
    pub head_position: HeadPosition,
    /// Rows of its head.
    pub head_rows: i64,
    /// Its head.
    pub head: ArticleHead,
    /// The pictures above its columns.
    pub(crate) picture_blocks: Vec<PlacedBlock>,
    /// For each column, the rows between the top of the frame's interior and the column's first
    /// row.
    pub column_offsets: ColumnStarts,
    /// Its first column with body, counted from its left edge.
    pub first_text_column: i64,
    /// Its body, column by column from there on.
    pub poured: PouredBody,
    /// True if a rule stands below it, in the white row above the next module.
    pub rule_below: bool,
    /// True if a rule stands at its right, in the gutter.
    pub rule_right: bool,
    /// Percent by which its headline was reduced so as not to outrank a more important article.
    pub yield_percent: i64,
    /// Empty rows below it, over all of its columns.
    pub(crate) white_rows_below: i64,
    /// Cost of its form, without that of its body.
    pub(crate) form_cost: i64,
}

impl PlacedModule {
    /// The columns that the head stands over: the first one, counted from the module's left edge,
    /// and their number.
    pub fn head_columns(&self) -> (i64, i64) {
        self.head_position.span(self.grid.columns)
    }

    /// The cells of the head.
    pub(crate) fn head_grid(&self) -> GridRect {
        let (first, columns) = self.head_columns();
        GridRect {
            column: self.grid.column + first,
            row: self.first_inside_row(),
            columns,
            rows: self.head_rows,
        }
    }

    /// The first row inside its frame.
    pub fn first_inside_row(&self) -> i64 {
        self.grid.row + self.frame_rows[0]
    }

    /// Number of rows inside its frame.
    pub fn inside_rows(&self) -> i64 {
        self.grid.rows - self.frame_rows[0] - self.frame_rows[1]
    }

    /// The first row of body in a column, counted from the module's left edge.
    pub fn body_start_row(&self, column: i64) -> i64 {
        let index = usize::try_from(column).ok();
        let offset = index.and_then(|index| self.column_offsets.get(index)).copied();
        self.first_inside_row() + offset.unwrap_or(0)
    }

    /// True if it has a border or a tint around it.
    pub fn is_framed(&self) -> bool {
        self.frame_rows != [0, 0] || self.inner_columns.inset > Abs::ZERO
    }

    /// The columns that hold body, counted from the module's left edge.
    pub fn text_columns(&self) -> Range<i64> {
        if self.poured.columns.is_empty() {
            0..0
        } else {
            self.first_text_column..self.grid.columns
        }
    }

    /// Number of rows of body that its columns have room for.
    pub fn capacity_rows(&self) -> i64 {
        let end = self.first_inside_row() + self.inside_rows();
        self.text_columns().map(|column| (end - self.body_start_row(column)).max(0)).sum()
    }
}

/// A picture above columns of its module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PictureBlock {
    /// Index of the picture in [`ShapedItem::pictures`](crate::fit::ShapedItem::pictures).
    pub(crate) picture: usize,
    /// Its first column, counted from the module's left edge.
    pub(crate) column: i64,
    /// Number of columns it spans.
    pub(crate) columns: i64,
    /// Rows of picture and caption together.
    pub(crate) rows: RowRange,
}

impl PictureBlock {
    /// The indices of its columns.
    pub(crate) fn column_range(&self) -> Range<usize> {
        let index = |column: i64| usize::try_from(column).expect("a column from 0 on");
        index(self.column)..index(self.column + self.columns)
    }
}

/// A picture block at its depth.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PlacedBlock {
    /// The picture and its columns.
    pub(crate) block: PictureBlock,
    /// Its first row, counted from the first row inside the frame.
    pub(crate) row: i64,
    /// Rows of picture and caption together.
    pub(crate) rows: i64,
}
