//! A parsed face: coverage, metrics and outlines.

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

use crate::font::embedded;
use crate::font::face_info::FaceInfo;
use crate::font::facts::{self, EmbeddingRights, FaceFacts};
use crate::font::ids::GlyphId;
use crate::font::shaping_mode::ShapingMode;
use crate::unit::Em;

/// A parsed face.
///
/// # Caches
/// The face keeps results that are costly to find out, for as long as the face lives: its facts,
/// its number of characters, one shape plan for each [`ShapingMode`], the ink of marks, and the
/// glyphs of common characters. Each is a function of the font file alone, computed on first use
/// and then never changed. (Threads that ask for a common character at the same time may each shape
/// it, with equal results.) So results do not depend on what was asked before.
pub struct FontFace {
    file: String,
    /// Name in a PDF.
    base_name: String,
    data: Blob,
    index: u32,
    font: skrifa::Font,
    units_per_em: u16,
    embedding: EmbeddingRights,
    lift: Em,
    facts: OnceLock<FaceFacts>,
    character_count: OnceLock<u32>,
    /// Shape plans by mode.
    shape_plans: [OnceLock<ShapePlan>; ShapingMode::ALL.len()],
    /// Left and right edge of the ink of marks, by glyph.
    mark_ink: OnceLock<BTreeMap<u16, (Em, Em)>>,
    /// Glyphs of the common characters by code point, allocated on first use: 0 for not known yet,
    /// [`NOT_PLAIN`], or the glyph id.
    plain_glyphs: OnceLock<Box<[AtomicU16]>>,
}

/// Characters that most copy consists of: ideographs, and the marks that do not join with their
/// neighbours (as — and … do).
const COMMON_CHARACTERS: [RangeInclusive<char>; 4] =
    ['\u{2018}'..='\u{201d}', '、'..='〟', '\u{4e00}'..='\u{9fff}', '！'..='～'];

/// Entry of a character that has no glyph, or whose shaping depends on its neighbours.
const NOT_PLAIN: u16 = u16::MAX;

/// Box that encloses all glyphs of a face, in thousandths of an em from the origin of a glyph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GlyphBounds {
    /// Left edge.
    pub left: i64,
    /// Lower edge, negative below the baseline.
    pub bottom: i64,
    /// Right edge.
    pub right: i64,
    /// Upper edge.
    pub top: i64,
}

/// Receiver of the path segments of a glyph's outline, in font units, y up.
pub trait OutlineSink {
    /// Starts a contour.
    fn move_to(&mut self, x: f32, y: f32);
    /// Appends a line.
    fn line_to(&mut self, x: f32, y: f32);
    /// Appends a quadratic curve.
    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32);
    /// Appends a cubic curve.
    fn curve_to(&mut self, cx0: f32, cy0: f32, cx1: f32, cy1: f32, x: f32, y: f32);
    /// Closes the contour.
    fn close(&mut self);
}

impl FontFace {
    /// Parses a face of the binary.
    ///
    /// The files are part of the binary and tested with it, so a face that does not parse is a bug.
    pub(crate) fn from_binary(info: &FaceInfo) -> Self {
        let data = match embedded::bytes(&info.file) {
            Some(Cow::Borrowed(data)) => Blob::Static(data),
            // Only builds that read `fonts/` from disk come here, once for each face and process.
            Some(Cow::Owned(data)) => Blob::from(data),
            None => Blob::Static(&[]),
        };
        let face = Self::parse(&info.file, data, info.index, EmbeddingRights::Subset);
        debug_assert!(face.is_some(), "{} does not parse", info.file);
        face.unwrap_or_else(|| unreachable!("{} does not parse", info.file))
    }

    /// Parses a newsroom's face from bytes that were checked. `None` if they do not parse all the
    /// same.
    pub(crate) fn from_folder(
        file: &str,
        data: Blob,
        index: u32,
        embedding: EmbeddingRights,
    ) -> Option<Self> {
        let mut face = Self::parse(file, data, index, embedding)?;
        let facts = face.facts();
        let (lift, postscript_name) = (facts.lift(), facts.postscript_name.clone());
        // A face of the binary is not lifted: its em box is the usual one.
        face.lift = lift;
        if !postscript_name.is_empty() {
            face.base_name = postscript_name;
        }
        Some(face)
    }

