//! Pictures: in their modules, over whole columns, not cropped too far, their captions below them.

use banmian::proto::{Article, Module, PageRecord, Rect};

use super::{
    assert_full, assert_sound, bottom, glyphs, module, page, picture, picture_block, place, rect,
    rendered, right, told, wishes,
};
use crate::makeup::look::{OFF, clear, within};
use crate::reader;
use crate::support::{Sheet, every};

/// What the house style lets a picture be cropped by.
const CROP: f64 = 0.16;

/// Everything that holds for the pictures of a page; those of `in_copy` are part of a column.
fn assert_shown(sheet: &Sheet, record: &PageRecord, in_copy: &[&str]) {
    assert_sound(sheet);
    assert_full(sheet);
    let modules = &sheet.geometry().modules;
    let pdf = reader::read(&sheet.pdf);
    for article in &record.articles {
        let module = module(sheet, &article.id);
        assert_eq!(module.picture_ids.len(), article.pictures.len(), "{}", article.id);
        for given in &article.pictures {
            let at = module.picture_ids.iter().position(|id| *id == given.id);
            let shown = &module.picture_rects[at.expect("its picture")];
            let own = in_copy.contains(&given.id.as_str());
            for other in modules {
                for body in &other.body_rects {
                    let inside = own && within(shown, body) && other.article_id == article.id;
                    assert!(inside || clear(shown, body), "{}: over the copy", given.id);
                }
            }
            assert_columns(sheet, module, shown);
            assert_below(sheet, pdf.only(), shown, &given.caption);
        }
    }
}

/// A picture starts and ends with columns of its module; without copy those are the page's.
fn assert_columns(sheet: &Sheet, module: &Module, shown: &Rect) {
    let own = rect(module);
    let grid = sheet.geometry().grid.as_ref().expect("grid");
    let column = f64::from(grid.chars_per_column) * grid.body_pt;
    let mut edges: Vec<[f64; 2]> =
        module.body_rects.iter().map(|body| [body.x, right(body)]).collect();
    if edges.is_empty() {
        let lefts = (0..module.columns).map(|k| own.x + f64::from(k) * (column + grid.gutter_pt));
        edges = lefts.map(|left| [left, left + column]).collect();
    }
    let at = |k: usize, own: f64| edges.iter().any(|edge| (edge[k] - own).abs() < OFF);
    assert!(at(0, shown.x), "starts with a column: {shown:?}");
    assert!(at(1, right(shown)), "ends with a column: {shown:?}");
}

/// The caption stands below its picture, no wider than it, inside the module.
fn assert_below(sheet: &Sheet, page: &reader::Page, shown: &Rect, caption: &str) {
    let grid = sheet.geometry().grid.as_ref().expect("grid");
    let area = sheet.geometry().type_area.expect("type area");
    let row = (shown.y - area.y) / grid.pitch_pt;
    assert!((row - row.round()).abs() < OFF, "a block starts on a row: {row}");
    for glyph in glyphs(page, caption) {
        let below = glyph.y - bottom(shown);
        assert!(below > 0.0 && below < 6.0 * grid.pitch_pt, "{:?}: {below} below", glyph.text);
        assert!(shown.x - 0.5 < glyph.x && glyph.x < right(shown), "{:?}: beside", glyph.text);
    }
}

/// How much of a picture is cropped, as a share of the height that its width asks for.
fn cropped(shown: &Rect, [wide, high]: [u32; 2]) -> f64 {
    let natural = shown.width * f64::from(high) / f64::from(wide);
    (shown.height - natural).abs() / natural
}

/// The shape of a picture by its id.
fn shape(id: &str) -> [u32; 2] {
    match id.as_bytes()[0] {
        b'w' => [300, 200],
        b'h' => [200, 260],
        _ => [400, 160],
    }
}

fn shaped(id: &str) -> banmian::proto::Picture {
    picture(id, shape(id))
}

