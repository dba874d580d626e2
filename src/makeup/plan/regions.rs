//! The free rectangles that a page has beside what stands on it already.

use std::collections::BTreeMap;

use crate::makeup::placed::GAP;
use crate::makeup::plan::problem::FreeRegion;
use crate::model::QuarterOrder;
use crate::unit::grid_areas_overlap;

/// So many ways to cut what is free are tried.
const CUTS_MOST: usize = 16;
/// So many ways to cut one rectangle are kept on the way.
const WAYS_MOST: usize = CUTS_MOST * 4;
/// So many rectangles are looked at: fifty places on a page lead to some four hundred.
const PARTS_MOST: usize = 1_000;
/// A free strip of fewer rows holds no article: it stays white.
const ROWS_LEAST: i64 = 8;

/// The ways to cut the free part of the page into rectangles, each with the strongest place first.
pub(crate) fn region_cuts(
    page: FreeRegion,
    taken: &[[i64; 4]],
    places: QuarterOrder,
) -> Vec<Vec<FreeRegion>> {
    let mut out = RegionCutter { taken, known: BTreeMap::new() }.ways(page);
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
fn strength(region: &FreeRegion, page: &FreeRegion, places: QuarterOrder) -> (i64, i64) {
    let upper = region.row * 2 < page.row * 2 + page.rows;
    let left = region.column == page.column || region.columns * 2 > page.columns;
    let rank = match (upper, left) {
        (true, true) => 3,
        (true, false) => 2,
        (false, true) => i64::from(places == QuarterOrder::LowerLeft),
        (false, false) => i64::from(places == QuarterOrder::LowerRight),
    };
    (rank, region.columns * region.rows)
}

/// Parts rectangles by straight cuts along the edges of what is taken. Many cuts lead to the same parts: each is looked
/// at once.
struct RegionCutter<'a> {
    taken: &'a [[i64; 4]],
    known: BTreeMap<[i64; 4], Vec<Vec<FreeRegion>>>,
}

impl RegionCutter<'_> {
    /// Every way to part a rectangle; empty if there is none, or none is found in time.
    fn ways(&mut self, rect: FreeRegion) -> Vec<Vec<FreeRegion>> {
        if rect.columns <= 0 || rect.rows <= 0 {
            return vec![Vec::new()];
        }
        let own = [rect.column, rect.row, rect.columns, rect.rows];
        if let Some(ways) = self.known.get(&own) {
            return ways.clone();
        }
        if self.known.len() >= PARTS_MOST {
            return Vec::new();
        }
        let ways = self.part(rect, own);
        self.known.insert(own, ways.clone());
        ways
    }

    fn part(&mut self, rect: FreeRegion, own: [i64; 4]) -> Vec<Vec<FreeRegion>> {
        let taken = self.taken.iter().copied();
        let inside: Vec<[i64; 4]> = taken.filter(|pin| grid_areas_overlap(*pin, own)).collect();
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
        let mut out: Vec<Vec<FreeRegion>> = Vec::new();
        let mut xs: Vec<i64> = inside.iter().flat_map(|pin| [pin[0], pin[0] + pin[2]]).collect();
        xs.sort_unstable();
        xs.dedup();
        for x in xs.into_iter().filter(|x| rect.column < *x && *x < right) {
            if inside.iter().all(|pin| pin[0] + pin[2] <= x || pin[0] >= x) {
                let left = FreeRegion { columns: x - rect.column, ..rect };
                self.join(left, FreeRegion { column: x, columns: right - x, ..rect }, &mut out);
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
                let upper = FreeRegion { rows: end - rect.row, ..rect };
                self.join(upper, FreeRegion { row: start, rows: bottom - start, ..rect }, &mut out);
            }
        }
        out
    }

    /// Adds the ways of two parts with each other.
    fn join(&mut self, a: FreeRegion, b: FreeRegion, out: &mut Vec<Vec<FreeRegion>>) {
        if out.len() >= WAYS_MOST {
            return;
        }
        let (lefts, rights) = (self.ways(a), self.ways(b));
        let both = lefts.iter().flat_map(|left| rights.iter().map(move |right| (left, right)));
        let room = WAYS_MOST - out.len();
        out.extend(both.take(room).map(|(left, right)| [left.as_slice(), right].concat()));
    }
}

/// The free rows of each column, columns with the same ones together: where no straight cut parts what is taken.
fn strips(page: FreeRegion, taken: &[[i64; 4]]) -> Vec<FreeRegion> {
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
    let mut out: Vec<FreeRegion> = Vec::new();
    for column in page.column..page.column + page.columns {
        for (row, end) in free(column) {
            let rows = end - row;
            let beside = |r: &&mut FreeRegion| {
                r.column + r.columns == column && r.row == row && r.rows == rows
            };
            match out.iter_mut().find(beside) {
                Some(region) => region.columns += 1,
                None => out.push(FreeRegion { column, row, columns: 1, rows }),
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::region_cuts;
    use crate::makeup::placed::GAP;
    use crate::makeup::plan::problem::FreeRegion;
    use crate::model::QuarterOrder;
    use crate::unit::grid_areas_overlap;

    #[test]
    fn many_places_are_cut_in_time() {
        // Boxes apart from each other in a checkerboard, as many as a page may reserve: straight cuts everywhere.
        let page = FreeRegion { column: 0, row: 4, columns: 12, rows: 112 };
        let boxes: Vec<[i64; 4]> =
            (0..50).map(|k| [k % 6 * 2 + k / 6 % 2, 6 + k / 6 * 12, 1, 6]).collect();
        for count in [4, 8, 16, 50] {
            let found = region_cuts(page, &boxes[..count], QuarterOrder::LowerRight);
            assert!(!found.is_empty(), "{count}");
        }
    }

    #[test]
    fn cuts_leave_what_is_taken_alone_and_lose_nothing_large() {
        let page = FreeRegion { column: 0, row: 4, columns: 8, rows: 112 };
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
            let found = region_cuts(page, &pins, QuarterOrder::LowerRight);
            assert!(found.len() >= count, "{pins:?}: {found:?}");
            for regions in &found {
                let place = |r: &FreeRegion| [r.column, r.row, r.columns, r.rows];
                for (k, region) in regions.iter().enumerate() {
                    assert!(pins.iter().all(|pin| !grid_areas_overlap(*pin, place(region))));
                    assert!(
                        regions[k + 1..]
                            .iter()
                            .all(|o| !grid_areas_overlap(place(o), place(region)))
                    );
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
