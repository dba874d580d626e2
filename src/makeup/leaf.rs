//! What one item may look like over a width of the page: where its head stands, how large it is, where its pictures
//! are, and the depths it can take.

use std::sync::Arc;

use crate::fit::{
    Bodies, Head, HeadSet, Rank, Ready, Starts, air_cost, all_heads, compose, depth_of, estimate,
    heads_within, largest, pour_best, rows_of, upright_heads,
};
use crate::makeup::findings::has_its_place;
use crate::makeup::score;
use crate::makeup::search::Effort;
use crate::makeup::shots::{Shot, arrangements, picture_cost};
use crate::model::{HeadWish, HouseStyle, Step, Strip};
use crate::unit::Abs;

/// Where the head stands (题文相配).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Position {
    /// Above the body, as wide as the module (盖文题).
    Above,
    /// Over so many columns from the left; the others run up to its top (串文题).
    Left(i64),
    /// Over columns in the middle, from the first one on, so many; those at both sides run up to its top (眉心题).
    Centre(i64, i64),
    /// Vertical, over so many columns at the left (左侧竖题).
    Upright(i64),
}

impl Position {
    /// The first column that the head stands over and how many.
    pub fn span(self, columns: i64) -> (i64, i64) {
        match self {
            Self::Above => (0, columns),
            Self::Left(span) | Self::Upright(span) => (0, span),
            Self::Centre(first, span) => (first, span),
        }
    }
}

/// One form of an item over a width.
#[derive(Clone, Debug)]
pub(crate) struct Form {
    /// Where the head stands.
    pub(crate) position: Position,
    /// The head.
    pub(crate) head: Head,
    /// The rows that the head may take.
    pub(crate) head_rows: [i64; 2],
    /// The pictures above the columns.
    pub(crate) shots: Vec<Shot>,
    /// The first column with body: none stands under a vertical head as deep as the module.
    pub(crate) text_from: i64,
    /// The fewest, the usual and the most rows of the module.
    pub(crate) rows: [i64; 3],
    /// The rows that its frame, its head and its pictures take at the least, and one of body.
    pub(crate) floor: i64,
    /// What it costs.
    pub(crate) cost: i64,
    /// The same without what its body is thought to cost.
    pub(crate) own: i64,
    /// The white beside the head's lines, from the edge of the columns it spans.
    pub(crate) white: Abs,
}

impl Form {
    /// Makes it dearer.
    pub(crate) fn charge(&mut self, cost: i64) {
        self.cost += cost;
        self.own += cost;
    }

    /// The rows by which each column starts lower than the module, its frame apart: under the head, then under the
    /// pictures, whose rows these are.
    pub(crate) fn offsets(
        &self,
        columns: i64,
        head_rows: i64,
        shots: impl IntoIterator<Item = i64>,
    ) -> Starts {
        let (first, span) = self.position.span(columns);
        let mut offsets = Starts::level(columns, 0);
        for (offset, k) in offsets.iter_mut().zip(0..) {
            if (first..first + span).contains(&k) {
                *offset = head_rows;
            }
        }
        for (shot, rows) in self.shots.iter().zip(shots) {
            let base = shot.range().filter_map(|k| offsets.get(k)).copied().max().unwrap_or(0);
            for k in shot.range() {
                if let Some(offset) = offsets.get_mut(k) {
                    *offset = base + rows;
                }
            }
        }
        offsets
    }

    /// The offsets of the columns that hold body.
    pub(crate) fn text_offsets(&self, columns: i64, head_rows: i64, shots: &[i64]) -> Starts {
        let from = usize::try_from(self.text_from).unwrap_or(0);
        self.offsets(columns, head_rows, shots.iter().copied()).rest(from)
    }
}

/// An item over a width.
#[derive(Clone, Debug)]
pub(crate) struct Leaf {
    /// Its forms, best first, never empty.
    pub(crate) forms: Vec<Form>,
    /// The columns of its body.
    pub(crate) strip: Strip,
}

