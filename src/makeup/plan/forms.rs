//! What one item may look like over a width of the page: where its head stands, how large it is, where its pictures
//! are, and the depths it can take.

use std::sync::Arc;

use crate::fit::{
    ArticleHead, ArticleRole, BodyVariants, ColumnStarts, HeadOptions, ShapedItem,
    head_options_within, heads_by_span, largest_headline_size, least_depth, pour_at_best_depth,
    vertical_heads, white_rows_cost,
};
use crate::makeup::bodies::{ItemBodies, width_index};
use crate::makeup::costs;
use crate::makeup::head::{HeadPosition, meets_head_request};
use crate::makeup::placed::PictureBlock;
use crate::makeup::plan::picture_blocks::{picture_arrangements, picture_share_cost};
use crate::makeup::task::SearchEffort;
use crate::model::{DensityStep, HeadRequest, HouseStyle, InnerColumns};
use crate::unit::Abs;

/// One form of an item over a width.
#[derive(Clone, Debug)]
pub(crate) struct ModuleForm {
    /// Where the head stands.
    pub(crate) head_position: HeadPosition,
    /// The head.
    pub(crate) head: ArticleHead,
    /// The rows that the head may take.
    pub(crate) head_rows: [i64; 2],
    /// The pictures above the columns.
    pub(crate) picture_blocks: Vec<PictureBlock>,
    /// The first column with body: none stands under a vertical head as deep as the module.
    pub(crate) first_text_column: i64,
    /// The fewest, the usual and the most rows of the module.
    pub(crate) rows: [i64; 3],
    /// The rows that its frame, its head and its pictures take at the least, and one of body.
    pub(crate) floor_rows: i64,
    /// What it costs.
    pub(crate) cost: i64,
    /// The same without what its body is thought to cost.
    pub(crate) cost_without_body: i64,
    /// The white beside the head's lines, from the edge of the columns it spans.
    pub(crate) side_white: Abs,
}

impl ModuleForm {
    /// Makes it dearer.
    pub(crate) fn add_cost(&mut self, cost: i64) {
        self.cost += cost;
        self.cost_without_body += cost;
    }

    /// The rows by which each column starts lower than the module, its frame apart: under the head, then under the
    /// pictures, whose rows these are.
    pub(crate) fn column_offsets(
        &self,
        columns: i64,
        head_rows: i64,
        shots: impl IntoIterator<Item = i64>,
    ) -> ColumnStarts {
        let (first, span) = self.head_position.span(columns);
        let mut offsets = ColumnStarts::level(columns, 0);
        for (offset, k) in offsets.iter_mut().zip(0..) {
            if (first..first + span).contains(&k) {
                *offset = head_rows;
            }
        }
        for (shot, rows) in self.picture_blocks.iter().zip(shots) {
            let base =
                shot.column_range().filter_map(|k| offsets.get(k)).copied().max().unwrap_or(0);
            for k in shot.column_range() {
                if let Some(offset) = offsets.get_mut(k) {
                    *offset = base + rows;
                }
            }
        }
        offsets
    }

    /// The offsets of the columns that hold body.
    pub(crate) fn text_offsets(&self, columns: i64, head_rows: i64, shots: &[i64]) -> ColumnStarts {
        let from = usize::try_from(self.first_text_column).unwrap_or(0);
        self.column_offsets(columns, head_rows, shots.iter().copied()).from_column(from)
    }
}

/// An item over a width.
#[derive(Clone, Debug)]
pub(crate) struct WidthOptions {
    /// Its forms, best first, never empty.
    pub(crate) forms: Vec<ModuleForm>,
    /// The columns of its body.
    pub(crate) inner_columns: InnerColumns,
}

/// So many heads are tried over a part of the columns.
const LEFT_HEADS_TRIED: usize = 2;
/// So many forms are kept of an item over a width.
const FORMS_KEPT: usize = 10;
/// Rows of white that a vertical head may stand in.
const UPRIGHT_HEAD_AIR: i64 = 12;

