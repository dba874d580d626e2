//! Where the columns of a module start.

use std::ops::{Deref, DerefMut};

use crate::model::COLUMNS_MAX;

/// The rows by which the columns of a module start lower than the highest place for them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ColumnStarts {
    rows: [i64; COLUMNS_MAX],
    columns: usize,
}

impl ColumnStarts {
    /// So many columns that all start on one row.
    pub fn level(columns: i64, row: i64) -> Self {
        let columns = usize::try_from(columns).unwrap_or(0).min(COLUMNS_MAX);
        let mut rows = [0; COLUMNS_MAX];
        rows[..columns].fill(row);
        Self { rows, columns }
    }

    /// The same with the highest start at nought, and how much lower that was.
    pub(crate) fn raised_to_zero(&self) -> (Self, i64) {
        let lower = self.iter().copied().min().unwrap_or(0);
        let mut raised = *self;
        raised.iter_mut().for_each(|row| *row -= lower);
        (raised, lower)
    }

    /// Without the columns before one.
    pub(crate) fn from_column(&self, column: usize) -> Self {
        let mut rest = Self::level((self.columns - column.min(self.columns)) as i64, 0);
        rest.copy_from_slice(&self[column.min(self.columns)..]);
        rest
    }
}

impl Deref for ColumnStarts {
    type Target = [i64];

    fn deref(&self) -> &[i64] {
        &self.rows[..self.columns]
    }
}

impl DerefMut for ColumnStarts {
    fn deref_mut(&mut self) -> &mut [i64] {
        &mut self.rows[..self.columns]
    }
}
