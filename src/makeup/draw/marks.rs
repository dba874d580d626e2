//! What is drawn around a page and over it for those who print and read it: crop, registration and colour marks with
//! the slug line; the marks of a proof (校样). None of it moves anything on the page.

use crate::compare::CopyChange;
use crate::finding::{Finding, Severity};
use crate::makeup::draw::changes::mark_changes;
use crate::makeup::draw::pen::{PagePen, inner_edges};
use crate::makeup::page::MadeUpPage;
use crate::makeup::task::MakeupTask;
use crate::page::{CmykColour, FilledRect, Page, PageItem};
use crate::unit::{Abs, Point, Rect};

/// The type of slug lines and numbers.
pub(crate) const SMALL_TYPE: Abs = Abs::pt(6);
/// Every so many lines of a column have their number.
pub(crate) const LINE_NUMBER_INTERVAL: usize = 5;
/// All inks at full strength: marks that show whether the plates lie on each other.
const REGISTRATION_COLOUR: CmykColour = CmykColour([1000; 4]);
/// Marks of a proof: seen beside black.
const PROOF_COLOUR: CmykColour = CmykColour([0, 1000, 300, 0]);
/// The word across a proof, pale enough to read through.
const WATERMARK_COLOUR: CmykColour = CmykColour([0, 0, 0, 60]);
/// The rule of marks.
pub(crate) const HAIRLINE: Abs = Abs::raw(Abs::PER_PT / 4);

/// Crop, registration and colour marks around the trim of a page, and the slug line below it. Places are from the top
/// left of the trim; `bleed` stays free.
///
/// # Errors
/// A character of the slug that no face has.
pub fn press_marks(
    task: &MakeupTask<'_>,
    made: &MadeUpPage,
    slug: &str,
    bleed: Abs,
) -> Result<Page, Vec<Finding>> {
    let mut pen = PagePen::new(task, &made.step);
    let (width, height) = task.style.trim;
    let (from, long) = (bleed + Abs::mm(2), Abs::mm(6));
    pen.set_colour(REGISTRATION_COLOUR);
    // Crop marks: in line with the edges of the trim, clear of the bleed.
    for x in [Abs::ZERO, width] {
        for y in [-from - long, height + from] {
            pen.fill_rect(Rect::new(x - HAIRLINE / 2, y, HAIRLINE, long));
        }
    }
    for y in [Abs::ZERO, height] {
        for x in [-from - long, width + from] {
            pen.fill_rect(Rect::new(x, y - HAIRLINE / 2, long, HAIRLINE));
        }
    }
    // Registration marks: a cross in the middle of each side.
    let middle = from + long / 2;
    for (x, y) in [
        (width / 2, -middle),
        (width / 2, height + middle),
        (-middle, height / 2),
        (width + middle, height / 2),
    ] {
        pen.fill_rect(Rect::new(x - long / 2, y - HAIRLINE / 2, long, HAIRLINE));
        pen.fill_rect(Rect::new(x - HAIRLINE / 2, y - long / 2, HAIRLINE, long));
        pen.fill_rect(Rect::new(x - long / 8, y - long / 8, long / 4, long / 4));
    }
    // Colour patches: each ink whole and half.
    let patch = long.scale(70, 100);
    let at = Point::new(width * 3 / 4, height + middle - patch / 2);
    for (k, ink) in (0..8).zip([0_usize, 0, 1, 1, 2, 2, 3, 3]) {
        let mut colour = [0; 4];
        colour[ink] = if k % 2 == 0 { 1000 } else { 500 };
        pen.set_colour(CmykColour(colour));
        pen.fill_rect(Rect::new(at.x + patch * k, at.y, patch, patch));
    }
    pen.set_colour(CmykColour(task.style.inks.text));
    let base = height + middle + SMALL_TYPE / 3;
    pen.draw_small_text(slug, SMALL_TYPE, width / 3, |_| Point::new(Abs::mm(8), base))?;
    Ok(pen.take_page())
}

/// What a proof says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProofSlip {
    /// The line above the page: round, stage, time, layout.
    pub heading: String,
    /// The boxes below it: who signs, and who has.
    pub boxes: Vec<(String, String)>,
}

