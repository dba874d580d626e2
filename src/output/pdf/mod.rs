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

use crate::font::FontSet;
use crate::output::WriteError;
use crate::output::pdf::fonts::FontSubsets;
use crate::output::pdf::images::PageImages;
use crate::output::pdf::ops::PageContext;
use crate::output::pdf::post::PostPass;
use crate::page::Page;
use crate::unit::Abs;

pub use crate::output::pdf::images::{PictureTarget, PressPictures};
pub use crate::output::pdf::meta::PdfMetadata;
pub use crate::output::pdf::order::{
    ArticleStory, GlyphSpan, PageLink, PdfKind, PdfOrder, PrintingCondition, ProofLayer,
    SheetMargin, SpotPlate,
};

/// How hard content streams are deflated: beyond this the time grows, the size hardly shrinks.
const CONTENT_DEFLATE_LEVEL: u32 = 4;
/// Font programs hardly deflate at all.
const FONT_DEFLATE_LEVEL: u32 = 1;

/// The name of the layer of marks in the resources of the pages.
const PROOF_LAYER_RESOURCE: &str = "BML0";

/// Stands for the identifier until the file is written: its bytes are the identifier's source.
const ID_PLACEHOLDER: [u8; 16] = *b"banmian-identity";

/// Writes the pages as one PDF. The same pages and order give the same bytes.
///
/// # Errors
/// A picture whose pixels cannot be read; a defect of ours or of a face.
pub fn write(pages: &[Page], fonts: &FontSet, order: &PdfOrder) -> Result<Vec<u8>, WriteError> {
    let first = pages.first().ok_or_else(|| "no page".to_owned())?;
    let layer = order.proof_layer.iter().flat_map(|layer| [&layer.below, &layer.above]);
    let drawn = pages.iter().chain(layer).chain(&order.margin.slug);
    let subsets = FontSubsets::collect(drawn, fonts);
    let images = PageImages::collect(pages, &order.picture_target);
    let mut source = PdfDocument::new("");
    ops::graphics_states(&mut source, order.kind, !images.is_empty());
    let around = order.margin.trim_offset();
    let (kind, spots) = (order.kind, &order.spots);
    let spans = links::link_spans(&order.links);
    let scene =
        PageContext { subsets: &subsets, images: &images, kind, spots, around, links: &spans };
    let mut marked = Vec::with_capacity(pages.len());
    for (k, page) in pages.iter().enumerate() {
        let layer = order.proof_layer.as_ref().filter(|_| k == 0);
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
    let mut post = PostPass { document: &mut document, order, height: first.height() };
    post.fonts(&subsets, fonts)?;
    post.images(&images)?;
    post.spots()?;
    post.pages(pages)?;
    post.catalog()?;
    post.nav(pages.len())?;
    post.layer()?;
    if order.kind == PdfKind::Web {
        let linked = post.links(pages, &subsets, marked.len())?;
        post.tags(&marked, &linked)?;
    }
    Ok(save_with_identifier(document, order.kind)?)
}

/// The bytes of the file, its identifier made from all the others.
fn save_with_identifier(mut document: Document, kind: PdfKind) -> Result<Vec<u8>, String> {
    document.version = kind.pdf_version().to_owned();
    let id = Object::String(ID_PLACEHOLDER.to_vec(), StringFormat::Hexadecimal);
    document.trailer.set("ID", Object::Array(vec![id.clone(), id]));
    let mut bytes = Vec::with_capacity(512 * 1024);
    // Object streams came with PDF 1.5; the tree of tags is mostly small objects.
    let done = if kind == PdfKind::Web {
        document.save_modern(&mut bytes)
    } else {
        document.save_to(&mut bytes)
    };
    done.map_err(|error| format!("lopdf: {error}"))?;
    let hash = Sha256::digest(&bytes);
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02X}")).collect::<String>();
    let (from, to) = (hex(&ID_PLACEHOLDER), hex(&hash[..ID_PLACEHOLDER.len()]));
    // Twice in the trailer, which is at the end of the file.
    for _ in 0..2 {
        let at = bytes.windows(from.len()).rposition(|window| window == from.as_bytes());
        let at = at.ok_or("the trailer has no identifier")?;
        bytes[at..at + to.len()].copy_from_slice(to.as_bytes());
    }
    Ok(bytes)
}

/// A length in points as PDF writes it.
pub(crate) fn real_in_points(length: Abs) -> Object {
    Object::Real(length.to_pt() as f32)
}

/// A stream deflated by us: lopdf would do it at its own level.
pub(crate) fn deflated_stream(mut dictionary: Dictionary, content: &[u8], level: u32) -> Stream {
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
pub(crate) fn deflated_font_stream(dictionary: Dictionary, content: &[u8]) -> Stream {
    deflated_stream(dictionary, content, FONT_DEFLATE_LEVEL)
}
