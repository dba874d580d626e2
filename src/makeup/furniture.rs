//! Page head (报眉), staff line, banner (通栏语) and rules. What the record lacks is left out.

use crate::diag::{Code, Diagnostic, Place, Words};
use crate::fit::{prepared, spaced_names};
use crate::font::FontId;
use crate::line::{Line, Prepared};
use crate::makeup::Task;
use crate::makeup::pen::{Drawing, Furnished, FurnitureKind, Pen};
use crate::makeup::picture::draw_artwork;
use crate::model::{Area, PageCopy, ReservedKind, Step, Text};
use crate::page::{Colour, Owner};
use crate::script::Profile;
use crate::unit::{Abs, Em, Point, Rect, TypeSize};

/// Fields from which a line of the page head is made: it does not say what they say, letter by letter.
const COMPOSED: [&str; 3] = ["date", "credits", "number"];

/// The rows that the page head takes: none if the record has nothing for it.
pub(crate) fn head_rows(task: &Task<'_>) -> i64 {
    let copy = task.copy;
    let empty = copy.date.is_none()
        && copy.staff.is_empty()
        && copy.section.is_empty()
        && copy.number.is_empty()
        && copy.paper.is_empty();
    if empty { 0 } else { task.style.furniture.head_rows }
}

/// The banner, shaped and sized.
#[derive(Clone, Debug)]
pub(crate) struct Banner {
    text: Prepared,
    size: Abs,
    /// The rows it takes, with the white around it.
    pub(crate) rows: i64,
}

impl Banner {
    /// The banner of the page, if the record has one.
    pub(crate) fn new(task: &Task<'_>, step: &Step) -> Result<Option<Self>, Vec<Diagnostic>> {
        let style = &task.style.furniture;
        if task.copy.banner.is_empty() {
            return Ok(None);
        }
        let profile = Profile { clause_space: Em::ONE, ..task.style.profile.clone() };
        let text = prepared(task.fonts, &task.copy.banner, style.banner_face, &profile, "")?;
        let natural = text.natural(0..text.units().len());
        let width = step.width(step.columns).scale(task.style.head.fill_most, 100);
        let ladder = &task.style.head.ladder;
        let size = ladder
            .iter()
            .rev()
            .find(|size| **size <= style.banner_size && natural.at(**size) <= width)
            .copied()
            // Too long even for the smallest: as large as it goes in on one line.
            .unwrap_or_else(|| width.scale(Em::ONE.units(), natural.units().max(1)));
        let rows = step.rows_for(size.scale(150, 100)).max(style.banner_air[0] + 1);
        Ok(Some(Self { text, size, rows }))
    }

    /// Draws the banner, centred, on rows `row` and below.
    pub(crate) fn draw(&self, pen: &mut Pen<'_>, row: i64) {
        let area = pen.area();
        let line = Line::whole(&self.text);
        let width = line.width(&self.text).at(self.size);
        let step = pen.step();
        let height = step.pitch * self.rows - (step.pitch - step.body);
        let top = pen.row_top(row) + (height - self.size) / 2;
        let origin = Point::new(area.x + (area.width - width) / 2, top + pen.ascent(self.size));
        let text = pen.colour;
        pen.colour = Colour(pen.task.style.ink.banner);
        let (first, size) = (pen.items.len(), TypeSize::square(self.size));
        pen.line(Owner::Furniture, &self.text, &line, size, origin);
        let field = &pen.task.copy.banner.field;
        let range = 0..self.text.text().len() as i64;
        pen.keep(field.as_str().into(), range, first, (&self.text, &line, size, origin));
        pen.colour = text;
        let rect = Rect::new(area.x, pen.row_top(row), area.width, height);
        pen.furnish(FurnitureKind::Banner, rect, self.text.text().to_owned());
    }
}

/// Where in the page head a text goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Centre,
    Right,
}

