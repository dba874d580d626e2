//! A page at a step on its way: bodies and forms of every item, the rows that are theirs, what is placed already.

use std::ops::RangeInclusive;

use crate::diag::{Code, Diagnostic, Place, Words};
use crate::fit::Rank;
use crate::makeup::furniture::{Banner, head_rows};
use crate::makeup::leaf::{BodySet, Form, Leaf, leaves, off};
use crate::makeup::pins::{Open, Pin, Pins, names, reserved};
use crate::makeup::regions::cuts;
use crate::makeup::search::{Effort, Field, Region, search};
use crate::makeup::settle::Ground;
use crate::makeup::shares::Pours;
use crate::makeup::{Task, order, score};
use crate::model::Step;
use crate::unit::cells_meet;

/// A page at a step.
pub(crate) struct Draft {
    /// By item.
    pub(crate) bodies: Vec<BodySet>,
    /// The items in order of importance.
    pub(crate) order: Vec<usize>,
    /// Those of them that the search places.
    pub(crate) free: Vec<usize>,
    /// By item, then by columns less one.
    pub(crate) leaves: Vec<Vec<Leaf>>,
    pub(crate) banner: Option<Banner>,
    pub(crate) head_rows: i64,
    /// The first row for articles.
    pub(crate) top: i64,
    /// What stands where the desk says.
    pub(crate) pins: Vec<Pin>,
    /// Items of which the desk fixed some numbers of their place, as it asked: first column, first row, columns, rows.
    pub(crate) asked: Vec<(usize, [Option<i64>; 4])>,
    /// Items of which the desk fixed the size alone: the search places them.
    pub(crate) bound: Vec<Open>,
    /// Items that found no room, the most important first.
    pub(crate) left: Vec<usize>,
}

/// So many places of an item that the desk half fixed are tried.
const PLACES_TRIED: usize = 24;

impl Draft {
    /// Composes every item and finds its forms.
    ///
    /// # Errors
    /// As [`Pins::new`]; none if it is to stop; a locked place that cannot hold the headline; a character of the banner that no face has.
    pub(crate) fn new(
        task: &Task<'_>,
        step: &Step,
        effort: Effort,
    ) -> Result<Self, Vec<Diagnostic>> {
        let style = task.style;
        let banner = Banner::new(task, step)?;
        let head_rows = head_rows(task);
        let top = head_rows + banner.as_ref().map_or(0, |banner| banner.rows);
        let Pins { pins, open } = Pins::new(task, step, top)?;
        let order = order(task.ready);
        let (mut bodies, mut forms) = (Vec::new(), Vec::new());
        for (item, ready) in task.ready.iter().enumerate() {
            task.halt.check()?;
            let body = BodySet::new(ready, style, step, effort);
            let lead = order.first() == Some(&item);
            let rank = if lead { Rank::Lead } else { Rank::Other };
            forms.push(leaves(ready, style, step, &body, (rank, effort)));
            bodies.push(body);
        }
        let mut draft = Self {
            bodies,
            free: order.clone(),
            order,
            leaves: forms,
            banner,
            head_rows,
            top,
            pins: Vec::new(),
            asked: open.iter().map(|open| (open.item, open.place)).collect(),
            bound: Vec::new(),
            left: Vec::new(),
        };
        let mut errors = Vec::new();
        for pin in pins {
            if let Some(item) = pin.item {
                draft.asked.push((item, pin.place.map(Some)));
                let [_, _, columns, rows] = pin.place;
                errors.extend(draft.short(task, item, &pin.field, rows, columns..=columns));
            }
            draft.pin(pin);
        }
        for open in open {
            errors.extend(draft.place(task, step, open));
        }
        if errors.is_empty() { Ok(draft) } else { Err(errors) }
    }

    /// Cells of the grid that reserved boxes take.
    pub(crate) fn reserved_cells(&self) -> i64 {
        reserved(&self.pins).map(|[_, _, columns, rows]| columns * rows).sum()
    }

