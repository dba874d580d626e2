//! Subsets of the faces, embedded as CID fonts with the text of every glyph.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use lopdf::{Dictionary, Document, Object, Stream, StringFormat};
use subsetter::GlyphRemapper;

use crate::font::{Face, FontId, Fonts, GlyphId};
use crate::output::pdf::cff;
use crate::output::pdf::{deflated, deflated_font};
use crate::page::Page;

/// What the pages use of each face.
pub(crate) struct Subsets {
    subsets: Vec<Subset>,
}

/// What the pages use of one face.
pub(crate) struct Subset {
    font: FontId,
    resource: String,
    /// CIDs by glyph and text. A glyph that stands for two characters (一 and ⼀ share one) has two CIDs,
    /// so that each is extracted as what it is.
    cids: BTreeMap<(GlyphId, String), u16>,
    /// By CID: the glyph, its text and its width in thousandths. CID 0 is .notdef.
    glyphs: Vec<(GlyphId, String, i32)>,
}

impl Subsets {
    /// Walks the pages once.
    pub(crate) fn collect<'a>(pages: impl IntoIterator<Item = &'a Page>, fonts: &Fonts) -> Self {
        let mut subsets: Vec<Subset> = Vec::new();
        for run in pages.into_iter().flat_map(Page::runs) {
            let at = subsets.iter().position(|subset| subset.font == run.font);
            let at = at.unwrap_or_else(|| {
                subsets.push(Subset::new(run.font, subsets.len()));
                subsets.len() - 1
            });
            let subset = &mut subsets[at];
            let face = fonts.face(run.font);
            for (k, glyph) in run.glyphs.iter().enumerate() {
                subset.add(face, glyph.id, &run.text[run.chars(k)]);
            }
        }
        Self { subsets }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Subset> {
        self.subsets.iter()
    }

    pub(crate) fn get(&self, font: FontId) -> Option<&Subset> {
        self.subsets.iter().find(|subset| subset.font == font)
    }
}

impl Subset {
    fn new(font: FontId, index: usize) -> Self {
        let notdef = (GlyphId(0), String::new(), 1000);
        Self { font, resource: format!("BM{index}"), cids: BTreeMap::new(), glyphs: vec![notdef] }
    }

    fn add(&mut self, face: &Face, glyph: GlyphId, text: &str) {
        if self.cid(glyph, text).is_some() {
            return;
        }
        // CIDs are two bytes; a page has a few thousand glyphs.
        let Ok(cid) = u16::try_from(self.glyphs.len()) else { return };
        let width = i32::try_from(face.advance(glyph).to_milli()).unwrap_or(1000);
        self.cids.insert((glyph, text.to_owned()), cid);
        self.glyphs.push((glyph, text.to_owned(), width));
    }

    /// The face.
    pub(crate) fn font(&self) -> FontId {
        self.font
    }

    /// Its name in the resources of the pages.
    pub(crate) fn resource(&self) -> &str {
        &self.resource
    }

    /// The CID of a glyph that stands for `text`.
    pub(crate) fn cid(&self, glyph: GlyphId, text: &str) -> Option<u16> {
        self.cids.get(&(glyph, text.to_owned())).copied()
    }

    /// The width of a CID in thousandths of the size, as /W says it.
    pub(crate) fn width(&self, cid: u16) -> i32 {
        self.glyphs[usize::from(cid)].2
    }

    /// Adds the font's objects to the document and gives its dictionary.
    pub(crate) fn write(&self, document: &mut Document, face: &Face) -> Result<Dictionary, String> {
        let base = format!("{}+{}", self.tag(), postscript_name(face.file()));
        let glyphs: Vec<GlyphId> = self.glyphs.iter().map(|(glyph, _, _)| *glyph).collect();
        let program = match cff::table(face.data()) {
            Some(table) => cff::subset(table, &glyphs, &base).map(Program::Cff),
            None => None,
        };
        let program = match program {
            Some(program) => program,
            None => Program::subset(face, &glyphs)?,
        };
        let descriptor = self.descriptor(document, face, &base, &program);
        let mut info = Dictionary::new();
        info.set("Registry", Object::string_literal("Adobe"));
        info.set("Ordering", Object::string_literal("Identity"));
        info.set("Supplement", 0);
        let mut cid = Dictionary::new();
        cid.set("Type", name("Font"));
        cid.set("Subtype", name(program.subtype()));
        cid.set("BaseFont", name(&base));
        cid.set("CIDSystemInfo", info);
        cid.set("FontDescriptor", descriptor);
        cid.set("DW", 1000);
        cid.set("W", self.widths());
        if let Program::TrueType { map, .. } = &program {
            let map = document.add_object(deflated_font(Dictionary::new(), map));
            cid.set("CIDToGIDMap", map);
        }
        let cid = document.add_object(cid);
        let unicode = deflated(Dictionary::new(), self.to_unicode().as_bytes(), 6);
        let unicode = document.add_object(unicode);
        let mut font = Dictionary::new();
        font.set("Type", name("Font"));
        font.set("Subtype", name("Type0"));
        font.set("BaseFont", name(&base));
        font.set("Encoding", name("Identity-H"));
        font.set("DescendantFonts", vec![Object::Reference(cid)]);
        font.set("ToUnicode", unicode);
        Ok(font)
    }

