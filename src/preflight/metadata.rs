//! Statements of a file about itself: version, output intent, document information, XMP and
//! identifier.
//!
//! XMP is not parsed as XML. It is searched for property names with their usual prefixes, as the
//! tools of plants do.

use std::io::Read as _;

use flate2::read::ZlibDecoder;
use lopdf::{Dictionary, Object, Stream};

use crate::model::PressProfile;
use crate::preflight::check::PressCheck;
use crate::preflight::file::{PdfFile, decode_text_string, lossy_string};
use crate::preflight::filters::stream_filters;
use crate::preflight::finding::FindingCollector;

/// Bytes of the header of an ICC profile (ICC.1:2010, 7.2).
const ICC_HEADER_BYTES: usize = 128;

/// Checks the metadata of a file. Without a profile only the agreement of document information and
/// XMP is checked.
pub(crate) fn check_metadata(
    file: &PdfFile,
    profile: Option<PressProfile>,
    findings: &mut FindingCollector,
) {
    let info = file.dict(&file.document.trailer, "Info");
    let xmp = read_xmp(file);
    // Before the checks of a profile: a contradiction is a fault of any file.
    check_agreement(file, info, xmp.as_deref(), findings);
    let Some(profile) = profile else { return };
    check_version(file, profile, findings);
    check_standard(file, profile, info, xmp.as_deref(), findings);
    check_output_intent(file, profile, findings);
    let trapped = info.and_then(|info| file.name(info, "Trapped"));
    if !matches!(trapped, Some(b"True" | b"False")) {
        findings.add_for_file(
            PressCheck::Trapped,
            "Trapped",
            "没有标明是否已做陷印（Trapped）",
            "Trapped is not set",
        );
    }
    // Two strings: the file as first written, and as it is now (ISO 32000-1 14.4).
    let id = file.array(&file.document.trailer, "ID").unwrap_or_default();
    let is_filled = |part: &Object| file.resolve(part).as_str().is_ok_and(|part| !part.is_empty());
    if id.len() != 2 || !id.iter().all(is_filled) {
        findings.add_for_file(
            PressCheck::NoIdentifier,
            "ID",
            "没有文件标识",
            "the file has no identifier",
        );
    }
}

/// Version of a file: that of its header, or the one in its catalog if that is later.
pub(crate) fn pdf_version(file: &PdfFile) -> String {
    let header = file.document.version.clone();
    let catalog = file.document.catalog().ok();
    let version = catalog.and_then(|catalog| file.name(catalog, "Version")).map(lossy_string);
    // Compared as text, which is enough for versions of one digit each.
    version.filter(|version| *version > header).unwrap_or(header)
}

fn check_version(file: &PdfFile, profile: PressProfile, findings: &mut FindingCollector) {
    let highest = match profile {
        PressProfile::X1a => "1.4",
        PressProfile::X4 => "1.6",
    };
    let version = pdf_version(file);
    if version.as_str() > highest {
        let name = profile.name();
        findings.add_for_file(
            PressCheck::Version,
            "",
            &format!("PDF 版本 {version}，{name} 至多为 {highest}"),
            &format!("PDF version {version}; {name} allows at most {highest}"),
        );
    }
}

/// Name of a standard in `GTS_PDFXVersion`.
fn standard_name(profile: PressProfile) -> &'static str {
    match profile {
        PressProfile::X1a => "PDF/X-1a:2003",
        PressProfile::X4 => "PDF/X-4",
    }
}

