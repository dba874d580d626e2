//! TIFF decoding.

use tiff::decoder::{Decoder, DecodingResult, Limits};

use crate::image::colour_model::ColourModel;
use crate::image::decode::alpha::flatten_alpha;
use crate::image::decode::samples::{PixelSamples, matches_size};
use crate::image::tiff::{AlphaKind, TiffHeader};

/// Decodes the pixels of the first page. `None` if they do not match the header.
pub(super) fn decode_tiff(
    bytes: &[u8],
    header: &TiffHeader,
    size: [usize; 2],
) -> Option<PixelSamples> {
    let mut decoder = Decoder::new(std::io::Cursor::new(bytes)).ok()?;
    // If a field occurs twice, decoders differ on which one they take.
    if !matches_size(decoder.dimensions().ok()?, size) {
        return None;
    }
    let pixel_count = size[0].checked_mul(size[1])?;
    // Allow no more memory than the header promises, which is the amount that limits have been
    // checked against.
    let sample_bytes = usize::from(header.bit_depth).div_ceil(8);
    let pixel_bytes = usize::from(header.samples_per_pixel) * sample_bytes;
    let mut limits = Limits::default();
    limits.decoding_buffer_size = pixel_count.checked_mul(pixel_bytes)?;
    limits.intermediate_buffer_size = limits.decoding_buffer_size.max(bytes.len());
    limits.ifd_value_size = bytes.len();
    let mut decoder = decoder.with_limits(limits);
    let mut decoded = DecodingResult::U8(Vec::new());
    decoder.read_image_to_buffer(&mut decoded).ok()?;
    let mut samples = match decoded {
        DecodingResult::U8(rows) if header.bit_depth == 1 => expand_bits(&rows, size),
        DecodingResult::U8(samples) => samples,
        // The upper byte: 8 bits are enough for any screen ruling.
        DecodingResult::U16(samples) => {
            samples.iter().map(|sample| sample.to_be_bytes()[0]).collect()
        }
        // Excluded by the header check.
        DecodingResult::U32(_)
        | DecodingResult::U64(_)
        | DecodingResult::F16(_)
        | DecodingResult::F32(_)
        | DecodingResult::F64(_)
        | DecodingResult::I8(_)
        | DecodingResult::I16(_)
        | DecodingResult::I32(_)
        | DecodingResult::I64(_) => return None,
    };
    if header.is_planar {
        samples = interleave_planes(&samples, pixel_count);
    }
    // The decoder may have left out samples that are neither colour nor alpha.
    let channels = header.colour_model.channels();
    let decoded_channels = samples.len().checked_div(pixel_count)?;
    if decoded_channels > channels {
        samples = match header.alpha {
            // Extra samples that are not alpha carry nothing visible.
            None => samples
                .chunks_exact(decoded_channels)
                .flat_map(|pixel| &pixel[..channels])
                .copied()
                .collect(),
            Some(alpha) => blend_on_paper(&samples, header.colour_model, alpha),
        };
    }
    Some(PixelSamples { size, channels, bytes: samples })
}

/// Blends pixels with one alpha sample onto paper, which is white light or no ink.
fn blend_on_paper(samples: &[u8], colour_model: ColourModel, alpha: AlphaKind) -> Vec<u8> {
    let paper = if colour_model == ColourModel::Cmyk { 0 } else { 255 };
    let blend = |sample, opacity| {
        let below = paper * (255 - opacity);
        match alpha {
            AlphaKind::Straight => (sample * opacity + below + 127) / 255,
            AlphaKind::Premultiplied => sample + (below + 127) / 255,
        }
    };
    match colour_model {
        ColourModel::Grey => flatten_alpha::<2>(samples, blend),
        ColourModel::Rgb => flatten_alpha::<4>(samples, blend),
        ColourModel::Cmyk => flatten_alpha::<5>(samples, blend),
    }
}

/// Expands black-and-white pixels of one bit to samples; each row starts at a byte.
fn expand_bits(rows: &[u8], [width, _]: [usize; 2]) -> Vec<u8> {
    let expand_row = |row: &[u8]| -> Vec<u8> {
        let is_white = |x: usize| row.get(x / 8).is_some_and(|byte| byte >> (7 - x % 8) & 1 == 1);
        (0..width).map(|x| if is_white(x) { 255 } else { 0 }).collect()
    };
    rows.chunks(width.div_ceil(8).max(1)).flat_map(expand_row).collect()
}

/// Interleaves planes stored one after the other.
fn interleave_planes(planes: &[u8], pixel_count: usize) -> Vec<u8> {
    let planes: Vec<&[u8]> = planes.chunks_exact(pixel_count.max(1)).collect();
    (0..pixel_count).flat_map(|pixel| planes.iter().map(move |plane| plane[pixel])).collect()
}
