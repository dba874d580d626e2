//! Decoding of pixels, for the outputs that draw them.
//!
//! The only module that uses the decoders.

mod alpha;
mod jpeg;
mod png;
mod samples;
mod tiff;
mod webp;

pub use crate::image::decode::samples::PixelSamples;

use crate::image::colour_model::ColourModel;
use crate::image::error::ImageError;
use crate::image::format::ImageFormat;
use crate::image::source_image::SourceImage;

impl SourceImage {
    /// Decodes the picture. Transparent pixels are blended onto white; of 16 bits the upper 8 are
    /// kept.
    ///
    /// # Errors
    /// The pixels do not match the headers.
    pub fn decode(&self) -> Result<PixelSamples, ImageError> {
        // A decoder that reads another size than the header reader would take memory that no limit
        // has been checked against.
        let size = self.stored_size().map(|side| usize::try_from(side).unwrap_or(usize::MAX));
        let samples = match self.format() {
            ImageFormat::Jpeg(header) => jpeg::decode_jpeg(self.bytes(), header, size),
            ImageFormat::Png(_) => png::decode_png(self.bytes(), size),
            ImageFormat::Tiff(header) => tiff::decode_tiff(self.bytes(), header, size),
            ImageFormat::Webp(header) => webp::decode_webp(self.bytes(), *header, size),
        };
        let is_complete = |samples: &PixelSamples| {
            let [width, height] = samples.size;
            samples.size == size && samples.bytes.len() == width * height * samples.channels
        };
        let mut samples = samples.filter(is_complete).ok_or(ImageError::Damaged)?;
        if samples.channels == 3 && self.colour_model() == ColourModel::Grey {
            // A palette of greys: the three samples are equal.
            let grey = samples.bytes.iter().step_by(3).copied().collect();
            samples = PixelSamples { channels: 1, bytes: grey, ..samples };
        }
        Ok(samples)
    }

    /// Returns the ICC profile embedded in the picture, unchecked. `None` if there is none.
    pub fn icc_profile(&self) -> Option<Vec<u8>> {
        if let ImageFormat::Png(_) = self.format() {
            return png::icc_profile(self.bytes());
        }
        let pieces = self.profile_ranges.iter().filter_map(|range| self.bytes().get(range.clone()));
        let profile = pieces.collect::<Vec<_>>().concat();
        (!profile.is_empty()).then_some(profile)
    }
}
