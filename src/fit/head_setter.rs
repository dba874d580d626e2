//! Sets heads: breaks by sense, sizes from the ladder of the house style, rows that they take.

use std::sync::Arc;

use crate::fit::balance::{
    INSIDE_WORD, balance_lines, head_break_cost, lines_begun, requested_breaks,
};
use crate::fit::head::{ArticleHead, HeadLine, HeadOptions, HeadPart, HeadWording, white_between};
use crate::fit::shaped::{ArticleRole, HEADLINE_LINES_MAX, HeadKey, ShapedItem, ShapedText};
use crate::line::{PreparedParagraph, TextLine, break_into_lines};
use crate::model::{DensityStep, HeadlineShape, HouseStyle};
use crate::unit::{Abs, Em, TypeSize};

/// Each size on the ladder below the largest that fits (R68).
const SMALLER_SIZE: i64 = 40;
/// Least share of the width that the longest line of a headline fills, as a percentage (R68).
const FILL_PERCENT_MIN: i64 = 60;
/// Each percent that is missing from it.
const UNFILLED_PERCENT: i64 = 1;
/// Another wording than the article's own.
const OTHER_WORDING: i64 = 15;
/// Each 字 by which a line of a headline is longer or shorter than the mean of its lines (R67).
const UNEVEN_LINES: i64 = 5;
/// Number of heads kept of an article's own wording.
const OWN_WORDING_HEADS_MAX: usize = 4;
/// Number of heads kept of each other wording.
const OTHER_WORDING_HEADS_MAX: usize = 2;
/// Each line of a headline beyond the first. The last one allowed counts twice.
const EXTRA_LINE: i64 = 25;
/// Number of sizes, the largest that fits and those below it, kept for the make-up to choose from.
const SIZES_KEPT: usize = 2;
/// A condensed headline (长体) costs the square of the percent that it is narrower, over this: 10 %
/// hardly shows, 20 % is as bad as the next smaller size.
const CONDENSED_DIVISOR: i64 = 10;
/// Widths of a headline that are tried, as percentages of its height.
const WIDTH_PERCENTS: [i64; 4] = [100, 95, 90, 80];
/// A headline below the largest size that its width allows costs the square of the percent that
/// it is smaller, over this.
const UNDERSIZE_DIVISOR: i64 = 12;

/// Returns the heads of an item over a width of the page.
pub fn head_options(
    item: &ShapedItem,
    style: &HouseStyle,
    step: &DensityStep,
    width: Abs,
    role: ArticleRole,
) -> HeadOptions {
    let size_limit = largest_headline_size(style, step, width, role);
    head_options_within(item, style, step, width, size_limit)
}

/// Returns the heads of an item over one basic column, two and so on.
pub(crate) fn heads_by_span(
    item: &ShapedItem,
    style: &HouseStyle,
    step: &DensityStep,
    role: ArticleRole,
) -> Arc<Vec<HeadOptions>> {
    let DensityStep { columns, chars, body, gutter, pitch, .. } = *step;
    let key = HeadKey { columns, chars, body, gutter, pitch, role };
    item.heads_by_step.get_or_make(key, || {
        (1..=columns).map(|span| head_options(item, style, step, step.width(span), role)).collect()
    })
}

/// Largest headline that the house style allows over a width.
pub(crate) fn largest_headline_size(
    style: &HouseStyle,
    step: &DensityStep,
    width: Abs,
    role: ArticleRole,
) -> Abs {
    let page_width = step.width(step.columns);
    let percent = width.units() * 100 / page_width.units().max(1);
    let bands = &style.head.bands;
    // Bands are sorted by width; a width below the first one takes the first.
    let band = bands.iter().rev().find(|band| percent >= band.width_percent).unwrap_or(&bands[0]);
    match role {
        ArticleRole::Lead => band.largest,
        // Only the lead may use the largest size of its band.
        ArticleRole::Other => band.largest.scale(style.head.other_largest_percent, 100),
    }
}

