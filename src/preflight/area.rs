//! Areas of a page.

/// An upright rectangle in points of the page, y up. It is empty if an edge lies beyond its
/// opposite.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct PageArea {
    pub(crate) left: f64,
    pub(crate) bottom: f64,
    pub(crate) right: f64,
    pub(crate) top: f64,
}

impl PageArea {
    pub(crate) const fn new(left: f64, bottom: f64, right: f64, top: f64) -> Self {
        Self { left, bottom, right, top }
    }

    /// Builds an area from four numbers, opposite corners in any order. `None` if it has no extent.
    pub(crate) fn from_numbers(numbers: &[f64]) -> Option<Self> {
        let [a, b, c, d] = numbers.try_into().ok()?;
        // Writers may name any two opposite corners (ISO 32000-1 7.9.5).
        let area = Self::new(f64::min(a, c), f64::min(b, d), f64::max(a, c), f64::max(b, d));
        (area.right > area.left && area.top > area.bottom).then_some(area)
    }

    /// Returns the smallest area that holds all points.
    pub(crate) fn around(points: &[[f64; 2]]) -> Self {
        // Turned inside out, so that the first point replaces all edges; without points it stays
        // empty.
        let nothing = Self::new(f64::MAX, f64::MAX, f64::MIN, f64::MIN);
        points.iter().fold(nothing, |area, [x, y]| {
            Self::new(area.left.min(*x), area.bottom.min(*y), area.right.max(*x), area.top.max(*y))
        })
    }

    /// Returns the smallest area that holds two areas.
    pub(crate) fn union(self, other: Self) -> Self {
        Self::around(&[
            [self.left, self.bottom],
            [self.right, self.top],
            [other.left, other.bottom],
            [other.right, other.top],
        ])
    }

    /// Returns the area that two areas share, which may be empty.
    pub(crate) fn intersection(self, other: Self) -> Self {
        Self::new(
            self.left.max(other.left),
            self.bottom.max(other.bottom),
            self.right.min(other.right),
            self.top.min(other.top),
        )
    }

    /// True if the area holds no point. A line or a point is not empty.
    pub(crate) fn is_empty(self) -> bool {
        self.right < self.left || self.top < self.bottom
    }

    /// True if the area lies in `outer`, or leaves it by no more than `tolerance` points.
    pub(crate) fn is_within(self, outer: Self, tolerance: f64) -> bool {
        self.left >= outer.left - tolerance
            && self.bottom >= outer.bottom - tolerance
            && self.right <= outer.right + tolerance
            && self.top <= outer.top + tolerance
    }

    pub(crate) fn width(self) -> f64 {
        self.right - self.left
    }

    pub(crate) fn height(self) -> f64 {
        self.top - self.bottom
    }

    /// Returns the middle as an area without extent.
    pub(crate) fn middle(self) -> Self {
        let [x, y] = [(self.left + self.right) / 2.0, (self.bottom + self.top) / 2.0];
        Self::new(x, y, x, y)
    }

    /// Left, bottom, right, top.
    pub(crate) fn edges(self) -> [f64; 4] {
        [self.left, self.bottom, self.right, self.top]
    }
}
