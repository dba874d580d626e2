//! Make-up: all articles onto the page.
//!
//! In: shaped items, the house style and the requests of the layout desk. Out: [`MadeUpPage`], the page as a display
//! list with its modules, the fit of each article and the findings. `plan` decides where everything stands, `draw`
//! turns a layout into the display list; the values they share are in the files beside them.

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

use crate::finding::Finding;
use crate::makeup::costs::LEFT_OFF_COST;
use crate::makeup::draw::context::DrawContext;
use crate::makeup::draw::{PricedLayout, SearchStatistics, begin_page, draw_page};
use crate::makeup::plan::choose::{ChosenLayouts, choose_layouts};
use crate::makeup::plan::draft::PageDraft;
use crate::makeup::plan::search::search;
use crate::makeup::task::SearchEffort;
use crate::model::DensityStep;

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
pub use crate::makeup::placed::{GAP, PlacedModule};
pub use crate::makeup::plan::outlook::{WidthOutlook, outlook_by_width};
pub use crate::makeup::plan::pins::check_pinned_places;
pub use crate::makeup::plan::survey::SearchSurvey;
pub use crate::makeup::task::{HaltSignal, MakeupTask, PreviousPlacement};

/// What the page costs at a step, roughly: enough to tell which step suits the copy.
///
/// # Errors
/// As [`make_up`].
pub fn probe_step_cost(task: &MakeupTask<'_>, step: &DensityStep) -> Result<i64, Vec<Finding>> {
    let draft = PageDraft::new(task, step, SearchEffort::Probe)?;
    let field = draft.search_problem(task, step);
    // Nothing goes in: what is over by the cells alone, beyond the cost of any layout.
    let over = field.over();
    if over > 0 {
        return Ok(LEFT_OFF_COST + over);
    }
    let layouts = search(&field, 1, SearchEffort::Probe);
    task.halt.check()?;
    Ok(layouts.pages.first().map_or(LEFT_OFF_COST, |whole| whole.cost))
}

/// Makes up the page at a step; the `count` best layouts, best first, never empty.
///
/// # Errors
/// A place that the desk asks for and the page does not have; a character of the furniture that no face has. None if it
/// was stopped.
pub fn make_up(
    task: &MakeupTask<'_>,
    step: &DensityStep,
    count: usize,
) -> Result<Vec<MadeUpPage>, Vec<Finding>> {
    let mut draft = PageDraft::new(task, step, SearchEffort::Full)?;
    let ChosenLayouts { layouts, pairs_joined: nodes, has_groups } =
        choose_layouts(&mut draft, task, step, count.max(1))?;
    let drawing = DrawContext {
        task,
        step,
        bodies: &draft.bodies,
        head_rows: draft.head_rows,
        first_row: draft.top_row,
        pins: &draft.pins,
        left_off: &draft.left_off,
        line_cache: (layouts.len() > 1).then(Default::default),
    };
    let sheet = begin_page(&drawing, draft.banner.as_ref())?;
    let left = |item: &usize| LayoutCharge {
        fault: LayoutFault::LeftOff,
        cost: LEFT_OFF_COST,
        items: vec![*item],
        grid: [0; 4],
    };
    let search = SearchStatistics {
        pairs_joined: nodes,
        has_groups,
        article_cells: (step.rows - draft.top_row) * step.columns - draft.reserved_cells(),
    };
    layouts
        .into_iter()
        .map(|(cost, placed, mut charges)| {
            charges.extend(draft.left_off.iter().map(left));
            let cost = cost + LEFT_OFF_COST * draft.left_off.len() as i64;
            let layout = PricedLayout { placed: &placed, cost, charges };
            draw_page(&drawing, sheet.clone(), layout, search)
        })
        .collect()
}