/// Returns the heads of an item over a width with headlines of at most `size_limit`.
pub fn head_options_within(
    item: &ShapedItem,
    style: &HouseStyle,
    step: &DensityStep,
    width: Abs,
    size_limit: Abs,
) -> HeadOptions {
    let setter = |wording| HeadSetter { item, style, step, width, size_limit, wording };
    let mut options = Vec::new();
    for variant in 0..item.wordings.len() {
        let mut heads = setter(HeadWording { variant, is_vertical: false }).candidates();
        heads.sort_by_key(|head| head.cost);
        let is_own = variant == 0;
        // Each wording is cut off on its own, or a long list of the first one would crowd out the
        // others.
        heads.truncate(if is_own { OWN_WORDING_HEADS_MAX } else { OTHER_WORDING_HEADS_MAX });
        options.extend(heads);
    }
    if item.wordings.is_empty() {
        // Briefs have their column title only, a picture has no head at all.
        options.push(setter(HeadWording::default()).group_title());
    }
    options.sort_by_key(|head| head.cost);
    HeadOptions::new(options, style.head.air_rows)
}

/// Sets the heads of one wording over one width.
#[derive(Clone, Copy)]
pub(super) struct HeadSetter<'a> {
    pub(super) item: &'a ShapedItem,
    pub(super) style: &'a HouseStyle,
    pub(super) step: &'a DensityStep,
    pub(super) width: Abs,
    /// Largest size of the headline.
    pub(super) size_limit: Abs,
    pub(super) wording: HeadWording,
}

