//! Drawing on the grid: where rows and columns are, lines as runs, rules, what was drawn as furniture.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use crate::finding::Finding;
use crate::fit::{BodyRow, BodyRowKind, ComposedBody, ShapedItem, ShapedText, prepare_copy_text};
use crate::line::{PreparedParagraph, TextLine};
use crate::makeup::bodies::ItemBodies;
use crate::makeup::draw::glyph_runs::{
    ASCENT_MILLI, LineCache, LinePosition, RunBuffer, draw_line_with,
};
use crate::makeup::page::{FurnitureItem, FurnitureKind, PageLine};
use crate::makeup::pinned::PinnedPlace;
use crate::makeup::placed::PlacedModule;
use crate::makeup::task::MakeupTask;
use crate::model::{CopyText, DensityStep, HouseStyle, LockSubject};
use crate::page::{CmykColour, FilledRect, ItemOwner, Page, PageItem, PlacedPicture, TextRole};
use crate::script::CompositionProfile;
use crate::unit::{Abs, Em, Point, Rect, TypeSize};

/// What a page is drawn from.
pub(crate) struct DrawContext<'a> {
    pub(crate) task: &'a MakeupTask<'a>,
    pub(crate) step: &'a DensityStep,
    /// By item.
    pub(crate) bodies: &'a [ItemBodies],
    pub(crate) head_rows: i64,
    /// The first row for articles.
    pub(crate) first_row: i64,
    pub(crate) pins: &'a [PinnedPlace],
    /// The items that are left off the page.
    pub(crate) left_off: &'a [usize],
    /// What other layouts may have in common; none where there is but one.
    pub(crate) line_cache: Option<LineCache>,
}

impl<'a> DrawContext<'a> {
    /// What a sheet of its own is drawn from, on which nothing is made up.
    pub(crate) fn for_separate_sheet(task: &'a MakeupTask<'a>, step: &'a DensityStep) -> Self {
        let (head_rows, first_row, line_cache) = (0, 0, None);
        Self { task, step, bodies: &[], head_rows, first_row, pins: &[], left_off: &[], line_cache }
    }

    /// The body of a module as it was poured.
    pub(crate) fn body_of(&self, placed: &PlacedModule) -> Cow<'_, ComposedBody> {
        self.bodies[placed.item].over_columns(placed.columns).reflowed(placed.poured.reflow)
    }

    /// The place of a rectangle of the grid on the page.
    pub(crate) fn page_rect_of(&self, place: [i64; 4]) -> Option<Rect> {
        page_rect(self.task.style, self.step, place)
    }
}

/// The place of a rectangle of the grid on the page: first column, first row, columns and rows. Without columns it is
/// the gutter before the column, without either it is nowhere.
pub fn page_rect(
    style: &HouseStyle,
    step: &DensityStep,
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

/// Collects the items of a page.
#[derive(Clone)]
pub(crate) struct PagePen<'a> {
    pub(crate) task: &'a MakeupTask<'a>,
    step: &'a DensityStep,
    pub(crate) items: Vec<PageItem>,
    pub(crate) furniture: Vec<FurnitureItem>,
    /// Where the lines of bodies stand, in the order in which they were drawn.
    pub(crate) baselines: Vec<Point>,
    /// The lines of the record's texts, in the same order.
    pub(crate) lines: Vec<PageLine>,
    pub(crate) colour: CmykColour,
    sheet_size: (Abs, Abs),
    area: Rect,
    run_buffer: RunBuffer,
}

impl<'a> PagePen<'a> {
    pub(crate) fn new(task: &'a MakeupTask<'a>, step: &'a DensityStep) -> Self {
        Self::with_sheet(task, step, task.style.trim, task.style.type_area)
    }

    /// A pen for a sheet of its own.
    pub(crate) fn with_sheet(
        task: &'a MakeupTask<'a>,
        step: &'a DensityStep,
        sheet_size: (Abs, Abs),
        area: Rect,
    ) -> Self {
        Self {
            task,
            step,
            items: Vec::new(),
            furniture: Vec::new(),
            baselines: Vec::new(),
            lines: Vec::new(),
            colour: CmykColour(task.style.inks.text),
            sheet_size,
            area,
            run_buffer: RunBuffer::default(),
        }
    }

