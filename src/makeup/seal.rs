//! From places on the grid to the display list.

use crate::diag::{Code, Diagnostic, Place, Words};
use crate::fit::{Composed, Ready, Row, white};
use crate::makeup::appendix::appendix;
use crate::makeup::furniture::{Banner, page_head};
use crate::makeup::pen::{Drawing, FurnitureKind, Pen, draw_row, owner_index, text_of};
use crate::makeup::search::GAP;
use crate::makeup::settle::Placed;
use crate::makeup::{Fit, Made, Module, Quality};
use crate::model::count;
use crate::page::Owner;
use crate::unit::{Abs, Em, Point, Rect};

/// Draws the page and says how everything fits.
pub(crate) fn seal(
    drawing: &Drawing<'_>,
    placed: &[Placed],
    banner: Option<&Banner>,
) -> Result<Made, Vec<Diagnostic>> {
    let mut pen = Pen::new(drawing.task, drawing.step);
    page_head(&mut pen, drawing.task, drawing.head_rows)?;
    if let Some(banner) = banner {
        banner.draw(&mut pen, drawing.head_rows);
    }
    let mut made = Made {
        step: drawing.step.clone(),
        pages: Vec::new(),
        modules: Vec::new(),
        furniture: Vec::new(),
        fits: Vec::new(),
        quality: Quality::default(),
        notes: Vec::new(),
        cost: 0,
        white_rows: 0,
        rows: 0,
    };
    for placed in placed {
        let ready = &drawing.task.ready[placed.article];
        let bodies = &drawing.bodies[placed.article];
        let body = bodies.get(placed.poured.longer).unwrap_or(bodies.best());
        let module = draw_module(&mut pen, drawing, placed, ready, body);
        made.modules.push(module);
        made.notes.extend(ready.notes.iter().cloned());
        look_at_lines(&mut made, drawing, ready, body);
        let fit = fit(placed, ready, body);
        tell(&mut made.notes, &fit, placed);
        made.white_rows += fit.under_lines;
        made.fits.push(fit);
    }
    for placed in placed {
        draw_rules(&mut pen, placed);
    }
    made.pages.push(pen.page());
    made.pages.extend(appendix(drawing, placed)?);
    made.furniture = pen.furniture;
    Ok(made)
}

fn draw_module(
    pen: &mut Pen<'_>,
    drawing: &Drawing<'_>,
    placed: &Placed,
    ready: &Ready,
    body: &Composed,
) -> Module {
    let step = drawing.step;
    let width = step.width(placed.columns);
    let left = pen.column_left(placed.column);
    let top = pen.row_top(placed.row);
    let lead = step.pitch - step.body;
    let rect = Rect::new(left, top, width, (step.pitch * placed.rows - lead).max(Abs::ZERO));
    let head = Rect::new(left, top, width, step.pitch * placed.head_rows - lead);
    draw_head(pen, placed, ready, &head);
    let first = placed.row + placed.head_rows;
    let mut columns = Vec::new();
    for (k, pieces) in placed.poured.columns.iter().enumerate() {
        let column = placed.column + k as i64;
        let spot =
            ColumnSpot { left: pen.column_left(column), row: first, air: placed.poured.air[k] };
        let rows = draw_column(pen, drawing, placed, ready, body, pieces.clone(), spot);
        let height = (step.pitch * rows - lead).max(Abs::ZERO);
        columns.push(Rect::new(spot.left, pen.row_top(first), step.width(1), height));
    }
    Module {
        article: placed.article,
        id: ready.id.clone(),
        placement: [placed.column, placed.row, placed.columns, placed.rows],
        rect,
        head,
        body: columns,
        headline_size: placed.head.size,
    }
}

