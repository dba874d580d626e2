//! Heads: sizes from the ladder, breaks by sense, and how deep they are.

use std::sync::Arc;

use crate::fit::balance::{INSIDE_WORD, balanced, break_cost, turns};
use crate::fit::ready::{ArticleRole, HEADLINE_LINES_MAX, HeadTexts, ShapedItem, ShapedText};
use crate::fit::upright::upright_width;
use crate::line::{PreparedParagraph, TextLine, break_into_lines};
use crate::model::{DensityStep, HeadlineShape, HouseStyle};
use crate::unit::{Abs, Em, TypeSize};

/// A line of a head, placed from the top of the head's own height.
#[derive(Clone, Debug)]
pub struct HeadLine {
    /// Which text of the article.
    pub part: HeadPart,
    /// The line.
    pub line: TextLine,
    /// Its type.
    pub size: TypeSize,
}

/// The parts of a head, in order from the top.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HeadPart {
    /// 栏目.
    ColumnTitle,
    /// 引题.
    Kicker,
    /// 主题.
    Headline,
    /// 副题, by line.
    Deck(usize),
    /// 提要题, by line.
    Standfirst(usize),
    /// 作者.
    Byline,
}

/// Which wording of a head is set, and how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct HeadWording {
    /// 0 its own, n the n-th of its alternatives.
    pub variant: usize,
    /// Whether its lines run down.
    pub is_vertical: bool,
}

impl HeadWording {
    pub(crate) fn texts(self, ready: &ShapedItem) -> Option<&HeadTexts> {
        if self.is_vertical {
            ready.vertical_head.as_ref()
        } else {
            ready.wordings.get(self.variant)
        }
    }

    /// The text of a part.
    pub fn text(self, part: HeadPart, ready: &ShapedItem) -> Option<&ShapedText> {
        match part {
            HeadPart::ColumnTitle => ready.column_title.as_ref(),
            HeadPart::Kicker => self.texts(ready)?.kicker.as_ref(),
            HeadPart::Headline => Some(&self.texts(ready)?.headline),
            HeadPart::Deck(k) => self.texts(ready)?.deck.get(k),
            HeadPart::Standfirst(k) => ready.standfirst.get(k),
            HeadPart::Byline => ready.byline.as_ref(),
        }
    }
}

/// A head in one arrangement.
#[derive(Clone, Debug)]
pub struct ArticleHead {
    /// Its wording.
    pub wording: HeadWording,
    /// Its lines from the top, with their sizes.
    pub lines: Arc<[HeadLine]>,
    /// The size of the headline.
    pub headline_size: Abs,
    /// The height of its lines without any white.
    pub ink_height: Abs,
    /// The rows it takes with its usual white.
    pub rows: i64,
    /// The rows without which its lines would touch each other or the body.
    pub least_rows: i64,
    /// What it costs to choose it: a smaller headline than the width asks for, more lines.
    pub cost: i64,
}

impl ArticleHead {
    /// No head at all.
    pub fn none() -> Self {
        Self {
            wording: HeadWording::default(),
            lines: Arc::default(),
            headline_size: Abs::ZERO,
            ink_height: Abs::ZERO,
            rows: 0,
            least_rows: 0,
            cost: 0,
        }
    }

    /// The text of a part.
    pub fn text<'a>(&self, part: HeadPart, ready: &'a ShapedItem) -> Option<&'a ShapedText> {
        self.wording.text(part, ready)
    }

    /// The length of one of its lines.
    pub fn line_length(&self, line: &HeadLine, ready: &ShapedItem) -> Abs {
        let text = self.text(line.part, ready);
        text.map_or(Abs::ZERO, |text| line.line.width(&text.paragraph).at(line.size.width))
    }

    /// The width of its widest line; of vertical lines, the width of all of them.
    pub fn width(&self, ready: &ShapedItem) -> Abs {
        if self.wording.is_vertical {
            return upright_width(self, ready);
        }
        let widths = self.lines.iter().map(|line| self.line_length(line, ready));
        widths.max().unwrap_or(Abs::ZERO)
    }
}

/// The heads that an article may have over a width, best first, never empty.
#[derive(Clone, Debug)]
pub struct HeadOptions {
    heads: Vec<ArticleHead>,
    air_rows: [i64; 2],
}

/// A row of white more than usual in a head, per row and squared.
const EXTRA_WHITE_ROW: i64 = 4;
/// A row of white less: a cramped head looks worse than an airy one.
const MISSING_WHITE_ROW: i64 = 30;

impl HeadOptions {
    /// The heads, best first.
    pub fn heads(&self) -> &[ArticleHead] {
        &self.heads
    }

    /// The best head.
    pub fn best(&self) -> &ArticleHead {
        &self.heads[0]
    }

