//! Page head (报眉), staff line, banner (通栏语) and rules. What the record lacks is left out.

use crate::finding::{Bilingual, Finding, FindingCode, FindingPlace};
use crate::fit::{prepare_copy_text, space_out_names};
use crate::font::FontId;
use crate::line::TextLine;
use crate::makeup::banner::ShapedBanner;
use crate::makeup::draw::pen::{DrawContext, PagePen};
use crate::makeup::draw::picture::draw_artwork;
use crate::makeup::page::{FurnitureItem, FurnitureKind};
use crate::makeup::task::MakeupTask;
use crate::model::{CopyText, PageCopy, ReservedArea, ReservedKind};
use crate::page::{CmykColour, ItemOwner};
use crate::script::CompositionProfile;
use crate::unit::{Abs, Em, Point, Rect, TypeSize};

/// Fields from which a line of the page head is made: it does not say what they say, letter by letter.
const COMPOSED_FIELDS: [&str; 3] = ["date", "credits", "number"];

impl ShapedBanner {
    /// Draws the banner, centred, on rows `row` and below.
    pub(crate) fn draw(&self, pen: &mut PagePen<'_>, row: i64) {
        let area = pen.area();
        let line = TextLine::whole(&self.text);
        let width = line.width(&self.text).at(self.size);
        let step = pen.step();
        let height = step.pitch * self.rows - (step.pitch - step.body);
        let top = pen.row_top(row) + (height - self.size) / 2;
        let origin = Point::new(area.x + (area.width - width) / 2, top + pen.ascent(self.size));
        let text = pen.colour;
        pen.colour = CmykColour(pen.task.style.inks.banner);
        let (first, size) = (pen.items.len(), TypeSize::square(self.size));
        pen.draw_line(ItemOwner::Furniture, &self.text, &line, size, origin);
        let field = &pen.task.copy.banner.field;
        let range = 0..self.text.text().len() as i64;
        pen.record_line(field.as_str().into(), range, first, (&self.text, &line, size, origin));
        pen.colour = text;
        let rect = Rect::new(area.x, pen.row_top(row), area.width, height);
        pen.add_furniture(FurnitureKind::Banner, rect, self.text.text().to_owned());
    }
}

/// Where in the page head a text goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum PageHeadSide {
    Left,
    Centre,
    Right,
}

/// Draws the page head on the first rows.
pub(crate) fn draw_page_head(
    pen: &mut PagePen<'_>,
    task: &MakeupTask<'_>,
    rows: i64,
) -> Result<(), Vec<Finding>> {
    if rows == 0 {
        return Ok(());
    }
    let copy = task.copy;
    let style = &task.style.furniture;
    // Odd pages lie at the right of a spread: their outer end is the right one (R77).
    let (outer, inner) = if is_even_page(copy) {
        (PageHeadSide::Left, PageHeadSide::Right)
    } else {
        (PageHeadSide::Right, PageHeadSide::Left)
    };
    let area = pen.area();
    let foot = area.y + pen.step().pitch * rows - pen.step().pitch / 2;
    let size = style.text_size;
    let second = foot - size.scale(70, 100);
    let first = second - size.scale(155, 100);
    let staff = staff_line(copy);
    let date = copy.date.map(date_line).unwrap_or_default();
    let number = page_number(copy);
    // The date stands over the staff where the other end has something to say.
    let alone = number.is_empty() && copy.paper_name.is_empty();
    let (staff_side, date_base) = if alone { (outer, second) } else { (inner, first) };
    let date_base = if staff.is_empty() { second } else { date_base };
    let large = style.section_size;
    let medium = large.scale(60, 100);
    let own = |field: &str, text| CopyText { text, field: field.to_owned(), ..CopyText::default() };
    let lines = [
        (own("date", date), style.face, size, inner, date_base, FurnitureKind::PageHead),
        (own("credits", staff), style.face, size, staff_side, second, FurnitureKind::StaffLine),
        (
            copy.section.clone(),
            style.section_face,
            large,
            PageHeadSide::Centre,
            second,
            FurnitureKind::PageHead,
        ),
        (
            copy.paper_name.clone(),
            style.section_face,
            medium,
            outer,
            first - size / 4,
            FurnitureKind::PageHead,
        ),
        (
            own("number", number),
            style.face,
            size.scale(120, 100),
            outer,
            second,
            FurnitureKind::PageHead,
        ),
    ];
    let ink = pen.colour;
    for (text, face, size, side, base, kind) in lines {
        if text.is_empty() {
            continue;
        }
        if face == style.section_face {
            pen.colour = CmykColour(task.style.inks.section);
        }
        draw_page_head_line(pen, task, &text, (face, size), (side, base), kind)?;
        pen.colour = ink;
    }
    let rule = Rect::new(area.x, foot - style.head_rule / 2, area.width, style.head_rule);
    pen.draw_rule(FurnitureKind::Rule, rule);
    Ok(())
}

