//! Vertical heads (竖题): lines from top to bottom, the next one at the left, at the left edge of their article.
//!
//! The kicker stands at the right of the headline, the deck at its left, in the order in which they are read.
//! What is read across, like the byline, stands below them.

use crate::fit::balance::{balanced, break_cost, turns};
use crate::fit::head::{Head, HeadLine, Part, Setter, Wording, white};
use crate::fit::ready::Ready;
use crate::line::Line;
use crate::model::{HouseStyle, Shape, Step};
use crate::unit::{Abs, Em, TypeSize};

/// The most lines of a vertical headline.
const LINES_MAX: usize = 3;
/// A vertical head takes so much of the page's depth at most, in hundredths.
const DEEP_PERCENT: i64 = 60;

/// Whether a part runs down in a vertical head; the others run across below it.
pub fn runs_down(part: Part) -> bool {
    matches!(part, Part::Kicker | Part::Headline | Part::Deck(_))
}

/// The vertical heads that an article may have over a width, largest first; empty if none goes in.
pub fn upright_heads(
    ready: &Ready,
    style: &HouseStyle,
    step: &Step,
    width: Abs,
    cap: Abs,
) -> Vec<Head> {
    let wording = Wording { variant: 0, upright: true };
    let setter = Setter { ready, style, step, width, cap, wording };
    let Some(headline) = wording.text(Part::Headline, ready) else { return Vec::new() };
    let text = &headline.line;
    let deepest = (step.pitch * step.rows).scale(DEEP_PERCENT, 100);
    let ends = headline.ends(&ready.names);
    let mut heads = Vec::new();
    for count in turns(text).len() + 1..=LINES_MAX.max(turns(text).len() + 1) {
        let cost = |at| break_cost(text, at, ends);
        let Some(lines) = balanced(text, count, Em::zi(10_000), &cost, Shape::UpperLonger) else {
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
    heads.sort_by_key(|head| std::cmp::Reverse(head.size));
    heads
}

fn assemble(setter: &Setter<'_>, headline: &[Line], size: Abs) -> Head {
    let Setter { ready, style, step, wording, .. } = *setter;
    let minor = setter.minor(size);
    let down = |part: Part, size: Abs| -> Vec<HeadLine> {
        let Some(text) = wording.text(part, ready) else { return Vec::new() };
        vec![HeadLine { part, line: Line::whole(&text.line), size: TypeSize::square(size) }]
    };
    let decks = wording.texts(ready).map_or(0, |texts| texts.deck.len());
    let mut lines = down(Part::Kicker, minor);
    lines.extend(headline.iter().map(|line| HeadLine {
        part: Part::Headline,
        line: line.clone(),
        size: TypeSize::square(size),
    }));
    for deck in 0..decks {
        lines.extend(down(Part::Deck(deck), minor));
    }
    let across = step.body.scale(115, 100);
    setter.minor_lines(Part::ColumnTitle, across, &mut lines);
    for point in 0..ready.summary.len() {
        setter.minor_lines(Part::Summary(point), across, &mut lines);
    }
    setter.minor_lines(Part::Byline, across, &mut lines);
    let lines = lines.into();
    let mut head = Head { wording, lines, size, ink: Abs::ZERO, rows: 0, least: 0, cost: 0 };
    let (deep, below) = upright_depths(&head, ready);
    head.ink = deep + below;
    let around = size.scale(style.head.air_percent, 100);
    head.rows = step.rows_for(head.ink + around);
    head.least = step.rows_for(head.ink + size.scale(20, 100));
    head
}

/// The length of the longest line that runs down, and the height of what runs across below, its white included.
pub fn upright_depths(head: &Head, ready: &Ready) -> (Abs, Abs) {
    let down = head.lines.iter().filter(|line| runs_down(line.part));
    let deep = down.map(|line| head.length(line, ready)).max().unwrap_or(Abs::ZERO);
    let across = head.lines.iter().filter(|line| !runs_down(line.part));
    let below = across.map(|line| line.size.height + white(line.size.height, line.size.height) * 2);
    (deep, below.sum())
}

/// The width of the lines that run down, with the white between them; at least what runs across.
pub(crate) fn upright_width(head: &Head, ready: &Ready) -> Abs {
    let down: Vec<Abs> =
        head.lines.iter().filter(|line| runs_down(line.part)).map(|line| line.size.width).collect();
    let gaps: Abs = down.windows(2).map(|pair| white(pair[0], pair[1])).sum();
    let across = head.lines.iter().filter(|line| !runs_down(line.part));
    let across = across.map(|line| head.length(line, ready)).max().unwrap_or(Abs::ZERO);
    (down.into_iter().sum::<Abs>() + gaps).max(across)
}
