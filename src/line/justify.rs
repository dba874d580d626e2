//! Justification: changing the gaps of a line so that it ends exactly on the measure.

#![expect(clippy::cast_possible_truncation, reason = "texts are far below 4 GiB by the limits")]

use std::ops::Range;

use crate::line::paragraph::{CellGlyph, PreparedParagraph, RunningTotals};
use crate::script::{GapKind, LineBreak};
use crate::unit::Em;

/// Amounts by which the gaps of a line were shrunk or stretched (两端对齐).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Justification {
    /// Width that the gaps of each shrink step lost together.
    pub shrunk: [Em; GapKind::SHRINK_STEPS],
    /// Width that the gaps of each stretch step gained together.
    pub stretched: [Em; GapKind::STRETCH_STEPS],
    /// Width that the even stretch added to all its gaps together.
    pub even_stretch: Em,
    /// Number of gaps that take part in the even stretch.
    pub even_gaps: i64,
    /// Width that no gap could take: positive if the line falls short, negative if it runs over.
    pub remainder: Em,
}

impl Justification {
    /// Distributes the difference between `measure` and the natural width over the gaps of a line.
    ///
    /// The steps take their turns in the order of CLREQ `#text_adjustment`, which is the order of
    /// the fields: each takes all it can before the next one is touched. If a line is too short
    /// after all stretch steps, the rest is divided evenly over the gaps that allow it, without
    /// limit. There is no such last resort for a line that is too long. What cannot be
    /// distributed is the `remainder`.
    pub(crate) fn solve(line: &RunningTotals, measure: Em) -> Self {
        let mut solved = Self { even_gaps: line.even_gaps, ..Self::default() };
        let mut slack = measure - line.natural;
        if slack > Em::ZERO {
            // A later step is touched only if the earlier ones are used up: `slack` is zero
            // otherwise.
            for (step, room) in solved.stretched.iter_mut().zip(line.stretch) {
                *step = slack.min(room);
                slack -= *step;
            }
            // The even stretch has no limit, so nothing remains unless the line has no such gap.
            if line.even_gaps > 0 {
                solved.even_stretch = slack;
                slack = Em::ZERO;
            }
        } else if slack < Em::ZERO {
            for (step, room) in solved.shrunk.iter_mut().zip(line.shrink) {
                *step = (-slack).min(room);
                slack += *step;
            }
        }
        solved.remainder = slack;
        solved
    }

    /// Width that the even stretch added to each gap.
    pub fn even_gap(&self) -> Em {
        if self.even_gaps == 0 { Em::ZERO } else { self.even_stretch.share(1, self.even_gaps) }
    }

    /// Change of the width of the line.
    fn width_change(&self) -> Em {
        let shrunk: Em = self.shrunk.iter().copied().sum();
        let stretched: Em = self.stretched.iter().copied().sum();
        stretched + self.even_stretch - shrunk
    }
}

/// A line: some units of a paragraph and the justification of their gaps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextLine {
    /// Units on the line.
    pub units: Range<usize>,
    /// Position of the first cell from the start of the measure: the indent, and white before an
    /// opening mark.
    pub start_x: Em,
    /// Change of the gaps.
    pub justification: Justification,
    /// Prohibition that was lifted to end the line here; `None` if the break is allowed.
    pub lifted_prohibition: Option<LineBreak>,
    /// True if the paragraph ends with this line.
    pub is_last: bool,
}

/// A glyph on a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlacedGlyph<'a> {
    /// The glyph in its cell.
    pub glyph: &'a CellGlyph,
    /// Position from the start of the measure.
    pub x: Em,
    /// Bytes of the text of the paragraph that the glyph stands for. The glyphs of a line cover its
    /// text completely and in order; a hyphen added at the end of the line covers none of it.
    pub text_bytes: Range<u32>,
    /// True if the glyph is a hyphen that the text does not have.
    pub is_added_hyphen: bool,
}

impl TextLine {
    /// Returns a text on one line, not justified.
    pub fn whole(paragraph: &PreparedParagraph) -> Self {
        Self::unjustified(paragraph, 0..paragraph.units().len())
    }

    /// Returns the line of some units of a paragraph at the start of the measure, not justified.
    pub(crate) fn unjustified(paragraph: &PreparedParagraph, units: Range<usize>) -> Self {
        Self {
            is_last: units.end == paragraph.units().len(),
            units,
            start_x: Em::ZERO,
            justification: Justification::default(),
            lifted_prohibition: None,
        }
    }

