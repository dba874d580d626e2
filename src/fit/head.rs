//! Heads: sizes from the ladder, breaks by sense, and how deep they are.

use std::sync::Arc;

use crate::fit::balance::{INSIDE_WORD, balanced, break_cost, turns};
use crate::fit::ready::{BROKEN_MOST, HeadTexts, Rank, Ready, ReadyText};
use crate::fit::upright::upright_width;
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

/// Which wording of a head is set, and how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wording {
    /// 0 its own, n the n-th of its alternatives.
    pub variant: usize,
    /// Whether its lines run down.
    pub upright: bool,
}

impl Wording {
    pub(crate) fn texts(self, ready: &Ready) -> Option<&HeadTexts> {
        if self.upright { ready.upright.as_ref() } else { ready.heads.get(self.variant) }
    }

    /// The text of a part.
    pub fn text(self, part: Part, ready: &Ready) -> Option<&ReadyText> {
        match part {
            Part::ColumnTitle => ready.column_title.as_ref(),
            Part::Kicker => self.texts(ready)?.kicker.as_ref(),
            Part::Headline => Some(&self.texts(ready)?.headline),
            Part::Deck(k) => self.texts(ready)?.deck.get(k),
            Part::Summary(k) => ready.summary.get(k),
            Part::Byline => ready.byline.as_ref(),
        }
    }
}

/// A head in one arrangement.
#[derive(Clone, Debug)]
pub struct Head {
    /// Its wording.
    pub wording: Wording,
    /// Its lines from the top, with their sizes.
    pub lines: Arc<[HeadLine]>,
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
    /// No head at all.
    pub fn none() -> Self {
        Self {
            wording: Wording::default(),
            lines: Arc::default(),
            size: Abs::ZERO,
            ink: Abs::ZERO,
            rows: 0,
            least: 0,
            cost: 0,
        }
    }

    /// The text of a part.
    pub fn text<'a>(&self, part: Part, ready: &'a Ready) -> Option<&'a ReadyText> {
        self.wording.text(part, ready)
    }

    /// The length of one of its lines.
    pub fn length(&self, line: &HeadLine, ready: &Ready) -> Abs {
        let text = self.text(line.part, ready);
        text.map_or(Abs::ZERO, |text| line.line.width(&text.line).at(line.size.width))
    }

    /// The width of its widest line; of vertical lines, the width of all of them.
    pub fn width(&self, ready: &Ready) -> Abs {
        if self.wording.upright {
            return upright_width(self, ready);
        }
        let widths = self.lines.iter().map(|line| self.length(line, ready));
        widths.max().unwrap_or(Abs::ZERO)
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
        if head.rows == 0 { 0 } else { head.rows + self.air[1] }
    }
}

/// What it costs that a head has rows of white more or less than usual.
pub(crate) fn air_cost(off: i64) -> i64 {
    off * off * if off < 0 { CRAMPED } else { AIR }
}

/// One ladder step below the best size.
const SMALLER: i64 = 40;
/// R68: the longest line of a headline fills so much of its width at least, in hundredths.
const FILL_LEAST: i64 = 60;
/// Each hundredth less.
const UNFILLED: i64 = 1;
/// Another wording than the article's own.
const VARIANT: i64 = 15;
/// Each 字 by which a line of a headline is longer or shorter than its lines are on the mean.
const UNLIKE: i64 = 5;
/// How many heads are kept of an article's own wording, and of each other one.
const HEADS_OWN: usize = 4;
const HEADS_VARIANT: usize = 2;
/// A headline over one line more than it could have.
const MORE_LINES: i64 = 25;
/// How many sizes below the best are kept for the make-up to choose from.
const SIZES: usize = 2;

/// The heads of an article over a width of the page.
pub fn heads(ready: &Ready, style: &HouseStyle, step: &Step, width: Abs, rank: Rank) -> HeadSet {
    heads_within(ready, style, step, width, largest(style, step, width, rank))
}

/// The heads of an item over one column of the page, two and so on.
pub(crate) fn all_heads(
    ready: &Ready,
    style: &HouseStyle,
    step: &Step,
    rank: Rank,
) -> Arc<Vec<HeadSet>> {
    let Step { columns, chars, body, gutter, pitch, .. } = *step;
    ready.head_sets.at((columns, chars, body, gutter, pitch, rank == Rank::Lead), || {
        (1..=columns).map(|span| heads(ready, style, step, step.width(span), rank)).collect()
    })
}

