//! Kinds of finding: code, severity and advice of each.

use crate::finding::bilingual::Bilingual;
use crate::finding::severity::Severity;

/// Kinds of finding. Their codes are stable: programs may match on them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FindingCode {
    /// The input is not UTF-8.
    NotUtf8,
    /// The input is empty.
    EmptyInput,
    /// The JSON does not parse, or does not match the schema of the record.
    BadJson,
    /// The page has no article.
    NoArticle,
    /// An article has no headline or no body.
    IncompleteArticle,
    /// A value is not valid for its field.
    BadValue,
    /// A limit is exceeded.
    LimitExceeded,
    /// A character has no glyph in any face.
    MissingGlyph,
    /// An id is used twice, or refers to nothing.
    BadId,
    /// Invisible or control characters were removed.
    ControlCharacters,
    /// A mark, digit or space was normalised.
    NormalisedText,
    /// An empty block was removed.
    EmptyBlock,
    /// A crosshead without copy after it.
    LoneCrosshead,
    /// Plain copy: a paragraph cut by a column break was joined.
    JoinedParagraph,
    /// Plain copy: the kind of a line was guessed.
    GuessedLine,
    /// Plain copy: an article opens with a crosshead.
    OpensWithCrosshead,
    /// A field of the contract that this version does not support.
    UnsupportedField,
    /// A mark at the wrong end of a line, or a run that was split, because there was no other way.
    RelaxedBreak,
    /// Gaps wider than the rules allow.
    WideGap,
    /// The last line of a paragraph has one character (孤字).
    Runt,
    /// A style that does not fit between the lines was replaced by another.
    SubstitutedStyle,
    /// More copy than its module holds (排不下).
    Overset,
    /// An article or a picture was left off because the page has no room for it (撤稿).
    LeftOff,
    /// Less copy than the page needs (缺稿).
    Underset,
    /// The feet of the columns of an article are not level.
    UnevenFeet,
    /// Two heads side by side at one height (碰题).
    Tombstone,
    /// A cut across near the middle of the page (腰斩).
    MiddleCut,
    /// A gutter straight through the page (通线).
    GutterThrough,
    /// A less important article has the larger headline.
    HeadlineSizeOrder,
    /// Two articles that must be kept apart share an edge.
    AdjacentArticles,
    /// Articles of equal grade differ in width or headline size.
    UnequalGrade,
    /// Two crossheads side by side (碰小题).
    AdjacentCrossheads,
    /// A column of an article is shorter than the house style allows (孤栏).
    ShortColumn,
    /// Empty rows inside a module (空白).
    EmptyRows,
    /// Body continues below the head of another article with nothing between them (题压题).
    BodyUnderHead,
    /// A place that the page does not have, or that is taken.
    BadPlace,
    /// An alternative wording of a headline was used.
    RewordedHeadline,
    /// A head is not placed as the record requests.
    HeadElsewhere,
    /// A reserved box without artwork.
    EmptyBox,
    /// A picture is narrower than requested because its module is.
    NarrowedPicture,
    /// The bytes of a picture are missing.
    MissingPicture,
    /// The bytes of a picture cannot be used.
    BadPicture,
    /// A full stop after a caption that is a phrase.
    CaptionStop,
    /// A picture has too few pixels for the press at its printed size.
    ResolutionTooLow,
    /// A picture has fewer pixels than recommended at its printed size.
    LowResolution,
    /// The colour profile of a picture cannot be used.
    BadProfile,
    /// A CMYK picture has more ink than the press can carry.
    TooMuchInk,
    /// A finished press file fails its preflight.
    PreflightFailed,
    /// A change since the previous round of proofs.
    ChangedCopy,
    /// Further findings of one kind, counted instead of listed.
    MoreFindings,
}

/// Row of the table of codes.
struct CodeRow {
    /// Stable code.
    id: &'static str,
    /// Severity, unless the house style says otherwise.
    severity: Severity,
    /// Advice in Chinese; empty where there is none.
    zh: &'static str,
    /// Advice in English.
    en: &'static str,
}