    /// The fewest rows that a head can take.
    pub fn least_rows(&self, head: &ArticleHead) -> i64 {
        (head.rows + self.air_rows[0]).max(head.least_rows)
    }

    /// The most rows that a head can take.
    pub fn most_rows(&self, head: &ArticleHead) -> i64 {
        if head.rows == 0 { 0 } else { head.rows + self.air_rows[1] }
    }
}

/// What it costs that a head has rows of white more or less than usual.
pub(crate) fn white_rows_cost(off: i64) -> i64 {
    off * off * if off < 0 { MISSING_WHITE_ROW } else { EXTRA_WHITE_ROW }
}

/// One ladder step below the best size.
const SMALLER_SIZE: i64 = 40;
/// R68: the longest line of a headline fills so much of its width at least, in hundredths.
const FILL_MIN_PERCENT: i64 = 60;
/// Each hundredth less.
const UNFILLED_PERCENT: i64 = 1;
/// Another wording than the article's own.
const OTHER_WORDING: i64 = 15;
/// Each 字 by which a line of a headline is longer or shorter than its lines are on the mean.
const UNEVEN_LINES: i64 = 5;
/// How many heads are kept of an article's own wording, and of each other one.
const OWN_WORDING_HEADS_MAX: usize = 4;
const HEADS_VARIANT: usize = 2;
/// A headline over one line more than it could have.
const MORE_LINES: i64 = 25;
/// How many sizes below the best are kept for the make-up to choose from.
const SIZES: usize = 2;

/// The heads of an article over a width of the page.
pub fn head_options(
    ready: &ShapedItem,
    style: &HouseStyle,
    step: &DensityStep,
    width: Abs,
    rank: ArticleRole,
) -> HeadOptions {
    head_options_within(ready, style, step, width, largest_headline_size(style, step, width, rank))
}

/// The heads of an item over one column of the page, two and so on.
pub(crate) fn heads_by_span(
    ready: &ShapedItem,
    style: &HouseStyle,
    step: &DensityStep,
    rank: ArticleRole,
) -> Arc<Vec<HeadOptions>> {
    let DensityStep { columns, chars, body, gutter, pitch, .. } = *step;
    ready.heads_by_step.get_or_make(
        (columns, chars, body, gutter, pitch, rank == ArticleRole::Lead),
        || {
            (1..=columns)
                .map(|span| head_options(ready, style, step, step.width(span), rank))
                .collect()
        },
    )
}

/// The largest headline that the house style allows over a width.
pub(crate) fn largest_headline_size(
    style: &HouseStyle,
    step: &DensityStep,
    width: Abs,
    rank: ArticleRole,
) -> Abs {
    let total = step.width(step.columns);
    let percent = width.units() * 100 / total.units().max(1);
    let bands = &style.head.bands;
    let band = bands.iter().rev().find(|band| percent >= band.width_percent).unwrap_or(&bands[0]);
    // Only the lead may use the largest size of its band.
    if rank == ArticleRole::Lead { band.largest } else { band.largest.scale(86, 100) }
}

/// The heads over a width with headlines of at most `cap`.
pub fn head_options_within(
    ready: &ShapedItem,
    style: &HouseStyle,
    step: &DensityStep,
    width: Abs,
    cap: Abs,
) -> HeadOptions {
    let mut found = Vec::new();
    for variant in 0..ready.wordings.len() {
        let wording = HeadWording { variant, is_vertical: false };
        let setter = HeadSetter { item: ready, style, step, width, size_limit: cap, wording };
        let mut heads = setter.heads();
        heads.sort_by_key(|head| head.cost);
        heads.truncate(if variant == 0 { OWN_WORDING_HEADS_MAX } else { HEADS_VARIANT });
        found.extend(heads);
    }
    if ready.wordings.is_empty() {
        // Briefs have the title of their column, a picture has none.
        found.push(
            HeadSetter {
                item: ready,
                style,
                step,
                width,
                size_limit: cap,
                wording: HeadWording::default(),
            }
            .title(),
        );
    }
    found.sort_by_key(|head| head.cost);
    HeadOptions { heads: found, air_rows: style.head.air_rows }
}

/// What the heads of one wording are set with.
#[derive(Clone, Copy)]
pub(crate) struct HeadSetter<'a> {
    pub(crate) item: &'a ShapedItem,
    pub(crate) style: &'a HouseStyle,
    pub(crate) step: &'a DensityStep,
    pub(crate) width: Abs,
    /// The largest headline.
    pub(crate) size_limit: Abs,
    pub(crate) wording: HeadWording,
}

