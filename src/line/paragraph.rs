//! A paragraph after shaping: units with cells and gaps, and the sums from which the width of any
//! line is read in constant time.

use std::ops::Range;

use crate::font::{FontId, GlyphId};
use crate::model::TextSpan;
use crate::script::{CharClass, GapKind, LineBreak, TextGap};
use crate::unit::Em;

/// Input of [`crate::line::prepare()`]: the text of one paragraph and the styles of its parts.
#[derive(Clone, Copy, Debug)]
pub struct ParagraphText<'a> {
    /// One paragraph, normalised.
    pub text: &'a str,
    /// Face of all text that no span sets in another face.
    pub face: FontId,
    /// Parts with a style. Spans of one kind are in order and do not overlap.
    pub spans: &'a [TextSpan],
}

/// A character that no font has a glyph for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MissingGlyph {
    /// The character.
    pub character: char,
    /// Its byte offset in the text.
    pub byte: usize,
}

/// A glyph in the cell of its unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CellGlyph {
    /// Font of the glyph.
    pub font: FontId,
    /// Index of the glyph in its font.
    pub id: GlyphId,
    /// Position along the line, from the start of the cell.
    pub x: Em,
    /// Height above the baseline. On a vertical line: distance from the left edge of the line.
    pub y: Em,
    /// Size in percent of the type size.
    pub scale_percent: u16,
    /// True if the glyph lies on its side with its top to the right: Latin on a vertical line.
    pub is_turned: bool,
    /// Byte offset of its first character. Its characters end where those of the next glyph start,
    /// or with the unit.
    pub text_byte: u32,
}

/// One step of a line: a cell with its glyphs, and the gap after it.
#[derive(Clone, Debug)]
pub struct LineUnit {
    /// Character class.
    pub class: CharClass,
    /// Width of the cell. Justification never changes it.
    pub cell_width: Em,
    /// White after the cell. It vanishes at the end of a line.
    pub gap: TextGap,
    /// Whether a line may end after the unit, and at what price.
    pub break_after: LineBreak,
    /// Bytes of the text that the unit covers.
    pub text_range: Range<u32>,
    /// Indices into [`PreparedParagraph::glyphs`].
    pub glyphs: Range<u32>,
    /// Index of the hyphen to add if a line ends here, in [`PreparedParagraph::hyphens`]. `None` if
    /// a break here needs no hyphen.
    pub(crate) hyphen: Option<u16>,
    /// True if the unit may hang over the measure at the end of a line (标点悬挂).
    pub(crate) can_hang: bool,
    /// True if an emphasis dot (着重号) stands below it.
    pub(crate) is_dotted: bool,
}

/// A hyphen in one face.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AddedHyphen {
    pub(crate) glyph: CellGlyph,
    /// Advance width of the glyph.
    pub(crate) width: Em,
}

/// A reading above characters (注音).
#[derive(Clone, Debug)]
pub(crate) struct RubyReading {
    /// Units below the reading. They always stay on one line.
    pub(crate) units: Range<usize>,
    /// Glyphs, positioned from the start of the reading at their reduced size.
    pub(crate) glyphs: Vec<CellGlyph>,
    /// Width of the reading.
    pub(crate) width: Em,
    /// Text of the reading.
    pub(crate) text: String,
}

/// White before an opening mark that starts a line.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct OpeningWhite {
    /// On the first line of a paragraph.
    pub(crate) first_line: Em,
    /// On every other line.
    pub(crate) other_lines: Em,
}

/// Sums over all units before a given one. The difference of two is the sum over the units between
/// them.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct RunningTotals {
    /// Cells and natural gaps.
    pub(crate) natural: Em,
    /// Room to shrink, by step of [`GapKind::shrink_step`].
    pub(crate) shrink: [Em; GapKind::SHRINK_STEPS],
    /// Room to stretch before the even stretch, by step of [`GapKind::stretch_step`].
    pub(crate) stretch: [Em; GapKind::STRETCH_STEPS],
    /// Number of gaps that take part in the even stretch.
    pub(crate) even_gaps: i64,
    /// Number of units that are neither mark nor space: a last line needs more than one (R43).
    pub(crate) characters: i64,
    /// Number of Han characters.
    pub(crate) han_characters: i64,
    /// Sum of `shrink`.
    pub(crate) shrink_total: Em,
    /// Sum of `stretch`.
    pub(crate) stretch_total: Em,
}

