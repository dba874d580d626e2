//! Watching a page in work: how long each stage takes, and whether anybody still waits for it.

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use crate::engine::{CallObserver, RenderStage};
use crate::error::Error;
use crate::proto::StageTime;

/// The watch over one call.
#[derive(Debug)]
pub(crate) struct CallWatch {
    stage_starts: Mutex<Vec<(RenderStage, Instant)>>,
    /// The stage in work, for traces.
    span: Mutex<Option<tracing::Span>>,
    abandoned: Arc<AtomicBool>,
    deadline: Option<Instant>,
}

/// Stops the work when it is dropped: held by whoever waits.
#[derive(Debug)]
pub(crate) struct WaitGuard(Arc<AtomicBool>);

impl Drop for WaitGuard {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl CallWatch {
    /// A watch with a deadline, and the guard of whoever waits.
    pub(crate) fn new(deadline: Option<Instant>) -> (Self, WaitGuard) {
        let gone = Arc::new(AtomicBool::new(false));
        let (begun, span) = (Mutex::default(), Mutex::default());
        let watch = Self { stage_starts: begun, span, abandoned: Arc::clone(&gone), deadline };
        (watch, WaitGuard(gone))
    }

    /// Whether anybody still waits and time is left, for a queue; else why not.
    pub(crate) fn still_wanted(&self) -> impl Fn() -> Result<(), Error> + Clone + Send + use<> {
        let (gone, deadline) = (Arc::clone(&self.abandoned), self.deadline);
        move || check_alive(&gone, deadline)
    }

    /// What each stage took until now, in the order they began.
    pub(crate) fn stage_times(&self) -> Vec<StageTime> {
        let end = Instant::now();
        let begun = self.stage_starts.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut times: Vec<StageTime> = Vec::new();
        for (k, (stage, start)) in begun.iter().enumerate() {
            let next = begun.get(k + 1).map_or(end, |(_, next)| *next);
            let micros = u32::try_from((next - *start).as_micros()).unwrap_or(u32::MAX);
            match times.iter_mut().find(|time| time.stage == stage.name()) {
                Some(time) => time.micros += micros,
                None => times.push(StageTime { stage: stage.name().to_owned(), micros }),
            }
        }
        times
    }
}

impl CallObserver for CallWatch {
    fn enter(&self, stage: RenderStage) -> Result<(), Error> {
        let now = Instant::now();
        self.check_continue()?;
        let mut begun = self.stage_starts.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        begun.push((stage, now));
        // The span of the stage before ends here, that of the last one with the watch.
        let mut span = self.span.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *span = None;
        *span = Some(tracing::info_span!("stage", stage = stage.name()));
        Ok(())
    }

    fn check_continue(&self) -> Result<(), Error> {
        check_alive(&self.abandoned, self.deadline)
    }
}

fn check_alive(gone: &AtomicBool, deadline: Option<Instant>) -> Result<(), Error> {
    if gone.load(Ordering::Relaxed) {
        return Err(Error::Cancelled);
    }
    match deadline {
        Some(deadline) if Instant::now() >= deadline => Err(Error::DeadlineExceeded),
        Some(_) | None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::CallWatch;
    use crate::engine::{CallObserver, RenderStage};
    use crate::error::Error;

    #[test]
    fn work_stops_when_nobody_waits_or_time_is_up() {
        let (watch, waiting) = CallWatch::new(None);
        assert_eq!(watch.enter(RenderStage::Intake), Ok(()));
        drop(waiting);
        assert_eq!(watch.enter(RenderStage::Shape), Err(Error::Cancelled));
        assert!(watch.check_continue().is_err() && watch.still_wanted()().is_err());
        let (watch, _waiting) = CallWatch::new(Some(Instant::now()));
        assert_eq!(watch.enter(RenderStage::Intake), Err(Error::DeadlineExceeded));
    }
}
