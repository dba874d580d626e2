//! The make-up on 200 made-up pages: one to twenty articles each, a little less copy than a page holds to a little
//! more.
//!
//! Every page is rendered as a user would have it, with the step left to the make-up, and looked at by the rules.
//! `docs/measure/make-up.md` is what comes of it. `MAKEUP_RECORDS=dir` writes the records there, so that a page of the table
//! can be looked at: `banmian render dir/page-007.json --policy mark`.

mod chosen;
mod costs;
pub(crate) mod look;
pub(crate) mod made_up;
mod press;
mod table;

use std::sync::OnceLock;

use banmian::proto::render_page_request::Source;
use banmian::proto::{Output, PlanCandidate, PlanPageRequest, plan_page_request};

use crate::golden;
use crate::makeup::look::{Seen, look};
use crate::makeup::made_up::{PAGES, Pool};
use crate::support::{engine, request, root};

/// Pages with nothing over, at least 99 % filled, all feet level and no 碰题. The aim is 180 of 200; what is
/// reached now, less two, so that a change of taste elsewhere does not fail here while a loss does.
const GOOD_LEAST: usize = 196;

/// Workers: what a small machine has.
const THREADS: usize = 2;

/// What the pages are made of, read once.
pub(crate) fn pool() -> &'static Pool {
    static POOL: OnceLock<Pool> = OnceLock::new();
    POOL.get_or_init(Pool::read)
}

/// Renders a page and looks at it.
fn seen(page: usize) -> Seen {
    let record = pool().page(page);
    let request = request(Source::Page(record.clone()), &[Output::GeometryJson]);
    let rendered = engine().render(request, &());
    let rendered = rendered.unwrap_or_else(|error| panic!("page {}: {error:?}", page + 1));
    look(&record, rendered.report.geometry.as_ref().expect("a report has its geometry"))
}

/// Looks at pages on all workers; what comes out is in the order of the pages.
fn all(pages: &[usize]) -> Vec<Seen> {
    let mut out: Vec<(usize, Seen)> = std::thread::scope(|scope| {
        let own = |worker| pages.iter().copied().skip(worker).step_by(THREADS);
        let work = |worker| move || own(worker).map(|page| (page, seen(page))).collect::<Vec<_>>();
        let workers: Vec<_> = (0..THREADS).map(|worker| scope.spawn(work(worker))).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("no page panics")).collect()
    });
    out.sort_by_key(|(page, _)| pages.iter().position(|wanted| wanted == page));
    out.into_iter().map(|(_, seen)| seen).collect()
}

/// All pages, looked at once a process.
fn outcome() -> &'static [Seen] {
    static OUTCOME: OnceLock<Vec<Seen>> = OnceLock::new();
    OUTCOME.get_or_init(|| {
        if let Some(dir) = std::env::var_os("MAKEUP_RECORDS").map(std::path::PathBuf::from) {
            std::fs::create_dir_all(&dir).expect("a directory");
            for page in 0..PAGES {
                let json = serde_json::to_vec_pretty(&pool().page(page)).expect("JSON");
                std::fs::write(dir.join(format!("page-{:03}.json", page + 1)), json)
                    .expect("write");
            }
        }
        all(&(0..PAGES).collect::<Vec<_>>())
    })
}

/// Whether a page could go to press as it is, by what the ratchet holds.
fn good(seen: &Seen) -> bool {
    seen.over == 0 && seen.utilisation >= 0.99 && seen.uneven == 0 && seen.bumps == 0
}

#[test]
fn nothing_is_lost_and_nothing_overlaps() {
    let faults: Vec<String> = outcome()
        .iter()
        .enumerate()
        .flat_map(|(page, seen)| seen.faults.iter().map(move |f| format!("page {}: {f}", page + 1)))
        .collect();
    assert!(faults.is_empty(), "{} faults\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn the_same_record_gives_the_same_page() {
    // Every number of articles once, at different fullness.
    let pages: Vec<usize> = (0..20).map(|k| k * 21 % PAGES).collect();
    for (page, again) in pages.iter().zip(all(&pages)) {
        assert_eq!(outcome()[*page], again, "page {}", page + 1);
    }
}

#[test]
fn what_is_given_up_on_the_way_would_not_have_won() {
    // The fewer layouts are wanted, the sooner others are given up: those wanted have to be the same.
    for page in (0..20).map(|k| k * 21 % PAGES) {
        let plan = |candidates| {
            let source = Some(plan_page_request::Source::Page(pool().page(page)));
            let request = PlanPageRequest { source, candidates, ..PlanPageRequest::default() };
            let plan = engine().plan(request, &()).expect("a plan").candidates.into_iter();
            let told = |one: PlanCandidate| (one.geometry.expect("geometry").layout_hash, one.cost);
            plan.map(told).collect::<Vec<_>>()
        };
        let many = plan(16);
        for wanted in [1, 3] {
            let few = plan(wanted);
            assert!(!few.is_empty(), "page {}", page + 1);
            assert_eq!(few, many[..few.len()], "page {}, {wanted} of 16", page + 1);
        }
    }
}

#[test]
fn as_many_pages_are_good_as_were() {
    let count = outcome().iter().filter(|seen| good(seen)).count();
    assert!(count >= GOOD_LEAST, "{count} of {PAGES} pages are good, {GOOD_LEAST} were");
}

#[test]
fn the_table_of_costs_is_that_of_the_source() {
    let faults = costs::faults();
    assert!(faults.is_empty(), "docs/measure/make-up.md, costs:\n{}", faults.join("\n"));
}

#[test]
fn the_report_is_current() {
    let text = table::text(outcome());
    let file = root("docs/measure/make-up.md");
    if std::env::var_os("GOLDEN").is_some_and(|value| value == "accept") {
        std::fs::write(&file, &text).expect("write");
        return;
    }
    let known = std::fs::read(&file).unwrap_or_default();
    if let Some(fault) = golden::texts(&known, text.as_bytes()) {
        panic!("docs/measure/make-up.md: {fault}\nGOLDEN=accept takes it over");
    }
}
