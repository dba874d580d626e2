//! The forms of an item: over each width of the page, the place and size of its head, the places of
//! its pictures, and the range of depths it can take.
//!
//! All combinations of heads and picture arrangements are tried; each is charged with what can be
//! told without its neighbours, and the cheapest few are kept.

use std::sync::Arc;

use crate::fit::{
    ArticleHead, ArticleRole, BodyVariants, ColumnStarts, HeadOptions, ShapedItem,
    head_options_within, heads_by_span, largest_headline_size, least_depth, pour_at_best_depth,
    vertical_heads, white_rows_cost,
};
use crate::makeup::bodies::ItemBodies;
use crate::makeup::costs;
use crate::makeup::head::{HeadPosition, meets_head_request};
use crate::makeup::placed::PictureBlock;
use crate::makeup::plan::picture_blocks::{picture_area_cost, picture_arrangements};
use crate::makeup::task::SearchEffort;
use crate::model::{DensityStep, HeadRequest, HouseStyle, InnerColumns};
use crate::unit::{Abs, RowRange};

/// One form of an item over a width.
#[derive(Clone, Debug)]
pub(crate) struct ModuleForm {
    /// Place of the head.
    pub(crate) head_position: HeadPosition,
    /// The head.
    pub(crate) head: ArticleHead,
    /// The fewest and the most rows that the head may take.
    pub(crate) head_rows: [i64; 2],
    /// The pictures above the columns.
    pub(crate) picture_blocks: Vec<PictureBlock>,
    /// The first column with body: above 0 where a vertical head is as deep as the module.
    pub(crate) first_text_column: i64,
    /// Rows of the module.
    pub(crate) rows: RowRange,
    /// Rows that frame, head, pictures and one row of body need, even if the copy does not fit.
    pub(crate) floor_rows: i64,
    /// Cost, with an estimate for the body.
    pub(crate) cost: i64,
    /// Cost without that of the body.
    pub(crate) cost_without_body: i64,
    /// White at each side of the head's lines, to the edge of the columns it spans.
    pub(crate) side_white: Abs,
}

impl ModuleForm {
    /// Adds to both costs.
    pub(crate) fn add_cost(&mut self, cost: i64) {
        self.cost += cost;
        self.cost_without_body += cost;
    }

    /// For each column, the rows between the top of the frame's interior and the column's first
    /// row: those of the head, then those of the pictures above it. `picture_rows` has the rows
    /// of the first picture blocks; blocks without a number count as absent.
    pub(crate) fn column_offsets(
        &self,
        columns: i64,
        head_rows: i64,
        picture_rows: impl IntoIterator<Item = i64>,
    ) -> ColumnStarts {
        // Columns beside the head start at its top (串文题), those below it at its foot.
        let (first, span) = self.head_position.span(columns);
        let mut offsets = ColumnStarts::level(columns, 0);
        for (offset, column) in offsets.iter_mut().zip(0..) {
            if (first..first + span).contains(&column) {
                *offset = head_rows;
            }
        }
        for (block, rows) in self.picture_blocks.iter().zip(picture_rows) {
            let range = block.column_range();
            // A picture over several columns starts below the lowest of them, and all of them go on
            // below it.
            let above = range.clone().filter_map(|column| offsets.get(column)).copied();
            let foot = above.max().unwrap_or(0) + rows;
            for column in range {
                if let Some(offset) = offsets.get_mut(column) {
                    *offset = foot;
                }
            }
        }
        offsets
    }

    /// The offsets of the columns that hold body, as [`column_offsets`](Self::column_offsets).
    pub(crate) fn text_offsets(
        &self,
        columns: i64,
        head_rows: i64,
        picture_rows: &[i64],
    ) -> ColumnStarts {
        let first = column_index(self.first_text_column);
        self.column_offsets(columns, head_rows, picture_rows.iter().copied())
            .starting_at_column(first)
    }
}

/// The index of a column counted from 0.
fn column_index(column: i64) -> usize {
    usize::try_from(column).expect("a column from 0 on")
}

