//! Fonts of a file: embedding, widths, and the text that their codes stand for.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Object};

use crate::finding::Bilingual;
use crate::preflight::check::PressCheck;
use crate::preflight::file::{
    PdfFile, UnreadStream, as_dict, as_number, decode_utf16, lossy_string,
};
use crate::preflight::finding::FindingCollector;
use crate::preflight::lexer::{ContentLexer, Operand};

/// A font that shows text.
pub(crate) struct PdfFont {
    pub(crate) name: String,
    /// Subtype of the font, e.g. `Type0`.
    pub(crate) kind: String,
    pub(crate) is_embedded: bool,
    /// Bytes of a code: 2 in composite fonts, 1 in all others.
    pub(crate) code_bytes: usize,
    /// True if codes are CIDs, so that code 0 is .notdef.
    pub(crate) is_identity: bool,
    pub(crate) is_vertical: bool,
    /// Widths by code, in thousandths of the size.
    widths: Vec<f32>,
    /// Width of codes that have none of their own.
    default_width: f32,
    /// Text of each code; `None` if the font has no readable map.
    to_unicode: Option<BTreeMap<u32, String>>,
}

/// Number of codes of two bytes.
const CODE_COUNT: usize = 1 << 16;

impl PdfFont {
    /// Reads a font and reports faults of its embedding.
    pub(crate) fn read(file: &PdfFile, font: &Dictionary, findings: &mut FindingCollector) -> Self {
        let name = file.name(font, "BaseFont").map(lossy_string).unwrap_or_default();
        let kind = file.name(font, "Subtype").map(lossy_string).unwrap_or_default();
        let is_composite = kind == "Type0";
        let descendant = file.array(font, "DescendantFonts").and_then(|list| list.first());
        // Of a composite font the descendant has widths and program.
        let program = descendant.and_then(|object| as_dict(file.resolve(object))).unwrap_or(font);
        let descriptor = file.dict(program, "FontDescriptor");
        let has = |key: &str| descriptor.is_some_and(|dict| file.entry(dict, key).is_some());
        let is_embedded = ["FontFile", "FontFile2", "FontFile3"].into_iter().any(has);
        // An embedded CMap is a stream, not a name: its codes stay unknown.
        let encoding = file.name(font, "Encoding").unwrap_or_default();
        let mut pdf_font = Self {
            is_embedded,
            code_bytes: if is_composite { 2 } else { 1 },
            is_identity: is_composite && encoding.starts_with(b"Identity-"),
            is_vertical: is_composite && encoding.ends_with(b"-V"),
            widths: Vec::new(),
            default_width: 1000.0,
            to_unicode: None,
            name,
            kind,
        };
        if is_composite {
            // Without `DW` a glyph is one em wide (ISO 32000-1 table 117).
            pdf_font.default_width = to_f32(file.number(program, "DW").unwrap_or(1000.0));
            // Widths are by CID. Codes of any other encoding are not mapped to CIDs here.
            if pdf_font.is_identity {
                pdf_font.read_composite_widths(file, program);
            }
        } else {
            pdf_font.read_simple_widths(file, font);
        }
        pdf_font.to_unicode = match file.entry(font, "ToUnicode") {
            Some(Object::Stream(stream)) => match file.stream_content(stream) {
                Ok(map) => Some(read_to_unicode(&map)),
                Err(UnreadStream::TooMuch | UnreadStream::Damaged) => None,
            },
            _ => None,
        };
        // Checked once, when the font is read, not wherever it is used.
        pdf_font.check(findings);
        pdf_font
    }