    /// Returns the line of some units of a paragraph, its first cell at `start_x`, justified to the
    /// measure unless it is the last line and fits.
    pub(crate) fn justified(
        paragraph: &PreparedParagraph,
        units: Range<usize>,
        measure: Em,
        start_x: Em,
    ) -> Self {
        let is_last = units.end == paragraph.units().len();
        let totals = paragraph.line_totals(&units);
        let room = measure - start_x;
        // A last line that fits stays unjustified; one that is too long is squeezed like any other.
        let justification = if is_last && totals.natural <= room {
            Justification::default()
        } else {
            Justification::solve(&totals, room)
        };
        // A paragraph may end after any unit, so its last break lifts no prohibition.
        let verdict = paragraph.units()[units.end - 1].break_after;
        let is_lifted = matches!(verdict, LineBreak::Kinsoku | LineBreak::Inseparable) && !is_last;
        Self {
            units,
            start_x,
            justification,
            lifted_prohibition: is_lifted.then_some(verdict),
            is_last,
        }
    }

    /// Returns the line without its justification, ragged at its end.
    pub fn ragged(self) -> Self {
        Self { justification: Justification::default(), ..self }
    }

    /// Bytes of the text of the paragraph that the line holds.
    pub fn text_range(&self, paragraph: &PreparedParagraph) -> Range<usize> {
        let units = &paragraph.units()[self.units.clone()];
        match (units.first(), units.last()) {
            (Some(first), Some(last)) => {
                first.text_range.start as usize..last.text_range.end as usize
            }
            // A line without units has no text.
            _ => 0..0,
        }
    }

    /// Width of the line from the start of the measure. A mark that hangs is not counted.
    pub fn width(&self, paragraph: &PreparedParagraph) -> Em {
        let natural = paragraph.natural_width(self.units.clone());
        self.start_x + natural + self.justification.width_change()
    }

    /// Calls `visit` with the index of each unit and the position of its cell.
    ///
    /// A gap gets its share of a step by the running total of all gaps up to it. Rounding errors
    /// therefore do not add up, and a justified line ends exactly on the measure.
    fn for_each_cell(&self, paragraph: &PreparedParagraph, mut visit: impl FnMut(usize, Em)) {
        let Justification { shrunk, stretched, even_stretch, even_gaps, .. } = &self.justification;
        let has_even_stretch = *even_gaps > 0 && *even_stretch != Em::ZERO;
        // Most lines change no gap step by step; then the totals are not needed.
        let has_steps = stretched.iter().chain(shrunk).any(|step| *step != Em::ZERO);
        let line =
            if has_steps { paragraph.line_totals(&self.units) } else { RunningTotals::default() };
        // Room of all gaps up to the current unit, by step, and their number in the even stretch.
        let mut shrink = [Em::ZERO; GapKind::SHRINK_STEPS];
        let mut stretch = [Em::ZERO; GapKind::STRETCH_STEPS];
        let mut even_gaps_before = 0;
        let mut natural_x = self.start_x;
        let mut step_shift = Em::ZERO;
        for (index, unit) in self.units.clone().zip(&paragraph.units()[self.units.clone()]) {
            // The cell is moved by the changes of the gaps before it; its own gap counts from the
            // next cell.
            let mut shift = step_shift;
            if has_even_stretch {
                shift += even_stretch.share(even_gaps_before.min(*even_gaps), *even_gaps);
            }
            visit(index, natural_x + shift);
            let gap = &unit.gap;
            natural_x += unit.cell_width + gap.natural;
            even_gaps_before += i64::from(gap.stretches_evenly);
            if !has_steps {
                continue;
            }
            // Both at once: a bracket shrinks in one step and stretches in another.
            let (shrinks, stretches) = (gap.kind.shrink_step(), gap.kind.stretch_step());
            if let Some(step) = shrinks {
                shrink[step] += gap.natural - gap.min;
            }
            if let Some(step) = stretches {
                stretch[step] += gap.max - gap.natural;
            }
            // A gap that takes part in no step leaves the shares as they were.
            if shrinks.or(stretches).is_some() {
                step_shift = stepped_share(stretched, &stretch, &line.stretch)
                    - stepped_share(shrunk, &shrink, &line.shrink);
            }
        }
    }