/// Sets the lines of a head, centred, and spreads its white: most of it above and below, the rest between
/// the lines.
fn draw_head(pen: &mut Pen<'_>, placed: &Placed, ready: &Ready, rect: &Rect) {
    let head = &placed.head;
    let owner = Owner::Head(owner_index(placed.article));
    let gaps: Vec<Abs> =
        head.lines.windows(2).map(|pair| white(pair[0].size.height, pair[1].size.height)).collect();
    let between: Abs = gaps.iter().copied().sum();
    // The head's last row ends with the white of its pitch; the body's em boxes start below it.
    let deep = rect.height + pen.step().pitch - pen.step().body;
    let rest = (deep - head.ink - between).max(Abs::ZERO);
    // Without a module above, the page head's rule is the edge: the white is even to the eye.
    let count = gaps.len() as i64;
    let inner = if count == 0 { Abs::ZERO } else { rest.scale(26, 100) / count };
    let outer = rest - inner * count;
    // The body follows its head within two lines (R57); what is beyond stands above.
    let below = outer.scale(54, 100).min(pen.step().pitch * 2);
    let mut y = rect.y + outer - below;
    for (k, line) in head.lines.iter().enumerate() {
        let Some(text) = line.part.text(ready) else { continue };
        let width = line.line.width(&text.line).at(line.size.width);
        let x = rect.x + (rect.width - width) / 2;
        let origin = Point::new(x, y + pen.ascent(line.size.height));
        pen.line(owner, &text.line, &line.line, line.size, origin);
        y += line.size.height + gaps.get(k).copied().unwrap_or(Abs::ZERO) + inner;
    }
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

fn draw_rules(pen: &mut Pen<'_>, placed: &Placed) {
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

/// What fits and what does not.
fn fit(placed: &Placed, ready: &Ready, body: &Composed) -> Fit {
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
    let spare = (placed.rows - placed.head_rows - poured.depth).max(0) * placed.columns;
    Fit {
        id: ready.id.clone(),
        capacity_lines: (placed.rows - placed.head_rows).max(0) * placed.columns,
        set_lines,
        over_lines: over_rows.len() as i64,
        over_chars: count(&over_text),
        under_lines: poured.white() + spare,
        first_over: over_text.chars().take(20).collect(),
        set_chars: count(&text(&body.rows[..over])),
        air_rows: placed.head_rows - placed.head.rows + poured.air.iter().sum::<i64>(),
    }
}

fn tell(notes: &mut Vec<Diagnostic>, fit: &Fit, placed: &Placed) {
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

/// Gaps from here on are seen (R37, warning).
const SEEN_MILLI: i64 = 120;

fn look_at_lines(made: &mut Made, drawing: &Drawing<'_>, ready: &Ready, body: &Composed) {
    let limit = drawing.task.style.limits.gap_milli;
    for row in &body.rows {
        let quality = &mut made.quality;
        quality.lines += 1;
        let text = text_of(ready, row);
        let gap = row.line.fill.gap();
        let chars = row.line.range(&text.line);
        if gap > quality.worst_gap {
            quality.worst_gap = gap;
            ready.id.clone_into(&mut quality.worst_article);
            text.line.text()[chars.clone()].clone_into(&mut quality.worst_text);
        }
        let milli = gap.to_milli();
        let wide = milli > limit || row.line.fill.rest > Em::ZERO;
        let place = || {
            let points = |at: usize| {
                let own = &text.line.text()[text.prefix.min(at)..at];
                u32::try_from(own.chars().count()).unwrap_or(u32::MAX)
            };
            let range = points(chars.start)..points(chars.end);
            Place::field(&text.field).in_article(&ready.id).at(range)
        };
        if wide {
            quality.gaps[1] += 1;
            let rest = row.line.fill.rest.to_milli();
            let words = if rest > 0 {
                Words::new(
                    format!("此行无处可伸，短 {rest}‰ 字"),
                    format!("no gap to stretch: the line is {rest}/1000 em short"),
                )
            } else {
                Words::new(
                    format!("字距 {milli}‰ 字，超过上限 {limit}‰"),
                    format!("gaps of {milli}/1000 em, over the limit of {limit}/1000"),
                )
            };
            made.notes.push(Diagnostic::new(Code::WideGap, place(), words).rule("R37"));
        } else if milli > SEEN_MILLI {
            quality.gaps[0] += 1;
        }
        if row.line.relaxed.is_some() {
            quality.relaxed += 1;
            let words = Words::new(
                "此处无法遵守避头尾或不可分规则",
                "no line break here keeps the prohibitions",
            );
            made.notes.push(Diagnostic::new(Code::Relaxed, place(), words).rule("R01"));
        }
    }
}
