//! What stands where the desk says: locks, the slots of a template, reserved boxes.

use crate::finding::{Bilingual, Finding, FindingCode, FindingPlace};
use crate::makeup::pinned::{PinnedPlace, item_index_of, reserved_places};
use crate::makeup::task::MakeupTask;
use crate::model::{DensityStep, LockPlace, PageTemplate, ReservedArea};
use crate::unit::{Abs, Rect, grid_areas_overlap};

/// What the desk says of one step's grid.
#[derive(Clone, Debug, Default)]
pub(crate) struct PinnedPlaces {
    /// Whole rectangles.
    pub(crate) pins: Vec<PinnedPlace>,
    /// Items with a part of a place: `None` is free.
    pub(crate) partial: Vec<PartialPlacement>,
}

/// An item of which the desk fixes some numbers of its place.
#[derive(Clone, Debug)]
pub(crate) struct PartialPlacement {
    pub(crate) item: usize,
    pub(crate) place: [Option<i64>; 4],
    /// As of a whole place.
    pub(crate) field: String,
    pub(crate) name: String,
}

impl PartialPlacement {
    /// The item at a whole place.
    pub(crate) fn pinned_at(&self, place: [i64; 4]) -> PinnedPlace {
        PinnedPlace {
            grid: place,
            item: Some(self.item),
            name: self.name.clone(),
            field: self.field.clone(),
        }
    }
}

/// Whether the grid of a step has every place that the desk asks for; why not, if it does not. Cells that reserved
/// boxes take are counted.
///
/// # Errors
/// As for the make-up.
pub fn check_pinned_places(task: &MakeupTask<'_>, step: &DensityStep) -> Result<i64, Vec<Finding>> {
    let top = crate::makeup::task::page_head_rows(task);
    let pins = PinnedPlaces::new(task, step, top)?.pins;
    Ok(reserved_places(&pins).map(|[_, _, columns, rows]| columns * rows).sum())
}

impl PinnedPlaces {
    /// What the record asks for, on the grid of a step whose first row for articles is `top`.
    ///
    /// # Errors
    /// A place off the grid or over the page head, one that overlaps an earlier one, a template or slot that is not
    /// there, more items than slots: each with its field and who it is between.
    pub(crate) fn new(
        task: &MakeupTask<'_>,
        step: &DensityStep,
        top: i64,
    ) -> Result<Self, Vec<Finding>> {
        let mut found = Self::default();
        let mut errors = Vec::new();
        for reserved in &task.copy.reserved {
            let place = match reserved.area {
                ReservedArea::Grid(place) => place,
                ReservedArea::Lengths(rect) => covering(&rect, task, step),
            };
            found.pins.push(PinnedPlace {
                grid: place,
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
        task: &MakeupTask<'_>,
        template: Option<&PageTemplate>,
        errors: &mut Vec<Finding>,
    ) {
        for lock in &task.copy.requests.locks {
            let Some(item) = item_index_of(task.items, lock.subject) else { continue };
            let name = task.items[item].id.clone();
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
                [Some(column), Some(row), Some(columns), Some(rows)] => {
                    self.pins.push(PinnedPlace {
                        grid: [column, row, columns, rows],
                        item: Some(item),
                        name,
                        field,
                    })
                }
                place => self.partial.push(PartialPlacement { item, place, field, name }),
            }
        }
    }

    /// Items that no lock names fill the free slots of a template by weight.
    fn slots(&mut self, task: &MakeupTask<'_>, template: &PageTemplate, errors: &mut Vec<Finding>) {
        let named = |item: &usize| {
            self.pins.iter().any(|pin| pin.item == Some(*item))
                || self.partial.iter().any(|open| open.item == *item)
        };
        let mut rest: Vec<usize> = crate::makeup::task::order_by_importance(task.items)
            .into_iter()
            .filter(|item| !named(item))
            .collect();
        let taken: Vec<[i64; 4]> = self.pins.iter().map(|pin| pin.grid).collect();
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
            self.pins.push(PinnedPlace {
                grid: *place,
                item: Some(item),
                name: task.items[item].id.clone(),
                field: "layout.template".to_owned(),
            });
        }
    }

    /// Every place lies on the rows for articles, and no two meet.
    fn check(&self, step: &DensityStep, top: i64, errors: &mut Vec<Finding>) {
        // One that is refused is in nobody's way.
        let mut sound: Vec<&PinnedPlace> = Vec::with_capacity(self.pins.len());
        for pin in &self.pins {
            let [column, row, columns, rows] = pin.grid;
            let inside = column >= 0 && columns >= 1 && column + columns <= step.columns;
            let meets = |other: &&&PinnedPlace| grid_areas_overlap(other.grid, pin.grid);
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
        for open in &self.partial {
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

fn bad(field: &str, article: &str, zh: String, en: String) -> Finding {
    let place = FindingPlace::of_field(field).in_article(article);
    Finding::new(FindingCode::BadPlace, place, Bilingual::new(zh, en))
}

/// The template asked for, if its grid is that of the step.
fn template<'a>(
    task: &MakeupTask<'a>,
    step: &DensityStep,
) -> Result<Option<&'a PageTemplate>, Box<Finding>> {
    let wanted = task.copy.requests.template.as_str();
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
fn covering(rect: &Rect, task: &MakeupTask<'_>, step: &DensityStep) -> [i64; 4] {
    let area = task.style.type_area;
    let across = step.width(1) + step.gutter;
    // What ends inside a gutter or in the white of a row does not touch what comes after.
    let first = |from: Abs, pitch: Abs, deep: Abs| {
        let at = from.max(Abs::ZERO).count_fitting(pitch);
        if from - pitch * at >= deep { at + 1 } else { at }
    };
    let end = |to: Abs, pitch: Abs| {
        to.count_fitting(pitch) + i64::from(to > pitch * to.count_fitting(pitch))
    };
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
