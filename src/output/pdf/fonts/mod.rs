//! The faces, embedded as CID fonts with the text of every glyph.

mod program;
mod sfnt;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::font::{EmbeddingRights, FaceFacts, FontFace, FontId, FontSet, GlyphId};
use crate::output::pdf::fonts::program::FontProgram;
use crate::output::pdf::{deflated_font_stream, deflated_stream};
use crate::page::Page;
use lopdf::{Dictionary, Document, Object, Stream, StringFormat};

/// What the pages use of each face.
pub(crate) struct FontSubsets {
    subsets: Vec<FontSubset>,
}

/// What the pages use of one face.
pub(crate) struct FontSubset {
    font: FontId,
    resource: String,
    /// By glyph: the CID of the first text that it stood for; 0 for none.
    first: Vec<u16>,
    /// The CIDs of its other texts. A glyph that stands for two characters (一 and ⼀ share one) has two CIDs,
    /// so that each is extracted as what it is.
    more: BTreeMap<(GlyphId, String), u16>,
    /// By CID: the glyph, its text and its width in thousandths. CID 0 is .notdef.
    glyphs: Vec<(GlyphId, String, i32)>,
}

impl FontSubsets {
    /// Walks the pages once.
    pub(crate) fn collect<'a>(pages: impl IntoIterator<Item = &'a Page>, fonts: &FontSet) -> Self {
        let mut subsets: Vec<FontSubset> = Vec::new();
        for run in pages.into_iter().flat_map(Page::runs) {
            let at = subsets.iter().position(|subset| subset.font == run.font);
            let at = at.unwrap_or_else(|| {
                subsets.push(FontSubset::new(run.font, subsets.len()));
                subsets.len() - 1
            });
            let subset = &mut subsets[at];
            let face = fonts.face(run.font);
            for (k, glyph) in run.glyphs.iter().enumerate() {
                subset.add(face, glyph.id, &run.text[run.text_range(k)]);
            }
        }
        Self { subsets }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &FontSubset> {
        self.subsets.iter()
    }

    pub(crate) fn get(&self, font: FontId) -> Option<&FontSubset> {
        self.subsets.iter().find(|subset| subset.font == font)
    }
}

impl FontSubset {
    fn new(font: FontId, index: usize) -> Self {
        let notdef = (GlyphId(0), String::new(), 1000);
        Self {
            font,
            resource: format!("BM{index}"),
            first: Vec::new(),
            more: BTreeMap::new(),
            glyphs: vec![notdef],
        }
    }

    fn add(&mut self, face: &FontFace, glyph: GlyphId, text: &str) {
        if self.cid(glyph, text).is_some() {
            return;
        }
        // CIDs are two bytes; a page has a few thousand glyphs.
        let Ok(cid) = u16::try_from(self.glyphs.len()) else { return };
        let width = i32::try_from(face.advance(glyph).to_milli()).unwrap_or(1000);
        let at = usize::from(glyph.0);
        if self.first.len() <= at {
            self.first.resize(at + 1, 0);
        }
        if self.first[at] == 0 {
            self.first[at] = cid;
        } else {
            self.more.insert((glyph, text.to_owned()), cid);
        }
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
        let first = self.first.get(usize::from(glyph.0)).copied().filter(|cid| *cid != 0)?;
        if self.glyphs[usize::from(first)].1 == text {
            return Some(first);
        }
        self.more.get(&(glyph, text.to_owned())).copied()
    }

    /// The width of a CID in thousandths of the size, as /W says it.
    pub(crate) fn width(&self, cid: u16) -> i32 {
        self.glyphs[usize::from(cid)].2
    }

    /// Adds the font's objects to the document and gives its dictionary. Its program is deflated where the file is to
    /// be `small`, or where that makes much of a difference.
    pub(crate) fn write(
        &self,
        document: &mut Document,
        face: &FontFace,
        small: bool,
    ) -> Result<Dictionary, String> {
        let base = match face.embedding() {
            EmbeddingRights::Subset => format!("{}+{}", self.tag(), face.base_name()),
            EmbeddingRights::Whole => face.base_name().to_owned(),
        };
        let glyphs: Vec<GlyphId> = self.glyphs.iter().map(|(glyph, _, _)| *glyph).collect();
        let program = FontProgram::of(face, &glyphs, &base)?;
        let descriptor = self.descriptor(document, face, &base, (&program, small));
        let mut info = Dictionary::new();
        info.set("Registry", Object::string_literal("Adobe"));
        info.set("Ordering", Object::string_literal("Identity"));
        info.set("Supplement", 0);
        let mut cid = Dictionary::new();
        cid.set("Type", name("Font"));
        cid.set("Subtype", name(program.subtype()));
        cid.set("BaseFont", name(&base));
        cid.set("CIDSystemInfo", info.clone());
        cid.set("FontDescriptor", descriptor);
        cid.set("DW", 1000);
        cid.set("W", self.widths(&program));
        if let FontProgram::TrueType { map, .. } = &program {
            let map = document.add_object(deflated_font_stream(Dictionary::new(), map));
            cid.set("CIDToGIDMap", map);
        }
        let cid = document.add_object(cid);
        let unicode = deflated_stream(Dictionary::new(), self.to_unicode().as_bytes(), 6);
        let unicode = document.add_object(unicode);
        let mut font = Dictionary::new();
        font.set("Type", name("Font"));
        font.set("Subtype", name("Type0"));
        font.set("BaseFont", name(&base));
        match &program {
            FontProgram::Cff(_) | FontProgram::TrueType { .. } => {
                font.set("Encoding", name("Identity-H"))
            }
            FontProgram::WholeCff { cids, .. } => {
                let mut map = Dictionary::new();
                map.set("Type", name("CMap"));
                map.set("CMapName", name("Banmian-Identity"));
                map.set("CIDSystemInfo", info);
                let map = document.add_object(deflated_stream(map, encoding(cids).as_bytes(), 6));
                font.set("Encoding", map);
            }
        }
        font.set("DescendantFonts", vec![Object::Reference(cid)]);
        font.set("ToUnicode", unicode);
        Ok(font)
    }

