//! The closed list of checks of a press file, with their codes, severities and remedies.

use crate::finding::{Bilingual, Severity};

/// A check of a press file. The code of each is stable: programs may match on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PressCheck {
    /// The bytes are not a PDF.
    NotPdf,
    /// The file ends early, contradicts itself or lacks a part.
    Damaged,
    /// The file is encrypted.
    Encrypted,
    /// The file exceeds a limit of the preflight; the rest of it is not checked.
    TooMuch,
    /// A version of PDF that the profile does not allow.
    Version,
    /// The file claims no PDF/X standard, or another one.
    NoStandard,
    /// No output intent of PDF/X with a printing condition.
    NoIntent,
    /// The output profile is missing, damaged, or not one of a CMYK press.
    BadProfile,
    /// The file does not say whether it is trapped.
    Trapped,
    /// The file has no identifier.
    NoIdentifier,
    /// XMP metadata is missing or not that of the profile.
    Metadata,
    /// Document information and XMP contradict each other.
    MetadataMismatch,
    /// Transparency in a file that must have none.
    Transparency,
    /// Layers that viewers can switch off.
    Layers,
    /// A compression that the profile does not allow.
    ForbiddenFilter,
    /// Actions or scripts.
    Action,
    /// Attached files.
    EmbeddedFile,
    /// An annotation on the printed area.
    Annotation,
    /// A page without media box, or with neither or both of trim box and art box.
    NoBox,
    /// Page boxes that are not nested.
    BoxNesting,
    /// A crop box that cuts into the page.
    CropBox,
    /// A page whose trim is not of the required size.
    PageSize,
    /// A font that is not embedded.
    NotEmbedded,
    /// A font whose glyphs are drawings (Type 3).
    Type3,
    /// A font without the tag of a subset.
    NoSubsetTag,
    /// A font without a map from glyphs to text.
    NoToUnicode,
    /// The glyph for missing characters.
    Notdef,
    /// RGB, Lab or another space that a press has no inks for.
    Rgb,
    /// A calibrated colour where the profile requires device inks.
    CalibratedColour,
    /// A spot ink.
    SpotInk,
    /// Registration colour inside the trim.
    Registration,
    /// Text that is neither black, white nor of a declared ink.
    TextInk,
    /// Black text that does not overprint.
    NoOverprint,
    /// A rule so thin that it may break off.
    ThinRule,
    /// A thin rule of several inks.
    ThinColourRule,
    /// Small text in colours or reversed.
    SmallText,
    /// More ink at one point than paper and press take.
    TotalInk,
    /// An object whose ink cannot be measured.
    InkNotMeasured,
    /// A picture too coarse to be printed.
    CoarsePicture,
    /// A picture coarser than it should be.
    SoftPicture,
    /// A picture finer than can be printed.
    FinePicture,
    /// An object outside the type area.
    OutsideArea,
    /// An object outside the sheet.
    OffSheet,
    /// Text other than the required one.
    TextMismatch,
    /// Further findings, counted instead of listed.
    MoreFindings,
}

/// Row of the table of checks.
struct CheckRow {
    /// Number in the code, e.g. `040`.
    number: &'static str,
    severity: Severity,
    /// Rule behind the check, e.g. `R90`; empty if no rule has a number.
    rule: &'static str,
    /// Remedy in Chinese.
    zh: &'static str,
    /// Remedy in English.
    en: &'static str,
}

