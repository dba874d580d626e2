//! Page furniture (版面附件): page head (报眉), staff line, banner (通栏语), reserved boxes. Items that the
//! record lacks are left out.

use crate::finding::{Bilingual, Finding, FindingCode, FindingPlace};
use crate::fit::{prepare_copy_text, space_out_names};
use crate::font::FontId;
use crate::line::TextLine;
use crate::makeup::banner::ShapedBanner;
use crate::makeup::draw::context::{DrawContext, depth_of_rows};
use crate::makeup::draw::pen::{LineSource, PagePen};
use crate::makeup::draw::picture::draw_artwork;
use crate::makeup::page::{FurnitureItem, FurnitureKind};
use crate::makeup::task::MakeupTask;
use crate::model::{CopyText, PageCopy, ReservedArea, ReservedKind};
use crate::page::{CmykColour, ItemOwner};
use crate::script::CompositionProfile;
use crate::unit::{Abs, Em, Point, Rect, TypeSize};

/// Fields that are reworded for the page head. Their lines are recorded as showing the whole field.
const COMPOSED_FIELDS: [&str; 3] = ["date", "credits", "number"];

/// Draws the banner centred in its rows, which start at `first_row`.
pub(crate) fn draw_banner(pen: &mut PagePen<'_>, banner: &ShapedBanner, first_row: i64) {
    let area = pen.area();
    let line = TextLine::whole(&banner.text);
    let width = line.width(&banner.text).at(banner.size);
    let height = depth_of_rows(pen.step(), banner.rows);
    let row_top = pen.row_top(first_row);
    let top = row_top + (height - banner.size) / 2;
    let origin = Point::new(area.x + (area.width - width) / 2, top + pen.ascent(banner.size));
    // The pen has one colour at a time: it is put back for everything drawn after the banner.
    let text_colour = pen.colour;
    pen.colour = CmykColour(pen.task.style.inks.banner);
    let size = TypeSize::square(banner.size);
    let position = pen.separate_line(ItemOwner::Furniture, size, origin);
    let source = LineSource {
        field: pen.task.copy.banner.field.as_str().into(),
        range: 0..banner.text.text().len() as i64,
    };
    pen.draw_recorded_line(source, &banner.text, &line, &position);
    pen.colour = text_colour;
    let rect = Rect::new(area.x, row_top, area.width, height);
    pen.add_furniture(FurnitureKind::Banner, rect, banner.text.text().to_owned());
}

/// Horizontal position of a text in the page head.
#[derive(Clone, Copy, PartialEq, Eq)]
enum PageHeadSide {
    Left,
    Centre,
    Right,
}

/// A text of the page head with its place.
struct PageHeadLine {
    text: CopyText,
    face: FontId,
    /// Size, unless the text is too long for it.
    size: Abs,
    side: PageHeadSide,
    baseline: Abs,
    kind: FurnitureKind,
}

/// Draws the page head on the first `rows` rows.
///
/// It has two lines of text. The outer end carries the paper's name above the page number, the
/// inner end the date above the staff line, and the section stands in the middle in a larger size.
///
/// # Errors
/// A character that no face has.
pub(crate) fn draw_page_head(
    pen: &mut PagePen<'_>,
    task: &MakeupTask<'_>,
    rows: i64,
) -> Result<(), Vec<Finding>> {
    if rows == 0 {
        return Ok(());
    }
    let style = &task.style.furniture;
    let area = pen.area();
    // The rule under the page head stands in the middle of its last row.
    let rule_y = area.y + pen.step().pitch * rows - pen.step().pitch / 2;
    let text_colour = pen.colour;
    for line in page_head_lines(task, rule_y) {
        // Rows of the page head stay the same, whatever parts the record has.
        if line.text.is_empty() {
            continue;
        }
        // The section and the name of the paper share a face, and it tells which lines have their
        // colour.
        if line.face == style.section_face {
            pen.colour = CmykColour(task.style.inks.section);
        }
        draw_page_head_line(pen, task, &line)?;
        pen.colour = text_colour;
    }
    let rule = Rect::new(area.x, rule_y - style.head_rule / 2, area.width, style.head_rule);
    pen.draw_rule(FurnitureKind::Rule, rule);
    Ok(())
}