/// The rows of a frame above and below what is in it.
pub(crate) fn frame_rows(ready: &ShapedItem, style: &HouseStyle) -> [i64; 2] {
    if ready.is_framed() { style.frame.inset_rows } else { [0, 0] }
}

/// An item over every width of the page.
pub(crate) fn options_by_width(
    ready: &ShapedItem,
    style: &HouseStyle,
    step: &DensityStep,
    bodies: &ItemBodies,
    (rank, effort): (ArticleRole, SearchEffort),
) -> Vec<WidthOptions> {
    // In a frame a head has less room, and how much depends on the whole width.
    let plain =
        if ready.is_framed() { Arc::default() } else { heads_by_span(ready, style, step, rank) };
    (1..=step.columns)
        .map(|columns| {
            let strip = bodies.inner_columns_over(columns);
            let framed: Vec<HeadOptions> = if ready.is_framed() {
                let cap = |span| largest_headline_size(style, step, step.width(span), rank);
                (1..=columns)
                    .map(|span| {
                        head_options_within(ready, style, step, strip.width(span), cap(span))
                    })
                    .collect()
            } else {
                Vec::new()
            };
            let sets = if ready.is_framed() { &framed } else { &*plain };
            let bodies = bodies.over_columns(columns);
            let scene = FormBuilder {
                item: ready,
                style,
                step,
                bodies,
                heads_by_span: sets,
                inner_columns: strip,
                columns,
                role: rank,
                effort,
            };
            WidthOptions { forms: scene.forms(), inner_columns: strip }
        })
        .collect()
}

/// A head over an item, or a part of its columns.
struct HeadFit {
    position: HeadPosition,
    head: ArticleHead,
    /// The rows that it may take.
    rows: [i64; 2],
    /// The white beside its lines.
    side_white: Abs,
}

/// An item over one width, on its way to forms.
struct FormBuilder<'a> {
    item: &'a ShapedItem,
    style: &'a HouseStyle,
    step: &'a DensityStep,
    bodies: &'a BodyVariants,
    /// By columns spanned less one.
    heads_by_span: &'a [HeadOptions],
    inner_columns: InnerColumns,
    columns: i64,
    role: ArticleRole,
    effort: SearchEffort,
}

