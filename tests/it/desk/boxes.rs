//! Frames, tints, and areas that articles keep out of.

use banmian::proto::{FurnitureKind, PageRecord, Rect, ReservedBox, ReservedKind};

use super::{
    assert_full, assert_sound, bottom, findings_with_code, lock, module, page, picture, place,
    placement, rect, rendered, right, wishes,
};
use crate::makeup::inspect::OFF;
use crate::reader::{self, Filled};
use crate::support::{RenderedPage, check_each};

/// Width of a frame's rule, in pt.
const RULE: f64 = 0.7;

fn has_rect(fill: &Filled, expected: [f64; 4]) -> bool {
    fill.rect.iter().zip(expected).all(|(a, b)| (a - b).abs() < 0.02)
}

/// True if a border is drawn along the edges of a rectangle.
fn has_border(page: &reader::Page, module_rect: &Rect) -> bool {
    let edges = [
        [module_rect.x, module_rect.y, module_rect.width, RULE],
        [module_rect.x, bottom(module_rect) - RULE, module_rect.width, RULE],
        [module_rect.x, module_rect.y, RULE, module_rect.height],
        [right(module_rect) - RULE, module_rect.y, RULE, module_rect.height],
    ];
    edges.iter().all(|edge| page.fills.iter().any(|fill| has_rect(fill, *edge)))
}

fn has_tint(page: &reader::Page, module_rect: &Rect) -> bool {
    let whole = [module_rect.x, module_rect.y, module_rect.width, module_rect.height];
    let tint = |fill: &Filled| (0.05..=0.15).contains(&fill.ink[3]) && fill.ink[..3] == [0.0; 3];
    page.fills.iter().any(|fill| has_rect(fill, whole) && tint(fill))
}

#[test]
fn r95_a_frame_keeps_its_distance_from_the_text() {
    for (boxed, shade) in [(true, false), (false, true), (true, true)] {
        let mut record = page(6, "six");
        for at in [1, 5] {
            (record.articles[at].boxed, record.articles[at].tinted) = (boxed, shade);
        }
        let sheet = rendered(&record);
        assert_sound(&sheet);
        assert_full(&sheet);
        let pdf = reader::read(&sheet.pdf);
        let grid = sheet.geometry().grid.as_ref().expect("grid");
        for framed in &sheet.geometry().modules {
            let module_rect = rect(framed);
            let expects_frame = framed.article_id == "a2" || framed.article_id == "a6";
            assert_eq!(
                has_border(pdf.only(), &module_rect),
                expects_frame && boxed,
                "{}",
                framed.article_id
            );
            assert_eq!(
                has_tint(pdf.only(), &module_rect),
                expects_frame && shade,
                "{}",
                framed.article_id
            );
            if !expects_frame {
                continue;
            }
            let least = 0.75 * grid.body_pt;
            for body in &framed.body_rects {
                let chars = body.width / grid.body_pt;
                assert!((chars - chars.round()).abs() < 0.001, "R48: {chars} 字");
                // Gutters give way first; a single column has none, so it is narrowed.
                let most = f64::from(grid.chars_per_column) - f64::from(framed.columns == 1);
                assert!(chars.round() <= most, "narrower: {chars}");
                assert!(
                    body.x - module_rect.x >= least && right(&module_rect) - right(body) >= least,
                    "{body:?}"
                );
                assert!(
                    bottom(&module_rect) - bottom(body) >= least,
                    "R95: {body:?} in {module_rect:?}"
                );
            }
            let inside = |g: &&reader::Glyph| {
                module_rect.x < g.x
                    && g.x < right(&module_rect)
                    && module_rect.y < g.y
                    && g.y < bottom(&module_rect)
            };
            for glyph in pdf.only().glyphs.iter().filter(inside) {
                let left = glyph.x - module_rect.x;
                assert!(left > least - 0.5 * glyph.wide, "{:?} {left}", glyph.text);
                assert!(right(&module_rect) - glyph.x > least, "{:?}", glyph.text);
            }
        }
    }
}

