//! From clusters to cells: which font and shaping mode each cluster takes, and where its glyphs
//! stand in its cell.

#![expect(clippy::cast_possible_truncation, reason = "texts are far below 4 GiB by the limits")]

use std::ops::Range;

use crate::font::{FontId, FontSet, ShapedGlyph, ShapingMode, TextPiece, shape_text};
use crate::line::paragraph::{AddedHyphen, CellGlyph, MissingGlyph, ParagraphText, indices_in};
use crate::model::SpanStyle;
use crate::script;
use crate::script::{CharClass, CompositionProfile, InkPosition, TextCluster, ink_position};
use crate::unit::Em;

/// Inputs of shaping.
pub(crate) struct ParagraphShaping<'a> {
    pub(crate) fonts: &'a FontSet,
    pub(crate) source: &'a ParagraphText<'a>,
    pub(crate) profile: &'a CompositionProfile,
}

/// Cell of a cluster.
pub(crate) struct TextCell {
    pub(crate) width: Em,
    /// Indices into the glyphs of the paragraph.
    pub(crate) glyphs: Range<u32>,
}

/// Full size, in percent.
pub(crate) const FULL_SCALE: u16 = 100;
/// Size of a note mark (注码), in percent.
const RAISED_SCALE: u16 = 60;
/// Height of a note mark above the baseline: its top stands near that of the Han characters.
const RAISED_SHIFT: Em = Em::milli(400);

/// Shapes the clusters and places their glyphs in cells.
pub(crate) fn shape_cells(
    shaping: &ParagraphShaping<'_>,
    clusters: &[TextCluster],
) -> Result<(Vec<TextCell>, Vec<CellGlyph>), Vec<MissingGlyph>> {
    let options = |index: usize, text: &str| shaping.shaping_mode(clusters[index].class, text);
    let pieces = shaping.itemise(clusters, options)?;
    let shaped = shape_text(shaping.fonts, shaping.source.text, &pieces);
    let mut cells = Vec::with_capacity(clusters.len());
    let mut glyphs = Vec::with_capacity(shaped.len());
    let mut rest = shaped.as_slice();
    for cluster in clusters {
        // The shaper returns glyphs in text order, so those of one cluster are a prefix of the
        // rest.
        let count =
            rest.iter().take_while(|g| (g.cluster_start as usize) < cluster.range.end).count();
        let (cluster_glyphs, others) = rest.split_at(count);
        rest = others;
        let first = glyphs.len() as u32;
        let width = shaping.place_glyphs(cluster, cluster_glyphs, &mut glyphs);
        cells.push(TextCell { width, glyphs: first..glyphs.len() as u32 });
    }
    // Raised after placing, so that the cell shrinks together with the glyphs in it.
    for span in shaping.source.spans.iter().filter(|span| span.style == SpanStyle::Superscript) {
        for index in indices_in(clusters, &span.range, |cluster| cluster.range.start) {
            raise_cell(&mut cells[index], &mut glyphs);
        }
    }
    Ok((cells, glyphs))
}

/// Makes a cell small and raises its glyphs.
fn raise_cell(cell: &mut TextCell, glyphs: &mut [CellGlyph]) {
    let small = |length: Em| length.share(i64::from(RAISED_SCALE), i64::from(FULL_SCALE));
    cell.width = small(cell.width);
    for glyph in &mut glyphs[cell.glyphs.start as usize..cell.glyphs.end as usize] {
        glyph.x = small(glyph.x);
        glyph.y = small(glyph.y) + RAISED_SHIFT;
        glyph.scale_percent = RAISED_SCALE;
    }
}

/// Returns a glyph at full size at the start of its cell.
pub(crate) fn full_size_glyph(shaped: &ShapedGlyph) -> CellGlyph {
    let ShapedGlyph { font, glyph, cluster_start, dy, .. } = *shaped;
    CellGlyph {
        font,
        id: glyph,
        x: Em::ZERO,
        y: dy,
        scale_percent: FULL_SCALE,
        is_turned: false,
        text_byte: cluster_start,
    }
}

