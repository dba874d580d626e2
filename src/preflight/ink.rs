//! How much ink lies on one place (R91): what a page paints, laid down on four plates.
//!
//! The plates are sampled at 72 dpi. Text counts by the boxes of its strings: where a glyph covers a part of a place,
//! what is there and what it puts there are weighed, and the more counts.

use std::ops::Range;

use crate::preflight::sheet::{PageArea, common, is_empty};

/// Pixels of a page; a larger one is sampled more coarsely.
const PIXELS_MOST: f64 = 8e6;
/// Crossings of outlines with rows of pixels: what a page of maps has a hundredth of.
const CROSSINGS_MOST: usize = 20_000_000;
/// Plates are of 8 bits: the sum of four may be off by so many levels.
const ROUNDING: u16 = 2;

/// Something painted.
pub(crate) struct PaintedMark {
    pub(crate) shape: PaintedShape,
    /// What it leaves to be painted.
    pub(crate) clip: PageArea,
    /// Its inks, 0 to 255.
    pub(crate) inks: [u8; 4],
    /// Which plates it changes.
    pub(crate) plates: [bool; 4],
    /// Whether it covers its area in part only: text.
    pub(crate) sparse: bool,
}

/// What is painted.
pub(crate) enum PaintedShape {
    Box(PageArea),
    /// Closed polygons, each a range of the points.
    Outline {
        points: Vec<[f64; 2]>,
        parts: Vec<Range<usize>>,
        even_odd: bool,
    },
    /// A picture, and what takes a point of the page into its unit square.
    Picture {
        pixels: InkPixels,
        inverse: [f64; 6],
        area: PageArea,
    },
}

/// The pixels of a picture as inks.
pub(crate) struct InkPixels {
    /// Width and height.
    pub(crate) size: [usize; 2],
    /// Four inks a pixel, 255 for full ink.
    pub(crate) inks: Vec<u8>,
}

/// What lies on a page.
pub(crate) struct MeasuredInk {
    /// The most ink on one place, in per cent.
    pub(crate) most: f64,
    /// Where that is.
    pub(crate) place: Option<PageArea>,
    /// The area above the limit, in square millimetres.
    pub(crate) over: f64,
    /// Whether all of it was laid down.
    pub(crate) whole: bool,
}

/// Measures the marks of a page against a limit in thousandths of one full ink.
pub(crate) fn measure(marks: &[PaintedMark], sheet: PageArea, limit: Option<i64>) -> MeasuredInk {
    let mut plates = [0; 4];
    for mark in marks {
        let inks =
            if matches!(mark.shape, PaintedShape::Picture { .. }) { [255; 4] } else { mark.inks };
        plates.iter_mut().zip(inks).for_each(|(most, ink)| *most = ink.max(*most));
    }
    if plates.iter().filter(|most| **most > 0).count() <= 1 {
        // Of one ink there is never more than its darkest tint.
        let most = f64::from(plates.into_iter().max().unwrap_or(0)) / 2.55;
        return MeasuredInk { most, place: None, over: 0.0, whole: true };
    }
    let mut plates = InkPlates::new(sheet);
    for mark in marks {
        plates.mark(mark);
    }
    plates.measured(limit)
}

struct InkPlates {
    corner: [f64; 2],
    /// Points of a pixel's side.
    side: f64,
    size: [usize; 2],
    pixels: Vec<[u8; 4]>,
    crossings: usize,
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "places become pixels, kept within the plates"
)]
impl InkPlates {
    fn new(sheet: PageArea) -> Self {
        let [width, height] = [sheet[2] - sheet[0], sheet[3] - sheet[1]];
        let side = (width * height / PIXELS_MOST).sqrt().max(1.0);
        // A sheet may be long and thin; neither side has more than there are pixels.
        let size =
            [width, height].map(|edge| (edge / side).ceil().clamp(1.0, PIXELS_MOST) as usize);
        let count = size[0].saturating_mul(size[1]).min(2 * PIXELS_MOST as usize);
        let size = [size[0], (count / size[0]).max(1)];
        let pixels = vec![[0; 4]; size[0] * size[1]];
        Self { corner: [sheet[0], sheet[3]], side, size, pixels, crossings: 0 }
    }

    /// The columns whose middles an extent covers; of a thin one that of its own middle.
    fn columns(&self, from: f64, to: f64) -> Range<usize> {
        span((from - self.corner[0]) / self.side, (to - self.corner[0]) / self.side, self.size[0])
    }

