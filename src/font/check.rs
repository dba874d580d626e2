//! What a font file must be before anything is drawn with it.
//!
//! A newsroom's file may be cut short, damaged or of a kind that no press file may hold. All of that is found here,
//! once, in time that grows with the file alone; what passes can be shaped, drawn and embedded.

use skrifa::Tag;
use skrifa::raw::ps::cff::CffFontRef;
use skrifa::raw::tables::glyf::Glyph;
use skrifa::raw::tables::loca::LocaGlyph;
use skrifa::raw::{FontRef, TableProvider as _};

use crate::font::error::FontError;

/// Faces in one collection: the largest known have some forty.
const FACES_MOST: u32 = 64;
/// Glyphs that one glyph may be put together from, parts of parts included; hanzi of parts have a dozen.
const PARTS_MOST: u32 = 1_000;
/// How deep parts may be made of parts; what draws them goes 32 deep.
const DEPTH_MOST: usize = 16;

/// How many faces a file holds.
pub(crate) fn count_faces(data: &[u8]) -> Result<u32, FontError> {
    let start = data.get(..4).unwrap_or(data);
    match start {
        [] => Err(FontError::new("空文件", "the file is empty")),
        b"wOFF" | b"wOF2" => Err(FontError::new(
            "网页字体（WOFF）不能用于印刷，请用原来的 TTF 或 OTF",
            "a web font (WOFF): give the TTF or OTF it was made from",
        )),
        [b'%', b'!', ..] | [0x80, 0x01, ..] | b"typ1" => Err(FontError::new(
            "Type 1 字体不受支持，请换用 OTF",
            "a Type 1 font is not served: give an OTF",
        )),
        b"ttcf" => {
            let count = data.get(8..12).and_then(|bytes| bytes.try_into().ok());
            let count = count.map_or(0, u32::from_be_bytes);
            if (1..=FACES_MOST).contains(&count) {
                Ok(count)
            } else {
                Err(FontError::new(
                    format!("字体集有 {count} 个字体，应为 1 至 {FACES_MOST} 个"),
                    format!("a collection of {count} faces; 1 to {FACES_MOST} are served"),
                ))
            }
        }
        b"\0\x01\0\0" | b"OTTO" | b"true" => Ok(1),
        _ => Err(FontError::new("不是字体文件", "not a font")),
    }
}

/// One face of a file, checked.
pub(crate) fn open_checked_face(data: &[u8], index: u32) -> Result<FontRef<'_>, FontError> {
    let font = FontRef::from_index(data, index)
        .map_err(|_| FontError::new("表目录不完整", "its table directory is cut short"))?;
    whole(&font)?;
    if has(&font, b"fvar") {
        return Err(FontError::new(
            "可变字体：请先导出所需字重的静态字体",
            "a variable font: export the weight that is wanted as a static face",
        ));
    }
    let glyphs = numbers(&font)?;
    outlines(&font, glyphs)?;
    if font.cmap().is_err() {
        return Err(bad("cmap"));
    }
    Ok(font)
}

fn has(font: &FontRef<'_>, tag: &[u8; 4]) -> bool {
    font.table_data(Tag::new(tag)).is_some_and(|table| !table.is_empty())
}

fn bad(table: &str) -> FontError {
    FontError::new(
        format!("缺少 {table} 表或已损坏"),
        format!("its {table} table is missing or damaged"),
    )
}

/// Every table lies inside the file.
fn whole(font: &FontRef<'_>) -> Result<(), FontError> {
    let directory = font.table_directory();
    if directory.table_records().len() < usize::from(directory.num_tables()) {
        return Err(FontError::new("表目录不完整", "its table directory is cut short"));
    }
    let length = u64::try_from(font.data().len()).unwrap_or(u64::MAX);
    for record in directory.table_records() {
        if u64::from(record.offset()) + u64::from(record.length()) > length {
            let tag = record.tag();
            return Err(FontError::new(
                format!("文件被截断：{tag} 表不完整"),
                format!("the file is cut short: its {tag} table is not whole"),
            ));
        }
    }
    Ok(())
}

