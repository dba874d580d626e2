//! Shapes a paragraph once, for use at any measure.

#![expect(clippy::cast_possible_truncation, reason = "texts are far below 4 GiB by the limits")]

use std::ops::Range;

use crate::font::FontSet;
use crate::line::cells::{ParagraphShaping, shape_cells};
use crate::line::paragraph::{
    AddedHyphen, CellGlyph, LineUnit, MissingGlyph, OpeningWhite, ParagraphText, PreparedParagraph,
    RunningTotals, indices_in,
};
use crate::line::ruby::attach_reading;
use crate::model::{SpanStyle, TextSpan};
use crate::script::{
    CharClass, CompositionProfile, LineBreak, PunctuationStyle, TextCluster, TextGap,
    count_characters, gap_between, hangs_at_line_end, segment,
};
use crate::unit::Em;

/// Shapes a paragraph.
///
/// # Errors
/// The characters that no font has, each where it occurs first.
pub fn prepare(
    fonts: &FontSet,
    source: ParagraphText<'_>,
    profile: &CompositionProfile,
) -> Result<PreparedParagraph, Vec<MissingGlyph>> {
    let mut clusters = segment(source.text, profile);
    // Counted before the spans change classes: a note mark of two digits is one 字, not two.
    let characters = count_characters(&clusters);
    // Before shaping, because a note mark gets another class and leaves its run.
    apply_span_breaks(&mut clusters, source.spans);
    let shaping = ParagraphShaping { fonts, source: &source, profile };
    let (cells, glyphs) = shape_cells(&shaping, &clusters)?;
    let mut units = Vec::with_capacity(clusters.len());
    for (index, (cluster, cell)) in clusters.iter().zip(cells).enumerate() {
        let previous = index.checked_sub(1).map(|before| &clusters[before]);
        units.push(LineUnit {
            class: cluster.class,
            cell_width: cell.width,
            gap: gap_after(previous, cluster, clusters.get(index + 1), profile),
            break_after: cluster.break_after,
            text_range: cluster.range.start as u32..cluster.range.end as u32,
            glyphs: cell.glyphs,
            hyphen: None,
            can_hang: false,
            is_dotted: false,
        });
    }
    Ok(finish_paragraph(&shaping, units, glyphs, characters))
}

/// Adds everything that depends on finished units: hyphens, hanging marks, emphasis dots, readings,
/// running totals. Readings come before the totals because they widen cells.
fn finish_paragraph(
    shaping: &ParagraphShaping<'_>,
    mut units: Vec<LineUnit>,
    mut glyphs: Vec<CellGlyph>,
    characters: usize,
) -> PreparedParagraph {
    let ParagraphShaping { source, profile, .. } = shaping;
    let hyphens = assign_hyphens(shaping, &mut units, &glyphs);
    if profile.allows_hanging {
        mark_hanging_units(&mut units, source.text);
    }
    let mut dateline_width = Em::ZERO;
    let mut readings = Vec::new();
    for span in source.spans {
        let inside = indices_in(&units, &span.range, |unit| unit.text_range.start as usize);
        match &span.style {
            // Dots stand below characters only, never below marks.
            SpanStyle::EmphasisDot => {
                for unit in &mut units[inside] {
                    unit.is_dotted = unit.class == CharClass::Han;
                }
            }
            // Agency, place and date are separate spans; the dateline is as long as all of them.
            SpanStyle::Dateline => {
                let widths = units[inside].iter().map(|unit| unit.cell_width + unit.gap.natural);
                dateline_width += widths.sum();
            }
            SpanStyle::Ruby(_)
            | SpanStyle::Face(_)
            | SpanStyle::Superscript
            | SpanStyle::Unbroken
            | SpanStyle::ForcedBreak => {}
        }
    }
    // The dateline is measured above, before a reading widens any cell.
    for span in source.spans {
        let SpanStyle::Ruby(text) = &span.style else { continue };
        let inside = indices_in(&units, &span.range, |unit| unit.text_range.start as usize);
        let reading = ParagraphText { text, face: source.face, spans: &[] };
        // A reading with a character that no font has was rejected with the record.
        let Ok(reading) = prepare(shaping.fonts, reading, profile) else { continue };
        if !inside.is_empty() {
            readings.push(attach_reading(&reading, inside, &mut units, &mut glyphs));
        }
    }
    // A mark has its ink in a half cell; untrimmed, the white half stands before that cell.
    let white = |is_trimmed: bool| if is_trimmed { Em::ZERO } else { Em::HALF };
    PreparedParagraph {
        text: source.text.to_owned(),
        totals: RunningTotals::over(&units),
        units,
        glyphs,
        hyphens,
        readings,
        opening_white: OpeningWhite {
            first_line: white(profile.trims_after_indent),
            other_lines: white(profile.trims_line_start),
        },
        dateline_width,
        characters,
        is_vertical: false,
        squeezes_marks_first: profile.punctuation == PunctuationStyle::Full,
    }
}