/// An item over one width.
#[derive(Clone, Debug)]
pub(crate) struct WidthOptions {
    /// Its forms, cheapest first. Empty where the layout desk fixed another width or a depth that
    /// no form can take.
    pub(crate) forms: Vec<ModuleForm>,
    /// The columns of its body.
    pub(crate) inner_columns: InnerColumns,
}

/// An item over every width of the page.
#[derive(Clone, Debug)]
pub(crate) struct ItemOptions(Vec<WidthOptions>);

impl ItemOptions {
    /// Options for the widths from one column on.
    pub(crate) fn new(by_width: Vec<WidthOptions>) -> Self {
        Self(by_width)
    }

    /// The options over `columns` columns; `None` if the page has no such width.
    pub(crate) fn over(&self, columns: i64) -> Option<&WidthOptions> {
        usize::try_from(columns - 1).ok().and_then(|index| self.0.get(index))
    }

    /// The forms over `columns` columns; none if the page has no such width.
    pub(crate) fn forms_over(&self, columns: i64) -> &[ModuleForm] {
        self.over(columns).map_or(&[], |options| &options.forms)
    }

    /// Every width in columns with its options, the narrowest first.
    pub(crate) fn by_width(&self) -> impl Iterator<Item = (i64, &WidthOptions)> {
        (1..).zip(&self.0)
    }

    /// Every width in columns with its options, to change them.
    pub(crate) fn by_width_mut(&mut self) -> impl Iterator<Item = (i64, &mut WidthOptions)> {
        (1..).zip(&mut self.0)
    }

    /// The cheapest form over the narrowest width that has one.
    pub(crate) fn narrowest_form(&self) -> Option<&ModuleForm> {
        self.0.iter().find_map(|options| options.forms.first())
    }
}

/// Limit: number of heads tried over a part of the columns.
const LEFT_HEADS_TRIED: usize = 2;
/// Limit: number of forms kept of an item over a width.
const FORMS_KEPT: usize = 10;
/// Limit: rows of white that a vertical head may stand in.
const VERTICAL_HEAD_AIR: i64 = 12;

/// Rows of a frame above and below its content; both 0 for an item without a frame.
pub(crate) fn frame_rows(item: &ShapedItem, style: &HouseStyle) -> [i64; 2] {
    if item.is_framed() { style.frame.inset_rows } else { [0, 0] }
}

/// Finds the forms of an item over every width of the page.
pub(crate) fn item_options(
    item: &ShapedItem,
    style: &HouseStyle,
    step: &DensityStep,
    bodies: &ItemBodies,
    (role, effort): (ArticleRole, SearchEffort),
) -> ItemOptions {
    // In a frame a head has less room, and how much depends on the whole width; heads without a
    // frame are the same over every width.
    let unframed =
        if item.is_framed() { Arc::default() } else { heads_by_span(item, style, step, role) };
    let over = |columns: i64| {
        let inner_columns = bodies.inner_columns_over(columns);
        let framed: Vec<HeadOptions> = if item.is_framed() {
            let heads = |span| {
                let size = largest_headline_size(style, step, step.width(span), role);
                head_options_within(item, style, step, inner_columns.width(span), size)
            };
            (1..=columns).map(heads).collect()
        } else {
            Vec::new()
        };
        let builder = FormBuilder {
            item,
            style,
            step,
            bodies: bodies.over_columns(columns),
            heads_by_span: if item.is_framed() { &framed } else { &unframed },
            inner_columns,
            columns,
            role,
            effort,
        };
        WidthOptions { forms: builder.build_forms(), inner_columns }
    };
    ItemOptions::new((1..=step.columns).map(over).collect())
}

/// A head over an item, or over a part of its columns.
struct HeadFit {
    position: HeadPosition,
    head: ArticleHead,
    /// The fewest and the most rows that it may take.
    rows: [i64; 2],
    /// White at each side of its lines.
    side_white: Abs,
}