/// The bodies of an item: one for each number of 字 that its columns have over the widths of the page.
#[derive(Clone, Debug)]
pub(crate) struct BodySet {
    bodies: Vec<(i64, Bodies)>,
    /// By columns less one.
    strips: Vec<Strip>,
}

impl BodySet {
    /// Bodies may be run a line longer for each column of the page; for the choice of a step they are counted, not
    /// set.
    pub(crate) fn new(ready: &Ready, style: &HouseStyle, step: &Step, effort: Effort) -> Self {
        // A column may be a line short, but not the last: so many lines may be missing at most.
        let longer = usize::try_from(step.columns).unwrap_or(0);
        let frame = ready.framed().then_some(&style.frame);
        let strips: Vec<Strip> =
            (1..=step.columns).map(|columns| step.strip(columns, frame)).collect();
        let mut bodies: Vec<(i64, Bodies)> = Vec::new();
        for strip in &strips {
            if bodies.iter().all(|(chars, _)| *chars != strip.chars) {
                let body = match effort {
                    Effort::Full => compose(ready, style, step, strip.chars, longer),
                    Effort::Probe | Effort::Room => estimate(ready, style, step, strip.chars),
                };
                bodies.push((strip.chars, body));
            }
        }
        Self { bodies, strips }
    }

    /// The columns of its body over a width.
    pub(crate) fn strip(&self, columns: i64) -> Strip {
        self.strips[index(columns)]
    }

    /// Its bodies over a width.
    pub(crate) fn over(&self, columns: i64) -> &Bodies {
        let chars = self.strip(columns).chars;
        let found = self.bodies.iter().find(|(known, _)| *known == chars);
        &found.unwrap_or(&self.bodies[0]).1
    }
}

/// So many heads are tried over a part of the columns.
const HEADS_LEFT: usize = 2;
/// So many forms are kept of an item over a width.
const FORMS: usize = 10;
/// Rows of white that a vertical head may stand in.
const UPRIGHT_AIR: i64 = 12;

/// The rows of a frame above and below what is in it.
pub(crate) fn pads(ready: &Ready, style: &HouseStyle) -> [i64; 2] {
    if ready.framed() { style.frame.rows } else { [0, 0] }
}

/// An item over every width of the page.
pub(crate) fn leaves(
    ready: &Ready,
    style: &HouseStyle,
    step: &Step,
    bodies: &BodySet,
    (rank, effort): (Rank, Effort),
) -> Vec<Leaf> {
    // In a frame a head has less room, and how much depends on the whole width.
    let plain = if ready.framed() { Arc::default() } else { all_heads(ready, style, step, rank) };
    (1..=step.columns)
        .map(|columns| {
            let strip = bodies.strip(columns);
            let framed: Vec<HeadSet> = if ready.framed() {
                let cap = |span| largest(style, step, step.width(span), rank);
                (1..=columns)
                    .map(|span| heads_within(ready, style, step, strip.width(span), cap(span)))
                    .collect()
            } else {
                Vec::new()
            };
            let sets = if ready.framed() { &framed } else { &*plain };
            let bodies = bodies.over(columns);
            let scene = Scene { ready, style, step, bodies, sets, strip, columns, rank, effort };
            Leaf { forms: scene.forms(), strip }
        })
        .collect()
}

fn index(columns: i64) -> usize {
    usize::try_from(columns - 1).unwrap_or(0)
}

/// A head over an item, or a part of its columns.
struct Headed {
    position: Position,
    head: Head,
    /// The rows that it may take.
    rows: [i64; 2],
    /// The white beside its lines.
    white: Abs,
}

/// An item over one width, on its way to forms.
struct Scene<'a> {
    ready: &'a Ready,
    style: &'a HouseStyle,
    step: &'a Step,
    bodies: &'a Bodies,
    /// By columns spanned less one.
    sets: &'a [HeadSet],
    strip: Strip,
    columns: i64,
    rank: Rank,
    effort: Effort,
}

