//! What the objects of a file must not hold under PDF/X: transparency, layers, actions, filters, files, annotations.

use lopdf::{Dictionary, Object};

use crate::finding::Bilingual;
use crate::model::PressProfile;
use crate::preflight::file::{PdfFile, as_dict, label, number};
use crate::preflight::finding::{FindingCollector, PressCheck};
use crate::preflight::picture::filters;
use crate::preflight::sheet::{PdfPage, area, common, is_empty};

/// How deep objects may lie in each other.
const DEPTH_MOST: usize = 32;

/// Looks through every object.
pub(crate) fn check(file: &PdfFile, profile: PressProfile, findings: &mut FindingCollector) {
    let strict = profile == PressProfile::X1a;
    for (id, object) in &file.document.objects {
        look(file, object, &label(*id), strict, findings, 0);
    }
    let Ok(catalog) = file.document.catalog() else { return };
    if strict && file.entry(catalog, "OCProperties").is_some() {
        findings.file(PressCheck::Layers, "OCProperties", "有图层", "it has layers");
    }
    let opens = file.dict(catalog, "OpenAction").is_some();
    if opens || file.entry(catalog, "AA").is_some() {
        findings.file(
            PressCheck::Action,
            "Catalog",
            "打开文件时有动作",
            "it acts when it is opened",
        );
    }
}

fn look(
    file: &PdfFile,
    object: &Object,
    id: &str,
    strict: bool,
    findings: &mut FindingCollector,
    depth: usize,
) {
    if depth > DEPTH_MOST {
        return;
    }
    if let Some(dict) = as_dict(object) {
        forbidden(file, dict, id, strict, findings);
        for (_, value) in dict {
            look(file, value, id, strict, findings, depth + 1);
        }
    } else if let Object::Array(array) = object {
        for value in array {
            look(file, value, id, strict, findings, depth + 1);
        }
    }
}

fn forbidden(
    file: &PdfFile,
    dict: &Dictionary,
    id: &str,
    strict: bool,
    findings: &mut FindingCollector,
) {
    if strict && let Some(what) = transparency(file, dict) {
        findings.file(
            PressCheck::Transparency,
            id,
            &format!("透明：{what}"),
            &format!("transparency: {what}"),
        );
    }
    for filter in filters(file, dict) {
        if filter == b"LZWDecode" || strict && filter == b"JPXDecode" {
            let name = String::from_utf8_lossy(filter);
            findings.file(
                PressCheck::ForbiddenFilter,
                id,
                &format!("用了 {name}"),
                &format!("{name} is used"),
            );
        }
    }
    if dict.has(b"JS") || file.name(dict, "S") == Some(b"JavaScript") {
        findings.file(PressCheck::Action, id, "有脚本", "it holds a script");
    }
    if strict && file.dict(dict, "EF").is_some() {
        findings.file(PressCheck::EmbeddedFile, id, "有附件", "it holds a file");
    }
}

/// What of a dictionary is seen through, if anything.
fn transparency(file: &PdfFile, dict: &Dictionary) -> Option<&'static str> {
    let mask = file.entry(dict, "SMask");
    if mask.is_some_and(|mask| mask.as_name().ok() != Some(b"None")) {
        return Some("SMask");
    }
    let group = file.dict(dict, "Group");
    if group.is_some_and(|group| file.name(group, "S") == Some(b"Transparency")) {
        return Some("Group");
    }
    let blend = match file.entry(dict, "BM") {
        Some(Object::Name(name)) => Some(name.as_slice()),
        Some(Object::Array(names)) => names.first().and_then(|name| name.as_name().ok()),
        _ => None,
    };
    if blend.is_some_and(|blend| !matches!(blend, b"Normal" | b"Compatible")) {
        return Some("BM");
    }
    ["ca", "CA"]
        .into_iter()
        .find(|key| file.entry(dict, key).and_then(number).is_some_and(|alpha| alpha != 1.0))
}

/// Annotations on the printed area, and actions of a page.
pub(crate) fn page(file: &PdfFile, sheet: &PdfPage<'_>, findings: &mut FindingCollector) {
    let action = || Bilingual::new("版面上有动作", "the page has actions");
    if file.entry(sheet.dict, "AA").is_some() {
        findings.add(PressCheck::Action, sheet.number, "AA", None, action);
    }
    for annotation in file.array(sheet.dict, "Annots").unwrap_or_default() {
        let Some(annotation) = as_dict(file.get(annotation)) else { continue };
        if ["A", "AA"].into_iter().any(|key| file.entry(annotation, key).is_some()) {
            findings.add(PressCheck::Action, sheet.number, "Annots", None, action);
        }
        let kind = file.name(annotation, "Subtype").unwrap_or_default();
        if matches!(kind, b"TrapNet" | b"PrinterMark") {
            continue;
        }
        let place = file.numbers(annotation, "Rect").and_then(|numbers| area(&numbers));
        let Some(place) = place.filter(|place| !is_empty(common(*place, sheet.bleed))) else {
            continue;
        };
        let kind = String::from_utf8_lossy(kind).into_owned();
        findings.add(PressCheck::Annotation, sheet.number, &kind, sheet.rect(place), || {
            Bilingual::new(format!("批注 {kind}"), format!("an annotation: {kind}"))
        });
    }
}
