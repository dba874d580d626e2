//! The fonts of a file: whether they are in it, what their codes stand for, how wide they are.

use std::collections::BTreeMap;

use lopdf::{Dictionary, Object};

use crate::finding::Bilingual;
use crate::preflight::file::{PdfFile, UnreadStream, as_dict, lossy, number, utf16};
use crate::preflight::finding::{FindingCollector, PressCheck};

/// A font as it is used.
pub(crate) struct PdfFont {
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) embedded: bool,
    /// Bytes of a code: two in composite fonts.
    pub(crate) code_bytes: usize,
    /// Whether a code is the number of its glyph, so that 0 is .notdef.
    pub(crate) identity: bool,
    pub(crate) vertical: bool,
    widths: Vec<f32>,
    default: f32,
    unicode: Option<BTreeMap<u32, String>>,
}

/// Codes of the widths that are kept.
const CODES: usize = 1 << 16;

impl PdfFont {
    /// Reads a font and looks at how it is made.
    pub(crate) fn read(file: &PdfFile, font: &Dictionary, findings: &mut FindingCollector) -> Self {
        let name = file.name(font, "BaseFont").map(lossy).unwrap_or_default();
        let kind = file.name(font, "Subtype").map(lossy).unwrap_or_default();
        let composite = kind == "Type0";
        let descendant = file.array(font, "DescendantFonts").and_then(|list| list.first());
        let program = descendant.and_then(|object| as_dict(file.get(object))).unwrap_or(font);
        let descriptor = file.dict(program, "FontDescriptor");
        let has = |key: &str| descriptor.is_some_and(|dict| file.entry(dict, key).is_some());
        let embedded = ["FontFile", "FontFile2", "FontFile3"].into_iter().any(has);
        let encoding = file.name(font, "Encoding").unwrap_or_default();
        let mut read = Self {
            embedded,
            code_bytes: if composite { 2 } else { 1 },
            identity: composite && encoding.starts_with(b"Identity-"),
            vertical: composite && encoding.ends_with(b"-V"),
            widths: Vec::new(),
            default: 1000.0,
            unicode: None,
            name,
            kind,
        };
        if composite {
            read.default = single(file.number(program, "DW").unwrap_or(1000.0));
            if read.identity {
                read.wide(file, program);
            }
        } else {
            read.simple(file, font);
        }
        read.unicode = match file.entry(font, "ToUnicode") {
            Some(Object::Stream(stream)) => match file.content(stream) {
                Ok(map) => Some(to_unicode(&map)),
                Err(UnreadStream::TooMuch | UnreadStream::Damaged) => None,
            },
            _ => None,
        };
        read.check(findings);
        read
    }

    fn check(&self, findings: &mut FindingCollector) {
        let name = if self.name.is_empty() { self.kind.as_str() } else { self.name.as_str() };
        if self.kind == "Type3" {
            findings.file(PressCheck::Type3, name, "Type 3 字体", "a Type 3 font");
        } else if !self.embedded {
            let words = format!("字体 {name} 未嵌入");
            findings.file(
                PressCheck::NotEmbedded,
                name,
                &words,
                &format!("{name} is not embedded"),
            );
        } else if !has_tag(&self.name) {
            let words = format!("字体 {name} 没有子集标记");
            findings.file(
                PressCheck::NoSubsetTag,
                name,
                &words,
                &format!("{name} has no subset tag"),
            );
        }
        if self.unicode.is_none() {
            let words = format!("字体 {name} 没有 ToUnicode");
            findings.file(
                PressCheck::NoToUnicode,
                name,
                &words,
                &format!("{name} has no ToUnicode"),
            );
        }
    }

    /// The widths of a composite font: `c [w …]` and `first last w`.
    fn wide(&mut self, file: &PdfFile, program: &Dictionary) {
        let mut rest = file.array(program, "W").unwrap_or_default();
        while let [first, second, tail @ ..] = rest {
            let Some(start) = number(file.get(first)).and_then(code) else { return };
            if let Ok(row) = file.get(second).as_array() {
                for (at, width) in (start..CODES).zip(row) {
                    self.width_of(at, number(file.get(width)));
                }
                rest = tail;
            } else {
                let [width, tail @ ..] = tail else { return };
                let Some(end) = number(file.get(second)).and_then(code) else { return };
                let width = number(file.get(width));
                (start..=end).for_each(|at| self.width_of(at, width));
                rest = tail;
            }
        }
    }

