//! Drawing one module: its frame, its head, its pictures, its columns, the rules beside it.

use crate::fit::{
    ArticleHead, BodyPieceKind, BodyRow, ComposedBody, HeadLine, HeadPart, ShapedItem, ShapedText,
    is_vertical_part, quote_pitch, vertical_head_depths, white_between,
};
use crate::makeup::draw::pen::{
    DrawContext, PagePen, draw_body_row, head_owner, owner_of, role_of_row, text_of_row,
};
use crate::makeup::draw::picture::draw_picture;
use crate::makeup::head::spread_head_white;
use crate::makeup::page::{FurnitureKind, PageModule};
use crate::makeup::placed::{GAP, PlacedModule};
use crate::model::DensityStep;
use crate::page::{CmykColour, ItemOwner, TextRole};
use crate::unit::{Abs, Point, Rect, TypeSize};

/// Draws a module and says where everything in it is, member by member.
pub(crate) fn draw_module(
    pen: &mut PagePen<'_>,
    context: &DrawContext<'_>,
    placed: &PlacedModule,
    item: &ShapedItem,
    body: &ComposedBody,
) -> Vec<PageModule> {
    let mut scene =
        ModuleDrawer { drawing: context, placed, ready: item, body, strands: Vec::new() };
    let rect = scene.module_rect(pen);
    draw_frame(pen, context, item, &rect);
    let head = scene.draw_head(pen);
    let mut pictures = Vec::new();
    for shot in &placed.picture_blocks {
        let picture = &item.pictures[shot.block.picture];
        let left =
            pen.column_left(placed.column) + placed.inner_columns.column_left(shot.block.column);
        let top = pen.row_top(placed.row + placed.frame_rows[0] + shot.row);
        let width = placed.inner_columns.width(shot.block.columns);
        let at = Point::new(left, top);
        let rect = draw_picture(pen, context, item, picture, (at, width), shot.rows);
        pictures.push((picture.id.clone(), rect));
    }
    scene.draw_columns(pen, &mut pictures);
    scene.member_modules(rect, head, &pictures)
}

/// What a member has in one column.
struct MemberStrand {
    member: usize,
    rect: Rect,
    head: Option<Rect>,
}

struct ModuleDrawer<'a> {
    drawing: &'a DrawContext<'a>,
    placed: &'a PlacedModule,
    ready: &'a ShapedItem,
    body: &'a ComposedBody,
    /// In reading order.
    strands: Vec<MemberStrand>,
}

