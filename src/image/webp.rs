//! WebP headers: the chunks from start to end.

use crate::image::error::ImageError;
use crate::image::exif::{self, ImageOrientation};
use crate::image::header::ReadHeader;

/// Header of a WebP.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WebpHeader {
    /// True if some pixels may be transparent.
    pub has_transparency: bool,
}

/// True if bytes begin like a WebP.
pub(crate) fn is_webp(bytes: &[u8]) -> bool {
    bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP")
}

/// Reads all chunks to the end of the picture.
///
/// # Errors
/// The file is truncated or damaged, or uses a feature that is not supported.
pub(crate) fn read_header(bytes: &[u8]) -> Result<ReadHeader<WebpHeader>, ImageError> {
    // Bytes after the end that the first chunk states are not part of the picture.
    let end = number_at(bytes, 4, 4)?.checked_add(8).ok_or(ImageError::Damaged)?;
    let bytes = bytes.get(..end).ok_or(ImageError::Truncated)?;
    // The size is stated by the pixel chunk, and in the extended format by `VP8X` as well.
    let (mut pixel_size, mut canvas_size) = (None, None);
    let (mut orientation, mut profile) = (ImageOrientation::default(), None);
    let mut header = WebpHeader::default();
    let mut offset = 12;
    while offset < bytes.len() {
        let start = offset + 8;
        let kind = bytes.get(offset..offset + 4).ok_or(ImageError::Truncated)?;
        let length = number_at(bytes, offset + 4, 4)?;
        let chunk = start..start.checked_add(length).ok_or(ImageError::Damaged)?;
        let content = bytes.get(chunk.clone()).ok_or(ImageError::Truncated)?;
        match kind {
            b"VP8X" => {
                let flags = number_at(content, 0, 1)?;
                // Bit 1: animation.
                if flags & 0x02 != 0 {
                    return Err(ImageError::UnsupportedFeature("WebP", "animation"));
                }
                // Bit 4: alpha. The pixel chunk may tell it as well.
                header.has_transparency |= flags & 0x10 != 0;
                let size = [number_at(content, 4, 3)? + 1, number_at(content, 7, 3)? + 1];
                canvas_size = Some(size);
            }
            b"ANIM" | b"ANMF" => return Err(ImageError::UnsupportedFeature("WebP", "animation")),
            b"VP8 " => pixel_size = Some(lossy_size(content)?),
            b"VP8L" => {
                // After the signature byte: 14 bits each of width and height less one, then the
                // alpha bit.
                let bits = number_at(content, 1, 4)?;
                header.has_transparency |= bits >> 28 & 1 == 1;
                pixel_size = Some([(bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1]);
            }
            b"ICCP" => profile = Some(chunk),
            b"EXIF" => {
                let tiff = content.strip_prefix(b"Exif\0\0").unwrap_or(content);
                orientation = exif::read_orientation(tiff);
            }
            _ => {}
        }
        // Chunks are padded to an even length.
        offset = start + length + length % 2;
    }
    let size = pixel_size.ok_or(ImageError::Truncated)?;
    // A picture smaller than its canvas is allowed only in an animation.
    if canvas_size.is_some_and(|canvas| canvas != size) {
        return Err(ImageError::Damaged);
    }
    let size = size.map(|side| u32::try_from(side).unwrap_or(u32::MAX));
    Ok(ReadHeader { size, orientation, profile_ranges: profile.into_iter().collect(), header })
}

/// Returns the size in the header of a lossy key frame.
fn lossy_size(content: &[u8]) -> Result<[usize; 2], ImageError> {
    if content.get(3..6) != Some(&[0x9d, 0x01, 0x2a]) {
        return Err(ImageError::Damaged);
    }
    // The upper bits are a hint for enlarging.
    Ok([number_at(content, 6, 2)? & 0x3fff, number_at(content, 8, 2)? & 0x3fff])
}

/// Reads a little-endian number of `width` bytes at an offset.
fn number_at(bytes: &[u8], offset: usize, width: usize) -> Result<usize, ImageError> {
    let bytes = bytes.get(offset..offset + width).ok_or(ImageError::Truncated)?;
    // Little-endian, unlike the other formats here.
    Ok(bytes.iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte)))
}
