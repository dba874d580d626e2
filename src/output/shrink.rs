//! Pictures at the resolution of a canvas, or of a press.
//!
//! Each pixel gets the mean of all it covers of the picture. That is sharp enough for a preview and for the screen of a
//! newspaper, it never adds what is not there, and a large picture does not sparkle as it would if single pixels were
//! picked. An edge that falls within a pixel of the canvas covers part of it.

use std::ops::Range;

use crate::image::{ImageOrientation, PixelSamples};
#[cfg(feature = "preview")]
use crate::output::inks_to_rgb;

/// Where and how a picture is to stand on the canvas.
#[cfg(feature = "preview")]
pub(crate) struct TargetFrame {
    /// How it is turned from what is stored.
    pub(crate) turn: ImageOrientation,
    /// The part shown, in pixels of the picture as it is seen: left, top, width, height.
    pub(crate) crop: [u32; 4],
    /// Left and right edge, in pixels of the canvas.
    pub(crate) across: [f64; 2],
    /// Top and bottom edge, in pixels of the canvas.
    pub(crate) down: [f64; 2],
    /// Width and height of the canvas.
    pub(crate) canvas: [u16; 2],
}

/// Whole pixels of the canvas, premultiplied.
#[cfg(feature = "preview")]
pub(crate) struct PixelPatch {
    /// Left and top.
    pub(crate) corner: [u16; 2],
    /// Width and height.
    pub(crate) size: [u16; 2],
    /// Four bytes a pixel.
    pub(crate) rgba: Vec<u8>,
}

/// Brings a picture to the pixels of the canvas; `None` where nothing of it is to be seen.
#[cfg(feature = "preview")]
pub(crate) fn shrink(samples: &PixelSamples, frame: &TargetFrame) -> Option<PixelPatch> {
    let lens = SampleView::new(samples, frame.turn);
    let [left, top, width, height] = frame.crop.map(|edge| edge as usize);
    let columns = axis(frame.across, left..(left + width).min(lens.size[0]), frame.canvas[0])?;
    let rows = axis(frame.down, top..(top + height).min(lens.size[1]), frame.canvas[1])?;
    let size = [columns.spans.len() as u16, rows.spans.len() as u16];
    let mut rgba = Vec::with_capacity(columns.spans.len() * rows.spans.len() * 4);
    let mut put = |colour: [f32; 3], cover: f32| {
        let alpha = (cover * 255.0).round() as u8;
        rgba.extend(colour.map(|part| ((part * cover * 255.0).round() as u8).min(alpha)));
        rgba.push(alpha);
    };
    match samples.channels {
        1 => means::<1>(&lens, &columns, &rows, |[grey], cover| put([grey; 3], cover)),
        3 => means::<3>(&lens, &columns, &rows, put),
        _ => means::<4>(&lens, &columns, &rows, |inks, cover| {
            put(inks_to_rgb(inks.map(f64::from)).map(|light| light as f32), cover);
        }),
    }
    Some(PixelPatch { corner: [columns.first, rows.first], size, rgba })
}

/// A part of a picture as it is seen, left, top, width and height in pixels, brought to a size of its own. `None` where
/// there is nothing of it.
#[cfg(feature = "pdf")]
pub(crate) fn reduced(
    samples: &PixelSamples,
    turn: ImageOrientation,
    crop: [u32; 4],
    size: [u16; 2],
) -> Option<PixelSamples> {
    let lens = SampleView::new(samples, turn);
    let [left, top, width, height] = crop.map(|edge| edge as usize);
    let edges = size.map(|side| [0.0, f64::from(side)]);
    let columns = axis(edges[0], left..(left + width).min(lens.size[0]), size[0])?;
    let rows = axis(edges[1], top..(top + height).min(lens.size[1]), size[1])?;
    let size = [columns.spans.len(), rows.spans.len()];
    let channels = samples.channels;
    let mut bytes = Vec::with_capacity(size[0] * size[1] * channels);
    let level = |part: f32| (part * 255.0).round() as u8;
    match channels {
        1 => means::<1>(&lens, &columns, &rows, |pixel, _| bytes.extend(pixel.map(level))),
        3 => means::<3>(&lens, &columns, &rows, |pixel, _| bytes.extend(pixel.map(level))),
        _ => means::<4>(&lens, &columns, &rows, |pixel, _| bytes.extend(pixel.map(level))),
    }
    Some(PixelSamples { size, channels, bytes })
}

/// The stored samples, by the column and row at which they are seen.
struct SampleView<'a> {
    bytes: &'a [u8],
    /// Width and height as seen.
    size: [usize; 2],
    /// The pixel seen at the top left, and how far on the next column and row are, in pixels.
    origin: isize,
    step: [isize; 2],
}