    /// Calls `visit` for each glyph of the line in text order.
    pub fn place_glyphs<'a>(
        &self,
        paragraph: &'a PreparedParagraph,
        mut visit: impl FnMut(PlacedGlyph<'a>),
    ) {
        // The text ranges serve copying from the PDF: together they must give the text of the line.
        let range = self.text_range(paragraph);
        let end_byte = range.end as u32;
        let units = &paragraph.units()[self.units.clone()];
        let last_glyph = units.last().map_or(0, |unit| unit.glyphs.end as usize);
        // A glyph covers the text up to the cluster of the next one; the last covers all the rest.
        let mut next_byte = range.start as u32;
        let mut line_end = Em::ZERO;
        self.for_each_cell(paragraph, |index, cell_x| {
            let unit = &paragraph.units()[index];
            for k in unit.glyphs.start as usize..unit.glyphs.end as usize {
                let glyph = &paragraph.glyphs()[k];
                let end = if k + 1 < last_glyph {
                    // Two glyphs of one cluster start at the same byte: the last takes the text,
                    // the others none.
                    paragraph.glyphs()[k + 1].text_byte.max(next_byte)
                } else {
                    end_byte
                };
                visit(PlacedGlyph {
                    glyph,
                    x: cell_x + glyph.x,
                    text_bytes: next_byte..end,
                    is_added_hyphen: false,
                });
                next_byte = end;
            }
            line_end = cell_x + unit.cell_width;
        });
        // A paragraph never ends inside a word, so its last line gets no hyphen.
        let hyphen = units.last().and_then(|last| last.hyphen).filter(|_| !self.is_last);
        if let Some(hyphen) = hyphen {
            visit(PlacedGlyph {
                glyph: &paragraph.hyphens[usize::from(hyphen)].glyph,
                x: line_end,
                text_bytes: end_byte..end_byte,
                is_added_hyphen: true,
            });
        }
    }

    /// Calls `visit` for each reading above the line with its text and its glyphs, positioned from
    /// the start of the measure.
    pub fn place_readings<'a>(
        &self,
        paragraph: &'a PreparedParagraph,
        mut visit: impl FnMut(&'a str, Vec<CellGlyph>),
    ) {
        if paragraph.readings.is_empty() {
            return;
        }
        // Start and end of each cell.
        let mut cells: Vec<(Em, Em)> = Vec::with_capacity(self.units.len());
        self.for_each_cell(paragraph, |index, x| {
            cells.push((x, x + paragraph.units()[index].cell_width));
        });
        for reading in &paragraph.readings {
            // The line with the first unit carries the whole reading.
            if !self.units.contains(&reading.units.start) {
                continue;
            }
            let first = reading.units.start - self.units.start;
            // Its units are on one line unless a prohibition was lifted; then it ends with this
            // line.
            let last = (reading.units.end - 1 - self.units.start).min(cells.len() - 1);
            // Centred over its characters.
            let x = (cells[first].0 + cells[last].1 - reading.width) / 2;
            let moved = reading.glyphs.iter().map(|glyph| CellGlyph { x: x + glyph.x, ..*glyph });
            visit(&reading.text, moved.collect());
        }
    }

    /// Calls `visit` with the middle of each cell that has an emphasis dot.
    pub fn place_dots(&self, paragraph: &PreparedParagraph, mut visit: impl FnMut(Em)) {
        if !paragraph.units()[self.units.clone()].iter().any(|unit| unit.is_dotted) {
            return;
        }
        self.for_each_cell(paragraph, |index, x| {
            let unit = &paragraph.units()[index];
            if unit.is_dotted {
                visit(x + unit.cell_width / 2);
            }
        });
    }
}

/// Returns the part of each step's `change` that falls to the gaps seen so far: these have `seen`
/// of the room `all` of the step.
fn stepped_share(change: &[Em], seen: &[Em], all: &[Em]) -> Em {
    let steps = change.iter().zip(seen.iter().zip(all));
    let used = steps.filter(|(change, _)| **change != Em::ZERO);
    // `seen` may exceed `all` by the gap at the line end, which is not part of the line.
    used.map(|(change, (seen, all))| change.share((*seen).min(*all).units(), all.units().max(1)))
        .sum()
}