    fn check(&self, findings: &mut FindingCollector) {
        let name = if self.name.is_empty() { self.kind.as_str() } else { self.name.as_str() };
        if self.kind == "Type3" {
            findings.add_for_file(PressCheck::Type3, name, "Type 3 字体", "a Type 3 font");
        } else if !self.is_embedded {
            // A Type 3 font holds its glyphs itself and never gets here.
            let zh = format!("字体 {name} 未嵌入");
            let en = format!("{name} is not embedded");
            findings.add_for_file(PressCheck::NotEmbedded, name, &zh, &en);
        } else if !has_subset_tag(&self.name) {
            let zh = format!("字体 {name} 没有子集标记");
            let en = format!("{name} has no subset tag");
            findings.add_for_file(PressCheck::NoSubsetTag, name, &zh, &en);
        }
        if self.to_unicode.is_none() {
            let zh = format!("字体 {name} 没有 ToUnicode");
            let en = format!("{name} has no ToUnicode");
            findings.add_for_file(PressCheck::NoToUnicode, name, &zh, &en);
        }
    }

    /// Reads the widths of a composite font: `c [w …]` and `first last w`. Stops at the first
    /// fault.
    fn read_composite_widths(&mut self, file: &PdfFile, program: &Dictionary) {
        let mut rest = file.array(program, "W").unwrap_or_default();
        while let [first, second, tail @ ..] = rest {
            let Some(start) = as_number(file.resolve(first)).and_then(to_code) else { return };
            // The second operand tells the two forms apart.
            if let Ok(widths) = file.resolve(second).as_array() {
                for (code, width) in (start..CODE_COUNT).zip(widths) {
                    self.set_width(code, as_number(file.resolve(width)));
                }
                rest = tail;
            } else {
                let [width, tail @ ..] = tail else { return };
                let Some(end) = as_number(file.resolve(second)).and_then(to_code) else { return };
                let width = as_number(file.resolve(width));
                (start..=end).for_each(|code| self.set_width(code, width));
                rest = tail;
            }
        }
    }

    fn read_simple_widths(&mut self, file: &PdfFile, font: &Dictionary) {
        // Codes outside `Widths` do not advance, as if `MissingWidth` had its default.
        self.default_width = 0.0;
        let start = file.number(font, "FirstChar").and_then(to_code).unwrap_or(0);
        // Widths of Type 3 fonts are in the space of their glyphs.
        let scale = match file.numbers(font, "FontMatrix") {
            Some(matrix) if self.kind == "Type3" => matrix.first().map_or(1.0, |scale| scale * 1e3),
            _ => 1.0,
        };
        for (code, width) in (start..256).zip(file.array(font, "Widths").unwrap_or_default()) {
            self.set_width(code, as_number(file.resolve(width)).map(|width| width * scale));
        }
    }

    fn set_width(&mut self, code: usize, width: Option<f64>) {
        if self.widths.len() <= code {
            // At most 65 536 entries, because codes are checked before.
            self.widths.resize(code + 1, self.default_width);
        }
        self.widths[code] = width.map_or(self.default_width, to_f32);
    }

    /// Advance of a code, in thousandths of the size.
    pub(crate) fn width(&self, code: u32) -> f64 {
        f64::from(self.widths.get(code as usize).copied().unwrap_or(self.default_width))
    }

    /// Text that a code stands for. `None` if the map does not say.
    pub(crate) fn text(&self, code: u32) -> Option<&str> {
        self.to_unicode.as_ref()?.get(&code).map(String::as_str)
    }

    /// Message of a finding: the font shows the glyph for missing characters.
    pub(crate) fn missing_glyph_message(&self) -> Bilingual {
        Bilingual::new(
            format!("字体 {} 中缺字", self.name),
            format!("{} shows the glyph for a missing character", self.name),
        )
    }
}

fn to_f32(value: f64) -> f32 {
    #[expect(clippy::cast_possible_truncation, reason = "widths are thousandths, read as singles")]
    let value = value as f32;
    value
}

/// Converts a number to a code of at most two bytes.
fn to_code(number: f64) -> Option<usize> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "within the codes, which is checked first"
    )]
    (0.0..65_536.0).contains(&number).then_some(number as usize)
}

