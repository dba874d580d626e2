//! Lengths as whole numbers.
//!
//! [`Abs`] counts 1/12 700 pt, which is also 1/36 000 mm, so points, millimetres and inches are all
//! exact. [`Em`] counts 1/768 000 of the type size, exact for fonts of 1000 and 2048 units and for
//! halves, thirds and eighths of a 字. [`Em::at`] and [`Abs::in_em`] convert between the two. The
//! module knows nothing about text.

mod geometry;
mod grid;
mod length;

pub use crate::unit::geometry::{Point, Rect, TypeSize};
pub use crate::unit::grid::{GridRect, RowRange};
pub use crate::unit::length::{Abs, Em};
