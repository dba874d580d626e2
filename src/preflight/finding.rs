//! What a press file is found to be wrong in: the closed list of checks, and what is collected while it is read.

use std::collections::BTreeMap;

use crate::finding::{Bilingual, Severity};
use crate::unit::Rect;

/// What is looked for in a press file. The code of each is stable: programs may match on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PressCheck {
    /// The bytes are no PDF.
    NotPdf,
    /// The file ends early, contradicts itself or misses a part.
    Damaged,
    /// The file is encrypted.
    Encrypted,
    /// More than is looked at: the rest of the file is not checked.
    TooMuch,
    /// A version of PDF that the profile does not have.
    Version,
    /// It does not say which PDF/X it is, or another one.
    NoStandard,
    /// No output intent of PDF/X with a printing condition.
    NoIntent,
    /// The output profile is missing, none, or not one of a press.
    BadProfile,
    /// It does not say whether it is trapped.
    Trapped,
    /// It has no identifier.
    NoIdentifier,
    /// Its metadata (XMP) is missing or not that of its profile.
    Metadata,
    /// Document information and XMP contradict each other.
    MetadataMismatch,
    /// Something that is seen through.
    Transparency,
    /// Layers that can be switched.
    Layers,
    /// A filter that the profile does not have.
    ForbiddenFilter,
    /// Actions or scripts.
    Action,
    /// Files in the file.
    EmbeddedFile,
    /// An annotation on the printed area.
    Annotation,
    /// A page without media, trim or art box.
    NoBox,
    /// Boxes that do not lie in each other.
    BoxNesting,
    /// A crop box that cuts into the page.
    CropBox,
    /// A page of another size than asked for.
    PageSize,
    /// A font that is not in the file.
    NotEmbedded,
    /// A font whose glyphs are little drawings.
    Type3,
    /// A font without the tag of a subset.
    NoSubsetTag,
    /// A font whose glyphs stand for no text.
    NoToUnicode,
    /// The glyph that stands for a missing one.
    Notdef,
    /// RGB, Lab or anything like it.
    Rgb,
    /// A colour by measurement where the profile wants inks.
    CalibratedColour,
    /// A spot ink.
    SpotInk,
    /// Registration colour on the page.
    Registration,
    /// Text neither black, white nor of a declared ink.
    TextInk,
    /// Black text that does not overprint.
    NoOverprint,
    /// A rule that may break off.
    ThinRule,
    /// A thin rule of several inks.
    ThinColourRule,
    /// Small text in colours or reversed.
    SmallText,
    /// More ink than paper and press take.
    TotalInk,
    /// Something whose ink cannot be measured.
    InkNotMeasured,
    /// A picture too coarse to be printed.
    CoarsePicture,
    /// A picture coarser than it should be.
    SoftPicture,
    /// A picture finer than can be printed.
    FinePicture,
    /// Something outside the type area.
    OutsideArea,
    /// Something outside the sheet.
    OffSheet,
    /// Text other than what was handed in.
    TextMismatch,
    /// Further findings, counted instead of listed.
    MoreFindings,
}

type CheckRow = (&'static str, Severity, &'static str, &'static str, &'static str);

impl PressCheck {
    /// All checks, for the documentation and its test.
    pub const ALL: [Self; 45] = [
        Self::NotPdf,
        Self::Damaged,
        Self::Encrypted,
        Self::TooMuch,
        Self::Version,
        Self::NoStandard,
        Self::NoIntent,
        Self::BadProfile,
        Self::Trapped,
        Self::NoIdentifier,
        Self::Metadata,
        Self::MetadataMismatch,
        Self::Transparency,
        Self::Layers,
        Self::ForbiddenFilter,
        Self::Action,
        Self::EmbeddedFile,
        Self::Annotation,
        Self::NoBox,
        Self::BoxNesting,
        Self::CropBox,
        Self::PageSize,
        Self::NotEmbedded,
        Self::Type3,
        Self::NoSubsetTag,
        Self::NoToUnicode,
        Self::Notdef,
        Self::Rgb,
        Self::CalibratedColour,
        Self::SpotInk,
        Self::Registration,
        Self::TextInk,
        Self::NoOverprint,
        Self::ThinRule,
        Self::ThinColourRule,
        Self::SmallText,
        Self::TotalInk,
        Self::InkNotMeasured,
        Self::CoarsePicture,
        Self::SoftPicture,
        Self::FinePicture,
        Self::OutsideArea,
        Self::OffSheet,
        Self::TextMismatch,
        Self::MoreFindings,
    ];

