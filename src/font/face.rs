//! One face: what it holds and how big its glyphs are.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::sync::OnceLock;
use std::sync::atomic::AtomicU16;
use std::sync::atomic::Ordering::Relaxed;

use harfrust::ShapePlan;
use skrifa::MetadataProvider;
use skrifa::font::Blob;
use skrifa::instance::{LocationRef, Size};
use skrifa::outline::{DrawSettings, OutlinePen};
use skrifa::raw::FontRef;

use crate::font::catalog::FaceInfo;
use crate::font::embedded;
use crate::font::facts::{self, EmbeddingRights, FaceFacts};
use crate::font::ids::GlyphId;
use crate::font::shaping_mode::ShapingMode;
use crate::unit::Em;

/// A face, parsed.
pub struct FontFace {
    file: String,
    /// What a PDF calls it.
    base: String,
    data: Blob,
    index: u32,
    font: skrifa::Font,
    per_em: u16,
    embedding: EmbeddingRights,
    lift: Em,
    facts: OnceLock<FaceFacts>,
    characters: OnceLock<u32>,
    plans: [OnceLock<ShapePlan>; ShapingMode::ALL.len()],
    ink: OnceLock<BTreeMap<u16, (Em, Em)>>,
    /// What is known of the characters that most copy is made of: nothing yet, [`NOT_PLAIN`], or the glyph.
    plain: OnceLock<Box<[AtomicU16]>>,
}

/// The characters that most copy is made of: ideographs, and the marks that do not join with those beside them (as
/// — and … do).
const COMMON: [RangeInclusive<char>; 4] =
    ['\u{2018}'..='\u{201d}', '、'..='〟', '\u{4e00}'..='\u{9fff}', '！'..='～'];
/// Known to be shaped in a way of its own, or not at all.
const NOT_PLAIN: u16 = u16::MAX;

/// The outline of a glyph as a sink of path segments, in font units, y up.
pub trait OutlineSink {
    /// Starts a contour.
    fn move_to(&mut self, x: f32, y: f32);
    /// A line.
    fn line_to(&mut self, x: f32, y: f32);
    /// A quadratic curve.
    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32);
    /// A cubic curve.
    fn curve_to(&mut self, cx0: f32, cy0: f32, cx1: f32, cy1: f32, x: f32, y: f32);
    /// Closes the contour.
    fn close(&mut self);
}

impl FontFace {
    /// Parses the file of a row for the binary.
    ///
    /// The files are part of the binary and tested with it, so one that does not parse is a bug.
    pub(crate) fn from_binary(info: &FaceInfo) -> Self {
        let data = match embedded::bytes(&info.file) {
            Some(Cow::Borrowed(data)) => Blob::Static(data),
            // Only builds that read `fonts/` from disk come here: once per face and process.
            Some(Cow::Owned(data)) => Blob::from(data),
            None => Blob::Static(&[]),
        };
        let face = Self::parse(&info.file, data, info.index, EmbeddingRights::Subset);
        debug_assert!(face.is_some(), "{} does not parse", info.file);
        face.unwrap_or_else(|| unreachable!("{} does not parse", info.file))
    }

    /// A newsroom's face, from bytes that were checked; `None` if they do not parse all the same.
    pub(crate) fn from_folder(
        file: &str,
        data: Blob,
        index: u32,
        embedding: EmbeddingRights,
    ) -> Option<Self> {
        let mut face = Self::parse(file, data, index, embedding)?;
        let facts = face.facts();
        let (lift, name) = (facts.lift(), facts.postscript_name.clone());
        face.lift = lift;
        if !name.is_empty() {
            face.base = name;
        }
        Some(face)
    }

    fn parse(file: &str, data: Blob, index: u32, embedding: EmbeddingRights) -> Option<Self> {
        let font = skrifa::Font::new(data.clone(), index)?;
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        let base = facts::pdf_name(stem);
        Some(Self {
            file: file.to_owned(),
            base: if base.is_empty() { "Face".to_owned() } else { base },
            data,
            index,
            per_em: font.units_per_em(),
            font,
            embedding,
            lift: Em::ZERO,
            facts: OnceLock::new(),
            characters: OnceLock::new(),
            plans: Default::default(),
            ink: OnceLock::new(),
            plain: OnceLock::new(),
        })
    }