impl FormBuilder<'_> {
    fn forms(&self) -> Vec<ModuleForm> {
        let shots = picture_arrangements(
            self.item,
            self.style,
            self.step,
            self.inner_columns,
            self.columns,
        );
        let body = BodyNeeds::new(self.bodies, self.columns, self.effort);
        let heads = self.heads();
        let mut forms = Vec::with_capacity(heads.len() * shots.len());
        for shots in &shots {
            for head in &heads {
                forms.extend(self.form(&body, head, shots, 0));
                if let HeadPosition::Upright(span) = head.position {
                    forms.extend(self.form(&body, head, shots, span));
                }
            }
        }
        let wished =
            |form: &ModuleForm| meets_head_request(self.item.head_request, form.head_position);
        // A width that has no such form has the plain one, and is dear.
        if forms.iter().any(wished) {
            forms.retain(wished);
        } else {
            forms.retain(|form| form.head_position == HeadPosition::Above);
            forms.iter_mut().for_each(|form| form.add_cost(costs::UNWISHED));
        }
        if forms.is_empty() {
            forms.extend(self.least());
        }
        forms.sort_by_key(|form| form.cost);
        forms.truncate(FORMS_KEPT);
        forms
    }

    /// The heads that the item may have here.
    fn heads(&self) -> Vec<HeadFit> {
        let (columns, wish) = (self.columns, self.item.head_request);
        let headed = |set: &HeadOptions, position: HeadPosition, head: &ArticleHead| {
            self.headed(position, head, [set.least_rows(head), set.most_rows(head)])
        };
        let mut out = Vec::new();
        let set = &self.heads_by_span[width_index(columns)];
        out.extend(set.heads().iter().map(|head| headed(set, HeadPosition::Above, head)));
        if self.item.wordings.is_empty() {
            return out;
        }
        // §4.3: at least half of the columns.
        for span in (columns + 1) / 2..columns {
            let set = &self.heads_by_span[width_index(span)];
            let heads = set.heads().iter().take(LEFT_HEADS_TRIED);
            if wish == HeadRequest::Centred {
                let first = (columns - span) / 2;
                if first > 0 && first * 2 + span == columns {
                    let position = HeadPosition::Centre(first, span);
                    out.extend(heads.map(|head| headed(set, position, head)));
                }
            } else {
                out.extend(heads.map(|head| headed(set, HeadPosition::Left(span), head)));
            }
        }
        if wish == HeadRequest::Vertical {
            for span in 1..=(columns / 3).max(1).min(columns - 1) {
                let width = self.inner_columns.width(span);
                // As large as a head over the module would be (§3.1: of equal area).
                let cap = largest_headline_size(
                    self.style,
                    self.step,
                    self.step.width(columns),
                    self.role,
                );
                let heads = vertical_heads(self.item, self.style, self.step, width, cap);
                out.extend(heads.iter().take(LEFT_HEADS_TRIED).map(|head| {
                    let rows = [head.least_rows, head.rows + UPRIGHT_HEAD_AIR];
                    self.headed(HeadPosition::Upright(span), head, rows)
                }));
            }
        }
        out
    }

    fn headed(&self, position: HeadPosition, head: &ArticleHead, rows: [i64; 2]) -> HeadFit {
        let (_, span) = position.span(self.columns);
        let white = (self.inner_columns.width(span) - head.width(self.item)).max(Abs::ZERO) / 2;
        HeadFit { position, head: head.clone(), rows, side_white: white }
    }

    /// The item with this head and these pictures; `None` if they do not go together.
    fn form(
        &self,
        body: &BodyNeeds,
        headed: &HeadFit,
        shots: &[PictureBlock],
        text_from: i64,
    ) -> Option<ModuleForm> {
        let Self { item: ready, style, step, columns, .. } = *self;
        let HeadFit { position, ref head, rows: head_rows, side_white: white } = *headed;
        let (first, span) = position.span(columns);
        // A picture stands beside the head or below it, never half and half; never below a vertical one.
        let under = |k: usize| (first..first + span).contains(&(k as i64));
        let upright = matches!(position, HeadPosition::Upright(_));
        for shot in shots {
            let mut range = shot.column_range();
            let all = range.clone().all(under);
            if all && upright || range.any(under) && !all {
                return None;
            }
        }
        let mut form = ModuleForm {
            head_position: position,
            head: head.clone(),
            head_rows,
            picture_blocks: shots.to_vec(),
            first_text_column: text_from,
            rows: [0; 3],
            floor_rows: 0,
            cost: 0,
            cost_without_body: 0,
            side_white: white,
        };
        let pads: i64 = frame_rows(ready, style).iter().sum();
        let rows_at = |head: i64, level: usize| {
            let shots = form.picture_blocks.iter().map(|shot| shot.rows[level]);
            let offsets = form.column_offsets(columns, head, shots);
            let text = &offsets[usize::try_from(text_from).unwrap_or(0)..];
            let tallest = offsets.iter().copied().max().unwrap_or(0);
            (body.depth(text).max(tallest), offsets, tallest)
        };
        let heads = [head_rows[0], head.rows, head_rows[1]];
        let [least, (usual, offsets, _), most] =
            [0, 1, 2].map(|level| rows_at(heads[level], level));
        form.rows = [least.0, usual, most.0].map(|rows| rows + pads);
        form.floor_rows = least.2 + pads + i64::from(body.rows > 0);
        // A vertical head as deep as the module takes what white there is.
        if text_from > 0 {
            form.rows[2] = form.rows[2].max(usual + pads);
        }
        let text = &offsets[usize::try_from(text_from).unwrap_or(0)..];
        let lines = text.iter().map(|offset| usual - offset).min().unwrap_or(0);
        if body.rows > 0 {
            let least = text.iter().map(|offset| least.0 - offset).min().unwrap_or(0);
            if position != HeadPosition::Above && least < style.column_lines_min {
                return None;
            }
            form.cost += costs::short_columns(lines, style.column_lines_min);
            form.cost += costs::long_columns(usual - text.iter().min().unwrap_or(&0), step.rows);
            form.cost += costs::head_heavy(head.rows, lines);
        }
        form.cost += head.cost + self.place_cost(position, usual + pads);
        form.cost += picture_share_cost(shots, columns, usual, body.rows > 0);
        if text_from > 0 {
            form.cost += white_rows_cost(((usual - head.rows) / 2).max(0));
        }
        form.cost_without_body = form.cost;
        form.cost += body.cost;
        Some(form)
    }

    /// What the width, the shape and the place of the head cost.
    fn place_cost(&self, position: HeadPosition, rows: i64) -> i64 {
        let Self { item: ready, step, columns, .. } = *self;
        let lead = if self.role == ArticleRole::Lead && ready.article_index().is_some() {
            costs::lead_width(columns, step.columns)
        } else {
            0
        };
        let group = if ready.is_group() { costs::wide_briefs(columns) } else { 0 };
        let place = if position == HeadPosition::Above { 0 } else { costs::LEFT };
        lead + group + place + costs::shape(columns, rows, step.columns, step.rows)
    }

    /// The plainest form, for a module that holds no better one.
    fn least(&self) -> Option<ModuleForm> {
        let set = &self.heads_by_span[width_index(self.columns)];
        let head = set.heads().first()?;
        let head =
            self.headed(HeadPosition::Above, head, [set.least_rows(head), set.most_rows(head)]);
        let body = BodyNeeds::new(self.bodies, self.columns, self.effort);
        let mut form = self.form(&body, &head, &[], 0)?;
        form.add_cost(costs::UNWISHED);
        Some(form)
    }
}