impl HeadSetter<'_> {
    /// Every head worth choosing among.
    fn heads(&self) -> Vec<ArticleHead> {
        let Self { style, width, size_limit: cap, .. } = *self;
        let Some(ready) = self.wording.text(HeadPart::Headline, self.item) else {
            return Vec::new();
        };
        let usable = width.scale(style.head.fill_percent_max, 100);
        let headline = &ready.paragraph;
        let natural = headline.natural_width(0..headline.units().len());
        // A headline that fits on one line at its largest is not broken at all.
        let turns = turns(headline).len();
        let one_line = natural.at(cap) <= usable && turns == 0;
        let ends = if one_line { &[] } else { ready.word_ends(&self.item.names) };
        let mut heads: Vec<ArticleHead> = Vec::new();
        for count in turns + 1..=if one_line { 1 } else { HEADLINE_LINES_MAX.max(turns + 1) } {
            if one_line {
                let lines = [TextLine::whole(headline)];
                self.sizes(headline, &lines, 0, usable, &mut heads);
                break;
            }
            let names = &self.item.names;
            let Some(lines) = ready.lines_by_sense(count, names, style.head.shape) else {
                continue;
            };
            let shape = shape_cost(headline, lines, ends);
            self.sizes(headline, lines, shape, usable, &mut heads);
        }
        if heads.is_empty() {
            // Longer than three lines at the smallest size: as many lines as it takes.
            let size = style.head.ladder[0];
            let lines = break_into_lines(headline, usable.in_em(size), Em::ZERO);
            let lines: Vec<TextLine> = lines.into_iter().map(TextLine::unfilled).collect();
            let mut head = self.assemble(&lines, TypeSize::square(size));
            head.cost += size_cost(size, cap) + MORE_LINES * lines.len() as i64;
            heads.push(head);
        }
        heads
    }

    /// The heads with these lines in the sizes that go in.
    fn sizes(
        &self,
        headline: &PreparedParagraph,
        lines: &[TextLine],
        shape: i64,
        usable: Abs,
        heads: &mut Vec<ArticleHead>,
    ) {
        let Self { style, size_limit: cap, .. } = *self;
        let longest = lines.iter().map(|line| line.width(headline)).max().unwrap_or(Em::ONE);
        let mut largest = Abs::ZERO;
        for percent in
            WIDTHS.into_iter().filter(|percent| *percent >= style.head.condensed_percent_min)
        {
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
                head.cost += size_cost(size.height, cap) + SMALLER_SIZE * down as i64 + shape;
                head.cost += narrow * narrow / CONDENSED;
                let fill = longest.at(size.width).units() * 100 / self.width.units().max(1);
                head.cost += (FILL_MIN_PERCENT - fill).max(0) * UNFILLED_PERCENT;
                heads.push(head);
            }
        }
    }
}

/// What the lines of a headline cost whatever their size: how many they are, what they split, how unlike they are
/// in length.
fn shape_cost(headline: &PreparedParagraph, lines: &[TextLine], ends: &[usize]) -> i64 {
    let count = lines.len() as i64;
    let split = lines.iter().filter(|line| splits_word(headline, line, ends)).count() as i64;
    let mut cost = MORE_LINES * (count - 1) + split * INSIDE_WORD;
    if lines.len() >= HEADLINE_LINES_MAX {
        cost += MORE_LINES;
    }
    let widths: Vec<Em> = lines.iter().map(|line| line.width(headline)).collect();
    let mean = widths.iter().copied().sum::<Em>().share(1, count.max(1));
    let off: i64 = widths.iter().map(|width| (*width - mean).to_milli().abs()).sum();
    cost + off * UNEVEN_LINES / 1000
}

/// A headline drawn narrower than its face (长体) costs the square of the hundredths over this: 10 % shows
/// little, 20 % as much as the next smaller size.
const CONDENSED: i64 = 10;
/// The widths tried, in hundredths.
const WIDTHS: [i64; 4] = [100, 95, 90, 80];

/// Whether a line ends inside a word.
fn splits_word(text: &PreparedParagraph, line: &TextLine, ends: &[usize]) -> bool {
    !line.is_last
        && break_cost(text, line.units.end - 1, ends).is_none_or(|cost| cost >= INSIDE_WORD)
}

/// What it costs to stay below the size that the width asks for.
fn size_cost(size: Abs, cap: Abs) -> i64 {
    let missing = (100 - size.units() * 100 / cap.units().max(1)).max(0);
    missing * missing / 12
}

