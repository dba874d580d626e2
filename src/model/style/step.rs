//! Density steps, and the columns that modules have on their grids.

use crate::model::style::frame::FrameStyle;
use crate::unit::{Abs, Em};

/// Largest number of basic columns of a page.
pub const COLUMNS_MAX: usize = 12;

/// Density step (密度档): one grid of the house style.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DensityStep {
    /// Name: `dense`, `news`, `theory` …
    pub name: String,
    /// Number of basic columns.
    pub columns: i64,
    /// 字 per column.
    pub chars: i64,
    /// Body size.
    pub body: Abs,
    /// Line pitch, from baseline to baseline.
    pub pitch: Abs,
    /// White between two columns.
    pub gutter: Abs,
    /// Number of baselines in the type area.
    pub rows: i64,
}

impl DensityStep {
    /// Width of `columns` basic columns and the gutters between them.
    pub fn width(&self, columns: i64) -> Abs {
        self.body * (self.chars * columns) + self.gutter * (columns - 1).max(0)
    }

    /// Number of rows that a depth takes, rounded up.
    pub fn rows_for(&self, deep: Abs) -> i64 {
        (deep.units() + self.pitch.units() - 1).div_euclid(self.pitch.units())
    }

    /// Measure of the body.
    pub fn measure(&self) -> Em {
        Em::zi(self.chars)
    }

    /// Inner columns of a module of `columns` basic columns. A frame keeps their number: each has a
    /// whole number of 字 and gutters of at least 1 字. The remaining width goes to the gutters
    /// first, then to the insets.
    pub fn inner_columns(&self, columns: i64, frame: Option<&FrameStyle>) -> InnerColumns {
        let Some(frame) = frame else {
            return InnerColumns {
                inset: Abs::ZERO,
                chars: self.chars,
                body: self.body,
                gutter: self.gutter,
            };
        };
        let columns = columns.max(1);
        let width = self.width(columns);
        let room = width - frame.inset.at(self.body) * 2;
        let gutters = columns - 1;
        let chars = (room - self.body * gutters).count_fitting(self.body) / columns;
        let rest = (room - self.body * (chars * columns)).max(Abs::ZERO);
        let gutter = if gutters == 0 { Abs::ZERO } else { (rest / gutters).min(self.body * 5 / 2) };
        let inset = (width - self.body * (chars * columns) - gutter * gutters) / 2;
        InnerColumns { inset, chars, body: self.body, gutter }
    }
}

/// Columns inside a module: those of the grid or, in a frame, narrower ones of whole 字 (R95).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InnerColumns {
    /// Distance from the module's left edge to the first column.
    pub inset: Abs,
    /// 字 per column.
    pub chars: i64,
    /// Size of the body.
    pub body: Abs,
    /// White between two columns.
    pub gutter: Abs,
}

impl InnerColumns {
    /// Distance from the module's left edge to column `k`, counted from 0.
    pub fn column_left(&self, k: i64) -> Abs {
        self.inset + (self.body * self.chars + self.gutter) * k
    }

    /// Width of `columns` columns and the gutters between them.
    pub fn width(&self, columns: i64) -> Abs {
        self.body * (self.chars * columns) + self.gutter * (columns - 1).max(0)
    }
}
