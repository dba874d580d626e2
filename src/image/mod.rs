//! Pictures as received: format, size, colours and orientation, read from their bytes.
//!
//! In: the bytes of a JPEG, PNG, TIFF or WebP. Out: a [`SourceImage`] or an [`ImageError`].
//! Reading looks at headers and the structure of the file, never at pixels. Pixels are decoded by
//! `SourceImage::decode` for the outputs that draw them, behind their features. The module knows
//! nothing of records or pages.

mod byte_reader;
mod colour_model;
#[cfg(any(feature = "pdf", feature = "preview"))]
mod decode;
mod error;
mod exif;
mod format;
mod header;
mod jpeg;
mod picture_supply;
mod png;
mod source_image;
mod tiff;
mod tiff_directory;
mod webp;

pub use crate::image::colour_model::ColourModel;
#[cfg(any(feature = "pdf", feature = "preview"))]
pub use crate::image::decode::PixelSamples;
pub use crate::image::error::ImageError;
pub use crate::image::exif::ImageOrientation;
pub use crate::image::format::ImageFormat;
pub use crate::image::jpeg::JpegHeader;
pub use crate::image::picture_supply::PictureSupply;
pub use crate::image::png::{PngColour, PngHeader};
pub use crate::image::source_image::{SourceImage, sha256_hex};
pub use crate::image::tiff::{AlphaKind, TiffHeader};
pub use crate::image::webp::WebpHeader;

#[cfg(test)]
mod tests;
