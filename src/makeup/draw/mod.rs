//! Drawing: a chosen layout becomes a display list with findings.
//!
//! [`begin_page`] draws the page head and the banner once for all candidates. [`draw_page`] then
//! draws one layout on a copy of that page:
//!
//! 1. `furniture`: artwork of the reserved boxes.
//! 2. `module`: frame, `head`, pictures (`picture`) and columns (`body_row`) of each module, and
//!    at the
//!    end the rules between modules.
//! 3. `copyfit` and `line_findings`: copyfit of each article and faults in its lines.
//! 4. `layout_findings`: faults of the layout as a whole.
//! 5. `appendix`: pages with the overset copy.
//!
//! All of them draw with `pen`, which turns lines into glyph runs (`glyph_runs`), from one
//! `context`. The other files draw separate sheets: `galley` one article in a single column,
//! `marks` the marks around a press page and over a proof, `changes` what changed since the
//! previous round.

pub(crate) mod appendix;
pub(crate) mod body_row;
mod change_names;
pub(crate) mod changes;
pub(crate) mod context;
mod copyfit;
pub(crate) mod furniture;
pub(crate) mod galley;
pub(crate) mod glyph_runs;
mod head;
mod layout_findings;
mod line_findings;
pub(crate) mod marks;
pub(crate) mod module;
pub(crate) mod pen;
pub(crate) mod picture;

use crate::finding::Finding;
use crate::makeup::banner::ShapedBanner;
use crate::makeup::charge::LayoutCharge;
use crate::makeup::draw::appendix::appendix_pages;
use crate::makeup::draw::context::DrawContext;
use crate::makeup::draw::copyfit::{article_fits, fit_finding, left_off_finding, left_off_fits};
use crate::makeup::draw::furniture::{draw_banner, draw_page_head, draw_reserved_boxes};
use crate::makeup::draw::layout_findings::{layout_findings, module_findings};
use crate::makeup::draw::line_findings::LineInspector;
use crate::makeup::draw::module::{draw_module, draw_rules};
use crate::makeup::draw::pen::PagePen;
use crate::makeup::page::MadeUpPage;
use crate::makeup::placed::{MODULE_GAP_ROWS, PlacedModule};
use crate::model::LockSubject;
use crate::unit::GridRect;

/// Upper limit on the lines for which memory is reserved at once. No newspaper page has more.
const RESERVED_LINES_MOST: i64 = 2000;

/// A layout to be drawn, with its costs.
pub(crate) struct PricedLayout<'a> {
    /// Modules at their places.
    pub(crate) placed: &'a [PlacedModule],
    /// Total cost.
    pub(crate) cost: i64,
    /// Charges that make up the cost.
    pub(crate) charges: Vec<LayoutCharge>,
}

/// Statistics of the search that found the layouts of a page.
#[derive(Clone, Copy)]
pub(crate) struct SearchStatistics {
    /// Pairs of subtrees that the search joined.
    pub(crate) pairs_joined: u64,
    /// True if items were put into groups before the search, so that not every set was searched.
    pub(crate) has_groups: bool,
    /// Grid cells that are open to articles.
    pub(crate) article_cells: i64,
}

/// Starts a page with its page head and banner, which are the same in all layouts.
///
/// # Errors
/// A character of the furniture that no face has.
pub(crate) fn begin_page<'a>(
    context: &DrawContext<'a>,
    banner: Option<&ShapedBanner>,
) -> Result<PagePen<'a>, Vec<Finding>> {
    let mut pen = PagePen::new(context.task, context.step);
    draw_page_head(&mut pen, context.task, context.head_rows)?;
    if let Some(banner) = banner {
        draw_banner(&mut pen, banner, context.head_rows);
    }
    Ok(pen)
}

