//! The pixels of WebP.

use image_webp::WebPDecoder;

use crate::image::decode::{flat, is_size, on_white};
use crate::image::{PixelSamples, WebpHeader};

pub(super) fn samples(bytes: &[u8], webp: WebpHeader, size: [usize; 2]) -> Option<PixelSamples> {
    let mut decoder = WebPDecoder::new(std::io::Cursor::new(bytes)).ok()?;
    decoder.set_memory_limit(bytes.len());
    if !is_size(decoder.dimensions(), size) {
        return None;
    }
    let mut pixels = vec![0; decoder.output_buffer_size()?];
    decoder.read_image(&mut pixels).ok()?;
    let has_alpha =
        decoder.has_alpha() || webp.has_transparency && pixels.len() == 4 * size[0] * size[1];
    let bytes = if has_alpha { flat::<4>(&pixels, on_white) } else { pixels };
    Some(PixelSamples { size, channels: 3, bytes })
}
