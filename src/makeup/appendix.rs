//! The appendix: what found no room on the page, so that a proof holds every character.

use crate::diag::Diagnostic;
use crate::fit::{Composed, PieceKind, Ready, ReadyPicture, picture_set, prepared};
use crate::font::FontId;
use crate::line::{Line, Prepared, set};
use crate::makeup::pen::{Drawing, Pen, draw_row, head_owner, owner_of};
use crate::makeup::picture::draw_picture;
use crate::makeup::settle::Placed;
use crate::model::Text;
use crate::page::{Owner, Page};
use crate::script::Profile;
use crate::unit::{Em, Point, TypeSize};

/// Rows at the top of an appendix page for its own head.
const HEAD_ROWS: i64 = 3;

/// The pages that hold what is over, article by article, in the columns of the page; none if all is set. What is left
/// off the page comes last, as a whole.
pub(crate) fn appendix(
    drawing: &Drawing<'_>,
    placed: &[Placed],
) -> Result<Vec<Page>, Vec<Diagnostic>> {
    let task = drawing.task;
    let heading = label(drawing, "附页 溢文")?;
    let flow = Flow { column: 0, row: HEAD_ROWS, pages: Vec::new(), pen: None };
    let mut writer = Writer { drawing, heading: &heading, flow };
    for placed in placed {
        let body = &*drawing.body(placed);
        if placed.poured.over >= body.pieces.len() {
            continue;
        }
        let ready = &task.ready[placed.item];
        let head = ready.heads.first().map(|head| &head.headline).or(ready.column_title.as_ref());
        let head = head.map_or("", |head| head.line.text());
        writer.title(&label(drawing, &format!("{} {head}", ready.id))?);
        writer.body(ready, body, placed.poured.over);
    }
    for item in drawing.left {
        let ready = &task.ready[*item];
        writer.title(&label(drawing, &format!("{} 未上版", ready.id))?);
        writer.head(ready);
        for picture in ready.pictures.iter().filter(|picture| !picture.in_copy) {
            writer.picture(ready, picture, None);
        }
        writer.body(ready, drawing.bodies[*item].over(1).best(), 0);
    }
    Ok(writer.flow.finish())
}

/// Pages of notes in the columns of the page under one heading, a paragraph each.
pub(crate) fn noted(
    drawing: &Drawing<'_>,
    heading: &str,
    notes: &[String],
) -> Result<Vec<Page>, Vec<Diagnostic>> {
    let heading = label(drawing, heading)?;
    let flow = Flow { column: 0, row: HEAD_ROWS, pages: Vec::new(), pen: None };
    let mut writer = Writer { drawing, heading: &heading, flow };
    for note in notes {
        let note = in_face(drawing, note, drawing.task.style.body.face)?;
        writer.lines(&note, Owner::Furniture);
    }
    Ok(writer.flow.finish())
}

/// Sets items into the columns of the appendix.
struct Writer<'a, 'b> {
    drawing: &'b Drawing<'a>,
    /// What each page of it is called.
    heading: &'b Prepared,
    flow: Flow<'a>,
}

impl Writer<'_, '_> {
    /// Whose copy follows.
    fn title(&mut self, title: &Prepared) {
        self.flow.column_for(self.drawing, self.heading, 3);
        self.lines(title, Owner::Furniture);
    }

    /// Every text of a head, in the order of the page, in the size of the body.
    fn head(&mut self, ready: &Ready) {
        let owner = head_owner(ready);
        let head = ready.heads.first();
        let kicker = head.and_then(|head| head.kicker.as_ref());
        let over = ready.column_title.iter().chain(kicker);
        let headline = over.chain(head.map(|head| &head.headline));
        let deck = headline.chain(head.into_iter().flat_map(|head| &head.deck));
        for text in deck.chain(&ready.summary).chain(&ready.byline) {
            self.lines(&text.line, owner);
        }
    }

    fn lines(&mut self, text: &Prepared, owner: Owner) {
        let step = self.drawing.step;
        for line in set(text, step.measure(), Em::ZERO) {
            let (pen, at) = self.flow.next(self.drawing, self.heading);
            pen.line(owner, text, &line, TypeSize::square(step.body), at);
        }
    }