    /// Takes room for so many lines.
    pub(crate) fn reserve_lines(&mut self, lines: usize) {
        self.items.reserve(lines);
        self.baselines.reserve(lines);
        self.lines.reserve(lines);
    }

    pub(crate) fn step(&self) -> &'a DensityStep {
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
    pub(crate) fn draw_line(
        &mut self,
        owner: ItemOwner,
        text: &PreparedParagraph,
        line: &TextLine,
        size: TypeSize,
        origin: Point,
    ) {
        let element = TextRole::Line(self.item_count());
        self.draw_line_as((owner, element), text, line, size, origin);
    }

    /// The same for a line of something larger.
    pub(crate) fn draw_line_as(
        &mut self,
        (owner, element): (ItemOwner, TextRole),
        text: &PreparedParagraph,
        line: &TextLine,
        size: TypeSize,
        origin: Point,
    ) {
        let spot = LinePosition { owner, role: element, size, origin, colour: self.colour };
        draw_line_with(&mut self.items, &mut self.run_buffer, (text, line), &spot);
    }

    /// Sets a line of a text of the record, and keeps where it stands.
    pub(crate) fn draw_copy_line(
        &mut self,
        (owner, element): (ItemOwner, TextRole),
        text: &ShapedText,
        line: &TextLine,
        size: TypeSize,
        origin: Point,
    ) {
        let first = self.items.len();
        self.draw_line_as((owner, element), &text.paragraph, line, size, origin);
        self.record_copy_line(text, first, (line, size, origin));
    }

    /// Keeps where a line of a text of the record stands, drawn from item `first` on.
    fn record_copy_line(
        &mut self,
        text: &ShapedText,
        first: usize,
        (line, size, origin): (&TextLine, TypeSize, Point),
    ) {
        let range = line.text_range(&text.paragraph);
        let own = |at: usize| at as i64 - text.prefix_bytes as i64;
        let range = own(range.start)..own(range.end);
        self.record_line(text.field.clone(), range, first, (&text.paragraph, line, size, origin));
    }

    /// The same for `range` of what a field holds.
    pub(crate) fn record_line(
        &mut self,
        field: Arc<str>,
        range: Range<i64>,
        first: usize,
        (text, line, size, origin): (&PreparedParagraph, &TextLine, TypeSize, Point),
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
        self.lines.push(PageLine { field, range, items, rect, is_vertical: vertical });
    }

    /// A note in the face of the page head on one line, smaller where it would be longer than `room`. `place` is told
    /// its length.
    ///
    /// # Errors
    /// A character that no face has.
    pub(crate) fn draw_small_text(
        &mut self,
        text: &str,
        size: Abs,
        room: Abs,
        place: impl FnOnce(Abs) -> Point,
    ) -> Result<(), Vec<Finding>> {
        let task = self.task;
        let profile = CompositionProfile { clause_space: Em::ONE, ..task.style.profile.clone() };
        let text = CopyText { text: text.to_owned(), ..CopyText::default() };
        let face = task.style.furniture.face;
        let text = prepare_copy_text(task.fonts, &text, face, &profile, "")?;
        let line = TextLine::whole(&text);
        let natural = line.width(&text);
        let room = room.max(Abs::pt(1));
        let size = size.min(room.scale(Em::ONE.units(), natural.units().max(1)));
        let origin = place(natural.at(size));
        self.draw_line(ItemOwner::Furniture, &text, &line, TypeSize::square(size), origin);
        Ok(())
    }

    /// How many items are drawn so far.
    pub(crate) fn item_count(&self) -> u32 {
        u32::try_from(self.items.len()).unwrap_or(u32::MAX)
    }

    pub(crate) fn draw_rule(&mut self, kind: FurnitureKind, rect: Rect) {
        self.items.push(PageItem::Fill(FilledRect { rect, colour: self.colour }));
        self.add_furniture(kind, rect, String::new());
    }

