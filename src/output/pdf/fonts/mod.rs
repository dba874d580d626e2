//! Faces, embedded as CID fonts with the text of every glyph.
//!
//! A subset gives each pair of glyph and text a CID in the order in which the pages first use it.
//! The code of a glyph in content streams is this CID; only a whole CFF face maps codes to CIDs of
//! its own.

mod program;
mod sfnt;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

use crate::font::{EmbeddingRights, FaceFacts, FontFace, FontId, FontSet, GlyphBounds, GlyphId};
use crate::output::pdf::fonts::program::FontProgram;
use crate::output::pdf::objects::{
    CMAP_DEFLATE_LEVEL, FONT_DEFLATE_LEVEL, deflated_stream, name_object, stored_stream,
};
use crate::page::Page;

/// Glyphs that the pages use, by face.
pub(crate) struct FontSubsets {
    subsets: Vec<FontSubset>,
}

/// A glyph of a subset, drawn for one text.
struct SubsetGlyph {
    glyph: GlyphId,
    /// Text that is extracted for the glyph; empty for .notdef.
    text: String,
    /// Width in thousandths of an em.
    width: i32,
}

/// Deflation of font programs in a file.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum ProgramDeflation {
    /// All programs are deflated: the file is downloaded.
    Always,
    /// Programs that hardly get smaller are stored plain: the file goes to a plant.
    IfWorthwhile,
}

/// Glyphs that the pages use of one face.
pub(crate) struct FontSubset {
    font: FontId,
    resource: String,
    /// By glyph: CID of the first text that the glyph was drawn for, 0 for none.
    first_cids: Vec<u16>,
    /// CIDs of the other texts of a glyph. A glyph that is drawn for two characters (一 and ⼀ share
    /// one) has two CIDs, so that each is extracted as itself.
    other_cids: BTreeMap<(GlyphId, String), u16>,
    /// Glyphs by CID. CID 0 is .notdef.
    glyphs: Vec<SubsetGlyph>,
}

impl FontSubsets {
    /// Collects the glyphs of all pages.
    pub(crate) fn collect<'a>(pages: impl IntoIterator<Item = &'a Page>, fonts: &FontSet) -> Self {
        let mut subsets: Vec<FontSubset> = Vec::new();
        for run in pages.into_iter().flat_map(Page::runs) {
            let index = subsets.iter().position(|subset| subset.font == run.font);
            let index = index.unwrap_or_else(|| {
                subsets.push(FontSubset::new(run.font, subsets.len()));
                subsets.len() - 1
            });
            let subset = &mut subsets[index];
            let face = fonts.face(run.font);
            for (k, glyph) in run.glyphs.iter().enumerate() {
                subset.add_glyph(face, glyph.id, &run.text[run.text_range(k)]);
            }
        }
        Self { subsets }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &FontSubset> {
        self.subsets.iter()
    }

    /// Returns the subset of a face. `None` if no page uses the face.
    pub(crate) fn get(&self, font: FontId) -> Option<&FontSubset> {
        self.subsets.iter().find(|subset| subset.font == font)
    }
}

impl FontSubset {
    fn new(font: FontId, index: usize) -> Self {
        let notdef = SubsetGlyph { glyph: GlyphId(0), text: String::new(), width: 1000 };
        Self {
            font,
            resource: format!("BM{index}"),
            first_cids: Vec::new(),
            other_cids: BTreeMap::new(),
            glyphs: vec![notdef],
        }
    }

    /// Gives a glyph with its text a CID, unless it has one.
    fn add_glyph(&mut self, face: &FontFace, glyph: GlyphId, text: &str) {
        if self.cid(glyph, text).is_some() {
            return;
        }
        // CIDs are two bytes. A page uses a few thousand glyphs; one beyond 65 536 is not drawn.
        let Ok(cid) = u16::try_from(self.glyphs.len()) else { return };
        // An advance has two bytes in font units, so its thousandths fit by far.
        let width = face.advance(glyph).to_milli() as i32;
        let index = usize::from(glyph.0);
        if self.first_cids.len() <= index {
            self.first_cids.resize(index + 1, 0);
        }
        // 0 is free to mean none, because CID 0 is .notdef and never handed out.
        if self.first_cids[index] == 0 {
            self.first_cids[index] = cid;
        } else {
            self.other_cids.insert((glyph, text.to_owned()), cid);
        }
        self.glyphs.push(SubsetGlyph { glyph, text: text.to_owned(), width });
    }

    /// Face of the subset.
    pub(crate) fn font(&self) -> FontId {
        self.font
    }

    /// Resource name of the font.
    pub(crate) fn resource(&self) -> &str {
        &self.resource
    }

    /// Returns the CID of a glyph drawn for `text`. `None` if the subset does not hold it.
    pub(crate) fn cid(&self, glyph: GlyphId, text: &str) -> Option<u16> {
        let first = self.first_cids.get(usize::from(glyph.0)).copied().filter(|cid| *cid != 0)?;
        // Nearly every glyph is drawn for one text only, so the map is hardly ever searched.
        if self.glyphs[usize::from(first)].text == text {
            return Some(first);
        }
        self.other_cids.get(&(glyph, text.to_owned())).copied()
    }

