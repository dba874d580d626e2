//! Total ink of a page (总墨量, R91): everything that is painted, laid down on four plates.
//!
//! The plates are sampled at 72 dpi. Marks are laid down in the order of painting, so that
//! overprints add up and knock-outs replace. Text counts by the boxes of its strings, which it
//! covers only in part: at each point the ink below and the ink of the text are compared, and the
//! larger sum stays.

use std::ops::Range;

use crate::preflight::area::PageArea;
use crate::preflight::matrix::PageMatrix;

/// Largest number of pixels of a page; a larger page is sampled more coarsely.
const PIXELS_MAX: f64 = 8e6;
/// Largest number of crossings of outlines with rows of pixels, a hundred times that of a page of
/// maps. Outlines beyond it are not measured.
const CROSSINGS_MAX: usize = 20_000_000;
/// Levels by which the sum of four plates of 8 bits may be off.
const ROUNDING_LEVELS: u16 = 2;
/// Ink of four full inks, in thousandths of one.
const FOUR_FULL_INKS: i64 = 4_000;

/// An object that is painted.
pub(crate) struct PaintedMark {
    /// Shape in points of the page.
    pub(crate) shape: PaintedShape,
    /// Area outside which the mark is cut off.
    pub(crate) clip: PageArea,
    /// Inks of the mark, 0 to 255. A picture has inks of its own.
    pub(crate) inks: [u8; 4],
    /// Plates that the mark changes.
    pub(crate) changed_plates: [bool; 4],
    /// Coverage of the shape's area.
    pub(crate) coverage: MarkCoverage,
}

/// Coverage of a mark's area.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum MarkCoverage {
    /// Every point is painted.
    Whole,
    /// Some points are painted: text and stencil masks.
    Partial,
}

/// Rule by which the inside of an outline is found.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum FillRule {
    NonZero,
    EvenOdd,
}

/// Shape of a mark.
pub(crate) enum PaintedShape {
    Box(PageArea),
    /// Closed polygons.
    Outline {
        points: Vec<[f64; 2]>,
        /// Points of each polygon.
        subpaths: Vec<Range<usize>>,
        rule: FillRule,
    },
    Picture {
        pixels: InkPixels,
        /// Transformation of points of the page into the picture's unit square.
        inverse: PageMatrix,
        area: PageArea,
    },
}

/// Pixels of a picture as inks.
pub(crate) struct InkPixels {
    /// Width and height.
    pub(crate) size: [usize; 2],
    /// Four inks a pixel, 255 for full ink.
    pub(crate) inks: Vec<u8>,
}

/// Ink on a page.
pub(crate) struct MeasuredInk {
    /// Largest total ink at one point, in percent.
    pub(crate) max_percent: f64,
    /// Pixel with the largest total ink; `None` if the page has one ink.
    pub(crate) max_place: Option<PageArea>,
    /// Area above the limit, in square millimetres.
    pub(crate) over_limit_mm2: f64,
    /// True if all marks were measured.
    pub(crate) is_complete: bool,
}

/// Measures the marks of a page against a limit in thousandths of one full ink.
///
/// Every mark is laid down on four plates of 8 bits, in the order of painting, and the sums of all
/// pixels are then read. The result is exact up to the size of a pixel and the rounding of the
/// plates. Text is the exception, which counts as the box of its string, and so are grey pictures,
/// which count as black all over. Pixels of a page and crossings of outlines are bounded.
pub(crate) fn measure_ink(
    marks: &[PaintedMark],
    sheet: PageArea,
    limit: Option<i64>,
) -> MeasuredInk {
    let mut darkest = [0; 4];
    for mark in marks {
        let is_picture = matches!(mark.shape, PaintedShape::Picture { .. });
        // A picture may hold any ink: it counts as all four.
        let inks = if is_picture { [255; 4] } else { mark.inks };
        // The upper bound of each plate, as if all marks lay on one point.
        darkest.iter_mut().zip(inks).for_each(|(most, ink)| *most = ink.max(*most));
    }
    if darkest.iter().filter(|most| **most > 0).count() <= 1 {
        // A page of one ink never has more than its darkest tint, so no plates are needed.
        let max_percent = f64::from(darkest.into_iter().max().unwrap_or(0)) / 2.55;
        return MeasuredInk {
            max_percent,
            max_place: None,
            over_limit_mm2: 0.0,
            is_complete: true,
        };
    }
    let mut plates = InkPlates::new(sheet);
    for mark in marks {
        plates.paint_mark(mark);
    }
    plates.measure(limit)
}

