//! The house style, resolved: every number a page is made with, read from a data file.

mod file;
mod ink;
mod press;
mod proportion;

use crate::finding::{Finding, FindingCode, Severity};
use crate::font::{FontId, FontSet};
use crate::model::style::file::StyleFile;
use crate::script::CompositionProfile;
use crate::unit::{Abs, Em, Rect, TypeSize};

pub use crate::model::style::ink::{PageInks, SpotInk};
pub use crate::model::style::press::{PictureResolution, PressProfile, PressStyle};
pub use crate::model::style::proportion::{ModuleStyle, PageHeadStyle};

/// Basic columns of a page at most.
pub const COLUMNS_MAX: usize = 12;

/// The text of the house style in the binary.
const BROADSHEET: &str = include_str!("../broadsheet.toml");

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
    pub steps: Vec<DensityStep>,
    /// The step taken when the copy leaves the choice open.
    pub default_step: String,
    /// How lines are composed.
    pub profile: CompositionProfile,
    /// The elements of an article.
    pub head: HeadStyle,
    /// 正文.
    pub body: TextStyle,
    /// 小标题.
    pub crosshead: TextStyle,
    /// Rows of white that a crosshead stands in: least, usual, most.
    pub crosshead_air_rows: [i64; 3],
    /// 编者按, 提要, 附记.
    pub aside: TextStyle,
    /// 引语.
    pub quote: TextStyle,
    /// Distance from line to line of a pull quote, as a percentage of its height.
    pub quote_pitch_percent: i64,
    /// 图说, 摄影署名.
    pub caption: TextStyle,
    /// How far the depth of a picture may be off its own, in hundredths: so much is cropped at most.
    pub crop_percent: i64,
    /// Articles with a border or a tint.
    pub frame: FrameStyle,
    /// Fixed templates (固定版式).
    pub templates: Vec<PageTemplate>,
    /// Which of two places on a page is the stronger (区序).
    pub quarter_order: QuarterOrder,
    /// Page head, staff line, banner, rules.
    pub furniture: FurnitureStyle,
    /// Proportions inside modules.
    pub module: ModuleStyle,
    /// Proportions of the page head.
    pub page_head: PageHeadStyle,
    /// Columns shorter than this many lines are not wanted.
    pub column_lines_min: i64,
    /// The inks.
    pub inks: PageInks,
    /// What the plant wants.
    pub press: PressStyle,
    /// When something becomes a finding.
    pub limits: FindingLimits,
    /// Findings that this house takes more or less seriously than others do.
    pub severities: Vec<(FindingCode, Severity)>,
    /// SHA-256 of its file, 64 lowercase hexadecimal digits.
    pub sha256: String,
    /// The same of findings in finished press files, by their codes.
    pub preflight_severities: Vec<(String, Severity)>,
}

/// One density of the grid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DensityStep {
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

impl DensityStep {
    /// The width of `columns` basic columns with the gutters between them.
    pub fn width(&self, columns: i64) -> Abs {
        self.body * (self.chars * columns) + self.gutter * (columns - 1).max(0)
    }

    /// The rows that something so deep takes, rounded up.
    pub fn rows_for(&self, deep: Abs) -> i64 {
        (deep.units() + self.pitch.units() - 1).div_euclid(self.pitch.units())
    }

    /// The measure of the body.
    pub fn measure(&self) -> Em {
        Em::zi(self.chars)
    }

    /// The columns of a module of so many basic columns. In a frame they are as many, of whole 字, with
    /// gutters of 1 字 or more; what is left goes to the gutters, then to the insets.
    pub fn inner_columns(&self, columns: i64, frame: Option<&FrameStyle>) -> InnerColumns {
        let Some(frame) = frame else {
            return InnerColumns {
                inset: Abs::ZERO,
                chars: self.chars,
                body: self.body,
                gutter: self.gutter,
            };
        };
        let columns = columns.max(1);
        let width = self.width(columns);
        let room = width - frame.inset.at(self.body) * 2;
        let gutters = columns - 1;
        let chars = (room - self.body * gutters).count_fitting(self.body) / columns;
        let rest = (room - self.body * (chars * columns)).max(Abs::ZERO);
        let gutter = if gutters == 0 { Abs::ZERO } else { (rest / gutters).min(self.body * 5 / 2) };
        let inset = (width - self.body * (chars * columns) - gutter * gutters) / 2;
        InnerColumns { inset, chars, body: self.body, gutter }
    }
}

