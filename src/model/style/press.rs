//! Requirements of the printing plant: file profile, printing condition, total ink, picture
//! resolution.

use std::sync::Arc;

use serde::Deserialize;

use crate::unit::Abs;

/// Standard of a press file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PressProfile {
    /// PDF/X-1a:2003: only CMYK and spot inks, no transparency, PDF 1.4.
    #[default]
    X1a,
    /// PDF/X-4: PDF 1.6, with the output profile in the file.
    X4,
}

impl PressProfile {
    /// All profiles.
    pub const ALL: [Self; 2] = [Self::X1a, Self::X4];

    /// Name in requests and house styles.
    pub fn name(self) -> &'static str {
        match self {
            Self::X1a => "pdfx-1a",
            Self::X4 => "pdfx-4",
        }
    }

    /// Profile with this name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|profile| profile.name() == name)
    }
}

/// Requirements of the printing plant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PressStyle {
    /// Standard of press files, unless the request names one.
    pub profile: PressProfile,
    /// Printing condition by its registered name.
    pub condition: String,
    /// Printing condition in words, for people.
    pub condition_info: String,
    /// File of the ICC profile, beside the file of the house style; `None` for the built-in
    /// profile.
    pub icc_file: Option<String>,
    /// ICC profile, after it has been read.
    pub icc: Option<Arc<[u8]>>,
    /// Largest total ink on one spot, in thousandths of one full ink (R91): 2 400 is 240 %.
    pub ink_max_milli: i64,
    /// Effective resolution of pictures, in pixels per inch.
    pub ppi: PictureResolution,
    /// Bleed beyond the trim on all sides.
    pub bleed: Abs,
    /// True if crop, registration and colour marks and the slug line are drawn.
    pub has_marks: bool,
}

/// Limits on the resolution of pictures, in pixels per inch at printed size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PictureResolution {
    /// Lower resolutions are an error (R92).
    pub error_below: i64,
    /// Lower resolutions are a warning.
    pub warning_below: i64,
    /// Resolution to which a picture is reduced: twice the screen ruling.
    pub reduce_to: i64,
    /// Higher resolutions are reduced.
    pub reduce_above: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PressFile {
    profile: String,
    condition: String,
    condition_info: String,
    icc: Option<String>,
    ink_most_percent: i64,
    ppi_error: i64,
    ppi_warning: i64,
    ppi_screen: i64,
    ppi_reduce: i64,
    bleed_mm: f64,
    marks: bool,
}

impl PressFile {
    pub(crate) fn resolve(&self) -> Result<PressStyle, String> {
        let profile = PressProfile::from_name(&self.profile)
            .ok_or_else(|| format!("press.profile: {:?} is not pdfx-1a or pdfx-4", self.profile))?;
        if !(100..=400).contains(&self.ink_most_percent) {
            return Err("press.ink_most_percent: must be 100–400".to_owned());
        }
        let ppi = PictureResolution {
            error_below: self.ppi_error,
            warning_below: self.ppi_warning,
            reduce_to: self.ppi_screen,
            reduce_above: self.ppi_reduce,
        };
        let order = [0, ppi.error_below, ppi.warning_below, ppi.reduce_to, ppi.reduce_above, 2400];
        if !order.is_sorted() || ppi.reduce_to < 50 {
            return Err(
                "press: ppi_error ≤ ppi_warning ≤ ppi_screen ≤ ppi_reduce ≤ 2400 is required"
                    .to_owned(),
            );
        }
        let bleed =
            Abs::from_mm(self.bleed_mm).filter(|bleed| (Abs::ZERO..=Abs::mm(20)).contains(bleed));
        if self.condition.is_empty() {
            return Err("press.condition: must be the name of a printing condition".to_owned());
        }
        if self.icc.as_ref().is_some_and(|file| file.is_empty() || file.contains(['/', '\\'])) {
            return Err("press.icc: must be the name of a file in the same folder".to_owned());
        }
        Ok(PressStyle {
            profile,
            condition: self.condition.clone(),
            condition_info: self.condition_info.clone(),
            icc_file: self.icc.clone(),
            icc: None,
            ink_max_milli: self.ink_most_percent * 10,
            ppi,
            bleed: bleed.ok_or("press.bleed_mm: must be 0–20")?,
            has_marks: self.marks,
        })
    }
}
