//! Checks of what is painted: its colour space, its place and the width of rules.

use crate::finding::Bilingual;
use crate::model::PressProfile;
use crate::preflight::area::PageArea;
use crate::preflight::check::PressCheck;
use crate::preflight::colour_space::ColourSpace;
use crate::preflight::state::PaintColour;
use crate::preflight::walk::PageWalk;

/// Thinnest rule that holds on coldset newsprint, in points.
const RULE_MIN_PT: f64 = 0.25;
/// Thinnest rule of several inks whose plates stay in register, in points.
const COLOUR_RULE_MIN_PT: f64 = 0.5;
/// Rounding of line widths by writers, to hundredths of a point.
const ROUNDING_PT: f64 = 0.005;
/// Distance by which an object may stand out of the type area or sheet, in points.
pub(crate) const OUTSIDE_TOLERANCE_PT: f64 = 1.0;

impl PageWalk<'_> {
    /// Checks the space of a colour that is painted with, and adds it to the facts of the file. A
    /// finding names `object`, or the space if that is empty.
    pub(crate) fn check_colour_space(&mut self, space: &ColourSpace, object: &str, area: PageArea) {
        let label = space.label();
        if !self.totals.colour_spaces.contains(&label) {
            self.totals.colour_spaces.insert(label.clone());
        }
        let object = if object.is_empty() { label.as_str() } else { object };
        match space {
            ColourSpace::Foreign { name, .. } => {
                self.report(PressCheck::Rgb, object, Some(area), || {
                    Bilingual::new(format!("{name} 颜色"), format!("colours in {name}"))
                });
            }
            ColourSpace::Calibrated { .. } => {
                if self.requirements.profile == Some(PressProfile::X1a) {
                    self.report(PressCheck::CalibratedColour, object, Some(area), || {
                        Bilingual::new(format!("{label} 颜色"), format!("colours in {label}"))
                    });
                }
            }
            ColourSpace::Spot { name, .. } => self.report_spot_ink(name, object, area),
            ColourSpace::NamedInks(names) => {
                let process = ["Cyan", "Magenta", "Yellow", "Black", "None"];
                if let Some(name) = names.iter().find(|name| !process.contains(&name.as_str())) {
                    self.report_spot_ink(name, object, area);
                }
            }
            // The palette prints in the inks of its base.
            ColourSpace::Indexed { base, .. } => self.check_colour_space(base, object, area),
            ColourSpace::Gray
            | ColourSpace::Cmyk
            | ColourSpace::Registration
            | ColourSpace::Pattern
            | ColourSpace::Unknown => {}
        }
    }

    fn report_spot_ink(&mut self, name: &str, object: &str, area: PageArea) {
        self.report(PressCheck::SpotInk, object, Some(area), || {
            Bilingual::new(format!("专色 {name}"), format!("the spot ink {name}"))
        });
    }

    /// Checks a colour that is painted with: its space, and that registration colour stays outside
    /// the trim.
    pub(crate) fn check_paint(&mut self, paint: &PaintColour, area: PageArea, object: &str) {
        let visible = area.intersection(self.state.clip);
        if visible.is_empty() {
            return;
        }
        self.check_colour_space(&paint.space, object, visible);
        // All four inks at full strength are registration colour, even if the file writes them as
        // CMYK.
        let is_registration = paint.inks.iter().all(|ink| *ink > 0.999);
        let is_on_page = !visible.intersection(self.page.trim).is_empty();
        let is_foreign = matches!(*paint.space, ColourSpace::Foreign { .. });
        if is_registration && is_on_page && !is_foreign {
            self.report(PressCheck::Registration, object, Some(visible), || {
                Bilingual::new("版面上用了套版色（四色满版）", "registration colour on the page")
            });
        }
    }

    /// Checks a shape that is painted: its colour and, if it lays down ink, its place.
    pub(crate) fn check_shape(&mut self, paint: &PaintColour, area: PageArea, object: &str) {
        self.check_paint(paint, area, object);
        if paint.inks.iter().any(|ink| *ink > 0.0) {
            self.check_place(area.intersection(self.state.clip), object);
        }
    }

    /// Checks that a painted area lies on the sheet and, on the first page, in the type area.
    pub(crate) fn check_place(&mut self, area: PageArea, object: &str) {
        if area.is_empty() {
            return;
        }
        if !area.is_within(self.page.media, OUTSIDE_TOLERANCE_PT) {
            self.report(PressCheck::OffSheet, object, Some(area), || {
                Bilingual::new("超出纸张", "outside the sheet")
            });
        } else if self.is_outside_type_area(area) {
            self.report(PressCheck::OutsideArea, object, Some(area), || {
                Bilingual::new("在版心之外", "outside the type area")
            });
        }
    }

    /// True if the page is the first, has a type area, and neither that nor any furniture holds the
    /// area.
    pub(crate) fn is_outside_type_area(&self, area: PageArea) -> bool {
        let Some(type_area) = &self.requirements.type_area else { return false };
        let mut allowed = std::iter::once(type_area).chain(&self.requirements.furniture);
        // The type area is that of the first page; further pages are the appendix.
        self.page.number == 1
            && !allowed.any(|rect| area.is_within(self.page.area_of(rect), OUTSIDE_TOLERANCE_PT))
    }

    /// Checks that a rule is wide enough to print.
    pub(crate) fn check_rule(&mut self, paint: &PaintColour, width: f64, area: PageArea) {
        let ink_count = paint.inks.iter().filter(|ink| **ink > 0.0).count();
        // A rule without ink does not print, so it may be as thin as it likes.
        if ink_count > 0 && width < RULE_MIN_PT - ROUNDING_PT {
            self.report(PressCheck::ThinRule, "", Some(area), || {
                Bilingual::new(format!("线粗 {width:.2} pt"), format!("a rule of {width:.2} pt"))
            });
        } else if ink_count > 1 && width < COLOUR_RULE_MIN_PT - ROUNDING_PT {
            self.report(PressCheck::ThinColourRule, "", Some(area), || {
                Bilingual::new(
                    format!("{ink_count} 色线粗 {width:.2} pt"),
                    format!("a rule of {width:.2} pt in {ink_count} inks"),
                )
            });
        }
    }
}
