//! A page at a density step, before its layout: the bodies and forms of every item, and the
//! places that are taken already.
//!
//! Items of which the layout desk fixed the whole place are pinned there. Where only a part of a
//! place is fixed, the other numbers are tried out: each candidate place is pinned in turn and
//! the rest of the page searched roughly; the cheapest stays. Where only the size is fixed, the
//! forms of the item are bound to it and the search places it.

use std::ops::RangeInclusive;

use crate::finding::{Bilingual, Finding, FindingCode, FindingPlace};
use crate::fit::ArticleRole;
use crate::makeup::banner::ShapedBanner;
use crate::makeup::bodies::ItemBodies;
use crate::makeup::costs::{NO_LAYOUT, OVER_CHAR, WHITE_ROW};
use crate::makeup::pinned::{PinnedPlace, pin_names, reserved_places};
use crate::makeup::plan::context::SettleContext;
use crate::makeup::plan::forms::{ItemOptions, depth_cost, item_options};
use crate::makeup::plan::pins::{PartialGrid, PartialPlacement, PinnedPlaces, RequestedPlace};
use crate::makeup::plan::pour_memo::PourMemo;
use crate::makeup::plan::problem::SearchProblem;
use crate::makeup::plan::regions::region_cuts;
use crate::makeup::plan::search::search_layouts;
use crate::makeup::task::{MakeupTask, SearchEffort, Stop, order_by_importance, page_head_rows};
use crate::model::DensityStep;
use crate::unit::{GridRect, RowRange};

/// A page at a density step, before its layout.
pub(crate) struct PageDraft {
    /// The bodies, by item.
    pub(crate) bodies: Vec<ItemBodies>,
    /// The items on the page, the most important first.
    pub(crate) importance_order: Vec<usize>,
    /// The items that the search places, in the same order: by rank.
    pub(crate) free_items: Vec<usize>,
    /// The forms, by item.
    pub(crate) options: Vec<ItemOptions>,
    pub(crate) banner: Option<ShapedBanner>,
    /// Rows of the page head.
    pub(crate) head_rows: i64,
    /// The part of the page for articles: all columns, the rows below page head and banner.
    pub(crate) page: GridRect,
    /// The places that are taken.
    pub(crate) pins: Vec<PinnedPlace>,
    /// Items of which the layout desk fixed the place, or some numbers of it.
    pub(crate) requested_places: Vec<RequestedPlace>,
    /// Items of which the layout desk fixed the size alone.
    pub(crate) size_bound: Vec<PartialPlacement>,
    /// Items that found no room, the most important first.
    pub(crate) left_off: Vec<usize>,
}

/// Limit: number of places tried for an item of which a part of the place is fixed.
const PLACES_TRIED: usize = 24;

impl PageDraft {
    /// Composes every item, finds its forms, and takes the places that the layout desk fixed.
    ///
    /// # Errors
    /// [`Stop::Halted`]. [`Stop::Refused`]: as [`PinnedPlaces::new`]; a locked place that cannot
    /// hold the headline; a character of the banner that no face has.
    pub(crate) fn new(
        task: &MakeupTask<'_>,
        step: &DensityStep,
        effort: SearchEffort,
    ) -> Result<Self, Stop> {
        let style = task.style;
        let banner = ShapedBanner::new(task, step)?;
        let head_rows = page_head_rows(task);
        // Locks count rows from the top of the type area, so they must stay clear of page head and
        // banner, which are known first.
        let top_row = head_rows + banner.as_ref().map_or(0, |banner| banner.rows);
        let PinnedPlaces { pins, partial } = PinnedPlaces::new(task, step, top_row)?;
        let importance_order = order_by_importance(task.items);
        let (mut bodies, mut options) = (Vec::new(), Vec::new());
        for (index, item) in task.items.iter().enumerate() {
            task.halt.check()?;
            let is_lead = importance_order.first() == Some(&index);
            // Only the lead may have the largest headlines, so the role decides the forms.
            let role = if is_lead { ArticleRole::Lead } else { ArticleRole::Other };
            let item_bodies = ItemBodies::new(item, style, step, effort);
            options.push(item_options(item, style, step, &item_bodies, (role, effort)));
            bodies.push(item_bodies);
        }
        let mut draft = Self {
            bodies,
            // Every item is free until a place for it is pinned.
            free_items: importance_order.clone(),
            importance_order,
            options,
            banner,
            head_rows,
            page: GridRect::new(0, top_row, step.columns, step.rows - top_row),
            pins: Vec::new(),
            requested_places: partial
                .iter()
                .map(|partial| RequestedPlace { item: partial.item, place: partial.place })
                .collect(),
            size_bound: Vec::new(),
            left_off: Vec::new(),
        };
        let mut errors = Vec::new();
        for pin in pins {
            // A reserved box is pinned too, but has no item to check.
            if let Some(item) = pin.item {
                let place = PartialGrid::from(pin.grid);
                draft.requested_places.push(RequestedPlace { item, place });
                let GridRect { columns, rows, .. } = pin.grid;
                errors.extend(draft.check_depth(task, item, &pin.field, rows, columns..=columns));
            }
            draft.pin_place(pin);
        }
        // After all whole places, so that a partial one can avoid them. Each is pinned before the
        // next is tried: the search is greedy, in the order of the record.
        for partial in partial {
            errors.extend(draft.place_partial(task, step, partial)?);
        }
        if errors.is_empty() { Ok(draft) } else { Err(Stop::Refused(errors)) }
    }

