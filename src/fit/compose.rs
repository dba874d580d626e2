//! An article as a run of grid rows at one measure.

use std::ops::Range;

use crate::fit::balance::{balanced, break_cost};
use crate::fit::ready::{Ready, ReadyBlock, ReadyLines, ReadyText};
use crate::line::{Line, Prepared, set, set_in};
use crate::model::{HouseStyle, Shape, Step};
use crate::unit::Em;

/// One row of the body.
#[derive(Clone, Debug)]
pub struct Row {
    /// The block in [`Ready::body`] and, for lines, the text in it.
    pub block: (usize, usize),
    /// The line.
    pub line: Line,
    /// Whether it is centred and in the crosshead's size.
    pub crosshead: bool,
    /// How far from the column's left edge its measure starts.
    pub inset: Em,
}

/// A part of the body that no column break parts: a line, or the lines of a crosshead.
#[derive(Clone, Debug)]
pub struct Piece {
    /// Its rows in [`Composed::rows`].
    pub rows: Range<usize>,
    /// What a column break before it costs.
    pub before: i64,
    /// Whether it stands in white of its own.
    pub crosshead: bool,
}

/// The body of an article at one measure, and the same with a paragraph or more run a line longer.
#[derive(Clone, Debug)]
pub struct Bodies {
    bodies: Vec<Composed>,
}

impl Bodies {
    /// The body as it is best.
    pub fn best(&self) -> &Composed {
        &self.bodies[0]
    }

    /// By how many lines it can be run longer.
    pub fn most(&self) -> usize {
        self.bodies.len() - 1
    }

    /// The body with `longer` lines more than at its best.
    pub fn get(&self, longer: usize) -> Option<&Composed> {
        self.bodies.get(longer)
    }
}

/// The body of an article at one measure.
#[derive(Clone, Debug)]
pub struct Composed {
    /// Every line, in order.
    pub rows: Vec<Row>,
    /// What columns are made of.
    pub pieces: Vec<Piece>,
    /// What running paragraphs longer costs the look of their lines, as layouts count.
    pub cost: i64,
}

impl Composed {
    /// The number of text rows.
    pub fn lines(&self) -> i64 {
        self.rows.len() as i64
    }

    /// The number of crossheads.
    pub fn crossheads(&self) -> i64 {
        self.pieces.iter().filter(|piece| piece.crosshead).count() as i64
    }
}

/// A column break that the rules forbid: taken only where the columns cannot be filled without.
pub(crate) const FORBIDDEN: i64 = 100_000;
/// The last line of a paragraph alone at the top of a column, at most a third full (R52, error).
const SHORT_WIDOW: i64 = 5_000;
/// The last line of a paragraph alone at the top of a column (warning).
const WIDOW: i64 = 120;
/// The first line of a paragraph alone at the foot of a column (warning; not in narrow columns).
const ORPHAN: i64 = 60;
/// Columns up to this measure are spared the orphan warning.
const NARROW: Em = Em::zi(15);
/// Lines of body that follow a crosshead in its column (R53).
const AFTER_CROSSHEAD: usize = 2;

/// A layout counts five for what lines count a hundred: it weighs pages, they weigh lines.
const LINE_COST_SHARE: i64 = 20;

/// So many lines one paragraph may be run longer.
const LONGER_MOST: usize = 2;

/// Breaks the body of an article at the measure of a step, and again with up to `longer` lines more.
pub fn compose(ready: &Ready, style: &HouseStyle, step: &Step, longer: usize) -> Bodies {
    let measure = step.measure();
    let indent = style.profile.indent;
    let best: Vec<Vec<Line>> = ready
        .body
        .iter()
        .map(|block| match block {
            ReadyBlock::Paragraph(text) => set(&text.line, measure, indent),
            ReadyBlock::Aside(text) => set(&text.line, measure - ASIDE_INSET * 2, indent),
            ReadyBlock::Crosshead(_) | ReadyBlock::Lines(_) => Vec::new(),
        })
        .collect();
    let mut bodies = vec![assemble(ready, style, step, &best, 0)];
    if longer == 0 {
        return Bodies { bodies };
    }
    // Which paragraphs take a line more, cheapest first.
    let mut loose: Vec<(i64, usize, Vec<Line>)> = Vec::new();
    for b in longest(&best, longer + LONGER_SPARE) {
        let ReadyBlock::Paragraph(text) = &ready.body[b] else { continue };
        let mut last = 0;
        for more in 1..=LONGER_MOST {
            let Some((lines, cost)) = set_in(&text.line, measure, indent, best[b].len() + more)
            else {
                break;
            };
            // The second line costs no less than the first, so it never comes before it.
            let step = (cost - last).max(last);
            loose.push((step, b, lines));
            last = cost;
        }
    }
    loose.sort_by_key(|(cost, b, lines)| (*cost, *b, lines.len()));
    let mut lines = best;
    let mut cost = 0;
    for (more, b, longer_lines) in loose.into_iter().take(longer) {
        lines[b] = longer_lines;
        cost += more / LINE_COST_SHARE;
        bodies.push(assemble(ready, style, step, &lines, cost));
    }
    Bodies { bodies }
}

/// How far an editor's note stands in from both edges of its column (§3: 1–2 字).
const ASIDE_INSET: Em = Em::ONE;