    /// Width of a CID in thousandths of the size, as in `/W`.
    pub(crate) fn width(&self, cid: u16) -> i32 {
        self.glyphs[usize::from(cid)].width
    }

    /// Writes the objects of the font and returns its dictionary.
    ///
    /// # Errors
    /// A face whose program cannot be subset.
    pub(crate) fn write_font(
        &self,
        document: &mut Document,
        face: &FontFace,
        deflation: ProgramDeflation,
    ) -> Result<Dictionary, String> {
        let base_name = match face.embedding() {
            EmbeddingRights::Subset => format!("{}+{}", self.subset_tag(), face.base_name()),
            // The tag would claim that the program is a subset.
            EmbeddingRights::Whole => face.base_name().to_owned(),
        };
        let glyphs: Vec<GlyphId> = self.glyphs.iter().map(|glyph| glyph.glyph).collect();
        let program = FontProgram::for_glyphs(face, &glyphs, &base_name)?;
        let file = write_program(document, &program, deflation);
        let descriptor = self.write_descriptor(document, face, &base_name, &program, file);
        // The CIDs are numbers of this subset alone and belong to no collection of Adobe's.
        let mut info = Dictionary::new();
        info.set("Registry", Object::string_literal("Adobe"));
        info.set("Ordering", Object::string_literal("Identity"));
        info.set("Supplement", 0);
        let mut cid = Dictionary::new();
        cid.set("Type", name_object("Font"));
        cid.set("Subtype", name_object(program.font_subtype()));
        cid.set("BaseFont", name_object(&base_name));
        cid.set("CIDSystemInfo", info.clone());
        cid.set("FontDescriptor", descriptor);
        cid.set("DW", 1000);
        cid.set("W", self.width_array(&program));
        // A TrueType program has no CIDs, so the map leads from codes to its glyphs.
        if let FontProgram::TrueType { map, .. } = &program {
            let map =
                document.add_object(deflated_stream(Dictionary::new(), map, FONT_DEFLATE_LEVEL));
            cid.set("CIDToGIDMap", map);
        }
        let cid = document.add_object(cid);
        let unicode = self.to_unicode_cmap();
        let unicode = deflated_stream(Dictionary::new(), unicode.as_bytes(), CMAP_DEFLATE_LEVEL);
        let unicode = document.add_object(unicode);
        let mut font = Dictionary::new();
        font.set("Type", name_object("Font"));
        font.set("Subtype", name_object("Type0"));
        font.set("BaseFont", name_object(&base_name));
        match &program {
            // Codes are CIDs.
            FontProgram::Cff(_) | FontProgram::TrueType { .. } => {
                font.set("Encoding", name_object("Identity-H"));
            }
            FontProgram::WholeCff { cids, .. } => {
                let mut map = Dictionary::new();
                map.set("Type", name_object("CMap"));
                map.set("CMapName", name_object("Banmian-Identity"));
                map.set("CIDSystemInfo", info);
                let cmap = encoding_cmap(cids);
                let map = deflated_stream(map, cmap.as_bytes(), CMAP_DEFLATE_LEVEL);
                font.set("Encoding", document.add_object(map));
            }
        }
        font.set("DescendantFonts", vec![Object::Reference(cid)]);
        font.set("ToUnicode", unicode);
        Ok(font)
    }

    /// Writes the font descriptor and returns a reference to it.
    fn write_descriptor(
        &self,
        document: &mut Document,
        face: &FontFace,
        base_name: &str,
        program: &FontProgram<'_>,
        file: ObjectId,
    ) -> Object {
        let mut descriptor = Dictionary::new();
        descriptor.set("Type", name_object("FontDescriptor"));
        descriptor.set("FontName", name_object(base_name));
        let facts = face.facts();
        descriptor.set("Flags", descriptor_flags(facts));
        let GlyphBounds { left, bottom, right, top } = face.bounds();
        descriptor.set("FontBBox", [left, bottom, right, top].map(Object::Integer).to_vec());
        descriptor.set("ItalicAngle", facts.italic_angle);
        descriptor.set("Ascent", facts.em_box.top);
        descriptor.set("Descent", facts.em_box.foot);
        descriptor.set("CapHeight", facts.cap_height);
        // Faces do not say how thick their stems are: the usual value for the weight.
        let weight = i64::from(facts.weight);
        descriptor.set("StemV", 50 + weight * weight / (65 * 65));
        if face.embedding() == EmbeddingRights::Subset {
            // One bit for each CID that the program holds, most significant bit first.
            let mut set = vec![0xff_u8; self.glyphs.len().div_ceil(8)];
            // Bits beyond the last CID must be zero.
            if let (Some(last), used @ 1..) = (set.last_mut(), self.glyphs.len() % 8) {
                *last = 0xff << (8 - used);
            }
            let set = document.add_object(Stream::new(Dictionary::new(), set));
            descriptor.set("CIDSet", set);
        }
        descriptor.set(program.file_key(), file);
        Object::Reference(document.add_object(descriptor))
    }

