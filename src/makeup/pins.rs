//! What stands where the desk says: locks, the slots of a template, reserved boxes; and the free rectangles that
//! they leave.

use crate::diag::{Code, Diagnostic, Place, Words};
use crate::fit::Ready;
use crate::makeup::Task;
use crate::makeup::search::{GAP, Region};
use crate::model::{Area, LockPlace, Places, Step, Subject, Template};
use crate::unit::{Abs, Rect};

/// A rectangle of the grid that is taken before the search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pin {
    /// First column, first row, columns and rows.
    pub(crate) place: [i64; 4],
    /// The item that stands there; `None` for a reserved box.
    pub(crate) item: Option<usize>,
    /// What it is called in errors.
    name: String,
    /// The field that asks for it.
    field: String,
}

/// What the desk says of one step's grid.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pins {
    /// Whole rectangles.
    pub(crate) pins: Vec<Pin>,
    /// Items with a part of a place: `None` is free.
    pub(crate) open: Vec<Open>,
}

/// An item of which the desk fixes some numbers of its place.
#[derive(Clone, Debug)]
pub(crate) struct Open {
    pub(crate) item: usize,
    pub(crate) place: [Option<i64>; 4],
    field: String,
    name: String,
}

impl Pin {
    /// The field that asks for it.
    pub(crate) fn field(&self) -> &str {
        &self.field
    }

    /// What it is called in errors.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }
}

impl Open {
    /// The field that asks for it.
    pub(crate) fn field(&self) -> &str {
        &self.field
    }

    /// What it is called in errors.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The item at a whole place.
    pub(crate) fn at(&self, place: [i64; 4]) -> Pin {
        Pin { place, item: Some(self.item), name: self.name.clone(), field: self.field.clone() }
    }
}

/// Whether the grid of a step has every place that the desk asks for; why not, if it does not. Cells that reserved
/// boxes take are counted.
///
/// # Errors
/// As for the make-up.
pub fn holds(task: &Task<'_>, step: &Step) -> Result<i64, Vec<Diagnostic>> {
    let top = crate::makeup::furniture::head_rows(task);
    let pins = Pins::new(task, step, top)?.pins;
    let boxes = pins.iter().filter(|pin| pin.item.is_none());
    Ok(boxes.map(|pin| pin.place[2] * pin.place[3]).sum())
}

/// The item that an article or picture of the record is in.
pub fn item_of(ready: &[Ready], subject: Subject) -> Option<usize> {
    ready.iter().position(|item| item.members.iter().any(|member| member.subject == subject))
}

impl Pins {
    /// What the record asks for, on the grid of a step whose first row for articles is `top`.
    ///
    /// # Errors
    /// A place off the grid or over the page head, two that overlap, a template or slot that is not there, more
    /// items than slots: each with its field and who it is between.
    pub(crate) fn new(task: &Task<'_>, step: &Step, top: i64) -> Result<Self, Vec<Diagnostic>> {
        let mut found = Self::default();
        let mut errors = Vec::new();
        for reserved in &task.copy.reserved {
            let place = match reserved.area {
                Area::Grid(place) => place,
                Area::Lengths(rect) => covering(&rect, task, step),
            };
            found.pins.push(Pin {
                place,
                item: None,
                name: reserved.id.clone(),
                field: reserved.field.clone(),
            });
        }
        let template = match template(task, step) {
            Ok(template) => template,
            Err(error) => return Err(vec![*error]),
        };
        found.locks(task, template, &mut errors);
        if let Some(template) = template {
            found.slots(task, template, &mut errors);
        }
        found.check(step, top, &mut errors);
        if errors.is_empty() { Ok(found) } else { Err(errors) }
    }

    fn locks(
        &mut self,
        task: &Task<'_>,
        template: Option<&Template>,
        errors: &mut Vec<Diagnostic>,
    ) {
        for lock in &task.copy.wishes.locks {
            let Some(item) = item_of(task.ready, lock.subject) else { continue };
            let name = task.ready[item].id.clone();
            let field = lock.field.clone();
            let place = match &lock.place {
                LockPlace::Grid(place) => *place,
                LockPlace::Slot(slot) => {
                    let slots = template.map_or(&[][..], |template| &template.slots);
                    let Some((_, place)) = slots.iter().find(|(name, _)| name == slot) else {
                        let shown: String = slot.chars().take(40).collect();
                        errors.push(bad(
                            &field,
                            &name,
                            format!("版式中没有“{shown}”这个位置"),
                            format!("the template has no slot “{shown}”"),
                        ));
                        continue;
                    };
                    place.map(Some)
                }
            };
            match place {
                [Some(column), Some(row), Some(columns), Some(rows)] => self.pins.push(Pin {
                    place: [column, row, columns, rows],
                    item: Some(item),
                    name,
                    field,
                }),
                place => self.open.push(Open { item, place, field, name }),
            }
        }
    }

