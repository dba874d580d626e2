//! Subsets of CID-keyed CFF faces by copying charstrings.
//!
//! The shipped faces have no subroutines, so a glyph is a run of bytes that needs nothing else: a
//! subset is those runs behind new tables. Anything else is left to the subsetter.

use crate::font::GlyphId;

/// A font program in which CID `k` is glyph `glyphs[k]`; `None` for what this cannot do.
pub(crate) fn subset(table: &[u8], glyphs: &[GlyphId], name: &str) -> Option<Vec<u8>> {
    let source = CffTable::read(table)?;
    let mut selected: Vec<u8> = Vec::new();
    let mut dicts: Vec<u8> = Vec::with_capacity(glyphs.len());
    for glyph in glyphs {
        let dict = source.dict_of(glyph.0)?;
        let at = selected.iter().position(|known| *known == dict).unwrap_or_else(|| {
            selected.push(dict);
            selected.len() - 1
        });
        dicts.push(u8::try_from(at).ok()?);
    }
    let charstrings: Option<Vec<&[u8]>> =
        glyphs.iter().map(|glyph| source.charstrings.get(usize::from(glyph.0))).collect();
    let charstrings = index(&charstrings?);
    let privates: Option<Vec<PrivateDict<'_>>> =
        selected.iter().map(|dict| source.private(*dict)).collect();
    Some(assemble(
        &source,
        &dicts,
        &charstrings,
        &privates?,
        name,
        u16::try_from(glyphs.len()).ok()?,
    ))
}

/// The CIDs of glyphs as the table has them; in one that knows no CIDs they are the glyphs themselves.
pub(crate) fn cids(table: &[u8], glyphs: &[GlyphId]) -> Option<Vec<u16>> {
    let (_, rest) = CffIndex::read(table.get(usize::from(*table.get(2)?)..)?)?;
    let top = dict(CffIndex::read(rest)?.0.get(0)?)?;
    let charset = find(&top, CHARSET).and_then(|operands| integers(operands).first().copied());
    // 0 to 2 are charsets that every reader knows; for CIDs they all mean the glyphs in order.
    let at = charset.filter(|at| *at > 2);
    let (Some(at), Some(_)) = (at, find(&top, ROS)) else {
        return Some(glyphs.iter().map(|glyph| glyph.0).collect());
    };
    let known = charset_of(table.get(usize::try_from(at).ok()?..)?)?;
    Some(glyphs.iter().map(|glyph| known.get(usize::from(glyph.0)).copied().unwrap_or(0)).collect())
}

/// The CID of each glyph, as far as the charset goes.
fn charset_of(bytes: &[u8]) -> Option<Vec<u16>> {
    let mut cids = vec![0];
    let format = *bytes.first()?;
    let width = match format {
        0 => 2,
        1 => 3,
        2 => 4,
        _ => return None,
    };
    // How many glyphs there are stands elsewhere; what is read beyond them is never asked for.
    for row in bytes.get(1..)?.chunks_exact(width) {
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

/// An INDEX: offsets and data.
#[derive(Clone, Copy)]
struct CffIndex<'a> {
    count: usize,
    width: usize,
    offsets: &'a [u8],
    data: &'a [u8],
}

impl<'a> CffIndex<'a> {
    /// Reads an INDEX and what follows it.
    fn read(bytes: &'a [u8]) -> Option<(Self, &'a [u8])> {
        let count = usize::from(u16_at(bytes, 0)?);
        if count == 0 {
            return Some((Self { count, width: 1, offsets: &[], data: &[] }, bytes.get(2..)?));
        }
        let width = usize::from(*bytes.get(2)?);
        if !(1..=4).contains(&width) {
            return None;
        }
        let offsets = bytes.get(3..3 + (count + 1) * width)?;
        let data = bytes.get(3 + (count + 1) * width..)?;
        let whole = Self { count, width, offsets, data };
        let end = whole.offset(count)?;
        Some((Self { data: data.get(..end)?, ..whole }, data.get(end..)?))
    }

    /// Offsets count from 1.
    fn offset(&self, at: usize) -> Option<usize> {
        let bytes = self.offsets.get(at * self.width..(at + 1) * self.width)?;
        bytes.iter().fold(0_usize, |sum, byte| sum << 8 | usize::from(*byte)).checked_sub(1)
    }

    fn get(&self, at: usize) -> Option<&'a [u8]> {
        (at < self.count).then(|| self.data.get(self.offset(at)?..self.offset(at + 1)?)).flatten()
    }
}

/// A CFF table, taken apart.
struct CffTable<'a> {
    table: &'a [u8],
    top: Vec<(u16, Vec<u8>)>,
    charstrings: CffIndex<'a>,
    font_dicts: CffIndex<'a>,
    select: &'a [u8],
}