    /// Code, severity, rule, remedy in Chinese and English. Its rows are in three tables.
    fn row(self) -> CheckRow {
        match self {
            Self::NotPdf
            | Self::Damaged
            | Self::Encrypted
            | Self::TooMuch
            | Self::Version
            | Self::NoStandard
            | Self::NoIntent
            | Self::BadProfile
            | Self::Trapped
            | Self::NoIdentifier
            | Self::Metadata
            | Self::MetadataMismatch
            | Self::Transparency
            | Self::Layers
            | Self::ForbiddenFilter
            | Self::Action
            | Self::EmbeddedFile
            | Self::Annotation => self.of_file(),
            Self::NoBox
            | Self::BoxNesting
            | Self::CropBox
            | Self::PageSize
            | Self::NotEmbedded
            | Self::Type3
            | Self::NoSubsetTag
            | Self::NoToUnicode
            | Self::Notdef
            | Self::OutsideArea
            | Self::OffSheet
            | Self::TextMismatch
            | Self::MoreFindings => self.of_page(),
            Self::Rgb
            | Self::CalibratedColour
            | Self::SpotInk
            | Self::Registration
            | Self::TextInk
            | Self::NoOverprint
            | Self::ThinRule
            | Self::ThinColourRule
            | Self::SmallText
            | Self::TotalInk
            | Self::InkNotMeasured
            | Self::CoarsePicture
            | Self::SoftPicture
            | Self::FinePicture => self.of_ink(),
        }
    }

    #[expect(clippy::too_many_lines, reason = "a table, one row a check")]
    fn of_file(self) -> CheckRow {
        use Severity::{Error, Warning};
        match self {
            Self::NotPdf => ("001", Error, "", "请给出 PDF 文件。", "Give a PDF."),
            Self::Damaged => ("002", Error, "", "请重新输出此文件。", "Write the file anew."),
            Self::Encrypted => {
                ("003", Error, "", "请去掉密码保护后重新输出。", "Write it without protection.")
            }
            Self::TooMuch => (
                "004",
                Error,
                "",
                "请简化文件，或分成几个文件。",
                "Simplify the file, or split it into several.",
            ),
            Self::Version => (
                "005",
                Error,
                "",
                "请按此标准的 PDF 版本输出。",
                "Write it as the version of PDF that the standard has.",
            ),
            Self::NoStandard => (
                "006",
                Error,
                "",
                "请按所需 PDF/X 标准输出。",
                "Write it as the PDF/X that is wanted.",
            ),
            Self::NoIntent => (
                "007",
                Error,
                "",
                "请写入印刷条件（输出意图）。",
                "State the printing condition as output intent.",
            ),
            Self::BadProfile => (
                "008",
                Error,
                "",
                "请嵌入印刷条件的 CMYK 特性文件。",
                "Embed the CMYK profile of the printing condition.",
            ),
            Self::Trapped => (
                "009",
                Error,
                "",
                "请标明是否已做陷印（Trapped）。",
                "Say by Trapped whether it is trapped.",
            ),
            Self::NoIdentifier => {
                ("010", Error, "", "请写入文件标识（ID）。", "Give the file its identifier (ID).")
            }
            Self::Metadata => (
                "011",
                Error,
                "",
                "请写入标准所要求的 XMP 元数据。",
                "Write the XMP metadata that the standard asks for.",
            ),
            Self::MetadataMismatch => (
                "012",
                Warning,
                "",
                "请使文档信息与 XMP 一致。",
                "Make document information and XMP agree.",
            ),
            Self::Transparency => (
                "013",
                Error,
                "",
                "请拼合透明后重新输出。",
                "Flatten the transparency and write it anew.",
            ),
            Self::Layers => ("014", Error, "", "请合并图层。", "Merge the layers."),
            Self::ForbiddenFilter => {
                ("015", Error, "", "请改用 Flate 或 JPEG 压缩。", "Compress with Flate or JPEG.")
            }
            Self::Action => {
                ("016", Error, "", "请删去动作和脚本。", "Take actions and scripts out.")
            }
            Self::EmbeddedFile => {
                ("017", Error, "", "请删去附件。", "Take the attached files out.")
            }
            _ => (
                "018",
                Error,
                "",
                "请删去版面上的批注。",
                "Take the annotations off the printed area.",
            ),
        }
    }

