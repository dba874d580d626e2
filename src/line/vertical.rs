//! Lines from top to bottom (竖排): headlines at the side, short blocks.
//!
//! Han characters and marks stand upright in the forms that the font has for vertical lines. Two
//! or three digits share a cell (纵中横); capitals and longer numbers stand one below the other;
//! words lie on their right side. GB/T 15834-2011 5.2, CLREQ `#vertical_writing_mode`.

#![expect(clippy::cast_possible_truncation, reason = "texts are far below 4 GiB by the limits")]

use crate::font::{FontSet, ShapedGlyph, ShapingMode, shape_text};
use crate::line::cells::{FULL_SCALE, ParagraphShaping, full_size_glyph};
use crate::line::paragraph::{
    CellGlyph, LineUnit, MissingGlyph, OpeningWhite, ParagraphText, PreparedParagraph,
    RunningTotals,
};
use crate::line::prepare::gap_after;
use crate::script;
use crate::script::{
    CharClass, CompositionProfile, InkPosition, LineBreak, TextCluster, count_characters,
    ink_position, is_centred_on_vertical_line, segment, vertical_quote,
};
use crate::unit::Em;

/// Form of a cluster on a vertical line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum VerticalForm {
    /// Upright, in its vertical form.
    Upright,
    /// A letter or digit alone on a full cell.
    FullCell,
    /// Part of a number whose digits all share the cell of the first one.
    SharedCell,
    /// On its right side.
    Sideways,
}

/// Longest number whose digits share a cell.
const SHARED_DIGITS_MAX: usize = 3;
/// Longest run of capitals that stand one below the other. A longer one is read as a word.
const STACKED_CAPITALS_MAX: usize = 4;
/// Distance from the middle of the em box to the baseline.
const MIDDLE_TO_BASELINE: Em = Em::milli(380);

/// Shapes a text for vertical lines. Spans other than faces are ignored.
///
/// # Errors
/// The characters that no font has, each where it occurs first.
pub fn prepare_vertical(
    fonts: &FontSet,
    source: ParagraphText<'_>,
    profile: &CompositionProfile,
) -> Result<PreparedParagraph, Vec<MissingGlyph>> {
    // The replacement is as many bytes as the original, so offsets into the text stay valid.
    let with_vertical_quotes: String = source.text.chars().map(vertical_quote).collect();
    // Segmented before the quotes are replaced: classes and breaks follow from the copy.
    let mut clusters = segment(source.text, profile);
    let characters = count_characters(&clusters);
    let forms = vertical_forms(source.text, &clusters);
    for (cluster, form) in clusters.iter_mut().zip(&forms) {
        if is_centred_on_vertical_line(&source.text[cluster.range.clone()]) {
            // The class of marks without a white half; see `gap_between`.
            cluster.class = CharClass::StopPair;
        }
        if *form == VerticalForm::FullCell {
            cluster.continues_run = false;
        }
    }
    let vertical_source = ParagraphText { text: &with_vertical_quotes, ..source };
    let shaping = ParagraphShaping { fonts, source: &vertical_source, profile };
    // Faces are chosen by the replaced text: the corner brackets may come from another font than
    // the quotes.
    let pieces = shaping.itemise(&clusters, |index, text| match forms[index] {
        VerticalForm::Upright => ShapingMode::Upright,
        VerticalForm::FullCell => ShapingMode::FullWidth,
        VerticalForm::SharedCell => ShapingMode::HalfWidth,
        VerticalForm::Sideways => shaping.shaping_mode(clusters[index].class, text),
    })?;
    let shaped = shape_text(fonts, vertical_source.text, &pieces);
    let (units, glyphs) = place_clusters(&shaping, &clusters, &forms, &shaped);
    Ok(PreparedParagraph {
        text: source.text.to_owned(),
        totals: RunningTotals::over(&units),
        units,
        glyphs,
        hyphens: Vec::new(),
        readings: Vec::new(),
        opening_white: OpeningWhite::default(),
        dateline_width: Em::ZERO,
        characters,
        is_vertical: true,
        squeezes_marks_first: false,
    })
}

