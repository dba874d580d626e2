//! Printing conditions: the profile of the press, and the conversion of colours to its inks.
//!
//! The only module that uses moxcms. moxcms is built without SIMD code, which would make inks
//! depend on the processor, and is asked for the points of a grid alone; between them whole numbers
//! are interpolated.

mod builtin;
#[cfg(feature = "pdf")]
mod device_link;
#[cfg(feature = "pdf")]
mod profile;

#[cfg(feature = "pdf")]
pub use crate::colour::builtin::screen_profile;
pub use crate::colour::builtin::{NEWSPRINT_PROFILE, newsprint_profile};
#[cfg(feature = "pdf")]
pub use crate::colour::device_link::{DeviceLink, limit_total_ink, total_ink};
#[cfg(feature = "pdf")]
pub use crate::colour::profile::{ProfileSpace, is_profile_of};
