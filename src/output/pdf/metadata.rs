//! Metadata of the file: document information, XMP packet and document identifier.

use std::fmt::Write as _;

use lopdf::{Dictionary, Object};
use sha2::{Digest, Sha256};

use crate::output::pdf::kind::PdfKind;
use crate::output::pdf::objects::text_object;

/// Description of a page in its PDF file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PdfMetadata {
    /// Title of the page.
    pub title: String,
    /// Authors of the page's articles, in order.
    pub authors: Vec<String>,
    /// Headlines of the page's articles, in order.
    pub subjects: Vec<String>,
    /// Credits of the page: one role with its names each.
    pub credits: Vec<String>,
    /// Name of the newspaper (报名).
    pub publication: String,
    /// Section (版名).
    pub section: String,
    /// Page number (版次).
    pub page_number: String,
    /// Date of publication (出版日期), `YYYY-MM-DD`.
    pub date: String,
    /// Time of creation, RFC 3339 with an offset. It is taken from the request, so that equal
    /// requests give equal bytes.
    pub timestamp: String,
    /// Hash of the layout.
    pub layout_hash: String,
    /// Name and version of the program.
    pub producer: String,
}

impl PdfMetadata {
    /// Builds the document information dictionary.
    pub(crate) fn info_dictionary(&self, kind: PdfKind) -> Dictionary {
        let mut info = Dictionary::new();
        info.set("Title", text_object(&self.title));
        for (key, value) in [
            ("Author", self.authors.join("、")),
            ("Subject", self.subjects.join("；")),
            ("Keywords", self.credits.join("；")),
        ] {
            if !value.is_empty() {
                info.set(key, text_object(&value));
            }
        }
        info.set("Creator", text_object(&self.producer));
        info.set("Producer", text_object(&self.producer));
        let date = Object::string_literal(pdf_date(&self.timestamp));
        // Both dates, although the file never changes: PDF/X wants them, and the XMP packet repeats
        // them.
        info.set("CreationDate", date.clone());
        info.set("ModDate", date);
        // PDF/X requires a definite value, and this program does not trap.
        info.set("Trapped", Object::Name(b"False".to_vec()));
        if let Some(version) = kind.pdfx_version() {
            info.set("GTS_PDFXVersion", Object::string_literal(version));
        }
        info.set("BanmianLayoutHash", Object::string_literal(self.layout_hash.as_str()));
        info
    }

    /// Builds the document identifier for systems that manage versions. Pages with equal title and
    /// layout have equal identifiers.
    fn document_id(&self) -> String {
        let hash = Sha256::digest(format!("{} {}", self.title, self.layout_hash));
        // 128 bits of the hash in the form of a UUID; a random one would make equal requests
        // differ.
        let hex: String = hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        format!(
            "uuid:{}-{}-{}-{}-{}",
            &hex[..8],
            &hex[8..12],
            &hex[12..16],
            &hex[16..20],
            &hex[20..]
        )
    }

    /// Builds the XMP packet.
    pub(crate) fn xmp_packet(&self, kind: PdfKind) -> String {
        // The byte order mark and the id are those of every XMP packet: programs search files for
        // them.
        let mut out = String::from(
            "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n\
             <x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n\
             <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n\
             <rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
             xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\" \
             xmlns:prism=\"http://prismstandard.org/namespaces/basic/2.0/\" \
             xmlns:xmpMM=\"http://ns.adobe.com/xap/1.0/mm/\" \
             xmlns:pdfx=\"http://ns.adobe.com/pdfx/1.3/\" \
             xmlns:pdfxid=\"http://www.npes.org/pdfx/ns/id/\" \
             xmlns:pdfaid=\"http://www.aiim.org/pdfa/ns/id/\" \
             xmlns:pdfuaid=\"http://www.aiim.org/pdfua/ns/id/\" \
             xmlns:banmian=\"urn:banmian:1\">\n<dc:format>application/pdf</dc:format>\n",
        );
        let title = escape_xml(&self.title);
        let _ = writeln!(
            out,
            "<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">{title}</rdf:li></rdf:Alt></dc:title>"
        );
        write_list(&mut out, "dc:creator", "Seq", &self.authors);
        write_list(&mut out, "dc:contributor", "Bag", &self.credits);
        write_list(&mut out, "dc:subject", "Bag", &self.subjects);
        write_list(&mut out, "dc:publisher", "Bag", std::slice::from_ref(&self.publication));
        write_list(&mut out, "dc:language", "Bag", &["zh-CN".to_owned()]);
        write_list(&mut out, "dc:date", "Seq", std::slice::from_ref(&self.date));
        // PDF/X-4 requires the three `xmpMM` properties; the dates repeat those of the information
        // dictionary.
        for (tag, value) in [
            ("xmp:CreateDate", &self.timestamp),
            ("xmp:ModifyDate", &self.timestamp),
            ("xmp:MetadataDate", &self.timestamp),
            ("xmp:CreatorTool", &self.producer),
            ("pdf:Producer", &self.producer),
            ("pdf:Keywords", &self.credits.join("；")),
            ("xmpMM:DocumentID", &self.document_id()),
            ("xmpMM:RenditionClass", &"default".to_owned()),
            ("xmpMM:VersionID", &"1".to_owned()),
            ("prism:publicationName", &self.publication),
            ("prism:publicationDate", &self.date),
            ("prism:section", &self.section),
            ("prism:startingPage", &self.page_number),
            ("banmian:layoutHash", &self.layout_hash),
        ] {
            if !value.is_empty() {
                let _ = writeln!(out, "<{tag}>{}</{tag}>", escape_xml(value));
            }
        }
        for (tag, value) in standard_properties(kind) {
            let _ = writeln!(out, "<{tag}>{value}</{tag}>");
        }
        if kind == PdfKind::Web {
            write_extension_schemas(&mut out);
        }
        out.push_str("</rdf:Description>\n</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"w\"?>");
        out
    }
}