/// Draws the page head on the first rows.
pub(crate) fn page_head(
    pen: &mut Pen<'_>,
    task: &Task<'_>,
    rows: i64,
) -> Result<(), Vec<Diagnostic>> {
    if rows == 0 {
        return Ok(());
    }
    let copy = task.copy;
    let style = &task.style.furniture;
    // Odd pages lie at the right of a spread: their outer end is the right one (R77).
    let (outer, inner) =
        if is_even(copy) { (Side::Left, Side::Right) } else { (Side::Right, Side::Left) };
    let area = pen.area();
    let foot = area.y + pen.step().pitch * rows - pen.step().pitch / 2;
    let size = style.size;
    let second = foot - size.scale(70, 100);
    let first = second - size.scale(155, 100);
    let staff = staff_line(copy);
    let date = copy.date.map(date_line).unwrap_or_default();
    let number = page_number(copy);
    // The date stands over the staff where the other end has something to say.
    let alone = number.is_empty() && copy.paper.is_empty();
    let (staff_side, date_base) = if alone { (outer, second) } else { (inner, first) };
    let date_base = if staff.is_empty() { second } else { date_base };
    let large = style.section_size;
    let medium = large.scale(60, 100);
    let own = |field: &str, text| Text { text, field: field.to_owned(), ..Text::default() };
    let lines = [
        (own("date", date), style.face, size, inner, date_base, FurnitureKind::PageHead),
        (own("credits", staff), style.face, size, staff_side, second, FurnitureKind::StaffLine),
        (
            copy.section.clone(),
            style.section_face,
            large,
            Side::Centre,
            second,
            FurnitureKind::PageHead,
        ),
        (
            copy.paper.clone(),
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
            pen.colour = Colour(task.style.ink.section);
        }
        head_line(pen, task, &text, (face, size), (side, base), kind)?;
        pen.colour = ink;
    }
    let rule = Rect::new(area.x, foot - style.head_rule / 2, area.width, style.head_rule);
    pen.rule(FurnitureKind::Rule, rule);
    Ok(())
}

fn head_line(
    pen: &mut Pen<'_>,
    task: &Task<'_>,
    text: &Text,
    (face, size): (FontId, Abs),
    (side, base): (Side, Abs),
    kind: FurnitureKind,
) -> Result<(), Vec<Diagnostic>> {
    let profile = Profile { clause_space: Em::ONE, ..task.style.profile.clone() };
    let (field, whole) = (&text.field, !COMPOSED.contains(&text.field.as_str()));
    let text = prepared(task.fonts, text, face, &profile, "")?;
    let area = pen.area();
    let line = Line::whole(&text);
    let natural = line.width(&text);
    // Longer than half the page: smaller, so that the two ends never meet.
    let most = if side == Side::Centre { area.width / 3 } else { area.width.scale(64, 100) };
    let size = size.min(most.scale(Em::ONE.units(), natural.units().max(1)));
    let width = natural.at(size);
    let x = match side {
        Side::Left => area.x,
        Side::Centre => area.x + (area.width - width) / 2,
        Side::Right => area.right() - width,
    };
    let (first, origin) = (pen.items.len(), Point::new(x, base));
    pen.line(Owner::Furniture, &text, &line, TypeSize::square(size), origin);
    // What is made from a field is touched by any change of it.
    let range = if whole { 0..text.text().len() as i64 } else { 0..i64::MAX };
    pen.keep(field.as_str().into(), range, first, (&text, &line, TypeSize::square(size), origin));
    let rect = Rect::new(x, base - pen.ascent(size), width, size);
    pen.furnish(kind, rect, text.text().to_owned());
    Ok(())
}

/// The reserved boxes: their artwork; one without is white, and told unless that is meant.
pub(crate) fn reserved(pen: &mut Pen<'_>, drawing: &Drawing<'_>, notes: &mut Vec<Diagnostic>) {
    let boxes = drawing.task.copy.reserved.iter();
    let pins = drawing.pins.iter().filter(|pin| pin.item.is_none());
    for (reserved, pin) in boxes.zip(pins) {
        let place = match reserved.area {
            Area::Lengths(rect) => Some(rect),
            Area::Grid(_) => drawing.rect(pin.place),
        };
        let Some(rect) = place else { continue };
        draw_artwork(pen, reserved, rect);
        pen.furniture.push(Furnished {
            kind: FurnitureKind::Reserved,
            rect,
            text: reserved.label.clone(),
            id: reserved.id.clone(),
        });
        if reserved.picture.is_none() && reserved.kind != ReservedKind::White {
            let words = Words::new(
                format!("保留框“{}”没有图稿，留白", reserved.id),
                format!("the reserved box “{}” has no artwork and is white", reserved.id),
            );
            let place = Place::field(&reserved.field);
            notes.push(Diagnostic::new(Code::EmptyBox, place, words));
        }
    }
}

/// `责任编辑 张晓晨　校对 周晶宇`: roles and names, names of two characters spaced to three.
fn staff_line(copy: &PageCopy) -> String {
    let parts = copy.staff.iter().map(|staff| {
        let names = staff.names.iter().map(|name| spaced_names(name));
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
    let number = &copy.number.text;
    match number.parse::<u32>() {
        Ok(value) => format!("第{value}版"),
        Err(_) => number.clone(),
    }
}

fn is_even(copy: &PageCopy) -> bool {
    let last = copy.number.text.chars().rev().find(char::is_ascii_digit);
    last.and_then(|c| c.to_digit(10)).is_some_and(|digit| digit % 2 == 0)
}
