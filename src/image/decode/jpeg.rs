//! The pixels of JPEG.

use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use crate::image::{JpegHeader, PixelSamples};

pub(super) fn samples(bytes: &[u8], jpeg: &JpegHeader, size: [usize; 2]) -> Option<PixelSamples> {
    // The planes as they are stored: what they mean is decided here as for the press file.
    let space = match (jpeg.components, jpeg.is_ycc, jpeg.adobe_transform) {
        (1, ..) => ColorSpace::Luma,
        (3, false, Some(_)) => ColorSpace::RGB,
        (3, ..) => ColorSpace::YCbCr,
        (_, true, _) => ColorSpace::YCCK,
        (_, false, _) => ColorSpace::CMYK,
    };
    let options = DecoderOptions::default()
        .set_max_width(size[0])
        .set_max_height(size[1])
        .jpeg_set_out_colorspace(space);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    let mut pixels = decoder.decode().ok()?;
    let info = decoder.info()?;
    let channels = usize::from(jpeg.components);
    if jpeg.is_ycc {
        pixels.chunks_exact_mut(channels).for_each(|pixel| {
            let rgb = rgb([pixel[0], pixel[1], pixel[2]]);
            // YCCK holds inks by the light they leave.
            pixel[..3].copy_from_slice(&if channels == 4 {
                rgb.map(|level| 255 - level)
            } else {
                rgb
            });
        });
    }
    if jpeg.is_inverted() {
        pixels.iter_mut().for_each(|sample| *sample = 255 - *sample);
    }
    let size = [usize::from(info.width), usize::from(info.height)];
    Some(PixelSamples { size, channels, bytes: pixels })
}

/// BT.601 as JFIF has it, in 1/65 536.
fn rgb([y, cb, cr]: [u8; 3]) -> [u8; 3] {
    let y = (i32::from(y) << 16) + (1 << 15);
    let (cb, cr) = (i32::from(cb) - 128, i32::from(cr) - 128);
    let level = |value: i32| u8::try_from((value >> 16).clamp(0, 255)).unwrap_or(u8::MAX);
    [level(y + 91_881 * cr), level(y - 22_554 * cb - 46_802 * cr), level(y + 116_130 * cb)]
}
