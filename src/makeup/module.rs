//! Drawing one module: its frame, its head, its pictures, its columns, the rules beside it.

use crate::fit::{
    Composed, Head, HeadLine, Part, PieceKind, Ready, ReadyText, Row, quote_pitch, runs_down,
    upright_depths, white,
};
use crate::makeup::Module;
use crate::makeup::pen::{
    Drawing, FurnitureKind, Pen, draw_row, element_of, head_owner, owner_of, text_of,
};
use crate::makeup::picture::draw_picture;
use crate::makeup::search::GAP;
use crate::makeup::settle::Placed;
use crate::model::Step;
use crate::page::{Colour, Element, Owner};
use crate::unit::{Abs, Point, Rect, TypeSize};

/// Draws a module and says where everything in it is, member by member.
pub(crate) fn draw_module(
    pen: &mut Pen<'_>,
    drawing: &Drawing<'_>,
    placed: &Placed,
    ready: &Ready,
    body: &Composed,
) -> Vec<Module> {
    let mut scene = Scene { drawing, placed, ready, body, parts: Vec::new() };
    let rect = scene.rect(pen);
    frame(pen, drawing, ready, &rect);
    let head = scene.head(pen);
    let mut pictures = Vec::new();
    for shot in &placed.shots {
        let picture = &ready.pictures[shot.shot.picture];
        let left = pen.column_left(placed.column) + placed.strip.left(shot.shot.column);
        let top = pen.row_top(placed.row + placed.pads[0] + shot.row);
        let width = placed.strip.width(shot.shot.columns);
        let at = Point::new(left, top);
        let rect = draw_picture(pen, drawing, ready, picture, (at, width), shot.rows);
        pictures.push((picture.id.clone(), rect));
    }
    scene.columns(pen, &mut pictures);
    scene.modules(rect, head, &pictures)
}

/// What a member has in one column.
struct Strand {
    member: usize,
    rect: Rect,
    head: Option<Rect>,
}

struct Scene<'a> {
    drawing: &'a Drawing<'a>,
    placed: &'a Placed,
    ready: &'a Ready,
    body: &'a Composed,
    /// In reading order.
    parts: Vec<Strand>,
}

