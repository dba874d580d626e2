//! All articles onto the page.
//!
//! In: prepared articles, the house style and what the layout desk wants. Out: [`Made`]: the page as a
//! display list, with its modules, the fit of each article and what was found. The recipe:
//! `search` cuts the page, `settle` gives every module its depth, `seal` draws it (`module` by `module`, `ink`
//! turns lines into items), `furniture` adds page head, banner and rules, `appendix` takes what found no room,
//! `findings` says how it all fits. `galley` sets one article on a sheet of its own.

mod appendix;
mod findings;
mod furniture;
mod galley;
mod ink;
mod judge;
mod leaf;
mod module;
mod pen;
mod score;
mod seal;
mod search;
mod settle;
mod stay;

use std::collections::BTreeMap;

use crate::diag::Diagnostic;
use crate::fit::{Bodies, Rank, Ready, compose};
use crate::font::Fonts;
use crate::makeup::furniture::Banner;
use crate::makeup::judge::{Sheet, charges};
use crate::makeup::leaf::{Leaf, leaves};
use crate::makeup::search::{Effort, Field, Layouts, PartId, Tree, search, total};
use crate::makeup::settle::{Ground, settle};
use crate::makeup::stay::stay;
use crate::model::{HouseStyle, PageCopy, Step};
use crate::page::Page;
use crate::unit::{Abs, Em, Rect};

pub use crate::makeup::galley::galley;
pub use crate::makeup::ink::{Spot, draw_line};
pub use crate::makeup::judge::{Charge, Kind};
pub use crate::makeup::leaf::Position;
pub use crate::makeup::pen::{Furnished, FurnitureKind};
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
    /// Rows of white over one column each, inside the modules and at the foot of the page.
    pub white_rows: i64,
    /// Rows that the articles share.
    pub rows: i64,
}

/// An article's rectangle and what is in it.
#[derive(Clone, Debug)]
pub struct Module {
    /// The article's place in the record.
    pub article: usize,
    /// Its id.
    pub id: String,
    /// First column, first row, columns and rows on the grid.
    pub placement: [i64; 4],
    /// The whole module.
    pub rect: Rect,
    /// The lines of the head.
    pub head: Rect,
    /// Where the head stands.
    pub position: Position,
    /// The columns of the body, in reading order.
    pub body: Vec<Rect>,
    /// The size of the headline.
    pub headline_size: Abs,
    /// How many lines more than at its best the body was set to.
    pub longer: usize,
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
    /// Its articles, shaped, in the order of the record.
    pub ready: &'a [Ready],
    /// The house style.
    pub style: &'a HouseStyle,
    /// The faces, for the furniture.
    pub fonts: &'a Fonts,
    /// Where the articles stood in the round before; empty if there was none.
    pub stood: &'a [Stood],
}

/// So many layouts are settled and judged by all costs for the best of them.
const JUDGED: usize = 48;
/// The same where the layout desk has wishes that only whole layouts can meet.
const JUDGED_FOR_WISHES: usize = 400;

/// A page at a step on its way: bodies, the forms of every article, the rows that are theirs.
struct Draft {
    /// In the order of the record.
    bodies: Vec<Bodies>,
    /// The articles in order of importance.
    order: Vec<usize>,
    /// In order of importance, then by columns less one.
    leaves: Vec<Vec<Leaf>>,
    banner: Option<Banner>,
    head_rows: i64,
    /// The first row for articles.
    top: i64,
}

impl Draft {
    /// Bodies may be run `longer` lines longer.
    fn new(task: &Task<'_>, step: &Step, longer: usize) -> Result<Self, Vec<Diagnostic>> {
        let style = task.style;
        let bodies: Vec<Bodies> =
            task.ready.iter().map(|ready| compose(ready, style, step, longer)).collect();
        let order = order(task.ready);
        let leaves = order.iter().enumerate().map(|(rank, article)| {
            let rank = if rank == 0 { Rank::Lead } else { Rank::Other };
            leaves(&task.ready[*article], style, step, &bodies[*article], rank)
        });
        let leaves = leaves.collect();
        let banner = Banner::new(task, step)?;
        let head_rows = furniture::head_rows(task);
        let top = head_rows + banner.as_ref().map_or(0, |banner| banner.rows);
        Ok(Self { bodies, order, leaves, banner, head_rows, top })
    }

    fn field(&self, step: &Step) -> Field<'_> {
        Field {
            leaves: &self.leaves,
            columns: step.columns,
            rows: step.rows - self.top,
            chars: step.chars,
            gutter: step.gutter,
        }
    }
}

/// What the page costs at a step, roughly: enough to tell which step suits the copy.
///
/// # Errors
/// As [`make_up`].
pub fn probe(task: &Task<'_>, step: &Step) -> Result<i64, Vec<Diagnostic>> {
    let draft = Draft::new(task, step, 0)?;
    let field = draft.field(step);
    let layouts = search(&field, 1, Effort::Probe);
    Ok(layouts.whole.first().map_or(i64::MAX, |whole| total(layouts.part(*whole), &field)))
}

