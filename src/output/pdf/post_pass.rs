//! Second pass of the writer: additions to the document that printpdf hands out.
//!
//! The pass adds fonts, pictures, spot colour spaces, boxes, output intent, metadata, navigation,
//! links and tags. The order of the steps decides the object numbers, so it is part of the output.

use std::sync::{Arc, Mutex, PoisonError};

use lopdf::{Dictionary, Document, Object, ObjectId};

use crate::font::FontSet;
use crate::output::error::WriteError;
use crate::output::pdf::content::{PROOF_LAYER_RESOURCE, spot_resource};
use crate::output::pdf::fonts::{FontSubsets, ProgramDeflation};
use crate::output::pdf::frame::SheetFrame;
use crate::output::pdf::images::PageImages;
use crate::output::pdf::kind::PdfKind;
use crate::output::pdf::links::{LinkAnnotation, link_areas};
use crate::output::pdf::navigation::{FirstPage, page_labels, write_outline, write_threads};
use crate::output::pdf::objects::{
    CONTENT_DEFLATE_LEVEL, ICC_DEFLATE_LEVEL, deflated_stream, name_object, real_in_points,
    stored_stream, text_object,
};
use crate::output::pdf::order::PdfOrder;
use crate::output::pdf::tags::{ContentTag, TaggedPages};
use crate::page::Page;
use crate::unit::Abs;

/// Pass over the lopdf document.
pub(crate) struct PostPass<'a> {
    pub(crate) document: &'a mut Document,
    pub(crate) order: &'a PdfOrder,
    pub(crate) pages: &'a [Page],
    /// Frame of the first page, which navigation leads to. Links and figures on later pages use it
    /// too: the pages of a file have one size.
    pub(crate) frame: SheetFrame,
}

