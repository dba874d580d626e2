//! A fixed pool of threads that make pages, and the queue before it.
//!
//! Pages are work for a processor, so they never run on the threads that serve connections. Callers take turns: one that
//! sends a thousand pages waits behind its own. Interactive calls go before pages of batches, which get every fourth
//! turn all the same. What the queue cannot hold is turned away at once; a page that panics harms no other.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::error::Error;
use crate::service::panic_text::panic_text;

/// Stack of a worker: deep enough for any tree of cuts that the limits allow.
const STACK_BYTES: usize = 8 << 20;

/// Batches get one turn in so many, however many interactive calls wait.
const BATCH_TURN: u64 = 4;

/// Who a job is for: each waits in a line of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct QueueKey {
    /// The caller: its tenant, or its address.
    pub(crate) caller: Arc<str>,
    /// Whether nobody watches: a page of a batch.
    pub(crate) batch: bool,
    /// Jobs of the caller that may wait.
    pub(crate) max_waiting: usize,
}

/// Hands a result to who waits for it.
type DeliverResult = Box<dyn FnOnce()>;

/// A job that waits: what it does, and whether anybody still wants it.
struct QueuedJob {
    run: Box<dyn FnOnce() -> DeliverResult + Send>,
    is_wanted: Box<dyn Fn() -> bool + Send>,
}

/// The jobs of one caller.
struct CallerLane {
    key: QueueKey,
    jobs: VecDeque<QueuedJob>,
}

struct PoolState {
    /// Those whose turn comes first are first.
    lanes: VecDeque<CallerLane>,
    waiting: usize,
    max_waiting: usize,
    turns: u64,
    running: usize,
    closed: bool,
}

/// The pool. When the last handle goes, the workers finish what is queued and end.
#[derive(Clone)]
pub(crate) struct WorkerPool {
    shared: Arc<SharedPool>,
    /// Closes the queue when the last handle goes.
    _closer: Arc<PoolCloser>,
}

struct SharedPool {
    state: Mutex<PoolState>,
    job_added: Condvar,
}

struct PoolCloser(Arc<SharedPool>);

impl Drop for PoolCloser {
    fn drop(&mut self) {
        self.0.lock().closed = true;
        self.0.job_added.notify_all();
    }
}

impl SharedPool {
    fn lock(&self) -> MutexGuard<'_, PoolState> {
        // Nobody panics under the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl PoolState {
    /// Forgets the jobs that nobody waits for any more.
    fn drop_unwanted(&mut self) {
        for lane in &mut self.lanes {
            lane.jobs.retain(|job| (job.is_wanted)());
        }
        self.lanes.retain(|lane| !lane.jobs.is_empty());
        self.waiting = self.lanes.iter().map(|lane| lane.jobs.len()).sum();
    }

    fn waiting_for(&self, line: &QueueKey) -> usize {
        let own = self.lanes.iter().filter(|lane| lane.key.caller == line.caller);
        own.map(|lane| lane.jobs.len()).sum()
    }

    /// Puts a job into its line; gives it back if there is no room. Whoever has the longest line makes room for one
    /// who has less waiting: its last job is turned away.
    fn push(&mut self, line: QueueKey, job: QueuedJob) -> Result<Option<QueuedJob>, QueuedJob> {
        if self.waiting >= self.max_waiting || self.waiting_for(&line) >= line.max_waiting {
            self.drop_unwanted();
        }
        let own = self.waiting_for(&line);
        if own >= line.max_waiting {
            return Err(job);
        }
        let mut out = None;
        if self.waiting >= self.max_waiting {
            let longest = self.lanes.iter_mut().max_by_key(|lane| lane.jobs.len());
            // Equal shares stay as they are: the newcomer is the one too many.
            let Some(lane) = longest.filter(|lane| lane.jobs.len() > own + 1) else {
                return Err(job);
            };
            out = lane.jobs.pop_back();
            self.waiting -= 1;
        }
        match self.lanes.iter_mut().find(|lane| lane.key == line) {
            Some(lane) => lane.jobs.push_back(job),
            None => self.lanes.push_back(CallerLane { key: line, jobs: VecDeque::from([job]) }),
        }
        self.waiting += 1;
        Ok(out)
    }

    /// The next job; its caller goes to the end of the turns.
    fn pop(&mut self) -> Option<QueuedJob> {
        self.turns += 1;
        let batch_first = self.turns.is_multiple_of(BATCH_TURN);
        let wanted = |lane: &CallerLane| lane.key.batch == batch_first;
        let at = self.lanes.iter().position(wanted).unwrap_or(0);
        let mut lane = self.lanes.remove(at)?;
        let job = lane.jobs.pop_front();
        self.waiting -= usize::from(job.is_some());
        if !lane.jobs.is_empty() {
            self.lanes.push_back(lane);
        }
        job
    }
}

