//! Decoded pixels.

/// Pixels of a picture as stored, row by row from the top left, 8 bits a sample.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PixelSamples {
    /// Width and height in pixels.
    pub size: [usize; 2],
    /// Samples per pixel: 1 grey, 3 RGB, 4 CMYK with 255 for full ink.
    pub channels: usize,
    /// Samples, pixel by pixel.
    pub bytes: Vec<u8>,
}

/// True if a decoder reports the size that the header stated.
pub(super) fn matches_size((width, height): (u32, u32), size: [usize; 2]) -> bool {
    [width, height].map(usize::try_from) == size.map(Ok)
}
