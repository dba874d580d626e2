//! PDF: for the press, for proofreaders, for readers.
//!
//! printpdf owns document, pages, operators, colours and graphics states (`ops`). What it does not do right for
//! a press (see docs/develop/ARCHITECTURE.md) is added on the lopdf document that it hands out (`post`): the fonts, the
//! pictures, the boxes, output intent, metadata (`meta`), threads and outline (`nav`), links (`links`), the tree of tags (`tags`) and the
//! identifier. No other module names printpdf or lopdf.

mod cff;
mod fonts;
mod images;
mod links;
mod meta;
mod nav;
mod ops;
mod order;
mod post;
mod tags;

use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use lopdf::{Dictionary, Document, Object, Stream, StringFormat};
use printpdf::{PdfDocument, PdfSaveOptions};
use sha2::{Digest, Sha256};

use crate::font::Fonts;
use crate::output::Failure;
use crate::output::pdf::fonts::Subsets;
use crate::output::pdf::images::Images;
use crate::output::pdf::ops::Scene;
use crate::output::pdf::post::Post;
use crate::page::Page;
use crate::unit::Abs;

pub use crate::output::pdf::images::{Ink, Press};
pub use crate::output::pdf::meta::Meta;
pub use crate::output::pdf::order::{
    Condition, Kind, Layer, Link, Margin, Order, Shown, SpotInk, Story,
};

/// How hard content streams are deflated: beyond this the time grows, the size hardly shrinks.
const CONTENT_LEVEL: u32 = 4;
/// Font programs hardly deflate at all.
const FONT_LEVEL: u32 = 1;

/// The name of the layer of marks in the resources of the pages.
const LAYER: &str = "BML0";

/// Stands for the identifier until the file is written: its bytes are the identifier's source.
const NO_ID: [u8; 16] = *b"banmian-identity";

/// Writes the pages as one PDF. The same pages and order give the same bytes.
///
/// # Errors
/// A picture whose pixels cannot be read; a defect of ours or of a face.
pub fn write(pages: &[Page], fonts: &Fonts, order: &Order) -> Result<Vec<u8>, Failure> {
    let first = pages.first().ok_or_else(|| "no page".to_owned())?;
    let layer = order.layer.iter().flat_map(|layer| [&layer.under, &layer.over]);
    let drawn = pages.iter().chain(layer).chain(&order.margin.slug);
    let subsets = Subsets::collect(drawn, fonts);
    let images = Images::collect(pages, &order.pictures);
    let mut source = PdfDocument::new("");
    ops::graphics_states(&mut source, order.kind, !images.is_empty());
    let around = order.margin.around();
    let (kind, spots) = (order.kind, &order.spots);
    let spans = links::spans(&order.links);
    let scene = Scene { subsets: &subsets, images: &images, kind, spots, around, links: &spans };
    let mut marked = Vec::with_capacity(pages.len());
    for (k, page) in pages.iter().enumerate() {
        let layer = order.layer.as_ref().filter(|_| k == 0);
        let drawn = ops::page(&scene, (k, page), layer, order.margin.slug.as_ref());
        source.pages.push(drawn.page);
        marked.push(drawn.marked);
    }
    let options = PdfSaveOptions {
        optimize: false,
        subset_fonts: false,
        secure: false,
        image_optimization: None,
    };
    let mut warnings = Vec::new();
    let mut document = source.to_lopdf_document(&options, &mut warnings);
    if let Some(warning) = warnings.first() {
        return Err(format!("printpdf: {}", warning.msg).into());
    }
    let mut post = Post { document: &mut document, order, height: first.height() };
    post.fonts(&subsets, fonts)?;
    post.images(&images)?;
    post.spots()?;
    post.pages(pages)?;
    post.catalog()?;
    post.nav(pages.len())?;
    post.layer()?;
    if order.kind == Kind::Web {
        let linked = post.links(pages, &subsets, marked.len())?;
        post.tags(&marked, &linked)?;
    }
    Ok(saved(document, order.kind)?)
}

/// The bytes of the file, its identifier made from all the others.
fn saved(mut document: Document, kind: Kind) -> Result<Vec<u8>, String> {
    document.version = kind.version().to_owned();
    let id = Object::String(NO_ID.to_vec(), StringFormat::Hexadecimal);
    document.trailer.set("ID", Object::Array(vec![id.clone(), id]));
    let mut bytes = Vec::with_capacity(512 * 1024);
    // Object streams came with PDF 1.5; the tree of tags is mostly small objects.
    let done = if kind == Kind::Web {
        document.save_modern(&mut bytes)
    } else {
        document.save_to(&mut bytes)
    };
    done.map_err(|error| format!("lopdf: {error}"))?;
    let hash = Sha256::digest(&bytes);
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02X}")).collect::<String>();
    let (from, to) = (hex(&NO_ID), hex(&hash[..NO_ID.len()]));
    // Twice in the trailer, which is at the end of the file.
    for _ in 0..2 {
        let at = bytes.windows(from.len()).rposition(|window| window == from.as_bytes());
        let at = at.ok_or("the trailer has no identifier")?;
        bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
    }
    Ok(bytes)
}

/// A length in points as PDF writes it.
pub(crate) fn real(length: Abs) -> Object {
    Object::Real(length.to_pt() as f32)
}

/// A stream deflated by us: lopdf would do it at its own level.
pub(crate) fn deflated(mut dictionary: Dictionary, content: &[u8], level: u32) -> Stream {
    let mut encoder =
        ZlibEncoder::new(Vec::with_capacity(content.len() / 2), Compression::new(level));
    // Writing to memory does not fail.
    let bytes = encoder.write_all(content).and_then(|()| encoder.finish()).unwrap_or_default();
    dictionary.set("Filter", Object::Name(b"FlateDecode".to_vec()));
    let mut stream = Stream::new(dictionary, bytes);
    stream.allows_compression = false;
    stream
}

/// Font programs, deflated at their own level.
pub(crate) fn deflated_font(dictionary: Dictionary, content: &[u8]) -> Stream {
    deflated(dictionary, content, FONT_LEVEL)
}
