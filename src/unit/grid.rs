//! Rectangles and ranges of rows on the grid of a page.

use std::ops::Range;

/// A rectangle of whole cells (格) on the grid of a page: basic columns across, baseline rows down.
///
/// Column 0 is the leftmost, row 0 the first of the type area.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GridRect {
    /// The first column.
    pub column: i64,
    /// The first row.
    pub row: i64,
    /// Number of columns.
    pub columns: i64,
    /// Number of rows.
    pub rows: i64,
}

impl GridRect {
    /// A rectangle from its first column and row and its extent.
    pub const fn new(column: i64, row: i64, columns: i64, rows: i64) -> Self {
        Self { column, row, columns, rows }
    }

    /// The first column to the right of the rectangle.
    pub const fn right(&self) -> i64 {
        self.column + self.columns
    }

    /// The first row below the rectangle.
    pub const fn foot(&self) -> i64 {
        self.row + self.rows
    }

    /// Number of cells, one row by one column each.
    pub const fn cells(&self) -> i64 {
        self.columns * self.rows
    }

    /// The columns, first to last.
    pub const fn column_range(&self) -> Range<i64> {
        self.column..self.right()
    }

    /// The rows, first to last.
    pub const fn row_range(&self) -> Range<i64> {
        self.row..self.foot()
    }

    /// True if both rectangles stand over one column.
    pub const fn shares_columns(&self, other: &Self) -> bool {
        self.column < other.right() && other.column < self.right()
    }

    /// True if both rectangles stand beside each other in one row.
    pub const fn shares_rows(&self, other: &Self) -> bool {
        self.row < other.foot() && other.row < self.foot()
    }

    /// True if the rectangles have a cell in common.
    pub const fn overlaps(&self, other: &Self) -> bool {
        self.shares_columns(other) && self.shares_rows(other)
    }

    /// True if every cell of `other` is in this rectangle.
    pub const fn contains(&self, other: &Self) -> bool {
        self.column <= other.column
            && other.right() <= self.right()
            && self.row <= other.row
            && other.foot() <= self.foot()
    }

    /// True if the gutter at the left of `column` cuts through the rectangle.
    pub const fn crosses_gutter(&self, column: i64) -> bool {
        self.column < column && column < self.right()
    }

    /// True if one rectangle ends at the column at which the other starts.
    pub const fn touches_side(&self, other: &Self) -> bool {
        self.right() == other.column || other.right() == self.column
    }
}

/// Range of rows of a head, a picture or a module: fewest, usual, most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct RowRange {
    /// Fewest rows.
    pub least: i64,
    /// Usual number of rows.
    pub usual: i64,
    /// Most rows.
    pub most: i64,
}

impl RowRange {
    /// A range from its three numbers.
    pub const fn new(least: i64, usual: i64, most: i64) -> Self {
        Self { least, usual, most }
    }

    /// Exactly `rows`.
    pub const fn fixed(rows: i64) -> Self {
        Self::new(rows, rows, rows)
    }

    /// `rows` brought into the range; a range that is empty gives its least.
    pub fn clamp(&self, rows: i64) -> i64 {
        rows.clamp(self.least, self.most.max(self.least))
    }

    /// The range with `rows` more at each of its three numbers.
    pub const fn plus(&self, rows: i64) -> Self {
        Self::new(self.least + rows, self.usual + rows, self.most + rows)
    }
}

#[cfg(test)]
mod tests {
    use super::{GridRect, RowRange};

    #[test]
    fn edges_and_cells() {
        let rect = GridRect::new(2, 10, 3, 20);
        assert_eq!((rect.right(), rect.foot(), rect.cells()), (5, 30, 60));
        assert_eq!((rect.column_range(), rect.row_range()), (2..5, 10..30));
    }

    #[test]
    fn rectangles_that_only_touch_do_not_overlap() {
        let rect = GridRect::new(2, 10, 3, 20);
        for (other, overlaps, beside) in [
            (GridRect::new(4, 29, 1, 1), true, false),
            (GridRect::new(5, 10, 1, 20), false, true),
            (GridRect::new(0, 0, 2, 40), false, true),
            (GridRect::new(2, 30, 3, 5), false, false),
            (GridRect::new(0, 0, 8, 40), true, false),
        ] {
            assert_eq!(rect.overlaps(&other), overlaps, "{other:?}");
            assert_eq!(other.overlaps(&rect), overlaps, "{other:?}");
            assert_eq!(rect.touches_side(&other), beside, "{other:?}");
        }
    }

    #[test]
    fn a_rectangle_contains_itself_and_what_lies_inside() {
        let page = GridRect::new(0, 4, 8, 112);
        assert!(page.contains(&page));
        assert!(page.contains(&GridRect::new(3, 50, 2, 20)));
        assert!(!page.contains(&GridRect::new(0, 3, 1, 2)));
        assert!(!GridRect::new(3, 50, 2, 20).contains(&page));
    }

    #[test]
    fn a_gutter_at_an_edge_crosses_nothing() {
        let rect = GridRect::new(2, 10, 3, 20);
        let crossed: Vec<i64> = (0..8).filter(|column| rect.crosses_gutter(*column)).collect();
        assert_eq!(crossed, [3, 4]);
    }

    #[test]
    fn an_empty_range_clamps_to_its_least() {
        assert_eq!(RowRange::new(4, 6, 9).clamp(12), 9);
        assert_eq!(RowRange::new(4, 6, 2).clamp(12), 4);
        assert_eq!(RowRange::fixed(3).plus(2), RowRange::fixed(5));
    }
}