/// Builds the forms of an item over one width.
struct FormBuilder<'a> {
    item: &'a ShapedItem,
    style: &'a HouseStyle,
    step: &'a DensityStep,
    bodies: &'a BodyVariants,
    /// By the number of columns spanned, less one.
    heads_by_span: &'a [HeadOptions],
    inner_columns: InnerColumns,
    columns: i64,
    role: ArticleRole,
    effort: SearchEffort,
}

impl FormBuilder<'_> {
    fn build_forms(&self) -> Vec<ModuleForm> {
        let arrangements = picture_arrangements(
            self.item,
            self.style,
            self.step,
            self.inner_columns,
            self.columns,
        );
        // Poured once: the depth with level columns is the same below every head.
        let body = BodyNeeds::new(self.bodies, self.columns, self.effort);
        let heads = self.candidate_heads();
        let mut forms = Vec::with_capacity(heads.len() * arrangements.len());
        for blocks in &arrangements {
            for head in &heads {
                // The head stands at the top of its columns, and body continues below it.
                forms.extend(self.build_form(&body, head, blocks, 0));
                if let HeadPosition::Upright(span) = head.position {
                    // A vertical head may also run down the whole depth, with body beside it only.
                    forms.extend(self.build_form(&body, head, blocks, span));
                }
            }
        }
        let is_as_requested =
            |form: &ModuleForm| meets_head_request(self.item.head_request, form.head_position);
        // A request is met wherever a width can meet it; elsewhere the width stays usable at a
        // cost, because a page may not be possible without it.
        if forms.iter().any(is_as_requested) {
            forms.retain(is_as_requested);
        } else {
            // A width without such a form has the plain one, at a cost.
            forms.retain(|form| form.head_position == HeadPosition::Above);
            forms.iter_mut().for_each(|form| form.add_cost(costs::HEAD_NOT_AS_REQUESTED));
        }
        // A safety net: a head above all columns goes with every arrangement of pictures.
        if forms.is_empty() {
            forms.extend(self.plainest_form());
        }
        forms.sort_by_key(|form| form.cost);
        forms.truncate(FORMS_KEPT);
        forms
    }

    /// The heads over `span` columns.
    fn heads_over(&self, span: i64) -> &HeadOptions {
        &self.heads_by_span[column_index(span - 1)]
    }

    /// The heads that the item may have over this width.
    fn candidate_heads(&self) -> Vec<HeadFit> {
        let (columns, request) = (self.columns, self.item.head_request);
        let fit_head = |options: &HeadOptions, position: HeadPosition, head: &ArticleHead| {
            self.fit_head(position, head, [options.least_rows(head), options.most_rows(head)])
        };
        let mut heads = Vec::new();
        let options = self.heads_over(columns);
        let above = options.heads().iter();
        heads.extend(above.map(|head| fit_head(options, HeadPosition::Above, head)));
        // Briefs have only their title and lone pictures no head: always above.
        if self.item.wordings.is_empty() {
            return heads;
        }
        // At least half of the columns, as mainland papers do.
        for span in (columns + 1) / 2..columns {
            // The head is narrower than the module, so the headline sizes of that smaller width
            // apply.
            let options = self.heads_over(span);
            let tried = options.heads().iter().take(LEFT_HEADS_TRIED);
            // A centred head is only set on request, and then takes the place of the one at the
            // left.
            let position = if request == HeadRequest::Centred {
                let first = (columns - span) / 2;
                // As many columns at the left as at the right, and some at all.
                if first == 0 || first * 2 + span != columns {
                    continue;
                }
                HeadPosition::Centre(first, span)
            } else {
                HeadPosition::Left(span)
            };
            heads.extend(tried.map(|head| fit_head(options, position, head)));
        }
        if request == HeadRequest::Vertical {
            // As large as a head over the module would be (of equal area).
            let width = self.step.width(columns);
            let size = largest_headline_size(self.style, self.step, width, self.role);
            // At most a third of the columns, and at least one is left for body: none of them over
            // one column.
            for span in 1..=(columns / 3).max(1).min(columns - 1) {
                let width = self.inner_columns.width(span);
                let vertical = vertical_heads(self.item, self.style, self.step, width, size);
                heads.extend(vertical.iter().take(LEFT_HEADS_TRIED).map(|head| {
                    // A vertical head may stand in much more white than one above columns.
                    let rows = [head.least_rows, head.rows + VERTICAL_HEAD_AIR];
                    self.fit_head(HeadPosition::Upright(span), head, rows)
                }));
            }
        }
        heads
    }

    fn fit_head(&self, position: HeadPosition, head: &ArticleHead, rows: [i64; 2]) -> HeadFit {
        let (_, span) = position.span(self.columns);
        let spare = self.inner_columns.width(span) - head.width(self.item);
        HeadFit { position, head: head.clone(), rows, side_white: spare.max(Abs::ZERO) / 2 }
    }

    /// The form with a head and an arrangement of pictures, with body from `first_text_column` on.
    /// `None` if head and pictures do not go together, or if a column beside the head would be too
    /// short.
    fn build_form(
        &self,
        body: &BodyNeeds,
        head_fit: &HeadFit,
        blocks: &[PictureBlock],
        first_text_column: i64,
    ) -> Option<ModuleForm> {
        let Self { item, style, step, columns, .. } = *self;
        let HeadFit { position, ref head, rows: head_rows, side_white } = *head_fit;
        if !blocks.iter().all(|block| goes_with_head(block, position, columns)) {
            return None;
        }
        // Depths and costs are filled in below; `column_offsets` needs the rest of the form first.
        let mut form = ModuleForm {
            head_position: position,
            head: head.clone(),
            head_rows,
            picture_blocks: blocks.to_vec(),
            first_text_column,
            rows: RowRange::default(),
            floor_rows: 0,
            cost: 0,
            cost_without_body: 0,
            side_white,
        };
        let first_text = column_index(first_text_column);
        // The depth with the head at `rows` and the pictures at `level` of their ranges.
        let depth_at = |rows: i64, level: fn(&RowRange) -> i64| {
            let picture_rows = form.picture_blocks.iter().map(|block| level(&block.rows));
            let offsets = form.column_offsets(columns, rows, picture_rows);
            let tallest = offsets.iter().copied().max().unwrap_or(0);
            (body.depth_below(&offsets[first_text..]).max(tallest), offsets, tallest)
        };
        // Three depths, with everything above the body at its least, usual and most rows.
        let (least, _, least_tallest) = depth_at(head_rows[0], |rows| rows.least);
        let (usual, offsets, _) = depth_at(head.rows, |rows| rows.usual);
        let (most, _, _) = depth_at(head_rows[1], |rows| rows.most);
        let frame: i64 = frame_rows(item, style).iter().sum();
        form.rows = RowRange::new(least, usual, most).plus(frame);
        // One row of body, so that a head is never set over nothing.
        form.floor_rows = least_tallest + frame + i64::from(body.rows > 0);
        // A vertical head as deep as the module takes any white that there is.
        if first_text_column > 0 {
            form.rows.most = form.rows.most.max(usual + frame);
        }
        if body.rows > 0 {
            let text = &offsets[first_text..];
            let shortest = |depth: i64| text.iter().map(|offset| depth - offset).min().unwrap_or(0);
            // A head beside columns is good practice only where those columns are no strips (孤栏).
            if position != HeadPosition::Above && shortest(least) < style.column_lines_min {
                return None;
            }
            let lines = shortest(usual);
            // The column that starts highest has the most lines.
            let longest = usual - text.iter().min().unwrap_or(&0);
            form.cost += costs::short_column_cost(lines, style.column_lines_min);
            form.cost += costs::long_column_cost(longest, step.rows);
            form.cost += costs::head_heavy_cost(head.rows, lines);
        }
        form.cost += head.cost + self.place_cost(position, usual + frame);
        form.cost += picture_area_cost(blocks, columns, usual, body.rows > 0);
        if first_text_column > 0 {
            // The head is as deep as the module, with about half of the white above it and half
            // below.
            form.cost += white_rows_cost(((usual - head.rows) / 2).max(0));
        }
        // The body is estimated here and poured later, so its cost is kept apart.
        form.cost_without_body = form.cost;
        form.cost += body.cost;
        Some(form)
    }

    /// Cost of the width, the shape and the place of the head of a module of `rows` rows.
    fn place_cost(&self, position: HeadPosition, rows: i64) -> i64 {
        let Self { item, step, columns, .. } = *self;
        // A lone picture may rank first on a page without articles, and has no lead's width.
        let is_lead = self.role == ArticleRole::Lead && item.article_index().is_some();
        let lead = if is_lead { costs::lead_width_cost(columns, step.columns) } else { 0 };
        let briefs = if item.is_group() { costs::wide_briefs_cost(columns) } else { 0 };
        let place = if position == HeadPosition::Above { 0 } else { costs::LEFT_HEAD };
        lead + briefs + place + costs::shape_cost(columns, rows, step.columns, step.rows)
    }

    /// The plainest form, without its pictures, for a width at which no better one fits.
    fn plainest_form(&self) -> Option<ModuleForm> {
        let options = self.heads_over(self.columns);
        let head = options.heads().first()?;
        let rows = [options.least_rows(head), options.most_rows(head)];
        let head = self.fit_head(HeadPosition::Above, head, rows);
        let body = BodyNeeds::new(self.bodies, self.columns, self.effort);
        let mut form = self.build_form(&body, &head, &[], 0)?;
        form.add_cost(costs::HEAD_NOT_AS_REQUESTED);
        Some(form)
    }
}

