//! Drawing one module: its head, its columns, the rules beside it.

use crate::fit::{Composed, Head, HeadLine, Part, Ready, white};
use crate::makeup::Module;
use crate::makeup::pen::{Drawing, FurnitureKind, Pen, draw_row, owner_index, text_of};
use crate::makeup::search::GAP;
use crate::makeup::settle::Placed;
use crate::model::Step;
use crate::page::Owner;
use crate::unit::{Abs, Point, Rect};

pub(crate) fn draw_module(
    pen: &mut Pen<'_>,
    drawing: &Drawing<'_>,
    placed: &Placed,
    ready: &Ready,
    body: &Composed,
) -> Module {
    let step = drawing.step;
    let left = pen.column_left(placed.column);
    let top = pen.row_top(placed.row);
    let lead = step.pitch - step.body;
    let deep = |rows: i64| (step.pitch * rows - lead).max(Abs::ZERO);
    let rect = Rect::new(left, top, step.width(placed.columns), deep(placed.rows));
    let head = Rect::new(left, top, step.width(placed.head_columns()), deep(placed.head_rows));
    let head = draw_head(pen, placed, ready, &head);
    let mut columns = Vec::new();
    for (k, pieces) in placed.poured.columns.iter().enumerate() {
        let row = placed.body_row(k as i64);
        let left = pen.column_left(placed.column + k as i64);
        let spot = ColumnSpot { left, row, air: placed.poured.air[k] };
        let rows = draw_column(pen, drawing, placed, ready, body, pieces.clone(), spot);
        columns.push(Rect::new(left, pen.row_top(row), step.width(1), deep(rows)));
    }
    Module {
        article: placed.article,
        id: ready.id.clone(),
        placement: [placed.column, placed.row, placed.columns, placed.rows],
        rect,
        head,
        position: placed.position,
        body: columns,
        headline_size: placed.head.size,
        longer: placed.poured.longer,
    }
}

/// Sets the lines of a head, centred, and spreads its white: most of it above and below, the rest between
/// the lines. Gives the box of the lines.
fn draw_head(pen: &mut Pen<'_>, placed: &Placed, ready: &Ready, rect: &Rect) -> Rect {
    let head = &placed.head;
    let owner = Owner::Head(owner_index(placed.article));
    // The head's last row ends with the white of its pitch; the body's em boxes start below it.
    let (gaps, outer) = spread(head, rect.height + pen.step().pitch - pen.step().body);
    // The body follows its head within two lines (R57); what is beyond stands above.
    let below = outer.scale(54, 100).min(pen.step().pitch * 2);
    let mut y = rect.y + outer - below;
    let first = y;
    let widest = head.width(ready).min(rect.width);
    let width_of = |line: &HeadLine| {
        let text = line.part.text(ready);
        text.map_or(Abs::ZERO, |text| line.line.width(&text.line).at(line.size.width))
    };
    let is_point = |line: &&HeadLine| matches!(line.part, Part::Summary(_));
    let points = head.lines.iter().filter(is_point).map(width_of).max().unwrap_or(Abs::ZERO);
    for (k, line) in head.lines.iter().enumerate() {
        let Some(text) = line.part.text(ready) else { continue };
        // The points of an abstract start at one left edge, their block in the middle.
        let width = if is_point(&line) { points } else { width_of(line) };
        let x = rect.x + (rect.width - width) / 2;
        let origin = Point::new(x, y + pen.ascent(line.size.height));
        pen.line(owner, &text.line, &line.line, line.size, origin);
        y += line.size.height;
        y += gaps.get(k).copied().unwrap_or(Abs::ZERO);
    }
    Rect::new(rect.x + (rect.width - widest) / 2, first, widest, y - first)
}

/// The white between the lines of a head that is so deep, and what is left for above and below.
fn spread(head: &Head, deep: Abs) -> (Vec<Abs>, Abs) {
    let gaps = head.lines.windows(2).map(|pair| white(pair[0].size.height, pair[1].size.height));
    let gaps: Vec<Abs> = gaps.collect();
    let rest = (deep - head.ink - gaps.iter().copied().sum()).max(Abs::ZERO);
    // Without a module above, the page head's rule is the edge: the white is even to the eye.
    let count = gaps.len() as i64;
    let inner = if count == 0 { Abs::ZERO } else { rest.scale(26, 100) / count };
    (gaps.into_iter().map(|gap| gap + inner).collect(), rest - inner * count)
}

/// The height of the lines of a head over so many rows.
pub(crate) fn head_height(head: &Head, rows: i64, step: &Step) -> Abs {
    let (gaps, _) = spread(head, step.pitch * rows);
    head.ink + gaps.into_iter().sum()
}

#[derive(Clone, Copy)]
struct ColumnSpot {
    left: Abs,
    row: i64,
    /// Rows of white for its crossheads beyond their usual.
    air: i64,
}

/// Sets one column and gives the rows it takes.
fn draw_column(
    pen: &mut Pen<'_>,
    drawing: &Drawing<'_>,
    placed: &Placed,
    ready: &Ready,
    body: &Composed,
    pieces: std::ops::Range<usize>,
    spot: ColumnSpot,
) -> i64 {
    let step = drawing.step;
    let style = drawing.task.style;
    let owner = Owner::Body(owner_index(placed.article));
    let start = pieces.start;
    let mut air = spot.air;
    let mut row = spot.row;
    for index in pieces {
        let piece = &body.pieces[index];
        let rows = &body.rows[piece.rows.clone()];
        if !piece.crosshead {
            for line in rows {
                let baseline = pen.row_top(row) + pen.ascent(step.body);
                let size = style.body.size(step);
                draw_row(pen, owner, ready, line, size, Point::new(spot.left, baseline));
                row += 1;
            }
            continue;
        }
        let size = style.crosshead.size(step);
        let mut around = 0;
        if index > start {
            around = style.crosshead_air[1];
            let more = air.min(style.crosshead_air[2] - style.crosshead_air[1]);
            around += more;
            air -= more;
        }
        // Half of the white above, half below; the lines keep the pitch.
        let mut top = pen.row_top(row) + step.pitch * around / 2 + (step.body - size.height) / 2;
        for line in rows {
            let text = &text_of(ready, line).line;
            let width = line.line.width(text).at(size.width);
            let x = spot.left + (step.width(1) - width) / 2;
            let origin = Point::new(x, top + pen.ascent(size.height));
            pen.line(owner, text, &line.line, size, origin);
            top += step.pitch;
        }
        row += around + rows.len() as i64;
    }
    row - spot.row
}

pub(crate) fn draw_rules(pen: &mut Pen<'_>, placed: &Placed) {
    let step = pen.step();
    let thin = pen.task.style.furniture.rule;
    let lead = step.pitch - step.body;
    let left = pen.column_left(placed.column);
    let width = step.width(placed.columns);
    let bottom = pen.row_top(placed.row + placed.rows) - lead;
    if placed.rule_below {
        let middle = bottom + (step.pitch * GAP + lead) / 2;
        // Beside another module the rule goes on through the gutter's half.
        let reach = if placed.rule_right { step.gutter / 2 } else { Abs::ZERO };
        pen.rule(FurnitureKind::Rule, Rect::new(left, middle - thin / 2, width + reach, thin));
    }
    if placed.rule_right {
        let x = left + width + step.gutter / 2 - thin / 2;
        let top = pen.row_top(placed.row);
        pen.rule(FurnitureKind::ColumnRule, Rect::new(x, top, thin, bottom - top));
    }
}
