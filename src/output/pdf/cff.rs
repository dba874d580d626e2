//! Subsets of CID-keyed CFF faces, made by copying charstrings (Adobe Technical Note 5176).
//!
//! The shipped faces have no subroutines, so the charstring of a glyph needs nothing but itself. A
//! subset is these byte strings behind new tables. Any other face is left to the subsetter crate.

use crate::font::GlyphId;

/// Builds a font program in which CID `k` is glyph `glyphs[k]`. `None` for a face that has
/// subroutines, has no CIDs or is damaged.
pub(crate) fn subset(table: &[u8], glyphs: &[GlyphId], name: &str) -> Option<Vec<u8>> {
    let source = CffTable::read(table)?;
    // Font DICTs of the source that are used, and for each glyph the index among them.
    // Only the Font DICTs in use are copied, so they get new indices.
    let mut used_dicts: Vec<u8> = Vec::new();
    let mut dict_of_glyph: Vec<u8> = Vec::with_capacity(glyphs.len());
    for glyph in glyphs {
        let dict = source.font_dict_of(glyph.0)?;
        let index = used_dicts.iter().position(|used| *used == dict).unwrap_or_else(|| {
            used_dicts.push(dict);
            used_dicts.len() - 1
        });
        dict_of_glyph.push(u8::try_from(index).ok()?);
    }
    // `Option` over the whole list: one missing glyph makes the face unusable here.
    let charstrings: Option<Vec<&[u8]>> =
        glyphs.iter().map(|glyph| source.charstrings.item(usize::from(glyph.0))).collect();
    let privates: Option<Vec<PrivateDict<'_>>> =
        used_dicts.iter().map(|dict| source.private_dict(*dict)).collect();
    let subset = SubsetParts {
        top: &source.top,
        name,
        glyph_count: u16::try_from(glyphs.len()).ok()?,
        dict_of_glyph: &dict_of_glyph,
        charstrings: &write_index(&charstrings?),
        privates: &privates?,
    };
    Some(subset.assemble())
}

/// Returns the CIDs of glyphs in a table. In a table without CIDs they are the glyphs themselves.
/// `None` if the table is damaged.
pub(crate) fn cids(table: &[u8], glyphs: &[GlyphId]) -> Option<Vec<u16>> {
    let (_, rest) = CffIndex::read(table.get(usize::from(*table.get(2)?)..)?)?;
    let top = read_dict(CffIndex::read(rest)?.0.item(0)?)?;
    let charset =
        find_operands(&top, CHARSET).and_then(|operands| read_integers(operands).first().copied());
    // Values up to 2 name charsets that every reader knows. In a CID-keyed face each of them means
    // that CIDs are the glyphs in order.
    let offset = charset.filter(|offset| *offset > 2);
    let (Some(offset), Some(_)) = (offset, find_operands(&top, ROS)) else {
        return Some(glyphs.iter().map(|glyph| glyph.0).collect());
    };
    let cids = read_charset(table.get(usize::try_from(offset).ok()?..)?)?;
    Some(glyphs.iter().map(|glyph| cids.get(usize::from(glyph.0)).copied().unwrap_or(0)).collect())
}

/// Reads a charset: the CID of each glyph.
fn read_charset(bytes: &[u8]) -> Option<Vec<u16>> {
    let mut cids = vec![0];
    let format = *bytes.first()?;
    let row_bytes = match format {
        0 => 2,
        1 => 3,
        2 => 4,
        _ => return None,
    };
    // The number of glyphs is known elsewhere only. Reading goes on into the tables behind the
    // charset; the extra CIDs belong to glyphs that do not exist.
    for row in bytes.get(1..)?.chunks_exact(row_bytes) {
        let first = u16_at(row, 0)?;
        let more = match format {
            0 => 0,
            1 => u16::from(row[2]),
            _ => u16_at(row, 2)?,
        };
        cids.extend((0..=more).map(|k| first.wrapping_add(k)));
        if cids.len() > usize::from(u16::MAX) {
            break;
        }
    }
    Some(cids)
}

