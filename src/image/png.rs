//! PNG headers: the chunks from start to end.

use std::ops::Range;

use crate::image::byte_reader::ByteReader;
use crate::image::error::ImageError;
use crate::image::exif::ImageOrientation;
use crate::image::header::ReadHeader;

/// Bytes at the start of every PNG.
pub(crate) const SIGNATURE: [u8; 8] = *b"\x89PNG\r\n\x1a\n";

/// Header of a PNG.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PngHeader {
    /// Colour type.
    pub colour: PngColour,
    /// Bits per sample: 1, 2, 4, 8 or 16.
    pub bit_depth: u8,
    /// True if the pixels are stored in seven passes.
    pub is_interlaced: bool,
    /// True if some pixels may be transparent.
    pub has_transparency: bool,
    /// Colours of the palette, empty if there is none.
    pub palette: Vec<[u8; 3]>,
    /// Byte ranges of the deflated pixels in the file.
    pub data_ranges: Vec<Range<usize>>,
}

/// Colour type of a PNG.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PngColour {
    /// Grey.
    Grey,
    /// Red, green, blue.
    Rgb,
    /// Index into the palette.
    Palette,
    /// Grey and alpha.
    GreyAlpha,
    /// Red, green, blue and alpha.
    RgbAlpha,
}

impl PngHeader {
    /// True if it has no colour.
    pub(crate) fn is_grey(&self) -> bool {
        match self.colour {
            PngColour::Grey | PngColour::GreyAlpha => true,
            PngColour::Rgb | PngColour::RgbAlpha => false,
            PngColour::Palette => self.palette.iter().all(|[r, g, b]| r == g && g == b),
        }
    }
}

/// Reads all chunks to the end of the picture. The profile is left to the decoder.
///
/// # Errors
/// The file is truncated or damaged.
pub(crate) fn read_header(bytes: &[u8]) -> Result<ReadHeader<PngHeader>, ImageError> {
    let mut reader = ByteReader { rest: bytes };
    reader.take(SIGNATURE.len())?;
    let (kind, content) = next_chunk(&mut reader)?;
    if kind != b"IHDR" {
        return Err(ImageError::Damaged);
    }
    let (size, mut header) = parse_ihdr(content)?;
    let mut previous_kind = kind;
    loop {
        let (kind, content) = next_chunk(&mut reader)?;
        match kind {
            b"IEND" => break,
            b"IDAT" => {
                // The chunks of pixel data must be consecutive.
                if !header.data_ranges.is_empty() && previous_kind != b"IDAT" {
                    return Err(ImageError::Damaged);
                }
                // The checksum, four bytes, follows the content.
                // The reader is past the checksum: counted back from there.
                let end = bytes.len() - reader.rest.len() - 4;
                header.data_ranges.push(end - content.len()..end);
            }
            b"PLTE" => {
                let colours = content.chunks_exact(3);
                if !(1..=256).contains(&colours.len()) || !colours.remainder().is_empty() {
                    return Err(ImageError::Damaged);
                }
                header.palette = colours.map(|rgb| [rgb[0], rgb[1], rgb[2]]).collect();
            }
            b"tRNS" => {
                let has_palette = header.colour == PngColour::Palette;
                // In a palette some entries may be listed as opaque; a colour key is always
                // transparent.
                header.has_transparency |=
                    !has_palette || content.iter().any(|alpha| *alpha != 255);
            }
            _ => {}
        }
        previous_kind = kind;
    }
    // Checked after the loop, because the palette may come anywhere before the pixels.
    let lacks_palette = header.colour == PngColour::Palette && header.palette.is_empty();
    if header.data_ranges.is_empty() || lacks_palette {
        return Err(ImageError::Damaged);
    }
    let orientation = ImageOrientation::default();
    Ok(ReadHeader { size, orientation, profile_ranges: Vec::new(), header })
}

/// Reads the content of the first chunk: width and height, and a header without palette and data.
fn parse_ihdr(content: &[u8]) -> Result<([u32; 2], PngHeader), ImageError> {
    use PngColour::{Grey, GreyAlpha, Palette, Rgb, RgbAlpha};
    let mut content = ByteReader { rest: content };
    let size = [content.u32()?, content.u32()?];
    let [bit_depth, colour, compression, filter, interlace] = content.take(5)? else {
        return Err(ImageError::Damaged);
    };
    let (colour, bit_depths): (_, &[u8]) = match colour {
        0 => (Grey, &[1, 2, 4, 8, 16]),
        2 => (Rgb, &[8, 16]),
        3 => (Palette, &[1, 2, 4, 8]),
        4 => (GreyAlpha, &[8, 16]),
        6 => (RgbAlpha, &[8, 16]),
        _ => return Err(ImageError::Damaged),
    };
    let is_valid =
        bit_depths.contains(bit_depth) && [*compression, *filter] == [0, 0] && *interlace < 2;
    if !is_valid || !content.rest.is_empty() {
        return Err(ImageError::Damaged);
    }
    let header = PngHeader {
        colour,
        bit_depth: *bit_depth,
        is_interlaced: *interlace == 1,
        has_transparency: matches!(colour, GreyAlpha | RgbAlpha),
        palette: Vec::new(),
        data_ranges: Vec::new(),
    };
    Ok((size, header))
}

/// Reads the next chunk: its type and content. `Err` if its checksum is wrong.
fn next_chunk<'a>(bytes: &mut ByteReader<'a>) -> Result<(&'a [u8], &'a [u8]), ImageError> {
    let length = bytes.u32()?;
    // The specification allows no longer chunk; such a length is damage.
    if length > i32::MAX.unsigned_abs() {
        return Err(ImageError::Damaged);
    }
    let length = usize::try_from(length).map_err(|_| ImageError::Damaged)?;
    // The checksum covers type and content.
    let covered = *bytes;
    let (kind, content) = (bytes.take(4)?, bytes.take(length)?);
    let checksum = bytes.u32()?;
    // Better to reject a picture damaged in transit than to print it.
    if checksum == crc32(&covered.rest[..4 + length]) {
        Ok((kind, content))
    } else {
        Err(ImageError::Damaged)
    }
}

/// CRC-32 of each byte value, as in the PNG specification.
const CRC_TABLE: [u32; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut value = byte;
        let mut bit = 0;
        while bit < 8 {
            value = if value & 1 == 1 { 0xedb8_8320 ^ (value >> 1) } else { value >> 1 };
            bit += 1;
        }
        table[byte as usize] = value;
        byte += 1;
    }
    table
};

/// Returns the CRC-32 of bytes.
fn crc32(bytes: &[u8]) -> u32 {
    let step =
        |crc: u32, byte: &u8| CRC_TABLE[usize::from(crc.to_le_bytes()[0] ^ byte)] ^ (crc >> 8);
    !bytes.iter().fold(!0, step)
}
