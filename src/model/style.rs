//! The house style, resolved: every number a page is made with, read from a data file.

use serde::Deserialize;

use crate::font::{FontId, Fonts};
use crate::script::Profile;
use crate::unit::{Abs, Em, Rect};

/// The text of the house style in the binary.
const BROADSHEET: &str = include_str!("broadsheet.toml");

/// A house style, resolved: lengths are lengths, roles are faces.
#[derive(Clone, Debug)]
pub struct HouseStyle {
    /// The name records ask for.
    pub name: String,
    /// The name people read.
    pub title: String,
    /// The trimmed sheet.
    pub trim: (Abs, Abs),
    /// 版心, from the top left of the trim.
    pub type_area: Rect,
    /// The density steps, tightest first.
    pub steps: Vec<Step>,
    /// The step taken when the copy leaves the choice open.
    pub default_step: String,
    /// How lines are composed.
    pub profile: Profile,
    /// The elements of an article.
    pub head: HeadStyle,
    /// 正文.
    pub body: Element,
    /// 小标题.
    pub crosshead: Element,
    /// Rows of white that a crosshead stands in: least, usual, most.
    pub crosshead_air: [i64; 3],
    /// 编者按, 提要, 附记.
    pub aside: Element,
    /// Page head, staff line, banner, rules.
    pub furniture: FurnitureStyle,
    /// Columns shorter than this many lines are not wanted.
    pub column_lines_min: i64,
    /// The inks.
    pub ink: Ink,
    /// When something becomes a finding.
    pub limits: Limits,
}

/// One density of the grid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// `dense`, `news`, `theory` …
    pub name: String,
    /// Basic columns.
    pub columns: i64,
    /// 字 per column.
    pub chars: i64,
    /// Body size.
    pub body: Abs,
    /// From baseline to baseline.
    pub pitch: Abs,
    /// Between columns.
    pub gutter: Abs,
    /// Baselines in the type area.
    pub rows: i64,
}

impl Step {
    /// The width of `columns` basic columns with the gutters between them.
    pub fn width(&self, columns: i64) -> Abs {
        self.body * (self.chars * columns) + self.gutter * (columns - 1).max(0)
    }

    /// The measure of the body.
    pub fn measure(&self) -> Em {
        Em::zi(self.chars)
    }
}

/// How a kind of text is set.
#[derive(Clone, Debug)]
pub struct Element {
    /// Its face.
    pub face: FontId,
    /// Its size as a share of the body size, in hundredths.
    pub size_percent: i64,
}

impl Element {
    /// Its size at a step.
    pub fn size(&self, step: &Step) -> Abs {
        step.body.scale(self.size_percent, 100)
    }
}

/// How heads are set.
#[derive(Clone, Debug)]
pub struct HeadStyle {
    /// 主题 of the lead.
    pub lead_face: FontId,
    /// 主题 of the others.
    pub face: FontId,
    /// 引题, 栏目.
    pub kicker_face: FontId,
    /// 副题.
    pub deck_face: FontId,
    /// 作者.
    pub byline_face: FontId,
    /// Set before the byline, e.g. `●`.
    pub byline_mark: String,
    /// The sizes a headline may have, smallest first.
    pub ladder: Vec<Abs>,
    /// By columns spanned: the largest and smallest size of a headline.
    pub bands: Vec<Band>,
    /// The part of its width that a headline line may fill at most, in hundredths.
    pub fill_most: i64,
    /// Kicker and deck as a share of the headline, in hundredths.
    pub kicker_percent: i64,
    /// The white around the parts of a head, as a share of the headline size, in hundredths.
    pub air_percent: i64,
    /// Rows by which the white of a head may shrink and grow: least, most.
    pub air_rows: [i64; 2],
    /// The space between the clauses of a head.
    pub clause_space: Em,
}

/// The sizes for heads over a share of the page's width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Band {
    /// From this many hundredths of the type area on.
    pub width_percent: i64,
    /// Largest size.
    pub largest: Abs,
    /// Smallest size.
    pub smallest: Abs,
}

