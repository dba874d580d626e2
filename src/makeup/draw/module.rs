//! Drawing one module (模块): its frame, head, pictures and columns, and the rules beside it.

use std::ops::Range;

use crate::fit::{BodyPiece, BodyPieceKind, BodyRow, ComposedBody, PiecePosition, ShapedItem};
use crate::makeup::draw::body_row::{BodyRowPainter, owner_of, role_of_row, text_of_row};
use crate::makeup::draw::context::{DrawContext, depth_of_rows};
use crate::makeup::draw::glyph_runs::LinePosition;
use crate::makeup::draw::head::{HeadTop, draw_horizontal_head, draw_vertical_head};
use crate::makeup::draw::pen::PagePen;
use crate::makeup::draw::picture::{PicturePlace, draw_picture};
use crate::makeup::page::{FurnitureKind, PageModule};
use crate::makeup::placed::{MODULE_GAP_ROWS, PlacedModule};
use crate::page::{CmykColour, ItemOwner};
use crate::unit::{Abs, Point, Rect, TypeSize};

/// Draws a module. Returns the places of its parts, one entry for each member of the item.
pub(crate) fn draw_module(
    pen: &mut PagePen<'_>,
    context: &DrawContext<'_>,
    placed: &PlacedModule,
    item: &ShapedItem,
    body: &ComposedBody,
) -> Vec<PageModule> {
    // In the order in which the layers lie: a tint has to be below all text.
    let mut drawer =
        ModuleDrawer { context, placed, item, body, strands: Vec::new(), pictures: Vec::new() };
    let rect = drawer.module_rect(pen);
    draw_frame(pen, item, &rect);
    let head_rect = drawer.draw_head(pen);
    drawer.draw_picture_blocks(pen);
    drawer.draw_columns(pen);
    drawer.member_modules(rect, head_rect)
}

/// Part of one column that belongs to one member.
struct MemberStrand {
    /// Index of the member in the item.
    member: usize,
    rect: Rect,
    /// Rectangle of the headline of a brief, if it stands in this part.
    head: Option<Rect>,
}

struct ModuleDrawer<'a> {
    context: &'a DrawContext<'a>,
    placed: &'a PlacedModule,
    item: &'a ShapedItem,
    body: &'a ComposedBody,
    /// Columns by member, in reading order.
    strands: Vec<MemberStrand>,
    /// Ids and rectangles of the pictures drawn so far.
    pictures: Vec<(String, Rect)>,
}

/// Place of a column of the body.
#[derive(Clone, Copy)]
struct ColumnPlace {
    left: Abs,
    first_row: i64,
    /// Rows of white for its pieces beyond their usual white.
    extra_rows: i64,
}

/// Place of one piece of the body.
#[derive(Clone, Copy)]
struct PiecePlace {
    /// Top left corner, white included.
    origin: Point,
    /// Row of its top.
    row: i64,
    /// Owner of its text.
    owner: ItemOwner,
    /// Usual rows of white above it.
    white_rows: i64,
    /// Rows of white that it took to level the feet of the columns.
    extra_rows: i64,
    /// All rows that it takes.
    rows: i64,
    /// True for the first piece of a column.
    is_first: bool,
}

/// Type size of lines and distance of their baselines.
#[derive(Clone, Copy)]
struct LineSpacing {
    size: TypeSize,
    pitch: Abs,
}

