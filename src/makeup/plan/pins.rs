//! The places that the layout desk fixes on the grid of a density step: locks, the slots of a
//! template, reserved boxes. All are checked against the grid and against each other.

use crate::finding::{Bilingual, Finding, FindingCode, FindingPlace};
use crate::makeup::pinned::{PinnedPlace, item_index_of, reserved_places};
use crate::makeup::task::{MakeupTask, order_by_importance, page_head_rows};
use crate::model::{DensityStep, LockPlace, PageTemplate, ReservedArea};
use crate::unit::{Abs, GridRect, Rect};

/// The places that the layout desk fixes.
#[derive(Clone, Debug, Default)]
pub(crate) struct PinnedPlaces {
    /// Whole rectangles.
    pub(crate) pins: Vec<PinnedPlace>,
    /// Items with a part of a place.
    pub(crate) partial: Vec<PartialPlacement>,
}

/// A rectangle of the grid of which some numbers are fixed; `None` is free.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PartialGrid {
    pub(crate) column: Option<i64>,
    pub(crate) row: Option<i64>,
    pub(crate) columns: Option<i64>,
    pub(crate) rows: Option<i64>,
}

impl PartialGrid {
    /// The rectangle, if every number is fixed.
    fn whole(&self) -> Option<GridRect> {
        Some(GridRect::new(self.column?, self.row?, self.columns?, self.rows?))
    }

    /// True if a rectangle has all the numbers that are fixed.
    pub(crate) fn matches(&self, grid: &GridRect) -> bool {
        let matches = |fixed: Option<i64>, number: i64| fixed.is_none_or(|fixed| fixed == number);
        matches(self.column, grid.column)
            && matches(self.row, grid.row)
            && matches(self.columns, grid.columns)
            && matches(self.rows, grid.rows)
    }
}

impl From<[Option<i64>; 4]> for PartialGrid {
    fn from([column, row, columns, rows]: [Option<i64>; 4]) -> Self {
        Self { column, row, columns, rows }
    }
}

impl From<GridRect> for PartialGrid {
    fn from(GridRect { column, row, columns, rows }: GridRect) -> Self {
        Self::from([column, row, columns, rows].map(Some))
    }
}

/// An item with the place that the layout desk asks for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RequestedPlace {
    /// Index of the item in the task.
    pub(crate) item: usize,
    /// The numbers that are fixed.
    pub(crate) place: PartialGrid,
}

/// An item of which the layout desk fixes some numbers of its place.
#[derive(Clone, Debug)]
pub(crate) struct PartialPlacement {
    /// Index of the item in the task.
    pub(crate) item: usize,
    pub(crate) place: PartialGrid,
    /// The field of the record that asks for it.
    pub(crate) field: String,
    /// The name of the item in findings.
    pub(crate) name: String,
}

impl PartialPlacement {
    /// The item at a whole place.
    pub(crate) fn pinned_at(&self, grid: GridRect) -> PinnedPlace {
        let (name, field) = (self.name.clone(), self.field.clone());
        PinnedPlace { grid, item: Some(self.item), name, field }
    }
}

/// Checks that the grid of a density step has every place that the layout desk fixes. Returns the
/// number of cells that reserved boxes take.
///
/// # Errors
/// A place that the page does not have, as for [`make_up`](crate::makeup::make_up).
pub fn check_pinned_places(task: &MakeupTask<'_>, step: &DensityStep) -> Result<i64, Vec<Finding>> {
    let PinnedPlaces { pins, .. } = PinnedPlaces::new(task, step, page_head_rows(task))?;
    Ok(reserved_places(&pins).map(|place| place.cells()).sum())
}

impl PinnedPlaces {
    /// Collects the places of the record on the grid of a step; the first row for articles is
    /// `top_row`.
    ///
    /// # Errors
    /// A place off the grid or over the page head, one that overlaps an earlier one, a template
    /// or a slot that does not exist, more items than slots: each with its field and the names
    /// involved.
    pub(crate) fn new(
        task: &MakeupTask<'_>,
        step: &DensityStep,
        top_row: i64,
    ) -> Result<Self, Vec<Finding>> {
        let mut places = Self::default();
        let mut errors = Vec::new();
        // Reserved boxes come first: of two places that overlap the later one is reported, so a
        // lock gives way to a box.
        for reserved in &task.copy.reserved {
            let grid = match reserved.area {
                ReservedArea::Grid(grid) => grid,
                ReservedArea::Lengths(rect) => covering_cells(&rect, task, step),
            };
            let (name, field) = (reserved.id.clone(), reserved.field.clone());
            places.pins.push(PinnedPlace { grid, item: None, name, field });
        }
        // Without its template the slots mean nothing, so this error ends the check at once.
        let template = requested_template(task, step).map_err(|error| vec![*error])?;
        places.add_locks(task, template, &mut errors);
        if let Some(template) = template {
            places.fill_slots(task, template, &mut errors);
        }
        places.check(step, top_row, &mut errors);
        if errors.is_empty() { Ok(places) } else { Err(errors) }
    }

