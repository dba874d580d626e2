//! What is told of a page: how each article fits, what is wrong with its lines.

use crate::diag::{Code, Diagnostic, Place, Words};
use crate::fit::{Composed, Ready, ReadyBlock, Row};
use crate::line::{Line, faults};
use crate::makeup::judge::{Charge, Kind};
use crate::makeup::pen::{Drawing, text_of};
use crate::makeup::settle::Placed;
use crate::makeup::{Fit, Made, Task};
use crate::model::count;
use crate::unit::Em;

/// What fits and what does not.
pub(crate) fn fit(placed: &Placed, ready: &Ready, body: &Composed) -> Fit {
    let poured = &placed.poured;
    let set = poured.columns.iter().flat_map(|column| &body.pieces[column.clone()]);
    let set_lines: i64 = set.map(|piece| piece.rows.len() as i64).sum();
    let over = body.pieces.get(poured.over).map_or(body.rows.len(), |piece| piece.rows.start);
    let over_rows = &body.rows[over..];
    let text = |rows: &[Row]| -> String {
        rows.iter()
            .map(|row| {
                let text = &text_of(ready, row).line;
                &text.text()[row.line.range(text)]
            })
            .collect()
    };
    let over_text = text(over_rows);
    // The rows of the columns, below the head where it stands over them.
    let capacity: i64 =
        (0..placed.columns).map(|k| (placed.row + placed.rows - placed.body_row(k)).max(0)).sum();
    let used: i64 = (0..placed.columns)
        .map(|k| placed.poured.depth + placed.row - placed.body_row(k) + start_of(placed))
        .sum();
    let spare = (capacity - used).max(0);
    Fit {
        id: ready.id.clone(),
        capacity_lines: capacity,
        set_lines,
        over_lines: over_rows.len() as i64,
        over_chars: count(&over_text),
        under_lines: poured.white() + spare,
        first_over: over_text.chars().take(20).collect(),
        set_chars: count(&text(&body.rows[..over])),
        air_rows: placed.head_rows - placed.head.rows + poured.air.iter().sum::<i64>(),
    }
}

/// The rows from the top of a module to where depths of its body count from.
fn start_of(placed: &Placed) -> i64 {
    if placed.head_columns() == placed.columns { placed.head_rows } else { 0 }
}

/// What is told of the page as a whole: heads that bump, cuts that go through, each where it is.
pub(crate) fn look_at_page(made: &mut Made, charges: &[Charge], task: &Task<'_>) {
    for charge in charges {
        let code = match charge.kind {
            Kind::Bump => Code::Bump,
            Kind::MiddleCut => Code::MiddleCut,
            Kind::Adjacent => Code::Adjacent,
            Kind::Grade => Code::Grade,
            Kind::Through => Code::Through,
            Kind::SizeOrder if charge.articles.len() > 1 => Code::SizeOrder,
            // These are told article by article, or are no fault.
            Kind::SizeOrder
            | Kind::HeadsBeside
            | Kind::Across
            | Kind::Air
            | Kind::Moved
            | Kind::White
            | Kind::Feet
            | Kind::Over
            | Kind::Own => {
                continue;
            }
        };
        let first = charge.articles.first();
        let place = first.map_or_else(Place::default, |at| {
            Place::field(format!("articles[{at}]")).in_article(&task.ready[*at].id)
        });
        let words = charge.words(task.ready);
        made.notes.push(Diagnostic::new(code, place, words).rule(charge.kind.rule()));
    }
}

