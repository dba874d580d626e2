//! The one integration test binary of Banmian: it uses the library, the program and the service
//! only from outside.
//!
//! `GOLDEN=accept` rewrites the goldens. `BANMIAN_REQUIRE_TOOLS=1` makes a missing external tool a
//! failure instead of a skip. `BANMIAN_VERAPDF` names a command that runs veraPDF on a flavour and
//! a file. `BANMIAN_PDFJS` names a folder with pdfjs-dist and @napi-rs/canvas in its
//! `node_modules`. `PROPTEST_CASES=n` sets the number of generated pages and paragraphs.

mod bad;
mod batch;
mod canon;
mod cli;
mod conformance;
mod contract;
mod copy;
mod desk;
mod docs;
mod editor;
mod ends;
mod fonts;
mod golden;
mod house_style;
mod intake;
mod language;
mod lines;
mod makeup;
mod pdf;
mod pictures;
mod preflight;
mod press;
mod props;
mod reader;
mod record;
mod replay;
mod schema;
mod service;
mod spans;
mod stay;
mod support;
mod svg;
mod tidy;
mod wire;
mod wishes;
