//! A fixed pool of threads that make pages, and the queue before it.
//!
//! Pages are work for a processor, so they never run on the threads that serve connections. What the
//! queue cannot hold is turned away at once; a page that panics harms no other.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::oneshot;

use crate::error::Error;

/// Stack of a worker: deep enough for any tree of cuts that the limits allow.
const STACK_BYTES: usize = 8 << 20;

type Job = Box<dyn FnOnce() + Send>;

/// The pool. Dropping it lets the workers finish what is queued.
#[derive(Clone, Debug)]
pub(crate) struct Pool {
    sender: SyncSender<Job>,
}

impl Pool {
    /// A pool of `workers` threads with room for `queue` waiting jobs.
    ///
    /// # Errors
    /// The system gives no more threads.
    pub(crate) fn new(workers: usize, queue: usize) -> std::io::Result<Self> {
        let (sender, receiver) = sync_channel::<Job>(queue);
        let receiver = Arc::new(Mutex::new(receiver));
        for number in 0..workers.max(1) {
            let receiver = Arc::clone(&receiver);
            std::thread::Builder::new()
                .name(format!("banmian-page-{number}"))
                .stack_size(STACK_BYTES)
                .spawn(move || work(&receiver))?;
        }
        Ok(Self { sender })
    }

    /// Runs a job in the pool and waits for it without holding a thread.
    ///
    /// # Errors
    /// The queue is full, or the job's own error; a panic becomes [`Error::Bug`].
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (reply, answer) = oneshot::channel();
        let job = Box::new(move || {
            let result = catch_unwind(AssertUnwindSafe(job));
            let result = result.unwrap_or_else(|panic| Err(Error::Bug(told(panic.as_ref()))));
            // Nobody waits any more: the result is dropped.
            let _ = reply.send(result);
        });
        match self.sender.try_send(job) {
            Ok(()) => answer.await.unwrap_or(Err(Error::Draining)),
            Err(TrySendError::Full(_)) => Err(Error::Busy),
            Err(TrySendError::Disconnected(_)) => Err(Error::Draining),
        }
    }
}

fn work(receiver: &Mutex<Receiver<Job>>) {
    loop {
        // The lock is held while waiting: one idle worker waits, the others wait for it.
        let next = receiver.lock().unwrap_or_else(PoisonError::into_inner).recv();
        match next {
            Ok(job) => job(),
            Err(_) => return,
        }
    }
}

fn told(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
    text.unwrap_or_else(|| "panic".to_owned())
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;

    use super::Pool;
    use crate::error::Error;

    #[tokio::test]
    async fn a_panic_harms_no_other_job() {
        let pool = Pool::new(1, 4).expect("pool");
        let bug = pool.run::<()>(|| panic!("page seven")).await;
        assert_eq!(bug, Err(Error::Bug("page seven".to_owned())));
        assert_eq!(pool.run(|| Ok(7)).await, Ok(7));
    }

    #[tokio::test]
    async fn what_the_queue_cannot_hold_is_turned_away() {
        let pool = Pool::new(1, 1).expect("pool");
        let (hold, held) = channel::<()>();
        let (begun, begins) = channel::<()>();
        let running = tokio::spawn({
            let pool = pool.clone();
            async move {
                pool.run(move || {
                    begun.send(()).map_err(|_| Error::Cancelled)?;
                    held.recv().map_err(|_| Error::Cancelled)
                })
                .await
            }
        });
        tokio::task::spawn_blocking(move || begins.recv()).await.expect("join").expect("begun");
        // Of two more jobs one sits in the queue and the other finds it full, at once.
        let more = || {
            let pool = pool.clone();
            tokio::spawn(async move { pool.run(|| Ok(1)).await })
        };
        let (mut first, mut second) = (more(), more());
        let (refused, waiting) = tokio::select! {
            result = &mut first => (result, second),
            result = &mut second => (result, first),
        };
        assert_eq!(refused.expect("join"), Err(Error::Busy));
        hold.send(()).expect("held");
        assert_eq!(running.await.expect("join"), Ok(()));
        assert_eq!(waiting.await.expect("join"), Ok(1));
    }
}