    /// Items that no lock names fill the free slots of a template by weight.
    fn slots(&mut self, task: &Task<'_>, template: &Template, errors: &mut Vec<Diagnostic>) {
        let named = |item: &usize| {
            self.pins.iter().any(|pin| pin.item == Some(*item))
                || self.open.iter().any(|open| open.item == *item)
        };
        let mut rest: Vec<usize> =
            crate::makeup::order(task.ready).into_iter().filter(|item| !named(item)).collect();
        let taken: Vec<[i64; 4]> = self.pins.iter().map(|pin| pin.place).collect();
        let free = template.slots.iter().filter(|(_, place)| !taken.contains(place));
        let free: Vec<&(String, [i64; 4])> = free.collect();
        if rest.len() > free.len() {
            let (items, slots) = (rest.len(), free.len());
            errors.push(bad(
                "layout.template",
                "",
                format!("版式“{}”还有 {slots} 个位置，稿件有 {items} 篇", template.name),
                format!(
                    "the template “{}” has {slots} free slots for {items} articles",
                    template.name
                ),
            ));
            rest.truncate(free.len());
        }
        for (item, (_, place)) in rest.into_iter().zip(free) {
            self.pins.push(Pin {
                place: *place,
                item: Some(item),
                name: task.ready[item].id.clone(),
                field: "layout.template".to_owned(),
            });
        }
    }

    /// Every place lies on the rows for articles, and no two meet.
    fn check(&self, step: &Step, top: i64, errors: &mut Vec<Diagnostic>) {
        for pin in &self.pins {
            let [column, row, columns, rows] = pin.place;
            let inside = column >= 0 && columns >= 1 && column + columns <= step.columns;
            if !inside || row < top || rows < 1 || row + rows > step.rows {
                let place = format!("{column},{row} {columns}×{rows}");
                let (most, last) = (step.columns, step.rows);
                errors.push(bad(
                    &pin.field,
                    &pin.name,
                    format!(
                        "“{}”的位置 {place} 越出版面：可用第 0–{most} 栏、第 {top}–{last} 行（{}）",
                        pin.name, step.name
                    ),
                    format!(
                        "the place {place} of “{}” leaves the page: columns 0–{most}, rows {top}–{last} ({})",
                        pin.name, step.name
                    ),
                ));
            }
        }
        for open in &self.open {
            let [column, row, columns, rows] = open.place;
            let over = |start: Option<i64>, long: Option<i64>, first: i64, most: i64| {
                let from = start.unwrap_or(first);
                from < first || long.is_some_and(|long| long < 1) || from + long.unwrap_or(1) > most
            };
            if over(column, columns, 0, step.columns) || over(row, rows, top, step.rows) {
                errors.push(bad(
                    &open.field,
                    &open.name,
                    format!("“{}”的位置越出版面（{}）", open.name, step.name),
                    format!("the place of “{}” leaves the page ({})", open.name, step.name),
                ));
            }
        }
        for (k, a) in self.pins.iter().enumerate() {
            for b in self.pins[k + 1..].iter().filter(|b| overlap(a.place, b.place)) {
                errors.push(bad(
                    &b.field,
                    &b.name,
                    format!("“{}”与“{}”的位置重叠", a.name, b.name),
                    format!("the places of “{}” and “{}” overlap", a.name, b.name),
                ));
            }
        }
    }
}

fn bad(field: &str, article: &str, zh: String, en: String) -> Diagnostic {
    let place = Place::field(field).in_article(article);
    Diagnostic::new(Code::BadPlace, place, Words::new(zh, en))
}

/// The template asked for, if its grid is that of the step.
fn template<'a>(task: &Task<'a>, step: &Step) -> Result<Option<&'a Template>, Box<Diagnostic>> {
    let wanted = task.copy.wishes.template.as_str();
    if wanted.is_empty() {
        return Ok(None);
    }
    let shown: String = wanted.chars().take(40).collect();
    let found = task.style.templates.iter().find(|template| template.name == wanted);
    let error = |zh: String, en: String| Box::new(bad("layout.template", "", zh, en));
    match found {
        Some(template) if template.step == step.name => Ok(Some(template)),
        Some(template) => Err(error(
            format!("版式“{shown}”用于 {} 档，不是 {}", template.step, step.name),
            format!("the template “{shown}” is for the step {}, not {}", template.step, step.name),
        )),
        None => {
            Err(error(format!("没有固定版式“{shown}”"), format!("there is no template “{shown}”")))
        }
    }
}