#[test]
fn r59_a_framed_head_is_no_tombstone() {
    let page = |row: u32, boxed| {
        let mut record = page(6, "six");
        for (at, headline) in [(4, "水要算着用才长久"), (5, "菜要挑着卖才划算")] {
            let article = &mut record.articles[at];
            (article.weight, article.headline) = (40, headline.to_owned());
            (article.kicker, article.deck) = (String::new(), String::new());
        }
        record.articles[5].column_title = String::new();
        record.articles[5].boxed = boxed;
        let fifth = lock("a5", [Some(0), Some(row), Some(1), Some(111 - row)]);
        let sixth = lock("a6", [Some(1), Some(row), Some(1), Some(111 - row)]);
        wishes(&mut record).locks = vec![fifth, sixth];
        let sheet = rendered(&record);
        assert_sound(&sheet);
        findings_with_code(&sheet, "BM-PAGE-001")
            .into_iter()
            .filter(|words| words.contains("a5、a6"))
            .count()
    };
    let bumps: Vec<u32> = (50..=58).filter(|row| page(*row, false) > 0).collect();
    assert!(!bumps.is_empty(), "side by side they bump");
    assert!(bumps.iter().all(|row| page(*row, true) == 0), "one in a frame does not: {bumps:?}");
}

/// Returns a box given in rows and columns.
fn grid_box(id: &str, kind: ReservedKind, place: [u32; 4]) -> ReservedBox {
    ReservedBox {
        id: id.to_owned(),
        kind: kind.into(),
        label: format!("{id}号"),
        placement: Some(placement(place.map(Some))),
        ..ReservedBox::default()
    }
}

/// Checks that no module is nearer than a row to a box above or below it, and that the box is part
/// of the furniture.
fn assert_clear(sheet: &RenderedPage, record: &PageRecord) {
    assert_sound(sheet);
    let grid = sheet.geometry().grid.as_ref().expect("grid");
    let furniture = &sheet.geometry().furniture;
    for reserved in &record.reserved {
        let found = furniture.iter().find(|f| f.id == reserved.id).expect("the box");
        assert_eq!(found.kind(), FurnitureKind::Reserved);
        assert_eq!(found.text, reserved.label);
        let taken = found.rect.expect("its place");
        for module in &sheet.geometry().modules {
            let module_rect = rect(module);
            let beside = module_rect.x >= right(&taken) || taken.x >= right(&module_rect);
            let apart = (module_rect.y - bottom(&taken)).max(taken.y - bottom(&module_rect));
            assert!(beside || apart > grid.pitch_pt - OFF, "{} {apart}", module.article_id);
        }
    }
}

/// Name, number of articles, and the boxes.
type Kept = (&'static str, usize, &'static [(ReservedKind, [u32; 4])]);

#[test]
fn articles_keep_out_of_reserved_boxes() {
    use ReservedKind::{Advertisement, Box, Unspecified, White};
    let rows: [Kept; 5] = [
        ("a foot", 5, &[(Advertisement, [0, 90, 6, 21])]),
        ("a corner", 5, &[(Advertisement, [4, 86, 2, 25])]),
        ("the middle", 4, &[(Box, [2, 50, 2, 14])]),
        ("two", 4, &[(Advertisement, [0, 91, 3, 20]), (Box, [5, 4, 1, 20])]),
        ("white", 4, &[(White, [5, 60, 1, 51]), (Unspecified, [0, 100, 2, 11])]),
    ];
    check_each(
        rows,
        |row| row.0.to_owned(),
        |(_, articles, boxes)| {
            let mut record = page(*articles, "six");
            let numbered = boxes.iter().zip(1..);
            record.reserved =
                numbered.map(|((kind, at), k)| grid_box(&format!("r{k}"), *kind, *at)).collect();
            let sheet = rendered(&record);
            assert_clear(&sheet, &record);
            let missing = boxes.iter().filter(|(kind, _)| *kind != White).count();
            assert_eq!(
                findings_with_code(&sheet, "BM-PLACE-002").len(),
                missing,
                "white on purpose is no fault"
            );
        },
    );
}

