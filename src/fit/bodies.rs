//! The body of an article at one measure, with the other ways in which its paragraphs can be run: a line longer or
//! shorter where nobody sees it.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::OnceLock;

use crate::fit::compose::{
    ASIDE_INSET, BodyBuilder, BodyMeasure, BodyPiece, BodyPieceKind, BodyRow, ComposedBody,
    assemble, widow,
};
use crate::fit::ready::{ShapedBlock, ShapedItem, ShapedText};
use crate::fit::reflow::{LooseSet, Reflow};
use crate::line::{PreparedParagraph, TextLine, break_into_lines, set_with_lengths};
use crate::model::{DensityStep, HouseStyle};
use crate::unit::Em;

/// The body of an article at one measure, with what its paragraphs look like a line longer, and the whole with a
/// paragraph or more a line shorter.
#[derive(Clone, Debug)]
pub struct BodyVariants {
    best: ComposedBody,
    loose: Vec<LooseParagraph>,
    /// The body with the cheapest loose paragraph longer, with the cheapest two and so on, made when first asked for.
    longer: Vec<OnceLock<ComposedBody>>,
    /// The body a line shorter, then two, and what that costs.
    shorter: Vec<(ComposedBody, i64)>,
}

/// A paragraph that can be run a line longer where nobody sees it, or once more.
#[derive(Clone, Debug)]
pub(crate) struct LooseParagraph {
    /// What the line costs, as layouts count.
    pub(crate) cost: i64,
    /// The pieces of the paragraph at its best.
    pub(crate) pieces: Range<usize>,
    lines: Vec<TextLine>,
    /// What a column break before its last line costs.
    widow: i64,
}

impl BodyVariants {
    /// The body as it is best.
    pub fn best(&self) -> &ComposedBody {
        &self.best
    }

    /// What can be run longer, cheapest first; of a paragraph that can be by two lines, the first before the second.
    pub(crate) fn loose(&self) -> &[LooseParagraph] {
        &self.loose
    }

    /// The body with so many of its loose paragraphs longer, whatever columns they come to stand in, what that costs,
    /// and how it is run.
    pub(crate) fn longer(&self, lines: usize) -> Option<(&ComposedBody, i64, Reflow)> {
        let made = self.longer.get(lines.checked_sub(1)?)?;
        let loose = self.loose.get(..lines)?;
        let body = made.get_or_init(|| with(&self.best, loose.iter()));
        Some((
            body,
            loose.iter().map(|loose| loose.cost).sum(),
            Reflow::longer(LooseSet::first(lines)),
        ))
    }

    /// The body with so many lines fewer than at its best, and what that costs.
    pub(crate) fn shorter(&self, lines: usize) -> Option<(&ComposedBody, i64)> {
        let (body, cost) = self.shorter.get(lines.checked_sub(1)?)?;
        Some((body, *cost))
    }

    /// By how many lines it can be run shorter.
    pub(crate) fn fewest(&self) -> usize {
        self.shorter.len()
    }

    /// The body run so.
    pub fn reflowed(&self, reflow: Reflow) -> Cow<'_, ComposedBody> {
        match reflow {
            Reflow::Unchanged => Cow::Borrowed(&self.best),
            Reflow::Shorter(lines) => {
                Cow::Borrowed(self.shorter(lines).map_or(&self.best, |(body, _)| body))
            }
            Reflow::Longer(_) => {
                let indexed = self.loose.iter().enumerate();
                let longer = indexed.filter(|(index, _)| reflow.lengthens(*index));
                Cow::Owned(with(&self.best, longer.map(|(_, loose)| loose)))
            }
        }
    }
}

/// The same with paragraphs in more lines; of one that comes twice, the second time is meant.
fn with<'a>(body: &ComposedBody, all: impl Iterator<Item = &'a LooseParagraph>) -> ComposedBody {
    let mut longer: Vec<&LooseParagraph> = Vec::new();
    for loose in all {
        longer.retain(|known| known.pieces != loose.pieces);
        longer.push(loose);
    }
    longer.sort_by_key(|loose| loose.pieces.start);
    let count = body.rows.len() + longer.len() * LONGER_MOST;
    let (mut rows, mut pieces) = (Vec::with_capacity(count), Vec::with_capacity(count));
    let mut longer = longer.iter().peekable();
    let mut at = 0;
    while let Some(piece) = body.pieces.get(at) {
        let first = &body.rows[piece.rows.clone()];
        let run = longer.next_if(|loose| loose.pieces.start == at);
        let lines = run.map_or(&[][..], |loose| &loose.lines);
        for (k, (line, row)) in lines.iter().zip(first.iter().cycle()).enumerate() {
            let start = rows.len();
            rows.push(BodyRow { line: line.clone(), ..row.clone() });
            // A line more changes which is the last one, nothing before it.
            let before = match run {
                Some(loose) if k + 1 == lines.len() => loose.widow,
                _ if k < 2 => body.pieces[at + k].before,
                _ => 0,
            };
            pieces.push(BodyPiece { rows: start..start + 1, before, ..piece.clone() });
        }
        if run.is_none() {
            let start = rows.len();
            rows.extend_from_slice(first);
            pieces.push(BodyPiece { rows: start..rows.len(), ..piece.clone() });
        }
        at = run.map_or(at + 1, |loose| loose.pieces.end);
    }
    ComposedBody::new(rows, pieces)
}