    /// The file it was read from.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// What a PDF calls it: letters, digits and hyphens.
    pub fn base_name(&self) -> &str {
        &self.base
    }

    /// The whole file.
    pub fn data(&self) -> &[u8] {
        &self.data
    }

    /// Its place in the file, 0 unless that is a collection.
    pub fn index(&self) -> u32 {
        self.index
    }

    /// What its owner allows a press file to hold of it.
    pub fn embedding(&self) -> EmbeddingRights {
        self.embedding
    }

    /// How far its glyphs are raised on horizontal lines so that its em box is that of the other faces.
    pub(crate) fn lift(&self) -> Em {
        self.lift
    }

    /// What it says of itself, read on first use.
    pub fn facts(&self) -> &FaceFacts {
        self.facts.get_or_init(|| match self.tables() {
            Some(tables) => FaceFacts::read(&self.font, &tables),
            // It was parsed from the same bytes.
            None => unreachable!("{} has tables", self.file),
        })
    }

    /// How many characters it covers, of those that are no private use beyond the first plane.
    pub fn character_count(&self) -> u32 {
        let charmap = self.font.charmap();
        let last = self.font.num_glyphs();
        let has = |c: &u32| {
            charmap.map_unicode(*c).is_some_and(|glyph| (1..last).contains(&glyph.to_u32()))
        };
        *self.characters.get_or_init(|| (0..0x4_0000_u32).filter(has).count() as u32)
    }

    pub(crate) fn has_unicode_map(&self) -> bool {
        self.font.charmap().has_unicode()
    }

    /// Whether its marks are drawn as the mainland sets them: each over an em, stops at the left of it.
    pub(crate) fn has_chinese_marks(&self) -> bool {
        let glyph = |c: char| {
            let glyph = self.font.charmap().map_unicode(c)?.to_u32();
            u16::try_from(glyph).ok().filter(|glyph| *glyph != 0).map(GlyphId)
        };
        let whole = |c| glyph(c).is_some_and(|glyph| self.advance(glyph) == Em::ONE);
        let left =
            |c| glyph(c).and_then(|g| self.ink_x_range(g)).is_some_and(|(_, end)| end <= Em::HALF);
        ['“', '”', '，', '。', '、', '（', '）', '《', '》'].into_iter().all(whole)
            && ['，', '。', '、'].into_iter().all(left)
    }

