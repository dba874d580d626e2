//! The galley (小样): one article in a single column on a separate sheet, with a slug and numbered
//! lines.

use crate::finding::Finding;
use crate::fit::{
    ArticleRole, BodyVariants, ColumnStarts, ComposedBody, PouredBody, ShapedItem, compose_body,
    head_options, pour_into_columns,
};
use crate::makeup::draw::context::DrawContext;
use crate::makeup::draw::line_findings::count_text_lines;
use crate::makeup::draw::module::draw_module;
use crate::makeup::draw::pen::{LINE_NUMBER_INTERVAL, PagePen, SMALL_TYPE};
use crate::makeup::head::HeadPosition;
use crate::makeup::placed::PlacedModule;
use crate::makeup::task::MakeupTask;
use crate::model::{COLUMNS_MAX, DensityStep, LockSubject};
use crate::page::Page;
use crate::unit::{Abs, GridRect, Point, Rect};

/// White around the galley. The line numbers stand in the left margin.
const MARGIN: Abs = Abs::mm(14);
/// Least width of a sheet, so that the slug has room.
const WIDTH_LEAST: Abs = Abs::mm(90);
/// Limit on the rows of a column: the length of one pull on a proof press, and well below the
/// largest sheet of a PDF. A longer article is set in several columns.
const COLUMN_ROWS_MOST: i64 = 300;
/// Rows of the slug.
const SLUG_ROWS: i64 = 4;

/// Sets one article in a column of `chars` 字, at the body size and pitch of a density step.
/// `article` is its index in the record.
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
    let subject = LockSubject::Article(article);
    let contains_article =
        |item: &&ShapedItem| item.members.iter().any(|member| member.subject == subject);
    let Some(item) = task.items.iter().find(contains_article) else {
        return Ok(Page::new(WIDTH_LEAST, MARGIN * 2, Vec::new()));
    };
    // A galley has no frame.
    let item = &ShapedItem { is_boxed: false, is_tinted: false, ..item.clone() };
    let single = DensityStep { columns: 1, chars, gutter: step.body * 2, ..step.clone() };
    // No variants: a galley shows the copy in its best lines.
    let bodies = compose_body(item, style, &single, chars, 0);
    let body = bodies.best();
    let body_rows = body.piece_rows(0..body.pieces.len());
    // An empty body still has one column, for the head.
    let columns = (body_rows + COLUMN_ROWS_MOST - 1) / COLUMN_ROWS_MOST;
    let grid = DensityStep { columns: columns.clamp(1, COLUMNS_MAX as i64), ..single };
    // The head has the size that it would have over this width of a page.
    let head = head_options(item, style, step, grid.width(1), ArticleRole::Other).best().clone();
    let least_depth = (body_rows + grid.columns - 1) / grid.columns;
    let column_starts = ColumnStarts::level(grid.columns, 0);
    let poured = pour_to_least_depth(&bodies, &column_starts, least_depth);
    let depth = head.rows + poured.depth_rows;
    // A narrow column stands in the middle of the least sheet.
    let left = (WIDTH_LEAST - grid.width(grid.columns)).max(MARGIN * 2) / 2;
    let width = grid.width(grid.columns) + left * 2;
    let height = grid.pitch * (SLUG_ROWS + depth) + MARGIN * 2;
    let area = Rect::new(left, MARGIN, width - left * 2, height - MARGIN * 2);
    let mut pen = PagePen::with_sheet(task, &grid, (width, height), area);
    draw_slug(&mut pen, step, article, chars, body)?;
    let placed = PlacedModule {
        item: 0,
        grid: GridRect::new(0, SLUG_ROWS, grid.columns, depth),
        frame_rows: [0, 0],
        inner_columns: grid.inner_columns(grid.columns, None),
        head_position: HeadPosition::Above,
        head_rows: head.rows,
        column_offsets: ColumnStarts::level(grid.columns, head.rows),
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
    let context = DrawContext::for_separate_sheet(task, &grid);
    draw_module(&mut pen, &context, &placed, item, body);
    draw_line_numbers(&mut pen)?;
    Ok(pen.take_page())
}

/// Pours a body into the least number of rows, `rows` or more, that holds all of it.
fn pour_to_least_depth(bodies: &BodyVariants, starts: &ColumnStarts, rows: i64) -> PouredBody {
    let mut depth = rows.max(1);
    // Ends: at the depth of the whole body one column holds all of it.
    loop {
        let poured = pour_into_columns(bodies, starts, depth);
        if poured.over_rows == 0 {
            return poured;
        }
        depth += 1;
    }
}

/// Draws the slug: the article, its author, its length and its setting.
fn draw_slug(
    pen: &mut PagePen<'_>,
    step: &DensityStep,
    article: usize,
    chars: i64,
    body: &ComposedBody,
) -> Result<(), Vec<Finding>> {
    let copy = &pen.task.copy.articles[article];
    let (lines, count) = (count_text_lines(body), copy.char_count());
    let [size, pitch] = [step.body, step.pitch].map(Abs::to_pt);
    let slug_lines = [
        format!("小样 {} {}", copy.id, copy.headline.text),
        copy.byline.text.clone(),
        format!("{count} 字 {lines} 行 {chars} 字栏 {size}/{pitch}"),
    ];
    let area = pen.area();
    let mut baseline = area.y + SMALL_TYPE;
    for text in slug_lines.into_iter().filter(|text| !text.is_empty()) {
        let origin = Point::new(area.x, baseline);
        pen.draw_small_text(&text, SMALL_TYPE, area.width, |_| origin)?;
        baseline += SMALL_TYPE.scale(150, 100);
    }
    Ok(())
}

/// Draws the number of every fifth line in the left margin.
fn draw_line_numbers(pen: &mut PagePen<'_>) -> Result<(), Vec<Finding>> {
    // Taken out, because drawing the numbers needs the pen.
    let baselines = std::mem::take(&mut pen.baselines);
    for (line_number, start) in (1_usize..).zip(baselines) {
        if line_number % LINE_NUMBER_INTERVAL != 0 {
            continue;
        }
        let right = start.x - SMALL_TYPE / 2;
        pen.draw_small_text(&line_number.to_string(), SMALL_TYPE, start.x, |length| {
            Point::new(right - length, start.y)
        })?;
    }
    Ok(())
}