/// How the furniture of the page is set.
#[derive(Clone, Debug)]
pub struct FurnitureStyle {
    /// Rows of the grid that the page head takes.
    pub head_rows: i64,
    /// Face of the date, staff and page lines.
    pub face: FontId,
    /// Their size.
    pub size: Abs,
    /// Face of the section name.
    pub section_face: FontId,
    /// Its size.
    pub section_size: Abs,
    /// The roles of the staff line, in order.
    pub staff_roles: [String; 3],
    /// Face of the banner.
    pub banner_face: FontId,
    /// Largest size of the banner.
    pub banner_size: Abs,
    /// Rows around the banner's own height: least, most.
    pub banner_air: [i64; 2],
    /// The rule under the page head.
    pub head_rule: Abs,
    /// The rules between articles.
    pub rule: Abs,
}

/// The inks of the page as CMYK in thousandths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ink {
    /// Text and rules.
    pub text: [u16; 4],
}

/// When something becomes a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Gaps beyond this are reported, in thousandths of an em.
    pub gap_milli: i64,
}

/// The house style in the binary.
///
/// # Errors
/// The file in the binary is broken: tested, so a broken build.
pub fn broadsheet(fonts: &Fonts) -> Result<HouseStyle, String> {
    HouseStyle::parse(BROADSHEET, fonts)
}

impl HouseStyle {
    /// Reads a house style from the text of its file.
    ///
    /// # Errors
    /// What does not parse, does not close on the type area or names a face that is not there, in
    /// words with its place in the file.
    pub fn parse(text: &str, fonts: &Fonts) -> Result<Self, String> {
        let file: File = toml::from_str(text).map_err(|e| e.to_string())?;
        file.resolve(fonts)
    }

