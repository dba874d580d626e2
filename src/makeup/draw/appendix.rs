//! The appendix: what found no room on the page, so that a proof holds every character.

use crate::finding::Finding;
use crate::fit::{
    BodyPieceKind, ComposedBody, ShapedItem, ShapedPicture, fit_picture, prepare_copy_text,
};
use crate::font::FontId;
use crate::line::{PreparedParagraph, TextLine, break_into_lines};
use crate::makeup::draw::pen::{DrawContext, PagePen, draw_body_row, head_owner, owner_of};
use crate::makeup::draw::picture::draw_picture;
use crate::makeup::placed::PlacedModule;
use crate::model::CopyText;
use crate::page::{ItemOwner, Page};
use crate::script::CompositionProfile;
use crate::unit::{Em, Point, TypeSize};

/// Rows at the top of an appendix page for its own head.
const HEAD_ROWS: i64 = 3;

/// The pages that hold what is over, article by article, in the columns of the page; none if all is set. What is left
/// off the page comes last, as a whole.
pub(crate) fn appendix(
    drawing: &DrawContext<'_>,
    placed: &[PlacedModule],
) -> Result<Vec<Page>, Vec<Finding>> {
    let task = drawing.task;
    let heading = label(drawing, "附页 溢文")?;
    let flow = AppendixCursor { column: 0, row: HEAD_ROWS, pages: Vec::new(), pen: None };
    let mut writer = AppendixWriter { drawing, heading: &heading, flow };
    for placed in placed {
        let body = &*drawing.body_of(placed);
        if placed.poured.first_over_piece >= body.pieces.len() {
            continue;
        }
        let ready = &task.items[placed.item];
        let head =
            ready.wordings.first().map(|head| &head.headline).or(ready.column_title.as_ref());
        let head = head.map_or("", |head| head.paragraph.text());
        writer.title(&label(drawing, &format!("{} {head}", ready.id))?);
        writer.body(ready, body, placed.poured.first_over_piece);
    }
    for item in drawing.left_off {
        let ready = &task.items[*item];
        writer.title(&label(drawing, &format!("{} 未上版", ready.id))?);
        writer.head(ready);
        for picture in ready.pictures.iter().filter(|picture| !picture.is_in_body) {
            writer.picture(ready, picture, None);
        }
        writer.body(ready, drawing.bodies[*item].over_columns(1).best(), 0);
    }
    Ok(writer.flow.finish())
}

/// Pages of notes in the columns of the page under one heading, a paragraph each.
pub(crate) fn noted(
    drawing: &DrawContext<'_>,
    heading: &str,
    notes: &[String],
) -> Result<Vec<Page>, Vec<Finding>> {
    let heading = label(drawing, heading)?;
    let flow = AppendixCursor { column: 0, row: HEAD_ROWS, pages: Vec::new(), pen: None };
    let mut writer = AppendixWriter { drawing, heading: &heading, flow };
    for note in notes {
        let note = in_face(drawing, note, drawing.task.style.body.face)?;
        writer.lines(&note, ItemOwner::Furniture);
    }
    Ok(writer.flow.finish())
}

/// Sets items into the columns of the appendix.
struct AppendixWriter<'a, 'b> {
    drawing: &'b DrawContext<'a>,
    /// What each page of it is called.
    heading: &'b PreparedParagraph,
    flow: AppendixCursor<'a>,
}

impl AppendixWriter<'_, '_> {
    /// Whose copy follows.
    fn title(&mut self, title: &PreparedParagraph) {
        self.flow.column_for(self.drawing, self.heading, 3);
        self.lines(title, ItemOwner::Furniture);
    }

    /// Every text of a head, in the order of the page, in the size of the body.
    fn head(&mut self, ready: &ShapedItem) {
        let owner = head_owner(ready);
        let head = ready.wordings.first();
        let kicker = head.and_then(|head| head.kicker.as_ref());
        let over = ready.column_title.iter().chain(kicker);
        let headline = over.chain(head.map(|head| &head.headline));
        let deck = headline.chain(head.into_iter().flat_map(|head| &head.deck));
        for text in deck.chain(&ready.standfirst).chain(&ready.byline) {
            self.lines(&text.paragraph, owner);
        }
    }

    fn lines(&mut self, text: &PreparedParagraph, owner: ItemOwner) {
        let step = self.drawing.step;
        for line in break_into_lines(text, step.measure(), Em::ZERO) {
            let (pen, at) = self.flow.next(self.drawing, self.heading);
            pen.draw_line(owner, text, &line, TypeSize::square(step.body), at);
        }
    }