/// The largest headline that the house style allows over a width.
pub(crate) fn largest(style: &HouseStyle, step: &Step, width: Abs, rank: Rank) -> Abs {
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
    let mut found = Vec::new();
    for variant in 0..ready.heads.len() {
        let wording = Wording { variant, upright: false };
        let setter = Setter { ready, style, step, width, cap, wording };
        let mut heads = setter.heads();
        heads.sort_by_key(|head| head.cost);
        heads.truncate(if variant == 0 { HEADS_OWN } else { HEADS_VARIANT });
        found.extend(heads);
    }
    if ready.heads.is_empty() {
        // Briefs have the title of their column, a picture has none.
        found.push(Setter { ready, style, step, width, cap, wording: Wording::default() }.title());
    }
    found.sort_by_key(|head| head.cost);
    HeadSet { heads: found, air: style.head.air_rows }
}

/// What the heads of one wording are set with.
#[derive(Clone, Copy)]
pub(crate) struct Setter<'a> {
    pub(crate) ready: &'a Ready,
    pub(crate) style: &'a HouseStyle,
    pub(crate) step: &'a Step,
    pub(crate) width: Abs,
    /// The largest headline.
    pub(crate) cap: Abs,
    pub(crate) wording: Wording,
}

impl Setter<'_> {
    /// Every head worth choosing among.
    fn heads(&self) -> Vec<Head> {
        let Self { style, width, cap, .. } = *self;
        let Some(ready) = self.wording.text(Part::Headline, self.ready) else { return Vec::new() };
        let usable = width.scale(style.head.fill_most, 100);
        let headline = &ready.line;
        let natural = headline.natural(0..headline.units().len());
        // A headline that fits on one line at its largest is not broken at all.
        let turns = turns(headline).len();
        let one_line = natural.at(cap) <= usable && turns == 0;
        let ends = if one_line { &[] } else { ready.ends(&self.ready.names) };
        let mut heads: Vec<Head> = Vec::new();
        for count in turns + 1..=if one_line { 1 } else { BROKEN_MOST.max(turns + 1) } {
            if one_line {
                let lines = [Line::whole(headline)];
                self.sizes(headline, &lines, 0, usable, &mut heads);
                break;
            }
            let names = &self.ready.names;
            let Some(lines) = ready.broken(count, names, style.head.shape) else { continue };
            let shape = shape_cost(headline, lines, ends);
            self.sizes(headline, lines, shape, usable, &mut heads);
        }
        if heads.is_empty() {
            // Longer than three lines at the smallest size: as many lines as it takes.
            let size = style.head.ladder[0];
            let lines = set(headline, usable.in_em(size), Em::ZERO);
            let lines: Vec<Line> = lines.into_iter().map(Line::unfilled).collect();
            let mut head = self.assemble(&lines, TypeSize::square(size));
            head.cost += size_cost(size, cap) + MORE_LINES * lines.len() as i64;
            heads.push(head);
        }
        heads
    }

    /// The heads with these lines in the sizes that go in.
    fn sizes(
        &self,
        headline: &Prepared,
        lines: &[Line],
        shape: i64,
        usable: Abs,
        heads: &mut Vec<Head>,
    ) {
        let Self { style, cap, .. } = *self;
        let longest = lines.iter().map(|line| line.width(headline)).max().unwrap_or(Em::ONE);
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
                let mut head = self.assemble(lines, size);
                let narrow = 100 - percent;
                head.cost += size_cost(size.height, cap) + SMALLER * down as i64 + shape;
                head.cost += narrow * narrow / CONDENSED;
                let fill = longest.at(size.width).units() * 100 / self.width.units().max(1);
                head.cost += (FILL_LEAST - fill).max(0) * UNFILLED;
                heads.push(head);
            }
        }
    }
}

