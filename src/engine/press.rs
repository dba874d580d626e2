//! Preflight of a file that comes from outside.

use crate::engine::Engine;
use crate::engine::files::profile_of;
use crate::error::Error;
use crate::finding::Severity;
use crate::model::{HouseStyle, PressProfile};
use crate::preflight::{FileFacts, PressCheck, PressRequirements, check};
use crate::proto;
use crate::report;

/// What the plant of a house style wants of any page.
pub(crate) fn wanted(style: &HouseStyle, profile: PressProfile) -> PressRequirements {
    PressRequirements {
        profile: Some(profile),
        ink_limit: Some(style.press.ink_max_milli),
        picture_resolution: Some(style.press.ppi),
        trim_size: Some(style.trim),
        severities: severities(style).unwrap_or_default(),
        text_colours: vec![style.inks.text, style.inks.banner, style.inks.section],
        ..PressRequirements::default()
    }
}

/// How seriously a house style takes what is found in finished files.
///
/// # Errors
/// A code that is none, or one that is always an error.
pub(crate) fn severities(style: &HouseStyle) -> Result<Vec<(PressCheck, Severity)>, String> {
    let one = |(id, severity): &(String, Severity)| {
        Ok((PressCheck::from_configurable_id(id)?, *severity))
    };
    style.preflight_severities.iter().map(one).collect()
}

impl Engine {
    /// Looks a PDF over as the plant of a house style would: its profile unless another is named, ink, resolution,
    /// trim and the ink of its text.
    ///
    /// # Errors
    /// A house style that is not there, a profile that is none.
    pub fn preflight(
        &self,
        bytes: &[u8],
        file_name: &str,
        style: &str,
        profile: &str,
    ) -> Result<(proto::Preflight, FileFacts), Error> {
        let style = self.style(style)?;
        let profile = profile_of("profile", profile, &style.press)?;
        let checked = check(bytes, &wanted(style, profile));
        let told = report::preflight(&checked, file_name, Some(profile));
        Ok((told, checked.facts))
    }
}
