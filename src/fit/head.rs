//! Heads: sizes from the ladder, breaks by sense, and how deep they are.

use crate::fit::balance::{INSIDE_WORD, balanced, break_cost};
use crate::fit::ready::{Rank, Ready, ReadyText};
use crate::line::{Fill, Line, Prepared, set};
use crate::model::{HouseStyle, Step};
use crate::unit::{Abs, Em};

/// A line of a head, placed from the top of the head's own height.
#[derive(Clone, Debug)]
pub struct HeadLine {
    /// Which text of the article.
    pub part: Part,
    /// The line.
    pub line: Line,
    /// Its size.
    pub size: Abs,
}

/// The parts of a head, in order from the top.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// 栏目.
    ColumnTitle,
    /// 引题.
    Kicker,
    /// 主题.
    Headline,
    /// 副题, by line.
    Deck(usize),
    /// 作者.
    Byline,
}

impl Part {
    /// The text of the part.
    pub fn text(self, ready: &Ready) -> Option<&ReadyText> {
        match self {
            Self::ColumnTitle => ready.column_title.as_ref(),
            Self::Kicker => ready.kicker.as_ref(),
            Self::Headline => Some(&ready.headline),
            Self::Deck(k) => ready.deck.get(k),
            Self::Byline => ready.byline.as_ref(),
        }
    }
}

/// A head in one arrangement.
#[derive(Clone, Debug)]
pub struct Head {
    /// Its lines from the top, with their sizes.
    pub lines: Vec<HeadLine>,
    /// The size of the headline.
    pub size: Abs,
    /// The height of its lines without any white.
    pub ink: Abs,
    /// The rows it takes with its usual white.
    pub rows: i64,
    /// What it costs to choose it: a smaller headline than the width asks for, more lines.
    pub cost: i64,
}

/// The heads that an article may have over a width, best first, never empty.
#[derive(Clone, Debug)]
pub struct HeadSet {
    heads: Vec<Head>,
    air: [i64; 2],
}

/// A row of white more than usual in a head, per row and squared.
const AIR: i64 = 4;
/// A row of white less: a cramped head looks worse than an airy one.
const CRAMPED: i64 = 30;

impl HeadSet {
    /// The heads, best first.
    pub fn heads(&self) -> &[Head] {
        &self.heads
    }

    /// The best head.
    pub fn best(&self) -> &Head {
        &self.heads[0]
    }

    /// The fewest rows that a head can take.
    pub fn least(&self, head: &Head) -> i64 {
        (head.rows + self.air[0]).max(1)
    }

    /// The most rows that a head can take.
    pub fn most(&self, head: &Head) -> i64 {
        head.rows + self.air[1]
    }
}

/// What it costs that a head has rows of white more or less than usual.
pub(crate) fn air_cost(off: i64) -> i64 {
    off * off * if off < 0 { CRAMPED } else { AIR }
}

/// One ladder step below the best size.
const SMALLER: i64 = 40;
/// A headline over one line more than it could have.
const MORE_LINES: i64 = 25;
/// The most lines of a headline.
const LINES_MAX: usize = 3;
/// How many sizes below the best are kept for the make-up to choose from.
const SIZES: usize = 2;

/// The heads of an article over a width of the page.
pub fn heads(ready: &Ready, style: &HouseStyle, step: &Step, width: Abs, rank: Rank) -> HeadSet {
    let total = step.width(step.columns);
    let percent = width.units() * 100 / total.units().max(1);
    let bands = &style.head.bands;
    let band = bands.iter().rev().find(|band| percent >= band.width_percent).unwrap_or(&bands[0]);
    // Only the lead may use the largest size of its band.
    let cap = if rank == Rank::Lead { band.largest } else { band.largest.scale(86, 100) };
    let usable = width.scale(style.head.fill_most, 100);
    let headline = &ready.headline.line;
    let natural = headline.natural(0..headline.units().len());
    // A headline that fits on one line at its largest is not broken at all.
    let one_line = natural.at(cap) <= usable;
    let ends = if one_line { &[] } else { ready.headline.ends(&ready.names) };
    let mut heads: Vec<Head> = Vec::new();
    for count in 1..=if one_line { 1 } else { LINES_MAX } {
        let cost = |at| break_cost(headline, at, ends);
        let Some(lines) = balanced(headline, count, Em::zi(10_000), &cost) else { continue };
        let longest = lines.iter().map(|line| line.width(headline)).max().unwrap_or(Em::ONE);
        let fits = |size: &&Abs| **size <= cap && longest.at(**size) <= usable;
        let sizes = style.head.ladder.iter().rev().filter(fits).take(SIZES);
        let split = lines.iter().filter(|line| splits_word(headline, line, ends)).count() as i64;
        for (down, size) in sizes.enumerate() {
            let mut head = assemble(ready, style, step, width, &lines, *size);
            head.cost =
                size_cost(*size, cap) + SMALLER * down as i64 + MORE_LINES * (count as i64 - 1);
            head.cost += split * INSIDE_WORD;
            if count == LINES_MAX {
                head.cost += MORE_LINES;
            }
            heads.push(head);
        }
    }
    if heads.is_empty() {
        // Longer than three lines at the smallest size: as many lines as it takes.
        let size = style.head.ladder[0];
        let lines = set(headline, usable.in_em(size), Em::ZERO)
            .into_iter()
            .map(unfilled)
            .collect::<Vec<_>>();
        let mut head = assemble(ready, style, step, width, &lines, size);
        head.cost = size_cost(size, cap) + MORE_LINES * lines.len() as i64;
        heads.push(head);
    }
    heads.sort_by_key(|head| head.cost);
    heads.truncate(4);
    HeadSet { heads, air: style.head.air_rows }
}

