//! Font files, taken apart and put together.

use std::collections::BTreeMap;

use crate::support::read;

/// A glyf face with its own marks.
pub(crate) const BRUSH: &str = "MaShanZheng_400Regular.ttf";
/// A CFF face.
pub(crate) const SONG: &str = "NotoSerifCJKsc-Regular.otf";
pub(crate) const HEI: &str = "NotoSansCJKsc-Regular.otf";

fn be16(number: usize) -> [u8; 2] {
    u16::try_from(number).expect("two bytes").to_be_bytes()
}

fn be32(number: usize) -> [u8; 4] {
    u32::try_from(number).expect("four bytes").to_be_bytes()
}

/// A face as its tables.
#[derive(Clone)]
pub(crate) struct Sfnt {
    version: [u8; 4],
    tables: BTreeMap<[u8; 4], Vec<u8>>,
}

pub(crate) fn u16_at(bytes: &[u8], at: usize) -> u16 {
    u16::from_be_bytes([bytes[at], bytes[at + 1]])
}

pub(crate) fn u32_at(bytes: &[u8], at: usize) -> usize {
    u32::from_be_bytes(bytes[at..at + 4].try_into().expect("four bytes")) as usize
}

impl Sfnt {
    /// Returns a built-in face.
    pub(crate) fn shipped(file: &str) -> Self {
        Self::parse(&read(&format!("fonts/{file}")))
    }

    fn parse(file: &[u8]) -> Self {
        let rows = file[12..].chunks_exact(16).take(usize::from(u16_at(file, 4)));
        let tables = rows.map(|row| {
            let (start, length) = (u32_at(row, 8), u32_at(row, 12));
            (row[..4].try_into().expect("a tag"), file[start..start + length].to_vec())
        });
        Self { version: file[..4].try_into().expect("a version"), tables: tables.collect() }
    }

    pub(crate) fn table(&self, tag: &[u8; 4]) -> &[u8] {
        &self.tables[tag]
    }

    pub(crate) fn with(mut self, tag: &[u8; 4], bytes: Vec<u8>) -> Self {
        self.tables.insert(*tag, bytes);
        self
    }

    pub(crate) fn without(mut self, tag: &[u8; 4]) -> Self {
        self.tables.remove(tag).expect("a table to take away");
        self
    }

    /// Overwrites bytes of a table.
    pub(crate) fn patch(mut self, tag: &[u8; 4], at: usize, bytes: &[u8]) -> Self {
        let table = self.tables.get_mut(tag).expect("a table");
        table[at..at + bytes.len()].copy_from_slice(bytes);
        self
    }

    /// Sets the embedding permissions (`fsType`).
    pub(crate) fn fs_type(self, bits: u16) -> Self {
        self.patch(b"OS/2", 8, &bits.to_be_bytes())
    }

    /// Gives the face another PostScript name of the same length, wherever it occurs.
    pub(crate) fn renamed(mut self, from: &str, to: &str) -> Self {
        assert_eq!(from.len(), to.len());
        let wide =
            |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_be_bytes).collect() };
        let table = self.tables.get_mut(b"name").expect("names");
        let mut found = 0;
        for (from, to) in
            [(wide(from), wide(to)), (from.as_bytes().to_vec(), to.as_bytes().to_vec())]
        {
            for at in 0..table.len().saturating_sub(from.len()) {
                if table[at..].starts_with(&from) {
                    table[at..at + to.len()].copy_from_slice(&to);
                    found += 1;
                }
            }
        }
        assert!(found > 0, "{from} is its name");
        self
    }

    /// Returns the offset of a glyph in `glyf`, and its length.
    pub(crate) fn glyph(&self, glyph: usize) -> (usize, usize) {
        let loca = self.table(b"loca");
        let at = |k: usize| match u16_at(self.table(b"head"), 50) {
            0 => 2 * usize::from(u16_at(loca, 2 * k)),
            _ => u32_at(loca, 4 * k),
        };
        (at(glyph), at(glyph + 1) - at(glyph))
    }

    /// Writes a composite glyph over one that is at least as long.
    pub(crate) fn composite(self, glyph: usize, parts: &[u16]) -> Self {
        let (at, length) = self.glyph(glyph);
        let mut bytes = vec![0xff, 0xff, 0, 0, 0, 0, 0, 100, 0, 100];
        for (k, part) in parts.iter().enumerate() {
            // Offsets of one byte each; another part follows.
            let flags: u16 = if k + 1 < parts.len() { 0x0022 } else { 0x0002 };
            bytes.extend(flags.to_be_bytes());
            bytes.extend(part.to_be_bytes());
            bytes.extend([0, 0]);
        }
        assert!(bytes.len() <= length, "glyph {glyph} has {length} bytes");
        self.patch(b"glyf", at, &bytes)
    }

    /// Returns the file.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        collect(&[self], false)
    }
}