/// A layout counts five for what lines count a hundred: it weighs pages, they weigh lines.
const LINE_COST_SHARE: i64 = 20;

/// So many lines one paragraph may be run longer.
const LONGER_MOST: usize = 2;

/// The body of an item in columns of `chars` 字 by the numbers alone, within a row in fifty: one piece as deep as all
/// of it.
pub(crate) fn estimate_body(
    ready: &ShapedItem,
    style: &HouseStyle,
    step: &DensityStep,
    chars: i64,
) -> BodyVariants {
    let measure = Em::zi(chars);
    let setting = BodyMeasure { ready, style, step, measure };
    let lines = |text: &ShapedText, measure: Em| {
        let units = text.paragraph.units().len();
        let run = style.profile.indent + text.paragraph.natural_width(0..units) - Em::raw(1);
        run.units().div_euclid(measure.units().max(1)) + 1
    };
    let mut rest = BodyBuilder::new(&setting);
    let mut rows = 0;
    for (b, block) in ready.body.iter().enumerate() {
        match block {
            ShapedBlock::Paragraph(text) => rows += lines(text, measure),
            ShapedBlock::Aside(text) => rows += lines(text, measure - ASIDE_INSET * 2),
            ShapedBlock::Crosshead(_)
            | ShapedBlock::Lines(_)
            | ShapedBlock::Quote(_)
            | ShapedBlock::Picture(_)
            | ShapedBlock::Flush(..) => rest.block_of(b, block, &[]),
        }
    }
    let rest = rest.done();
    rows += rest.above(rest.pieces.len());
    let whole = BodyPiece {
        rows: 0..0,
        before: 0,
        kind: BodyPieceKind::Line,
        depth_rows: rows,
        white_rows: [0; 2],
        extra_rows: [0; 2],
    };
    let pieces = if rows > 0 { vec![whole] } else { Vec::new() };
    let best = ComposedBody::new(Vec::new(), pieces);
    BodyVariants { best, loose: Vec::new(), longer: Vec::new(), shorter: Vec::new() }
}

/// Breaks the body of an item in columns of `chars` 字 at the type of a step; its `longer` longest paragraphs and a few
/// more in more lines too.
pub fn compose_body(
    ready: &ShapedItem,
    style: &HouseStyle,
    step: &DensityStep,
    chars: i64,
    longer: usize,
) -> BodyVariants {
    let measure = Em::zi(chars);
    let setting = BodyMeasure { ready, style, step, measure };
    let indent = style.profile.indent;
    let all = ready.lines_by_chars.get_or_make(chars, || {
        ready
            .body
            .iter()
            .map(|block| match block {
                ShapedBlock::Paragraph(text) if may_be_longer(&text.paragraph, measure) => {
                    set_with_lengths(&text.paragraph, measure, indent)
                }
                ShapedBlock::Paragraph(text) => {
                    (break_into_lines(&text.paragraph, measure, indent), None)
                }
                ShapedBlock::Aside(text) => {
                    (break_into_lines(&text.paragraph, measure - ASIDE_INSET * 2, indent), None)
                }
                ShapedBlock::Crosshead(_)
                | ShapedBlock::Lines(_)
                | ShapedBlock::Quote(_)
                | ShapedBlock::Picture(_)
                | ShapedBlock::Flush(..) => (Vec::new(), None),
            })
            .collect()
    });
    let best: Vec<&[TextLine]> = all.iter().map(|(lines, _)| lines.as_slice()).collect();
    // That of a paragraph in so many lines, and by how much it is worse.
    let run = |b: usize, count: usize| match (&ready.body[b], &all[b].1) {
        (ShapedBlock::Paragraph(text), Some(lengths)) => {
            lengths.in_line_count(&text.paragraph, count)
        }
        _ => None,
    };
    let body = assemble(&setting, &best);
    if longer == 0 {
        let (loose, longer, shorter) = (Vec::new(), Vec::new(), Vec::new());
        return BodyVariants { best: body, loose, longer, shorter };
    }
    let shorter = shorter(&setting, &best, &run);
    let mut loose: Vec<LooseParagraph> = Vec::new();
    for b in longest(&best, longer + LONGER_SPARE) {
        let ShapedBlock::Paragraph(text) = &ready.body[b] else { continue };
        let own =
            |piece: &BodyPiece| body.rows[piece.rows.start.min(body.rows.len() - 1)].source.0 < b;
        let first = body.pieces.partition_point(own);
        let pieces = first..first + best[b].len();
        let mut last = 0;
        for more in 1..=LONGER_MOST {
            let Some((lines, cost)) = run(b, best[b].len() + more) else { break };
            // The second line costs no less than the first, so it never comes before it.
            let step = (cost - last).max(last);
            let cost_line = step / LINE_COST_SHARE;
            let widow = lines.last().map_or(0, |line| widow(&text.paragraph, line, measure));
            loose.push(LooseParagraph { cost: cost_line, pieces: pieces.clone(), lines, widow });
            last = cost;
        }
    }
    loose.sort_by_key(|loose| (loose.cost, loose.pieces.start, loose.lines.len()));
    let longer = vec![OnceLock::new(); loose.len().min(longer)];
    BodyVariants { best: body, loose, longer, shorter }
}

