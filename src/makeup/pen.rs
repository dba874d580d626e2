//! Drawing on the grid: where rows and columns are, lines as runs, rules, what was drawn as furniture.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use crate::diag::Diagnostic;
use crate::fit::{Composed, Ready, ReadyText, Row, RowKind, prepared};
use crate::line::{Line, Prepared};
use crate::makeup::Task;
use crate::makeup::ink::{ASCENT_MILLI, Drawn, Spot, Work, draw};
use crate::makeup::leaf::BodySet;
use crate::makeup::pins::Pin;
use crate::makeup::settle::Placed;
use crate::model::{HouseStyle, Step, Subject, Text};
use crate::page::{Colour, Element, Fill, Item, Owner, Page, Picture};
use crate::script::Profile;
use crate::unit::{Abs, Em, Point, Rect, TypeSize};

/// What a page is drawn from.
pub(crate) struct Drawing<'a> {
    pub(crate) task: &'a Task<'a>,
    pub(crate) step: &'a Step,
    /// By item.
    pub(crate) bodies: &'a [BodySet],
    pub(crate) head_rows: i64,
    /// The first row for articles.
    pub(crate) top: i64,
    pub(crate) pins: &'a [Pin],
    /// The items that are left off the page.
    pub(crate) left: &'a [usize],
    /// What other layouts may have in common; none where there is but one.
    pub(crate) drawn: Option<Drawn>,
}

impl<'a> Drawing<'a> {
    /// What a sheet of its own is drawn from, on which nothing is made up.
    pub(crate) fn alone(task: &'a Task<'a>, step: &'a Step) -> Self {
        let (head_rows, top, drawn) = (0, 0, None);
        Self { task, step, bodies: &[], head_rows, top, pins: &[], left: &[], drawn }
    }

    /// The body of a module as it was poured.
    pub(crate) fn body(&self, placed: &Placed) -> Cow<'_, Composed> {
        self.bodies[placed.item].over(placed.columns).run(placed.poured.runs)
    }

    /// The place of a rectangle of the grid on the page.
    pub(crate) fn rect(&self, place: [i64; 4]) -> Option<Rect> {
        grid_rect(self.task.style, self.step, place)
    }
}

/// The place of a rectangle of the grid on the page: first column, first row, columns and rows. Without columns it is
/// the gutter before the column, without either it is nowhere.
pub fn grid_rect(
    style: &HouseStyle,
    step: &Step,
    [column, row, columns, rows]: [i64; 4],
) -> Option<Rect> {
    let area = style.type_area;
    let left = area.x + (step.width(1) + step.gutter) * column;
    let top = area.y + step.pitch * row;
    let deep = (step.pitch * rows - (step.pitch - step.body)).max(Abs::ZERO);
    if columns == 0 && rows == 0 {
        return None;
    }
    if columns == 0 {
        // A gutter.
        return Some(Rect::new(left - step.gutter, top, step.gutter, deep));
    }
    Some(Rect::new(left, top, step.width(columns), deep))
}

/// A piece of furniture on the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Furnished {
    /// What it is.
    pub kind: FurnitureKind,
    /// Where.
    pub rect: Rect,
    /// Its text.
    pub text: String,
    /// The id of a reserved box.
    pub id: String,
}

/// The kinds of furniture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FurnitureKind {
    /// 报眉: date, section, page number, paper.
    PageHead,
    /// 责任编辑 …
    StaffLine,
    /// 通栏语.
    Banner,
    /// A rule between modules, or under the page head.
    Rule,
    /// A vertical rule between columns of two articles.
    ColumnRule,
    /// The common head of briefs (栏头).
    GroupHead,
    /// A reserved box.
    Reserved,
}

/// A line of the page: what it holds of which text, and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetLine {
    /// The field of the record.
    pub field: Arc<str>,
    /// Bytes of the text, from the start of what the field holds: what is set before that counts below nought.
    pub range: Range<i64>,
    /// The items of the page that draw it.
    pub items: Range<usize>,
    /// Its measure as far as it is filled, over the em boxes of its characters.
    pub rect: Rect,
    /// Whether it runs from top to bottom.
    pub vertical: bool,
}

/// Collects the items of a page.
#[derive(Clone)]
pub(crate) struct Pen<'a> {
    pub(crate) task: &'a Task<'a>,
    step: &'a Step,
    pub(crate) items: Vec<Item>,
    pub(crate) furniture: Vec<Furnished>,
    /// Where the lines of bodies stand, in the order in which they were drawn.
    pub(crate) baselines: Vec<Point>,
    /// The lines of the record's texts, in the same order.
    pub(crate) lines: Vec<SetLine>,
    pub(crate) colour: Colour,
    sheet: (Abs, Abs),
    area: Rect,
    work: Work,
}