impl ModuleDrawer<'_> {
    fn module_rect(&self, pen: &PagePen<'_>) -> Rect {
        let (placed, step) = (self.placed, self.context.step);
        let left = pen.column_left(placed.grid.column);
        let top = pen.row_top(placed.grid.row);
        Rect::new(left, top, step.width(placed.grid.columns), depth_of_rows(step, placed.grid.rows))
    }

    /// Left edge of a column of the module, counted from its first.
    fn column_left(&self, pen: &PagePen<'_>, column: i64) -> Abs {
        pen.column_left(self.placed.grid.column) + self.placed.inner_columns.column_left(column)
    }

    fn column_width(&self) -> Abs {
        self.placed.inner_columns.width(1)
    }

    /// Draws the head and returns the box of its lines; `None` if the module has no head.
    fn draw_head(&self, pen: &mut PagePen<'_>) -> Option<Rect> {
        let (placed, item) = (self.placed, self.item);
        if placed.head.lines.is_empty() {
            return None;
        }
        let (first_column, columns) = placed.head_columns();
        // Inside the frame, where columns are narrower than the basic columns.
        let left = self.column_left(pen, first_column);
        let top = pen.row_top(placed.first_inside_row());
        let width = placed.inner_columns.width(columns);
        let depth = depth_of_rows(self.context.step, placed.head_rows);
        let rect = Rect::new(left, top, width, depth);
        let lines_rect = if placed.head.wording.is_vertical {
            draw_vertical_head(pen, &placed.head, item, &rect)
        } else {
            // A head at the top of the page or in a frame has no white row above it.
            let below_module = placed.grid.row > self.context.first_row && !placed.is_framed();
            let top = if below_module { HeadTop::WhiteRow } else { HeadTop::Edge };
            draw_horizontal_head(pen, &placed.head, item, &rect, top)
        };
        if item.is_group() {
            let title = item.column_title.as_ref();
            let title = title.map_or_else(String::new, |text| text.paragraph.text().to_owned());
            pen.add_furniture(FurnitureKind::GroupHead, rect, title);
        }
        Some(lines_rect)
    }

    /// Draws the pictures that stand above columns.
    fn draw_picture_blocks(&mut self, pen: &mut PagePen<'_>) {
        let placed = self.placed;
        for placed_block in &placed.picture_blocks {
            let block = &placed_block.block;
            let place = PicturePlace {
                origin: Point::new(
                    self.column_left(pen, block.column),
                    pen.row_top(placed.first_inside_row() + placed_block.row),
                ),
                width: placed.inner_columns.width(block.columns),
                rows: placed_block.rows,
            };
            self.draw_picture(pen, block.picture, place);
        }
    }

    fn draw_picture(&mut self, pen: &mut PagePen<'_>, picture: usize, place: PicturePlace) {
        let picture = &self.item.pictures[picture];
        let rect = draw_picture(pen, self.context, self.item, picture, place);
        self.pictures.push((picture.id.clone(), rect));
    }

    fn draw_columns(&mut self, pen: &mut PagePen<'_>) {
        let placed = self.placed;
        // Poured columns count from the first one with body, which is not the first of the module
        // beside a vertical head.
        for (index, column) in placed.text_columns().zip(&placed.poured.columns) {
            let place = ColumnPlace {
                left: self.column_left(pen, index),
                first_row: placed.body_start_row(index),
                extra_rows: column.air_rows,
            };
            self.draw_column(pen, column.pieces.clone(), place);
        }
    }

    /// Draws the pieces of one column.
    fn draw_column(&mut self, pen: &mut PagePen<'_>, pieces: Range<usize>, column: ColumnPlace) {
        // White is given from the top down until it is used up; pouring counts on that order.
        let mut extra_rows = column.extra_rows;
        let mut row = column.first_row;
        // None at the top of each column, so that no strand runs on from one column to the next.
        let mut open_member = None;
        for index in pieces.clone() {
            let body = self.body;
            let piece = &body.pieces[index];
            let is_first = index == pieces.start;
            // A piece has other white at the top of a column.
            let position = if is_first { PiecePosition::ColumnTop } else { PiecePosition::Inside };
            let taken_rows = extra_rows.min(piece.extra_rows.at(position));
            extra_rows -= taken_rows;
            let white_rows = piece.white_rows.at(position);
            let lines = &body.rows[piece.rows.clone()];
            // A picture has no lines. It belongs to the first member.
            let block = lines.first().map(|line| line.source.block);
            let member = block.map_or(0, |block| self.item.member_index_of_block(block));
            let place = PiecePlace {
                origin: Point::new(column.left, pen.row_top(row)),
                row,
                owner: owner_of(self.item.members[member].subject, ItemOwner::Body),
                white_rows,
                extra_rows: taken_rows,
                rows: white_rows + taken_rows + piece.depth_rows,
                is_first,
            };
            self.draw_piece(pen, piece, &place);
            self.add_to_strand(member, open_member, piece.kind, &place);
            open_member = Some(member);
            row += place.rows;
        }
    }

    fn draw_piece(&mut self, pen: &mut PagePen<'_>, piece: &BodyPiece, place: &PiecePlace) {
        let lines = &self.body.rows[piece.rows.clone()];
        match piece.kind {
            BodyPieceKind::Line => self.draw_body_lines(pen, lines, place),
            BodyPieceKind::Crosshead => self.draw_crosshead(pen, lines, place),
            BodyPieceKind::Quote => self.draw_quote(pen, lines, place),
            BodyPieceKind::Picture(picture) => {
                // Rows beyond the usual depth of a picture show more of it, so they are not white.
                let down = self.context.step.pitch * place.white_rows;
                let place = PicturePlace {
                    origin: Point::new(place.origin.x, place.origin.y + down),
                    width: self.column_width(),
                    rows: place.rows - place.white_rows,
                };
                self.draw_picture(pen, picture, place);
            }
        }
    }

    /// Extends the open strand by a piece, or begins a new one if another member or column begins.
    fn add_to_strand(
        &mut self,
        member: usize,
        open_member: Option<usize>,
        kind: BodyPieceKind,
        place: &PiecePlace,
    ) {
        let depth = depth_of_rows(self.context.step, place.rows);
        let rect = Rect::new(place.origin.x, place.origin.y, self.column_width(), depth);
        // The rectangle grows down to the foot of the piece; columns have one width.
        match self.strands.last_mut() {
            Some(strand) if open_member == Some(member) => {
                strand.rect.height = rect.bottom() - strand.rect.y;
            }
            _ => {
                // The headline of a brief is a crosshead, the first piece of its member.
                let is_headline = self.item.is_group() && kind == BodyPieceKind::Crosshead;
                let head = is_headline.then_some(rect);
                self.strands.push(MemberStrand { member, rect, head });
            }
        }
    }

    fn draw_body_lines(&self, pen: &mut PagePen<'_>, lines: &[BodyRow], place: &PiecePlace) {
        let step = self.context.step;
        let cache = self.context.line_cache.as_ref();
        let painter = BodyRowPainter {
            item: self.item,
            cache: cache.map(|cache| (cache, self.placed.item)),
            size: self.context.task.style.body.size(step),
        };
        for (line, row) in lines.iter().zip(place.row..) {
            let baseline = pen.row_top(row) + pen.ascent(step.body);
            painter.draw(pen, place.owner, line, Point::new(place.origin.x, baseline));
        }
    }

    /// Draws the lines of a crosshead (小标题) on the pitch of the body, with half of its white above
    /// and half below.
    fn draw_crosshead(&self, pen: &mut PagePen<'_>, lines: &[BodyRow], place: &PiecePlace) {
        let step = self.context.step;
        let size = self.context.task.style.crosshead.size(step);
        // At the top of a column a crosshead stands on its row, whatever white it has.
        let white_rows = if place.is_first { 0 } else { place.white_rows + place.extra_rows };
        // Type of another size is centred on the em box of the body.
        let top = place.origin.y + step.pitch * white_rows / 2 + (step.body - size.height) / 2;
        let origin = Point::new(place.origin.x, top);
        let spacing = LineSpacing { size, pitch: step.pitch };
        self.draw_centred_lines(pen, place.owner, lines, origin, spacing);
    }

    /// Draws the lines of a pull quote (引语) between two rules.
    fn draw_quote(&self, pen: &mut PagePen<'_>, lines: &[BodyRow], place: &PiecePlace) {
        let step = self.context.step;
        let style = self.context.task.style;
        let size = style.quote.size(step);
        let pitch = style.quote_pitch(size.height);
        // From the top of the first em box to the foot of the last: one pitch fewer than lines.
        let lines_height = pitch * (lines.len() as i64 - 1) + size.height;
        // Half of the usual white stands above the quote. The rows taken to level the feet are part
        // of its depth, in which it is centred.
        let top = place.origin.y + step.pitch * place.white_rows / 2;
        let depth = step.pitch * (place.rows - place.white_rows) - (step.pitch - step.body);
        let thickness = style.furniture.rule * 2;
        let first_top = top + (depth - lines_height) / 2;
        let distance = size.height.scale(style.module.quote_rule_percent, 100);
        let (left, width) = (place.origin.x, self.column_width());
        for y in [first_top - distance, first_top + lines_height + distance] {
            let rule = Rect::new(left, y - thickness / 2, width, thickness);
            pen.draw_rule(FurnitureKind::Rule, rule);
        }
        let spacing = LineSpacing { size, pitch };
        self.draw_centred_lines(pen, place.owner, lines, Point::new(left, first_top), spacing);
    }

    /// Draws lines centred in a column; `origin` is the top left corner of the first em box.
    fn draw_centred_lines(
        &self,
        pen: &mut PagePen<'_>,
        owner: ItemOwner,
        lines: &[BodyRow],
        origin: Point,
        LineSpacing { size, pitch }: LineSpacing,
    ) {
        let mut top = origin.y;
        for line in lines {
            let Some(text) = text_of_row(self.item, line) else { continue };
            let length = line.line.width(&text.paragraph).at(size.width);
            let x = origin.x + (self.column_width() - length) / 2;
            let origin = Point::new(x, top + pen.ascent(size.height));
            let role = role_of_row(line);
            let position = LinePosition { owner, role, size, origin, colour: pen.colour };
            pen.draw_copy_line(text, &line.line, &position);
            top += pitch;
        }
    }

    /// Returns the members of the module with the places of their parts.
    fn member_modules(self, rect: Rect, head_rect: Option<Rect>) -> Vec<PageModule> {
        let placed = self.placed;
        let whole = |member: usize| {
            let member = &self.item.members[member];
            PageModule {
                subject: member.subject,
                id: member.id.clone(),
                grid: placed.grid,
                rect,
                head_rect,
                head_position: placed.head_position,
                body_columns: self.strands.iter().map(|strand| strand.rect).collect(),
                pictures: self.pictures.clone(),
                touch_zones: vec![rect],
                headline_size: placed.head.headline_size,
                headline_variant: placed.head.wording.variant,
                measure_chars: placed.inner_columns.chars,
                reflow: placed.poured.reflow,
            }
        };
        // One member owns the whole module.
        if !self.item.is_group() {
            return vec![whole(0)];
        }
        // Members of a group share columns and title, so each has the parts that its strands cover.
        // Its headline is a crosshead.
        let crosshead_size = self.context.task.style.crosshead.size(self.context.step);
        let brief = |member: usize| {
            let strands = || self.strands.iter().filter(move |strand| strand.member == member);
            let rects = || strands().map(|strand| strand.rect);
            PageModule {
                rect: rects().reduce(bounding_rect).unwrap_or(rect),
                // The headline stands at the top of the first strand: later strands continue the
                // copy.
                head_rect: strands().next().and_then(|strand| strand.head),
                body_columns: strands().map(MemberStrand::body_rect).collect(),
                // A brief with a picture is set as an article, so groups have none.
                pictures: Vec::new(),
                touch_zones: rects().collect(),
                headline_size: crosshead_size.height,
                ..whole(member)
            }
        };
        (0..self.item.members.len()).map(brief).collect()
    }
}