/// True if a font name begins with six capitals and a plus.
fn has_subset_tag(name: &str) -> bool {
    let tag = name.as_bytes();
    tag.len() > 7 && tag[..6].iter().all(u8::is_ascii_uppercase) && tag[6] == b'+'
}

/// Reads a ToUnicode map: the rows of its `bfchar` and `bfrange` sections.
fn read_to_unicode(map: &[u8]) -> BTreeMap<u32, String> {
    let mut out = BTreeMap::new();
    let mut lexer = ContentLexer::new(map);
    while let Some(operator) = lexer.next_operator() {
        // A CMap is PostScript, but its tokens are those of a content stream.
        match operator {
            b"endbfchar" => {
                for row in lexer.operands.chunks_exact(2) {
                    out.insert(code_operand(&lexer, &row[0]), text_operand(&lexer, &row[1]));
                }
            }
            b"endbfrange" => read_bfranges(&lexer, &mut out),
            _ => {}
        }
    }
    out
}

/// Reads an operand as a code. An operand that is no string counts as a code that no font has.
fn code_operand(lexer: &ContentLexer<'_>, operand: &Operand) -> u32 {
    match operand {
        Operand::Text(text) => {
            let bytes = lexer.bytes(*text).iter().take(4);
            bytes.fold(0, |code, byte| code << 8 | u32::from(*byte))
        }
        _ => u32::MAX,
    }
}

/// Reads an operand as text. An operand that is no string counts as no text.
fn text_operand(lexer: &ContentLexer<'_>, operand: &Operand) -> String {
    match operand {
        Operand::Text(text) => decode_utf16(lexer.bytes(*text)),
        _ => String::new(),
    }
}

/// Reads the rows of a `bfrange` section: `first last text`, where the last character of the text
/// counts up with the code, and `first last [text …]`.
fn read_bfranges(lexer: &ContentLexer<'_>, out: &mut BTreeMap<u32, String>) {
    let mut rest = lexer.operands.as_slice();
    while let [first, last, target, tail @ ..] = rest {
        let (first, last) = (code_operand(lexer, first), code_operand(lexer, last));
        // Codes of a range differ in their last byte only.
        let last = last.min(first | 0xff);
        rest = tail;
        if *target == Operand::OpenArray {
            let end = tail.iter().position(|operand| *operand == Operand::CloseArray);
            // An array without an end takes the rest of the section.
            let (texts, after) = tail.split_at(end.unwrap_or(tail.len()));
            out.extend(
                (first..=last).zip(texts).map(|(code, text)| (code, text_operand(lexer, text))),
            );
            rest = after.get(1..).unwrap_or_default();
            continue;
        }
        let mut prefix = text_operand(lexer, target);
        // An empty target maps the range to nothing.
        let Some(last_char) = prefix.pop() else { continue };
        for code in first..=last {
            let c = char::from_u32(u32::from(last_char) + (code - first));
            let c = c.unwrap_or(char::REPLACEMENT_CHARACTER);
            out.insert(code, format!("{prefix}{c}"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{has_subset_tag, read_to_unicode};

    #[test]
    fn maps_are_read_by_row_and_by_range() {
        let map = read_to_unicode(
            b"2 beginbfchar <0001> <4E00> <0002> <D840DC00> endbfchar \
              2 beginbfrange <0010> <0012> <0041> <0020> <0021> [<0061> <00620063>] endbfrange",
        );
        let text: Vec<(u32, &str)> =
            map.iter().map(|(code, text)| (*code, text.as_str())).collect();
        let expected =
            [(1, "一"), (2, "𠀀"), (16, "A"), (17, "B"), (18, "C"), (32, "a"), (33, "bc")];
        assert_eq!(text, expected);
    }

    #[test]
    fn a_subset_has_six_capitals_and_a_plus() {
        assert!(has_subset_tag("ABCDEF+Song"));
        assert!(
            !has_subset_tag("Song")
                && !has_subset_tag("ABCDE+Song")
                && !has_subset_tag("ABCDEf+Song")
        );
    }
}
