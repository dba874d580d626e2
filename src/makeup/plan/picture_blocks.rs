//! The places of the pictures of an item: at the top of its columns, from the right, side by side
//! or one below the other.

use crate::fit::{ShapedItem, fit_picture};
use crate::makeup::costs;
use crate::makeup::placed::PictureBlock;
use crate::model::{DensityStep, HouseStyle, InnerColumns};
use crate::unit::RowRange;

/// Limit: number of pictures of one article side by side; more of them continue below.
const PICTURES_ACROSS_MOST: i64 = 4;

/// The ways to place the pictures that have no place in the copy. If there are none, one way
/// without blocks.
pub(crate) fn picture_arrangements(
    item: &ShapedItem,
    style: &HouseStyle,
    step: &DensityStep,
    inner_columns: InnerColumns,
    columns: i64,
) -> Vec<Vec<PictureBlock>> {
    let free: Vec<usize> =
        (0..item.pictures.len()).filter(|index| !item.pictures[*index].is_in_body).collect();
    // One empty arrangement, so that the forms of an item are always built from at least one.
    if free.is_empty() {
        return vec![Vec::new()];
    }
    let block = |picture: usize, column: i64, columns: i64| {
        let width = inner_columns.width(columns);
        let rows = fit_picture(&item.pictures[picture], style, step, width).rows;
        PictureBlock { picture, column, columns, rows }
    };
    let count = i64::try_from(free.len()).expect("a few pictures");
    // Requests for a width are met as far as the module has it.
    let requested_columns: Vec<i64> = free
        .iter()
        .filter_map(|picture| item.pictures[*picture].requested_columns)
        .map(|requested| requested.min(columns))
        .collect();
    let mut arrangements: Vec<Vec<PictureBlock>> = Vec::new();
    // All pictures of an arrangement have one width.
    for each in 1..=columns {
        // Different requests in one article exclude each other: then no width is left, and the last
        // resort below is taken.
        if requested_columns.iter().any(|requested| *requested != each) {
            continue;
        }
        // At least 1, because no picture is wider than the module.
        let across = (columns / each).min(count).min(PICTURES_ACROSS_MOST);
        // Without copy the pictures fill the module from edge to edge.
        if item.body.is_empty() && across * each != columns {
            continue;
        }
        let blocks = free.iter().zip(0..).map(|(picture, index)| {
            // Flush right: the first column, where the copy starts, stays free.
            let column = columns - (across - index % across) * each;
            block(*picture, column, each)
        });
        arrangements.push(level_depths(blocks.collect(), across));
    }
    if arrangements.is_empty() {
        // One below the other over the whole width.
        arrangements.push(free.iter().map(|picture| block(*picture, 0, columns)).collect());
    }
    arrangements
}

/// Gives pictures side by side, `across` in a row, one range of depths. Pictures too unlike for
/// that are cropped to their mean, beyond what the house style allows.
fn level_depths(mut blocks: Vec<PictureBlock>, across: i64) -> Vec<PictureBlock> {
    let across = usize::try_from(across).expect("at least one picture in a row");
    for row in blocks.chunks_mut(across) {
        // Depths that all of them can take.
        let least = row.iter().map(|block| block.rows.least).max().unwrap_or(0);
        let most = row.iter().map(|block| block.rows.most).min().unwrap_or(0);
        let count = i64::try_from(row.len()).expect("a few pictures");
        let mean = row.iter().map(|block| block.rows.usual).sum::<i64>() / count.max(1);
        let (least, most) = if least <= most { (least, most) } else { (mean, mean) };
        for block in row {
            block.rows = RowRange::new(least, mean.clamp(least, most), most);
        }
    }
    blocks
}

/// Returns the cost of the share of a module of `columns` by `rows` that its pictures take; 0
/// where it has no pictures or nothing else.
pub(crate) fn picture_area_cost(
    blocks: &[PictureBlock],
    columns: i64,
    rows: i64,
    has_body: bool,
) -> i64 {
    // Pictures alone are meant to fill their module.
    if blocks.is_empty() || !has_body {
        return 0;
    }
    // Captions count as part of their pictures.
    let cells: i64 = blocks.iter().map(|block| block.columns * block.rows.usual).sum();
    costs::picture_share_cost(cells * 100 / (columns * rows).max(1))
}
