//! Absolute and relative lengths.

#![expect(
    clippy::cast_possible_truncation,
    reason = "quotients of lengths on a sheet, and floats checked to be in range"
)]

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Div, Mul, Neg, Sub, SubAssign};

/// Length on the sheet, in units of 1/12 700 pt (= 1/36 000 mm).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Abs(i64);

/// Length relative to the type size (字), in units of 1/768 000 em.
///
/// The unit divides evenly by 1000 and 2048 (font units) and by 2, 3 and 8 (the fractions that
/// Chinese composition rules use).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Em(i64);

/// Returns `a * b / d` rounded to nearest, halves away from zero: the rounding rule for all scaled
/// lengths.
#[inline]
const fn mul_div_round(a: i64, b: i64, d: i64) -> i64 {
    // Nearly every product fits in 64 bits. A 64-bit division takes a tenth of the time of a
    // 128-bit one, and less if the divisor is a constant.
    if let Some(n) = a.checked_mul(b)
        // Room for half the divisor, so that the addition below cannot overflow.
        && n.unsigned_abs() < i64::MAX as u64 / 2
        && d.unsigned_abs() < i64::MAX as u64 / 2
    {
        let half = d / 2;
        return if n >= 0 { (n + half) / d } else { (n - half) / d };
    }
    wide_mul_div_round(a, b, d)
}

/// Does the same with products of 128 bits.
#[cold]
const fn wide_mul_div_round(a: i64, b: i64, d: i64) -> i64 {
    let (n, d) = (a as i128 * b as i128, d as i128);
    let half = d / 2;
    let q = if n >= 0 { (n + half) / d } else { (n - half) / d };
    // Lengths of a page are far from the limits, so the quotient fits.
    q as i64
}

/// Returns `a * b / d` rounded down.
const fn mul_div_floor(a: i64, b: i64, d: i64) -> i64 {
    if let Some(n) = a.checked_mul(b) {
        return n.div_euclid(d);
    }
    (a as i128 * b as i128).div_euclid(d as i128) as i64
}

impl Abs {
    /// Zero length.
    pub const ZERO: Self = Self(0);
    /// Units in one point (1/72 inch).
    pub const PER_PT: i64 = 12_700;
    /// Units in one millimetre.
    pub const PER_MM: i64 = 36_000;

    /// Returns a length of `units` × 1/12 700 pt.
    pub const fn raw(units: i64) -> Self {
        Self(units)
    }

    /// Returns the number of units.
    pub const fn units(self) -> i64 {
        self.0
    }

    /// Returns a whole number of points.
    pub const fn pt(points: i64) -> Self {
        Self(points * Self::PER_PT)
    }

    /// Returns a whole number of millimetres.
    pub const fn mm(millimetres: i64) -> Self {
        Self(millimetres * Self::PER_MM)
    }

    /// Converts points as written in a house-style file, rounded to the nearest unit.
    ///
    /// `None` if the number is not finite or its absolute value is a million or more.
    pub fn from_pt(points: f64) -> Option<Self> {
        Self::from_multiple(points, Self::PER_PT)
    }

    /// Converts millimetres as written in a house-style file, rounded to the nearest unit.
    ///
    /// `None` if the number is not finite or its absolute value is a million or more.
    pub fn from_mm(millimetres: f64) -> Option<Self> {
        Self::from_multiple(millimetres, Self::PER_MM)
    }

    /// Converts `value` times `unit` units.
    fn from_multiple(value: f64, unit: i64) -> Option<Self> {
        (value.is_finite() && value.abs() < 1.0e6)
            .then(|| Self((value * unit as f64).round() as i64))
    }

    /// Returns the length in points, for writers and reports only.
    pub fn to_pt(self) -> f64 {
        self.0 as f64 / Self::PER_PT as f64
    }

    /// Returns the length in millimetres, for reports only.
    pub fn to_mm(self) -> f64 {
        self.0 as f64 / Self::PER_MM as f64
    }

    /// Returns `self * numerator / denominator`, rounded to nearest.
    pub const fn scale(self, numerator: i64, denominator: i64) -> Self {
        Self(mul_div_round(self.0, numerator, denominator))
    }

    /// Returns the number of whole times that `other` fits in this length, 0 if `other` is not
    /// positive.
    pub const fn count_fitting(self, other: Self) -> i64 {
        if other.0 <= 0 { 0 } else { self.0.div_euclid(other.0) }
    }

    /// Returns this length in ems of the type size `size`, rounded down, so that text set to the
    /// result never exceeds the length.
    pub const fn in_em(self, size: Self) -> Em {
        Em(mul_div_floor(self.0, Em::ONE.0, size.0))
    }

    /// Returns the smaller of two lengths.
    pub fn min(self, other: Self) -> Self {
        Ord::min(self, other)
    }

    /// Returns the larger of two lengths.
    pub fn max(self, other: Self) -> Self {
        Ord::max(self, other)
    }
}

impl Em {
    /// Zero length.
    pub const ZERO: Self = Self(0);
    /// One em (字).
    pub const ONE: Self = Self(768_000);
    /// Half an em.
    pub const HALF: Self = Self(384_000);
    /// A quarter of an em.
    pub const QUARTER: Self = Self(192_000);
    /// An eighth of an em.
    pub const EIGHTH: Self = Self(96_000);