pub(crate) fn tell(notes: &mut Vec<Diagnostic>, fit: &Fit, placed: &Placed) {
    let place = Place::field(format!("articles[{}].body", placed.article)).in_article(&fit.id);
    if fit.over_lines > 0 {
        let words = Words::new(
            format!("溢文 {} 行 {} 字，从“{}”起", fit.over_lines, fit.over_chars, fit.first_over),
            format!(
                "{} lines, {} characters over, from “{}” on",
                fit.over_lines, fit.over_chars, fit.first_over
            ),
        );
        notes.push(Diagnostic::new(Code::Overset, place, words).rule("R86"));
        return;
    }
    let worst = placed.poured.short.iter().copied().max().unwrap_or(0);
    let spare = fit.under_lines - placed.poured.white();
    if spare > 0 {
        let words =
            Words::new(format!("缺文 {spare} 行"), format!("{spare} lines short of its module"));
        notes.push(Diagnostic::new(Code::Underset, place, words).rule("R87"));
    } else if worst > 1 {
        let words = Words::new(
            format!("栏脚不齐，最多差 {worst} 行"),
            format!("the feet of the columns differ by up to {worst} lines"),
        );
        notes.push(Diagnostic::new(Code::UnevenFeet, place, words).rule("R51"));
    }
}

/// The lines of a body, white rows apart.
pub(crate) fn count_lines(body: &Composed) -> usize {
    body.rows.iter().filter(|row| !row.line.units.is_empty()).count()
}

/// Counts what is wrong with the lines of a body, and tells what has to be looked at.
pub(crate) fn look_at_lines(
    made: &mut Made,
    drawing: &Drawing<'_>,
    ready: &Ready,
    body: &Composed,
) {
    let limit = drawing.task.style.limits.gap_milli;
    for row in body.rows.iter().filter(|row| !row.line.units.is_empty()) {
        let quality = &mut made.quality;
        quality.lines += 1;
        let text = text_of(ready, row);
        let line = &row.line;
        let gap = line.fill.gap();
        let chars = line.range(&text.line);
        if gap > quality.worst_gap {
            quality.worst_gap = gap;
            ready.id.clone_into(&mut quality.worst_article);
            text.line.text()[chars.clone()].clone_into(&mut quality.worst_text);
        }
        // Lines that are not filled, and heads, have their own rules.
        let filled =
            matches!(&ready.body[row.block.0], ReadyBlock::Paragraph(_) | ReadyBlock::Aside(_));
        let place = || {
            let points = |at: usize| {
                let own = &text.line.text()[text.prefix.min(at)..at];
                u32::try_from(own.chars().count()).unwrap_or(u32::MAX)
            };
            let range = points(chars.start)..points(chars.end);
            Place::field(&text.field).in_article(&ready.id).at(range)
        };
        for fault in faults(&text.line, line, drawing.step.measure()) {
            if !filled && fault.rule == "R43" {
                continue;
            }
            quality.rules.entry(fault.rule).or_default()[usize::from(fault.error)] += 1;
            if line.relaxed.is_some() && fault.rule != "R37" && fault.rule != "R43" {
                made.notes.push(relaxed(place(), fault.rule));
            } else if fault.rule == "R43" && fault.error {
                let words = Words::new("末行只有一个字", "the last line has one character");
                made.notes.push(Diagnostic::new(Code::Lonely, place(), words).rule("R43"));
            }
        }
        if gap.to_milli() > limit || line.fill.rest > Em::ZERO {
            made.notes.push(wide(place(), line, limit));
        }
    }
}

fn relaxed(place: Place, rule: &'static str) -> Diagnostic {
    let words =
        Words::new("此处无法遵守避头尾或不可分规则", "no line break here keeps the prohibitions");
    Diagnostic::new(Code::Relaxed, place, words).rule(rule)
}

fn wide(place: Place, line: &Line, limit: i64) -> Diagnostic {
    let rest = line.fill.rest.to_milli();
    let words = if rest > 0 {
        Words::new(
            format!("此行无处可伸，短 {rest}‰ 字"),
            format!("no gap to stretch: the line is {rest}/1000 em short"),
        )
    } else {
        let milli = line.fill.gap().to_milli();
        Words::new(
            format!("字距 {milli}‰ 字，超过上限 {limit}‰"),
            format!("gaps of {milli}/1000 em, over the limit of {limit}/1000"),
        )
    };
    Diagnostic::new(Code::WideGap, place, words).rule("R37")
}
