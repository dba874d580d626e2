//! Changes since the previous round (校次) on a page proof: a bar beside each changed line, a rule
//! under inserted text, a mark at deletions, and numbers that refer to the list of changes. The
//! list is a sheet of its own, because deleted text is no longer on the page.

use std::collections::BTreeSet;

use crate::compare::{ChangeExtent, ChangeKind, ChangeSide, CopyChange};
use crate::finding::{Bilingual, Finding, FindingCode, FindingPlace};
use crate::makeup::draw::appendix::note_pages;
use crate::makeup::draw::change_names::{action_name, excerpt, place_name};
use crate::makeup::draw::context::DrawContext;
use crate::makeup::draw::glyph_runs::ASCENT_MILLI;
use crate::makeup::draw::pen::{HAIRLINE, PagePen};
use crate::makeup::page::{MadeUpPage, PageLine};
use crate::makeup::task::MakeupTask;
use crate::model::PageCopy;
use crate::page::{Page, PageItem};
use crate::unit::{Abs, Point, Rect};

/// Width of the bar beside a changed line.
const BAR_WIDTH: Abs = Abs::raw(Abs::PER_PT * 8 / 10);
/// Distance of the bar's left edge from the line. It stands between the line numbers and the copy.
const BAR_DISTANCE: Abs = Abs::raw(Abs::PER_PT * 18 / 10);
/// Type size of the numbers of changes, which stand in the leading.
const LABEL_SIZE: Abs = Abs::raw(Abs::PER_PT * 45 / 10);
/// Length by which a deletion mark exceeds its line at each end. Its foot is four times as wide.
const TICK_LENGTH: Abs = Abs::raw(Abs::PER_PT * 12 / 10);

/// Returns the places of a change on the page: the lines that it touches, the line of a deletion, a
/// picture, or the parts of an article. Empty if none of it is on the page.
fn change_rects(made: &MadeUpPage, change: &CopyChange) -> Vec<Rect> {
    let changed = changed_lines(made, change);
    let lines = changed.chain(deletion_line(made, change)).map(|(_, line)| line.rect);
    let in_modules = made.modules.iter().flat_map(|module| match change.extent {
        ChangeExtent::Picture => {
            let id_of = |side: &ChangeSide| side.text.clone();
            let changed_id = change.after.as_ref().map(id_of);
            let pictures = module.pictures.iter();
            pictures
                .filter(|(id, _)| changed_id.as_ref() == Some(id))
                .map(|(_, rect)| *rect)
                .collect()
        }
        ChangeExtent::Article if change.after.is_some() && module.id == change.article_id => {
            module.head_rect.into_iter().chain(module.body_columns.iter().copied()).collect()
        }
        ChangeExtent::Article | ChangeExtent::Part | ChangeExtent::Whole => Vec::new(),
    });
    lines.chain(in_modules).collect()
}

/// Returns the lines that show a part of the inserted text, with their indices in `made.lines`.
fn changed_lines<'a>(
    made: &'a MadeUpPage,
    change: &'a CopyChange,
) -> impl Iterator<Item = (usize, &'a PageLine)> {
    let is_text = matches!(change.extent, ChangeExtent::Part | ChangeExtent::Whole);
    let side = change.after.as_ref().filter(|_| is_text);
    made.lines.iter().enumerate().filter(move |(_, line)| {
        side.is_some_and(|side| {
            let overlaps =
                line.range.start < side.byte_range.end && side.byte_range.start < line.range.end;
            *line.field == *side.field && overlaps
        })
    })
}

/// Returns the line in or after which text was deleted, with its index in `made.lines`.
fn deletion_line<'a>(made: &'a MadeUpPage, change: &CopyChange) -> Option<(usize, &'a PageLine)> {
    let point = change.deletion_point.as_ref()?;
    let contains = |line: &PageLine| {
        *line.field == *point.field
            && line.range.start <= point.byte
            && point.byte <= line.range.end
    };
    made.lines.iter().enumerate().find(|(_, line)| contains(line))
}

