//! A small builder of pages for the tests of the check.

use crate::editor::page::{
    Area, Cells, EditorPage, Head, HeadLine, Kind, Label, Module, PageGrid, Picture, Rule, Spot,
    VerseLine,
};

/// White above a head and below it beyond the least of its band, in rows.
const ABOVE: f64 = 0.5;
const BELOW: f64 = 0.3;
/// Lines of a headline lie this far apart, over its size.
const LEADING: f64 = 1.15;

/// The grid of the step `six`: 6 columns of 17 字, 9 on 12.5 pt, 111 rows of which 4 are the page
/// head's.
pub(crate) fn grid() -> PageGrid {
    PageGrid {
        columns: 6,
        rows: 111,
        top: 4,
        chars_per_column: 17,
        body_pt: 9.0,
        pitch_pt: 12.5,
        gutter_pt: 16.2,
        area: Area { x: 53.0, y: 71.0, width: 999.0, height: 1389.0 },
    }
}

pub(crate) fn cells([column, row, columns, rows]: [u32; 4]) -> Cells {
    Cells { column, row, columns, rows }
}

/// A page without a fault: a block of four columns with three articles beside a strip of two
/// columns with three; a label, two faces, white of a row at every cut.
pub(crate) fn good() -> EditorPage {
    let mut page = EditorPage { grid: grid(), chars: 6000, ..EditorPage::default() };
    for (rank, (id, weight, place, size, wording)) in [
        ("a1", 90, [0, 4, 4, 46], 48.0, "样例县五年修通一条渠水"),
        ("a2", 70, [0, 51, 4, 30], 32.0, "演示区把一百一十二个老旧小区改造完"),
        ("a3", 55, [4, 4, 2, 36], 30.0, "木偶戏里有了新声"),
        ("a4", 50, [0, 82, 4, 29], 24.0, "范例县推进农业适度规模经营 农民得到了实惠"),
        ("a5", 40, [4, 41, 2, 33], 24.0, "小番茄撬动一个大产业"),
        ("a6", 30, [4, 75, 2, 36], 24.0, "湿地迎来第一群白鹤"),
    ]
    .into_iter()
    .enumerate()
    {
        let mut module = Module { id: id.to_owned(), weight, rank: rank + 1, ..Module::default() };
        lay(&page.grid, &mut module, place, size, wording);
        page.modules.push(module);
    }
    head(&mut page, "a1").face = "SongBlack".to_owned();
    at(&mut page, "a6").label = Some(Label { text: "身边故事".to_owned(), drawn: true });
    page
}

pub(crate) fn at<'a>(page: &'a mut EditorPage, id: &str) -> &'a mut Module {
    page.modules.iter_mut().find(|module| module.id == id).expect("a module")
}

pub(crate) fn head<'a>(page: &'a mut EditorPage, id: &str) -> &'a mut Head {
    at(page, id).head.as_mut().expect("a head")
}

/// Places a module again, with another head. `|` ends a line; a space is a clause space of one 字.
pub(crate) fn set(page: &mut EditorPage, id: &str, place: [u32; 4], size: f64, wording: &str) {
    let grid = page.grid.clone();
    lay(&grid, at(page, id), place, size, wording);
}

/// The same place with another head.
pub(crate) fn title(page: &mut EditorPage, id: &str, size: f64, wording: &str) {
    let Cells { column, row, columns, rows } = at(page, id).cells;
    set(page, id, [column, row, columns, rows], size, wording);
}

/// Leaves these articles only.
pub(crate) fn only(page: &mut EditorPage, ids: &[&str]) {
    page.modules.retain(|module| ids.contains(&module.id.as_str()));
}

fn lay(grid: &PageGrid, module: &mut Module, place: [u32; 4], size: f64, wording: &str) {
    let place = cells(place);
    module.cells = place;
    module.area = grid.area_of(place);
    let top = module.area.y + ABOVE * grid.pitch_pt;
    let mut lines = Vec::new();
    for (k, text) in wording.split('|').enumerate() {
        lines.push(line(&module.area, top + LEADING * size * k as f64, size, text));
    }
    let foot = lines.last().map_or(top, |line| line.area.foot());
    let area = lines.iter().map(|line| line.area).reduce(|a, b| a.with(&b)).expect("a line");
    let least = (0.6 * grid.pitch_pt).max(0.3 * size);
    let body = foot + least + BELOW * grid.pitch_pt;
    let column = |column| {
        let left = grid.left(column);
        Area::between(left, body, left + grid.column_pt(), module.area.foot())
    };
    module.body = (place.column..place.right()).map(column).collect();
    let known = module.head.take();
    module.head = Some(Head {
        area,
        lines,
        size,
        scale: 1.0,
        span: place.columns,
        span_pt: module.area.width,
        wording: wording.replace('|', ""),
        face: known.map_or_else(|| "SongBold".to_owned(), |head| head.face),
        ..Head::default()
    });
}

/// A line centred in a module. A space is white of one em and no character.
fn line(module: &Area, top: f64, size: f64, text: &str) -> HeadLine {
    let width = size * text.trim().chars().count() as f64;
    let left = module.x + (module.width - width) / 2.0;
    let mut spots = Vec::new();
    for (k, c) in text.trim().chars().enumerate() {
        let start = left + size * k as f64;
        if !c.is_whitespace() {
            spots.push(Spot { text: c.to_string(), start, end: start + size });
        }
    }
    HeadLine { spots, area: Area { x: left, y: top, width, height: size } }
}