impl std::fmt::Debug for WorkerPool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (waiting, running) = self.load();
        f.debug_struct("Pool").field("waiting", &waiting).field("running", &running).finish()
    }
}

impl WorkerPool {
    /// A pool of `workers` threads with room for `queue` waiting jobs.
    ///
    /// # Errors
    /// The system gives no more threads.
    pub(crate) fn new(workers: usize, queue: usize) -> std::io::Result<Self> {
        let state = PoolState {
            lanes: VecDeque::new(),
            waiting: 0,
            max_waiting: queue,
            turns: 0,
            running: 0,
            closed: false,
        };
        let shared = Arc::new(SharedPool { state: Mutex::new(state), job_added: Condvar::new() });
        let closer = Arc::new(PoolCloser(Arc::clone(&shared)));
        for number in 0..workers.max(1) {
            let shared = Arc::clone(&shared);
            std::thread::Builder::new()
                .name(format!("banmian-page-{number}"))
                .stack_size(STACK_BYTES)
                .spawn(move || work_loop(&shared))?;
        }
        Ok(Self { shared, _closer: closer })
    }

    /// Jobs that wait, and jobs in work.
    pub(crate) fn load(&self) -> (usize, usize) {
        let mut state = self.shared.lock();
        // Whose callers have left is no load.
        state.drop_unwanted();
        (state.waiting, state.running)
    }

    /// Whether another job would find room.
    pub(crate) fn has_room(&self) -> bool {
        let mut state = self.shared.lock();
        state.drop_unwanted();
        state.waiting < state.max_waiting
    }

    /// Runs a job in the pool and waits for it without holding a thread. A job that nobody wants any more before its
    /// turn comes is not run.
    ///
    /// # Errors
    /// The queue is full, why the job was not wanted any more, or its own error; a panic becomes [`Error::Internal`].
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        line: QueueKey,
        wanted: impl Fn() -> Result<(), Error> + Clone + Send + 'static,
        job: impl FnOnce() -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (reply, answer) = oneshot::channel();
        let run = Box::new(move || {
            let result = catch_unwind(AssertUnwindSafe(job));
            let result =
                result.unwrap_or_else(|panic| Err(Error::Internal(panic_text(panic.as_ref()))));
            let tell: DeliverResult = Box::new(move || {
                // Nobody waits any more: the result is dropped.
                let _ = reply.send(result);
            });
            tell
        });
        let turned_away = {
            let mut state = self.shared.lock();
            let wanted = wanted.clone();
            let job = QueuedJob { run, is_wanted: Box::new(move || wanted().is_ok()) };
            state.push(line, job).map_err(drop)
        };
        // What was turned away for this one is dropped outside the lock, which tells its caller.
        let Ok(turned_away) = turned_away else { return Err(Error::Busy) };
        drop(turned_away);
        self.shared.job_added.notify_one();
        // A job that was dropped before its turn was not wanted any more, or turned away for another caller's.
        answer.await.unwrap_or_else(|_| Err(wanted().err().unwrap_or(Error::Busy)))
    }
}