    /// Parses a face. Its name in a PDF is that of the file, and it is not lifted.
    fn parse(file: &str, data: Blob, index: u32, embedding: EmbeddingRights) -> Option<Self> {
        let font = skrifa::Font::new(data.clone(), index)?;
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        let base_name = facts::pdf_name(stem);
        Some(Self {
            file: file.to_owned(),
            base_name: if base_name.is_empty() { "Face".to_owned() } else { base_name },
            data,
            index,
            units_per_em: font.units_per_em(),
            font,
            embedding,
            lift: Em::ZERO,
            facts: OnceLock::new(),
            character_count: OnceLock::new(),
            shape_plans: Default::default(),
            mark_ink: OnceLock::new(),
            plain_glyphs: OnceLock::new(),
        })
    }

    /// Returns the name of its file.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// Returns its name in a PDF: letters, digits and hyphens.
    pub fn base_name(&self) -> &str {
        &self.base_name
    }

    /// Returns the bytes of its file.
    pub fn data(&self) -> &[u8] {
        &self.data
    }

    /// Returns its index in the file, 0 unless the file is a collection.
    pub fn index(&self) -> u32 {
        self.index
    }

    /// Returns the extent to which its licence bits allow it in a press file.
    pub fn embedding(&self) -> EmbeddingRights {
        self.embedding
    }

    /// Returns the distance by which its glyphs are raised on horizontal lines so that its em box
    /// coincides with that of the other faces.
    pub(crate) fn lift(&self) -> Em {
        self.lift
    }

    /// Returns the facts that the face states of itself, read on first use.
    pub fn facts(&self) -> &FaceFacts {
        self.facts.get_or_init(|| match self.tables() {
            Some(tables) => FaceFacts::read(&self.font, &tables),
            // The face was parsed from the same bytes.
            None => unreachable!("{} has tables", self.file),
        })
    }

    /// Returns the number of characters it covers, private use beyond the first plane not counted.
    pub fn character_count(&self) -> u32 {
        let is_covered = |code: &u32| self.glyph_of(*code).is_some();
        // Planes 0 to 3 hold all characters that a paper prints.
        *self.character_count.get_or_init(|| (0..0x4_0000_u32).filter(is_covered).count() as u32)
    }

    /// True if the face has a Unicode character map.
    pub(crate) fn has_unicode_map(&self) -> bool {
        self.font.charmap().has_unicode()
    }

    /// True if its marks are drawn in the mainland way: each on a full em, stops at the left of it.
    pub(crate) fn has_chinese_marks(&self) -> bool {
        let glyph = |c: char| {
            let glyph = self.font.charmap().map_unicode(c)?.to_u32();
            u16::try_from(glyph).ok().filter(|glyph| *glyph != 0).map(GlyphId)
        };
        let is_full_width = |c| glyph(c).is_some_and(|glyph| self.advance(glyph) == Em::ONE);
        let is_left = |c| {
            let ink = glyph(c).and_then(|glyph| self.ink_x_range(glyph));
            ink.is_some_and(|(_, right)| right <= Em::HALF)
        };
        // Faces for Taiwan centre their stops; Latin faces set marks narrower.
        ['“', '”', '，', '。', '、', '（', '）', '《', '》'].into_iter().all(is_full_width)
            && ['，', '。', '、'].into_iter().all(is_left)
    }