/// Pictures of the articles of a page: the article and the ids.
type Given = &'static [(usize, &'static [&'static str])];

#[test]
fn pictures_stand_in_their_modules() {
    let rows: [(&str, usize, Given); 6] = [
        ("one", 5, &[(0, &["w1"])]),
        ("one, upright", 5, &[(1, &["h1"])]),
        ("two", 5, &[(0, &["w1", "w2"])]),
        ("three", 4, &[(0, &["w1", "w2", "w3"])]),
        ("two articles", 5, &[(0, &["w1"]), (2, &["p1"])]),
        ("each", 4, &[(0, &["w1", "w2"]), (1, &["w3"]), (2, &["h1"]), (3, &["p1"])]),
    ];
    every(
        rows,
        |row| row.0.to_owned(),
        |(_, articles, given)| {
            let mut record = page(*articles, "");
            for (at, ids) in *given {
                record.articles[*at].pictures = ids.iter().map(|id| shaped(id)).collect();
            }
            let sheet = rendered(&record);
            assert_shown(&sheet, &record, &[]);
            for module in &sheet.geometry().modules {
                for (id, shown) in module.picture_ids.iter().zip(&module.picture_rects) {
                    let by = cropped(shown, shape(id));
                    assert!(by <= CROP + 0.005, "{id} is cropped by {by:.3}");
                }
            }
        },
    );
}

#[test]
fn a_picture_is_as_wide_as_asked_or_it_is_told() {
    for columns in 1..=3 {
        let mut record = page(5, "six");
        record.articles[0].pictures = vec![shaped("w1")];
        record.articles[0].pictures[0].columns = columns;
        let sheet = rendered(&record);
        assert_shown(&sheet, &record, &[]);
        let grid = sheet.geometry().grid.as_ref().expect("grid");
        let column = f64::from(grid.chars_per_column) * grid.body_pt + grid.gutter_pt;
        let shown = module(&sheet, "a1").picture_rects[0];
        let wide = (shown.width + grid.gutter_pt) / column;
        assert!((wide - f64::from(columns)).abs() < 0.01, "{wide} columns, not {columns}");
        assert!(told(&sheet, "BM-PICTURE-101").is_empty());
    }
    let mut record = page(5, "six");
    record.articles[0].pictures = vec![shaped("w1")];
    record.articles[0].pictures[0].columns = 5;
    let place = super::lock("a1", [None, None, Some(3), None]);
    wishes(&mut record).locks = vec![place];
    let sheet = rendered(&record);
    assert_sound(&sheet);
    let told = told(&sheet, "BM-PICTURE-101");
    assert!(told.len() == 1 && told[0].contains('5') && told[0].contains('3'), "{told:?}");
}

#[test]
fn a_picture_named_in_the_copy_stands_there() {
    for at in [1, 5, 9] {
        let mut record = page(5, "");
        record.articles[0].pictures = vec![shaped("w1")];
        record.articles[0].body.insert(at, picture_block("w1"));
        let sheet = rendered(&record);
        assert_shown(&sheet, &record, &["w1"]);
    }
    // One of the page that a block names is the article's.
    let mut record = page(5, "");
    record.pictures = vec![shaped("w1")];
    record.articles[1].body.insert(2, picture_block("w1"));
    let sheet = rendered(&record);
    assert_sound(&sheet);
    assert_eq!(module(&sheet, "a2").picture_ids, ["w1"]);
    assert!(sheet.geometry().modules.iter().all(|module| module.picture_id.is_empty()));
}

#[test]
fn a_lone_picture_has_a_module() {
    for (articles, id) in [(5, "w1"), (4, "h1"), (1, "w1")] {
        let mut record = page(articles, "");
        record.pictures = vec![shaped(id)];
        let sheet = rendered(&record);
        assert_sound(&sheet);
        assert_full(&sheet);
        let last = sheet.geometry().modules.last().expect("modules");
        assert_eq!((last.picture_id.as_str(), last.article_id.as_str()), (id, ""));
        assert!(last.headline_rect.is_none() && last.body_rects.is_empty());
        let shown = &last.picture_rects[0];
        assert_columns(&sheet, last, shown);
        assert_below(&sheet, reader::read(&sheet.pdf).only(), shown, &record.pictures[0].caption);
        let by = cropped(shown, shape(id));
        assert!(by <= CROP + 0.005, "{articles} and {id}: cropped by {by:.3}");
    }
}

#[test]
fn a_picture_story_fills_its_module_from_edge_to_edge() {
    for ids in [&["w1"][..], &["w1", "w2"], &["w1", "w2", "w3"], &["w1", "w2", "w3", "w4"]] {
        let mut record = page(4, "");
        record.articles.push(Article {
            id: "s".to_owned(),
            headline: "社区里的一天".to_owned(),
            pictures: ids.iter().map(|id| shaped(id)).collect(),
            ..Article::default()
        });
        let sheet = rendered(&record);
        assert_shown(&sheet, &record, &[]);
        let story = module(&sheet, "s");
        let own = rect(story);
        let ends: Vec<f64> = story.picture_rects.iter().map(right).collect();
        assert!(story.picture_rects.iter().any(|shown| (shown.x - own.x).abs() < OFF));
        assert!(ends.iter().any(|end| (end - right(&own)).abs() < OFF), "{ends:?}: {own:?}");
        assert!(place(story)[3] > 4, "{story:?}");
    }
}