/// Whether a line ends inside a word.
fn splits_word(text: &Prepared, line: &Line, ends: &[usize]) -> bool {
    !line.last && break_cost(text, line.units.end - 1, ends).is_none_or(|cost| cost >= INSIDE_WORD)
}

/// What it costs to stay below the size that the width asks for.
fn size_cost(size: Abs, cap: Abs) -> i64 {
    let missing = (100 - size.units() * 100 / cap.units().max(1)).max(0);
    missing * missing / 12
}

/// The line set ragged: a head is never stretched (R42).
fn unfilled(line: Line) -> Line {
    Line { fill: Fill::default(), ..line }
}

fn assemble(
    ready: &Ready,
    style: &HouseStyle,
    step: &Step,
    width: Abs,
    headline: &[Line],
    size: Abs,
) -> Head {
    let small = |percent: i64, floor: Abs| {
        let wanted = size.scale(percent, 100).max(floor);
        let ladder = &style.head.ladder;
        ladder.iter().rev().find(|step| **step <= wanted).copied().unwrap_or(floor).max(floor)
    };
    let floor = step.body.scale(115, 100);
    let minor = small(style.head.kicker_percent, floor);
    let mut lines: Vec<HeadLine> = Vec::new();
    let mut part = |part: Part, size: Abs| {
        if let Some(text) = part.text(ready) {
            let measure = width.in_em(size);
            lines.extend(ragged(text, measure, &ready.names).into_iter().map(|line| HeadLine {
                part,
                line,
                size,
            }));
        }
    };
    part(Part::ColumnTitle, step.body.scale(120, 100));
    part(Part::Kicker, minor);
    let above = lines.len();
    let mut rest: Vec<HeadLine> = Vec::new();
    for deck in 0..ready.deck.len() {
        let text = &ready.deck[deck];
        let size = minor.min(step.body.scale(200, 100));
        let wrapped = ragged(text, width.in_em(size), &ready.names);
        rest.extend(wrapped.into_iter().map(|line| HeadLine {
            part: Part::Deck(deck),
            line,
            size,
        }));
    }
    if let Some(byline) = &ready.byline {
        let size = step.body.scale(115, 100);
        let wrapped = ragged(byline, width.in_em(size), &ready.names);
        rest.extend(wrapped.into_iter().map(|line| HeadLine { part: Part::Byline, line, size }));
    }
    let main =
        headline.iter().map(|line| HeadLine { part: Part::Headline, line: line.clone(), size });
    lines.splice(above..above, main);
    lines.extend(rest);
    let ink: Abs = lines.iter().map(|line| line.size).sum();
    // Usual white: between the lines, and above and below the whole.
    let between: Abs = lines.windows(2).map(|pair| white(pair[0].size, pair[1].size)).sum();
    let around = size.scale(style.head.air_percent, 100);
    let deep = ink + between + around;
    // The head ends a row's white above the body: rows are pitches, the last one's gap is white too.
    let rows = (deep.units() + step.pitch.units() - 1).div_euclid(step.pitch.units());
    Head { lines, size, ink, rows, cost: 0 }
}

/// The least white between two lines of a head: of their mean size.
pub(crate) fn white(above: Abs, below: Abs) -> Abs {
    ((above + below) / 2).scale(24, 100)
}

/// A minor line of a head: on one line if it fits, else balanced over as many as it takes.
fn ragged(ready: &ReadyText, measure: Em, names: &[String]) -> Vec<Line> {
    let text = &ready.line;
    let natural = text.natural(0..text.units().len());
    let mut count = usize::try_from(natural.units() / measure.units().max(1)).unwrap_or(0) + 1;
    let most = count + 2;
    let ends = if count > 1 { ready.ends(names) } else { &[] };
    while count < most {
        let cost = |at| break_cost(text, at, ends);
        if let Some(lines) = balanced(text, count, measure, &cost) {
            return lines;
        }
        count += 1;
    }
    set(text, measure, Em::ZERO).into_iter().map(unfilled).collect()
}