/// An INDEX: a list of byte strings, stored as offsets and data.
#[derive(Clone, Copy)]
struct CffIndex<'a> {
    count: usize,
    /// Bytes of an offset, 1 to 4.
    offset_width: usize,
    offsets: &'a [u8],
    data: &'a [u8],
}

impl<'a> CffIndex<'a> {
    /// Reads an INDEX and returns it with the bytes that follow it.
    fn read(bytes: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let count = usize::from(u16_at(bytes, 0)?);
        if count == 0 {
            let empty = Self { count, offset_width: 1, offsets: &[], data: &[] };
            return Some((empty, bytes.get(2..)?));
        }
        let offset_width = usize::from(*bytes.get(2)?);
        if !(1..=4).contains(&offset_width) {
            return None;
        }
        let offsets = bytes.get(3..3 + (count + 1) * offset_width)?;
        let data = bytes.get(3 + (count + 1) * offset_width..)?;
        let index = Self { count, offset_width, offsets, data };
        // One more offset than items: the last one is the end of the data.
        let end = index.offset(count)?;
        Some((Self { data: data.get(..end)?, ..index }, data.get(end..)?))
    }

    /// Offset of an item in the data. The file counts offsets from 1.
    fn offset(&self, at: usize) -> Option<usize> {
        let bytes = self.offsets.get(at * self.offset_width..(at + 1) * self.offset_width)?;
        bytes.iter().fold(0_usize, |sum, byte| sum << 8 | usize::from(*byte)).checked_sub(1)
    }

    fn item(&self, at: usize) -> Option<&'a [u8]> {
        (at < self.count).then(|| self.data.get(self.offset(at)?..self.offset(at + 1)?)).flatten()
    }
}

/// An entry of a DICT.
struct DictEntry {
    /// The operator; a two-byte operator is 12 and its second byte.
    operator: u16,
    /// Encoded operands.
    operands: Vec<u8>,
}

/// A CFF table, taken apart.
struct CffTable<'a> {
    table: &'a [u8],
    top: Vec<DictEntry>,
    charstrings: CffIndex<'a>,
    font_dicts: CffIndex<'a>,
    fd_select: &'a [u8],
}

/// Parts of a Font DICT that a subset keeps.
struct PrivateDict<'a> {
    /// Operands of the FontMatrix; `None` without one.
    matrix: Option<Vec<u8>>,
    /// The Private DICT.
    bytes: &'a [u8],
}

// Operators of Top and Font DICTs.
const FONT_BBOX: u16 = 5;
const CHARSET: u16 = 15;
const CHAR_STRINGS: u16 = 17;
const PRIVATE: u16 = 18;
const SUBRS: u16 = 19;
const FONT_MATRIX: u16 = 12 << 8 | 7;
const ROS: u16 = 12 << 8 | 30;
const CID_COUNT: u16 = 12 << 8 | 34;
const FD_ARRAY: u16 = 12 << 8 | 36;
const FD_SELECT: u16 = 12 << 8 | 37;

impl<'a> CffTable<'a> {
    /// Reads a table. `None` if it has global subroutines, has no CIDs or is damaged.
    fn read(table: &'a [u8]) -> Option<Self> {
        // Header, Name INDEX, Top DICT INDEX, String INDEX, Global Subr INDEX.
        let (_, rest) = CffIndex::read(table.get(usize::from(*table.get(2)?)..)?)?;
        let (top, rest) = CffIndex::read(rest)?;
        let (_, rest) = CffIndex::read(rest)?;
        let (subroutines, _) = CffIndex::read(rest)?;
        let top = read_dict(top.item(0)?)?;
        find_operands(&top, ROS)?;
        let from_offset = |operator| {
            let offset = *read_integers(find_operands(&top, operator)?).first()?;
            table.get(usize::try_from(offset).ok()?..)
        };
        let (charstrings, _) = CffIndex::read(from_offset(CHAR_STRINGS)?)?;
        let (font_dicts, _) = CffIndex::read(from_offset(FD_ARRAY)?)?;
        let fd_select = from_offset(FD_SELECT)?;
        (subroutines.count == 0).then_some(Self { table, top, charstrings, font_dicts, fd_select })
    }

