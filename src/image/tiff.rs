//! TIFF headers: the directory of the first page.

use crate::image::colour_model::ColourModel;
use crate::image::error::ImageError;
use crate::image::exif::ImageOrientation;
use crate::image::header::ReadHeader;
use crate::image::tiff_directory::TiffDirectory;

/// Bytes at the start of a TIFF, by byte order.
pub(crate) const SIGNATURES: [[u8; 4]; 2] = [*b"II*\0", *b"MM\0*"];

/// Header of the first page of a TIFF.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TiffHeader {
    /// Meaning of the colour samples.
    pub colour_model: ColourModel,
    /// Bits per sample: 1, 8 or 16.
    pub bit_depth: u8,
    /// Samples per pixel, extra samples included.
    pub samples_per_pixel: u16,
    /// Kind of the extra sample if it is alpha. `None` if there is no extra sample or it is
    /// something else.
    pub alpha: Option<AlphaKind>,
    /// True if each sample has a plane of its own.
    pub is_planar: bool,
}

/// Relation of alpha to the colours of a pixel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AlphaKind {
    /// Colours are stored as if the pixel were opaque.
    Straight,
    /// Colours are multiplied by alpha.
    Premultiplied,
}

/// Numbers of the fields read here.
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

/// Reads the directory of the first page.
///
/// # Errors
/// The file is truncated or damaged, or uses a feature that is not supported.
pub(crate) fn read_header(bytes: &[u8]) -> Result<ReadHeader<TiffHeader>, ImageError> {
    let page = TiffDirectory::read_first(bytes).ok_or(ImageError::Truncated)?;
    let number = |field| page.number(field);
    let (Some(width), Some(height)) = (number(field::WIDTH), number(field::HEIGHT)) else {
        return Err(ImageError::Damaged);
    };
    let unsupported = |feature| Err(ImageError::UnsupportedFeature("TIFF", feature));
    // None, LZW, Deflate, PackBits and Deflate by its old number.
    match number(field::COMPRESSION).unwrap_or(1) {
        1 | 5 | 8 | 32_773 | 32_946 => {}
        2..=4 => return unsupported("CCITT"),
        6 | 7 => return unsupported("JPEG"),
        _ => return unsupported("compression"),
    }
    let colour_model = match number(field::PHOTOMETRIC) {
        Some(0 | 1) => ColourModel::Grey,
        Some(2) => ColourModel::Rgb,
        Some(3) => return unsupported("palette"),
        // Ink set 1 is CMYK; others would need names of inks.
        Some(5) if number(field::INK_SET).unwrap_or(1) == 1 => ColourModel::Cmyk,
        Some(5) => return unsupported("inks"),
        Some(6) => return unsupported("YCbCr"),
        Some(8..=10) => return unsupported("Lab"),
        _ => return unsupported("photometric interpretation"),
    };
    let samples_per_pixel =
        u16::try_from(number(field::SAMPLES).unwrap_or(1)).map_err(|_| ImageError::Damaged)?;
    let colour_samples = colour_model.channels();
    let Some(extra_samples) = usize::from(samples_per_pixel).checked_sub(colour_samples) else {
        return Err(ImageError::Damaged);
    };
    let mut depths = page.numbers(field::BITS);
    let depth = depths.next().unwrap_or(1);
    let is_bitmap = colour_model == ColourModel::Grey && samples_per_pixel == 1;
    // One bit is decoded for line art only.
    let is_supported = matches!(depth, 8 | 16) || depth == 1 && is_bitmap;
    if !is_supported || depths.any(|other| other != depth) || extra_samples > 1 {
        return unsupported("samples");
    }
    if page.numbers(field::FORMAT).any(|format| format != 1) {
        return unsupported("floating point");
    }
    let header = TiffHeader {
        colour_model,
        bit_depth: u8::try_from(depth).unwrap_or(u8::MAX),
        samples_per_pixel,
        // 1 is alpha multiplied into the colours, 2 is plain alpha; 0 and missing are no alpha.
        alpha: match number(field::EXTRA).filter(|_| extra_samples == 1) {
            Some(1) => Some(AlphaKind::Premultiplied),
            Some(2) => Some(AlphaKind::Straight),
            _ => None,
        },
        is_planar: number(field::PLANES) == Some(2) && samples_per_pixel > 1,
    };
    check_strips_and_tiles(page, bytes.len())?;
    let orientation = number(field::ORIENTATION).and_then(|number| u16::try_from(number).ok());
    Ok(ReadHeader {
        size: [width, height],
        orientation: orientation.map_or(ImageOrientation::default(), ImageOrientation::from_exif),
        profile_ranges: page.field_range(field::PROFILE).into_iter().collect(),
        header,
    })
}

/// Checks that all strips and tiles are within the file, and that there are any.
fn check_strips_and_tiles(page: TiffDirectory<'_>, length: usize) -> Result<(), ImageError> {
    let mut has_any = false;
    for (offsets, counts) in
        [(field::STRIP_OFFSETS, field::STRIP_BYTES), (field::TILE_OFFSETS, field::TILE_BYTES)]
    {
        let counts = page.numbers(counts).map(u64::from);
        for (offset, count) in page.numbers(offsets).map(u64::from).zip(counts) {
            has_any = true;
            // 64 bits hold the sum of two numbers of 32 bits.
            if offset + count > length as u64 {
                return Err(ImageError::Truncated);
            }
        }
    }
    if has_any { Ok(()) } else { Err(ImageError::Truncated) }
}
