//! Bodies of the fuzz targets.
//!
//! A target panics if a property that must hold for any input does not hold. It returns true if the
//! input got as far as the target is meant to test; input that is rejected earlier does not belong
//! in the corpus.

mod font;
mod page;
mod picture;
mod plain;
mod preflight;
mod request;

pub use self::font::font;
pub use self::picture::picture;
pub use self::plain::plain;
pub use self::preflight::preflight;
pub use self::request::request;

/// True for one input in `one_of`, always the same ones. Expensive checks run for these only.
fn sampled(data: &[u8], one_of: u32) -> bool {
    let sum =
        data.iter().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add((*byte).into()));
    sum % one_of == 0
}
