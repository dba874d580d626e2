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
mod draft;
#[cfg(test)]
mod exhaustive;
mod findings;
mod furniture;
mod galley;
mod ink;
mod join;
mod judge;
mod leaf;
mod leave;
mod marks;
mod module;
mod pen;
mod picture;
mod pins;
mod regions;
mod score;
mod seal;
mod search;
mod settle;
mod shares;
mod shots;
mod stay;

use std::collections::BTreeMap;

use crate::diag::Diagnostic;
use crate::fit::{Head, Rank, Ready, Runs};
use crate::font::Fonts;
use crate::makeup::draft::Draft;
use crate::makeup::judge::{Judged, Sheet, judge};
use crate::makeup::leaf::{BodySet, Leaf, leaves};
use crate::makeup::search::{Effort, search};
use crate::makeup::settle::Settler;
use crate::model::{HouseStyle, PageCopy, Step, Subject};
use crate::page::Page;
use crate::unit::{Abs, Em, Point, Rect};

pub use crate::makeup::changes::{change_sheets, tell_changes};
pub use crate::makeup::galley::galley;
pub use crate::makeup::ink::{Spot, draw_line};
pub use crate::makeup::judge::{Charge, Kind};
pub use crate::makeup::leaf::Position;
pub use crate::makeup::marks::{ProofWords, press_marks, proof_marks};
pub use crate::makeup::pen::{Furnished, FurnitureKind, SetLine, grid_rect};
pub use crate::makeup::pins::{holds, item_of};
pub use crate::makeup::search::GAP;
pub use crate::makeup::settle::Placed;
pub use crate::makeup::stay::Stood;

/// A page made up.
#[derive(Clone, Debug)]
pub struct Made {
    /// The density step it is set at.
    pub step: Step,
    /// The page, and after it the appendix with what found no room.
    pub pages: Vec<Page>,
    /// The modules, in the order of the record.
    pub modules: Vec<Module>,
    /// Page head, staff line, banner, rules.
    pub furniture: Vec<Furnished>,
    /// Where the lines of bodies start, in the order in which they were drawn.
    pub baselines: Vec<Point>,
    /// The lines of the record's texts on the page, in the same order.
    pub lines: Vec<SetLine>,
    /// What each article holds and lacks, in the order of the record.
    pub fits: Vec<Fit>,
    /// What was found in the lines.
    pub quality: Quality,
    /// What was found on the page.
    pub notes: Vec<Diagnostic>,
    /// What the layout costs.
    pub cost: i64,
    /// What it is charged with.
    pub charges: Vec<Charge>,
    /// Pairs of trees that the search looked at.
    pub nodes: u64,
    /// Whether every way to cut the page was looked at, but for those that another beats in every way.
    pub exact: bool,
    /// Rows of white over one column each, inside the modules and where nothing stands.
    pub white_rows: i64,
    /// Rows of one column each that are open to articles.
    pub rows: i64,
}

impl Made {
    /// Whether all copy is on the page: none is over, and nothing is left off.
    pub fn holds_all(&self) -> bool {
        let on = self.charges.iter().all(|charge| charge.kind != Kind::Left);
        on && self.fits.iter().all(|fit| fit.over_lines == 0)
    }
}

/// The place of an article, or of a picture that stands alone, and what is in it.
#[derive(Clone, Debug)]
pub struct Module {
    /// Its place in the record.
    pub subject: Subject,
    /// Its id.
    pub id: String,
    /// First column, first row, columns and rows on the grid.
    pub placement: [i64; 4],
    /// The whole module.
    pub rect: Rect,
    /// The lines of the head; `None` where there is none.
    pub head: Option<Rect>,
    /// Where the head stands.
    pub position: Position,
    /// The columns of the body, in reading order.
    pub body: Vec<Rect>,
    /// The pictures by id, captions not included.
    pub pictures: Vec<(String, Rect)>,
    /// What readers of the digital edition touch for it: rectangles that no other module shares.
    pub zones: Vec<Rect>,
    /// The size of the headline.
    pub headline_size: Abs,
    /// Which wording of the headline is set: 0 its own, n the n-th of its alternatives.
    pub variant: usize,
    /// 字 of a column of the body.
    pub chars: i64,
    /// How the body was run.
    pub runs: Runs,
}

/// How an article fits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fit {
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
    pub first_over: String,
    /// 字 set.
    pub set_chars: usize,
    /// Rows of white given to head and crossheads beyond their usual.
    pub air_rows: i64,
    /// 字 in a line of its columns.
    pub chars: i64,
    /// Whether it is left off the page as a whole.
    pub left: bool,
}