/// What is kept of a Font DICT.
struct PrivateDict<'a> {
    /// The operands of its FontMatrix, where it has one.
    matrix: Option<Vec<u8>>,
    /// Its Private DICT.
    bytes: &'a [u8],
}

/// Operators of a Top or Font DICT that are read here; two-byte ones are 12 and the second byte.
const FONT_BBOX: u16 = 5;
const CHARSET: u16 = 15;
const CHAR_STRINGS: u16 = 17;
const PRIVATE: u16 = 18;
const SUBRS: u16 = 19;
const FONT_MATRIX: u16 = 12 << 8 | 7;
const ROS: u16 = 12 << 8 | 30;
const FD_ARRAY: u16 = 12 << 8 | 36;
const FD_SELECT: u16 = 12 << 8 | 37;

impl<'a> CffTable<'a> {
    fn read(table: &'a [u8]) -> Option<Self> {
        let (_, rest) = CffIndex::read(table.get(usize::from(*table.get(2)?)..)?)?;
        let (top, rest) = CffIndex::read(rest)?;
        let (_, rest) = CffIndex::read(rest)?;
        let (subroutines, _) = CffIndex::read(rest)?;
        let top = dict(top.get(0)?)?;
        let offset = |operator| {
            find(&top, operator).and_then(|operands| integers(operands).first().copied())
        };
        find(&top, ROS)?;
        let at = |operator| table.get(usize::try_from(offset(operator)?).ok()?..);
        let (charstrings, _) = CffIndex::read(at(CHAR_STRINGS)?)?;
        let (font_dicts, _) = CffIndex::read(at(FD_ARRAY)?)?;
        let select = at(FD_SELECT)?;
        (subroutines.count == 0).then_some(Self { table, top, charstrings, font_dicts, select })
    }

    /// The Font DICT of a glyph.
    fn dict_of(&self, glyph: u16) -> Option<u8> {
        match self.select.first()? {
            0 => self.select.get(1 + usize::from(glyph)).copied(),
            3 => {
                let count = usize::from(u16_at(self.select, 1)?);
                let first = |k: usize| u16_at(self.select, 3 + 3 * k);
                let (mut low, mut high) = (0, count);
                while high - low > 1 {
                    let middle = usize::midpoint(low, high);
                    if first(middle)? <= glyph { low = middle } else { high = middle }
                }
                self.select.get(5 + 3 * low).copied()
            }
            _ => None,
        }
    }

    /// The Private DICT of a Font DICT, if its glyphs need no subroutines.
    fn private(&self, index: u8) -> Option<PrivateDict<'a>> {
        let font = dict(self.font_dicts.get(usize::from(index))?)?;
        let operands = integers(find(&font, PRIVATE)?);
        let [size, offset] = operands.as_slice() else { return None };
        let start = usize::try_from(*offset).ok()?;
        let bytes = self.table.get(start..start.checked_add(usize::try_from(*size).ok()?)?)?;
        let matrix = find(&font, FONT_MATRIX).map(<[u8]>::to_vec);
        find(&dict(bytes)?, SUBRS).is_none().then_some(PrivateDict { matrix, bytes })
    }
}

/// The entries of a DICT: operator and the bytes of its operands.
fn dict(bytes: &[u8]) -> Option<Vec<(u16, Vec<u8>)>> {
    let mut entries = Vec::new();
    let mut operands = Vec::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let length = match byte {
            12 => {
                entries.push((
                    12 << 8 | u16::from(*bytes.get(at + 1)?),
                    std::mem::take(&mut operands),
                ));
                at += 2;
                continue;
            }
            0..=21 => {
                entries.push((u16::from(byte), std::mem::take(&mut operands)));
                at += 1;
                continue;
            }
            28 => 3,
            29 => 5,
            30 => {
                1 + bytes.get(at + 1..)?.iter().position(|b| b & 0xf == 0xf || b >> 4 == 0xf)? + 1
            }
            32..=246 => 1,
            247..=254 => 2,
            _ => return None,
        };
        operands.extend_from_slice(bytes.get(at..at + length)?);
        at += length;
    }
    Some(entries)
}

fn find(entries: &[(u16, Vec<u8>)], operator: u16) -> Option<&[u8]> {
    entries.iter().find(|(known, _)| *known == operator).map(|(_, operands)| operands.as_slice())
}

