//! A page that comes back with a small edit keeps its layout, except for the edited article (R102).

use banmian::proto::block::Content;
use banmian::proto::render_page_request::Source;
use banmian::proto::{self, Output};
use banmian::unit::GridRect;

use crate::support::{engine, read, request};

fn record(path: &str) -> proto::PageRecord {
    serde_json::from_slice(&read(path)).expect("a record")
}

fn rendered(
    record: proto::PageRecord,
    previous: Option<proto::PageGeometry>,
) -> proto::PageGeometry {
    let mut request = request(Source::Page(record), &[Output::GeometryJson]);
    request.previous_geometry = previous;
    let rendered = engine().render(request, &()).expect("a page");
    rendered.report.geometry.expect("geometry")
}

/// Returns the last paragraph of an article that has one.
fn last_paragraph(article: &mut proto::Article) -> &mut String {
    let blocks = article.body.iter_mut().filter_map(|block| match &mut block.content {
        Some(Content::Paragraph(paragraph)) => Some(&mut paragraph.text),
        Some(
            Content::Crosshead(_)
            | Content::Note(_)
            | Content::Verse(_)
            | Content::Picture(_)
            | Content::Table(_)
            | Content::PullQuote(_),
        )
        | None => None,
    });
    blocks.last().expect("a paragraph")
}

const PAGES: &[&str] = &[
    "tests/fixtures/records/pages-4.json",
    "tests/fixtures/records/pages-6.json",
    "tests/fixtures/records/pages-8.json",
    "seeds/20231029.json",
];

#[test]
fn r102_an_edit_moves_no_other_article() {
    let mut edges = Vec::new();
    for path in PAGES {
        let before = rendered(record(path), None);
        // An unchanged record gives an unchanged page.
        assert_eq!(rendered(record(path), Some(before.clone())), before, "{path}");
        for at in 0..record(path).articles.len() {
            for edit in ["了", "，这一点很重要"] {
                let mut edited = record(path);
                append_text(&mut edited.articles[at], edit);
                let after = rendered(edited, Some(before.clone()));
                let what = format!("{path} {} {edit}", before.modules[at].article_id);
                assert_eq!(after.density_step, before.density_step, "{what}");
                edges.push(stays_but_for_edges(&before, &after, at, &what));
            }
        }
    }
    // A module without a spare row passes on the need of its neighbour. The bounds are a ratchet,
    // measured on two edits of every article of `PAGES`: one edit at most moved more than one edge,
    // and none more than three.
    let more = edges.iter().filter(|edges| **edges > 1).count();
    assert!(more <= 1 && edges.iter().all(|edges| *edges <= 3), "{edges:?}");
}

#[test]
fn an_article_that_gains_lines_moves_edges_by_few_rows() {
    let path = PAGES[2];
    let before = rendered(record(path), None);
    let (mut moved, mut kept) = (0, 0);
    for at in 0..record(path).articles.len() {
        let mut edited = record(path);
        let columns = grid(&before.modules[at]).columns;
        (0..columns)
            .for_each(|_| append_text(&mut edited.articles[at], "。又及，这一点对大家都很重要"));
        let after = rendered(edited, Some(before.clone()));
        let pairs = || before.modules.iter().zip(&after.modules);
        // An article that needs two rows on a page where no module has two to give makes another
        // page.
        if pairs().all(|(old, new)| grid(old).columns == grid(new).columns) {
            let edges = stays_but_for_edges(&before, &after, at, &before.modules[at].article_id);
            assert!(edges <= 3, "{}: {edges} edges move", before.modules[at].article_id);
            moved += edges;
            kept += 1;
        }
    }
    assert!(moved > 0, "some article needs a row more");
    // A ratchet: measured on `pages-8.json`, at most one of its articles makes another page.
    assert!(kept + 1 >= before.modules.len(), "{kept} of {} pages stay", before.modules.len());
}

/// Checks the modules other than the edited one. If the edited article keeps its rectangle,
/// everything else is unchanged. Otherwise modules keep their columns, edges move by the same one
/// to three rows, and every module that keeps its rectangle is unchanged. Returns the number of
/// edges that move.
fn stays_but_for_edges(
    before: &proto::PageGeometry,
    after: &proto::PageGeometry,
    at: usize,
    what: &str,
) -> usize {
    let edited = &before.modules[at];
    let pairs = || before.modules.iter().zip(&after.modules);
    for (old, new) in pairs().filter(|(old, new)| old.placement == new.placement) {
        // Briefs of one group share a place, so an added line moves those below it there.
        if old.placement != edited.placement {
            assert_eq!(old, new, "{what}: {} is another", old.article_id);
        }
    }
    let moved: Vec<_> = pairs().filter(|(old, new)| old.placement != new.placement).collect();
    let mut edges = std::collections::BTreeSet::new();
    let mut shifts = std::collections::BTreeSet::new();
    for (old, new) in &moved {
        let (from, to) = (grid(old), grid(new));
        assert_eq!(from.column_range(), to.column_range(), "{what}: {}", old.article_id);
        let (top, foot) = (to.row - from.row, to.foot() - from.foot());
        shifts.extend([top, foot].into_iter().filter(|rows| *rows != 0));
        edges.extend((top != 0).then_some(from.row));
        edges.extend((foot != 0).then_some(from.foot() + 1));
    }
    assert!(shifts.len() <= 1 && shifts.iter().all(|rows| rows.abs() <= 3), "{what}: {shifts:?}");
    let edited_moves =
        moved.is_empty() || moved.iter().any(|(old, _)| old.placement == edited.placement);
    assert!(edited_moves, "{what}: others move, but not the article edited");
    edges.len()
}