/// Makes up the page at a step; the `count` best layouts, best first, never empty.
///
/// # Errors
/// A character of the furniture that no face has.
pub fn make_up(task: &Task<'_>, step: &Step, count: usize) -> Result<Vec<Made>, Vec<Diagnostic>> {
    // A column may be a line short, but not the last: so many lines may be missing at most.
    let longer = usize::try_from(step.columns).unwrap_or(0);
    let draft = Draft::new(task, step, longer)?;
    let field = draft.field(step);
    let wishes = &task.copy.wishes;
    let asked = !wishes.apart.is_empty() || !wishes.same_grade.is_empty();
    let judged = if asked { JUDGED_FOR_WISHES } else { JUDGED };
    let layouts = search(&field, count.max(judged), Effort::Full);
    let Draft { bodies, order, banner, head_rows, top, .. } = &draft;
    let (head_rows, top) = (*head_rows, *top);
    let ground = Ground { field: &field, bodies, order, task, step, top };
    let judged = layouts.whole.iter().map(|whole| {
        let placed = settle(&layouts, *whole, &ground);
        let own = forms(&layouts, *whole, &field);
        judge(placed, own, &ground)
    });
    let mut judged: Vec<(i64, Vec<Placed>, Vec<Charge>)> = judged.collect();
    judged.sort_by_key(|(cost, _, _)| *cost);
    if let Some(placed) = stay(task.stood, &ground) {
        // Who sent the page back with a small edit wants that page back, whatever else could be made of it.
        let (cost, placed, charges) = judge(placed, Vec::new(), &ground);
        judged.insert(0, (cost.min(judged.first().map_or(cost, |best| best.0)), placed, charges));
    }
    judged.truncate(count.max(1));
    let drawing = pen::Drawing { task, step, bodies, head_rows };
    judged
        .into_iter()
        .map(|(cost, placed, charges)| {
            let mut made = seal::seal(&drawing, &placed, banner.as_ref())?;
            findings::look_at_page(&mut made, &charges, task);
            made.cost = cost;
            made.charges = charges;
            made.rows = field.rows;
            made.nodes = layouts.nodes;
            Ok(made)
        })
        .collect()
}

/// Weighs a layout with everything that it is charged with; `own` is what the forms of its articles cost.
fn judge(
    placed: Vec<Placed>,
    own: Vec<(i64, usize)>,
    ground: &Ground<'_>,
) -> (i64, Vec<Placed>, Vec<Charge>) {
    let (field, step) = (ground.field, ground.step);
    let sheet = Sheet {
        ready: ground.task.ready,
        wishes: &ground.task.copy.wishes,
        lead: ground.order.first().copied().unwrap_or(0),
        columns: field.columns,
        rows: field.rows,
        top: ground.top,
        chars: field.chars,
        gutter: field.gutter,
        width: &|columns| step.width(columns),
    };
    let mut charges = charges(&placed, &sheet);
    for (form, at) in own {
        let articles = vec![ground.order[at]];
        charges.push(Charge { kind: Kind::Own, cost: form, articles, rows: (0, 0) });
    }
    let moved = placed.iter().filter(|module| {
        let id = &ground.task.ready[module.article].id;
        let stood = ground.task.stood.iter().find(|stood| stood.article == *id);
        stood.is_some_and(|stood| {
            stood.placement[..3] != [module.column, module.row, module.columns]
        })
    });
    charges.extend(moved.map(|module| Charge {
        kind: Kind::Moved,
        cost: score::MOVED,
        articles: vec![module.article],
        rows: (module.row, module.row + module.rows),
    }));
    charges.retain(|charge| charge.cost > 0);
    (charges.iter().map(|charge| charge.cost).sum(), placed, charges)
}

/// What the forms of the articles of a layout cost, with each article's place in the order.
fn forms(layouts: &Layouts, whole: PartId, field: &Field<'_>) -> Vec<(i64, usize)> {
    let part = layouts.part(whole);
    match part.tree {
        Tree::Leaf(item, form) => {
            let columns = usize::try_from(part.columns - 1).unwrap_or(0);
            let form = &field.leaves[usize::from(item)][columns].forms[usize::from(form)];
            vec![(form.cost, item.into())]
        }
        Tree::Stack(a, b) | Tree::Beside(a, b) => {
            let mut out = forms(layouts, a, field);
            out.extend(forms(layouts, b, field));
            out
        }
    }
}

/// The order of importance: by weight, then as in the record.
fn order(ready: &[Ready]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..ready.len()).collect();
    order.sort_by_key(|index| std::cmp::Reverse(ready[*index].weight));
    order
}