impl<'a> SampleView<'a> {
    fn new(samples: &'a PixelSamples, turn: ImageOrientation) -> Self {
        let [width, height] = samples.size.map(|side| side as isize);
        let (mut size, mut step) = ([width, height], [1, width]);
        if turn.swaps_axes {
            size.reverse();
            step.reverse();
        }
        let mut origin = 0;
        for (axis, flipped) in [turn.flips_x, turn.flips_y].into_iter().enumerate() {
            if flipped {
                origin += (size[axis] - 1) * step[axis];
                step[axis] = -step[axis];
            }
        }
        Self { bytes: &samples.bytes, size: size.map(isize::unsigned_abs), origin, step }
    }

    fn pixel<const N: usize>(&self, column: usize, row: usize) -> [f32; N] {
        let [across, down] = self.step;
        let at = (self.origin + column as isize * across + row as isize * down) as usize * N;
        // Columns and rows are kept within the size.
        std::array::from_fn(|k| self.bytes.get(at + k).map_or(0.0, |byte| f32::from(*byte)))
    }
}

/// What the pixels of the canvas cover along one side.
struct PixelAxis {
    /// The first of them.
    first: u16,
    spans: Vec<PixelSpan>,
}

/// What one pixel of the canvas covers: pixels of the picture with the share of each. Shares add up to the part of
/// the pixel that is covered.
struct PixelSpan {
    start: usize,
    shares: Vec<f32>,
}

fn axis(edges: [f64; 2], shown: Range<usize>, canvas: u16) -> Option<PixelAxis> {
    let [start, end] = edges;
    if shown.is_empty() || end <= start {
        return None;
    }
    let first = start.floor().clamp(0.0, f64::from(canvas)) as u16;
    let last = end.ceil().clamp(0.0, f64::from(canvas)) as u16;
    let dots = shown.len() as f64 / (end - start);
    let spans = (first..last).map(|pixel| {
        let from = f64::from(pixel).max(start);
        let to = (f64::from(pixel) + 1.0).min(end);
        let [from, to] = [from, to].map(|edge| (edge - start) * dots);
        let head = (from.floor() as usize).min(shown.len() - 1);
        let tail = (to.ceil() as usize).clamp(head + 1, shown.len());
        let share = |dot: usize| {
            let part = to.min(dot as f64 + 1.0) - from.max(dot as f64);
            (part.max(0.0) / dots) as f32
        };
        PixelSpan { start: shown.start + head, shares: (head..tail).map(share).collect() }
    });
    let spans: Vec<PixelSpan> = spans.collect();
    if spans.is_empty() { None } else { Some(PixelAxis { first, spans }) }
}

/// Puts out the means of all pixels row by row, as shares of one, with the part of each pixel that is covered.
fn means<const N: usize>(
    lens: &SampleView<'_>,
    columns: &PixelAxis,
    rows: &PixelAxis,
    mut put: impl FnMut([f32; N], f32),
) {
    // Neighbours share the row of the picture that their edge cuts.
    let mut known: Option<usize> = None;
    let mut across = vec![[0.0; N]; columns.spans.len()];
    let mut sums = across.clone();
    let covered: Vec<f32> = columns.spans.iter().map(|span| span.shares.iter().sum()).collect();
    for span in &rows.spans {
        sums.fill([0.0; N]);
        for (row, share) in (span.start..).zip(&span.shares) {
            if known.replace(row) != Some(row) {
                for (sum, span) in across.iter_mut().zip(&columns.spans) {
                    *sum = [0.0; N];
                    for (column, share) in (span.start..).zip(&span.shares) {
                        add(sum, lens.pixel(column, row), *share);
                    }
                }
            }
            sums.iter_mut().zip(&across).for_each(|(sum, part)| add(sum, *part, *share));
        }
        let down: f32 = span.shares.iter().sum();
        for (sum, across) in sums.iter().zip(&covered) {
            let cover = (across * down).min(1.0);
            let of_one = 1.0 / (cover * 255.0).max(f32::MIN_POSITIVE);
            put(sum.map(|sum| (sum * of_one).min(1.0)), cover);
        }
    }
}

fn add<const N: usize>(sum: &mut [f32; N], part: [f32; N], share: f32) {
    sum.iter_mut().zip(part).for_each(|(sum, part)| *sum += part * share);
}

#[cfg(test)]
mod tests {
    use super::{TargetFrame, shrink};
    use crate::image::{ImageOrientation, PixelSamples};

    /// A picture of three by two greys, `0 1 2` over `3 4 5`, each times ten.
    fn six() -> PixelSamples {
        PixelSamples { size: [3, 2], channels: 1, bytes: vec![0, 10, 20, 30, 40, 50] }
    }