impl HeadSetter<'_> {
    /// The size of a minor part: a share of the headline's, on the ladder.
    pub(crate) fn minor(&self, headline: Abs) -> Abs {
        let floor = self.step.body.scale(115, 100);
        let wanted = headline.scale(self.style.head.kicker_percent, 100).max(floor);
        let ladder = &self.style.head.ladder;
        ladder.iter().rev().find(|step| **step <= wanted).copied().unwrap_or(floor).max(floor)
    }

    /// Adds the lines of a minor part: one if it fits, else balanced over as many as it takes.
    pub(crate) fn minor_lines(&self, part: HeadPart, size: Abs, lines: &mut Vec<HeadLine>) {
        let Some(text) = self.wording.text(part, self.item) else { return };
        let size = TypeSize::square(size);
        let measure = self.width.in_em(size.width);
        if goes_on_one(&text.paragraph, measure) {
            lines.push(HeadLine { part, line: TextLine::whole(&text.paragraph), size });
            return;
        }
        let set = ragged(text, measure, &self.item.names).into_iter();
        lines.extend(set.map(|line| HeadLine { part, line, size }));
    }

    /// The head with its headline so broken and so large.
    fn assemble(&self, headline: &[TextLine], size: TypeSize) -> ArticleHead {
        let Self { item: ready, step, wording, .. } = *self;
        let minor = self.minor(size.height);
        let decks = wording.texts(ready).map_or(0, |texts| texts.deck.len());
        // With a column title, a kicker and a byline.
        let mut lines = Vec::with_capacity(headline.len() + decks + ready.standfirst.len() + 3);
        self.minor_lines(HeadPart::ColumnTitle, step.body.scale(120, 100), &mut lines);
        self.minor_lines(HeadPart::Kicker, minor, &mut lines);
        let main = headline.iter().map(|line| HeadLine {
            part: HeadPart::Headline,
            line: line.clone(),
            size,
        });
        lines.extend(main);
        for deck in 0..decks {
            let size = minor.min(step.body.scale(200, 100));
            self.minor_lines(HeadPart::Deck(deck), size, &mut lines);
        }
        for point in 0..ready.standfirst.len() {
            self.minor_lines(HeadPart::Standfirst(point), step.body.scale(115, 100), &mut lines);
        }
        self.minor_lines(HeadPart::Byline, step.body.scale(115, 100), &mut lines);
        let cost = if wording.variant == 0 { 0 } else { OTHER_WORDING };
        ArticleHead { cost, ..self.deep(lines, size.height) }
    }

    /// The common title of briefs, a little larger than a minor head; no head where there is none.
    fn title(&self) -> ArticleHead {
        let size = self.step.body.scale(160, 100);
        let mut lines = Vec::new();
        self.minor_lines(HeadPart::ColumnTitle, size, &mut lines);
        if lines.is_empty() {
            return ArticleHead::none();
        }
        // A row of white that a line more in one of the briefs may take.
        let head = self.deep(lines, size);
        ArticleHead { headline_size: Abs::ZERO, rows: head.least_rows + 1, ..head }
    }

    /// The rows that lines need, their white in parts of `size`.
    fn deep(&self, lines: Vec<HeadLine>, size: Abs) -> ArticleHead {
        let Self { style, step, wording, .. } = *self;
        let ink: Abs = lines.iter().map(|line| line.size.height).sum();
        // Usual white: between the lines, and above and below the whole.
        let heights = |pair: &[HeadLine]| white_between(pair[0].size.height, pair[1].size.height);
        let between: Abs = lines.windows(2).map(heights).sum();
        let around = size.scale(style.head.air_percent, 100);
        // The head ends a row's white above the body: rows are pitches, the last one's gap is white too.
        // A tenth of the headline stays free at the top and at the foot.
        let least = step.rows_for(ink + between + size.scale(20, 100));
        let rows = step.rows_for(ink + between + around).max(least);
        ArticleHead {
            wording,
            lines: lines.into(),
            headline_size: size,
            ink_height: ink,
            rows,
            least_rows: least,
            cost: 0,
        }
    }
}

/// The least white between two lines of a head: of their mean size.
pub(crate) fn white_between(above: Abs, below: Abs) -> Abs {
    ((above + below) / 2).scale(24, 100)
}

/// Whether a text needs no more than one line.
fn goes_on_one(text: &PreparedParagraph, measure: Em) -> bool {
    let natural = text.natural_width(0..text.units().len());
    natural > Em::ZERO && natural < measure && turns(text).is_empty()
}

/// A minor line of a head balanced over as many lines as it takes.
fn ragged(ready: &ShapedText, measure: Em, names: &[String]) -> Vec<TextLine> {
    let text = &ready.paragraph;
    let natural = text.natural_width(0..text.units().len());
    let mut count = usize::try_from(natural.units() / measure.units().max(1)).unwrap_or(0) + 1;
    count = count.max(turns(text).len() + 1);
    let most = count + 2;
    let ends = if count > 1 { ready.word_ends(names) } else { &[] };
    while count < most {
        let cost = |at| break_cost(text, at, ends);
        if let Some(lines) = balanced(text, count, measure, &cost, HeadlineShape::Equal) {
            return lines;
        }
        count += 1;
    }
    break_into_lines(text, measure, Em::ZERO).into_iter().map(TextLine::unfilled).collect()
}
