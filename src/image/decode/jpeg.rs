//! JPEG decoding.

use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use crate::image::decode::samples::PixelSamples;
use crate::image::jpeg::JpegHeader;

/// Decodes the pixels. `None` if they cannot be decoded.
pub(super) fn decode_jpeg(
    bytes: &[u8],
    header: &JpegHeader,
    size: [usize; 2],
) -> Option<PixelSamples> {
    // Decode the planes as stored. Their meaning is decided here as it is for the press file.
    let stored_space = match (header.components, header.is_ycc, header.adobe_transform) {
        (1, ..) => ColorSpace::Luma,
        (3, false, Some(_)) => ColorSpace::RGB,
        (3, ..) => ColorSpace::YCbCr,
        (_, true, _) => ColorSpace::YCCK,
        (_, false, _) => ColorSpace::CMYK,
    };
    let options = DecoderOptions::default()
        .set_max_width(size[0])
        .set_max_height(size[1])
        .jpeg_set_out_colorspace(stored_space);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    let mut samples = decoder.decode().ok()?;
    let info = decoder.info()?;
    let channels = usize::from(header.components);
    // K, the fourth component of YCCK, is not part of the transform.
    if header.is_ycc {
        samples.chunks_exact_mut(channels).for_each(|pixel| {
            let rgb = ycc_to_rgb([pixel[0], pixel[1], pixel[2]]);
            // YCCK stores inks as the light they leave.
            let colour = if channels == 4 { rgb.map(|level| 255 - level) } else { rgb };
            pixel[..3].copy_from_slice(&colour);
        });
    }
    // After the conversion: Adobe inverts all four components of the result.
    if header.is_inverted() {
        samples.iter_mut().for_each(|sample| *sample = 255 - *sample);
    }
    let size = [usize::from(info.width), usize::from(info.height)];
    Some(PixelSamples { size, channels, bytes: samples })
}

/// Converts YCbCr by BT.601 as in JFIF, with factors in 1/65 536.
fn ycc_to_rgb([y, cb, cr]: [u8; 3]) -> [u8; 3] {
    // The half is added once, so that the shift below rounds.
    let y = (i32::from(y) << 16) + (1 << 15);
    let (cb, cr) = (i32::from(cb) - 128, i32::from(cr) - 128);
    let level = |value: i32| u8::try_from((value >> 16).clamp(0, 255)).unwrap_or(u8::MAX);
    [level(y + 91_881 * cr), level(y - 22_554 * cb - 46_802 * cr), level(y + 116_130 * cb)]
}
