//! Where the pictures of an item stand: at the top of its columns, from the right, side by side or one below the
//! other.

use crate::fit::{ShapedItem, fit_picture};
use crate::makeup::costs;
use crate::makeup::placed::PictureBlock;
use crate::model::{DensityStep, HouseStyle, InnerColumns};

/// So many pictures of one article are placed side by side or stacked; more go on below.
const ACROSS_MOST: i64 = 4;

/// The ways to place the pictures that have no place in the copy; one empty way if there are none.
pub(crate) fn picture_arrangements(
    ready: &ShapedItem,
    style: &HouseStyle,
    step: &DensityStep,
    strip: InnerColumns,
    columns: i64,
) -> Vec<Vec<PictureBlock>> {
    let free: Vec<usize> =
        (0..ready.pictures.len()).filter(|k| !ready.pictures[*k].is_in_body).collect();
    if free.is_empty() {
        return vec![Vec::new()];
    }
    let wide = i64::try_from(free.len()).unwrap_or(1);
    let mut out: Vec<Vec<PictureBlock>> = Vec::new();
    for each in 1..=columns {
        // A wish for a width is met as far as the module has it.
        let wish = |k: &usize| ready.pictures[*k].requested_columns.map(|wish| wish.min(columns));
        if free.iter().filter_map(wish).any(|wish| wish != each) {
            continue;
        }
        let across = (columns / each).min(wide).min(ACROSS_MOST);
        // Without copy the pictures fill the module from edge to edge.
        if ready.body.is_empty() && across * each != columns {
            continue;
        }
        let shots = free.iter().zip(0_i64..).map(|(picture, k)| {
            let column = columns - (across - k % across) * each;
            let set = fit_picture(&ready.pictures[*picture], style, step, strip.width(each));
            PictureBlock { picture: *picture, column, columns: each, rows: set.rows }
        });
        out.push(level(shots.collect(), across));
    }
    if out.is_empty() {
        // One below the other over the whole width.
        let shots = free.iter().map(|picture| {
            let set = fit_picture(&ready.pictures[*picture], style, step, strip.width(columns));
            PictureBlock { picture: *picture, column: 0, columns, rows: set.rows }
        });
        out.push(shots.collect());
    }
    out
}

/// Pictures side by side take one depth where all of them can.
fn level(mut shots: Vec<PictureBlock>, across: i64) -> Vec<PictureBlock> {
    let across = usize::try_from(across).unwrap_or(1).max(1);
    for row in shots.chunks_mut(across) {
        let least = row.iter().map(|shot| shot.rows[0]).max().unwrap_or(0);
        let most = row.iter().map(|shot| shot.rows[2]).min().unwrap_or(0);
        let mean = row.iter().map(|shot| shot.rows[1]).sum::<i64>() / row.len().max(1) as i64;
        // Pictures too unlike for one depth are cropped beyond the house style's share, to the middle.
        let (least, most) = if least <= most { (least, most) } else { (mean, mean) };
        for shot in row {
            shot.rows = [least, mean.clamp(least, most), most];
        }
    }
    shots
}

/// What the share of the pictures of a module costs.
pub(crate) fn picture_share_cost(
    shots: &[PictureBlock],
    columns: i64,
    rows: i64,
    has_body: bool,
) -> i64 {
    if shots.is_empty() || !has_body {
        return 0;
    }
    let area: i64 = shots.iter().map(|shot| shot.columns * shot.rows[1]).sum();
    costs::picture_share(area * 100 / (columns * rows).max(1))
}
