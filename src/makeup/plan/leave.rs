//! What is left off a page that cannot hold everything: as little as possible, the least important first.

use crate::finding::Finding;
use crate::makeup::plan::draft::PageDraft;
use crate::makeup::plan::search::{FoundLayouts, search};
use crate::makeup::task::{MakeupTask, SearchEffort};
use crate::model::DensityStep;

/// So many items are tried one by one once the next by importance does not go in.
const TRIED: usize = 12;

/// The best layouts of a page, never none: what finds no room in any is left off.
///
/// # Errors
/// Items whose size the desk has fixed and that what is pinned leaves no room for.
pub(crate) fn layouts(
    draft: &mut PageDraft,
    task: &MakeupTask<'_>,
    step: &DensityStep,
    wanted: usize,
) -> Result<FoundLayouts, Vec<Finding>> {
    let mut found = search(&draft.search_problem(task, step), wanted, SearchEffort::Full);
    if found.pages.is_empty() {
        draft.choose(task, step);
        found = search(&draft.search_problem(task, step), wanted, SearchEffort::Full);
    }
    // A closer search may see less than a rough one; without items every page is one.
    while found.pages.is_empty() && draft.leave_last() {
        found = search(&draft.search_problem(task, step), wanted, SearchEffort::Full);
    }
    draft.left_unbound()?;
    Ok(found)
}

impl PageDraft {
    /// Parts the items that the search places into those that go in and those that are left off.
    fn choose(&mut self, task: &MakeupTask<'_>, step: &DensityStep) {
        // Where the desk fixed a size, an item goes before others.
        let (mut order, rest): (Vec<usize>, Vec<usize>) =
            self.free_items.iter().copied().partition(|item| self.is_bound(*item));
        order.extend(rest);
        let mut kept = 0;
        let mut size = order.len().next_power_of_two();
        while size > 0 {
            let to = kept + size;
            if to <= order.len() && self.goes_in(task, step, &order[..to]) {
                kept = to;
            }
            size /= 2;
        }
        // One that takes much may be in the way of others that take little.
        let mut on = order[..kept].to_vec();
        for item in order.iter().skip(kept + 1).take(TRIED) {
            on.push(*item);
            if !self.goes_in(task, step, &on) {
                on.pop();
            }
        }
        self.take(&on);
        self.left_off =
            self.importance_order.iter().copied().filter(|item| order.contains(item)).collect();
        self.left_off.retain(|item| !on.contains(item));
        self.forget_left();
    }

    /// Whether these items go in, copy that is over apart.
    fn goes_in(&mut self, task: &MakeupTask<'_>, step: &DensityStep, items: &[usize]) -> bool {
        self.take(items);
        !search(&self.search_problem(task, step), 1, SearchEffort::Room).pages.is_empty()
    }

    /// Leaves the search these items, in the order of importance.
    fn take(&mut self, items: &[usize]) {
        self.free_items =
            self.importance_order.iter().copied().filter(|item| items.contains(item)).collect();
    }

    /// Leaves off the least important item that the desk said nothing of, else the least important; `false` if there
    /// is none.
    fn leave_last(&mut self) -> bool {
        let open = self.free_items.iter().rposition(|item| !self.is_bound(*item));
        let Some(at) = open.or(self.free_items.len().checked_sub(1)) else { return false };
        let item = self.free_items.remove(at);
        self.left_off.push(item);
        self.forget_left();
        true
    }

    /// What is left off has no rank among what is on the page.
    fn forget_left(&mut self) {
        self.importance_order.retain(|item| !self.left_off.contains(item));
    }

    fn is_bound(&self, item: usize) -> bool {
        self.size_bound.iter().any(|open| open.item == item)
    }

    /// An item of a fixed size that is left off has a lock that the page cannot keep.
    fn left_unbound(&self) -> Result<(), Vec<Finding>> {
        let left = self.size_bound.iter().filter(|open| self.left_off.contains(&open.item));
        let errors: Vec<Finding> = left.map(|open| self.no_place_finding(open)).collect();
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}