/// Texts of the page head above a rule at `rule_y`. Some may be empty.
fn page_head_lines(task: &MakeupTask<'_>, rule_y: Abs) -> [PageHeadLine; 5] {
    let (copy, style) = (task.copy, &task.style.furniture);
    let proportions = &task.style.page_head;
    // Odd pages are at the right of a spread, so their outer end is the right one (R77).
    let (outer, inner) = if is_even_page(copy) {
        (PageHeadSide::Left, PageHeadSide::Right)
    } else {
        (PageHeadSide::Right, PageHeadSide::Left)
    };
    let size = style.text_size;
    let second_baseline = rule_y - size.scale(proportions.foot_percent, 100);
    let first_baseline = second_baseline - size.scale(proportions.pitch_percent, 100);
    let staff = staff_line(copy);
    let number = page_number(copy);
    // If the outer end is empty, the staff line moves there and the date comes down.
    let outer_is_empty = number.is_empty() && copy.paper_name.is_empty();
    let staff_side = if outer_is_empty { outer } else { inner };
    // Without a line below it at its end, the date stands on the second baseline.
    let date_is_alone = outer_is_empty || staff.is_empty();
    let date_baseline = if date_is_alone { second_baseline } else { first_baseline };
    let composed = |field: &str, text: String| CopyText {
        text,
        field: field.to_owned(),
        ..CopyText::default()
    };
    [
        PageHeadLine {
            text: composed("date", copy.date.map(date_line).unwrap_or_default()),
            face: style.face,
            size,
            side: inner,
            baseline: date_baseline,
            kind: FurnitureKind::PageHead,
        },
        PageHeadLine {
            text: composed("credits", staff),
            face: style.face,
            size,
            side: staff_side,
            baseline: second_baseline,
            kind: FurnitureKind::StaffLine,
        },
        PageHeadLine {
            text: copy.section.clone(),
            face: style.section_face,
            size: style.section_size,
            side: PageHeadSide::Centre,
            baseline: second_baseline,
            kind: FurnitureKind::PageHead,
        },
        PageHeadLine {
            text: copy.paper_name.clone(),
            face: style.section_face,
            size: style.section_size.scale(proportions.paper_percent, 100),
            side: outer,
            // The larger type stands a little higher, clear of the number below it.
            baseline: first_baseline - size / 4,
            kind: FurnitureKind::PageHead,
        },
        PageHeadLine {
            text: composed("number", number),
            face: style.face,
            size: size.scale(proportions.number_percent, 100),
            side: outer,
            baseline: second_baseline,
            kind: FurnitureKind::PageHead,
        },
    ]
}

fn draw_page_head_line(
    pen: &mut PagePen<'_>,
    task: &MakeupTask<'_>,
    head_line: &PageHeadLine,
) -> Result<(), Vec<Finding>> {
    let PageHeadLine { text: copy, face, side, baseline, kind, .. } = head_line;
    let proportions = &task.style.page_head;
    let profile = CompositionProfile { clause_space: Em::ONE, ..task.style.profile.clone() };
    let text = prepare_copy_text(task.fonts, copy, *face, &profile, "")?;
    let area = pen.area();
    let line = TextLine::whole(&text);
    let natural = line.width(&text);
    // A longer text is set smaller, so that neighbours do not meet.
    let width_most = match side {
        PageHeadSide::Centre => area.width / 3,
        PageHeadSide::Left | PageHeadSide::Right => {
            area.width.scale(proportions.side_most_percent, 100)
        }
    };
    // The size at which the text just fills that width, if it is smaller.
    let size = head_line.size.min(width_most.scale(Em::ONE.units(), natural.units().max(1)));
    let width = natural.at(size);
    let x = match side {
        PageHeadSide::Left => area.x,
        PageHeadSide::Centre => area.x + (area.width - width) / 2,
        PageHeadSide::Right => area.right() - width,
    };
    let origin = Point::new(x, *baseline);
    let position = pen.separate_line(ItemOwner::Furniture, TypeSize::square(size), origin);
    // Any change of a composed field changes its line.
    let is_composed = COMPOSED_FIELDS.contains(&copy.field.as_str());
    let range = if is_composed { 0..i64::MAX } else { 0..text.text().len() as i64 };
    let source = LineSource { field: copy.field.as_str().into(), range };
    pen.draw_recorded_line(source, &text, &line, &position);
    let rect = Rect::new(x, *baseline - pen.ascent(size), width, size);
    pen.add_furniture(*kind, rect, text.text().to_owned());
    Ok(())
}

