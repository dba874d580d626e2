//! Sharing the rows of a module among its head, its pictures and its body.
//!
//! A head can give up a row of white or take several more, a picture what its crop lets it; the
//! body takes what is left. All combinations are few enough to be estimated by counts of rows
//! alone. The most promising are poured, and the cheapest one is taken.

use crate::fit::{PouredBody, least_cost_at_depth, white_rows_cost};
use crate::makeup::costs::{
    CROP, SHARE_ROW_FILLED, SHARE_ROW_MISSING, SHARE_ROW_WHITE, SHARE_TOO_DEEP,
};
use crate::makeup::plan::context::SettleContext;
use crate::makeup::plan::forms::ModuleForm;

/// The rows of a module as they are shared.
pub(crate) struct FilledRows {
    /// Rows of the head.
    pub(crate) head_rows: i64,
    /// Rows of each picture block.
    pub(crate) picture_rows: Vec<i64>,
    /// The body, poured into the rest.
    pub(crate) poured: PouredBody,
}

/// A way to share the rows of a module, before its body is poured. Ordered by its estimated cost.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct RowShare {
    /// Estimated cost, by counts of rows alone.
    cost: i64,
    head_rows: i64,
    picture_rows: Vec<i64>,
}

/// Limit: number of ways to share the rows that are poured.
const SHARES_POURED: usize = 3;

/// Shares the rows of one module.
pub(crate) struct RowFiller<'a> {
    pub(crate) context: &'a SettleContext<'a>,
    /// Index of the item in the task.
    pub(crate) item: usize,
    pub(crate) form: &'a ModuleForm,
    /// Columns of the module.
    pub(crate) columns: i64,
    /// Rows of the module inside its frame.
    pub(crate) inside_rows: i64,
}

impl RowFiller<'_> {
    /// The most promising ways to share the rows, best first.
    ///
    /// Every number of rows of the head is combined with every change of the pictures, which all
    /// change together. The order is that of an estimate, so the cheapest pouring may be missed.
    fn row_shares(&self) -> Vec<RowShare> {
        let Self { form, columns, inside_rows, .. } = *self;
        let bodies = self.context.bodies[self.item].over_columns(columns);
        // Without variants: paragraphs a line longer or shorter are left to pouring.
        let body_rows = bodies.best().total_rows();
        let [head_least, head_most] = form.head_rows;
        let blocks = &form.picture_blocks;
        // All pictures give or take the same number of rows, each as far as it can.
        let most_cropped =
            blocks.iter().map(|block| block.rows.least - block.rows.usual).min().unwrap_or(0);
        let most_grown =
            blocks.iter().map(|block| block.rows.most - block.rows.usual).max().unwrap_or(0);
        // A module with too little room is shallower than its head: the head takes all of it.
        let head_most = head_most.min(inside_rows);
        let mut shares = Vec::new();
        // The least is capped as well, so the range is never empty.
        for head_rows in head_least.min(head_most)..=head_most {
            for change in most_cropped..=most_grown {
                let picture_rows: Vec<i64> = blocks
                    .iter()
                    .map(|block| {
                        // A block that cannot go as far stops at its own limit.
                        (block.rows.usual + change).clamp(block.rows.least, block.rows.most)
                    })
                    .collect();
                let offsets = form.text_offsets(columns, head_rows, &picture_rows);
                // Without body each column should end exactly at the foot: rows over and under
                // count alike.
                let spare_rows = if body_rows == 0 {
                    let all = form.column_offsets(columns, head_rows, picture_rows.iter().copied());
                    all.iter().map(|offset| (inside_rows - offset).abs()).sum()
                } else {
                    offsets.iter().map(|offset| inside_rows - offset).sum::<i64>() - body_rows
                };
                // Charged far above everything else, but not dropped: a module without room still
                // has to be filled.
                let is_too_deep = offsets.iter().any(|offset| *offset > inside_rows);
                let text_columns = i64::try_from(offsets.len()).expect("a few columns");
                let cost = white_rows_cost(head_rows - form.head.rows)
                    + CROP * change * change
                    + rough_body_cost(spare_rows, text_columns)
                    + if is_too_deep { SHARE_TOO_DEEP } else { 0 };
                shares.push(RowShare { cost, head_rows, picture_rows });
            }
        }
        // By cost, then by rows: equal estimates have one order.
        shares.sort();
        // With no body to pour, the estimate alone decides.
        shares.truncate(if body_rows == 0 { 1 } else { SHARES_POURED });
        shares
    }

    /// Pours the body in the most promising ways and returns the cheapest: the least copy without
    /// room first, then cost.
    pub(crate) fn fill_rows(&self) -> FilledRows {
        let Self { context, item, form, columns, inside_rows } = *self;
        let bodies = &context.bodies[item];
        let mut best: Option<((i64, i64), FilledRows)> = None;
        for RowShare { head_rows, picture_rows, .. } in self.row_shares() {
            let fixed_cost = self.fixed_cost(head_rows, &picture_rows);
            let offsets = form.text_offsets(columns, head_rows, &picture_rows);
            // Bound: the body costs at least this much, so it need not be poured to lose.
            let loses = best.as_ref().is_some_and(|(best, _)| {
                let variants = bodies.over_columns(columns);
                let least = least_cost_at_depth(variants, &offsets, inside_rows);
                *best <= (0, fixed_cost + least)
            });
            if loses {
                continue;
            }
            let poured = context.pour_memo.pour(bodies, item, columns, &offsets, inside_rows);
            // Overset rows first: no cost of white or crop makes up for lost copy.
            let rank = (poured.over_rows, poured.cost + fixed_cost);
            if best.as_ref().is_none_or(|(best, _)| rank < *best) {
                best = Some((rank, FilledRows { head_rows, picture_rows, poured }));
            }
        }
        best.map(|(_, filled)| filled).unwrap_or_else(|| {
            // There is always a share to try, so this only takes the place of a panic.
            let offsets = form.text_offsets(columns, 0, &[]);
            let poured = context.pour_memo.pour(bodies, item, columns, &offsets, inside_rows);
            let picture_rows = vec![0; form.picture_blocks.len()];
            FilledRows { head_rows: 0, picture_rows, poured }
        })
    }

    /// Cost of a share whatever its body costs: the white of the head and the worst crop.
    fn fixed_cost(&self, head_rows: i64, picture_rows: &[i64]) -> i64 {
        let blocks = picture_rows.iter().zip(&self.form.picture_blocks);
        let changes = blocks.map(|(rows, block)| rows - block.rows.usual);
        // The worst picture counts once. All blocks change together, so a sum would charge an
        // article for its number of pictures.
        let crop = changes.map(|change| change * change).max().unwrap_or(0) * CROP;
        white_rows_cost(head_rows - self.form.head.rows) + crop
    }
}

/// Estimated cost of a body that leaves `spare_rows` rows of its columns empty, or lacks rows where
/// negative: a row for each column is filled by paragraphs that run a line longer.
fn rough_body_cost(spare_rows: i64, text_columns: i64) -> i64 {
    // Missing rows are overset copy; nothing fills them.
    if spare_rows < 0 {
        return -spare_rows * SHARE_ROW_MISSING;
    }
    // One row short in each column is made up by paragraphs; more stays white at the feet.
    let filled = spare_rows.min(text_columns);
    filled * SHARE_ROW_FILLED + (spare_rows - text_columns).max(0) * SHARE_ROW_WHITE
}