impl ModuleDrawer<'_> {
    fn module_rect(&self, pen: &PagePen<'_>) -> Rect {
        let (placed, step) = (self.placed, self.drawing.step);
        let left = pen.column_left(placed.column);
        let top = pen.row_top(placed.row);
        Rect::new(left, top, step.width(placed.columns), depth_of_rows(step, placed.rows))
    }

    /// Draws the head and gives the box of its lines.
    fn draw_head(&self, pen: &mut PagePen<'_>) -> Option<Rect> {
        let placed = self.placed;
        if placed.head.lines.is_empty() {
            return None;
        }
        let (first, span) = placed.head_columns();
        let left = pen.column_left(placed.column) + placed.inner_columns.column_left(first);
        let top = pen.row_top(placed.row + placed.frame_rows[0]);
        let width = placed.inner_columns.width(span);
        let rect = Rect::new(left, top, width, depth_of_rows(self.drawing.step, placed.head_rows));
        let drawn = if placed.head.wording.is_vertical {
            draw_vertical_head(pen, placed, self.ready, &rect)
        } else {
            let parted = placed.row > self.drawing.first_row && !placed.is_framed();
            draw_horizontal_head(pen, placed, (self.ready, parted), &rect)
        };
        if self.ready.is_group() {
            let text = self.ready.column_title.as_ref();
            let text = text.map_or_else(String::new, |text| text.paragraph.text().to_owned());
            pen.add_furniture(FurnitureKind::GroupHead, rect, text);
        }
        Some(drawn)
    }

    fn draw_columns(&mut self, pen: &mut PagePen<'_>, pictures: &mut Vec<(String, Rect)>) {
        let placed = self.placed;
        for (k, column) in placed.text_columns().zip(&placed.poured.columns) {
            let row = placed.body_start_row(k);
            let left = pen.column_left(placed.column) + placed.inner_columns.column_left(k);
            let spot = ColumnOrigin { left, row, extra_rows: column.air_rows };
            self.draw_column(pen, column.pieces.clone(), spot, pictures);
        }
    }

    /// Sets one column.
    fn draw_column(
        &mut self,
        pen: &mut PagePen<'_>,
        pieces: std::ops::Range<usize>,
        spot: ColumnOrigin,
        pictures: &mut Vec<(String, Rect)>,
    ) {
        let step = self.drawing.step;
        let start = pieces.start;
        let width = self.placed.inner_columns.width(1);
        let mut air = spot.extra_rows;
        let mut row = spot.row;
        let mut member = usize::MAX;
        for index in pieces {
            let piece = &self.body.pieces[index];
            let top = usize::from(index == start);
            let more = air.min(piece.extra_rows[top]);
            air -= more;
            let white = piece.white_rows[top];
            let rows = white + more + piece.depth_rows;
            let at = Point::new(spot.left, pen.row_top(row));
            let lines = &self.body.rows[piece.rows.clone()];
            // A picture belongs to the member of what stands before it.
            let own =
                lines.first().map_or(0, |line| self.ready.member_index_of_block(line.source.0));
            let owner = owner_of(self.ready.members[own].subject, ItemOwner::Body);
            let mut head = None;
            match piece.kind {
                BodyPieceKind::Line => self.draw_body_lines(pen, owner, lines, (row, spot.left)),
                BodyPieceKind::Crosshead => {
                    let air = if index == start { 0 } else { white + more };
                    self.draw_crosshead(pen, owner, lines, (at, air));
                    head = Some(Rect::new(at.x, at.y, width, depth_of_rows(step, rows)));
                }
                BodyPieceKind::Quote => {
                    self.draw_quote(pen, owner, lines, (at, rows), white);
                }
                BodyPieceKind::Picture(k) => {
                    let picture = &self.ready.pictures[k];
                    // What a picture takes beyond its usual depth shows more of it.
                    let at = Point::new(at.x, at.y + step.pitch * white);
                    let place = (at, width);
                    let drawn =
                        draw_picture(pen, self.drawing, self.ready, picture, place, rows - white);
                    pictures.push((picture.id.clone(), drawn));
                }
            }
            let rect = Rect::new(at.x, at.y, width, depth_of_rows(step, rows));
            if own == member {
                if let Some(part) = self.strands.last_mut() {
                    part.rect.height = rect.bottom() - part.rect.y;
                }
            } else {
                // The headline of a brief is the first thing that it has.
                let head = head.filter(|_| self.ready.is_group());
                self.strands.push(MemberStrand { member: own, rect, head });
                member = own;
            }
            row += rows;
        }
    }

    fn draw_body_lines(
        &self,
        pen: &mut PagePen<'_>,
        owner: ItemOwner,
        lines: &[BodyRow],
        (row, left): (i64, Abs),
    ) {
        let step = self.drawing.step;
        let size = self.drawing.task.style.body.size(step);
        let drawn = self.drawing.line_cache.as_ref().map(|drawn| (drawn, self.placed.item));
        for (line, row) in lines.iter().zip(row..) {
            let baseline = pen.row_top(row) + pen.ascent(step.body);
            draw_body_row(pen, drawn, (owner, self.ready), line, size, Point::new(left, baseline));
        }
    }

    /// The lines of a crosshead, half of its white above, half below; they keep the pitch.
    fn draw_crosshead(
        &self,
        pen: &mut PagePen<'_>,
        owner: ItemOwner,
        lines: &[BodyRow],
        (at, air): (Point, i64),
    ) {
        let step = self.drawing.step;
        let size = self.drawing.task.style.crosshead.size(step);
        let top = at.y + step.pitch * air / 2 + (step.body - size.height) / 2;
        self.draw_centred_lines(pen, owner, lines, size, (Point::new(at.x, top), step.pitch));
    }

    /// The lines of a pull quote between two rules.
    fn draw_quote(
        &self,
        pen: &mut PagePen<'_>,
        owner: ItemOwner,
        lines: &[BodyRow],
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
        let width = self.placed.inner_columns.width(1);
        let rule = style.furniture.rule * 2;
        let first = top + (high - ink) / 2;
        for y in [first - size.height.scale(55, 100), first + ink + size.height.scale(55, 100)] {
            pen.draw_rule(FurnitureKind::Rule, Rect::new(at.x, y - rule / 2, width, rule));
        }
        self.draw_centred_lines(pen, owner, lines, size, (Point::new(at.x, first), pitch));
    }

    fn draw_centred_lines(
        &self,
        pen: &mut PagePen<'_>,
        owner: ItemOwner,
        lines: &[BodyRow],
        size: TypeSize,
        (at, pitch): (Point, Abs),
    ) {
        let width = self.placed.inner_columns.width(1);
        let mut top = at.y;
        for line in lines {
            let Some(text) = text_of_row(self.ready, line) else { continue };
            let own = line.line.width(&text.paragraph).at(size.width);
            let x = at.x + (width - own) / 2;
            let origin = Point::new(x, top + pen.ascent(size.height));
            pen.draw_copy_line((owner, role_of_row(line)), text, &line.line, size, origin);
            top += pitch;
        }
    }

    /// The members with their places.
    fn member_modules(
        &self,
        rect: Rect,
        head: Option<Rect>,
        pictures: &[(String, Rect)],
    ) -> Vec<PageModule> {
        let placed = self.placed;
        let whole = [placed.column, placed.row, placed.columns, placed.rows];
        let module = |member: usize| {
            let member = &self.ready.members[member];
            PageModule {
                subject: member.subject,
                id: member.id.clone(),
                grid: whole,
                rect,
                head_rect: head,
                head_position: placed.head_position,
                body_columns: Vec::new(),
                pictures: Vec::new(),
                touch_zones: vec![rect],
                headline_size: placed.head.headline_size,
                headline_variant: placed.head.wording.variant,
                measure_chars: placed.inner_columns.chars,
                reflow: placed.poured.reflow,
            }
        };
        if !self.ready.is_group() {
            let mut only = module(0);
            only.body_columns = self.strands.iter().map(|part| part.rect).collect();
            only.pictures = pictures.to_vec();
            return vec![only];
        }
        let step = self.drawing.step;
        let members = 0..self.ready.members.len();
        members
            .map(|k| {
                let own: Vec<&MemberStrand> =
                    self.strands.iter().filter(|part| part.member == k).collect();
                let mut brief = module(k);
                brief.touch_zones = own.iter().map(|part| part.rect).collect();
                brief.head_rect = own.first().and_then(|part| part.head);
                brief.body_columns = own
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
                brief.rect = own.iter().map(|part| part.rect).reduce(bounding_rect).unwrap_or(rect);
                brief
            })
            .collect()
    }
}

