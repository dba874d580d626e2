//! The pixels of TIFF.

use tiff::decoder::{Decoder, DecodingResult, Limits};

use crate::image::decode::{flat, is_size};
use crate::image::tiff::AlphaKind;
use crate::image::{ColourModel, PixelSamples, TiffHeader};

pub(super) fn samples(bytes: &[u8], tiff: &TiffHeader, size: [usize; 2]) -> Option<PixelSamples> {
    let mut decoder = Decoder::new(std::io::Cursor::new(bytes)).ok()?;
    // Of a field that is there twice, decoders take the one or the other.
    if !is_size(decoder.dimensions().ok()?, size) {
        return None;
    }
    let pixels = size[0].checked_mul(size[1])?;
    // No more than the header promises, which is what limits were asked of.
    let wide = usize::from(tiff.bit_depth).div_ceil(8);
    let mut limits = Limits::default();
    limits.decoding_buffer_size = pixels.checked_mul(usize::from(tiff.samples_per_pixel) * wide)?;
    limits.intermediate_buffer_size = limits.decoding_buffer_size.max(bytes.len());
    limits.ifd_value_size = bytes.len();
    let mut decoder = decoder.with_limits(limits);
    let mut read = DecodingResult::U8(Vec::new());
    decoder.read_image_to_buffer(&mut read).ok()?;
    let mut read = match read {
        DecodingResult::U8(read) if tiff.bit_depth == 1 => bits(&read, size),
        DecodingResult::U8(read) => read,
        DecodingResult::U16(read) => read.iter().map(|sample| sample.to_be_bytes()[0]).collect(),
        // The headers promise none of these.
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
    if tiff.is_planar {
        read = woven(&read, pixels);
    }
    // Samples that are neither colour nor coverage may have been left out.
    let channels = tiff.colour_model.channels();
    let found = read.len().checked_div(pixels)?;
    if found > channels {
        read = match tiff.alpha {
            // The samples beside the colours are not for the eye.
            None => {
                read.chunks_exact(found).flat_map(|pixel| &pixel[..channels]).copied().collect()
            }
            Some(cover) => {
                let paper = if tiff.colour_model == ColourModel::Cmyk { 0 } else { 255 };
                let lay = |sample, alpha| {
                    let under = paper * (255 - alpha);
                    match cover {
                        AlphaKind::Straight => (sample * alpha + under + 127) / 255,
                        AlphaKind::Premultiplied => sample + (under + 127) / 255,
                    }
                };
                match tiff.colour_model {
                    ColourModel::Grey => flat::<2>(&read, lay),
                    ColourModel::Rgb => flat::<4>(&read, lay),
                    ColourModel::Cmyk => flat::<5>(&read, lay),
                }
            }
        };
    }
    Some(PixelSamples { size, channels, bytes: read })
}

/// Black and white as samples; each row starts with a byte of its own.
fn bits(rows: &[u8], [width, _]: [usize; 2]) -> Vec<u8> {
    let row = |row: &[u8]| -> Vec<u8> {
        let bit = |x: usize| row.get(x / 8).is_some_and(|byte| byte >> (7 - x % 8) & 1 == 1);
        (0..width).map(|x| if bit(x) { 255 } else { 0 }).collect()
    };
    rows.chunks(width.div_ceil(8).max(1)).flat_map(row).collect()
}

/// Planes one after the other as pixels.
fn woven(planes: &[u8], pixels: usize) -> Vec<u8> {
    let planes: Vec<&[u8]> = planes.chunks_exact(pixels.max(1)).collect();
    (0..pixels).flat_map(|pixel| planes.iter().map(move |plane| plane[pixel])).collect()
}
