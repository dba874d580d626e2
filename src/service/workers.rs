//! Fixed pool of worker threads, and the queue in front of it.
//!
//! Pages need a processor, so they never run on the threads that serve connections. Callers take
//! turns: a caller that sends a thousand pages waits behind its own. Interactive jobs go before
//! pages of batches, but batches get every fourth turn. A job that the queue has no room for is
//! rejected at once. A page that panics harms no other.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;

use crate::error::Error;
use crate::service::load::JobLoad;
use crate::service::panic_text::panic_text;

/// Stack of a worker: deep enough for any slicing tree that the limits allow.
const STACK_BYTES: usize = 8 << 20;

/// Batches get one turn in this many, however many interactive jobs wait.
const BATCH_TURN: u64 = 4;

/// Class of a job, which decides whose turn comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum QueueClass {
    /// Someone is waiting for the result.
    Interactive,
    /// A page of a batch.
    Batch,
}

/// Queue of a job: each caller has one for each class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct QueueKey {
    /// The caller: its tenant, or its address.
    pub(crate) caller: Arc<str>,
    /// Class of the jobs.
    pub(crate) class: QueueClass,
    /// Jobs of the caller that may wait.
    pub(crate) max_waiting: usize,
}

/// Delivers the result of a finished job to the task that awaits it.
type DeliverResult = Box<dyn FnOnce()>;

/// A job in the queue.
struct QueuedJob {
    run: Box<dyn FnOnce() -> DeliverResult + Send>,
    /// Returns false once the caller no longer wants the result.
    is_wanted: Box<dyn Fn() -> bool + Send>,
}

/// Queue of one caller and class.
struct CallerLane {
    key: QueueKey,
    jobs: VecDeque<QueuedJob>,
}

struct PoolState {
    /// Queues in the order of their turns.
    lanes: VecDeque<CallerLane>,
    /// Number of jobs that wait.
    waiting: usize,
    /// Largest number of jobs that may wait.
    max_waiting: usize,
    /// Number of turns so far.
    turns: u64,
    /// Number of jobs that run.
    running: usize,
    /// True once no job is accepted any more.
    closed: bool,
}

/// Pool of worker threads. When the last clone is dropped, the workers finish the queue and end.
#[derive(Clone)]
pub(crate) struct WorkerPool {
    shared: Arc<SharedPool>,
    /// Closes the queue when the last clone is dropped.
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
        // All of them: each worker has to see that the queue is closed.
        self.0.job_added.notify_all();
    }
}

impl SharedPool {
    fn lock(&self) -> MutexGuard<'_, PoolState> {
        // Nothing panics under the lock.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl PoolState {
    /// Drops the jobs that their callers no longer want.
    fn drop_unwanted(&mut self) {
        for lane in &mut self.lanes {
            lane.jobs.retain(|job| (job.is_wanted)());
        }
        self.lanes.retain(|lane| !lane.jobs.is_empty());
        // Counted again rather than adjusted: this runs only when room is short or somebody asks.
        self.waiting = self.lanes.iter().map(|lane| lane.jobs.len()).sum();
    }

    /// Number of waiting jobs of a caller, of both classes.
    fn waiting_for(&self, key: &QueueKey) -> usize {
        let lanes = self.lanes.iter().filter(|lane| lane.key.caller == key.caller);
        lanes.map(|lane| lane.jobs.len()).sum()
    }

    /// Puts a job into its queue. Returns the job that is dropped for it, if any: when the pool is
    /// full, the longest queue gives up its last job to a caller with fewer jobs.
    ///
    /// # Errors
    /// The job itself, if there is no room for it.
    fn push(&mut self, key: QueueKey, job: QueuedJob) -> Result<Option<QueuedJob>, QueuedJob> {
        // Asking every job whether it is wanted takes time, so it is done only when there is no
        // room.
        if self.waiting >= self.max_waiting || self.waiting_for(&key) >= key.max_waiting {
            self.drop_unwanted();
        }
        // After the clean-up, which may have removed jobs of this caller.
        let own = self.waiting_for(&key);
        if own >= key.max_waiting {
            return Err(job);
        }
        let mut dropped = None;
        if self.waiting >= self.max_waiting {
            let longest = self.lanes.iter_mut().max_by_key(|lane| lane.jobs.len());
            // Equal shares stay as they are: the new job is the one too many.
            let Some(lane) = longest.filter(|lane| lane.jobs.len() > own + 1) else {
                return Err(job);
            };
            // The last job has waited least. It is returned, because dropping it here would wake
            // its caller under the lock.
            dropped = lane.jobs.pop_back();
            self.waiting -= 1;
        }
        match self.lanes.iter_mut().find(|lane| lane.key == key) {
            Some(lane) => lane.jobs.push_back(job),
            None => self.lanes.push_back(CallerLane { key, jobs: VecDeque::from([job]) }),
        }
        self.waiting += 1;
        Ok(dropped)
    }