/// The tables of numbers; gives how many glyphs there are.
fn numbers(font: &FontRef<'_>) -> Result<u16, FontError> {
    let head = font.head().map_err(|_| bad("head"))?;
    let per_em = head.units_per_em();
    if !(16..=16_384).contains(&per_em) {
        return Err(FontError::new(
            format!("每 em {per_em} 个单位，应为 16 至 16384"),
            format!("{per_em} units in an em; 16 to 16384 are possible"),
        ));
    }
    let glyphs = font.maxp().map_err(|_| bad("maxp"))?.num_glyphs();
    let long = font.hhea().map_err(|_| bad("hhea"))?.number_of_h_metrics();
    let metrics = font.table_data(Tag::new(b"hmtx")).map_or(0, |table| table.len());
    let needed = 4 * usize::from(long) + 2 * usize::from(glyphs.saturating_sub(long));
    if glyphs == 0 {
        return Err(bad("maxp"));
    }
    if long == 0 || metrics < needed {
        return Err(bad("hmtx"));
    }
    Ok(glyphs)
}

/// The outlines of all glyphs are there.
fn outlines(font: &FontRef<'_>, glyphs: u16) -> Result<(), FontError> {
    if has(font, b"glyf") {
        return parts(font, glyphs);
    }
    if let Some(table) = font.table_data(Tag::new(b"CFF ")) {
        let cff = CffFontRef::new_cff(table.as_bytes(), 0, None).map_err(|_| bad("CFF"))?;
        let strings = cff.charstrings();
        let last = usize::from(glyphs) - 1;
        // An INDEX is read from its front; its last entry shows that it is whole.
        let held = cff.num_glyphs() >= u32::from(glyphs) && strings.get(last).is_some();
        return if held { Ok(()) } else { Err(bad("CFF")) };
    }
    if [b"EBDT", b"CBDT", b"sbix", b"bdat"].into_iter().any(|tag| has(font, tag)) {
        return Err(FontError::new("点阵字体没有轮廓", "a face of bitmaps: it has no outlines"));
    }
    Err(FontError::new("没有 TrueType 或 CFF 轮廓", "it has no TrueType or CFF outlines"))
}

/// Glyphs put together from others end somewhere, and soon.
fn parts(font: &FontRef<'_>, glyphs: u16) -> Result<(), FontError> {
    let loca = font.loca(None).map_err(|_| bad("loca"))?;
    let glyf = font.glyf().map_err(|_| bad("glyf"))?;
    if loca.len() < usize::from(glyphs) {
        return Err(bad("loca"));
    }
    let mut of: Vec<Vec<u16>> = Vec::with_capacity(usize::from(glyphs));
    for glyph in 0..glyphs {
        let own = match loca.get(u32::from(glyph).into(), &glyf) {
            Some(LocaGlyph::Glyph(Glyph::Composite(composite))) => {
                let ids = composite.components().map(|part| part.glyph.to_u32());
                let ids: Option<Vec<u16>> =
                    ids.map(|id| u16::try_from(id).ok().filter(|id| *id < glyphs)).collect();
                ids.ok_or_else(|| bad("glyf"))?
            }
            Some(LocaGlyph::Glyph(Glyph::Simple(_)) | LocaGlyph::Empty) => Vec::new(),
            None => return Err(bad("glyf")),
        };
        of.push(own);
    }
    let mut sizes = vec![None; of.len()];
    for glyph in 0..glyphs {
        size(&of, glyph, &mut sizes).map_err(|()| {
            FontError::new(
                format!("字形 {glyph} 的部件互相引用或过多"),
                format!("glyph {glyph} is made of itself or of too many parts"),
            )
        })?;
    }
    Ok(())
}

/// How many glyphs one is put together from, itself included, and how deep; an error for circles and for too much.
///
/// Goes down with a stack of its own: how deep is up to the file.
fn size(of: &[Vec<u16>], glyph: u16, sizes: &mut [Option<(u32, usize)>]) -> Result<(), ()> {
    let mut path: Vec<(u16, usize)> = vec![(glyph, 0)];
    while let Some((top, next)) = path.last_mut() {
        let at = usize::from(*top);
        if sizes[at].is_some() {
            path.pop();
            continue;
        }
        if let Some(part) = of[at].get(*next) {
            *next += 1;
            let part = *part;
            if path.len() > DEPTH_MOST || path.iter().any(|(above, _)| *above == part) {
                return Err(());
            }
            path.push((part, 0));
            continue;
        }
        let parts = of[at].iter().filter_map(|part| sizes[usize::from(*part)]);
        let (total, depth) = parts.fold((1_u32, 0), |(total, depth), (parts, below)| {
            (total.saturating_add(parts), depth.max(below + 1))
        });
        if total > PARTS_MOST || depth > DEPTH_MOST {
            return Err(());
        }
        sizes[at] = Some((total, depth));
    }
    Ok(())
}
