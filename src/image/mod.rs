//! Pictures as they came: what their bytes say of them.
//!
//! In: the bytes of a JPEG, PNG, TIFF or WebP. Out: an [`Image`], of which size, colours and orientation are known, or a
//! [`Fault`]. Reading looks at headers and at how the file is put together, never at pixels; those are decoded only
//! for who draws them, behind the features that do. Nothing here knows of records or pages.

#[cfg(any(feature = "pdf", feature = "preview"))]
mod decode;
mod directory;
mod exif;
mod jpeg;
mod pictures;
mod png;
mod tiff;
mod webp;

use std::ops::Range;

use sha2::{Digest, Sha256};

#[cfg(any(feature = "pdf", feature = "preview"))]
pub use crate::image::decode::Samples;
pub use crate::image::exif::Turn;
pub use crate::image::jpeg::Jpeg;
pub use crate::image::pictures::Pictures;
pub use crate::image::png::{Png, PngColour};
pub use crate::image::tiff::{Cover, Tiff};
pub use crate::image::webp::Webp;

/// Pixels along a side: a JPEG cannot have more, and no other picture for a page does.
const SIDE_MOST: u32 = 65_535;

/// A picture whose bytes were read as far as its size.
#[derive(Clone, Debug)]
pub struct Image {
    sha256: String,
    stored: [u32; 2],
    turn: Turn,
    form: Form,
    /// The pieces of its colour profile, in order; where the chunks of a PNG hold it, that is left to its decoder.
    #[cfg_attr(
        not(any(feature = "pdf", feature = "preview")),
        expect(dead_code, reason = "without those who draw nobody asks for it")
    )]
    profile: Vec<Range<usize>>,
    bytes: Vec<u8>,
}

/// Equal bytes are equal pictures.
impl PartialEq for Image {
    fn eq(&self, other: &Self) -> bool {
        self.sha256 == other.sha256
    }
}

impl Eq for Image {}

/// What kind of file it is, with what its writers need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Form {
    /// A JPEG.
    Jpeg(Jpeg),
    /// A PNG.
    Png(Png),
    /// A TIFF.
    Tiff(Tiff),
    /// A WebP.
    Webp(Webp),
}

/// What the samples of a picture stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colours {
    /// Grey alone.
    Grey,
    /// Red, green, blue.
    Rgb,
    /// Inks.
    Cmyk,
}

