//! From clusters to cells with glyphs: which face and setting, and where in the cell the glyphs stand.

#![expect(clippy::cast_possible_truncation, reason = "texts are far below 4 GiB by the limits")]

use std::ops::Range;

use crate::font::{FontId, FontSet, ShapedGlyph, ShapingMode, TextPiece, shape_text};
use crate::line::prepare::{CellGlyph, MissingGlyph, ParagraphText, covered};
use crate::model::SpanStyle;
use crate::script;
use crate::script::{CharClass, CompositionProfile, InkPosition, TextCluster, ink_position};
use crate::unit::Em;

/// What shaping needs.
pub(crate) struct ParagraphShaping<'a> {
    pub(crate) fonts: &'a FontSet,
    pub(crate) copy: &'a ParagraphText<'a>,
    pub(crate) profile: &'a CompositionProfile,
}

/// The cell of a cluster.
pub(crate) struct TextCell {
    pub(crate) width: Em,
    pub(crate) glyphs: Range<u32>,
}

/// Full size, in hundredths.
pub(crate) const FULL: u16 = 100;
/// The size of a note mark.
const RAISED: u16 = 60;
/// How far a note mark stands above the baseline: its top near that of the Han characters.
const RAISE: Em = Em::milli(400);

/// Shapes the clusters and puts their glyphs into cells.
pub(crate) fn shaped(
    shaping: &ParagraphShaping<'_>,
    clusters: &[TextCluster],
) -> Result<(Vec<TextCell>, Vec<CellGlyph>), Vec<MissingGlyph>> {
    let setting = |k: usize, text: &str| shaping.setting(clusters[k].class, text);
    let pieces = shaping.itemise(clusters, setting)?;
    let shaped = shape_text(shaping.fonts, shaping.copy.text, &pieces);
    let mut cells = Vec::with_capacity(clusters.len());
    let mut glyphs = Vec::with_capacity(shaped.len());
    let mut rest = shaped.as_slice();
    for cluster in clusters {
        let count =
            rest.iter().take_while(|g| (g.cluster_start as usize) < cluster.range.end).count();
        let (own, others) = rest.split_at(count);
        rest = others;
        let first = glyphs.len() as u32;
        let width = shaping.place(cluster, own, &mut glyphs);
        cells.push(TextCell { width, glyphs: first..glyphs.len() as u32 });
    }
    for span in shaping.copy.spans.iter().filter(|span| span.style == SpanStyle::Superscript) {
        for k in covered(clusters, &span.range, |cluster| cluster.range.start) {
            raise(&mut cells[k], &mut glyphs);
        }
    }
    Ok((cells, glyphs))
}

fn raise(cell: &mut TextCell, glyphs: &mut [CellGlyph]) {
    let small = |length: Em| length.share(i64::from(RAISED), i64::from(FULL));
    cell.width = small(cell.width);
    for glyph in &mut glyphs[cell.glyphs.start as usize..cell.glyphs.end as usize] {
        glyph.x = small(glyph.x);
        glyph.y = small(glyph.y) + RAISE;
        glyph.scale_percent = RAISED;
    }
}

/// A glyph at full size at the start of its cell.
pub(crate) fn unturned(shaped: &ShapedGlyph) -> CellGlyph {
    let ShapedGlyph { font, glyph, cluster_start: at, dy, .. } = *shaped;
    CellGlyph {
        font,
        id: glyph,
        x: Em::ZERO,
        y: dy,
        scale_percent: FULL,
        is_turned: false,
        text_byte: at,
    }
}