/// True if a picture stands wholly below a head or wholly beside it, and not below a vertical one.
fn goes_with_head(block: &PictureBlock, position: HeadPosition, columns: i64) -> bool {
    let (first, span) = position.span(columns);
    let is_below = |column: i64| (first..first + span).contains(&column);
    let mut range = block.column..block.column + block.columns;
    // Wholly below the head: a vertical one leaves no room there.
    if range.clone().all(is_below) {
        return !matches!(position, HeadPosition::Upright(_));
    }
    // Partly below would put the picture across the edge of the head.
    !range.any(is_below)
}

/// The depths that a body needs over one width.
struct BodyNeeds {
    /// Rows of the body in all.
    rows: i64,
    /// Cost of the body where its columns start level.
    cost: i64,
    /// Rows of columns that start level.
    level_depth: i64,
    column_count: usize,
}

impl BodyNeeds {
    fn new(bodies: &BodyVariants, columns: i64, effort: SearchEffort) -> Self {
        let rows = bodies.best().total_rows();
        let column_count = column_index(columns);
        let level = ColumnStarts::level(columns, 0);
        // For the choice of a density step the count of rows is near enough.
        if effort == SearchEffort::Probe {
            return Self { rows, cost: 0, level_depth: least_depth(rows, &level), column_count };
        }
        let poured = pour_at_best_depth(bodies, &level);
        Self { rows, cost: poured.cost, level_depth: poured.depth_rows, column_count }
    }

    /// The fewest rows, from the top of the module on, at which the body goes into columns that
    /// start at `offsets`.
    fn depth_below(&self, offsets: &[i64]) -> i64 {
        if self.rows == 0 {
            return 0;
        }
        let first = offsets.first().copied().unwrap_or(0);
        let are_level = offsets.iter().all(|offset| *offset == first);
        // Columns that all start lower are the level columns, moved down. Other shapes are
        // estimated by their count of rows, which costs no pouring.
        if offsets.len() == self.column_count && are_level {
            return self.level_depth + first;
        }
        least_depth(self.rows, offsets)
    }
}

/// Cost of a depth off the usual one, spread over `parts` modules one above the other; as much as
/// the white of a head.
pub(crate) fn depth_cost(rows: i64, usual: i64, parts: i64) -> i64 {
    if rows == usual {
        return 0;
    }
    let parts = parts.max(1);
    // Rounded to zero: less than a row for each module is taken by its white and costs nothing.
    white_rows_cost((rows - usual) / parts) * parts
}
