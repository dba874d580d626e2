//! Shaping a paragraph once, for use at any measure.

#![expect(clippy::cast_possible_truncation, reason = "texts are far below 4 GiB by the limits")]

use std::ops::Range;

use crate::font::{FontId, FontSet, GlyphId};
use crate::line::cells::{ParagraphShaping, shaped};
use crate::line::reading::{RubyReading, readings};
use crate::model::{SpanStyle, TextSpan};
use crate::script::{
    CharClass, CompositionProfile, GapKind, LineBreak, TextCluster, TextGap, count_characters,
    gap_between, segment,
};
use crate::unit::Em;

/// Copy to be set: text and how its parts are dressed.
#[derive(Clone, Copy, Debug)]
pub struct ParagraphText<'a> {
    /// One paragraph, normalised.
    pub text: &'a str,
    /// The face of everything that no span gives another.
    pub face: FontId,
    /// What is set otherwise. Spans of one kind are in order and do not overlap.
    pub spans: &'a [TextSpan],
}

/// A character that no face has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MissingGlyph {
    /// The character.
    pub c: char,
    /// Its byte in the text.
    pub at: usize,
}

/// A glyph in the cell of its unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CellGlyph {
    /// The face.
    pub font: FontId,
    /// The glyph.
    pub id: GlyphId,
    /// Where it is drawn along the line, from the start of the cell.
    pub x: Em,
    /// How far above the baseline; on a vertical line, how far right of the line's left edge.
    pub y: Em,
    /// Its size in hundredths of the type size.
    pub scale_percent: u16,
    /// Whether it lies on its side, its top to the right: Latin on a vertical line.
    pub is_turned: bool,
    /// Its byte in the text: its characters go on to the next glyph's or the unit's end.
    pub text_byte: u32,
}

/// A piece of a line: a cell with its glyphs, and the gap after it.
#[derive(Clone, Debug)]
pub struct LineUnit {
    /// What it is.
    pub class: CharClass,
    /// The width of its cell, which never changes.
    pub cell_width: Em,
    /// The white after it, unless a line ends there.
    pub gap: TextGap,
    /// Whether a line may end after it.
    pub after: LineBreak,
    /// Its bytes in the text.
    pub range: Range<u32>,
    /// Its glyphs in [`Prepared::glyphs`].
    pub glyphs: Range<u32>,
    /// The hyphen that stands after it where a word breaks, in [`Prepared`].
    pub(crate) hyphen: Option<u16>,
    /// Whether a line that ends with it may let it hang over the measure.
    pub(crate) hangs: bool,
    /// Whether it has a dot of emphasis.
    pub(crate) dotted: bool,
}

/// Running sums over the units before one: any line is the difference of two.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct RunningTotals {
    /// Cells and natural gaps.
    pub(crate) natural: Em,
    /// How far gaps may shrink, by step.
    pub(crate) shrink: [Em; GapKind::SHRINK_STEPS],
    /// How far gaps may stretch before the even stretch, by step.
    pub(crate) stretch: [Em; GapKind::STRETCH_STEPS],
    /// Gaps that take part in the even stretch.
    pub(crate) even: i64,
    /// What is no mark and no space: a last line needs more than one (R43).
    pub(crate) chars: i64,
    /// Han characters among them.
    pub(crate) han: i64,
    /// All that gaps may shrink, and stretch in their own steps.
    pub(crate) give: [Em; 2],
}

/// The sums at an end of a line: what it holds is the difference of its two.
#[derive(Clone, Copy)]
pub(crate) struct LineEdge {
    /// The narrowest.
    pub(crate) least: Em,
    /// Before its gaps are filled.
    pub(crate) natural: Em,
    /// The widest before the even stretch.
    pub(crate) most: Em,
    /// Han characters.
    pub(crate) han: i64,
    /// Gaps that open evenly.
    pub(crate) even: i64,
}

/// A paragraph shaped once; lines of any measure are cut from it.
#[derive(Clone, Debug)]
pub struct PreparedParagraph {
    pub(crate) text: String,
    pub(crate) units: Vec<LineUnit>,
    pub(crate) glyphs: Vec<CellGlyph>,
    pub(crate) totals: Vec<RunningTotals>,
    /// The hyphens that words may break with, one a face, and their widths.
    pub(crate) hyphens: Vec<(CellGlyph, Em)>,
    /// The readings above it.
    pub(crate) readings: Vec<RubyReading>,
    /// The white before an opening mark at the start of the paragraph, and of any other line.
    pub(crate) opening: [Em; 2],
    /// The width of the dateline up to 电 or 讯.
    pub(crate) dateline: Em,
    /// Its 字, as [`crate::script::characters`] counts them.
    pub(crate) characters: usize,
    /// Whether its lines run from top to bottom.
    pub(crate) vertical: bool,
    /// Whether marks inside a line are squeezed before anything else is done (全角式).
    pub(crate) squeezes: bool,
}