impl PostPass<'_> {
    /// Adds the fonts to the resources shared by all pages.
    pub(crate) fn add_fonts(
        &mut self,
        subsets: &FontSubsets,
        fonts: &FontSet,
    ) -> Result<(), String> {
        // printpdf gives all pages one dictionary of resources, which is filled here.
        let shared = self.shared_resource(b"Font")?;
        let deflation = match self.order.kind {
            PdfKind::X1a | PdfKind::X4 => ProgramDeflation::IfWorthwhile,
            PdfKind::Web | PdfKind::Proof => ProgramDeflation::Always,
        };
        for subset in subsets.iter() {
            let face = fonts.face(subset.font());
            let dictionary = subset.write_font(self.document, face, deflation)?;
            let font = self.document.add_object(dictionary);
            self.dictionary_mut(shared)?.set(subset.resource(), Object::Reference(font));
        }
        Ok(())
    }

    /// Adds the pictures to the resources shared by all pages, each once.
    pub(crate) fn add_images(&mut self, images: &PageImages<'_>) -> Result<(), WriteError> {
        for (name, stream) in images.streams() {
            // Encoded one by one, see `PageImages::streams`.
            let image = self.document.add_object(stream?);
            let shared = self.shared_resource(b"XObject")?;
            self.dictionary_mut(shared)?.set(name, Object::Reference(image));
        }
        Ok(())
    }

    /// Id of the resources shared by all pages.
    fn page_resources(&self) -> Result<ObjectId, String> {
        let page = self.document.page_iter().next().ok_or("no page")?;
        let page = self.document.get_dictionary(page).map_err(lopdf_error)?;
        page.get(b"Resources").and_then(Object::as_reference).map_err(lopdf_error)
    }

    /// Id of one dictionary in the resources shared by all pages.
    fn shared_resource(&self, name: &[u8]) -> Result<ObjectId, String> {
        let resources = self.page_resources()?;
        let resources = self.document.get_dictionary(resources).map_err(lopdf_error)?;
        resources.get(name).and_then(Object::as_reference).map_err(lopdf_error)
    }

    fn dictionary_mut(&mut self, id: ObjectId) -> Result<&mut Dictionary, String> {
        self.document.get_object_mut(id).and_then(Object::as_dict_mut).map_err(lopdf_error)
    }

    /// Adds the colour spaces of the spot inks, each with its appearance in CMYK for devices that
    /// lack the ink (ISO 32000-1 8.6.6.4).
    pub(crate) fn add_spot_spaces(&mut self) -> Result<(), String> {
        if self.order.spots.is_empty() || !self.order.kind.uses_inks() {
            return Ok(());
        }
        let mut spaces = Dictionary::new();
        for (index, spot) in self.order.spots.iter().enumerate() {
            let full_tint = spot.colour.0.map(|ink| Object::Real(f32::from(ink) / 1000.0));
            let mut tint = Dictionary::new();
            // Type 2 with exponent 1 is a straight line from no ink to the CMYK colour.
            tint.set("FunctionType", 2);
            tint.set("Domain", vec![Object::Integer(0), Object::Integer(1)]);
            tint.set("C0", vec![Object::Integer(0); 4]);
            tint.set("C1", full_tint.to_vec());
            tint.set("N", 1);
            let space = vec![
                name_object("Separation"),
                name_object(&spot.name),
                name_object("DeviceCMYK"),
                tint.into(),
            ];
            spaces.set(spot_resource(index), Object::Reference(self.document.add_object(space)));
        }
        let resources = self.page_resources()?;
        self.dictionary_mut(resources)?.set("ColorSpace", spaces);
        Ok(())
    }

    /// Sets the page boxes, removes what printpdf adds for nothing, and deflates the contents.
    pub(crate) fn finish_pages(&mut self) -> Result<(), String> {
        let ids: Vec<ObjectId> = self.document.page_iter().collect();
        let (trim_offset, bleed) = (self.order.margin.trim_offset(), self.order.margin.bleed);
        for (id, page) in ids.into_iter().zip(self.pages) {
            // The box at a distance from all edges of the media.
            let box_at = |inset: Abs| {
                let far = trim_offset * 2 - inset;
                let edges = [inset, inset, page.width() + far, page.height() + far];
                Object::Array(edges.map(real_in_points).to_vec())
            };
            let dictionary = self.dictionary_mut(id)?;
            dictionary.remove(b"Annots");
            // printpdf writes its boxes as width and height where PDF requires corners, so all
            // boxes are set again.
            dictionary.remove(b"CropBox");
            dictionary.set("MediaBox", box_at(Abs::ZERO));
            dictionary.set("BleedBox", box_at(trim_offset - bleed));
            dictionary.set("TrimBox", box_at(trim_offset));
            let contents = dictionary.get(b"Contents").and_then(Object::as_reference);
            let contents = contents.map_err(lopdf_error)?;
            let stream = self.document.get_object_mut(contents).map_err(lopdf_error)?;
            let stream = stream.as_stream_mut().map_err(lopdf_error)?;
            // Deflated at the level of this writer. The old dictionary holds nothing that is
            // needed.
            let operators = std::mem::take(&mut stream.content);
            *stream = deflated_stream(Dictionary::new(), &operators, CONTENT_DEFLATE_LEVEL);
        }
        Ok(())
    }

    /// Fills the catalog: XMP, language, view and output intent; and the document information.
    pub(crate) fn fill_catalog(&mut self) -> Result<(), String> {
        let order = self.order;
        let xmp = order.metadata.xmp_packet(order.kind);
        // XMP stays plain for tools that only scan the bytes of the file.
        let mut metadata = stored_stream(Dictionary::new(), xmp.into_bytes());
        metadata.dict.set("Type", name_object("Metadata"));
        metadata.dict.set("Subtype", name_object("XML"));
        let metadata = self.document.add_object(metadata);
        let intent = self.output_intent();
        let catalog = self.document.catalog_mut().map_err(lopdf_error)?;
        catalog.set("Metadata", Object::Reference(metadata));
        catalog.set("Lang", Object::string_literal("zh-CN"));
        catalog.set("PageLayout", name_object("SinglePage"));
        // Readers get the headlines beside the page; a plant needs no panel.
        let mode = if order.kind == PdfKind::Web { "UseOutlines" } else { "UseNone" };
        catalog.set("PageMode", name_object(mode));
        catalog.set("OutputIntents", vec![Object::Dictionary(intent)]);
        // The object stays, its contents are replaced: the trailer refers to it already.
        let info = self.document.trailer.get(b"Info").and_then(Object::as_reference);
        let info = info.map_err(lopdf_error)?;
        let dictionary = order.metadata.info_dictionary(order.kind);
        self.document.objects.insert(info, Object::Dictionary(dictionary));
        Ok(())
    }

    /// Builds the output intent: that of PDF/A for readers, that of PDF/X for all others.
    fn output_intent(&mut self) -> Dictionary {
        let condition = &self.order.condition;
        let mut intent = Dictionary::new();
        intent.set("Type", name_object("OutputIntent"));
        let standard = if self.order.kind == PdfKind::Web { "GTS_PDFA1" } else { "GTS_PDFX" };
        intent.set("S", name_object(standard));
        intent.set("OutputConditionIdentifier", text_object(&condition.name));
        intent.set("Info", text_object(&condition.description));
        intent.set("RegistryName", Object::string_literal("http://www.color.org"));
        // PDF/X-1a may leave out the profile of a registered condition.
        if !condition.is_registered || self.order.kind.always_embeds_profile() {
            let mut profile = Dictionary::new();
            profile.set("N", condition.ink_count);
            profile.set("Filter", name_object("FlateDecode"));
            let profile = stored_stream(profile, deflated_profile(&condition.icc).to_vec());
            intent.set("DestOutputProfile", self.document.add_object(profile));
        }
        intent
    }

    /// Adds outline, article threads and page labels.
    pub(crate) fn add_navigation(&mut self) -> Result<(), String> {
        let order = self.order;
        let id = self.document.page_iter().next().ok_or("no page")?;
        let first_page = FirstPage { id, frame: self.frame };
        // Both before the catalog is borrowed: they add objects to the document.
        let outline = write_outline(self.document, &order.stories, &first_page);
        let threads = write_threads(self.document, &order.stories, &first_page);
        let catalog = self.document.catalog_mut().map_err(lopdf_error)?;
        catalog.set("PageLabels", page_labels(&order.page_label, self.pages.len()));
        if let Some(outline) = outline {
            catalog.set("Outlines", outline);
        }
        if let Some(article_threads) = threads {
            catalog.set("Threads", article_threads.threads);
            self.dictionary_mut(id)?.set("B", article_threads.beads);
        }
        Ok(())
    }

    /// Adds the annotations of links. Their keys in the parent tree follow those of the pages.
    pub(crate) fn add_links(
        &mut self,
        subsets: &FontSubsets,
    ) -> Result<Vec<LinkAnnotation>, String> {
        let ids: Vec<ObjectId> = self.document.page_iter().collect();
        let areas = link_areas(&self.order.links, self.pages, subsets);
        let mut annotations = Vec::with_capacity(areas.len());
        // Keys of pages come first, see `add_tag_tree`.
        for (parent_tree_key, area) in (self.pages.len()..).zip(areas) {
            let dictionary = area.annotation(&self.order.links, &self.frame);
            let annotation = self.document.add_object(Object::Dictionary(dictionary));
            self.dictionary_mut(annotation)?.set("StructParent", parent_tree_key as i64);
            let page = ids.get(area.page).copied().ok_or("no page")?;
            let page_dictionary = self.dictionary_mut(page)?;
            match page_dictionary.get_mut(b"Annots").and_then(Object::as_array_mut) {
                Ok(annots) => annots.push(Object::Reference(annotation)),
                Err(_) => page_dictionary.set("Annots", vec![Object::Reference(annotation)]),
            }
            annotations.push(LinkAnnotation { link: area.link, page, annotation, parent_tree_key });
        }
        Ok(annotations)
    }

    /// Adds the structure tree, and marks the file as tagged.
    pub(crate) fn add_tag_tree(
        &mut self,
        contents: &[Vec<ContentTag>],
        annotations: &[LinkAnnotation],
    ) -> Result<(), String> {
        let ids: Vec<ObjectId> = self.document.page_iter().collect();
        let tagged = TaggedPages { pages: &ids, contents, annotations, frame: self.frame };
        let root = tagged.write_tree(self.document);
        for (parent_tree_key, page) in ids.into_iter().enumerate() {
            let dictionary = self.dictionary_mut(page)?;
            dictionary.set("StructParents", parent_tree_key as i64);
            // PDF/UA requires that the tab key follows the structure.
            dictionary.set("Tabs", name_object("S"));
        }
        let mut mark_info = Dictionary::new();
        mark_info.set("Marked", true);
        let mut preferences = Dictionary::new();
        preferences.set("DisplayDocTitle", true);
        let catalog = self.document.catalog_mut().map_err(lopdf_error)?;
        catalog.set("StructTreeRoot", root);
        catalog.set("MarkInfo", mark_info);
        catalog.set("ViewerPreferences", preferences);
        Ok(())
    }

    /// Adds the layer of proof marks as optional content that is on at first. Viewers print it
    /// while it is on.
    pub(crate) fn add_proof_layer(&mut self) -> Result<(), String> {
        let Some(layer) = &self.order.proof_layer else { return Ok(()) };
        let mut group = Dictionary::new();
        group.set("Type", name_object("OCG"));
        group.set("Name", text_object(&layer.name));
        let group = self.document.add_object(group);
        let resources = self.page_resources()?;
        let mut properties = Dictionary::new();
        properties.set(PROOF_LAYER_RESOURCE, group);
        self.dictionary_mut(resources)?.set("Properties", properties);
        let groups = vec![Object::Reference(group)];
        let mut config = Dictionary::new();
        config.set("Name", text_object(&layer.name));
        config.set("BaseState", name_object("ON"));
        config.set("Order", groups.clone());
        let mut optional_content = Dictionary::new();
        optional_content.set("OCGs", groups);
        optional_content.set("D", config);
        let catalog = self.document.catalog_mut().map_err(lopdf_error)?;
        catalog.set("OCProperties", optional_content);
        Ok(())
    }
}