    fn descriptor(
        &self,
        document: &mut Document,
        face: &FontFace,
        base: &str,
        (program, small): (&FontProgram<'_>, bool),
    ) -> Object {
        let (bytes, key) = program.file();
        let mut dictionary = Dictionary::new();
        match program {
            FontProgram::Cff(_) | FontProgram::WholeCff { .. } => {
                dictionary.set("Subtype", name("CIDFontType0C"));
            }
            FontProgram::TrueType { .. } => {
                dictionary.set("Length1", i64::try_from(bytes.len()).unwrap_or(0));
            }
        }
        // Outlines that were copied one by one deflate by an eighth, which takes a quarter of the time of a page.
        let plain = matches!(program, FontProgram::Cff(_)) && !small;
        let file = if plain {
            Stream::new(dictionary, bytes.to_vec()).with_compression(false)
        } else {
            deflated_font_stream(dictionary, bytes)
        };
        let file = document.add_object(file);
        let mut descriptor = Dictionary::new();
        descriptor.set("Type", name("FontDescriptor"));
        descriptor.set("FontName", name(base));
        let facts = face.facts();
        descriptor.set("Flags", flags(facts));
        let (left, bottom, right, top) = face.bounds();
        descriptor.set("FontBBox", [left, bottom, right, top].map(Object::Integer).to_vec());
        descriptor.set("ItalicAngle", facts.italic_angle);
        descriptor.set("Ascent", facts.em_box.0);
        descriptor.set("Descent", facts.em_box.1);
        descriptor.set("CapHeight", facts.cap_height);
        // What is usual for a weight; no face tells how thick its stems are.
        let weight = i64::from(facts.weight);
        descriptor.set("StemV", 50 + weight * weight / (65 * 65));
        if face.embedding() == EmbeddingRights::Subset {
            // One bit a CID: which are here.
            let mut set = vec![0xff_u8; self.glyphs.len().div_ceil(8)];
            if let (Some(last), used @ 1..) = (set.last_mut(), self.glyphs.len() % 8) {
                *last = 0xff << (8 - used);
            }
            let set = document.add_object(Stream::new(Dictionary::new(), set));
            descriptor.set("CIDSet", set);
        }
        descriptor.set(key, file);
        Object::Reference(document.add_object(descriptor))
    }

    /// Runs of equal widths that are not the default, by CID.
    fn widths(&self, program: &FontProgram<'_>) -> Vec<Object> {
        let told = |(code, glyph): (usize, &(GlyphId, String, i32))| (program.cid(code), glyph.2);
        let mut all: Vec<(usize, i32)> = self.glyphs.iter().enumerate().skip(1).map(told).collect();
        all.sort_unstable();
        let mut out = Vec::new();
        let mut rest = all.as_slice();
        while let [(first, width), ..] = rest {
            // A CID may have two codes.
            let follows = rest
                .windows(2)
                .take_while(|pair| pair[1].1 == *width && pair[1].0 - pair[0].0 <= 1);
            let count = 1 + follows.count();
            let last = rest[count - 1].0;
            if *width != 1000 {
                let at = |k: usize| Object::Integer(i64::try_from(k).unwrap_or(0));
                out.extend([at(*first), at(last), Object::Integer(i64::from(*width))]);
            }
            rest = &rest[count..];
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

/// The map from codes to CIDs.
fn encoding(cids: &[u16]) -> String {
    let mut out = String::from(
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo << /Registry (Adobe) \
         /Ordering (Identity) /Supplement 0 >> def\n/CMapName /Banmian-Identity def\n/CMapType 1 def\n\
         1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n",
    );
    let all: Vec<(usize, &u16)> = cids.iter().enumerate().collect();
    for part in all.chunks(100) {
        let _ = writeln!(out, "{} begincidchar", part.len());
        for (code, cid) in part {
            let _ = writeln!(out, "<{code:04X}> {cid}");
        }
        out.push_str("endcidchar\n");
    }
    out.push_str("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
    out
}

/// The bits of a descriptor by what the face says of itself.
fn flags(facts: &FaceFacts) -> i64 {
    // Symbolic: the glyphs are named by number.
    let mut flags = 4;
    for (bit, holds) in [
        (1, facts.is_fixed_pitch),
        (2, matches!(facts.family_class, 1..=5 | 7)),
        (8, facts.family_class == 10),
        (64, facts.italic_angle != 0),
    ] {
        if holds {
            flags |= bit;
        }
    }
    flags
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
