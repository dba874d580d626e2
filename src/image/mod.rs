//! Pictures as they came: what their bytes say of them.
//!
//! In: the bytes of a JPEG, PNG, TIFF or WebP. Out: an [`Image`], of which size, colours and orientation are known, or a
//! [`Fault`]. Reading looks at headers and at how the file is put together, never at pixels; those are decoded only
//! for who draws them, behind the features that do. Nothing here knows of records or pages.

#[cfg(any(feature = "pdf", feature = "preview"))]
mod decode;
mod exif;
mod jpeg;
mod picture_supply;
mod png;
mod tiff;
mod tiff_directory;
mod webp;

use std::ops::Range;

use sha2::{Digest, Sha256};

#[cfg(any(feature = "pdf", feature = "preview"))]
pub use crate::image::decode::PixelSamples;
pub use crate::image::exif::ImageOrientation;
pub use crate::image::jpeg::JpegHeader;
pub use crate::image::picture_supply::PictureSupply;
pub use crate::image::png::{PngColour, PngHeader};
pub use crate::image::tiff::{AlphaKind, TiffHeader};
pub use crate::image::webp::WebpHeader;

/// Pixels along a side: a JPEG cannot have more, and no other picture for a page does.
const SIDE_MOST: u32 = 65_535;

/// A picture whose bytes were read as far as its size.
#[derive(Clone, Debug)]
pub struct SourceImage {
    sha256: String,
    stored: [u32; 2],
    turn: ImageOrientation,
    form: ImageFormat,
    /// The pieces of its colour profile, in order; where the chunks of a PNG hold it, that is left to its decoder.
    #[cfg_attr(
        not(any(feature = "pdf", feature = "preview")),
        expect(dead_code, reason = "without those who draw nobody asks for it")
    )]
    profile: Vec<Range<usize>>,
    bytes: Vec<u8>,
}

/// Equal bytes are equal pictures.
impl PartialEq for SourceImage {
    fn eq(&self, other: &Self) -> bool {
        self.sha256 == other.sha256
    }
}

impl Eq for SourceImage {}

/// What kind of file it is, with what its writers need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImageFormat {
    /// A JPEG.
    Jpeg(JpegHeader),
    /// A PNG.
    Png(PngHeader),
    /// A TIFF.
    Tiff(TiffHeader),
    /// A WebP.
    Webp(WebpHeader),
}

/// What the samples of a picture stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColourModel {
    /// Grey alone.
    Grey,
    /// Red, green, blue.
    Rgb,
    /// Inks.
    Cmyk,
}

impl ColourModel {
    /// Samples of a pixel.
    pub fn channels(self) -> usize {
        match self {
            Self::Grey => 1,
            Self::Rgb => 3,
            Self::Cmyk => 4,
        }
    }
}