impl ParagraphShaping<'_> {
    /// Cuts the text into pieces of one font and one shaping mode.
    ///
    /// # Errors
    /// The characters that no font has, each where it occurs first.
    pub(crate) fn itemise(
        &self,
        clusters: &[TextCluster],
        mode_of: impl Fn(usize, &str) -> ShapingMode,
    ) -> Result<Vec<TextPiece>, Vec<MissingGlyph>> {
        let mut pieces: Vec<TextPiece> = Vec::new();
        // All missing characters are collected before the error is returned, so that one run
        // reports all.
        let mut missing: Vec<MissingGlyph> = Vec::new();
        let faces = self.source.spans.iter().filter_map(|span| match span.style {
            SpanStyle::Face(face) => Some((&span.range, face)),
            SpanStyle::EmphasisDot
            | SpanStyle::Superscript
            | SpanStyle::Ruby(_)
            | SpanStyle::Unbroken
            | SpanStyle::Dateline
            | SpanStyle::ForcedBreak => None,
        });
        let mut faces = faces.peekable();
        for (index, cluster) in clusters.iter().enumerate() {
            // Spans of one kind are in order: those that end before the cluster are done.
            while faces.peek().is_some_and(|(range, _)| range.end <= cluster.range.start) {
                faces.next();
            }
            let face = match faces.peek() {
                Some((range, face)) if range.contains(&cluster.range.start) => *face,
                _ => self.source.face,
            };
            let text = &self.source.text[cluster.range.clone()];
            // A base and its combining marks come from one font.
            let Some(font) = self.fonts.pick_face(face, text, cluster.class) else {
                let glyph = self.missing_glyph(face, cluster);
                if !missing.iter().any(|known| known.character == glyph.character) {
                    missing.push(glyph);
                }
                continue;
            };
            let mode = mode_of(index, text);
            match pieces.last_mut() {
                Some(last)
                    // Each —— is its own ligature, however many stand in a row.
                    if cluster.class != CharClass::Dash
                        && last.font == font
                        && last.mode == mode
                        && last.range.end == cluster.range.start =>
                {
                    last.range.end = cluster.range.end;
                }
                _ => pieces.push(TextPiece { range: cluster.range.clone(), font, mode }),
            }
        }
        if missing.is_empty() { Ok(pieces) } else { Err(missing) }
    }

    /// Finds the character of a cluster that no font has.
    fn missing_glyph(&self, face: FontId, cluster: &TextCluster) -> MissingGlyph {
        let text = &self.source.text[cluster.range.clone()];
        // A cluster may fail as a whole because of one mark: test each character alone.
        let pick = |c: char| self.fonts.pick_face(face, c.encode_utf8(&mut [0; 4]), cluster.class);
        // If every character has a font but no font has all of them, the last mark is reported.
        let (offset, character) = text
            .char_indices()
            .find(|(_, c)| pick(*c).is_none())
            .or_else(|| text.char_indices().next_back())
            .unwrap_or((0, '\u{fffd}'));
        MissingGlyph { character, byte: cluster.range.start + offset }
    }

    /// Returns the shaping mode of a cluster on a horizontal line.
    pub(crate) fn shaping_mode(&self, class: CharClass, text: &str) -> ShapingMode {
        if class == CharClass::Han {
            ShapingMode::Han
        } else if script::is_half_width(class, text) && self.profile.digit_width.is_some() {
            // `digit_width` of `None` means that digits keep the advance of the face.
            ShapingMode::HalfWidth
        } else if class == CharClass::Latin || text.is_ascii() {
            ShapingMode::Latin
        } else if class == CharClass::Connector {
            // 一字线 and 浪纹线 take a whole cell, so they need the full-width forms of the face.
            ShapingMode::FullWidth
        } else {
            ShapingMode::Han
        }
    }

    /// Shapes the hyphen of a font; `None` if the font has none.
    pub(crate) fn shape_hyphen(&self, font: FontId) -> Option<AddedHyphen> {
        let piece = TextPiece { range: 0..1, font, mode: ShapingMode::Latin };
        let shaped = shape_text(self.fonts, "-", &[piece]);
        let hyphen = shaped.first()?;
        Some(AddedHyphen { glyph: full_size_glyph(hyphen), width: hyphen.advance })
    }

    /// Places the glyphs of a cluster in its cell and returns the width of the cell.
    fn place_glyphs(
        &self,
        cluster: &TextCluster,
        shaped: &[ShapedGlyph],
        glyphs: &mut Vec<CellGlyph>,
    ) -> Em {
        if let (CharClass::Han, [glyph]) = (cluster.class, shaped) {
            // Most of all copy: the cell is as wide as the advance.
            glyphs.push(CellGlyph { x: glyph.dx, ..full_size_glyph(glyph) });
            return glyph.advance;
        }
        let advance: Em = shaped.iter().map(|glyph| glyph.advance).sum();
        let text = &self.source.text[cluster.range.clone()];
        let cell = script::cell_width(cluster.class, text, advance, self.profile);
        // Pen position from the left edge of the cell.
        // The first arm that matches decides: spaces have no ink, and ASCII marks are no halved
        // marks.
        let mut pen = match (ink_position(cluster.class), shaped) {
            _ if cluster.class == CharClass::Space => Em::ZERO,
            // Latin marks and empty clusters stay as the shaper places them.
            _ if text.is_ascii() => (cell - advance) / 2,
            (InkPosition::Left, [glyph]) => self.ink_inside_cell(glyph, Em::ZERO, cell),
            // The ink is in the right half of the glyph, so the glyph starts half an em to the left
            // of its cell.
            (InkPosition::Right, [glyph]) => {
                self.ink_inside_cell(glyph, cell - glyph.advance, cell)
            }
            // Each of the two marks is placed in its own half below.
            _ if cluster.class == CharClass::StopPair => Em::ZERO,
            _ => (cell - advance) / 2,
        };
        let share = cell / (shaped.len() as i64).max(1);
        for glyph in shaped {
            if cluster.class == CharClass::StopPair {
                // ？！ share their cell evenly, the ink of each inside its half.
                let x = pen + self.ink_inside_cell(glyph, (share - glyph.advance) / 2, share);
                glyphs.push(CellGlyph { x, ..full_size_glyph(glyph) });
                pen += share;
                continue;
            }
            glyphs.push(CellGlyph { x: pen + glyph.dx, ..full_size_glyph(glyph) });
            // …… share their cells evenly; a word keeps its advances.
            // Equal widths mean that the cell is as the font has it.
            pen += if advance == cell { glyph.advance } else { share };
        }
        cell
    }

    /// Returns the position of a mark so that its ink stays inside its cell: its usual position,
    /// moved no further than necessary. Fonts whose marks reach beyond half a cell are moved, never
    /// clipped (R34).
    fn ink_inside_cell(&self, glyph: &ShapedGlyph, usual: Em, cell: Em) -> Em {
        let Some((left, right)) = self.fonts.face(glyph.font).ink_x_range(glyph.glyph) else {
            return usual;
        };
        if right - left > cell {
            // Ink wider than the cell is centred.
            return (cell - right - left) / 2;
        }
        // The ink fits, so the two bounds do not cross and their order does not matter.
        usual.min(cell - right).max(-left)
    }
}