impl MemberStrand {
    /// Rectangle of the body, below the headline.
    fn body_rect(&self) -> Rect {
        let Some(head) = self.head else { return self.rect };
        let height = (self.rect.bottom() - head.bottom()).max(Abs::ZERO);
        Rect::new(self.rect.x, head.bottom(), self.rect.width, height)
    }
}

/// Smallest rectangle around two.
fn bounding_rect(a: Rect, b: Rect) -> Rect {
    let (x, y) = (a.x.min(b.x), a.y.min(b.y));
    Rect::new(x, y, a.right().max(b.right()) - x, a.bottom().max(b.bottom()) - y)
}

/// Draws the tint (底纹) and the border (加框) of an item that has them.
fn draw_frame(pen: &mut PagePen<'_>, item: &ShapedItem, rect: &Rect) {
    let style = &pen.task.style.frame;
    // The tint first: the border lies on it.
    if item.is_tinted {
        pen.draw_tint(*rect, CmykColour(style.tint));
    }
    if item.is_boxed {
        pen.draw_border(rect, style.rule);
    }
}

/// Draws the rules below and at the right of a module, as far as it has them.
pub(crate) fn draw_rules(pen: &mut PagePen<'_>, placed: &PlacedModule) {
    let step = pen.step();
    let thickness = pen.task.style.furniture.rule;
    let leading = step.pitch - step.body;
    let left = pen.column_left(placed.grid.column);
    let width = step.width(placed.grid.columns);
    // The em boxes of the last row end a leading above the next row.
    let bottom = pen.row_top(placed.grid.foot()) - leading;
    if placed.rule_below {
        let middle = bottom + (step.pitch * MODULE_GAP_ROWS + leading) / 2;
        // Beside another module the rule goes on into the gutter as far as the vertical rule.
        let reach = if placed.rule_right { step.gutter / 2 } else { Abs::ZERO };
        let rule = Rect::new(left, middle - thickness / 2, width + reach, thickness);
        pen.draw_rule(FurnitureKind::Rule, rule);
    }
    if placed.rule_right {
        let x = left + width + step.gutter / 2 - thickness / 2;
        // From the first row of the module to its last: the rule does not enter the white rows.
        let top = pen.row_top(placed.grid.row);
        let rule = Rect::new(x, top, thickness, bottom - top);
        pen.draw_rule(FurnitureKind::ColumnRule, rule);
    }
}
