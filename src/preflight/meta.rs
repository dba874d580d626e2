//! What a file says of itself: version, output intent, document information, XMP, identifier.
//!
//! XMP is scanned for the usual prefixes of its names instead of being read as XML: that is how the tools of plants
//! find them too.

use std::io::Read as _;

use flate2::read::ZlibDecoder;
use lopdf::{Dictionary, Object, Stream};

use crate::model::PressProfile;
use crate::preflight::file::{PdfFile, lossy, text_string};
use crate::preflight::finding::{FindingCollector, PressCheck};
use crate::preflight::picture::filters;

/// Bytes of the header of an ICC profile (ICC.1:2010, 7.2).
const ICC_HEADER: usize = 128;

/// What a profile asks of a file as a whole.
pub(crate) fn check(
    file: &PdfFile,
    profile: Option<PressProfile>,
    findings: &mut FindingCollector,
) {
    let info = file.dict(&file.document.trailer, "Info");
    let xmp = xmp(file);
    agree(file, info, xmp.as_deref(), findings);
    let Some(profile) = profile else { return };
    version(file, profile, findings);
    standard(file, profile, info, xmp.as_deref(), findings);
    intent(file, profile, findings);
    let trapped = info.and_then(|info| file.name(info, "Trapped"));
    if !matches!(trapped, Some(b"True" | b"False")) {
        findings.file(
            PressCheck::Trapped,
            "Trapped",
            "没有标明是否已做陷印",
            "it does not say whether it is trapped",
        );
    }
    let id = file.array(&file.document.trailer, "ID").unwrap_or_default();
    let whole = |part: &Object| file.get(part).as_str().is_ok_and(|part| !part.is_empty());
    if id.len() != 2 || !id.iter().all(whole) {
        findings.file(PressCheck::NoIdentifier, "ID", "没有文件标识", "it has no identifier");
    }
}

/// The version of a file: that of its header, or a later one of its catalog.
pub(crate) fn version_of(file: &PdfFile) -> String {
    let header = file.document.version.clone();
    let catalog = file.document.catalog().ok();
    let named = catalog.and_then(|catalog| file.name(catalog, "Version")).map(lossy);
    named.filter(|named| *named > header).unwrap_or(header)
}

fn version(file: &PdfFile, profile: PressProfile, findings: &mut FindingCollector) {
    let most = match profile {
        PressProfile::X1a => "1.4",
        PressProfile::X4 => "1.6",
    };
    let version = version_of(file);
    if version.as_str() > most {
        let name = profile.name();
        findings.file(
            PressCheck::Version,
            "",
            &format!("PDF {version}，{name} 至多为 {most}"),
            &format!("PDF {version}, {name} has {most} at most"),
        );
    }
}

/// What the standard is called in a file.
fn standard_name(profile: PressProfile) -> &'static str {
    match profile {
        PressProfile::X1a => "PDF/X-1a:2003",
        PressProfile::X4 => "PDF/X-4",
    }
}

fn standard(
    file: &PdfFile,
    profile: PressProfile,
    info: Option<&Dictionary>,
    xmp: Option<&str>,
    findings: &mut FindingCollector,
) {
    let wanted = standard_name(profile);
    let told = info.and_then(|info| string(file, info, "GTS_PDFXVersion"));
    let in_xmp = xmp.and_then(|xmp| {
        value(xmp, "pdfxid:GTS_PDFXVersion").or_else(|| value(xmp, "pdfx:GTS_PDFXVersion"))
    });
    // X-1a says it in the document information (ISO 15930-4, 6.3), X-4 in its XMP (ISO 15930-7, 6.7).
    let (own, other) = match profile {
        PressProfile::X1a => (&told, &in_xmp),
        PressProfile::X4 => (&in_xmp, &told),
    };
    if own.as_deref() != Some(wanted) || other.as_ref().is_some_and(|other| other != wanted) {
        let found = own.as_ref().filter(|own| *own != wanted).or(other.as_ref());
        let found = found.cloned().unwrap_or_else(|| "–".to_owned());
        findings.file(
            PressCheck::NoStandard,
            "GTS_PDFXVersion",
            &format!("标准为 {found}，应为 {wanted}"),
            &format!("it claims {found} instead of {wanted}"),
        );
    }
    if !xmp.is_some_and(|xmp| xmp.contains("rdf:RDF")) {
        findings.file(PressCheck::Metadata, "Metadata", "没有 XMP 元数据", "there is no XMP");
    }
}

fn intent(file: &PdfFile, profile: PressProfile, findings: &mut FindingCollector) {
    let catalog = file.document.catalog().ok();
    let intents = catalog.and_then(|catalog| file.array(catalog, "OutputIntents"));
    let mut dicts =
        intents.unwrap_or_default().iter().filter_map(|intent| file.get(intent).as_dict().ok());
    let intent = dicts.find(|intent| file.name(intent, "S") == Some(b"GTS_PDFX"));
    let Some(intent) = intent else {
        findings.file(
            PressCheck::NoIntent,
            "OutputIntents",
            "没有 PDF/X 输出意图",
            "there is no output intent of PDF/X",
        );
        return;
    };
    let condition = string(file, intent, "OutputConditionIdentifier");
    if condition.is_none_or(|condition| condition.is_empty()) {
        findings.file(
            PressCheck::NoIntent,
            "OutputConditionIdentifier",
            "输出意图没有印刷条件",
            "the output intent names no printing condition",
        );
    }
    match file.entry(intent, "DestOutputProfile") {
        Some(Object::Stream(stream)) => {
            if !is_press_profile(file, stream) {
                findings.file(
                    PressCheck::BadProfile,
                    "DestOutputProfile",
                    "输出特性文件不是印刷机的 CMYK 特性文件",
                    "the output profile is not the CMYK profile of a press",
                );
            }
        }
        // A registered condition may do without its profile in X-1a (ISO 15930-4, 6.11).
        _ if profile == PressProfile::X1a => {}
        _ => findings.file(
            PressCheck::BadProfile,
            "DestOutputProfile",
            "没有输出特性文件",
            "there is no output profile",
        ),
    }
}