/// What the lines of a headline cost whatever their size: how many they are, what they split, how unlike they are
/// in length.
fn shape_cost(headline: &Prepared, lines: &[Line], ends: &[usize]) -> i64 {
    let count = lines.len() as i64;
    let split = lines.iter().filter(|line| splits_word(headline, line, ends)).count() as i64;
    let mut cost = MORE_LINES * (count - 1) + split * INSIDE_WORD;
    if lines.len() >= BROKEN_MOST {
        cost += MORE_LINES;
    }
    let widths: Vec<Em> = lines.iter().map(|line| line.width(headline)).collect();
    let mean = widths.iter().copied().sum::<Em>().share(1, count.max(1));
    let off: i64 = widths.iter().map(|width| (*width - mean).to_milli().abs()).sum();
    cost + off * UNLIKE / 1000
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

impl Setter<'_> {
    /// The size of a minor part: a share of the headline's, on the ladder.
    pub(crate) fn minor(&self, headline: Abs) -> Abs {
        let floor = self.step.body.scale(115, 100);
        let wanted = headline.scale(self.style.head.kicker_percent, 100).max(floor);
        let ladder = &self.style.head.ladder;
        ladder.iter().rev().find(|step| **step <= wanted).copied().unwrap_or(floor).max(floor)
    }

    /// Adds the lines of a minor part: one if it fits, else balanced over as many as it takes.
    pub(crate) fn minor_lines(&self, part: Part, size: Abs, lines: &mut Vec<HeadLine>) {
        let Some(text) = self.wording.text(part, self.ready) else { return };
        let size = TypeSize::square(size);
        let measure = self.width.in_em(size.width);
        if goes_on_one(&text.line, measure) {
            lines.push(HeadLine { part, line: Line::whole(&text.line), size });
            return;
        }
        let set = ragged(text, measure, &self.ready.names).into_iter();
        lines.extend(set.map(|line| HeadLine { part, line, size }));
    }

    /// The head with its headline so broken and so large.
    fn assemble(&self, headline: &[Line], size: TypeSize) -> Head {
        let Self { ready, step, wording, .. } = *self;
        let minor = self.minor(size.height);
        let decks = wording.texts(ready).map_or(0, |texts| texts.deck.len());
        // With a column title, a kicker and a byline.
        let mut lines = Vec::with_capacity(headline.len() + decks + ready.summary.len() + 3);
        self.minor_lines(Part::ColumnTitle, step.body.scale(120, 100), &mut lines);
        self.minor_lines(Part::Kicker, minor, &mut lines);
        let main =
            headline.iter().map(|line| HeadLine { part: Part::Headline, line: line.clone(), size });
        lines.extend(main);
        for deck in 0..decks {
            let size = minor.min(step.body.scale(200, 100));
            self.minor_lines(Part::Deck(deck), size, &mut lines);
        }
        for point in 0..ready.summary.len() {
            self.minor_lines(Part::Summary(point), step.body.scale(115, 100), &mut lines);
        }
        self.minor_lines(Part::Byline, step.body.scale(115, 100), &mut lines);
        let cost = if wording.variant == 0 { 0 } else { VARIANT };
        Head { cost, ..self.deep(lines, size.height) }
    }

    /// The common title of briefs, a little larger than a minor head; no head where there is none.
    fn title(&self) -> Head {
        let size = self.step.body.scale(160, 100);
        let mut lines = Vec::new();
        self.minor_lines(Part::ColumnTitle, size, &mut lines);
        if lines.is_empty() {
            return Head::none();
        }
        // A row of white that a line more in one of the briefs may take.
        let head = self.deep(lines, size);
        Head { size: Abs::ZERO, rows: head.least + 1, ..head }
    }

    /// The rows that lines need, their white in parts of `size`.
    fn deep(&self, lines: Vec<HeadLine>, size: Abs) -> Head {
        let Self { style, step, wording, .. } = *self;
        let ink: Abs = lines.iter().map(|line| line.size.height).sum();
        // Usual white: between the lines, and above and below the whole.
        let heights = |pair: &[HeadLine]| white(pair[0].size.height, pair[1].size.height);
        let between: Abs = lines.windows(2).map(heights).sum();
        let around = size.scale(style.head.air_percent, 100);
        // The head ends a row's white above the body: rows are pitches, the last one's gap is white too.
        // A tenth of the headline stays free at the top and at the foot.
        let least = step.rows_for(ink + between + size.scale(20, 100));
        let rows = step.rows_for(ink + between + around).max(least);
        Head { wording, lines: lines.into(), size, ink, rows, least, cost: 0 }
    }
}

/// The least white between two lines of a head: of their mean size.
pub(crate) fn white(above: Abs, below: Abs) -> Abs {
    ((above + below) / 2).scale(24, 100)
}

/// Whether a text needs no more than one line.
fn goes_on_one(text: &Prepared, measure: Em) -> bool {
    let natural = text.natural(0..text.units().len());
    natural > Em::ZERO && natural < measure && turns(text).is_empty()
}

/// A minor line of a head balanced over as many lines as it takes.
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