    fn frame(
        turn: ImageOrientation,
        crop: [u32; 4],
        across: [f64; 2],
        down: [f64; 2],
    ) -> TargetFrame {
        TargetFrame { turn, crop, across, down, canvas: [100, 100] }
    }

    /// The greys of a patch, row by row.
    fn greys(samples: &PixelSamples, frame: &TargetFrame) -> Vec<u8> {
        let patch = shrink(samples, frame).expect("a patch");
        patch.rgba.chunks(4).map(|pixel| pixel[0]).collect()
    }

    #[test]
    fn every_orientation_shows_its_rows() {
        for (orientation, expected) in [
            (1, [0, 1, 2, 3, 4, 5]),
            (2, [2, 1, 0, 5, 4, 3]),
            (3, [5, 4, 3, 2, 1, 0]),
            (4, [3, 4, 5, 0, 1, 2]),
            (5, [0, 3, 1, 4, 2, 5]),
            (6, [3, 0, 4, 1, 5, 2]),
            (7, [5, 2, 4, 1, 3, 0]),
            (8, [2, 5, 1, 4, 0, 3]),
        ] {
            let turn = ImageOrientation::from_exif(orientation);
            let (width, height) = if turn.swaps_axes { (2, 3) } else { (3, 2) };
            let (across, down) = ([7.0, 7.0 + f64::from(width)], [9.0, 9.0 + f64::from(height)]);
            let frame = frame(turn, [0, 0, width, height], across, down);
            assert_eq!(greys(&six(), &frame), expected.map(|grey| grey * 10), "{orientation}");
        }
    }

    #[test]
    fn pixels_are_means_of_what_they_cover() {
        let turn = ImageOrientation::default();
        let all = [0, 0, 3, 2];
        assert_eq!(greys(&six(), &frame(turn, all, [0.0, 1.0], [0.0, 1.0])), [25]);
        assert_eq!(greys(&six(), &frame(turn, all, [0.0, 3.0], [0.0, 1.0])), [15, 25, 35]);
        assert_eq!(greys(&six(), &frame(turn, [1, 1, 2, 1], [4.0, 6.0], [0.0, 1.0])), [40, 50]);
        // Larger than it is: pixels stay whole.
        let wide = greys(&six(), &frame(turn, [1, 0, 1, 2], [0.0, 2.0], [0.0, 4.0]));
        assert_eq!(wide, [10, 10, 10, 10, 40, 40, 40, 40]);
    }

    #[test]
    fn edges_cover_part_of_a_pixel() {
        let white = PixelSamples { size: [4, 4], channels: 3, bytes: vec![255; 48] };
        let patch = shrink(
            &white,
            &frame(ImageOrientation::default(), [0, 0, 4, 4], [1.5, 3.0], [2.0, 3.25]),
        );
        let patch = patch.expect("a patch");
        assert_eq!((patch.corner, patch.size), ([1, 2], [2, 2]));
        let alphas: Vec<u8> = patch.rgba.chunks(4).map(|pixel| pixel[3]).collect();
        assert_eq!(alphas, [128, 255, 32, 64]);
        assert!(patch.rgba.chunks(4).all(|pixel| pixel[..3].iter().all(|part| *part == pixel[3])));
    }

    #[test]
    fn what_is_not_on_the_canvas_is_not_drawn() {
        for (crop, across) in [
            ([0, 0, 0, 2], [0.0, 2.0]),
            ([3, 0, 1, 2], [0.0, 2.0]),
            ([0, 0, 3, 2], [2.0, 2.0]),
            ([0, 0, 3, 2], [-4.0, -1.0]),
            ([0, 0, 3, 2], [100.0, 120.0]),
        ] {
            let frame = frame(ImageOrientation::default(), crop, across, [0.0, 2.0]);
            assert!(shrink(&six(), &frame).is_none(), "{crop:?} {across:?}");
        }
        // A part of it is: the rest is cut off, and a crop ends where the picture does.
        let frame = frame(ImageOrientation::default(), [1, 0, 9, 9], [98.0, 102.0], [0.0, 2.0]);
        assert_eq!(greys(&six(), &frame), [10, 10, 40, 40]);
    }

    #[test]
    fn inks_are_shown_by_the_light_they_leave() {
        let inks = PixelSamples { size: [1, 1], channels: 4, bytes: vec![255, 0, 0, 51] };
        let frame = frame(ImageOrientation::default(), [0, 0, 1, 1], [0.0, 1.0], [0.0, 1.0]);
        assert_eq!(shrink(&inks, &frame).expect("a patch").rgba, [0, 204, 204, 255]);
    }
}
