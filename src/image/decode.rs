//! Pixels, for who draws them.
//!
//! The only place that names the decoders.

use png::{ColorType, Transformations};

use crate::image::{Fault, Form, Image};

/// The pixels of a picture as they are stored, row by row from the top left, 8 bits a sample.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Samples {
    /// Width and height in pixels.
    pub size: [usize; 2],
    /// Samples of a pixel: 1 grey, 3 RGB, 4 CMYK with 255 for full ink.
    pub channels: usize,
    /// The samples.
    pub bytes: Vec<u8>,
}

impl Image {
    /// Decodes a picture. What may be seen through is laid on white; of 16 bits the upper 8 are kept.
    ///
    /// # Errors
    /// Pixels that are not what the headers promise.
    pub fn samples(&self) -> Result<Samples, Fault> {
        let samples = match self.form() {
            Form::Png(_) => png(self.bytes()),
            #[cfg(feature = "preview")]
            Form::Jpeg(jpeg) => self::jpeg(self.bytes(), jpeg),
            // A press file holds a JPEG as it came.
            #[cfg(not(feature = "preview"))]
            Form::Jpeg(_) => None,
        };
        let whole = |samples: &Samples| {
            let [width, height] = samples.size;
            let stored = self.stored().map(|side| usize::try_from(side).unwrap_or(usize::MAX));
            samples.size == stored && samples.bytes.len() == width * height * samples.channels
        };
        samples.filter(whole).ok_or(Fault::Damaged)
    }
}

fn png(bytes: &[u8]) -> Option<Samples> {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
    decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
    let mut reader = decoder.read_info().ok()?;
    let mut pixels = vec![0; reader.output_buffer_size()?];
    let info = reader.next_frame(&mut pixels).ok()?;
    pixels.truncate(info.buffer_size());
    let (channels, pixels) = match info.color_type {
        ColorType::Grayscale => (1, pixels),
        ColorType::Rgb => (3, pixels),
        ColorType::GrayscaleAlpha => (1, on_white::<2>(&pixels)),
        ColorType::Rgba => (3, on_white::<4>(&pixels)),
        // Expanded above.
        ColorType::Indexed => return None,
    };
    let size = [usize::try_from(info.width).ok()?, usize::try_from(info.height).ok()?];
    Some(Samples { size, channels, bytes: pixels })
}

/// Pixels of `N` samples, the last of which is how much of the others is there, laid on white.
fn on_white<const N: usize>(pixels: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(pixels.len() / N * (N - 1));
    for pixel in pixels.chunks_exact(N) {
        let alpha = u32::from(pixel[N - 1]);
        out.extend(pixel[..N - 1].iter().map(|sample| {
            let laid = (u32::from(*sample) * alpha + 255 * (255 - alpha) + 127) / 255;
            u8::try_from(laid).unwrap_or(u8::MAX)
        }));
    }
    out
}

#[cfg(feature = "preview")]
fn jpeg(bytes: &[u8], jpeg: &crate::image::Jpeg) -> Option<Samples> {
    use zune_jpeg::JpegDecoder;
    use zune_jpeg::zune_core::bytestream::ZCursor;
    use zune_jpeg::zune_core::colorspace::ColorSpace;
    use zune_jpeg::zune_core::options::DecoderOptions;
    // The planes as they are stored: what they mean is decided here as for the press file.
    let space = match (jpeg.components, jpeg.ycc, jpeg.adobe) {
        (1, ..) => ColorSpace::Luma,
        (3, false, Some(_)) => ColorSpace::RGB,
        (3, ..) => ColorSpace::YCbCr,
        (_, true, _) => ColorSpace::YCCK,
        (_, false, _) => ColorSpace::CMYK,
    };
    let side = usize::from(u16::MAX);
    let options = DecoderOptions::default()
        .set_max_width(side)
        .set_max_height(side)
        .jpeg_set_out_colorspace(space);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    let mut pixels = decoder.decode().ok()?;
    let info = decoder.info()?;
    let channels = usize::from(jpeg.components);
    if jpeg.ycc {
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
    Some(Samples { size, channels, bytes: pixels })
}

/// BT.601 as JFIF has it, in 1/65 536.
#[cfg(feature = "preview")]
fn rgb([y, cb, cr]: [u8; 3]) -> [u8; 3] {
    let y = (i32::from(y) << 16) + (1 << 15);
    let (cb, cr) = (i32::from(cb) - 128, i32::from(cr) - 128);
    let level = |value: i32| u8::try_from((value >> 16).clamp(0, 255)).unwrap_or(u8::MAX);
    [level(y + 91_881 * cr), level(y - 22_554 * cb - 46_802 * cr), level(y + 116_130 * cb)]
}
