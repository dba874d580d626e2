//! What the layout desk cannot have at the step in use: an error that names who is in the way and the field.

use banmian::config::Limits;
use banmian::engine::Engine;
use banmian::proto::render_page_request::Source;
use banmian::proto::{Lock, Output, PageRecord, Policy, Rect, ReservedBox, Severity};

use super::{lock, page, placement, wishes};
use crate::support::{engine, every, request};

const PLACE: &str = "BM-PLACE-001";
const FIRST: &str = "layout.locks[0].placement";

type Edit = fn(&mut PageRecord);
/// A name, what is asked for, the code and the field of the first finding, what its message names.
type Row = (&'static str, Edit, &'static str, &'static str, &'static [&'static str]);

fn locked(record: &mut PageRecord, id: &str, place: [u32; 4]) {
    wishes(record).locks.push(lock(id, place.map(Some)));
}

fn slot(record: &mut PageRecord, id: &str, slot: &str) {
    let lock = Lock { article_id: id.to_owned(), slot: slot.to_owned(), placement: None };
    wishes(record).locks.push(lock);
}

fn template(record: &mut PageRecord, name: &str, step: &str) {
    let layout = wishes(record);
    (layout.template, layout.density_step) = (name.to_owned(), step.to_owned());
}

fn reserve(record: &mut PageRecord, x: f64, y: f64) {
    let rect = Rect { x, y, width: 300.0, height: 200.0 };
    let reserved = ReservedBox { id: "ad".to_owned(), rect: Some(rect), ..ReservedBox::default() };
    record.reserved.push(reserved);
}

/// Locks that one article cannot have.
fn alone() -> Vec<Row> {
    vec![
        ("beyond the last column", |r| locked(r, "a1", [4, 4, 3, 40]), PLACE, FIRST, &["“a1”"]),
        ("below the last row", |r| locked(r, "a1", [0, 80, 3, 40]), PLACE, FIRST, &["“a1”"]),
        ("deeper than the page", |r| locked(r, "a1", [0, 4, 3, 200]), PLACE, FIRST, &["“a1”"]),
        ("over the page head", |r| locked(r, "a1", [0, 0, 3, 40]), PLACE, FIRST, &["“a1”"]),
        (
            "no room for the headline",
            |r| locked(r, "a1", [0, 4, 3, 3]),
            PLACE,
            FIRST,
            &["“a1”", "3"],
        ),
        (
            "too wide, the rest open",
            |r| wishes(r).locks.push(lock("a2", [None, None, Some(7), None])),
            PLACE,
            FIRST,
            &["“a2”"],
        ),
        (
            "too deep, the rest open",
            |r| wishes(r).locks.push(lock("a2", [None, None, None, Some(108)])),
            PLACE,
            FIRST,
            &["“a2”"],
        ),
    ]
}

/// Places that leave others none.
fn together() -> Vec<Row> {
    vec![
        (
            "over each other",
            |r| {
                locked(r, "a1", [0, 4, 3, 40]);
                locked(r, "a2", [2, 43, 3, 40]);
            },
            "BM-RECORD-003",
            "layout.locks[1].placement",
            &["“a1”", "“a2”"],
        ),
        (
            "nowhere free",
            |r| {
                locked(r, "a1", [0, 4, 3, 107]);
                wishes(r).locks.push(lock("a2", [Some(0), None, None, None]));
            },
            PLACE,
            "layout.locks[1].placement",
            &["“a1”", "“a2”"],
        ),
        (
            "nothing left for the others",
            |r| {
                locked(r, "a1", [0, 4, 6, 60]);
                locked(r, "a2", [0, 65, 6, 46]);
            },
            PLACE,
            FIRST,
            &["a1", "a2", "a3", "a4"],
        ),
        ("a box off the type area", |r| reserve(r, 10.0, 900.0), PLACE, "reserved[0]", &["“ad”"]),
        (
            "a box over a lock",
            |r| {
                reserve(r, 200.0, 900.0);
                locked(r, "a1", [0, 60, 3, 40]);
            },
            PLACE,
            FIRST,
            &["“ad”", "“a1”"],
        ),
    ]
}

/// Templates and slots.
fn templates() -> Vec<Row> {
    vec![
        (
            "a slot without its template",
            |r| slot(r, "a1", "lead"),
            "BM-RECORD-003",
            "layout.locks[0].slot",
            &["“lead”"],
        ),
        (
            "no such slot",
            |r| {
                template(r, "news-five", "");
                slot(r, "a1", "sixth");
            },
            PLACE,
            "layout.locks[0].slot",
            &["“sixth”"],
        ),
        (
            "no such template",
            |r| template(r, "news-nine", ""),
            PLACE,
            "layout.template",
            &["“news-nine”"],
        ),
        (
            "a template of another step",
            |r| template(r, "news-five", "six"),
            PLACE,
            "layout.template",
            &["“news-five”", "six", "news"],
        ),
        (
            "more articles than slots",
            |r| template(r, "theory-three", ""),
            PLACE,
            "layout.template",
            &["“theory-three”", "3", "4"],
        ),
    ]
}

#[test]
fn places_that_the_page_does_not_have_are_refused() {
    every(
        [alone(), together(), templates()].concat(),
        |row| row.0.to_owned(),
        |(name, edit, code, field, names)| {
            let mut record = page(4, "six");
            edit(&mut record);
            let error = engine()
                .render(request(Source::Page(record), &[Output::GeometryJson]), &())
                .expect_err(name);
            let findings = error.findings();
            let first = findings.first().unwrap_or_else(|| panic!("{name}: {error:?}"));
            assert_eq!((first.code.id(), first.place.field.as_str()), (*code, *field), "{name}");
            for part in *names {
                let words = &first.message;
                assert!(words.zh.contains(part) && words.en.contains(part), "{part}: {words}");
            }
        },
    );
}

#[test]
fn a_box_over_the_page_head_is_refused() {
    let mut record = page(4, "six");
    let place = placement([Some(0), Some(0), Some(2), Some(6)]);
    record.reserved =
        vec![ReservedBox { id: "ad".to_owned(), placement: Some(place), ..Default::default() }];
    let request = request(Source::Page(record), &[Output::GeometryJson]);
    let error = engine().render(request, &()).expect_err("the page head has the place");
    assert!(error.findings()[0].message.zh.contains("“ad”"), "{error:?}");
}

/// A house may take a finding as an error: under `strict` it keeps the page from its files.
#[test]
fn the_house_says_what_keeps_a_page_from_its_files() {
    let style = include_str!("../../../src/model/broadsheet.toml");
    let strict = style.replace("[severity]", "[severity]\nBM-PLACE-002 = \"error\"");
    for (style, refused) in [(style.to_owned(), false), (strict, true)] {
        let engine = Engine::new(Limits::default(), &[style]).expect("a house style");
        let mut record = page(3, "six");
        // A box without artwork is told.
        reserve(&mut record, 60.0, 1200.0);
        let mut request = request(Source::Page(record), &[Output::GeometryJson]);
        request.policy = Policy::Strict.into();
        let rendered = engine.render(request, &()).expect("a report");
        let told = rendered.report.diagnostics.iter().find(|note| note.code == "BM-PLACE-002");
        let severity = told.expect("the box is told").severity();
        assert_eq!(severity == Severity::Error, refused, "{severity:?}");
        match rendered.artifacts {
            Ok(_) => assert!(!refused, "the page was made"),
            Err(why) => {
                let codes: Vec<&str> = why.findings().iter().map(|note| note.code.id()).collect();
                assert!(refused && codes == ["BM-PLACE-002"], "{codes:?}");
            }
        }
    }
}