    /// Adds the places of locks.
    fn add_locks(
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
                LockPlace::Grid(numbers) => PartialGrid::from(*numbers),
                LockPlace::Slot(slot) => {
                    // A slot without a template is not found either, and reported in the same
                    // words.
                    let slots = template.map_or(&[][..], |template| &template.slots);
                    let Some((_, grid)) = slots.iter().find(|(name, _)| name == slot) else {
                        let shown: String = slot.chars().take(NAME_CHARS_MOST).collect();
                        errors.push(bad_place(
                            &field,
                            &name,
                            format!("模板中没有版位“{shown}”"),
                            format!("the template has no slot “{shown}”"),
                        ));
                        continue;
                    };
                    PartialGrid::from(*grid)
                }
            };
            match place.whole() {
                // A whole place is taken now; the draft tries out the missing numbers of the
                // others.
                Some(grid) => self.pins.push(PinnedPlace { grid, item: Some(item), name, field }),
                None => self.partial.push(PartialPlacement { item, place, field, name }),
            }
        }
    }

    /// Fills the free slots of a template, the strongest first, with the items that no lock
    /// names, the most important first.
    fn fill_slots(
        &mut self,
        task: &MakeupTask<'_>,
        template: &PageTemplate,
        errors: &mut Vec<Finding>,
    ) {
        let is_locked = |item: &usize| {
            self.pins.iter().any(|pin| pin.item == Some(*item))
                || self.partial.iter().any(|partial| partial.item == *item)
        };
        let mut unlocked = order_by_importance(task.items);
        unlocked.retain(|item| !is_locked(item));
        // Locks are added before, so a slot that a lock names is taken.
        let is_free = |grid: &GridRect| self.pins.iter().all(|pin| pin.grid != *grid);
        let free: Vec<GridRect> =
            template.slots.iter().map(|(_, grid)| *grid).filter(is_free).collect();
        if unlocked.len() > free.len() {
            let (items, slots) = (unlocked.len(), free.len());
            errors.push(bad_place(
                TEMPLATE_FIELD,
                "",
                format!("模板“{}”还有 {slots} 个版位，稿件有 {items} 篇", template.name),
                format!(
                    "the template “{}” has {slots} free slots for {items} articles",
                    template.name
                ),
            ));
        }
        // Slots are listed from the strongest on, so strength follows importance.
        for (item, grid) in unlocked.into_iter().zip(free) {
            let name = task.items[item].id.clone();
            let field = TEMPLATE_FIELD.to_owned();
            self.pins.push(PinnedPlace { grid, item: Some(item), name, field });
        }
    }

    /// Checks that every place lies on the rows for articles and that no two overlap.
    fn check(&self, step: &DensityStep, top_row: i64, errors: &mut Vec<Finding>) {
        // A place that is rejected obstructs nothing.
        let mut accepted: Vec<&PinnedPlace> = Vec::with_capacity(self.pins.len());
        for pin in &self.pins {
            let GridRect { column, row, columns, rows } = pin.grid;
            let has_columns = column >= 0 && columns >= 1 && pin.grid.right() <= step.columns;
            let has_rows = row >= top_row && rows >= 1 && pin.grid.foot() <= step.rows;
            if !has_columns || !has_rows {
                let place = format!("{column},{row} {columns}×{rows}");
                let (most, last) = (step.columns, step.rows);
                errors.push(bad_place(
                    &pin.field,
                    &pin.name,
                    format!(
                        "“{}”的位置 {place} 越出版面：可用第 0–{most} 栏、第 {top_row}–{last} 行（{}）",
                        pin.name, step.name
                    ),
                    format!(
                        "the place {place} of “{}” is outside the page: columns 0–{most}, rows {top_row}–{last} ({})",
                        pin.name, step.name
                    ),
                ));
            } else if let Some(other) = accepted.iter().find(|other| other.grid.overlaps(&pin.grid))
            {
                errors.push(bad_place(
                    &pin.field,
                    &pin.name,
                    format!("“{}”与“{}”的位置重叠", other.name, pin.name),
                    format!("the places of “{}” and “{}” overlap", other.name, pin.name),
                ));
            } else {
                accepted.push(pin);
            }
        }
        for partial in &self.partial {
            let PartialGrid { column, row, columns, rows } = partial.place;
            let leaves = |start: Option<i64>, length: Option<i64>, first: i64, end: i64| {
                // A free number is tested at its most favourable value: the first start, a length
                // of 1.
                let start = start.unwrap_or(first);
                start < first
                    || length.is_some_and(|length| length < 1)
                    || start + length.unwrap_or(1) > end
            };
            if leaves(column, columns, 0, step.columns) || leaves(row, rows, top_row, step.rows) {
                errors.push(bad_place(
                    &partial.field,
                    &partial.name,
                    format!("“{}”的位置越出版面（{}）", partial.name, step.name),
                    format!("the place of “{}” is outside the page ({})", partial.name, step.name),
                ));
            }
        }
    }
}

