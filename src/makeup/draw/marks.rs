//! Marks around and over a page for those who print and read it: crop, registration and colour
//! marks with the slug line, and the marks of a page proof (大样). They never move anything on the
//! page.

use crate::compare::CopyChange;
use crate::finding::{Finding, Severity};
use crate::makeup::draw::changes::mark_changes;
use crate::makeup::draw::pen::{HAIRLINE, LINE_NUMBER_INTERVAL, PagePen, SMALL_TYPE};
use crate::makeup::page::MadeUpPage;
use crate::makeup::task::MakeupTask;
use crate::page::{CmykColour, Page};
use crate::unit::{Abs, Point, Rect};

/// All inks at full strength. Registration marks show whether the plates are aligned.
const REGISTRATION_COLOUR: CmykColour = CmykColour([1000; 4]);
/// Colour of proof marks, which stands out from black text.
const PROOF_COLOUR: CmykColour = CmykColour([0, 1000, 300, 0]);
/// Colour of the word across a proof, pale enough to read through.
const WATERMARK_COLOUR: CmykColour = CmykColour([0, 0, 0, 60]);

/// Draws crop, registration and colour marks around the trim of a page, and the slug line below it.
/// Coordinates start at the top left corner of the trim; the bleed stays free.
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
    let (distance, length) = (bleed + Abs::mm(2), Abs::mm(6));
    pen.colour = REGISTRATION_COLOUR;
    // Crop marks continue the edges of the trim outside the bleed.
    for x in [Abs::ZERO, width] {
        for y in [-distance - length, height + distance] {
            pen.fill_rect(Rect::new(x - HAIRLINE / 2, y, HAIRLINE, length));
        }
    }
    for y in [Abs::ZERO, height] {
        for x in [-distance - length, width + distance] {
            pen.fill_rect(Rect::new(x, y - HAIRLINE / 2, length, HAIRLINE));
        }
    }
    // Registration marks: a cross with a square centre in the middle of each side.
    let middle = distance + length / 2;
    for (x, y) in [
        (width / 2, -middle),
        (width / 2, height + middle),
        (-middle, height / 2),
        (width + middle, height / 2),
    ] {
        pen.fill_rect(Rect::new(x - length / 2, y - HAIRLINE / 2, length, HAIRLINE));
        pen.fill_rect(Rect::new(x - HAIRLINE / 2, y - length / 2, HAIRLINE, length));
        pen.fill_rect(Rect::new(x - length / 8, y - length / 8, length / 4, length / 4));
    }
    // Colour patches: each ink in full and at half strength.
    let patch = length.scale(70, 100);
    let first_patch = Point::new(width * 3 / 4, height + middle - patch / 2);
    for (k, ink) in (0..8).zip([0_usize, 0, 1, 1, 2, 2, 3, 3]) {
        let mut amounts = [0; 4];
        amounts[ink] = if k % 2 == 0 { 1000 } else { 500 };
        pen.colour = CmykColour(amounts);
        pen.fill_rect(Rect::new(first_patch.x + patch * k, first_patch.y, patch, patch));
    }
    pen.colour = CmykColour(task.style.inks.text);
    let baseline = height + middle + SMALL_TYPE / 3;
    pen.draw_small_text(slug, SMALL_TYPE, width / 3, |_| Point::new(Abs::mm(8), baseline))?;
    Ok(pen.take_page())
}

/// Texts around a page proof.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProofSlip {
    /// Line above the page: round, stage, time, layout.
    pub heading: String,
    /// Boxes below the page in which the proof is signed.
    pub boxes: Vec<SignatureBox>,
}

/// A box in which a proof is signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureBox {
    /// Role of the person who signs, e.g. 责任编辑.
    pub role: String,
    /// Name of the person; empty if it is not known yet.
    pub name: String,
}

