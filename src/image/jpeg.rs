//! JPEG headers: the segments from start to end.

use std::ops::Range;

use crate::image::byte_reader::ByteReader;
use crate::image::error::ImageError;
use crate::image::exif::{self, ImageOrientation};
use crate::image::header::ReadHeader;

/// Bytes at the start of every JPEG.
pub(crate) const SIGNATURE: [u8; 3] = [0xff, 0xd8, 0xff];

/// Header of a JPEG.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JpegHeader {
    /// Number of components: 1 grey, 3 colour, 4 CMYK.
    pub components: u8,
    /// True if the picture is coded in several scans.
    pub is_progressive: bool,
    /// Transform named by an Adobe marker, if there is one.
    pub adobe_transform: Option<u8>,
    /// True if the first three components are luminance and chrominance (YCbCr, YCCK).
    pub is_ycc: bool,
}

impl JpegHeader {
    /// True if 0 is full ink: Adobe's programs store CMYK so, and mark their files.
    pub fn is_inverted(&self) -> bool {
        self.components == 4 && self.adobe_transform.is_some()
    }
}

/// Contents of the segments read so far.
#[derive(Default)]
struct JpegSegments {
    frame: Option<JpegFrame>,
    scan_count: usize,
    has_jfif: bool,
    adobe_transform: Option<u8>,
    orientation: Option<ImageOrientation>,
    /// Pieces of the colour profile: number and byte range.
    profile_pieces: Vec<(u8, Range<usize>)>,
}

/// Contents of the frame header.
struct JpegFrame {
    is_progressive: bool,
    size: [u32; 2],
    component_ids: Vec<u8>,
}

/// Reads all segments to the end of the picture.
///
/// # Errors
/// The file is truncated or damaged, or of a kind that is not supported.
pub(crate) fn read_header(file: &[u8]) -> Result<ReadHeader<JpegHeader>, ImageError> {
    let mut bytes = ByteReader { rest: file };
    let mut segments = JpegSegments::default();
    bytes.take(2)?;
    loop {
        match next_marker(&mut bytes)? {
            0xd9 => break,
            // Markers without content.
            0x01 | 0xd0..=0xd7 => {}
            // The start of another picture inside this one, or a byte outside any segment.
            0xd8 | 0x00 => return Err(ImageError::Damaged),
            marker => {
                let length = usize::from(bytes.u16()?).checked_sub(2).ok_or(ImageError::Damaged)?;
                let content = bytes.take(length)?;
                segments.record_segment(marker, content, file.len() - bytes.rest.len())?;
                if marker == 0xda {
                    skip_scan(&mut bytes);
                }
            }
        }
    }
    // A file without a frame or a scan shows nothing, even if it ends properly.
    let Some(frame) = segments.frame.filter(|_| segments.scan_count > 0) else {
        return Err(ImageError::Damaged);
    };
    let components = u8::try_from(frame.component_ids.len()).map_err(|_| ImageError::Damaged)?;
    let is_ycc = match (components, segments.adobe_transform) {
        (3, Some(transform)) => transform != 0,
        // Without an Adobe marker the ids of the components decide, as in libjpeg.
        (3, None) => segments.has_jfif || frame.component_ids != *b"RGB",
        // Transform 2 is YCCK, 0 is CMYK. Without a marker the samples are CMYK.
        (4, transform) => transform == Some(2),
        _ => false,
    };
    // Pieces may come in any order; their numbers tell how they join.
    segments.profile_pieces.sort_by_key(|(number, _)| *number);
    Ok(ReadHeader {
        size: frame.size,
        orientation: segments.orientation.unwrap_or_default(),
        profile_ranges: segments.profile_pieces.into_iter().map(|(_, range)| range).collect(),
        header: JpegHeader {
            components,
            is_progressive: frame.is_progressive,
            adobe_transform: segments.adobe_transform,
            is_ycc,
        },
    })
}

/// Reads the next marker, after any fill bytes.
fn next_marker(bytes: &mut ByteReader<'_>) -> Result<u8, ImageError> {
    if bytes.byte()? != 0xff {
        return Err(ImageError::Damaged);
    }
    loop {
        let byte = bytes.byte()?;
        // Any number of fill bytes 0xff may stand before the marker.
        if byte != 0xff {
            return Ok(byte);
        }
    }
}

/// Skips to the marker that ends a scan: one that is neither a stuffed byte nor a restart.
fn skip_scan(bytes: &mut ByteReader<'_>) {
    let mut offset = 0;
    while let Some(distance) = bytes.rest[offset..].iter().position(|byte| *byte == 0xff) {
        offset += distance;
        match bytes.rest.get(offset + 1) {
            // 0x00 is stuffed after a sample byte 0xff; 0xd0 to 0xd7 restart the decoder inside the
            // scan.
            Some(0x00 | 0xd0..=0xd7) => offset += 2,
            // A fill byte: the marker may begin with the next 0xff.
            Some(0xff) => offset += 1,
            Some(_) => break,
            // The file ends in the scan; the missing end marker is reported by the caller.
            None => offset = bytes.rest.len(),
        }
    }
    let end = if bytes.rest.get(offset) == Some(&0xff) { offset } else { bytes.rest.len() };
    bytes.rest = &bytes.rest[end..];
}

impl JpegSegments {
    /// Records a segment that ends at offset `end` of the file.
    fn record_segment(&mut self, marker: u8, content: &[u8], end: usize) -> Result<(), ImageError> {
        match marker {
            // Baseline, extended sequential and progressive.
            0xc0..=0xc2 => {
                let frame = read_frame(marker, content)?;
                // One picture has one frame.
                if self.frame.replace(frame).is_some() {
                    return Err(ImageError::Damaged);
                }
            }
            0xc3 => return Err(ImageError::UnsupportedProcess("lossless")),
            0xc5..=0xc7 => return Err(ImageError::UnsupportedProcess("hierarchical")),
            0xc9..=0xcf => return Err(ImageError::UnsupportedProcess("arithmetic")),
            0xda if self.frame.is_none() => return Err(ImageError::Damaged),
            0xda => self.scan_count += 1,
            0xe0 => self.has_jfif |= content.starts_with(b"JFIF\0"),
            0xe1 => {
                if let Some(tiff) = content.strip_prefix(b"Exif\0\0") {
                    // Of several EXIF segments the first counts.
                    self.orientation.get_or_insert(exif::read_orientation(tiff));
                }
            }
            0xe2 => {
                // Each piece begins with its number and the number of pieces.
                if let Some([number, _, piece @ ..]) = content.strip_prefix(b"ICC_PROFILE\0") {
                    self.profile_pieces.push((*number, end - piece.len()..end));
                }
            }
            0xee if content.starts_with(b"Adobe") => {
                self.adobe_transform = content.get(11).copied();
            }
            _ => {}
        }
        Ok(())
    }
}

/// Reads the frame header that follows marker 0xc0, 0xc1 or 0xc2.
fn read_frame(marker: u8, content: &[u8]) -> Result<JpegFrame, ImageError> {
    let mut content = ByteReader { rest: content };
    // A segment too short for its content is damage, not the end of the file.
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
    let components = content.take(3 * usize::from(count)).map_err(damaged)?;
    Ok(JpegFrame {
        is_progressive: marker == 0xc2,
        size: [u32::from(width), u32::from(height)],
        component_ids: components.chunks(3).map(|component| component[0]).collect(),
    })
}
