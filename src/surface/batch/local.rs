//! The engine of this process as a maker.

use crate::engine::{CallObserver, Engine, RenderResult, RenderStage};
use crate::error::Error;
use crate::image::sha256_hex;
use crate::surface::batch::{FinishedPage, PageFailure, PageMaker, PageRequest, StopSignal};
use crate::surface::watch::CallWatch;

/// Makes pages here.
pub(crate) struct LocalMaker<'a> {
    engine: Engine,
    fingerprint: String,
    stop: &'a StopSignal,
}

impl<'a> LocalMaker<'a> {
    pub(crate) fn new(engine: Engine, stop: &'a StopSignal) -> Self {
        Self { fingerprint: fingerprint(&engine), engine, stop }
    }
}

/// Everything beside request and version that the files of an engine depend on, as one SHA-256.
fn fingerprint(engine: &Engine) -> String {
    let mut text = String::new();
    for face in engine.fonts().catalog().faces() {
        text += &format!("{} {face:?}\n", face.sha256());
    }
    // Every value of a style is in its debug form, those too that are yet to come.
    text += &format!("{:?}\n{:?}", engine.styles(), engine.limits());
    sha256_hex(text.as_bytes())
}

/// A watch that ends the work when the batch is to drop its pages.
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
        if self.stop.now() { Err(Error::Cancelled) } else { self.watch.check_continue() }
    }
}

impl PageMaker for LocalMaker<'_> {
    fn version(&self) -> &str {
        env!("CARGO_PKG_VERSION")
    }

    fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    fn make(&self, _: &str, asked: PageRequest) -> Result<FinishedPage, PageFailure> {
        let engine = self.engine.clone().with_pictures(asked.pictures);
        let (watch, _waiting) = CallWatch::new(None);
        let halting = BatchObserver { watch: &watch, stop: self.stop };
        let RenderResult { report, artifacts } = engine.render(asked.request, &halting)?;
        let files = artifacts?.into_iter().map(|file| (file.file_name, file.bytes)).collect();
        Ok(FinishedPage { layout_hash: report.layout_hash, stages: watch.times(), files })
    }
}