/// Operands as integers; a real ends the list.
fn integers(mut bytes: &[u8]) -> Vec<i64> {
    let mut out = Vec::new();
    while let [first, rest @ ..] = bytes {
        let first = i64::from(*first);
        let byte = |k: usize| rest.get(k).map_or(0, |byte| i64::from(*byte));
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

/// An INDEX of these items.
fn index(items: &[&[u8]]) -> Vec<u8> {
    let total: usize = items.iter().map(|item| item.len()).sum();
    let mut out = Vec::with_capacity(total + items.len() * 4 + 8);
    out.extend((items.len() as u16).to_be_bytes());
    if items.is_empty() {
        return out;
    }
    let width = match total + 1 {
        0..=0xff => 1,
        0x100..=0xffff => 2,
        0x1_0000..=0xff_ffff => 3,
        _ => 4,
    };
    out.push(width);
    let mut offset = 1_u32;
    let push = |out: &mut Vec<u8>, offset: u32| {
        out.extend_from_slice(&offset.to_be_bytes()[4 - usize::from(width)..]);
    };
    push(&mut out, offset);
    for item in items {
        offset += item.len() as u32;
        push(&mut out, offset);
    }
    for item in items {
        out.extend_from_slice(item);
    }
    out
}

/// An integer of fixed width, so that the size of a DICT does not depend on its offsets.
fn fixed(out: &mut Vec<u8>, value: usize) {
    out.push(29);
    out.extend((value as u32).to_be_bytes());
}

fn operator(out: &mut Vec<u8>, operator: u16) {
    if operator > 0xff {
        out.push((operator >> 8) as u8);
    }
    out.push((operator & 0xff) as u8);
}

/// The INDEX of Font DICTs whose Private DICTs lie behind one another from `start`.
fn font_dicts(privates: &[PrivateDict<'_>], start: usize) -> Vec<u8> {
    let mut at = start;
    let mut out = Vec::new();
    for private in privates {
        let mut dict = Vec::new();
        if let Some(matrix) = &private.matrix {
            dict.extend_from_slice(matrix);
            operator(&mut dict, FONT_MATRIX);
        }
        fixed(&mut dict, private.bytes.len());
        fixed(&mut dict, at);
        operator(&mut dict, PRIVATE);
        out.push(dict);
        at += private.bytes.len();
    }
    index(&out.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

fn assemble(
    source: &CffTable<'_>,
    dicts: &[u8],
    charstrings: &[u8],
    privates: &[PrivateDict<'_>],
    name: &str,
    count: u16,
) -> Vec<u8> {
    let names = index(&[name.as_bytes()]);
    let strings = index(&[b"Adobe", b"Identity"]);
    // Only the size of the Top DICT is needed to know where everything else lies.
    let top = |at: [usize; 4]| {
        let mut out = Vec::new();
        for sid in [391, 392, 0] {
            fixed(&mut out, sid);
        }
        operator(&mut out, ROS);
        for kept in [FONT_MATRIX, FONT_BBOX] {
            if let Some(operands) = find(&source.top, kept) {
                out.extend_from_slice(operands);
                operator(&mut out, kept);
            }
        }
        fixed(&mut out, usize::from(count));
        operator(&mut out, 12 << 8 | 34);
        for (key, offset) in [15, FD_SELECT, CHAR_STRINGS, FD_ARRAY].into_iter().zip(at) {
            fixed(&mut out, offset);
            operator(&mut out, key);
        }
        index(&[&out])
    };
    let head = 4 + names.len() + top([0; 4]).len() + strings.len() + 2;

    // charset format 2: CIDs 1 to the last in one range.
    let mut charset = vec![2, 0, 1];
    charset.extend((count.saturating_sub(2)).to_be_bytes());
    let mut select = vec![3, 0, 0];
    let mut ranges = 0_u16;
    for (glyph, dict) in dicts.iter().enumerate() {
        if glyph == 0 || dicts[glyph - 1] != *dict {
            select.extend((glyph as u16).to_be_bytes());
            select.push(*dict);
            ranges += 1;
        }
    }
    select[1..3].copy_from_slice(&ranges.to_be_bytes());
    select.extend(count.to_be_bytes());

    let charset_at = head;
    let select_at = charset_at + charset.len();
    let charstrings_at = select_at + select.len();
    let array_at = charstrings_at + charstrings.len();
    let privates_at = array_at + font_dicts(privates, 0).len();

    let mut out = Vec::with_capacity(privates_at + 1024);
    out.extend([1, 0, 4, 4]);
    out.extend(&names);
    out.extend(top([charset_at, select_at, charstrings_at, array_at]));
    out.extend(&strings);
    out.extend([0, 0]);
    out.extend(&charset);
    out.extend(&select);
    out.extend_from_slice(charstrings);
    out.extend(font_dicts(privates, privates_at));
    for private in privates {
        out.extend_from_slice(private.bytes);
    }
    out
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}