impl Scene<'_> {
    fn rect(&self, pen: &Pen<'_>) -> Rect {
        let (placed, step) = (self.placed, self.drawing.step);
        let left = pen.column_left(placed.column);
        let top = pen.row_top(placed.row);
        Rect::new(left, top, step.width(placed.columns), deep(step, placed.rows))
    }

    /// Draws the head and gives the box of its lines.
    fn head(&self, pen: &mut Pen<'_>) -> Option<Rect> {
        let placed = self.placed;
        if placed.head.lines.is_empty() {
            return None;
        }
        let (first, span) = placed.head_span();
        let left = pen.column_left(placed.column) + placed.strip.left(first);
        let top = pen.row_top(placed.row + placed.pads[0]);
        let width = placed.strip.width(span);
        let rect = Rect::new(left, top, width, deep(self.drawing.step, placed.head_rows));
        let drawn = if placed.head.wording.upright {
            draw_upright(pen, placed, self.ready, &rect)
        } else {
            let parted = placed.row > self.drawing.top && !placed.framed();
            draw_head(pen, placed, (self.ready, parted), &rect)
        };
        if self.ready.is_group() {
            let text = self.ready.column_title.as_ref();
            let text = text.map_or_else(String::new, |text| text.line.text().to_owned());
            pen.furnish(FurnitureKind::GroupHead, rect, text);
        }
        Some(drawn)
    }

    fn columns(&mut self, pen: &mut Pen<'_>, pictures: &mut Vec<(String, Rect)>) {
        let placed = self.placed;
        for (k, column) in placed.text_columns().zip(&placed.poured.columns) {
            let row = placed.body_row(k);
            let left = pen.column_left(placed.column) + placed.strip.left(k);
            let spot = ColumnSpot { left, row, air: column.air };
            self.column(pen, column.pieces.clone(), spot, pictures);
        }
    }

    /// Sets one column.
    fn column(
        &mut self,
        pen: &mut Pen<'_>,
        pieces: std::ops::Range<usize>,
        spot: ColumnSpot,
        pictures: &mut Vec<(String, Rect)>,
    ) {
        let step = self.drawing.step;
        let start = pieces.start;
        let width = self.placed.strip.width(1);
        let mut air = spot.air;
        let mut row = spot.row;
        let mut member = usize::MAX;
        for index in pieces {
            let piece = &self.body.pieces[index];
            let top = usize::from(index == start);
            let more = air.min(piece.give[top]);
            air -= more;
            let white = piece.white[top];
            let rows = white + more + piece.height;
            let at = Point::new(spot.left, pen.row_top(row));
            let lines = &self.body.rows[piece.rows.clone()];
            // A picture belongs to the member of what stands before it.
            let own = lines.first().map_or(0, |line| self.ready.member_at(line.block.0));
            let owner = owner_of(self.ready.members[own].subject, Owner::Body);
            let mut head = None;
            match piece.kind {
                PieceKind::Line => self.lines(pen, owner, lines, (row, spot.left)),
                PieceKind::Crosshead => {
                    let air = if index == start { 0 } else { white + more };
                    self.crosshead(pen, owner, lines, (at, air));
                    head = Some(Rect::new(at.x, at.y, width, deep(step, rows)));
                }
                PieceKind::Quote => {
                    self.quote(pen, owner, lines, (at, rows), white);
                }
                PieceKind::Picture(k) => {
                    let picture = &self.ready.pictures[k];
                    // What a picture takes beyond its usual depth shows more of it.
                    let at = Point::new(at.x, at.y + step.pitch * white);
                    let place = (at, width);
                    let drawn =
                        draw_picture(pen, self.drawing, self.ready, picture, place, rows - white);
                    pictures.push((picture.id.clone(), drawn));
                }
            }
            let rect = Rect::new(at.x, at.y, width, deep(step, rows));
            if own == member {
                if let Some(part) = self.parts.last_mut() {
                    part.rect.height = rect.bottom() - part.rect.y;
                }
            } else {
                // The headline of a brief is the first thing that it has.
                let head = head.filter(|_| self.ready.is_group());
                self.parts.push(Strand { member: own, rect, head });
                member = own;
            }
            row += rows;
        }
    }

    fn lines(&self, pen: &mut Pen<'_>, owner: Owner, lines: &[Row], (row, left): (i64, Abs)) {
        let step = self.drawing.step;
        let size = self.drawing.task.style.body.size(step);
        let drawn = self.drawing.drawn.as_ref().map(|drawn| (drawn, self.placed.item));
        for (line, row) in lines.iter().zip(row..) {
            let baseline = pen.row_top(row) + pen.ascent(step.body);
            draw_row(pen, drawn, (owner, self.ready), line, size, Point::new(left, baseline));
        }
    }

    /// The lines of a crosshead, half of its white above, half below; they keep the pitch.
    fn crosshead(&self, pen: &mut Pen<'_>, owner: Owner, lines: &[Row], (at, air): (Point, i64)) {
        let step = self.drawing.step;
        let size = self.drawing.task.style.crosshead.size(step);
        let top = at.y + step.pitch * air / 2 + (step.body - size.height) / 2;
        self.centred(pen, owner, lines, size, (Point::new(at.x, top), step.pitch));
    }

    /// The lines of a pull quote between two rules.
    fn quote(
        &self,
        pen: &mut Pen<'_>,
        owner: Owner,
        lines: &[Row],
        (at, rows): (Point, i64),
        white: i64,
    ) {
        let step = self.drawing.step;
        let style = self.drawing.task.style;
        let size = style.quote.size(step);
        let pitch = quote_pitch(size.height);
        let ink = pitch * (lines.len() as i64 - 1) + size.height;
        // The white above it is the column's; what it gave to level the feet is shared above and below.
        let top = at.y + step.pitch * white / 2;
        let high = step.pitch * (rows - white) - (step.pitch - step.body);
        let width = self.placed.strip.width(1);
        let rule = style.furniture.rule * 2;
        let first = top + (high - ink) / 2;
        for y in [first - size.height.scale(55, 100), first + ink + size.height.scale(55, 100)] {
            pen.rule(FurnitureKind::Rule, Rect::new(at.x, y - rule / 2, width, rule));
        }
        self.centred(pen, owner, lines, size, (Point::new(at.x, first), pitch));
    }

    fn centred(
        &self,
        pen: &mut Pen<'_>,
        owner: Owner,
        lines: &[Row],
        size: TypeSize,
        (at, pitch): (Point, Abs),
    ) {
        let width = self.placed.strip.width(1);
        let mut top = at.y;
        for line in lines {
            let Some(text) = text_of(self.ready, line) else { continue };
            let own = line.line.width(&text.line).at(size.width);
            let x = at.x + (width - own) / 2;
            let origin = Point::new(x, top + pen.ascent(size.height));
            pen.copy((owner, element_of(line)), text, &line.line, size, origin);
            top += pitch;
        }
    }

    /// The members with their places.
    fn modules(&self, rect: Rect, head: Option<Rect>, pictures: &[(String, Rect)]) -> Vec<Module> {
        let placed = self.placed;
        let whole = [placed.column, placed.row, placed.columns, placed.rows];
        let module = |member: usize| {
            let member = &self.ready.members[member];
            Module {
                subject: member.subject,
                id: member.id.clone(),
                placement: whole,
                rect,
                head,
                position: placed.position,
                body: Vec::new(),
                pictures: Vec::new(),
                zones: vec![rect],
                headline_size: placed.head.size,
                variant: placed.head.wording.variant,
                chars: placed.strip.chars,
                runs: placed.poured.runs,
            }
        };
        if !self.ready.is_group() {
            let mut only = module(0);
            only.body = self.parts.iter().map(|part| part.rect).collect();
            only.pictures = pictures.to_vec();
            return vec![only];
        }
        let step = self.drawing.step;
        let members = 0..self.ready.members.len();
        members
            .map(|k| {
                let own: Vec<&Strand> = self.parts.iter().filter(|part| part.member == k).collect();
                let mut brief = module(k);
                brief.zones = own.iter().map(|part| part.rect).collect();
                brief.head = own.first().and_then(|part| part.head);
                brief.body = own
                    .iter()
                    .map(|part| match part.head {
                        Some(head) => Rect::new(
                            part.rect.x,
                            head.bottom(),
                            part.rect.width,
                            (part.rect.bottom() - head.bottom()).max(Abs::ZERO),
                        ),
                        None => part.rect,
                    })
                    .collect();
                let size = self.drawing.task.style.crosshead.size(step);
                brief.headline_size = size.height;
                brief.rect = own.iter().map(|part| part.rect).reduce(around).unwrap_or(rect);
                brief
            })
            .collect()
    }
}

