//! House style (版式规范): the sizes, faces, rules and limits of a paper, read from a TOML file.

mod elements;
mod file;
mod frame;
mod house_style;
mod ink;
mod numbers;
mod press;
mod proportion;
mod severity;
mod step;
mod template;

use crate::font::FontSet;
use crate::model::style::file::StyleFile;

pub use crate::model::style::elements::{
    FindingLimits, FurnitureStyle, HeadStyle, HeadlineShape, SizeBand, TextStyle,
};
pub use crate::model::style::frame::FrameStyle;
pub use crate::model::style::house_style::HouseStyle;
pub use crate::model::style::ink::{PageInks, SpotInk};
pub use crate::model::style::press::{PictureResolution, PressProfile, PressStyle};
pub use crate::model::style::proportion::{ModuleStyle, PageHeadStyle};
pub use crate::model::style::step::{COLUMNS_MAX, DensityStep, InnerColumns};
pub use crate::model::style::template::{PageTemplate, QuarterOrder};

/// Text of the built-in house style.
const BROADSHEET: &str = include_str!("../broadsheet.toml");

/// Reads the built-in house style.
///
/// # Errors
/// The built-in file is broken. A test checks it, so this is a broken build.
pub fn broadsheet(fonts: &FontSet) -> Result<HouseStyle, String> {
    HouseStyle::parse(BROADSHEET, fonts)
}

impl HouseStyle {
    /// Reads a house style from the text of its file.
    ///
    /// # Errors
    /// A message with the place in the file, if it does not parse, its columns do not fill the type
    /// area exactly, or it names a face that is missing.
    pub fn parse(text: &str, fonts: &FontSet) -> Result<Self, String> {
        let file: StyleFile = toml::from_str(text).map_err(|error| error.to_string())?;
        file.resolve(fonts, crate::image::sha256_hex(text.as_bytes()))
    }
}

#[cfg(test)]
mod tests {
    use super::{BROADSHEET, FrameStyle, HouseStyle, broadsheet};
    use crate::font::FontSet;
    use crate::unit::{Abs, Em};

    #[test]
    fn the_grid_closes_at_every_step() {
        let fonts = FontSet::embedded().expect("fonts");
        let style = broadsheet(&fonts).expect("style");
        for (name, columns, chars, gutter_milli, rows) in [
            ("dense", 8, 13, 1000, 121),
            ("news", 8, 13, 1000, 116),
            ("six", 6, 17, 1800, 111),
            ("theory", 6, 17, 1800, 99),
            ("easy", 6, 15, 1980, 96),
            ("feature", 5, 18, 1286, 89),
        ] {
            let step = style.step(name).expect(name);
            assert_eq!((step.columns, step.chars, step.rows), (columns, chars, rows), "{name}");
            assert_eq!(step.width(step.columns), Abs::pt(999), "{name}");
            assert_eq!(step.gutter.in_em(step.body).to_milli(), gutter_milli, "{name}");
        }
        // R95: three columns of 41 字 with a frame hold 36 字 in three, 39 with the gutters between
        // them.
        let frame =
            FrameStyle { rule: Abs::pt(1), tint: [0; 4], inset: Em::ONE, inset_rows: [1, 1] };
        for (name, columns, chars, gutter_milli, inset_milli) in [
            ("news", 1, 11, 0, 1000),
            ("news", 2, 12, 1000, 1000),
            ("news", 3, 12, 1500, 1000),
            ("six", 1, 15, 0, 1000),
            ("six", 2, 16, 1800, 1000),
            ("six", 3, 16, 2300, 1000),
        ] {
            let step = style.step(name).expect(name);
            let strip = step.inner_columns(columns, Some(&frame));
            let milli = |length: Abs| length.in_em(step.body).to_milli();
            let measured = (strip.chars, milli(strip.gutter), milli(strip.inset));
            assert_eq!(measured, (chars, gutter_milli, inset_milli), "{name} {columns}");
        }
        // R49: three basic columns are 41 字 wide.
        assert_eq!(style.step("news").expect("news").width(3), Abs::pt(369));
    }

    #[test]
    fn a_broken_file_says_what_and_where() {
        let fonts = FontSet::embedded().expect("fonts");
        for (from, to, expected) in [
            ("name = \"broadsheet\"", "nmae = \"broadsheet\"", "nmae"),
            ("face = \"song\"", "face = \"sung\"", "sung"),
            ("body_pt = 9.0", "body_pt = 19.0", "step dense"),
            ("width_pt = 999.0", "width_pt = 9999.0", "type_area"),
            ("default_step = \"theory\"", "default_step = \"x\"", "default_step"),
            (
                "[limits]",
                "[[spot]]\nname = \"All\"\ncmyk_percent = [0, 100, 100, 0]\n[limits]",
                "spot.name",
            ),
            ("[ink]", "[ink]\nbanner = \"Red\"", "ink.banner"),
            ("\"pdfx-1a\"", "\"pdfx-9\"", "press.profile"),
            ("ppi_error = 120", "ppi_error = 220", "ppi_warning"),
            ("[severity]", "[severity]\nBM-PAGE-999 = \"error\"", "BM-PAGE-999"),
            ("[severity]", "[severity]\nBM-OVERSET-001 = \"info\"", "BM-OVERSET-001"),
        ] {
            assert!(BROADSHEET.contains(from), "{from}");
            let text = BROADSHEET.replacen(from, to, 1);
            let error = HouseStyle::parse(&text, &fonts).expect_err(expected);
            assert!(error.contains(expected), "{error}");
        }
    }
}
