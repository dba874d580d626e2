//! Transformations of a page (ISO 32000-1 8.3.3).

/// A transformation of points: `x' = ax + cy + e`, `y' = bx + dy + f`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct PageMatrix(pub(crate) [f64; 6]);

impl PageMatrix {
    pub(crate) const IDENTITY: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    pub(crate) const fn translation(x: f64, y: f64) -> Self {
        Self([1.0, 0.0, 0.0, 1.0, x, y])
    }

    /// Returns the transformation that applies this one first and `next` after it.
    pub(crate) fn then(self, next: Self) -> Self {
        // PDF writes points as rows, so the first transformation stands on the left of the product.
        let (a, b) = (self.0, next.0);
        Self([
            a[0] * b[0] + a[1] * b[2],
            a[0] * b[1] + a[1] * b[3],
            a[2] * b[0] + a[3] * b[2],
            a[2] * b[1] + a[3] * b[3],
            a[4] * b[0] + a[5] * b[2] + b[4],
            a[4] * b[1] + a[5] * b[3] + b[5],
        ])
    }

    /// Transforms a point.
    pub(crate) fn apply(self, [x, y]: [f64; 2]) -> [f64; 2] {
        let [a, b, c, d, e, f] = self.0;
        [a * x + c * y + e, b * x + d * y + f]
    }

    /// Scale of lengths: the square root of the scale of areas.
    pub(crate) fn scale(self) -> f64 {
        let [a, b, c, d, ..] = self.0;
        (a * d - b * c).abs().sqrt()
    }

    /// Lengths of the transformed unit vectors.
    pub(crate) fn sides(self) -> [f64; 2] {
        let [a, b, c, d, ..] = self.0;
        let length = |x: f64, y: f64| (x * x + y * y).sqrt();
        [length(a, b), length(c, d)]
    }

    /// Returns the inverse. `None` if the transformation flattens the plane.
    pub(crate) fn inverse(self) -> Option<Self> {
        let [a, b, c, d, e, f] = self.0;
        let det = a * d - b * c;
        if det == 0.0 || !det.is_finite() {
            return None;
        }
        let translation = [(c * f - d * e) / det, (b * e - a * f) / det];
        Some(Self([d / det, -b / det, -c / det, a / det, translation[0], translation[1]]))
    }
}

#[cfg(test)]
mod tests {
    use super::PageMatrix;

    #[test]
    fn an_inverse_takes_points_back() {
        let matrix = PageMatrix([3.0, 1.0, -2.0, 4.0, 10.0, 20.0]);
        let back = matrix.inverse().expect("not flat");
        let [x, y] = matrix.then(back).apply([0.25, 0.75]);
        assert!((x - 0.25).abs() < 1e-9 && (y - 0.75).abs() < 1e-9);
        assert_eq!(PageMatrix([1.0, 2.0, 2.0, 4.0, 0.0, 0.0]).inverse(), None);
    }
}
