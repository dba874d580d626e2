//! How a module shares its rows between its head, its pictures and its body.

use crate::fit::{PouredBody, least_cost_at_depth, white_rows_cost};
use crate::makeup::costs;
use crate::makeup::plan::context::SettleContext;
use crate::makeup::plan::forms::ModuleForm;

/// Rows shared between head, pictures and body.
pub(crate) struct FilledRows {
    pub(crate) head_rows: i64,
    pub(crate) shots: Vec<i64>,
    pub(crate) poured: PouredBody,
}

/// Shares the rows of a module.
pub(crate) struct RowFiller<'a> {
    pub(crate) ground: &'a SettleContext<'a>,
    pub(crate) item: usize,
    pub(crate) form: &'a ModuleForm,
    pub(crate) columns: i64,
    pub(crate) inside: i64,
}

/// So many ways to share the rows are poured.
const SHARES: usize = 3;

impl RowFiller<'_> {
    /// The ways to share the rows between head and pictures, best by the numbers alone first: what they cost, with
    /// the rows of the head and of each picture.
    fn shares(&self) -> Vec<(i64, i64, Vec<i64>)> {
        let form = self.form;
        let bodies = self.ground.bodies[self.item].over_columns(self.columns);
        let body = bodies.best().total_rows();
        let [least, most] = form.head_rows;
        let span = |level: usize| {
            let off = form.picture_blocks.iter().map(|shot| shot.rows[level] - shot.rows[1]);
            (off.clone().min().unwrap_or(0), off.max().unwrap_or(0))
        };
        let (crop, grow) = (span(0).0, span(2).1);
        let mut out = Vec::new();
        let most = most.min(self.inside);
        for head in least.min(most)..=most {
            for by in crop..=grow {
                let shots: Vec<i64> = form
                    .picture_blocks
                    .iter()
                    .map(|shot| (shot.rows[1] + by).clamp(shot.rows[0], shot.rows[2]))
                    .collect();
                let offsets = form.text_offsets(self.columns, head, &shots);
                let room: i64 = offsets.iter().map(|offset| self.inside - offset).sum();
                let tight = offsets.iter().any(|offset| *offset > self.inside);
                let off = if body == 0 {
                    let all = form.column_offsets(self.columns, head, shots.iter().copied());
                    all.iter().map(|offset| (self.inside - offset).abs()).sum()
                } else {
                    room - body
                };
                let air = white_rows_cost(head - form.head.rows) + costs::CROP * by * by;
                let cost =
                    air + roughly(off, offsets.len() as i64) + if tight { 100_000 } else { 0 };
                out.push((cost, head, shots));
            }
        }
        out.sort();
        out.truncate(if body == 0 { 1 } else { SHARES });
        out
    }

    pub(crate) fn fill(&self) -> FilledRows {
        let Self { ground, item, form, columns, inside } = *self;
        let bodies = &ground.bodies[item];
        // What a share costs whatever comes of its body.
        let white = |head: i64, shots: &[i64]| {
            let by = shots.iter().zip(&form.picture_blocks).map(|(rows, shot)| rows - shot.rows[1]);
            let crop = by.map(|by| by * by).max().unwrap_or(0) * costs::CROP;
            white_rows_cost(head - form.head.rows) + crop
        };
        let mut best: Option<((i64, i64), FilledRows)> = None;
        for (_, head_rows, shots) in self.shares() {
            let white = white(head_rows, &shots);
            let offsets = form.text_offsets(columns, head_rows, &shots);
            let least =
                || white + least_cost_at_depth(bodies.over_columns(columns), &offsets, inside);
            if best.as_ref().is_some_and(|(known, _)| *known <= (0, least())) {
                continue;
            }
            let poured = ground.pours.pour(bodies, item, columns, &offsets, inside);
            let worth = (poured.over_rows, poured.cost + white);
            if best.as_ref().is_none_or(|(known, _)| worth < *known) {
                best = Some((worth, FilledRows { head_rows, shots, poured }));
            }
        }
        best.map(|(_, filled)| filled).unwrap_or_else(|| {
            // A module of no rows at all.
            let offsets = form.text_offsets(columns, 0, &[]);
            let poured = ground.pours.pour(bodies, item, columns, &offsets, inside);
            FilledRows {
                head_rows: 0,
                shots: form.picture_blocks.iter().map(|_| 0).collect(),
                poured,
            }
        })
    }
}

/// What rows of body too many or too few cost, by the numbers: a row a column is taken by lines that run longer.
fn roughly(off: i64, columns: i64) -> i64 {
    if off < 0 { -off * 1000 } else { off.min(columns) * 8 + (off - columns).max(0) * 200 }
}
