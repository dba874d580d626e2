//! Requests that cannot be met at the step in use: the error names the conflicting parties and the
//! field. Under a policy that marks, a lock in error is dropped instead.

use banmian::config::RequestLimits;
use banmian::engine::Engine;
use banmian::proto::plan_page_request::Source as Planned;
use banmian::proto::render_page_request::Source;
use banmian::proto::{
    Finding, Lock, Output, PageRecord, Placement, PlanPageRequest, Policy, Rect, ReservedBox,
    Severity,
};

use super::{
    assert_sound, findings_with_code, lock, module, page, place, placement, rendered, wishes,
};
use crate::support::{check_each, engine, request};

const PLACE: &str = "BM-PLACE-001";
const FIRST: &str = "layout.locks[0].placement";

type Edit = fn(&mut PageRecord);
/// Name, request, code and field of the first finding, words of its message.
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

/// Locks that one article alone cannot have.
fn locks_of_one_article() -> Vec<Row> {
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
        (
            "a depth without room for the headline",
            |r| wishes(r).locks.push(lock("a2", [None, None, None, Some(2)])),
            PLACE,
            FIRST,
            &["“a2”", "2"],
        ),
        (
            "a row without room below it",
            |r| wishes(r).locks.push(lock("a2", [None, Some(109), None, None])),
            PLACE,
            FIRST,
            &["“a2”"],
        ),
        (
            "wider than any grid",
            |r| locked(r, "a1", [0, 4, 99, 40]),
            "BM-RECORD-003",
            "layout.locks[0].placement.columns",
            &["99"],
        ),
    ]
}

/// Places that leave no place for others.
fn conflicting_places() -> Vec<Row> {
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
fn impossible_places_are_rejected() {
    check_each(
        [locks_of_one_article(), conflicting_places(), templates()].concat(),
        |row| row.0.to_owned(),
        |(name, edit, code, field, names)| {
            let mut record = page(4, "six");
            edit(&mut record);
            let mut request = request(Source::Page(record.clone()), &[Output::GeometryJson]);
            request.policy = Policy::Strict.into();
            let error = engine().render(request, &()).expect_err(name);
            let plan = PlanPageRequest {
                source: Some(Planned::Page(record)),
                ..PlanPageRequest::default()
            };
            assert_eq!(engine().plan(plan, &()).expect_err(name), error, "{name}");
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

/// A bad lock under a policy that marks: it is reported, it is dropped, and the page is set.
#[test]
fn impossible_locks_are_dropped_where_the_policy_allows() {
    let locks = |row: &Row| row.3.starts_with("layout.locks");
    check_each(
        [locks_of_one_article(), conflicting_places(), templates()].concat(),
        |row| row.0.to_owned(),
        |row| {
            let (name, edit, code, field, names) = row;
            let mut record = page(4, "six");
            edit(&mut record);
            if !locks(row) {
                let request = request(Source::Page(record), &[Output::GeometryJson]);
                engine().render(request, &()).expect_err(name);
                return;
            }
            let sheet = rendered(&record);
            assert_sound(&sheet);
            assert_eq!(sheet.geometry().modules.len(), record.articles.len(), "{name}");
            let errors: Vec<&Finding> = sheet
                .report
                .findings
                .iter()
                .filter(|note| [*code, PLACE].contains(&note.code.as_str()))
                .collect();
            let [finding] = errors[..] else { panic!("{name}: {errors:?}") };
            assert_eq!((&*finding.field, finding.severity()), (*field, Severity::Error), "{name}");
            let words = finding.message.as_ref().expect("words");
            for part in names.iter().chain(&["此锁定作废"]) {
                assert!(words.zh.contains(part), "{name}: {part}: {words:?}");
            }
            let lock = wishes(&mut record)
                .locks
                .iter()
                .find(|lock| lock.article_id == finding.article_ids[0]);
            let lock =
                lock.unwrap_or_else(|| panic!("{name}: a lock of “{}”", finding.article_ids[0]));
            if let Some(Placement {
                column: Some(column),
                row: Some(row),
                columns: Some(columns),
                rows: Some(rows),
            }) = lock.placement
            {
                let requested = [column, row, columns, rows].map(i64::from);
                assert_ne!(place(module(&sheet, &finding.article_ids[0])), requested, "{name}");
            }
            // The other locks are kept.
            for lock in wishes(&mut record)
                .locks
                .iter()
                .filter(|lock| lock.article_id != finding.article_ids[0])
            {
                let requested = lock.placement.expect("a placement");
                let got = place(module(&sheet, &lock.article_id));
                let requested =
                    [requested.column, requested.row, requested.columns, requested.rows];
                let kept = got.iter().zip(requested).all(|(got, requested)| {
                    requested.is_none_or(|requested| i64::from(requested) == *got)
                });
                assert!(kept, "{name}: “{}” stands at {got:?}", lock.article_id);
            }
        },
    );
}

#[test]
fn no_more_conflicting_locks_are_dropped_than_necessary() {
    let mut record = page(4, "six");
    locked(&mut record, "a1", [0, 4, 3, 40]);
    locked(&mut record, "a2", [2, 20, 3, 40]);
    record.articles[2].placement = Some(placement([Some(4), Some(30), Some(2), Some(40)]));
    let sheet = rendered(&record);
    assert_sound(&sheet);
    assert_eq!(findings_with_code(&sheet, PLACE).len(), 1);
    assert_eq!(place(module(&sheet, "a1")), [0, 4, 3, 40]);
    assert_eq!(place(module(&sheet, "a3")), [4, 30, 2, 40]);

    // A lock that leaves the page is in nobody's way.
    wishes(&mut record).locks[0] = lock("a1", [0, 4, 3, 200].map(Some));
    record.articles[2].placement = None;
    let sheet = rendered(&record);
    assert_sound(&sheet);
    assert_eq!(findings_with_code(&sheet, PLACE).len(), 1);
    assert_eq!(place(module(&sheet, "a2")), [2, 20, 3, 40]);
}

#[test]
fn a_box_over_the_page_head_is_rejected() {
    let mut record = page(4, "six");
    let place = placement([Some(0), Some(0), Some(2), Some(6)]);
    record.reserved =
        vec![ReservedBox { id: "ad".to_owned(), placement: Some(place), ..Default::default() }];
    let request = request(Source::Page(record), &[Output::GeometryJson]);
    let error = engine().render(request, &()).expect_err("the page head has the place");
    assert!(error.findings()[0].message.zh.contains("“ad”"), "{error:?}");
}

/// A house may make a finding an error: under `strict` the page then gets no files.
#[test]
fn the_house_style_decides_which_findings_withhold_files() {
    let style = include_str!("../../../src/model/broadsheet.toml");
    let strict = style.replace("[severity]", "[severity]\nBM-PLACE-002 = \"error\"");
    for (style, refused) in [(style.to_owned(), false), (strict, true)] {
        let engine = Engine::new(RequestLimits::default(), &[style]).expect("a house style");
        let mut record = page(3, "six");
        // A box without artwork has a finding.
        reserve(&mut record, 60.0, 1200.0);
        let mut request = request(Source::Page(record), &[Output::GeometryJson]);
        request.policy = Policy::Strict.into();
        let rendered = engine.render(request, &()).expect("a report");
        let finding = rendered.report.findings.iter().find(|note| note.code == "BM-PLACE-002");
        let severity = finding.expect("the box is reported").severity();
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
