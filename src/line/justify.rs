//! Filling a line to its measure, exactly.

#![expect(clippy::cast_possible_truncation, reason = "texts are far below 4 GiB by the limits")]

use std::ops::Range;

use crate::line::prepare::{CellGlyph, PreparedParagraph, RunningTotals};
use crate::script::{GapKind, LineBreak};
use crate::unit::Em;

/// How the gaps of a line were changed from their natural widths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Justification {
    /// What the gaps of each step took together.
    pub shrunk: [Em; GapKind::SHRINK_STEPS],
    /// What the gaps of each step gave together.
    pub stretched: [Em; GapKind::STRETCH_STEPS],
    /// What the even stretch added together.
    pub even_stretch: Em,
    /// Over how many gaps the even stretch went.
    pub even_gaps: i64,
    /// What could not be filled: the line falls short (positive) or runs over (negative).
    pub remainder: Em,
}

impl Justification {
    /// Spreads the difference between `measure` and the natural width: step by step in the field's
    /// order, each within its limits, then evenly.
    pub(crate) fn solve(span: &RunningTotals, measure: Em) -> Self {
        let mut fill = Self { even_gaps: span.even, ..Self::default() };
        let mut slack = measure - span.natural;
        if slack > Em::ZERO {
            for (step, room) in fill.stretched.iter_mut().zip(span.stretch) {
                *step = slack.min(room);
                slack -= *step;
            }
            if span.even > 0 {
                fill.even_stretch = slack;
                slack = Em::ZERO;
            }
        } else if slack < Em::ZERO {
            for (step, room) in fill.shrunk.iter_mut().zip(span.shrink) {
                *step = (-slack).min(room);
                slack += *step;
            }
        }
        fill.remainder = slack;
        fill
    }

    /// The white that the even stretch put into each gap.
    pub fn even_gap(&self) -> Em {
        if self.even_gaps == 0 { Em::ZERO } else { self.even_stretch.share(1, self.even_gaps) }
    }

    /// What it added to the natural width.
    fn sum(&self) -> Em {
        let shrunk: Em = self.shrunk.iter().copied().sum();
        let stretched: Em = self.stretched.iter().copied().sum();
        stretched + self.even_stretch - shrunk
    }
}

/// A line: units of a paragraph and how its gaps are filled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextLine {
    /// The units it holds.
    pub units: Range<usize>,
    /// Where its first cell starts: the indent.
    pub start_x: Em,
    /// How its gaps were filled.
    pub justification: Justification,
    /// The prohibition that was lifted to end the line here, if one had to be.
    pub lifted_prohibition: Option<LineBreak>,
    /// Whether the paragraph ends with it.
    pub is_last: bool,
}

/// A glyph on a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlacedGlyph<'a> {
    /// The glyph.
    pub glyph: &'a CellGlyph,
    /// Where it is drawn, from the start of the measure.
    pub x: Em,
    /// The bytes of the paragraph's text that it draws. The glyphs of a line draw all of it, in order; a
    /// hyphen added at the end of the line draws none.
    pub text_bytes: (u32, u32),
    /// Whether it is a hyphen that the text does not have.
    pub is_added_hyphen: bool,
}

impl TextLine {
    /// A text on one line of its own, not filled.
    pub fn whole(text: &PreparedParagraph) -> Self {
        Self {
            units: 0..text.units().len(),
            start_x: Em::ZERO,
            justification: Justification::default(),
            lifted_prohibition: None,
            is_last: true,
        }
    }

    /// The line of units `start..end` in a measure, its first cell at `at`, filled unless the paragraph ends with
    /// it and it fits.
    pub(crate) fn filled(
        paragraph: &PreparedParagraph,
        units: Range<usize>,
        measure: Em,
        at: Em,
    ) -> Self {
        let is_last = units.end == paragraph.units().len();
        let span = paragraph.span(&units);
        let room = measure - at;
        let fits = is_last && span.natural <= room;
        let after = paragraph.units()[units.end - 1].after;
        let lifted = matches!(after, LineBreak::Kinsoku | LineBreak::Inseparable) && !is_last;
        Self {
            units,
            start_x: at,
            justification: if fits {
                Justification::default()
            } else {
                Justification::solve(&span, room)
            },
            lifted_prohibition: lifted.then_some(after),
            is_last,
        }
    }

    /// The line set ragged.
    pub fn unfilled(self) -> Self {
        Self { justification: Justification::default(), ..self }
    }

    /// The bytes of the paragraph's text that the line holds.
    pub fn text_range(&self, paragraph: &PreparedParagraph) -> Range<usize> {
        let units = &paragraph.units()[self.units.clone()];
        match (units.first(), units.last()) {
            (Some(first), Some(last)) => first.range.start as usize..last.range.end as usize,
            _ => 0..0,
        }
    }

    /// The width of the line from the start of the measure; a mark that hangs is not counted.
    pub fn width(&self, paragraph: &PreparedParagraph) -> Em {
        self.start_x + paragraph.natural_width(self.units.clone()) + self.justification.sum()
    }