    /// A picture over one column, so many rows deep or as many as suit it.
    fn picture(&mut self, ready: &Ready, picture: &ReadyPicture, rows: Option<i64>) {
        let Drawing { task, step, .. } = *self.drawing;
        let width = step.width(1);
        let rows = rows.unwrap_or_else(|| picture_set(picture, task.style, step, width).rows[1]);
        let rows = rows.min(step.rows - HEAD_ROWS);
        let (pen, at) = self.flow.block(self.drawing, self.heading, rows);
        draw_picture(pen, self.drawing, ready, picture, (at, width), rows);
    }

    /// A body from a piece on, and a white row before the next item.
    fn body(&mut self, ready: &Ready, body: &Composed, from: usize) {
        let size = self.drawing.task.style.body.size(self.drawing.step);
        for piece in &body.pieces[from..] {
            if let PieceKind::Picture(k) = piece.kind {
                self.picture(ready, &ready.pictures[k], Some(piece.height));
                continue;
            }
            for row in &body.rows[piece.rows.clone()] {
                let (pen, at) = self.flow.next(self.drawing, self.heading);
                let owner = owner_of(ready.member_of(row.block.0).subject, Owner::Body);
                draw_row(pen, None, (owner, ready), row, size, at);
            }
        }
        self.flow.row += 1;
    }
}

/// A line of the appendix's own, in the face of crossheads.
fn label(drawing: &Drawing<'_>, text: &str) -> Result<Prepared, Vec<Diagnostic>> {
    in_face(drawing, text, drawing.task.style.crosshead.face)
}

fn in_face(drawing: &Drawing<'_>, text: &str, face: FontId) -> Result<Prepared, Vec<Diagnostic>> {
    let task = drawing.task;
    let profile = Profile { clause_space: Em::ONE, ..task.style.profile.clone() };
    let text = Text { text: text.to_owned(), ..Text::default() };
    prepared(task.fonts, &text, face, &profile, "")
}

/// Where the next row goes.
struct Flow<'a> {
    column: i64,
    row: i64,
    pages: Vec<Page>,
    pen: Option<Pen<'a>>,
}

impl<'a> Flow<'a> {
    /// Goes to a new column unless `rows` more fit in this one.
    fn column_for(&mut self, drawing: &Drawing<'a>, heading: &Prepared, rows: i64) {
        if self.row + rows > drawing.step.rows {
            self.column += 1;
            self.row = HEAD_ROWS;
        }
        if self.column >= drawing.step.columns {
            self.pages.extend(self.pen.take().map(|mut pen| pen.page()));
            self.column = 0;
        }
        self.pen.get_or_insert_with(|| {
            let mut pen = Pen::new(drawing.task, drawing.step);
            let size = drawing.step.body;
            let area = pen.area();
            let at = Point::new(area.x, area.y + pen.ascent(size));
            let line = Line::whole(heading);
            pen.line(Owner::Furniture, heading, &line, TypeSize::square(size), at);
            pen
        });
    }

    /// The start of the next row's baseline and the pen of its page.
    fn next(&mut self, drawing: &Drawing<'a>, heading: &Prepared) -> (&mut Pen<'a>, Point) {
        let (pen, at) = self.block(drawing, heading, 1);
        let ascent = pen.ascent(drawing.step.body);
        (pen, Point::new(at.x, at.y + ascent))
    }

    /// The top left of the next rows, all in one column, and the pen of their page.
    fn block(
        &mut self,
        drawing: &Drawing<'a>,
        heading: &Prepared,
        rows: i64,
    ) -> (&mut Pen<'a>, Point) {
        self.column_for(drawing, heading, rows);
        let (column, row) = (self.column, self.row);
        self.row += rows;
        let pen = self.pen.get_or_insert_with(|| Pen::new(drawing.task, drawing.step));
        let at = Point::new(pen.column_left(column), pen.row_top(row));
        (pen, at)
    }

    fn finish(mut self) -> Vec<Page> {
        self.pages.extend(self.pen.take().map(|mut pen| pen.page()));
        self.pages
    }
}
