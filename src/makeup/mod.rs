//! All articles onto the page.
//!
//! In: prepared articles, the house style and what the layout desk wants. Out: [`Made`]: the page as a
//! display list, with its modules, the fit of each article and what was found. The recipe: `draft` finds the forms
//! that each item may have (`leaf`, `shots`) and puts what the desk has pinned (`pins`) in its place, which leaves
//! `regions`; `search` cuts these (`join`), `settle` gives every module its depth (`shares` parts it
//! between head, pictures and body), `judge` weighs the best layouts by `score`, `leave` leaves off what finds no room in
//! any, `seal` draws one (`module` by `module`, `ink` turns lines into items), `furniture` adds page head, banner and rules, `appendix` takes what found no room, `findings` says how it all
//! fits. A page that comes back goes to `stay`.
//! `marks` stand around a press page and over a proof, `changes` says what is new on it.
//! `galley` sets one article on a sheet of its own.

mod appendix;
mod changes;
mod costs;
mod draft;
#[cfg(test)]
mod exhaustive;
mod findings;
mod forms;
mod furniture;
mod galley;
mod glyph_runs;
mod join;
mod judge;
mod leave;
mod marks;
mod module;
mod page;
mod pen;
mod picture;
mod picture_blocks;
mod pins;
mod regions;
mod search;
mod settle;
mod shares;
mod stay;

use std::collections::BTreeMap;

use crate::finding::Finding;
use crate::fit::{ArticleHead, ArticleRole, Reflow, ShapedItem};
use crate::font::FontSet;
use crate::makeup::draft::PageDraft;
use crate::makeup::forms::{ItemBodies, WidthOptions, options_by_width};
use crate::makeup::judge::{JudgeContext, JudgedLayout, judge};
use crate::makeup::search::{SearchEffort, search};
use crate::makeup::settle::LayoutSettler;
use crate::model::{DensityStep, HouseStyle, LockSubject, PageCopy};
use crate::page::Page;
use crate::unit::{Abs, Em, Point, Rect};

pub use crate::makeup::changes::{change_findings, change_sheets};
pub use crate::makeup::forms::HeadPosition;
pub use crate::makeup::galley::galley;
pub use crate::makeup::glyph_runs::{LinePosition, draw_line};
pub use crate::makeup::judge::{LayoutCharge, LayoutFault};
pub use crate::makeup::marks::{ProofSlip, press_marks, proof_marks};
pub use crate::makeup::pen::{FurnitureItem, FurnitureKind, PageLine, page_rect};
pub use crate::makeup::pins::{check_pinned_places, item_index_of};
pub use crate::makeup::search::GAP;
pub use crate::makeup::settle::PlacedModule;
pub use crate::makeup::stay::PreviousPlacement;

/// A page made up.
#[derive(Clone, Debug)]
pub struct MadeUpPage {
    /// The density step it is set at.
    pub step: DensityStep,
    /// The page, and after it the appendix with what found no room.
    pub pages: Vec<Page>,
    /// The modules, in the order of the record.
    pub modules: Vec<PageModule>,
    /// Page head, staff line, banner, rules.
    pub furniture: Vec<FurnitureItem>,
    /// Where the lines of bodies start, in the order in which they were drawn.
    pub baselines: Vec<Point>,
    /// The lines of the record's texts on the page, in the same order.
    pub lines: Vec<PageLine>,
    /// What each article holds and lacks, in the order of the record.
    pub fits: Vec<ArticleFit>,
    /// What was found in the lines.
    pub line_quality: LineQuality,
    /// What was found on the page.
    pub findings: Vec<Finding>,
    /// What the layout costs.
    pub cost: i64,
    /// What it is charged with.
    pub charges: Vec<LayoutCharge>,
    /// Pairs of trees that the search looked at.
    pub pairs_joined: u64,
    /// Whether every way to cut the page was looked at, but for those that another beats in every way.
    pub is_exact: bool,
    /// Rows of white over one column each, inside the modules and where nothing stands.
    pub white_cells: i64,
    /// Rows of one column each that are open to articles.
    pub article_cells: i64,
}

impl MadeUpPage {
    /// Whether all copy is on the page: none is over, and nothing is left off.
    pub fn holds_all(&self) -> bool {
        let on = self.charges.iter().all(|charge| charge.fault != LayoutFault::LeftOff);
        on && self.fits.iter().all(|fit| fit.over_lines == 0)
    }
}

