//! Pixels, for who draws them.
//!
//! The only place that names the decoders.

mod jpeg;
mod tiff;
mod webp;

use png::{ColorType, Transformations};

use crate::image::{ColourModel, ImageError, ImageFormat, SourceImage};

/// The pixels of a picture as they are stored, row by row from the top left, 8 bits a sample.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PixelSamples {
    /// Width and height in pixels.
    pub size: [usize; 2],
    /// Samples of a pixel: 1 grey, 3 RGB, 4 CMYK with 255 for full ink.
    pub channels: usize,
    /// The samples.
    pub bytes: Vec<u8>,
}

impl SourceImage {
    /// Decodes a picture. What may be seen through is laid on white; of 16 bits the upper 8 are kept.
    ///
    /// # Errors
    /// Pixels that are not what the headers promise.
    pub fn decode(&self) -> Result<PixelSamples, ImageError> {
        // A decoder that reads another size than we did would take memory that no limit was asked about.
        let size = self.stored_size().map(|side| usize::try_from(side).unwrap_or(usize::MAX));
        let samples = match self.format() {
            ImageFormat::Jpeg(jpeg) => jpeg::samples(self.bytes(), jpeg, size),
            ImageFormat::Png(_) => png(self.bytes(), size),
            ImageFormat::Tiff(tiff) => tiff::samples(self.bytes(), tiff, size),
            ImageFormat::Webp(webp) => webp::samples(self.bytes(), *webp, size),
        };
        let whole = |samples: &PixelSamples| {
            let [width, height] = samples.size;
            samples.size == size && samples.bytes.len() == width * height * samples.channels
        };
        let mut samples = samples.filter(whole).ok_or(ImageError::Damaged)?;
        if samples.channels == 3 && self.colour_model() == ColourModel::Grey {
            // A palette of greys: all three are the same.
            let grey = samples.bytes.iter().step_by(3).copied().collect();
            samples = PixelSamples { channels: 1, bytes: grey, ..samples };
        }
        Ok(samples)
    }

    /// The ICC profile that came with the picture, if any; whether it is one is for who uses it to find out.
    pub fn icc_profile(&self) -> Option<Vec<u8>> {
        if let ImageFormat::Png(_) = self.format() {
            let reader = png::Decoder::new(std::io::Cursor::new(self.bytes())).read_info().ok()?;
            return reader.info().icc_profile.as_ref().map(|profile| profile.to_vec());
        }
        let pieces = self.profile.iter().filter_map(|range| self.bytes().get(range.clone()));
        let profile = pieces.collect::<Vec<_>>().concat();
        (!profile.is_empty()).then_some(profile)
    }
}

fn png(bytes: &[u8], size: [usize; 2]) -> Option<PixelSamples> {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
    decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
    let mut reader = decoder.read_info().ok()?;
    if !is_size(reader.info().size(), size) {
        return None;
    }
    let mut pixels = vec![0; reader.output_buffer_size()?];
    let info = reader.next_frame(&mut pixels).ok()?;
    pixels.truncate(info.buffer_size());
    let (channels, pixels) = match info.color_type {
        ColorType::Grayscale => (1, pixels),
        ColorType::Rgb => (3, pixels),
        ColorType::GrayscaleAlpha => (1, flat::<2>(&pixels, on_white)),
        ColorType::Rgba => (3, flat::<4>(&pixels, on_white)),
        // Expanded above.
        ColorType::Indexed => return None,
    };
    Some(PixelSamples { size, channels, bytes: pixels })
}

/// Whether a decoder has the size that the header told.
fn is_size((width, height): (u32, u32), size: [usize; 2]) -> bool {
    [width, height].map(usize::try_from) == size.map(Ok)
}

/// Pixels of `N` samples, the last of which is how much of the others is there, laid on something as `lay` has it for
/// a sample and its share.
fn flat<const N: usize>(pixels: &[u8], lay: impl Fn(u32, u32) -> u32) -> Vec<u8> {
    let mut out = Vec::with_capacity(pixels.len() / N * (N - 1));
    for pixel in pixels.chunks_exact(N) {
        let alpha = u32::from(pixel[N - 1]);
        let laid = |sample: &u8| u8::try_from(lay(u32::from(*sample), alpha)).unwrap_or(u8::MAX);
        out.extend(pixel[..N - 1].iter().map(laid));
    }
    out
}

/// A sample of light, laid on white by its share.
fn on_white(sample: u32, alpha: u32) -> u32 {
    (sample * alpha + 255 * (255 - alpha) + 127) / 255
}