/// Draws the artwork of the reserved boxes. Adds a finding for each box without artwork, unless it
/// is meant to be white.
pub(crate) fn draw_reserved_boxes(
    pen: &mut PagePen<'_>,
    context: &DrawContext<'_>,
    findings: &mut Vec<Finding>,
) {
    // Reserved boxes are the pins without an item, in the same order.
    let boxes = context.task.copy.reserved.iter();
    let pins = context.pins.iter().filter(|pin| pin.item.is_none());
    for (reserved, pin) in boxes.zip(pins) {
        let place = match reserved.area {
            // The exact rectangle of the record, not the cells that it covers.
            ReservedArea::Lengths(rect) => Some(rect),
            ReservedArea::Grid(_) => context.page_rect_of(pin.grid),
        };
        let Some(rect) = place else { continue };
        draw_artwork(pen, reserved, rect);
        pen.furniture.push(FurnitureItem {
            kind: FurnitureKind::Reserved,
            rect,
            text: reserved.label.clone(),
            id: reserved.id.clone(),
        });
        // White on purpose (留白) is what the desk asked for.
        if reserved.picture.is_none() && reserved.kind != ReservedKind::White {
            let message = Bilingual::new(
                format!("预留框“{}”没有图稿，留白", reserved.id),
                format!("the reserved box “{}” has no artwork and stays white", reserved.id),
            );
            let place = FindingPlace::of_field(&reserved.field);
            findings.push(Finding::new(FindingCode::EmptyBox, place, message));
        }
    }
}

/// Roles and names, such as `责任编辑 张晓晨　校对 周晶宇`. Names of two characters are spaced out to the
/// length of three.
fn staff_line(copy: &PageCopy) -> String {
    let entries = copy.staff.iter().map(|entry| {
        let names = entry.names.iter().map(|name| space_out_names(name));
        let names = names.collect::<Vec<_>>().join(" ");
        format!("{} {names}", entry.role)
    });
    entries.collect::<Vec<_>>().join("  ")
}

/// Date with its weekday, such as `2023年10月29日　星期日`.
fn date_line(date: time::Date) -> String {
    use time::Weekday::{Friday, Monday, Saturday, Sunday, Thursday, Tuesday, Wednesday};
    let weekday = match date.weekday() {
        Monday => "一",
        Tuesday => "二",
        Wednesday => "三",
        Thursday => "四",
        Friday => "五",
        Saturday => "六",
        Sunday => "日",
    };
    let (year, month, day) = (date.year(), u8::from(date.month()), date.day());
    format!("{year}年{month}月{day}日 星期{weekday}")
}

/// Page number as printed: `第3版` for a number of digits, otherwise unchanged, as in `A03`.
fn page_number(copy: &PageCopy) -> String {
    let number = &copy.page_number.text;
    match number.parse::<u32>() {
        // Leading zeros are dropped: 03 is printed as 第3版.
        Ok(value) => format!("第{value}版"),
        Err(_) => number.clone(),
    }
}

/// True if the last digit of the page number is even.
fn is_even_page(copy: &PageCopy) -> bool {
    // Numbers such as A03 count by their digits; a page without any counts as odd.
    let last = copy.page_number.text.chars().rev().find(char::is_ascii_digit);
    last.and_then(|c| c.to_digit(10)).is_some_and(|digit| digit % 2 == 0)
}
