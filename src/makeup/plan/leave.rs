//! Items that are left off a page that cannot hold everything: as few as possible, the least
//! important first.

use crate::finding::Finding;
use crate::makeup::plan::draft::PageDraft;
use crate::makeup::plan::search::{FoundLayouts, search_layouts};
use crate::makeup::task::{MakeupTask, SearchEffort, Stop};
use crate::model::DensityStep;

/// Limit: number of items tried one by one after the first that does not fit.
const ITEMS_RETRIED: usize = 12;

/// Searches the best layouts of a page, at least one; items that find no room in any are left
/// off.
///
/// # Errors
/// [`Stop::Halted`]; [`Stop::Refused`] if an item whose size is locked finds no room beside the
/// places that are taken.
pub(crate) fn layouts_leaving_least(
    draft: &mut PageDraft,
    task: &MakeupTask<'_>,
    step: &DensityStep,
    count: usize,
) -> Result<FoundLayouts, Stop> {
    let search = |draft: &PageDraft| {
        search_layouts(&draft.search_problem(task, step), count, SearchEffort::Full)
    };
    let mut found = search(draft)?;
    if found.pages.is_empty() {
        // By the rough search, which only asks whether heads and pictures fit.
        draft.choose_items(task, step)?;
        found = search(draft)?;
    }
    // The full search may find no layout where the rough one found one. A page without items always
    // has a layout, so this ends.
    while found.pages.is_empty() && draft.leave_off_last() {
        found = search(draft)?;
    }
    draft.check_left_off()?;
    Ok(found)
}

impl PageDraft {
    /// Divides the items that the search places into those that go in and those that are left
    /// off.
    ///
    /// The longest prefix in the order of importance that fits is found by doubling steps
    /// down; after it, the next few items are tried one by one: one that takes much room may be
    /// in the way of others that take little.
    fn choose_items(&mut self, task: &MakeupTask<'_>, step: &DensityStep) -> Result<(), Stop> {
        // Items whose size is locked come before the others.
        let (mut candidates, rest): (Vec<usize>, Vec<usize>) =
            self.free_items.iter().copied().partition(|item| self.has_fixed_size(*item));
        candidates.extend(rest);
        // Binary lifting: `kept` is a length that fits, and longer prefixes are taken not to go
        // in once a shorter one does not.
        let mut kept = 0;
        let mut size = candidates.len().next_power_of_two();
        while size > 0 {
            let end = kept + size;
            if end <= candidates.len() && self.items_fit(task, step, &candidates[..end])? {
                kept = end;
            }
            // Halved down to 0, so the loop ends after a few searches even for a hundred items.
            size /= 2;
        }
        let mut on_page = candidates[..kept].to_vec();
        // The item at `kept` is the one that did not fit, so the tries start after it.
        for item in candidates.iter().skip(kept + 1).take(ITEMS_RETRIED) {
            on_page.push(*item);
            if !self.items_fit(task, step, &on_page)? {
                on_page.pop();
            }
        }
        self.set_free_items(&on_page);
        // Locked sizes came first for the choice alone; the list is in the order of importance
        // again.
        let by_importance = self.importance_order.iter().copied();
        self.left_off = by_importance
            .filter(|item| candidates.contains(item) && !on_page.contains(item))
            .collect();
        self.forget_left_off();
        Ok(())
    }

    /// True if the heads and pictures of these items fit, even if their copy does not.
    fn items_fit(
        &mut self,
        task: &MakeupTask<'_>,
        step: &DensityStep,
        items: &[usize],
    ) -> Result<bool, Stop> {
        self.set_free_items(items);
        let problem = self.search_problem(task, step);
        Ok(!search_layouts(&problem, 1, SearchEffort::HeadsOnly)?.pages.is_empty())
    }

    /// Gives the search these items, in the order of importance.
    fn set_free_items(&mut self, items: &[usize]) {
        let by_importance = self.importance_order.iter().copied();
        self.free_items = by_importance.filter(|item| items.contains(item)).collect();
    }

    /// Leaves off the least important item without a locked size, else the least important one.
    /// Returns `false` if there is none.
    fn leave_off_last(&mut self) -> bool {
        // The least important is last. A locked size is a promise to the layout desk and goes last
        // of all.
        let unlocked = self.free_items.iter().rposition(|item| !self.has_fixed_size(*item));
        let Some(last) = unlocked.or(self.free_items.len().checked_sub(1)) else { return false };
        let item = self.free_items.remove(last);
        self.left_off.push(item);
        self.forget_left_off();
        true
    }

    /// Takes the items left off out of the order of importance: it ranks items on the page only.
    fn forget_left_off(&mut self) {
        self.importance_order.retain(|item| !self.left_off.contains(item));
    }

    fn has_fixed_size(&self, item: usize) -> bool {
        self.size_bound.iter().any(|bound| bound.item == item)
    }

    /// Refuses the page if an item with a locked size was left off: its lock cannot be kept.
    fn check_left_off(&self) -> Result<(), Vec<Finding>> {
        let left_off = self.size_bound.iter().filter(|bound| self.left_off.contains(&bound.item));
        let errors: Vec<Finding> = left_off.map(|bound| self.no_place_finding(bound)).collect();
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }
}