    fn of_page(self) -> CheckRow {
        use Severity::{Error, Info, Warning};
        match self {
            Self::NoBox => {
                ("020", Error, "", "请写明成品框（TrimBox）。", "State the trim by TrimBox.")
            }
            Self::BoxNesting => (
                "021",
                Error,
                "",
                "成品框应在出血框内，出血框应在介质框内。",
                "The trim belongs within the bleed, the bleed within the media.",
            ),
            Self::CropBox => ("022", Error, "", "请删去裁剪框。", "Take the crop box out."),
            Self::PageSize => {
                ("023", Error, "", "请按规定的成品尺寸输出。", "Write it at the size of the trim.")
            }
            Self::NotEmbedded => ("030", Error, "R93", "请嵌入字体。", "Embed the font."),
            Self::Type3 => ("031", Error, "R93", "请换用轮廓字体。", "Use a font with outlines."),
            Self::NoSubsetTag => {
                ("032", Warning, "R93", "请按子集嵌入字体。", "Embed the font as a subset.")
            }
            Self::NoToUnicode => (
                "033",
                Warning,
                "R88",
                "请写入字形到文字的对照（ToUnicode）。",
                "Write the map from glyphs to text (ToUnicode).",
            ),
            Self::Notdef => {
                ("034", Error, "", "请换用有此字的字体。", "Use a font that has the character.")
            }
            Self::OutsideArea => {
                ("070", Warning, "", "请移入版心。", "Move it into the type area.")
            }
            Self::OffSheet => (
                "071",
                Warning,
                "",
                "请移入纸面，或删去。",
                "Move it onto the sheet, or take it out.",
            ),
            Self::TextMismatch => (
                "080",
                Error,
                "R88",
                "请重新输出，并核对此处文字。",
                "Write the file anew and check the text here.",
            ),
            _ => ("090", Info, "", "", ""),
        }
    }

    fn of_ink(self) -> CheckRow {
        use Severity::{Error, Info, Warning};
        match self {
            Self::Rgb => {
                ("040", Error, "R90", "请转为 CMYK 或灰度。", "Convert it to CMYK or grey.")
            }
            Self::CalibratedColour => (
                "041",
                Error,
                "R90",
                "请转为设备 CMYK 或灰度。",
                "Convert it to the CMYK or grey of the device.",
            ),
            Self::SpotInk => (
                "042",
                Warning,
                "R90",
                "请转为四色，或与印厂商定专色。",
                "Convert it to CMYK, or agree the ink with the plant.",
            ),
            Self::Registration => {
                ("043", Error, "", "请改用单黑（K100）。", "Use black alone (K100).")
            }
            Self::TextInk => {
                ("044", Error, "R89", "请改用单黑（K100）。", "Use black alone (K100).")
            }
            Self::NoOverprint => (
                "045",
                Error,
                "R89",
                "请设为黑字叠印（OP、op、OPM 1）。",
                "Let black text overprint (OP, op, OPM 1).",
            ),
            Self::ThinRule => {
                ("046", Warning, "", "请加粗到 0.25 pt 以上。", "Make it 0.25 pt or more.")
            }
            Self::ThinColourRule => (
                "047",
                Warning,
                "",
                "请加粗到 0.5 pt 以上，或改用单色。",
                "Make it 0.5 pt or more, or of one ink.",
            ),
            Self::SmallText => (
                "048",
                Warning,
                "R94",
                "彩色字至少 9 pt，反白字至少 10.5 pt。",
                "Coloured text wants 9 pt, reversed text 10.5 pt at least.",
            ),
            Self::TotalInk => ("050", Error, "R91", "请降低此处总墨量。", "Take ink away there."),
            Self::InkNotMeasured => {
                ("051", Warning, "R91", "请人工核对此处墨量。", "Check the ink there by hand.")
            }
            Self::CoarsePicture => (
                "060",
                Error,
                "R92",
                "请换用像素更多的图片，或缩小图片。",
                "Use a picture of more pixels, or make it smaller.",
            ),
            Self::SoftPicture => (
                "061",
                Warning,
                "R92",
                "如有更大的原图，请换用。",
                "Use a larger original if there is one.",
            ),
            _ => ("062", Info, "R92", "可以缩减像素。", "It may be reduced."),
        }
    }

    /// The stable code, e.g. `BM-PREFLIGHT-040`.
    pub fn id(self) -> String {
        format!("BM-PREFLIGHT-{}", self.row().0)
    }

