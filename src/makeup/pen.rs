//! Drawing on the grid: where rows and columns are, lines as runs, rules, what was drawn as furniture.

use crate::fit::{Bodies, Ready, ReadyBlock, ReadyText, Row};
use crate::line::{Fill as Filling, Line, Prepared};
use crate::makeup::Task;
use crate::model::Step;
use crate::page::{Colour, Fill, Item, Owner, Page, Run, RunGlyph};
use crate::unit::{Abs, Em, Point, Rect};

/// What a page is drawn from.
pub(crate) struct Drawing<'a> {
    pub(crate) task: &'a Task<'a>,
    pub(crate) step: &'a Step,
    /// The bodies in the order of the record.
    pub(crate) bodies: &'a [Bodies],
    pub(crate) head_rows: i64,
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
}

/// Collects the items of a page.
pub(crate) struct Pen<'a> {
    pub(crate) task: &'a Task<'a>,
    step: &'a Step,
    items: Vec<Item>,
    pub(crate) furniture: Vec<Furnished>,
    colour: Colour,
}

/// The ascent of the em box (字框) in thousandths: 880 over the baseline, 120 below, as the faces
/// have it.
const ASCENT_MILLI: i64 = 880;

impl<'a> Pen<'a> {
    pub(crate) fn new(task: &'a Task<'a>, step: &'a Step) -> Self {
        let colour = Colour(task.style.ink.text);
        Self { task, step, items: Vec::new(), furniture: Vec::new(), colour }
    }

    pub(crate) fn step(&self) -> &'a Step {
        self.step
    }

    pub(crate) fn area(&self) -> Rect {
        self.task.style.type_area
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

    /// Sets a line with its measure starting at `origin` on the baseline: one run a face.
    pub(crate) fn line(
        &mut self,
        owner: Owner,
        text: &Prepared,
        line: &Line,
        size: Abs,
        origin: Point,
    ) {
        let mut run: Option<Run> = None;
        let colour = self.colour;
        let items = &mut self.items;
        line.place(text, |placed| {
            let glyph = placed.glyph;
            let fits = run.as_ref().is_some_and(|run| run.font == glyph.font);
            if !fits {
                items.extend(run.take().map(Item::Run));
            }
            let run = run.get_or_insert_with(|| Run {
                owner,
                font: glyph.font,
                size,
                origin,
                colour,
                glyphs: Vec::new(),
                text: String::new(),
            });
            let (start, end) = placed.text;
            run.text.push_str(&text.text()[start as usize..end as usize]);
            run.glyphs.push(RunGlyph {
                id: glyph.id,
                x: placed.x.at(size),
                y: glyph.y.at(size),
                end: u32::try_from(run.text.len()).unwrap_or(u32::MAX),
            });
        });
        items.extend(run.map(Item::Run));
    }

    pub(crate) fn rule(&mut self, kind: FurnitureKind, rect: Rect) {
        self.items.push(Item::Fill(Fill { rect, colour: self.colour }));
        self.furnish(kind, rect, String::new());
    }

    pub(crate) fn furnish(&mut self, kind: FurnitureKind, rect: Rect, text: String) {
        self.furniture.push(Furnished { kind, rect, text });
    }

    /// The page with all that was drawn on it.
    pub(crate) fn page(&mut self) -> Page {
        let (width, height) = self.task.style.trim;
        Page::new(width, height, std::mem::take(&mut self.items))
    }
}

pub(crate) fn owner_index(article: usize) -> u16 {
    // The limit on articles is far below.
    u16::try_from(article).unwrap_or(u16::MAX)
}

/// A text on one line of its own, not filled.
pub(crate) fn whole(text: &Prepared) -> Line {
    Line {
        units: 0..text.units().len(),
        start: Em::ZERO,
        fill: Filling::default(),
        relaxed: None,
        last: true,
    }
}

pub(crate) fn draw_row(
    pen: &mut Pen<'_>,
    owner: Owner,
    ready: &Ready,
    row: &Row,
    size: Abs,
    origin: Point,
) {
    let text = &text_of(ready, row).line;
    pen.line(owner, text, &row.line, size, origin);
}

/// The text that a row is a line of.
pub(crate) fn text_of<'a>(ready: &'a Ready, row: &Row) -> &'a ReadyText {
    let (block, text) = row.block;
    match &ready.body[block] {
        ReadyBlock::Paragraph(text) | ReadyBlock::Crosshead(text) => text,
        ReadyBlock::Lines(texts) => &texts[text],
    }
}