/// The place of an article, or of a picture that stands alone, and what is in it.
#[derive(Clone, Debug)]
pub struct PageModule {
    /// Its place in the record.
    pub subject: LockSubject,
    /// Its id.
    pub id: String,
    /// First column, first row, columns and rows on the grid.
    pub grid: [i64; 4],
    /// The whole module.
    pub rect: Rect,
    /// The lines of the head; `None` where there is none.
    pub head_rect: Option<Rect>,
    /// Where the head stands.
    pub head_position: HeadPosition,
    /// The columns of the body, in reading order.
    pub body_columns: Vec<Rect>,
    /// The pictures by id, captions not included.
    pub pictures: Vec<(String, Rect)>,
    /// What readers of the digital edition touch for it: rectangles that no other module shares.
    pub touch_zones: Vec<Rect>,
    /// The size of the headline.
    pub headline_size: Abs,
    /// Which wording of the headline is set: 0 its own, n the n-th of its alternatives.
    pub headline_variant: usize,
    /// 字 of a column of the body.
    pub measure_chars: i64,
    /// How the body was run.
    pub reflow: Reflow,
}

/// How an article fits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ArticleFit {
    /// Its id.
    pub id: String,
    /// Rows that its columns hold.
    pub capacity_lines: i64,
    /// Rows set.
    pub set_lines: i64,
    /// Rows that found no room.
    pub over_lines: i64,
    /// 字 that found no room.
    pub over_chars: usize,
    /// Rows of its columns that stay white.
    pub under_lines: i64,
    /// The first 20 字 that found no room.
    pub over_opening: String,
    /// 字 set.
    pub set_chars: usize,
    /// Rows of white given to head and crossheads beyond their usual.
    pub air_rows: i64,
    /// 字 in a line of its columns.
    pub measure_chars: i64,
    /// Whether it is left off the page as a whole.
    pub is_left_off: bool,
}

/// How good the lines are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LineQuality {
    /// Lines of body.
    pub line_count: usize,
    /// The widest gap between Han characters beyond their cells.
    pub worst_gap: Em,
    /// The article it is in.
    pub worst_article: String,
    /// The line it is in.
    pub worst_text: String,
    /// Warnings and errors of its lines, by rule.
    pub findings_by_rule: BTreeMap<&'static str, [usize; 2]>,
}

/// What the make-up is given.
#[derive(Clone, Copy, Debug)]
pub struct MakeupTask<'a> {
    /// The page of copy.
    pub copy: &'a PageCopy,
    /// What is placed, its texts shaped.
    pub items: &'a [ShapedItem],
    /// The house style.
    pub style: &'a HouseStyle,
    /// The faces, for the furniture.
    pub fonts: &'a FontSet,
    /// Where the items stood in the round before; empty if there was none.
    pub previous: &'a [PreviousPlacement],
    /// Whether to go on.
    pub halt: HaltSignal<'a>,
}

/// Asked now and then whether the work is to stop: whoever waited for it has gone, or time is up. A make-up that was
/// stopped gives no findings, and what it gave is thrown away.
#[derive(Clone, Copy)]
pub struct HaltSignal<'a>(pub &'a (dyn Fn() -> bool + Sync));

impl HaltSignal<'static> {
    /// Goes on to the end.
    pub const NEVER: Self = Self(&|| false);
}

impl HaltSignal<'_> {
    /// Says by an error without findings that the work is to stop.
    pub(crate) fn check(self) -> Result<(), Vec<Finding>> {
        if (self.0)() { Err(Vec::new()) } else { Ok(()) }
    }
}

impl std::fmt::Debug for HaltSignal<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Halt")
    }
}

/// So many layouts are settled and judged by all costs for the best of them.
const LAYOUTS_JUDGED: usize = 72;
/// The same of a page of few items: that is nearly every layout there is.
const LAYOUTS_JUDGED_SMALL: usize = 144;
/// Up to so many items are few.
const SMALL_PAGE_ITEMS: usize = 5;
/// What a step costs at the probe that has no room for the copy; and what an item costs that is left off the page:
/// more than any copy that is over, so that a step at which everything goes in is taken.
const LEFT_OFF_COST: i64 = 1_000_000_000;
/// The same as [`JUDGED`] where the layout desk has wishes that only whole layouts can meet.
const LAYOUTS_JUDGED_FOR_REQUESTS: usize = 400;

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
    let ChosenLayouts { layouts, pairs_joined: nodes, is_exact: exact } =
        choose_layouts(&mut draft, task, step, count.max(1))?;
    let drawing = pen::DrawContext {
        task,
        step,
        bodies: &draft.bodies,
        head_rows: draft.head_rows,
        first_row: draft.top_row,
        pins: &draft.pins,
        left_off: &draft.left_off,
        line_cache: (layouts.len() > 1).then(Default::default),
    };
    let sheet = page::begin_page(&drawing, draft.banner.as_ref())?;
    let left = |item: &usize| LayoutCharge {
        fault: LayoutFault::LeftOff,
        cost: LEFT_OFF_COST,
        items: vec![*item],
        grid: [0; 4],
    };
    layouts
        .into_iter()
        .map(|(cost, placed, mut charges)| {
            let mut made = page::draw_page(&drawing, &placed, sheet.clone())?;
            charges.extend(draft.left_off.iter().map(left));
            let cost = cost + LEFT_OFF_COST * draft.left_off.len() as i64;
            findings::add_page_findings(&mut made, &charges, &drawing);
            made.cost = cost;
            made.charges = charges;
            made.article_cells =
                (step.rows - draft.top_row) * step.columns - draft.reserved_cells();
            (made.pairs_joined, made.is_exact) = (nodes, exact);
            Ok(made)
        })
        .collect()
}