/// The marks of a proof: what lies below the page, and what lies above it.
///
/// # Errors
/// A character that no face has.
pub fn proof_marks(
    task: &MakeupTask<'_>,
    made: &MadeUpPage,
    notes: &[Finding],
    words: &ProofSlip,
    changes: &[CopyChange],
) -> Result<[Page; 2], Vec<Finding>> {
    let mut under = PagePen::new(task, &made.step);
    draw_watermark(&mut under)?;
    let mut over = PagePen::new(task, &made.step);
    over.set_colour(PROOF_COLOUR);
    let area = over.area();
    let top = area.y / 2;
    over.draw_small_text(&words.heading, SMALL_TYPE * 3 / 2, area.width, |_| {
        Point::new(area.x, top)
    })?;
    draw_line_numbers(&mut over, &made.baselines)?;
    mark_changes(&mut over, made, changes)?;
    for note in made.findings.iter().chain(notes) {
        draw_finding(&mut over, note)?;
    }
    draw_signature_boxes(&mut over, &words.boxes)?;
    Ok([under.take_page(), over.take_page()])
}

/// 校样, large and pale, in the upper and the lower half.
fn draw_watermark(pen: &mut PagePen<'_>) -> Result<(), Vec<Finding>> {
    pen.set_colour(WATERMARK_COLOUR);
    let area = pen.area();
    let size = area.width / 4;
    for quarter in [1, 3] {
        let base = area.y + area.height * quarter / 4 + size / 3;
        let middle = area.x + area.width / 2;
        pen.draw_small_text("校样", size, area.width, |width| {
            Point::new(middle - width / 2, base)
        })?;
    }
    Ok(())
}

/// The number of every fifth line, at the left of its column.
fn draw_line_numbers(pen: &mut PagePen<'_>, baselines: &[Point]) -> Result<(), Vec<Finding>> {
    let columns = baselines.chunk_by(|a, b| a.x == b.x && a.y < b.y);
    for column in columns {
        for (k, at) in
            column.iter().enumerate().filter(|(k, _)| (k + 1) % LINE_NUMBER_INTERVAL == 0)
        {
            let gap = SMALL_TYPE / 3;
            let number = (k + 1).to_string();
            pen.draw_small_text(&number, SMALL_TYPE, SMALL_TYPE * 8, |width| {
                Point::new(at.x - gap - width, at.y)
            })?;
        }
    }
    Ok(())
}

/// A warning or an error at its place: a frame, and what is wrong in words.
fn draw_finding(pen: &mut PagePen<'_>, note: &Finding) -> Result<(), Vec<Finding>> {
    let Some(rect) = note.place.rect.filter(|_| note.severity != Severity::Info) else {
        return Ok(());
    };
    pen.draw_frame(&rect, HAIRLINE * 2);
    let room = pen.area().right() - rect.x;
    let words = format!("{} {}", note.code.id(), note.message.zh);
    pen.draw_small_text(&words, SMALL_TYPE, room, |_| Point::new(rect.x, rect.y - SMALL_TYPE / 4))
}

/// The boxes in which a proof is signed, below the page.
fn draw_signature_boxes(
    pen: &mut PagePen<'_>,
    boxes: &[(String, String)],
) -> Result<(), Vec<Finding>> {
    let area = pen.area();
    let (_, height) = pen.task.style.trim;
    let count = (boxes.len() as i64).max(1);
    let (width, deep) = (area.width / count, Abs::mm(8));
    let top = (area.bottom() + height - deep) / 2;
    for (k, (role, name)) in (0_i64..).zip(boxes) {
        let rect = Rect::new(area.x + width * k, top, width - Abs::mm(2), deep);
        pen.draw_frame(&rect, HAIRLINE);
        let text = if name.is_empty() { format!("{role}：") } else { format!("{role}：{name}") };
        let base = rect.y + deep / 2 + SMALL_TYPE / 2;
        let room = rect.width - SMALL_TYPE * 2;
        pen.draw_small_text(&text, SMALL_TYPE * 3 / 2, room, |_| {
            Point::new(rect.x + SMALL_TYPE, base)
        })?;
    }
    Ok(())
}

impl PagePen<'_> {
    /// The ink of what is drawn from now on.
    fn set_colour(&mut self, colour: CmykColour) {
        self.colour = colour;
    }

    /// A border that is no furniture.
    pub(crate) fn draw_frame(&mut self, rect: &Rect, rule: Abs) {
        inner_edges(rect, rule).into_iter().for_each(|edge| self.fill_rect(edge));
    }

    pub(crate) fn fill_rect(&mut self, rect: Rect) {
        self.items.push(PageItem::Fill(FilledRect { rect, colour: self.colour }));
    }
}