    fn rows(&self, bottom: f64, top: f64) -> Range<usize> {
        span(
            (self.corner[1] - top) / self.side,
            (self.corner[1] - bottom) / self.side,
            self.size[1],
        )
    }

    fn mark(&mut self, mark: &PaintedMark) {
        match &mark.shape {
            PaintedShape::Box(area) => {
                let area = common(*area, mark.clip);
                if is_empty(area) {
                    return;
                }
                let columns = self.columns(area[0], area[2]);
                for row in self.rows(area[1], area[3]) {
                    self.row(row, columns.clone(), mark);
                }
            }
            PaintedShape::Outline { points, parts, even_odd } => {
                self.outline(points, parts, *even_odd, mark);
            }
            PaintedShape::Picture { pixels, inverse, area } => {
                let area = common(*area, mark.clip);
                if !is_empty(area) {
                    self.picture(pixels, *inverse, area);
                }
            }
        }
    }

    fn row(&mut self, row: usize, columns: Range<usize>, mark: &PaintedMark) {
        let start = row * self.size[0];
        let pixels = self.pixels.get_mut(start + columns.start..start + columns.end);
        for pixel in pixels.unwrap_or_default() {
            let mut next = *pixel;
            for ((level, ink), changed) in next.iter_mut().zip(mark.inks).zip(mark.plates) {
                if changed {
                    *level = ink;
                }
            }
            if !mark.sparse || sum(next) > sum(*pixel) {
                *pixel = next;
            }
        }
    }

    fn outline(
        &mut self,
        points: &[[f64; 2]],
        parts: &[Range<usize>],
        even_odd: bool,
        mark: &PaintedMark,
    ) {
        let top = points.iter().fold(f64::MIN, |top, point| top.max(point[1])).min(mark.clip[3]);
        let bottom = points.iter().fold(f64::MAX, |low, point| low.min(point[1])).max(mark.clip[1]);
        if bottom > top {
            return;
        }
        let rows = self.rows(bottom, top);
        let mut crossings: Vec<Vec<(f64, i32)>> = vec![Vec::new(); rows.len()];
        for part in parts {
            let part = points.get(part.clone()).unwrap_or_default();
            for (k, a) in part.iter().enumerate() {
                let b = part[(k + 1) % part.len()];
                self.edge(*a, b, &rows, &mut crossings);
            }
        }
        for (row, mut cuts) in rows.zip(crossings) {
            cuts.sort_by(|a, b| a.0.total_cmp(&b.0));
            let mut winding = 0;
            for pair in cuts.windows(2) {
                winding += pair[0].1;
                if if even_odd { winding % 2 != 0 } else { winding != 0 } {
                    let (left, right) = (pair[0].0.max(mark.clip[0]), pair[1].0.min(mark.clip[2]));
                    if right > left {
                        let columns = self.columns(left, right);
                        self.row(row, columns, mark);
                    }
                }
            }
        }
    }

    fn edge(
        &mut self,
        a: [f64; 2],
        b: [f64; 2],
        rows: &Range<usize>,
        crossings: &mut [Vec<(f64, i32)>],
    ) {
        let (low, high, way) = if a[1] < b[1] { (a, b, 1) } else { (b, a, -1) };
        if low[1] == high[1] {
            return;
        }
        let place = |y: f64| (self.corner[1] - y) / self.side - 0.5;
        let first = place(high[1]).ceil().max(rows.start as f64) as usize;
        let last = (place(low[1]).ceil().max(0.0) as usize).min(rows.end);
        for row in first..last {
            if self.crossings >= CROSSINGS_MOST {
                return;
            }
            self.crossings += 1;
            let y = self.corner[1] - (row as f64 + 0.5) * self.side;
            let x = low[0] + (high[0] - low[0]) * (y - low[1]) / (high[1] - low[1]);
            crossings[row - rows.start].push((x, way));
        }
    }

    fn picture(&mut self, pixels: &InkPixels, inverse: [f64; 6], area: PageArea) {
        let [width, height] = pixels.size;
        let columns = self.columns(area[0], area[2]);
        for row in self.rows(area[1], area[3]) {
            let y = self.corner[1] - (row as f64 + 0.5) * self.side;
            for column in columns.clone() {
                let x = self.corner[0] + (column as f64 + 0.5) * self.side;
                let u = inverse[0] * x + inverse[2] * y + inverse[4];
                let v = 1.0 - (inverse[1] * x + inverse[3] * y + inverse[5]);
                if !(0.0..=1.0).contains(&u) || !(0.0..=1.0).contains(&v) {
                    continue;
                }
                let across = ((u * width as f64) as usize).min(width.saturating_sub(1));
                let down = ((v * height as f64) as usize).min(height.saturating_sub(1));
                let at = (down * width + across) * 4;
                if let Some([c, m, y, k]) = pixels.inks.get(at..at + 4) {
                    self.pixels[row * self.size[0] + column] = [*c, *m, *y, *k];
                }
            }
        }
    }

