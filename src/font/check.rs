//! Checks of a font file before anything is drawn with it.
//!
//! A newsroom's file may be truncated, damaged or of a kind that no press file may hold. All of
//! that is found here, once, in time linear in the size of the file. A face that passes can be
//! shaped, drawn and embedded.

use skrifa::Tag;
use skrifa::raw::ps::cff::CffFontRef;
use skrifa::raw::tables::glyf::Glyph;
use skrifa::raw::tables::loca::LocaGlyph;
use skrifa::raw::{FontRef, TableProvider as _};

use crate::font::error::FontError;

/// Faces in one collection; the largest known have about forty.
const COLLECTION_FACES_MAX: u32 = 64;
/// Glyphs that make up one glyph, nested components included; hanzi built from components have a
/// dozen.
const COMPOSITE_GLYPHS_MAX: u32 = 1_000;
/// Depth to which components may be nested; the renderer stops at 32.
const COMPONENT_DEPTH_MAX: usize = 16;

/// Returns the number of faces in a file.
///
/// # Errors
/// A format that cannot be used, or a collection with an impossible number of faces.
pub(crate) fn count_faces(data: &[u8]) -> Result<u32, FontError> {
    let start = data.get(..4).unwrap_or(data);
    match start {
        [] => Err(FontError::new("空文件", "empty file")),
        b"wOFF" | b"wOF2" => Err(FontError::new(
            "网页字体（WOFF）不能用于印刷，请用原来的 TTF 或 OTF",
            "web fonts (WOFF) cannot be used for print; use the original TTF or OTF",
        )),
        [b'%', b'!', ..] | [0x80, 0x01, ..] | b"typ1" => Err(FontError::new(
            "不支持 Type 1 字体，请换用 OTF",
            "Type 1 fonts are not supported; use an OTF",
        )),
        b"ttcf" => {
            let count = data.get(8..12).and_then(|bytes| bytes.try_into().ok());
            let count = count.map_or(0, u32::from_be_bytes);
            if (1..=COLLECTION_FACES_MAX).contains(&count) {
                Ok(count)
            } else {
                Err(FontError::new(
                    format!("字体集有 {count} 个字体，应为 1 至 {COLLECTION_FACES_MAX} 个"),
                    format!(
                        "a collection of {count} fonts; 1 to {COLLECTION_FACES_MAX} are supported"
                    ),
                ))
            }
        }
        b"\0\x01\0\0" | b"OTTO" | b"true" => Ok(1),
        _ => Err(FontError::new("不是字体文件", "not a font file")),
    }
}

/// Opens one face of a file and checks it.
///
/// # Errors
/// The first check that fails.
pub(crate) fn open_checked_face(data: &[u8], index: u32) -> Result<FontRef<'_>, FontError> {
    let font = FontRef::from_index(data, index).map_err(|_| incomplete_directory())?;
    check_table_bounds(&font)?;
    // A PDF cannot hold an axis, so an instance has to be chosen beforehand.
    if has_table(&font, b"fvar") {
        return Err(FontError::new(
            "不支持可变字体，请导出所需字重的静态字体",
            "variable fonts are not supported; export the weight you need as a static font",
        ));
    }
    let glyph_count = check_metrics(&font)?;
    check_outlines(&font, glyph_count)?;
    if font.cmap().is_err() {
        return Err(bad_table("cmap"));
    }
    Ok(font)
}

/// True if a table is present and not empty.
fn has_table(font: &FontRef<'_>, tag: &[u8; 4]) -> bool {
    font.table_data(Tag::new(tag)).is_some_and(|table| !table.is_empty())
}

/// Builds the error of a missing or damaged table.
fn bad_table(table: &str) -> FontError {
    FontError::new(
        format!("缺少 {table} 表或已损坏"),
        format!("the {table} table is missing or damaged"),
    )
}

/// Builds the error of a truncated table directory.
fn incomplete_directory() -> FontError {
    FontError::new("表目录不完整", "the table directory is truncated")
}

/// Checks that every table lies inside the file.
fn check_table_bounds(font: &FontRef<'_>) -> Result<(), FontError> {
    let directory = font.table_directory();
    if directory.table_records().len() < usize::from(directory.num_tables()) {
        return Err(incomplete_directory());
    }
    let length = u64::try_from(font.data().len()).unwrap_or(u64::MAX);
    for record in directory.table_records() {
        if u64::from(record.offset()) + u64::from(record.length()) > length {
            let tag = record.tag();
            return Err(FontError::new(
                format!("文件被截断：{tag} 表不完整"),
                format!("the file is truncated: the {tag} table is incomplete"),
            ));
        }
    }
    Ok(())
}

/// Checks the tables of metrics and returns the number of glyphs.
fn check_metrics(font: &FontRef<'_>) -> Result<u16, FontError> {
    let head = font.head().map_err(|_| bad_table("head"))?;
    let units_per_em = head.units_per_em();
    if !(16..=16_384).contains(&units_per_em) {
        return Err(FontError::new(
            format!("每 em {units_per_em} 个单位，应为 16 至 16384"),
            format!("{units_per_em} units per em; must be 16 to 16384"),
        ));
    }
    let glyph_count = font.maxp().map_err(|_| bad_table("maxp"))?.num_glyphs();
    // Full records of four bytes come first; the remaining glyphs share the last advance and have
    // two bytes each.
    let full_records = font.hhea().map_err(|_| bad_table("hhea"))?.number_of_h_metrics();
    // Saturating: some faces count more full records than glyphs.
    let short_records = glyph_count.saturating_sub(full_records);
    let length = font.table_data(Tag::new(b"hmtx")).map_or(0, |table| table.len());
    if glyph_count == 0 {
        return Err(bad_table("maxp"));
    }
    if full_records == 0 || length < 4 * usize::from(full_records) + 2 * usize::from(short_records)
    {
        return Err(bad_table("hmtx"));
    }
    Ok(glyph_count)
}

