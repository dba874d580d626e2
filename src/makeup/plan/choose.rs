//! The choice among the layouts that the search found.

use crate::finding::Finding;
use crate::makeup::plan::context::JudgeContext;
use crate::makeup::plan::draft::PageDraft;
use crate::makeup::plan::judge::{JudgedLayout, judge};
use crate::makeup::plan::settle::LayoutSettler;
use crate::makeup::plan::{leave, stay};
use crate::makeup::task::MakeupTask;
use crate::model::DensityStep;

/// The layouts that a page is given.
pub(crate) struct ChosenLayouts {
    /// Best first, but for that which stood.
    pub(crate) layouts: Vec<JudgedLayout>,
    /// Pairs of trees looked at.
    pub(crate) pairs_joined: u64,
    /// True if items were put into groups before the search, so that not every set was searched.
    pub(crate) has_groups: bool,
}

/// The best layouts of a page with what they are charged with, that which stood before all.
pub(crate) fn choose_layouts(
    draft: &mut PageDraft,
    task: &MakeupTask<'_>,
    step: &DensityStep,
    count: usize,
) -> Result<ChosenLayouts, Vec<Finding>> {
    // Who sent the page back with a small edit wants that page back, whatever else could be made of it.
    let stood = stay::stood(draft, task, step);
    if let (Some((one, 0)), 1) = (&stood, count) {
        return Ok(ChosenLayouts {
            layouts: vec![one.clone()],
            pairs_joined: 0,
            has_groups: false,
        });
    }
    let wishes = &task.copy.requests;
    let asked = !wishes.apart_pairs.is_empty() || !wishes.same_grade_groups.is_empty();
    let tried = match draft.free_items.len() {
        _ if asked => LAYOUTS_JUDGED_FOR_REQUESTS,
        ..=SMALL_PAGE_ITEMS => LAYOUTS_JUDGED_SMALL,
        _ => LAYOUTS_JUDGED,
    };
    let layouts = leave::layouts(draft, task, step, count.max(tried))?;
    task.halt.check()?;
    let field = draft.search_problem(task, step);
    let ground = draft.settle_context(&field, task, step);
    let sheet = JudgeContext::new(&ground);
    let settler = LayoutSettler::new(&layouts, &ground, &sheet);
    let mut judged: Vec<JudgedLayout> = Vec::with_capacity(count + 1);
    for whole in &layouts.pages {
        task.halt.check()?;
        // What is as dear as the last of those wanted is none of them: it need not be settled to the end.
        let limit = judged.get(count - 1).map_or(i64::MAX / 2, |(cost, _, _)| *cost);
        let Some(placed) = settler.settle(whole, limit) else { continue };
        let one = judge(placed, &ground, &sheet);
        judged.insert(judged.partition_point(|known| known.0 <= one.0), one);
        judged.truncate(count);
    }
    if let Some((one, owed)) = stood.filter(|_| draft.left_off.is_empty()) {
        // If the desk changed more than its copy, another layout may suit that better.
        let first = judged.first().is_none_or(|best| owed <= stay::owed(best, &ground));
        let at = if first { 0 } else { judged.partition_point(|known| known.0 < one.0) };
        judged.insert(at, one);
        judged.truncate(count);
    }
    Ok(ChosenLayouts {
        layouts: judged,
        pairs_joined: layouts.pairs_joined,
        has_groups: layouts.has_groups,
    })
}

/// So many layouts are settled and judged by all costs for the best of them.
pub(crate) const LAYOUTS_JUDGED: usize = 72;

/// The same of a page of few items: that is nearly every layout there is.
pub(crate) const LAYOUTS_JUDGED_SMALL: usize = 144;

/// Up to so many items are few.
pub(crate) const SMALL_PAGE_ITEMS: usize = 5;

/// The same as [`JUDGED`] where the layout desk has wishes that only whole layouts can meet.
pub(crate) const LAYOUTS_JUDGED_FOR_REQUESTS: usize = 400;