impl Colours {
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
pub enum Fault {
    /// There are none.
    Empty,
    /// A kind of file that is not served, by its name.
    Foreign(&'static str),
    /// Nothing that is known.
    Unknown,
    /// The file ends before it is complete.
    Truncated,
    /// The file contradicts itself.
    Damaged,
    /// A side without pixels, or longer than any picture for a page.
    Size([u32; 2]),
    /// A JPEG of so many bits a sample instead of 8.
    Precision(u8),
    /// A JPEG of a process that presses and viewers do not know: `lossless`, `arithmetic`, `hierarchical`.
    Process(&'static str),
    /// A JPEG of so many components instead of 1, 3 or 4.
    Components(u8),
    /// A kind of file that is served, and what it has that is not.
    Variant(&'static str, &'static str),
}

impl Image {
    /// Reads what the bytes of a picture say of it.
    ///
    /// # Errors
    /// Why they are no picture that can be set.
    pub fn read(bytes: Vec<u8>) -> Result<Self, Fault> {
        let mut profile = Vec::new();
        let (stored, turn, form) = if bytes.is_empty() {
            return Err(Fault::Empty);
        } else if bytes.starts_with(&jpeg::START) {
            let (size, turn, jpeg) = jpeg::read(&bytes, &mut profile)?;
            (size, turn, Form::Jpeg(jpeg))
        } else if bytes.starts_with(&png::START) {
            let (size, png) = png::read(&bytes)?;
            (size, Turn::default(), Form::Png(png))
        } else if tiff::STARTS.iter().any(|start| bytes.starts_with(start)) {
            let (size, turn, icc, tiff) = tiff::read(&bytes)?;
            profile.extend(icc);
            (size, turn, Form::Tiff(tiff))
        } else if webp::is_webp(&bytes) {
            let (size, turn, icc, webp) = webp::read(&bytes)?;
            profile.extend(icc);
            (size, turn, Form::Webp(webp))
        } else {
            return Err(foreign(&bytes));
        };
        if stored.iter().any(|side| !(1..=SIDE_MOST).contains(side)) {
            return Err(Fault::Size(stored));
        }
        Ok(Self { sha256: sha256(&bytes), stored, turn, form, profile, bytes })
    }

    /// Width and height in pixels as it is seen, turned as its own data asks.
    pub fn size(&self) -> [u32; 2] {
        let [width, height] = self.stored;
        if self.turn.swap { [height, width] } else { [width, height] }
    }

    /// Width and height in pixels as it is stored.
    pub fn stored(&self) -> [u32; 2] {
        self.stored
    }

    /// How it is turned from what is stored to what is seen.
    pub fn turn(&self) -> Turn {
        self.turn
    }

    /// What kind of file it is.
    pub fn form(&self) -> &Form {
        &self.form
    }

    /// What its samples stand for, by its header.
    pub fn colours(&self) -> Colours {
        match &self.form {
            Form::Jpeg(Jpeg { components: 1, .. }) => Colours::Grey,
            Form::Jpeg(Jpeg { components: 4, .. }) => Colours::Cmyk,
            Form::Png(png) if png.is_grey() => Colours::Grey,
            Form::Jpeg(_) | Form::Png(_) | Form::Webp(_) => Colours::Rgb,
            Form::Tiff(tiff) => tiff.colours,
        }
    }

    /// Whether it has no colour, by its header.
    pub fn is_grey(&self) -> bool {
        self.colours() == Colours::Grey
    }

    /// Whether it is a JPEG.
    pub fn is_jpeg(&self) -> bool {
        matches!(self.form, Form::Jpeg(_))
    }

    /// Whether it is drawn in dots of black and white: fewer of them would spoil it.
    pub fn is_line_art(&self) -> bool {
        match &self.form {
            Form::Png(png) => png.depth == 1,
            Form::Tiff(tiff) => tiff.depth == 1,
            Form::Jpeg(_) | Form::Webp(_) => false,
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
    pub(crate) fn sized(bytes: Vec<u8>, stored: [u32; 2]) -> Self {
        let form = Form::Jpeg(Jpeg { components: 1, progressive: false, adobe: None, ycc: false });
        let (sha256, profile) = (sha256(&bytes), Vec::new());
        Self { sha256, stored, turn: Turn::default(), form, profile, bytes }
    }
}

/// The SHA-256 of bytes, 64 lowercase hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Which kind of file it is instead: a clear name helps more than “unknown”.
fn foreign(bytes: &[u8]) -> Fault {
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
        return Fault::Foreign("HEIF/AVIF");
    }
    if let Some((_, name)) = STARTS.iter().find(|(start, _)| bytes.starts_with(start)) {
        return Fault::Foreign(name);
    }
    // An SVG may start with a declaration, comments, a byte order mark.
    let head = String::from_utf8_lossy(part(0..bytes.len().min(1024)));
    if head.contains("<svg") { Fault::Foreign("SVG") } else { Fault::Unknown }
}

/// A reader of numbers that knows where the bytes end.
#[derive(Clone, Copy)]
struct Bytes<'a> {
    rest: &'a [u8],
}

impl<'a> Bytes<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], Fault> {
        let (head, rest) = self.rest.split_at_checked(count).ok_or(Fault::Truncated)?;
        self.rest = rest;
        Ok(head)
    }

    fn byte(&mut self) -> Result<u8, Fault> {
        self.take(1).map(|bytes| bytes[0])
    }

    fn u16(&mut self) -> Result<u16, Fault> {
        self.take(2).map(|bytes| u16::from_be_bytes([bytes[0], bytes[1]]))
    }

    fn u32(&mut self) -> Result<u32, Fault> {
        self.take(4).map(|bytes| u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]))
    }
}

#[cfg(test)]
mod tests;