fn work_loop(shared: &SharedPool) {
    let mut state = shared.lock();
    loop {
        if let Some(job) = state.pop() {
            state.running += 1;
            drop(state);
            let tell = (job.is_wanted)().then(|| (job.run)());
            // Who has the answer finds the job counted no more.
            shared.lock().running -= 1;
            if let Some(tell) = tell {
                tell();
            }
            state = shared.lock();
        } else if state.closed {
            return;
        } else {
            state = shared.job_added.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::sync::mpsc::{Sender, channel};
    use std::sync::{Arc, Mutex};

    use super::{DeliverResult, PoolState, QueueKey, QueuedJob, WorkerPool};
    use crate::error::Error;

    fn line(caller: &str, batch: bool) -> QueueKey {
        QueueKey { caller: caller.into(), batch, max_waiting: 100 }
    }

    #[tokio::test]
    async fn a_panic_harms_no_other_job() {
        let pool = WorkerPool::new(1, 4).expect("pool");
        let bug = pool.run::<()>(line("a", false), || Ok(()), || panic!("page seven")).await;
        assert_eq!(bug, Err(Error::Internal("page seven".to_owned())));
        assert_eq!(pool.run(line("a", false), || Ok(()), || Ok(7)).await, Ok(7));
    }

    /// A pool of one worker that is held until the sender is used or dropped.
    async fn held(queue: usize) -> (WorkerPool, Sender<()>) {
        let pool = WorkerPool::new(1, queue).expect("pool");
        let (hold, held) = channel::<()>();
        let (begun, begins) = channel::<()>();
        let running = pool.clone();
        tokio::spawn(async move {
            let job = move || {
                begun.send(()).map_err(|_| Error::Cancelled)?;
                let _ = held.recv();
                Ok(())
            };
            running.run(line("holder", false), || Ok(()), job).await
        });
        tokio::task::spawn_blocking(move || begins.recv()).await.expect("join").expect("begun");
        (pool, hold)
    }

    #[tokio::test]
    async fn what_the_queue_cannot_hold_is_turned_away() {
        let (pool, hold) = held(1).await;
        // Of two more jobs one sits in the queue and the other finds it full, at once.
        let more = || {
            let pool = pool.clone();
            tokio::spawn(async move { pool.run(line("a", false), || Ok(()), || Ok(1)).await })
        };
        let (mut first, mut second) = (more(), more());
        let (refused, waiting) = tokio::select! {
            result = &mut first => (result, second),
            result = &mut second => (result, first),
        };
        assert_eq!(refused.expect("join"), Err(Error::Busy));
        drop(hold);
        assert_eq!(waiting.await.expect("join"), Ok(1));
        assert_eq!(pool.load(), (0, 0), "nothing waits and nothing runs");
    }

    #[tokio::test]
    async fn a_job_that_nobody_wants_makes_room() {
        let (pool, hold) = held(1).await;
        let wanted = Arc::new(AtomicBool::new(true));
        let ran = Arc::new(AtomicBool::new(false));
        let gone = {
            let (pool, wanted, ran) = (pool.clone(), Arc::clone(&wanted), Arc::clone(&ran));
            tokio::spawn(async move {
                let job = move || {
                    ran.store(true, Ordering::Relaxed);
                    Ok(())
                };
                let wanted = move || {
                    wanted.load(Ordering::Relaxed).then_some(()).ok_or(Error::DeadlineExceeded)
                };
                pool.run(line("a", false), wanted, job).await
            })
        };
        while pool.load().0 == 0 {
            tokio::task::yield_now().await;
        }
        wanted.store(false, Ordering::Relaxed);
        let next = {
            let pool = pool.clone();
            tokio::spawn(async move { pool.run(line("b", false), || Ok(()), || Ok(2)).await })
        };
        assert_eq!(gone.await.expect("join"), Err(Error::DeadlineExceeded), "not: busy");
        drop(hold);
        assert_eq!(next.await.expect("join"), Ok(2));
        assert!(!ran.load(Ordering::Relaxed));
    }

    fn state(most: usize) -> PoolState {
        PoolState {
            lanes: VecDeque::new(),
            waiting: 0,
            max_waiting: most,
            turns: 0,
            running: 0,
            closed: false,
        }
    }

    /// Pushes named jobs and gives the order in which they run.
    fn order(jobs: &[(&str, bool)]) -> Vec<String> {
        let mut state = state(100);
        let ran = Arc::new(Mutex::new(Vec::new()));
        for (k, (caller, batch)) in jobs.iter().enumerate() {
            let (ran, name) = (Arc::clone(&ran), format!("{caller}{k}"));
            let run = move || -> DeliverResult {
                ran.lock().expect("lock").push(name);
                Box::new(|| ())
            };
            let job = QueuedJob { run: Box::new(run), is_wanted: Box::new(|| true) };
            assert!(state.push(line(caller, *batch), job).is_ok());
        }
        while let Some(job) = state.pop() {
            (job.run)()();
        }
        assert_eq!(state.waiting, 0);
        let ran = ran.lock().expect("lock");
        ran.clone()
    }

    #[test]
    fn callers_take_turns_and_batches_get_one_in_four() {
        let jobs = [("a", false), ("a", false), ("a", false), ("b", false), ("c", false)];
        assert_eq!(order(&jobs), ["a0", "b3", "c4", "a1", "a2"]);
        let jobs = [
            ("n", true),
            ("n", true),
            ("a", false),
            ("a", false),
            ("a", false),
            ("a", false),
            ("a", false),
        ];
        assert_eq!(order(&jobs), ["a2", "a3", "a4", "n0", "a5", "a6", "n1"]);
    }

    #[test]
    fn the_longest_line_makes_room_for_who_has_less() {
        let job = || QueuedJob { run: Box::new(|| Box::new(|| ())), is_wanted: Box::new(|| true) };
        let mut state = state(3);
        for _ in 0..3 {
            assert!(matches!(state.push(line("greedy", false), job()), Ok(None)));
        }
        assert!(state.push(line("greedy", false), job()).is_err());
        assert!(matches!(state.push(line("modest", false), job()), Ok(Some(_))));
        assert!(state.push(line("modest", false), job()).is_err(), "2 and 1 are fair shares");
        let narrow = QueueKey { max_waiting: 1, ..line("narrow", false) };
        assert!(matches!(state.push(narrow.clone(), job()), Ok(Some(_))));
        assert!(state.push(narrow, job()).is_err(), "its own limit");
        assert_eq!(state.waiting, 3);
    }
}