#[test]
fn a_box_in_lengths_takes_whole_columns_and_rows() {
    const MM: f64 = 72.0 / 25.4;
    let mut record = page(5, "");
    let area = Rect { x: 53.3, y: 70.9, width: 999.0, height: 1389.0 };
    let expected = Rect { x: 210.0 * MM, y: 400.0 * MM, width: 150.0 * MM, height: 110.0 * MM };
    record.reserved = vec![ReservedBox {
        id: "ad".to_owned(),
        kind: ReservedKind::Advertisement.into(),
        rect: Some(expected),
        picture_id: "art".to_owned(),
        ..ReservedBox::default()
    }];
    record.pictures = vec![picture("art", [300, 100])];
    let sheet = rendered(&record);
    assert_clear(&sheet, &record);
    assert!(findings_with_code(&sheet, "BM-PLACE-002").is_empty(), "it has its artwork");
    let got = sheet.geometry().type_area.expect("type area");
    assert!((got.x - area.x).abs() < 1.0 && (got.y - area.y).abs() < 1.0, "{got:?}");
    let found = sheet.geometry().furniture.iter().find(|f| f.id == "ad").expect("the box");
    let at = found.rect.expect("its place");
    for (got, expected) in [
        (at.x, expected.x),
        (at.y, expected.y),
        (at.width, expected.width),
        (at.height, expected.height),
    ] {
        assert!((got - expected).abs() < OFF, "the box is where the record has it: {at:?}");
    }
    // The artwork is complete: as wide as the box, in its own proportions, in the middle.
    let pdf = reader::read(&sheet.pdf);
    let [x, y, width, height] = images(&pdf.document)[0];
    assert!((width - expected.width).abs() < 0.1 && (height - expected.width / 3.0).abs() < 0.1);
    assert!((x - expected.x).abs() < 0.1, "{x}");
    assert!((y - expected.y - (expected.height - height) / 2.0).abs() < 0.1, "{y}");
    let modules = &sheet.geometry().modules;
    assert!(modules.iter().all(|module| module.picture_id.is_empty()), "artwork is no module");
}

/// Returns the places at which the images of the first page are drawn: x, y from the top, width,
/// height.
fn images(document: &lopdf::Document) -> Vec<[f64; 4]> {
    let id = document.get_pages()[&1];
    let content = document.get_page_content(id);
    let content = lopdf::content::Content::decode(&content).expect("operators");
    let page = document.get_dictionary(id).expect("page");
    let sides = page.get(b"MediaBox").and_then(lopdf::Object::as_array).expect("box");
    let high = reader::number(&sides[3]);
    let mut out = Vec::new();
    let mut matrix: Option<Vec<f64>> = None;
    for operation in &content.operations {
        match operation.operator.as_str() {
            "cm" => matrix = Some(operation.operands.iter().map(reader::number).collect()),
            "Do" => {
                let m = matrix.take().expect("a matrix");
                out.push([m[4], high - m[5] - m[3], m[0], m[3]]);
            }
            _ => {}
        }
    }
    out
}

#[test]
fn artwork_of_a_box_on_the_grid_is_not_cropped() {
    for size in [[100, 300], [300, 100]] {
        let mut record = page(5, "six");
        let mut taken = grid_box("ad", ReservedKind::Box, [4, 86, 2, 25]);
        taken.picture_id = "art".to_owned();
        record.reserved = vec![taken];
        record.pictures = vec![picture("art", size)];
        let sheet = rendered(&record);
        assert_clear(&sheet, &record);
        let pdf = reader::read(&sheet.pdf);
        let [_, _, width, height] = images(&pdf.document)[0];
        let shape = f64::from(size[0]) / f64::from(size[1]);
        assert!((width / height - shape).abs() < 0.01, "{width} × {height} of {size:?}");
        let found = sheet.geometry().furniture.iter().find(|f| f.id == "ad").expect("the box");
        let at = found.rect.expect("its place");
        let full = (width - at.width).abs() < 0.1 || (height - at.height).abs() < 0.1;
        assert!(full && width < at.width + 0.1 && height < at.height + 0.1, "{at:?}");
    }
}

#[test]
fn a_frame_goes_around_pictures_too() {
    let mut record = page(5, "six");
    record.articles[1].boxed = true;
    record.articles[1].pictures = vec![picture("w1", [300, 200])];
    let sheet = rendered(&record);
    assert_sound(&sheet);
    assert_full(&sheet);
    let framed = module(&sheet, "a2");
    let (module_rect, shown) = (rect(framed), framed.picture_rects[0]);
    assert!(
        shown.x - module_rect.x > 6.0 && right(&module_rect) - right(&shown) > 6.0,
        "{shown:?} in {module_rect:?}"
    );
    assert!(place(framed)[2] > 0);
}
