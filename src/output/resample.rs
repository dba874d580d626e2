//! Pictures resampled to the resolution of a canvas or of a press.
//!
//! Each target pixel gets the mean of the source pixels that it covers, each weighted by the area
//! covered. That is sharp enough for a preview and for the screen of a newspaper, it adds nothing
//! that is not in the picture, and it does not sparkle as picking single pixels would. The mean is
//! separable: rows and columns have weights of their own. A target pixel that the edge of the
//! picture crosses is covered in part.

use std::ops::Range;

use crate::image::{ImageOrientation, PixelSamples};
#[cfg(feature = "preview")]
use crate::output::screen::inks_to_rgb;

/// Place of a picture on the canvas.
#[cfg(feature = "preview")]
pub(crate) struct TargetFrame {
    /// Turn from the stored picture to the upright one.
    pub(crate) orientation: ImageOrientation,
    /// The part that is shown, in pixels of the upright picture: left, top, width, height.
    pub(crate) crop: [u32; 4],
    /// Left and right edge, in pixels of the canvas.
    pub(crate) across: [f64; 2],
    /// Top and bottom edge, in pixels of the canvas.
    pub(crate) down: [f64; 2],
    /// Width and height of the canvas.
    pub(crate) canvas: [u16; 2],
}

/// Pixels of the canvas that a picture covers.
#[cfg(feature = "preview")]
pub(crate) struct PixelPatch {
    /// Left and top, in pixels of the canvas.
    pub(crate) corner: [u16; 2],
    /// Width and height in pixels.
    pub(crate) size: [u16; 2],
    /// Four bytes a pixel, premultiplied.
    pub(crate) rgba: Vec<u8>,
}

/// Resamples a picture to the pixels of the canvas. `None` if nothing of it is visible.
#[cfg(feature = "preview")]
pub(crate) fn resample_to_canvas(
    samples: &PixelSamples,
    frame: &TargetFrame,
) -> Option<PixelPatch> {
    let view = SampleView::new(samples, frame.orientation);
    let [left, top, width, height] = frame.crop.map(|edge| edge as usize);
    // A crop may reach beyond the picture; only pixels that exist are read.
    let columns =
        pixel_axis(frame.across, left..(left + width).min(view.size[0]), frame.canvas[0])?;
    let rows = pixel_axis(frame.down, top..(top + height).min(view.size[1]), frame.canvas[1])?;
    let size = [columns.spans.len() as u16, rows.spans.len() as u16];
    let mut rgba = Vec::with_capacity(columns.spans.len() * rows.spans.len() * 4);
    let mut put = |colour: [f32; 3], cover: f32| {
        let alpha = (cover * 255.0).round() as u8;
        // Premultiplied and rounded: a channel must not exceed its alpha.
        rgba.extend(colour.map(|part| ((part * cover * 255.0).round() as u8).min(alpha)));
        rgba.push(alpha);
    };
    match samples.channels {
        1 => average_pixels::<1>(&view, &columns, &rows, |[grey], cover| put([grey; 3], cover)),
        3 => average_pixels::<3>(&view, &columns, &rows, put),
        // Inks are averaged as inks and converted once for each target pixel.
        _ => average_pixels::<4>(&view, &columns, &rows, |inks, cover| {
            put(inks_to_rgb(inks.map(f64::from)).map(|share| share as f32), cover);
        }),
    }
    Some(PixelPatch { corner: [columns.first, rows.first], size, rgba })
}

/// Resamples a crop to a size in pixels. The crop is left, top, width and height in pixels of the
/// upright picture. `None` if nothing of the picture is in it.
#[cfg(feature = "pdf")]
pub(crate) fn resample_crop(
    samples: &PixelSamples,
    orientation: ImageOrientation,
    crop: [u32; 4],
    size: [u16; 2],
) -> Option<PixelSamples> {
    let view = SampleView::new(samples, orientation);
    let [left, top, width, height] = crop.map(|edge| edge as usize);
    // The crop fills the target exactly, so every target pixel is covered and `cover` is 1.
    let edges = size.map(|side| [0.0, f64::from(side)]);
    let columns = pixel_axis(edges[0], left..(left + width).min(view.size[0]), size[0])?;
    let rows = pixel_axis(edges[1], top..(top + height).min(view.size[1]), size[1])?;
    let size = [columns.spans.len(), rows.spans.len()];
    let channels = samples.channels;
    let mut bytes = Vec::with_capacity(size[0] * size[1] * channels);
    let level = |part: f32| (part * 255.0).round() as u8;
    match channels {
        1 => average_pixels::<1>(&view, &columns, &rows, |pixel, _| bytes.extend(pixel.map(level))),
        3 => average_pixels::<3>(&view, &columns, &rows, |pixel, _| bytes.extend(pixel.map(level))),
        _ => average_pixels::<4>(&view, &columns, &rows, |pixel, _| bytes.extend(pixel.map(level))),
    }
    Some(PixelSamples { size, channels, bytes })
}

