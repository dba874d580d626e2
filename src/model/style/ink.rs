//! Inks of a page: text, colour (套红), spot inks.

use serde::Deserialize;

use crate::model::style::numbers::cmyk_from_percent;

/// Inks of the page as CMYK, in thousandths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageInks {
    /// Ink of text and rules.
    pub text: [u16; 4],
    /// Ink of the banner (通栏语).
    pub banner: [u16; 4],
    /// Ink of the section (版名) and of the name of the paper beside it.
    pub section: [u16; 4],
    /// Inks with plates of their own.
    pub spots: Vec<SpotInk>,
}

/// Ink with a plate of its own (专色).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpotInk {
    /// Name as on the plate: `PANTONE 485 C`.
    pub name: String,
    /// Its appearance in CMYK, in thousandths, for presses without it and for screens. Everything
    /// of this colour is printed with this ink.
    pub cmyk: [u16; 4],
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct InkFile {
    text_cmyk_percent: [f64; 4],
    banner: Option<ColourFile>,
    section: Option<ColourFile>,
}

/// Spot ink by name, or a colour.
#[derive(Deserialize)]
#[serde(untagged)]
enum ColourFile {
    Spot(String),
    Cmyk([f64; 4]),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SpotFile {
    name: String,
    cmyk_percent: [f64; 4],
}

/// No newspaper press has more spot inks.
const SPOTS_MAX: usize = 4;

impl SpotFile {
    pub(crate) fn resolve(&self) -> Result<SpotInk, String> {
        let reserved = ["All", "None", "Cyan", "Magenta", "Yellow", "Black"];
        let length = self.name.chars().count();
        if !(1..=64).contains(&length) || reserved.contains(&self.name.as_str()) {
            return Err(format!("spot.name: {:?} is not a valid spot ink name", self.name));
        }
        let cmyk = cmyk_from_percent(self.cmyk_percent, "spot.cmyk_percent")?;
        Ok(SpotInk { name: self.name.clone(), cmyk })
    }
}

impl InkFile {
    pub(crate) fn resolve(&self, spots: Vec<SpotInk>) -> Result<PageInks, String> {
        let text = cmyk_from_percent(self.text_cmyk_percent, "ink.text_cmyk_percent")?;
        let same = |k: usize| {
            let (spot, before) = (&spots[k], &spots[..k]);
            spot.cmyk == text
                || before.iter().any(|other| other.cmyk == spot.cmyk || other.name == spot.name)
        };
        if spots.len() > SPOTS_MAX || (0..spots.len()).any(same) {
            return Err(format!(
                "spot: at most {SPOTS_MAX} inks, each with its own name and colour"
            ));
        }
        let colour = |wanted: &Option<ColourFile>, name: &str| match wanted {
            None => Ok(text),
            Some(ColourFile::Cmyk(percents)) => cmyk_from_percent(*percents, name),
            Some(ColourFile::Spot(spot)) => {
                let found = spots.iter().find(|known| known.name == *spot);
                found.map(|spot| spot.cmyk).ok_or_else(|| format!("{name}: no spot ink {spot:?}"))
            }
        };
        Ok(PageInks {
            text,
            banner: colour(&self.banner, "ink.banner")?,
            section: colour(&self.section, "ink.section")?,
            spots,
        })
    }
}