/// Whether a stream starts as the profile of an output device in CMYK does.
fn is_press_profile(file: &PdfFile, stream: &Stream) -> bool {
    let mut head = Vec::new();
    match filters(file, &stream.dict)[..] {
        // A profile has half a megabyte: its header is enough.
        [b"FlateDecode"] => {
            let decoder = ZlibDecoder::new(stream.content.as_slice());
            if decoder.take(ICC_HEADER as u64).read_to_end(&mut head).is_err() {
                return false;
            }
        }
        [] => head.extend(stream.content.iter().take(ICC_HEADER)),
        _ => head = file.content(stream).unwrap_or_default(),
    }
    let part = |at: usize| head.get(at..at + 4).unwrap_or_default();
    file.number(&stream.dict, "N") == Some(4.0)
        && head.len() >= ICC_HEADER
        && part(36) == b"acsp"
        && part(12) == b"prtr"
        && part(16) == b"CMYK"
}

fn string(file: &PdfFile, dict: &Dictionary, key: &str) -> Option<String> {
    match file.entry(dict, key)? {
        Object::String(bytes, _) => Some(text_string(bytes)),
        Object::Name(name) => Some(lossy(name)),
        _ => None,
    }
}

fn xmp(file: &PdfFile) -> Option<String> {
    let catalog = file.document.catalog().ok()?;
    let stream = file.entry(catalog, "Metadata")?.as_stream().ok()?;
    String::from_utf8(file.content(stream).ok()?).ok()
}

/// Document information and XMP say the same where both say something.
fn agree(
    file: &PdfFile,
    info: Option<&Dictionary>,
    xmp: Option<&str>,
    findings: &mut FindingCollector,
) {
    let (Some(info), Some(xmp)) = (info, xmp) else { return };
    for (key, name) in [
        ("Title", "dc:title"),
        ("Creator", "xmp:CreatorTool"),
        ("Producer", "pdf:Producer"),
        ("CreationDate", "xmp:CreateDate"),
        ("ModDate", "xmp:ModifyDate"),
        ("Trapped", "pdf:Trapped"),
    ] {
        let (Some(told), Some(also)) = (string(file, info, key), value(xmp, name)) else {
            continue;
        };
        let same = if key.ends_with("Date") {
            let digits =
                |text: &str| -> String { text.chars().filter(char::is_ascii_digit).collect() };
            let (told, also) = (digits(&told), digits(&also));
            // One may leave out what the other adds: seconds, or the zone.
            told.starts_with(&also) || also.starts_with(&told)
        } else {
            // Controls have no place in XML: a writer puts spaces.
            let plain = |text: &str| text.replace(char::is_control, " ");
            plain(&told) == plain(&also)
        };
        if !same {
            findings.file(
                PressCheck::MetadataMismatch,
                key,
                &format!("{key}“{told}”与 {name}“{also}”不一致"),
                &format!("{key} “{told}” differs from {name} “{also}”"),
            );
        }
    }
}

/// The text of an element or attribute of XMP; of a list its first entry.
fn value(xmp: &str, name: &str) -> Option<String> {
    for quote in ['"', '\''] {
        if let Some((_, rest)) = xmp.split_once(&format!(" {name}={quote}")) {
            return Some(unescaped(rest.split(quote).next()?));
        }
    }
    let (_, rest) = xmp.split_once(&format!("<{name}"))?;
    let (_, rest) = rest.split_once('>')?;
    let (inner, _) = rest.split_once(&format!("</{name}>"))?;
    let inner = match inner.split_once("<rdf:li") {
        Some((_, item)) => item.split_once('>')?.1.split("</rdf:li>").next()?,
        None => inner,
    };
    Some(unescaped(inner.trim()))
}

fn unescaped(text: &str) -> String {
    let plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    plain.replace("&apos;", "'").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::value;

    #[test]
    fn values_are_found_as_elements_lists_and_attributes() {
        let xmp = r#"<rdf:Description xmp:CreatorTool="A &amp; B" pdf:Trapped='False'>
            <dc:title><rdf:Alt><rdf:li xml:lang="x-default">版 &lt;1&gt;</rdf:li></rdf:Alt></dc:title>
            <pdf:Producer>P</pdf:Producer></rdf:Description>"#;
        for (name, expected) in [
            ("xmp:CreatorTool", Some("A & B")),
            ("pdf:Trapped", Some("False")),
            ("dc:title", Some("版 <1>")),
            ("pdf:Producer", Some("P")),
            ("dc:creator", None),
        ] {
            assert_eq!(value(xmp, name).as_deref(), expected, "{name}");
        }
    }
}
