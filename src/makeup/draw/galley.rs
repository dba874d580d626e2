//! The galley (小样): one article on a sheet of its own, with its slug and numbered lines.

use crate::finding::Finding;
use crate::fit::{
    ArticleRole, BodyVariants, ColumnStarts, ComposedBody, PouredBody, ShapedItem, compose_body,
    head_options, pour_into_columns,
};
use crate::makeup::draw::findings::count_lines;
use crate::makeup::draw::marks::{LINE_NUMBER_INTERVAL, SMALL_TYPE};
use crate::makeup::draw::module::draw_module;
use crate::makeup::draw::pen::{DrawContext, PagePen};
use crate::makeup::head::HeadPosition;
use crate::makeup::placed::PlacedModule;
use crate::makeup::task::MakeupTask;
use crate::model::{COLUMNS_MAX, DensityStep, LockSubject};
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
    task: &MakeupTask<'_>,
    step: &DensityStep,
    article: usize,
    chars: i64,
) -> Result<Page, Vec<Finding>> {
    let style = task.style;
    let Some(ready) = task.items.iter().find(|item| {
        item.members.iter().any(|member| member.subject == LockSubject::Article(article))
    }) else {
        return Ok(Page::new(WIDTH_LEAST, MARGIN * 2, Vec::new()));
    };
    let column = DensityStep { columns: 1, chars, gutter: step.body * 2, ..step.clone() };
    // A galley has no frame.
    let plain = ShapedItem { is_boxed: false, is_tinted: false, ..ready.clone() };
    let ready = &plain;
    let bodies = compose_body(ready, style, &column, chars, 0);
    let body = bodies.best();
    let rows = body.piece_rows(0..body.pieces.len());
    let columns = (rows + ROWS_MOST - 1) / ROWS_MOST;
    let column = DensityStep { columns: columns.clamp(1, COLUMNS_MAX as i64), ..column };
    // A head as over so much of the page.
    let head = head_options(ready, style, step, column.width(1), ArticleRole::Other).best().clone();
    let deep = (rows + column.columns - 1) / column.columns;
    let offsets = ColumnStarts::level(column.columns, 0);
    let poured = level(&bodies, &offsets, deep);
    let depth = head.rows + poured.depth_rows;
    let left = (WIDTH_LEAST - column.width(column.columns)).max(MARGIN * 2) / 2;
    let width = column.width(column.columns) + left * 2;
    let height = column.pitch * (SLUG_ROWS + depth) + MARGIN * 2;
    let area = Rect::new(left, MARGIN, width - left * 2, height - MARGIN * 2);
    let mut pen = PagePen::with_sheet(task, &column, (width, height), area);
    slug(&mut pen, task, step, article, chars, body)?;
    let placed = PlacedModule {
        item: 0,
        column: 0,
        row: SLUG_ROWS,
        columns: column.columns,
        rows: depth,
        frame_rows: [0, 0],
        inner_columns: column.inner_columns(column.columns, None),
        head_position: HeadPosition::Above,
        head_rows: head.rows,
        column_offsets: ColumnStarts::level(column.columns, head.rows),
        head,
        picture_blocks: Vec::new(),
        first_text_column: 0,
        poured,
        rule_below: false,
        rule_right: false,
        yield_percent: 0,
        white_rows_below: 0,
        form_cost: 0,
    };
    let drawing = DrawContext::for_separate_sheet(task, &column);
    draw_module(&mut pen, &drawing, &placed, ready, body);
    numbers(&mut pen)?;
    Ok(pen.take_page())
}

/// The least depth into which the body goes.
fn level(bodies: &BodyVariants, offsets: &ColumnStarts, deep: i64) -> PouredBody {
    let mut depth = deep.max(1);
    loop {
        let poured = pour_into_columns(bodies, offsets, depth);
        if poured.over_rows == 0 {
            return poured;
        }
        depth += 1;
    }
}

/// Which article it is, who wrote it, how long it is and how it is set.
fn slug(
    pen: &mut PagePen<'_>,
    task: &MakeupTask<'_>,
    step: &DensityStep,
    article: usize,
    chars: i64,
    body: &ComposedBody,
) -> Result<(), Vec<Finding>> {
    let copy = &task.copy.articles[article];
    let (lines, count) = (count_lines(body), copy.char_count());
    let [size, pitch] = [step.body, step.pitch].map(Abs::to_pt);
    let rows = [
        format!("小样 {} {}", copy.id, copy.headline.text),
        copy.byline.text.clone(),
        format!("{count} 字 {lines} 行 {chars} 字栏 {size}/{pitch}"),
    ];
    let at = Point::new(pen.area().x, pen.area().y + SMALL_TYPE);
    for (k, row) in rows.into_iter().filter(|row| !row.is_empty()).enumerate() {
        let y = at.y + SMALL_TYPE.scale(150, 100) * k as i64;
        let room = pen.area().width;
        pen.draw_small_text(&row, SMALL_TYPE, room, |_| Point::new(at.x, y))?;
    }
    Ok(())
}

fn numbers(pen: &mut PagePen<'_>) -> Result<(), Vec<Finding>> {
    let baselines = std::mem::take(&mut pen.baselines);
    for (k, at) in baselines.iter().enumerate().filter(|(k, _)| (k + 1) % LINE_NUMBER_INTERVAL == 0)
    {
        let gap = SMALL_TYPE / 2;
        let number = (k + 1).to_string();
        pen.draw_small_text(&number, SMALL_TYPE, at.x, |width| {
            Point::new(at.x - gap - width, at.y)
        })?;
    }
    Ok(())
}
