//! The pen that draws on one page: positions of rows and columns, lines, rules, pictures.

use std::ops::Range;
use std::sync::Arc;

use crate::finding::Finding;
use crate::fit::{ShapedText, prepare_copy_text};
use crate::line::{PreparedParagraph, TextLine};
use crate::makeup::draw::glyph_runs::{ASCENT_MILLI, ItemList, LinePosition};
use crate::makeup::page::{FurnitureItem, FurnitureKind, PageLine};
use crate::makeup::task::MakeupTask;
use crate::model::{CopyText, DensityStep};
use crate::page::{CmykColour, FilledRect, ItemOwner, Page, PageItem, PlacedPicture, TextRole};
use crate::script::CompositionProfile;
use crate::unit::{Abs, Em, Point, Rect, TypeSize};

/// Type size of slug lines and of numbers beside the page.
pub(crate) const SMALL_TYPE: Abs = Abs::pt(6);
/// Interval of the line numbers in a column: every fifth line has one.
pub(crate) const LINE_NUMBER_INTERVAL: usize = 5;
/// Thickness of the thinnest rules around and over a page.
pub(crate) const HAIRLINE: Abs = Abs::raw(Abs::PER_PT / 4);

/// Collects the items of one page, and where its furniture, body rows and lines of copy stand.
#[derive(Clone)]
pub(crate) struct PagePen<'a> {
    pub(crate) task: &'a MakeupTask<'a>,
    step: &'a DensityStep,
    /// Items drawn so far.
    pub(crate) list: ItemList,
    /// Furniture drawn so far.
    pub(crate) furniture: Vec<FurnitureItem>,
    /// Starts of the baselines of body rows, in drawing order.
    pub(crate) baselines: Vec<Point>,
    /// Lines of copy, in drawing order.
    pub(crate) lines: Vec<PageLine>,
    /// Colour of everything drawn from now on.
    pub(crate) colour: CmykColour,
    /// Width and height of the sheet.
    sheet_size: (Abs, Abs),
    /// Type area of the sheet.
    area: Rect,
}

/// The copy that a line shows.
pub(crate) struct LineSource {
    /// Path of the field in the record; empty for text that is in no field, which is not recorded.
    pub(crate) field: Arc<str>,
    /// Bytes of the text, as in [`PageLine::range`].
    pub(crate) range: Range<i64>,
}

impl LineSource {
    /// Source of a line of shaped copy.
    fn of(text: &ShapedText, line: &TextLine) -> Self {
        let range = line.text_range(&text.paragraph);
        // Negative for text that was put before the field, such as the mark of a standfirst.
        let from_field = |byte: usize| byte as i64 - text.prefix_bytes as i64;
        Self { field: text.field.clone(), range: from_field(range.start)..from_field(range.end) }
    }
}

/// Place of a line on the page.
struct LineExtent {
    /// Em boxes of the line, over its filled length.
    rect: Rect,
    is_vertical: bool,
}

impl LineExtent {
    fn of(text: &PreparedParagraph, line: &TextLine, position: &LinePosition) -> Self {
        let LinePosition { size, origin, .. } = *position;
        let (length, is_vertical) = (line.width(text), text.is_vertical());
        // The origin of a vertical line is its top left corner, that of a horizontal one is on the
        // baseline.
        let rect = if is_vertical {
            Rect::new(origin.x, origin.y, size.width, length.at(size.height))
        } else {
            let top = origin.y - size.height.scale(ASCENT_MILLI, 1000);
            Rect::new(origin.x, top, length.at(size.width), size.height)
        };
        Self { rect, is_vertical }
    }
}

impl<'a> PagePen<'a> {
    /// Creates a pen for the page of the house style.
    pub(crate) fn new(task: &'a MakeupTask<'a>, step: &'a DensityStep) -> Self {
        Self::with_sheet(task, step, task.style.trim, task.style.type_area)
    }

    /// Creates a pen for a separate sheet of its own size.
    pub(crate) fn with_sheet(
        task: &'a MakeupTask<'a>,
        step: &'a DensityStep,
        sheet_size: (Abs, Abs),
        area: Rect,
    ) -> Self {
        Self {
            task,
            step,
            list: ItemList::default(),
            furniture: Vec::new(),
            baselines: Vec::new(),
            lines: Vec::new(),
            colour: CmykColour(task.style.inks.text),
            sheet_size,
            area,
        }
    }

    /// Reserves memory for a number of lines.
    pub(crate) fn reserve_lines(&mut self, lines: usize) {
        self.list.items.reserve(lines);
        self.baselines.reserve(lines);
        self.lines.reserve(lines);
    }