    /// The check of a code, if a house may say how much it matters: what a plant or the standard refuses is an error
    /// everywhere.
    ///
    /// # Errors
    /// A code that is none, or one that is always an error.
    pub fn from_configurable_id(id: &str) -> Result<Self, String> {
        let known = Self::ALL.into_iter().find(|check| check.id() == id);
        match known {
            None => Err(format!("severity: there is no finding {id}")),
            Some(check) if check.severity() == Severity::Error => {
                Err(format!("severity: {id} is always an error"))
            }
            Some(check) => Ok(check),
        }
    }

    /// How much it matters.
    pub fn severity(self) -> Severity {
        self.row().1
    }

    /// The rule behind it, e.g. `R90`; empty if none has a number.
    pub fn rule(self) -> &'static str {
        self.row().2
    }

    /// What to do about it.
    pub fn remedy(self) -> Bilingual {
        let (_, _, _, zh, en) = self.row();
        Bilingual::new(zh, en)
    }
}

/// Something found in a press file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PressFinding {
    /// What was looked for.
    pub check: PressCheck,
    /// How much it matters.
    pub severity: Severity,
    /// The page, from 1; 0 for the file as a whole.
    pub page: usize,
    /// The object or resource, e.g. `12 0 R` or a name of a font; may be empty.
    pub object: String,
    /// Where it is, from the top left of the trim; of several places the first.
    pub rect: Option<Rect>,
    /// At how many places.
    pub count: usize,
    /// What it is.
    pub message: Bilingual,
}

/// The findings while a file is read: of one kind at one object a single one, counted.
#[derive(Debug, Default)]
pub(crate) struct FindingCollector {
    known: BTreeMap<(usize, PressCheck, String), PressFinding>,
    /// Those beyond the most that are listed.
    more: usize,
}

/// Kinds and objects that are listed; a file with more is beyond reading one by one.
const LISTED_MOST: usize = 200;

impl FindingCollector {
    /// Adds a finding; words are made for the first of a kind at an object only.
    pub(crate) fn add(
        &mut self,
        check: PressCheck,
        page: usize,
        object: &str,
        rect: Option<Rect>,
        words: impl FnOnce() -> Bilingual,
    ) {
        let key = (page, check, object.to_owned());
        if let Some(known) = self.known.get_mut(&key) {
            known.count += 1;
        } else if self.known.len() >= LISTED_MOST {
            self.more += 1;
        } else {
            let (severity, object) = (check.severity(), object.to_owned());
            let message = words();
            let finding = PressFinding { check, severity, page, object, rect, count: 1, message };
            self.known.insert(key, finding);
        }
    }

    /// Adds a finding whose severity is a matter of degree.
    pub(crate) fn graded(
        &mut self,
        check: PressCheck,
        severity: Severity,
        page: usize,
        rect: Option<Rect>,
        words: Bilingual,
    ) {
        self.add(check, page, "", rect, || words);
        if let Some(known) = self.known.get_mut(&(page, check, String::new())) {
            known.severity = severity;
        }
    }

    /// Adds a finding of the file as a whole.
    pub(crate) fn file(&mut self, check: PressCheck, object: &str, zh: &str, en: &str) {
        self.add(check, 0, object, None, || Bilingual::new(zh, en));
    }

    /// The findings, gravest first, then by page.
    pub(crate) fn done(self, severities: &[(PressCheck, Severity)]) -> Vec<PressFinding> {
        let mut all: Vec<PressFinding> = self.known.into_values().collect();
        for finding in all.iter_mut().filter(|finding| finding.count > 1) {
            let count = finding.count;
            finding.message.zh += &format!("（共 {count} 处）");
            finding.message.en += &format!(" ({count} places)");
        }
        for (check, severity) in severities {
            let own = all.iter_mut().filter(|finding| finding.check == *check);
            own.for_each(|finding| finding.severity = *severity);
        }
        all.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        if self.more > 0 {
            let more = self.more;
            all.push(PressFinding {
                check: PressCheck::MoreFindings,
                severity: Severity::Info,
                page: 0,
                object: String::new(),
                rect: None,
                count: more,
                message: Bilingual::new(format!("另有 {more} 条"), format!("and {more} more")),
            });
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::PressCheck;

    #[test]
    fn every_check_has_a_code_of_its_own() {
        let codes: BTreeSet<String> = PressCheck::ALL.into_iter().map(PressCheck::id).collect();
        assert_eq!(codes.len(), PressCheck::ALL.len());
    }
}
