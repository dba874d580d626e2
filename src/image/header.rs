//! Result of reading a header, common to all formats.

use std::ops::Range;

use crate::image::exif::ImageOrientation;

/// Header of a picture with the facts that every format states in its own place.
pub(crate) struct ReadHeader<H> {
    /// Width and height in pixels, as stored.
    pub(crate) size: [u32; 2],
    /// Transform from the stored to the displayed picture.
    pub(crate) orientation: ImageOrientation,
    /// Byte ranges of the pieces of the colour profile in the file, in order.
    pub(crate) profile_ranges: Vec<Range<usize>>,
    /// Header of the format.
    pub(crate) header: H,
}
