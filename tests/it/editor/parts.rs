//! Parts of a module as printed: frames, the lines of a headline, its span, a byline.

use banmian::proto::Article;

use crate::editor::glyphs::{TextLine, em_box};
use crate::editor::page::{Area, BylineSet, HeadLine, Module, PageGrid, Spot};
use crate::reader::{Filled, Glyph};

/// A filled rectangle thinner than this is a rule, in pt.
pub(crate) const RULE_MOST: f64 = 4.0;
/// Share of a module that a filled rectangle covers to be its tint.
const TINT_SHARE: f64 = 0.8;

/// True if a thin rectangle lies on an edge of a module.
pub(crate) fn on_edge(thin: &Area, module: &Area) -> bool {
    let inside = module.overlap_x(thin) > -1.0 && module.overlap_y(thin) > -1.0;
    let near = |a: f64, b: f64| (a - b).abs() < 1.5;
    inside
        && (near(thin.x, module.x)
            || near(thin.right(), module.right())
            || near(thin.y, module.y)
            || near(thin.foot(), module.foot()))
}

/// Box of a line with room for a drawn edge around it.
pub(crate) fn own_edge(line: &Area, body: f64) -> Area {
    let by = 0.5 * body;
    Area::between(line.x - by, line.y - by / 2.0, line.right() + by, line.foot() + by / 2.0)
}

/// Whether a module has a border along its edges, and a tint.
pub(crate) fn frames(own: &Area, fills: &[Filled]) -> (bool, bool) {
    let mut sides = [false; 4];
    let mut tinted = false;
    for fill in fills {
        let [x, y, width, height] = fill.rect;
        let shape = Area { x, y, width, height };
        let near = |a: f64, b: f64| (a - b).abs() < 1.5;
        let covers = shape.overlap_x(own).max(0.0) * shape.overlap_y(own).max(0.0);
        let light = fill.ink[3] < 0.5;
        tinted |= light && covers > TINT_SHARE * own.size();
        if height < RULE_MOST && shape.overlap_x(own) > 0.9 * own.width {
            sides[0] |= near(y, own.y);
            sides[1] |= near(shape.foot(), own.foot());
        } else if width < RULE_MOST && shape.overlap_y(own) > 0.9 * own.height {
            sides[2] |= near(x, own.x);
            sides[3] |= near(shape.right(), own.right());
        }
    }
    (sides.iter().all(|side| *side), tinted)
}

pub(crate) fn head_line(line: &TextLine<'_>) -> HeadLine {
    let spot = |glyph: &&Glyph| {
        let own = em_box(glyph, line.vertical);
        let (start, end) = if line.vertical { (own.y, own.foot()) } else { (own.x, own.right()) };
        Spot { text: glyph.text.clone().unwrap_or_default(), start, end }
    };
    HeadLine { spots: line.glyphs.iter().map(spot).collect(), area: line.area() }
}

/// Columns that a head spans, their width in pt, and the columns of body beside it.
pub(crate) fn span(
    module: &Module,
    head: &Area,
    grid: &PageGrid,
    vertical: bool,
) -> (u32, f64, u32) {
    let row = 0.5 * grid.pitch_pt;
    let meets = |part: &Area, column: &Area| {
        part.overlap_x(column) > 0.5 * column.width && part.overlap_y(head) > row
    };
    let (mut free, mut beside) = (Vec::new(), 0);
    for column in module.cells.column..module.cells.right() {
        let strip = Area { x: grid.left(column), y: 0.0, width: grid.column_pt(), height: 1.0 };
        let body = module.body.iter().any(|part| meets(part, &strip));
        let picture = module.pictures.iter().any(|picture| meets(&picture.area, &strip));
        beside += u32::from(body);
        if !body && !picture {
            free.push(column);
        }
    }
    if vertical {
        return (1, head.height, 0);
    }
    let columns = u32::try_from(free.len()).unwrap_or(0).max(1);
    let inset = if module.framed() { 2.0 * grid.body_pt } else { 0.0 };
    (columns, grid.width(columns) - inset, beside)
}

/// Gaps inside and between the names of a byline, in ems of its type.
pub(crate) fn byline(line: &TextLine<'_>, article: &Article) -> BylineSet {
    let text = line.text();
    let gap = |at: usize| -> Option<f64> {
        let (a, b) = (line.glyphs.get(at)?, line.glyphs.get(at + 1)?);
        Some((b.x - a.x - a.advance) / a.size)
    };
    let mut out = BylineSet { text: text.clone(), ..BylineSet::default() };
    let mut ends: Option<usize> = None;
    for byline in &article.bylines {
        let Some(byte) = text.find(&byline.name) else { continue };
        let start = text[..byte].chars().count();
        let count = byline.name.chars().count();
        if count == 2 {
            out.inside.extend(gap(start));
        }
        // Names that a role parts are not side by side.
        if let Some(end) = ends
            && end == start
            && start > 0
        {
            out.between.extend(gap(start - 1));
        }
        ends = Some(start + count);
    }
    out
}