impl HeadSetter<'_> {
    /// Returns every head that is worth choosing from: for each number of lines, the largest sizes
    /// that fit.
    fn candidates(&self) -> Vec<ArticleHead> {
        let Self { item, style, width, size_limit, .. } = *self;
        let Some(text) = item.head_text(self.wording, HeadPart::Headline) else {
            return Vec::new();
        };
        // A headline that fills its width to the edge looks jammed (R68).
        let usable = width.scale(style.head.fill_percent_max, 100);
        let headline = &text.paragraph;
        let natural = headline.natural_width(0..headline.units().len());
        let requested = requested_breaks(headline).len();
        let mut heads: Vec<ArticleHead> = Vec::new();
        if natural.at(size_limit) <= usable && requested == 0 {
            // A headline that fits on one line at its largest size is not broken at all.
            self.push_sizes(headline, &[TextLine::whole(headline)], 0, usable, &mut heads);
        } else {
            let word_ends = text.word_ends(&item.names);
            // Requested breaks are always kept, even if they make more lines than usual.
            for count in requested + 1..=HEADLINE_LINES_MAX.max(requested + 1) {
                let lines = text.lines_by_sense(count, &item.names, style.head.shape);
                let Some(lines) = lines else { continue };
                let cost = line_shape_cost(headline, lines, word_ends);
                self.push_sizes(headline, lines, cost, usable, &mut heads);
            }
        }
        if heads.is_empty() {
            // Too long for three lines at the smallest size: as many lines as it takes.
            let size = style.head.ladder[0];
            let lines = break_into_lines(headline, usable.in_em(size), Em::ZERO);
            let lines: Vec<TextLine> = lines.into_iter().map(TextLine::ragged).collect();
            let mut head = self.assemble_head(&lines, TypeSize::square(size));
            head.cost += undersize_cost(size, size_limit) + EXTRA_LINE * lines.len() as i64;
            heads.push(head);
        }
        heads
    }

    /// Adds the heads with these lines of the headline in the largest sizes that fit. `line_cost`
    /// is the cost of the lines whatever their size.
    fn push_sizes(
        &self,
        headline: &PreparedParagraph,
        lines: &[TextLine],
        line_cost: i64,
        usable: Abs,
        heads: &mut Vec<ArticleHead>,
    ) {
        let Self { style, size_limit, .. } = *self;
        let longest = lines.iter().map(|line| line.width(headline)).max().unwrap_or(Em::ONE);
        // Largest size so far. Widths are tried from the full one down, so condensed type has to
        // beat it.
        let mut largest = Abs::ZERO;
        let condensed_min = style.head.condensed_percent_min;
        // The house style sets how far a headline may be condensed.
        for percent in WIDTH_PERCENTS.into_iter().filter(|percent| *percent >= condensed_min) {
            // Condensing changes the width of the type, not its height, which is its size.
            let fits = |size: &&Abs| {
                **size <= size_limit && longest.at(size.scale(percent, 100)) <= usable
            };
            let sizes = style.head.ladder.iter().rev().filter(fits);
            let mut sizes = sizes.take(SIZES_KEPT).peekable();
            // Condensed type (长体) only where it allows a larger size.
            if sizes.peek().is_none_or(|size| **size <= largest) {
                continue;
            }
            largest = sizes.peek().map_or(largest, |size| **size);
            // In condensed type only the largest size is worth its narrowness.
            let count = if percent == WIDTH_PERCENTS[0] { SIZES_KEPT } else { 1 };
            for (steps_down, size) in sizes.take(count).enumerate() {
                let size = TypeSize { width: size.scale(percent, 100), height: *size };
                let mut head = self.assemble_head(lines, size);
                let narrower = 100 - percent;
                // Of the whole width, not of the usable part: R68 counts so.
                let fill = longest.at(size.width).units() * 100 / self.width.units().max(1);
                head.cost += line_cost
                    + undersize_cost(size.height, size_limit)
                    + SMALLER_SIZE * steps_down as i64
                    + narrower * narrower / CONDENSED_DIVISOR
                    + (FILL_PERCENT_MIN - fill).max(0) * UNFILLED_PERCENT;
                heads.push(head);
            }
        }
    }

    /// Size of the kicker and the deck: a share of the headline's, on the ladder.
    pub(super) fn minor_size(&self, headline_size: Abs) -> Abs {
        let style = &self.style.head;
        let least = self.step.body.scale(style.minor_percent_min, 100);
        let target = headline_size.scale(style.kicker_percent, 100).max(least);
        // The least size need not be on the ladder.
        let largest = style.ladder.iter().rev().find(|size| **size <= target);
        largest.copied().unwrap_or(least).max(least)
    }

    /// Adds the lines of a minor part: one if it fits, otherwise lines of like length.
    pub(super) fn push_minor_lines(&self, part: HeadPart, size: Abs, lines: &mut Vec<HeadLine>) {
        let Some(text) = self.item.head_text(self.wording, part) else { return };
        let size = TypeSize::square(size);
        // In ems of this part: a smaller size has more 字 in the width.
        let measure = self.width.in_em(size.width);
        if fits_one_line(&text.paragraph, measure) {
            lines.push(HeadLine { part, line: TextLine::whole(&text.paragraph), size });
            return;
        }
        let broken = balance_minor_line(text, measure, &self.item.names).into_iter();
        lines.extend(broken.map(|line| HeadLine { part, line, size }));
    }

    /// Assembles the head with its headline in these lines at this size.
    fn assemble_head(&self, headline: &[TextLine], size: TypeSize) -> ArticleHead {
        let Self { item, step, wording, .. } = *self;
        let style = &self.style.head;
        let minor = self.minor_size(size.height);
        let decks = item.head_texts(wording).map_or(0, |texts| texts.deck.len());
        // Column title, kicker and byline take at least one line each.
        let mut lines = Vec::with_capacity(headline.len() + decks + item.standfirst.len() + 3);
        let of_body = |percent| step.body.scale(percent, 100);
        self.push_minor_lines(
            HeadPart::ColumnTitle,
            of_body(style.column_title_percent),
            &mut lines,
        );
        self.push_minor_lines(HeadPart::Kicker, minor, &mut lines);
        let part = HeadPart::Headline;
        lines.extend(headline.iter().map(|line| HeadLine { part, line: line.clone(), size }));
        for deck in 0..decks {
            // A deck does not grow with a very large headline.
            let size = minor.min(of_body(style.deck_percent_max));
            self.push_minor_lines(HeadPart::Deck(deck), size, &mut lines);
        }
        for point in 0..item.standfirst.len() {
            let size = of_body(style.summary_percent);
            self.push_minor_lines(HeadPart::Standfirst(point), size, &mut lines);
        }
        self.push_minor_lines(HeadPart::Byline, of_body(style.byline_percent), &mut lines);
        let cost = if wording.variant == 0 { 0 } else { OTHER_WORDING };
        ArticleHead { cost, ..self.head_of_lines(lines, size.height) }
    }

    /// Returns the common title of briefs; no head if there is none.
    fn group_title(&self) -> ArticleHead {
        let size = self.step.body.scale(self.style.head.group_title_percent, 100);
        let mut lines = Vec::new();
        self.push_minor_lines(HeadPart::ColumnTitle, size, &mut lines);
        if lines.is_empty() {
            return ArticleHead::none();
        }
        // One row of white, which another line in one of the briefs may take.
        let head = self.head_of_lines(lines, size);
        // The title of a column is no headline: sizes are not compared with it.
        ArticleHead { headline_size: Abs::ZERO, rows: head.least_rows + 1, ..head }
    }

    /// Returns the head with these lines and the rows that it takes. Its white above and below is a
    /// share of `headline_size`.
    fn head_of_lines(&self, lines: Vec<HeadLine>, headline_size: Abs) -> ArticleHead {
        let Self { step, wording, .. } = *self;
        let style = &self.style.head;
        let line_white_percent = style.line_white_percent;
        let ink_height: Abs = lines.iter().map(|line| line.size.height).sum();
        // Each pair of neighbours has white by its own sizes; none stands outside of the lines
        // here.
        let gaps = lines.windows(2).map(|pair| {
            white_between(pair[0].size.height, pair[1].size.height, line_white_percent)
        });
        let between: Abs = gaps.sum();
        let usual = headline_size.scale(style.air_percent, 100);
        // A row is a pitch: the white below its last line separates the head from the body.
        let least = headline_size.scale(style.air_percent_min, 100);
        let least_rows = step.rows_for(ink_height + between + least);
        let rows = step.rows_for(ink_height + between + usual).max(least_rows);
        ArticleHead {
            wording,
            lines: lines.into(),
            headline_size,
            ink_height,
            rows,
            least_rows,
            line_white_percent,
            cost: 0,
        }
    }
}

