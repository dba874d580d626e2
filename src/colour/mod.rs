//! Printing conditions: the profile of the press.

use std::sync::{Arc, OnceLock};

/// Coldset offset on newsprint, CGATS TR 002: the CMYK output profile of the default printing condition. Where it comes
/// from is told beside the file.
pub const NEWSPRINT: &[u8] = include_bytes!("newsprint-cgats-tr002.icc");

/// The same, shared.
pub fn newsprint() -> Arc<[u8]> {
    static SHARED: OnceLock<Arc<[u8]>> = OnceLock::new();
    SHARED.get_or_init(|| NEWSPRINT.into()).clone()
}

/// The profile of screens, sRGB: what colours for readers are made for.
///
/// # Errors
/// A defect of the profile's writer.
#[cfg(feature = "pdf")]
pub fn screen() -> Result<Arc<[u8]>, String> {
    static SHARED: OnceLock<Result<Arc<[u8]>, String>> = OnceLock::new();
    let made = || {
        let bytes = moxcms::ColorProfile::new_srgb().encode();
        bytes.map(Arc::from).map_err(|error| format!("sRGB: {error}"))
    };
    SHARED.get_or_init(made).clone()
}