/// Marks every change on the page.
///
/// # Errors
/// A character that no face has.
pub(crate) fn mark_changes(
    pen: &mut PagePen<'_>,
    made: &MadeUpPage,
    changes: &[CopyChange],
) -> Result<(), Vec<Finding>> {
    let mut barred_lines = BTreeSet::new();
    for (number, change) in (1..).zip(changes) {
        // The number stands at the first mark of the change: along a line, or above a rectangle.
        let mut label_place = None;
        for (index, line) in changed_lines(made, change) {
            // Collected for all changes before any bar is drawn: neighbouring lines share one,
            // whichever change they belong to.
            barred_lines.insert(index);
            let mut start = position_along_line(made, line, line.range.start);
            // A text that is new as a whole is not underlined: the bar beside it says enough.
            let is_part = change.extent == ChangeExtent::Part;
            if let Some(side) = change.after.as_ref().filter(|_| is_part) {
                draw_underline(pen, made, line, side);
                start = position_along_line(made, line, side.byte_range.start);
            }
            // The first line of a change gets its number; later ones keep it.
            label_place.get_or_insert((start, line));
        }
        let deletion = deletion_line(made, change).zip(change.deletion_point.as_ref());
        if let Some(((index, line), point)) = deletion {
            barred_lines.insert(index);
            let position = position_along_line(made, line, point.byte);
            draw_deletion_mark(pen, line, position);
            label_place.get_or_insert((position, line));
        }
        let label = format!("{}{number}", first_char(action_name(change).zh));
        if let Some((position, line)) = label_place {
            let origin = label_origin(line, position);
            pen.draw_small_text(&label, LABEL_SIZE, LABEL_SIZE * 8, |_| origin)?;
        } else if let [first, ..] = &change_rects(made, change)[..] {
            // A new article or picture has no single line, so each of its parts is barred.
            for rect in change_rects(made, change) {
                draw_bar(pen, &rect, LineDirection::Horizontal);
            }
            let origin = Point::new(first.x, first.y - Abs::pt(1));
            pen.draw_small_text(&label, LABEL_SIZE, LABEL_SIZE * 8, |_| origin)?;
        }
    }
    draw_bars(pen, made, &barred_lines);
    Ok(())
}

fn first_char(text: impl AsRef<str>) -> char {
    text.as_ref().chars().next().unwrap_or_default()
}

/// Position of a byte of the text along its line: x in a horizontal line, y in a vertical one.
/// Bytes outside the line have the position of its start or end.
fn position_along_line(made: &MadeUpPage, line: &PageLine, byte: i64) -> Abs {
    let line_end = if line.is_vertical { line.rect.bottom() } else { line.rect.right() };
    let items = made.pages.first().and_then(|page| page.items().get(line.items.clone()));
    // Each glyph stands for a range of bytes, so summing these up finds the glyph of a byte.
    let mut glyph_start = line.range.start;
    for item in items.unwrap_or_default() {
        let PageItem::Run(run) = item else { continue };
        for (index, glyph) in run.glyphs.iter().enumerate() {
            // Glyphs of the copy come first; readings after them stand for no byte of the line.
            if glyph_start >= line.range.end {
                return line_end;
            }
            // A byte inside a glyph gives the left edge of the next one.
            if glyph_start >= byte.min(line.range.end) {
                return match (line.is_vertical, run.is_turned) {
                    (false, _) => run.origin.x + glyph.x,
                    (true, true) => run.origin.y + glyph.x,
                    // An upright glyph in a vertical line has its origin on the baseline; the cell
                    // starts an ascent above it.
                    (true, false) => {
                        let ascent = run.size.height.scale(ASCENT_MILLI, 1000);
                        run.origin.y - glyph.y - ascent
                    }
                };
            }
            glyph_start += run.text_range(index).len() as i64;
        }
    }
    line_end
}

/// Draws a rule under inserted text, or at the right of it in a vertical line.
fn draw_underline(pen: &mut PagePen<'_>, made: &MadeUpPage, line: &PageLine, side: &ChangeSide) {
    let start = position_along_line(made, line, side.byte_range.start);
    let end = position_along_line(made, line, side.byte_range.end);
    // Inserted white at the end of a line has no length, and is still to be seen.
    let length = (end - start).max(HAIRLINE);
    let rect = &line.rect;
    pen.fill_rect(if line.is_vertical {
        Rect::new(rect.right() + HAIRLINE, start, HAIRLINE * 2, length)
    } else {
        Rect::new(start, rect.bottom() + HAIRLINE, length, HAIRLINE * 2)
    });
}

/// Draws a stroke with a foot where text was deleted.
fn draw_deletion_mark(pen: &mut PagePen<'_>, line: &PageLine, position: Abs) {
    const STROKE: Abs = Abs::raw(HAIRLINE.units() * 2);
    const FOOT: Abs = Abs::raw(HAIRLINE.units() * 3);
    let rect = &line.rect;
    let (start, foot_start) = (position - HAIRLINE, position - TICK_LENGTH * 2);
    let foot_length = TICK_LENGTH * 4;
    if line.is_vertical {
        let length = rect.width + TICK_LENGTH * 2;
        pen.fill_rect(Rect::new(rect.x - TICK_LENGTH, start, length, STROKE));
        let foot = rect.right() + TICK_LENGTH - HAIRLINE;
        pen.fill_rect(Rect::new(foot, foot_start, FOOT, foot_length));
    } else {
        let length = rect.height + TICK_LENGTH * 2;
        pen.fill_rect(Rect::new(start, rect.y - TICK_LENGTH, STROKE, length));
        let foot = rect.bottom() + TICK_LENGTH - HAIRLINE;
        pen.fill_rect(Rect::new(foot_start, foot, foot_length, FOOT));
    }
}

