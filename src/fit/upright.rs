//! Vertical heads (竖题): lines from top to bottom, the next one at the left, at the left edge of their article.
//!
//! The kicker stands at the right of the headline, the deck at its left, in the order in which they are read.
//! What is read across, like the byline, stands below them.

use crate::fit::balance::{balanced, break_cost, turns};
use crate::fit::head::{ArticleHead, HeadLine, HeadPart, HeadSetter, HeadWording, white_between};
use crate::fit::ready::ShapedItem;
use crate::line::TextLine;
use crate::model::{DensityStep, HeadlineShape, HouseStyle};
use crate::unit::{Abs, Em, TypeSize};

/// The most lines of a vertical headline.
const LINES_MAX: usize = 3;
/// A vertical head takes so much of the page's depth at most, in hundredths.
const DEEP_PERCENT: i64 = 60;

/// Whether a part runs down in a vertical head; the others run across below it.
pub fn is_vertical_part(part: HeadPart) -> bool {
    matches!(part, HeadPart::Kicker | HeadPart::Headline | HeadPart::Deck(_))
}

/// The vertical heads that an article may have over a width, largest first; empty if none goes in.
pub fn vertical_heads(
    ready: &ShapedItem,
    style: &HouseStyle,
    step: &DensityStep,
    width: Abs,
    cap: Abs,
) -> Vec<ArticleHead> {
    let wording = HeadWording { variant: 0, is_vertical: true };
    let setter = HeadSetter { item: ready, style, step, width, size_limit: cap, wording };
    let Some(headline) = wording.text(HeadPart::Headline, ready) else { return Vec::new() };
    let text = &headline.paragraph;
    let deepest = (step.pitch * step.rows).scale(DEEP_PERCENT, 100);
    let ends = headline.word_ends(&ready.names);
    let mut heads = Vec::new();
    for count in turns(text).len() + 1..=LINES_MAX.max(turns(text).len() + 1) {
        let cost = |at| break_cost(text, at, ends);
        let Some(lines) = balanced(text, count, Em::zi(10_000), &cost, HeadlineShape::UpperLonger)
        else {
            continue;
        };
        let found = style.head.ladder.iter().rev().filter(|size| **size <= cap).find_map(|size| {
            let head = assemble(&setter, &lines, *size);
            let deep = step.pitch * head.rows;
            (head.width(ready) <= width && deep <= deepest).then_some(head)
        });
        heads.extend(found);
    }
    // The largest, and of these the one with the fewest lines.
    heads.sort_by_key(|head| std::cmp::Reverse(head.headline_size));
    heads
}

fn assemble(setter: &HeadSetter<'_>, headline: &[TextLine], size: Abs) -> ArticleHead {
    let HeadSetter { item: ready, style, step, wording, .. } = *setter;
    let minor = setter.minor(size);
    let down = |part: HeadPart, size: Abs| -> Vec<HeadLine> {
        let Some(text) = wording.text(part, ready) else { return Vec::new() };
        vec![HeadLine {
            part,
            line: TextLine::whole(&text.paragraph),
            size: TypeSize::square(size),
        }]
    };
    let decks = wording.texts(ready).map_or(0, |texts| texts.deck.len());
    let mut lines = down(HeadPart::Kicker, minor);
    lines.extend(headline.iter().map(|line| HeadLine {
        part: HeadPart::Headline,
        line: line.clone(),
        size: TypeSize::square(size),
    }));
    for deck in 0..decks {
        lines.extend(down(HeadPart::Deck(deck), minor));
    }
    let across = step.body.scale(115, 100);
    setter.minor_lines(HeadPart::ColumnTitle, across, &mut lines);
    for point in 0..ready.standfirst.len() {
        setter.minor_lines(HeadPart::Standfirst(point), across, &mut lines);
    }
    setter.minor_lines(HeadPart::Byline, across, &mut lines);
    let lines = lines.into();
    let mut head = ArticleHead {
        wording,
        lines,
        headline_size: size,
        ink_height: Abs::ZERO,
        rows: 0,
        least_rows: 0,
        cost: 0,
    };
    let (deep, below) = vertical_head_depths(&head, ready);
    head.ink_height = deep + below;
    let around = size.scale(style.head.air_percent, 100);
    head.rows = step.rows_for(head.ink_height + around);
    head.least_rows = step.rows_for(head.ink_height + size.scale(20, 100));
    head
}

/// The length of the longest line that runs down, and the height of what runs across below, its white included.
pub fn vertical_head_depths(head: &ArticleHead, ready: &ShapedItem) -> (Abs, Abs) {
    let down = head.lines.iter().filter(|line| is_vertical_part(line.part));
    let deep = down.map(|line| head.line_length(line, ready)).max().unwrap_or(Abs::ZERO);
    let across = head.lines.iter().filter(|line| !is_vertical_part(line.part));
    let below =
        across.map(|line| line.size.height + white_between(line.size.height, line.size.height) * 2);
    (deep, below.sum())
}

/// The width of the lines that run down, with the white between them; at least what runs across.
pub(crate) fn upright_width(head: &ArticleHead, ready: &ShapedItem) -> Abs {
    let down: Vec<Abs> = head
        .lines
        .iter()
        .filter(|line| is_vertical_part(line.part))
        .map(|line| line.size.width)
        .collect();
    let gaps: Abs = down.windows(2).map(|pair| white_between(pair[0], pair[1])).sum();
    let across = head.lines.iter().filter(|line| !is_vertical_part(line.part));
    let across = across.map(|line| head.line_length(line, ready)).max().unwrap_or(Abs::ZERO);
    (down.into_iter().sum::<Abs>() + gaps).max(across)
}