/// Four plates of a page.
struct InkPlates {
    /// Left and top of the sheet, in points.
    top_left: [f64; 2],
    /// Side of a pixel, in points.
    pixel_side: f64,
    /// Columns and rows.
    size: [usize; 2],
    /// Inks of each pixel, row by row from the top.
    pixels: Vec<[u8; 4]>,
    /// Number of crossings so far.
    crossing_count: usize,
}

/// Crossing of an outline with the middle of a row of pixels.
#[derive(Clone, Copy)]
struct RowCrossing {
    /// In points of the page.
    x: f64,
    /// 1 if the edge runs up the page, -1 if it runs down.
    winding: i32,
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "places become pixels, kept within the plates"
)]
impl InkPlates {
    fn new(sheet: PageArea) -> Self {
        let [width, height] = [sheet.width(), sheet.height()];
        // At least a point, which is 72 dpi.
        let pixel_side = (width * height / PIXELS_MAX).sqrt().max(1.0);
        // A long and thin sheet has many pixels on one side even when they are few in all.
        let size =
            [width, height].map(|side| (side / pixel_side).ceil().clamp(1.0, PIXELS_MAX) as usize);
        // Rounding up both sides may exceed the bound; rows beyond it are not measured.
        let count = size[0].saturating_mul(size[1]).min(2 * PIXELS_MAX as usize);
        let size = [size[0], (count / size[0]).max(1)];
        let pixels = vec![[0; 4]; size[0] * size[1]];
        let top_left = [sheet.left, sheet.top];
        Self { top_left, pixel_side, size, pixels, crossing_count: 0 }
    }

    /// Columns whose middles an extent covers; for an extent that covers none, the column that its
    /// own middle is in.
    fn columns(&self, left: f64, right: f64) -> Range<usize> {
        pixel_range(
            (left - self.top_left[0]) / self.pixel_side,
            (right - self.top_left[0]) / self.pixel_side,
            self.size[0],
        )
    }

    /// Rows whose middles an extent covers, by the same rule.
    fn rows(&self, bottom: f64, top: f64) -> Range<usize> {
        pixel_range(
            (self.top_left[1] - top) / self.pixel_side,
            (self.top_left[1] - bottom) / self.pixel_side,
            self.size[1],
        )
    }

    fn row_middle(&self, row: usize) -> f64 {
        self.top_left[1] - (row as f64 + 0.5) * self.pixel_side
    }

    fn paint_mark(&mut self, mark: &PaintedMark) {
        match &mark.shape {
            PaintedShape::Box(area) => {
                // Cut before the pixels are found, or a thin rest of a mark would still get a
                // pixel.
                let area = area.intersection(mark.clip);
                if area.is_empty() {
                    return;
                }
                let columns = self.columns(area.left, area.right);
                for row in self.rows(area.bottom, area.top) {
                    self.paint_row(row, columns.clone(), mark);
                }
            }
            PaintedShape::Outline { points, subpaths, rule } => {
                self.paint_outline(points, subpaths, *rule, mark);
            }
            PaintedShape::Picture { pixels, inverse, area } => {
                let area = area.intersection(mark.clip);
                if !area.is_empty() {
                    self.paint_picture(pixels, *inverse, area);
                }
            }
        }
    }

    fn paint_row(&mut self, row: usize, columns: Range<usize>, mark: &PaintedMark) {
        let start = row * self.size[0];
        // `get_mut`: a range beyond the plates paints nothing.
        let pixels = self.pixels.get_mut(start + columns.start..start + columns.end);
        for pixel in pixels.unwrap_or_default() {
            let mut painted = *pixel;
            for ((level, ink), is_changed) in
                painted.iter_mut().zip(mark.inks).zip(mark.changed_plates)
            {
                // Overprinting leaves the other plates as they are.
                if is_changed {
                    *level = ink;
                }
            }
            // A mark that covers its area in part leaves the ink below visible at some points.
            if mark.coverage == MarkCoverage::Whole || total_ink(painted) > total_ink(*pixel) {
                *pixel = painted;
            }
        }
    }

