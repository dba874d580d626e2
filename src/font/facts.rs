//! Facts that a face states of itself.

use skrifa::raw::types::NameId;
use skrifa::raw::{FontRef, TableProvider as _};
use skrifa::{Font, Tag};

use crate::font::error::FontError;
use crate::unit::Em;

/// Extent to which the licence bits of a face (fsType) allow it in a press file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmbeddingRights {
    /// The glyphs in use may be embedded alone.
    Subset,
    /// The face may be embedded only as a whole.
    Whole,
}

impl EmbeddingRights {
    /// Reads the fsType bits. If several of the lower bits are set, the least restrictive one
    /// counts, as OpenType says.
    ///
    /// # Errors
    /// The face may not be embedded, or only as bitmaps.
    pub(crate) fn from_fs_type(bits: u16) -> Result<Self, FontError> {
        const RESTRICTED: u16 = 0x0002;
        const LICENCE: u16 = 0x000e;
        const WHOLE: u16 = 0x0100;
        const BITMAPS: u16 = 0x0200;
        // Restricted only if no other licence bit is set.
        if bits & LICENCE == RESTRICTED {
            return Err(FontError::new(
                "字体禁止嵌入（fsType 2），须向厂商取得嵌入许可",
                "embedding is forbidden (fsType 2); obtain an embedding licence from the vendor",
            ));
        }
        if bits & BITMAPS != 0 {
            return Err(FontError::new(
                "字体只许嵌入点阵（fsType 0x200）",
                "only bitmap embedding is allowed (fsType 0x200)",
            ));
        }
        Ok(if bits & WHOLE != 0 { Self::Whole } else { Self::Subset })
    }
}

/// Facts of a face, for listings and for its font descriptor in a PDF.
#[derive(Clone, Debug)]
pub struct FaceFacts {
    /// PostScript name: letters, digits and hyphens; empty if the face has none.
    pub postscript_name: String,
    /// Family, in Chinese where the face has it.
    pub family: String,
    /// Version string of the face.
    pub version: String,
    /// Number of glyphs.
    pub glyph_count: u32,
    /// Weight, 1 to 1000; 400 is regular.
    pub weight: u16,
    /// Angle of the stems from the vertical, in degrees, negative to the right.
    pub italic_angle: i64,
    /// Em box, by which the face is aligned with others.
    pub em_box: EmBox,
    /// Height of its capitals in thousandths of an em.
    pub cap_height: i64,
    /// True if all glyphs have the same width.
    pub is_fixed_pitch: bool,
    /// Class of its family (OS/2 sFamilyClass), 0 if not stated.
    pub family_class: u8,
}

/// Vertical position of the em box of a face, in thousandths of an em above the baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EmBox {
    /// Upper edge.
    pub top: i64,
    /// Lower edge, negative below the baseline.
    pub foot: i64,
}

/// Em box of most Chinese faces, for faces that state no usable one.
const DEFAULT_EM_BOX: EmBox = EmBox { top: 880, foot: -120 };

impl FaceFacts {
    /// Reads the facts from the tables of a face.
    pub(crate) fn read(font: &Font, tables: &FontRef<'_>) -> Self {
        let name = |id: NameId| {
            let name = font.names().get(id)?;
            // Listings are read by Chinese newsrooms; an English name is the second choice.
            let chinese = name.iter().find(|name| {
                name.language().is_some_and(|language| language.to_string().starts_with("zh"))
            });
            chinese.or_else(|| name.english_or_first()).map(|name| name.name().to_string())
        };
        let postscript = font.names().get(NameId::POSTSCRIPT_NAME);
        let postscript = postscript.and_then(|name| name.english_or_first());
        let postscript = postscript.map(|name| name.name().to_string()).unwrap_or_default();
        let units_per_em = font.units_per_em();
        let milli = |units: i16| Em::font_units(i64::from(units), units_per_em).to_milli();
        let os2 = tables.os2().ok();
        // The typographic metrics, not those of `hhea`, which describe a line with its leading.
        let em_box = os2.as_ref().map(|os2| EmBox {
            top: milli(os2.s_typo_ascender()),
            foot: milli(os2.s_typo_descender()),
        });
        let post = tables.post().ok();
        let cap_height = os2.as_ref().and_then(|os2| os2.s_cap_height()).map(milli);
        Self {
            postscript_name: pdf_name(&postscript),
            family: name(NameId::TYPOGRAPHIC_FAMILY_NAME)
                .or_else(|| name(NameId::FAMILY_NAME))
                .unwrap_or_default(),
            version: name(NameId::VERSION_STRING).unwrap_or_default(),
            glyph_count: font.num_glyphs(),
            weight: os2.as_ref().map_or(400, |os2| os2.us_weight_class()).clamp(1, 1000),
            italic_angle: post.as_ref().map_or(0, |post| i64::from(post.italic_angle().to_i32())),
            // Values that do not add up to one em describe a line, not the em box.
            em_box: em_box
                .filter(|em_box| (em_box.top - em_box.foot - 1000).abs() <= 2)
                .unwrap_or(DEFAULT_EM_BOX),
            cap_height: cap_height.filter(|height| *height > 0).unwrap_or(730),
            is_fixed_pitch: post.is_some_and(|post| post.is_fixed_pitch() != 0),
            family_class: family_class(tables),
        }
    }

    /// Returns the distance by which its glyphs are raised so that its em box coincides with that
    /// of the other faces.
    pub(crate) fn lift(&self) -> Em {
        Em::milli(DEFAULT_EM_BOX.top - self.em_box.top)
    }
}

/// Returns the fsType bits. A face without them may be embedded freely.
pub(crate) fn fs_type(tables: &FontRef<'_>) -> u16 {
    let os2 = tables.table_data(Tag::new(b"OS/2"));
    os2.and_then(|table| table.read_at::<u16>(8).ok()).unwrap_or(0)
}

/// Returns the upper byte of sFamilyClass, 0 if the face does not state it.
fn family_class(tables: &FontRef<'_>) -> u8 {
    let os2 = tables.table_data(Tag::new(b"OS/2"));
    os2.and_then(|table| table.read_at::<u8>(30).ok()).unwrap_or(0)
}

/// Returns a name reduced to the characters that PDF takes unescaped, and to the length that
/// PostScript allows.
pub(crate) fn pdf_name(name: &str) -> String {
    name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(63).collect()
}
