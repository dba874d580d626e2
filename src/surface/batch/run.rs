//! The runner: threads that take one page after the other.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;
use std::time::Instant;

use crate::surface::batch::{Done, Failure, Kind, Maker, Outcome, Page, Stop, Store, Ticket};

/// Stack of a thread: deep enough for any tree of cuts that the limits allow.
const STACK_BYTES: usize = 8 << 20;

/// How a batch is run.
pub(crate) struct Batch<'a> {
    pub(crate) store: &'a dyn Store,
    pub(crate) maker: &'a dyn Maker,
    pub(crate) stop: &'a Stop,
    /// Pages in hand at a time.
    pub(crate) jobs: usize,
    /// Pages are made though their files are there.
    pub(crate) force: bool,
}

impl Batch<'_> {
    /// Makes pages, and tells of each as it comes to its end. A page that was dropped half-way is not told of.
    ///
    /// # Errors
    /// The system gives no threads.
    pub(crate) fn run(
        &self,
        pages: &[Page],
        mut told: impl FnMut(&Outcome),
    ) -> std::io::Result<()> {
        let next = AtomicUsize::new(0);
        let (sender, outcomes) = sync_channel(self.jobs);
        thread::scope(|scope| {
            let mut numbers = 0..self.jobs.min(pages.len());
            let begun = numbers.try_for_each(|number| {
                let (sender, next) = (sender.clone(), &next);
                let thread = thread::Builder::new().name(format!("banmian-batch-{number}"));
                let thread = thread.stack_size(STACK_BYTES);
                thread.spawn_scoped(scope, move || self.work(pages, next, &sender)).map(|_| ())
            });
            drop(sender);
            if begun.is_err() {
                self.stop.finish();
            }
            outcomes.iter().for_each(|outcome| told(&outcome));
            begun
        })
    }

    fn work(&self, pages: &[Page], next: &AtomicUsize, sender: &SyncSender<Outcome>) {
        while !self.stop.asked() {
            let Some(page) = pages.get(next.fetch_add(1, Ordering::Relaxed)) else { return };
            let outcome = self.page(page);
            match outcome.result.as_ref().err().map(|failure| failure.kind) {
                Some(Kind::Stopped) => return,
                // Without its server every other page would fail as well.
                Some(Kind::Lost) => self.stop.finish(),
                Some(Kind::Unfit | Kind::Refused | Kind::Unwritable | Kind::Bug) | None => {}
            }
            // Nobody listens any more: there is nobody to work for.
            if sender.send(outcome).is_err() {
                return;
            }
        }
    }

    fn page(&self, page: &Page) -> Outcome {
        let begun = Instant::now();
        let result = catch_unwind(AssertUnwindSafe(|| self.make(page)));
        let result = result.unwrap_or_else(|panic| Err(Failure::bug(words_of(panic.as_ref()))));
        Outcome { key: page.key.clone(), seconds: begun.elapsed().as_secs_f64(), result }
    }

    /// Reads a page, makes it unless it is there already, and keeps its files with their ticket.
    fn make(&self, page: &Page) -> Result<Done, Failure> {
        let asked = self.store.read(page)?;
        let request = asked.sha256();
        if !self.force
            && let Some(ticket) = Ticket::valid(self.store, page, self.maker, &request)
        {
            return Ok(Done { skipped: true, stages: Vec::new(), ticket });
        }
        let made = self.maker.make(&page.key, asked)?;
        let ticket = Ticket::of(page, self.maker, request, &made);
        let (name, json) = (Ticket::name(page.stem()), ticket.json());
        // The ticket comes last: where it is, the files are.
        let files = made.files.iter().map(|(name, bytes)| (name.clone(), bytes.as_slice()));
        let files: Vec<(String, &[u8])> = files.chain([(name, json.as_slice())]).collect();
        self.store.keep(page, &files)?;
        Ok(Done { skipped: false, stages: made.stages, ticket })
    }
}

fn words_of(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
    text.unwrap_or_else(|| "panic".to_owned())
}

/// What came of the pages of a batch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) pages: usize,
    pub(crate) done: usize,
    pub(crate) skipped: usize,
    pub(crate) failed: usize,
    /// The gravest failure.
    pub(crate) gravest: Option<Kind>,
}

impl Tally {
    /// Nothing has come of so many pages yet.
    pub(crate) fn new(pages: usize) -> Self {
        Self { pages, ..Self::default() }
    }

    pub(crate) fn add(&mut self, outcome: &Outcome) {
        match &outcome.result {
            Ok(Done { skipped: true, .. }) => self.skipped += 1,
            Ok(_) => self.done += 1,
            Err(failure) => {
                self.failed += 1;
                self.gravest = self.gravest.max(Some(failure.kind));
            }
        }
    }

    /// Pages that were told of.
    pub(crate) fn told(&self) -> usize {
        self.done + self.skipped + self.failed
    }

