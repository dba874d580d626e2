//! The galley (小样): one article on a sheet of its own, with its slug and numbered lines.

use crate::diag::Diagnostic;
use crate::fit::{Bodies, Composed, Poured, Rank, Ready, Starts, compose, heads, pour_into};
use crate::makeup::Task;
use crate::makeup::findings::count_lines;
use crate::makeup::leaf::Position;
use crate::makeup::marks::{NUMBERED, SMALL};
use crate::makeup::module::draw_module;
use crate::makeup::pen::{Drawing, Pen};
use crate::makeup::settle::Placed;
use crate::model::{COLUMNS_MOST, Step, Subject};
use crate::page::Page;
use crate::unit::{Abs, Point, Rect};

/// White around the galley; the line numbers stand in that at the left.
const MARGIN: Abs = Abs::mm(14);
/// A sheet is at least so wide, so that the slug has room.
const WIDTH_LEAST: Abs = Abs::mm(90);
/// Rows of one column: what a proof press prints in one pull, and well below the largest sheet of a PDF.
const ROWS_MOST: i64 = 300;
/// Rows that the slug takes.
const SLUG_ROWS: i64 = 4;

/// Sets one article in a column of `chars` 字 at the body and pitch of a step.
///
/// # Errors
/// A character of the slug that no face has.
pub fn galley(
    task: &Task<'_>,
    step: &Step,
    article: usize,
    chars: i64,
) -> Result<Page, Vec<Diagnostic>> {
    let style = task.style;
    let Some(ready) = task
        .ready
        .iter()
        .find(|item| item.members.iter().any(|member| member.subject == Subject::Article(article)))
    else {
        return Ok(Page::new(WIDTH_LEAST, MARGIN * 2, Vec::new()));
    };
    let column = Step { columns: 1, chars, gutter: step.body * 2, ..step.clone() };
    // A galley has no frame.
    let plain = Ready { boxed: false, tinted: false, ..ready.clone() };
    let ready = &plain;
    let bodies = compose(ready, style, &column, chars, 0);
    let body = bodies.best();
    let rows = body.height(0..body.pieces.len());
    let columns = (rows + ROWS_MOST - 1) / ROWS_MOST;
    let column = Step { columns: columns.clamp(1, COLUMNS_MOST as i64), ..column };
    // A head as over so much of the page.
    let head = heads(ready, style, step, column.width(1), Rank::Other).best().clone();
    let deep = (rows + column.columns - 1) / column.columns;
    let offsets = Starts::level(column.columns, 0);
    let poured = level(&bodies, &offsets, deep);
    let depth = head.rows + poured.depth;
    let left = (WIDTH_LEAST - column.width(column.columns)).max(MARGIN * 2) / 2;
    let width = column.width(column.columns) + left * 2;
    let height = column.pitch * (SLUG_ROWS + depth) + MARGIN * 2;
    let area = Rect::new(left, MARGIN, width - left * 2, height - MARGIN * 2);
    let mut pen = Pen::on(task, &column, (width, height), area);
    slug(&mut pen, task, step, article, chars, body)?;
    let placed = Placed {
        item: 0,
        column: 0,
        row: SLUG_ROWS,
        columns: column.columns,
        rows: depth,
        pads: [0, 0],
        strip: column.strip(column.columns, None),
        position: Position::Above,
        head_rows: head.rows,
        offsets: Starts::level(column.columns, head.rows),
        head,
        shots: Vec::new(),
        text_from: 0,
        poured,
        rule_below: false,
        rule_right: false,
        yields: 0,
        white_below: 0,
        own: 0,
    };
    let drawing = Drawing::alone(task, &column);
    draw_module(&mut pen, &drawing, &placed, ready, body);
    numbers(&mut pen)?;
    Ok(pen.page())
}

/// The least depth into which the body goes.
fn level(bodies: &Bodies, offsets: &Starts, deep: i64) -> Poured {
    let mut depth = deep.max(1);
    loop {
        let poured = pour_into(bodies, offsets, depth);
        if poured.over_rows == 0 {
            return poured;
        }
        depth += 1;
    }
}

/// Which article it is, who wrote it, how long it is and how it is set.
fn slug(
    pen: &mut Pen<'_>,
    task: &Task<'_>,
    step: &Step,
    article: usize,
    chars: i64,
    body: &Composed,
) -> Result<(), Vec<Diagnostic>> {
    let copy = &task.copy.articles[article];
    let (lines, count) = (count_lines(body), copy.count());
    let [size, pitch] = [step.body, step.pitch].map(Abs::to_pt);
    let rows = [
        format!("小样 {} {}", copy.id, copy.headline.text),
        copy.byline.text.clone(),
        format!("{count} 字 {lines} 行 {chars} 字栏 {size}/{pitch}"),
    ];
    let at = Point::new(pen.area().x, pen.area().y + SMALL);
    for (k, row) in rows.into_iter().filter(|row| !row.is_empty()).enumerate() {
        let y = at.y + SMALL.scale(150, 100) * k as i64;
        let room = pen.area().width;
        pen.small(&row, SMALL, room, |_| Point::new(at.x, y))?;
    }
    Ok(())
}

fn numbers(pen: &mut Pen<'_>) -> Result<(), Vec<Diagnostic>> {
    let baselines = std::mem::take(&mut pen.baselines);
    for (k, at) in baselines.iter().enumerate().filter(|(k, _)| (k + 1) % NUMBERED == 0) {
        let gap = SMALL / 2;
        let number = (k + 1).to_string();
        pen.small(&number, SMALL, at.x, |width| Point::new(at.x - gap - width, at.y))?;
    }
    Ok(())
}
