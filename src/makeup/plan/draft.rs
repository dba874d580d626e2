//! A page at a step on its way: bodies and forms of every item, the rows that are theirs, what is placed already.

use std::ops::RangeInclusive;

use crate::finding::{Bilingual, Finding, FindingCode, FindingPlace};
use crate::fit::ArticleRole;
use crate::makeup::banner::ShapedBanner;
use crate::makeup::bodies::ItemBodies;
use crate::makeup::costs;
use crate::makeup::pinned::{PinnedPlace, pin_names, reserved_places};
use crate::makeup::plan::context::SettleContext;
use crate::makeup::plan::forms::{ModuleForm, WidthOptions, depth_cost, options_by_width};
use crate::makeup::plan::pins::{PartialPlacement, PinnedPlaces};
use crate::makeup::plan::pour_memo::PourMemo;
use crate::makeup::plan::problem::{FreeRegion, SearchProblem};
use crate::makeup::plan::regions::region_cuts;
use crate::makeup::plan::search::search;
use crate::makeup::task::{MakeupTask, SearchEffort, order_by_importance, page_head_rows};
use crate::model::DensityStep;
use crate::unit::grid_areas_overlap;

/// A page at a step.
pub(crate) struct PageDraft {
    /// By item.
    pub(crate) bodies: Vec<ItemBodies>,
    /// The items in order of importance.
    pub(crate) importance_order: Vec<usize>,
    /// Those of them that the search places.
    pub(crate) free_items: Vec<usize>,
    /// By item, then by columns less one.
    pub(crate) options: Vec<Vec<WidthOptions>>,
    pub(crate) banner: Option<ShapedBanner>,
    pub(crate) head_rows: i64,
    /// The first row for articles.
    pub(crate) top_row: i64,
    /// What stands where the desk says.
    pub(crate) pins: Vec<PinnedPlace>,
    /// Items of which the desk fixed some numbers of their place, as it asked: first column, first row, columns, rows.
    pub(crate) requested_places: Vec<(usize, [Option<i64>; 4])>,
    /// Items of which the desk fixed the size alone: the search places them.
    pub(crate) size_bound: Vec<PartialPlacement>,
    /// Items that found no room, the most important first.
    pub(crate) left_off: Vec<usize>,
}

/// So many places of an item that the desk half fixed are tried.
const PLACES_TRIED: usize = 24;

impl PageDraft {
    /// Composes every item and finds its forms.
    ///
    /// # Errors
    /// As [`Pins::new`]; none if it is to stop; a locked place that cannot hold the headline; a character of the banner that no face has.
    pub(crate) fn new(
        task: &MakeupTask<'_>,
        step: &DensityStep,
        effort: SearchEffort,
    ) -> Result<Self, Vec<Finding>> {
        let style = task.style;
        let banner = ShapedBanner::new(task, step)?;
        let head_rows = page_head_rows(task);
        let top = head_rows + banner.as_ref().map_or(0, |banner| banner.rows);
        let PinnedPlaces { pins, partial: open } = PinnedPlaces::new(task, step, top)?;
        let order = order_by_importance(task.items);
        let (mut bodies, mut forms) = (Vec::new(), Vec::new());
        for (item, ready) in task.items.iter().enumerate() {
            task.halt.check()?;
            let body = ItemBodies::new(ready, style, step, effort);
            let lead = order.first() == Some(&item);
            let rank = if lead { ArticleRole::Lead } else { ArticleRole::Other };
            forms.push(options_by_width(ready, style, step, &body, (rank, effort)));
            bodies.push(body);
        }
        let mut draft = Self {
            bodies,
            free_items: order.clone(),
            importance_order: order,
            options: forms,
            banner,
            head_rows,
            top_row: top,
            pins: Vec::new(),
            requested_places: open.iter().map(|open| (open.item, open.place)).collect(),
            size_bound: Vec::new(),
            left_off: Vec::new(),
        };
        let mut errors = Vec::new();
        for pin in pins {
            if let Some(item) = pin.item {
                draft.requested_places.push((item, pin.grid.map(Some)));
                let [_, _, columns, rows] = pin.grid;
                errors.extend(draft.check_depth(task, item, &pin.field, rows, columns..=columns));
            }
            draft.pin_place(pin);
        }
        for open in open {
            errors.extend(draft.place_partial(task, step, open));
        }
        if errors.is_empty() { Ok(draft) } else { Err(errors) }
    }

