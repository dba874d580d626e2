//! Pictures: in their modules, over whole columns, not cropped too far, their captions below them.

use banmian::proto::{Article, Module, PageRecord, Rect};

use super::{
    assert_full, assert_sound, bottom, findings_with_code, glyphs, module, page, picture,
    picture_block, place, rect, rendered, right, wishes,
};
use crate::makeup::inspect::{OFF, clear, within};
use crate::reader;
use crate::support::{RenderedPage, check_each};

/// Largest share of a picture that the house style lets be cropped.
const CROP: f64 = 0.16;

/// Checks everything that holds for the pictures of a page; those of `in_copy` are part of a
/// column.
fn assert_shown(sheet: &RenderedPage, record: &PageRecord, in_copy: &[&str]) {
    assert_sound(sheet);
    assert_full(sheet);
    let modules = &sheet.geometry().modules;
    let pdf = reader::read(&sheet.pdf);
    for article in &record.articles {
        let module = module(sheet, &article.id);
        assert_eq!(module.picture_ids.len(), article.pictures.len(), "{}", article.id);
        for article_picture in &article.pictures {
            let at = module.picture_ids.iter().position(|id| *id == article_picture.id);
            let shown = &module.picture_rects[at.expect("its picture")];
            let stands_in_copy = in_copy.contains(&article_picture.id.as_str());
            for other in modules {
                for body in &other.body_rects {
                    let inside =
                        stands_in_copy && within(shown, body) && other.article_id == article.id;
                    assert!(inside || clear(shown, body), "{}: over the copy", article_picture.id);
                }
            }
            assert_columns(sheet, module, shown);
            assert_below(sheet, pdf.only(), shown, &article_picture.caption);
        }
    }
}

/// Checks that a picture starts and ends with columns of its module, or of the page if the module
/// has no copy.
fn assert_columns(sheet: &RenderedPage, module: &Module, shown: &Rect) {
    let module_rect = rect(module);
    let grid = sheet.geometry().grid.as_ref().expect("grid");
    let column = f64::from(grid.chars_per_column) * grid.body_pt;
    let mut edges: Vec<[f64; 2]> =
        module.body_rects.iter().map(|body| [body.x, right(body)]).collect();
    if edges.is_empty() {
        let lefts =
            (0..module.columns).map(|k| module_rect.x + f64::from(k) * (column + grid.gutter_pt));
        edges = lefts.map(|left| [left, left + column]).collect();
    }
    let at =
        |k: usize, module_rect: f64| edges.iter().any(|edge| (edge[k] - module_rect).abs() < OFF);
    assert!(at(0, shown.x), "starts with a column: {shown:?}");
    assert!(at(1, right(shown)), "ends with a column: {shown:?}");
}

/// Checks that the caption is below its picture, no wider than it, and inside the module.
fn assert_below(sheet: &RenderedPage, page: &reader::Page, shown: &Rect, caption: &str) {
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

/// Returns the share of a picture that is cropped, of the height that belongs to its width.
fn cropped(shown: &Rect, [wide, high]: [u32; 2]) -> f64 {
    let natural = shown.width * f64::from(high) / f64::from(wide);
    (shown.height - natural).abs() / natural
}

/// Returns the width and height of a picture by its id.
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

/// Pictures of the articles of a page: index of the article and the ids.
type AssignedPictures = &'static [(usize, &'static [&'static str])];

#[test]
fn pictures_stand_in_their_modules() {
    let rows: [(&str, usize, AssignedPictures); 6] = [
        ("one", 5, &[(0, &["w1"])]),
        ("one, upright", 5, &[(1, &["h1"])]),
        ("two", 5, &[(0, &["w1", "w2"])]),
        ("three", 4, &[(0, &["w1", "w2", "w3"])]),
        ("two articles", 5, &[(0, &["w1"]), (2, &["p1"])]),
        ("each", 4, &[(0, &["w1", "w2"]), (1, &["w3"]), (2, &["h1"]), (3, &["p1"])]),
    ];
    check_each(
        rows,
        |row| row.0.to_owned(),
        |(_, articles, assigned)| {
            let mut record = page(*articles, "");
            for (at, ids) in *assigned {
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
fn a_picture_has_its_requested_width_or_a_finding() {
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
        assert!(findings_with_code(&sheet, "BM-PICTURE-101").is_empty());
    }
    let mut record = page(5, "six");
    record.articles[0].pictures = vec![shaped("w1")];
    record.articles[0].pictures[0].columns = 5;
    let place = super::lock("a1", [None, None, Some(3), None]);
    wishes(&mut record).locks = vec![place];
    let sheet = rendered(&record);
    assert_sound(&sheet);
    let reported = findings_with_code(&sheet, "BM-PICTURE-101");
    assert!(
        reported.len() == 1 && reported[0].contains('5') && reported[0].contains('3'),
        "{reported:?}"
    );
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
    // A picture of the page that a block names belongs to the article.
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
        let module_rect = rect(story);
        let ends: Vec<f64> = story.picture_rects.iter().map(right).collect();
        assert!(story.picture_rects.iter().any(|shown| (shown.x - module_rect.x).abs() < OFF));
        assert!(
            ends.iter().any(|end| (end - right(&module_rect)).abs() < OFF),
            "{ends:?}: {module_rect:?}"
        );
        assert!(place(story)[3] > 4, "{story:?}");
    }
}
