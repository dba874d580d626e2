//! Drawing the head (题) of a module.

use crate::fit::{ArticleHead, HeadLine, HeadPart, ShapedItem, VerticalHeadDepths};
use crate::makeup::draw::body_row::head_owner;
use crate::makeup::draw::glyph_runs::LinePosition;
use crate::makeup::draw::pen::PagePen;
use crate::makeup::head::HeadWhite;
use crate::makeup::placed::MODULE_GAP_ROWS;
use crate::page::TextRole;
use crate::unit::{Abs, Point, Rect};

/// White inside the cell of a character above it, and as much below it, in percent of the type
/// size. This is a property of the faces.
const CELL_WHITE_PERCENT: i64 = 6;

/// Neighbour of a head at its top.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum HeadTop {
    /// The top of the page or a frame.
    Edge,
    /// A white row between two modules, with a rule in its middle.
    WhiteRow,
}

/// Draws a horizontal head: centred lines, with most of the white above and below and the rest
/// between the lines. Returns the box of the lines.
pub(crate) fn draw_horizontal_head(
    pen: &mut PagePen<'_>,
    head: &ArticleHead,
    item: &ShapedItem,
    rect: &Rect,
    top: HeadTop,
) -> Rect {
    let step = pen.step();
    // The body's em boxes start a leading below the last row of the head, so that leading is white
    // of the head too.
    let depth = rect.height + step.pitch - step.body;
    let white = HeadWhite::spread(head, depth, step, &pen.task.style.module);
    let first_top = rect.y + white.outer - white_below_head(pen, head, white.outer, top);
    // A word that cannot be broken may stick out of the columns; the reported box stays inside
    // them.
    let head_width = head.width(item).min(rect.width);
    let length_of = |line: &HeadLine| head.line_length(line, item);
    let is_point = |line: &&HeadLine| matches!(line.part, HeadPart::Standfirst(_));
    let longest_point = head.lines.iter().filter(is_point).map(length_of).max();
    let mut y = first_top;
    for (index, line) in head.lines.iter().enumerate() {
        // The points of a standfirst start at one left edge, and their block is centred.
        let width = match longest_point {
            Some(longest) if is_point(&line) => longest,
            _ => length_of(line),
        };
        let x = rect.x + (rect.width - width) / 2;
        let origin = Point::new(x, y + pen.ascent(line.size.height));
        // A line that was not drawn takes no room.
        if !draw_head_line(pen, head, item, line, origin) {
            continue;
        }
        // No white below the last line: `between` has one entry fewer than there are lines.
        y += line.size.height;
        y += white.between.get(index).copied().unwrap_or(Abs::ZERO);
    }
    let left = rect.x + (rect.width - head_width) / 2;
    Rect::new(left, first_top, head_width, y - first_top)
}

/// Part of the outer white of a head that goes below it.
///
/// To the eye the white below should be a little more than the white above. The eye adds the white
/// inside the cells of the first and the last line, and half of the white row to the module above.
fn white_below_head(pen: &PagePen<'_>, head: &ArticleHead, outer: Abs, top: HeadTop) -> Abs {
    let step = pen.step();
    let cell_white = |line: Option<&HeadLine>| {
        line.map_or(Abs::ZERO, |line| line.size.height.scale(CELL_WHITE_PERCENT, 100))
    };
    // A head without lines has no cells and no white inside them.
    let (first, last) = (cell_white(head.lines.first()), cell_white(head.lines.last()));
    let row = match top {
        HeadTop::Edge => Abs::ZERO,
        HeadTop::WhiteRow => step.pitch * MODULE_GAP_ROWS / 2,
    };
    let visible = first + outer + last;
    let share = visible.scale(pen.task.style.module.head_below_percent, 100);
    // At least half of all white that the eye sees, the white row above the head included.
    let below = share.max((row + visible) / 2) - last;
    // The body follows its head within two rows (R57). Any more white stands above the head.
    below.min(outer).min(step.pitch * 2)
}

/// Draws a vertical head (竖题): vertical lines from right to left, and below them the horizontal
/// lines. Returns the box of the lines.
pub(crate) fn draw_vertical_head(
    pen: &mut PagePen<'_>,
    head: &ArticleHead,
    item: &ShapedItem,
    rect: &Rect,
) -> Rect {
    let VerticalHeadDepths { down: vertical_depth, across: horizontal_depth } =
        head.vertical_depths(item);
    let head_width = head.width(item).min(rect.width);
    // A module that is too shallow for its head has no white to spare.
    let spare = (rect.height - vertical_depth - horizontal_depth).max(Abs::ZERO);
    let top = rect.y + spare.scale(pen.task.style.module.vertical_head_above_percent, 100);
    let vertical: Vec<&HeadLine> = head.lines_down().collect();
    let pairs = vertical.windows(2);
    let gaps = pairs.map(|pair| head.white_between(pair[0].size.width, pair[1].size.width));
    let gaps: Vec<Abs> = gaps.collect();
    let lines_width = vertical.iter().map(|line| line.size.width).sum::<Abs>()
        + gaps.iter().copied().sum::<Abs>();
    // From the right edge of the centred block, since vertical lines are read from the right.
    let mut x = rect.x + (rect.width + lines_width) / 2;
    for (index, line) in vertical.iter().enumerate() {
        x -= line.size.width;
        // Minor lines start one character lower than the headline (低格) where they have room for it.
        let is_headline = line.part == HeadPart::Headline;
        let lowered = if is_headline { Abs::ZERO } else { line.size.height };
        let has_room = head.line_length(line, item) + lowered <= vertical_depth;
        let lowered = if has_room { lowered } else { Abs::ZERO };
        draw_head_line(pen, head, item, line, Point::new(x, top + lowered));
        x -= gaps.get(index).copied().unwrap_or(Abs::ZERO);
    }
    let mut y = top + vertical_depth;
    for line in head.lines_across() {
        let white = head.white_between(line.size.height, line.size.height) * 2;
        let x = rect.x + (rect.width - head.line_length(line, item)) / 2;
        let origin = Point::new(x, y + white + pen.ascent(line.size.height));
        if draw_head_line(pen, head, item, line, origin) {
            y += white + line.size.height;
        }
    }
    Rect::new(rect.x + (rect.width - head_width) / 2, top, head_width, y - top)
}

/// Draws a line of a head. The lines of the headline are one element of the reading order, all
/// others are separate. Returns false if the item lacks the text of that part.
fn draw_head_line(
    pen: &mut PagePen<'_>,
    head: &ArticleHead,
    item: &ShapedItem,
    line: &HeadLine,
    origin: Point,
) -> bool {
    let Some(text) = head.text(line.part, item) else { return false };
    let separate = pen.separate_line(head_owner(item), line.size, origin);
    let is_headline = line.part == HeadPart::Headline;
    let role = if is_headline { TextRole::Headline } else { separate.role };
    pen.draw_copy_line(text, &line.line, &LinePosition { role, ..separate });
    true
}