impl ParagraphShaping<'_> {
    /// Cuts the text into pieces of one face and setting.
    pub(crate) fn itemise(
        &self,
        clusters: &[TextCluster],
        setting: impl Fn(usize, &str) -> ShapingMode,
    ) -> Result<Vec<TextPiece>, Vec<MissingGlyph>> {
        let mut pieces: Vec<TextPiece> = Vec::new();
        let mut missing: Vec<MissingGlyph> = Vec::new();
        let faces = self.copy.spans.iter().filter_map(|span| match span.style {
            SpanStyle::Face(face) => Some((&span.range, face)),
            SpanStyle::EmphasisDot
            | SpanStyle::Superscript
            | SpanStyle::Ruby(_)
            | SpanStyle::Unbroken
            | SpanStyle::Dateline
            | SpanStyle::ForcedBreak => None,
        });
        let mut faces = faces.peekable();
        for (k, cluster) in clusters.iter().enumerate() {
            while faces.peek().is_some_and(|(range, _)| range.end <= cluster.range.start) {
                faces.next();
            }
            let wanted = match faces.peek() {
                Some((range, face)) if range.contains(&cluster.range.start) => *face,
                _ => self.copy.face,
            };
            let text = &self.copy.text[cluster.range.clone()];
            // A base and its marks come from one face.
            let Some(font) = self.fonts.pick_face(wanted, text, cluster.class) else {
                let lost = self.lost(wanted, cluster);
                if !missing.iter().any(|m| m.c == lost.c) {
                    missing.push(lost);
                }
                continue;
            };
            let setting = setting(k, text);
            match pieces.last_mut() {
                Some(last)
                    // Each —— is a ligature of its own, however many stand in a row.
                    if cluster.class != CharClass::Dash
                        && last.font == font
                        && last.mode == setting
                        && last.range.end == cluster.range.start =>
                {
                    last.range.end = cluster.range.end;
                }
                _ => pieces.push(TextPiece { range: cluster.range.clone(), font, mode: setting }),
            }
        }
        if missing.is_empty() { Ok(pieces) } else { Err(missing) }
    }

    /// Which character of a cluster no face has.
    fn lost(&self, wanted: FontId, cluster: &TextCluster) -> MissingGlyph {
        let text = &self.copy.text[cluster.range.clone()];
        let alone =
            |c: char| self.fonts.pick_face(wanted, c.encode_utf8(&mut [0; 4]), cluster.class);
        // A mark that no face has with its base is what is missing.
        let (at, c) = text
            .char_indices()
            .find(|(_, c)| alone(*c).is_none())
            .or_else(|| text.char_indices().next_back())
            .unwrap_or((0, '\u{fffd}'));
        MissingGlyph { c, at: cluster.range.start + at }
    }

    /// How a cluster of a horizontal line is shaped.
    pub(crate) fn setting(&self, class: CharClass, text: &str) -> ShapingMode {
        if class == CharClass::Han {
            ShapingMode::Han
        } else if script::is_half_width(class, text) && self.profile.digit_width.is_some() {
            ShapingMode::HalfWidth
        } else if class == CharClass::Latin || text.is_ascii() {
            ShapingMode::Latin
        } else if class == CharClass::Connector {
            ShapingMode::FullWidth
        } else {
            ShapingMode::Han
        }
    }

    /// The hyphen of a face, and its width.
    pub(crate) fn hyphen(&self, font: FontId) -> Option<(CellGlyph, Em)> {
        let piece = TextPiece { range: 0..1, font, mode: ShapingMode::Latin };
        let shaped = shape_text(self.fonts, "-", &[piece]);
        let only = shaped.first()?;
        Some((unturned(only), only.advance))
    }

    /// Puts the glyphs of a cluster into its cell and gives the cell's width.
    fn place(&self, cluster: &TextCluster, own: &[ShapedGlyph], glyphs: &mut Vec<CellGlyph>) -> Em {
        if let (CharClass::Han, [glyph]) = (cluster.class, own) {
            // Most of all copy: its cell is what it advances by.
            glyphs.push(CellGlyph { x: glyph.dx, ..unturned(glyph) });
            return glyph.advance;
        }
        let advance: Em = own.iter().map(|g| g.advance).sum();
        let text = &self.copy.text[cluster.range.clone()];
        let cell = script::cell_width(cluster.class, text, advance, self.profile);
        // The pen of each glyph from the left edge of the cell.
        let mut pen = match (ink_position(cluster.class), own) {
            _ if cluster.class == CharClass::Space => Em::ZERO,
            // Latin marks and empty clusters keep what the shaper says.
            _ if text.is_ascii() => (cell - advance) / 2,
            (InkPosition::Left, [glyph]) => self.shift(glyph, Em::ZERO, cell),
            (InkPosition::Right, [glyph]) => self.shift(glyph, cell - glyph.advance, cell),
            _ if cluster.class == CharClass::StopPair => Em::ZERO,
            _ => (cell - advance) / 2,
        };
        let step = (own.len() as i64).max(1);
        let share = cell / step;
        for glyph in own {
            if cluster.class == CharClass::StopPair {
                // ？！ share their cell evenly, the ink of each inside its half.
                let x = pen + self.shift(glyph, (share - glyph.advance) / 2, share);
                glyphs.push(CellGlyph { x, ..unturned(glyph) });
                pen += share;
                continue;
            }
            glyphs.push(CellGlyph { x: pen + glyph.dx, ..unturned(glyph) });
            // …… share their cells evenly; a word keeps its own advances.
            pen += if advance == cell { glyph.advance } else { share };
        }
        cell
    }

    /// Where a mark is drawn so that its ink stays inside its cell: its usual place, moved no further
    /// than needed. Faces whose marks reach beyond half a cell are moved, never clipped (R34).
    fn shift(&self, glyph: &ShapedGlyph, usual: Em, cell: Em) -> Em {
        let Some((left, right)) = self.fonts.face(glyph.font).ink_x_range(glyph.glyph) else {
            return usual;
        };
        if right - left > cell {
            return (cell - right - left) / 2;
        }
        usual.min(cell - right).max(-left)
    }
}