    fn descriptor(
        &self,
        document: &mut Document,
        face: &Face,
        base: &str,
        program: &Program,
    ) -> Object {
        let (bytes, key) = program.file();
        let mut dictionary = Dictionary::new();
        match program {
            Program::Cff(_) => dictionary.set("Subtype", name("CIDFontType0C")),
            Program::TrueType { .. } => {
                dictionary.set("Length1", i64::try_from(bytes.len()).unwrap_or(0));
            }
        }
        let file = document.add_object(deflated_font(dictionary, bytes));
        let mut descriptor = Dictionary::new();
        descriptor.set("Type", name("FontDescriptor"));
        descriptor.set("FontName", name(base));
        // Symbolic: the glyphs are named by number.
        descriptor.set("Flags", 4);
        let (left, bottom, right, top) = face.bounds();
        descriptor.set("FontBBox", [left, bottom, right, top].map(Object::Integer).to_vec());
        descriptor.set("ItalicAngle", 0);
        descriptor.set("Ascent", 880);
        descriptor.set("Descent", -120);
        descriptor.set("CapHeight", 730);
        descriptor.set("StemV", 80);
        // One bit a CID: which are here.
        let mut set = vec![0xff_u8; self.glyphs.len().div_ceil(8)];
        if let (Some(last), used @ 1..) = (set.last_mut(), self.glyphs.len() % 8) {
            *last = 0xff << (8 - used);
        }
        let set = document.add_object(Stream::new(Dictionary::new(), set));
        descriptor.set("CIDSet", set);
        descriptor.set(key, file);
        Object::Reference(document.add_object(descriptor))
    }

    /// Runs of equal widths that are not the default.
    fn widths(&self) -> Vec<Object> {
        let mut out = Vec::new();
        let mut start = 1;
        while start < self.glyphs.len() {
            let width = self.glyphs[start].2;
            let count = self.glyphs[start..].iter().take_while(|glyph| glyph.2 == width).count();
            if width != 1000 {
                let at = |k: usize| Object::Integer(i64::try_from(k).unwrap_or(0));
                out.extend([at(start), at(start + count - 1), Object::Integer(i64::from(width))]);
            }
            start += count;
        }
        out
    }

    /// Six capitals from what the subset holds: equal subsets have equal names.
    fn tag(&self) -> String {
        let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
        for (glyph, text, _) in &self.glyphs {
            for byte in glyph.0.to_le_bytes().into_iter().chain(text.bytes()) {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
        }
        (0..6)
            .map(|k| char::from(b'A' + u8::try_from((hash >> (8 * k)) % 26).unwrap_or(0)))
            .collect()
    }

    fn to_unicode(&self) -> String {
        let mut out = String::from(
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo << /Registry (Adobe) \
             /Ordering (UCS) /Supplement 0 >> def\n/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n\
             1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n",
        );
        let told: Vec<(usize, &String)> = self
            .glyphs
            .iter()
            .map(|(_, text, _)| text)
            .enumerate()
            .filter(|(_, text)| !text.is_empty())
            .collect();
        for part in told.chunks(100) {
            let _ = writeln!(out, "{} beginbfchar", part.len());
            for (cid, text) in part {
                let _ = write!(out, "<{cid:04X}> <");
                for unit in text.encode_utf16() {
                    let _ = write!(out, "{unit:04X}");
                }
                out.push_str(">\n");
            }
            out.push_str("endbfchar\n");
        }
        out.push_str("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
        out
    }
}

/// A font program that holds the glyphs of a subset and no more.
enum Program {
    Cff(Vec<u8>),
    TrueType { file: Vec<u8>, map: Vec<u8> },
}

impl Program {
    /// A subset by the subsetter, with the map from CIDs to its glyphs.
    fn subset(face: &Face, glyphs: &[GlyphId]) -> Result<Self, String> {
        let mut remapper = GlyphRemapper::new();
        let new: Vec<u16> = glyphs.iter().map(|glyph| remapper.remap(glyph.0)).collect();
        let file = subsetter::subset(face.data(), 0, &remapper)
            .map_err(|error| format!("{}: {error}", face.file()))?;
        if let Some(table) = cff::table(&file) {
            // Its CIDs are the glyph numbers of the subset; ours have to be the same.
            let unique = new.iter().enumerate().all(|(cid, glyph)| cid == usize::from(*glyph));
            return if unique {
                Ok(Self::Cff(table.to_vec()))
            } else {
                Err(format!("{}: glyphs that stand for two characters", face.file()))
            };
        }
        Ok(Self::TrueType { file, map: new.iter().flat_map(|glyph| glyph.to_be_bytes()).collect() })
    }

    fn subtype(&self) -> &'static str {
        match self {
            Self::Cff(_) => "CIDFontType0",
            Self::TrueType { .. } => "CIDFontType2",
        }
    }

    fn file(&self) -> (&[u8], &'static str) {
        match self {
            Self::Cff(bytes) => (bytes, "FontFile3"),
            Self::TrueType { file, .. } => (file, "FontFile2"),
        }
    }
}

/// A PDF name of a face: its file without the ending, letters and digits only.
fn postscript_name(file: &str) -> String {
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    stem.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect()
}

pub(crate) fn name(text: &str) -> Object {
    Object::Name(text.as_bytes().to_vec())
}

/// Text as PDF holds it outside content: UTF-16 with its mark, or plain ASCII.
pub(crate) fn text(text: &str) -> Object {
    if text.is_ascii() {
        return Object::String(text.as_bytes().to_vec(), StringFormat::Literal);
    }
    let mut bytes = vec![0xfe, 0xff];
    bytes.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
    Object::String(bytes, StringFormat::Hexadecimal)
}
