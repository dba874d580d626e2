//! Banmian (版面) typesets Chinese broadsheet newspaper pages from article records.
//!
//! A page starts as a record: its articles with their heads, bodies and pictures, and requests of
//! the layout desk, if there are any. An [`engine::Engine`] checks the record, breaks the copy into
//! lines, makes up the page and writes the files that were requested. It keeps fonts and house
//! styles in memory; make one per process and clone it freely.
//!
//! # A first page
//!
//! A record is a [`proto::PageRecord`]. It can be read from its JSON, as here, or built in Rust.
//!
//! ```
//! use banmian::config::RequestLimits;
//! use banmian::engine::Engine;
//! use banmian::intake::read_record;
//! use banmian::proto::render_page_request::Source;
//! use banmian::proto::{Output, RenderPageRequest};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let json = r#"{
//!     "date": "2026-03-04",
//!     "articles": [{
//!         "headline": "示例大桥今日通车",
//!         "body": [{ "paragraph": { "text": "示例大桥今日通车，两岸车程缩短一半。" } }]
//!     }]
//! }"#;
//! let record = read_record(json.as_bytes())?;
//!
//! let engine = Engine::new(RequestLimits::default(), &[])?;
//! let request = RenderPageRequest {
//!     source: Some(Source::Page(record)),
//!     outputs: vec![Output::GeometryJson.into()],
//!     ..RenderPageRequest::default()
//! };
//! // `()` is an observer that never stops the work.
//! let rendered = engine.render(request, &())?;
//!
//! // The report is always there. It says where everything stands, and how the copy fits.
//! let geometry = rendered.report.geometry.ok_or("no geometry")?;
//! assert_eq!(geometry.modules.len(), 1);
//! assert_eq!(geometry.fit[0].over_chars, 0);
//!
//! // The files are missing if the copy does not fit and the policy is strict.
//! let files = rendered.artifacts?;
//! assert_eq!(files[0].file_name, "20260304.geometry.json");
//! # Ok(())
//! # }
//! ```
//!
//! Request [`proto::Output::PressPdf`] or [`proto::Output::PreviewPng`] for something to look at:
//! `cargo run --release --example one_page` does.
//!
//! # Where to read on
//!
//! - [`intake`] reads records and plain copy and reports what is wrong with them.
//! - [`engine`] has the calls: [`engine::Engine::render`], [`engine::Engine::plan`] for layouts
//!   without files, [`engine::Engine::measure`] and [`engine::Engine::explain`] for one article.
//! - [`model::HouseStyle`] holds the sizes, faces and rules of a paper; its file is documented in
//!   `src/model/broadsheet.toml`.
//! - [`finding`] lists everything that can be reported about copy, page or file.
//! - The stages in between are [`mod@line`], [`fit`] and [`makeup`]; the writers are in [`output`].

#[cfg(all(feature = "grpc", feature = "pdf", feature = "preview"))]
mod batch;
#[cfg(all(feature = "grpc", feature = "pdf", feature = "preview"))]
pub mod cli;
#[cfg(all(feature = "grpc", feature = "pdf", feature = "preview"))]
mod client;
pub mod colour;
pub mod compare;
pub mod config;
#[cfg(feature = "grpc")]
mod contract;
pub mod engine;
pub mod error;
#[cfg(all(feature = "grpc", feature = "pdf", feature = "preview"))]
mod files;
pub mod finding;
pub mod fit;
pub mod font;
pub mod image;
pub mod intake;
pub mod line;
pub mod makeup;
pub mod model;
pub mod output;
pub mod page;
#[cfg(feature = "pdf")]
pub mod preflight;
pub mod proto;
pub mod report;
pub mod script;
#[cfg(all(feature = "grpc", feature = "pdf", feature = "preview"))]
pub mod server;
#[cfg(all(feature = "grpc", feature = "pdf", feature = "preview"))]
mod service;
pub mod unit;