impl PreparedParagraph {
    /// The text it was prepared from.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its units.
    pub fn units(&self) -> &[LineUnit] {
        &self.units
    }

    /// Its glyphs, in the order of the units.
    pub fn glyphs(&self) -> &[CellGlyph] {
        &self.glyphs
    }

    /// Whether its lines run from top to bottom.
    pub fn is_vertical(&self) -> bool {
        self.vertical
    }

    /// The width of units `range` on a line of their own, before justification.
    pub fn natural_width(&self, range: Range<usize>) -> Em {
        self.widths(range)[1]
    }

    /// What the end of a line changes: its last gap vanishes, a word gets its hyphen, a mark may hang.
    fn end(&self, last: &LineUnit) -> Em {
        let mut end = -last.gap.natural;
        if let Some(hyphen) = last.hyphen {
            end += self.hyphens[usize::from(hyphen)].1;
        }
        if last.hangs {
            end -= last.cell_width;
        }
        end
    }

    /// The width of the hyphen that a line ending with a unit gets.
    pub(crate) fn hyphen_after(&self, unit: usize) -> Em {
        let hyphen = self.units[unit].hyphen;
        hyphen.map_or(Em::ZERO, |hyphen| self.hyphens[usize::from(hyphen)].1)
    }

    /// The sums before unit `at`, where a line starts.
    pub(crate) fn starting(&self, at: usize) -> LineEdge {
        let RunningTotals { natural, give, han, even, .. } = self.totals[at];
        LineEdge { least: natural - give[0], natural, most: natural + give[1], han, even }
    }

    /// The sums up to unit `at - 1`, where a line ends.
    pub(crate) fn ending(&self, at: usize) -> LineEdge {
        let unit = &self.units[at - 1];
        let TextGap { natural, min: least, max: most, stretches_evenly: even, .. } = unit.gap;
        let (edge, end) = (self.starting(at), self.end(unit));
        LineEdge {
            least: edge.least + end + (natural - least),
            natural: edge.natural + end,
            most: edge.most + end - (most - natural),
            han: edge.han,
            even: edge.even - i64::from(even),
        }
    }

    /// The least, the natural and the most width of a line, before the even stretch.
    pub(crate) fn widths(&self, range: Range<usize>) -> [Em; 3] {
        if range.is_empty() {
            return [Em::ZERO; 3];
        }
        let (start, end) = (self.starting(range.start), self.ending(range.end));
        [end.least - start.least, end.natural - start.natural, end.most - start.most]
    }

    /// The sums over a line of units `range`, without the gap at its end.
    pub(crate) fn span(&self, range: &Range<usize>) -> RunningTotals {
        if range.is_empty() {
            return RunningTotals::default();
        }
        let (a, b) = (&self.totals[range.start], &self.totals[range.end]);
        let unit = &self.units[range.end - 1];
        let last = &unit.gap;
        let mut span = RunningTotals {
            natural: b.natural - a.natural + self.end(unit),
            even: b.even - a.even - i64::from(last.stretches_evenly),
            chars: b.chars - a.chars,
            han: b.han - a.han,
            ..RunningTotals::default()
        };
        for k in 0..GapKind::SHRINK_STEPS {
            span.shrink[k] = b.shrink[k] - a.shrink[k];
        }
        for k in 0..GapKind::STRETCH_STEPS {
            span.stretch[k] = b.stretch[k] - a.stretch[k];
        }
        if let Some(k) = last.kind.shrink_step() {
            span.shrink[k] -= last.natural - last.min;
        }
        if let Some(k) = last.kind.stretch_step() {
            span.stretch[k] -= last.max - last.natural;
        }
        span
    }

    /// How far the gaps of a step may shrink in a line.
    pub(crate) fn shrink(&self, line: &Range<usize>, step: usize) -> Em {
        let whole = self.totals[line.end].shrink[step] - self.totals[line.start].shrink[step];
        let TextGap { kind: give, natural, min: least, .. } = self.units[line.end - 1].gap;
        if give.shrink_step() == Some(step) { whole - (natural - least) } else { whole }
    }