    /// Returns the index of a glyph's Font DICT.
    fn font_dict_of(&self, glyph: u16) -> Option<u8> {
        match self.fd_select.first()? {
            0 => self.fd_select.get(1 + usize::from(glyph)).copied(),
            3 => {
                // Ranges in order: a binary search for the last one that starts at or before the
                // glyph.
                let count = usize::from(u16_at(self.fd_select, 1)?);
                let first_glyph = |range: usize| u16_at(self.fd_select, 3 + 3 * range);
                let (mut low, mut high) = (0, count);
                // The glyph is in the ranges from `low` on and before `high`. A table without
                // ranges ends at once.
                while high - low > 1 {
                    let middle = usize::midpoint(low, high);
                    if first_glyph(middle)? <= glyph { low = middle } else { high = middle }
                }
                self.fd_select.get(5 + 3 * low).copied()
            }
            _ => None,
        }
    }

    /// Returns the kept parts of a Font DICT. `None` if its glyphs may use local subroutines.
    fn private_dict(&self, index: u8) -> Option<PrivateDict<'a>> {
        let font = read_dict(self.font_dicts.item(usize::from(index))?)?;
        let operands = read_integers(find_operands(&font, PRIVATE)?);
        let [size, offset] = operands.as_slice() else { return None };
        let start = usize::try_from(*offset).ok()?;
        let bytes = self.table.get(start..start.checked_add(usize::try_from(*size).ok()?)?)?;
        let matrix = find_operands(&font, FONT_MATRIX).map(<[u8]>::to_vec);
        // Only the Private DICT can name local subroutines.
        let has_subroutines = find_operands(&read_dict(bytes)?, SUBRS).is_some();
        (!has_subroutines).then_some(PrivateDict { matrix, bytes })
    }
}

/// Reads the entries of a DICT. `None` if it holds a reserved byte or ends early.
fn read_dict(bytes: &[u8]) -> Option<Vec<DictEntry>> {
    let mut entries = Vec::new();
    let mut operands = Vec::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        // Operands are kept encoded: they are copied or decoded later, not here.
        let operand_bytes = match byte {
            12 => {
                let operator = 12 << 8 | u16::from(*bytes.get(at + 1)?);
                entries.push(DictEntry { operator, operands: std::mem::take(&mut operands) });
                at += 2;
                continue;
            }
            0..=21 => {
                let operator = u16::from(byte);
                entries.push(DictEntry { operator, operands: std::mem::take(&mut operands) });
                at += 1;
                continue;
            }
            28 => 3,
            29 => 5,
            // A real number: half-bytes up to one that is 0xf.
            30 => {
                1 + bytes.get(at + 1..)?.iter().position(|b| b & 0xf == 0xf || b >> 4 == 0xf)? + 1
            }
            32..=246 => 1,
            247..=254 => 2,
            _ => return None,
        };
        operands.extend_from_slice(bytes.get(at..at + operand_bytes)?);
        at += operand_bytes;
    }
    Some(entries)
}

fn find_operands(entries: &[DictEntry], operator: u16) -> Option<&[u8]> {
    let entry = entries.iter().find(|entry| entry.operator == operator)?;
    Some(&entry.operands)
}