impl Scene<'_> {
    fn forms(&self) -> Vec<Form> {
        let shots = arrangements(self.ready, self.style, self.step, self.strip, self.columns);
        let body = Body::new(self.bodies, self.columns, self.effort);
        let heads = self.heads();
        let mut forms = Vec::with_capacity(heads.len() * shots.len());
        for shots in &shots {
            for head in &heads {
                forms.extend(self.form(&body, head, shots, 0));
                if let Position::Upright(span) = head.position {
                    forms.extend(self.form(&body, head, shots, span));
                }
            }
        }
        let wished = |form: &Form| has_its_place(self.ready.head, form.position);
        // A width that has no such form has the plain one, and is dear.
        if forms.iter().any(wished) {
            forms.retain(wished);
        } else {
            forms.retain(|form| form.position == Position::Above);
            forms.iter_mut().for_each(|form| form.charge(score::UNWISHED));
        }
        if forms.is_empty() {
            forms.extend(self.least());
        }
        forms.sort_by_key(|form| form.cost);
        forms.truncate(FORMS);
        forms
    }

    /// The heads that the item may have here.
    fn heads(&self) -> Vec<Headed> {
        let (columns, wish) = (self.columns, self.ready.head);
        let headed = |set: &HeadSet, position: Position, head: &Head| {
            self.headed(position, head, [set.least(head), set.most(head)])
        };
        let mut out = Vec::new();
        let set = &self.sets[index(columns)];
        out.extend(set.heads().iter().map(|head| headed(set, Position::Above, head)));
        if self.ready.heads.is_empty() {
            return out;
        }
        // §4.3: at least half of the columns.
        for span in (columns + 1) / 2..columns {
            let set = &self.sets[index(span)];
            let heads = set.heads().iter().take(HEADS_LEFT);
            if wish == HeadWish::Centred {
                let first = (columns - span) / 2;
                if first > 0 && first * 2 + span == columns {
                    let position = Position::Centre(first, span);
                    out.extend(heads.map(|head| headed(set, position, head)));
                }
            } else {
                out.extend(heads.map(|head| headed(set, Position::Left(span), head)));
            }
        }
        if wish == HeadWish::Vertical {
            for span in 1..=(columns / 3).max(1).min(columns - 1) {
                let width = self.strip.width(span);
                // As large as a head over the module would be (§3.1: of equal area).
                let cap = largest(self.style, self.step, self.step.width(columns), self.rank);
                let heads = upright_heads(self.ready, self.style, self.step, width, cap);
                out.extend(heads.iter().take(HEADS_LEFT).map(|head| {
                    let rows = [head.least, head.rows + UPRIGHT_AIR];
                    self.headed(Position::Upright(span), head, rows)
                }));
            }
        }
        out
    }

    fn headed(&self, position: Position, head: &Head, rows: [i64; 2]) -> Headed {
        let (_, span) = position.span(self.columns);
        let white = (self.strip.width(span) - head.width(self.ready)).max(Abs::ZERO) / 2;
        Headed { position, head: head.clone(), rows, white }
    }

    /// The item with this head and these pictures; `None` if they do not go together.
    fn form(&self, body: &Body, headed: &Headed, shots: &[Shot], text_from: i64) -> Option<Form> {
        let Self { ready, style, step, columns, .. } = *self;
        let Headed { position, ref head, rows: head_rows, white } = *headed;
        let (first, span) = position.span(columns);
        // A picture stands beside the head or below it, never half and half; never below a vertical one.
        let under = |k: usize| (first..first + span).contains(&(k as i64));
        let upright = matches!(position, Position::Upright(_));
        for shot in shots {
            let mut range = shot.range();
            let all = range.clone().all(under);
            if all && upright || range.any(under) && !all {
                return None;
            }
        }
        let mut form = Form {
            position,
            head: head.clone(),
            head_rows,
            shots: shots.to_vec(),
            text_from,
            rows: [0; 3],
            floor: 0,
            cost: 0,
            own: 0,
            white,
        };
        let pads: i64 = pads(ready, style).iter().sum();
        let rows_at = |head: i64, level: usize| {
            let shots = form.shots.iter().map(|shot| shot.rows[level]);
            let offsets = form.offsets(columns, head, shots);
            let text = &offsets[usize::try_from(text_from).unwrap_or(0)..];
            let tallest = offsets.iter().copied().max().unwrap_or(0);
            (body.depth(text).max(tallest), offsets, tallest)
        };
        let heads = [head_rows[0], head.rows, head_rows[1]];
        let [least, (usual, offsets, _), most] =
            [0, 1, 2].map(|level| rows_at(heads[level], level));
        form.rows = [least.0, usual, most.0].map(|rows| rows + pads);
        form.floor = least.2 + pads + i64::from(body.rows > 0);
        // A vertical head as deep as the module takes what white there is.
        if text_from > 0 {
            form.rows[2] = form.rows[2].max(usual + pads);
        }
        let text = &offsets[usize::try_from(text_from).unwrap_or(0)..];
        let lines = text.iter().map(|offset| usual - offset).min().unwrap_or(0);
        if body.rows > 0 {
            let least = text.iter().map(|offset| least.0 - offset).min().unwrap_or(0);
            if position != Position::Above && least < style.column_lines_min {
                return None;
            }
            form.cost += score::short_columns(lines, style.column_lines_min);
            form.cost += score::long_columns(usual - text.iter().min().unwrap_or(&0), step.rows);
            form.cost += score::head_heavy(head.rows, lines);
        }
        form.cost += head.cost + self.place_cost(position, usual + pads);
        form.cost += picture_cost(shots, columns, usual, body.rows > 0);
        if text_from > 0 {
            form.cost += air_cost(((usual - head.rows) / 2).max(0));
        }
        form.own = form.cost;
        form.cost += body.cost;
        Some(form)
    }

    /// What the width, the shape and the place of the head cost.
    fn place_cost(&self, position: Position, rows: i64) -> i64 {
        let Self { ready, step, columns, .. } = *self;
        let lead = if self.rank == Rank::Lead && ready.article().is_some() {
            score::lead_width(columns, step.columns)
        } else {
            0
        };
        let group = if ready.is_group() { score::wide_briefs(columns) } else { 0 };
        let place = if position == Position::Above { 0 } else { score::LEFT };
        lead + group + place + score::shape(columns, rows, step.columns, step.rows)
    }

    /// The plainest form, for a module that holds no better one.
    fn least(&self) -> Option<Form> {
        let set = &self.sets[index(self.columns)];
        let head = set.heads().first()?;
        let head = self.headed(Position::Above, head, [set.least(head), set.most(head)]);
        let body = Body::new(self.bodies, self.columns, self.effort);
        let mut form = self.form(&body, &head, &[], 0)?;
        form.charge(score::UNWISHED);
        Some(form)
    }
}