impl FindingCode {
    /// All codes, for the documentation and its test.
    pub const ALL: [Self; 50] = [
        Self::NotUtf8,
        Self::EmptyInput,
        Self::BadJson,
        Self::NoArticle,
        Self::IncompleteArticle,
        Self::BadValue,
        Self::LimitExceeded,
        Self::MissingGlyph,
        Self::BadId,
        Self::ControlCharacters,
        Self::NormalisedText,
        Self::EmptyBlock,
        Self::LoneCrosshead,
        Self::JoinedParagraph,
        Self::GuessedLine,
        Self::OpensWithCrosshead,
        Self::UnsupportedField,
        Self::RelaxedBreak,
        Self::WideGap,
        Self::Runt,
        Self::SubstitutedStyle,
        Self::Overset,
        Self::LeftOff,
        Self::Underset,
        Self::UnevenFeet,
        Self::Tombstone,
        Self::MiddleCut,
        Self::GutterThrough,
        Self::HeadlineSizeOrder,
        Self::AdjacentArticles,
        Self::UnequalGrade,
        Self::AdjacentCrossheads,
        Self::ShortColumn,
        Self::EmptyRows,
        Self::BodyUnderHead,
        Self::BadPlace,
        Self::RewordedHeadline,
        Self::HeadElsewhere,
        Self::EmptyBox,
        Self::NarrowedPicture,
        Self::MissingPicture,
        Self::BadPicture,
        Self::CaptionStop,
        Self::ResolutionTooLow,
        Self::LowResolution,
        Self::BadProfile,
        Self::TooMuchInk,
        Self::PreflightFailed,
        Self::ChangedCopy,
        Self::MoreFindings,
    ];