/// The whole columns and rows that a rectangle on the page touches.
fn covering(rect: &Rect, task: &Task<'_>, step: &Step) -> [i64; 4] {
    let area = task.style.type_area;
    let across = step.width(1) + step.gutter;
    // What ends inside a gutter or in the white of a row does not touch what comes after.
    let first = |from: Abs, pitch: Abs, deep: Abs| {
        let at = from.max(Abs::ZERO).fit(pitch);
        if from - pitch * at >= deep { at + 1 } else { at }
    };
    let end = |to: Abs, pitch: Abs| to.fit(pitch) + i64::from(to > pitch * to.fit(pitch));
    let (left, top) = (rect.x - area.x, rect.y - area.y);
    let column = first(left, across, step.width(1));
    let row = first(top, step.pitch, step.body);
    let columns = end(left + rect.width, across) - column;
    let rows = end(top + rect.height, step.pitch) - row;
    // Off the type area: a place that the check refuses.
    let slack = Abs::pt(1) / 2;
    let outside = left < -slack
        || top < -slack
        || rect.right() > area.right() + slack
        || rect.bottom() > area.bottom() + slack;
    if outside { [-1, row, columns, rows] } else { [column, row, columns.max(1), rows.max(1)] }
}

/// Whether two rectangles of the grid share a cell.
pub(crate) fn overlap(a: [i64; 4], b: [i64; 4]) -> bool {
    let meets = |k: usize| a[k] < b[k] + b[k + 2] && b[k] < a[k] + a[k + 2];
    meets(0) && meets(1)
}

/// So many ways to cut what is free are tried.
const CUTS_MOST: usize = 16;
/// A free strip of fewer rows holds no article: it stays white.
const ROWS_LEAST: i64 = 8;

/// The ways to cut the free part of the page into rectangles, each with the strongest place first.
pub(crate) fn cuts(page: Region, pins: &[Pin], places: Places) -> Vec<Vec<Region>> {
    let taken: Vec<[i64; 4]> = pins.iter().map(|pin| pin.place).collect();
    let mut out = cut(page, &taken);
    if out.is_empty() {
        out.push(strips(page, &taken));
    }
    for regions in &mut out {
        regions.retain(|region| region.rows >= ROWS_LEAST);
        regions.sort_by_key(|region| std::cmp::Reverse(strength(region, &page, places)));
    }
    out.sort();
    out.dedup();
    // Few large rectangles leave the search more room than many small ones.
    out.sort_by_key(Vec::len);
    out.truncate(CUTS_MOST);
    out
}

/// How strong a place is: 上左 > 上右 > 下右 > 下左 (§4.1), or the last two the other way round; then its size.
fn strength(region: &Region, page: &Region, places: Places) -> (i64, i64) {
    let upper = region.row * 2 < page.row * 2 + page.rows;
    let left = region.column == page.column || region.columns * 2 > page.columns;
    let rank = match (upper, left) {
        (true, true) => 3,
        (true, false) => 2,
        (false, true) => i64::from(places == Places::LowerLeft),
        (false, false) => i64::from(places == Places::LowerRight),
    };
    (rank, region.columns * region.rows)
}