/// What a body takes of its columns.
struct Body {
    rows: i64,
    cost: i64,
    /// The depth of columns that start level.
    level: i64,
    count: usize,
}

impl Body {
    fn new(bodies: &Bodies, columns: i64, effort: Effort) -> Self {
        let rows = rows_of(bodies.best());
        let count = index(columns) + 1;
        let offsets = Starts::level(columns, 0);
        // For the choice of a step the rows alone are near enough.
        if effort == Effort::Probe {
            return Self { rows, cost: 0, level: depth_of(rows, &offsets), count };
        }
        let poured = pour_best(bodies, &offsets);
        Self { rows, cost: poured.cost, level: poured.depth, count }
    }

    /// The least depth at which it goes into columns that start so much lower.
    fn depth(&self, offsets: &[i64]) -> i64 {
        if self.rows == 0 {
            return 0;
        }
        let first = offsets.first().copied().unwrap_or(0);
        if offsets.len() == self.count && offsets.iter().all(|offset| *offset == first) {
            return self.level + first;
        }
        depth_of(self.rows, offsets)
    }
}

/// What depths off the usual cost, shared over the parts: as for a head's white.
pub(crate) fn off(rows: i64, usual: i64, parts: i64) -> i64 {
    if rows == usual {
        return 0;
    }
    let parts = parts.max(1);
    air_cost((rows - usual) / parts) * parts
}
