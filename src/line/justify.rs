//! Filling a line to its measure, exactly.

#![expect(clippy::cast_possible_truncation, reason = "texts are far below 4 GiB by the limits")]

use std::ops::Range;

use crate::line::prepare::{Glyph, Prepared, Totals};
use crate::script::{Break, Give};
use crate::unit::Em;

/// How the gaps of a line were changed from their natural widths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fill {
    /// What the gaps of each step took together.
    pub shrunk: [Em; Give::SHRINKS],
    /// What the gaps of each step gave together.
    pub stretched: [Em; Give::STRETCHES],
    /// What the even stretch added together.
    pub even: Em,
    /// Over how many gaps the even stretch went.
    pub gaps: i64,
    /// What could not be filled: the line falls short (positive) or runs over (negative).
    pub rest: Em,
}

impl Fill {
    /// Spreads the difference between `measure` and the natural width: step by step in the field's
    /// order, each within its limits, then evenly.
    pub(crate) fn solve(span: &Totals, measure: Em) -> Self {
        let mut fill = Self { gaps: span.even, ..Self::default() };
        let mut slack = measure - span.natural;
        if slack > Em::ZERO {
            for (step, room) in fill.stretched.iter_mut().zip(span.stretch) {
                *step = slack.min(room);
                slack -= *step;
            }
            if span.even > 0 {
                fill.even = slack;
                slack = Em::ZERO;
            }
        } else if slack < Em::ZERO {
            for (step, room) in fill.shrunk.iter_mut().zip(span.shrink) {
                *step = (-slack).min(room);
                slack += *step;
            }
        }
        fill.rest = slack;
        fill
    }

    /// The white that the even stretch put into each gap.
    pub fn gap(&self) -> Em {
        if self.gaps == 0 { Em::ZERO } else { self.even.share(1, self.gaps) }
    }

    /// What it added to the natural width.
    fn sum(&self) -> Em {
        let shrunk: Em = self.shrunk.iter().copied().sum();
        let stretched: Em = self.stretched.iter().copied().sum();
        stretched + self.even - shrunk
    }
}

/// A line: units of a paragraph and how its gaps are filled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The units it holds.
    pub units: Range<usize>,
    /// Where its first cell starts: the indent.
    pub start: Em,
    /// How its gaps were filled.
    pub fill: Fill,
    /// The prohibition that was lifted to end the line here, if one had to be.
    pub relaxed: Option<Break>,
    /// Whether the paragraph ends with it.
    pub last: bool,
}

/// A glyph on a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placed<'a> {
    /// The glyph.
    pub glyph: &'a Glyph,
    /// Where it is drawn, from the start of the measure.
    pub x: Em,
    /// The bytes of the paragraph's text that it draws. The glyphs of a line draw all of it, in order; a
    /// hyphen added at the end of the line draws none.
    pub text: (u32, u32),
    /// Whether it is a hyphen that the text does not have.
    pub added: bool,
}

impl Line {
    /// A text on one line of its own, not filled.
    pub fn whole(text: &Prepared) -> Self {
        Self {
            units: 0..text.units().len(),
            start: Em::ZERO,
            fill: Fill::default(),
            relaxed: None,
            last: true,
        }
    }

    /// The line of units `start..end` in a measure, its first cell at `at`, filled unless the paragraph ends with
    /// it and it fits.
    pub(crate) fn filled(paragraph: &Prepared, units: Range<usize>, measure: Em, at: Em) -> Self {
        let last = units.end == paragraph.units().len();
        let span = paragraph.span(&units);
        let room = measure - at;
        let fits = last && span.natural <= room;
        let after = paragraph.units()[units.end - 1].after;
        let lifted = matches!(after, Break::Kinsoku | Break::Inside) && !last;
        Self {
            units,
            start: at,
            fill: if fits { Fill::default() } else { Fill::solve(&span, room) },
            relaxed: lifted.then_some(after),
            last,
        }
    }

    /// The line set ragged.
    pub fn unfilled(self) -> Self {
        Self { fill: Fill::default(), ..self }
    }

    /// The bytes of the paragraph's text that the line holds.
    pub fn range(&self, paragraph: &Prepared) -> Range<usize> {
        let units = &paragraph.units()[self.units.clone()];
        match (units.first(), units.last()) {
            (Some(first), Some(last)) => first.range.start as usize..last.range.end as usize,
            _ => 0..0,
        }
    }