/// Draws a layout on a page from [`begin_page`], and collects its findings.
///
/// # Errors
/// A character of the appendix that no face has.
pub(crate) fn draw_page(
    context: &DrawContext<'_>,
    mut pen: PagePen<'_>,
    layout: PricedLayout<'_>,
    search: SearchStatistics,
) -> Result<MadeUpPage, Vec<Finding>> {
    let PricedLayout { placed, cost, charges } = layout;
    let lines = (context.step.rows * context.step.columns).min(RESERVED_LINES_MOST);
    pen.reserve_lines(usize::try_from(lines).unwrap_or(0));
    let mut findings = Vec::new();
    draw_reserved_boxes(&mut pen, context, &mut findings);
    let mut modules = Vec::new();
    let mut fits = Vec::new();
    let mut inspector = LineInspector::new(context.task.style.limits.gap_milli);
    // Cells outside of modules; the short rows inside them are added one article at a time.
    let mut white_cells = unoccupied_cells(context, placed);
    for placed in placed {
        let item = &context.task.items[placed.item];
        let body = &*context.body_of(placed);
        modules.extend(draw_module(&mut pen, context, placed, item, body));
        findings.extend(item.findings.iter().cloned());
        inspector.inspect_body(item, body, placed.inner_columns.chars);
        findings.append(&mut inspector.findings);
        findings.extend(module_findings(context, placed, item));
        for (subject, fit) in article_fits(placed, item, body) {
            findings.extend(fit_finding(&fit, placed, subject));
            white_cells += fit.under_lines;
            fits.push((subject, fit));
        }
    }
    for index in context.left_off {
        let item = &context.task.items[*index];
        findings.extend(item.findings.iter().cloned());
        for (subject, fit) in left_off_fits(context, *index) {
            findings.push(left_off_finding(context, item, subject, &fit));
            fits.push((subject, fit));
        }
    }
    // After all modules, so that no tint covers a rule.
    for placed in placed {
        draw_rules(&mut pen, placed);
    }
    findings.extend(layout_findings(context, &charges));
    // Stand-alone pictures have no fit in the report.
    fits.sort_by_key(|(subject, _)| *subject);
    fits.retain(|(subject, _)| matches!(subject, LockSubject::Article(_)));
    modules.sort_by_key(|module| module.subject);
    let mut pages = vec![pen.take_page()];
    pages.extend(appendix_pages(context, placed)?);
    Ok(MadeUpPage {
        step: context.step.clone(),
        pages,
        modules,
        furniture: pen.furniture,
        baselines: pen.baselines,
        lines: pen.lines,
        fits: fits.into_iter().map(|(_, fit)| fit).collect(),
        line_quality: inspector.quality,
        findings,
        cost,
        charges,
        pairs_joined: search.pairs_joined,
        has_groups: search.has_groups,
        white_cells,
        article_cells: search.article_cells,
    })
}

/// Number of grid cells on which nothing stands, without the rows between modules.
fn unoccupied_cells(context: &DrawContext<'_>, placed: &[PlacedModule]) -> i64 {
    let first_row = context.first_row;
    let white_in_column = |column: i64| {
        let modules = placed.iter().map(|placed| {
            let rows = placed.grid.rows + placed.white_rows_below;
            GridRect { rows, ..placed.grid }
        });
        let taken = modules.chain(context.pins.iter().map(|pin| pin.grid));
        let in_column = taken.filter(|grid| grid.column_range().contains(&column));
        let mut row_ranges: Vec<(i64, i64)> =
            in_column.map(|grid| (grid.row, grid.foot())).collect();
        row_ranges.sort_unstable();
        let (mut occupied_to, mut white_rows) = (first_row, 0);
        for (start, end) in row_ranges {
            // Above the first module of a column there is no white row between modules.
            let gap = if occupied_to > first_row { MODULE_GAP_ROWS } else { 0 };
            white_rows += (start - occupied_to - gap).max(0);
            occupied_to = occupied_to.max(end);
        }
        white_rows + (context.step.rows - occupied_to).max(0)
    };
    (0..context.step.columns).map(white_in_column).sum()
}
