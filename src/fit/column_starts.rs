//! Rows at which the columns of a module start.

use std::ops::{Deref, DerefMut};

use crate::model::COLUMNS_MAX;

/// For each column of a module, the rows by which it starts lower than the highest possible place.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ColumnStarts {
    /// Entries beyond `columns` are zero.
    rows: [i64; COLUMNS_MAX],
    columns: usize,
}

impl ColumnStarts {
    /// Returns the starts of `columns` columns that all start at `row`. A module has no more than
    /// [`COLUMNS_MAX`] columns.
    pub fn level(columns: i64, row: i64) -> Self {
        let mut starts = Self::default();
        for rows in (0..columns).zip(&mut starts.rows).map(|(_, rows)| rows) {
            *rows = row;
            starts.columns += 1;
        }
        starts
    }

    /// Returns the starts with the highest at zero, and the rows by which it was lower.
    pub(crate) fn raised_to_zero(&self) -> (Self, i64) {
        let highest = self.iter().copied().min().unwrap_or(0);
        let mut raised = *self;
        raised.iter_mut().for_each(|row| *row -= highest);
        (raised, highest)
    }

    /// Returns the starts from a column on.
    pub(crate) fn starting_at_column(&self, column: usize) -> Self {
        let mut rest = Self::default();
        let rows = self.get(column..).unwrap_or(&[]);
        rest.rows[..rows.len()].copy_from_slice(rows);
        rest.columns = rows.len();
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