    /// Returns the table row of a code.
    #[expect(clippy::too_many_lines, reason = "a table, one row a code")]
    fn row(self) -> CodeRow {
        use Severity::{Error, Info, Warning};
        match self {
            Self::NotUtf8 => CodeRow {
                id: "BM-INPUT-001",
                severity: Error,
                zh: "请存为 UTF-8 后重试。",
                en: "Save the file as UTF-8.",
            },
            Self::EmptyInput => CodeRow {
                id: "BM-INPUT-002",
                severity: Error,
                zh: "请提供稿件。",
                en: "Provide some copy.",
            },
            Self::BadJson => CodeRow {
                id: "BM-INPUT-003",
                severity: Error,
                zh: "请按 banmian.v1.PageRecord 的 JSON 格式改正此处。",
                en: "Correct it to valid JSON of banmian.v1.PageRecord.",
            },
            Self::NoArticle => CodeRow {
                id: "BM-RECORD-001",
                severity: Error,
                zh: "请至少提供一篇稿件。",
                en: "Add at least one article.",
            },
            Self::IncompleteArticle => CodeRow {
                id: "BM-RECORD-002",
                severity: Error,
                zh: "请补上标题和正文。",
                en: "Add the headline and the body.",
            },
            Self::BadValue => CodeRow {
                id: "BM-RECORD-003",
                severity: Error,
                zh: "请改正此值。",
                en: "Correct the value.",
            },
            Self::LimitExceeded => CodeRow {
                id: "BM-RECORD-004",
                severity: Error,
                zh: "请缩减到上限以内，或分成几个版。",
                en: "Stay within the limit, or split the copy over several pages.",
            },
            Self::MissingGlyph => CodeRow {
                id: "BM-GLYPH-001",
                severity: Error,
                zh: "请换用字库中有的字，或以图片代替。",
                en: "Use a character that the fonts have, or a picture of it.",
            },
            Self::BadId => CodeRow {
                id: "BM-RECORD-005",
                severity: Error,
                zh: "请改正标识。",
                en: "Correct the id.",
            },
            Self::ControlCharacters => CodeRow {
                id: "BM-COPY-001",
                severity: Warning,
                zh: "请核对此处原稿。",
                en: "Check the original copy here.",
            },
            Self::NormalisedText => CodeRow {
                id: "BM-COPY-002",
                severity: Info,
                zh: "如不应改动，请关闭相应的规范化开关。",
                en: "If the original should stay, switch off this normalisation.",
            },
            Self::EmptyBlock => CodeRow {
                id: "BM-COPY-003",
                severity: Info,
                zh: "无需处理。",
                en: "Nothing to do.",
            },
            Self::LoneCrosshead => CodeRow {
                id: "BM-RECORD-006",
                severity: Warning,
                zh: "请补上正文或删去小标题。",
                en: "Add the copy or remove the crosshead.",
            },
            Self::JoinedParagraph => CodeRow {
                id: "BM-PLAIN-001",
                severity: Warning,
                zh: "如确为两段，请在前段末加句末标点。",
                en: "If these are two paragraphs, end the first with a full stop or another closing mark.",
            },
            Self::GuessedLine => CodeRow {
                id: "BM-PLAIN-002",
                severity: Info,
                zh: "如有误，请改用 JSON 稿件记录。",
                en: "If this is wrong, send the page as a JSON record.",
            },
            Self::OpensWithCrosshead => CodeRow {
                id: "BM-PLAIN-003",
                severity: Warning,
                zh: "请核对段落次序；程序按文件中的次序排版。",
                en: "Check the order of the paragraphs; they are set in the order of the file.",
            },
            Self::UnsupportedField => CodeRow {
                id: "BM-UNSERVED-001",
                severity: Warning,
                zh: "此版本不处理该字段，其余照常排版。",
                en: "This version ignores the field; the rest is set as usual.",
            },
            Self::RelaxedBreak => CodeRow {
                id: "BM-LINE-001",
                severity: Warning,
                zh: "请改动此段文字或加宽栏宽。",
                en: "Edit this paragraph or widen the measure.",
            },
            Self::WideGap => CodeRow {
                id: "BM-LINE-002",
                severity: Warning,
                zh: "请改动此段文字，增减一两个字。",
                en: "Add or cut a character or two in this paragraph.",
            },
            Self::Runt => CodeRow {
                id: "BM-LINE-004",
                severity: Warning,
                zh: "请在此段增删一两个字。",
                en: "Add or cut a character or two in this paragraph.",
            },
            Self::SubstitutedStyle => CodeRow {
                id: "BM-LINE-003",
                severity: Warning,
                zh: "如要保留，请改用行距更大的密度档。",
                en: "To keep it, use a density step with more leading.",
            },
            Self::Overset => CodeRow {
                id: "BM-OVERSET-001",
                severity: Error,
                zh: "请删去多出的字数，或改用更密的密度档。",
                en: "Cut the overset characters, or use a denser density step.",
            },
            Self::LeftOff => CodeRow {
                id: "BM-OVERSET-002",
                severity: Error,
                zh: "请撤下此稿或其他稿件，缩短标题，或改动锁定和预留框。",
                en: "Take this or other articles off, shorten headlines, or change a lock or a reserved box.",
            },
            Self::Underset => CodeRow {
                id: "BM-UNDERSET-001",
                severity: Warning,
                zh: "请补稿、加图，或改用更疏的密度档。",
                en: "Add copy or a picture, or use a looser density step.",
            },
            Self::UnevenFeet => CodeRow {
                id: "BM-FEET-001",
                severity: Warning,
                zh: "请增减一两行文字使各栏齐底。",
                en: "Add or cut a line or two to level the columns.",
            },
            Self::Tombstone => CodeRow {
                id: "BM-PAGE-001",
                severity: Warning,
                zh: "请给其中一篇加框，改变标题长短，或换个位置。",
                en: "Box one of them, change the length of its headline, or move it.",
            },
            Self::MiddleCut => CodeRow {
                id: "BM-PAGE-002",
                severity: Warning,
                zh: "请移动一篇稿件跨过此线。",
                en: "Move an article across this line.",
            },
            Self::GutterThrough => CodeRow {
                id: "BM-PAGE-003",
                severity: Warning,
                zh: "请让一篇稿件或它的标题跨过此处栏距。",
                en: "Let an article or its head span this gutter.",
            },
            Self::HeadlineSizeOrder => CodeRow {
                id: "BM-PAGE-004",
                severity: Warning,
                zh: "请缩短较重稿件的标题，或核对轻重。",
                en: "Shorten the headline of the more important article, or check the weights.",
            },
            Self::AdjacentArticles => CodeRow {
                id: "BM-PAGE-005",
                severity: Warning,
                zh: "请改动其中一篇的长短或轻重。",
                en: "Change the length or the weight of one of them.",
            },
            Self::UnequalGrade => CodeRow {
                id: "BM-PAGE-006",
                severity: Warning,
                zh: "请使各稿篇幅和题长相近。",
                en: "Make their lengths and headlines more alike.",
            },
            Self::AdjacentCrossheads => CodeRow {
                id: "BM-PAGE-007",
                severity: Warning,
                zh: "请移动其中一个小标题，使两者相距三行以上。",
                en: "Move one crosshead so that the two are three lines or more apart.",
            },
            Self::ShortColumn => CodeRow {
                id: "BM-PAGE-008",
                severity: Warning,
                zh: "请补几行文字，或减少栏数。",
                en: "Add a few lines, or use fewer columns.",
            },
            Self::EmptyRows => CodeRow {
                id: "BM-PAGE-009",
                severity: Warning,
                zh: "请补文字或图片；有意留白请用留白的预留框。",
                en: "Add copy or a picture; for intended white space, use a reserved box.",
            },
            Self::BodyUnderHead => CodeRow {
                id: "BM-PAGE-010",
                severity: Warning,
                zh: "请在两稿之间加线或空一行。",
                en: "Put a rule or a blank line between the two articles.",
            },
            Self::BadPlace => CodeRow {
                id: "BM-PLACE-001",
                severity: Error,
                zh: "请改动锁定、预留框或模板。",
                en: "Change the lock, the reserved box or the template.",
            },
            Self::RewordedHeadline => CodeRow {
                id: "BM-HEAD-001",
                severity: Info,
                zh: "如不用备选标题，请从记录中删去。",
                en: "To keep the original headline, remove the alternative from the record.",
            },
            Self::HeadElsewhere => CodeRow {
                id: "BM-HEAD-002",
                severity: Warning,
                zh: "请锁定该稿的栏数，或不指定题的位置。",
                en: "Lock the columns of the article, or leave the head position unspecified.",
            },
            Self::EmptyBox => CodeRow {
                id: "BM-PLACE-002",
                severity: Warning,
                zh: "请提供图稿，或标明为留白。",
                en: "Provide the artwork, or mark the box as intended white space.",
            },
            Self::NarrowedPicture => CodeRow {
                id: "BM-PICTURE-101",
                severity: Warning,
                zh: "请减少图片栏数，或加宽稿件。",
                en: "Request fewer columns for the picture, or lock the article to more.",
            },
            Self::MissingPicture => CodeRow {
                id: "BM-PICTURE-001",
                severity: Error,
                zh: "请在 data 中给出图片，用 --pictures 指定图片目录，或用 PUT /v1/pictures 上传。",
                en: "Put the picture into `data`, name its folder with --pictures, or upload it with PUT /v1/pictures.",
            },
            Self::BadPicture => CodeRow {
                id: "BM-PICTURE-002",
                severity: Error,
                zh: "请另存为 JPEG、PNG、TIFF 或 WebP 后重试。",
                en: "Save the picture as JPEG, PNG, TIFF or WebP.",
            },
            Self::CaptionStop => CodeRow {
                id: "BM-PICTURE-003",
                severity: Warning,
                zh: "请删去句号。",
                en: "Remove the full stop.",
            },
            Self::ResolutionTooLow => CodeRow {
                id: "BM-PICTURE-004",
                severity: Error,
                zh: "请换用更大的原图，或缩小图幅。",
                en: "Use a picture with more pixels, or print it smaller.",
            },
            Self::LowResolution => CodeRow {
                id: "BM-PICTURE-005",
                severity: Warning,
                zh: "请尽量换用更大的原图，或缩小图幅。",
                en: "Use a picture with more pixels if there is one, or print it smaller.",
            },
            Self::BadProfile => CodeRow {
                id: "BM-PICTURE-006",
                severity: Warning,
                zh: "请重新嵌入正确的 ICC 特性文件，或核对颜色。",
                en: "Embed the right ICC profile, or check the colours.",
            },
            Self::TooMuchInk => CodeRow {
                id: "BM-PICTURE-007",
                severity: Warning,
                zh: "请按报纸的总墨量重新分色，或改用 RGB 图片。",
                en: "Separate it again for newsprint, or send it as RGB.",
            },
            Self::PreflightFailed => CodeRow {
                id: "BM-PRESS-001",
                severity: Error,
                zh: "请按报告中的印前检查结果处理。",
                en: "See the preflight results in the report.",
            },
            Self::ChangedCopy => CodeRow {
                id: "BM-PROOF-001",
                severity: Info,
                zh: "请对照上一校次核对此处改动。",
                en: "Check the change against the previous round.",
            },
            Self::MoreFindings => CodeRow { id: "BM-MORE-001", severity: Info, zh: "", en: "" },
        }
    }

    /// Returns the stable code, e.g. `BM-OVERSET-001`.
    pub fn id(self) -> &'static str {
        self.row().id
    }

    /// Returns the severity, unless the house style says otherwise.
    pub fn severity(self) -> Severity {
        self.row().severity
    }

    /// Returns the advice on the finding, in both languages; empty where there is none.
    pub fn remedy(self) -> Bilingual {
        let CodeRow { zh, en, .. } = self.row();
        Bilingual::new(zh, en)
    }
}