/// More paragraphs than lines are tried, for the choice.
const LONGER_SPARE: usize = 2;
/// A paragraph of fewer lines cannot hide the white of one more.
const LONGER_LINES_MIN: usize = 4;

/// The `count` paragraphs of most lines: they hide the white of one more best.
fn longest(best: &[Vec<Line>], count: usize) -> Vec<usize> {
    let mut order: Vec<usize> =
        (0..best.len()).filter(|b| best[*b].len() >= LONGER_LINES_MIN).collect();
    order.sort_by_key(|b| (std::cmp::Reverse(best[*b].len()), *b));
    order.truncate(count);
    order
}

/// The rows and pieces of a body whose paragraphs are set as `lines`.
fn assemble(
    ready: &Ready,
    style: &HouseStyle,
    step: &Step,
    lines: &[Vec<Line>],
    cost: i64,
) -> Composed {
    let measure = step.measure();
    let mut out = Composed { rows: Vec::new(), pieces: Vec::new(), cost };
    // Lines that may still not be parted from a crosshead above them.
    let mut tied = 0;
    for (b, block) in ready.body.iter().enumerate() {
        match block {
            ReadyBlock::Paragraph(text) | ReadyBlock::Aside(text) => {
                let aside = matches!(block, ReadyBlock::Aside(_));
                let inset = if aside { ASIDE_INSET } else { Em::ZERO };
                let count = lines[b].len();
                for (k, line) in lines[b].iter().enumerate() {
                    let mut before = match k {
                        0 => 0,
                        _ if k + 1 == count => widow(&text.line, line, measure),
                        1 if measure > NARROW => ORPHAN,
                        _ => 0,
                    };
                    if tied > 0 {
                        before = FORBIDDEN;
                        tied -= 1;
                    }
                    let row = Row { block: (b, 0), line: line.clone(), crosshead: false, inset };
                    push(&mut out, row, before);
                }
            }
            ReadyBlock::Lines(lines) => {
                for (k, row) in verse(b, lines, measure).into_iter().enumerate() {
                    // No column starts with the white row between two stanzas.
                    let blank = row.line.units.is_empty();
                    let before = if tied > 0 || blank && k > 0 { FORBIDDEN } else { 0 };
                    tied = usize::max(tied, 1) - 1;
                    push(&mut out, row, before);
                }
            }
            ReadyBlock::Crosshead(text) => {
                let width = step.width(1).in_em(style.crosshead.size(step).width);
                let start = out.rows.len();
                for line in crosshead(text, width, &ready.names) {
                    out.rows.push(Row { block: (b, 0), line, crosshead: true, inset: Em::ZERO });
                }
                let before = if tied > 0 { FORBIDDEN } else { 0 };
                out.pieces.push(Piece { rows: start..out.rows.len(), before, crosshead: true });
                tied = AFTER_CROSSHEAD;
            }
        }
    }
    out
}

fn push(out: &mut Composed, row: Row, before: i64) {
    let at = out.rows.len();
    out.rows.push(row);
    out.pieces.push(Piece { rows: at..at + 1, before, crosshead: false });
}

/// Lines kept as they are: not filled, turned over where they are longer than the measure, and the block of
/// them in the middle of the column by whole 字. A white row parts stanzas.
fn verse(block: usize, lines: &ReadyLines, measure: Em) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut widest = Em::ZERO;
    for (t, text) in lines.texts.iter().enumerate() {
        if lines.stanzas.contains(&t) {
            let line = Line { units: 0..0, ..Line::whole(&text.line) };
            rows.push(Row { block: (block, t), line, crosshead: false, inset: Em::ZERO });
        }
        let indent = (Em::HALF * i64::from(lines.indents[t])).min(measure / 2);
        for line in set(&text.line, measure - indent, Em::ZERO) {
            let line = line.unfilled();
            widest = widest.max(indent + line.width(&text.line));
            rows.push(Row { block: (block, t), line, crosshead: false, inset: indent });
        }
    }
    let spare = (measure - widest).max(Em::ZERO) / 2;
    let whole = Em::zi(spare.units() / Em::ONE.units());
    for row in &mut rows {
        row.inset += whole;
    }
    rows
}

fn widow(paragraph: &Prepared, line: &Line, measure: Em) -> i64 {
    if line.width(paragraph) * 3 <= measure { SHORT_WIDOW } else { WIDOW }
}

/// R55: a crosshead over as few lines as it needs, balanced, broken after a mark where it can.
fn crosshead(text: &ReadyText, width: Em, names: &[String]) -> Vec<Line> {
    let units = text.line.units().len();
    let natural = text.line.natural(0..units);
    let ends = if natural > width { text.ends(names) } else { &[] };
    let fewest = natural.units().div_euclid(width.units().max(1)) + 1;
    let fewest = if natural == width { fewest - 1 } else { fewest };
    for count in fewest.max(1)..fewest + 2 {
        let cost = |at| break_cost(&text.line, at, ends);
        if let Some(lines) =
            balanced(&text.line, usize::try_from(count).unwrap_or(1), width, &cost, Shape::Equal)
        {
            return lines;
        }
    }
    set(&text.line, width, Em::ZERO)
}