    /// How far they may stretch.
    pub(crate) fn stretch(&self, line: &Range<usize>, step: usize) -> Em {
        let whole = self.totals[line.end].stretch[step] - self.totals[line.start].stretch[step];
        let TextGap { kind: give, natural, max: most, .. } = self.units[line.end - 1].gap;
        if give.stretch_step() == Some(step) { whole - (most - natural) } else { whole }
    }

    /// What is no mark and no space in a line.
    pub(crate) fn chars(&self, line: Range<usize>) -> i64 {
        self.totals[line.end].chars - self.totals[line.start].chars
    }

    /// The white before the first cell of a line that starts with unit `start`.
    pub(crate) fn white_before(&self, start: usize) -> Em {
        match self.units.get(start) {
            Some(unit) if unit.class == CharClass::Opening => self.opening[usize::from(start > 0)],
            _ => Em::ZERO,
        }
    }
}

/// Shapes a paragraph.
///
/// # Errors
/// The characters that no face has, each at its first place.
pub fn prepare(
    fonts: &FontSet,
    copy: ParagraphText<'_>,
    profile: &CompositionProfile,
) -> Result<PreparedParagraph, Vec<MissingGlyph>> {
    let mut clusters = segment(copy.text, profile);
    let characters = count_characters(&clusters);
    dress(&mut clusters, copy.spans);
    let shaping = ParagraphShaping { fonts, copy: &copy, profile };
    let (cells, glyphs) = shaped(&shaping, &clusters)?;
    let mut units = Vec::with_capacity(clusters.len());
    for (k, (cluster, cell)) in clusters.iter().zip(cells).enumerate() {
        let previous = k.checked_sub(1).map(|p| &clusters[p]);
        units.push(LineUnit {
            class: cluster.class,
            cell_width: cell.width,
            gap: gap_after(previous, cluster, clusters.get(k + 1), profile),
            after: cluster.break_after,
            range: cluster.range.start as u32..cluster.range.end as u32,
            glyphs: cell.glyphs,
            hyphen: None,
            hangs: false,
            dotted: false,
        });
    }
    Ok(finish(&shaping, units, glyphs, characters))
}

/// Adds what hangs on the units: hyphens, hanging marks, dots, readings, running sums.
fn finish(
    shaping: &ParagraphShaping<'_>,
    mut units: Vec<LineUnit>,
    mut glyphs: Vec<CellGlyph>,
    characters: usize,
) -> PreparedParagraph {
    let ParagraphShaping { copy, profile, .. } = shaping;
    let hyphens = hyphens(shaping, &mut units, &glyphs);
    if profile.allows_hanging {
        for k in 1..units.len() {
            // Never on marks in a row, and no mark but these (CLREQ #hanging_punctuation_marks_at_line_end).
            let text = &copy.text[units[k].range.start as usize..units[k].range.end as usize];
            let lone =
                matches!(units[k - 1].class, CharClass::Han | CharClass::Latin | CharClass::Digit);
            units[k].hangs = lone && matches!(text, "、" | "，" | "。");
        }
    }
    let mut dateline = Em::ZERO;
    for span in copy.spans {
        let clusters = covered(&units, &span.range, |unit| unit.range.start as usize);
        match &span.style {
            SpanStyle::EmphasisDot => {
                for unit in &mut units[clusters] {
                    unit.dotted = unit.class == CharClass::Han;
                }
            }
            SpanStyle::Dateline => {
                dateline +=
                    units[clusters].iter().map(|unit| unit.cell_width + unit.gap.natural).sum();
            }
            SpanStyle::Face(_)
            | SpanStyle::Superscript
            | SpanStyle::Ruby(_)
            | SpanStyle::Unbroken
            | SpanStyle::ForcedBreak => {}
        }
    }
    let readings = readings(shaping, &mut units, &mut glyphs);
    let totals = totals(&units);
    let white = |trim: bool| if trim { Em::ZERO } else { Em::HALF };
    PreparedParagraph {
        text: copy.text.to_owned(),
        units,
        glyphs,
        totals,
        hyphens,
        readings,
        opening: [white(profile.trims_after_indent), white(profile.trims_line_start)],
        dateline,
        characters,
        vertical: false,
        squeezes: profile.punctuation == crate::script::PunctuationStyle::Full,
    }
}

/// The pieces that start inside a range of bytes.
pub(crate) fn covered<T>(
    pieces: &[T],
    range: &Range<usize>,
    start: impl Fn(&T) -> usize,
) -> Range<usize> {
    let first = pieces.partition_point(|piece| start(piece) < range.start);
    let last = pieces.partition_point(|piece| start(piece) < range.end);
    first..last.max(first)
}