/// Every way to part a rectangle by straight cuts along the edges of what is taken; empty if there is none.
fn cut(rect: Region, taken: &[[i64; 4]]) -> Vec<Vec<Region>> {
    if rect.columns <= 0 || rect.rows <= 0 {
        return vec![Vec::new()];
    }
    let own = [rect.column, rect.row, rect.columns, rect.rows];
    let inside: Vec<[i64; 4]> = taken.iter().copied().filter(|pin| overlap(*pin, own)).collect();
    let Some(first) = inside.first() else { return vec![vec![rect]] };
    let (right, bottom) = (rect.column + rect.columns, rect.row + rect.rows);
    if inside.len() == 1
        && first[0] <= rect.column
        && first[0] + first[2] >= right
        && first[1] <= rect.row
        && first[1] + first[3] >= bottom
    {
        return vec![Vec::new()];
    }
    let mut out: Vec<Vec<Region>> = Vec::new();
    let mut join = |a: Region, b: Region| {
        for left in cut(a, taken) {
            for right in cut(b, taken) {
                if out.len() < CUTS_MOST * 4 {
                    out.push([left.clone(), right].concat());
                }
            }
        }
    };
    let mut xs: Vec<i64> = inside.iter().flat_map(|pin| [pin[0], pin[0] + pin[2]]).collect();
    xs.sort_unstable();
    xs.dedup();
    for x in xs.into_iter().filter(|x| rect.column < *x && *x < right) {
        if inside.iter().all(|pin| pin[0] + pin[2] <= x || pin[0] >= x) {
            let left = Region { columns: x - rect.column, ..rect };
            join(left, Region { column: x, columns: right - x, ..rect });
        }
    }
    // Above a taken place, and below it: a white row parts them.
    let mut ys: Vec<(i64, bool)> =
        inside.iter().flat_map(|pin| [(pin[1], true), (pin[1] + pin[3], false)]).collect();
    ys.sort_unstable();
    ys.dedup();
    for (y, above) in ys.into_iter().filter(|(y, _)| rect.row < *y && *y < bottom) {
        if inside.iter().all(|pin| pin[1] + pin[3] <= y || pin[1] >= y) {
            let (end, start) = if above { (y - GAP, y) } else { (y, y + GAP) };
            let upper = Region { rows: end - rect.row, ..rect };
            join(upper, Region { row: start, rows: bottom - start, ..rect });
        }
    }
    out
}

/// The free rows of each column, columns with the same ones together: where no straight cut parts what is taken.
fn strips(page: Region, taken: &[[i64; 4]]) -> Vec<Region> {
    let free = |column: i64| -> Vec<(i64, i64)> {
        let mut rows: Vec<(i64, i64)> = taken
            .iter()
            .filter(|pin| pin[0] <= column && column < pin[0] + pin[2])
            .map(|pin| (pin[1] - GAP, pin[1] + pin[3] + GAP))
            .collect();
        rows.sort_unstable();
        rows.push((page.row + page.rows, page.row + page.rows));
        let mut last = page.row;
        let mut out = Vec::new();
        for (start, end) in rows {
            if start > last {
                out.push((last, start));
            }
            last = last.max(end);
        }
        out
    };
    let mut out: Vec<Region> = Vec::new();
    for column in page.column..page.column + page.columns {
        for (row, end) in free(column) {
            let rows = end - row;
            let beside =
                |r: &&mut Region| r.column + r.columns == column && r.row == row && r.rows == rows;
            match out.iter_mut().find(beside) {
                Some(region) => region.columns += 1,
                None => out.push(Region { column, row, columns: 1, rows }),
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Pin, cuts, overlap};
    use crate::makeup::search::{GAP, Region};
    use crate::model::Places;

    fn pin(place: [i64; 4]) -> Pin {
        Pin { place, item: None, name: String::new(), field: String::new() }
    }

    #[test]
    fn cuts_leave_what_is_taken_alone_and_lose_nothing_large() {
        let page = Region { column: 0, row: 4, columns: 8, rows: 112 };
        for (pins, count) in [
            (vec![], 1),
            // An advertisement over the foot of the page.
            (vec![[0, 86, 8, 30]], 1),
            // One in the corner: cut below it or beside it first.
            (vec![[5, 86, 3, 30]], 2),
            // A box in the middle.
            (vec![[3, 50, 2, 20]], 4),
            // Four around a hole: no straight cut.
            (vec![[0, 4, 5, 30], [5, 4, 3, 70], [3, 74, 5, 42], [0, 34, 3, 82]], 1),
        ] {
            let pins: Vec<Pin> = pins.into_iter().map(pin).collect();
            let found = cuts(page, &pins, Places::LowerRight);
            assert!(found.len() >= count, "{pins:?}: {found:?}");
            for regions in &found {
                let place = |r: &Region| [r.column, r.row, r.columns, r.rows];
                for (k, region) in regions.iter().enumerate() {
                    assert!(pins.iter().all(|pin| !overlap(pin.place, place(region))));
                    assert!(regions[k + 1..].iter().all(|o| !overlap(place(o), place(region))));
                }
                let taken: i64 = pins.iter().map(|pin| pin.place[2] * pin.place[3]).sum();
                let free: i64 = regions.iter().map(|r| r.columns * r.rows).sum();
                let lost = page.columns * page.rows - taken - free;
                let gaps = page.columns * GAP * 2 * pins.len() as i64;
                assert!(lost <= gaps + 8 * 8 * pins.len() as i64, "{lost}: {regions:?}");
            }
        }
    }
}