    /// Fills an outline by scan lines: the crossings of each row's middle are sorted, and the
    /// winding number between two of them decides whether the pixels there are inside.
    fn paint_outline(
        &mut self,
        points: &[[f64; 2]],
        subpaths: &[Range<usize>],
        rule: FillRule,
        mark: &PaintedMark,
    ) {
        let area = PageArea::around(points);
        // Rows outside the clip are never looked at.
        let (top, bottom) = (area.top.min(mark.clip.top), area.bottom.max(mark.clip.bottom));
        if bottom > top {
            return;
        }
        let rows = self.rows(bottom, top);
        let mut crossings: Vec<Vec<RowCrossing>> = vec![Vec::new(); rows.len()];
        for subpath in subpaths {
            let polygon = points.get(subpath.clone()).unwrap_or_default();
            for (k, a) in polygon.iter().enumerate() {
                // The last point leads back to the first: filling closes every subpath.
                let b = polygon[(k + 1) % polygon.len()];
                self.add_edge_crossings(*a, b, &rows, &mut crossings);
            }
        }
        for (row, mut crossings) in rows.zip(crossings) {
            // By place along the row; equal places leave no width between them.
            crossings.sort_by(|a, b| a.x.total_cmp(&b.x));
            let mut winding = 0;
            // `winding` is that of the stretch between the two crossings.
            for pair in crossings.windows(2) {
                winding += pair[0].winding;
                let is_inside = match rule {
                    FillRule::NonZero => winding != 0,
                    FillRule::EvenOdd => winding % 2 != 0,
                };
                let left = pair[0].x.max(mark.clip.left);
                let right = pair[1].x.min(mark.clip.right);
                if is_inside && right > left {
                    let columns = self.columns(left, right);
                    self.paint_row(row, columns, mark);
                }
            }
        }
    }

    /// Adds the crossings of an edge with the middles of `rows`.
    fn add_edge_crossings(
        &mut self,
        a: [f64; 2],
        b: [f64; 2],
        rows: &Range<usize>,
        crossings: &mut [Vec<RowCrossing>],
    ) {
        let (low, high, winding) = if a[1] < b[1] { (a, b, 1) } else { (b, a, -1) };
        // A level edge crosses no middle of a row.
        if low[1] == high[1] {
            return;
        }
        let row_at = |y: f64| (self.top_left[1] - y) / self.pixel_side - 0.5;
        let first = row_at(high[1]).ceil().max(rows.start as f64) as usize;
        // The lower end is excluded, so that a corner between two edges counts once.
        let last = (row_at(low[1]).ceil().max(0.0) as usize).min(rows.end);
        for row in first..last {
            if self.crossing_count >= CROSSINGS_MAX {
                return;
            }
            self.crossing_count += 1;
            let y = self.row_middle(row);
            let x = low[0] + (high[0] - low[0]) * (y - low[1]) / (high[1] - low[1]);
            crossings[row - rows.start].push(RowCrossing { x, winding });
        }
    }

    /// Lays down the nearest pixel of a picture at the middle of each pixel of the plates.
    fn paint_picture(&mut self, pixels: &InkPixels, inverse: PageMatrix, area: PageArea) {
        let [width, height] = pixels.size;
        let columns = self.columns(area.left, area.right);
        for row in self.rows(area.bottom, area.top) {
            let y = self.row_middle(row);
            for column in columns.clone() {
                let x = self.top_left[0] + (column as f64 + 0.5) * self.pixel_side;
                let [u, up] = inverse.apply([x, y]);
                // Pictures count rows from the top, the unit square from the bottom.
                let v = 1.0 - up;
                if !(0.0..=1.0).contains(&u) || !(0.0..=1.0).contains(&v) {
                    continue;
                }
                let across = ((u * width as f64) as usize).min(width.saturating_sub(1));
                let down = ((v * height as f64) as usize).min(height.saturating_sub(1));
                let start = (down * width + across) * 4;
                if let Some([c, m, y, k]) = pixels.inks.get(start..start + 4) {
                    self.pixels[row * self.size[0] + column] = [*c, *m, *y, *k];
                }
            }
        }
    }