    /// Returns the tables of the face.
    fn tables(&self) -> Option<FontRef<'_>> {
        FontRef::from_index(&self.data, self.index).ok()
    }

    /// Returns the number of font units in an em.
    pub fn units_per_em(&self) -> u16 {
        self.units_per_em
    }

    /// True if the face has a glyph for `c`.
    pub fn covers(&self, c: char) -> bool {
        // The cache first: it answers for all common characters that were shaped before.
        let is_plain =
            self.plain_slot(c).is_some_and(|slot| !matches!(slot.load(Relaxed), 0 | NOT_PLAIN));
        is_plain || self.glyph_of(u32::from(c)).is_some()
    }

    /// Returns the glyph of a code point, as long as the face holds a glyph of this number.
    fn glyph_of(&self, code: u32) -> Option<u32> {
        let glyph = self.font.charmap().map_unicode(code)?.to_u32();
        // 0 is .notdef. A damaged map may name glyphs that the face does not have.
        (1..self.font.num_glyphs()).contains(&glyph).then_some(glyph)
    }

    /// Returns the glyph of a common character if it is plain: a single glyph one em wide, whatever
    /// its neighbours. `None` if it is not plain or not common.
    ///
    /// `shape` finds this out. It is called once for each character.
    pub(crate) fn plain_glyph(
        &self,
        c: char,
        shape: impl FnOnce() -> Option<GlyphId>,
    ) -> Option<GlyphId> {
        let slot = self.plain_slot(c)?;
        // Relaxed is enough: the number is all that threads share here.
        match slot.load(Relaxed) {
            0 => {
                // The two special values cannot be stored as glyphs; they count as not plain.
                let glyph = shape().filter(|glyph| !matches!(glyph.0, 0 | NOT_PLAIN));
                // Two threads may store the same result at the same time.
                slot.store(glyph.map_or(NOT_PLAIN, |glyph| glyph.0), Relaxed);
                glyph
            }
            NOT_PLAIN => None,
            glyph => Some(GlyphId(glyph)),
        }
    }

    /// Returns the cache entry of a common character.
    fn plain_slot(&self, c: char) -> Option<&AtomicU16> {
        if !COMMON_CHARACTERS.iter().any(|range| range.contains(&c)) {
            return None;
        }
        // One entry for each code point of the first plane: 128 KB a face, and no search.
        let slots =
            self.plain_glyphs.get_or_init(|| (0..=u16::MAX).map(|_| AtomicU16::new(0)).collect());
        slots.get(usize::try_from(u32::from(c)).ok()?)
    }

    /// Returns the advance of a glyph.
    pub fn advance(&self, glyph: GlyphId) -> Em {
        self.to_em(self.font.glyph_metrics().h_advance(u32::from(glyph.0).into()))
    }

    /// Returns the left and right edge of a glyph's ink from its origin. `None` for an empty glyph.
    pub fn ink_x_range(&self, glyph: GlyphId) -> Option<(Em, Em)> {
        // Callers mostly ask for marks, a few dozen glyphs: measured together, once.
        let mark_ink = self.mark_ink.get_or_init(|| {
            crate::script::all_marks()
                .filter_map(|c| {
                    let glyph = self.font.charmap().map_unicode(c)?.to_u32();
                    let glyph = u16::try_from(glyph).ok()?;
                    Some((glyph, self.measure_ink_x_range(GlyphId(glyph))?))
                })
                .collect()
        });
        // A glyph that is no mark is measured each time, which is rare.
        mark_ink.get(&glyph.0).copied().or_else(|| self.measure_ink_x_range(glyph))
    }

    /// Measures one glyph, as [`FontFace::ink_x_range`] returns it.
    fn measure_ink_x_range(&self, glyph: GlyphId) -> Option<(Em, Em)> {
        let ink = self.font.glyph_metrics().extents(u32::from(glyph.0).into())?;
        let right = ink.x_bearing + ink.width;
        (ink.width > 0.0).then(|| (self.to_em(ink.x_bearing), self.to_em(right)))
    }

    /// Returns the foot and top of a glyph's ink above the baseline. `None` for an empty glyph.
    pub fn ink_y_range(&self, glyph: GlyphId) -> Option<(Em, Em)> {
        let ink = self.font.glyph_metrics().extents(u32::from(glyph.0).into())?;
        let foot = ink.y_bearing - ink.height;
        (ink.height > 0.0).then(|| (self.to_em(foot), self.to_em(ink.y_bearing)))
    }

    /// Converts font units, rounded to a whole unit first.
    fn to_em(&self, units: f32) -> Em {
        Em::font_units(units.round() as i64, self.units_per_em)
    }

    /// Returns the box that encloses all glyphs. A face that states none gets the em box of most
    /// Chinese faces.
    pub fn bounds(&self) -> GlyphBounds {
        const EM_BOX: GlyphBounds = GlyphBounds { left: 0, bottom: -120, right: 1000, top: 880 };
        let Some(font) = self.tables() else {
            return EM_BOX;
        };
        let metrics = font.metrics(Size::unscaled(), LocationRef::default());
        let milli = |units: f32| self.to_em(units).to_milli();
        // A face may leave out its bounds, which a descriptor must have.
        metrics.bounds.map_or(EM_BOX, |bounds| GlyphBounds {
            left: milli(bounds.x_min),
            bottom: milli(bounds.y_min),
            right: milli(bounds.x_max),
            top: milli(bounds.y_max),
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
        // Unhinted and in font units: every output scales the outline itself.
        let settings = DrawSettings::unhinted(Size::unscaled(), LocationRef::default());
        outline.draw(settings, &mut SinkPen(sink)).is_ok()
    }

    /// Returns the face as skrifa and harfrust read it.
    pub(crate) fn skrifa_font(&self) -> &skrifa::Font {
        &self.font
    }

    /// Returns the shape plan of a mode, made on first use. `make` must depend on the mode alone.
    pub(crate) fn shape_plan(
        &self,
        mode: ShapingMode,
        make: impl FnOnce(&skrifa::Font) -> ShapePlan,
    ) -> &ShapePlan {
        self.shape_plans[mode as usize].get_or_init(|| make(&self.font))
    }
}

impl std::fmt::Debug for FontFace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Face({}#{})", self.file, self.index)
    }
}

/// Adapter from skrifa's pen to [`OutlineSink`].
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
