//! Planning: the best layouts of a page, without drawing files.

use crate::config::CANDIDATES_MAX;
use crate::engine::makeup_input::MakeupInput;
use crate::engine::observer::{CallObserver, RenderStage};
use crate::engine::previous::PreviousPage;
use crate::engine::request::{PageInput, PageSource, bad_value};
use crate::engine::setup::Engine;
use crate::engine::step_choice::best_layouts;
use crate::error::Error;
use crate::fit::ShapedItem;
use crate::makeup::{HaltSignal, MadeUpPage};
use crate::model::{HouseStyle, PageCopy};
use crate::page::layout_hash;
use crate::proto::{self, Policy};
use crate::report;

/// Number of candidates if the request names none.
const DEFAULT_CANDIDATES: usize = 3;

impl Engine {
    /// Makes a page up without drawing it.
    ///
    /// # Errors
    /// As [`Engine::render`].
    pub fn plan(
        &self,
        request: proto::PlanPageRequest,
        observer: &dyn CallObserver,
    ) -> Result<proto::PlanPageResponse, Error> {
        let proto::PlanPageRequest {
            source,
            candidates,
            normalise,
            previous_geometry,
            layout,
            locale: _,
        } = request;
        observer.enter(RenderStage::Intake)?;
        let count = candidate_count(candidates)?;
        let source = source.map(|source| match source {
            proto::plan_page_request::Source::Page(record) => PageSource::Record(Box::new(record)),
            proto::plan_page_request::Source::PlainCopy(bytes) => PageSource::Plain(bytes),
        });
        // Strict, so that a lock that cannot hold is an error and not dropped: no candidate ignores
        // the desk.
        let input = PageInput { source, layout, normalise, policy: Policy::Strict };
        let (checked, items) = self.check_and_shape(input, observer)?;
        let previous = PreviousPage::read(previous_geometry, checked.style, &items.open);

        observer.enter(RenderStage::MakeUp)?;
        let is_stopped = || observer.check_continue().is_err();
        let halt = HaltSignal(&is_stopped);
        let input = MakeupInput::new(&checked, self.fonts(), &items, &previous, halt);
        let layouts = best_layouts(&input, count, observer)?;

        // `best_layouts` is never empty.
        let best = &layouts[0];
        let items = items.at(checked.style, &best.step);
        let candidate = |page| candidate(page, best, items, &checked.copy, checked.style);
        Ok(proto::PlanPageResponse {
            candidates: layouts.iter().map(candidate).collect::<Result<_, _>>()?,
            findings: checked.findings.iter().map(report::finding).collect(),
            grouped: best.has_groups,
            search_nodes: report::count_to_u32(best.pairs_joined)?,
            engine_version: env!("CARGO_PKG_VERSION").to_owned(),
        })
    }
}

/// Number of candidates to return.
fn candidate_count(requested: u32) -> Result<usize, Error> {
    if requested > CANDIDATES_MAX {
        return Err(bad_value(
            "candidates",
            format!("最多 {CANDIDATES_MAX} 个方案"),
            format!("at most {CANDIDATES_MAX} candidates"),
        ));
    }
    Ok(if requested == 0 { DEFAULT_CANDIDATES } else { requested as usize })
}

fn candidate(
    page: &MadeUpPage,
    best: &MadeUpPage,
    items: &[ShapedItem],
    copy: &PageCopy,
    style: &HouseStyle,
) -> Result<proto::PlanCandidate, Error> {
    let hash = layout_hash(&page.pages);
    let air_rows: i64 = page.fits.iter().map(|fit| fit.air_rows).sum();
    Ok(proto::PlanCandidate {
        geometry: Some(report::geometry(page, copy, style, &hash)?),
        cost: page.cost as f64,
        costs: report::plan_costs(page, items, style),
        air_rows: report::to_i32(air_rows)?,
        reason: Some(report::plan_reason(page, best, items)),
    })
}
