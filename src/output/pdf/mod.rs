//! PDF for the press, for proofreaders and for readers.
//!
//! The file is written in two passes. printpdf writes document, pages, operators, colours and
//! graphics states from the display list (`content`). The second pass (`post_pass`) works on the
//! lopdf document that printpdf hands out and adds the parts that printpdf does not write well
//! enough for a press: fonts, pictures, boxes, output intent, metadata, threads, outline, links,
//! tags and the identifier. No module outside this folder names printpdf; lopdf is
//! named here and in preflight.

mod cff;
mod content;
mod fonts;
mod frame;
mod images;
mod kind;
mod links;
mod metadata;
mod navigation;
mod objects;
mod order;
mod post_pass;
mod tags;

use lopdf::{Document, Object, StringFormat};
use printpdf::{PdfDocument, PdfSaveOptions};
use sha2::{Digest, Sha256};

use crate::font::FontSet;
use crate::output::error::WriteError;
use crate::output::pdf::content::{PageContext, PageOverlays, draw_page, register_graphics_states};
use crate::output::pdf::fonts::FontSubsets;
use crate::output::pdf::frame::SheetFrame;
use crate::output::pdf::images::PageImages;
use crate::output::pdf::links::link_spans;
use crate::output::pdf::post_pass::PostPass;
use crate::page::Page;

pub use crate::output::pdf::images::{PictureTarget, PressPictures};
pub use crate::output::pdf::kind::PdfKind;
pub use crate::output::pdf::metadata::PdfMetadata;
pub use crate::output::pdf::order::{
    ArticleStory, GlyphSpan, PageLink, PdfOrder, PrintingCondition, ProofLayer, SheetMargin,
    SpotPlate,
};

/// Stands for the identifier until the file is written: the identifier is a hash of all bytes.
const ID_PLACEHOLDER: [u8; 16] = *b"banmian-identity";

/// Writes pages as one PDF. Equal pages and orders give equal bytes.
///
/// # Errors
/// A picture whose pixels cannot be read, an internal error, or a damaged face.
pub fn write(pages: &[Page], fonts: &FontSet, order: &PdfOrder) -> Result<Vec<u8>, WriteError> {
    let first_page = pages.first().ok_or_else(|| "no page".to_owned())?;
    let layers = order.proof_layer.iter().flat_map(|layer| [&layer.below, &layer.above]);
    let all_pages = pages.iter().chain(layers).chain(&order.margin.slug);
    // Before any operator is written: the codes in the contents are the CIDs of the subsets.
    let subsets = FontSubsets::collect(all_pages, fonts);
    let images = PageImages::collect(pages, &order.picture_target);
    let link_spans = link_spans(&order.links);
    let trim_offset = order.margin.trim_offset();

    // First pass: the display list as operators.
    let mut source = PdfDocument::new("");
    register_graphics_states(&mut source, order.kind, &images);
    let context = PageContext {
        subsets: &subsets,
        images: &images,
        kind: order.kind,
        spots: &order.spots,
        trim_offset,
        link_spans: &link_spans,
    };
    let mut tags = Vec::with_capacity(pages.len());
    for (index, page) in pages.iter().enumerate() {
        // The appendix has no proof marks.
        let proof_layer = order.proof_layer.as_ref().filter(|_| index == 0);
        let overlays = PageOverlays { proof_layer, slug: order.margin.slug.as_ref() };
        let content = draw_page(&context, index, page, overlays);
        source.pages.push(content.page);
        tags.push(content.tags);
    }
    let options = PdfSaveOptions {
        // `secure` would drop the operators that printpdf does not know, silently. Fonts and
        // streams are ours, so printpdf must not touch them.
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

    // Second pass: everything else.
    let frame = SheetFrame::new(first_page.height(), trim_offset);
    let mut pass = PostPass { document: &mut document, order, pages, frame };
    pass.add_fonts(&subsets, fonts)?;
    pass.add_images(&images)?;
    pass.add_spot_spaces()?;
    pass.finish_pages()?;
    pass.fill_catalog()?;
    pass.add_navigation()?;
    pass.add_proof_layer()?;
    // Links before tags: the elements of links refer to their annotations.
    if order.kind == PdfKind::Web {
        let annotations = pass.add_links(&subsets)?;
        pass.add_tag_tree(&tags, &annotations)?;
    }
    Ok(save_with_identifier(document, order.kind)?)
}

/// Serializes the document. Its identifier is a hash of all its other bytes.
fn save_with_identifier(mut document: Document, kind: PdfKind) -> Result<Vec<u8>, String> {
    document.version = kind.pdf_version().to_owned();
    let id = Object::String(ID_PLACEHOLDER.to_vec(), StringFormat::Hexadecimal);
    document.trailer.set("ID", Object::Array(vec![id.clone(), id]));
    let mut bytes = Vec::with_capacity(512 * 1024);
    // The structure tree is mostly small objects, which object streams make much smaller. They came
    // with PDF 1.5.
    let saved = if kind == PdfKind::Web {
        document.save_modern(&mut bytes)
    } else {
        document.save_to(&mut bytes)
    };
    saved.map_err(|error| format!("lopdf: {error}"))?;
    let hash = Sha256::digest(&bytes);
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02X}")).collect::<String>();
    let (placeholder, id) = (hex(&ID_PLACEHOLDER), hex(&hash[..ID_PLACEHOLDER.len()]));
    // The identifier stands twice in the trailer, which is at the end of the file.
    for _ in 0..2 {
        // Searched from the end, because the bytes of a picture may hold the placeholder by chance.
        let start =
            bytes.windows(placeholder.len()).rposition(|window| window == placeholder.as_bytes());
        let start = start.ok_or("the trailer has no identifier")?;
        bytes[start..start + id.len()].copy_from_slice(id.as_bytes());
    }
    Ok(bytes)
}
