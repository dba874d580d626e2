//! Heads: sizes from the ladder, breaks by sense, and how deep they are.

use crate::fit::balance::{INSIDE_WORD, balanced, break_cost, turns};
use crate::fit::ready::{Rank, Ready, ReadyText};
use crate::line::{Line, Prepared, set};
use crate::model::{HouseStyle, Shape, Step};
use crate::unit::{Abs, Em, TypeSize};

/// A line of a head, placed from the top of the head's own height.
#[derive(Clone, Debug)]
pub struct HeadLine {
    /// Which text of the article.
    pub part: Part,
    /// The line.
    pub line: Line,
    /// Its type.
    pub size: TypeSize,
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
    /// 提要题, by line.
    Summary(usize),
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
            Self::Summary(k) => ready.summary.get(k),
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
    /// The rows without which its lines would touch each other or the body.
    pub least: i64,
    /// What it costs to choose it: a smaller headline than the width asks for, more lines.
    pub cost: i64,
}

impl Head {
    /// The width of its widest line.
    pub fn width(&self, ready: &Ready) -> Abs {
        let width = |line: &HeadLine| {
            let text = line.part.text(ready)?;
            Some(line.line.width(&text.line).at(line.size.width))
        };
        self.lines.iter().filter_map(width).max().unwrap_or(Abs::ZERO)
    }
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
        (head.rows + self.air[0]).max(head.least)
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
    heads_within(ready, style, step, width, largest(style, step, width, rank))
}

/// The largest headline that the house style allows over a width.
fn largest(style: &HouseStyle, step: &Step, width: Abs, rank: Rank) -> Abs {
    let total = step.width(step.columns);
    let percent = width.units() * 100 / total.units().max(1);
    let bands = &style.head.bands;
    let band = bands.iter().rev().find(|band| percent >= band.width_percent).unwrap_or(&bands[0]);
    // Only the lead may use the largest size of its band.
    if rank == Rank::Lead { band.largest } else { band.largest.scale(86, 100) }
}

/// The heads over a width with headlines of at most `cap`.
pub fn heads_within(
    ready: &Ready,
    style: &HouseStyle,
    step: &Step,
    width: Abs,
    cap: Abs,
) -> HeadSet {
    let usable = width.scale(style.head.fill_most, 100);
    let headline = &ready.headline.line;
    let natural = headline.natural(0..headline.units().len());
    // A headline that fits on one line at its largest is not broken at all.
    let turns = turns(headline).len();
    let one_line = natural.at(cap) <= usable && turns == 0;
    let ends = if one_line { &[] } else { ready.headline.ends(&ready.names) };
    let mut heads: Vec<Head> = Vec::new();
    for count in turns + 1..=if one_line { 1 } else { LINES_MAX.max(turns + 1) } {
        let cost = |at| break_cost(headline, at, ends);
        let Some(lines) = balanced(headline, count, Em::zi(10_000), &cost, style.head.shape) else {
            continue;
        };
        let longest = lines.iter().map(|line| line.width(headline)).max().unwrap_or(Em::ONE);
        let split = lines.iter().filter(|line| splits_word(headline, line, ends)).count() as i64;
        let mut shape = MORE_LINES * (count as i64 - 1) + split * INSIDE_WORD;
        if count == LINES_MAX {
            shape += MORE_LINES;
        }
        let mut largest = Abs::ZERO;
        for percent in WIDTHS.into_iter().filter(|percent| *percent >= style.head.condensed) {
            let fits =
                |size: &&Abs| **size <= cap && longest.at(size.scale(percent, 100)) <= usable;
            let mut sizes = style.head.ladder.iter().rev().filter(fits).take(SIZES).peekable();
            // 长体 only where it saves a size.
            if sizes.peek().is_none_or(|size| **size <= largest) {
                continue;
            }
            largest = sizes.peek().map_or(largest, |size| **size);
            let count = if percent == WIDTHS[0] { SIZES } else { 1 };
            for (down, size) in sizes.take(count).enumerate() {
                let size = TypeSize { width: size.scale(percent, 100), height: *size };
                let mut head = assemble(ready, style, step, width, &lines, size);
                let narrow = 100 - percent;
                head.cost = size_cost(size.height, cap) + SMALLER * down as i64 + shape;
                head.cost += narrow * narrow / CONDENSED;
                heads.push(head);
            }
        }
    }
    if heads.is_empty() {
        // Longer than three lines at the smallest size: as many lines as it takes.
        let size = style.head.ladder[0];
        let lines = set(headline, usable.in_em(size), Em::ZERO)
            .into_iter()
            .map(Line::unfilled)
            .collect::<Vec<_>>();
        let mut head = assemble(ready, style, step, width, &lines, TypeSize::square(size));
        head.cost = size_cost(size, cap) + MORE_LINES * lines.len() as i64;
        heads.push(head);
    }
    heads.sort_by_key(|head| head.cost);
    heads.truncate(4);
    HeadSet { heads, air: style.head.air_rows }
}