/// Decides the form of each cluster. All clusters of one number or word take the same form.
fn vertical_forms(text: &str, clusters: &[TextCluster]) -> Vec<VerticalForm> {
    let mut forms = Vec::with_capacity(clusters.len());
    let mut start = 0;
    while start < clusters.len() {
        let mut end = start + 1;
        while end < clusters.len() && clusters[end].continues_run {
            end += 1;
        }
        let token = &text[clusters[start].range.start..clusters[end - 1].range.end];
        forms.resize(end, form_of_token(token, clusters[start].class));
        start = end;
    }
    forms
}

/// Form of a token, a whole number, word or single character, whose first cluster has a class.
fn form_of_token(token: &str, class: CharClass) -> VerticalForm {
    // A number with a point or comma is no plain number: it lies on its side, see below.
    if class == CharClass::Digit && token.bytes().all(|b| b.is_ascii_digit()) {
        let shares = token.len() <= SHARED_DIGITS_MAX;
        return if shares { VerticalForm::SharedCell } else { VerticalForm::FullCell };
    }
    if matches!(class, CharClass::Latin | CharClass::Digit) {
        // An abbreviation such as GDP is read letter by letter, a word is not.
        let is_capitals = token.bytes().all(|b| b.is_ascii_uppercase());
        let stacks = is_capitals && token.len() <= STACKED_CAPITALS_MAX;
        return if stacks { VerticalForm::FullCell } else { VerticalForm::Sideways };
    }
    // % and the like stand after their number, as Han would.
    let is_ascii_sign = token.is_ascii() && token != " ";
    if is_ascii_sign { VerticalForm::FullCell } else { VerticalForm::Upright }
}

/// Places the shaped glyphs in units. Digits that share a cell become one unit.
fn place_clusters(
    shaping: &ParagraphShaping<'_>,
    clusters: &[TextCluster],
    forms: &[VerticalForm],
    shaped: &[ShapedGlyph],
) -> (Vec<LineUnit>, Vec<CellGlyph>) {
    let mut units: Vec<LineUnit> = Vec::with_capacity(clusters.len());
    let mut glyphs = Vec::with_capacity(shaped.len());
    let mut rest = shaped;
    let mut start = 0;
    while start < clusters.len() {
        let mut end = start + 1;
        // All digits of a short number become one unit, which no line break can divide.
        while forms[start] == VerticalForm::SharedCell
            && end < clusters.len()
            && clusters[end].continues_run
        {
            end += 1;
        }
        let first = &clusters[start];
        let last = &clusters[end - 1];
        let range = first.range.start..last.range.end;
        // Glyphs come in text order: those of the unit are a prefix of the rest.
        let count = rest.iter().take_while(|g| (g.cluster_start as usize) < range.end).count();
        let (unit_glyphs, others) = rest.split_at(count);
        rest = others;
        let first_glyph = glyphs.len() as u32;
        let cell_width = match forms[start] {
            VerticalForm::Upright => place_upright(shaping, first, unit_glyphs, &mut glyphs),
            VerticalForm::FullCell | VerticalForm::SharedCell => {
                place_in_one_cell(unit_glyphs, &mut glyphs)
            }
            VerticalForm::Sideways => place_sideways(shaping, first, unit_glyphs, &mut glyphs),
        };
        let previous = start.checked_sub(1).map(|before| &clusters[before]);
        units.push(LineUnit {
            class: first.class,
            cell_width,
            // The unit ends with its last cluster, so that one decides on the gap and the break.
            gap: gap_after(previous, last, clusters.get(end), shaping.profile),
            // Words are not hyphenated on vertical lines.
            break_after: if last.break_after == LineBreak::Hyphen {
                LineBreak::Inseparable
            } else {
                last.break_after
            },
            text_range: range.start as u32..range.end as u32,
            glyphs: first_glyph..glyphs.len() as u32,
            hyphen: None,
            can_hang: false,
            is_dotted: false,
        });
        start = end;
    }
    (units, glyphs)
}

/// Returns a glyph at full size at a position.
fn glyph_at(shaped: &ShapedGlyph, x: Em, y: Em) -> CellGlyph {
    CellGlyph { x, y, ..full_size_glyph(shaped) }
}

