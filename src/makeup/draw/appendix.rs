//! The appendix (余稿附页): pages with the copy that found no room on the page, so that a proof holds
//! every character. Lists of notes are set in the same way.

use crate::finding::Finding;
use crate::fit::{
    BodyPieceKind, ComposedBody, ShapedItem, ShapedPicture, fit_picture, prepare_copy_text,
};
use crate::font::FontId;
use crate::line::{PreparedParagraph, TextLine, break_into_lines};
use crate::makeup::draw::body_row::{BodyRowPainter, head_owner, owner_of};
use crate::makeup::draw::context::DrawContext;
use crate::makeup::draw::pen::PagePen;
use crate::makeup::draw::picture::{PicturePlace, draw_picture};
use crate::makeup::placed::PlacedModule;
use crate::model::CopyText;
use crate::page::{ItemOwner, Page};
use crate::script::CompositionProfile;
use crate::unit::{Em, Point, TypeSize};

/// Rows at the top of an appendix page for its heading.
const HEADING_ROWS: i64 = 3;
/// Rows that must be left in a column for a title: with fewer the title starts the next column.
const TITLE_ROOM_ROWS: i64 = 3;

/// Returns the pages with the overset copy, article by article, in the columns of the page. Items
/// that are left off the page come last, as a whole. Empty if everything is set.
///
/// # Errors
/// A character of a heading that no face has.
pub(crate) fn appendix_pages(
    context: &DrawContext<'_>,
    placed: &[PlacedModule],
) -> Result<Vec<Page>, Vec<Finding>> {
    let task = context.task;
    let mut writer = AppendixWriter::new(context, "附页 余稿")?;
    for placed in placed {
        let body = &*context.body_of(placed);
        let first_over = placed.poured.first_over_piece;
        // All of the body is on the page.
        if first_over >= body.pieces.len() {
            continue;
        }
        // The title names the item, because the appendix has no heads for copy whose head is on the
        // page.
        let item = &task.items[placed.item];
        let headline = item.wordings.first().map(|wording| &wording.headline);
        // Briefs have no headline in common, but a column title.
        let headline = headline.or(item.column_title.as_ref());
        let headline = headline.map_or("", |text| text.paragraph.text());
        writer.write_title(&format!("{} {headline}", item.id))?;
        writer.write_body(item, body, first_over);
    }
    for index in context.left_off {
        let item = &task.items[*index];
        writer.write_title(&format!("{} 撤稿", item.id))?;
        writer.write_head(item);
        // Pictures in the body come with the body.
        for picture in item.pictures.iter().filter(|picture| !picture.is_in_body) {
            writer.write_picture(item, picture, None);
        }
        // It was never poured, so it is set over one column from its start.
        writer.write_body(item, context.bodies[*index].over_columns(1).best(), 0);
    }
    Ok(writer.into_pages())
}

/// Returns pages of notes, one paragraph each, in the columns of the page under one heading.
///
/// # Errors
/// A character that no face has.
pub(crate) fn note_pages(
    context: &DrawContext<'_>,
    heading: &str,
    notes: &[String],
) -> Result<Vec<Page>, Vec<Finding>> {
    let mut writer = AppendixWriter::new(context, heading)?;
    for note in notes {
        let note = shape_in_face(context, note, context.task.style.body.face)?;
        writer.write_lines(&note, ItemOwner::Furniture);
    }
    Ok(writer.into_pages())
}

/// Shapes a line that belongs to the appendix itself, in the face of crossheads.
fn shape_label(context: &DrawContext<'_>, text: &str) -> Result<PreparedParagraph, Vec<Finding>> {
    shape_in_face(context, text, context.task.style.crosshead.face)
}

fn shape_in_face(
    context: &DrawContext<'_>,
    text: &str,
    face: FontId,
) -> Result<PreparedParagraph, Vec<Finding>> {
    let task = context.task;
    let profile = CompositionProfile { clause_space: Em::ONE, ..task.style.profile.clone() };
    let text = CopyText { text: text.to_owned(), ..CopyText::default() };
    prepare_copy_text(task.fonts, &text, face, &profile, "")
}

/// Writes texts and pictures into the columns of the appendix, row after row.
struct AppendixWriter<'a, 'b> {
    context: &'b DrawContext<'a>,
    /// Heading of each page.
    heading: PreparedParagraph,
    /// Column of the next row.
    column: i64,
    /// Next row.
    row: i64,
    /// Finished pages.
    pages: Vec<Page>,
    /// Pen of the open page; `None` until something is written.
    pen: Option<PagePen<'a>>,
}

impl<'a, 'b> AppendixWriter<'a, 'b> {
    fn new(context: &'b DrawContext<'a>, heading: &str) -> Result<Self, Vec<Finding>> {
        Ok(Self {
            context,
            heading: shape_label(context, heading)?,
            column: 0,
            row: HEADING_ROWS,
            pages: Vec::new(),
            pen: None,
        })
    }

