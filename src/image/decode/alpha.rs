//! Removal of alpha: transparent pixels are blended onto paper.

/// Blends the alpha sample, the last of `N`, into the other samples of each pixel: `blend` maps a
/// sample and its alpha.
pub(super) fn flatten_alpha<const N: usize>(
    pixels: &[u8],
    blend: impl Fn(u32, u32) -> u32,
) -> Vec<u8> {
    let mut flat = Vec::with_capacity(pixels.len() / N * (N - 1));
    for pixel in pixels.chunks_exact(N) {
        let alpha = u32::from(pixel[N - 1]);
        let blended =
            |sample: &u8| u8::try_from(blend(u32::from(*sample), alpha)).unwrap_or(u8::MAX);
        flat.extend(pixel[..N - 1].iter().map(blended));
    }
    flat
}

/// Blends a sample of light onto white by its alpha.
pub(super) fn blend_on_white(sample: u32, alpha: u32) -> u32 {
    (sample * alpha + 255 * (255 - alpha) + 127) / 255
}