fn draw_page_head_line(
    pen: &mut PagePen<'_>,
    task: &MakeupTask<'_>,
    text: &CopyText,
    (face, size): (FontId, Abs),
    (side, base): (PageHeadSide, Abs),
    kind: FurnitureKind,
) -> Result<(), Vec<Finding>> {
    let profile = CompositionProfile { clause_space: Em::ONE, ..task.style.profile.clone() };
    let (field, whole) = (&text.field, !COMPOSED_FIELDS.contains(&text.field.as_str()));
    let text = prepare_copy_text(task.fonts, text, face, &profile, "")?;
    let area = pen.area();
    let line = TextLine::whole(&text);
    let natural = line.width(&text);
    // Longer than half the page: smaller, so that the two ends never meet.
    let most =
        if side == PageHeadSide::Centre { area.width / 3 } else { area.width.scale(64, 100) };
    let size = size.min(most.scale(Em::ONE.units(), natural.units().max(1)));
    let width = natural.at(size);
    let x = match side {
        PageHeadSide::Left => area.x,
        PageHeadSide::Centre => area.x + (area.width - width) / 2,
        PageHeadSide::Right => area.right() - width,
    };
    let (first, origin) = (pen.items.len(), Point::new(x, base));
    pen.draw_line(ItemOwner::Furniture, &text, &line, TypeSize::square(size), origin);
    // What is made from a field is touched by any change of it.
    let range = if whole { 0..text.text().len() as i64 } else { 0..i64::MAX };
    pen.record_line(
        field.as_str().into(),
        range,
        first,
        (&text, &line, TypeSize::square(size), origin),
    );
    let rect = Rect::new(x, base - pen.ascent(size), width, size);
    pen.add_furniture(kind, rect, text.text().to_owned());
    Ok(())
}

/// The reserved boxes: their artwork; one without is white, and told unless that is meant.
pub(crate) fn draw_reserved_boxes(
    pen: &mut PagePen<'_>,
    drawing: &DrawContext<'_>,
    notes: &mut Vec<Finding>,
) {
    let boxes = drawing.task.copy.reserved.iter();
    let pins = drawing.pins.iter().filter(|pin| pin.item.is_none());
    for (reserved, pin) in boxes.zip(pins) {
        let place = match reserved.area {
            ReservedArea::Lengths(rect) => Some(rect),
            ReservedArea::Grid(_) => drawing.page_rect_of(pin.grid),
        };
        let Some(rect) = place else { continue };
        draw_artwork(pen, reserved, rect);
        pen.furniture.push(FurnitureItem {
            kind: FurnitureKind::Reserved,
            rect,
            text: reserved.label.clone(),
            id: reserved.id.clone(),
        });
        if reserved.picture.is_none() && reserved.kind != ReservedKind::White {
            let words = Bilingual::new(
                format!("保留框“{}”没有图稿，留白", reserved.id),
                format!("the reserved box “{}” has no artwork and is white", reserved.id),
            );
            let place = FindingPlace::of_field(&reserved.field);
            notes.push(Finding::new(FindingCode::EmptyBox, place, words));
        }
    }
}

/// `责任编辑 张晓晨　校对 周晶宇`: roles and names, names of two characters spaced to three.
fn staff_line(copy: &PageCopy) -> String {
    let parts = copy.staff.iter().map(|staff| {
        let names = staff.names.iter().map(|name| space_out_names(name));
        let names = names.collect::<Vec<_>>().join(" ");
        format!("{} {names}", staff.role)
    });
    parts.collect::<Vec<_>>().join("  ")
}

/// `2023年10月29日　星期日`.
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

/// `第3版` from digits; anything else, like `A03`, as it is.
fn page_number(copy: &PageCopy) -> String {
    let number = &copy.page_number.text;
    match number.parse::<u32>() {
        Ok(value) => format!("第{value}版"),
        Err(_) => number.clone(),
    }
}

fn is_even_page(copy: &PageCopy) -> bool {
    let last = copy.page_number.text.chars().rev().find(char::is_ascii_digit);
    last.and_then(|c| c.to_digit(10)).is_some_and(|digit| digit % 2 == 0)
}
