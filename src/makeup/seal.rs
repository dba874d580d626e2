//! From places on the grid to the display list.

use crate::diag::Diagnostic;
use crate::makeup::appendix::appendix;
use crate::makeup::findings::{fits, left_off, look_at_lines, look_at_module, tell, tell_left};
use crate::makeup::furniture::{Banner, page_head, reserved};
use crate::makeup::module::{draw_module, draw_rules};
use crate::makeup::pen::{Drawing, Pen};
use crate::makeup::search::GAP;
use crate::makeup::settle::Placed;
use crate::makeup::{Made, Quality};
use crate::model::Subject;

/// A page with its head and its banner alone: the same whatever stands below them.
pub(crate) fn sheet<'a>(
    drawing: &Drawing<'a>,
    banner: Option<&Banner>,
) -> Result<Pen<'a>, Vec<Diagnostic>> {
    let mut pen = Pen::new(drawing.task, drawing.step);
    page_head(&mut pen, drawing.task, drawing.head_rows)?;
    if let Some(banner) = banner {
        banner.draw(&mut pen, drawing.head_rows);
    }
    Ok(pen)
}

/// Room is taken for so many lines at most: no newspaper has more on a page.
const LINES_USUAL: i64 = 2000;

/// Draws a page on its sheet and says how everything fits.
pub(crate) fn seal(
    drawing: &Drawing<'_>,
    placed: &[Placed],
    mut pen: Pen<'_>,
) -> Result<Made, Vec<Diagnostic>> {
    let mut made = Made {
        step: drawing.step.clone(),
        pages: Vec::new(),
        modules: Vec::new(),
        furniture: Vec::new(),
        baselines: Vec::new(),
        lines: Vec::new(),
        fits: Vec::new(),
        quality: Quality::default(),
        notes: Vec::new(),
        cost: 0,
        charges: Vec::new(),
        nodes: 0,
        exact: false,
        white_rows: 0,
        rows: 0,
    };
    let lines = (drawing.step.rows * drawing.step.columns).min(LINES_USUAL);
    pen.reserve(usize::try_from(lines).unwrap_or(0));
    reserved(&mut pen, drawing, &mut made.notes);
    let mut fitted = Vec::new();
    for placed in placed {
        let ready = &drawing.task.ready[placed.item];
        let body = &*drawing.body(placed);
        made.modules.extend(draw_module(&mut pen, drawing, placed, ready, body));
        made.notes.extend(ready.notes.iter().cloned());
        look_at_lines(&mut made, drawing, placed, ready, body);
        look_at_module(&mut made.notes, drawing, placed, ready);
        for (at, fit) in fits(placed, ready, body) {
            tell(&mut made.notes, &fit, placed, at);
            made.white_rows += fit.under_lines;
            fitted.push((at, fit));
        }
    }
    for item in drawing.left {
        let ready = &drawing.task.ready[*item];
        made.notes.extend(ready.notes.iter().cloned());
        for (at, fit) in left_off(drawing, *item) {
            made.notes.push(tell_left(drawing, ready, at, &fit));
            fitted.push((at, fit));
        }
    }
    made.white_rows += outside(drawing, placed);
    for placed in placed {
        draw_rules(&mut pen, placed);
    }
    // In the order of the record, the pictures that stand alone after the articles.
    fitted.sort_by_key(|(at, _)| *at);
    let articles = fitted.into_iter().filter(|(at, _)| matches!(at, Subject::Article(_)));
    made.fits = articles.map(|(_, fit)| fit).collect();
    made.modules.sort_by_key(|module| module.subject);
    made.pages.push(pen.page());
    made.pages.extend(appendix(drawing, placed)?);
    made.furniture = pen.furniture;
    made.baselines = pen.baselines;
    made.lines = pen.lines;
    Ok(made)
}

/// Cells of the grid that nothing stands on, the rows between modules apart.
fn outside(drawing: &Drawing<'_>, placed: &[Placed]) -> i64 {
    let top = drawing.top;
    let modules = placed.iter().map(|p| [p.column, p.row, p.columns, p.rows + p.white_below]);
    let taken: Vec<[i64; 4]> = modules.chain(drawing.pins.iter().map(|pin| pin.place)).collect();
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