    /// Takes the next job; its queue goes to the end of the turns.
    ///
    /// Queues rotate, so each caller gets a turn before any gets a second one of the same class.
    /// Every turn whose number is a multiple of [`BATCH_TURN`] prefers batches, so neither class
    /// can starve the other.
    fn pop(&mut self) -> Option<QueuedJob> {
        self.turns += 1;
        let class = if self.turns.is_multiple_of(BATCH_TURN) {
            QueueClass::Batch
        } else {
            QueueClass::Interactive
        };
        // Without a job of the class whose turn it is, the first queue goes on.
        let index = self.lanes.iter().position(|lane| lane.key.class == class).unwrap_or(0);
        // Index 0 of an empty queue: there is no job at all.
        let mut lane = self.lanes.remove(index)?;
        let job = lane.jobs.pop_front();
        self.waiting -= usize::from(job.is_some());
        // Back to the end, behind all other callers: this is how they take turns.
        if !lane.jobs.is_empty() {
            self.lanes.push_back(lane);
        }
        job
    }
}

impl std::fmt::Debug for WorkerPool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let JobLoad { waiting, running } = self.load();
        f.debug_struct("WorkerPool").field("waiting", &waiting).field("running", &running).finish()
    }
}

impl WorkerPool {
    /// Starts `workers` threads with a queue of `queue` jobs.
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
        // Workers hold `shared` only, so the closer is dropped when the last pool is, not when they
        // end.
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

    /// Waiting and running jobs.
    pub(crate) fn load(&self) -> JobLoad {
        let mut state = self.shared.lock();
        // Jobs whose callers have gone are no load.
        state.drop_unwanted();
        JobLoad { waiting: state.waiting, running: state.running }
    }

    /// True if the queue has room for another job.
    pub(crate) fn has_room(&self) -> bool {
        let mut state = self.shared.lock();
        state.drop_unwanted();
        state.waiting < state.max_waiting
    }

    /// Runs a job on a worker and waits for its result without holding a thread. A job that
    /// the caller no longer wants when its turn comes is not run. `still_wanted` fails with the
    /// reason why.
    ///
    /// # Errors
    /// The queue is full, the reason why the job was not wanted any more, or the error of the job.
    /// A panic becomes [`Error::Internal`].
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        key: QueueKey,
        still_wanted: impl Fn() -> Result<(), Error> + Clone + Send + 'static,
        job: impl FnOnce() -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (reply, answer) = oneshot::channel();
        let run = Box::new(move || {
            // A worker outlives the panic of a page.
            let result = catch_unwind(AssertUnwindSafe(job));
            let result =
                result.unwrap_or_else(|panic| Err(Error::Internal(panic_text(panic.as_ref()))));
            // Delivering is a separate step, so that the worker can stop counting the job before
            // it.
            let deliver: DeliverResult = Box::new(move || {
                // If the caller has gone, the result is dropped.
                let _ = reply.send(result);
            });
            deliver
        });
        let pushed = {
            let mut state = self.shared.lock();
            // One copy for the queue, one for the reason below.
            let still_wanted = still_wanted.clone();
            let is_wanted = Box::new(move || still_wanted().is_ok());
            state.push(key, QueuedJob { run, is_wanted }).map_err(drop)
        };
        // A job that made room for this one is dropped outside the lock, which tells its caller.
        let Ok(dropped) = pushed else { return Err(Error::Busy) };
        drop(dropped);
        // After the lock is released, or the woken worker would wait for it at once.
        self.shared.job_added.notify_one();
        // A job that is dropped before its turn was not wanted, or made room for another.
        answer.await.unwrap_or_else(|_| Err(still_wanted().err().unwrap_or(Error::Busy)))
    }
}

