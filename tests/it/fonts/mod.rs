//! Custom fonts of a newsroom. Font files are made here from the built-in ones: none is taken from
//! the system.

mod faults;
mod make;
mod press;
mod program;
mod roles;

use banmian::config::RequestLimits;
use banmian::engine::{Engine, RenderResult};
use banmian::font::{FontFileError, FontFolder, FontSet};
use banmian::proto::render_page_request::Source;
use banmian::proto::{Output, RenderReport};

use crate::reader::{self, Pdf};
use crate::support::{engine, request};

/// Returns the fonts with a folder of these files, and the files that were rejected.
fn load(table: Option<&str>, files: &[(&str, Vec<u8>)]) -> (FontSet, Vec<FontFileError>) {
    let files = files.iter().map(|(name, bytes)| ((*name).to_owned(), bytes.clone())).collect();
    let folder = FontFolder { table: table.map(str::to_owned), files };
    engine().fonts().with_folder(folder).expect("the faces of the binary")
}

/// Returns the fonts with a folder of these files; none may be rejected.
fn fonts(table: Option<&str>, files: &[(&str, Vec<u8>)]) -> FontSet {
    let (fonts, faults) = load(table, files);
    assert!(faults.is_empty(), "{faults:?}");
    fonts
}

/// Renders a page with these fonts and house styles. Returns the report and the press file.
fn page(fonts: FontSet, styles: &[String], source: Source) -> (RenderReport, Vec<u8>) {
    let engine = Engine::with_fonts(fonts, RequestLimits::default(), styles).expect("an engine");
    let rendered = engine.render(request(source, &[Output::PressPdf]), &());
    let RenderResult { report, artifacts } = rendered.expect("a page");
    let [pdf] = artifacts.expect("a file").try_into().expect("one");
    (report, pdf.bytes)
}

/// Number of glyphs of a page that are drawn by a face whose name in the file ends with `name`.
fn drawn_by(pdf: &Pdf, name: &str) -> usize {
    let page = pdf.only();
    let ours = |font: &String| page.fonts[font].base.ends_with(name);
    page.glyphs.iter().filter(|glyph| ours(&glyph.font)).count()
}

fn read(pdf: &[u8]) -> Pdf {
    reader::read(pdf)
}
