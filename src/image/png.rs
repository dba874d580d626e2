//! PNG: its chunks from start to end.

use std::ops::Range;

use crate::image::{ByteReader, ImageError};

/// How every PNG starts.
pub(crate) const START: [u8; 8] = *b"\x89PNG\r\n\x1a\n";

/// What a PNG says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PngHeader {
    /// How its pixels are coloured.
    pub colour: PngColour,
    /// Bits of a sample: 1, 2, 4, 8 or 16.
    pub bit_depth: u8,
    /// Whether its pixels come in seven passes.
    pub is_interlaced: bool,
    /// Whether something of it may be seen through.
    pub has_transparency: bool,
    /// The colours that pixels name.
    pub palette: Vec<[u8; 3]>,
    /// Where the deflated pixels are in the file.
    pub data_ranges: Vec<Range<usize>>,
}

/// How the pixels of a PNG are coloured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PngColour {
    /// Grey.
    Grey,
    /// Red, green, blue.
    Rgb,
    /// By number from the palette.
    Palette,
    /// Grey and how much of it is there.
    GreyAlpha,
    /// Red, green, blue and how much of them is there.
    RgbAlpha,
}

impl PngHeader {
    /// Whether it has no colour.
    pub(crate) fn is_grey(&self) -> bool {
        match self.colour {
            PngColour::Grey | PngColour::GreyAlpha => true,
            PngColour::Rgb | PngColour::RgbAlpha => false,
            PngColour::Palette => self.palette.iter().all(|[r, g, b]| r == g && g == b),
        }
    }
}

/// Walks the chunks to the end of the picture.
pub(crate) fn read(bytes: &[u8]) -> Result<([u32; 2], PngHeader), ImageError> {
    let mut rest = ByteReader { rest: bytes };
    rest.take(START.len())?;
    let (kind, header) = chunk(&mut rest)?;
    if kind != b"IHDR" {
        return Err(ImageError::Damaged);
    }
    let (size, mut png) = self::header(header)?;
    let mut last = kind;
    loop {
        let (kind, content) = chunk(&mut rest)?;
        match kind {
            b"IEND" => break,
            b"IDAT" => {
                // What makes up the pixels stands together.
                if !png.data_ranges.is_empty() && last != b"IDAT" {
                    return Err(ImageError::Damaged);
                }
                let end = bytes.len() - rest.rest.len() - 4;
                png.data_ranges.push(end - content.len()..end);
            }
            b"PLTE" => {
                let colours = content.chunks_exact(3);
                if !(1..=256).contains(&colours.len()) || !colours.remainder().is_empty() {
                    return Err(ImageError::Damaged);
                }
                png.palette = colours.map(|rgb| [rgb[0], rgb[1], rgb[2]]).collect();
            }
            b"tRNS" => {
                let palette = png.colour == PngColour::Palette;
                png.has_transparency |= !palette || content.iter().any(|alpha| *alpha != 255);
            }
            _ => {}
        }
        last = kind;
    }
    let bare = png.colour == PngColour::Palette && png.palette.is_empty();
    if png.data_ranges.is_empty() || bare { Err(ImageError::Damaged) } else { Ok((size, png)) }
}

fn header(content: &[u8]) -> Result<([u32; 2], PngHeader), ImageError> {
    use PngColour::{Grey, GreyAlpha, Palette, Rgb, RgbAlpha};
    let mut content = ByteReader { rest: content };
    let size = [content.u32()?, content.u32()?];
    let [depth, colour, compression, filter, interlace] = content.take(5)? else {
        return Err(ImageError::Damaged);
    };
    let (colour, depths): (_, &[u8]) = match colour {
        0 => (Grey, &[1, 2, 4, 8, 16]),
        2 => (Rgb, &[8, 16]),
        3 => (Palette, &[1, 2, 4, 8]),
        4 => (GreyAlpha, &[8, 16]),
        6 => (RgbAlpha, &[8, 16]),
        _ => return Err(ImageError::Damaged),
    };
    let known = depths.contains(depth) && [*compression, *filter] == [0, 0] && *interlace < 2;
    if !known || !content.rest.is_empty() {
        return Err(ImageError::Damaged);
    }
    let png = PngHeader {
        colour,
        bit_depth: *depth,
        is_interlaced: *interlace == 1,
        has_transparency: matches!(colour, GreyAlpha | RgbAlpha),
        palette: Vec::new(),
        data_ranges: Vec::new(),
    };
    Ok((size, png))
}

/// The next chunk: its kind and content, whose checksum is right.
fn chunk<'a>(bytes: &mut ByteReader<'a>) -> Result<(&'a [u8], &'a [u8]), ImageError> {
    let length = bytes.u32()?;
    if length > i32::MAX.unsigned_abs() {
        return Err(ImageError::Damaged);
    }
    let length = usize::try_from(length).map_err(|_| ImageError::Damaged)?;
    let summed = *bytes;
    let (kind, content) = (bytes.take(4)?, bytes.take(length)?);
    let sum = bytes.u32()?;
    // A picture that was damaged on its way is better refused than printed.
    if sum == checksum(&summed.rest[..4 + length]) {
        Ok((kind, content))
    } else {
        Err(ImageError::Damaged)
    }
}

/// CRC-32 by byte, as PNG has it.
const TABLE: [u32; 256] = {
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

fn checksum(bytes: &[u8]) -> u32 {
    let step = |sum: u32, byte: &u8| TABLE[usize::from(sum.to_le_bytes()[0] ^ byte)] ^ (sum >> 8);
    !bytes.iter().fold(!0, step)
}