/// Places a vertical form in its cell and returns the length of the cell. The pen starts at the
/// top, in the middle of the line.
fn place_upright(
    shaping: &ParagraphShaping<'_>,
    cluster: &TextCluster,
    shaped: &[ShapedGlyph],
    glyphs: &mut Vec<CellGlyph>,
) -> Em {
    let advance: Em = shaped.iter().map(|glyph| glyph.advance).sum();
    let text = &shaping.source.text[cluster.range.clone()];
    // ？！ share a cell side by side on horizontal lines, but stand one below the other here.
    let cell = if cluster.class == CharClass::StopPair {
        advance
    } else {
        script::cell_width(cluster.class, text, advance, shaping.profile)
    };
    let mut pen = match ink_position(cluster.class) {
        _ if cluster.class == CharClass::Space => Em::ZERO,
        InkPosition::Left => Em::ZERO,
        // The white of an opening mark is above its ink, as it is at the left on a horizontal line.
        InkPosition::Right => cell - advance,
        InkPosition::Centre => (cell - advance) / 2,
    };
    if let ([mark], true) = (shaped, cell < advance) {
        // R34: the ink stays inside the cell.
        let face = shaping.fonts.face(mark.font);
        if let Some((bottom, top)) = face.ink_y_range(mark.glyph) {
            // Font coordinates grow upwards, positions on the line downwards.
            let (start, end) = (-mark.dy - top, -mark.dy - bottom);
            pen = if end - start > cell {
                (cell - end - start) / 2
            } else {
                pen.min(cell - end).max(-start)
            };
        }
    }
    let share = cell / (shaped.len() as i64).max(1);
    for glyph in shaped {
        // The shaper sets vertical glyphs from the middle of the line; the left edge is half an em
        // away.
        glyphs.push(glyph_at(glyph, pen - glyph.dy, Em::HALF + glyph.dx));
        pen += if advance == cell { glyph.advance } else { share };
    }
    cell
}

/// Places letters or digits side by side in one cell, smaller if they are wider than it, and
/// returns the length of the cell.
fn place_in_one_cell(shaped: &[ShapedGlyph], glyphs: &mut Vec<CellGlyph>) -> Em {
    let advance: Em = shaped.iter().map(|glyph| glyph.advance).sum();
    let full = i64::from(FULL_SCALE);
    // Only made smaller, never larger: one digit keeps its size in the middle of the cell.
    let scale = if advance > Em::ONE { full * Em::ONE.units() / advance.units() } else { full };
    let scaled = |length: Em| length.share(scale, full);
    let mut pen = (Em::ONE - scaled(advance)) / 2;
    for glyph in shaped {
        // The middle of the em box, not the baseline, stands in the middle of the cell.
        let x = Em::HALF + scaled(MIDDLE_TO_BASELINE);
        let placed = glyph_at(glyph, x, pen + scaled(glyph.dx));
        glyphs.push(CellGlyph { scale_percent: scale as u16, ..placed });
        pen += scaled(glyph.advance);
    }
    Em::ONE
}

/// Places a letter of a word that lies on its right side, its em box turned about its middle, and
/// returns the length of the cell.
fn place_sideways(
    shaping: &ParagraphShaping<'_>,
    cluster: &TextCluster,
    shaped: &[ShapedGlyph],
    glyphs: &mut Vec<CellGlyph>,
) -> Em {
    let advance: Em = shaped.iter().map(|glyph| glyph.advance).sum();
    let text = &shaping.source.text[cluster.range.clone()];
    let cell = script::cell_width(cluster.class, text, advance, shaping.profile);
    let mut pen = (cell - advance) / 2;
    for glyph in shaped {
        // Turned, the baseline runs down the line, left of its middle: descenders point to the
        // left.
        let y = Em::HALF - MIDDLE_TO_BASELINE + glyph.dy;
        glyphs.push(CellGlyph { is_turned: true, ..glyph_at(glyph, pen + glyph.dx, y) });
        pen += glyph.advance;
    }
    cell
}
