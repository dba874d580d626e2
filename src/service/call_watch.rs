//! Watch over a page in work: the duration of each stage, and whether anybody still waits for it.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use crate::engine::{CallObserver, RenderStage};
use crate::error::Error;
use crate::proto::StageTime;

/// Watch over one call.
#[derive(Debug)]
pub(crate) struct CallWatch {
    /// Stages with the time at which they began.
    stage_starts: Mutex<Vec<(RenderStage, Instant)>>,
    /// Span of the current stage, for traces.
    span: Mutex<Option<tracing::Span>>,
    /// True once the caller has gone.
    abandoned: Arc<AtomicBool>,
    /// Time at which the work stops; `None` for no limit.
    deadline: Option<Instant>,
}

/// Guard of the task that waits. Dropping it stops the work.
#[derive(Debug)]
pub(crate) struct WaitGuard(Arc<AtomicBool>);

impl Drop for WaitGuard {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl CallWatch {
    /// Watch with a deadline, and the guard of the task that waits.
    pub(crate) fn new(deadline: Option<Instant>) -> (Self, WaitGuard) {
        let abandoned = Arc::new(AtomicBool::new(false));
        let guard = WaitGuard(Arc::clone(&abandoned));
        let (stage_starts, span) = (Mutex::default(), Mutex::default());
        (Self { stage_starts, span, abandoned, deadline }, guard)
    }

    /// Check for the queue, whether the call is still wanted. It fails with the reason why not.
    pub(crate) fn still_wanted(&self) -> impl Fn() -> Result<(), Error> + Clone + Send + use<> {
        let (abandoned, deadline) = (Arc::clone(&self.abandoned), self.deadline);
        move || check_alive(&abandoned, deadline)
    }
}

impl CallObserver for CallWatch {
    fn enter(&self, stage: RenderStage) -> Result<(), Error> {
        let now = Instant::now();
        // Each stage is a chance to stop before more work is done.
        self.check_continue()?;
        let mut starts = self.stage_starts.lock().unwrap_or_else(PoisonError::into_inner);
        starts.push((stage, now));
        // The span of the previous stage ends here, that of the last one with the watch.
        let mut span = self.span.lock().unwrap_or_else(PoisonError::into_inner);
        // Ended first: two stages never overlap in a trace.
        *span = None;
        *span = Some(tracing::info_span!("stage", stage = stage.name()));
        Ok(())
    }

    fn check_continue(&self) -> Result<(), Error> {
        check_alive(&self.abandoned, self.deadline)
    }

    fn stage_times(&self) -> Vec<StageTime> {
        let end = Instant::now();
        let starts = self.stage_starts.lock().unwrap_or_else(PoisonError::into_inner);
        let mut times: Vec<StageTime> = Vec::new();
        for (index, (stage, start)) in starts.iter().enumerate() {
            let next = starts.get(index + 1).map_or(end, |(_, next)| *next);
            let micros = u32::try_from((next - *start).as_micros()).unwrap_or(u32::MAX);
            // A stage may be entered several times, once for each file for example.
            match times.iter_mut().find(|time| time.stage == stage.name()) {
                Some(time) => time.micros += micros,
                None => times.push(StageTime { stage: stage.name().to_owned(), micros }),
            }
        }
        times
    }
}

fn check_alive(abandoned: &AtomicBool, deadline: Option<Instant>) -> Result<(), Error> {
    // Relaxed is enough: the flag guards no other data, and a late look costs a little work only.
    if abandoned.load(Ordering::Relaxed) {
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