    fn measure(&self, limit: Option<i64>) -> MeasuredInk {
        // A limit of four full inks or more is never exceeded.
        let limit = limit.map_or(FOUR_FULL_INKS, |limit| limit.clamp(0, FOUR_FULL_INKS));
        // From thousandths to levels, with the rounding of four plates on top.
        let limit = (limit * 255 / 1000) as u16 + ROUNDING_LEVELS;
        let (mut max_ink, mut max_index, mut over_count) = (0, 0, 0_usize);
        for (index, pixel) in self.pixels.iter().enumerate() {
            let ink = total_ink(*pixel);
            over_count += usize::from(ink > limit);
            if ink > max_ink {
                (max_ink, max_index) = (ink, index);
            }
        }
        let (column, row) = (max_index % self.size[0], max_index / self.size[0]);
        let left = self.top_left[0] + column as f64 * self.pixel_side;
        let top = self.top_left[1] - row as f64 * self.pixel_side;
        let pixel_mm = self.pixel_side * 25.4 / 72.0;
        let max_place = PageArea::new(left, top - self.pixel_side, left + self.pixel_side, top);
        MeasuredInk {
            max_percent: f64::from(max_ink) / 2.55,
            max_place: Some(max_place),
            over_limit_mm2: over_count as f64 * pixel_mm * pixel_mm,
            is_complete: self.crossing_count < CROSSINGS_MAX,
        }
    }
}

/// Sum of four inks in levels.
fn total_ink(pixel: [u8; 4]) -> u16 {
    pixel.into_iter().map(u16::from).sum()
}

/// Pixels whose middles an extent covers, both in pixels. An extent that covers none but is on the
/// plate gets the pixel that its middle is in, so that thin rules do not vanish.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to the count first"
)]
fn pixel_range(from: f64, to: f64, count: usize) -> Range<usize> {
    let end_of_plate = count as f64;
    let edge = |place: f64| (place - 0.5).ceil().clamp(0.0, end_of_plate) as usize;
    let (start, end) = (edge(from), edge(to));
    // Covered pixels, or an extent wholly outside the plate.
    if start < end || from > end_of_plate || to < 0.0 {
        return start..end;
    }
    let middle = ((from + to) / 2.0).floor().clamp(0.0, (end_of_plate - 1.0).max(0.0)) as usize;
    middle..middle + 1
}

#[cfg(test)]
mod tests {
    use super::{FillRule, MarkCoverage, PaintedMark, PaintedShape, measure_ink};
    use crate::preflight::area::PageArea;

    const SHEET: PageArea = PageArea::new(0.0, 0.0, 100.0, 100.0);
    /// Area of a pixel in mm².
    const PIXEL: f64 = (25.4 / 72.0) * (25.4 / 72.0);

    fn mark(shape: PaintedShape, inks: [u8; 4], changed_plates: [bool; 4]) -> PaintedMark {
        let coverage = MarkCoverage::Whole;
        PaintedMark { shape, clip: SHEET, inks, changed_plates, coverage }
    }

    #[test]
    fn inks_add_up_where_they_overprint_and_not_where_they_knock_out() {
        for (plates, most, pixels) in
            [([false, false, false, true], 400.0, 400.0), ([true; 4], 300.0, 300.0)]
        {
            let below = PaintedShape::Box(PageArea::new(10.0, 10.0, 30.0, 30.0));
            let above = PaintedShape::Box(PageArea::new(20.0, 20.0, 30.0, 30.0));
            let marks =
                [mark(below, [255, 255, 255, 0], [true; 4]), mark(above, [0, 0, 0, 255], plates)];
            let ink = measure_ink(&marks, SHEET, Some(2400));
            assert!((ink.max_percent - most).abs() < 0.01, "{}", ink.max_percent);
            let over = ink.over_limit_mm2 / PIXEL;
            assert!((over - pixels).abs() < 0.01, "{over}");
        }
    }

    #[test]
    fn outlines_are_filled_by_their_rule() {
        let square = |a: f64, b: f64| [[a, a], [b, a], [b, b], [a, b]];
        let points = [square(10.0, 40.0), square(20.0, 30.0)].concat();
        for (rule, name, pixels) in
            [(FillRule::EvenOdd, "even-odd", 800.0), (FillRule::NonZero, "non-zero", 900.0)]
        {
            let points = points.clone();
            let shape = PaintedShape::Outline { points, subpaths: vec![0..4, 4..8], rule };
            let ink = measure_ink(&[mark(shape, [255, 255, 0, 0], [true; 4])], SHEET, Some(1000));
            assert!((ink.over_limit_mm2 / PIXEL - pixels).abs() < 0.01, "{name}");
        }
    }

    #[test]
    fn one_ink_needs_no_plates() {
        let black = mark(PaintedShape::Box(SHEET), [0, 0, 0, 255], [true; 4]);
        let ink = measure_ink(&[black], SHEET, Some(2400));
        assert_eq!((ink.max_percent.round(), ink.max_place), (100.0, None));
    }
}
