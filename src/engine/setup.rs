//! The engine: fonts, house styles, limits and pictures that one process shares between calls.

use std::sync::Arc;

#[cfg(feature = "pdf")]
use crate::colour::{DeviceLink, ProfileSpace, is_profile_of};
use crate::config::RequestLimits;
#[cfg(feature = "pdf")]
use crate::engine::press_requirements::preflight_severities;
use crate::error::{Error, ResourceKind};
use crate::font::FontSet;
use crate::image::PictureSupply;
use crate::model::{HouseStyle, broadsheet};

/// Name of the built-in house style, which is used if a request names none.
const DEFAULT_STYLE: &str = "broadsheet";

/// Everything a process needs to make pages. Clones share the same data.
#[derive(Clone, Debug)]
pub struct Engine {
    fonts: FontSet,
    styles: Arc<Vec<HouseStyle>>,
    limits: RequestLimits,
    pictures: PictureSupply,
}

impl Engine {
    /// Creates an engine with the built-in fonts and house style. `house_styles` holds the texts of
    /// further house style files.
    ///
    /// # Errors
    /// A house style that cannot be read; the message names the place in its file.
    pub fn new(limits: RequestLimits, house_styles: &[String]) -> Result<Self, String> {
        Self::with_fonts(FontSet::embedded()?, limits, house_styles)
    }

    /// Creates an engine with custom fonts.
    ///
    /// # Errors
    /// A house style that cannot be read, or that names a role for which there is no face.
    pub fn with_fonts(
        fonts: FontSet,
        limits: RequestLimits,
        house_styles: &[String],
    ) -> Result<Self, String> {
        let mut styles = vec![broadsheet(&fonts)?];
        for text in house_styles {
            let style = HouseStyle::parse(text, &fonts)?;
            #[cfg(feature = "pdf")]
            // Only checked here; the values are read again for each file.
            preflight_severities(&style)?;
            // A file of the same name replaces the built-in house style.
            styles.retain(|other| other.name != style.name);
            styles.push(style);
        }
        Ok(Self { fonts, styles: Arc::new(styles), limits, pictures: PictureSupply::default() })
    }

    /// Returns the engine with the ICC profile of the press of one house style.
    ///
    /// # Errors
    /// Bytes that are not a CMYK output profile.
    #[cfg(feature = "pdf")]
    pub fn with_profile(mut self, style: &str, icc: &[u8]) -> Result<Self, String> {
        if !is_profile_of(icc, ProfileSpace::Cmyk) || DeviceLink::between(None, icc).is_none() {
            return Err(format!("{style}: press.icc: not a CMYK output profile"));
        }
        // Copies the styles only if another engine shares them.
        let styles = Arc::make_mut(&mut self.styles);
        for house_style in styles.iter_mut().filter(|other| other.name == style) {
            house_style.press.icc = Some(icc.into());
        }
        Ok(self)
    }

    /// Returns the engine with pictures for records that refer to them by id or hash.
    #[must_use]
    pub fn with_pictures(self, pictures: PictureSupply) -> Self {
        Self { pictures, ..self }
    }

    /// Fonts.
    pub fn fonts(&self) -> &FontSet {
        &self.fonts
    }

    /// House styles.
    pub fn styles(&self) -> &[HouseStyle] {
        &self.styles
    }

    /// Limits on one request.
    pub fn limits(&self) -> &RequestLimits {
        &self.limits
    }

    /// Pictures supplied outside the records.
    pub(crate) fn pictures(&self) -> &PictureSupply {
        &self.pictures
    }

    /// Returns the house style with this name; the built-in one if the name is empty.
    pub(crate) fn find_style(&self, name: &str) -> Result<&HouseStyle, Error> {
        let name = if name.is_empty() { DEFAULT_STYLE } else { name };
        let style = self.styles.iter().find(|style| style.name == name);
        style.ok_or_else(|| Error::not_found(ResourceKind::HouseStyle, name))
    }
}
