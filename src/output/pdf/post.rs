//! The pass over the document that printpdf hands out: fonts, pictures, boxes, intents, metadata, the tree of tags.

use std::sync::{Arc, Mutex, PoisonError};

use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

use crate::font::FontSet;
use crate::output::WriteError;
use crate::output::pdf::fonts::{FontSubsets, name, text};
use crate::output::pdf::images::PageImages;
use crate::output::pdf::links::LinkAnnotation;
use crate::output::pdf::ops::spot_resource;
use crate::output::pdf::order::{PdfKind, PdfOrder};
use crate::output::pdf::tags::{self, ContentTag};
use crate::output::pdf::{
    CONTENT_DEFLATE_LEVEL, PROOF_LAYER_RESOURCE, deflated_stream, links, nav, real_in_points,
};
use crate::page::Page;
use crate::unit::{Abs, Point, Rect};

/// The pass over the lopdf document.
pub(crate) struct PostPass<'a> {
    pub(crate) document: &'a mut Document,
    pub(crate) order: &'a PdfOrder,
    /// The height of the first page, for places on it.
    pub(crate) height: Abs,
}

impl PostPass<'_> {
    /// Adds the fonts to the dictionary that all pages share.
    pub(crate) fn fonts(&mut self, subsets: &FontSubsets, fonts: &FontSet) -> Result<(), String> {
        let shared = self.shared_resource(b"Font")?;
        let small = !matches!(self.order.kind, PdfKind::X1a | PdfKind::X4);
        for subset in subsets.iter() {
            let dictionary = subset.write(self.document, fonts.face(subset.font()), small)?;
            let font = self.document.add_object(dictionary);
            let fonts = self.dictionary(shared)?;
            fonts.set(subset.resource(), Object::Reference(font));
        }
        Ok(())
    }

    /// Adds the pictures to the dictionary that all pages share, each once.
    pub(crate) fn images(&mut self, images: &PageImages<'_>) -> Result<(), WriteError> {
        for (name, stream) in images.streams() {
            let image = self.document.add_object(stream?);
            let shared = self.shared_resource(b"XObject")?;
            self.dictionary(shared)?.set(name, Object::Reference(image));
        }
        Ok(())
    }

    fn page_resources(&self) -> Result<ObjectId, String> {
        let page = self.document.page_iter().next().ok_or("no page")?;
        let page = self.document.get_dictionary(page).map_err(told)?;
        page.get(b"Resources").and_then(Object::as_reference).map_err(told)
    }

    /// The id of a resource dictionary that the pages share.
    fn shared_resource(&self, name: &[u8]) -> Result<ObjectId, String> {
        let resources = self.document.get_dictionary(self.page_resources()?).map_err(told)?;
        resources.get(name).and_then(Object::as_reference).map_err(told)
    }

    fn dictionary(&mut self, id: ObjectId) -> Result<&mut Dictionary, String> {
        self.document.get_object_mut(id).and_then(Object::as_dict_mut).map_err(told)
    }

    /// The colour spaces of the spot inks: how they look where a press does not have them (ISO 32000-1 8.6.6.4).
    pub(crate) fn spots(&mut self) -> Result<(), String> {
        if self.order.spots.is_empty() || !self.order.kind.uses_inks() {
            return Ok(());
        }
        let mut spaces = Dictionary::new();
        for (k, spot) in self.order.spots.iter().enumerate() {
            let full = spot.colour.0.map(|ink| Object::Real(f32::from(ink) / 1000.0));
            let mut tint = Dictionary::new();
            tint.set("FunctionType", 2);
            tint.set("Domain", vec![Object::Integer(0), Object::Integer(1)]);
            tint.set("C0", vec![Object::Integer(0); 4]);
            tint.set("C1", full.to_vec());
            tint.set("N", 1);
            let own = vec![name("Separation"), name(&spot.name), name("DeviceCMYK"), tint.into()];
            spaces.set(spot_resource(k), Object::Reference(self.document.add_object(own)));
        }
        let resources = self.page_resources()?;
        self.dictionary(resources)?.set("ColorSpace", spaces);
        Ok(())
    }

    /// Boxes as numbers, no empty annotations, deflated contents.
    pub(crate) fn pages(&mut self, pages: &[Page]) -> Result<(), String> {
        let ids: Vec<ObjectId> = self.document.page_iter().collect();
        let (around, bleed) = (self.order.margin.trim_offset(), self.order.margin.bleed);
        for (id, page) in ids.into_iter().zip(pages) {
            let sheet = |inset: Abs| {
                let far = around * 2 - inset;
                let edges = [inset, inset, page.width() + far, page.height() + far];
                Object::Array(edges.map(real_in_points).to_vec())
            };
            let dictionary = self.dictionary(id)?;
            dictionary.remove(b"Annots");
            dictionary.remove(b"CropBox");
            dictionary.set("MediaBox", sheet(Abs::ZERO));
            dictionary.set("BleedBox", sheet(around - bleed));
            dictionary.set("TrimBox", sheet(around));
            let contents =
                dictionary.get(b"Contents").and_then(Object::as_reference).map_err(told)?;
            let stream = self.document.get_object_mut(contents).map_err(told)?;
            let stream = stream.as_stream_mut().map_err(told)?;
            let plain = std::mem::take(&mut stream.content);
            *stream = deflated_stream(Dictionary::new(), &plain, CONTENT_DEFLATE_LEVEL);
        }
        Ok(())
    }

    /// Language, document information, XMP; for what the file is made.
    pub(crate) fn catalog(&mut self) -> Result<(), String> {
        let order = self.order;
        let xmp = order.metadata.xmp(order.kind);
        let mut metadata = Stream::new(Dictionary::new(), xmp.into_bytes());
        metadata.dict.set("Type", name("Metadata"));
        metadata.dict.set("Subtype", name("XML"));
        // XMP stays readable for tools that only scan the file.
        metadata.allows_compression = false;
        let metadata = self.document.add_object(metadata);
        let intent = self.intent();
        let catalog = self.document.catalog_mut().map_err(told)?;
        catalog.set("Metadata", Object::Reference(metadata));
        catalog.set("Lang", Object::string_literal("zh-CN"));
        catalog.set("PageLayout", name("SinglePage"));
        let mode = if order.kind == PdfKind::Web { "UseOutlines" } else { "UseNone" };
        catalog.set("PageMode", name(mode));
        catalog.set("OutputIntents", vec![Object::Dictionary(intent)]);
        let info =
            self.document.trailer.get(b"Info").and_then(Object::as_reference).map_err(told)?;
        self.document.objects.insert(info, Object::Dictionary(order.metadata.info(order.kind)));
        Ok(())
    }

    /// The output intent: a press for X, a screen for A.
    fn intent(&mut self) -> Dictionary {
        let condition = &self.order.condition;
        let mut intent = Dictionary::new();
        intent.set("Type", name("OutputIntent"));
        let standard = if self.order.kind == PdfKind::Web { "GTS_PDFA1" } else { "GTS_PDFX" };
        intent.set("S", name(standard));
        intent.set("OutputConditionIdentifier", text(&condition.name));
        intent.set("Info", text(&condition.description));
        intent.set("RegistryName", Object::string_literal("http://www.color.org"));
        if !condition.is_registered || self.order.kind.always_embeds_profile() {
            let mut profile = Dictionary::new();
            profile.set("N", condition.ink_count);
            profile.set("Filter", name("FlateDecode"));
            let mut profile = Stream::new(profile, deflated_icc(&condition.icc).to_vec());
            profile.allows_compression = false;
            intent.set("DestOutputProfile", self.document.add_object(profile));
        }
        intent
    }

    /// Outline, threads and the names of the pages.
    pub(crate) fn nav(&mut self, pages: usize) -> Result<(), String> {
        let order = self.order;
        let page = self.document.page_iter().next().ok_or("no page")?;
        let box_of = self.box_of();
        let (left, top) = (order.margin.trim_offset(), self.height + order.margin.trim_offset());
        let point = move |at: Point| [real_in_points(left + at.x), real_in_points(top - at.y)];
        let places = nav::PagePlaces { page, box_of: &box_of, point: &point };
        let outline = nav::write_outline(self.document, &order.stories, &places);
        let threads = nav::write_threads(self.document, &order.stories, &places);
        let catalog = self.document.catalog_mut().map_err(told)?;
        catalog.set("PageLabels", nav::page_labels(&order.page_label, pages));
        if let Some(outline) = outline {
            catalog.set("Outlines", outline);
        }
        if let Some((threads, beads)) = threads {
            catalog.set("Threads", threads);
            self.dictionary(page)?.set("B", beads);
        }
        Ok(())
    }

    /// A place on the first page in PDF's units.
    fn box_of(&self) -> impl Fn(&Rect) -> Object + 'static {
        let left = self.order.margin.trim_offset();
        let top = self.height + left;
        move |rect: &Rect| {
            let edges = [left + rect.x, top - rect.bottom(), left + rect.right(), top - rect.y];
            Object::Array(edges.map(real_in_points).to_vec())
        }
    }

    /// The annotations of links.
    pub(crate) fn links(
        &mut self,
        pages: &[Page],
        subsets: &FontSubsets,
        first: usize,
    ) -> Result<Vec<LinkAnnotation>, String> {
        let ids: Vec<ObjectId> = self.document.page_iter().collect();
        let box_of = self.box_of();
        let made = links::link_annotations(&self.order.links, pages, subsets, &box_of);
        let mut linked = Vec::with_capacity(made.len());
        for (key, (link, page, annotation)) in (first..).zip(made) {
            let annotation = Object::Dictionary(annotation);
            let id = self.document.add_object(annotation);
            self.dictionary(id)?.set("StructParent", key as i64);
            let page = ids.get(page).copied().ok_or("no page")?;
            let page_dict = self.dictionary(page)?;
            match page_dict.get_mut(b"Annots").and_then(Object::as_array_mut) {
                Ok(known) => known.push(Object::Reference(id)),
                Err(_) => page_dict.set("Annots", vec![Object::Reference(id)]),
            }
            linked.push(LinkAnnotation { link, page, annotation: id, parent_tree_key: key });
        }
        Ok(linked)
    }

    /// The tree of tags.
    pub(crate) fn tags(
        &mut self,
        marked: &[Vec<ContentTag>],
        linked: &[LinkAnnotation],
    ) -> Result<(), String> {
        let pages: Vec<ObjectId> = self.document.page_iter().collect();
        let box_of = self.box_of();
        let root = tags::tree(self.document, &pages, (marked, linked), &box_of);
        for (k, page) in pages.into_iter().enumerate() {
            let dictionary = self.dictionary(page)?;
            dictionary.set("StructParents", k as i64);
            dictionary.set("Tabs", name("S"));
        }
        let mut marked = Dictionary::new();
        marked.set("Marked", true);
        let mut preferences = Dictionary::new();
        preferences.set("DisplayDocTitle", true);
        let catalog = self.document.catalog_mut().map_err(told)?;
        catalog.set("StructTreeRoot", root);
        catalog.set("MarkInfo", marked);
        catalog.set("ViewerPreferences", preferences);
        Ok(())
    }

    /// The layer of marks, on until somebody switches it off; printed only if it is on.
    pub(crate) fn layer(&mut self) -> Result<(), String> {
        let Some(layer) = &self.order.proof_layer else { return Ok(()) };
        let mut group = Dictionary::new();
        group.set("Type", name("OCG"));
        group.set("Name", text(&layer.name));
        let group = self.document.add_object(group);
        let resources = self.page_resources()?;
        let mut properties = Dictionary::new();
        properties.set(PROOF_LAYER_RESOURCE, group);
        self.dictionary(resources)?.set("Properties", properties);
        let groups = vec![Object::Reference(group)];
        let mut config = Dictionary::new();
        config.set("Name", text(&layer.name));
        config.set("BaseState", name("ON"));
        config.set("Order", groups.clone());
        let mut all = Dictionary::new();
        all.set("OCGs", groups);
        all.set("D", config);
        self.document.catalog_mut().map_err(told)?.set("OCProperties", all);
        Ok(())
    }
}

/// Beyond this the time grows, the size hardly shrinks.
const ICC_LEVEL: u32 = 6;
/// So many profiles are kept deflated.
const ICC_KEPT: usize = 8;

/// A profile deflated: it takes longer than the page does, so it is done once a process.
fn deflated_icc(icc: &Arc<[u8]>) -> Arc<[u8]> {
    type PackedProfile = Vec<(Arc<[u8]>, Arc<[u8]>)>;
    static KNOWN: Mutex<PackedProfile> = Mutex::new(Vec::new());
    // A thread that failed while it held the list left it as it was.
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, done)) = known.iter().find(|(from, _)| Arc::ptr_eq(from, icc)) {
        return done.clone();
    }
    let done: Arc<[u8]> = deflated_stream(Dictionary::new(), icc, ICC_LEVEL).content.into();
    known.truncate(ICC_KEPT - 1);
    known.insert(0, (icc.clone(), done.clone()));
    done
}

fn told(error: lopdf::Error) -> String {
    format!("lopdf: {error}")
}
