//! Vertical heads (竖题): lines from top to bottom at the left edge of their article, the next line
//! at the left of the one before.
//!
//! The kicker stands at the right of the headline and the deck at its left, in reading order. Parts
//! that are read across, such as the byline, stand below them.

use crate::fit::balance::{balance_lines, head_break_cost, requested_breaks};
use crate::fit::head::{ArticleHead, HeadLine, HeadPart, HeadWording};
use crate::fit::head_measure::VerticalHeadDepths;
use crate::fit::head_setter::HeadSetter;
use crate::fit::shaped::ShapedItem;
use crate::line::TextLine;
use crate::model::{DensityStep, HeadlineShape, HouseStyle};
use crate::unit::{Abs, Em, TypeSize};

/// Most lines of a vertical headline that the record does not break itself.
const VERTICAL_LINES_MAX: usize = 3;
/// Largest share of the depth of the page that a vertical head takes, in percent.
const DEPTH_PERCENT_MAX: i64 = 60;

/// Returns the vertical heads that an item may have over a width, largest first. Empty if none
/// fits.
pub fn vertical_heads(
    item: &ShapedItem,
    style: &HouseStyle,
    step: &DensityStep,
    width: Abs,
    size_limit: Abs,
) -> Vec<ArticleHead> {
    let wording = HeadWording { variant: 0, is_vertical: true };
    let setter = HeadSetter { item, style, step, width, size_limit, wording };
    let Some(headline) = item.head_text(wording, HeadPart::Headline) else { return Vec::new() };
    let text = &headline.paragraph;
    let depth_limit = (step.pitch * step.rows).scale(DEPTH_PERCENT_MAX, 100);
    let word_ends = headline.word_ends(&item.names);
    let cost = |unit| head_break_cost(text, unit, word_ends);
    let requested = requested_breaks(text).len();
    let any_length = Em::zi(10_000);
    let mut heads = Vec::new();
    for count in requested + 1..=VERTICAL_LINES_MAX.max(requested + 1) {
        let lines = balance_lines(text, count, any_length, &cost, HeadlineShape::UpperLonger);
        let Some(lines) = lines else { continue };
        // The first size that fits is the largest: width and depth both grow with it.
        let sizes = style.head.ladder.iter().rev().filter(|size| **size <= size_limit);
        let mut heads_by_size = sizes.map(|size| assemble_vertical_head(&setter, &lines, *size));
        // Sizes are assembled one by one until one fits.
        heads.extend(
            heads_by_size
                .find(|head| head.width(item) <= width && step.pitch * head.rows <= depth_limit),
        );
    }
    // The sort is stable: of equally large heads, the one with the fewest lines comes first.
    heads.sort_by_key(|head| std::cmp::Reverse(head.headline_size));
    heads
}

/// Assembles the vertical head with its headline in these lines at this size.
fn assemble_vertical_head(
    setter: &HeadSetter<'_>,
    headline: &[TextLine],
    size: Abs,
) -> ArticleHead {
    let HeadSetter { item, style, step, wording, .. } = *setter;
    let style = &style.head;
    let minor = TypeSize::square(setter.minor_size(size));
    let line_down = |part: HeadPart| -> Option<HeadLine> {
        let text = item.head_text(wording, part)?;
        Some(HeadLine { part, line: TextLine::whole(&text.paragraph), size: minor })
    };
    let decks = item.head_texts(wording).map_or(0, |texts| texts.deck.len());
    let mut lines = Vec::new();
    // From the right: kicker, headline, deck, as they are read.
    lines.extend(line_down(HeadPart::Kicker));
    lines.extend(headline.iter().map(|line| HeadLine {
        part: HeadPart::Headline,
        line: line.clone(),
        size: TypeSize::square(size),
    }));
    lines.extend((0..decks).filter_map(|deck| line_down(HeadPart::Deck(deck))));
    let of_body = |percent| step.body.scale(percent, 100);
    // Parts that run across come last, whatever their place in a horizontal head.
    setter.push_minor_lines(
        HeadPart::ColumnTitle,
        of_body(style.vertical_column_title_percent),
        &mut lines,
    );
    for point in 0..item.standfirst.len() {
        let size = of_body(style.summary_percent);
        setter.push_minor_lines(HeadPart::Standfirst(point), size, &mut lines);
    }
    setter.push_minor_lines(HeadPart::Byline, of_body(style.byline_percent), &mut lines);
    let mut head = ArticleHead {
        wording,
        lines: lines.into(),
        headline_size: size,
        ink_height: Abs::ZERO,
        rows: 0,
        least_rows: 0,
        line_white_percent: style.line_white_percent,
        cost: 0,
    };
    // Measured on the assembled head, because its depth depends on all of its lines.
    let VerticalHeadDepths { down, across } = head.vertical_depths(item);
    head.ink_height = down + across;
    // White above and below together, as a share of the size of the headline.
    head.rows = step.rows_for(head.ink_height + size.scale(style.air_percent, 100));
    head.least_rows = step.rows_for(head.ink_height + size.scale(style.air_percent_min, 100));
    head
}
