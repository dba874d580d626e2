//! The engine of this process as a maker.

use crate::engine::{Engine, Observer, Rendered, Stage};
use crate::error::Error;
use crate::image::sha256;
use crate::surface::batch::{Asked, Failure, Made, Maker, Stop};
use crate::surface::watch::Watch;

/// Makes pages here.
pub(crate) struct Local<'a> {
    engine: Engine,
    fingerprint: String,
    stop: &'a Stop,
}

impl<'a> Local<'a> {
    pub(crate) fn new(engine: Engine, stop: &'a Stop) -> Self {
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
    sha256(text.as_bytes())
}

/// A watch that ends the work when the batch is to drop its pages.
struct Halting<'a> {
    watch: &'a Watch,
    stop: &'a Stop,
}

impl Observer for Halting<'_> {
    fn enter(&self, stage: Stage) -> Result<(), Error> {
        self.go_on()?;
        self.watch.enter(stage)
    }

    fn go_on(&self) -> Result<(), Error> {
        if self.stop.now() { Err(Error::Cancelled) } else { self.watch.go_on() }
    }
}

impl Maker for Local<'_> {
    fn version(&self) -> &str {
        env!("CARGO_PKG_VERSION")
    }

    fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    fn make(&self, _: &str, asked: Asked) -> Result<Made, Failure> {
        let engine = self.engine.clone().with_pictures(asked.pictures);
        let (watch, _waiting) = Watch::new(None);
        let halting = Halting { watch: &watch, stop: self.stop };
        let Rendered { report, artifacts } = engine.render(asked.request, &halting)?;
        let files = artifacts?.into_iter().map(|file| (file.file_name, file.bytes)).collect();
        Ok(Made { layout_hash: report.layout_hash, stages: watch.times(), files })
    }
}
