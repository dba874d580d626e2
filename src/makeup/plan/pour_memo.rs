//! Bodies poured before: many layouts have the same module.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::fit::{ColumnStarts, PouredBody, pour_at_depth};
use crate::makeup::bodies::ItemBodies;

/// Item, columns, the rows by which each starts lower, depth.
pub(crate) type PourKey = (usize, i64, ColumnStarts, i64);

/// Bodies poured before: many layouts have the same module.
#[derive(Default)]
pub(crate) struct PourMemo(RefCell<BTreeMap<PourKey, PouredBody>>);

impl PourMemo {
    /// The body of an item over so many columns, poured to exactly `depth` rows.
    pub(crate) fn pour(
        &self,
        bodies: &ItemBodies,
        item: usize,
        columns: i64,
        offsets: &ColumnStarts,
        depth: i64,
    ) -> PouredBody {
        // A column starts at the top: what all of them start lower by is the same as a shallower depth.
        let (raised, lower) = offsets.raised_to_zero();
        let key = (item, columns, raised, depth - lower);
        let known = self.0.borrow().get(&key).cloned();
        let mut poured = known.unwrap_or_else(|| {
            let poured = pour_at_depth(bodies.over_columns(columns), &key.2, key.3);
            self.0.borrow_mut().insert(key, poured.clone());
            poured
        });
        poured.depth_rows += lower;
        poured
    }
}
