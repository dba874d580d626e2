//! Twelve of the generated pages as goldens: geometry and report as text, the page as a small
//! preview.
//!
//! They are chosen to differ: one to twenty articles, little copy and much. `GOLDEN=accept` accepts
//! changes, after a person has looked at them.

use banmian::proto::Output;
use banmian::proto::render_page_request::Source;

use crate::canon;
use crate::golden::{pixels, texts};
use crate::makeup::pool;
use crate::support::{engine, request, root};

/// Pages of the table, counted from one.
const PAGES: [usize; 12] = [1, 22, 43, 24, 66, 68, 90, 112, 134, 156, 178, 200];
/// Resolution in dots per inch: small, but every column and head can be recognised.
const DPI: u32 = 20;

#[test]
fn twelve_pages_match_their_goldens() {
    let accept = std::env::var_os("GOLDEN").is_some_and(|value| value == "accept");
    let mut faults = Vec::new();
    for page in PAGES {
        let outputs = [Output::PreviewPng, Output::GeometryJson];
        let mut request = request(Source::Page(pool().page(page - 1)), &outputs);
        request.preview_dpi = DPI;
        let rendered = engine().render(request, &()).expect("a page");
        let text = canon::page(&rendered.report).into_bytes();
        let png = rendered.artifacts.expect("marked").swap_remove(0).bytes;
        for (ending, got) in [("txt", text), ("png", png)] {
            let name = format!("page-{page:03}.{ending}");
            let file = root("tests/golden-pages").join(&name);
            if accept {
                std::fs::write(&file, &got).expect("write");
                continue;
            }
            let committed = std::fs::read(&file).unwrap_or_default();
            let fault =
                if ending == "png" { pixels(&committed, &got) } else { texts(&committed, &got) };
            faults.extend(fault.map(|fault| format!("{name}: {fault}")));
        }
    }
    let hint = "look at what changed; GOLDEN=accept takes it over";
    assert!(faults.is_empty(), "{}\n{hint}", faults.join("\n"));
}

#[test]
fn every_page_golden_is_read() {
    let committed: Vec<String> = PAGES
        .iter()
        .flat_map(|page| ["png", "txt"].map(|ending| format!("page-{page:03}.{ending}")))
        .collect();
    let found = crate::support::names(&root("tests/golden-pages"));
    assert!(found.iter().all(|name| committed.contains(name)), "{found:?}");
    assert_eq!(found.len(), committed.len());
}