/// Returns the cells of a module.
fn grid(module: &proto::Module) -> GridRect {
    let place = module.placement.expect("a placement");
    let numbers = [place.column, place.row, place.columns, place.rows];
    let [column, row, columns, rows] = numbers.map(|number| number.map_or(-1, i64::from));
    GridRect { column, row, columns, rows }
}

/// Adds text at the end of the last paragraph of an article, before its last character.
fn append_text(article: &mut proto::Article, more: &str) {
    let text = last_paragraph(article);
    let end = text.len() - text.chars().next_back().map_or(0, char::len_utf8);
    text.insert_str(end, more);
}

#[test]
fn new_requests_of_the_desk_override_previous_places() {
    let path = PAGES[1];
    let six = || {
        let mut record = record(path);
        record.layout.get_or_insert_default().density_step = "six".to_owned();
        record
    };
    let before = rendered(six(), None);
    let again = |record: &proto::PageRecord| rendered(record.clone(), Some(before.clone()));
    let touch = |geometry: &proto::PageGeometry, a: usize, b: usize| {
        let (a, b) = (grid(&geometry.modules[a]), grid(&geometry.modules[b]));
        let beside = a.column <= b.right() && b.column <= a.right();
        let stacked = a.row <= b.foot() + 1 && b.row <= a.foot() + 1;
        beside && a.shares_rows(&b) || stacked && a.shares_columns(&b)
    };

    // A lock.
    let away = before.modules.iter().rposition(|module| grid(module).column > 0).expect("a module");
    let mut record = six();
    let placement = proto::Placement { column: Some(0), ..Default::default() };
    record.articles[away].placement = Some(placement);
    assert_eq!(grid(&again(&record).modules[away]).column, 0);

    // An advertisement is added, then removed.
    let mut record = six();
    let corner = [4, 96, 2, 15];
    let [column, row, columns, rows] = corner.map(Some);
    let placement = Some(proto::Placement { column, row, columns, rows });
    record.reserved = vec![proto::ReservedBox { placement, ..Default::default() }];
    let with = again(&record);
    let [column, row, columns, rows] = corner.map(i64::from);
    let corner = GridRect { column, row, columns, rows };
    let meets = |module: &proto::Module| grid(module).overlaps(&corner);
    assert!(!with.modules.iter().any(meets));
    let without = rendered(six(), Some(with));
    assert!(without.modules.iter().any(meets));

    // Two articles are to be kept apart, if the page allows it.
    let all = 0..before.modules.len();
    let pairs = all.clone().flat_map(|a| (0..a).map(move |b| (a, b)));
    let mut parted = 0;
    for (a, b) in pairs.filter(|(a, b)| touch(&before, *a, *b)) {
        let mut record = six();
        let [a_id, b_id] = [a, b].map(|at| before.modules[at].article_id.clone());
        record.layout.get_or_insert_default().adjacent_forbidden =
            vec![proto::ArticlePair { a: a_id, b: b_id }];
        if !touch(&rendered(record.clone(), None), a, b) {
            assert!(!touch(&again(&record), a, b), "{a} {b}");
            parted += 1;
        }
    }
    assert!(parted > 0, "some pair can be parted");

    // Another lead.
    let mut record = six();
    let last = record.articles.len() - 2;
    record.articles[last].weight = 100;
    let after = again(&record);
    let largest = |geometry: &proto::PageGeometry| {
        let sizes = geometry.modules.iter().map(|module| module.headline_size_pt);
        sizes.fold(0.0, f64::max)
    };
    let size = |geometry: &proto::PageGeometry| geometry.modules[last].headline_size_pt;
    assert!(size(&before) < largest(&before));
    assert!(
        size(&after) >= largest(&after) && size(&after) > size(&before),
        "the lead's is largest"
    );
}

#[test]
fn an_invalid_previous_geometry_does_no_harm() {
    let path = PAGES[0];
    let before = rendered(record(path), None);
    let mut broken = before.clone();
    for module in &mut broken.modules {
        let placement = module.placement.as_mut().expect("a placement");
        placement.column = Some(u32::MAX);
        placement.rows = Some(u32::MAX);
        module.headline_size_pt = f64::NAN;
    }
    let after = rendered(record(path), Some(broken));
    assert_eq!(after.modules.len(), before.modules.len());
    let mut overlapping = before.clone();
    let first = overlapping.modules[0].placement;
    for module in &mut overlapping.modules {
        module.placement = first;
    }
    let again = rendered(record(path), Some(overlapping));
    assert_eq!(again.modules.len(), before.modules.len());
}
