//! Preflight of a file that comes from outside.

use crate::engine::{Engine, bad_value};
use crate::error::Error;
use crate::model::PressProfile;
use crate::preflight::{Facts, Wanted, check};
use crate::proto;
use crate::report;

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
    ) -> Result<(proto::Preflight, Facts), Error> {
        let style = self.style(style)?;
        let profile = match profile {
            "" => style.press.profile,
            name => PressProfile::named(name).ok_or_else(|| {
                bad_value(
                    "profile",
                    format!("没有标准 {name}"),
                    format!("there is no profile {name}"),
                )
            })?,
        };
        let wanted = Wanted {
            profile: Some(profile),
            ink_most: Some(style.press.ink_most),
            ppi: Some(style.press.ppi),
            trim: Some(style.trim),
            colours: vec![style.ink.text],
            ..Wanted::default()
        };
        let checked = check(bytes, &wanted);
        let told = report::preflight(&checked, file_name, Some(profile));
        Ok((told, checked.facts))
    }
}