/// A headline drawn narrower than its face (长体) costs the square of the hundredths over this: 10 % shows
/// little, 20 % as much as the next smaller size.
const CONDENSED: i64 = 10;
/// The widths tried, in hundredths.
const WIDTHS: [i64; 4] = [100, 95, 90, 80];

/// Whether a line ends inside a word.
fn splits_word(text: &Prepared, line: &Line, ends: &[usize]) -> bool {
    !line.last && break_cost(text, line.units.end - 1, ends).is_none_or(|cost| cost >= INSIDE_WORD)
}

/// What it costs to stay below the size that the width asks for.
fn size_cost(size: Abs, cap: Abs) -> i64 {
    let missing = (100 - size.units() * 100 / cap.units().max(1)).max(0);
    missing * missing / 12
}

fn assemble(
    ready: &Ready,
    style: &HouseStyle,
    step: &Step,
    width: Abs,
    headline: &[Line],
    size: TypeSize,
) -> Head {
    let small = |percent: i64, floor: Abs| {
        let wanted = size.height.scale(percent, 100).max(floor);
        let ladder = &style.head.ladder;
        ladder.iter().rev().find(|step| **step <= wanted).copied().unwrap_or(floor).max(floor)
    };
    let floor = step.body.scale(115, 100);
    let minor = small(style.head.kicker_percent, floor);
    let minor_lines = |part: Part, size: Abs| -> Vec<HeadLine> {
        let Some(text) = part.text(ready) else { return Vec::new() };
        let size = TypeSize::square(size);
        let set = ragged(text, width.in_em(size.width), &ready.names).into_iter();
        set.map(|line| HeadLine { part, line, size }).collect()
    };
    let mut lines = minor_lines(Part::ColumnTitle, step.body.scale(120, 100));
    lines.extend(minor_lines(Part::Kicker, minor));
    let main =
        headline.iter().map(|line| HeadLine { part: Part::Headline, line: line.clone(), size });
    lines.extend(main);
    for deck in 0..ready.deck.len() {
        lines.extend(minor_lines(Part::Deck(deck), minor.min(step.body.scale(200, 100))));
    }
    for point in 0..ready.summary.len() {
        lines.extend(minor_lines(Part::Summary(point), step.body.scale(115, 100)));
    }
    lines.extend(minor_lines(Part::Byline, step.body.scale(115, 100)));
    let ink: Abs = lines.iter().map(|line| line.size.height).sum();
    // Usual white: between the lines, and above and below the whole.
    let heights = |pair: &[HeadLine]| white(pair[0].size.height, pair[1].size.height);
    let between: Abs = lines.windows(2).map(heights).sum();
    let around = size.height.scale(style.head.air_percent, 100);
    let deep = ink + between + around;
    // The head ends a row's white above the body: rows are pitches, the last one's gap is white too.
    let rows_of = |deep: Abs| (deep.units() + step.pitch.units() - 1) / step.pitch.units();
    // A tenth of the headline stays free at the top and at the foot.
    let least = rows_of(ink + between + size.height.scale(20, 100));
    Head { lines, size: size.height, ink, rows: rows_of(deep).max(least), least, cost: 0 }
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
    count = count.max(turns(text).len() + 1);
    let most = count + 2;
    let ends = if count > 1 { ready.ends(names) } else { &[] };
    while count < most {
        let cost = |at| break_cost(text, at, ends);
        if let Some(lines) = balanced(text, count, measure, &cost, Shape::Equal) {
            return lines;
        }
        count += 1;
    }
    set(text, measure, Em::ZERO).into_iter().map(Line::unfilled).collect()
}