/// What a body takes of its columns.
struct BodyNeeds {
    rows: i64,
    cost: i64,
    /// The depth of columns that start level.
    level_depth: i64,
    column_count: usize,
}

impl BodyNeeds {
    fn new(bodies: &BodyVariants, columns: i64, effort: SearchEffort) -> Self {
        let rows = bodies.best().total_rows();
        let column_count = width_index(columns) + 1;
        let offsets = ColumnStarts::level(columns, 0);
        // For the choice of a step the rows alone are near enough.
        if effort == SearchEffort::Probe {
            return Self { rows, cost: 0, level_depth: least_depth(rows, &offsets), column_count };
        }
        let poured = pour_at_best_depth(bodies, &offsets);
        Self { rows, cost: poured.cost, level_depth: poured.depth_rows, column_count }
    }

    /// The least depth at which it goes into columns that start so much lower.
    fn depth(&self, offsets: &[i64]) -> i64 {
        if self.rows == 0 {
            return 0;
        }
        let first = offsets.first().copied().unwrap_or(0);
        if offsets.len() == self.column_count && offsets.iter().all(|offset| *offset == first) {
            return self.level_depth + first;
        }
        least_depth(self.rows, offsets)
    }
}

/// What depths off the usual cost, shared over the parts: as for a head's white.
pub(crate) fn depth_cost(rows: i64, usual: i64, parts: i64) -> i64 {
    if rows == usual {
        return 0;
    }
    let parts = parts.max(1);
    white_rows_cost((rows - usual) / parts) * parts
}

/// The first form of an item: that over the narrowest width that it may have.
pub(crate) fn narrowest_form(leaves: &[WidthOptions]) -> Option<&ModuleForm> {
    leaves.iter().find_map(|leaf| leaf.forms.first())
}
