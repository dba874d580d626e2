//! What the targets do with their bytes.
//!
//! A target panics where something does not hold that has to hold for any bytes. It gives back whether the bytes went
//! as far as the target is for: what is turned away at the door is no corpus.

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

/// One of so many inputs, always the same ones: what is dear is done for these alone.
fn sampled(data: &[u8], one_of: u32) -> bool {
    let sum =
        data.iter().fold(0_u32, |sum, byte| sum.wrapping_mul(31).wrapping_add((*byte).into()));
    sum % one_of == 0
}