/// Stored samples, addressed by column and row of the upright picture.
struct SampleView<'a> {
    bytes: &'a [u8],
    /// Width and height of the upright picture.
    size: [usize; 2],
    /// Index of the stored pixel that is at the top left of the upright picture.
    origin: isize,
    /// Steps between stored pixels from one upright column, and from one upright row, to the next.
    step: [isize; 2],
}

impl<'a> SampleView<'a> {
    fn new(samples: &'a PixelSamples, orientation: ImageOrientation) -> Self {
        let [width, height] = samples.size.map(|side| side as isize);
        let (mut size, mut step) = ([width, height], [1, width]);
        // Axes first, sides second, as `ImageOrientation` defines the turn.
        if orientation.swaps_axes {
            size.reverse();
            step.reverse();
        }
        let mut origin = 0;
        for (axis, flipped) in [orientation.flips_x, orientation.flips_y].into_iter().enumerate() {
            if flipped {
                // Read backwards along this axis, from its last pixel.
                origin += (size[axis] - 1) * step[axis];
                step[axis] = -step[axis];
            }
        }
        Self { bytes: &samples.bytes, size: size.map(isize::unsigned_abs), origin, step }
    }

    fn pixel<const N: usize>(&self, column: usize, row: usize) -> [f32; N] {
        let [across, down] = self.step;
        let start = (self.origin + column as isize * across + row as isize * down) as usize * N;
        // Callers keep columns and rows within the size, so every sample exists.
        std::array::from_fn(|k| self.bytes.get(start + k).map_or(0.0, |byte| f32::from(*byte)))
    }
}

/// Coverage of the picture by the target pixels along one side.
struct PixelAxis {
    /// First target pixel that covers a part of the picture.
    first: u16,
    /// Coverage of each target pixel from the first on.
    spans: Vec<PixelSpan>,
}

/// Source pixels that one target pixel covers along one side.
struct PixelSpan {
    /// First of them.
    start: usize,
    /// Weight of each source pixel. The weights add up to the part of the target pixel that is
    /// covered.
    weights: Vec<f32>,
}

/// Computes the coverage along one side. `edges` are the edges of the shown part in target pixels,
/// `shown` its source pixels, `canvas` the number of target pixels. `None` if nothing is covered.
fn pixel_axis(edges: [f64; 2], shown: Range<usize>, canvas: u16) -> Option<PixelAxis> {
    let [start, end] = edges;
    if shown.is_empty() || end <= start {
        return None;
    }
    // Parts outside the canvas are cut off here, so no later step has to test for it.
    let first = start.floor().clamp(0.0, f64::from(canvas)) as u16;
    let last = end.ceil().clamp(0.0, f64::from(canvas)) as u16;
    let source_per_target = shown.len() as f64 / (end - start);
    let spans = (first..last).map(|pixel| {
        // The first and the last target pixel may be covered in part only.
        let from = f64::from(pixel).max(start);
        let to = (f64::from(pixel) + 1.0).min(end);
        let [from, to] = [from, to].map(|edge| (edge - start) * source_per_target);
        // At least one source pixel, even where rounding leaves an empty range.
        let first_source = (from.floor() as usize).min(shown.len() - 1);
        let end_source = (to.ceil() as usize).clamp(first_source + 1, shown.len());
        let weight = |pixel: usize| {
            let covered = to.min(pixel as f64 + 1.0) - from.max(pixel as f64);
            (covered.max(0.0) / source_per_target) as f32
        };
        let weights = (first_source..end_source).map(weight).collect();
        PixelSpan { start: shown.start + first_source, weights }
    });
    let spans: Vec<PixelSpan> = spans.collect();
    if spans.is_empty() { None } else { Some(PixelAxis { first, spans }) }
}

/// Computes all target pixels row by row. Each is handed to `put` as its mean, in shares of one,
/// and the part of it that is covered.
///
/// A source row is summed over the columns when it is first needed and kept while target rows share
/// it. So each source pixel is read about once, whatever the size of the target.
fn average_pixels<const N: usize>(
    view: &SampleView<'_>,
    columns: &PixelAxis,
    rows: &PixelAxis,
    mut put: impl FnMut([f32; N], f32),
) {
    // Source row that `row_sums` holds, summed over the columns. Two target rows may share a source
    // row that their common edge cuts.
    let mut summed_row: Option<usize> = None;
    let mut row_sums = vec![[0.0; N]; columns.spans.len()];
    let mut sums = row_sums.clone();
    let column_covers: Vec<f32> =
        columns.spans.iter().map(|span| span.weights.iter().sum()).collect();
    for span in &rows.spans {
        sums.fill([0.0; N]);
        for (row, weight) in (span.start..).zip(&span.weights) {
            // The sums over columns are reused: they are by far the larger part of the work.
            if summed_row.replace(row) != Some(row) {
                for (sum, span) in row_sums.iter_mut().zip(&columns.spans) {
                    *sum = [0.0; N];
                    for (column, weight) in (span.start..).zip(&span.weights) {
                        add_weighted(sum, view.pixel(column, row), *weight);
                    }
                }
            }
            for (sum, row_sum) in sums.iter_mut().zip(&row_sums) {
                add_weighted(sum, *row_sum, *weight);
            }
        }
        let row_cover: f32 = span.weights.iter().sum();
        for (sum, column_cover) in sums.iter().zip(&column_covers) {
            // Rounding of the weights may carry the product just above 1.
            let cover = (column_cover * row_cover).min(1.0);
            // From levels of the covered part to shares of one.
            let scale = 1.0 / (cover * 255.0).max(f32::MIN_POSITIVE);
            put(sum.map(|sum| (sum * scale).min(1.0)), cover);
        }
    }
}