impl<'a> Pen<'a> {
    pub(crate) fn new(task: &'a Task<'a>, step: &'a Step) -> Self {
        Self::on(task, step, task.style.trim, task.style.type_area)
    }

    /// A pen for a sheet of its own.
    pub(crate) fn on(task: &'a Task<'a>, step: &'a Step, sheet: (Abs, Abs), area: Rect) -> Self {
        Self {
            task,
            step,
            items: Vec::new(),
            furniture: Vec::new(),
            baselines: Vec::new(),
            lines: Vec::new(),
            colour: Colour(task.style.ink.text),
            sheet,
            area,
            work: Work::default(),
        }
    }

    /// Takes room for so many lines.
    pub(crate) fn reserve(&mut self, lines: usize) {
        self.items.reserve(lines);
        self.baselines.reserve(lines);
        self.lines.reserve(lines);
    }

    pub(crate) fn step(&self) -> &'a Step {
        self.step
    }

    pub(crate) fn area(&self) -> Rect {
        self.area
    }

    /// The top of the em boxes of a row.
    pub(crate) fn row_top(&self, row: i64) -> Abs {
        self.area().y + self.step.pitch * row
    }

    /// The left edge of a basic column.
    pub(crate) fn column_left(&self, column: i64) -> Abs {
        self.area().x + (self.step.width(1) + self.step.gutter) * column
    }

    /// From the top of the em box to the baseline.
    pub(crate) fn ascent(&self, size: Abs) -> Abs {
        size.scale(ASCENT_MILLI, 1000)
    }

    /// Sets a line that is a thing of its own, with its measure starting at `origin`, as [`Spot`] says.
    pub(crate) fn line(
        &mut self,
        owner: Owner,
        text: &Prepared,
        line: &Line,
        size: TypeSize,
        origin: Point,
    ) {
        let element = Element::Line(self.drawn());
        self.part((owner, element), text, line, size, origin);
    }

    /// The same for a line of something larger.
    pub(crate) fn part(
        &mut self,
        (owner, element): (Owner, Element),
        text: &Prepared,
        line: &Line,
        size: TypeSize,
        origin: Point,
    ) {
        let spot = Spot { owner, element, size, origin, colour: self.colour };
        draw(&mut self.items, &mut self.work, (text, line), &spot);
    }

    /// Sets a line of a text of the record, and keeps where it stands.
    pub(crate) fn copy(
        &mut self,
        (owner, element): (Owner, Element),
        text: &ReadyText,
        line: &Line,
        size: TypeSize,
        origin: Point,
    ) {
        let first = self.items.len();
        self.part((owner, element), &text.line, line, size, origin);
        self.keep_copy(text, first, (line, size, origin));
    }

    /// Keeps where a line of a text of the record stands, drawn from item `first` on.
    fn keep_copy(
        &mut self,
        text: &ReadyText,
        first: usize,
        (line, size, origin): (&Line, TypeSize, Point),
    ) {
        let range = line.range(&text.line);
        let own = |at: usize| at as i64 - text.prefix as i64;
        let range = own(range.start)..own(range.end);
        self.keep(text.field.clone(), range, first, (&text.line, line, size, origin));
    }

    /// The same for `range` of what a field holds.
    pub(crate) fn keep(
        &mut self,
        field: Arc<str>,
        range: Range<i64>,
        first: usize,
        (text, line, size, origin): (&Prepared, &Line, TypeSize, Point),
    ) {
        if field.is_empty() {
            return;
        }
        let vertical = text.is_vertical();
        let long = line.width(text);
        let rect = if vertical {
            Rect::new(origin.x, origin.y, size.width, long.at(size.height))
        } else {
            let top = origin.y - self.ascent(size.height);
            Rect::new(origin.x, top, long.at(size.width), size.height)
        };
        let items = first..self.items.len();
        self.lines.push(SetLine { field, range, items, rect, vertical });
    }

    /// A note in the face of the page head on one line, smaller where it would be longer than `room`. `place` is told
    /// its length.
    ///
    /// # Errors
    /// A character that no face has.
    pub(crate) fn small(
        &mut self,
        text: &str,
        size: Abs,
        room: Abs,
        place: impl FnOnce(Abs) -> Point,
    ) -> Result<(), Vec<Diagnostic>> {
        let task = self.task;
        let profile = Profile { clause_space: Em::ONE, ..task.style.profile.clone() };
        let text = Text { text: text.to_owned(), ..Text::default() };
        let face = task.style.furniture.face;
        let text = prepared(task.fonts, &text, face, &profile, "")?;
        let line = Line::whole(&text);
        let natural = line.width(&text);
        let room = room.max(Abs::pt(1));
        let size = size.min(room.scale(Em::ONE.units(), natural.units().max(1)));
        let origin = place(natural.at(size));
        self.line(Owner::Furniture, &text, &line, TypeSize::square(size), origin);
        Ok(())
    }

    /// How many items are drawn so far.
    pub(crate) fn drawn(&self) -> u32 {
        u32::try_from(self.items.len()).unwrap_or(u32::MAX)
    }

    pub(crate) fn rule(&mut self, kind: FurnitureKind, rect: Rect) {
        self.items.push(Item::Fill(Fill { rect, colour: self.colour }));
        self.furnish(kind, rect, String::new());
    }

    /// Four rules along the inner edges of a rectangle.
    pub(crate) fn border(&mut self, rect: &Rect, rule: Abs) {
        for edge in edges(rect, rule) {
            self.rule(FurnitureKind::Rule, edge);
        }
    }

    pub(crate) fn furnish(&mut self, kind: FurnitureKind, rect: Rect, text: String) {
        self.furniture.push(Furnished { kind, rect, text, id: String::new() });
    }

    /// A tint below what is set on it.
    pub(crate) fn tint(&mut self, rect: Rect, colour: Colour) {
        self.items.push(Item::Fill(Fill { rect, colour }));
    }

    pub(crate) fn picture(&mut self, picture: Picture) {
        self.items.push(Item::Picture(picture));
    }

    /// The page with all that was drawn on it.
    pub(crate) fn page(&mut self) -> Page {
        let (width, height) = self.sheet;
        Page::new(width, height, std::mem::take(&mut self.items))
    }
}

