//! Press PDF.
//!
//! printpdf owns document, pages, operators, colours and graphics states. What it does not do right for
//! a press (see docs/ARCHITECTURE.md) is added on the lopdf document that it hands out: the fonts, the
//! pictures, the boxes, metadata and the identifier. No other module names printpdf or lopdf.

mod cff;
mod fonts;
mod images;
mod meta;
mod ops;

use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use lopdf::{Dictionary, Document, Object, ObjectId, Stream};
use printpdf::{PdfDocument, PdfSaveOptions};

use crate::font::Fonts;
use crate::output::Failure;
use crate::output::pdf::fonts::Subsets;
use crate::output::pdf::images::Images;
use crate::page::Page;
use crate::unit::Abs;

pub use crate::output::pdf::meta::Meta;

/// How hard content streams are deflated: beyond this the time grows, the size hardly shrinks.
const CONTENT_LEVEL: u32 = 4;
/// Font programs hardly deflate at all.
const FONT_LEVEL: u32 = 1;

/// Writes the pages as one PDF. The same pages and metadata give the same bytes.
///
/// # Errors
/// A picture whose pixels cannot be read; a defect of ours or of a face.
pub fn write(pages: &[Page], fonts: &Fonts, meta: &Meta) -> Result<Vec<u8>, Failure> {
    let subsets = Subsets::collect(pages, fonts);
    let images = Images::collect(pages);
    let mut source = PdfDocument::new("");
    ops::graphics_states(&mut source, images.iter().next().is_some());
    source.pages = pages.iter().map(|page| ops::page(page, &subsets, &images)).collect();
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
    let mut post = Post { document: &mut document };
    post.fonts(&subsets, fonts)?;
    post.images(&images)?;
    post.pages(pages)?;
    post.catalog(meta)?;
    document.version = "1.4".to_owned();
    let mut bytes = Vec::with_capacity(512 * 1024);
    document.save_to(&mut bytes).map_err(|error| format!("lopdf: {error}"))?;
    Ok(bytes)
}

/// The pass over the lopdf document.
struct Post<'a> {
    document: &'a mut Document,
}

impl Post<'_> {
    /// Adds the fonts to the dictionary that all pages share.
    fn fonts(&mut self, subsets: &Subsets, fonts: &Fonts) -> Result<(), String> {
        let shared = self.shared_resource(b"Font")?;
        for subset in subsets.iter() {
            let dictionary = subset.write(self.document, fonts.face(subset.font()))?;
            let font = self.document.add_object(dictionary);
            let fonts = self.dictionary(shared)?;
            fonts.set(subset.resource(), Object::Reference(font));
        }
        Ok(())
    }

    /// Adds the pictures to the dictionary that all pages share, each once.
    fn images(&mut self, images: &Images<'_>) -> Result<(), Failure> {
        for (name, image) in images.iter() {
            let stream = images::stream(image)?;
            let image = self.document.add_object(stream);
            let shared = self.shared_resource(b"XObject")?;
            self.dictionary(shared)?.set(name, Object::Reference(image));
        }
        Ok(())
    }

    /// The id of a resource dictionary that the pages share.
    fn shared_resource(&self, name: &[u8]) -> Result<ObjectId, String> {
        let page = self.document.page_iter().next().ok_or("no page")?;
        let page = self.document.get_dictionary(page).map_err(told)?;
        let resources = page.get(b"Resources").and_then(Object::as_reference).map_err(told)?;
        let resources = self.document.get_dictionary(resources).map_err(told)?;
        resources.get(name).and_then(Object::as_reference).map_err(told)
    }

    fn dictionary(&mut self, id: ObjectId) -> Result<&mut Dictionary, String> {
        self.document.get_object_mut(id).and_then(Object::as_dict_mut).map_err(told)
    }

    /// Boxes as numbers, no empty annotations, deflated contents.
    fn pages(&mut self, pages: &[Page]) -> Result<(), String> {
        let ids: Vec<ObjectId> = self.document.page_iter().collect();
        for (id, page) in ids.into_iter().zip(pages) {
            let sheet = Object::Array(vec![
                Object::Integer(0),
                Object::Integer(0),
                real(page.width()),
                real(page.height()),
            ]);
            let dictionary = self.dictionary(id)?;
            dictionary.remove(b"Annots");
            dictionary.remove(b"CropBox");
            for name in ["MediaBox", "BleedBox", "TrimBox"] {
                dictionary.set(name, sheet.clone());
            }
            let contents =
                dictionary.get(b"Contents").and_then(Object::as_reference).map_err(told)?;
            let stream = self.document.get_object_mut(contents).map_err(told)?;
            let stream = stream.as_stream_mut().map_err(told)?;
            let plain = std::mem::take(&mut stream.content);
            *stream = deflated(Dictionary::new(), &plain, CONTENT_LEVEL);
        }
        Ok(())
    }

    /// Language, document information, XMP, and an identifier made from what the document says.
    fn catalog(&mut self, meta: &Meta) -> Result<(), String> {
        let mut metadata = Stream::new(Dictionary::new(), meta.xmp().into_bytes());
        metadata.dict.set("Type", Object::Name(b"Metadata".to_vec()));
        metadata.dict.set("Subtype", Object::Name(b"XML".to_vec()));
        // XMP stays readable for tools that only scan the file.
        metadata.allows_compression = false;
        let metadata = self.document.add_object(metadata);
        let catalog = self.document.catalog_mut().map_err(told)?;
        catalog.set("Metadata", Object::Reference(metadata));
        catalog.set("Lang", Object::string_literal("zh-CN"));
        catalog.set("PageLayout", Object::Name(b"SinglePage".to_vec()));
        catalog.set("PageMode", Object::Name(b"UseNone".to_vec()));
        let info =
            self.document.trailer.get(b"Info").and_then(Object::as_reference).map_err(told)?;
        self.document.objects.insert(info, Object::Dictionary(meta.info()));
        let id = Object::String(meta.identifier(), lopdf::StringFormat::Hexadecimal);
        self.document.trailer.set("ID", Object::Array(vec![id.clone(), id]));
        Ok(())
    }
}

fn told(error: lopdf::Error) -> String {
    format!("lopdf: {error}")
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