/// The rectangle around two.
fn around(a: Rect, b: Rect) -> Rect {
    let (x, y) = (a.x.min(b.x), a.y.min(b.y));
    Rect::new(x, y, a.right().max(b.right()) - x, a.bottom().max(b.bottom()) - y)
}

/// The depth of so many rows, the white below the last one left away.
fn deep(step: &Step, rows: i64) -> Abs {
    (step.pitch * rows - (step.pitch - step.body)).max(Abs::ZERO)
}

/// The tint, then the border over it.
fn frame(pen: &mut Pen<'_>, drawing: &Drawing<'_>, ready: &Ready, rect: &Rect) {
    let style = &drawing.task.style.frame;
    if ready.tinted {
        pen.tint(*rect, Colour(style.tint));
    }
    if !ready.boxed {
        return;
    }
    pen.border(rect, style.rule);
}

/// Sets the lines of a head, centred, and spreads its white: most of it above and below, the rest between
/// the lines. Gives the box of the lines. `parted` says whether a white row with a rule in it stands above.
fn draw_head(
    pen: &mut Pen<'_>,
    placed: &Placed,
    (ready, parted): (&Ready, bool),
    rect: &Rect,
) -> Rect {
    let head = &placed.head;
    let owner = head_owner(ready);
    let step = pen.step();
    // The head's last row ends with the white of its pitch; the body's em boxes start below it.
    let (gaps, outer) = spread(head, rect.height + step.pitch - step.body, step);
    let mut y = rect.y + outer - below(head, outer, parted, step);
    let first = y;
    let widest = head.width(ready).min(rect.width);
    let width_of = |line: &HeadLine| head.length(line, ready);
    let is_point = |line: &&HeadLine| matches!(line.part, Part::Summary(_));
    let points = head.lines.iter().filter(is_point).map(width_of).max().unwrap_or(Abs::ZERO);
    for (k, line) in head.lines.iter().enumerate() {
        let Some(text) = head.text(line.part, ready) else { continue };
        // The points of an abstract start at one left edge, their block in the middle.
        let width = if is_point(&line) { points } else { width_of(line) };
        let x = rect.x + (rect.width - width) / 2;
        let origin = Point::new(x, y + pen.ascent(line.size.height));
        head_line(pen, owner, line, text, origin);
        y += line.size.height;
        y += gaps.get(k).copied().unwrap_or(Abs::ZERO);
    }
    Rect::new(rect.x + (rect.width - widest) / 2, first, widest, y - first)
}