/// Makes the head of a module vertical: lines from the right at its left edge, each of some 字,
/// in a strip of the lines and two 字 of white; the body beside it.
pub(crate) fn stand(page: &mut EditorPage, id: &str, size: f64, wording: &str) {
    let grid = page.grid.clone();
    let module = at(page, id);
    let left = module.area.x + grid.body_pt;
    let texts: Vec<&str> = wording.split('|').collect();
    let count = texts.len();
    let mut lines = Vec::new();
    for (k, text) in texts.iter().enumerate() {
        let x = left + size * (count - 1 - k) as f64;
        let top = module.area.y;
        let spot = |(k, c): (usize, char)| {
            let start = top + size * k as f64;
            Spot { text: c.to_string(), start, end: start + size }
        };
        let spots: Vec<Spot> = text.chars().enumerate().map(spot).collect();
        let height = size * spots.len() as f64;
        lines.push(HeadLine { spots, area: Area { x, y: top, width: size, height } });
    }
    let area = lines.iter().map(|line| line.area).reduce(|a, b| a.with(&b)).expect("a line");
    let body = area.right() + grid.body_pt;
    module.body = vec![Area::between(body, module.area.y, module.area.right(), module.area.foot())];
    let face = module.head.as_ref().map(|head| head.face.clone()).unwrap_or_default();
    module.head = Some(Head {
        area,
        lines,
        size,
        scale: 1.0,
        span: 1,
        span_pt: area.height,
        vertical: true,
        wording: wording.replace('|', ""),
        face,
        ..Head::default()
    });
}

/// Gives a module a picture over some of its columns, below the head.
pub(crate) fn picture(page: &mut EditorPage, id: &str, first: u32, columns: u32, rows: u32) {
    let grid = page.grid.clone();
    let module = at(page, id);
    let top = module.body.first().map_or(module.area.y, |body| body.y);
    let foot = top + f64::from(rows) * grid.pitch_pt;
    let left = grid.left(first);
    let area = Area::between(left, top, left + grid.width(columns), foot);
    for body in &mut module.body {
        if body.overlap_x(&area) > 0.0 {
            *body = Area::between(body.x, foot + grid.pitch_pt, body.right(), body.foot());
        }
    }
    module.pictures.push(Picture { area, foot: area.foot(), ..Picture::default() });
}

/// Adds a picture that belongs to no article.
pub(crate) fn lone(page: &mut EditorPage, place: [u32; 4]) {
    let area = page.grid.area_of(cells(place));
    page.modules.push(Module {
        id: "p1".to_owned(),
        kind: Kind::LonePicture,
        cells: cells(place),
        area,
        pictures: vec![Picture { area, foot: area.foot(), ..Picture::default() }],
        ..Module::default()
    });
}

/// Moves the body of a module down (or up) by some rows.
pub(crate) fn lower(page: &mut EditorPage, id: &str, rows: f64) {
    let by = rows * page.grid.pitch_pt;
    for body in &mut at(page, id).body {
        *body = Area::between(body.x, body.y + by, body.right(), body.foot());
    }
}

/// Shortens the bodies of a module at their feet by some rows; of one column only, if one is named.
pub(crate) fn shorten(page: &mut EditorPage, id: &str, column: Option<usize>, rows: f64) {
    let by = rows * page.grid.pitch_pt;
    for (k, body) in at(page, id).body.iter_mut().enumerate() {
        if column.is_none_or(|column| column == k) {
            body.height -= by;
        }
    }
}

/// Narrows the head of a module to its left columns; bodies of the others rise beside it.
pub(crate) fn notch(page: &mut EditorPage, id: &str, columns: u32) {
    let grid = page.grid.clone();
    let module = at(page, id);
    let place = module.cells;
    let Some(head) = &mut module.head else { return };
    head.span = columns;
    head.span_pt = grid.width(columns);
    head.beside = place.columns - columns;
    let shift = grid.left(place.column) + (head.span_pt - head.area.width) / 2.0 - head.area.x;
    head.area.x += shift;
    for (k, body) in module.body.iter_mut().enumerate() {
        if k >= columns as usize {
            *body = Area::between(body.x, module.area.y, body.right(), body.foot());
        }
    }
}

/// A rule below the module `id`, in the middle of the cut.
pub(crate) fn rule_below(page: &mut EditorPage, id: &str, thickness: f64) {
    let area = at(page, id).area;
    let y = area.foot() + 0.5 * page.grid.pitch_pt;
    page.rules.push(Rule { area: Area { x: area.x, y, width: area.width, height: thickness } });
}

/// Verse in the columns of a module: each number is the lines of one stanza in one column.
pub(crate) fn verse(page: &mut EditorPage, id: &str, parts: &[(usize, u32, usize)]) {
    let module = at(page, id);
    module.kind = Kind::Verse;
    module.verse = parts
        .iter()
        .flat_map(|(stanza, column, lines)| {
            std::iter::repeat_n(VerseLine { stanza: *stanza, column: *column }, *lines)
        })
        .collect();
}