/// Reads operands as integers, up to the first that is a real number.
fn read_integers(mut bytes: &[u8]) -> Vec<i64> {
    let mut out = Vec::new();
    while let [first, rest @ ..] = bytes {
        let first = i64::from(*first);
        let byte = |k: usize| rest.get(k).map_or(0, |byte| i64::from(*byte));
        // Encodings of integers in a DICT (Technical Note 5176, table 3).
        let (value, used) = match first {
            32..=246 => (first - 139, 0),
            247..=250 => ((first - 247) * 256 + byte(0) + 108, 1),
            251..=254 => (-(first - 251) * 256 - byte(0) - 108, 1),
            28 => (i64::from((byte(0) << 8 | byte(1)) as i16), 2),
            29 => (i64::from((byte(0) << 24 | byte(1) << 16 | byte(2) << 8 | byte(3)) as i32), 4),
            _ => break,
        };
        out.push(value);
        bytes = rest.get(used..).unwrap_or(&[]);
    }
    out
}

/// Writes an INDEX.
fn write_index(items: &[&[u8]]) -> Vec<u8> {
    let total: usize = items.iter().map(|item| item.len()).sum();
    let mut out = Vec::with_capacity(total + items.len() * 4 + 8);
    out.extend((items.len() as u16).to_be_bytes());
    // An empty INDEX is its count alone.
    if items.is_empty() {
        return out;
    }
    let offset_width = match total + 1 {
        0..=0xff => 1,
        0x100..=0xffff => 2,
        0x1_0000..=0xff_ffff => 3,
        _ => 4,
    };
    out.push(offset_width);
    // Offsets count from the byte before the data, so the first is 1.
    let mut offset = 1_u32;
    let push_offset = |out: &mut Vec<u8>, offset: u32| {
        out.extend_from_slice(&offset.to_be_bytes()[4 - usize::from(offset_width)..]);
    };
    push_offset(&mut out, offset);
    for item in items {
        offset += item.len() as u32;
        push_offset(&mut out, offset);
    }
    for item in items {
        out.extend_from_slice(item);
    }
    out
}

/// Writes an integer operand in five bytes whatever its value, so that the size of a DICT does not
/// depend on the offsets in it.
fn write_fixed_integer(out: &mut Vec<u8>, value: usize) {
    out.push(29);
    out.extend((value as u32).to_be_bytes());
}

fn write_operator(out: &mut Vec<u8>, operator: u16) {
    if operator > 0xff {
        out.push((operator >> 8) as u8);
    }
    out.push((operator & 0xff) as u8);
}