    /// A picture over one column, so many rows deep or as many as suit it.
    fn picture(&mut self, ready: &ShapedItem, picture: &ShapedPicture, rows: Option<i64>) {
        let DrawContext { task, step, .. } = *self.drawing;
        let width = step.width(1);
        let rows = rows.unwrap_or_else(|| fit_picture(picture, task.style, step, width).rows[1]);
        let rows = rows.min(step.rows - HEAD_ROWS);
        let (pen, at) = self.flow.block(self.drawing, self.heading, rows);
        draw_picture(pen, self.drawing, ready, picture, (at, width), rows);
    }

    /// A body from a piece on, and a white row before the next item.
    fn body(&mut self, ready: &ShapedItem, body: &ComposedBody, from: usize) {
        let size = self.drawing.task.style.body.size(self.drawing.step);
        for piece in &body.pieces[from..] {
            if let BodyPieceKind::Picture(k) = piece.kind {
                self.picture(ready, &ready.pictures[k], Some(piece.depth_rows));
                continue;
            }
            for row in &body.rows[piece.rows.clone()] {
                let (pen, at) = self.flow.next(self.drawing, self.heading);
                let owner = owner_of(ready.member_of_block(row.source.0).subject, ItemOwner::Body);
                draw_body_row(pen, None, (owner, ready), row, size, at);
            }
        }
        self.flow.row += 1;
    }
}

/// A line of the appendix's own, in the face of crossheads.
fn label(drawing: &DrawContext<'_>, text: &str) -> Result<PreparedParagraph, Vec<Finding>> {
    in_face(drawing, text, drawing.task.style.crosshead.face)
}

fn in_face(
    drawing: &DrawContext<'_>,
    text: &str,
    face: FontId,
) -> Result<PreparedParagraph, Vec<Finding>> {
    let task = drawing.task;
    let profile = CompositionProfile { clause_space: Em::ONE, ..task.style.profile.clone() };
    let text = CopyText { text: text.to_owned(), ..CopyText::default() };
    prepare_copy_text(task.fonts, &text, face, &profile, "")
}

/// Where the next row goes.
struct AppendixCursor<'a> {
    column: i64,
    row: i64,
    pages: Vec<Page>,
    pen: Option<PagePen<'a>>,
}

impl<'a> AppendixCursor<'a> {
    /// Goes to a new column unless `rows` more fit in this one.
    fn column_for(&mut self, drawing: &DrawContext<'a>, heading: &PreparedParagraph, rows: i64) {
        if self.row + rows > drawing.step.rows {
            self.column += 1;
            self.row = HEAD_ROWS;
        }
        if self.column >= drawing.step.columns {
            self.pages.extend(self.pen.take().map(|mut pen| pen.take_page()));
            self.column = 0;
        }
        self.pen.get_or_insert_with(|| {
            let mut pen = PagePen::new(drawing.task, drawing.step);
            let size = drawing.step.body;
            let area = pen.area();
            let at = Point::new(area.x, area.y + pen.ascent(size));
            let line = TextLine::whole(heading);
            pen.draw_line(ItemOwner::Furniture, heading, &line, TypeSize::square(size), at);
            pen
        });
    }

    /// The start of the next row's baseline and the pen of its page.
    fn next(
        &mut self,
        drawing: &DrawContext<'a>,
        heading: &PreparedParagraph,
    ) -> (&mut PagePen<'a>, Point) {
        let (pen, at) = self.block(drawing, heading, 1);
        let ascent = pen.ascent(drawing.step.body);
        (pen, Point::new(at.x, at.y + ascent))
    }

    /// The top left of the next rows, all in one column, and the pen of their page.
    fn block(
        &mut self,
        drawing: &DrawContext<'a>,
        heading: &PreparedParagraph,
        rows: i64,
    ) -> (&mut PagePen<'a>, Point) {
        self.column_for(drawing, heading, rows);
        let (column, row) = (self.column, self.row);
        self.row += rows;
        let pen = self.pen.get_or_insert_with(|| PagePen::new(drawing.task, drawing.step));
        let at = Point::new(pen.column_left(column), pen.row_top(row));
        (pen, at)
    }

    fn finish(mut self) -> Vec<Page> {
        self.pages.extend(self.pen.take().map(|mut pen| pen.take_page()));
        self.pages
    }
}
