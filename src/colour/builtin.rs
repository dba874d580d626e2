//! Built-in profiles.

use std::sync::{Arc, OnceLock};

/// CMYK output profile of the default printing condition: coldset offset on newsprint
/// (CGATS TR 002). The README in this directory states its origin.
pub const NEWSPRINT_PROFILE: &[u8] = include_bytes!("newsprint-cgats-tr002.icc");

/// Returns [`NEWSPRINT_PROFILE`] as shared bytes. They are copied on the first call and kept for
/// the life of the process; the bytes are always the same.
pub fn newsprint_profile() -> Arc<[u8]> {
    static SHARED: OnceLock<Arc<[u8]>> = OnceLock::new();
    SHARED.get_or_init(|| NEWSPRINT_PROFILE.into()).clone()
}

/// Returns the sRGB profile of screens, for which the colours in files for readers are made.
///
/// The profile is encoded on the first call and kept for the life of the process, as is a failure.
/// Its bytes are always the same, since it carries no time of creation.
///
/// # Errors
/// The profile cannot be encoded: an internal error.
#[cfg(feature = "pdf")]
pub fn screen_profile() -> Result<Arc<[u8]>, String> {
    static SHARED: OnceLock<Result<Arc<[u8]>, String>> = OnceLock::new();
    SHARED.get_or_init(encode_screen_profile).clone()
}

#[cfg(feature = "pdf")]
fn encode_screen_profile() -> Result<Arc<[u8]>, String> {
    let mut profile = moxcms::ColorProfile::new_srgb();
    // The encoder would otherwise store the present time, and files must not depend on it.
    profile.creation_date_time = moxcms::ColorDateTime {
        year: 2000,
        month: 1,
        day_of_the_month: 1,
        hours: 0,
        minutes: 0,
        seconds: 0,
    };
    profile.encode().map(Arc::from).map_err(|error| format!("sRGB: {error}"))
}
