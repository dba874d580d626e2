//! The appendix: what found no room on the page, so that a proof holds every character.

use crate::diag::Diagnostic;
use crate::fit::{PieceKind, prepared};
use crate::line::{Line, Prepared, set};
use crate::makeup::pen::{Drawing, Pen, draw_row, owner_of};
use crate::makeup::picture::draw_picture;
use crate::makeup::settle::Placed;
use crate::model::Text;
use crate::page::{Owner, Page};
use crate::script::Profile;
use crate::unit::{Em, Point, TypeSize};

/// Rows at the top of an appendix page for its own head.
const HEAD_ROWS: i64 = 3;

/// The pages that hold what is over, article by article, in the columns of the page; none if all is set.
pub(crate) fn appendix(
    drawing: &Drawing<'_>,
    placed: &[Placed],
) -> Result<Vec<Page>, Vec<Diagnostic>> {
    let task = drawing.task;
    let step = drawing.step;
    let heading = label(drawing, "附页 溢文")?;
    let mut flow = Flow { column: 0, row: HEAD_ROWS, pages: Vec::new(), pen: None };
    for placed in placed {
        let body = drawing.body(placed);
        if placed.poured.over >= body.pieces.len() {
            continue;
        }
        let ready = &task.ready[placed.item];
        let head = ready.heads.first().map(|head| &head.headline).or(ready.column_title.as_ref());
        let head = head.map_or("", |head| head.line.text());
        let title = label(drawing, &format!("{} {head}", ready.id))?;
        flow.column_for(drawing, &heading, 3);
        for line in set(&title, step.measure(), Em::ZERO) {
            let (pen, at) = flow.next(drawing, &heading);
            pen.line(Owner::Furniture, &title, &line, TypeSize::square(step.body), at);
        }
        for piece in &body.pieces[placed.poured.over..] {
            if let PieceKind::Picture(k) = piece.kind {
                let (pen, at) = flow.block(drawing, &heading, piece.height);
                let place = (at, step.width(1));
                draw_picture(pen, drawing, ready, &ready.pictures[k], place, piece.height);
                continue;
            }
            for row in &body.rows[piece.rows.clone()] {
                let (pen, at) = flow.next(drawing, &heading);
                let owner = owner_of(ready.member_of(row.block.0).subject, Owner::Body);
                draw_row(pen, owner, ready, row, drawing.task.style.body.size(step), at);
            }
        }
        // A white row before the next article.
        flow.row += 1;
    }
    Ok(flow.finish())
}

/// A line of the appendix's own, in the face of crossheads.
fn label(drawing: &Drawing<'_>, text: &str) -> Result<Prepared, Vec<Diagnostic>> {
    let task = drawing.task;
    let profile = Profile { clause_space: Em::ONE, ..task.style.profile.clone() };
    let text = Text { text: text.to_owned(), ..Text::default() };
    prepared(task.fonts, &text, task.style.crosshead.face, &profile, "")
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
