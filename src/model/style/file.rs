//! File format of a house style, and the checks of its numbers.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::font::{FontId, FontSet};
use crate::model::style::elements::{
    FindingLimits, FurnitureStyle, HeadStyle, HeadlineShape, SizeBand, TextStyle,
};
use crate::model::style::frame::FrameFile;
use crate::model::style::house_style::HouseStyle;
use crate::model::style::ink::{InkFile, SpotFile};
use crate::model::style::numbers::{checked_em, checked_mm, checked_pt};
use crate::model::style::press::PressFile;
use crate::model::style::proportion::{ModuleFile, PageHeadFile, banner_depth_default, ratio};
use crate::model::style::severity::{SeverityFile, layout_severities, preflight_severities};
use crate::model::style::step::{COLUMNS_MAX, DensityStep};
use crate::model::style::template::{PageTemplate, QuarterOrder};
use crate::script::{CompositionProfile, KinsokuLevel, PunctuationStyle, WordSpace};
use crate::unit::{Abs, Em, GridRect, Rect};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StyleFile {
    name: String,
    title: String,
    trim: TrimFile,
    type_area: AreaFile,
    default_step: String,
    step: Vec<StepFile>,
    profile: ProfileFile,
    head: HeadFile,
    body: ElementFile,
    crosshead: CrossheadFile,
    aside: ElementFile,
    quote: QuoteFile,
    caption: ElementFile,
    picture: PictureFile,
    frame: FrameFile,
    #[serde(default)]
    template: Vec<TemplateFile>,
    #[serde(default)]
    places: PlacesFile,
    furniture: FurnitureFile,
    #[serde(default)]
    module: ModuleFile,
    #[serde(default)]
    page_head: PageHeadFile,
    column_lines_min: i64,
    ink: InkFile,
    #[serde(default)]
    spot: Vec<SpotFile>,
    press: PressFile,
    limits: LimitsFile,
    #[serde(default)]
    severity: BTreeMap<String, SeverityFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PictureFile {
    crop_percent: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TemplateFile {
    name: String,
    step: String,
    slot: Vec<SlotFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SlotFile {
    name: String,
    column: i64,
    row: i64,
    columns: i64,
    rows: i64,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum PlacesFile {
    #[default]
    LowerRightFirst,
    LowerLeftFirst,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TrimFile {
    width_mm: f64,
    height_mm: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AreaFile {
    width_pt: f64,
    height_pt: f64,
    top_mm: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StepFile {
    name: String,
    columns: i64,
    chars: i64,
    body_pt: f64,
    pitch_pt: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProfileFile {
    #[serde(default)]
    marks: MarksFile,
    #[serde(default)]
    level: LevelFile,
    #[serde(default)]
    ellipsis_at_start: bool,
    #[serde(default = "default_true")]
    trim_line_start: bool,
    #[serde(default = "default_true")]
    trim_indent: bool,
    #[serde(default)]
    hanging: bool,
    digit_em: f64,
    #[serde(default = "default_half")]
    interpunct_em: f64,
    #[serde(default)]
    han_digit_em: f64,
    han_latin_em: f64,
    han_latin_most_em: f64,
    word_space_em: [f64; 3],
    clause_space_em: f64,
    indent_em: f64,
}

fn default_true() -> bool {
    true
}

fn default_half() -> f64 {
    0.5
}

fn default_hundred() -> i64 {
    100
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum MarksFile {
    #[default]
    Kaiming,
    Full,
    Half,
    LineEndHalf,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum ShapeFile {
    #[default]
    Equal,
    UpperLonger,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum LevelFile {
    None,
    Basic,
    #[default]
    Gb,
    Strict,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ElementFile {
    face: String,
    size_percent: i64,
    #[serde(default = "default_hundred")]
    height_percent: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CrossheadFile {
    face: String,
    size_percent: i64,
    air_rows: [i64; 3],
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HeadFile {
    lead_face: String,
    face: String,
    kicker_face: String,
    deck_face: String,
    byline_face: String,
    byline_mark: String,
    summary_mark: String,
    ladder_pt: Vec<f64>,
    band: Vec<BandFile>,
    #[serde(default)]
    shape: ShapeFile,
    fill_most_percent: i64,
    condensed_percent: i64,
    kicker_percent: i64,
    air_percent: i64,
    air_rows: [i64; 2],
    clause_space_em: f64,
    #[serde(default = "default_percent::<86>")]
    other_largest_percent: i64,
    #[serde(default = "default_percent::<115>")]
    minor_least_percent: i64,
    #[serde(default = "default_percent::<200>")]
    deck_most_percent: i64,
    #[serde(default = "default_percent::<120>")]
    column_title_percent: i64,
    #[serde(default = "default_percent::<115>")]
    vertical_column_title_percent: i64,
    #[serde(default = "default_percent::<115>")]
    summary_percent: i64,
    #[serde(default = "default_percent::<115>")]
    byline_percent: i64,
    #[serde(default = "default_percent::<160>")]
    group_title_percent: i64,
    #[serde(default = "default_percent::<20>")]
    air_least_percent: i64,
    #[serde(default = "default_percent::<24>")]
    line_white_percent: i64,
}

/// Value of a key that a house style leaves out: a style file of 0.1 gives the same page as before.
fn default_percent<const PERCENT: i64>() -> i64 {
    PERCENT
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct QuoteFile {
    face: String,
    size_percent: i64,
    #[serde(default = "default_percent::<100>")]
    height_percent: i64,
    #[serde(default = "default_percent::<145>")]
    pitch_percent: i64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BandFile {
    width_percent: i64,
    largest_pt: f64,
    smallest_pt: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FurnitureFile {
    head_rows: i64,
    face: String,
    size_pt: f64,
    section_face: String,
    section_size_pt: f64,
    staff_roles: [String; 3],
    banner_face: String,
    banner_size_pt: f64,
    banner_air_rows: [i64; 2],
    #[serde(default = "banner_depth_default")]
    banner_depth_percent: i64,
    head_rule_pt: f64,
    rule_pt: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LimitsFile {
    gap_em: f64,
}

impl StyleFile {
    /// Checks the file and resolves its roles to faces. `sha256` is the hash of the file.
    pub(crate) fn resolve(self, fonts: &FontSet, sha256: String) -> Result<HouseStyle, String> {
        let face = |role: &str| {
            fonts.find_role(role).ok_or_else(|| format!("no face has the role {role:?}"))
        };
        let element = |file: &ElementFile| -> Result<TextStyle, String> {
            // 长体 and 扁体: the trade scales body type by about a tenth; a quarter is a typing error.
            if !(75..=130).contains(&file.height_percent) {
                return Err(format!(
                    "height_percent: {} is not between 75 and 130",
                    file.height_percent
                ));
            }
            Ok(TextStyle {
                face: face(&file.face)?,
                size_percent: file.size_percent,
                height_percent: file.height_percent,
            })
        };
        let trim = (
            checked_mm(self.trim.width_mm, "trim.width_mm")?,
            checked_mm(self.trim.height_mm, "trim.height_mm")?,
        );
        let type_area = self.resolve_type_area(trim)?;
        let steps =
            self.step.iter().map(|step| step.resolve(&type_area)).collect::<Result<Vec<_>, _>>()?;
        if !steps.iter().any(|step| step.name == self.default_step) {
            return Err(format!("default_step: no step {:?}", self.default_step));
        }
        let profile = self.profile.resolve()?;
        let spots = self.spot.iter().map(SpotFile::resolve).collect::<Result<Vec<_>, _>>()?;
        let ink = self.ink.resolve(spots)?;
        let crosshead = self.crosshead.element();
        let quote = self.quote.element();
        let templates = self.template.iter().map(|template| template.resolve(&steps));
        Ok(HouseStyle {
            quote: element(&quote)?,
            quote_pitch_percent: ratio(self.quote.pitch_percent, "quote.pitch_percent")?,
            caption: element(&self.caption)?,
            crop_percent: self.picture.crop_percent.clamp(0, 50),
            frame: self.frame.resolve()?,
            templates: templates.collect::<Result<Vec<_>, _>>()?,
            quarter_order: match self.places {
                PlacesFile::LowerRightFirst => QuarterOrder::LowerRight,
                PlacesFile::LowerLeftFirst => QuarterOrder::LowerLeft,
            },
            head: self.head.resolve(&face)?,
            body: element(&self.body)?,
            crosshead: element(&crosshead)?,
            crosshead_air_rows: self.crosshead.air_rows,
            aside: element(&self.aside)?,
            furniture: self.furniture.resolve(&face)?,
            module: self.module.resolve()?,
            page_head: self.page_head.resolve()?,
            inks: ink,
            press: self.press.resolve()?,
            severities: layout_severities(&self.severity)?,
            sha256,
            preflight_severities: preflight_severities(&self.severity),
            limits: FindingLimits {
                gap_milli: checked_em(self.limits.gap_em, "limits.gap_em")?.to_milli(),
            },
            name: self.name,
            title: self.title,
            trim,
            type_area,
            steps,
            default_step: self.default_step,
            profile,
            column_lines_min: self.column_lines_min,
        })
    }

    fn resolve_type_area(&self, trim: (Abs, Abs)) -> Result<Rect, String> {
        let width = checked_pt(self.type_area.width_pt, "type_area.width_pt")?;
        let height = checked_pt(self.type_area.height_pt, "type_area.height_pt")?;
        let top = checked_mm(self.type_area.top_mm, "type_area.top_mm")?;
        let area = Rect::new((trim.0 - width) / 2, top, width, height);
        let sheet = Rect::new(Abs::ZERO, Abs::ZERO, trim.0, trim.1);
        if sheet.contains(&area) && width > Abs::ZERO && height > Abs::ZERO {
            Ok(area)
        } else {
            Err("type_area: not inside the trim".to_owned())
        }
    }
}

impl CrossheadFile {
    /// Face and size of crossheads; their height is always their own.
    fn element(&self) -> ElementFile {
        ElementFile {
            face: self.face.clone(),
            size_percent: self.size_percent,
            height_percent: 100,
        }
    }
}

impl QuoteFile {
    /// Face, size and height of pull quotes.
    fn element(&self) -> ElementFile {
        ElementFile {
            face: self.face.clone(),
            size_percent: self.size_percent,
            height_percent: self.height_percent,
        }
    }
}

impl ProfileFile {
    fn resolve(&self) -> Result<CompositionProfile, String> {
        let [natural, least, most] = self.word_space_em;
        let digit = checked_em(self.digit_em, "profile.digit_em")?;
        Ok(CompositionProfile {
            punctuation: match self.marks {
                MarksFile::Kaiming => PunctuationStyle::Kaiming,
                MarksFile::Full => PunctuationStyle::Full,
                MarksFile::Half => PunctuationStyle::Half,
                MarksFile::LineEndHalf => PunctuationStyle::LineEndHalf,
            },
            kinsoku: match self.level {
                LevelFile::None => KinsokuLevel::None,
                LevelFile::Basic => KinsokuLevel::Basic,
                LevelFile::Gb => KinsokuLevel::Gb,
                LevelFile::Strict => KinsokuLevel::Strict,
            },
            allows_ellipsis_at_start: self.ellipsis_at_start,
            trims_line_start: self.trim_line_start,
            trims_after_indent: self.trim_indent,
            allows_hanging: self.hanging,
            digit_width: (digit > Em::ZERO).then_some(digit),
            interpunct_width: checked_em(self.interpunct_em, "profile.interpunct_em")?,
            han_digit_gap: checked_em(self.han_digit_em, "profile.han_digit_em")?,
            han_latin_gap: checked_em(self.han_latin_em, "profile.han_latin_em")?,
            han_latin_gap_max: checked_em(self.han_latin_most_em, "profile.han_latin_most_em")?,
            word_space: WordSpace {
                natural: checked_em(natural, "profile.word_space_em")?,
                min: checked_em(least, "profile.word_space_em")?,
                max: checked_em(most, "profile.word_space_em")?,
            },
            clause_space: checked_em(self.clause_space_em, "profile.clause_space_em")?,
            indent: checked_em(self.indent_em, "profile.indent_em")?,
        })
    }
}

impl StepFile {
    fn resolve(&self, area: &Rect) -> Result<DensityStep, String> {
        let name = &self.name;
        let body = checked_pt(self.body_pt, "step.body_pt")?;
        let pitch = checked_pt(self.pitch_pt, "step.pitch_pt")?;
        let sane =
            (1..=COLUMNS_MAX as i64).contains(&self.columns) && (5..=60).contains(&self.chars);
        if !sane || body < Abs::pt(4) || pitch < body || pitch > body * 3 {
            return Err(format!(
                "step {name}: columns must be 1–{COLUMNS_MAX}, chars 5–60, body ≥ 4 pt, pitch 1–3 × body"
            ));
        }
        let gutters = self.columns - 1;
        let rest = area.width - body * (self.columns * self.chars);
        let gutter = if gutters == 0 { Abs::ZERO } else { rest / gutters };
        // R50: gutters of 1 to 2.5 字; the grid has to close on the type area.
        let closes = gutters == 0 && rest == Abs::ZERO || gutter * gutters == rest;
        if !closes || (gutters > 0 && (gutter < body || gutter > body * 5 / 2)) {
            return Err(format!(
                "step {name}: columns and equal gutters of 1 to 2.5 字 must fill the type area exactly"
            ));
        }
        let rows = (area.height - body).count_fitting(pitch) + 1;
        Ok(DensityStep {
            name: name.clone(),
            columns: self.columns,
            chars: self.chars,
            body,
            pitch,
            gutter,
            rows,
        })
    }
}

impl HeadFile {
    fn resolve(&self, face: &dyn Fn(&str) -> Result<FontId, String>) -> Result<HeadStyle, String> {
        let ladder = self
            .ladder_pt
            .iter()
            .map(|size| checked_pt(*size, "head.ladder_pt"))
            .collect::<Result<Vec<_>, _>>()?;
        if ladder.is_empty() || !ladder.is_sorted() {
            return Err("head.ladder_pt: sizes must be in ascending order".to_owned());
        }
        let mut bands = Vec::new();
        for band in &self.band {
            bands.push(SizeBand {
                width_percent: band.width_percent,
                largest: checked_pt(band.largest_pt, "head.band.largest_pt")?,
                smallest: checked_pt(band.smallest_pt, "head.band.smallest_pt")?,
            });
        }
        if bands.first().is_none_or(|band| band.width_percent != 0) {
            return Err("head.band: the first band must start at 0 %".to_owned());
        }
        Ok(HeadStyle {
            lead_face: face(&self.lead_face)?,
            face: face(&self.face)?,
            kicker_face: face(&self.kicker_face)?,
            deck_face: face(&self.deck_face)?,
            byline_face: face(&self.byline_face)?,
            byline_mark: self.byline_mark.clone(),
            summary_mark: self.summary_mark.clone(),
            ladder,
            bands,
            shape: match self.shape {
                ShapeFile::Equal => HeadlineShape::Equal,
                ShapeFile::UpperLonger => HeadlineShape::UpperLonger,
            },
            fill_percent_max: self.fill_most_percent,
            condensed_percent_min: self.condensed_percent.clamp(50, 100),
            kicker_percent: self.kicker_percent,
            air_percent: self.air_percent,
            air_rows: self.air_rows,
            clause_space: checked_em(self.clause_space_em, "head.clause_space_em")?,
            other_largest_percent: ratio(self.other_largest_percent, "head.other_largest_percent")?,
            minor_percent_min: ratio(self.minor_least_percent, "head.minor_least_percent")?,
            deck_percent_max: ratio(self.deck_most_percent, "head.deck_most_percent")?,
            column_title_percent: ratio(self.column_title_percent, "head.column_title_percent")?,
            vertical_column_title_percent: ratio(
                self.vertical_column_title_percent,
                "head.vertical_column_title_percent",
            )?,
            summary_percent: ratio(self.summary_percent, "head.summary_percent")?,
            byline_percent: ratio(self.byline_percent, "head.byline_percent")?,
            group_title_percent: ratio(self.group_title_percent, "head.group_title_percent")?,
            air_percent_min: ratio(self.air_least_percent, "head.air_least_percent")?,
            line_white_percent: ratio(self.line_white_percent, "head.line_white_percent")?,
        })
    }
}

impl FurnitureFile {
    fn resolve(
        &self,
        face: &dyn Fn(&str) -> Result<FontId, String>,
    ) -> Result<FurnitureStyle, String> {
        Ok(FurnitureStyle {
            head_rows: self.head_rows,
            face: face(&self.face)?,
            text_size: checked_pt(self.size_pt, "furniture.size_pt")?,
            section_face: face(&self.section_face)?,
            section_size: checked_pt(self.section_size_pt, "furniture.section_size_pt")?,
            staff_roles: self.staff_roles.clone(),
            banner_face: face(&self.banner_face)?,
            banner_size: checked_pt(self.banner_size_pt, "furniture.banner_size_pt")?,
            banner_air_rows: self.banner_air_rows,
            banner_depth_percent: ratio(
                self.banner_depth_percent,
                "furniture.banner_depth_percent",
            )?,
            head_rule: checked_pt(self.head_rule_pt, "furniture.head_rule_pt")?,
            rule: checked_pt(self.rule_pt, "furniture.rule_pt")?,
        })
    }
}

impl TemplateFile {
    /// Checks that the slots lie on the grid of the step and do not overlap.
    fn resolve(&self, steps: &[DensityStep]) -> Result<PageTemplate, String> {
        let name = &self.name;
        let step = steps.iter().find(|step| step.name == self.step);
        let step = step.ok_or_else(|| format!("template {name}: no step {:?}", self.step))?;
        let mut slots: Vec<(String, GridRect)> = Vec::new();
        for slot in &self.slot {
            let SlotFile { name: slot_name, column, row, columns, rows } = slot;
            let place = GridRect::new(*column, *row, *columns, *rows);
            let fits = |start: i64, length: i64, most: i64| {
                start >= 0 && length >= 1 && start <= most && length <= most - start
            };
            if !fits(*column, *columns, step.columns) || !fits(*row, *rows, step.rows) {
                return Err(format!("template {name}: slot {slot_name} is outside the grid"));
            }
            for (other, known) in &slots {
                if other == slot_name || place.overlaps(known) {
                    return Err(format!("template {name}: slots {other} and {slot_name} overlap"));
                }
            }
            slots.push((slot_name.clone(), place));
        }
        Ok(PageTemplate { name: name.clone(), step: self.step.clone(), slots })
    }
}