/// The layouts that a page is given.
struct ChosenLayouts {
    /// Best first, but for that which stood.
    layouts: Vec<JudgedLayout>,
    /// Pairs of trees looked at.
    pairs_joined: u64,
    /// Whether every set of items was looked at.
    is_exact: bool,
}

/// The best layouts of a page with what they are charged with, that which stood before all.
fn choose_layouts(
    draft: &mut PageDraft,
    task: &MakeupTask<'_>,
    step: &DensityStep,
    count: usize,
) -> Result<ChosenLayouts, Vec<Finding>> {
    // Who sent the page back with a small edit wants that page back, whatever else could be made of it.
    let stood = stay::stood(draft, task, step);
    if let (Some((one, 0)), 1) = (&stood, count) {
        return Ok(ChosenLayouts { layouts: vec![one.clone()], pairs_joined: 0, is_exact: false });
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
        is_exact: layouts.is_exact,
    })
}

/// A page ready to be searched: for measuring the search alone.
pub struct SearchSurvey<'a> {
    draft: PageDraft,
    task: MakeupTask<'a>,
    step: &'a DensityStep,
}

impl<'a> SearchSurvey<'a> {
    /// Composes every item at a step.
    ///
    /// # Errors
    /// As [`make_up`].
    pub fn new(task: &MakeupTask<'a>, step: &'a DensityStep) -> Result<Self, Vec<Finding>> {
        Ok(Self { draft: PageDraft::new(task, step, SearchEffort::Full)?, task: *task, step })
    }

    /// Searches the page as the make-up does, and gives the pairs of trees that it looked at.
    pub fn count_pairs(&self) -> u64 {
        search(
            &self.draft.search_problem(&self.task, self.step),
            LAYOUTS_JUDGED,
            SearchEffort::Full,
        )
        .pairs_joined
    }
}

/// What an item takes over one width.
#[derive(Clone, Debug)]
pub struct WidthOutlook {
    /// Basic columns.
    pub columns: i64,
    /// Lines of its body.
    pub body_rows: i64,
    /// The fewest, the usual and the most rows of the module.
    pub rows: [i64; 3],
    /// The head that suits it best.
    pub head: ArticleHead,
    /// 字 in a line of its columns.
    pub measure_chars: i64,
}

/// What an item takes over every width of the page.
pub fn outlook_by_width(
    task: &MakeupTask<'_>,
    step: &DensityStep,
    item: usize,
) -> Vec<WidthOutlook> {
    let Some(ready) = task.items.get(item) else { return Vec::new() };
    let bodies = ItemBodies::new(ready, task.style, step, SearchEffort::Full);
    let leaves =
        options_by_width(ready, task.style, step, &bodies, (ArticleRole::Lead, SearchEffort::Full));
    let one = |(leaf, columns): (WidthOptions, i64)| {
        let best = leaf.forms.first()?;
        let least = leaf.forms.iter().map(|form| form.rows[0]).min().unwrap_or(0);
        let most = leaf.forms.iter().map(|form| form.rows[2]).max().unwrap_or(0);
        Some(WidthOutlook {
            columns,
            body_rows: bodies.over_columns(columns).best().line_count(),
            rows: [least, best.rows[1], most],
            head: best.head.clone(),
            measure_chars: leaf.inner_columns.chars,
        })
    };
    leaves.into_iter().zip(1..).filter_map(one).collect()
}

/// The order of importance: by weight, then as in the record. A picture that stands alone comes in the middle: it
/// needs a good place, not the best.
pub(crate) fn order_by_importance(ready: &[ShapedItem]) -> Vec<usize> {
    let (mut order, pictures): (Vec<usize>, Vec<usize>) =
        (0..ready.len()).partition(|item| ready[*item].article_index().is_some());
    order.sort_by_key(|item| std::cmp::Reverse(ready[*item].weight));
    let middle = order.len().div_ceil(2);
    order.splice(middle..middle, pictures);
    order
}
