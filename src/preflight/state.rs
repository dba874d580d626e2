//! The graphics state of a page, as far as the checks need it.

use std::rc::Rc;

use crate::preflight::area::PageArea;
use crate::preflight::colour_space::ColourSpace;
use crate::preflight::font::PdfFont;
use crate::preflight::matrix::PageMatrix;

/// A colour with its space.
#[derive(Clone)]
pub(crate) struct PaintColour {
    pub(crate) space: Rc<ColourSpace>,
    /// Inks of the colour, 0 to 1.
    pub(crate) inks: [f32; 4],
}

impl PaintColour {
    /// Black ink alone, the colour that a page starts with.
    pub(crate) fn black() -> Self {
        Self { space: Rc::new(ColourSpace::Gray), inks: [0.0, 0.0, 0.0, 1.0] }
    }
}

/// Use of a colour or overprint setting.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum PaintUse {
    Fill,
    Stroke,
}

/// The graphics state.
#[derive(Clone)]
pub(crate) struct GraphicsState {
    pub(crate) matrix: PageMatrix,
    /// Area outside which nothing is painted. Of a clip path that is no rectangle it is the
    /// rectangle around the path.
    pub(crate) clip: PageArea,
    pub(crate) fill: PaintColour,
    pub(crate) stroke: PaintColour,
    pub(crate) line_width: f64,
    pub(crate) overprints_strokes: bool,
    pub(crate) overprints_fills: bool,
    /// True in overprint mode 1: a CMYK ink of zero then leaves its plate alone.
    pub(crate) keeps_inkless_plates: bool,
    pub(crate) font: Option<Rc<PdfFont>>,
    pub(crate) font_size: f64,
    /// Horizontal scaling as a share of one.
    pub(crate) horizontal_scale: f64,
    pub(crate) char_space: f64,
    pub(crate) word_space: f64,
    pub(crate) leading: f64,
    pub(crate) rise: f64,
    pub(crate) render_mode: i64,
    pub(crate) text_matrix: PageMatrix,
    /// Text matrix at the start of the line.
    pub(crate) line_matrix: PageMatrix,
}

/// The clip of a page that cuts off nothing: no page is that large.
const UNCLIPPED: PageArea = PageArea::new(-1e7, -1e7, 1e7, 1e7);

impl GraphicsState {
    /// The state at the start of a page.
    pub(crate) fn initial() -> Self {
        Self {
            matrix: PageMatrix::IDENTITY,
            clip: UNCLIPPED,
            fill: PaintColour::black(),
            stroke: PaintColour::black(),
            line_width: 1.0,
            overprints_strokes: false,
            overprints_fills: false,
            keeps_inkless_plates: false,
            font: None,
            font_size: 0.0,
            horizontal_scale: 1.0,
            char_space: 0.0,
            word_space: 0.0,
            leading: 0.0,
            rise: 0.0,
            render_mode: 0,
            text_matrix: PageMatrix::IDENTITY,
            line_matrix: PageMatrix::IDENTITY,
        }
    }

    pub(crate) fn paint(&self, paint_use: PaintUse) -> &PaintColour {
        match paint_use {
            PaintUse::Fill => &self.fill,
            PaintUse::Stroke => &self.stroke,
        }
    }

    /// True if a colour of a space overprints, so that other plates keep their ink. Device grey
    /// does not: it is laid down on all four plates (ISO 32000-1, 8.6.7).
    pub(crate) fn overprints(&self, space: &ColourSpace, paint_use: PaintUse) -> bool {
        let is_set = match paint_use {
            PaintUse::Fill => self.overprints_fills,
            PaintUse::Stroke => self.overprints_strokes,
        };
        is_set
            && match space {
                // Without mode 1 a CMYK colour sets all four plates, also those without ink.
                ColourSpace::Cmyk => self.keeps_inkless_plates,
                // A named ink changes the plates of its own inks only, in either mode.
                ColourSpace::NamedInks(_) | ColourSpace::Spot { .. } => true,
                _ => false,
            }
    }

    /// Plates that painting with a colour changes. Overprinting leaves those alone for which the
    /// colour has no ink.
    pub(crate) fn changed_plates(&self, paint: &PaintColour, paint_use: PaintUse) -> [bool; 4] {
        if self.overprints(&paint.space, paint_use) {
            paint.inks.map(|ink| ink > 0.0)
        } else {
            // Knocked out: plates without ink of this colour become white.
            [true; 4]
        }
    }
}

/// Converts inks from 0 to 1 to levels from 0 to 255.
pub(crate) fn ink_levels(inks: [f32; 4]) -> [u8; 4] {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 255")]
    inks.map(|ink| (ink.clamp(0.0, 1.0) * 255.0).round() as u8)
}