fn check_standard(
    file: &PdfFile,
    profile: PressProfile,
    info: Option<&Dictionary>,
    xmp: Option<&str>,
    findings: &mut FindingCollector,
) {
    let required = standard_name(profile);
    let in_info = info.and_then(|info| string_entry(file, info, "GTS_PDFXVersion"));
    let in_xmp = xmp.and_then(|xmp| {
        xmp_value(xmp, "pdfxid:GTS_PDFXVersion").or_else(|| xmp_value(xmp, "pdfx:GTS_PDFXVersion"))
    });
    // X-1a names the standard in the document information (ISO 15930-4, 6.3), X-4 in its XMP
    // (ISO 15930-7, 6.7). The other place may repeat the name but not contradict it.
    let (decisive, other) = match profile {
        PressProfile::X1a => (&in_info, &in_xmp),
        PressProfile::X4 => (&in_xmp, &in_info),
    };
    let is_claimed = decisive.as_deref() == Some(required);
    let is_contradicted = other.as_ref().is_some_and(|other| other != required);
    if !is_claimed || is_contradicted {
        // The wrong claim is shown, whichever place holds it.
        let claim = decisive.as_ref().filter(|claim| *claim != required).or(other.as_ref());
        let claim = claim.cloned().unwrap_or_else(|| "–".to_owned());
        findings.add_for_file(
            PressCheck::NoStandard,
            "GTS_PDFXVersion",
            &format!("标准为 {claim}，应为 {required}"),
            &format!("the file claims {claim}, expected {required}"),
        );
    }
    if !xmp.is_some_and(|xmp| xmp.contains("rdf:RDF")) {
        let (zh, en) = ("没有 XMP 元数据", "no XMP metadata");
        findings.add_for_file(PressCheck::Metadata, "Metadata", zh, en);
    }
}

fn check_output_intent(file: &PdfFile, profile: PressProfile, findings: &mut FindingCollector) {
    let catalog = file.document.catalog().ok();
    let intents = catalog.and_then(|catalog| file.array(catalog, "OutputIntents"));
    let mut intents =
        intents.unwrap_or_default().iter().filter_map(|intent| file.resolve(intent).as_dict().ok());
    // A file may carry other intents, such as that of PDF/A.
    let intent = intents.find(|intent| file.name(intent, "S") == Some(b"GTS_PDFX"));
    let Some(intent) = intent else {
        findings.add_for_file(
            PressCheck::NoIntent,
            "OutputIntents",
            "没有 PDF/X 输出意图",
            "no PDF/X output intent",
        );
        return;
    };
    // PDF/X requires the name even beside an embedded profile.
    let condition = string_entry(file, intent, "OutputConditionIdentifier");
    if condition.is_none_or(|condition| condition.is_empty()) {
        findings.add_for_file(
            PressCheck::NoIntent,
            "OutputConditionIdentifier",
            "输出意图没有印刷条件",
            "the output intent names no printing condition",
        );
    }
    match file.entry(intent, "DestOutputProfile") {
        Some(Object::Stream(stream)) => {
            if !is_press_profile(file, stream) {
                findings.add_for_file(
                    PressCheck::BadProfile,
                    "DestOutputProfile",
                    "输出特性文件不是印刷机的 CMYK 特性文件",
                    "the output profile is not a CMYK press profile",
                );
            }
        }
        // X-1a allows a registered condition without its profile (ISO 15930-4, 6.11).
        _ if profile == PressProfile::X1a => {}
        _ => findings.add_for_file(
            PressCheck::BadProfile,
            "DestOutputProfile",
            "没有输出特性文件",
            "no output profile",
        ),
    }
}

/// True if a stream begins like the CMYK profile of an output device.
fn is_press_profile(file: &PdfFile, stream: &Stream) -> bool {
    let mut header = Vec::new();
    match stream_filters(file, &stream.dict)[..] {
        // A profile has half a megabyte, of which only the header is decoded.
        [b"FlateDecode"] => {
            let decoder = ZlibDecoder::new(stream.content.as_slice());
            if decoder.take(ICC_HEADER_BYTES as u64).read_to_end(&mut header).is_err() {
                return false;
            }
        }
        [] => header.extend(stream.content.iter().take(ICC_HEADER_BYTES)),
        _ => header = file.stream_content(stream).unwrap_or_default(),
    }
    let signature_at = |offset: usize| header.get(offset..offset + 4).unwrap_or_default();
    // The entry of the stream and the header of the profile must agree.
    file.number(&stream.dict, "N") == Some(4.0)
        && header.len() >= ICC_HEADER_BYTES
        && signature_at(36) == b"acsp"
        && signature_at(12) == b"prtr"
        && signature_at(16) == b"CMYK"
}