    fn measured(&self, limit: Option<i64>) -> MeasuredInk {
        let limit = limit.map_or(i64::MAX, |limit| limit * 255 / 1000 + i64::from(ROUNDING));
        let limit = u16::try_from(limit).unwrap_or(u16::MAX);
        let (mut most, mut at, mut over) = (0, 0, 0_usize);
        for (place, pixel) in self.pixels.iter().enumerate() {
            let ink = sum(*pixel);
            over += usize::from(ink > limit);
            if ink > most {
                (most, at) = (ink, place);
            }
        }
        let (column, row) = (at % self.size[0], at / self.size[0]);
        let left = self.corner[0] + column as f64 * self.side;
        let top = self.corner[1] - row as f64 * self.side;
        let mm = self.side * 25.4 / 72.0;
        MeasuredInk {
            most: f64::from(most) / 2.55,
            place: Some([left, top - self.side, left + self.side, top]),
            over: over as f64 * mm * mm,
            whole: self.crossings < CROSSINGS_MOST,
        }
    }
}

fn sum(pixel: [u8; 4]) -> u16 {
    pixel.into_iter().map(u16::from).sum()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to the count first"
)]
fn span(from: f64, to: f64, count: usize) -> Range<usize> {
    let most = count as f64;
    let edge = |place: f64| (place - 0.5).ceil().clamp(0.0, most) as usize;
    let (start, end) = (edge(from), edge(to));
    if start < end || from > most || to < 0.0 {
        return start..end;
    }
    let middle = ((from + to) / 2.0).floor().clamp(0.0, (most - 1.0).max(0.0)) as usize;
    middle..middle + 1
}

#[cfg(test)]
mod tests {
    use super::{PaintedMark, PaintedShape, measure};

    const SHEET: [f64; 4] = [0.0, 0.0, 100.0, 100.0];
    /// The area of a pixel in mm².
    const PIXEL: f64 = (25.4 / 72.0) * (25.4 / 72.0);

    fn area(area: [f64; 4], inks: [u8; 4], plates: [bool; 4]) -> PaintedMark {
        PaintedMark { shape: PaintedShape::Box(area), clip: SHEET, inks, plates, sparse: false }
    }

    #[test]
    fn inks_add_up_where_they_overprint_and_not_where_they_knock_out() {
        for (plates, most, pixels) in
            [([false, false, false, true], 400.0, 400.0), ([true; 4], 300.0, 300.0)]
        {
            let marks = [
                area([10.0, 10.0, 30.0, 30.0], [255, 255, 255, 0], [true; 4]),
                area([20.0, 20.0, 30.0, 30.0], [0, 0, 0, 255], plates),
            ];
            let ink = measure(&marks, SHEET, Some(2400));
            assert!((ink.most - most).abs() < 0.01, "{}", ink.most);
            assert!((ink.over / PIXEL - pixels).abs() < 0.01, "{}", ink.over / PIXEL);
        }
    }

    #[test]
    fn outlines_are_filled_by_their_rule() {
        let square = |a: f64, b: f64| [[a, a], [b, a], [b, b], [a, b]];
        let points = [square(10.0, 40.0), square(20.0, 30.0)].concat();
        for (even_odd, pixels) in [(true, 800.0), (false, 900.0)] {
            let shape =
                PaintedShape::Outline { points: points.clone(), parts: vec![0..4, 4..8], even_odd };
            let mark = PaintedMark {
                shape,
                clip: SHEET,
                inks: [255, 255, 0, 0],
                plates: [true; 4],
                sparse: false,
            };
            let ink = measure(&[mark], SHEET, Some(1000));
            assert!((ink.over / PIXEL - pixels).abs() < 0.01, "{even_odd}");
        }
    }

    #[test]
    fn one_ink_needs_no_plates() {
        let ink = measure(&[area(SHEET, [0, 0, 0, 255], [true; 4])], SHEET, Some(2400));
        assert_eq!((ink.most.round(), ink.place), (100.0, None));
    }
}
