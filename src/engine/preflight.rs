//! Preflight of a PDF from outside.

use crate::engine::press_requirements::press_requirements;
use crate::engine::request::resolve_profile;
use crate::engine::setup::Engine;
use crate::error::Error;
use crate::preflight::{FileFacts, check};
use crate::proto;
use crate::report;

impl Engine {
    /// Checks a PDF as the plant of a house style would: profile, ink, resolution, trim and the ink
    /// of its text. The profile is that of the house style unless another one is named.
    ///
    /// # Errors
    /// A house style or a profile that does not exist.
    pub fn preflight(
        &self,
        bytes: &[u8],
        file_name: &str,
        style: &str,
        profile: &str,
    ) -> Result<(proto::Preflight, FileFacts), Error> {
        let style = self.find_style(style)?;
        let profile = resolve_profile("profile", profile, &style.press)?;
        let checked = check(bytes, &press_requirements(style, profile));
        let preflight = report::preflight(&checked, file_name, Some(profile));
        Ok((preflight, checked.facts))
    }
}
