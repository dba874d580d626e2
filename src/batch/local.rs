//! The engine of this process as a maker.

use crate::batch::failure::PageFailure;
use crate::batch::maker::PageMaker;
use crate::batch::page::{FinishedPage, PageRequest};
use crate::batch::stop::StopSignal;
use crate::engine::{CallObserver, Engine, RenderResult, RenderStage};
use crate::error::Error;
use crate::image::sha256_hex;
use crate::proto::StageTime;
use crate::service::call_watch::CallWatch;

/// Maker that renders in this process.
pub(crate) struct LocalMaker<'a> {
    engine: Engine,
    fingerprint: String,
    stop: &'a StopSignal,
}

impl<'a> LocalMaker<'a> {
    /// Maker with an engine; it drops its page when `stop` is immediate.
    pub(crate) fn new(engine: Engine, stop: &'a StopSignal) -> Self {
        Self { fingerprint: fingerprint(&engine), engine, stop }
    }
}

/// SHA-256 of everything beside request and version that the files of an engine depend on.
fn fingerprint(engine: &Engine) -> String {
    let mut text = String::new();
    // The order of the faces counts too, because it decides on fallbacks.
    for face in engine.fonts().catalog().faces() {
        text += &format!("{} {face:?}\n", face.sha256());
    }
    // The debug form of a style has all its values, those of later versions too.
    text += &format!("{:?}\n{:?}", engine.styles(), engine.limits());
    sha256_hex(text.as_bytes())
}

/// Watch that also ends the work when the batch drops its pages.
struct BatchObserver<'a> {
    watch: &'a CallWatch,
    stop: &'a StopSignal,
}

impl CallObserver for BatchObserver<'_> {
    fn enter(&self, stage: RenderStage) -> Result<(), Error> {
        self.check_continue()?;
        self.watch.enter(stage)
    }

    fn check_continue(&self) -> Result<(), Error> {
        if self.stop.is_immediate() { Err(Error::Cancelled) } else { self.watch.check_continue() }
    }

    fn stage_times(&self) -> Vec<StageTime> {
        self.watch.stage_times()
    }
}

impl PageMaker for LocalMaker<'_> {
    fn version(&self) -> &str {
        env!("CARGO_PKG_VERSION")
    }

    fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    fn make(&self, _: &str, request: PageRequest) -> Result<FinishedPage, PageFailure> {
        let engine = self.engine.clone().with_pictures(request.pictures);
        // The guard lives until the page is done; dropping it would stop the work.
        let (watch, _guard) = CallWatch::new(None);
        let observer = BatchObserver { watch: &watch, stop: self.stop };
        let RenderResult { report, artifacts } = engine.render(request.request, &observer)?;
        let files = artifacts?.into_iter().map(|file| (file.file_name, file.bytes)).collect();
        Ok(FinishedPage { layout_hash: report.layout_hash, stages: report.stage_times, files })
    }
}
