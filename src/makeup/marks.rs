//! What is drawn around a page and over it for those who print and read it: crop, registration and colour marks with
//! the slug line; the marks of a proof (校样). None of it moves anything on the page.

use crate::compare::Change;
use crate::diag::{Diagnostic, Severity};
use crate::makeup::changes::mark_changes;
use crate::makeup::pen::{Pen, edges};
use crate::makeup::{Made, Task};
use crate::page::{Colour, Fill, Item, Page};
use crate::unit::{Abs, Point, Rect};

/// The type of slug lines and numbers.
pub(crate) const SMALL: Abs = Abs::pt(6);
/// Every so many lines of a column have their number.
pub(crate) const NUMBERED: usize = 5;
/// All inks at full strength: marks that show whether the plates lie on each other.
const REGISTRATION: Colour = Colour([1000; 4]);
/// Marks of a proof: seen beside black.
const PENCIL: Colour = Colour([0, 1000, 300, 0]);
/// The word across a proof, pale enough to read through.
const WATERMARK: Colour = Colour([0, 0, 0, 60]);
/// The rule of marks.
pub(crate) const HAIR: Abs = Abs::raw(Abs::PER_PT / 4);

/// Crop, registration and colour marks around the trim of a page, and the slug line below it. Places are from the top
/// left of the trim; `bleed` stays free.
///
/// # Errors
/// A character of the slug that no face has.
pub fn press_marks(
    task: &Task<'_>,
    made: &Made,
    slug: &str,
    bleed: Abs,
) -> Result<Page, Vec<Diagnostic>> {
    let mut pen = Pen::new(task, &made.step);
    let (width, height) = task.style.trim;
    let (from, long) = (bleed + Abs::mm(2), Abs::mm(6));
    pen.ink(REGISTRATION);
    // Crop marks: in line with the edges of the trim, clear of the bleed.
    for x in [Abs::ZERO, width] {
        for y in [-from - long, height + from] {
            pen.fill(Rect::new(x - HAIR / 2, y, HAIR, long));
        }
    }
    for y in [Abs::ZERO, height] {
        for x in [-from - long, width + from] {
            pen.fill(Rect::new(x, y - HAIR / 2, long, HAIR));
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
        pen.fill(Rect::new(x - long / 2, y - HAIR / 2, long, HAIR));
        pen.fill(Rect::new(x - HAIR / 2, y - long / 2, HAIR, long));
        pen.fill(Rect::new(x - long / 8, y - long / 8, long / 4, long / 4));
    }
    // Colour patches: each ink whole and half.
    let patch = long.scale(70, 100);
    let at = Point::new(width * 3 / 4, height + middle - patch / 2);
    for (k, ink) in (0..8).zip([0_usize, 0, 1, 1, 2, 2, 3, 3]) {
        let mut colour = [0; 4];
        colour[ink] = if k % 2 == 0 { 1000 } else { 500 };
        pen.ink(Colour(colour));
        pen.fill(Rect::new(at.x + patch * k, at.y, patch, patch));
    }
    pen.ink(Colour(task.style.ink.text));
    let base = height + middle + SMALL / 3;
    pen.small(slug, SMALL, width / 3, |_| Point::new(Abs::mm(8), base))?;
    Ok(pen.page())
}

/// What a proof says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProofWords {
    /// The line above the page: round, stage, time, layout.
    pub line: String,
    /// The boxes below it: who signs, and who has.
    pub boxes: Vec<(String, String)>,
}

/// The marks of a proof: what lies below the page, and what lies above it.
///
/// # Errors
/// A character that no face has.
pub fn proof_marks(
    task: &Task<'_>,
    made: &Made,
    notes: &[Diagnostic],
    words: &ProofWords,
    changes: &[Change],
) -> Result<[Page; 2], Vec<Diagnostic>> {
    let mut under = Pen::new(task, &made.step);
    watermark(&mut under)?;
    let mut over = Pen::new(task, &made.step);
    over.ink(PENCIL);
    let area = over.area();
    let top = area.y / 2;
    over.small(&words.line, SMALL * 3 / 2, area.width, |_| Point::new(area.x, top))?;
    numbers(&mut over, &made.baselines)?;
    mark_changes(&mut over, made, changes)?;
    for note in made.notes.iter().chain(notes) {
        finding(&mut over, note)?;
    }
    boxes(&mut over, &words.boxes)?;
    Ok([under.page(), over.page()])
}

/// 校样, large and pale, in the upper and the lower half.
fn watermark(pen: &mut Pen<'_>) -> Result<(), Vec<Diagnostic>> {
    pen.ink(WATERMARK);
    let area = pen.area();
    let size = area.width / 4;
    for quarter in [1, 3] {
        let base = area.y + area.height * quarter / 4 + size / 3;
        let middle = area.x + area.width / 2;
        pen.small("校样", size, area.width, |width| Point::new(middle - width / 2, base))?;
    }
    Ok(())
}

/// The number of every fifth line, at the left of its column.
fn numbers(pen: &mut Pen<'_>, baselines: &[Point]) -> Result<(), Vec<Diagnostic>> {
    let columns = baselines.chunk_by(|a, b| a.x == b.x && a.y < b.y);
    for column in columns {
        for (k, at) in column.iter().enumerate().filter(|(k, _)| (k + 1) % NUMBERED == 0) {
            let gap = SMALL / 3;
            let number = (k + 1).to_string();
            pen.small(&number, SMALL, SMALL * 8, |width| Point::new(at.x - gap - width, at.y))?;
        }
    }
    Ok(())
}

/// A warning or an error at its place: a frame, and what is wrong in words.
fn finding(pen: &mut Pen<'_>, note: &Diagnostic) -> Result<(), Vec<Diagnostic>> {
    let Some(rect) = note.place.rect.filter(|_| note.severity != Severity::Info) else {
        return Ok(());
    };
    pen.frame(&rect, HAIR * 2);
    let room = pen.area().right() - rect.x;
    let words = format!("{} {}", note.code.id(), note.message.zh);
    pen.small(&words, SMALL, room, |_| Point::new(rect.x, rect.y - SMALL / 4))
}

/// The boxes in which a proof is signed, below the page.
fn boxes(pen: &mut Pen<'_>, boxes: &[(String, String)]) -> Result<(), Vec<Diagnostic>> {
    let area = pen.area();
    let (_, height) = pen.task.style.trim;
    let count = (boxes.len() as i64).max(1);
    let (width, deep) = (area.width / count, Abs::mm(8));
    let top = (area.bottom() + height - deep) / 2;
    for (k, (role, name)) in (0_i64..).zip(boxes) {
        let rect = Rect::new(area.x + width * k, top, width - Abs::mm(2), deep);
        pen.frame(&rect, HAIR);
        let text = if name.is_empty() { format!("{role}：") } else { format!("{role}：{name}") };
        let base = rect.y + deep / 2 + SMALL / 2;
        let room = rect.width - SMALL * 2;
        pen.small(&text, SMALL * 3 / 2, room, |_| Point::new(rect.x + SMALL, base))?;
    }
    Ok(())
}

impl Pen<'_> {
    /// The ink of what is drawn from now on.
    fn ink(&mut self, colour: Colour) {
        self.colour = colour;
    }

    /// A border that is no furniture.
    pub(crate) fn frame(&mut self, rect: &Rect, rule: Abs) {
        edges(rect, rule).into_iter().for_each(|edge| self.fill(edge));
    }

    pub(crate) fn fill(&mut self, rect: Rect) {
        self.items.push(Item::Fill(Fill { rect, colour: self.colour }));
    }
}
