//! A page that comes back with a small edit is the same page but for the article edited (R102).

use banmian::proto::block::Content;
use banmian::proto::render_page_request::Source;
use banmian::proto::{self, Output};

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

/// The first paragraph of an article that has one.
fn paragraph(article: &mut proto::Article) -> &mut String {
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
    for path in PAGES {
        let before = rendered(record(path), None);
        // The same page again is the same page.
        assert_eq!(rendered(record(path), Some(before.clone())), before, "{path}");
        for at in 0..record(path).articles.len() {
            for edit in ["了", "，这一点很重要"] {
                let mut edited = record(path);
                let text = paragraph(&mut edited.articles[at]);
                let end = text.len() - text.chars().next_back().map_or(0, char::len_utf8);
                text.insert_str(end, edit);
                let id = before.modules[at].article_id.clone();
                let after = rendered(edited, Some(before.clone()));
                assert_eq!(after.density_step, before.density_step, "{path}");
                for (old, new) in before.modules.iter().zip(&after.modules) {
                    assert_eq!(old.placement, new.placement, "{path} {id}: {}", old.article_id);
                    // Briefs of one group share a place, so a line more moves those below it there.
                    if old.placement != before.modules[at].placement {
                        assert_eq!(old, new, "{path} {id}: {} is another", old.article_id);
                    }
                }
            }
        }
    }
}

#[test]
fn a_geometry_that_makes_no_sense_is_no_harm() {
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