impl RunningTotals {
    /// Computes the totals before each unit and, as last entry, after all of them.
    pub(crate) fn over(units: &[LineUnit]) -> Vec<Self> {
        let mut totals = Vec::with_capacity(units.len() + 1);
        let mut sum = Self::default();
        // Entry 0 is empty, so that a line from the first unit needs no special case.
        totals.push(sum);
        for unit in units {
            let gap = &unit.gap;
            // Lengths are integers, so the difference of two sums is exact however long the
            // paragraph is.
            sum.natural += unit.cell_width + gap.natural;
            // A fixed gap has no step, and none of its width may change.
            if let Some(step) = gap.kind.shrink_step() {
                sum.shrink[step] += gap.natural - gap.min;
                sum.shrink_total += gap.natural - gap.min;
            }
            if let Some(step) = gap.kind.stretch_step() {
                sum.stretch[step] += gap.max - gap.natural;
                sum.stretch_total += gap.max - gap.natural;
            }
            // Counted apart from the steps: a gap of any kind may also open evenly.
            sum.even_gaps += i64::from(gap.stretches_evenly);
            sum.characters += i64::from(matches!(
                unit.class,
                CharClass::Han | CharClass::Digit | CharClass::Latin | CharClass::Symbol
            ));
            sum.han_characters += i64::from(unit.class == CharClass::Han);
            totals.push(sum);
        }
        totals
    }
}

/// Sums up to one end of a line. A line is the difference between its end and its start.
#[derive(Clone, Copy)]
pub(crate) struct LineEdge {
    /// Width with all gaps at their narrowest.
    pub(crate) least: Em,
    /// Width before justification.
    pub(crate) natural: Em,
    /// Width with all gaps at their widest, before the even stretch.
    pub(crate) most: Em,
    /// Number of Han characters.
    pub(crate) han_characters: i64,
    /// Number of gaps that take part in the even stretch.
    pub(crate) even_gaps: i64,
}

/// Widths that a line can take before the even stretch.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct LineWidths {
    /// Width with all gaps at their narrowest.
    pub(crate) least: Em,
    /// Width before justification.
    pub(crate) natural: Em,
}

/// A paragraph shaped once. Lines of any measure are cut from it.
#[derive(Clone, Debug)]
pub struct PreparedParagraph {
    pub(crate) text: String,
    pub(crate) units: Vec<LineUnit>,
    pub(crate) glyphs: Vec<CellGlyph>,
    /// Totals before each unit and after the last: one entry more than `units`.
    pub(crate) totals: Vec<RunningTotals>,
    /// Hyphens for broken words, one for each face in use.
    pub(crate) hyphens: Vec<AddedHyphen>,
    /// Readings above the characters, in order.
    pub(crate) readings: Vec<RubyReading>,
    pub(crate) opening_white: OpeningWhite,
    /// Width of the dateline up to 电 or 讯; zero without one.
    pub(crate) dateline_width: Em,
    /// Number of 字, as [`crate::script::count_characters`] counts them.
    pub(crate) characters: usize,
    /// True if lines run from top to bottom.
    pub(crate) is_vertical: bool,
    /// True if marks inside a line are squeezed before any other gap gives (全角式).
    pub(crate) squeezes_marks_first: bool,
}

impl PreparedParagraph {
    /// Text that the paragraph was prepared from.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Units in text order.
    pub fn units(&self) -> &[LineUnit] {
        &self.units
    }

    /// Glyphs in the order of the units.
    pub fn glyphs(&self) -> &[CellGlyph] {
        &self.glyphs
    }

    /// True if lines run from top to bottom.
    pub fn is_vertical(&self) -> bool {
        self.is_vertical
    }

    /// Width of the units `range` on a line of their own, before justification.
    pub fn natural_width(&self, range: Range<usize>) -> Em {
        self.widths(range).natural
    }

    /// Change of width where a line ends: the last gap vanishes, a broken word gets its hyphen, a
    /// mark may hang.
    fn line_end_change(&self, last: &LineUnit) -> Em {
        let mut change = -last.gap.natural;
        // A hyphen takes room that the text does not have.
        if let Some(hyphen) = last.hyphen {
            change += self.hyphens[usize::from(hyphen)].width;
        }
        // The mark stands outside the measure, so its cell does not count.
        if last.can_hang {
            change -= last.cell_width;
        }
        change
    }

    /// Width of the hyphen that is added to a line ending with `unit`; zero without one.
    pub(crate) fn hyphen_width(&self, unit: usize) -> Em {
        let hyphen = self.units[unit].hyphen;
        hyphen.map_or(Em::ZERO, |hyphen| self.hyphens[usize::from(hyphen)].width)
    }

    /// Sums before unit `unit`, for a line that starts with it.
    pub(crate) fn edge_before(&self, unit: usize) -> LineEdge {
        let totals = &self.totals[unit];
        LineEdge {
            // All steps together: the order in which gaps give matters only to the justified line.
            least: totals.natural - totals.shrink_total,
            natural: totals.natural,
            most: totals.natural + totals.stretch_total,
            han_characters: totals.han_characters,
            even_gaps: totals.even_gaps,
        }
    }

