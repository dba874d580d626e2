//! WebP: its chunks from start to end.

use std::ops::Range;

use crate::image::ImageError;
use crate::image::exif::{self, ImageOrientation};

/// What a WebP says of itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WebpHeader {
    /// Whether something of it may be seen through.
    pub has_transparency: bool,
}

/// Whether bytes start as a WebP does.
pub(crate) fn is_webp(bytes: &[u8]) -> bool {
    bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP")
}

/// What was read: size, turn, where its profile is, what it says of itself.
type WebpReading = ([u32; 2], ImageOrientation, Option<Range<usize>>, WebpHeader);

/// Walks the chunks to the end of the picture.
pub(crate) fn read(bytes: &[u8]) -> Result<WebpReading, ImageError> {
    // What is behind the end that the first chunk names is none of the picture's.
    let end = number(bytes, 4, 4)?.checked_add(8).ok_or(ImageError::Damaged)?;
    let bytes = bytes.get(..end).ok_or(ImageError::Truncated)?;
    let (mut size, mut extended, mut pixels) = (None, None, false);
    let (mut turn, mut profile, mut webp) =
        (ImageOrientation::default(), None, WebpHeader::default());
    let mut at = 12;
    while at < bytes.len() {
        let start = at + 8;
        let kind = bytes.get(at..at + 4).ok_or(ImageError::Truncated)?;
        let length = number(bytes, at + 4, 4)?;
        let chunk = start..start.checked_add(length).ok_or(ImageError::Damaged)?;
        let content = bytes.get(chunk.clone()).ok_or(ImageError::Truncated)?;
        match kind {
            b"VP8X" => {
                let flags = number(content, 0, 1)?;
                if flags & 0x02 != 0 {
                    return Err(ImageError::UnsupportedFeature("WebP", "animation"));
                }
                webp.has_transparency |= flags & 0x10 != 0;
                extended = Some([number(content, 4, 3)? + 1, number(content, 7, 3)? + 1]);
            }
            b"ANIM" | b"ANMF" => return Err(ImageError::UnsupportedFeature("WebP", "animation")),
            b"VP8 " => {
                (size, pixels) = (Some(lossy(content)?), true);
            }
            b"VP8L" => {
                let header = number(content, 1, 4)?;
                webp.has_transparency |= header >> 28 & 1 == 1;
                (size, pixels) = (Some([(header & 0x3fff) + 1, (header >> 14 & 0x3fff) + 1]), true);
            }
            b"ICCP" => profile = Some(chunk),
            b"EXIF" => {
                turn = exif::read_orientation(content.strip_prefix(b"Exif\0\0").unwrap_or(content))
            }
            _ => {}
        }
        at = start + length + length % 2;
    }
    let Some(size) = size.filter(|_| pixels) else { return Err(ImageError::Truncated) };
    if extended.is_some_and(|canvas| canvas != size) {
        return Err(ImageError::Damaged);
    }
    let size = size.map(|side| u32::try_from(side).unwrap_or(u32::MAX));
    Ok((size, turn, profile, webp))
}

/// The size that a key frame starts with.
fn lossy(content: &[u8]) -> Result<[usize; 2], ImageError> {
    if content.get(3..6) != Some(&[0x9d, 0x01, 0x2a]) {
        return Err(ImageError::Damaged);
    }
    // The upper bits say how a viewer may enlarge it.
    Ok([number(content, 6, 2)? & 0x3fff, number(content, 8, 2)? & 0x3fff])
}

/// The number of so many bytes at a place, least first.
fn number(bytes: &[u8], at: usize, width: usize) -> Result<usize, ImageError> {
    let bytes = bytes.get(at..at + width).ok_or(ImageError::Truncated)?;
    Ok(bytes.iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte)))
}