/// Returns an entry that is a text string or a name.
fn string_entry(file: &PdfFile, dict: &Dictionary, key: &str) -> Option<String> {
    match file.entry(dict, key)? {
        Object::String(bytes, _) => Some(decode_text_string(bytes)),
        Object::Name(name) => Some(lossy_string(name)),
        _ => None,
    }
}

/// Returns the XMP packet. `None` if it is missing, damaged or not UTF-8.
fn read_xmp(file: &PdfFile) -> Option<String> {
    let catalog = file.document.catalog().ok()?;
    let stream = file.entry(catalog, "Metadata")?.as_stream().ok()?;
    String::from_utf8(file.stream_content(stream).ok()?).ok()
}

/// Checks that properties that are in both document information and XMP have one value.
fn check_agreement(
    file: &PdfFile,
    info: Option<&Dictionary>,
    xmp: Option<&str>,
    findings: &mut FindingCollector,
) {
    let (Some(info), Some(xmp)) = (info, xmp) else { return };
    for (key, property) in [
        ("Title", "dc:title"),
        ("Creator", "xmp:CreatorTool"),
        ("Producer", "pdf:Producer"),
        ("CreationDate", "xmp:CreateDate"),
        ("ModDate", "xmp:ModifyDate"),
        ("Trapped", "pdf:Trapped"),
    ] {
        let (Some(in_info), Some(in_xmp)) =
            (string_entry(file, info, key), xmp_value(xmp, property))
        else {
            continue;
        };
        let agrees = if key.ends_with("Date") {
            let digits =
                |text: &str| -> String { text.chars().filter(char::is_ascii_digit).collect() };
            let (info_digits, xmp_digits) = (digits(&in_info), digits(&in_xmp));
            // One place may omit the seconds or the zone that the other has.
            info_digits.starts_with(&xmp_digits) || xmp_digits.starts_with(&info_digits)
        } else {
            // XML allows no control characters; writers put spaces in their place.
            let without_controls = |text: &str| text.replace(char::is_control, " ");
            without_controls(&in_info) == without_controls(&in_xmp)
        };
        if !agrees {
            findings.add_for_file(
                PressCheck::MetadataMismatch,
                key,
                &format!("{key}“{in_info}”与 {property}“{in_xmp}”不一致"),
                &format!("{key} “{in_info}” differs from {property} “{in_xmp}”"),
            );
        }
    }
}

/// Returns the text of a property, written as element or attribute; of a list the first entry.
fn xmp_value(xmp: &str, property: &str) -> Option<String> {
    for quote in ['"', '\''] {
        // RDF allows both forms.
        if let Some((_, rest)) = xmp.split_once(&format!(" {property}={quote}")) {
            return Some(unescape_xml(rest.split(quote).next()?));
        }
    }
    let (_, rest) = xmp.split_once(&format!("<{property}"))?;
    let (_, rest) = rest.split_once('>')?;
    let (inner, _) = rest.split_once(&format!("</{property}>"))?;
    // Titles are lists by language; the first is the default.
    let inner = match inner.split_once("<rdf:li") {
        Some((_, item)) => item.split_once('>')?.1.split("</rdf:li>").next()?,
        None => inner,
    };
    Some(unescape_xml(inner.trim()))
}

fn unescape_xml(text: &str) -> String {
    let plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    // The ampersand last, or `&amp;lt;` would become `<`.
    plain.replace("&apos;", "'").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::xmp_value;

    #[test]
    fn values_are_found_as_elements_lists_and_attributes() {
        let xmp = r#"<rdf:Description xmp:CreatorTool="A &amp; B" pdf:Trapped='False'>
            <dc:title><rdf:Alt><rdf:li xml:lang="x-default">版 &lt;1&gt;</rdf:li></rdf:Alt></dc:title>
            <pdf:Producer>P</pdf:Producer></rdf:Description>"#;
        for (property, expected) in [
            ("xmp:CreatorTool", Some("A & B")),
            ("pdf:Trapped", Some("False")),
            ("dc:title", Some("版 <1>")),
            ("pdf:Producer", Some("P")),
            ("dc:creator", None),
        ] {
            assert_eq!(xmp_value(xmp, property).as_deref(), expected, "{property}");
        }
    }
}
