//! The house style as a value.

use crate::finding::{Finding, FindingCode, Severity};
use crate::model::style::elements::{FindingLimits, FurnitureStyle, HeadStyle, TextStyle};
use crate::model::style::frame::FrameStyle;
use crate::model::style::ink::PageInks;
use crate::model::style::press::PressStyle;
use crate::model::style::proportion::{ModuleStyle, PageHeadStyle};
use crate::model::style::step::DensityStep;
use crate::model::style::template::{PageTemplate, QuarterOrder};
use crate::script::CompositionProfile;
use crate::unit::{Abs, Rect};

/// House style with lengths and faces resolved.
#[derive(Clone, Debug)]
pub struct HouseStyle {
    /// Name used in records.
    pub name: String,
    /// Name for people.
    pub title: String,
    /// Width and height of the trimmed sheet.
    pub trim: (Abs, Abs),
    /// Type area (版心), measured from the top left of the trim.
    pub type_area: Rect,
    /// Density steps, densest first.
    pub steps: Vec<DensityStep>,
    /// Name of the step that is used if nothing else decides.
    pub default_step: String,
    /// Rules for composing lines.
    pub profile: CompositionProfile,
    /// Style of article heads.
    pub head: HeadStyle,
    /// Body text (正文).
    pub body: TextStyle,
    /// Crossheads (小标题).
    pub crosshead: TextStyle,
    /// White rows around a crosshead: least, usual, most.
    pub crosshead_air_rows: [i64; 3],
    /// Editor's notes, standfirsts and end notes (编者按, 提要, 附记).
    pub aside: TextStyle,
    /// Pull quotes (引语).
    pub quote: TextStyle,
    /// Distance from line to line of a pull quote, in percent of its height.
    pub quote_pitch_percent: i64,
    /// Captions and picture credits (图说, 摄影署名).
    pub caption: TextStyle,
    /// Largest deviation of a picture's depth from its own proportions, in percent; that much is
    /// cropped.
    pub crop_percent: i64,
    /// Style of articles with a border or a tint.
    pub frame: FrameStyle,
    /// Fixed templates (模板).
    pub templates: Vec<PageTemplate>,
    /// Order of strength of the quarters of a page (区序).
    pub quarter_order: QuarterOrder,
    /// Style of page head, staff line, banner and rules.
    pub furniture: FurnitureStyle,
    /// Proportions inside modules.
    pub module: ModuleStyle,
    /// Proportions of the page head.
    pub page_head: PageHeadStyle,
    /// Shortest column that is wanted, in lines.
    pub column_lines_min: i64,
    /// Inks of the page.
    pub inks: PageInks,
    /// Requirements of the printing plant.
    pub press: PressStyle,
    /// Thresholds for findings.
    pub limits: FindingLimits,
    /// Findings to which this house style gives another severity.
    pub severities: Vec<(FindingCode, Severity)>,
    /// SHA-256 of its file, 64 lowercase hexadecimal digits.
    pub sha256: String,
    /// Findings in finished press files, by code, to which this house style gives another severity.
    pub preflight_severities: Vec<(String, Severity)>,
}

impl HouseStyle {
    /// Distance from line to line of a pull quote of this height.
    pub fn quote_pitch(&self, height: Abs) -> Abs {
        height.scale(self.quote_pitch_percent, 100)
    }

    /// Severity of a finding in this house style.
    pub fn severity(&self, finding: &Finding) -> Severity {
        let own = self.severities.iter().find(|(code, _)| *code == finding.code);
        own.map_or(finding.severity, |(_, severity)| *severity)
    }

    /// Gives the severities of this house style to findings.
    pub fn adjust_severities(&self, findings: &mut [Finding]) {
        for finding in findings {
            finding.severity = self.severity(finding);
        }
    }

    /// Density step by name.
    pub fn step(&self, name: &str) -> Option<&DensityStep> {
        self.steps.iter().find(|step| step.name == name)
    }
}
