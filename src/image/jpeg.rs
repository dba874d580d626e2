//! JPEG: its segments from start to end.

use std::ops::Range;

use crate::image::exif::{self, ImageOrientation};
use crate::image::{ByteReader, ImageError};

/// How every JPEG starts.
pub(crate) const START: [u8; 3] = [0xff, 0xd8, 0xff];

/// What a JPEG says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JpegHeader {
    /// 1 grey, 3 in colour, 4 CMYK.
    pub components: u8,
    /// Whether it comes in several scans.
    pub is_progressive: bool,
    /// The transform that an Adobe marker names.
    pub adobe_transform: Option<u8>,
    /// Whether its first three components are luminance and chrominance (YCbCr, YCCK).
    pub is_ycc: bool,
}

impl JpegHeader {
    /// Whether 0 is full ink: Adobe's programs store CMYK so, and say that they wrote the file.
    pub fn is_inverted(&self) -> bool {
        self.components == 4 && self.adobe_transform.is_some()
    }
}

/// What was met on the way through the segments.
#[derive(Default)]
struct JpegSegments {
    frame: Option<JpegFrame>,
    scans: usize,
    jfif: bool,
    adobe: Option<u8>,
    turn: Option<ImageOrientation>,
    /// The pieces of a colour profile with their numbers.
    profile: Vec<(u8, Range<usize>)>,
}

struct JpegFrame {
    progressive: bool,
    size: [u32; 2],
    ids: Vec<u8>,
}

/// Walks the segments to the end of the picture; gives where the pieces of its colour profile are as well.
pub(crate) fn read(
    whole: &[u8],
    profile: &mut Vec<Range<usize>>,
) -> Result<([u32; 2], ImageOrientation, JpegHeader), ImageError> {
    let mut bytes = ByteReader { rest: whole };
    let mut seen = JpegSegments::default();
    bytes.take(2)?;
    loop {
        match marker(&mut bytes)? {
            0xd9 => break,
            0x01 | 0xd0..=0xd7 => {}
            // The start of another picture within this one; a byte of no segment.
            0xd8 | 0x00 => return Err(ImageError::Damaged),
            marker => {
                let length = usize::from(bytes.u16()?).checked_sub(2).ok_or(ImageError::Damaged)?;
                let content = bytes.take(length)?;
                seen.segment(marker, content, whole.len() - bytes.rest.len())?;
                if marker == 0xda {
                    skip_scan(&mut bytes);
                }
            }
        }
    }
    let Some(frame) = seen.frame.filter(|_| seen.scans > 0) else {
        return Err(ImageError::Damaged);
    };
    let components = u8::try_from(frame.ids.len()).map_err(|_| ImageError::Damaged)?;
    let ycc = match (components, seen.adobe) {
        (3, Some(transform)) => transform != 0,
        // Without an Adobe marker the names of the components tell, as libjpeg reads them.
        (3, None) => seen.jfif || frame.ids != *b"RGB",
        (4, transform) => transform == Some(2),
        _ => false,
    };
    let jpeg = JpegHeader {
        components,
        is_progressive: frame.progressive,
        adobe_transform: seen.adobe,
        is_ycc: ycc,
    };
    seen.profile.sort_by_key(|(number, _)| *number);
    profile.extend(seen.profile.into_iter().map(|(_, range)| range));
    Ok((frame.size, seen.turn.unwrap_or_default(), jpeg))
}

/// The next marker, behind any fill bytes.
fn marker(bytes: &mut ByteReader<'_>) -> Result<u8, ImageError> {
    if bytes.byte()? != 0xff {
        return Err(ImageError::Damaged);
    }
    loop {
        let byte = bytes.byte()?;
        if byte != 0xff {
            return Ok(byte);
        }
    }
}

/// Goes on to the marker that ends a scan: one that is neither a stuffed byte nor a restart.
fn skip_scan(bytes: &mut ByteReader<'_>) {
    let mut at = 0;
    while let Some(found) = bytes.rest[at..].iter().position(|byte| *byte == 0xff) {
        at += found;
        match bytes.rest.get(at + 1) {
            Some(0x00 | 0xd0..=0xd7) => at += 2,
            Some(0xff) => at += 1,
            Some(_) => break,
            None => at = bytes.rest.len(),
        }
    }
    let end = if bytes.rest.get(at) == Some(&0xff) { at } else { bytes.rest.len() };
    bytes.rest = &bytes.rest[end..];
}

impl JpegSegments {
    /// Takes note of a segment that ends at a place of the file.
    fn segment(&mut self, marker: u8, content: &[u8], end: usize) -> Result<(), ImageError> {
        match marker {
            0xc0..=0xc2 => {
                let frame = frame(marker == 0xc2, content)?;
                if self.frame.replace(frame).is_some() {
                    return Err(ImageError::Damaged);
                }
            }
            0xc3 => return Err(ImageError::UnsupportedProcess("lossless")),
            0xc5..=0xc7 => return Err(ImageError::UnsupportedProcess("hierarchical")),
            0xc9..=0xcf => return Err(ImageError::UnsupportedProcess("arithmetic")),
            0xda if self.frame.is_none() => return Err(ImageError::Damaged),
            0xda => self.scans += 1,
            0xe0 => self.jfif |= content.starts_with(b"JFIF\0"),
            0xe1 => {
                if let Some(tiff) = content.strip_prefix(b"Exif\0\0") {
                    self.turn.get_or_insert(exif::read_orientation(tiff));
                }
            }
            0xe2 => {
                // Number and count of the pieces stand before each.
                if let Some([number, _, piece @ ..]) = content.strip_prefix(b"ICC_PROFILE\0") {
                    self.profile.push((*number, end - piece.len()..end));
                }
            }
            0xee if content.starts_with(b"Adobe") => self.adobe = content.get(11).copied(),
            _ => {}
        }
        Ok(())
    }
}

fn frame(progressive: bool, content: &[u8]) -> Result<JpegFrame, ImageError> {
    let mut content = ByteReader { rest: content };
    // A segment that is too short for what it holds is no end of the file.
    let damaged = |_| ImageError::Damaged;
    let precision = content.byte().map_err(damaged)?;
    let (height, width) = (content.u16().map_err(damaged)?, content.u16().map_err(damaged)?);
    let count = content.byte().map_err(damaged)?;
    if precision != 8 {
        return Err(ImageError::UnsupportedPrecision(precision));
    }
    if !matches!(count, 1 | 3 | 4) {
        return Err(ImageError::UnsupportedComponents(count));
    }
    let ids = content.take(3 * usize::from(count)).map_err(damaged)?;
    let ids = ids.chunks(3).map(|component| component[0]).collect();
    Ok(JpegFrame { progressive, size: [u32::from(width), u32::from(height)], ids })
}
