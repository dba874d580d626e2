//! What the PDF says of itself: document information, XMP, identifier.

use std::fmt::Write as _;

use lopdf::{Dictionary, Object};
use sha2::{Digest, Sha256};

use crate::output::pdf::fonts::text;

/// What a PDF says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Meta {
    /// Title of the page.
    pub title: String,
    /// The authors of its articles, in order.
    pub authors: Vec<String>,
    /// Headlines of its articles, in order.
    pub subjects: Vec<String>,
    /// The credits of the page, a role and its names each.
    pub credits: Vec<String>,
    /// 报名.
    pub publication: String,
    /// 版名.
    pub section: String,
    /// 版次.
    pub page: String,
    /// 出版日期, `YYYY-MM-DD`.
    pub date: String,
    /// When it was made, RFC 3339 with an offset: taken from the request, so that the same request gives
    /// the same bytes.
    pub stamp: String,
    /// The hash of the layout.
    pub layout_hash: String,
    /// Name and version of the program.
    pub producer: String,
}

impl Meta {
    /// The document information dictionary.
    pub(crate) fn info(&self) -> Dictionary {
        let mut info = Dictionary::new();
        info.set("Title", text(&self.title));
        for (key, value) in [
            ("Author", self.authors.join("、")),
            ("Subject", self.subjects.join("；")),
            ("Keywords", self.credits.join("；")),
        ] {
            if !value.is_empty() {
                info.set(key, text(&value));
            }
        }
        info.set("Creator", text(&self.producer));
        info.set("Producer", text(&self.producer));
        let date = Object::string_literal(pdf_date(&self.stamp));
        info.set("CreationDate", date.clone());
        info.set("ModDate", date);
        info.set("Trapped", Object::Name(b"False".to_vec()));
        info.set("BanmianLayoutHash", Object::string_literal(self.layout_hash.as_str()));
        info
    }

    /// Sixteen bytes from all that the document says and shows.
    pub(crate) fn identifier(&self) -> Vec<u8> {
        let mut hash = Sha256::new();
        hash.update(self.xmp().as_bytes());
        hash.finalize()[..16].to_vec()
    }

    /// The XMP packet.
    pub(crate) fn xmp(&self) -> String {
        let mut out = String::from(
            "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n\
             <x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n\
             <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n\
             <rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
             xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" xmlns:pdf=\"http://ns.adobe.com/pdf/1.3/\" \
             xmlns:prism=\"http://prismstandard.org/namespaces/basic/2.0/\" \
             xmlns:banmian=\"urn:banmian:1\">\n<dc:format>application/pdf</dc:format>\n",
        );
        let title = escaped(&self.title);
        let _ = writeln!(
            out,
            "<dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">{title}</rdf:li></rdf:Alt></dc:title>"
        );
        list(&mut out, "dc:creator", "Seq", &self.authors);
        list(&mut out, "dc:contributor", "Bag", &self.credits);
        list(&mut out, "dc:subject", "Bag", &self.subjects);
        list(&mut out, "dc:publisher", "Bag", std::slice::from_ref(&self.publication));
        list(&mut out, "dc:language", "Bag", &["zh-CN".to_owned()]);
        list(&mut out, "dc:date", "Seq", std::slice::from_ref(&self.date));
        for (tag, value) in [
            ("xmp:CreateDate", &self.stamp),
            ("xmp:ModifyDate", &self.stamp),
            ("xmp:MetadataDate", &self.stamp),
            ("xmp:CreatorTool", &self.producer),
            ("pdf:Producer", &self.producer),
            ("prism:publicationName", &self.publication),
            ("prism:publicationDate", &self.date),
            ("prism:section", &self.section),
            ("prism:startingPage", &self.page),
            ("banmian:layoutHash", &self.layout_hash),
        ] {
            if !value.is_empty() {
                let _ = writeln!(out, "<{tag}>{}</{tag}>", escaped(value));
            }
        }
        out.push_str("</rdf:Description>\n</rdf:RDF>\n</x:xmpmeta>\n<?xpacket end=\"w\"?>");
        out
    }
}

fn list(out: &mut String, tag: &str, kind: &str, values: &[String]) {
    if values.iter().all(String::is_empty) {
        return;
    }
    let _ = write!(out, "<{tag}><rdf:{kind}>");
    for value in values.iter().filter(|value| !value.is_empty()) {
        let _ = write!(out, "<rdf:li>{}</rdf:li>", escaped(value));
    }
    let _ = writeln!(out, "</rdf:{kind}></{tag}>");
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // XML 1.0 has no place for other controls.
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

/// `2023-10-29T00:00:00+08:00` as `D:20231029000000+08'00'`.
fn pdf_date(stamp: &str) -> String {
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
    use super::{Meta, pdf_date};

    #[test]
    fn dates_are_written_as_pdf_wants_them() {
        assert_eq!(pdf_date("2023-10-29T00:00:00+08:00"), "D:20231029000000+08'00'");
        assert_eq!(pdf_date("2023-10-29T01:02:03Z"), "D:20231029010203Z");
    }

    #[test]
    fn metadata_is_escaped() {
        let meta = Meta { title: "A & B <版>\u{1}".to_owned(), ..Meta::default() };
        assert!(meta.xmp().contains("A &amp; B &lt;版&gt; "));
        assert_eq!(meta.identifier().len(), 16);
    }
}