    /// Density step of the page.
    pub(crate) fn step(&self) -> &'a DensityStep {
        self.step
    }

    /// Type area of the sheet.
    pub(crate) fn area(&self) -> Rect {
        self.area
    }

    /// Top of the em boxes of a row.
    pub(crate) fn row_top(&self, row: i64) -> Abs {
        self.area.y + self.step.pitch * row
    }

    /// Left edge of a basic column.
    pub(crate) fn column_left(&self, column: i64) -> Abs {
        self.area.x + (self.step.width(1) + self.step.gutter) * column
    }

    /// Distance from the top of the em box to the baseline.
    pub(crate) fn ascent(&self, size: Abs) -> Abs {
        size.scale(ASCENT_MILLI, 1000)
    }

    /// Number of items drawn so far.
    pub(crate) fn item_count(&self) -> u32 {
        u32::try_from(self.list.items.len()).unwrap_or(u32::MAX)
    }

    /// Position of a line that is an element by itself, in the current colour.
    pub(crate) fn separate_line(
        &self,
        owner: ItemOwner,
        size: TypeSize,
        origin: Point,
    ) -> LinePosition {
        let role = TextRole::Line(self.item_count());
        LinePosition { owner, role, size, origin, colour: self.colour }
    }

    /// Draws a line that shows no copy of the record.
    pub(crate) fn draw_line(
        &mut self,
        text: &PreparedParagraph,
        line: &TextLine,
        position: &LinePosition,
    ) {
        self.list.draw_line(text, line, position);
    }

    /// Draws a line of copy and records its place.
    pub(crate) fn draw_copy_line(
        &mut self,
        text: &ShapedText,
        line: &TextLine,
        position: &LinePosition,
    ) {
        let source = LineSource::of(text, line);
        self.draw_recorded_line(source, &text.paragraph, line, position);
    }

    /// Draws a line and records it as showing `source`.
    pub(crate) fn draw_recorded_line(
        &mut self,
        source: LineSource,
        text: &PreparedParagraph,
        line: &TextLine,
        position: &LinePosition,
    ) {
        let first_item = self.list.items.len();
        self.draw_line(text, line, position);
        self.record_line(source, first_item, LineExtent::of(text, line, position));
    }

    /// Records the place of a line of copy that is drawn by the items from `first_item` on.
    pub(crate) fn record_copy_line(
        &mut self,
        text: &ShapedText,
        line: &TextLine,
        position: &LinePosition,
        first_item: usize,
    ) {
        let extent = LineExtent::of(&text.paragraph, line, position);
        self.record_line(LineSource::of(text, line), first_item, extent);
    }

    fn record_line(&mut self, source: LineSource, first_item: usize, extent: LineExtent) {
        let LineSource { field, range } = source;
        let LineExtent { rect, is_vertical } = extent;
        // Text without a field cannot be found in the record, so nothing looks for its line.
        if !field.is_empty() {
            let items = first_item..self.list.items.len();
            self.lines.push(PageLine { field, range, items, rect, is_vertical });
        }
    }

    /// Draws a note in the face of the page head on one line, smaller than `size` if it would be
    /// longer than `room`. `place` returns the start of the baseline for the length of the note.
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
        // Never broken: a note has one line, and gives way in size.
        let line = TextLine::whole(&text);
        let natural = line.width(&text);
        let room = room.max(Abs::pt(1));
        // The size at which the note just fills the room, if that is smaller.
        let size = size.min(room.scale(Em::ONE.units(), natural.units().max(1)));
        // Only now is the length known, on which the place of a centred or right-aligned note
        // depends.
        let origin = place(natural.at(size));
        let position = self.separate_line(ItemOwner::Furniture, TypeSize::square(size), origin);
        self.draw_line(&text, &line, &position);
        Ok(())
    }

    /// Draws a rule and records it as furniture.
    pub(crate) fn draw_rule(&mut self, kind: FurnitureKind, rect: Rect) {
        self.fill_rect(rect);
        self.add_furniture(kind, rect, String::new());
    }

    /// Draws four rules along the inner edges of a rectangle and records them as furniture.
    pub(crate) fn draw_border(&mut self, rect: &Rect, thickness: Abs) {
        // Inside the rectangle, so that a frame does not widen its module.
        for edge in inner_edges(rect, thickness) {
            self.draw_rule(FurnitureKind::Rule, edge);
        }
    }

    /// Draws a border that is not furniture.
    pub(crate) fn draw_mark_border(&mut self, rect: &Rect, thickness: Abs) {
        inner_edges(rect, thickness).into_iter().for_each(|edge| self.fill_rect(edge));
    }

    /// Fills a rectangle with the current colour.
    pub(crate) fn fill_rect(&mut self, rect: Rect) {
        self.list.items.push(PageItem::Fill(FilledRect { rect, colour: self.colour }));
    }

    /// Draws a tint (底纹), on which other items are drawn later.
    pub(crate) fn draw_tint(&mut self, rect: Rect, colour: CmykColour) {
        self.list.items.push(PageItem::Fill(FilledRect { rect, colour }));
    }

    /// Records a piece of furniture.
    pub(crate) fn add_furniture(&mut self, kind: FurnitureKind, rect: Rect, text: String) {
        self.furniture.push(FurnitureItem { kind, rect, text, id: String::new() });
    }

    /// Draws a picture.
    pub(crate) fn place_picture(&mut self, picture: PlacedPicture) {
        self.list.items.push(PageItem::Picture(picture));
    }

    /// Takes the items out of the pen and returns them as a page.
    pub(crate) fn take_page(&mut self) -> Page {
        let (width, height) = self.sheet_size;
        Page::new(width, height, std::mem::take(&mut self.list.items))
    }
}

/// Four strips along the inner edges of a rectangle: top, bottom, left, right.
fn inner_edges(rect: &Rect, thickness: Abs) -> [Rect; 4] {
    let (right, bottom) = (rect.right() - thickness, rect.bottom() - thickness);
    [
        Rect::new(rect.x, rect.y, rect.width, thickness),
        Rect::new(rect.x, bottom, rect.width, thickness),
        Rect::new(rect.x, rect.y, thickness, rect.height),
        Rect::new(right, rect.y, thickness, rect.height),
    ]
}
