//! Make-up: all articles onto the page.
//!
//! In: shaped items, the house style and the requests of the layout desk ([`MakeupTask`]). Out:
//! the page as a display list with its modules, the fit of each article and the findings
//! ([`MadeUpPage`]).
//!
//! `plan` decides where everything stands: it drafts the forms of every item, searches the ways
//! to cut the page, settles and judges the best ones. `draw` turns a layout into the display
//! list. Neither names the other; the values they share are in the files beside them.

mod banner;
mod bodies;
mod charge;
mod costs;
mod draw;
mod head;
mod page;
mod pinned;
mod placed;
mod plan;
mod task;

use crate::makeup::costs::LEFT_OFF;
use crate::makeup::draw::context::DrawContext;
use crate::makeup::draw::{PricedLayout, SearchStatistics, begin_page, draw_page};
use crate::makeup::plan::choose::{ChosenLayouts, choose_layouts};
use crate::makeup::plan::draft::PageDraft;
use crate::makeup::plan::judge::JudgedLayout;
use crate::makeup::plan::search::search_layouts;
use crate::makeup::task::SearchEffort;
use crate::model::DensityStep;
use crate::unit::GridRect;

pub use crate::makeup::charge::{LayoutCharge, LayoutFault};
pub use crate::makeup::draw::changes::{change_findings, change_sheets};
pub use crate::makeup::draw::context::page_rect;
pub use crate::makeup::draw::galley::galley;
pub use crate::makeup::draw::glyph_runs::{LinePosition, draw_line};
pub use crate::makeup::draw::marks::{ProofSlip, SignatureBox, press_marks, proof_marks};
pub use crate::makeup::head::HeadPosition;
pub use crate::makeup::page::{
    ArticleFit, FurnitureItem, FurnitureKind, LineQuality, MadeUpPage, PageLine, PageModule,
};
pub use crate::makeup::pinned::item_index_of;
pub use crate::makeup::placed::{MODULE_GAP_ROWS, PlacedModule};
pub use crate::makeup::plan::outlook::{WidthOutlook, outlook_by_width};
pub use crate::makeup::plan::pins::check_pinned_places;
pub use crate::makeup::plan::survey::SearchSurvey;
pub use crate::makeup::task::{HaltSignal, MakeupTask, PreviousPlacement, Stop};

/// Estimates the cost of a page at a density step, well enough to tell which step suits the copy. A
/// step that cannot hold the copy costs more than any that can.
///
/// # Errors
/// [`Stop::Halted`] if the task is to stop; [`Stop::Refused`] for a place that the page does not
/// have.
pub fn probe_step_cost(task: &MakeupTask<'_>, step: &DensityStep) -> Result<i64, Stop> {
    let draft = PageDraft::new(task, step, SearchEffort::Probe)?;
    let problem = draft.search_problem(task, step);
    let missing_cells = problem.missing_cells();
    if missing_cells > 0 {
        return Ok(LEFT_OFF + missing_cells);
    }
    let found = search_layouts(&problem, 1, SearchEffort::Probe)?;
    Ok(found.pages.first().map_or(LEFT_OFF, |page| page.cost))
}

/// Makes up the page at a density step. Returns the `count` best layouts, best first, at least one.
///
/// # Errors
/// [`Stop::Halted`] if the task is to stop. [`Stop::Refused`] for a place that the layout desk asks
/// for and the page does not have, and for a character of the furniture that no face has.
pub fn make_up(
    task: &MakeupTask<'_>,
    step: &DensityStep,
    count: usize,
) -> Result<Vec<MadeUpPage>, Stop> {
    let mut draft = PageDraft::new(task, step, SearchEffort::Full)?;
    let ChosenLayouts { layouts, pairs_joined, has_groups } =
        choose_layouts(&mut draft, task, step, count.max(1))?;
    let context = DrawContext {
        task,
        step,
        bodies: &draft.bodies,
        head_rows: draft.head_rows,
        first_row: draft.page.row,
        pins: &draft.pins,
        left_off: &draft.left_off,
        line_cache: (layouts.len() > 1).then(Default::default),
    };
    let empty_page = begin_page(&context, draft.banner.as_ref())?;
    let article_cells = draft.page.cells() - draft.reserved_cells();
    let search = SearchStatistics { pairs_joined, has_groups, article_cells };
    let left_off = draft.left_off.iter().map(|item| LayoutCharge {
        fault: LayoutFault::LeftOff,
        cost: LEFT_OFF,
        items: vec![*item],
        grid: GridRect::default(),
    });
    let left_off: Vec<LayoutCharge> = left_off.collect();
    let left_off_cost: i64 = left_off.iter().map(|charge| charge.cost).sum();
    let mut pages = Vec::with_capacity(layouts.len());
    for JudgedLayout { cost, modules, mut charges } in layouts {
        charges.extend_from_slice(&left_off);
        let layout = PricedLayout { placed: &modules, cost: cost + left_off_cost, charges };
        pages.push(draw_page(&context, empty_page.clone(), layout, search)?);
    }
    Ok(pages)
}
