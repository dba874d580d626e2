//! Renders a page from a record with the library: `cargo run --release --example one_page`.

use banmian::config::RequestLimits;
use banmian::engine::Engine;
use banmian::intake::read_record;
use banmian::proto::render_page_request::Source;
use banmian::proto::{Output, RenderPageRequest};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let engine = Engine::new(RequestLimits::default(), &[])?;
    let record = read_record(include_bytes!("../seeds/20231029.json"))?;
    let request = RenderPageRequest {
        source: Some(Source::Page(record)),
        outputs: vec![Output::PressPdf.into(), Output::PreviewPng.into()],
        ..RenderPageRequest::default()
    };
    // The observer can stop a call; `()` never does.
    let rendered = engine.render(request, &())?;
    for artifact in rendered.artifacts? {
        std::fs::write(&artifact.file_name, &artifact.bytes)?;
    }
    Ok(())
}