/// XMP properties that claim the standards of a kind: PDF/X for the press, PDF/A-2u and PDF/UA-1
/// for readers.
fn standard_properties(kind: PdfKind) -> Vec<(&'static str, &'static str)> {
    match (kind, kind.pdfx_version()) {
        // PDF/X-4 has a namespace of its own; older parts use that of Adobe.
        (PdfKind::X4, Some(version)) => {
            vec![("pdfxid:GTS_PDFXVersion", version), ("pdf:Trapped", "False")]
        }
        (_, Some(version)) => vec![("pdfx:GTS_PDFXVersion", version), ("pdf:Trapped", "False")],
        (PdfKind::Web, None) => {
            vec![("pdfaid:part", "2"), ("pdfaid:conformance", "U"), ("pdfuaid:part", "1")]
        }
        (_, None) => Vec::new(),
    }
}

/// Writes the extension schemas. PDF/A requires a description of every property that it does not
/// define itself (ISO 19005-2 6.6.2.3).
fn write_extension_schemas(out: &mut String) {
    let prism = ["publicationName", "publicationDate", "section", "startingPage"];
    let schemas: [(&str, &str, &str, &[&str]); 3] = [
        ("PDF/UA", "http://www.aiim.org/pdfua/ns/id/", "pdfuaid", &["part"]),
        ("PRISM", "http://prismstandard.org/namespaces/basic/2.0/", "prism", &prism),
        ("Banmian", "urn:banmian:1", "banmian", &["layoutHash"]),
    ];
    out.push_str(
        "<pdfaExtension:schemas xmlns:pdfaExtension=\"http://www.aiim.org/pdfa/ns/extension/\" \
         xmlns:pdfaSchema=\"http://www.aiim.org/pdfa/ns/schema#\" \
         xmlns:pdfaProperty=\"http://www.aiim.org/pdfa/ns/property#\"><rdf:Bag>\n",
    );
    for (schema, uri, prefix, properties) in schemas {
        let _ = write!(
            out,
            "<rdf:li rdf:parseType=\"Resource\"><pdfaSchema:schema>{schema}</pdfaSchema:schema>\
             <pdfaSchema:namespaceURI>{uri}</pdfaSchema:namespaceURI>\
             <pdfaSchema:prefix>{prefix}</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq>"
        );
        for property in properties {
            let value_type = if prefix == "pdfuaid" { "Integer" } else { "Text" };
            let _ = write!(
                out,
                "<rdf:li rdf:parseType=\"Resource\"><pdfaProperty:name>{property}</pdfaProperty:name>\
                 <pdfaProperty:valueType>{value_type}</pdfaProperty:valueType>\
                 <pdfaProperty:category>external</pdfaProperty:category>\
                 <pdfaProperty:description>{schema} {property}</pdfaProperty:description></rdf:li>"
            );
        }
        out.push_str("</rdf:Seq></pdfaSchema:property></rdf:li>\n");
    }
    out.push_str("</rdf:Bag></pdfaExtension:schemas>\n");
}

/// Writes the values that are not empty as an RDF container; `kind` is `Seq` or `Bag`. Writes
/// nothing if all are empty.
fn write_list(out: &mut String, tag: &str, kind: &str, values: &[String]) {
    if values.iter().all(String::is_empty) {
        return;
    }
    let _ = write!(out, "<{tag}><rdf:{kind}>");
    for value in values.iter().filter(|value| !value.is_empty()) {
        let _ = write!(out, "<rdf:li>{}</rdf:li>", escape_xml(value));
    }
    let _ = writeln!(out, "</rdf:{kind}></{tag}>");
}

/// Escapes text for XML.
fn escape_xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        // Quotes stay: text from outside stands in elements, never in attributes.
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // XML 1.0 allows no control characters beside white space.
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// Converts an RFC 3339 time to a PDF date: `2023-10-29T00:00:00+08:00` becomes
/// `D:20231029000000+08'00'`.
fn pdf_date(stamp: &str) -> String {
    // The first 19 characters are date and time. Fractions of a second were dropped with the
    // request.
    let digits: String = stamp.chars().take(19).filter(char::is_ascii_digit).collect();
    let zone: String = stamp.chars().skip(19).collect();
    let zone = match zone.split_once(':') {
        Some((hours, minutes)) => format!("{hours}'{minutes}'"),
        None => "Z".to_owned(),
    };
    format!("D:{digits}{zone}")
}

#[cfg(test)]
mod tests {
    use super::{PdfMetadata, pdf_date};
    use crate::output::pdf::kind::PdfKind;

    #[test]
    fn dates_are_written_as_pdf_wants_them() {
        assert_eq!(pdf_date("2023-10-29T00:00:00+08:00"), "D:20231029000000+08'00'");
        assert_eq!(pdf_date("2023-10-29T01:02:03Z"), "D:20231029010203Z");
    }

    #[test]
    fn metadata_is_escaped() {
        let metadata =
            PdfMetadata { title: "A & B <版>\u{1}".to_owned(), ..PdfMetadata::default() };
        for kind in [PdfKind::X1a, PdfKind::X4, PdfKind::Web, PdfKind::Proof] {
            assert!(metadata.xmp_packet(kind).contains("A &amp; B &lt;版&gt; "), "{kind:?}");
        }
    }
}
