//! A page that was made up before: its articles stay where they were, as long as they fit (R102).

use crate::fit::heads_within;
use crate::makeup::leaf::{Form, Position};
use crate::makeup::module::head_height;
use crate::makeup::settle::{Ground, Placed, Spot, finish, place};
use crate::unit::{Abs, cells_meet};

/// Where an item stood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stood {
    /// The ids of its members.
    pub id: String,
    /// First column, first row, columns and rows on the grid.
    pub placement: [i64; 4],
    /// Where its head stood.
    pub position: Position,
    /// The size of its headline, and the height of its head's lines.
    pub head: [Abs; 2],
    /// The widths of its pictures above the columns.
    pub pictures: Vec<Abs>,
}

/// Rows of white that an article which lost a line or two may leave rather than move another.
const WHITE_MOST: i64 = 2;

/// The page as it stood, with every article poured anew into its own rectangle; `None` if an article is new, gone
/// or does not fit its rectangle any more.
pub(crate) fn stay(stood: &[Stood], ground: &Ground<'_>) -> Option<Vec<Placed>> {
    let (ready, style) = (ground.task.ready, ground.task.style);
    if stood.len() != ready.len() || !on_grid(stood, ground) {
        return None;
    }
    let mut placed = Vec::with_capacity(ready.len());
    for (item, own) in ready.iter().enumerate() {
        let known = stood.iter().find(|stood| stood.id == own.id)?;
        let [column, row, columns, rows] = known.placement;
        let leaf = ground.leaves.get(item)?.get(usize::try_from(columns - 1).ok()?)?;
        let spot = Spot { column, row, rows };
        let off = |module: &Placed| {
            let [size, height] = known.head;
            let far = |a: Abs, b: Abs| (a - b).units().abs();
            let deep = head_height(&module.head, module.head_rows, ground.step);
            let widths = module.shots.iter().map(|shot| module.strip.width(shot.shot.columns));
            let moved = widths.filter(|width| !known.pictures.contains(width)).count();
            (white(module) > WHITE_MOST, moved, far(module.head.size, size), far(deep, height))
        };
        // The forms that the search knows, and heads of the very size that stood there.
        let mut forms: Vec<Form> =
            leaf.forms.iter().filter(|form| form.position == known.position).cloned().collect();
        let template = forms.first()?.clone();
        if !template.head.wording.upright {
            let width = leaf.strip.width(known.position.span(columns).1);
            let set = heads_within(own, style, ground.step, width, known.head[0]);
            forms.extend(set.heads().iter().map(|head| Form {
                head: head.clone(),
                head_rows: [set.least(head), set.most(head)],
                ..template.clone()
            }));
        }
        let modules = forms.iter().map(|form| place(ground, item, form, columns, spot));
        let best = modules.filter(|module| module.poured.over_rows == 0).min_by_key(off)?;
        if white(&best) > WHITE_MOST {
            return None;
        }
        placed.push(best);
    }
    Some(finish(placed, ground))
}

/// Rows of white at the foot of the columns.
fn white(module: &Placed) -> i64 {
    module.poured.short().max().unwrap_or(0)
}

/// Whether the rectangles lie on the rows for articles and do not overlap: a geometry is input like any other.
fn on_grid(stood: &[Stood], ground: &Ground<'_>) -> bool {
    let field = ground.field;
    let inside = |stood: &Stood| {
        let [column, row, columns, rows] = stood.placement;
        let fits = |start: i64, length: i64, first: i64, most: i64| {
            length > 0 && start >= first && length <= most && start - first <= most - length
        };
        fits(column, columns, 0, field.columns) && fits(row, rows, ground.top, field.rows)
    };
    let apart = |a: &Stood, b: &Stood| !cells_meet(a.placement, b.placement);
    stood.iter().all(inside)
        && stood.iter().enumerate().all(|(k, a)| stood[k + 1..].iter().all(|b| apart(a, b)))
}