/// Returns a collection of faces.
pub(crate) fn collection(faces: &[&Sfnt]) -> Vec<u8> {
    collect(faces, true)
}

fn collect(faces: &[&Sfnt], header: bool) -> Vec<u8> {
    let mut out = Vec::new();
    let directory = |face: &Sfnt| 12 + 16 * face.tables.len();
    if header {
        out.extend(b"ttcf\0\x01\0\0");
        out.extend(be32(faces.len()));
        let mut at = 12 + 4 * faces.len();
        for face in faces {
            out.extend(be32(at));
            at += directory(face);
        }
    }
    let mut at = out.len() + faces.iter().map(|face| directory(face)).sum::<usize>();
    for face in faces {
        out.extend(face.version);
        out.extend(be16(face.tables.len()));
        out.extend([0; 6]);
        for (tag, bytes) in &face.tables {
            out.extend(tag);
            out.extend([0; 4]);
            out.extend(be32(at));
            out.extend(be32(bytes.len()));
            at += bytes.len().next_multiple_of(4);
        }
    }
    for bytes in faces.iter().flat_map(|face| face.tables.values()) {
        out.extend(bytes);
        out.resize(out.len().next_multiple_of(4), 0);
    }
    out
}

/// Returns an INDEX of CFF.
fn index(items: &[&[u8]]) -> Vec<u8> {
    let mut out = be16(items.len()).to_vec();
    if items.is_empty() {
        return out;
    }
    out.push(4);
    let mut at = 1;
    out.extend(be32(at));
    for item in items {
        at += item.len();
        out.extend(be32(at));
    }
    out.extend(items.concat());
    out
}

/// Returns a face unlike the built-in ones: its glyphs are boxes, 600 wide from 100, drawn by a
/// subroutine of its own and a shared one, with names instead of CIDs. Characters and advances are
/// those of the Hei face.
pub(crate) fn boxes() -> Sfnt {
    let hei = Sfnt::shipped(HEI);
    let count = usize::from(u16_at(hei.table(b"maxp"), 4));
    // 600 hlineto return; 600 vlineto -600 hlineto return; 100 100 rmoveto, both subroutines,
    // endchar.
    let local: &[u8] = &[28, 2, 88, 6, 11];
    let global: &[u8] = &[28, 2, 88, 7, 28, 0xfd, 0xa8, 6, 11];
    let glyph: &[u8] = &[239, 239, 21, 32, 10, 32, 29, 14];
    let number = |value: usize| [vec![29], be32(value).to_vec()].concat();
    let private = [number(6), vec![19]].concat();
    let charstrings = index(&vec![glyph; count]);
    let top = |strings: usize, dict: usize| {
        let words = [number(strings), vec![17], number(private.len()), number(dict), vec![18]];
        index(&[&words.concat()])
    };
    let names = index(&[b"Boxes"]);
    let tail = [index(&[]), index(&[global])].concat();
    let strings_at = 4 + names.len() + top(0, 0).len() + tail.len();
    let private_at = strings_at + charstrings.len();
    let top = top(strings_at, private_at);
    let head = vec![1, 0, 4, 4];
    let table = [head, names, top, tail, charstrings, private, index(&[local])].concat();
    hei.with(b"CFF ", table)
}
