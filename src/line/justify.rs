//! Filling a line to its measure, exactly.

#![expect(clippy::cast_possible_truncation, reason = "texts are far below 4 GiB by the limits")]

use std::ops::Range;

use crate::line::prepare::{Glyph, Prepared, Totals};
use crate::script::{Break, Give};
use crate::unit::Em;

/// How the gaps of a line were changed from their natural widths.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fill {
    /// What the gaps of each kind gave together: negative when they shrank.
    pub used: [Em; Give::COUNT],
    /// What the even stretch added together.
    pub even: Em,
    /// Over how many gaps the even stretch went.
    pub gaps: i64,
    /// What could not be filled: the line falls short (positive) or runs over (negative).
    pub rest: Em,
}

impl Fill {
    /// Spreads the difference between `measure` and the natural width: kind by kind in the field's
    /// order, each within its limits, then evenly.
    pub(crate) fn solve(span: &Totals, measure: Em) -> Self {
        let mut fill = Self { gaps: span.even, ..Self::default() };
        let mut slack = measure - span.natural;
        if slack > Em::ZERO {
            for k in Give::STRETCH {
                let step = slack.min(span.stretch[k]);
                fill.used[k] = step;
                slack -= step;
            }
            if span.even > 0 {
                fill.even = slack;
                slack = Em::ZERO;
            }
        } else if slack < Em::ZERO {
            for k in Give::SHRINK {
                let step = (-slack).min(span.shrink[k]);
                fill.used[k] = -step;
                slack += step;
            }
        }
        fill.rest = slack;
        fill
    }

    /// The white that the even stretch put into each gap.
    pub fn gap(&self) -> Em {
        if self.gaps == 0 { Em::ZERO } else { self.even.share(1, self.gaps) }
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
    /// The bytes of the paragraph's text that it draws. The glyphs of a line draw all of it, in order.
    pub text: (u32, u32),
}

impl Line {
    /// The bytes of the paragraph's text that the line holds.
    pub fn range(&self, paragraph: &Prepared) -> Range<usize> {
        let units = &paragraph.units()[self.units.clone()];
        match (units.first(), units.last()) {
            (Some(first), Some(last)) => first.range.start as usize..last.range.end as usize,
            _ => 0..0,
        }
    }

    /// The width of the line from the start of the measure.
    pub fn width(&self, paragraph: &Prepared) -> Em {
        let fill: Em = self.fill.used.iter().copied().sum();
        self.start + paragraph.natural(self.units.clone()) + fill + self.fill.even
    }

    /// Places the glyphs, calling `glyph` for each in reading order.
    ///
    /// Shares of a step are cut by their running total, so they add up to the whole and a full line
    /// ends on the measure to the last unit.
    pub fn place<'a>(&self, paragraph: &'a Prepared, mut glyph: impl FnMut(Placed<'a>)) {
        let span = paragraph.span(&self.units);
        let mut room = [Em::ZERO; Give::COUNT];
        let mut even = 0;
        let mut natural = self.start;
        let range = self.range(paragraph);
        // A glyph draws the text up to where the next one's cluster starts; the last one all that is left.
        let mut drawn = range.start as u32;
        let mut pending: Option<Placed<'a>> = None;
        for index in self.units.clone() {
            let unit = &paragraph.units()[index];
            let given = self.given(&span, &room, even);
            let glyphs = unit.glyphs.start as usize..unit.glyphs.end as usize;
            for g in &paragraph.glyphs()[glyphs] {
                if let Some(before) = pending.take() {
                    let end = g.at.max(drawn);
                    glyph(Placed { text: (drawn, end), ..before });
                    drawn = end;
                }
                pending = Some(Placed { glyph: g, x: natural + given + g.x, text: (0, 0) });
            }
            natural += unit.cell + unit.gap.natural;
            if let Some(k) = unit.gap.give.index() {
                room[k] += if self.fill.used[k] < Em::ZERO {
                    unit.gap.natural - unit.gap.least
                } else {
                    unit.gap.most - unit.gap.natural
                };
            }
            even += i64::from(unit.gap.even);
        }
        if let Some(last) = pending {
            glyph(Placed { text: (drawn, range.end as u32), ..last });
        }
    }

    /// What the gaps so far have been given, when they hold `room` of each kind and `even` gaps.
    fn given(&self, span: &Totals, room: &[Em; Give::COUNT], even: i64) -> Em {
        let mut given = Em::ZERO;
        for (k, &used) in self.fill.used.iter().enumerate() {
            if used == Em::ZERO {
                continue;
            }
            let whole = if used < Em::ZERO { span.shrink[k] } else { span.stretch[k] };
            let part = room[k].min(whole);
            given += used.share(part.units(), whole.units().max(1));
        }
        if self.fill.gaps > 0 {
            given += self.fill.even.share(even.min(self.fill.gaps), self.fill.gaps);
        }
        given
    }
}