    fn tables(&self) -> Option<FontRef<'_>> {
        FontRef::from_index(&self.data, self.index).ok()
    }

    /// Font units in an em.
    pub fn units_per_em(&self) -> u16 {
        self.per_em
    }

    /// Whether the face has a glyph for `c`.
    pub fn covers(&self, c: char) -> bool {
        let plain = self.slot(c).is_some_and(|slot| !matches!(slot.load(Relaxed), 0 | NOT_PLAIN));
        let glyph = || self.font.charmap().map_unicode(c);
        plain || glyph().is_some_and(|glyph| (1..self.font.num_glyphs()).contains(&glyph.to_u32()))
    }

    /// The glyph of a common character that is plain: a single one over its em, whatever is beside it. `shape` is
    /// asked once a character.
    pub(crate) fn plain_glyph(
        &self,
        c: char,
        shape: impl FnOnce() -> Option<GlyphId>,
    ) -> Option<GlyphId> {
        let slot = self.slot(c)?;
        match slot.load(Relaxed) {
            0 => {
                let glyph = shape().filter(|glyph| !matches!(glyph.0, 0 | NOT_PLAIN));
                // Two threads may find the same out at the same time.
                slot.store(glyph.map_or(NOT_PLAIN, |glyph| glyph.0), Relaxed);
                glyph
            }
            NOT_PLAIN => None,
            glyph => Some(GlyphId(glyph)),
        }
    }

    fn slot(&self, c: char) -> Option<&AtomicU16> {
        if !COMMON.iter().any(|range| range.contains(&c)) {
            return None;
        }
        let known = self.plain.get_or_init(|| (0..=u16::MAX).map(|_| AtomicU16::new(0)).collect());
        known.get(usize::try_from(u32::from(c)).ok()?)
    }

    /// The advance of a glyph.
    pub fn advance(&self, glyph: GlyphId) -> Em {
        let advance = self.font.glyph_metrics().h_advance(u32::from(glyph.0).into());
        Em::font_units(advance.round() as i64, self.per_em)
    }

    /// Left and right edge of the ink of a glyph, from its origin; an empty glyph gives `None`.
    pub fn ink_x_range(&self, glyph: GlyphId) -> Option<(Em, Em)> {
        // Only marks are asked for, a few dozen glyphs: measured once, all together.
        let known = self.ink.get_or_init(|| {
            crate::script::all_marks()
                .filter_map(|c| {
                    let glyph = self.font.charmap().map_unicode(c)?.to_u32();
                    let glyph = u16::try_from(glyph).ok()?;
                    Some((glyph, self.measure(GlyphId(glyph))?))
                })
                .collect()
        });
        known.get(&glyph.0).copied().or_else(|| self.measure(glyph))
    }

    /// Foot and top of the ink of a glyph, above the baseline; an empty glyph gives `None`.
    pub fn ink_y_range(&self, glyph: GlyphId) -> Option<(Em, Em)> {
        let ink = self.font.glyph_metrics().extents(u32::from(glyph.0).into())?;
        let em = |units: f32| Em::font_units(units.round() as i64, self.per_em);
        (ink.height > 0.0).then(|| (em(ink.y_bearing - ink.height), em(ink.y_bearing)))
    }

    fn measure(&self, glyph: GlyphId) -> Option<(Em, Em)> {
        let ink = self.font.glyph_metrics().extents(u32::from(glyph.0).into())?;
        let em = |units: f32| Em::font_units(units.round() as i64, self.per_em);
        (ink.width > 0.0).then(|| (em(ink.x_bearing), em(ink.x_bearing + ink.width)))
    }

    /// The box that holds all glyphs, in thousandths of an em: left, bottom, right, top.
    pub fn bounds(&self) -> (i64, i64, i64, i64) {
        let Some(font) = self.tables() else {
            return (0, -120, 1000, 880);
        };
        let metrics = font.metrics(Size::unscaled(), LocationRef::default());
        let milli = |units: f32| Em::font_units(units.round() as i64, self.per_em).to_milli();
        metrics.bounds.map_or((0, -120, 1000, 880), |b| {
            (milli(b.x_min), milli(b.y_min), milli(b.x_max), milli(b.y_max))
        })
    }

    /// Draws the outline of a glyph into `sink`; `false` if the face has no such glyph.
    pub fn draw_outline(&self, glyph: GlyphId, sink: &mut dyn OutlineSink) -> bool {
        let Some(font) = self.tables() else {
            return false;
        };
        let Some(outline) = font.outline_glyphs().get(u32::from(glyph.0).into()) else {
            return false;
        };
        let settings = DrawSettings::unhinted(Size::unscaled(), LocationRef::default());
        outline.draw(settings, &mut SinkPen(sink)).is_ok()
    }

    pub(crate) fn skrifa_font(&self) -> &skrifa::Font {
        &self.font
    }

    pub(crate) fn shape_plan(
        &self,
        setting: ShapingMode,
        make: impl FnOnce(&skrifa::Font) -> ShapePlan,
    ) -> &ShapePlan {
        self.plans[setting as usize].get_or_init(|| make(&self.font))
    }
}

impl std::fmt::Debug for FontFace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Face({}#{})", self.file, self.index)
    }
}

struct SinkPen<'a>(&'a mut dyn OutlineSink);

impl OutlinePen for SinkPen<'_> {
    fn move_to(&mut self, x: f32, y: f32) {
        self.0.move_to(x, y);
    }
    fn line_to(&mut self, x: f32, y: f32) {
        self.0.line_to(x, y);
    }
    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        self.0.quad_to(cx, cy, x, y);
    }
    fn curve_to(&mut self, cx0: f32, cy0: f32, cx1: f32, cy1: f32, x: f32, y: f32) {
        self.0.curve_to(cx0, cy0, cx1, cy1, x, y);
    }
    fn close(&mut self) {
        self.0.close();
    }
}