/// The rectangle around two.
fn bounding_rect(a: Rect, b: Rect) -> Rect {
    let (x, y) = (a.x.min(b.x), a.y.min(b.y));
    Rect::new(x, y, a.right().max(b.right()) - x, a.bottom().max(b.bottom()) - y)
}

/// The depth of so many rows, the white below the last one left away.
fn depth_of_rows(step: &DensityStep, rows: i64) -> Abs {
    (step.pitch * rows - (step.pitch - step.body)).max(Abs::ZERO)
}

/// The tint, then the border over it.
fn draw_frame(pen: &mut PagePen<'_>, drawing: &DrawContext<'_>, ready: &ShapedItem, rect: &Rect) {
    let style = &drawing.task.style.frame;
    if ready.is_tinted {
        pen.draw_tint(*rect, CmykColour(style.tint));
    }
    if !ready.is_boxed {
        return;
    }
    pen.draw_border(rect, style.rule);
}

/// Sets the lines of a head, centred, and spreads its white: most of it above and below, the rest between
/// the lines. Gives the box of the lines. `parted` says whether a white row with a rule in it stands above.
fn draw_horizontal_head(
    pen: &mut PagePen<'_>,
    placed: &PlacedModule,
    (ready, parted): (&ShapedItem, bool),
    rect: &Rect,
) -> Rect {
    let head = &placed.head;
    let owner = head_owner(ready);
    let step = pen.step();
    // The head's last row ends with the white of its pitch; the body's em boxes start below it.
    let (gaps, outer) = spread_head_white(head, rect.height + step.pitch - step.body, step);
    let mut y = rect.y + outer - white_below_head(head, outer, parted, step);
    let first = y;
    let widest = head.width(ready).min(rect.width);
    let width_of = |line: &HeadLine| head.line_length(line, ready);
    let is_point = |line: &&HeadLine| matches!(line.part, HeadPart::Standfirst(_));
    let points = head.lines.iter().filter(is_point).map(width_of).max().unwrap_or(Abs::ZERO);
    for (k, line) in head.lines.iter().enumerate() {
        let Some(text) = head.text(line.part, ready) else { continue };
        // The points of an abstract start at one left edge, their block in the middle.
        let width = if is_point(&line) { points } else { width_of(line) };
        let x = rect.x + (rect.width - width) / 2;
        let origin = Point::new(x, y + pen.ascent(line.size.height));
        draw_head_line(pen, owner, line, text, origin);
        y += line.size.height;
        y += gaps.get(k).copied().unwrap_or(Abs::ZERO);
    }
    Rect::new(rect.x + (rect.width - widest) / 2, first, widest, y - first)
}