impl CheckRow {
    const fn new(
        number: &'static str,
        severity: Severity,
        rule: &'static str,
        zh: &'static str,
        en: &'static str,
    ) -> Self {
        Self { number, severity, rule, zh, en }
    }
}

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

    /// Returns the row of the check.
    #[expect(clippy::too_many_lines, reason = "a table: a row for each check")]
    fn table_row(self) -> CheckRow {
        use Severity::{Error, Info, Warning};
        match self {
            Self::NotPdf => CheckRow::new("001", Error, "", "请提供 PDF 文件。", "Provide a PDF."),
            Self::Damaged => {
                CheckRow::new("002", Error, "", "请重新输出此文件。", "Export the file again.")
            }
            Self::Encrypted => CheckRow::new(
                "003",
                Error,
                "",
                "请去掉密码保护后重新输出。",
                "Export it without password protection.",
            ),
            Self::TooMuch => CheckRow::new(
                "004",
                Error,
                "",
                "请简化文件，或分成几个文件。",
                "Simplify the file, or split it into several.",
            ),
            Self::Version => CheckRow::new(
                "005",
                Error,
                "",
                "请按此标准的 PDF 版本输出。",
                "Export it as the PDF version that the standard requires.",
            ),
            Self::NoStandard => CheckRow::new(
                "006",
                Error,
                "",
                "请按所需 PDF/X 标准输出。",
                "Export it as the required PDF/X.",
            ),
            Self::NoIntent => CheckRow::new(
                "007",
                Error,
                "",
                "请写入印刷条件（输出意图）。",
                "Add an output intent with the printing condition.",
            ),
            Self::BadProfile => CheckRow::new(
                "008",
                Error,
                "",
                "请嵌入印刷条件的 CMYK 特性文件。",
                "Embed the CMYK profile of the printing condition.",
            ),
            Self::Trapped => CheckRow::new(
                "009",
                Error,
                "",
                "请标明是否已做陷印（Trapped）。",
                "Set Trapped to say whether the file is trapped.",
            ),
            Self::NoIdentifier => CheckRow::new(
                "010",
                Error,
                "",
                "请写入文件标识（ID）。",
                "Add a file identifier (ID).",
            ),
            Self::Metadata => CheckRow::new(
                "011",
                Error,
                "",
                "请写入标准所要求的 XMP 元数据。",
                "Write the XMP metadata that the standard requires.",
            ),
            Self::MetadataMismatch => CheckRow::new(
                "012",
                Warning,
                "",
                "请使文档信息与 XMP 一致。",
                "Make the document information and the XMP agree.",
            ),
            Self::Transparency => CheckRow::new(
                "013",
                Error,
                "",
                "请拼合透明后重新输出。",
                "Flatten the transparency and export the file again.",
            ),
            Self::Layers => CheckRow::new("014", Error, "", "请合并图层。", "Merge the layers."),
            Self::ForbiddenFilter => CheckRow::new(
                "015",
                Error,
                "",
                "请改用 Flate 或 JPEG 压缩。",
                "Compress with Flate or JPEG.",
            ),
            Self::Action => {
                CheckRow::new("016", Error, "", "请删去动作和脚本。", "Remove actions and scripts.")
            }
            Self::EmbeddedFile => {
                CheckRow::new("017", Error, "", "请删去附件。", "Remove the attached files.")
            }
            Self::Annotation => CheckRow::new(
                "018",
                Error,
                "",
                "请删去版面上的批注。",
                "Remove the annotations from the printed area.",
            ),
            Self::NoBox => {
                CheckRow::new("020", Error, "", "请写明成品框（TrimBox）。", "Set the TrimBox.")
            }
            Self::BoxNesting => CheckRow::new(
                "021",
                Error,
                "",
                "成品框应在出血框内，出血框应在介质框内。",
                "The TrimBox must lie within the BleedBox, and that within the MediaBox.",
            ),
            Self::CropBox => {
                CheckRow::new("022", Error, "", "请删去裁剪框。", "Remove the CropBox.")
            }
            Self::PageSize => CheckRow::new(
                "023",
                Error,
                "",
                "请按规定的成品尺寸输出。",
                "Export it at the required trim size.",
            ),
            Self::NotEmbedded => {
                CheckRow::new("030", Error, "R93", "请嵌入字体。", "Embed the font.")
            }
            Self::Type3 => {
                CheckRow::new("031", Error, "R93", "请换用轮廓字体。", "Use a font with outlines.")
            }
            Self::NoSubsetTag => CheckRow::new(
                "032",
                Warning,
                "R93",
                "请按子集嵌入字体。",
                "Embed the font as a subset.",
            ),
            Self::NoToUnicode => CheckRow::new(
                "033",
                Warning,
                "R88",
                "请写入字形到文字的对照（ToUnicode）。",
                "Add a ToUnicode map from glyphs to text.",
            ),
            Self::Notdef => CheckRow::new(
                "034",
                Error,
                "",
                "请换用有此字的字体。",
                "Use a font that has the character.",
            ),
            Self::OutsideArea => {
                CheckRow::new("070", Warning, "", "请移入版心。", "Move it into the type area.")
            }
            Self::OffSheet => CheckRow::new(
                "071",
                Warning,
                "",
                "请移到纸张之内，或删去。",
                "Move it onto the sheet, or remove it.",
            ),
            Self::TextMismatch => CheckRow::new(
                "080",
                Error,
                "R88",
                "请重新输出，并核对此处文字。",
                "Export the file again and check the text here.",
            ),
            Self::MoreFindings => CheckRow::new("090", Info, "", "", ""),
            Self::Rgb => CheckRow::new(
                "040",
                Error,
                "R90",
                "请转为 CMYK 或灰度。",
                "Convert it to CMYK or grey.",
            ),
            Self::CalibratedColour => CheckRow::new(
                "041",
                Error,
                "R90",
                "请转为设备 CMYK 或灰度。",
                "Convert it to DeviceCMYK or DeviceGray.",
            ),
            Self::SpotInk => CheckRow::new(
                "042",
                Warning,
                "R90",
                "请转为四色，或与印厂商定专色。",
                "Convert it to CMYK, or agree on the ink with the printing plant.",
            ),
            Self::Registration => {
                CheckRow::new("043", Error, "", "请改用单黑（K100）。", "Use black only (K100).")
            }
            Self::TextInk => {
                CheckRow::new("044", Error, "R89", "请改用单黑（K100）。", "Use black only (K100).")
            }
            Self::NoOverprint => CheckRow::new(
                "045",
                Error,
                "R89",
                "请设为黑字叠印（OP、op、OPM 1）。",
                "Make black text overprint (OP, op, OPM 1).",
            ),
            Self::ThinRule => CheckRow::new(
                "046",
                Warning,
                "",
                "请加粗到 0.25 pt 以上。",
                "Make it at least 0.25 pt.",
            ),
            Self::ThinColourRule => CheckRow::new(
                "047",
                Warning,
                "",
                "请加粗到 0.5 pt 以上，或改用单色。",
                "Make it at least 0.5 pt, or use one ink.",
            ),
            Self::SmallText => CheckRow::new(
                "048",
                Warning,
                "R94",
                "彩色字至少 9 pt，反白字至少 10.5 pt。",
                "Set coloured text at 9 pt or more, reversed text at 10.5 pt or more.",
            ),
            Self::TotalInk => CheckRow::new(
                "050",
                Error,
                "R91",
                "请降低此处总墨量。",
                "Reduce the total ink here.",
            ),
            Self::InkNotMeasured => CheckRow::new(
                "051",
                Warning,
                "R91",
                "请人工核对此处墨量。",
                "Check the ink here by hand.",
            ),
            Self::CoarsePicture => CheckRow::new(
                "060",
                Error,
                "R92",
                "请换用像素更多的图片，或缩小图片。",
                "Use a picture with more pixels, or make it smaller.",
            ),
            Self::SoftPicture => CheckRow::new(
                "061",
                Warning,
                "R92",
                "如有更大的原图，请换用。",
                "Use a larger original if there is one.",
            ),
            Self::FinePicture => {
                CheckRow::new("062", Info, "R92", "可以降低分辨率。", "It can be downsampled.")
            }
        }
    }

    /// Returns the stable code, e.g. `BM-PREFLIGHT-040`.
    pub fn id(self) -> String {
        format!("BM-PREFLIGHT-{}", self.table_row().number)
    }

    /// Returns the check of a code if a house style may set its severity. Faults that a plant or
    /// the standard rejects are errors in every house.
    ///
    /// # Errors
    /// An unknown code, or one of a check that is always an error.
    pub fn from_configurable_id(id: &str) -> Result<Self, String> {
        let check = Self::ALL.into_iter().find(|check| check.id() == id);
        match check {
            None => Err(format!("severity: unknown finding {id}")),
            // A house style cannot pass a file that no plant would take.
            Some(check) if check.severity() == Severity::Error => {
                Err(format!("severity: {id} is always an error"))
            }
            Some(check) => Ok(check),
        }
    }

    /// Severity by default.
    pub fn severity(self) -> Severity {
        self.table_row().severity
    }

    /// Rule behind the check, e.g. `R90`; empty if no rule has a number.
    pub fn rule(self) -> &'static str {
        self.table_row().rule
    }

    /// Remedy for the fault.
    pub fn remedy(self) -> Bilingual {
        let CheckRow { zh, en, .. } = self.table_row();
        Bilingual::new(zh, en)
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
