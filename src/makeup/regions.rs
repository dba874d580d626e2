//! The free rectangles that a page has beside what stands on it already.

use crate::makeup::search::{GAP, Region};
use crate::model::Places;
use crate::unit::cells_meet;

/// So many ways to cut what is free are tried.
const CUTS_MOST: usize = 16;
/// A free strip of fewer rows holds no article: it stays white.
const ROWS_LEAST: i64 = 8;

/// The ways to cut the free part of the page into rectangles, each with the strongest place first.
pub(crate) fn cuts(page: Region, taken: &[[i64; 4]], places: Places) -> Vec<Vec<Region>> {
    let mut out = cut(page, taken);
    if out.is_empty() {
        out.push(strips(page, taken));
    }
    for regions in &mut out {
        regions.retain(|region| region.rows >= ROWS_LEAST);
        regions.sort_by_key(|region| std::cmp::Reverse(strength(region, &page, places)));
    }
    out.sort();
    out.dedup();
    // Few large rectangles leave the search more room than many small ones.
    out.sort_by_key(Vec::len);
    out.truncate(CUTS_MOST);
    out
}

/// How strong a place is: 上左 > 上右 > 下右 > 下左 (§4.1), or the last two the other way round; then its size.
fn strength(region: &Region, page: &Region, places: Places) -> (i64, i64) {
    let upper = region.row * 2 < page.row * 2 + page.rows;
    let left = region.column == page.column || region.columns * 2 > page.columns;
    let rank = match (upper, left) {
        (true, true) => 3,
        (true, false) => 2,
        (false, true) => i64::from(places == Places::LowerLeft),
        (false, false) => i64::from(places == Places::LowerRight),
    };
    (rank, region.columns * region.rows)
}

/// Every way to part a rectangle by straight cuts along the edges of what is taken; empty if there is none.
fn cut(rect: Region, taken: &[[i64; 4]]) -> Vec<Vec<Region>> {
    if rect.columns <= 0 || rect.rows <= 0 {
        return vec![Vec::new()];
    }
    let own = [rect.column, rect.row, rect.columns, rect.rows];
    let inside: Vec<[i64; 4]> = taken.iter().copied().filter(|pin| cells_meet(*pin, own)).collect();
    let Some(first) = inside.first() else { return vec![vec![rect]] };
    let (right, bottom) = (rect.column + rect.columns, rect.row + rect.rows);
    if inside.len() == 1
        && first[0] <= rect.column
        && first[0] + first[2] >= right
        && first[1] <= rect.row
        && first[1] + first[3] >= bottom
    {
        return vec![Vec::new()];
    }
    let mut out: Vec<Vec<Region>> = Vec::new();
    let mut join = |a: Region, b: Region| {
        for left in cut(a, taken) {
            for right in cut(b, taken) {
                if out.len() < CUTS_MOST * 4 {
                    out.push([left.clone(), right].concat());
                }
            }
        }
    };
    let mut xs: Vec<i64> = inside.iter().flat_map(|pin| [pin[0], pin[0] + pin[2]]).collect();
    xs.sort_unstable();
    xs.dedup();
    for x in xs.into_iter().filter(|x| rect.column < *x && *x < right) {
        if inside.iter().all(|pin| pin[0] + pin[2] <= x || pin[0] >= x) {
            let left = Region { columns: x - rect.column, ..rect };
            join(left, Region { column: x, columns: right - x, ..rect });
        }
    }
    // Above a taken place, and below it: a white row parts them.
    let mut ys: Vec<(i64, bool)> =
        inside.iter().flat_map(|pin| [(pin[1], true), (pin[1] + pin[3], false)]).collect();
    ys.sort_unstable();
    ys.dedup();
    for (y, above) in ys.into_iter().filter(|(y, _)| rect.row < *y && *y < bottom) {
        if inside.iter().all(|pin| pin[1] + pin[3] <= y || pin[1] >= y) {
            let (end, start) = if above { (y - GAP, y) } else { (y, y + GAP) };
            let upper = Region { rows: end - rect.row, ..rect };
            join(upper, Region { row: start, rows: bottom - start, ..rect });
        }
    }
    out
}

/// The free rows of each column, columns with the same ones together: where no straight cut parts what is taken.
fn strips(page: Region, taken: &[[i64; 4]]) -> Vec<Region> {
    let free = |column: i64| -> Vec<(i64, i64)> {
        let mut rows: Vec<(i64, i64)> = taken
            .iter()
            .filter(|pin| pin[0] <= column && column < pin[0] + pin[2])
            .map(|pin| (pin[1] - GAP, pin[1] + pin[3] + GAP))
            .collect();
        rows.sort_unstable();
        rows.push((page.row + page.rows, page.row + page.rows));
        let mut last = page.row;
        let mut out = Vec::new();
        for (start, end) in rows {
            if start > last {
                out.push((last, start));
            }
            last = last.max(end);
        }
        out
    };
    let mut out: Vec<Region> = Vec::new();
    for column in page.column..page.column + page.columns {
        for (row, end) in free(column) {
            let rows = end - row;
            let beside =
                |r: &&mut Region| r.column + r.columns == column && r.row == row && r.rows == rows;
            match out.iter_mut().find(beside) {
                Some(region) => region.columns += 1,
                None => out.push(Region { column, row, columns: 1, rows }),
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::cuts;
    use crate::makeup::search::{GAP, Region};
    use crate::model::Places;
    use crate::unit::cells_meet;

    #[test]
    fn cuts_leave_what_is_taken_alone_and_lose_nothing_large() {
        let page = Region { column: 0, row: 4, columns: 8, rows: 112 };
        for (pins, count) in [
            (vec![], 1),
            // An advertisement over the foot of the page.
            (vec![[0, 86, 8, 30]], 1),
            // One in the corner: cut below it or beside it first.
            (vec![[5, 86, 3, 30]], 2),
            // A box in the middle.
            (vec![[3, 50, 2, 20]], 4),
            // Four around a hole: no straight cut.
            (vec![[0, 4, 5, 30], [5, 4, 3, 70], [3, 74, 5, 42], [0, 34, 3, 82]], 1),
        ] {
            let found = cuts(page, &pins, Places::LowerRight);
            assert!(found.len() >= count, "{pins:?}: {found:?}");
            for regions in &found {
                let place = |r: &Region| [r.column, r.row, r.columns, r.rows];
                for (k, region) in regions.iter().enumerate() {
                    assert!(pins.iter().all(|pin| !cells_meet(*pin, place(region))));
                    assert!(regions[k + 1..].iter().all(|o| !cells_meet(place(o), place(region))));
                }
                let taken: i64 = pins.iter().map(|pin| pin[2] * pin[3]).sum();
                let free: i64 = regions.iter().map(|r| r.columns * r.rows).sum();
                let lost = page.columns * page.rows - taken - free;
                let gaps = page.columns * GAP * 2 * pins.len() as i64;
                assert!(lost <= gaps + 8 * 8 * pins.len() as i64, "{lost}: {regions:?}");
            }
        }
    }
}
