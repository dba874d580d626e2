//! Shaping: from text to glyphs.

use std::ops::Range;

use harfrust::shape as shape_buffer;
use harfrust::{Buffer, ClusterLevel, Language, ShapeOptions, ShapePlan, ShaperFont};

use crate::font::face::FontFace;
use crate::font::font_set::FontSet;
use crate::font::ids::{FontId, GlyphId};
use crate::font::shaping_mode::ShapingMode;
use crate::unit::Em;

/// Stretch of text in one face and one shaping mode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextPiece {
    /// Byte range in the text.
    pub range: Range<usize>,
    /// Face.
    pub font: FontId,
    /// Shaping mode.
    pub mode: ShapingMode,
}

/// Glyph with its advance and offsets, as shaped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShapedGlyph {
    /// Face.
    pub font: FontId,
    /// Glyph.
    pub glyph: GlyphId,
    /// Byte offset in the text at which the glyph's cluster starts.
    pub cluster_start: u32,
    /// Distance by which the pen moves along the line.
    pub advance: Em,
    /// Horizontal offset of the glyph from the pen.
    pub dx: Em,
    /// Offset of the glyph above the baseline.
    pub dy: Em,
}

/// Shapes the pieces of a text, in order.
pub fn shape_text(fonts: &FontSet, text: &str, pieces: &[TextPiece]) -> Vec<ShapedGlyph> {
    let mut glyphs = Vec::with_capacity(text.len() / 3);
    let mut shaper = GlyphShaper::new();
    for piece in pieces {
        let face = fonts.face(piece.font);
        let start = glyphs.len();
        // `shape_plain` may have appended some glyphs before it gave up; they are removed below.
        if piece.mode == ShapingMode::Han && shaper.shape_plain(face, text, piece, &mut glyphs) {
            continue;
        }
        glyphs.truncate(start);
        shaper.shape_piece(face, text, piece, &mut glyphs);
    }
    glyphs
}

/// Shaper with the buffer and the language it reuses for all pieces.
struct GlyphShaper {
    buffer: Buffer,
    language: Option<Language>,
}

impl GlyphShaper {
    fn new() -> Self {
        Self { buffer: Buffer::new(), language: Language::new("zh-Hans") }
    }

    /// Shapes a piece with harfrust and appends its glyphs.
    fn shape_piece(
        &mut self,
        face: &FontFace,
        text: &str,
        piece: &TextPiece,
        glyphs: &mut Vec<ShapedGlyph>,
    ) {
        let script = piece.mode.script();
        let direction = piece.mode.direction();
        let features = piece.mode.features();
        // The plan depends on face and mode only, so it is made once for each.
        let plan = face.shape_plan(piece.mode, |font| {
            ShapePlan::new(font, direction, Some(script), self.language.as_ref(), features)
        });
        let buffer = &mut self.buffer;
        buffer.clear();
        // A mark that combines with a character has a glyph of its own; keep its cluster apart.
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
        let glyph_count = face.skrifa_font().num_glyphs();
        // In vertical lines glyphs are centred, whatever their em box.
        let lift = if piece.mode == ShapingMode::Upright { Em::ZERO } else { face.lift() };
        for (info, position) in buffer.glyph_infos().iter().zip(buffer.glyph_positions()) {
            glyphs.push(ShapedGlyph {
                font: piece.font,
                // A face holds at most 65 535 glyphs, but a damaged one may name more in its rules.
                glyph: GlyphId(if info.glyph_id < glyph_count { info.glyph_id as u16 } else { 0 }),
                cluster_start: start + info.cluster,
                // The shaper counts down the page as negative.
                advance: em(position.x_advance - position.y_advance),
                dx: em(position.x_offset),
                dy: em(position.y_offset) + lift,
            });
        }
    }

    /// Appends the glyphs of a piece of plain characters, which is most copy, from the cache of the
    /// face. `false` if a character is not plain; the glyphs appended so far are then to be
    /// removed.
    fn shape_plain(
        &mut self,
        face: &FontFace,
        text: &str,
        piece: &TextPiece,
        glyphs: &mut Vec<ShapedGlyph>,
    ) -> bool {
        for (offset, c) in text[piece.range.clone()].char_indices() {
            let start = piece.range.start + offset;
            // A plain glyph is one em wide and stands where the pen is.
            let plain = |glyph: GlyphId| ShapedGlyph {
                font: piece.font,
                glyph,
                cluster_start: start as u32,
                advance: Em::ONE,
                dx: Em::ZERO,
                dy: face.lift(),
            };
            let shape_alone = || {
                let mut shaped = Vec::new();
                let range = start..start + c.len_utf8();
                self.shape_piece(face, text, &TextPiece { range, ..*piece }, &mut shaped);
                // Compared as a whole: other advance, offset or glyph count means that the
                // character is not plain.
                let [only] = shaped[..] else { return None };
                (only == plain(only.glyph)).then_some(only.glyph)
            };
            let Some(glyph) = face.plain_glyph(c, shape_alone) else { return false };
            glyphs.push(plain(glyph));
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_combining_mark_has_its_own_cluster() {
        let fonts = FontSet::embedded().expect("fonts");
        let font = fonts.find_role("song").expect("song");
        for (text, starts) in [("题\u{301}", vec![0, 3]), ("x\u{304}y", vec![0, 1, 3])] {
            let setting = if text.starts_with('x') { ShapingMode::Latin } else { ShapingMode::Han };
            let glyphs = shape_text(
                &fonts,
                text,
                &[TextPiece { range: 0..text.len(), font, mode: setting }],
            );
            assert_eq!(
                glyphs.iter().map(|glyph| glyph.cluster_start).collect::<Vec<_>>(),
                starts,
                "{text}"
            );
        }
    }

    #[test]
    fn plain_glyphs_equal_shaped_glyphs() {
        let fonts = FontSet::embedded().expect("fonts");
        let text = "“你好，世界！”（一）《报》、；：？。骨直角，。」『门』";
        for index in 0..fonts.catalog().faces().len() {
            let font = FontId::new(index).expect("few faces");
            let piece = TextPiece { range: 0..text.len(), font, mode: ShapingMode::Han };
            let mut shaper = GlyphShaper::new();
            let (mut whole, mut plain) = (Vec::new(), Vec::new());
            shaper.shape_piece(fonts.face(font), text, &piece, &mut whole);
            if shaper.shape_plain(fonts.face(font), text, &piece, &mut plain) {
                assert_eq!(plain, whole, "{}", fonts.face(font).file());
            }
        }
        let song = fonts.find_role("song").expect("song");
        let piece = TextPiece { range: 0..6, font: song, mode: ShapingMode::Han };
        let mut glyphs = Vec::new();
        let mut shaper = GlyphShaper::new();
        assert!(shaper.shape_plain(fonts.face(song), "报纸", &piece, &mut glyphs));
        // Dashes join, so they are left to harfrust.
        let piece = TextPiece { range: 0..6, ..piece };
        assert!(!shaper.shape_plain(fonts.face(song), "——", &piece, &mut glyphs));
    }
}