/// Cost of the lines of a headline whatever their size: their number, the words they split, their
/// uneven lengths.
fn line_shape_cost(headline: &PreparedParagraph, lines: &[TextLine], word_ends: &[usize]) -> i64 {
    let count = lines.len() as i64;
    // Balancing takes a break inside a word where nothing else fits, so it is counted here again.
    let splits = |line: &&TextLine| ends_inside_word(headline, line, word_ends);
    let split_words = lines.iter().filter(splits).count() as i64;
    let mut cost = EXTRA_LINE * (count - 1) + split_words * INSIDE_WORD;
    if lines.len() >= HEADLINE_LINES_MAX {
        cost += EXTRA_LINE;
    }
    let widths: Vec<Em> = lines.iter().map(|line| line.width(headline)).collect();
    let mean = widths.iter().copied().sum::<Em>().share(1, count.max(1));
    let off_milli: i64 = widths.iter().map(|width| (*width - mean).to_milli().abs()).sum();
    cost + off_milli * UNEVEN_LINES / 1000
}

/// True if a line ends inside a word.
fn ends_inside_word(text: &PreparedParagraph, line: &TextLine, word_ends: &[usize]) -> bool {
    let cost = || head_break_cost(text, line.units.end - 1, word_ends);
    // A place at which no head may break counts as inside a word too.
    !line.is_last && cost().is_none_or(|cost| cost >= INSIDE_WORD)
}

/// Cost of a headline that stays below the size that its width allows.
fn undersize_cost(size: Abs, size_limit: Abs) -> i64 {
    let percent = size.units() * 100 / size_limit.units().max(1);
    // Squared: one step down the ladder hardly shows, three do.
    let missing = (100 - percent).max(0);
    missing * missing / UNDERSIZE_DIVISOR
}

/// True if a text needs only one line.
fn fits_one_line(text: &PreparedParagraph, measure: Em) -> bool {
    let natural = text.natural_width(0..text.units().len());
    natural > Em::ZERO && natural < measure && requested_breaks(text).is_empty()
}

/// Breaks a minor part of a head into lines of like length, as few as possible.
fn balance_minor_line(text: &ShapedText, measure: Em, names: &[String]) -> Vec<TextLine> {
    let paragraph = &text.paragraph;
    let natural = paragraph.natural_width(0..paragraph.units().len());
    let fewest = lines_begun(natural, measure).max(requested_breaks(paragraph).len() + 1);
    let word_ends = if fewest > 1 { text.word_ends(names) } else { &[] };
    let cost = |unit| head_break_cost(paragraph, unit, word_ends);
    // One line more than needed is tried, because breaks by sense fill lines less well.
    let balanced = (fewest..fewest + 2)
        .find_map(|count| balance_lines(paragraph, count, measure, &cost, HeadlineShape::Equal));
    // A text that cannot be broken by sense is filled line by line.
    balanced.unwrap_or_else(|| {
        let lines = break_into_lines(paragraph, measure, Em::ZERO);
        lines.into_iter().map(TextLine::ragged).collect()
    })
}