/// Draws the marks of a page proof: the sheet under the page and the sheet over it.
///
/// # Errors
/// A character that no face has.
pub fn proof_marks(
    task: &MakeupTask<'_>,
    made: &MadeUpPage,
    findings: &[Finding],
    slip: &ProofSlip,
    changes: &[CopyChange],
) -> Result<[Page; 2], Vec<Finding>> {
    let mut under = PagePen::new(task, &made.step);
    draw_watermark(&mut under)?;
    let mut over = PagePen::new(task, &made.step);
    over.colour = PROOF_COLOUR;
    let area = over.area();
    let baseline = area.y / 2;
    let heading_size = SMALL_TYPE * 3 / 2;
    over.draw_small_text(&slip.heading, heading_size, area.width, |_| {
        Point::new(area.x, baseline)
    })?;
    draw_line_numbers(&mut over, &made.baselines)?;
    mark_changes(&mut over, made, changes)?;
    for finding in made.findings.iter().chain(findings) {
        draw_finding(&mut over, finding)?;
    }
    draw_signature_boxes(&mut over, &slip.boxes)?;
    Ok([under.take_page(), over.take_page()])
}

/// Draws the word 校样, large and pale, in the upper and the lower half of the page.
fn draw_watermark(pen: &mut PagePen<'_>) -> Result<(), Vec<Finding>> {
    pen.colour = WATERMARK_COLOUR;
    let area = pen.area();
    let size = area.width / 4;
    for quarter in [1, 3] {
        let baseline = area.y + area.height * quarter / 4 + size / 3;
        let middle = area.x + area.width / 2;
        pen.draw_small_text("校样", size, area.width, |length| {
            Point::new(middle - length / 2, baseline)
        })?;
    }
    Ok(())
}

/// Draws the number of every fifth line at the left of its column.
fn draw_line_numbers(pen: &mut PagePen<'_>, baselines: &[Point]) -> Result<(), Vec<Finding>> {
    // A baseline further left, right or up starts a new column, and its numbers start again.
    let columns = baselines.chunk_by(|a, b| a.x == b.x && a.y < b.y);
    for column in columns {
        for (line_number, start) in (1_usize..).zip(column) {
            if line_number % LINE_NUMBER_INTERVAL != 0 {
                continue;
            }
            let right = start.x - SMALL_TYPE / 3;
            pen.draw_small_text(&line_number.to_string(), SMALL_TYPE, SMALL_TYPE * 8, |length| {
                Point::new(right - length, start.y)
            })?;
        }
    }
    Ok(())
}

/// Draws a warning or an error that has a place: a frame around the place, and code and message
/// above it.
fn draw_finding(pen: &mut PagePen<'_>, finding: &Finding) -> Result<(), Vec<Finding>> {
    let Some(rect) = finding.place.rect.filter(|_| finding.severity != Severity::Info) else {
        return Ok(());
    };
    pen.draw_mark_border(&rect, HAIRLINE * 2);
    let room = pen.area().right() - rect.x;
    let message = format!("{} {}", finding.code.id(), finding.message.zh);
    let origin = Point::new(rect.x, rect.y - SMALL_TYPE / 4);
    pen.draw_small_text(&message, SMALL_TYPE, room, |_| origin)
}

/// Draws the boxes in which a proof is signed, below the page.
fn draw_signature_boxes(pen: &mut PagePen<'_>, boxes: &[SignatureBox]) -> Result<(), Vec<Finding>> {
    let area = pen.area();
    let (_, sheet_height) = pen.task.style.trim;
    // At least 1, so that the width can be divided without boxes too.
    let count = (boxes.len() as i64).max(1);
    let (width, height) = (area.width / count, Abs::mm(8));
    let top = (area.bottom() + sheet_height - height) / 2;
    for (index, SignatureBox { role, name }) in (0_i64..).zip(boxes) {
        let rect = Rect::new(area.x + width * index, top, width - Abs::mm(2), height);
        pen.draw_mark_border(&rect, HAIRLINE);
        let text = if name.is_empty() { format!("{role}：") } else { format!("{role}：{name}") };
        let origin = Point::new(rect.x + SMALL_TYPE, rect.y + height / 2 + SMALL_TYPE / 2);
        let room = rect.width - SMALL_TYPE * 2;
        pen.draw_small_text(&text, SMALL_TYPE * 3 / 2, room, |_| origin)?;
    }
    Ok(())
}
