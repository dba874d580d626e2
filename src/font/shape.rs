//! Text to glyphs.

use std::ops::Range;

use harfrust::shape as shape_buffer;
use harfrust::{Buffer, Language, ShapeOptions, ShapePlan, ShaperFont};

use crate::font::Fonts;
use crate::font::ids::{FontId, GlyphId};
use crate::font::setting::Setting;
use crate::unit::Em;

/// A stretch of text in one face and setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Bytes of the text.
    pub range: Range<usize>,
    /// The face.
    pub font: FontId,
    /// How it is shaped.
    pub setting: Setting,
}

/// A glyph as the shaper gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shaped {
    /// The face.
    pub font: FontId,
    /// The glyph.
    pub glyph: GlyphId,
    /// The byte of the text where its cluster starts.
    pub at: u32,
    /// How far it moves the pen, along the line.
    pub advance: Em,
    /// How far it is drawn from the pen, along x.
    pub dx: Em,
    /// How far it is drawn above the baseline.
    pub dy: Em,
}

/// Shapes the pieces of a text, in order.
pub fn shape(fonts: &Fonts, text: &str, pieces: &[Piece]) -> Vec<Shaped> {
    let mut glyphs = Vec::with_capacity(text.len() / 3);
    let mut buffer = Buffer::new();
    for piece in pieces {
        let face = fonts.face(piece.font);
        let language = Language::new("zh-Hans");
        let script = piece.setting.script();
        let direction = piece.setting.direction();
        let features = piece.setting.features();
        let plan = face.plan(piece.setting, |font| {
            let language = language.as_ref();
            ShapePlan::new(font, direction, Some(script), language, features)
        });
        buffer.clear();
        buffer.push_str(&text[piece.range.clone()]);
        buffer.set_direction(direction);
        buffer.set_script(Some(script));
        buffer.set_language(language.clone());
        let font = ShaperFont::new(face.font());
        let options = ShapeOptions::new().plan(Some(plan)).features(features);
        if shape_buffer(&font, &mut buffer, options).is_err() {
            debug_assert!(false, "the plan fits the buffer by construction");
            continue;
        }
        let em = |units: i32| Em::font_units(i64::from(units), face.per_em());
        let start = piece.range.start as u32;
        for (info, position) in buffer.glyph_infos().iter().zip(buffer.glyph_positions()) {
            glyphs.push(Shaped {
                font: piece.font,
                // Glyph ids come from the face, which holds at most 65 535 glyphs.
                glyph: GlyphId(info.glyph_id as u16),
                at: start + info.cluster,
                // Down the page is negative to the shaper.
                advance: em(position.x_advance - position.y_advance),
                dx: em(position.x_offset),
                dy: em(position.y_offset),
            });
        }
    }
    glyphs
}