/// The inner edges of a rectangle, so thick.
pub(crate) fn edges(rect: &Rect, rule: Abs) -> [Rect; 4] {
    let (right, bottom) = (rect.right() - rule, rect.bottom() - rule);
    [
        Rect::new(rect.x, rect.y, rect.width, rule),
        Rect::new(rect.x, bottom, rect.width, rule),
        Rect::new(rect.x, rect.y, rule, rect.height),
        Rect::new(right, rect.y, rule, rect.height),
    ]
}

/// Who the head, or the body, of something on the page belongs to; a picture that stands alone has neither.
pub(crate) fn owner_of(subject: Subject, part: fn(u16) -> Owner) -> Owner {
    // The limits on articles and pictures are far below.
    let index = |at| u16::try_from(at).unwrap_or(u16::MAX);
    match subject {
        Subject::Article(at) => part(index(at)),
        Subject::Picture(at) => Owner::Lone(index(at)),
    }
}

/// Who the head of an item belongs to.
pub(crate) fn head_owner(ready: &Ready) -> Owner {
    owner_of(ready.members[0].subject, Owner::Head)
}

/// Draws a row of a body whose column starts at `origin`.
pub(crate) fn draw_row(
    pen: &mut Pen<'_>,
    drawn: Option<(&Drawn, usize)>,
    (owner, ready): (Owner, &Ready),
    row: &Row,
    size: TypeSize,
    origin: Point,
) {
    pen.baselines.push(origin);
    let Some(text) = text_of(ready, row) else { return };
    let origin = Point::new(origin.x + row.inset.at(size.width), origin.y);
    let Some((drawn, item)) = drawn else {
        pen.copy((owner, element_of(row)), text, &row.line, size, origin);
        return;
    };
    let first = pen.items.len();
    let spot = Spot { owner, element: element_of(row), size, origin, colour: pen.colour };
    drawn.line((&mut pen.items, &mut pen.work), (item, row.block), (&text.line, &row.line), &spot);
    pen.keep_copy(text, first, (&row.line, size, origin));
}

/// What a row of a body is a line of.
pub(crate) fn element_of(row: &Row) -> Element {
    let block = u32::try_from(row.block.0).unwrap_or(u32::MAX);
    match row.kind {
        RowKind::Crosshead => Element::Crosshead(block),
        RowKind::Body | RowKind::Quote => Element::Block(block),
    }
}

/// The text that a row is a line of.
pub(crate) fn text_of<'a>(ready: &'a Ready, row: &Row) -> Option<&'a ReadyText> {
    let (block, text) = row.block;
    ready.body.get(block)?.text(text)
}
