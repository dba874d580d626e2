//! The choice among the layouts that the search found.

use crate::makeup::plan::context::JudgeContext;
use crate::makeup::plan::draft::PageDraft;
use crate::makeup::plan::judge::{JudgedLayout, judge_layout};
use crate::makeup::plan::leave::layouts_leaving_least;
use crate::makeup::plan::settle::LayoutSettler;
use crate::makeup::plan::stay::{PreviousLayout, previous_layout, request_debt};
use crate::makeup::task::{MakeupTask, Stop};
use crate::model::DensityStep;

/// The best layouts of a page.
pub(crate) struct ChosenLayouts {
    /// Cheapest first, except that the previous layout comes first where it is kept.
    pub(crate) layouts: Vec<JudgedLayout>,
    /// Number of pairs of trees that the search looked at.
    pub(crate) pairs_joined: u64,
    /// True if items were put into groups before the search, so that not every set was searched.
    pub(crate) has_groups: bool,
}

/// Limit: number of the cheapest layouts that are settled and judged in full.
pub(crate) const LAYOUTS_JUDGED: usize = 72;
/// Limit: the same for a small page, which is nearly every layout there is.
const LAYOUTS_JUDGED_SMALL: usize = 144;
/// Limit: number of items of a small page.
const SMALL_PAGE_ITEMS: usize = 5;
/// Limit: number of layouts judged where the layout desk has requests that only whole layouts can
/// meet.
const LAYOUTS_JUDGED_FOR_REQUESTS: usize = 400;

/// Chooses the `count` best layouts of a page, at least one.
///
/// # Errors
/// [`Stop::Halted`]; [`Stop::Refused`] if an item whose size is locked finds no room.
pub(crate) fn choose_layouts(
    draft: &mut PageDraft,
    task: &MakeupTask<'_>,
    step: &DensityStep,
    count: usize,
) -> Result<ChosenLayouts, Stop> {
    // A page that comes back with a small edit is wanted back as it was, whatever else could be
    // made of it.
    let mut previous = previous_layout(draft, task, step);
    // With several candidates requested, the search has to run for the others in any case.
    if count == 1
        && let Some(PreviousLayout { layout, .. }) = previous.take_if(|kept| kept.debt == 0)
    {
        return Ok(ChosenLayouts { layouts: vec![layout], pairs_joined: 0, has_groups: false });
    }
    let requests = &task.copy.requests;
    let has_requests = !requests.apart_pairs.is_empty() || !requests.same_grade_groups.is_empty();
    let judged_most = match draft.free_items.len() {
        // The search does not know these requests, so a layout that meets them may rank far behind.
        _ if has_requests => LAYOUTS_JUDGED_FOR_REQUESTS,
        ..=SMALL_PAGE_ITEMS => LAYOUTS_JUDGED_SMALL,
        _ => LAYOUTS_JUDGED,
    };
    let found = layouts_leaving_least(draft, task, step, count.max(judged_most))?;
    // Made again: items may have been left off since.
    let problem = draft.search_problem(task, step);
    let context = draft.settle_context(&problem, task, step);
    let judge = JudgeContext::new(&context);
    let settler = LayoutSettler::new(&found, &context, &judge);
    let mut layouts: Vec<JudgedLayout> = Vec::with_capacity(count + 1);
    for page in &found.pages {
        task.halt.check()?;
        // A layout as dear as the last one kept need not be settled to the end. Until enough are
        // kept there is no limit.
        let cost_limit = layouts.get(count - 1).map_or(i64::MAX / 2, |layout| layout.cost);
        let Some(modules) = settler.settle(page, cost_limit) else { continue };
        let layout = judge_layout(modules, &context, &judge);
        // After those of equal cost, so that ties stay in the order of the search.
        let position = layouts.partition_point(|better| better.cost <= layout.cost);
        layouts.insert(position, layout);
        layouts.truncate(count);
    }
    // The previous layout holds all items, so it is no candidate where some are left off.
    if let Some(PreviousLayout { layout, debt }) = previous.filter(|_| draft.left_off.is_empty()) {
        // If more changed than the copy, another layout may suit the new requests better.
        let best = layouts.first();
        // It gives way only to a layout that meets more of the requests.
        let stays = best.is_none_or(|best| debt <= request_debt(best, &context));
        let cheaper = |other: &JudgedLayout| other.cost < layout.cost;
        let position = if stays { 0 } else { layouts.partition_point(cheaper) };
        layouts.insert(position, layout);
        layouts.truncate(count);
    }
    Ok(ChosenLayouts { layouts, pairs_joined: found.pairs_joined, has_groups: found.has_groups })
}