    /// Four rules along the inner edges of a rectangle.
    pub(crate) fn draw_border(&mut self, rect: &Rect, rule: Abs) {
        for edge in inner_edges(rect, rule) {
            self.draw_rule(FurnitureKind::Rule, edge);
        }
    }

    pub(crate) fn add_furniture(&mut self, kind: FurnitureKind, rect: Rect, text: String) {
        self.furniture.push(FurnitureItem { kind, rect, text, id: String::new() });
    }

    /// A tint below what is set on it.
    pub(crate) fn draw_tint(&mut self, rect: Rect, colour: CmykColour) {
        self.items.push(PageItem::Fill(FilledRect { rect, colour }));
    }

    pub(crate) fn place_picture(&mut self, picture: PlacedPicture) {
        self.items.push(PageItem::Picture(picture));
    }

    /// The page with all that was drawn on it.
    pub(crate) fn take_page(&mut self) -> Page {
        let (width, height) = self.sheet_size;
        Page::new(width, height, std::mem::take(&mut self.items))
    }
}

/// The inner edges of a rectangle, so thick.
pub(crate) fn inner_edges(rect: &Rect, rule: Abs) -> [Rect; 4] {
    let (right, bottom) = (rect.right() - rule, rect.bottom() - rule);
    [
        Rect::new(rect.x, rect.y, rect.width, rule),
        Rect::new(rect.x, bottom, rect.width, rule),
        Rect::new(rect.x, rect.y, rule, rect.height),
        Rect::new(right, rect.y, rule, rect.height),
    ]
}

/// Who the head, or the body, of something on the page belongs to; a picture that stands alone has neither.
pub(crate) fn owner_of(subject: LockSubject, part: fn(u16) -> ItemOwner) -> ItemOwner {
    // The limits on articles and pictures are far below.
    let index = |at| u16::try_from(at).unwrap_or(u16::MAX);
    match subject {
        LockSubject::Article(at) => part(index(at)),
        LockSubject::Picture(at) => ItemOwner::Lone(index(at)),
    }
}

/// Who the head of an item belongs to.
pub(crate) fn head_owner(ready: &ShapedItem) -> ItemOwner {
    owner_of(ready.members[0].subject, ItemOwner::Head)
}

/// Draws a row of a body whose column starts at `origin`.
pub(crate) fn draw_body_row(
    pen: &mut PagePen<'_>,
    drawn: Option<(&LineCache, usize)>,
    (owner, ready): (ItemOwner, &ShapedItem),
    row: &BodyRow,
    size: TypeSize,
    origin: Point,
) {
    pen.baselines.push(origin);
    let Some(text) = text_of_row(ready, row) else { return };
    let origin = Point::new(origin.x + row.inset.at(size.width), origin.y);
    let Some((drawn, item)) = drawn else {
        pen.draw_copy_line((owner, role_of_row(row)), text, &row.line, size, origin);
        return;
    };
    let first = pen.items.len();
    let spot = LinePosition { owner, role: role_of_row(row), size, origin, colour: pen.colour };
    drawn.draw_line(
        (&mut pen.items, &mut pen.run_buffer),
        (item, row.source),
        (&text.paragraph, &row.line),
        &spot,
    );
    pen.record_copy_line(text, first, (&row.line, size, origin));
}

/// What a row of a body is a line of.
pub(crate) fn role_of_row(row: &BodyRow) -> TextRole {
    let block = u32::try_from(row.source.0).unwrap_or(u32::MAX);
    match row.kind {
        BodyRowKind::Crosshead => TextRole::Crosshead(block),
        BodyRowKind::Body | BodyRowKind::Quote => TextRole::Block(block),
    }
}

/// The text that a row is a line of.
pub(crate) fn text_of_row<'a>(ready: &'a ShapedItem, row: &BodyRow) -> Option<&'a ShapedText> {
    let (block, text) = row.source;
    ready.body.get(block)?.text(text)
}