    /// Places the cells, calling `cell` with the index of each unit and where its cell starts.
    ///
    /// Shares of a step are cut by their running total, so they add up to the whole and a full line
    /// ends on the measure to the last unit.
    fn cells(&self, paragraph: &PreparedParagraph, mut cell: impl FnMut(usize, Em)) {
        let fill = &self.justification;
        let evens = fill.even_gaps > 0 && fill.even_stretch != Em::ZERO;
        // Most lines have nothing that gave in steps.
        let steps = fill.stretched.iter().chain(&fill.shrunk).any(|part| *part != Em::ZERO);
        let span = if steps { paragraph.span(&self.units) } else { RunningTotals::default() };
        let mut shrink = [Em::ZERO; GapKind::SHRINK_STEPS];
        let mut stretch = [Em::ZERO; GapKind::STRETCH_STEPS];
        let mut even = 0;
        let mut natural = self.start_x;
        let mut stepped = Em::ZERO;
        for (index, unit) in self.units.clone().zip(&paragraph.units()[self.units.clone()]) {
            let mut given = stepped;
            if evens {
                given += fill.even_stretch.share(even.min(fill.even_gaps), fill.even_gaps);
            }
            cell(index, natural + given);
            natural += unit.cell_width + unit.gap.natural;
            even += i64::from(unit.gap.stretches_evenly);
            if !steps {
                continue;
            }
            let (shrinks, stretches) = (unit.gap.kind.shrink_step(), unit.gap.kind.stretch_step());
            if let Some(k) = shrinks {
                shrink[k] += unit.gap.natural - unit.gap.min;
            }
            if let Some(k) = stretches {
                stretch[k] += unit.gap.max - unit.gap.natural;
            }
            if shrinks.or(stretches).is_some() {
                stepped = parts(&fill.stretched, &stretch, &span.stretch)
                    - parts(&fill.shrunk, &shrink, &span.shrink);
            }
        }
    }

    /// Places the glyphs, calling `glyph` for each in reading order.
    pub fn place_glyphs<'a>(
        &self,
        paragraph: &'a PreparedParagraph,
        mut glyph: impl FnMut(PlacedGlyph<'a>),
    ) {
        let range = self.text_range(paragraph);
        let (start, end) = (range.start as u32, range.end as u32);
        let units = &paragraph.units()[self.units.clone()];
        let last = units.last().map_or(0, |unit| unit.glyphs.end as usize);
        // A glyph draws the text up to where the next one's cluster starts; the last one all that is left.
        let mut drawn = start;
        let mut edge = Em::ZERO;
        self.cells(paragraph, |index, start| {
            let unit = &paragraph.units()[index];
            for k in unit.glyphs.start as usize..unit.glyphs.end as usize {
                let g = &paragraph.glyphs()[k];
                let next =
                    if k + 1 < last { paragraph.glyphs()[k + 1].text_byte.max(drawn) } else { end };
                glyph(PlacedGlyph {
                    glyph: g,
                    x: start + g.x,
                    text_bytes: (drawn, next),
                    is_added_hyphen: false,
                });
                drawn = next;
            }
            edge = start + unit.cell_width;
        });
        let hyphen = units.last().and_then(|last| last.hyphen).filter(|_| !self.is_last);
        if let Some(hyphen) = hyphen {
            let g = &paragraph.hyphens[usize::from(hyphen)].0;
            glyph(PlacedGlyph { glyph: g, x: edge, text_bytes: (end, end), is_added_hyphen: true });
        }
    }

    /// Places the readings above the line, calling `glyph` with each reading's text and its glyphs, moved
    /// from the start of the measure.
    pub fn place_readings<'a>(
        &self,
        paragraph: &'a PreparedParagraph,
        mut reading: impl FnMut(&'a str, Vec<CellGlyph>),
    ) {
        if paragraph.readings.is_empty() {
            return;
        }
        let mut edges: Vec<(Em, Em)> = Vec::with_capacity(self.units.len());
        self.cells(paragraph, |index, start| {
            edges.push((start, start + paragraph.units()[index].cell_width));
        });
        for above in &paragraph.readings {
            if !self.units.contains(&above.units.start) {
                continue;
            }
            let first = above.units.start - self.units.start;
            let last = (above.units.end - 1 - self.units.start).min(edges.len() - 1);
            let x = (edges[first].0 + edges[last].1 - above.width) / 2;
            let moved = above.glyphs.iter().map(|glyph| CellGlyph { x: x + glyph.x, ..*glyph });
            reading(&above.text, moved.collect());
        }
    }

    /// The middles of the cells that have a dot of emphasis.
    pub fn place_dots(&self, paragraph: &PreparedParagraph, mut dot: impl FnMut(Em)) {
        if !paragraph.units()[self.units.clone()].iter().any(|unit| unit.dotted) {
            return;
        }
        self.cells(paragraph, |index, start| {
            let unit = &paragraph.units()[index];
            if unit.dotted {
                dot(start + unit.cell_width / 2);
            }
        });
    }
}

/// What the gaps so far have of each step's whole, when they hold `room` of its `all`.
fn parts(whole: &[Em], room: &[Em], all: &[Em]) -> Em {
    let steps = whole.iter().zip(room.iter().zip(all)).filter(|(whole, _)| **whole != Em::ZERO);
    steps
        .map(|(whole, (room, all))| whole.share((*room).min(*all).units(), all.units().max(1)))
        .sum()
}
