//! Printing conditions: the profile of the press, and the inks that it makes of colours.
//!
//! The only place that names moxcms. It is built without vector code, which would make inks depend on the processor, and
//! asked for the corners of a grid alone; what is between them is reckoned in whole numbers.

#[cfg(feature = "pdf")]
mod device_link;
#[cfg(feature = "pdf")]
mod profile;

#[cfg(feature = "pdf")]
pub use crate::colour::device_link::{DeviceLink, limit_total_ink, total_ink};
#[cfg(feature = "pdf")]
pub use crate::colour::profile::{ProfileSpace, is_profile_of};

use std::sync::{Arc, OnceLock};

/// Coldset offset on newsprint, CGATS TR 002: the CMYK output profile of the default printing condition. Where it comes
/// from is told beside the file.
pub const NEWSPRINT_PROFILE: &[u8] = include_bytes!("newsprint-cgats-tr002.icc");

/// The same, shared.
pub fn newsprint_profile() -> Arc<[u8]> {
    static SHARED: OnceLock<Arc<[u8]>> = OnceLock::new();
    SHARED.get_or_init(|| NEWSPRINT_PROFILE.into()).clone()
}

/// The profile of screens, sRGB: what colours for readers are made for.
///
/// # Errors
/// A defect of the profile's writer.
#[cfg(feature = "pdf")]
pub fn screen_profile() -> Result<Arc<[u8]>, String> {
    static SHARED: OnceLock<Result<Arc<[u8]>, String>> = OnceLock::new();
    let made = || {
        let mut profile = moxcms::ColorProfile::new_srgb();
        // It would have the time at which it is made: no file of ours has.
        profile.creation_date_time = moxcms::ColorDateTime {
            year: 2000,
            month: 1,
            day_of_the_month: 1,
            hours: 0,
            minutes: 0,
            seconds: 0,
        };
        let bytes = profile.encode();
        bytes.map(Arc::from).map_err(|error| format!("sRGB: {error}"))
    };
    SHARED.get_or_init(made).clone()
}
