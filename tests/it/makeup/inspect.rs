//! Inspects a page as a layout desk would, from its geometry alone and by the wording of the rules:
//! the make-up's own counts are not used.

use banmian::proto::{Grid, HeadPosition, Module, PageGeometry, Rect};

use crate::makeup::generated::body_count;
use crate::record::count;

/// Tolerance in pt: lengths are rounded from whole units.
pub(crate) const OFF: f64 = 0.01;

/// Properties of a page that were observed.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Inspection {
    pub(crate) articles: usize,
    /// Length of the body, in 字.
    pub(crate) chars: usize,
    pub(crate) step: String,
    pub(crate) hash: String,
    pub(crate) over: u32,
    pub(crate) utilisation: f64,
    /// White that is left over, as the page reports it.
    pub(crate) white: u32,
    /// Modules whose white at the foot is more than a row of one column.
    pub(crate) hollow: usize,
    /// Modules whose columns end on different rows (R51), and the largest difference of two feet in
    /// rows.
    pub(crate) uneven: usize,
    pub(crate) feet: i64,
    /// 碰题 (R59).
    pub(crate) tombstones: usize,
    /// 通线 (R60).
    pub(crate) gutters_through: usize,
    /// 断版 beyond the one that is allowed, and 腰斩 (R61).
    pub(crate) cuts_across: usize,
    pub(crate) middle: usize,
    /// Pairs of articles of which the more important one has the smaller headline (R62).
    pub(crate) inversions: usize,
    /// True if the most important article is at the top left (R62) and no headline is larger than
    /// its own.
    pub(crate) lead: bool,
    pub(crate) largest: bool,
    /// Columns of fewer than five rows (孤栏).
    pub(crate) short: usize,
    /// 串文题 over less than half of the columns.
    pub(crate) narrow: usize,
    /// First lines more than two rows below their head (R57).
    pub(crate) apart: usize,
    /// Heads whose widest line fills less than 0.60 or more than 0.96 of the columns they span
    /// (R68).
    pub(crate) loose: usize,
    pub(crate) tight: usize,
    /// Faults that no page may have: modules that overlap or leave the type area, and lost text.
    pub(crate) faults: Vec<String>,
}

/// Grid of the page, with the measures that are needed on it.
struct Field<'a> {
    area: Rect,
    grid: &'a Grid,
    modules: &'a [Module],
    top: i64,
    rows: i64,
}

impl Field<'_> {
    /// Returns the row that ends at `y`: bottoms are those of em boxes, which end a leading above
    /// the next row.
    fn foot(&self, y: f64) -> i64 {
        let lead = self.grid.pitch_pt - self.grid.body_pt;
        whole((y + lead - self.area.y) / self.grid.pitch_pt)
    }

    fn width(&self, columns: u32) -> f64 {
        let column = f64::from(self.grid.chars_per_column) * self.grid.body_pt;
        f64::from(columns) * (column + self.grid.gutter_pt) - self.grid.gutter_pt
    }

    /// Number of columns that the head of a module spans: those whose body starts below it.
    fn spanned(&self, module: &Module) -> usize {
        if module.head_position() != HeadPosition::Left {
            return module.columns as usize;
        }
        let top = module.rect.map_or(0.0, |rect| rect.y);
        module.body_rects.iter().filter(|body| body.y > top + OFF).count()
    }
}

#[expect(clippy::cast_possible_truncation, reason = "rows of a page")]
pub(crate) fn whole(rows: f64) -> i64 {
    rows.round() as i64
}

/// Returns first column, first row, end column and end row.
pub(crate) fn span(module: &Module) -> [i64; 4] {
    let placed = module.placement.as_ref().expect("a module has its place");
    let of = |value: Option<u32>| i64::from(value.expect("all four are set"));
    let (column, row) = (of(placed.column), of(placed.row));
    [column, row, column + of(placed.columns), row + of(placed.rows)]
}

fn head(module: &Module) -> Rect {
    module.headline_rect.expect("an article has a headline")
}