/// Checks that the outlines of all glyphs are present.
fn check_outlines(font: &FontRef<'_>, glyph_count: u16) -> Result<(), FontError> {
    if has_table(font, b"glyf") {
        return check_composite_glyphs(font, glyph_count);
    }
    if let Some(table) = font.table_data(Tag::new(b"CFF ")) {
        let cff = CffFontRef::new_cff(table.as_bytes(), 0, None).map_err(|_| bad_table("CFF"))?;
        // An INDEX is read from its front; a readable last entry shows that it is complete.
        let has_last = cff.charstrings().get(usize::from(glyph_count) - 1).is_some();
        let is_complete = cff.num_glyphs() >= u32::from(glyph_count) && has_last;
        return if is_complete { Ok(()) } else { Err(bad_table("CFF")) };
    }
    if [b"EBDT", b"CBDT", b"sbix", b"bdat"].into_iter().any(|tag| has_table(font, tag)) {
        return Err(FontError::new("点阵字体没有轮廓", "a bitmap font without outlines"));
    }
    Err(FontError::new("没有 TrueType 或 CFF 轮廓", "no TrueType or CFF outlines"))
}

/// Checks that composite glyphs are finite, small and not circular.
fn check_composite_glyphs(font: &FontRef<'_>, glyph_count: u16) -> Result<(), FontError> {
    let loca = font.loca(None).map_err(|_| bad_table("loca"))?;
    let glyf = font.glyf().map_err(|_| bad_table("glyf"))?;
    if loca.len() < usize::from(glyph_count) {
        return Err(bad_table("loca"));
    }
    // All components first: measuring follows them in any order.
    let mut components_of: Vec<Vec<u16>> = Vec::with_capacity(usize::from(glyph_count));
    for glyph in 0..glyph_count {
        let components = match loca.get(u32::from(glyph).into(), &glyf) {
            Some(LocaGlyph::Glyph(Glyph::Composite(composite))) => {
                let ids = composite.components().map(|component| component.glyph.to_u32());
                // One component beyond the last glyph condemns the face.
                let ids: Option<Vec<u16>> =
                    ids.map(|id| u16::try_from(id).ok().filter(|id| *id < glyph_count)).collect();
                ids.ok_or_else(|| bad_table("glyf"))?
            }
            Some(LocaGlyph::Glyph(Glyph::Simple(_)) | LocaGlyph::Empty) => Vec::new(),
            None => return Err(bad_table("glyf")),
        };
        components_of.push(components);
    }
    let mut sizes = vec![None; components_of.len()];
    for glyph in 0..glyph_count {
        measure_composite(&components_of, glyph, &mut sizes).map_err(|CompositeTooLarge| {
            FontError::new(
                format!("字形 {glyph} 的部件互相引用或过多"),
                format!("glyph {glyph} refers to itself or has too many components"),
            )
        })?;
    }
    Ok(())
}

/// Size of a glyph with all its components.
#[derive(Clone, Copy)]
struct CompositeSize {
    /// Glyphs that make it up, itself included, each counted as often as it is drawn.
    glyphs: u32,
    /// Depth of nesting, 0 for a glyph without components.
    depth: usize,
}

/// Components in a circle, or more of them than allowed.
struct CompositeTooLarge;

/// Records the size of a glyph and of all its components in `sizes`.
///
/// Depth-first walk over the components. A glyph is measured when the sizes of all its components
/// are known; known sizes are not computed again, so that all calls for a face take time linear in
/// the number of components. A component that is already on the path closes a circle. The path is
/// an explicit stack instead of recursion, because the file decides how deep it goes.
fn measure_composite(
    components_of: &[Vec<u16>],
    glyph: u16,
    sizes: &mut [Option<CompositeSize>],
) -> Result<(), CompositeTooLarge> {
    // Glyphs from the outermost inwards, each with the number of components already visited.
    let mut path: Vec<(u16, usize)> = vec![(glyph, 0)];
    while let Some((innermost, visited)) = path.last_mut() {
        let position = usize::from(*innermost);
        if sizes[position].is_some() {
            // Measured through another glyph in the meantime, or just below.
            path.pop();
            continue;
        }
        if let Some(component) = components_of[position].get(*visited) {
            *visited += 1;
            let component = *component;
            // Checked with the depth: the path is short, so searching it is cheap.
            let is_circular = path.iter().any(|(outer, _)| *outer == component);
            if path.len() > COMPONENT_DEPTH_MAX || is_circular {
                return Err(CompositeTooLarge);
            }
            // Back to this glyph when the component is measured; `visited` remembers the place.
            path.push((component, 0));
            continue;
        }
        let mut size = CompositeSize { glyphs: 1, depth: 0 };
        for component in &components_of[position] {
            if let Some(inner) = sizes[usize::from(*component)] {
                size.glyphs = size.glyphs.saturating_add(inner.glyphs);
                size.depth = size.depth.max(inner.depth + 1);
            }
        }
        if size.glyphs > COMPOSITE_GLYPHS_MAX || size.depth > COMPONENT_DEPTH_MAX {
            return Err(CompositeTooLarge);
        }
        sizes[position] = Some(size);
    }
    Ok(())
}