/// Why bytes are no picture that can be set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImageError {
    /// There are none.
    Empty,
    /// A kind of file that is not served, by its name.
    UnsupportedFormat(&'static str),
    /// Nothing that is known.
    UnknownFormat,
    /// The file ends before it is complete.
    Truncated,
    /// The file contradicts itself.
    Damaged,
    /// A side without pixels, or longer than any picture for a page.
    BadSize([u32; 2]),
    /// A JPEG of so many bits a sample instead of 8.
    UnsupportedPrecision(u8),
    /// A JPEG of a process that presses and viewers do not know: `lossless`, `arithmetic`, `hierarchical`.
    UnsupportedProcess(&'static str),
    /// A JPEG of so many components instead of 1, 3 or 4.
    UnsupportedComponents(u8),
    /// A kind of file that is served, and what it has that is not.
    UnsupportedFeature(&'static str, &'static str),
}

impl SourceImage {
    /// Reads what the bytes of a picture say of it.
    ///
    /// # Errors
    /// Why they are no picture that can be set.
    pub fn read(bytes: Vec<u8>) -> Result<Self, ImageError> {
        let mut profile = Vec::new();
        let (stored, turn, form) = if bytes.is_empty() {
            return Err(ImageError::Empty);
        } else if bytes.starts_with(&jpeg::START) {
            let (size, turn, jpeg) = jpeg::read(&bytes, &mut profile)?;
            (size, turn, ImageFormat::Jpeg(jpeg))
        } else if bytes.starts_with(&png::START) {
            let (size, png) = png::read(&bytes)?;
            (size, ImageOrientation::default(), ImageFormat::Png(png))
        } else if tiff::STARTS.iter().any(|start| bytes.starts_with(start)) {
            let (size, turn, icc, tiff) = tiff::read(&bytes)?;
            profile.extend(icc);
            (size, turn, ImageFormat::Tiff(tiff))
        } else if webp::is_webp(&bytes) {
            let (size, turn, icc, webp) = webp::read(&bytes)?;
            profile.extend(icc);
            (size, turn, ImageFormat::Webp(webp))
        } else {
            return Err(foreign(&bytes));
        };
        if stored.iter().any(|side| !(1..=SIDE_MOST).contains(side)) {
            return Err(ImageError::BadSize(stored));
        }
        Ok(Self { sha256: sha256_hex(&bytes), stored, turn, form, profile, bytes })
    }

    /// Width and height in pixels as it is seen, turned as its own data asks.
    pub fn size(&self) -> [u32; 2] {
        let [width, height] = self.stored;
        if self.turn.swaps_axes { [height, width] } else { [width, height] }
    }

    /// Width and height in pixels as it is stored.
    pub fn stored_size(&self) -> [u32; 2] {
        self.stored
    }

    /// How it is turned from what is stored to what is seen.
    pub fn orientation(&self) -> ImageOrientation {
        self.turn
    }

    /// What kind of file it is.
    pub fn format(&self) -> &ImageFormat {
        &self.form
    }

    /// What its samples stand for, by its header.
    pub fn colour_model(&self) -> ColourModel {
        match &self.form {
            ImageFormat::Jpeg(JpegHeader { components: 1, .. }) => ColourModel::Grey,
            ImageFormat::Jpeg(JpegHeader { components: 4, .. }) => ColourModel::Cmyk,
            ImageFormat::Png(png) if png.is_grey() => ColourModel::Grey,
            ImageFormat::Jpeg(_) | ImageFormat::Png(_) | ImageFormat::Webp(_) => ColourModel::Rgb,
            ImageFormat::Tiff(tiff) => tiff.colour_model,
        }
    }

    /// Whether it has no colour, by its header.
    pub fn is_grey(&self) -> bool {
        self.colour_model() == ColourModel::Grey
    }

    /// Whether it is a JPEG.
    pub fn is_jpeg(&self) -> bool {
        matches!(self.form, ImageFormat::Jpeg(_))
    }

    /// Whether it is drawn in dots of black and white: fewer of them would spoil it.
    pub fn is_line_art(&self) -> bool {
        match &self.form {
            ImageFormat::Png(png) => png.bit_depth == 1,
            ImageFormat::Tiff(tiff) => tiff.bit_depth == 1,
            ImageFormat::Jpeg(_) | ImageFormat::Webp(_) => false,
        }
    }

    /// The SHA-256 of its bytes, 64 lowercase hexadecimal digits.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// Its bytes as they came.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Bytes of which only the size matters.
    #[cfg(test)]
    pub(crate) fn with_size(bytes: Vec<u8>, stored: [u32; 2]) -> Self {
        let form = ImageFormat::Jpeg(JpegHeader {
            components: 1,
            is_progressive: false,
            adobe_transform: None,
            is_ycc: false,
        });
        let (sha256, profile) = (sha256_hex(&bytes), Vec::new());
        Self { sha256, stored, turn: ImageOrientation::default(), form, profile, bytes }
    }
}

/// The SHA-256 of bytes, 64 lowercase hexadecimal digits.
pub fn sha256_hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Which kind of file it is instead: a clear name helps more than “unknown”.
fn foreign(bytes: &[u8]) -> ImageError {
    const STARTS: [(&[u8], &str); 9] = [
        (b"II+\0", "BigTIFF"),
        (b"MM\0+", "BigTIFF"),
        (b"GIF8", "GIF"),
        (b"BM", "BMP"),
        (b"%PDF", "PDF"),
        (b"%!PS", "PostScript"),
        (b"8BPS", "Photoshop"),
        (b"\0\0\0\x0cjP  ", "JPEG 2000"),
        (b"\xff\x0a", "JPEG XL"),
    ];
    let part = |range: Range<usize>| bytes.get(range).unwrap_or_default();
    if part(4..8) == b"ftyp" {
        return ImageError::UnsupportedFormat("HEIF/AVIF");
    }
    if let Some((_, name)) = STARTS.iter().find(|(start, _)| bytes.starts_with(start)) {
        return ImageError::UnsupportedFormat(name);
    }
    // An SVG may start with a declaration, comments, a byte order mark.
    let head = String::from_utf8_lossy(part(0..bytes.len().min(1024)));
    if head.contains("<svg") {
        ImageError::UnsupportedFormat("SVG")
    } else {
        ImageError::UnknownFormat
    }
}

/// A reader of numbers that knows where the bytes end.
#[derive(Clone, Copy)]
struct ByteReader<'a> {
    rest: &'a [u8],
}

impl<'a> ByteReader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], ImageError> {
        let (head, rest) = self.rest.split_at_checked(count).ok_or(ImageError::Truncated)?;
        self.rest = rest;
        Ok(head)
    }

    fn byte(&mut self) -> Result<u8, ImageError> {
        self.take(1).map(|bytes| bytes[0])
    }

    fn u16(&mut self) -> Result<u16, ImageError> {
        self.take(2).map(|bytes| u16::from_be_bytes([bytes[0], bytes[1]]))
    }

    fn u32(&mut self) -> Result<u32, ImageError> {
        self.take(4).map(|bytes| u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }
}

#[cfg(test)]
mod tests;
