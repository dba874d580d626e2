//! PNG decoding.

use png::{ColorType, Decoder, Transformations};

use crate::image::decode::alpha::{blend_on_white, flatten_alpha};
use crate::image::decode::samples::{PixelSamples, matches_size};

/// Decodes the pixels. `None` if they do not match the header.
pub(super) fn decode_png(bytes: &[u8], size: [usize; 2]) -> Option<PixelSamples> {
    let mut decoder = Decoder::new(std::io::Cursor::new(bytes));
    // Palettes and small depths become 8 bits; a colour key becomes alpha.
    decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
    let mut reader = decoder.read_info().ok()?;
    if !matches_size(reader.info().size(), size) {
        return None;
    }
    let mut pixels = vec![0; reader.output_buffer_size()?];
    let info = reader.next_frame(&mut pixels).ok()?;
    // The first frame of an animation may be smaller than the buffer.
    pixels.truncate(info.buffer_size());
    let (channels, pixels) = match info.color_type {
        ColorType::Grayscale => (1, pixels),
        ColorType::Rgb => (3, pixels),
        ColorType::GrayscaleAlpha => (1, flatten_alpha::<2>(&pixels, blend_on_white)),
        ColorType::Rgba => (3, flatten_alpha::<4>(&pixels, blend_on_white)),
        // Expanded to RGB above.
        ColorType::Indexed => return None,
    };
    Some(PixelSamples { size, channels, bytes: pixels })
}

/// Returns the ICC profile embedded in a PNG. `None` if there is none.
pub(super) fn icc_profile(bytes: &[u8]) -> Option<Vec<u8>> {
    let reader = Decoder::new(std::io::Cursor::new(bytes)).read_info().ok()?;
    reader.info().icc_profile.as_ref().map(|profile| profile.to_vec())
}