/// The body with one paragraph a line shorter, then with two: those whose last line is shortest, where its marks can
/// give so much.
fn shorter(
    setting: &BodyMeasure<'_>,
    best: &[&[TextLine]],
    run: &dyn Fn(usize, usize) -> Option<(Vec<TextLine>, i64)>,
) -> Vec<(ComposedBody, i64)> {
    let ready = setting.ready;
    let mut short: Vec<(Em, usize)> = Vec::new();
    for (b, lines) in best.iter().enumerate() {
        let (ShapedBlock::Paragraph(text), Some(last)) = (&ready.body[b], lines.last()) else {
            continue;
        };
        let width = last.width(&text.paragraph);
        if lines.len() >= SHORTER_LINES_MIN && width <= SHORTER_LAST {
            short.push((width, b));
        }
    }
    short.sort();
    let fewer = short.into_iter().take(SHORTER_TRIED).filter_map(|(_, b)| {
        let (lines, worse) = run(b, best[b].len() - 1)?;
        Some((b, lines, worse))
    });
    let fewer: Vec<(usize, Vec<TextLine>, i64)> = fewer.take(SHORTER_MOST).collect();
    let mut lines = best.to_vec();
    let mut cost = 0;
    let mut out = Vec::new();
    for (b, own, worse) in &fewer {
        lines[*b] = own;
        cost += worse / LINE_COST_SHARE;
        out.push((assemble(setting, &lines), cost));
    }
    out
}

/// A paragraph may be run a line shorter if its last line is no longer than this: its marks give that much.
const SHORTER_LAST: Em = Em::zi(5);
/// A paragraph of fewer lines has too few marks for it.
const SHORTER_LINES_MIN: usize = 4;
/// So many paragraphs are tried, and so many lines are saved at most.
const SHORTER_TRIED: usize = 4;
const SHORTER_MOST: usize = 2;

/// Whether a paragraph has about as many lines as hide a line more or less, and not more than any in a newspaper.
fn may_be_longer(paragraph: &PreparedParagraph, measure: Em) -> bool {
    let natural = paragraph.natural_width(0..paragraph.units().len());
    let lines = |count: usize| measure * i64::try_from(count).unwrap_or(i64::MAX);
    let least = lines(LONGER_LINES_MIN.min(SHORTER_LINES_MIN) - 1) - measure / 2;
    least < natural && natural < lines(LONGER_LINES_MOST)
}

/// More paragraphs than lines are tried, for the choice.
const LONGER_SPARE: usize = 2;
/// A paragraph of fewer lines cannot hide the white of one more.
const LONGER_LINES_MIN: usize = 4;
/// What is longer is no paragraph of a newspaper.
const LONGER_LINES_MOST: usize = 100;

/// The `count` paragraphs of most lines: they hide the white of one more best.
fn longest(best: &[&[TextLine]], count: usize) -> Vec<usize> {
    let mut order: Vec<usize> =
        (0..best.len()).filter(|b| best[*b].len() >= LONGER_LINES_MIN).collect();
    order.sort_by_key(|b| (std::cmp::Reverse(best[*b].len()), *b));
    order.truncate(count);
    order
}