/// How a kind of text is set.
#[derive(Clone, Debug)]
pub struct TextStyle {
    /// Its face.
    pub face: FontId,
    /// Its size as a share of the body size, in hundredths: the width of its cells.
    pub size_percent: i64,
    /// How high it is drawn, in hundredths of that: above 100 is 长体, below 扁体.
    pub height_percent: i64,
}

impl TextStyle {
    /// Its size at a step.
    pub fn size(&self, step: &DensityStep) -> TypeSize {
        let width = step.body.scale(self.size_percent, 100);
        TypeSize { width, height: width.scale(self.height_percent, 100) }
    }
}

/// The shape of a headline over several lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HeadlineShape {
    /// Lines of like length (对仗).
    #[default]
    Equal,
    /// No line longer than the one above it (上长下短), as far as sense allows.
    UpperLonger,
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
    /// Set before each point of an abstract of several, e.g. `■`.
    pub summary_mark: String,
    /// The sizes a headline may have, smallest first.
    pub ladder: Vec<Abs>,
    /// By columns spanned: the largest and smallest size of a headline.
    pub bands: Vec<SizeBand>,
    /// The shape of a headline over several lines.
    pub shape: HeadlineShape,
    /// The part of its width that a headline line may fill at most, in hundredths.
    pub fill_percent_max: i64,
    /// How narrow a headline may be drawn to keep its size (长体), in hundredths.
    pub condensed_percent_min: i64,
    /// Kicker and deck as a share of the headline, in hundredths.
    pub kicker_percent: i64,
    /// The white around the parts of a head, as a share of the headline size, in hundredths.
    pub air_percent: i64,
    /// Rows by which the white of a head may shrink and grow: least, most.
    pub air_rows: [i64; 2],
    /// The space between the clauses of a head.
    pub clause_space: Em,
    /// Largest headline of an article other than the lead, as a percentage of the largest size of
    /// its band.
    pub other_largest_percent: i64,
    /// Smallest kicker and deck, as a percentage of the body size.
    pub minor_percent_min: i64,
    /// Largest deck of a horizontal head, as a percentage of the body size.
    pub deck_percent_max: i64,
    /// Column title of a horizontal head, as a percentage of the body size.
    pub column_title_percent: i64,
    /// Column title below a vertical head, as a percentage of the body size.
    pub vertical_column_title_percent: i64,
    /// Points of a standfirst, as a percentage of the body size.
    pub summary_percent: i64,
    /// Byline, as a percentage of the body size.
    pub byline_percent: i64,
    /// Common title of briefs, as a percentage of the body size.
    pub group_title_percent: i64,
    /// Least white above and below the lines of a head together, as a percentage of the headline
    /// size.
    pub air_percent_min: i64,
    /// Least white between two lines of a head, as a percentage of their mean size.
    pub line_white_percent: i64,
}

/// The sizes for heads over a share of the page's width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SizeBand {
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
    pub text_size: Abs,
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
    pub banner_air_rows: [i64; 2],
    /// Depth of the banner with its white, in percent of its size.
    pub banner_depth_percent: i64,
    /// The rule under the page head.
    pub head_rule: Abs,
    /// The rules between articles.
    pub rule: Abs,
}

/// How articles are set apart (加框, 底纹).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameStyle {
    /// The border.
    pub rule: Abs,
    /// The tint as CMYK in thousandths (R94: K 5–15 %).
    pub tint: [u16; 4],
    /// From the edge to the text at least, on the scale of the body.
    pub inset: Em,
    /// Rows between the edge and what is in it, above and below.
    pub inset_rows: [i64; 2],
}

/// A page with fixed places for articles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageTemplate {
    /// What records ask for.
    pub name: String,
    /// The step whose grid it is on.
    pub step: String,
    /// The places, strongest first: each with its name, first column, first row, columns and rows.
    pub slots: Vec<(String, [i64; 4])>,
}

/// Which quarter of the page comes third in strength, after 上左 and 上右 (区序).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum QuarterOrder {
    /// 下右 before 下左, as most handbooks have it.
    #[default]
    LowerRight,
    /// 下左 before 下右.
    LowerLeft,
}

/// The columns inside a module: those of the grid, or, in a frame, narrower ones of whole 字 (R95).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InnerColumns {
    /// From the module's left edge to the first column.
    pub inset: Abs,
    /// 字 per column.
    pub chars: i64,
    /// The size of the body.
    pub body: Abs,
    /// Between two columns.
    pub gutter: Abs,
}

impl InnerColumns {
    /// From the module's left edge to column `k`.
    pub fn column_left(&self, k: i64) -> Abs {
        self.inset + (self.body * self.chars + self.gutter) * k
    }

