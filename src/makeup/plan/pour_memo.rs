//! Bodies poured before: many layouts have the same module.

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::fit::{ColumnStarts, PouredBody, pour_at_depth};
use crate::makeup::bodies::ItemBodies;

/// All that a poured body depends on.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct PourKey {
    /// Index of the item in the task.
    item: usize,
    columns: i64,
    /// The rows by which each column starts lower than the highest one.
    starts: ColumnStarts,
    /// Rows from the start of the highest column to the foot.
    depth: i64,
}

/// The bodies poured so far.
#[derive(Default)]
pub(crate) struct PourMemo(RefCell<BTreeMap<PourKey, PouredBody>>);

impl PourMemo {
    /// The body of an item over `columns` columns that start at `offsets`, poured to exactly
    /// `depth` rows.
    pub(crate) fn pour(
        &self,
        bodies: &ItemBodies,
        item: usize,
        columns: i64,
        offsets: &ColumnStarts,
        depth: i64,
    ) -> PouredBody {
        // Columns that all start lower are the same as columns of a shallower module.
        let (starts, lower) = offsets.raised_to_zero();
        let key = PourKey { item, columns, starts, depth: depth - lower };
        // Borrowed for this statement only: pouring below needs the table again.
        let known = self.0.borrow().get(&key).cloned();
        let mut poured = known.unwrap_or_else(|| {
            let variants = bodies.over_columns(columns);
            let poured = pour_at_depth(variants, &key.starts, key.depth);
            self.0.borrow_mut().insert(key, poured.clone());
            poured
        });
        // Columns, costs and feet do not depend on the place; only the depth counts from the top.
        poured.depth_rows += lower;
        poured
    }
}
