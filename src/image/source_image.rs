//! Pictures of which the headers have been read.

use std::ops::Range;

use sha2::{Digest, Sha256};

use crate::image::colour_model::ColourModel;
use crate::image::error::ImageError;
use crate::image::exif::ImageOrientation;
use crate::image::format::{ImageFormat, unsupported_format};
use crate::image::header::ReadHeader;
use crate::image::jpeg::{self, JpegHeader};
use crate::image::png;
use crate::image::tiff;
use crate::image::webp;

/// Greatest side in pixels: the limit of JPEG, and more than any picture on a page has.
const SIDE_MAX: u32 = 65_535;

/// Picture of which the headers have been read.
#[derive(Clone, Debug)]
pub struct SourceImage {
    sha256: String,
    stored_size: [u32; 2],
    orientation: ImageOrientation,
    format: ImageFormat,
    /// Byte ranges of the pieces of its colour profile, in order. Empty for PNG, whose decoder
    /// extracts the profile.
    #[cfg_attr(
        not(any(feature = "pdf", feature = "preview")),
        expect(dead_code, reason = "only the outputs that draw pictures use the profile")
    )]
    pub(super) profile_ranges: Vec<Range<usize>>,
    bytes: Vec<u8>,
}

/// Pictures are equal if their bytes are.
impl PartialEq for SourceImage {
    fn eq(&self, other: &Self) -> bool {
        self.sha256 == other.sha256
    }
}

impl Eq for SourceImage {}

impl SourceImage {
    /// Reads the headers of a picture.
    ///
    /// # Errors
    /// The reason for rejecting the bytes.
    pub fn read(bytes: Vec<u8>) -> Result<Self, ImageError> {
        let ReadHeader { size, orientation, profile_ranges, header: format } = read_header(&bytes)?;
        // With sides of 16 bits the number of pixels fits in 32.
        if size.iter().any(|side| !(1..=SIDE_MAX).contains(side)) {
            return Err(ImageError::BadSize(size));
        }
        let sha256 = sha256_hex(&bytes);
        Ok(Self { sha256, stored_size: size, orientation, format, profile_ranges, bytes })
    }

    /// Returns width and height in pixels as displayed, with its orientation applied.
    pub fn size(&self) -> [u32; 2] {
        let [width, height] = self.stored_size;
        if self.orientation.swaps_axes { [height, width] } else { [width, height] }
    }

    /// Returns width and height in pixels as stored.
    pub fn stored_size(&self) -> [u32; 2] {
        self.stored_size
    }

    /// Returns the transform from the stored to the displayed picture.
    pub fn orientation(&self) -> ImageOrientation {
        self.orientation
    }

    /// Returns the format and its header.
    pub fn format(&self) -> &ImageFormat {
        &self.format
    }

    /// Returns the meaning of its samples, by its header.
    pub fn colour_model(&self) -> ColourModel {
        match &self.format {
            ImageFormat::Jpeg(JpegHeader { components: 1, .. }) => ColourModel::Grey,
            // YCCK counts as CMYK: the decoder takes the transform out.
            ImageFormat::Jpeg(JpegHeader { components: 4, .. }) => ColourModel::Cmyk,
            ImageFormat::Png(png) if png.is_grey() => ColourModel::Grey,
            ImageFormat::Jpeg(_) | ImageFormat::Png(_) | ImageFormat::Webp(_) => ColourModel::Rgb,
            ImageFormat::Tiff(tiff) => tiff.colour_model,
        }
    }

    /// True if it has no colour, by its header.
    pub fn is_grey(&self) -> bool {
        self.colour_model() == ColourModel::Grey
    }

    /// True if it is a JPEG.
    pub fn is_jpeg(&self) -> bool {
        matches!(self.format, ImageFormat::Jpeg(_))
    }

    /// True if it consists of black and white dots. Reducing their number would spoil it.
    pub fn is_line_art(&self) -> bool {
        match &self.format {
            ImageFormat::Png(png) => png.bit_depth == 1,
            ImageFormat::Tiff(tiff) => tiff.bit_depth == 1,
            ImageFormat::Jpeg(_) | ImageFormat::Webp(_) => false,
        }
    }

    /// Returns the SHA-256 of its bytes, 64 lowercase hexadecimal digits.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// Returns its bytes as received.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Builds a picture of which only the size matters.
    #[cfg(test)]
    pub(crate) fn with_size(bytes: Vec<u8>, stored_size: [u32; 2]) -> Self {
        let header = JpegHeader {
            components: 1,
            is_progressive: false,
            adobe_transform: None,
            is_ycc: false,
        };
        Self {
            sha256: sha256_hex(&bytes),
            stored_size,
            orientation: ImageOrientation::default(),
            format: ImageFormat::Jpeg(header),
            profile_ranges: Vec::new(),
            bytes,
        }
    }
}

/// Reads the header of the format that the bytes begin like.
fn read_header(bytes: &[u8]) -> Result<ReadHeader<ImageFormat>, ImageError> {
    if bytes.is_empty() {
        Err(ImageError::Empty)
    } else if bytes.starts_with(&jpeg::SIGNATURE) {
        jpeg::read_header(bytes).map(|read| of_format(read, ImageFormat::Jpeg))
    } else if bytes.starts_with(&png::SIGNATURE) {
        png::read_header(bytes).map(|read| of_format(read, ImageFormat::Png))
    } else if tiff::SIGNATURES.iter().any(|signature| bytes.starts_with(signature)) {
        // Chosen by the first bytes alone: names and media types of a newsroom are unreliable.
        tiff::read_header(bytes).map(|read| of_format(read, ImageFormat::Tiff))
    } else if webp::is_webp(bytes) {
        webp::read_header(bytes).map(|read| of_format(read, ImageFormat::Webp))
    } else {
        Err(unsupported_format(bytes))
    }
}

/// Wraps the header of one format in [`ImageFormat`].
fn of_format<H>(read: ReadHeader<H>, wrap: fn(H) -> ImageFormat) -> ReadHeader<ImageFormat> {
    let ReadHeader { size, orientation, profile_ranges, header } = read;
    ReadHeader { size, orientation, profile_ranges, header: wrap(header) }
}

/// Returns the SHA-256 of bytes, 64 lowercase hexadecimal digits.
pub fn sha256_hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