    /// Returns a length of `units` × 1/768 000 em.
    pub const fn raw(units: i64) -> Self {
        Self(units)
    }

    /// Returns the number of units.
    pub const fn units(self) -> i64 {
        self.0
    }

    /// Returns a whole number of 字.
    pub const fn zi(count: i64) -> Self {
        Self(count * Self::ONE.0)
    }

    /// Returns `count` thousandths of an em.
    pub const fn milli(count: i64) -> Self {
        Self(count * (Self::ONE.0 / 1000))
    }

    /// Converts font units, of which `per_em` make an em, rounded to nearest.
    pub const fn font_units(units: i64, per_em: u16) -> Self {
        Self(mul_div_round(units, Self::ONE.0, per_em as i64))
    }

    /// Converts a fraction of an em as written in a house-style file. `None` if the number is not
    /// finite or its absolute value is a million or more.
    pub fn from_f64(value: f64) -> Option<Self> {
        (value.is_finite() && value.abs() < 1.0e6)
            .then(|| Self((value * Self::ONE.0 as f64).round() as i64))
    }

    /// Returns the length at a type size, rounded to nearest. With [`Abs::in_em`], the only
    /// conversion between the two units.
    pub const fn at(self, size: Abs) -> Abs {
        Abs(mul_div_round(self.0, size.0, Self::ONE.0))
    }

    /// Returns thousandths of an em, rounded to nearest, for costs and dumps.
    pub const fn to_milli(self) -> i64 {
        // A thousandth is a whole number of units, so nothing can overflow.
        let milli = Self::ONE.0 / 1000;
        let half = if self.0 < 0 { -milli / 2 } else { milli / 2 };
        (self.0 + half) / milli
    }

    /// Returns the length in ems as a float, for reports only.
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / Self::ONE.0 as f64
    }

    /// Returns `self * numerator / denominator`, rounded down. Shares cut by their running total
    /// always add up to the whole.
    pub const fn share(self, numerator: i64, denominator: i64) -> Self {
        Self(mul_div_floor(self.0, numerator, denominator))
    }

    /// Returns the smaller of two lengths.
    pub fn min(self, other: Self) -> Self {
        Ord::min(self, other)
    }

    /// Returns the larger of two lengths.
    pub fn max(self, other: Self) -> Self {
        Ord::max(self, other)
    }
}

macro_rules! arithmetic {
    ($($unit:ident),*) => {$(
        impl Add for $unit {
            type Output = Self;
            fn add(self, other: Self) -> Self {
                Self(self.0 + other.0)
            }
        }
        impl AddAssign for $unit {
            fn add_assign(&mut self, other: Self) {
                self.0 += other.0;
            }
        }
        impl Sub for $unit {
            type Output = Self;
            fn sub(self, other: Self) -> Self {
                Self(self.0 - other.0)
            }
        }
        impl SubAssign for $unit {
            fn sub_assign(&mut self, other: Self) {
                self.0 -= other.0;
            }
        }
        impl Neg for $unit {
            type Output = Self;
            fn neg(self) -> Self {
                Self(-self.0)
            }
        }
        impl Mul<i64> for $unit {
            type Output = Self;
            fn mul(self, count: i64) -> Self {
                Self(self.0 * count)
            }
        }
        impl Div<i64> for $unit {
            type Output = Self;
            fn div(self, count: i64) -> Self {
                Self(self.0 / count)
            }
        }
        impl Sum for $unit {
            fn sum<I: Iterator<Item = Self>>(iter: I) -> Self {
                iter.fold(Self::ZERO, Add::add)
            }
        }
    )*};
}
arithmetic!(Abs, Em);

impl fmt::Debug for Abs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}pt", self.to_pt())
    }
}

impl fmt::Debug for Em {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}em", self.to_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::{Abs, Em};

    #[test]
    fn points_and_millimetres_are_exact() {
        assert_eq!(Abs::mm(127), Abs::pt(360));
        assert_eq!(Abs::from_pt(16.2), Some(Abs::raw(205_740)));
        assert_eq!(Abs::from_mm(390.0), Some(Abs::mm(390)));
        assert_eq!(Abs::from_pt(f64::NAN), None);
    }

    #[test]
    fn em_is_exact_for_the_fractions_of_the_rules() {
        let size = Abs::pt(9);
        assert_eq!(Em::HALF.at(size), Abs::raw(57_150));
        assert_eq!(Em::zi(17).at(size), Abs::pt(153));
        assert_eq!(Em::font_units(500, 1000), Em::HALF);
        assert_eq!(Em::font_units(1024, 2048), Em::HALF);
        assert_eq!(Abs::pt(153).in_em(size), Em::zi(17));
    }

    #[test]
    fn shares_add_up() {
        let whole = Em::raw(1_000_001);
        for n in 1..40 {
            let mut last = Em::ZERO;
            let mut sum = Em::ZERO;
            for k in 1..=n {
                let here = whole.share(k, n);
                sum += here - last;
                last = here;
            }
            assert_eq!(sum, whole);
        }
    }

    #[test]
    fn rounding_is_symmetric() {
        assert_eq!(Abs::raw(3).scale(1, 2), Abs::raw(2));
        assert_eq!(Abs::raw(-3).scale(1, 2), Abs::raw(-2));
    }
}
