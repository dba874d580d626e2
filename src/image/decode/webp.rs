//! WebP decoding.

use image_webp::WebPDecoder;

use crate::image::decode::alpha::{blend_on_white, flatten_alpha};
use crate::image::decode::samples::{PixelSamples, matches_size};
use crate::image::webp::WebpHeader;

/// Decodes the pixels. `None` if they do not match the header.
pub(super) fn decode_webp(
    bytes: &[u8],
    header: WebpHeader,
    size: [usize; 2],
) -> Option<PixelSamples> {
    let mut decoder = WebPDecoder::new(std::io::Cursor::new(bytes)).ok()?;
    // Chunks are part of the file, so none can need more memory than the file has bytes.
    decoder.set_memory_limit(bytes.len());
    if !matches_size(decoder.dimensions(), size) {
        return None;
    }
    let mut pixels = vec![0; decoder.output_buffer_size()?];
    decoder.read_image(&mut pixels).ok()?;
    let has_alpha =
        decoder.has_alpha() || header.has_transparency && pixels.len() == 4 * size[0] * size[1];
    let bytes = if has_alpha { flatten_alpha::<4>(&pixels, blend_on_white) } else { pixels };
    Some(PixelSamples { size, channels: 3, bytes })
}
