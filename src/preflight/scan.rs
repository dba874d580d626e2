//! Scan of all objects for what PDF/X forbids: transparency, layers, actions, filters, attached
//! files and annotations.

use lopdf::{Dictionary, Object};

use crate::finding::Bilingual;
use crate::model::PressProfile;
use crate::preflight::area::PageArea;
use crate::preflight::check::PressCheck;
use crate::preflight::file::{PdfFile, as_dict, as_number, object_label};
use crate::preflight::filters::stream_filters;
use crate::preflight::finding::{FindingCollector, FindingSite};
use crate::preflight::pdf_page::PdfPage;

/// Largest depth to which direct objects are searched in each other.
const OBJECT_DEPTH_MAX: usize = 32;

/// Checks every object of a file.
pub(crate) fn check_objects(
    file: &PdfFile,
    profile: PressProfile,
    findings: &mut FindingCollector,
) {
    let is_x1a = profile == PressProfile::X1a;
    let mut scan = ObjectScan { file, is_x1a, findings };
    // Objects that no page uses are checked too: a plant's workflow may bring them to light.
    for (id, object) in &file.document.objects {
        scan.check_object(object, &object_label(*id), 0);
    }
    let Ok(catalog) = file.document.catalog() else { return };
    if is_x1a && file.entry(catalog, "OCProperties").is_some() {
        findings.add_for_file(PressCheck::Layers, "OCProperties", "有图层", "the file has layers");
    }
    // A destination as open action is an array, which is allowed; an action is a dictionary.
    let has_open_action = file.dict(catalog, "OpenAction").is_some();
    if has_open_action || file.entry(catalog, "AA").is_some() {
        let (zh, en) = ("打开文件时执行动作", "an action runs when the file is opened");
        findings.add_for_file(PressCheck::Action, "Catalog", zh, en);
    }
}

struct ObjectScan<'a> {
    file: &'a PdfFile,
    /// True if the file must follow PDF/X-1a, which forbids more than PDF/X-4.
    is_x1a: bool,
    findings: &'a mut FindingCollector,
}

impl ObjectScan<'_> {
    /// Checks an object and the direct objects in it. `id` is the indirect object that holds it.
    fn check_object(&mut self, object: &Object, id: &str, depth: usize) {
        if depth > OBJECT_DEPTH_MAX {
            return;
        }
        if let Some(dict) = as_dict(object) {
            self.check_dictionary(dict, id);
            // Only direct objects: indirect ones come by themselves, so no circle is possible.
            for (_, value) in dict {
                self.check_object(value, id, depth + 1);
            }
        } else if let Object::Array(array) = object {
            for value in array {
                self.check_object(value, id, depth + 1);
            }
        }
    }

    fn check_dictionary(&mut self, dict: &Dictionary, id: &str) {
        let file = self.file;
        if self.is_x1a
            && let Some(key) = transparency_key(file, dict)
        {
            let (zh, en) = (format!("透明：{key}"), format!("transparency: {key}"));
            self.findings.add_for_file(PressCheck::Transparency, id, &zh, &en);
        }
        for filter in stream_filters(file, dict) {
            // LZW is forbidden by both standards, JPEG 2000 came after X-1a.
            if filter == b"LZWDecode" || self.is_x1a && filter == b"JPXDecode" {
                let name = String::from_utf8_lossy(filter);
                let (zh, en) = (format!("用了 {name}"), format!("{name} is used"));
                self.findings.add_for_file(PressCheck::ForbiddenFilter, id, &zh, &en);
            }
        }
        if dict.has(b"JS") || file.name(dict, "S") == Some(b"JavaScript") {
            self.findings.add_for_file(
                PressCheck::Action,
                id,
                "有脚本",
                "the file contains a script",
            );
        }
        if self.is_x1a && file.dict(dict, "EF").is_some() {
            self.findings.add_for_file(
                PressCheck::EmbeddedFile,
                id,
                "有附件",
                "the file has an attachment",
            );
        }
    }
}

/// Returns the key of a dictionary that makes something transparent, if there is one.
fn transparency_key(file: &PdfFile, dict: &Dictionary) -> Option<&'static str> {
    let mask = file.entry(dict, "SMask");
    if mask.is_some_and(|mask| mask.as_name().ok() != Some(b"None")) {
        return Some("SMask");
    }
    let group = file.dict(dict, "Group");
    if group.is_some_and(|group| file.name(group, "S") == Some(b"Transparency")) {
        return Some("Group");
    }
    // Of a list the first mode that a reader knows counts, and readers know all standard ones.
    let blend_mode = match file.entry(dict, "BM") {
        Some(Object::Name(name)) => Some(name.as_slice()),
        Some(Object::Array(names)) => names.first().and_then(|name| name.as_name().ok()),
        _ => None,
    };
    if blend_mode.is_some_and(|mode| !matches!(mode, b"Normal" | b"Compatible")) {
        return Some("BM");
    }
    ["ca", "CA"]
        .into_iter()
        .find(|key| file.entry(dict, key).and_then(as_number).is_some_and(|alpha| alpha != 1.0))
}

/// Checks a page for annotations on the printed area and for actions.
pub(crate) fn check_page_objects(
    file: &PdfFile,
    page: &PdfPage<'_>,
    findings: &mut FindingCollector,
) {
    let action = || Bilingual::new("版面上有动作", "the page has actions");
    if file.entry(page.dict, "AA").is_some() {
        findings.add(PressCheck::Action, FindingSite::object(page.number, "AA"), action);
    }
    for annotation in file.array(page.dict, "Annots").unwrap_or_default() {
        let Some(annotation) = as_dict(file.resolve(annotation)) else { continue };
        if ["A", "AA"].into_iter().any(|key| file.entry(annotation, key).is_some()) {
            findings.add(PressCheck::Action, FindingSite::object(page.number, "Annots"), action);
        }
        let kind = file.name(annotation, "Subtype").unwrap_or_default();
        // These two are for the press and allowed.
        if matches!(kind, b"TrapNet" | b"PrinterMark") {
            continue;
        }
        let area = file.numbers(annotation, "Rect");
        let area = area.and_then(|numbers| PageArea::from_numbers(&numbers));
        let Some(area) = area.filter(|area| !area.intersection(page.bleed).is_empty()) else {
            continue;
        };
        let kind = String::from_utf8_lossy(kind);
        let site = FindingSite { page: page.number, object: &kind, rect: page.rect_of(area) };
        findings.add(PressCheck::Annotation, site, || {
            Bilingual::new(format!("批注 {kind}"), format!("an annotation: {kind}"))
        });
    }
}
