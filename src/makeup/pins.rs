//! What stands where the desk says: locks, the slots of a template, reserved boxes.

use crate::diag::{Code, Diagnostic, Place, Words};
use crate::fit::Ready;
use crate::makeup::Task;
use crate::model::{Area, LockPlace, Step, Subject, Template};
use crate::unit::{Abs, Rect, cells_meet};

/// A rectangle of the grid that is taken before the search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Pin {
    /// First column, first row, columns and rows.
    pub(crate) place: [i64; 4],
    /// The item that stands there; `None` for a reserved box.
    pub(crate) item: Option<usize>,
    /// What it is called in errors.
    pub(crate) name: String,
    /// The field that asks for it.
    pub(crate) field: String,
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
    /// As of a whole place.
    pub(crate) field: String,
    pub(crate) name: String,
}

impl Open {
    /// The item at a whole place.
    pub(crate) fn at(&self, place: [i64; 4]) -> Pin {
        Pin { place, item: Some(self.item), name: self.name.clone(), field: self.field.clone() }
    }
}

/// So many names are told of those that are in the way.
const NAMES_MOST: usize = 8;

/// What stands already, by name.
pub(crate) fn names(pins: &[Pin]) -> String {
    let names: Vec<&str> = pins.iter().take(NAMES_MOST).map(|pin| pin.name.as_str()).collect();
    let more = if pins.len() > NAMES_MOST { "…" } else { "" };
    names.join("、") + more
}

/// Whether the grid of a step has every place that the desk asks for; why not, if it does not. Cells that reserved
/// boxes take are counted.
///
/// # Errors
/// As for the make-up.
pub fn holds(task: &Task<'_>, step: &Step) -> Result<i64, Vec<Diagnostic>> {
    let top = crate::makeup::furniture::head_rows(task);
    let pins = Pins::new(task, step, top)?.pins;
    Ok(reserved(&pins).map(|[_, _, columns, rows]| columns * rows).sum())
}

/// The places of reserved boxes.
pub(crate) fn reserved(pins: &[Pin]) -> impl Iterator<Item = [i64; 4]> {
    pins.iter().filter(|pin| pin.item.is_none()).map(|pin| pin.place)
}

/// The item that an article or picture of the record is in.
pub fn item_of(ready: &[Ready], subject: Subject) -> Option<usize> {
    ready.iter().position(|item| item.members.iter().any(|member| member.subject == subject))
}

impl Pins {
    /// What the record asks for, on the grid of a step whose first row for articles is `top`.
    ///
    /// # Errors
    /// A place off the grid or over the page head, one that overlaps an earlier one, a template or slot that is not
    /// there, more items than slots: each with its field and who it is between.
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
        // One that is refused is in nobody's way.
        let mut sound: Vec<&Pin> = Vec::with_capacity(self.pins.len());
        for pin in &self.pins {
            let [column, row, columns, rows] = pin.place;
            let inside = column >= 0 && columns >= 1 && column + columns <= step.columns;
            let meets = |other: &&&Pin| cells_meet(other.place, pin.place);
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
            } else if let Some(other) = sound.iter().find(meets) {
                errors.push(bad(
                    &pin.field,
                    &pin.name,
                    format!("“{}”与“{}”的位置重叠", other.name, pin.name),
                    format!("the places of “{}” and “{}” overlap", other.name, pin.name),
                ));
            } else {
                sound.push(pin);
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