    /// Cells of the grid that reserved boxes take.
    pub(crate) fn reserved_cells(&self) -> i64 {
        reserved_places(&self.pins).map(|[_, _, columns, rows]| columns * rows).sum()
    }

    /// What layouts are settled with.
    pub(crate) fn settle_context<'a>(
        &'a self,
        field: &'a SearchProblem<'a>,
        task: &'a MakeupTask<'a>,
        step: &'a DensityStep,
    ) -> SettleContext<'a> {
        SettleContext {
            problem: field,
            bodies: &self.bodies,
            options: &self.options,
            importance_order: &self.importance_order,
            free_items: &self.free_items,
            task,
            step,
            top_row: self.top_row,
            pins: &self.pins,
            asked: &self.requested_places,
            pours: PourMemo::default(),
        }
    }

    fn pin_place(&mut self, pin: PinnedPlace) {
        self.free_items.retain(|item| pin.item != Some(*item));
        self.pins.push(pin);
    }

    /// What the search is given.
    pub(crate) fn search_problem<'a>(
        &'a self,
        task: &MakeupTask<'a>,
        step: &DensityStep,
    ) -> SearchProblem<'a> {
        let rows = step.rows - self.top_row;
        let page = FreeRegion { column: 0, row: self.top_row, columns: step.columns, rows };
        let taken: Vec<[i64; 4]> = self.pins.iter().map(|pin| pin.grid).collect();
        SearchProblem {
            options: self.free_items.iter().map(|item| self.options[*item].as_slice()).collect(),
            columns: step.columns,
            rows,
            chars: step.chars,
            gutter: step.gutter,
            region_cuts: region_cuts(page, &taken, task.style.quarter_order),
            halt: task.halt,
        }
    }

    /// That so many rows, over any of the widths, cannot hold the headline and a row of body of an item.
    fn check_depth(
        &self,
        task: &MakeupTask<'_>,
        item: usize,
        field: &str,
        rows: i64,
        widths: RangeInclusive<i64>,
    ) -> Option<Finding> {
        let ready = &task.items[item];
        let least = widths.filter_map(|columns| self.least_rows(item, columns)).min().unwrap_or(0);
        if rows >= least {
            return None;
        }
        let words = Bilingual::new(
            format!("“{}”锁定的 {rows} 行放不下标题和图片，至少要 {least} 行", ready.id),
            format!(
                "the {rows} rows locked for “{}” cannot hold its headline and pictures: {least} at least",
                ready.id
            ),
        );
        let place = FindingPlace::of_field(field).in_article(&ready.id);
        Some(Finding::new(FindingCode::BadPlace, place, words))
    }

    /// The fewest rows that hold the head and the pictures of an item over a width; `None` if it has no form there.
    fn least_rows(&self, item: usize, columns: i64) -> Option<i64> {
        self.forms_over(item, columns).iter().map(|form| form.floor_rows).min()
    }

    fn forms_over(&self, item: usize, columns: i64) -> &[ModuleForm] {
        let at = usize::try_from(columns - 1).unwrap_or(usize::MAX);
        self.options[item].get(at).map_or(&[], |leaf| &leaf.forms)
    }

    /// Finds a whole place for an item of which the desk fixed some numbers, or bounds its forms where only its size
    /// is fixed. Gives why it can have none: none is free, or the rows cannot hold the headline.
    fn place_partial(
        &mut self,
        task: &MakeupTask<'_>,
        step: &DensityStep,
        open: PartialPlacement,
    ) -> Option<Finding> {
        let [column, row, columns, rows] = open.place;
        if column.is_none() && row.is_none() {
            let widths = columns.map_or(1..=step.columns, |columns| columns..=columns);
            let rows_most = rows.unwrap_or(step.rows);
            let short = self.check_depth(task, open.item, &open.field, rows_most, widths);
            if short.is_none() {
                self.bind_size(open.item, columns, rows);
                self.size_bound.push(open);
            }
            return short;
        }
        let tried = self.candidate_places(step, &open);
        let mut best: Option<(i64, [i64; 4])> = None;
        for (cost, place) in tried {
            self.free_items.retain(|item| *item != open.item);
            self.pins.push(open.pinned_at(place));
            let layouts = search(&self.search_problem(task, step), 1, SearchEffort::Probe);
            self.pins.pop();
            let rest = layouts.pages.first().map_or(i64::MAX / 4, |whole| whole.cost);
            if best.is_none_or(|(known, _)| cost + rest < known) {
                best = Some((cost + rest, place));
            }
        }
        let Some((_, place)) = best else { return Some(self.no_place_finding(&open)) };
        self.pin_place(open.pinned_at(place));
        None
    }

    /// That what stands already leaves no place for an item.
    pub(crate) fn no_place_finding(&self, open: &PartialPlacement) -> Finding {
        let wanted = &open.name;
        let words = if self.pins.is_empty() {
            Bilingual::new(
                format!("“{wanted}”要的位置放不下标题和图片"),
                format!("no place where “{wanted}” is to stand holds its headline and pictures"),
            )
        } else {
            let names = pin_names(&self.pins);
            Bilingual::new(
                format!("“{wanted}”要的位置都被“{names}”占了"),
                format!("“{names}” leave no place where “{wanted}” is to stand"),
            )
        };
        let place = FindingPlace::of_field(open.field.as_str()).in_article(wanted);
        Finding::new(FindingCode::BadPlace, place, words)
    }

    /// The places that an item may have, cheapest by its own form first.
    fn candidate_places(
        &self,
        step: &DensityStep,
        open: &PartialPlacement,
    ) -> Vec<(i64, [i64; 4])> {
        let [column, row, columns, rows] = open.place;
        let bottom = step.rows;
        let mut out = Vec::new();
        let widths = columns.map_or(1..=step.columns, |columns| columns..=columns);
        for columns in widths {
            let Some(form) = self.forms_over(open.item, columns).first() else { continue };
            let floor = self.least_rows(open.item, columns).unwrap_or(0);
            let lefts = column.map_or(0..=step.columns - columns, |column| column..=column);
            for column in lefts.filter(|column| column + columns <= step.columns) {
                let deep = rows.unwrap_or(form.rows[1]);
                let starts = match row {
                    Some(row) => vec![row],
                    None => vec![
                        self.top_row,
                        i64::midpoint(self.top_row, bottom - deep),
                        bottom - deep,
                    ],
                };
                for row in starts {
                    let deep = deep.min(bottom - row);
                    let place = [column, row, columns, deep];
                    let taken = self.pins.iter().any(|pin| grid_areas_overlap(pin.grid, place));
                    if row < self.top_row || deep < floor || taken {
                        continue;
                    }
                    let inside = deep.clamp(form.rows[0], form.rows[2].max(form.rows[0]));
                    let missing = (form.rows[0] - deep).max(0) * columns;
                    let cost = form.cost
                        + depth_cost(inside, form.rows[1], 1)
                        + missing * step.chars * costs::OVER_CHAR;
                    out.push((cost, place));
                }
            }
        }
        out.sort();
        out.dedup();
        out.truncate(PLACES_TRIED);
        out
    }

    /// Leaves an item only forms of so many columns and rows.
    fn bind_size(&mut self, item: usize, columns: Option<i64>, rows: Option<i64>) {
        for (leaf, wide) in self.options[item].iter_mut().zip(1..) {
            if columns.is_some_and(|columns| columns != wide) {
                leaf.forms.clear();
            }
            let Some(rows) = rows else { continue };
            leaf.forms.retain(|form| form.floor_rows <= rows);
            for form in &mut leaf.forms {
                // What it cannot take shows as white or as copy that is over.
                let far = (form.rows[0] - rows).max(rows - form.rows[2]).max(0);
                form.add_cost(far * wide * costs::WHITE_ROW);
                form.rows = [rows; 3];
            }
            leaf.forms.sort_by_key(|form| form.cost);
        }
    }
}