/// How good the lines are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Quality {
    /// Lines of body.
    pub lines: usize,
    /// The widest gap between Han characters beyond their cells.
    pub worst_gap: Em,
    /// The article it is in.
    pub worst_article: String,
    /// The line it is in.
    pub worst_text: String,
    /// Warnings and errors of its lines, by rule.
    pub rules: BTreeMap<&'static str, [usize; 2]>,
}

/// What the make-up is given.
#[derive(Clone, Copy, Debug)]
pub struct Task<'a> {
    /// The page of copy.
    pub copy: &'a PageCopy,
    /// What is placed, its texts shaped.
    pub ready: &'a [Ready],
    /// The house style.
    pub style: &'a HouseStyle,
    /// The faces, for the furniture.
    pub fonts: &'a Fonts,
    /// Where the items stood in the round before; empty if there was none.
    pub stood: &'a [Stood],
    /// Whether to go on.
    pub halt: Halt<'a>,
}

/// Asked now and then whether the work is to stop: whoever waited for it has gone, or time is up. A make-up that was
/// stopped gives no findings, and what it gave is thrown away.
#[derive(Clone, Copy)]
pub struct Halt<'a>(pub &'a (dyn Fn() -> bool + Sync));

impl Halt<'static> {
    /// Goes on to the end.
    pub const NEVER: Self = Self(&|| false);
}

impl Halt<'_> {
    /// Says by an error without findings that the work is to stop.
    pub(crate) fn check(self) -> Result<(), Vec<Diagnostic>> {
        if (self.0)() { Err(Vec::new()) } else { Ok(()) }
    }
}

impl std::fmt::Debug for Halt<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Halt")
    }
}

/// So many layouts are settled and judged by all costs for the best of them.
const JUDGED: usize = 72;
/// The same of a page of few items: that is nearly every layout there is.
const JUDGED_OF_FEW: usize = 144;
/// Up to so many items are few.
const FEW: usize = 5;
/// What a step costs at the probe that has no room for the copy; and what an item costs that is left off the page:
/// more than any copy that is over, so that a step at which everything goes in is taken.
const OVER_PROBED: i64 = 1_000_000_000;
/// The same as [`JUDGED`] where the layout desk has wishes that only whole layouts can meet.
const JUDGED_FOR_WISHES: usize = 400;

/// What the page costs at a step, roughly: enough to tell which step suits the copy.
///
/// # Errors
/// As [`make_up`].
pub fn probe(task: &Task<'_>, step: &Step) -> Result<i64, Vec<Diagnostic>> {
    let draft = Draft::new(task, step, Effort::Probe)?;
    let field = draft.field(task, step);
    // Nothing goes in: what is over by the cells alone, beyond the cost of any layout.
    let over = field.over();
    if over > 0 {
        return Ok(OVER_PROBED + over);
    }
    let layouts = search(&field, 1, Effort::Probe);
    task.halt.check()?;
    Ok(layouts.whole.first().map_or(OVER_PROBED, |whole| whole.cost))
}

/// Makes up the page at a step; the `count` best layouts, best first, never empty.
///
/// # Errors
/// A place that the desk asks for and the page does not have; a character of the furniture that no face has. None if it
/// was stopped.
pub fn make_up(task: &Task<'_>, step: &Step, count: usize) -> Result<Vec<Made>, Vec<Diagnostic>> {
    let mut draft = Draft::new(task, step, Effort::Full)?;
    let Chosen { layouts, nodes, exact } = choose(&mut draft, task, step, count.max(1))?;
    let drawing = pen::Drawing {
        task,
        step,
        bodies: &draft.bodies,
        head_rows: draft.head_rows,
        top: draft.top,
        pins: &draft.pins,
        left: &draft.left,
        drawn: (layouts.len() > 1).then(Default::default),
    };
    let sheet = seal::sheet(&drawing, draft.banner.as_ref())?;
    let left = |item: &usize| Charge {
        kind: Kind::Left,
        cost: OVER_PROBED,
        items: vec![*item],
        place: [0; 4],
    };
    layouts
        .into_iter()
        .map(|(cost, placed, mut charges)| {
            let mut made = seal::seal(&drawing, &placed, sheet.clone())?;
            charges.extend(draft.left.iter().map(left));
            let cost = cost + OVER_PROBED * draft.left.len() as i64;
            findings::look_at_page(&mut made, &charges, &drawing);
            made.cost = cost;
            made.charges = charges;
            made.rows = (step.rows - draft.top) * step.columns - draft.reserved_cells();
            (made.nodes, made.exact) = (nodes, exact);
            Ok(made)
        })
        .collect()
}

/// The layouts that a page is given.
struct Chosen {
    /// Best first, but for that which stood.
    layouts: Vec<Judged>,
    /// Pairs of trees looked at.
    nodes: u64,
    /// Whether every set of items was looked at.
    exact: bool,
}

