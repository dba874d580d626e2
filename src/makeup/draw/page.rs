//! From places on the grid to the display list.

use crate::finding::Finding;
use crate::makeup::banner::ShapedBanner;
use crate::makeup::draw::appendix::appendix;
use crate::makeup::draw::findings::{
    fits, left_off, look_at_lines, look_at_module, tell, tell_left,
};
use crate::makeup::draw::furniture::{draw_page_head, draw_reserved_boxes};
use crate::makeup::draw::module::{draw_module, draw_rules};
use crate::makeup::draw::pen::{DrawContext, PagePen};
use crate::makeup::page::{LineQuality, MadeUpPage};
use crate::makeup::placed::{GAP, PlacedModule};
use crate::model::LockSubject;

/// A page with its head and its banner alone: the same whatever stands below them.
pub(crate) fn begin_page<'a>(
    drawing: &DrawContext<'a>,
    banner: Option<&ShapedBanner>,
) -> Result<PagePen<'a>, Vec<Finding>> {
    let mut pen = PagePen::new(drawing.task, drawing.step);
    draw_page_head(&mut pen, drawing.task, drawing.head_rows)?;
    if let Some(banner) = banner {
        banner.draw(&mut pen, drawing.head_rows);
    }
    Ok(pen)
}

/// Room is taken for so many lines at most: no newspaper has more on a page.
const RESERVED_LINES_MOST: i64 = 2000;

/// Draws a page on its sheet and says how everything fits.
pub(crate) fn draw_page(
    drawing: &DrawContext<'_>,
    placed: &[PlacedModule],
    mut pen: PagePen<'_>,
) -> Result<MadeUpPage, Vec<Finding>> {
    let mut made = MadeUpPage {
        step: drawing.step.clone(),
        pages: Vec::new(),
        modules: Vec::new(),
        furniture: Vec::new(),
        baselines: Vec::new(),
        lines: Vec::new(),
        fits: Vec::new(),
        line_quality: LineQuality::default(),
        findings: Vec::new(),
        cost: 0,
        charges: Vec::new(),
        pairs_joined: 0,
        has_groups: false,
        white_cells: 0,
        article_cells: 0,
    };
    let lines = (drawing.step.rows * drawing.step.columns).min(RESERVED_LINES_MOST);
    pen.reserve_lines(usize::try_from(lines).unwrap_or(0));
    draw_reserved_boxes(&mut pen, drawing, &mut made.findings);
    let mut fitted = Vec::new();
    for placed in placed {
        let ready = &drawing.task.items[placed.item];
        let body = &*drawing.body_of(placed);
        made.modules.extend(draw_module(&mut pen, drawing, placed, ready, body));
        made.findings.extend(ready.findings.iter().cloned());
        look_at_lines(&mut made, drawing, placed, ready, body);
        look_at_module(&mut made.findings, drawing, placed, ready);
        for (at, fit) in fits(placed, ready, body) {
            tell(&mut made.findings, &fit, placed, at);
            made.white_cells += fit.under_lines;
            fitted.push((at, fit));
        }
    }
    for item in drawing.left_off {
        let ready = &drawing.task.items[*item];
        made.findings.extend(ready.findings.iter().cloned());
        for (at, fit) in left_off(drawing, *item) {
            made.findings.push(tell_left(drawing, ready, at, &fit));
            fitted.push((at, fit));
        }
    }
    made.white_cells += unoccupied_cells(drawing, placed);
    for placed in placed {
        draw_rules(&mut pen, placed);
    }
    // In the order of the record, the pictures that stand alone after the articles.
    fitted.sort_by_key(|(at, _)| *at);
    let articles = fitted.into_iter().filter(|(at, _)| matches!(at, LockSubject::Article(_)));
    made.fits = articles.map(|(_, fit)| fit).collect();
    made.modules.sort_by_key(|module| module.subject);
    made.pages.push(pen.take_page());
    made.pages.extend(appendix(drawing, placed)?);
    made.furniture = pen.furniture;
    made.baselines = pen.baselines;
    made.lines = pen.lines;
    Ok(made)
}

/// Cells of the grid that nothing stands on, the rows between modules apart.
fn unoccupied_cells(drawing: &DrawContext<'_>, placed: &[PlacedModule]) -> i64 {
    let top = drawing.first_row;
    let modules = placed.iter().map(|p| [p.column, p.row, p.columns, p.rows + p.white_rows_below]);
    let taken: Vec<[i64; 4]> = modules.chain(drawing.pins.iter().map(|pin| pin.grid)).collect();
    let column = |column: i64| {
        let over = |place: &&[i64; 4]| place[0] <= column && column < place[0] + place[2];
        let mut rows: Vec<(i64, i64)> =
            taken.iter().filter(over).map(|place| (place[1], place[1] + place[3])).collect();
        rows.sort_unstable();
        let (mut last, mut white) = (top, 0);
        for (start, end) in rows {
            let gap = if last > top { GAP } else { 0 };
            white += (start - last - gap).max(0);
            last = last.max(end);
        }
        white + (drawing.step.rows - last).max(0)
    };
    (0..drawing.step.columns).map(column).sum()
}
