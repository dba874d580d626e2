//! Errors of reading a picture.

/// Reason for rejecting the bytes of a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImageError {
    /// There are no bytes.
    Empty,
    /// A known format that is not supported, by its name.
    UnsupportedFormat(&'static str),
    /// An unknown format.
    UnknownFormat,
    /// The file ends before it is complete.
    Truncated,
    /// The file contradicts itself.
    Damaged,
    /// Width and height in pixels, of which one is 0 or larger than the limit.
    BadSize([u32; 2]),
    /// A JPEG with this number of bits per sample instead of 8.
    UnsupportedPrecision(u8),
    /// A JPEG process that presses and viewers do not know: `lossless`, `arithmetic`,
    /// `hierarchical`.
    UnsupportedProcess(&'static str),
    /// A JPEG with this number of components instead of 1, 3 or 4.
    UnsupportedComponents(u8),
    /// A supported format, and its feature that is not supported.
    UnsupportedFeature(&'static str, &'static str),
}