    /// A step by name.
    pub fn step(&self, name: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.name == name)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
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
    furniture: FurnitureFile,
    column_lines_min: i64,
    ink: InkFile,
    limits: LimitsFile,
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
    digit_em: f64,
    han_latin_em: f64,
    han_latin_most_em: f64,
    word_space_em: [f64; 3],
    clause_space_em: f64,
    indent_em: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ElementFile {
    face: String,
    size_percent: i64,
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
    ladder_pt: Vec<f64>,
    band: Vec<BandFile>,
    fill_most_percent: i64,
    kicker_percent: i64,
    air_percent: i64,
    air_rows: [i64; 2],
    clause_space_em: f64,
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
    head_rule_pt: f64,
    rule_pt: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct InkFile {
    text_cmyk_percent: [f64; 4],
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LimitsFile {
    gap_em: f64,
}

fn pt(value: f64, name: &str) -> Result<Abs, String> {
    Abs::from_pt(value)
        .filter(|length| *length >= Abs::ZERO)
        .ok_or_else(|| format!("{name}: {value} is no length"))
}

fn mm(value: f64, name: &str) -> Result<Abs, String> {
    Abs::from_mm(value)
        .filter(|length| *length >= Abs::ZERO)
        .ok_or_else(|| format!("{name}: {value} is no length"))
}

fn em(value: f64, name: &str) -> Result<Em, String> {
    Em::from_f64(value)
        .filter(|length| *length >= Em::ZERO)
        .ok_or_else(|| format!("{name}: {value} is no length"))
}

impl File {
    fn resolve(self, fonts: &Fonts) -> Result<HouseStyle, String> {
        let face =
            |role: &str| fonts.role(role).ok_or_else(|| format!("no face has the role {role:?}"));
        let element = |file: &ElementFile| -> Result<Element, String> {
            Ok(Element { face: face(&file.face)?, size_percent: file.size_percent })
        };
        let trim =
            (mm(self.trim.width_mm, "trim.width_mm")?, mm(self.trim.height_mm, "trim.height_mm")?);
        let type_area = self.area(trim)?;
        let steps =
            self.step.iter().map(|step| step.resolve(&type_area)).collect::<Result<Vec<_>, _>>()?;
        if !steps.iter().any(|step| step.name == self.default_step) {
            return Err(format!("default_step: no step {:?}", self.default_step));
        }
        let [natural, least, most] = self.profile.word_space_em;
        let profile = Profile {
            digit: em(self.profile.digit_em, "profile.digit_em")?,
            han_latin: em(self.profile.han_latin_em, "profile.han_latin_em")?,
            han_latin_max: em(self.profile.han_latin_most_em, "profile.han_latin_most_em")?,
            word_space: [
                em(natural, "profile.word_space_em")?,
                em(least, "profile.word_space_em")?,
                em(most, "profile.word_space_em")?,
            ],
            clause_space: em(self.profile.clause_space_em, "profile.clause_space_em")?,
            indent: em(self.profile.indent_em, "profile.indent_em")?,
        };
        let crosshead = ElementFile {
            face: self.crosshead.face.clone(),
            size_percent: self.crosshead.size_percent,
        };
        Ok(HouseStyle {
            head: self.head.resolve(&face)?,
            body: element(&self.body)?,
            crosshead: element(&crosshead)?,
            crosshead_air: self.crosshead.air_rows,
            aside: element(&self.aside)?,
            furniture: self.furniture.resolve(&face)?,
            ink: self.ink.resolve()?,
            limits: Limits { gap_milli: em(self.limits.gap_em, "limits.gap_em")?.to_milli() },
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

    fn area(&self, trim: (Abs, Abs)) -> Result<Rect, String> {
        let width = pt(self.type_area.width_pt, "type_area.width_pt")?;
        let height = pt(self.type_area.height_pt, "type_area.height_pt")?;
        let top = mm(self.type_area.top_mm, "type_area.top_mm")?;
        let area = Rect::new((trim.0 - width) / 2, top, width, height);
        let sheet = Rect::new(Abs::ZERO, Abs::ZERO, trim.0, trim.1);
        if sheet.contains(&area) && width > Abs::ZERO && height > Abs::ZERO {
            Ok(area)
        } else {
            Err("type_area: does not lie inside the trim".to_owned())
        }
    }
}

impl StepFile {
    fn resolve(&self, area: &Rect) -> Result<Step, String> {
        let name = &self.name;
        let body = pt(self.body_pt, "step.body_pt")?;
        let pitch = pt(self.pitch_pt, "step.pitch_pt")?;
        let sane = (1..=12).contains(&self.columns) && (5..=60).contains(&self.chars);
        if !sane || body < Abs::pt(4) || pitch < body || pitch > body * 3 {
            return Err(format!(
                "step {name}: columns 1–12, chars 5–60, body ≥ 4 pt, pitch 1–3 bodies"
            ));
        }
        let gutters = self.columns - 1;
        let rest = area.width - body * (self.columns * self.chars);
        let gutter = if gutters == 0 { Abs::ZERO } else { rest / gutters };
        // R50: gutters of 1 to 2.5 字; the grid has to close on the type area.
        let closes = gutters == 0 && rest == Abs::ZERO || gutter * gutters == rest;
        if !closes || (gutters > 0 && (gutter < body || gutter > body * 5 / 2)) {
            return Err(format!(
                "step {name}: the columns do not close on the type area with gutters of 1 to 2.5 字"
            ));
        }
        let rows = (area.height - body).fit(pitch) + 1;
        Ok(Step {
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
            .map(|size| pt(*size, "head.ladder_pt"))
            .collect::<Result<Vec<_>, _>>()?;
        if ladder.is_empty() || !ladder.is_sorted() {
            return Err("head.ladder_pt: sizes, smallest first".to_owned());
        }
        let mut bands = Vec::new();
        for band in &self.band {
            bands.push(Band {
                width_percent: band.width_percent,
                largest: pt(band.largest_pt, "head.band.largest_pt")?,
                smallest: pt(band.smallest_pt, "head.band.smallest_pt")?,
            });
        }
        if bands.first().is_none_or(|band| band.width_percent != 0) {
            return Err("head.band: the first begins at 0 %".to_owned());
        }
        Ok(HeadStyle {
            lead_face: face(&self.lead_face)?,
            face: face(&self.face)?,
            kicker_face: face(&self.kicker_face)?,
            deck_face: face(&self.deck_face)?,
            byline_face: face(&self.byline_face)?,
            byline_mark: self.byline_mark.clone(),
            ladder,
            bands,
            fill_most: self.fill_most_percent,
            kicker_percent: self.kicker_percent,
            air_percent: self.air_percent,
            air_rows: self.air_rows,
            clause_space: em(self.clause_space_em, "head.clause_space_em")?,
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
            size: pt(self.size_pt, "furniture.size_pt")?,
            section_face: face(&self.section_face)?,
            section_size: pt(self.section_size_pt, "furniture.section_size_pt")?,
            staff_roles: self.staff_roles.clone(),
            banner_face: face(&self.banner_face)?,
            banner_size: pt(self.banner_size_pt, "furniture.banner_size_pt")?,
            banner_air: self.banner_air_rows,
            head_rule: pt(self.head_rule_pt, "furniture.head_rule_pt")?,
            rule: pt(self.rule_pt, "furniture.rule_pt")?,
        })
    }
}

impl InkFile {
    fn resolve(&self) -> Result<Ink, String> {
        let mut text = [0; 4];
        for (ink, percent) in text.iter_mut().zip(self.text_cmyk_percent) {
            if !(0.0..=100.0).contains(&percent) {
                return Err(format!("ink.text_cmyk_percent: {percent} is not between 0 and 100"));
            }
            *ink = tenths(percent);
        }
        Ok(Ink { text })
    }
}

/// Per cent in thousandths of the whole.
#[expect(clippy::cast_possible_truncation, reason = "between 0 and 100 by the check before")]
fn tenths(percent: f64) -> u16 {
    (percent * 10.0).round() as u16
}

#[cfg(test)]
mod tests {
    use super::{BROADSHEET, HouseStyle, broadsheet};
    use crate::font::Fonts;
    use crate::unit::Abs;

    #[test]
    fn the_grid_closes_at_every_step() {
        let fonts = Fonts::embedded().expect("fonts");
        let style = broadsheet(&fonts).expect("style");
        for (name, columns, chars, gutter_milli, rows) in [
            ("dense", 8, 13, 1000, 121),
            ("news", 8, 13, 1000, 116),
            ("six", 6, 17, 1800, 111),
            ("theory", 6, 17, 1800, 99),
            ("easy", 6, 15, 1980, 96),
            ("feature", 5, 18, 1286, 89),
        ] {
            let step = style.step(name).expect(name);
            assert_eq!((step.columns, step.chars, step.rows), (columns, chars, rows), "{name}");
            assert_eq!(step.width(step.columns), Abs::pt(999), "{name}");
            assert_eq!(step.gutter.in_em(step.body).to_milli(), gutter_milli, "{name}");
        }
        // R49: three basic columns are 41 字 wide.
        assert_eq!(style.step("news").expect("news").width(3), Abs::pt(369));
    }

    #[test]
    fn a_broken_file_says_what_and_where() {
        let fonts = Fonts::embedded().expect("fonts");
        for (from, to, expected) in [
            ("name = \"broadsheet\"", "nmae = \"broadsheet\"", "nmae"),
            ("face = \"song\"", "face = \"sung\"", "sung"),
            ("body_pt = 9.0", "body_pt = 19.0", "step dense"),
            ("width_pt = 999.0", "width_pt = 9999.0", "type_area"),
            ("default_step = \"theory\"", "default_step = \"x\"", "default_step"),
        ] {
            assert!(BROADSHEET.contains(from), "{from}");
            let text = BROADSHEET.replacen(from, to, 1);
            let error = HouseStyle::parse(&text, &fonts).expect_err(expected);
            assert!(error.contains(expected), "{error}");
        }
    }
}
