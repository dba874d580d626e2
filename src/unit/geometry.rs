//! Points, rectangles and type sizes. The origin of a page is top left, y grows downwards.

use crate::unit::length::Abs;

/// Point on the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Point {
    /// Distance from the left edge of the trim.
    pub x: Abs,
    /// Distance from the top edge of the trim, downwards.
    pub y: Abs,
}

impl Point {
    /// Builds a point from its coordinates.
    pub const fn new(x: Abs, y: Abs) -> Self {
        Self { x, y }
    }
}

/// Rectangle on the page.
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
    /// Builds a rectangle from its top left corner and size.
    pub const fn new(x: Abs, y: Abs, width: Abs, height: Abs) -> Self {
        Self { x, y, width, height }
    }

    /// Returns the right edge.
    pub fn right(&self) -> Abs {
        self.x + self.width
    }

    /// Returns the bottom edge.
    pub fn bottom(&self) -> Abs {
        self.y + self.height
    }

    /// True if the two rectangles share more than an edge.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.x < other.right()
            && other.x < self.right()
            && self.y < other.bottom()
            && other.y < self.bottom()
    }

    /// True if `other` lies wholly inside.
    pub fn contains(&self, other: &Self) -> bool {
        self.x <= other.x
            && self.y <= other.y
            && other.right() <= self.right()
            && other.bottom() <= self.bottom()
    }
}
/// Size of type. Narrower than high is condensed (长体), wider is extended (扁体).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypeSize {
    /// Em along the line: the unit of advances.
    pub width: Abs,
    /// Em across the line: the size at which the face is drawn.
    pub height: Abs,
}

impl TypeSize {
    /// Returns a type size that is as wide as it is high.
    pub const fn square(size: Abs) -> Self {
        Self { width: size, height: size }
    }

    /// Returns the type size scaled to `percent` hundredths.
    pub fn at_percent(self, percent: i64) -> Self {
        Self { width: self.width.scale(percent, 100), height: self.height.scale(percent, 100) }
    }
}