/// Inspects a page.
pub(crate) fn inspect(record: &banmian::proto::PageRecord, page: &PageGeometry) -> Inspection {
    let grid = page.grid.as_ref().expect("grid");
    let top = page.modules.iter().map(|module| span(module)[1]).min().unwrap_or(0);
    let rows = i64::from(grid.rows) - top;
    let area = page.type_area.expect("type area");
    let field = Field { area, grid, modules: &page.modules, top, rows };
    let mut inspection = Inspection {
        articles: record.articles.len(),
        chars: record.articles.iter().map(body_count).sum(),
        step: page.density_step.clone(),
        hash: page.layout_hash.clone(),
        over: page.fit.iter().map(|fit| fit.over_chars).sum(),
        utilisation: page.utilisation,
        white: page.white_rows,
        ..Inspection::default()
    };
    check_kept(record, page, &mut inspection);
    check_apart(&field, &mut inspection);
    for module in field.modules {
        check_inside(&field, module, &mut inspection);
    }
    for (k, a) in field.modules.iter().enumerate() {
        inspection.tombstones +=
            field.modules[k + 1..].iter().filter(|b| is_tombstone(&field, a, b)).count();
    }
    count_cuts(&field, &mut inspection);
    check_order(record, &field, &mut inspection);
    inspection
}

/// Checks that there is one module per article and that every character is accounted for.
fn check_kept(
    record: &banmian::proto::PageRecord,
    page: &PageGeometry,
    inspection: &mut Inspection,
) {
    let ids: Vec<&str> = record.articles.iter().map(|article| article.id.as_str()).collect();
    let modules: Vec<&str> = page.modules.iter().map(|module| module.article_id.as_str()).collect();
    if ids != modules {
        inspection.faults.push(format!("articles {ids:?} have modules {modules:?}"));
    }
    for (article, fit) in record.articles.iter().zip(&page.fit) {
        let (got, held) = (fit.set_chars + fit.over_chars, body_count(article));
        let expected = held + count(&article.dateline);
        if got as usize != expected {
            inspection
                .faults
                .push(format!("{}: {got} 字 of {expected} are set or over", article.id));
        }
    }
    let advises_cut = page.advice.as_ref().is_some_and(|advice| advice.zh.starts_with("全版须删"));
    if advises_cut != (inspection.over > 0) {
        inspection.faults.push(format!("{} 字 over, advice: {:?}", inspection.over, page.advice));
    }
}

/// Checks that no two modules overlap, none leaves the type area, and each stands at its place on
/// the grid.
fn check_apart(field: &Field<'_>, inspection: &mut Inspection) {
    for (k, module) in field.modules.iter().enumerate() {
        let rect = module.rect.expect("a module has its rectangle");
        let id = &module.article_id;
        if !within(&rect, &field.area) {
            inspection.faults.push(format!("{id} leaves the type area: {rect:?}"));
        }
        for part in module.headline_rect.iter().chain(&module.body_rects) {
            if !within(part, &rect) {
                inspection.faults.push(format!("{id}: {part:?} leaves its module {rect:?}"));
            }
        }
        let [column, row, _, end] = span(module);
        let left = field.area.x + (field.width(1) + field.grid.gutter_pt) * column as f64;
        let top = field.area.y + field.grid.pitch_pt * row as f64;
        let placed = (rect.x - left).abs() < OFF
            && (rect.y - top).abs() < OFF
            && (rect.width - field.width(module.columns)).abs() < OFF
            && field.foot(rect.y + rect.height) == end;
        if !placed {
            inspection.faults.push(format!("{id}: {rect:?} is not at its place on the grid"));
        }
        for other in &field.modules[k + 1..] {
            let with = other.rect.expect("a module has its rectangle");
            if !clear(&rect, &with) {
                inspection.faults.push(format!("{id} and {} overlap", other.article_id));
            }
        }
    }
}

pub(crate) fn within(inner: &Rect, outer: &Rect) -> bool {
    inner.x > outer.x - OFF
        && inner.y > outer.y - OFF
        && inner.x + inner.width < outer.x + outer.width + OFF
        && inner.y + inner.height < outer.y + outer.height + OFF
}

pub(crate) fn clear(a: &Rect, b: &Rect) -> bool {
    a.x + a.width <= b.x + OFF
        || b.x + b.width <= a.x + OFF
        || a.y + a.height <= b.y + OFF
        || b.y + b.height <= a.y + OFF
}