/// Sets a vertical head: its lines from the right, each from the top, and below them what runs across.
fn draw_vertical_head(
    pen: &mut PagePen<'_>,
    placed: &PlacedModule,
    ready: &ShapedItem,
    rect: &Rect,
) -> Rect {
    let head = &placed.head;
    let owner = head_owner(ready);
    let (long, below) = vertical_head_depths(head, ready);
    let width = head.width(ready).min(rect.width);
    let spare = (rect.height - long - below).max(Abs::ZERO);
    let top = rect.y + spare.scale(40, 100);
    let down: Vec<&HeadLine> =
        head.lines.iter().filter(|line| is_vertical_part(line.part)).collect();
    let gaps = down.windows(2).map(|pair| white_between(pair[0].size.width, pair[1].size.width));
    let gaps: Vec<Abs> = gaps.collect();
    let inked = down.iter().map(|line| line.size.width).sum::<Abs>() + gaps.iter().copied().sum();
    let mut x = rect.x + (rect.width + inked) / 2;
    for (k, line) in down.iter().enumerate() {
        x -= line.size.width;
        if let Some(text) = head.text(line.part, ready) {
            // Minor lines start a little lower than the headline (低格).
            let lower = if line.part == HeadPart::Headline { Abs::ZERO } else { line.size.height };
            let own = head.line_length(line, ready);
            let lower = if own + lower > long { Abs::ZERO } else { lower };
            draw_head_line(pen, owner, line, text, Point::new(x, top + lower));
        }
        x -= gaps.get(k).copied().unwrap_or(Abs::ZERO);
    }
    let mut y = top + long;
    for line in head.lines.iter().filter(|line| !is_vertical_part(line.part)) {
        let Some(text) = head.text(line.part, ready) else { continue };
        y += white_between(line.size.height, line.size.height) * 2;
        let x = rect.x + (rect.width - head.line_length(line, ready)) / 2;
        let origin = Point::new(x, y + pen.ascent(line.size.height));
        draw_head_line(pen, owner, line, text, origin);
        y += line.size.height;
    }
    Rect::new(rect.x + (rect.width - width) / 2, top, width, y - top)
}

/// Sets a line of a head; those of the headline are one thing.
fn draw_head_line(
    pen: &mut PagePen<'_>,
    owner: ItemOwner,
    line: &HeadLine,
    text: &ShapedText,
    at: Point,
) {
    let headline = line.part == HeadPart::Headline;
    let element = if headline { TextRole::Headline } else { TextRole::Line(pen.item_count()) };
    pen.draw_copy_line((owner, element), text, &line.line, line.size, at);
}

/// What of the white above and below a head goes below: to the eye a little more than above, with the white inside the
/// cells of its first and last line and, below another module, half of the row between them counted in.
fn white_below_head(head: &ArticleHead, outer: Abs, parted: bool, step: &DensityStep) -> Abs {
    let inside = |line: Option<&HeadLine>| {
        line.map_or(Abs::ZERO, |line| line.size.height.scale(CELL_WHITE_PERCENT, 100))
    };
    let (first, last) = (inside(head.lines.first()), inside(head.lines.last()));
    let row = if parted { step.pitch * GAP / 2 } else { Abs::ZERO };
    let white = first + outer + last;
    let below = white.scale(54, 100).max((row + white) / 2) - last;
    // The body follows its head within two lines (R57); what is beyond stands above.
    below.min(outer).min(step.pitch * 2)
}

/// The white inside the cell of a character, above it and below, in hundredths.
const CELL_WHITE_PERCENT: i64 = 6;

#[derive(Clone, Copy)]
struct ColumnOrigin {
    left: Abs,
    row: i64,
    /// Rows of white for its pieces beyond their usual.
    extra_rows: i64,
}

pub(crate) fn draw_rules(pen: &mut PagePen<'_>, placed: &PlacedModule) {
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
        pen.draw_rule(FurnitureKind::Rule, Rect::new(left, middle - thin / 2, width + reach, thin));
    }
    if placed.rule_right {
        let x = left + width + step.gutter / 2 - thin / 2;
        let top = pen.row_top(placed.row);
        pen.draw_rule(FurnitureKind::ColumnRule, Rect::new(x, top, thin, bottom - top));
    }
}