    /// The width of `columns` columns with the gutters between them.
    pub fn width(&self, columns: i64) -> Abs {
        self.body * (self.chars * columns) + self.gutter * (columns - 1).max(0)
    }
}

/// When something becomes a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FindingLimits {
    /// Gaps beyond this are reported, in thousandths of an em.
    pub gap_milli: i64,
}

/// The house style in the binary.
///
/// # Errors
/// The file in the binary is broken: tested, so a broken build.
pub fn broadsheet(fonts: &FontSet) -> Result<HouseStyle, String> {
    HouseStyle::parse(BROADSHEET, fonts)
}

impl HouseStyle {
    /// Reads a house style from the text of its file.
    ///
    /// # Errors
    /// What does not parse, does not close on the type area or names a face that is not there, in
    /// words with its place in the file.
    pub fn parse(text: &str, fonts: &FontSet) -> Result<Self, String> {
        let file: StyleFile = toml::from_str(text).map_err(|e| e.to_string())?;
        let sha256 = crate::image::sha256_hex(text.as_bytes());
        Ok(Self { sha256, ..file.resolve(fonts)? })
    }

    /// Distance from line to line of a pull quote of this height.
    pub fn quote_pitch(&self, height: Abs) -> Abs {
        height.scale(self.quote_pitch_percent, 100)
    }

    /// How much a finding matters here.
    pub fn severity(&self, finding: &Finding) -> Severity {
        let own = self.severities.iter().find(|(code, _)| *code == finding.code);
        own.map_or(finding.severity, |(_, severity)| *severity)
    }

    /// A step by name.
    pub fn step(&self, name: &str) -> Option<&DensityStep> {
        self.steps.iter().find(|step| step.name == name)
    }
}

#[cfg(test)]
mod tests {
    use super::{BROADSHEET, FrameStyle, HouseStyle, broadsheet};
    use crate::font::FontSet;
    use crate::unit::{Abs, Em};

    #[test]
    fn the_grid_closes_at_every_step() {
        let fonts = FontSet::embedded().expect("fonts");
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
        // R95: three columns of 41 字 with a frame hold 36 字 in three, 39 with the gutters between them.
        let frame =
            FrameStyle { rule: Abs::pt(1), tint: [0; 4], inset: Em::ONE, inset_rows: [1, 1] };
        for (name, columns, chars, gutter_milli, inset_milli) in [
            ("news", 1, 11, 0, 1000),
            ("news", 2, 12, 1000, 1000),
            ("news", 3, 12, 1500, 1000),
            ("six", 1, 15, 0, 1000),
            ("six", 2, 16, 1800, 1000),
            ("six", 3, 16, 2300, 1000),
        ] {
            let step = style.step(name).expect(name);
            let strip = step.inner_columns(columns, Some(&frame));
            let milli = |length: Abs| length.in_em(step.body).to_milli();
            let told = (strip.chars, milli(strip.gutter), milli(strip.inset));
            assert_eq!(told, (chars, gutter_milli, inset_milli), "{name} {columns}");
        }
        // R49: three basic columns are 41 字 wide.
        assert_eq!(style.step("news").expect("news").width(3), Abs::pt(369));
    }

    #[test]
    fn a_broken_file_says_what_and_where() {
        let fonts = FontSet::embedded().expect("fonts");
        for (from, to, expected) in [
            ("name = \"broadsheet\"", "nmae = \"broadsheet\"", "nmae"),
            ("face = \"song\"", "face = \"sung\"", "sung"),
            ("body_pt = 9.0", "body_pt = 19.0", "step dense"),
            ("width_pt = 999.0", "width_pt = 9999.0", "type_area"),
            ("default_step = \"theory\"", "default_step = \"x\"", "default_step"),
            (
                "[limits]",
                "[[spot]]\nname = \"All\"\ncmyk_percent = [0, 100, 100, 0]\n[limits]",
                "spot.name",
            ),
            ("[ink]", "[ink]\nbanner = \"Red\"", "ink.banner"),
            ("\"pdfx-1a\"", "\"pdfx-9\"", "press.profile"),
            ("ppi_error = 120", "ppi_error = 220", "ppi_warning"),
            ("[severity]", "[severity]\nBM-PAGE-999 = \"error\"", "BM-PAGE-999"),
            ("[severity]", "[severity]\nBM-OVERSET-001 = \"info\"", "BM-OVERSET-001"),
        ] {
            assert!(BROADSHEET.contains(from), "{from}");
            let text = BROADSHEET.replacen(from, to, 1);
            let error = HouseStyle::parse(&text, &fonts).expect_err(expected);
            assert!(error.contains(expected), "{error}");
        }
    }
}