    /// Pages that were not come to.
    pub(crate) fn left(&self) -> usize {
        self.pages - self.told()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::PathBuf;
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::{Batch, Tally};
    use crate::error::Error;
    use crate::image::Pictures;
    use crate::proto;
    use crate::proto::render_page_request::Source;
    use crate::surface::batch::{
        Asked, Failure, Kind, Made, Maker, Outcome, Page, Stop, Store, Ticket,
    };

    /// Pages whose copy is their key, and files in memory.
    #[derive(Default)]
    struct Shelf(Mutex<BTreeMap<String, Vec<u8>>>);

    impl Store for Shelf {
        fn read(&self, page: &Page) -> Result<Asked, Failure> {
            let source = Some(Source::PlainCopy(page.key.clone().into_bytes()));
            let request =
                proto::RenderPageRequest { source, ..proto::RenderPageRequest::default() };
            Ok(Asked { request, pictures: Pictures::default() })
        }

        fn kept(&self, _: &Page, name: &str) -> Option<Vec<u8>> {
            self.0.lock().expect("shelf").get(name).cloned()
        }

        fn keep(&self, _: &Page, files: &[(String, &[u8])]) -> Result<(), Failure> {
            let files = files.iter().map(|(name, bytes)| (name.clone(), bytes.to_vec()));
            self.0.lock().expect("shelf").extend(files);
            Ok(())
        }
    }

    /// A maker that counts, fails and panics as the key says.
    #[derive(Default)]
    struct Hand {
        version: &'static str,
        made: AtomicUsize,
        stop: Stop,
    }

    impl Maker for Hand {
        fn version(&self) -> &str {
            self.version
        }

        fn fingerprint(&self) -> &str {
            "faces"
        }

        fn make(&self, key: &str, _: Asked) -> Result<Made, Failure> {
            self.made.fetch_add(1, Ordering::Relaxed);
            match key {
                "panic" => panic!("page seven"),
                "unfit" => return Err(Error::Unfit(Vec::new()).into()),
                "lost" => return Err(Error::Draining.into()),
                "dropped" => return Err(Error::Cancelled.into()),
                "last" => self.stop.ask(),
                _ => {}
            }
            let files = vec![(format!("{key}.pdf"), key.as_bytes().to_vec())];
            Ok(Made { layout_hash: String::new(), stages: Vec::new(), files })
        }
    }

    fn run(shelf: &Shelf, hand: &Hand, keys: &[&str], force: bool) -> (Tally, Vec<String>) {
        let page = |key: &&str| Page { key: (*key).to_owned(), input: PathBuf::new() };
        let pages: Vec<Page> = keys.iter().map(page).collect();
        let mut tally = Tally::new(pages.len());
        let mut failed = Vec::new();
        let batch = Batch { store: shelf, maker: hand, stop: &hand.stop, jobs: 1, force };
        let told = |outcome: &Outcome| {
            tally.add(outcome);
            if let Err(failure) = &outcome.result {
                failed.push(format!("{} {}", outcome.key, failure.code));
            }
        };
        batch.run(&pages, told).expect("threads");
        (tally, failed)
    }

    #[test]
    fn a_page_that_fails_or_panics_harms_no_other() {
        let (shelf, hand) = (Shelf::default(), Hand::default());
        let (tally, failed) = run(&shelf, &hand, &["a", "panic", "unfit", "b"], false);
        assert_eq!((tally.done, tally.failed, tally.left()), (2, 2, 0));
        assert_eq!(tally.gravest, Some(Kind::Bug));
        assert_eq!(failed, ["panic BM-INTERNAL", "unfit BM-UNFIT"]);
        let names: Vec<String> = shelf.0.lock().expect("shelf").keys().cloned().collect();
        assert_eq!(names, ["a.banmian.json", "a.pdf", "b.banmian.json", "b.pdf"]);
    }

    #[test]
    fn what_is_there_is_not_made_again_unless_something_changed() {
        let shelf = Shelf::default();
        let made = |version, force| {
            let hand = Hand { version, ..Hand::default() };
            let (tally, _) = run(&shelf, &hand, &["a", "b"], force);
            assert_eq!(tally.skipped + hand.made.load(Ordering::Relaxed), 2);
            hand.made.load(Ordering::Relaxed)
        };
        assert_eq!(made("1", false), 2, "nothing is there");
        assert_eq!(made("1", false), 0);
        assert_eq!(made("1", true), 2, "asked for");
        assert_eq!(made("2", false), 2, "another version");
        let change = |name: &str, bytes: Option<&[u8]>| {
            let mut files = shelf.0.lock().expect("shelf");
            match bytes {
                Some(bytes) => files.insert(name.to_owned(), bytes.to_vec()),
                None => files.remove(name),
            };
        };
        change("a.pdf", Some(b"b"));
        assert_eq!(made("2", false), 1, "a file is another");
        change("a.pdf", None);
        assert_eq!(made("2", false), 1, "a file is gone");
        change("b.banmian.json", None);
        assert_eq!(made("2", false), 1, "a ticket is gone");
        change("b.banmian.json", Some(b"{}"));
        assert_eq!(made("2", false), 1, "a ticket is none");
        let page = Page { key: "b".to_owned(), input: PathBuf::new() };
        let hand = Hand { version: "2", ..Hand::default() };
        let request = shelf.read(&page).expect("read").sha256();
        assert!(Ticket::valid(&shelf, &page, &hand, &request).is_some());
        assert!(Ticket::valid(&shelf, &page, &hand, "another").is_none(), "another request");
    }

    #[test]
    fn a_batch_that_is_stopped_finishes_what_is_in_hand() {
        for (key, done, failed) in [("last", 2, 0), ("lost", 1, 1), ("dropped", 1, 0)] {
            let (shelf, hand) = (Shelf::default(), Hand::default());
            let (tally, _) = run(&shelf, &hand, &["a", key, "b", "c"], false);
            let told = (tally.done, tally.failed, tally.left());
            assert_eq!(told, (done, failed, 4 - done - failed), "{key}");
        }
    }
}
