//! Points and rectangles on the page, origin top left, y down.

use crate::unit::length::Abs;

/// A place on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Point {
    /// From the left edge of the trim.
    pub x: Abs,
    /// From the top edge of the trim, downwards.
    pub y: Abs,
}

impl Point {
    /// A point from its coordinates.
    pub const fn new(x: Abs, y: Abs) -> Self {
        Self { x, y }
    }
}

/// Whether two places on the grid share a cell: each its first column, first row, columns and rows.
pub fn grid_areas_overlap(a: [i64; 4], b: [i64; 4]) -> bool {
    (0..2).all(|axis| a[axis] < b[axis] + b[axis + 2] && b[axis] < a[axis] + a[axis + 2])
}

/// A rectangle by its top left corner and its size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub struct Rect {
    /// Left edge.
    pub x: Abs,
    /// Top edge.
    pub y: Abs,
    /// Extent along x, not negative.
    pub width: Abs,
    /// Extent along y, not negative.
    pub height: Abs,
}

impl Rect {
    /// A rectangle from corner and size.
    pub const fn new(x: Abs, y: Abs, width: Abs, height: Abs) -> Self {
        Self { x, y, width, height }
    }

    /// The right edge.
    pub fn right(&self) -> Abs {
        self.x + self.width
    }

    /// The bottom edge.
    pub fn bottom(&self) -> Abs {
        self.y + self.height
    }

    /// Whether the two share more than an edge.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.x < other.right()
            && other.x < self.right()
            && self.y < other.bottom()
            && other.y < self.bottom()
    }

    /// Whether `other` lies wholly inside.
    pub fn contains(&self, other: &Self) -> bool {
        self.x <= other.x
            && self.y <= other.y
            && other.right() <= self.right()
            && other.bottom() <= self.bottom()
    }
}
/// The em of a type: narrower than high is 长体, wider 扁体.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeSize {
    /// What advances count in.
    pub width: Abs,
    /// What the face is drawn at.
    pub height: Abs,
}

impl TypeSize {
    /// A type as wide as it is high.
    pub const fn square(size: Abs) -> Self {
        Self { width: size, height: size }
    }

    /// The type at so many hundredths of its size.
    pub fn at_percent(self, percent: i64) -> Self {
        Self { width: self.width.scale(percent, 100), height: self.height.scale(percent, 100) }
    }
}
