//! L09, L14, L15: variety of heads, verse, vertical heads.

use std::collections::BTreeSet;

use crate::editor::page::{EditorPage, Head, Kind, Module};
use crate::editor::rules::{Fault, Place};

/// L09: "six articles or more with none of box, tint, vertical head, label".
pub(crate) const PLAIN_ARTICLES: usize = 6;
/// L09: "one weight is not [fine]". Two heads may share a face; from three on the page needs two.
pub(crate) const ONE_FACE_HEADS: usize = 3;
/// L09: 长体 "free to .85, 20 to .75, 60 to .65, never below .60". Between .65 and .85 it is a
/// cost; eight real heads of a hundred are below .70.
pub(crate) const CONDENSED: f64 = 0.65;
/// L14: "up to 14 lines in one column, more in two".
pub(crate) const VERSE_LINES: usize = 14;
/// L15: "one line to 16 字, condensed to .80, two beyond".
pub(crate) const VERTICAL_CHARS: usize = 16;
pub(crate) const VERTICAL_SCALE: f64 = 0.80;
/// L15: "never four 字 in two lines".
pub(crate) const VERTICAL_FEW: usize = 4;
/// L15: "a strip of size + 2 字 of its own": 字 of white beside the head, and how far it may be off.
pub(crate) const STRIP_CHARS: f64 = 2.0;
pub(crate) const STRIP_OFF: f64 = 1.5;

/// L09. "Neighbours with one face and one shape: 15" is a cost that only an editor sees; it is not
/// judged here.
pub(crate) fn contrast(page: &EditorPage) -> Vec<Fault> {
    let mut out = Vec::new();
    let articles = page.articles().count();
    let relief = page.articles().any(relieved) || page.banner.as_ref().is_some_and(|b| b.drawn);
    if articles >= PLAIN_ARTICLES && !relief {
        out.push(Fault::new("L09", "plain", articles as f64, PLAIN_ARTICLES as f64));
    }
    let faces: BTreeSet<&str> = page.heads().map(|(_, head)| head.face.as_str()).collect();
    let heads = page.heads().count();
    if heads >= ONE_FACE_HEADS && faces.len() < 2 {
        out.push(Fault::new("L09", "one face", heads as f64, ONE_FACE_HEADS as f64));
    }
    for (module, head) in page.heads().filter(|(_, head)| head.scale < CONDENSED - 0.005) {
        let fault = Fault::new("L09", "长体", head.scale, CONDENSED);
        out.push(fault.of(&[&module.id]).at(Place::Area(head.area)));
    }
    out
}

/// True for an article that relieves the page: box, tint, vertical head or label.
pub(crate) fn relieved(module: &Module) -> bool {
    module.framed()
        || module.head.as_ref().is_some_and(|head| head.vertical)
        || module.label.as_ref().is_some_and(|label| label.drawn)
}

/// L14.
pub(crate) fn verse(page: &EditorPage) -> Vec<Fault> {
    let mut out = Vec::new();
    for module in page.articles().filter(|module| !module.verse.is_empty()) {
        let columns: BTreeSet<u32> = module.verse.iter().map(|line| line.column).collect();
        let most = if module.verse.len() <= VERSE_LINES { 1 } else { 2 };
        let place = Place::Cells(module.cells);
        if columns.len() > most {
            let fault = Fault::new("L14", "columns", columns.len() as f64, most as f64);
            out.push(fault.of(&[&module.id]).at(place.clone()));
        }
        let cut = module
            .verse
            .windows(2)
            .filter(|pair| pair[0].stanza == pair[1].stanza && pair[0].column != pair[1].column)
            .count();
        if cut > 0 {
            let fault = Fault::new("L14", "stanza divided", cut as f64, 0.0);
            out.push(fault.of(&[&module.id]).at(place));
        }
    }
    out
}

/// L15. "At the right edge first" is a preference among layouts, not a fault of a page.
pub(crate) fn vertical(page: &EditorPage) -> Vec<Fault> {
    let mut out = Vec::new();
    for (module, head) in page.heads().filter(|(_, head)| head.vertical) {
        let chars: usize = head.lines.iter().map(|line| line.spots.len()).sum();
        let lines = head.lines.len();
        let most = if chars <= VERTICAL_CHARS { 1 } else { 2 };
        let mut add = |part, figure, limit| {
            let fault = Fault::new("L15", part, figure, limit);
            out.push(fault.of(&[&module.id]).at(Place::Area(head.area)));
        };
        if lines > most {
            let few = chars <= VERTICAL_FEW;
            add(if few { "four 字 in two lines" } else { "lines" }, lines as f64, most as f64);
        }
        // Type of a vertical line is condensed where its em is lower than wide.
        let along = if head.scale > 1.0 { 1.0 / head.scale } else { head.scale };
        if along < VERTICAL_SCALE - 0.005 {
            add("condensed", along, VERTICAL_SCALE);
        }
        if (head.kicker || head.deck) && module.kind != Kind::Brief && !head.upright_aside {
            add("deck or kicker not beside it", 1.0, 0.0);
        }
        if let Some(white) = strip_white(page, module, head)
            && (white - STRIP_CHARS).abs() > STRIP_OFF
        {
            add("strip", white, STRIP_CHARS);
        }
    }
    out
}

/// White at both sides of a vertical head inside its strip, in 字 of the body. `None`: no body
/// stands beside the head, or text runs on under it (an L) and sets the width.
fn strip_white(page: &EditorPage, module: &Module, head: &Head) -> Option<f64> {
    let beside = |body: &&crate::editor::page::Area| body.overlap_y(&head.area) > 0.0;
    let right = module.body.iter().filter(beside).map(|body| body.x);
    let right = right.filter(|x| *x > head.area.x).fold(f64::MAX, f64::min);
    let left = module.body.iter().filter(beside).map(|body| body.right());
    let left = left.filter(|x| *x < head.area.right()).fold(f64::MIN, f64::max);
    let under = module.body.iter().any(|body| {
        body.y > head.area.foot() && body.overlap_x(&head.area) > 0.5 * head.area.width
    });
    if under || (right == f64::MAX && left == f64::MIN) {
        return None;
    }
    let start = if left > f64::MIN { left } else { module.area.x };
    let end = if right < f64::MAX { right } else { module.area.right() };
    let strip = end - start;
    Some((strip - head.area.width) / page.grid.body_pt)
}