    /// Sums up to unit `end - 1`, for a line that ends with it: its gap no longer counts.
    pub(crate) fn edge_after(&self, end: usize) -> LineEdge {
        // A line has at least one unit, so the index does not fall below zero.
        let last = &self.units[end - 1];
        let TextGap { natural, min, max, stretches_evenly, .. } = last.gap;
        let edge = self.edge_before(end);
        // The change takes away the natural gap. The narrowest and the widest line have counted
        // another width for it, which is corrected by the difference.
        let change = self.line_end_change(last);
        LineEdge {
            least: edge.least + change + (natural - min),
            natural: edge.natural + change,
            most: edge.most + change - (max - natural),
            han_characters: edge.han_characters,
            even_gaps: edge.even_gaps - i64::from(stretches_evenly),
        }
    }

    /// Narrowest and natural width of a line of the units `range`.
    pub(crate) fn widths(&self, range: Range<usize>) -> LineWidths {
        // An empty line has no last unit whose gap could vanish.
        if range.is_empty() {
            return LineWidths::default();
        }
        let (start, end) = (self.edge_before(range.start), self.edge_after(range.end));
        LineWidths { least: end.least - start.least, natural: end.natural - start.natural }
    }

    /// Totals over a line of the units `range`, without the gap at its end.
    pub(crate) fn line_totals(&self, range: &Range<usize>) -> RunningTotals {
        if range.is_empty() {
            return RunningTotals::default();
        }
        let (before, after) = (&self.totals[range.start], &self.totals[range.end]);
        let last = &self.units[range.end - 1];
        let mut line = RunningTotals {
            // Every sum below leaves out the gap after the last unit, which vanishes at the line
            // end.
            natural: after.natural - before.natural + self.line_end_change(last),
            even_gaps: after.even_gaps - before.even_gaps - i64::from(last.gap.stretches_evenly),
            characters: after.characters - before.characters,
            han_characters: after.han_characters - before.han_characters,
            ..RunningTotals::default()
        };
        for step in 0..GapKind::SHRINK_STEPS {
            line.shrink[step] = self.shrink_room(range, step);
            line.shrink_total += line.shrink[step];
        }
        for step in 0..GapKind::STRETCH_STEPS {
            line.stretch[step] = self.stretch_room(range, step);
            line.stretch_total += line.stretch[step];
        }
        line
    }

    /// Room to shrink that the gaps of one step have in a line. `line` must not be empty.
    pub(crate) fn shrink_room(&self, line: &Range<usize>, step: usize) -> Em {
        let room = self.totals[line.end].shrink[step] - self.totals[line.start].shrink[step];
        let TextGap { kind, natural, min, .. } = self.units[line.end - 1].gap;
        // The gap at the line end is in the sums but gives no room.
        if kind.shrink_step() == Some(step) { room - (natural - min) } else { room }
    }

    /// Room to stretch that the gaps of one step have in a line. `line` must not be empty.
    pub(crate) fn stretch_room(&self, line: &Range<usize>, step: usize) -> Em {
        let room = self.totals[line.end].stretch[step] - self.totals[line.start].stretch[step];
        let TextGap { kind, natural, max, .. } = self.units[line.end - 1].gap;
        if kind.stretch_step() == Some(step) { room - (max - natural) } else { room }
    }

    /// Number of units in a line that are neither mark nor space.
    pub(crate) fn character_count(&self, line: Range<usize>) -> i64 {
        self.totals[line.end].characters - self.totals[line.start].characters
    }

    /// White before the first cell of a line that starts with unit `start`.
    pub(crate) fn white_before(&self, start: usize) -> Em {
        match self.units.get(start) {
            // The first line has its own setting: after an indent the white half may stay (R25).
            Some(unit) if unit.class == CharClass::Opening && start == 0 => {
                self.opening_white.first_line
            }
            Some(unit) if unit.class == CharClass::Opening => self.opening_white.other_lines,
            _ => Em::ZERO,
        }
    }
}

/// Returns the indices of the pieces that start inside a range of bytes. `pieces` are in text order
/// and `start` gives the first byte of one.
pub(crate) fn indices_in<T>(
    pieces: &[T],
    range: &Range<usize>,
    start: impl Fn(&T) -> usize,
) -> Range<usize> {
    let first = pieces.partition_point(|piece| start(piece) < range.start);
    // Both ends by binary search: a paragraph may have many spans.
    let last = pieces.partition_point(|piece| start(piece) < range.end);
    // An empty range between two pieces must not run backwards.
    first..last.max(first)
}
