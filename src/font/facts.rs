//! What a face says of itself.

use skrifa::raw::types::NameId;
use skrifa::raw::{FontRef, TableProvider as _};
use skrifa::{Font, Tag};

use crate::font::error::FontError;
use crate::unit::Em;

/// What its owner allows a press file to hold of a face (fsType).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmbeddingRights {
    /// The glyphs that are used.
    Subset,
    /// The whole face or nothing.
    Whole,
}

impl EmbeddingRights {
    /// Reads the bits; of several of the lower ones the least restrictive holds, as OpenType says.
    pub(crate) fn from_fs_type(bits: u16) -> Result<Self, FontError> {
        const RESTRICTED: u16 = 0x0002;
        const LICENCE: u16 = 0x000e;
        const WHOLE: u16 = 0x0100;
        const BITMAPS: u16 = 0x0200;
        if bits & LICENCE == RESTRICTED {
            return Err(FontError::new(
                "字体禁止嵌入（fsType 2），须向厂商取得嵌入许可",
                "it forbids embedding (fsType 2): its maker has to license that",
            ));
        }
        if bits & BITMAPS != 0 {
            return Err(FontError::new(
                "字体只许嵌入点阵（fsType 0x200）",
                "it allows its bitmaps alone to be embedded (fsType 0x200)",
            ));
        }
        Ok(if bits & WHOLE != 0 { Self::Whole } else { Self::Subset })
    }
}

/// What a face says of itself, for lists and for the dictionary that goes with it into a PDF.
#[derive(Clone, Debug)]
pub struct FaceFacts {
    /// PostScript name: letters, digits and hyphens; empty if it has none.
    pub postscript_name: String,
    /// Family, in Chinese where the face has it.
    pub family: String,
    /// Version as it tells it.
    pub version: String,
    /// Number of glyphs.
    pub glyph_count: u32,
    /// Weight, 1 to 1000; 400 is regular.
    pub weight: u16,
    /// Angle of its stems from the vertical, in degrees, negative to the right.
    pub italic_angle: i64,
    /// Top and foot of its em box, in thousandths of an em above the baseline.
    pub em_box: (i64, i64),
    /// Height of its capitals in thousandths of an em.
    pub cap_height: i64,
    /// Whether every glyph is as wide as the next.
    pub is_fixed_pitch: bool,
    /// Class of its family (OS/2 sFamilyClass), 0 if it does not say.
    pub family_class: u8,
}

/// The em box of most Chinese faces, in thousandths, for faces whose numbers give none.
const EM_BOX: (i64, i64) = (880, -120);

impl FaceFacts {
    pub(crate) fn read(font: &Font, tables: &FontRef<'_>) -> Self {
        let name = |id: NameId| {
            let name = font.names().get(id)?;
            let chinese = name.iter().find(|name| {
                name.language().is_some_and(|language| language.to_string().starts_with("zh"))
            });
            chinese.or_else(|| name.english_or_first()).map(|name| name.name().to_string())
        };
        let postscript = font.names().get(NameId::POSTSCRIPT_NAME);
        let postscript = postscript.and_then(|name| name.english_or_first());
        let postscript = postscript.map(|name| name.name().to_string()).unwrap_or_default();
        let per_em = font.units_per_em();
        let milli = |units: i16| Em::font_units(i64::from(units), per_em).to_milli();
        let os2 = tables.os2().ok();
        let em_box = os2.as_ref().map(|os2| (os2.s_typo_ascender(), os2.s_typo_descender()));
        let em_box = em_box.map(|(top, foot)| (milli(top), milli(foot)));
        let post = tables.post().ok();
        let caps = os2.as_ref().and_then(|os2| os2.s_cap_height()).map(milli);
        Self {
            postscript_name: pdf_name(&postscript),
            family: name(NameId::TYPOGRAPHIC_FAMILY_NAME)
                .or_else(|| name(NameId::FAMILY_NAME))
                .unwrap_or_default(),
            version: name(NameId::VERSION_STRING).unwrap_or_default(),
            glyph_count: font.num_glyphs(),
            weight: os2.as_ref().map_or(400, |os2| os2.us_weight_class()).clamp(1, 1000),
            italic_angle: post.as_ref().map_or(0, |post| i64::from(post.italic_angle().to_i32())),
            // Numbers that do not make up an em are those of a line, not of the box.
            em_box: em_box.filter(|(top, foot)| (top - foot - 1000).abs() <= 2).unwrap_or(EM_BOX),
            cap_height: caps.filter(|height| *height > 0).unwrap_or(730),
            is_fixed_pitch: post.is_some_and(|post| post.is_fixed_pitch() != 0),
            family_class: family_class(tables),
        }
    }

    /// How far its glyphs are to be raised so that its em box is that of the other faces.
    pub(crate) fn lift(&self) -> Em {
        Em::milli(EM_BOX.0 - self.em_box.0)
    }
}

/// The bits of fsType; a face without them says that anything may be done with it.
pub(crate) fn fs_type(tables: &FontRef<'_>) -> u16 {
    let os2 = tables.table_data(Tag::new(b"OS/2"));
    os2.and_then(|table| table.read_at::<u16>(8).ok()).unwrap_or(0)
}

fn family_class(tables: &FontRef<'_>) -> u8 {
    let os2 = tables.table_data(Tag::new(b"OS/2"));
    os2.and_then(|table| table.read_at::<u8>(30).ok()).unwrap_or(0)
}

/// A name that PDF takes as it is, no longer than PostScript allows.
pub(crate) fn pdf_name(name: &str) -> String {
    name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(63).collect()
}