/// The field of the record that asks for a template.
const TEMPLATE_FIELD: &str = "layout.template";
/// Limit: characters shown of a name that does not exist.
const NAME_CHARS_MOST: usize = 40;

fn bad_place(field: &str, article: &str, zh: String, en: String) -> Finding {
    let place = FindingPlace::of_field(field).in_article(article);
    Finding::new(FindingCode::BadPlace, place, Bilingual::new(zh, en))
}

/// The template that the record asks for; `None` if it asks for none.
///
/// # Errors
/// There is no such template, or it is for the grid of another step.
fn requested_template<'a>(
    task: &MakeupTask<'a>,
    step: &DensityStep,
) -> Result<Option<&'a PageTemplate>, Box<Finding>> {
    let name = task.copy.requests.template.as_str();
    if name.is_empty() {
        return Ok(None);
    }
    let shown: String = name.chars().take(NAME_CHARS_MOST).collect();
    let error = |zh: String, en: String| Box::new(bad_place(TEMPLATE_FIELD, "", zh, en));
    // Slots are in rows and columns, so a template only fits the grid that it was made for.
    match task.style.templates.iter().find(|template| template.name == name) {
        Some(template) if template.step == step.name => Ok(Some(template)),
        Some(template) => Err(error(
            format!("模板“{shown}”用于密度档 {}，不是 {}", template.step, step.name),
            format!(
                "the template “{shown}” is for the density step {}, not {}",
                template.step, step.name
            ),
        )),
        None => Err(error(format!("没有模板“{shown}”"), format!("there is no template “{shown}”"))),
    }
}

/// The columns and rows that a rectangle on the page touches. For a rectangle that leaves the type
/// area, a place off the grid, which [`PinnedPlaces::check`] refuses.
fn covering_cells(rect: &Rect, task: &MakeupTask<'_>, step: &DensityStep) -> GridRect {
    let area = task.style.type_area;
    let column_pitch = step.width(1) + step.gutter;
    // A rectangle that starts inside a gutter or in the white of a row does not touch the column or
    // row before it.
    let first = |from: Abs, pitch: Abs, extent: Abs| {
        let index = from.max(Abs::ZERO).count_fitting(pitch);
        if from - pitch * index >= extent { index + 1 } else { index }
    };
    // Rounded up: a column or row that is touched at all is taken.
    let end = |to: Abs, pitch: Abs| {
        to.count_fitting(pitch) + i64::from(to > pitch * to.count_fitting(pitch))
    };
    let (left, top) = (rect.x - area.x, rect.y - area.y);
    let column = first(left, column_pitch, step.width(1));
    let row = first(top, step.pitch, step.body);
    let columns = end(left + rect.width, column_pitch) - column;
    let rows = end(top + rect.height, step.pitch) - row;
    // Lengths in a record are rounded, so half a point over the edge is allowed.
    let slack = Abs::pt(1) / 2;
    let is_outside = left < -slack
        || top < -slack
        || rect.right() > area.right() + slack
        || rect.bottom() > area.bottom() + slack;
    if is_outside {
        // Column -1 is on no grid.
        GridRect { column: -1, row, columns, rows }
    } else {
        // A box within a gutter or between two rows touches no cell. It still takes one, so that
        // nothing is set over it.
        GridRect { column, row, columns: columns.max(1), rows: rows.max(1) }
    }
}