/// An ICC profile beside its deflated bytes.
struct DeflatedProfile {
    profile: Arc<[u8]>,
    deflated: Arc<[u8]>,
}

/// Number of profiles that stay in memory in deflated form.
const DEFLATED_PROFILES_MAX: usize = 8;

/// Deflates an ICC profile, which takes longer than a page does.
///
/// Results are kept in a list shared by the whole process, which changes the time of a call but
/// never its result. The list holds the last [`DEFLATED_PROFILES_MAX`] profiles that were deflated;
/// it keeps them in memory and is never emptied. A profile counts as the same if it is the same
/// allocation, not if its bytes are equal.
fn deflated_profile(profile: &Arc<[u8]>) -> Arc<[u8]> {
    static DEFLATED: Mutex<Vec<DeflatedProfile>> = Mutex::new(Vec::new());
    // Two threads may wait here while a third deflates: that is cheaper than doing the work twice.
    // A panic of another thread cannot leave the list half-changed.
    let mut list = DEFLATED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = list.iter().find(|known| Arc::ptr_eq(&known.profile, profile)) {
        return known.deflated.clone();
    }
    let stream = deflated_stream(Dictionary::new(), profile, ICC_DEFLATE_LEVEL);
    let deflated: Arc<[u8]> = stream.content.into();
    // Room for one more; the oldest profile is the last of the list.
    list.truncate(DEFLATED_PROFILES_MAX - 1);
    list.insert(0, DeflatedProfile { profile: profile.clone(), deflated: deflated.clone() });
    deflated
}

fn lopdf_error(error: lopdf::Error) -> String {
    format!("lopdf: {error}")
}
