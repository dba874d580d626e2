//! TIFF: the directory of its first page.

use std::ops::Range;

use crate::image::exif::ImageOrientation;
use crate::image::tiff_directory::TiffDirectory;
use crate::image::{ColourModel, ImageError};

/// How a TIFF may start.
pub(crate) const STARTS: [[u8; 4]; 2] = [*b"II*\0", *b"MM\0*"];

/// What a TIFF says of its first page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TiffHeader {
    /// How its pixels are coloured.
    pub colour_model: ColourModel,
    /// Bits of a sample: 1, 8 or 16.
    pub bit_depth: u8,
    /// Samples of a pixel, those beside its colour included.
    pub samples_per_pixel: u16,
    /// What the sample beside its colours has to do with how much of the pixel is there; `None` if nothing.
    pub alpha: Option<AlphaKind>,
    /// Whether each sample has a plane of its own.
    pub is_planar: bool,
}

/// How the share of a pixel that is there goes with its colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlphaKind {
    /// Colours are what they would be if all of it were there.
    Straight,
    /// Colours are multiplied with it.
    Premultiplied,
}

mod field {
    pub(super) const WIDTH: u16 = 256;
    pub(super) const HEIGHT: u16 = 257;
    pub(super) const BITS: u16 = 258;
    pub(super) const COMPRESSION: u16 = 259;
    pub(super) const PHOTOMETRIC: u16 = 262;
    pub(super) const STRIP_OFFSETS: u16 = 273;
    pub(super) const ORIENTATION: u16 = 274;
    pub(super) const SAMPLES: u16 = 277;
    pub(super) const STRIP_BYTES: u16 = 279;
    pub(super) const PLANES: u16 = 284;
    pub(super) const TILE_OFFSETS: u16 = 324;
    pub(super) const TILE_BYTES: u16 = 325;
    pub(super) const INK_SET: u16 = 332;
    pub(super) const EXTRA: u16 = 338;
    pub(super) const FORMAT: u16 = 339;
    pub(super) const PROFILE: u16 = 34_675;
}

/// What was read: size, turn, where its profile is, what it says of itself.
type TiffReading = ([u32; 2], ImageOrientation, Option<Range<usize>>, TiffHeader);

/// Reads the first page.
pub(crate) fn read(bytes: &[u8]) -> Result<TiffReading, ImageError> {
    let page = TiffDirectory::first(bytes).ok_or(ImageError::Truncated)?;
    let number = |field| page.number(field);
    let (Some(width), Some(height)) = (number(field::WIDTH), number(field::HEIGHT)) else {
        return Err(ImageError::Damaged);
    };
    let odd = |what| Err(ImageError::UnsupportedFeature("TIFF", what));
    match number(field::COMPRESSION).unwrap_or(1) {
        1 | 5 | 8 | 32_773 | 32_946 => {}
        2..=4 => return odd("CCITT"),
        6 | 7 => return odd("JPEG"),
        _ => return odd("compression"),
    }
    let colours = match number(field::PHOTOMETRIC) {
        Some(0 | 1) => ColourModel::Grey,
        Some(2) => ColourModel::Rgb,
        Some(3) => return odd("palette"),
        Some(5) if number(field::INK_SET).unwrap_or(1) == 1 => ColourModel::Cmyk,
        Some(5) => return odd("inks"),
        Some(6) => return odd("YCbCr"),
        Some(8..=10) => return odd("Lab"),
        _ => return odd("photometric interpretation"),
    };
    let samples =
        u16::try_from(number(field::SAMPLES).unwrap_or(1)).map_err(|_| ImageError::Damaged)?;
    let Some(beside) = usize::from(samples).checked_sub(colours.channels()) else {
        return Err(ImageError::Damaged);
    };
    let mut depths = page.numbers(field::BITS);
    let depth = depths.next().unwrap_or(1);
    let alone = colours == ColourModel::Grey && samples == 1;
    let known = matches!(depth, 8 | 16) || depth == 1 && alone;
    if !known || depths.any(|other| other != depth) || beside > 1 {
        return odd("samples");
    }
    if page.numbers(field::FORMAT).any(|format| format != 1) {
        return odd("floating point");
    }
    let tiff = TiffHeader {
        colour_model: colours,
        bit_depth: u8::try_from(depth).unwrap_or(u8::MAX),
        samples_per_pixel: samples,
        alpha: match number(field::EXTRA).filter(|_| beside == 1) {
            Some(1) => Some(AlphaKind::Premultiplied),
            Some(2) => Some(AlphaKind::Straight),
            _ => None,
        },
        is_planar: number(field::PLANES) == Some(2) && samples > 1,
    };
    whole(page, bytes.len())?;
    let turn = number(field::ORIENTATION).and_then(|turn| u16::try_from(turn).ok());
    let turn = turn.map_or(ImageOrientation::default(), ImageOrientation::from_exif);
    Ok(([width, height], turn, page.range(field::PROFILE), tiff))
}

/// Whether the strips or tiles are within the file.
fn whole(page: TiffDirectory<'_>, length: usize) -> Result<(), ImageError> {
    let mut some = false;
    for (offsets, counts) in
        [(field::STRIP_OFFSETS, field::STRIP_BYTES), (field::TILE_OFFSETS, field::TILE_BYTES)]
    {
        let counts = page.numbers(counts).map(u64::from);
        for (offset, count) in page.numbers(offsets).map(u64::from).zip(counts) {
            some = true;
            if offset + count > length as u64 {
                return Err(ImageError::Truncated);
            }
        }
    }
    if some { Ok(()) } else { Err(ImageError::Truncated) }
}