    /// Writes the title above the copy of an item.
    fn write_title(&mut self, title: &str) -> Result<(), Vec<Finding>> {
        let title = shape_label(self.context, title)?;
        // A title is not left alone at the foot of a column.
        self.ensure_room(TITLE_ROOM_ROWS);
        self.write_lines(&title, ItemOwner::Furniture);
        Ok(())
    }

    /// Writes every text of a head in the order of the page, in the size of the body.
    fn write_head(&mut self, item: &ShapedItem) {
        let owner = head_owner(item);
        let wording = item.wordings.first();
        let kicker = wording.and_then(|wording| wording.kicker.as_ref());
        let headline = wording.map(|wording| &wording.headline);
        let deck = wording.into_iter().flat_map(|wording| &wording.deck);
        let texts = item.column_title.iter().chain(kicker).chain(headline).chain(deck);
        for text in texts.chain(&item.standfirst).chain(&item.byline) {
            self.write_lines(&text.paragraph, owner);
        }
    }

    fn write_lines(&mut self, text: &PreparedParagraph, owner: ItemOwner) {
        let step = self.context.step;
        for line in break_into_lines(text, step.measure(), Em::ZERO) {
            let (pen, origin) = self.next_baseline();
            let position = pen.separate_line(owner, TypeSize::square(step.body), origin);
            pen.draw_line(text, &line, &position);
        }
    }

    /// Writes a picture over one column. `rows` is the depth of its block, `None` for its usual
    /// depth.
    fn write_picture(&mut self, item: &ShapedItem, picture: &ShapedPicture, rows: Option<i64>) {
        let DrawContext { task, step, .. } = *self.context;
        let width = step.width(1);
        let rows = rows.unwrap_or_else(|| fit_picture(picture, task.style, step, width).rows.usual);
        // A column holds no deeper block; the picture is cropped to it.
        let rows = rows.min(step.rows - HEADING_ROWS);
        let context = self.context;
        let (pen, origin) = self.next_rows(rows);
        draw_picture(pen, context, item, picture, PicturePlace { origin, width, rows });
    }

    /// Writes a body from a piece on, and a white row before the next item.
    fn write_body(&mut self, item: &ShapedItem, body: &ComposedBody, first_piece: usize) {
        let size = self.context.task.style.body.size(self.context.step);
        let painter = BodyRowPainter { item, cache: None, size };
        for piece in &body.pieces[first_piece..] {
            // Without the white around pieces: the appendix shows copy, not a layout.
            if let BodyPieceKind::Picture(index) = piece.kind {
                self.write_picture(item, &item.pictures[index], Some(piece.depth_rows));
                continue;
            }
            for row in &body.rows[piece.rows.clone()] {
                let subject = item.member_of_block(row.source.block).subject;
                let (pen, origin) = self.next_baseline();
                painter.draw(pen, owner_of(subject, ItemOwner::Body), row, origin);
            }
        }
        // May point past the foot of the column: the next row then starts another one.
        self.row += 1;
    }

    /// Goes to the next column if fewer than `rows` rows are left in this one, and opens a page if
    /// none is open.
    fn ensure_room(&mut self, rows: i64) {
        let step = self.context.step;
        if self.row + rows > step.rows {
            self.column += 1;
            self.row = HEADING_ROWS;
        }
        // The last column is full, and so is the page.
        if self.column >= step.columns {
            self.close_page();
            self.column = 0;
        }
        if self.pen.is_none() {
            self.pen = Some(self.open_page());
        }
    }

    /// Starts a page with its heading.
    fn open_page(&self) -> PagePen<'a> {
        let step = self.context.step;
        let mut pen = PagePen::new(self.context.task, step);
        let area = pen.area();
        let origin = Point::new(area.x, area.y + pen.ascent(step.body));
        let size = TypeSize::square(step.body);
        let position = pen.separate_line(ItemOwner::Furniture, size, origin);
        pen.draw_line(&self.heading, &TextLine::whole(&self.heading), &position);
        pen
    }

    fn close_page(&mut self) {
        self.pages.extend(self.pen.take().map(|mut pen| pen.take_page()));
    }

    /// Takes the next row. Returns the pen of its page and the start of its baseline.
    fn next_baseline(&mut self) -> (&mut PagePen<'a>, Point) {
        let body = self.context.step.body;
        let (pen, origin) = self.next_rows(1);
        let ascent = pen.ascent(body);
        (pen, Point::new(origin.x, origin.y + ascent))
    }

    /// Takes the next rows, all in one column. Returns the pen of their page and their top left
    /// corner.
    fn next_rows(&mut self, rows: i64) -> (&mut PagePen<'a>, Point) {
        self.ensure_room(rows);
        let (column, row) = (self.column, self.row);
        self.row += rows;
        let DrawContext { task, step, .. } = *self.context;
        // `ensure_room` has opened a page; this only takes the place of a panic.
        let pen = self.pen.get_or_insert_with(|| PagePen::new(task, step));
        let origin = Point::new(pen.column_left(column), pen.row_top(row));
        (pen, origin)
    }

    fn into_pages(mut self) -> Vec<Page> {
        self.close_page();
        self.pages
    }
}