fn work_loop(shared: &SharedPool) {
    let mut state = shared.lock();
    loop {
        if let Some(job) = state.pop() {
            state.running += 1;
            // A page takes long: the lock is not held while it runs.
            drop(state);
            let deliver = (job.is_wanted)().then(|| (job.run)());
            // The job is no longer counted when its caller has the result.
            shared.lock().running -= 1;
            if let Some(deliver) = deliver {
                deliver();
            }
            state = shared.lock();
        } else if state.closed {
            // Only an empty queue ends a worker: jobs that were taken in are finished.
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

    use super::QueueClass::{self, Batch, Interactive};
    use super::{DeliverResult, PoolState, QueueKey, QueuedJob, WorkerPool};
    use crate::error::Error;
    use crate::service::load::JobLoad;

    fn queue_of(caller: &str, class: QueueClass) -> QueueKey {
        QueueKey { caller: caller.into(), class, max_waiting: 100 }
    }

    #[tokio::test]
    async fn a_panic_harms_no_other_job() {
        let pool = WorkerPool::new(1, 4).expect("pool");
        let bug =
            pool.run::<()>(queue_of("a", Interactive), || Ok(()), || panic!("page seven")).await;
        assert_eq!(bug, Err(Error::Internal("page seven".to_owned())));
        assert_eq!(pool.run(queue_of("a", Interactive), || Ok(()), || Ok(7)).await, Ok(7));
    }

    /// Pool with one worker, which is blocked until the sender is used or dropped.
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
            running.run(queue_of("holder", Interactive), || Ok(()), job).await
        });
        tokio::task::spawn_blocking(move || begins.recv()).await.expect("join").expect("begun");
        (pool, hold)
    }

    #[tokio::test]
    async fn a_job_without_room_in_the_queue_is_rejected() {
        let (pool, hold) = held(1).await;
        // Of two more jobs one waits in the queue and the other is rejected at once.
        let more = || {
            let pool = pool.clone();
            tokio::spawn(
                async move { pool.run(queue_of("a", Interactive), || Ok(()), || Ok(1)).await },
            )
        };
        let (mut first, mut second) = (more(), more());
        let (rejected, waiting) = tokio::select! {
            result = &mut first => (result, second),
            result = &mut second => (result, first),
        };
        assert_eq!(rejected.expect("join"), Err(Error::Busy));
        drop(hold);
        assert_eq!(waiting.await.expect("join"), Ok(1));
        assert_eq!(pool.load(), JobLoad { waiting: 0, running: 0 });
    }

    #[tokio::test]
    async fn an_unwanted_job_makes_room() {
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
                pool.run(queue_of("a", Interactive), wanted, job).await
            })
        };
        while pool.load().waiting == 0 {
            tokio::task::yield_now().await;
        }
        wanted.store(false, Ordering::Relaxed);
        let next = {
            let pool = pool.clone();
            tokio::spawn(
                async move { pool.run(queue_of("b", Interactive), || Ok(()), || Ok(2)).await },
            )
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

    /// Pushes jobs and returns their names in the order in which they run.
    fn order(jobs: &[(&str, QueueClass)]) -> Vec<String> {
        let mut state = state(100);
        let ran = Arc::new(Mutex::new(Vec::new()));
        for (index, (caller, class)) in jobs.iter().enumerate() {
            let (ran, name) = (Arc::clone(&ran), format!("{caller}{index}"));
            let run = move || -> DeliverResult {
                ran.lock().expect("lock").push(name);
                Box::new(|| ())
            };
            let job = QueuedJob { run: Box::new(run), is_wanted: Box::new(|| true) };
            assert!(state.push(queue_of(caller, *class), job).is_ok());
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
        let jobs = [
            ("a", Interactive),
            ("a", Interactive),
            ("a", Interactive),
            ("b", Interactive),
            ("c", Interactive),
        ];
        assert_eq!(order(&jobs), ["a0", "b3", "c4", "a1", "a2"]);
        let jobs = [
            ("n", Batch),
            ("n", Batch),
            ("a", Interactive),
            ("a", Interactive),
            ("a", Interactive),
            ("a", Interactive),
            ("a", Interactive),
        ];
        assert_eq!(order(&jobs), ["a2", "a3", "a4", "n0", "a5", "a6", "n1"]);
    }

    #[test]
    fn the_longest_queue_makes_room_for_a_shorter_one() {
        let job = || QueuedJob { run: Box::new(|| Box::new(|| ())), is_wanted: Box::new(|| true) };
        let mut state = state(3);
        for _ in 0..3 {
            assert!(matches!(state.push(queue_of("greedy", Interactive), job()), Ok(None)));
        }
        assert!(state.push(queue_of("greedy", Interactive), job()).is_err());
        assert!(matches!(state.push(queue_of("modest", Interactive), job()), Ok(Some(_))));
        assert!(
            state.push(queue_of("modest", Interactive), job()).is_err(),
            "2 and 1 are fair shares"
        );
        let narrow = QueueKey { max_waiting: 1, ..queue_of("narrow", Interactive) };
        assert!(matches!(state.push(narrow.clone(), job()), Ok(Some(_))));
        assert!(state.push(narrow, job()).is_err(), "its own limit");
        assert_eq!(state.waiting, 3);
    }
}