/// Start of the baseline of a change's number, in the white before its line.
fn label_origin(line: &PageLine, position: Abs) -> Point {
    if line.is_vertical {
        Point::new(line.rect.right() + HAIRLINE * 4, position + LABEL_SIZE)
    } else {
        Point::new(position + HAIRLINE * 2, line.rect.y + HAIRLINE)
    }
}

/// Direction of the line beside which a bar stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum LineDirection {
    Horizontal,
    Vertical,
}

/// A bar that may still grow by the next line.
struct OpenBar {
    last_line: usize,
    rect: Rect,
    direction: LineDirection,
}

/// Draws the bars beside the changed lines. Consecutive lines of one column share a bar.
fn draw_bars(pen: &mut PagePen<'_>, made: &MadeUpPage, barred_lines: &BTreeSet<usize>) {
    let mut open: Option<OpenBar> = None;
    for index in barred_lines {
        let line = &made.lines[*index];
        let rect = line.rect;
        let direction =
            if line.is_vertical { LineDirection::Vertical } else { LineDirection::Horizontal };
        match &mut open {
            Some(bar)
                // Lines of one column follow each other; a smaller y is the next column, another x
                // another measure.
                if bar.last_line + 1 == *index
                    && bar.direction == LineDirection::Horizontal
                    && direction == LineDirection::Horizontal
                    && bar.rect.x == rect.x
                    && bar.rect.y < rect.y =>
            {
                bar.rect.height = rect.bottom() - bar.rect.y;
                bar.last_line = *index;
            }
            _ => {
                if let Some(bar) = open.replace(OpenBar { last_line: *index, rect, direction }) {
                    draw_bar(pen, &bar.rect, bar.direction);
                }
            }
        }
    }
    if let Some(bar) = open {
        draw_bar(pen, &bar.rect, bar.direction);
    }
}

/// Draws a bar at the left of a place, or above it for a vertical line.
fn draw_bar(pen: &mut PagePen<'_>, place: &Rect, direction: LineDirection) {
    pen.fill_rect(match direction {
        LineDirection::Vertical => {
            Rect::new(place.x, place.y - BAR_DISTANCE, place.width, BAR_WIDTH)
        }
        LineDirection::Horizontal => {
            Rect::new(place.x - BAR_DISTANCE, place.y, BAR_WIDTH, place.height)
        }
    });
}

/// Returns the list of changes as sheets; empty if there are no changes.
///
/// # Errors
/// A character that no face has.
pub fn change_sheets(
    task: &MakeupTask<'_>,
    made: &MadeUpPage,
    changes: &[CopyChange],
) -> Result<Vec<Page>, Vec<Finding>> {
    if changes.is_empty() {
        return Ok(Vec::new());
    }
    let context = DrawContext::for_separate_sheet(task, &made.step);
    let entry = |(number, change): (usize, &CopyChange)| {
        // A deleted article or picture leaves no place at which it could be missing.
        let leaves_nothing = change.after.is_none() && change.deletion_point.is_none();
        let is_on_page = leaves_nothing || !change_rects(made, change).is_empty();
        let remark = if is_on_page { "" } else { "（不在版上）" };
        let (action, place) = (action_name(change).zh, place_name(change, task.copy).zh);
        let texts = match (&change.before, &change.after) {
            (Some(before), Some(after))
                if change.kind == ChangeKind::Replace && before.text != after.text =>
            {
                format!("“{}”改为“{}”", before.text, after.text)
            }
            (Some(side), _) | (None, Some(side)) => format!("“{}”", side.text),
            (None, None) => String::new(),
        };
        format!("{number} {action} {place}：{texts}{remark}")
    };
    let entries: Vec<String> = (1..).zip(changes).map(entry).collect();
    note_pages(&context, "附页 与上一校次相比的改动", &entries)
}

/// Returns the changes as findings with their places.
pub fn change_findings(made: &MadeUpPage, copy: &PageCopy, changes: &[CopyChange]) -> Vec<Finding> {
    let finding = |(number, change): (usize, &CopyChange)| {
        let (action, place) = (action_name(change), place_name(change, copy));
        let message = Bilingual::new(
            format!("第 {number} 处：{}，{}", action.zh, place.zh),
            format!("{number}: {}, {}", action.en, place.en),
        );
        let field = change.after.as_ref().map(|side| side.field.clone());
        // A deletion has no text of its own now; it is found at the text that closed over it.
        let field = field.or_else(|| Some(change.deletion_point.as_ref()?.field.clone()));
        let place = FindingPlace::of_field(field.unwrap_or_default())
            .in_article(&change.article_id)
            .on_page(change_rects(made, change).first().copied());
        let text = |side: &Option<ChangeSide>| {
            side.as_ref().map_or_else(String::new, |side| excerpt(&side.text))
        };
        Finding::new(FindingCode::ChangedCopy, place, message)
            .with_change(text(&change.before), text(&change.after))
    };
    (1..).zip(changes).map(finding).collect()
}
