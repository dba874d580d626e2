//! The free part of a page beside the places that are taken, cut into rectangles.
//!
//! Every straight cut along an edge of a taken place, through which no taken place goes, parts a
//! rectangle in two; the parts are cut on in the same way until nothing is taken inside. Many
//! cuts lead to the same parts, so each rectangle is cut once and remembered. Where no straight
//! cut exists the free rows of each column become rectangles.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::makeup::placed::MODULE_GAP_ROWS;
use crate::model::QuarterOrder;
use crate::unit::GridRect;

/// Limit: number of ways to cut the page that are tried.
const CUTS_MOST: usize = 16;
/// Limit: number of ways kept to cut one rectangle on the way.
const CUTS_OF_RECT_MOST: usize = CUTS_MOST * 4;
/// Limit: number of rectangles that are cut. Fifty places on a page lead to some four hundred.
const RECTS_CUT_MOST: usize = 1_000;
/// Limit: a free rectangle of fewer rows holds no article and stays white.
const REGION_ROWS_LEAST: i64 = 8;

/// The ways to cut the free part of the page into rectangles, each with the strongest place
/// first; at least one way.
pub(crate) fn region_cuts(
    page: GridRect,
    taken: &[GridRect],
    places: QuarterOrder,
) -> Vec<Vec<GridRect>> {
    let mut cuts = RegionCutter { taken, memo: BTreeMap::new() }.cuts_of(page);
    // Places that interlock like a pinwheel leave no straight cut, and a page of many places may
    // run out of rectangles to try.
    if cuts.is_empty() {
        cuts.push(column_strips(page, taken));
    }
    for regions in &mut cuts {
        regions.retain(|region| region.rows >= REGION_ROWS_LEAST);
        regions.sort_by_key(|region| Reverse(place_strength(region, &page, places)));
    }
    // Different orders of cutting lead to equal rectangles. Sorted, they are neighbours.
    cuts.sort();
    cuts.dedup();
    // Few large rectangles leave the search more room than many small ones.
    cuts.sort_by_key(Vec::len);
    cuts.truncate(CUTS_MOST);
    cuts
}

/// Rank of a free place for an article (R62): upper left, upper right, then the lower quarters in
/// the order of the house style (区序); of equal quarters the larger place is stronger.
fn place_strength(region: &GridRect, page: &GridRect, places: QuarterOrder) -> (i64, i64) {
    // By the top edge: a deep rectangle that starts in the upper half reads as an upper place.
    let is_upper = region.row * 2 < page.row * 2 + page.rows;
    // A rectangle over more than half of the columns reaches into the left half, wherever it
    // starts.
    let is_left = region.column == page.column || region.columns * 2 > page.columns;
    let quarter = match (is_upper, is_left) {
        (true, true) => 3,
        (true, false) => 2,
        (false, true) => i64::from(places == QuarterOrder::LowerLeft),
        (false, false) => i64::from(places == QuarterOrder::LowerRight),
    };
    (quarter, region.cells())
}

/// Cuts rectangles along the edges of taken places.
struct RegionCutter<'a> {
    taken: &'a [GridRect],
    /// The rectangles cut so far.
    memo: BTreeMap<GridRect, Vec<Vec<GridRect>>>,
}

impl RegionCutter<'_> {
    /// Every way to cut a rectangle into free ones; empty if there is none, or none is found in
    /// time.
    ///
    /// Recursion with a memo. The state is one rectangle, its value the ways to cut it. Each
    /// straight cut along an edge of a place combines the ways of both parts. Exact up to two
    /// limits: [`CUTS_OF_RECT_MOST`] ways of one rectangle and [`RECTS_CUT_MOST`] rectangles in
    /// all.
    fn cuts_of(&mut self, rect: GridRect) -> Vec<Vec<GridRect>> {
        // A part used up by the white row along a place: one way to cut it, without a rectangle.
        if rect.columns <= 0 || rect.rows <= 0 {
            return vec![Vec::new()];
        }
        if let Some(cuts) = self.memo.get(&rect) {
            return cuts.clone();
        }
        // Given up: the number of rectangles grows fast with scattered places. Callers take it as
        // no way.
        if self.memo.len() >= RECTS_CUT_MOST {
            return Vec::new();
        }
        // Each cut makes parts smaller than the rectangle, so the recursion ends.
        let cuts = self.cut_rect(rect);
        self.memo.insert(rect, cuts.clone());
        cuts
    }

    fn cut_rect(&mut self, rect: GridRect) -> Vec<Vec<GridRect>> {
        let inside: Vec<GridRect> =
            self.taken.iter().copied().filter(|place| place.overlaps(&rect)).collect();
        // Free as a whole, or filled by one place: nothing to cut.
        match inside.as_slice() {
            [] => return vec![vec![rect]],
            [only] if only.contains(&rect) => return vec![Vec::new()],
            _ => {}
        }
        let mut cuts: Vec<Vec<GridRect>> = Vec::new();
        // Any other cut leads to the same rectangles in smaller pieces, so the edges of places are
        // enough.
        let mut columns: Vec<i64> =
            inside.iter().flat_map(|place| [place.column, place.right()]).collect();
        columns.sort_unstable();
        columns.dedup();
        for column in columns.into_iter().filter(|column| rect.crosses_gutter(*column)) {
            // The gutter itself is the white between the two parts; no column is lost.
            if inside.iter().all(|place| !place.crosses_gutter(column)) {
                let left = GridRect { columns: column - rect.column, ..rect };
                let right = GridRect { column, columns: rect.right() - column, ..rect };
                self.combine_cuts(left, right, &mut cuts);
            }
        }
        // Above a taken place and below it a white row separates it from the articles.
        let mut rows: Vec<(i64, CutSide)> = inside
            .iter()
            .flat_map(|place| [(place.foot(), CutSide::Below), (place.row, CutSide::Above)])
            .collect();
        rows.sort_unstable();
        rows.dedup();
        let bottom = rect.foot();
        for (row, side) in rows.into_iter().filter(|(row, _)| rect.row < *row && *row < bottom) {
            if inside.iter().all(|place| place.foot() <= row || place.row >= row) {
                let (end, start) = match side {
                    CutSide::Above => (row - MODULE_GAP_ROWS, row),
                    CutSide::Below => (row, row + MODULE_GAP_ROWS),
                };
                let upper = GridRect { rows: end - rect.row, ..rect };
                let lower = GridRect { row: start, rows: bottom - start, ..rect };
                self.combine_cuts(upper, lower, &mut cuts);
            }
        }
        cuts
    }

    /// Adds the ways to cut two parts, each with each.
    fn combine_cuts(&mut self, a: GridRect, b: GridRect, out: &mut Vec<Vec<GridRect>>) {
        // The number of ways is the product over both parts, so it is cut off at every level.
        if out.len() >= CUTS_OF_RECT_MOST {
            return;
        }
        let (firsts, seconds) = (self.cuts_of(a), self.cuts_of(b));
        let pairs =
            firsts.iter().flat_map(|first| seconds.iter().map(move |second| (first, second)));
        let room = CUTS_OF_RECT_MOST - out.len();
        out.extend(pairs.take(room).map(|(a, b)| [a.as_slice(), b].concat()));
    }
}