fn add_weighted<const N: usize>(sum: &mut [f32; N], samples: [f32; N], weight: f32) {
    sum.iter_mut().zip(samples).for_each(|(sum, sample)| *sum += sample * weight);
}

#[cfg(test)]
mod tests {
    use super::{TargetFrame, resample_to_canvas};
    use crate::image::{ImageOrientation, PixelSamples};

    /// Builds a picture of three by two greys: 0, 10, 20 over 30, 40, 50.
    fn six() -> PixelSamples {
        PixelSamples { size: [3, 2], channels: 1, bytes: vec![0, 10, 20, 30, 40, 50] }
    }

    fn frame(
        orientation: ImageOrientation,
        crop: [u32; 4],
        across: [f64; 2],
        down: [f64; 2],
    ) -> TargetFrame {
        TargetFrame { orientation, crop, across, down, canvas: [100, 100] }
    }

    /// Returns the greys of a patch, row by row.
    fn greys(samples: &PixelSamples, frame: &TargetFrame) -> Vec<u8> {
        let patch = resample_to_canvas(samples, frame).expect("a patch");
        patch.rgba.chunks(4).map(|pixel| pixel[0]).collect()
    }

    #[test]
    fn every_orientation_shows_its_rows() {
        for (exif, expected) in [
            (1, [0, 1, 2, 3, 4, 5]),
            (2, [2, 1, 0, 5, 4, 3]),
            (3, [5, 4, 3, 2, 1, 0]),
            (4, [3, 4, 5, 0, 1, 2]),
            (5, [0, 3, 1, 4, 2, 5]),
            (6, [3, 0, 4, 1, 5, 2]),
            (7, [5, 2, 4, 1, 3, 0]),
            (8, [2, 5, 1, 4, 0, 3]),
        ] {
            let orientation = ImageOrientation::from_exif(exif);
            let (width, height) = if orientation.swaps_axes { (2, 3) } else { (3, 2) };
            let (across, down) = ([7.0, 7.0 + f64::from(width)], [9.0, 9.0 + f64::from(height)]);
            let frame = frame(orientation, [0, 0, width, height], across, down);
            assert_eq!(greys(&six(), &frame), expected.map(|grey| grey * 10), "{exif}");
        }
    }

    #[test]
    fn pixels_are_means_of_what_they_cover() {
        let orientation = ImageOrientation::default();
        let all = [0, 0, 3, 2];
        assert_eq!(greys(&six(), &frame(orientation, all, [0.0, 1.0], [0.0, 1.0])), [25]);
        assert_eq!(greys(&six(), &frame(orientation, all, [0.0, 3.0], [0.0, 1.0])), [15, 25, 35]);
        assert_eq!(
            greys(&six(), &frame(orientation, [1, 1, 2, 1], [4.0, 6.0], [0.0, 1.0])),
            [40, 50]
        );
        // Enlarged, pixels stay whole.
        let wide = greys(&six(), &frame(orientation, [1, 0, 1, 2], [0.0, 2.0], [0.0, 4.0]));
        assert_eq!(wide, [10, 10, 10, 10, 40, 40, 40, 40]);
    }

    #[test]
    fn edges_cover_part_of_a_pixel() {
        let white = PixelSamples { size: [4, 4], channels: 3, bytes: vec![255; 48] };
        let patch = resample_to_canvas(
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
            assert!(resample_to_canvas(&six(), &frame).is_none(), "{crop:?} {across:?}");
        }
        // A picture that is partly on the canvas is cut off there; a crop ends with its picture.
        let frame = frame(ImageOrientation::default(), [1, 0, 9, 9], [98.0, 102.0], [0.0, 2.0]);
        assert_eq!(greys(&six(), &frame), [10, 10, 40, 40]);
    }

    #[test]
    fn inks_are_shown_by_the_light_they_leave() {
        let inks = PixelSamples { size: [1, 1], channels: 4, bytes: vec![255, 0, 0, 51] };
        let frame = frame(ImageOrientation::default(), [0, 0, 1, 1], [0.0, 1.0], [0.0, 1.0]);
        assert_eq!(resample_to_canvas(&inks, &frame).expect("a patch").rgba, [0, 204, 204, 255]);
    }
}