/// Checks the rules for one module.
fn check_inside(field: &Field<'_>, module: &Module, inspection: &mut Inspection) {
    let pitch = field.grid.pitch_pt;
    let [_, _, _, end] = span(module);
    let feet: Vec<i64> =
        module.body_rects.iter().map(|body| field.foot(body.y + body.height)).collect();
    let (least, most) =
        (feet.iter().min().copied().unwrap_or(end), feet.iter().max().copied().unwrap_or(end));
    inspection.uneven += usize::from(most > least);
    inspection.feet = inspection.feet.max(most - least);
    let white: i64 = feet.iter().map(|foot| end - foot).sum();
    inspection.hollow += usize::from(white > 1);
    let lead = pitch - field.grid.body_pt;
    let deep = |body: &&Rect| whole((body.height + lead) / pitch) < 5;
    inspection.short += module.body_rects.iter().filter(deep).count();
    let spanned = field.spanned(module);
    inspection.narrow += usize::from(spanned * 2 < module.columns as usize);
    let head = head(module);
    let first = module.body_rects.first().map_or(0.0, |body| body.y);
    inspection.apart += usize::from(first - head.y - head.height > 2.0 * pitch + OFF);
    let fill = head.width / field.width(u32::try_from(spanned.max(1)).unwrap_or(1));
    inspection.loose += usize::from(fill < 0.60);
    inspection.tight += usize::from(fill > 0.961);
}

/// True for 碰题 (R59).
fn is_tombstone(field: &Field<'_>, a: &Module, b: &Module) -> bool {
    let (head_a, head_b) = (head(a), head(b));
    let ends = |rect: &Rect| (rect.x + rect.width, rect.y + rect.height);
    let ((right_a, foot_a), (right_b, foot_b)) = (ends(&head_a), ends(&head_b));
    let gap_across = (head_b.x - right_a).max(head_a.x - right_b);
    let gap_down = (head_b.y - foot_a).max(head_a.y - foot_b);
    let (small, large) =
        (a.headline_size_pt.min(b.headline_size_pt), a.headline_size_pt.max(b.headline_size_pt));
    let level = -gap_down >= 0.5 * head_a.height.min(head_b.height);
    let beside = level && gap_across <= 2.0 * field.grid.gutter_pt && large < 1.8 * small;
    let below = gap_across < 0.0 && gap_down >= 0.0 && gap_down < 3.0 * field.grid.pitch_pt;
    beside || below
}

/// Counts gutters through the page and cuts across it.
fn count_cuts(field: &Field<'_>, inspection: &mut Inspection) {
    let spans: Vec<[i64; 4]> = field.modules.iter().map(span).collect();
    let bottom = field.top + field.rows;
    for gutter in 1..i64::from(field.grid.columns) {
        let over = spans.iter().filter(|[left, _, right, _]| *left < gutter && gutter < *right);
        let mut crossed: Vec<(i64, i64)> = over.map(|[_, top, _, foot]| (*top, *foot)).collect();
        crossed.sort_unstable();
        crossed.push((bottom, bottom));
        let (mut last, mut longest) = (field.top, 0);
        for (top, foot) in crossed {
            longest = longest.max(top - last);
            last = last.max(foot);
        }
        inspection.gutters_through += usize::from(longest * 100 >= 85 * field.rows);
    }
    let mut rows: Vec<i64> =
        spans.iter().map(|[_, top, _, _]| *top).filter(|top| *top > field.top).collect();
    rows.sort_unstable();
    rows.dedup();
    rows.retain(|row| !spans.iter().any(|[_, top, _, foot]| top < row && row < foot));
    inspection.cuts_across = rows.len().saturating_sub(1);
    let percent = |row: &&i64| (45..=55).contains(&((**row - field.top) * 100 / field.rows));
    inspection.middle = rows.iter().filter(percent).count();
}

/// Checks that place and size follow weight.
fn check_order(
    record: &banmian::proto::PageRecord,
    field: &Field<'_>,
    inspection: &mut Inspection,
) {
    let weight = |at: usize| record.articles[at].weight;
    let size = |at: usize| field.modules[at].headline_size_pt;
    let count = field.modules.len();
    let first = (0..count).rev().max_by_key(|at| weight(*at)).unwrap_or(0);
    let [column, row, _, _] = span(&field.modules[first]);
    inspection.lead = (column, row) == (0, field.top);
    inspection.largest = (0..count).all(|at| size(at) <= size(first) + OFF);
    for a in 0..count {
        let wrong = |b: &usize| weight(a) > weight(*b) && size(a) < size(*b) - OFF;
        inspection.inversions += (0..count).filter(wrong).count();
    }
}
