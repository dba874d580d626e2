//! The editor's check: whether a layout editor would sign a page, judged apart from the engine.
//!
//! `page` is what the check sees, `read` builds it from report, record and press PDF. Each rule of
//! editor.md is a function in `hierarchy`, `structure`, `air`, `contrast`, `sense` or `furniture`;
//! `cases` tests each of them on pages broken by hand. `generator` makes 200 pages of real shape,
//! `figures` writes what they come to into docs/measure/editor.md.
//!
//! `EDITOR_SEED=n` makes other pages; `EDITOR_RECORDS=dir` writes records, previews and faults.

mod air;
mod cases;
mod contrast;
mod figures;
mod furniture;
mod generator;
mod glyphs;
mod hierarchy;
mod page;
mod parts;
mod picture;
mod random;
mod read;
mod reading;
mod rules;
mod sense;
mod spans;
mod structure;
mod verdict;
mod words;

use std::path::PathBuf;
use std::sync::OnceLock;

use banmian::proto::render_page_request::Source;
use banmian::proto::{Output, PageRecord, RenderPageRequest};

use crate::editor::generator::{Fullness, PAGES, Pool, SEED, fullness};
use crate::editor::page::EditorPage;
use crate::editor::rules::{Fault, faults};
use crate::editor::verdict::{Verdict, verdict};
use crate::golden;
use crate::support::{engine, request, root};

/// Workers: what a small machine has.
const THREADS: usize = 2;
/// Resolution of the previews that `EDITOR_RECORDS` writes.
const PREVIEW_DPI: u32 = 60;

/// A generated page with what the check says of it.
pub(crate) struct Judged {
    pub(crate) fullness: Fullness,
    pub(crate) page: EditorPage,
    pub(crate) faults: Vec<Fault>,
    pub(crate) verdict: Verdict,
}

/// The seed of this run and whether it is that of the golden.
fn seed() -> (u64, bool) {
    match std::env::var("EDITOR_SEED") {
        Ok(text) => (text.parse().expect("EDITOR_SEED is a number"), false),
        Err(_) => (SEED, true),
    }
}

fn folder() -> Option<PathBuf> {
    let folder = PathBuf::from(std::env::var_os("EDITOR_RECORDS")?);
    std::fs::create_dir_all(&folder).expect("a directory");
    Some(folder)
}

/// Renders a page and judges it.
fn judged(record: &PageRecord, number: usize) -> Judged {
    let folder = folder();
    let kinds = [Output::PressPdf, Output::PreviewPng];
    let kinds = if folder.is_some() { &kinds[..] } else { &kinds[..1] };
    let request = RenderPageRequest {
        preview_dpi: PREVIEW_DPI,
        ..request(Source::Page(record.clone()), kinds)
    };
    let rendered = engine().render(request, &());
    let rendered = rendered.unwrap_or_else(|error| panic!("page {}: {error:?}", number + 1));
    let files = rendered.artifacts.unwrap_or_else(|e| panic!("page {}: {e:?}", number + 1));
    let page = read::page(record, &rendered.report, &files[0].bytes);
    let faults = faults(&page);
    let verdict = verdict(&page, &faults);
    if let Some(folder) = folder {
        let file = |ending: &str| folder.join(format!("page-{:03}.{ending}", number + 1));
        let json = serde_json::to_vec(record).expect("JSON");
        std::fs::write(file("json"), json).expect("write");
        std::fs::write(file("png"), &files[1].bytes).expect("write");
        let step = &rendered.report.density_step;
        let mut text = format!(
            "{verdict:?} {:?} {step} filled {:.3} over {} left out {} advice {:?} 字 {}\n",
            fullness(number),
            air::filled(&page),
            page.modules.iter().map(|module| module.over).sum::<u32>(),
            page.left_out.len(),
            page.advice_short,
            record.articles.iter().map(generator::length).sum::<usize>()
        );
        for fault in &faults {
            text += &format!("{fault}\n");
        }
        for module in &page.modules {
            text += &format!("{module:?}\n");
        }
        std::fs::write(file("txt"), text).expect("write");
    }
    Judged { fullness: fullness(number), page, faults, verdict }
}

/// All pages, judged once a process.
fn outcome() -> &'static [Judged] {
    static OUTCOME: OnceLock<Vec<Judged>> = OnceLock::new();
    OUTCOME.get_or_init(|| {
        let (pool, (seed, _)) = (Pool::read(), seed());
        let pool = &pool;
        let work = |worker: usize| {
            let own = (0..PAGES).skip(worker).step_by(THREADS);
            own.map(|page| (page, judged(&pool.page(seed, page), page))).collect::<Vec<_>>()
        };
        let mut all: Vec<(usize, Judged)> = std::thread::scope(|scope| {
            let workers: Vec<_> =
                (0..THREADS).map(|worker| scope.spawn(move || work(worker))).collect();
            workers.into_iter().flat_map(|worker| worker.join().expect("no panic")).collect()
        });
        all.sort_by_key(|(page, _)| *page);
        all.into_iter().map(|(_, judged)| judged).collect()
    })
}

#[test]
fn the_seed_makes_the_same_pages() {
    let pool = Pool::read();
    for page in [0, 4, 9, 77] {
        assert_eq!(pool.page(SEED, page), pool.page(SEED, page), "page {page}");
    }
    assert_ne!(pool.page(SEED, 3), pool.page(SEED + 1, 3), "another seed, another page");
}

#[test]
fn every_page_is_read_whole() {
    // A head that the check cannot read would pass all rules about heads.
    for (k, judged) in outcome().iter().enumerate() {
        for module in judged.page.articles() {
            let brief = module.kind == page::Kind::Brief;
            let Some(head) = &module.head else {
                assert!(brief, "page {}: {} has no head", k + 1, module.id);
                continue;
            };
            let wording: String = head.wording.split_whitespace().collect();
            let set: String = head.lines.iter().map(page::HeadLine::text).collect();
            let set: String = set.split_whitespace().collect();
            assert_eq!(set, wording, "page {}: {}", k + 1, module.id);
        }
    }
}

#[test]
fn the_table_is_current() {
    let (seed, known) = seed();
    let text = figures::text(seed, outcome());
    if let Some(folder) = folder() {
        std::fs::write(folder.join("editor.md"), &text).expect("write");
    }
    if !known {
        println!("{text}");
        return;
    }
    let file = root("docs/measure/editor.md");
    if std::env::var_os("GOLDEN").is_some_and(|value| value == "accept") {
        std::fs::create_dir_all(root("docs/measure")).expect("a directory");
        std::fs::write(&file, &text).expect("write");
        return;
    }
    let golden = std::fs::read(&file).unwrap_or_default();
    if let Some(fault) = golden::texts(&golden, text.as_bytes()) {
        panic!("docs/measure/editor.md: {fault}\nGOLDEN=accept takes it over");
    }
}