    /// What layouts are settled with.
    pub(crate) fn ground<'a>(
        &'a self,
        field: &'a Field<'a>,
        task: &'a Task<'a>,
        step: &'a Step,
    ) -> Ground<'a> {
        Ground {
            field,
            bodies: &self.bodies,
            leaves: &self.leaves,
            order: &self.order,
            free: &self.free,
            task,
            step,
            top: self.top,
            pins: &self.pins,
            asked: &self.asked,
            pours: Pours::default(),
        }
    }

    fn pin(&mut self, pin: Pin) {
        self.free.retain(|item| pin.item != Some(*item));
        self.pins.push(pin);
    }

    /// What the search is given.
    pub(crate) fn field<'a>(&'a self, task: &Task<'a>, step: &Step) -> Field<'a> {
        let rows = step.rows - self.top;
        let page = Region { column: 0, row: self.top, columns: step.columns, rows };
        let taken: Vec<[i64; 4]> = self.pins.iter().map(|pin| pin.place).collect();
        Field {
            leaves: self.free.iter().map(|item| self.leaves[*item].as_slice()).collect(),
            columns: step.columns,
            rows,
            chars: step.chars,
            gutter: step.gutter,
            cuts: cuts(page, &taken, task.style.places),
            halt: task.halt,
        }
    }

    /// That so many rows, over any of the widths, cannot hold the headline and a row of body of an item.
    fn short(
        &self,
        task: &Task<'_>,
        item: usize,
        field: &str,
        rows: i64,
        widths: RangeInclusive<i64>,
    ) -> Option<Diagnostic> {
        let ready = &task.ready[item];
        let least = widths.filter_map(|columns| self.floor(item, columns)).min().unwrap_or(0);
        if rows >= least {
            return None;
        }
        let words = Words::new(
            format!("“{}”锁定的 {rows} 行放不下标题和图片，至少要 {least} 行", ready.id),
            format!(
                "the {rows} rows locked for “{}” cannot hold its headline and pictures: {least} at least",
                ready.id
            ),
        );
        let place = Place::field(field).in_article(&ready.id);
        Some(Diagnostic::new(Code::BadPlace, place, words))
    }

    /// The fewest rows that hold the head and the pictures of an item over a width; `None` if it has no form there.
    fn floor(&self, item: usize, columns: i64) -> Option<i64> {
        self.forms(item, columns).iter().map(|form| form.floor).min()
    }

    fn forms(&self, item: usize, columns: i64) -> &[Form] {
        let at = usize::try_from(columns - 1).unwrap_or(usize::MAX);
        self.leaves[item].get(at).map_or(&[], |leaf| &leaf.forms)
    }

    /// Finds a whole place for an item of which the desk fixed some numbers, or bounds its forms where only its size
    /// is fixed. Gives why it can have none: none is free, or the rows cannot hold the headline.
    fn place(&mut self, task: &Task<'_>, step: &Step, open: Open) -> Option<Diagnostic> {
        let [column, row, columns, rows] = open.place;
        if column.is_none() && row.is_none() {
            let widths = columns.map_or(1..=step.columns, |columns| columns..=columns);
            let rows_most = rows.unwrap_or(step.rows);
            let short = self.short(task, open.item, &open.field, rows_most, widths);
            if short.is_none() {
                self.bind(open.item, columns, rows);
                self.bound.push(open);
            }
            return short;
        }
        let tried = self.candidates(step, &open);
        let mut best: Option<(i64, [i64; 4])> = None;
        for (cost, place) in tried {
            self.free.retain(|item| *item != open.item);
            self.pins.push(open.at(place));
            let layouts = search(&self.field(task, step), 1, Effort::Probe);
            self.pins.pop();
            let rest = layouts.whole.first().map_or(i64::MAX / 4, |whole| whole.cost);
            if best.is_none_or(|(known, _)| cost + rest < known) {
                best = Some((cost + rest, place));
            }
        }
        let Some((_, place)) = best else { return Some(self.taken(&open)) };
        self.pin(open.at(place));
        None
    }

    /// That what stands already leaves no place for an item.
    pub(crate) fn taken(&self, open: &Open) -> Diagnostic {
        let wanted = &open.name;
        let words = if self.pins.is_empty() {
            Words::new(
                format!("“{wanted}”要的位置放不下标题和图片"),
                format!("no place where “{wanted}” is to stand holds its headline and pictures"),
            )
        } else {
            let names = names(&self.pins);
            Words::new(
                format!("“{wanted}”要的位置都被“{names}”占了"),
                format!("“{names}” leave no place where “{wanted}” is to stand"),
            )
        };
        let place = Place::field(open.field.as_str()).in_article(wanted);
        Diagnostic::new(Code::BadPlace, place, words)
    }

    /// The places that an item may have, cheapest by its own form first.
    fn candidates(&self, step: &Step, open: &Open) -> Vec<(i64, [i64; 4])> {
        let [column, row, columns, rows] = open.place;
        let bottom = step.rows;
        let mut out = Vec::new();
        let widths = columns.map_or(1..=step.columns, |columns| columns..=columns);
        for columns in widths {
            let Some(form) = self.forms(open.item, columns).first() else { continue };
            let floor = self.floor(open.item, columns).unwrap_or(0);
            let lefts = column.map_or(0..=step.columns - columns, |column| column..=column);
            for column in lefts.filter(|column| column + columns <= step.columns) {
                let deep = rows.unwrap_or(form.rows[1]);
                let starts = match row {
                    Some(row) => vec![row],
                    None => vec![self.top, i64::midpoint(self.top, bottom - deep), bottom - deep],
                };
                for row in starts {
                    let deep = deep.min(bottom - row);
                    let place = [column, row, columns, deep];
                    let taken = self.pins.iter().any(|pin| cells_meet(pin.place, place));
                    if row < self.top || deep < floor || taken {
                        continue;
                    }
                    let inside = deep.clamp(form.rows[0], form.rows[2].max(form.rows[0]));
                    let missing = (form.rows[0] - deep).max(0) * columns;
                    let cost = form.cost
                        + off(inside, form.rows[1], 1)
                        + missing * step.chars * score::OVER_CHAR;
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
    fn bind(&mut self, item: usize, columns: Option<i64>, rows: Option<i64>) {
        for (leaf, wide) in self.leaves[item].iter_mut().zip(1..) {
            if columns.is_some_and(|columns| columns != wide) {
                leaf.forms.clear();
            }
            let Some(rows) = rows else { continue };
            leaf.forms.retain(|form| form.floor <= rows);
            for form in &mut leaf.forms {
                // What it cannot take shows as white or as copy that is over.
                let far = (form.rows[0] - rows).max(rows - form.rows[2]).max(0);
                form.charge(far * wide * score::WHITE_ROW);
                form.rows = [rows; 3];
            }
            leaf.forms.sort_by_key(|form| form.cost);
        }
    }
}

/// The first form of an item: that over the narrowest width that it may have.
pub(crate) fn first_form(leaves: &[Leaf]) -> Option<&Form> {
    leaves.iter().find_map(|leaf| leaf.forms.first())
}