/// The side of a taken place along which a horizontal cut goes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum CutSide {
    Below,
    Above,
}

/// The free rows of each column, columns with equal ones put together.
fn column_strips(page: GridRect, taken: &[GridRect]) -> Vec<GridRect> {
    let free_rows = |column: i64| -> Vec<(i64, i64)> {
        let over = taken.iter().filter(|place| place.column_range().contains(&column));
        // A place closes its own rows and the white row on either side.
        let mut closed: Vec<(i64, i64)> = over
            .map(|place| (place.row - MODULE_GAP_ROWS, place.foot() + MODULE_GAP_ROWS))
            .collect();
        closed.sort_unstable();
        closed.push((page.foot(), page.foot()));
        let mut last = page.row;
        let mut free = Vec::new();
        for (start, end) in closed {
            if start > last {
                free.push((last, start));
            }
            // Places may close the same white row twice, hence the maximum.
            last = last.max(end);
        }
        free
    };
    let mut strips: Vec<GridRect> = Vec::new();
    for column in page.column_range() {
        for (row, end) in free_rows(column) {
            let rows = end - row;
            // A strip grows by one column where the neighbour has exactly its rows.
            let continues = |strip: &&mut GridRect| {
                strip.right() == column && strip.row == row && strip.rows == rows
            };
            match strips.iter_mut().find(continues) {
                Some(strip) => strip.columns += 1,
                None => strips.push(GridRect { column, row, columns: 1, rows }),
            }
        }
    }
    strips
}

#[cfg(test)]
mod tests {
    use super::region_cuts;
    use crate::makeup::placed::MODULE_GAP_ROWS;
    use crate::model::QuarterOrder;
    use crate::unit::GridRect;

    #[test]
    fn many_places_are_cut_in_time() {
        // Boxes apart from each other in a checkerboard, as many as a page may reserve: straight
        // cuts everywhere.
        let page = GridRect::new(0, 4, 12, 112);
        let boxes: Vec<GridRect> =
            (0..50).map(|k| GridRect::new(k % 6 * 2 + k / 6 % 2, 6 + k / 6 * 12, 1, 6)).collect();
        for count in [4, 8, 16, 50] {
            let cuts = region_cuts(page, &boxes[..count], QuarterOrder::LowerRight);
            assert!(!cuts.is_empty(), "{count}");
        }
    }

    #[test]
    fn cuts_leave_what_is_taken_alone_and_lose_nothing_large() {
        let page = GridRect::new(0, 4, 8, 112);
        let rect = |[column, row, columns, rows]: [i64; 4]| GridRect { column, row, columns, rows };
        for (places, count) in [
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
            let places: Vec<GridRect> = places.into_iter().map(rect).collect();
            let cuts = region_cuts(page, &places, QuarterOrder::LowerRight);
            assert!(cuts.len() >= count, "{places:?}: {cuts:?}");
            for regions in &cuts {
                for (k, region) in regions.iter().enumerate() {
                    assert!(places.iter().all(|place| !place.overlaps(region)));
                    assert!(regions[k + 1..].iter().all(|other| !other.overlaps(region)));
                }
                let taken: i64 = places.iter().map(GridRect::cells).sum();
                let free: i64 = regions.iter().map(GridRect::cells).sum();
                let lost = page.cells() - taken - free;
                let pins = i64::try_from(places.len()).expect("a few");
                let gaps = page.columns * MODULE_GAP_ROWS * 2 * pins;
                assert!(lost <= gaps + 8 * 8 * pins, "{lost}: {regions:?}");
            }
        }
    }
}