/// What the dress of its parts says of where a paragraph breaks.
fn dress(clusters: &mut [TextCluster], spans: &[TextSpan]) {
    let mut before: Option<(usize, &SpanStyle)> = None;
    for span in spans {
        let inside = covered(clusters, &span.range, |cluster| cluster.range.start);
        if inside.is_empty() {
            continue;
        }
        let last = inside.end - 1;
        match &span.style {
            SpanStyle::Unbroken => {
                for cluster in &mut clusters[inside.start..last] {
                    cluster.break_after = cluster.break_after.max(LineBreak::Discouraged);
                }
            }
            SpanStyle::Ruby(_) => {
                for cluster in &mut clusters[inside.start..last] {
                    cluster.break_after = LineBreak::Inseparable;
                }
            }
            SpanStyle::Superscript => {
                for cluster in &mut clusters[inside.start.saturating_sub(1)..last] {
                    cluster.break_after = LineBreak::Inseparable;
                }
                for cluster in &mut clusters[inside.clone()] {
                    cluster.class = CharClass::Postfix;
                    cluster.continues_run = false;
                }
            }
            SpanStyle::Dateline => {
                for cluster in &mut clusters[inside.start..last] {
                    cluster.break_after = cluster.break_after.max(LineBreak::InsideDatelinePart);
                }
                // A second part goes on a first one.
                if let Some((end, SpanStyle::Dateline)) =
                    before.filter(|(end, _)| *end == inside.start)
                {
                    clusters[end - 1].break_after = LineBreak::BetweenDatelineParts;
                }
            }
            SpanStyle::ForcedBreak => {
                for cluster in &mut clusters[inside.clone()] {
                    cluster.break_after = LineBreak::Forced;
                }
            }
            SpanStyle::Face(_) | SpanStyle::EmphasisDot => {}
        }
        before = Some((inside.end, &span.style));
    }
}

pub(crate) fn gap_after(
    previous: Option<&TextCluster>,
    cluster: &TextCluster,
    next: Option<&TextCluster>,
    profile: &CompositionProfile,
) -> TextGap {
    match next {
        None => TextGap::NONE,
        Some(next) if next.continues_run => TextGap::NONE,
        Some(next) if cluster.class == CharClass::Space => {
            profile.space_gap(previous.map_or(CharClass::Han, |c| c.class), next.class)
        }
        Some(next) => gap_between(cluster.class, next.class, profile),
    }
}

/// A hyphen of each face in which a word may break.
fn hyphens(
    shaping: &ParagraphShaping<'_>,
    units: &mut [LineUnit],
    glyphs: &[CellGlyph],
) -> Vec<(CellGlyph, Em)> {
    let mut hyphens: Vec<(CellGlyph, Em)> = Vec::new();
    for unit in units.iter_mut().filter(|unit| unit.after == LineBreak::Hyphen) {
        let range = unit.range.start as usize..unit.range.end as usize;
        // A word that has a hyphen there needs no second one.
        if &shaping.copy.text[range] == "-" {
            continue;
        }
        let Some(font) = glyphs.get(unit.glyphs.start as usize).map(|glyph| glyph.font) else {
            continue;
        };
        let at = hyphens.iter().position(|(glyph, _)| glyph.font == font).or_else(|| {
            hyphens.push(shaping.hyphen(font)?);
            Some(hyphens.len() - 1)
        });
        unit.hyphen = at.and_then(|at| u16::try_from(at).ok());
    }
    hyphens
}

pub(crate) fn totals(units: &[LineUnit]) -> Vec<RunningTotals> {
    let mut totals = Vec::with_capacity(units.len() + 1);
    let mut sum = RunningTotals::default();
    totals.push(sum);
    for unit in units {
        let gap = &unit.gap;
        sum.natural += unit.cell_width + gap.natural;
        if let Some(k) = gap.kind.shrink_step() {
            sum.shrink[k] += gap.natural - gap.min;
            sum.give[0] += gap.natural - gap.min;
        }
        if let Some(k) = gap.kind.stretch_step() {
            sum.stretch[k] += gap.max - gap.natural;
            sum.give[1] += gap.max - gap.natural;
        }
        sum.even += i64::from(gap.stretches_evenly);
        sum.chars += i64::from(matches!(
            unit.class,
            CharClass::Han | CharClass::Digit | CharClass::Latin | CharClass::Symbol
        ));
        sum.han += i64::from(unit.class == CharClass::Han);
        totals.push(sum);
    }
    totals
}
