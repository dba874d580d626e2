//! Formats of pictures.

use crate::image::error::ImageError;
use crate::image::jpeg::JpegHeader;
use crate::image::png::PngHeader;
use crate::image::tiff::TiffHeader;
use crate::image::webp::WebpHeader;

/// Format of a picture, with the header that its writers need.
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

/// Names the format of bytes that are no supported picture: a clear name helps more than
/// “unknown”.
pub(crate) fn unsupported_format(bytes: &[u8]) -> ImageError {
    const SIGNATURES: [(&[u8], &str); 9] = [
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
    if bytes.get(4..8) == Some(b"ftyp") {
        return ImageError::UnsupportedFormat("HEIF/AVIF");
    }
    if let Some((_, name)) = SIGNATURES.iter().find(|(start, _)| bytes.starts_with(start)) {
        return ImageError::UnsupportedFormat(name);
    }
    // An SVG may start with a declaration, comments or a byte order mark.
    let beginning = String::from_utf8_lossy(&bytes[..bytes.len().min(1024)]);
    if beginning.contains("<svg") {
        ImageError::UnsupportedFormat("SVG")
    } else {
        ImageError::UnknownFormat
    }
}