/// Sets a vertical head: its lines from the right, each from the top, and below them what runs across.
fn draw_upright(pen: &mut Pen<'_>, placed: &Placed, ready: &Ready, rect: &Rect) -> Rect {
    let head = &placed.head;
    let owner = head_owner(ready);
    let (long, below) = upright_depths(head, ready);
    let width = head.width(ready).min(rect.width);
    let spare = (rect.height - long - below).max(Abs::ZERO);
    let top = rect.y + spare.scale(40, 100);
    let down: Vec<&HeadLine> = head.lines.iter().filter(|line| runs_down(line.part)).collect();
    let gaps = down.windows(2).map(|pair| white(pair[0].size.width, pair[1].size.width));
    let gaps: Vec<Abs> = gaps.collect();
    let inked = down.iter().map(|line| line.size.width).sum::<Abs>() + gaps.iter().copied().sum();
    let mut x = rect.x + (rect.width + inked) / 2;
    for (k, line) in down.iter().enumerate() {
        x -= line.size.width;
        if let Some(text) = head.text(line.part, ready) {
            // Minor lines start a little lower than the headline (低格).
            let lower = if line.part == Part::Headline { Abs::ZERO } else { line.size.height };
            let own = head.length(line, ready);
            let lower = if own + lower > long { Abs::ZERO } else { lower };
            head_line(pen, owner, line, text, Point::new(x, top + lower));
        }
        x -= gaps.get(k).copied().unwrap_or(Abs::ZERO);
    }
    let mut y = top + long;
    for line in head.lines.iter().filter(|line| !runs_down(line.part)) {
        let Some(text) = head.text(line.part, ready) else { continue };
        y += white(line.size.height, line.size.height) * 2;
        let x = rect.x + (rect.width - head.length(line, ready)) / 2;
        let origin = Point::new(x, y + pen.ascent(line.size.height));
        head_line(pen, owner, line, text, origin);
        y += line.size.height;
    }
    Rect::new(rect.x + (rect.width - width) / 2, top, width, y - top)
}

/// Sets a line of a head; those of the headline are one thing.
fn head_line(pen: &mut Pen<'_>, owner: Owner, line: &HeadLine, text: &ReadyText, at: Point) {
    let headline = line.part == Part::Headline;
    let element = if headline { Element::Headline } else { Element::Line(pen.drawn()) };
    pen.copy((owner, element), text, &line.line, line.size, at);
}

/// What of the white above and below a head goes below: to the eye a little more than above, with the white inside the
/// cells of its first and last line and, below another module, half of the row between them counted in.
fn below(head: &Head, outer: Abs, parted: bool, step: &Step) -> Abs {
    let inside = |line: Option<&HeadLine>| {
        line.map_or(Abs::ZERO, |line| line.size.height.scale(INSIDE_CELL, 100))
    };
    let (first, last) = (inside(head.lines.first()), inside(head.lines.last()));
    let row = if parted { step.pitch * GAP / 2 } else { Abs::ZERO };
    let white = first + outer + last;
    let below = white.scale(54, 100).max((row + white) / 2) - last;
    // The body follows its head within two lines (R57); what is beyond stands above.
    below.min(outer).min(step.pitch * 2)
}

/// The white inside the cell of a character, above it and below, in hundredths.
const INSIDE_CELL: i64 = 6;
/// The most that the lines of a head are set apart beyond their least white, in hundredths of the headline.
const LINES_APART: i64 = 35;

/// The white between the lines of a head that is so deep, and what is left for above and below: first a row, then three
/// quarters.
fn spread(head: &Head, deep: Abs, step: &Step) -> (Vec<Abs>, Abs) {
    let gaps = head.lines.windows(2).map(|pair| white(pair[0].size.height, pair[1].size.height));
    let gaps: Vec<Abs> = gaps.collect();
    let rest = (deep - head.ink - gaps.iter().copied().sum()).max(Abs::ZERO);
    let count = gaps.len() as i64;
    let beyond = (rest - step.pitch).max(Abs::ZERO);
    let inner = if count == 0 { Abs::ZERO } else { beyond.scale(26, 100) / count };
    // Lines of a headline further apart would fall to pieces.
    let inner = inner.min(head.size.max(step.body).scale(LINES_APART, 100));
    (gaps.into_iter().map(|gap| gap + inner).collect(), rest - inner * count)
}

/// The height of the lines of a head over so many rows.
pub(crate) fn head_height(head: &Head, rows: i64, step: &Step) -> Abs {
    if head.wording.upright || head.lines.is_empty() {
        return head.ink;
    }
    let (gaps, _) = spread(head, step.pitch * rows, step);
    head.ink + gaps.into_iter().sum()
}

#[derive(Clone, Copy)]
struct ColumnSpot {
    left: Abs,
    row: i64,
    /// Rows of white for its pieces beyond their usual.
    air: i64,
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