/// Writes the INDEX of Font DICTs. Their Private DICTs lie one behind another from `start`.
fn write_font_dicts(privates: &[PrivateDict<'_>], start: usize) -> Vec<u8> {
    let mut offset = start;
    let mut dicts = Vec::new();
    for private in privates {
        let mut dict = Vec::new();
        if let Some(matrix) = &private.matrix {
            dict.extend_from_slice(matrix);
            write_operator(&mut dict, FONT_MATRIX);
        }
        write_fixed_integer(&mut dict, private.bytes.len());
        write_fixed_integer(&mut dict, offset);
        write_operator(&mut dict, PRIVATE);
        dicts.push(dict);
        offset += private.bytes.len();
    }
    write_index(&dicts.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

/// Parts of a subset before they are put together.
struct SubsetParts<'a> {
    /// Top DICT of the source.
    top: &'a [DictEntry],
    name: &'a str,
    glyph_count: u16,
    /// Index of each glyph's Font DICT among `privates`.
    dict_of_glyph: &'a [u8],
    /// INDEX of the charstrings.
    charstrings: &'a [u8],
    privates: &'a [PrivateDict<'a>],
}

/// Offsets of the tables that the Top DICT points to.
#[derive(Default)]
struct TableOffsets {
    charset: usize,
    fd_select: usize,
    charstrings: usize,
    fd_array: usize,
}

impl SubsetParts<'_> {
    /// Writes the table: header, Name INDEX, Top DICT INDEX, String INDEX, empty Global Subr INDEX,
    /// charset, FDSelect, CharStrings, FDArray, Private DICTs.
    fn assemble(&self) -> Vec<u8> {
        let names = write_index(&[self.name.as_bytes()]);
        let strings = write_index(&[b"Adobe", b"Identity"]);
        let charset = self.charset();
        let fd_select = self.fd_select();

        // The size of the Top DICT does not depend on its offsets, so a DICT of zeros tells where
        // everything behind it lies.
        let top_size = self.top_dict(&TableOffsets::default()).len();
        let charset_offset = 4 + names.len() + top_size + strings.len() + 2;
        let fd_select_offset = charset_offset + charset.len();
        let charstrings_offset = fd_select_offset + fd_select.len();
        let fd_array_offset = charstrings_offset + self.charstrings.len();
        let offsets = TableOffsets {
            charset: charset_offset,
            fd_select: fd_select_offset,
            charstrings: charstrings_offset,
            fd_array: fd_array_offset,
        };
        // The size of this INDEX does not depend on the offsets in it either.
        let privates_offset = fd_array_offset + write_font_dicts(self.privates, 0).len();

        let mut out = Vec::with_capacity(privates_offset + 1024);
        // Version 1.0, a header of 4 bytes, offsets of 4 bytes.
        out.extend([1, 0, 4, 4]);
        out.extend(&names);
        out.extend(self.top_dict(&offsets));
        out.extend(&strings);
        // Empty Global Subr INDEX.
        out.extend([0, 0]);
        out.extend(&charset);
        out.extend(&fd_select);
        out.extend_from_slice(self.charstrings);
        out.extend(write_font_dicts(self.privates, privates_offset));
        for private in self.privates {
            out.extend_from_slice(private.bytes);
        }
        out
    }

    /// Writes the Top DICT INDEX.
    fn top_dict(&self, offsets: &TableOffsets) -> Vec<u8> {
        let mut dict = Vec::new();
        // Adobe-Identity-0. String ids from 391 are those of the String INDEX.
        // ROS must be the first operator of a CID-keyed font.
        for operand in [391, 392, 0] {
            write_fixed_integer(&mut dict, operand);
        }
        write_operator(&mut dict, ROS);
        for kept in [FONT_MATRIX, FONT_BBOX] {
            if let Some(operands) = find_operands(self.top, kept) {
                dict.extend_from_slice(operands);
                write_operator(&mut dict, kept);
            }
        }
        // Without a count, readers assume 8 720 CIDs.
        write_fixed_integer(&mut dict, usize::from(self.glyph_count));
        write_operator(&mut dict, CID_COUNT);
        for (operator, offset) in [
            (CHARSET, offsets.charset),
            (FD_SELECT, offsets.fd_select),
            (CHAR_STRINGS, offsets.charstrings),
            (FD_ARRAY, offsets.fd_array),
        ] {
            write_fixed_integer(&mut dict, offset);
            write_operator(&mut dict, operator);
        }
        write_index(&[&dict])
    }

    /// Writes the charset in format 2: one range of all CIDs from 1.
    fn charset(&self) -> Vec<u8> {
        let mut charset = vec![2, 0, 1];
        // The number of CIDs after the first one of the range. CID 0 is not listed.
        charset.extend((self.glyph_count.saturating_sub(2)).to_be_bytes());
        charset
    }

    /// Writes FDSelect in format 3: one range for each run of glyphs with one Font DICT.
    fn fd_select(&self) -> Vec<u8> {
        let mut fd_select = vec![3, 0, 0];
        let mut range_count = 0_u16;
        for (glyph, dict) in self.dict_of_glyph.iter().enumerate() {
            if glyph == 0 || self.dict_of_glyph[glyph - 1] != *dict {
                fd_select.extend((glyph as u16).to_be_bytes());
                fd_select.push(*dict);
                range_count += 1;
            }
        }
        // The count stands before the ranges but is known only after them.
        fd_select[1..3].copy_from_slice(&range_count.to_be_bytes());
        // The sentinel: the end of the last range.
        fd_select.extend(self.glyph_count.to_be_bytes());
        fd_select
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}
