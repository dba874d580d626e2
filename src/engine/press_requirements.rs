//! Requirements of a printing plant, for preflight.

use crate::finding::Severity;
use crate::model::{HouseStyle, PressProfile};
use crate::preflight::{PressCheck, PressRequirements};

/// Requirements of a house style's plant for any page.
pub(crate) fn press_requirements(style: &HouseStyle, profile: PressProfile) -> PressRequirements {
    PressRequirements {
        profile: Some(profile),
        ink_limit: Some(style.press.ink_max_milli),
        picture_resolution: Some(style.press.ppi),
        trim_size: Some(style.trim),
        // The codes were checked when the house style was loaded.
        severities: preflight_severities(style).unwrap_or_default(),
        text_colours: vec![style.inks.text, style.inks.banner, style.inks.section],
        ..PressRequirements::default()
    }
}

/// Severities that a house style gives to findings in finished files.
///
/// # Errors
/// A code that does not exist, or one that is always an error.
pub(crate) fn preflight_severities(
    style: &HouseStyle,
) -> Result<Vec<(PressCheck, Severity)>, String> {
    let check = |(code, severity): &(String, Severity)| {
        Ok((PressCheck::from_configurable_id(code)?, *severity))
    };
    style.preflight_severities.iter().map(check).collect()
}
