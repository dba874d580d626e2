//! Text to glyphs.

use std::ops::Range;

use harfrust::shape as shape_buffer;
use harfrust::{Buffer, ClusterLevel, Language, ShapeOptions, ShapePlan, ShaperFont};

use crate::font::FontSet;
use crate::font::face::FontFace;
use crate::font::ids::{FontId, GlyphId};
use crate::font::shaping_mode::ShapingMode;
use crate::unit::Em;

/// A stretch of text in one face and setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextPiece {
    /// Bytes of the text.
    pub range: Range<usize>,
    /// The face.
    pub font: FontId,
    /// How it is shaped.
    pub mode: ShapingMode,
}

/// A glyph as the shaper gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShapedGlyph {
    /// The face.
    pub font: FontId,
    /// The glyph.
    pub glyph: GlyphId,
    /// The byte of the text where its cluster starts.
    pub cluster_start: u32,
    /// How far it moves the pen, along the line.
    pub advance: Em,
    /// How far it is drawn from the pen, along x.
    pub dx: Em,
    /// How far it is drawn above the baseline.
    pub dy: Em,
}

/// Shapes the pieces of a text, in order.
pub fn shape_text(fonts: &FontSet, text: &str, pieces: &[TextPiece]) -> Vec<ShapedGlyph> {
    let mut glyphs = Vec::with_capacity(text.len() / 3);
    let mut shaper = GlyphShaper::new();
    for piece in pieces {
        let face = fonts.face(piece.font);
        let start = glyphs.len();
        if piece.mode == ShapingMode::Han && shaper.plain(face, text, piece, &mut glyphs) {
            continue;
        }
        glyphs.truncate(start);
        shaper.run(face, text, piece, &mut glyphs);
    }
    glyphs
}

struct GlyphShaper {
    buffer: Buffer,
    language: Option<Language>,
}

impl GlyphShaper {
    fn new() -> Self {
        Self { buffer: Buffer::new(), language: Language::new("zh-Hans") }
    }

    /// A piece as the shaper has it.
    fn run(
        &mut self,
        face: &FontFace,
        text: &str,
        piece: &TextPiece,
        glyphs: &mut Vec<ShapedGlyph>,
    ) {
        let script = piece.mode.script();
        let direction = piece.mode.direction();
        let features = piece.mode.features();
        let plan = face.shape_plan(piece.mode, |font| {
            ShapePlan::new(font, direction, Some(script), self.language.as_ref(), features)
        });
        let buffer = &mut self.buffer;
        buffer.clear();
        // A mark over a character is drawn by a glyph of its own, which stands for the mark alone.
        buffer.set_cluster_level(ClusterLevel::MonotoneCharacters);
        buffer.push_str(&text[piece.range.clone()]);
        buffer.set_direction(direction);
        buffer.set_script(Some(script));
        buffer.set_language(self.language.clone());
        let font = ShaperFont::new(face.skrifa_font());
        let options = ShapeOptions::new().plan(Some(plan)).features(features);
        if shape_buffer(&font, buffer, options).is_err() {
            debug_assert!(false, "the plan fits the buffer by construction");
            return;
        }
        let em = |units: i32| Em::font_units(i64::from(units), face.units_per_em());
        let start = piece.range.start as u32;
        let last = face.skrifa_font().num_glyphs();
        // Down a line glyphs stand by their middles, whatever their em box.
        let lift = if piece.mode == ShapingMode::Upright { Em::ZERO } else { face.lift() };
        for (info, position) in buffer.glyph_infos().iter().zip(buffer.glyph_positions()) {
            glyphs.push(ShapedGlyph {
                font: piece.font,
                // A face holds at most 65 535 glyphs; the rules of a damaged one may name more.
                glyph: GlyphId(if info.glyph_id < last { info.glyph_id as u16 } else { 0 }),
                cluster_start: start + info.cluster,
                // Down the page is negative to the shaper.
                advance: em(position.x_advance - position.y_advance),
                dx: em(position.x_offset),
                dy: em(position.y_offset) + lift,
            });
        }
    }

    /// A piece of plain characters, most of all copy, from what is known of each; `false` if one is not plain.
    fn plain(
        &mut self,
        face: &FontFace,
        text: &str,
        piece: &TextPiece,
        glyphs: &mut Vec<ShapedGlyph>,
    ) -> bool {
        for (at, c) in text[piece.range.clone()].char_indices() {
            let start = piece.range.start + at;
            let whole = |glyph: GlyphId| ShapedGlyph {
                font: piece.font,
                glyph,
                cluster_start: start as u32,
                advance: Em::ONE,
                dx: Em::ZERO,
                dy: face.lift(),
            };
            let alone = || {
                let mut own = Vec::new();
                let range = start..start + c.len_utf8();
                self.run(face, text, &TextPiece { range, ..*piece }, &mut own);
                let [only] = own[..] else { return None };
                (only == whole(only.glyph)).then_some(only.glyph)
            };
            let Some(glyph) = face.plain_glyph(c, alone) else { return false };
            glyphs.push(whole(glyph));
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_a_character_of_its_own() {
        let fonts = FontSet::embedded().expect("fonts");
        let font = fonts.find_role("song").expect("song");
        for (text, ats) in [("题\u{301}", vec![0, 3]), ("x\u{304}y", vec![0, 1, 3])] {
            let setting = if text.starts_with('x') { ShapingMode::Latin } else { ShapingMode::Han };
            let glyphs = shape_text(
                &fonts,
                text,
                &[TextPiece { range: 0..text.len(), font, mode: setting }],
            );
            assert_eq!(
                glyphs.iter().map(|glyph| glyph.cluster_start).collect::<Vec<_>>(),
                ats,
                "{text}"
            );
        }
    }

    #[test]
    fn plain_characters_are_what_the_shaper_makes_of_their_text() {
        let fonts = FontSet::embedded().expect("fonts");
        let text = "“你好，世界！”（一）《报》、；：？。骨直角，。」『门』";
        for index in 0..fonts.catalog().faces().len() {
            let font = FontId::new(index).expect("few faces");
            let piece = TextPiece { range: 0..text.len(), font, mode: ShapingMode::Han };
            let mut shaper = GlyphShaper::new();
            let (mut whole, mut plain) = (Vec::new(), Vec::new());
            shaper.run(fonts.face(font), text, &piece, &mut whole);
            if shaper.plain(fonts.face(font), text, &piece, &mut plain) {
                assert_eq!(plain, whole, "{}", fonts.face(font).file());
            }
        }
        let song = fonts.find_role("song").expect("song");
        let piece = TextPiece { range: 0..6, font: song, mode: ShapingMode::Han };
        let mut glyphs = Vec::new();
        let mut shaper = GlyphShaper::new();
        assert!(shaper.plain(fonts.face(song), "报纸", &piece, &mut glyphs));
        // Dashes join, so they are left to the shaper.
        let piece = TextPiece { range: 0..6, ..piece };
        assert!(!shaper.plain(fonts.face(song), "——", &piece, &mut glyphs));
    }
}