    /// Number of cells that reserved boxes take.
    pub(crate) fn reserved_cells(&self) -> i64 {
        reserved_places(&self.pins).map(|place| place.cells()).sum()
    }

    /// The values that layouts of this page are settled with.
    pub(crate) fn settle_context<'a>(
        &'a self,
        problem: &'a SearchProblem<'a>,
        task: &'a MakeupTask<'a>,
        step: &'a DensityStep,
    ) -> SettleContext<'a> {
        SettleContext {
            problem,
            bodies: &self.bodies,
            options: &self.options,
            importance_order: &self.importance_order,
            free_items: &self.free_items,
            task,
            step,
            page: self.page,
            pins: &self.pins,
            requested_places: &self.requested_places,
            pour_memo: PourMemo::default(),
        }
    }

    /// Takes a place, so that its item is no longer free.
    fn pin_place(&mut self, pin: PinnedPlace) {
        self.free_items.retain(|item| pin.item != Some(*item));
        self.pins.push(pin);
    }

    /// The input of the search: the free items and the free part of the page.
    pub(crate) fn search_problem<'a>(
        &'a self,
        task: &MakeupTask<'a>,
        step: &DensityStep,
    ) -> SearchProblem<'a> {
        let taken: Vec<GridRect> = self.pins.iter().map(|pin| pin.grid).collect();
        SearchProblem {
            options: self.free_items.iter().map(|item| &self.options[*item]).collect(),
            columns: self.page.columns,
            rows: self.page.rows,
            chars: step.chars,
            gutter: step.gutter,
            region_cuts: region_cuts(self.page, &taken, task.style.quarter_order),
            halt: task.halt,
        }
    }

    /// Checks that `rows` rows hold the head and pictures of an item and a row of its body over
    /// any of the widths. Returns a finding if they do not.
    fn check_depth(
        &self,
        task: &MakeupTask<'_>,
        item: usize,
        field: &str,
        rows: i64,
        widths: RangeInclusive<i64>,
    ) -> Option<Finding> {
        let id = &task.items[item].id;
        // Every width of the page has a form, so 0 only stands for an empty range of widths.
        let least = widths.filter_map(|columns| self.least_rows(item, columns)).min().unwrap_or(0);
        if rows >= least {
            return None;
        }
        let words = Bilingual::new(
            format!("“{id}”锁定的 {rows} 行放不下标题和图片，至少要 {least} 行"),
            format!(
                "the {rows} rows locked for “{id}” cannot hold its headline and pictures; at least {least} are needed"
            ),
        );
        let place = FindingPlace::of_field(field).in_article(id);
        Some(Finding::new(FindingCode::BadPlace, place, words))
    }

    /// The fewest rows that hold the head and the pictures of an item over a width; `None` if it
    /// has no form there.
    fn least_rows(&self, item: usize, columns: i64) -> Option<i64> {
        self.options[item].forms_over(columns).iter().map(|form| form.floor_rows).min()
    }

    /// Finds a whole place for an item of which the layout desk fixed some numbers, or binds its
    /// forms where only its size is fixed. Returns a finding if no place is free, or if the rows
    /// cannot hold the headline.
    fn place_partial(
        &mut self,
        task: &MakeupTask<'_>,
        step: &DensityStep,
        partial: PartialPlacement,
    ) -> Result<Option<Finding>, Stop> {
        let PartialGrid { column, row, columns, rows } = partial.place;
        // Only the size is fixed. The search can place the item itself, with forms of that size
        // alone.
        if column.is_none() && row.is_none() {
            let widths = columns.map_or(1..=step.columns, |columns| columns..=columns);
            let rows_most = rows.unwrap_or(step.rows);
            let error = self.check_depth(task, partial.item, &partial.field, rows_most, widths);
            if error.is_none() {
                self.bind_size(partial.item, columns, rows);
                self.size_bound.push(partial);
            }
            return Ok(error);
        }
        let mut best: Option<CandidatePlace> = None;
        // Each candidate is pinned for the length of a rough search of the rest of the page.
        for candidate in self.candidate_places(step, &partial) {
            self.free_items.retain(|item| *item != partial.item);
            self.pins.push(partial.pinned_at(candidate.grid));
            let found = search_layouts(&self.search_problem(task, step), 1, SearchEffort::Probe);
            // Before the result is looked at, so that a halted search leaves no candidate behind.
            self.pins.pop();
            let rest_cost = found?.pages.first().map_or(NO_LAYOUT, |page| page.cost);
            let cost = candidate.cost + rest_cost;
            // Strictly cheaper: among equal places the one with the cheaper form stays, which came
            // first.
            if best.is_none_or(|best| cost < best.cost) {
                best = Some(CandidatePlace { cost, ..candidate });
            }
        }
        let Some(best) = best else { return Ok(Some(self.no_place_finding(&partial))) };
        self.pin_place(partial.pinned_at(best.grid));
        Ok(None)
    }

    /// Builds the finding for an item whose requested place is taken by pinned places.
    pub(crate) fn no_place_finding(&self, partial: &PartialPlacement) -> Finding {
        let name = &partial.name;
        let words = if self.pins.is_empty() {
            Bilingual::new(
                format!("“{name}”指定的位置放不下标题和图片"),
                format!("the place given for “{name}” cannot hold its headline and pictures"),
            )
        } else {
            let names = pin_names(&self.pins);
            Bilingual::new(
                format!("“{name}”指定的位置已被“{names}”占用"),
                format!("the place given for “{name}” is taken by “{names}”"),
            )
        };
        let place = FindingPlace::of_field(partial.field.as_str()).in_article(name);
        Finding::new(FindingCode::BadPlace, place, words)
    }

    /// The places that an item with a partly fixed place may have, cheapest by its own form first.
    fn candidate_places(
        &self,
        step: &DensityStep,
        partial: &PartialPlacement,
    ) -> Vec<CandidatePlace> {
        let PartialGrid { column, row, columns, rows } = partial.place;
        let (top, bottom) = (self.page.row, self.page.foot());
        let mut candidates = Vec::new();
        let widths = columns.map_or(1..=step.columns, |columns| columns..=columns);
        for columns in widths {
            // The cheapest form stands for the width: it only ranks the candidates.
            let Some(form) = self.options[partial.item].forms_over(columns).first() else {
                continue;
            };
            let floor_rows = self.least_rows(partial.item, columns).unwrap_or(0);
            // Every column at which the width still ends on the page.
            let lefts = column.map_or(0..=step.columns - columns, |column| column..=column);
            for column in lefts.filter(|column| column + columns <= step.columns) {
                let depth = rows.unwrap_or(form.rows.usual);
                // Where the row is free: at the top, in the middle, at the foot of the page.
                let starts = match row {
                    Some(row) => vec![row],
                    None => vec![top, i64::midpoint(top, bottom - depth), bottom - depth],
                };
                for row in starts {
                    // A fixed row near the foot may leave fewer rows than the form takes.
                    let rows = depth.min(bottom - row);
                    let grid = GridRect { column, row, columns, rows };
                    let is_taken = self.pins.iter().any(|pin| pin.grid.overlaps(&grid));
                    // The middle and the foot lie above the top where the form is deeper than the
                    // page.
                    if row < top || rows < floor_rows || is_taken {
                        continue;
                    }
                    // Rows that are missing are charged as overset copy, as in the search.
                    let missing_cells = (form.rows.least - rows).max(0) * columns;
                    let cost = form.cost
                        + depth_cost(form.rows.clamp(rows), form.rows.usual, 1)
                        + missing_cells * step.chars * OVER_CHAR;
                    candidates.push(CandidatePlace { cost, grid });
                }
            }
        }
        candidates.sort();
        // The three starts are one where the depth fills the page.
        candidates.dedup();
        candidates.truncate(PLACES_TRIED);
        candidates
    }

    /// Leaves an item only forms over `columns` columns and of `rows` rows, as far as these are
    /// given.
    fn bind_size(&mut self, item: usize, columns: Option<i64>, rows: Option<i64>) {
        for (width, options) in self.options[item].by_width_mut() {
            // The width stays in the list without forms, so that widths are still found by index.
            if columns.is_some_and(|columns| columns != width) {
                options.forms.clear();
            }
            let Some(rows) = rows else { continue };
            // Overset copy can be reported, a head cut off cannot.
            options.forms.retain(|form| form.floor_rows <= rows);
            for form in &mut options.forms {
                // Rows that the form cannot take show as white or as overset copy.
                let off_rows = (form.rows.least - rows).max(rows - form.rows.most).max(0);
                form.add_cost(off_rows * width * WHITE_ROW);
                form.rows = RowRange::fixed(rows);
            }
            // The search relies on forms in the order of their cost.
            options.forms.sort_by_key(|form| form.cost);
        }
    }
}

/// A place that an item may have. Ordered by cost.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct CandidatePlace {
    cost: i64,
    grid: GridRect,
}