/// The best layouts of a page with what they are charged with, that which stood before all.
fn choose(
    draft: &mut Draft,
    task: &Task<'_>,
    step: &Step,
    count: usize,
) -> Result<Chosen, Vec<Diagnostic>> {
    // Who sent the page back with a small edit wants that page back, whatever else could be made of it.
    let stood = stay::stood(draft, task, step);
    if let (Some((one, 0)), 1) = (&stood, count) {
        return Ok(Chosen { layouts: vec![one.clone()], nodes: 0, exact: false });
    }
    let wishes = &task.copy.wishes;
    let asked = !wishes.apart.is_empty() || !wishes.same_grade.is_empty();
    let tried = match draft.free.len() {
        _ if asked => JUDGED_FOR_WISHES,
        ..=FEW => JUDGED_OF_FEW,
        _ => JUDGED,
    };
    let layouts = leave::layouts(draft, task, step, count.max(tried))?;
    task.halt.check()?;
    let field = draft.field(task, step);
    let ground = draft.ground(&field, task, step);
    let sheet = Sheet::new(&ground);
    let settler = Settler::new(&layouts, &ground, &sheet);
    let mut judged: Vec<Judged> = Vec::with_capacity(count + 1);
    for whole in &layouts.whole {
        task.halt.check()?;
        // What is as dear as the last of those wanted is none of them: it need not be settled to the end.
        let limit = judged.get(count - 1).map_or(i64::MAX / 2, |(cost, _, _)| *cost);
        let Some(placed) = settler.settle(whole, limit) else { continue };
        let one = judge(placed, &ground, &sheet);
        judged.insert(judged.partition_point(|known| known.0 <= one.0), one);
        judged.truncate(count);
    }
    if let Some((one, owed)) = stood.filter(|_| draft.left.is_empty()) {
        // If the desk changed more than its copy, another layout may suit that better.
        let first = judged.first().is_none_or(|best| owed <= stay::owed(best, &ground));
        let at = if first { 0 } else { judged.partition_point(|known| known.0 < one.0) };
        judged.insert(at, one);
        judged.truncate(count);
    }
    Ok(Chosen { layouts: judged, nodes: layouts.nodes, exact: layouts.exact })
}

/// A page ready to be searched: for measuring the search alone.
pub struct Survey<'a> {
    draft: Draft,
    task: Task<'a>,
    step: &'a Step,
}

impl<'a> Survey<'a> {
    /// Composes every item at a step.
    ///
    /// # Errors
    /// As [`make_up`].
    pub fn new(task: &Task<'a>, step: &'a Step) -> Result<Self, Vec<Diagnostic>> {
        Ok(Self { draft: Draft::new(task, step, Effort::Full)?, task: *task, step })
    }

    /// Searches the page as the make-up does, and gives the pairs of trees that it looked at.
    pub fn search(&self) -> u64 {
        search(&self.draft.field(&self.task, self.step), JUDGED, Effort::Full).nodes
    }
}

/// What an item takes over one width.
#[derive(Clone, Debug)]
pub struct Outlook {
    /// Basic columns.
    pub columns: i64,
    /// Lines of its body.
    pub lines: i64,
    /// The fewest, the usual and the most rows of the module.
    pub rows: [i64; 3],
    /// The head that suits it best.
    pub head: Head,
    /// 字 in a line of its columns.
    pub chars: i64,
}

/// What an item takes over every width of the page.
pub fn outlook(task: &Task<'_>, step: &Step, item: usize) -> Vec<Outlook> {
    let Some(ready) = task.ready.get(item) else { return Vec::new() };
    let bodies = BodySet::new(ready, task.style, step, Effort::Full);
    let leaves = leaves(ready, task.style, step, &bodies, (Rank::Lead, Effort::Full));
    let one = |(leaf, columns): (Leaf, i64)| {
        let best = leaf.forms.first()?;
        let least = leaf.forms.iter().map(|form| form.rows[0]).min().unwrap_or(0);
        let most = leaf.forms.iter().map(|form| form.rows[2]).max().unwrap_or(0);
        Some(Outlook {
            columns,
            lines: bodies.over(columns).best().lines(),
            rows: [least, best.rows[1], most],
            head: best.head.clone(),
            chars: leaf.strip.chars,
        })
    };
    leaves.into_iter().zip(1..).filter_map(one).collect()
}

/// The order of importance: by weight, then as in the record. A picture that stands alone comes in the middle: it
/// needs a good place, not the best.
pub(crate) fn order(ready: &[Ready]) -> Vec<usize> {
    let (mut order, pictures): (Vec<usize>, Vec<usize>) =
        (0..ready.len()).partition(|item| ready[*item].article().is_some());
    order.sort_by_key(|item| std::cmp::Reverse(ready[*item].weight));
    let middle = order.len().div_ceil(2);
    order.splice(middle..middle, pictures);
    order
}