/// Marks the units that may hang over the measure: a comma or stop after text, never the second of
/// two marks in a row (CLREQ `#hanging_punctuation_marks_at_line_end`).
fn mark_hanging_units(units: &mut [LineUnit], text: &str) {
    for index in 1..units.len() {
        let Range { start, end } = units[index].text_range;
        let follows_text =
            matches!(units[index - 1].class, CharClass::Han | CharClass::Latin | CharClass::Digit);
        units[index].can_hang =
            follows_text && hangs_at_line_end(&text[start as usize..end as usize]);
    }
}

/// Applies the spans that change where the paragraph may break.
fn apply_span_breaks(clusters: &mut [TextCluster], spans: &[TextSpan]) {
    // End and style of the span before the current one.
    let mut previous: Option<(usize, &SpanStyle)> = None;
    for span in spans {
        let inside = indices_in(clusters, &span.range, |cluster| cluster.range.start);
        if inside.is_empty() {
            continue;
        }
        let last = inside.end - 1;
        match &span.style {
            SpanStyle::Unbroken => {
                // The break after the last cluster is outside the span and stays unchanged. `max`
                // keeps a break that is forbidden already.
                for cluster in &mut clusters[inside.start..last] {
                    cluster.break_after = cluster.break_after.max(LineBreak::Discouraged);
                }
            }
            // A reading is drawn once over all its characters, so they cannot stand on two lines.
            SpanStyle::Ruby(_) => {
                for cluster in &mut clusters[inside.start..last] {
                    cluster.break_after = LineBreak::Inseparable;
                }
            }
            SpanStyle::Superscript => {
                // The mark stays with the character that it annotates.
                for cluster in &mut clusters[inside.start.saturating_sub(1)..last] {
                    cluster.break_after = LineBreak::Inseparable;
                }
                // As a postfix it stands tight against the text before it.
                for cluster in &mut clusters[inside.clone()] {
                    cluster.class = CharClass::Postfix;
                    cluster.continues_run = false;
                }
            }
            SpanStyle::Dateline => {
                for cluster in &mut clusters[inside.start..last] {
                    cluster.break_after = cluster.break_after.max(LineBreak::InsideDatelinePart);
                }
                // Adjacent dateline spans are parts of one dateline: agency, place, date.
                if let Some((end, SpanStyle::Dateline)) =
                    previous.filter(|(end, _)| *end == inside.start)
                {
                    clusters[end - 1].break_after = LineBreak::BetweenDatelineParts;
                }
            }
            SpanStyle::ForcedBreak => {
                // The span covers what stands before the break; see `LineBreak::Forced`.
                for cluster in &mut clusters[inside.clone()] {
                    cluster.break_after = LineBreak::Forced;
                }
            }
            SpanStyle::Face(_) | SpanStyle::EmphasisDot => {}
        }
        previous = Some((inside.end, &span.style));
    }
}

/// Returns the gap between a cluster and the next one; no gap at the end of the paragraph and
/// inside a run such as a number.
pub(crate) fn gap_after(
    previous: Option<&TextCluster>,
    cluster: &TextCluster,
    next: Option<&TextCluster>,
    profile: &CompositionProfile,
) -> TextGap {
    match next {
        None => TextGap::NONE,
        // Digits and letters of one run stand as the font spaces them.
        Some(next) if next.continues_run => TextGap::NONE,
        // The width of a space depends on what stands on both sides of it.
        Some(next) if cluster.class == CharClass::Space => {
            profile.space_gap(previous.map_or(CharClass::Han, |before| before.class), next.class)
        }
        Some(next) => gap_between(cluster.class, next.class, profile),
    }
}

/// Gives a hyphen to every unit after which a word may break, and returns the hyphens in use, one a
/// face.
fn assign_hyphens(
    shaping: &ParagraphShaping<'_>,
    units: &mut [LineUnit],
    glyphs: &[CellGlyph],
) -> Vec<AddedHyphen> {
    let mut hyphens: Vec<AddedHyphen> = Vec::new();
    for unit in units.iter_mut().filter(|unit| unit.break_after == LineBreak::Hyphen) {
        let range = unit.text_range.start as usize..unit.text_range.end as usize;
        // A word that has a hyphen there needs no second one.
        if &shaping.source.text[range] == "-" {
            continue;
        }
        // Hyphen and word must come from one face, and a fallback font may have set the word.
        let Some(font) = glyphs.get(unit.glyphs.start as usize).map(|glyph| glyph.font) else {
            continue;
        };
        let index = hyphens.iter().position(|hyphen| hyphen.glyph.font == font).or_else(|| {
            hyphens.push(shaping.shape_hyphen(font)?);
            Some(hyphens.len() - 1)
        });
        unit.hyphen = index.and_then(|index| u16::try_from(index).ok());
    }
    hyphens
}