    /// Builds `/W`: first CID, last CID and width of each run of equal widths that are not the
    /// default.
    fn width_array(&self, program: &FontProgram<'_>) -> Vec<Object> {
        let mut widths: Vec<(usize, i32)> = self
            .glyphs
            .iter()
            .enumerate()
            .skip(1)
            .map(|(code, glyph)| (program.cid_of_code(code), glyph.width))
            .collect();
        // `W` requires CIDs in order. Those of a whole CFF face do not follow the codes.
        widths.sort_unstable();
        let mut out = Vec::new();
        let mut rest = widths.as_slice();
        while let [(first, width), ..] = rest {
            // Two codes of a whole face may have one CID, so the step may be 0.
            let followers = rest
                .windows(2)
                .take_while(|pair| pair[1].1 == *width && pair[1].0 - pair[0].0 <= 1);
            let count = 1 + followers.count();
            let last = rest[count - 1].0;
            // 1000 is the default, `DW`, and the width of every Han character.
            if *width != 1000 {
                let numbers = [*first as i64, last as i64, i64::from(*width)];
                out.extend(numbers.map(Object::Integer));
            }
            rest = &rest[count..];
        }
        out
    }

    /// Builds the tag of the subset: six capitals hashed from its contents (FNV-1a), so that equal
    /// subsets have equal names.
    fn subset_tag(&self) -> String {
        let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
        for SubsetGlyph { glyph, text, .. } in &self.glyphs {
            for byte in glyph.0.to_le_bytes().into_iter().chain(text.bytes()) {
                hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
            }
        }
        (0..6).map(|k| char::from(b'A' + ((hash >> (8 * k)) % 26) as u8)).collect()
    }

    /// Builds the map from codes to text.
    fn to_unicode_cmap(&self) -> String {
        let mut out = String::from(
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo << /Registry (Adobe) \
             /Ordering (UCS) /Supplement 0 >> def\n/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n\
             1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n",
        );
        let texts: Vec<(usize, &str)> = self
            .glyphs
            .iter()
            .map(|glyph| glyph.text.as_str())
            .enumerate()
            // No text for .notdef: a viewer must extract nothing for it.
            .filter(|(_, text)| !text.is_empty())
            .collect();
        for part in texts.chunks(CMAP_SECTION_ROWS) {
            let _ = writeln!(out, "{} beginbfchar", part.len());
            for (cid, text) in part {
                let _ = write!(out, "<{cid:04X}> <");
                // A character beyond the first plane takes two units, and a ligature one for each
                // character.
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

/// Writes the program of a font and returns its id.
fn write_program(
    document: &mut Document,
    program: &FontProgram<'_>,
    deflation: ProgramDeflation,
) -> ObjectId {
    let bytes = program.bytes();
    let mut dictionary = Dictionary::new();
    match program {
        FontProgram::Cff(_) | FontProgram::WholeCff { .. } => {
            dictionary.set("Subtype", name_object("CIDFontType0C"));
        }
        // `Length1` is the length before deflation; CFF programs have none.
        FontProgram::TrueType { .. } => dictionary.set("Length1", bytes.len() as i64),
    }
    // Charstrings copied one by one deflate by an eighth only, which would take a quarter of the
    // time of a page.
    let is_copied_cff = matches!(program, FontProgram::Cff(_));
    let file = if is_copied_cff && deflation == ProgramDeflation::IfWorthwhile {
        stored_stream(dictionary, bytes.to_vec())
    } else {
        deflated_stream(dictionary, bytes, FONT_DEFLATE_LEVEL)
    };
    document.add_object(file)
}

/// Largest number of rows in one section of a CMap (Adobe Technical Note 5014).
const CMAP_SECTION_ROWS: usize = 100;

/// Builds the map from codes to CIDs.
fn encoding_cmap(cids: &[u16]) -> String {
    let mut out = String::from(
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo << /Registry \
         (Adobe) /Ordering (Identity) /Supplement 0 >> def\n/CMapName /Banmian-Identity def\n/CMapType 1 def\n\
         1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n",
    );
    let rows: Vec<(usize, &u16)> = cids.iter().enumerate().collect();
    for part in rows.chunks(CMAP_SECTION_ROWS) {
        let _ = writeln!(out, "{} begincidchar", part.len());
        for (code, cid) in part {
            let _ = writeln!(out, "<{code:04X}> {cid}");
        }
        out.push_str("endcidchar\n");
    }
    out.push_str("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n");
    out
}

/// Flags of a font descriptor, from what the face says about itself (ISO 32000-1 9.8.2).
fn descriptor_flags(facts: &FaceFacts) -> i64 {
    // Symbolic: glyphs are chosen by number, not by a standard encoding.
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