    /// The width of the line from the start of the measure; a mark that hangs is not counted.
    pub fn width(&self, paragraph: &Prepared) -> Em {
        self.start + paragraph.natural(self.units.clone()) + self.fill.sum()
    }

    /// Places the cells, calling `cell` with the index of each unit and where its cell starts.
    ///
    /// Shares of a step are cut by their running total, so they add up to the whole and a full line
    /// ends on the measure to the last unit.
    fn cells(&self, paragraph: &Prepared, mut cell: impl FnMut(usize, Em)) {
        let fill = &self.fill;
        let evens = fill.gaps > 0 && fill.even != Em::ZERO;
        // Most lines have nothing that gave in steps.
        let steps = fill.stretched.iter().chain(&fill.shrunk).any(|part| *part != Em::ZERO);
        let span = if steps { paragraph.span(&self.units) } else { Totals::default() };
        let mut shrink = [Em::ZERO; Give::SHRINKS];
        let mut stretch = [Em::ZERO; Give::STRETCHES];
        let mut even = 0;
        let mut natural = self.start;
        let mut stepped = Em::ZERO;
        for (index, unit) in self.units.clone().zip(&paragraph.units()[self.units.clone()]) {
            let mut given = stepped;
            if evens {
                given += fill.even.share(even.min(fill.gaps), fill.gaps);
            }
            cell(index, natural + given);
            natural += unit.cell + unit.gap.natural;
            even += i64::from(unit.gap.even);
            if !steps {
                continue;
            }
            let (shrinks, stretches) = (unit.gap.give.shrinks(), unit.gap.give.stretches());
            if let Some(k) = shrinks {
                shrink[k] += unit.gap.natural - unit.gap.least;
            }
            if let Some(k) = stretches {
                stretch[k] += unit.gap.most - unit.gap.natural;
            }
            if shrinks.or(stretches).is_some() {
                stepped = parts(&fill.stretched, &stretch, &span.stretch)
                    - parts(&fill.shrunk, &shrink, &span.shrink);
            }
        }
    }

    /// Places the glyphs, calling `glyph` for each in reading order.
    pub fn place<'a>(&self, paragraph: &'a Prepared, mut glyph: impl FnMut(Placed<'a>)) {
        let range = self.range(paragraph);
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
                let next = if k + 1 < last { paragraph.glyphs()[k + 1].at.max(drawn) } else { end };
                glyph(Placed { glyph: g, x: start + g.x, text: (drawn, next), added: false });
                drawn = next;
            }
            edge = start + unit.cell;
        });
        let hyphen = units.last().and_then(|last| last.hyphen).filter(|_| !self.last);
        if let Some(hyphen) = hyphen {
            let g = &paragraph.hyphens[usize::from(hyphen)].0;
            glyph(Placed { glyph: g, x: edge, text: (end, end), added: true });
        }
    }

    /// Places the readings above the line, calling `glyph` with each reading's text and its glyphs, moved
    /// from the start of the measure.
    pub fn readings<'a>(
        &self,
        paragraph: &'a Prepared,
        mut reading: impl FnMut(&'a str, Vec<Glyph>),
    ) {
        if paragraph.readings.is_empty() {
            return;
        }
        let mut edges: Vec<(Em, Em)> = Vec::with_capacity(self.units.len());
        self.cells(paragraph, |index, start| {
            edges.push((start, start + paragraph.units()[index].cell));
        });
        for above in &paragraph.readings {
            if !self.units.contains(&above.units.start) {
                continue;
            }
            let first = above.units.start - self.units.start;
            let last = (above.units.end - 1 - self.units.start).min(edges.len() - 1);
            let x = (edges[first].0 + edges[last].1 - above.width) / 2;
            let moved = above.glyphs.iter().map(|glyph| Glyph { x: x + glyph.x, ..*glyph });
            reading(&above.text, moved.collect());
        }
    }

    /// The middles of the cells that have a dot of emphasis.
    pub fn dots(&self, paragraph: &Prepared, mut dot: impl FnMut(Em)) {
        if !paragraph.units()[self.units.clone()].iter().any(|unit| unit.dotted) {
            return;
        }
        self.cells(paragraph, |index, start| {
            let unit = &paragraph.units()[index];
            if unit.dotted {
                dot(start + unit.cell / 2);
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
