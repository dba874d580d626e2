//! Threads of a batch, which take one page after the other.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;
use std::time::Instant;

use crate::batch::failure::{FailureKind, PageFailure};
use crate::batch::maker::PageMaker;
use crate::batch::outcome::{PageOutcome, WrittenPage};
use crate::batch::page::BatchPage;
use crate::batch::stop::StopSignal;
use crate::batch::store::PageStore;
use crate::batch::ticket::PageTicket;
use crate::service::panic_text::panic_text;

/// Stack of a thread: deep enough for any slicing tree that the limits allow.
const STACK_BYTES: usize = 8 << 20;

/// Treatment of pages whose files were made before from the same input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RerunPolicy {
    /// They are skipped.
    WhenChanged,
    /// They are made again.
    Always,
}

/// Run of a batch.
pub(crate) struct BatchRun<'a> {
    /// Source of the pages and place of their files.
    pub(crate) store: &'a dyn PageStore,
    /// Maker of the pages.
    pub(crate) maker: &'a dyn PageMaker,
    /// Request to stop.
    pub(crate) stop: &'a StopSignal,
    /// Pages in hand at a time.
    pub(crate) jobs: usize,
    /// Treatment of pages whose files are there.
    pub(crate) rerun: RerunPolicy,
}

impl BatchRun<'_> {
    /// Makes pages, and reports each as it ends. A page that was dropped by a stop is not reported.
    ///
    /// # Errors
    /// The system gives no threads.
    pub(crate) fn run(
        &self,
        pages: &[BatchPage],
        mut report: impl FnMut(&PageOutcome),
    ) -> std::io::Result<()> {
        let next = AtomicUsize::new(0);
        // Bounded: a slow report holds the threads back instead of filling the memory.
        let (sender, outcomes) = sync_channel(self.jobs);
        thread::scope(|scope| {
            let mut numbers = 0..self.jobs.min(pages.len());
            let started = numbers.try_for_each(|number| {
                let (sender, next) = (sender.clone(), &next);
                let thread = thread::Builder::new().name(format!("banmian-batch-{number}"));
                let thread = thread.stack_size(STACK_BYTES);
                thread.spawn_scoped(scope, move || self.work_loop(pages, next, &sender)).map(|_| ())
            });
            // The threads have their own; without this one the loop over outcomes ends when they
            // end.
            drop(sender);
            // The threads that did start finish their pages, or the scope would wait for the whole
            // batch.
            if started.is_err() {
                self.stop.finish_current();
            }
            outcomes.iter().for_each(|outcome| report(&outcome));
            started
        })
    }

    fn work_loop(&self, pages: &[BatchPage], next: &AtomicUsize, sender: &SyncSender<PageOutcome>) {
        while !self.stop.is_requested() {
            // One counter for all threads: each takes the next page, so none waits for a slow one.
            let Some(page) = pages.get(next.fetch_add(1, Ordering::Relaxed)) else { return };
            let outcome = self.process_page(page);
            match outcome.result.as_ref().err().map(|failure| failure.kind) {
                // Dropped in the middle: the page counts as not begun and is made by the next run.
                Some(FailureKind::Stopped) => return,
                // Without its server every other page would fail as well.
                Some(FailureKind::Unreachable) => self.stop.finish_current(),
                Some(
                    FailureKind::Unfit
                    | FailureKind::Rejected
                    | FailureKind::Unwritable
                    | FailureKind::Internal,
                )
                | None => {}
            }
            // Without a receiver there is nobody to work for.
            if sender.send(outcome).is_err() {
                return;
            }
        }
    }

    fn process_page(&self, page: &BatchPage) -> PageOutcome {
        let begun = Instant::now();
        // One page that panics must not end a batch of thousands.
        let result = catch_unwind(AssertUnwindSafe(|| self.make_page(page)));
        let result =
            result.unwrap_or_else(|panic| Err(PageFailure::internal(panic_text(panic.as_ref()))));
        PageOutcome { key: page.key.clone(), seconds: begun.elapsed().as_secs_f64(), result }
    }

    /// Reads a page, makes it unless its files are there already, and writes its files and their
    /// ticket.
    fn make_page(&self, page: &BatchPage) -> Result<WrittenPage, PageFailure> {
        let request = self.store.read(page)?;
        let request_sha256 = request.sha256();
        if self.rerun == RerunPolicy::WhenChanged
            && let Some(ticket) =
                PageTicket::find_valid(self.store, page, self.maker, &request_sha256)
        {
            return Ok(WrittenPage { skipped: true, stages: Vec::new(), ticket });
        }
        let finished = self.maker.make(&page.key, request)?;
        let ticket = PageTicket::for_page(page, self.maker, request_sha256, &finished);
        let (name, json) = (PageTicket::file_name(page.stem()), ticket.to_json()?);
        // The ticket comes last: if it is there, the files are.
        let files = finished.files.iter().map(|(name, bytes)| (name.clone(), bytes.as_slice()));
        let files: Vec<(String, &[u8])> = files.chain([(name, json.as_slice())]).collect();
        self.store.write_outputs(page, &files)?;
        Ok(WrittenPage { skipped: false, stages: finished.stages, ticket })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::PathBuf;
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::{BatchRun, RerunPolicy};
    use crate::batch::failure::{FailureKind, PageFailure};
    use crate::batch::maker::PageMaker;
    use crate::batch::outcome::PageOutcome;
    use crate::batch::page::{BatchPage, FinishedPage, PageRequest};
    use crate::batch::stop::StopSignal;
    use crate::batch::store::PageStore;
    use crate::batch::tally::BatchTally;
    use crate::batch::ticket::PageTicket;
    use crate::error::Error;
    use crate::image::PictureSupply;
    use crate::proto;
    use crate::proto::render_page_request::Source;

    /// Store whose pages have their key as copy, with files in memory.
    #[derive(Default)]
    struct Shelf(Mutex<BTreeMap<String, Vec<u8>>>);

    impl PageStore for Shelf {
        fn read(&self, page: &BatchPage) -> Result<PageRequest, PageFailure> {
            let source = Some(Source::PlainCopy(page.key.clone().into_bytes()));
            let request =
                proto::RenderPageRequest { source, ..proto::RenderPageRequest::default() };
            Ok(PageRequest { request, pictures: PictureSupply::default() })
        }

        fn read_output(&self, _: &BatchPage, name: &str) -> Option<Vec<u8>> {
            self.0.lock().expect("shelf").get(name).cloned()
        }

        fn write_outputs(
            &self,
            _: &BatchPage,
            files: &[(String, &[u8])],
        ) -> Result<(), PageFailure> {
            let files = files.iter().map(|(name, bytes)| (name.clone(), bytes.to_vec()));
            self.0.lock().expect("shelf").extend(files);
            Ok(())
        }
    }

    /// Maker that counts, fails and panics as the key says.
    #[derive(Default)]
    struct Hand {
        version: &'static str,
        made: AtomicUsize,
        stop: StopSignal,
    }

    impl PageMaker for Hand {
        fn version(&self) -> &str {
            self.version
        }

        fn fingerprint(&self) -> &str {
            "faces"
        }

        fn make(&self, key: &str, _: PageRequest) -> Result<FinishedPage, PageFailure> {
            self.made.fetch_add(1, Ordering::Relaxed);
            match key {
                "panic" => panic!("page seven"),
                "unfit" => return Err(Error::Unfit(Vec::new()).into()),
                "lost" => return Err(Error::Draining.into()),
                "dropped" => return Err(Error::Cancelled.into()),
                "last" => self.stop.request(),
                _ => {}
            }
            let files = vec![(format!("{key}.pdf"), key.as_bytes().to_vec())];
            Ok(FinishedPage { layout_hash: String::new(), stages: Vec::new(), files })
        }
    }

    fn run(
        shelf: &Shelf,
        hand: &Hand,
        keys: &[&str],
        rerun: RerunPolicy,
    ) -> (BatchTally, Vec<String>) {
        let page = |key: &&str| BatchPage { key: (*key).to_owned(), input: PathBuf::new() };
        let pages: Vec<BatchPage> = keys.iter().map(page).collect();
        let mut tally = BatchTally::new(pages.len());
        let mut failed = Vec::new();
        let batch = BatchRun { store: shelf, maker: hand, stop: &hand.stop, jobs: 1, rerun };
        let report = |outcome: &PageOutcome| {
            tally.add(outcome);
            if let Err(failure) = &outcome.result {
                failed.push(format!("{} {}", outcome.key, failure.code));
            }
        };
        batch.run(&pages, report).expect("threads");
        (tally, failed)
    }

    #[test]
    fn a_page_that_fails_or_panics_harms_no_other() {
        let (shelf, hand) = (Shelf::default(), Hand::default());
        let (tally, failed) =
            run(&shelf, &hand, &["a", "panic", "unfit", "b"], RerunPolicy::WhenChanged);
        assert_eq!((tally.done, tally.failed, tally.remaining()), (2, 2, 0));
        assert_eq!(tally.worst, Some(FailureKind::Internal));
        assert_eq!(failed, ["panic BM-INTERNAL", "unfit BM-UNFIT"]);
        let names: Vec<String> = shelf.0.lock().expect("shelf").keys().cloned().collect();
        assert_eq!(names, ["a.banmian.json", "a.pdf", "b.banmian.json", "b.pdf"]);
    }

    #[test]
    fn a_page_is_made_again_only_if_something_changed() {
        let shelf = Shelf::default();
        let made = |version, rerun| {
            let hand = Hand { version, ..Hand::default() };
            let (tally, _) = run(&shelf, &hand, &["a", "b"], rerun);
            assert_eq!(tally.skipped + hand.made.load(Ordering::Relaxed), 2);
            hand.made.load(Ordering::Relaxed)
        };
        assert_eq!(made("1", RerunPolicy::WhenChanged), 2, "nothing is there");
        assert_eq!(made("1", RerunPolicy::WhenChanged), 0);
        assert_eq!(made("1", RerunPolicy::Always), 2, "asked for");
        assert_eq!(made("2", RerunPolicy::WhenChanged), 2, "another version");
        let change = |name: &str, bytes: Option<&[u8]>| {
            let mut files = shelf.0.lock().expect("shelf");
            match bytes {
                Some(bytes) => files.insert(name.to_owned(), bytes.to_vec()),
                None => files.remove(name),
            };
        };
        change("a.pdf", Some(b"b"));
        assert_eq!(made("2", RerunPolicy::WhenChanged), 1, "a file is another");
        change("a.pdf", None);
        assert_eq!(made("2", RerunPolicy::WhenChanged), 1, "a file is gone");
        change("b.banmian.json", None);
        assert_eq!(made("2", RerunPolicy::WhenChanged), 1, "a ticket is gone");
        change("b.banmian.json", Some(b"{}"));
        assert_eq!(made("2", RerunPolicy::WhenChanged), 1, "a ticket is none");
        let page = BatchPage { key: "b".to_owned(), input: PathBuf::new() };
        let hand = Hand { version: "2", ..Hand::default() };
        let request = shelf.read(&page).expect("read").sha256();
        assert!(PageTicket::find_valid(&shelf, &page, &hand, &request).is_some());
        assert!(
            PageTicket::find_valid(&shelf, &page, &hand, "another").is_none(),
            "another request"
        );
    }

    #[test]
    fn a_stopped_batch_finishes_the_pages_in_hand() {
        for (key, done, failed) in [("last", 2, 0), ("lost", 1, 1), ("dropped", 1, 0)] {
            let (shelf, hand) = (Shelf::default(), Hand::default());
            let (tally, _) = run(&shelf, &hand, &["a", key, "b", "c"], RerunPolicy::WhenChanged);
            let counts = (tally.done, tally.failed, tally.remaining());
            assert_eq!(counts, (done, failed, 4 - done - failed), "{key}");
        }
    }
}
