//! Paths while they are built.

use std::ops::Range;

use crate::preflight::area::PageArea;

/// Number of straight pieces that a curve is flattened into.
const CURVE_PIECES: u32 = 8;
/// Largest number of points of a path, about that of an outline map; more are ignored.
const POINTS_MAX: usize = 2_000_000;

/// The current path, in points of the page, curves flattened.
#[derive(Default)]
pub(crate) struct PaintPath {
    points: Vec<[f64; 2]>,
    /// Index of the first point of each subpath.
    subpath_starts: Vec<usize>,
    /// True if the path also clips what is painted after it.
    pub(crate) is_clip: bool,
}

impl PaintPath {
    pub(crate) fn points(&self) -> &[[f64; 2]] {
        &self.points
    }

    /// Points of each subpath, as ranges.
    pub(crate) fn subpaths(&self) -> Vec<Range<usize>> {
        // Each subpath ends where the next begins.
        let ends = self.subpath_starts.iter().skip(1).copied().chain([self.points.len()]);
        self.subpath_starts.iter().copied().zip(ends).map(|(start, end)| start..end).collect()
    }

    /// Begins a subpath at the next point.
    pub(crate) fn begin_subpath(&mut self) {
        self.subpath_starts.push(self.points.len());
    }

    /// Adds a point. A point without a subpath begins one.
    pub(crate) fn line_to(&mut self, point: [f64; 2]) {
        if self.subpath_starts.is_empty() {
            self.subpath_starts.push(0);
        }
        self.push(point);
    }

    /// Adds a cubic curve with its two handles. A curve without a start is ignored.
    pub(crate) fn curve_to(&mut self, first: [f64; 2], second: [f64; 2], end: [f64; 2]) {
        let Some(start) = self.points.last().copied() else { return };
        for piece in 1..=CURVE_PIECES {
            let t = f64::from(piece) / f64::from(CURVE_PIECES);
            let s = 1.0 - t;
            // The Bernstein form of a cubic curve.
            let at = |axis: usize| {
                s * s * s * start[axis]
                    + 3.0 * s * s * t * first[axis]
                    + 3.0 * s * t * t * second[axis]
                    + t * t * t * end[axis]
            };
            self.push([at(0), at(1)]);
        }
    }

    fn push(&mut self, point: [f64; 2]) {
        if self.points.len() < POINTS_MAX {
            self.points.push(point);
        }
    }

    /// Smallest area that holds the path.
    pub(crate) fn area(&self) -> PageArea {
        PageArea::around(&self.points)
    }

    pub(crate) fn clear(&mut self) {
        self.points.clear();
        self.subpath_starts.clear();
        self.is_clip = false;
    }
}

/// True if points are the corners of an upright rectangle, closed or not.
pub(crate) fn is_upright_rectangle(points: &[[f64; 2]]) -> bool {
    let corners = match points {
        // The fifth point only closes the path.
        [a, .., z] if points.len() == 5 && a == z => &points[..4],
        _ => points,
    };
    let equal = |a: f64, b: f64| (a - b).abs() < 1e-6;
    let [a, b, c, d] = corners else { return false };
    // The first side runs across or down the page.
    let across = equal(a[1], b[1]) && equal(b[0], c[0]) && equal(c[1], d[1]) && equal(d[0], a[0]);
    let down = equal(a[0], b[0]) && equal(b[1], c[1]) && equal(c[0], d[0]) && equal(d[1], a[1]);
    across || down
}

/// Returns the corners of a straight stroke with half its width. `None` for a stroke without
/// length.
pub(crate) fn stroke_corners(a: [f64; 2], b: [f64; 2], half: f64) -> Option<[[f64; 2]; 4]> {
    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
    let length = (dx * dx + dy * dy).sqrt();
    if length == 0.0 {
        return None;
    }
    let (nx, ny) = (-dy / length * half, dx / length * half);
    Some([
        [a[0] + nx, a[1] + ny],
        [b[0] + nx, b[1] + ny],
        [b[0] - nx, b[1] - ny],
        [a[0] - nx, a[1] - ny],
    ])
}
