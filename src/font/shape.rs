//! Text to glyphs.

use std::ops::Range;

use harfrust::shape as shape_buffer;
use harfrust::{Buffer, ClusterLevel, Language, ShapeOptions, ShapePlan, ShaperFont};

use crate::font::Fonts;
use crate::font::face::Face;
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
    let mut shaper = Shaper::new();
    for piece in pieces {
        let face = fonts.face(piece.font);
        let start = glyphs.len();
        if piece.setting == Setting::Han && shaper.plain(face, text, piece, &mut glyphs) {
            continue;
        }
        glyphs.truncate(start);
        shaper.run(face, text, piece, &mut glyphs);
    }
    glyphs
}

struct Shaper {
    buffer: Buffer,
    language: Option<Language>,
}

impl Shaper {
    fn new() -> Self {
        Self { buffer: Buffer::new(), language: Language::new("zh-Hans") }
    }

    /// A piece as the shaper has it.
    fn run(&mut self, face: &Face, text: &str, piece: &Piece, glyphs: &mut Vec<Shaped>) {
        let script = piece.setting.script();
        let direction = piece.setting.direction();
        let features = piece.setting.features();
        let plan = face.plan(piece.setting, |font| {
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
        let font = ShaperFont::new(face.font());
        let options = ShapeOptions::new().plan(Some(plan)).features(features);
        if shape_buffer(&font, buffer, options).is_err() {
            debug_assert!(false, "the plan fits the buffer by construction");
            return;
        }
        let em = |units: i32| Em::font_units(i64::from(units), face.per_em());
        let start = piece.range.start as u32;
        let last = face.font().num_glyphs();
        // Down a line glyphs stand by their middles, whatever their em box.
        let lift = if piece.setting == Setting::Upright { Em::ZERO } else { face.lift() };
        for (info, position) in buffer.glyph_infos().iter().zip(buffer.glyph_positions()) {
            glyphs.push(Shaped {
                font: piece.font,
                // A face holds at most 65 535 glyphs; the rules of a damaged one may name more.
                glyph: GlyphId(if info.glyph_id < last { info.glyph_id as u16 } else { 0 }),
                at: start + info.cluster,
                // Down the page is negative to the shaper.
                advance: em(position.x_advance - position.y_advance),
                dx: em(position.x_offset),
                dy: em(position.y_offset) + lift,
            });
        }
    }

    /// A piece of plain characters, most of all copy, from what is known of each; `false` if one is not plain.
    fn plain(&mut self, face: &Face, text: &str, piece: &Piece, glyphs: &mut Vec<Shaped>) -> bool {
        for (at, c) in text[piece.range.clone()].char_indices() {
            let start = piece.range.start + at;
            let whole = |glyph: GlyphId| Shaped {
                font: piece.font,
                glyph,
                at: start as u32,
                advance: Em::ONE,
                dx: Em::ZERO,
                dy: face.lift(),
            };
            let alone = || {
                let mut own = Vec::new();
                let range = start..start + c.len_utf8();
                self.run(face, text, &Piece { range, ..*piece }, &mut own);
                let [only] = own[..] else { return None };
                (only == whole(only.glyph)).then_some(only.glyph)
            };
            let Some(glyph) = face.plain(c, alone) else { return false };
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
        let fonts = Fonts::embedded().expect("fonts");
        let font = fonts.role("song").expect("song");
        for (text, ats) in [("题\u{301}", vec![0, 3]), ("x\u{304}y", vec![0, 1, 3])] {
            let setting = if text.starts_with('x') { Setting::Latin } else { Setting::Han };
            let glyphs = shape(&fonts, text, &[Piece { range: 0..text.len(), font, setting }]);
            assert_eq!(glyphs.iter().map(|glyph| glyph.at).collect::<Vec<_>>(), ats, "{text}");
        }
    }

    #[test]
    fn plain_characters_are_what_the_shaper_makes_of_their_text() {
        let fonts = Fonts::embedded().expect("fonts");
        let text = "“你好，世界！”（一）《报》、；：？。骨直角，。」『门』";
        for index in 0..fonts.catalog().faces().len() {
            let font = FontId::new(index).expect("few faces");
            let piece = Piece { range: 0..text.len(), font, setting: Setting::Han };
            let mut shaper = Shaper::new();
            let (mut whole, mut plain) = (Vec::new(), Vec::new());
            shaper.run(fonts.face(font), text, &piece, &mut whole);
            if shaper.plain(fonts.face(font), text, &piece, &mut plain) {
                assert_eq!(plain, whole, "{}", fonts.face(font).file());
            }
        }
        let song = fonts.role("song").expect("song");
        let piece = Piece { range: 0..6, font: song, setting: Setting::Han };
        let mut glyphs = Vec::new();
        let mut shaper = Shaper::new();
        assert!(shaper.plain(fonts.face(song), "报纸", &piece, &mut glyphs));
        // Dashes join, so they are left to the shaper.
        let piece = Piece { range: 0..6, ..piece };
        assert!(!shaper.plain(fonts.face(song), "——", &piece, &mut glyphs));
    }
}