    fn simple(&mut self, file: &PdfFile, font: &Dictionary) {
        self.default = 0.0;
        let start = file.number(font, "FirstChar").and_then(code).unwrap_or(0);
        // The glyphs of Type 3 have a space of their own.
        let scale = match file.numbers(font, "FontMatrix") {
            Some(matrix) if self.kind == "Type3" => matrix.first().map_or(1.0, |zoom| zoom * 1e3),
            _ => 1.0,
        };
        for (at, width) in (start..256).zip(file.array(font, "Widths").unwrap_or_default()) {
            self.width_of(at, number(file.get(width)).map(|width| width * scale));
        }
    }

    fn width_of(&mut self, at: usize, width: Option<f64>) {
        if self.widths.len() <= at {
            self.widths.resize(at + 1, self.default);
        }
        self.widths[at] = width.map_or(self.default, single);
    }

    /// How far a code moves the pen, in thousandths of the size.
    pub(crate) fn width(&self, code: u32) -> f64 {
        f64::from(self.widths.get(code as usize).copied().unwrap_or(self.default))
    }

    /// What a code stands for.
    pub(crate) fn text(&self, code: u32) -> Option<&str> {
        self.unicode.as_ref()?.get(&code).map(String::as_str)
    }
}

fn single(value: f64) -> f32 {
    #[expect(clippy::cast_possible_truncation, reason = "widths are thousandths, read as singles")]
    let value = value as f32;
    value
}

fn code(number: f64) -> Option<usize> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "within the codes, which is asked first"
    )]
    (0.0..65_536.0).contains(&number).then_some(number as usize)
}

fn has_tag(name: &str) -> bool {
    let tag = name.as_bytes();
    tag.len() > 7 && tag[..6].iter().all(u8::is_ascii_uppercase) && tag[6] == b'+'
}

/// A ToUnicode map: the rows of `bfchar` and `bfrange`.
fn to_unicode(map: &[u8]) -> BTreeMap<u32, String> {
    use crate::preflight::lex::{ContentLexer, Operand};
    let mut out = BTreeMap::new();
    let mut lexer = ContentLexer::new(map);
    while let Some(operator) = lexer.next() {
        let value = |operand: &Operand| match operand {
            Operand::Text(from, to) => {
                let bytes = lexer.bytes(*from, *to);
                let code = bytes.iter().take(4).fold(0, |code, byte| code << 8 | u32::from(*byte));
                (code, utf16(bytes))
            }
            // A row that is not one stands for nothing.
            _ => (u32::MAX, String::new()),
        };
        match operator {
            b"endbfchar" => {
                for row in lexer.operands.chunks_exact(2) {
                    out.insert(value(&row[0]).0, value(&row[1]).1);
                }
            }
            b"endbfrange" => ranges(&lexer.operands, value, &mut out),
            _ => {}
        }
    }
    out
}

fn ranges(
    operands: &[crate::preflight::lex::Operand],
    value: impl Fn(&crate::preflight::lex::Operand) -> (u32, String),
    out: &mut BTreeMap<u32, String>,
) {
    use crate::preflight::lex::Operand;
    let mut rest = operands;
    while let [first, last, target, tail @ ..] = rest {
        let (first, last) = (value(first).0, value(last).0);
        // A range ends where its last byte does.
        let last = last.min(first | 0xff);
        rest = tail;
        if *target == Operand::Open {
            let end = tail.iter().position(|operand| *operand == Operand::Close);
            let (row, after) = tail.split_at(end.unwrap_or(tail.len()));
            out.extend((first..=last).zip(row).map(|(code, text)| (code, value(text).1)));
            rest = after.get(1..).unwrap_or_default();
            continue;
        }
        let text = value(target).1;
        let mut start = text;
        let Some(end) = start.pop() else { continue };
        for code in first..=last {
            let c = char::from_u32(u32::from(end) + (code - first));
            let c = c.unwrap_or(char::REPLACEMENT_CHARACTER);
            out.insert(code, format!("{start}{c}"));
        }
    }
}

/// The rows of [`Words`] for a glyph that is missing.
pub(crate) fn notdef(font: &PdfFont) -> Bilingual {
    Bilingual::new(
        format!("字体 {} 中缺字", font.name),
        format!("{} shows the glyph of a missing character", font.name),
    )
}

#[cfg(test)]
mod tests {
    use super::{has_tag, to_unicode};

    #[test]
    fn maps_are_read_by_row_and_by_range() {
        let map = to_unicode(
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
        assert!(has_tag("ABCDEF+Song"));
        assert!(!has_tag("Song") && !has_tag("ABCDE+Song") && !has_tag("ABCDEf+Song"));
    }
}
