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

    /// Returns the table row of a code: id, severity, and advice in Chinese and in English.
    #[expect(clippy::too_many_lines, reason = "a table, one row a code")]
    fn row(self) -> (&'static str, Severity, &'static str, &'static str) {
        use Severity::{Error, Info, Warning};
        match self {
            Self::NotUtf8 => {
                ("BM-INPUT-001", Error, "请存为 UTF-8 后重试。", "Save the file as UTF-8.")
            }
            Self::EmptyInput => ("BM-INPUT-002", Error, "请提供稿件。", "Provide some copy."),
            Self::BadJson => (
                "BM-INPUT-003",
                Error,
                "请按 banmian.v1.PageRecord 的 JSON 格式改正此处。",
                "Correct it to valid JSON of banmian.v1.PageRecord.",
            ),
            Self::NoArticle => {
                ("BM-RECORD-001", Error, "请至少提供一篇稿件。", "Add at least one article.")
            }
            Self::IncompleteArticle => {
                ("BM-RECORD-002", Error, "请补上标题和正文。", "Add the headline and the body.")
            }
            Self::BadValue => ("BM-RECORD-003", Error, "请改正此值。", "Correct the value."),
            Self::LimitExceeded => (
                "BM-RECORD-004",
                Error,
                "请缩减到上限以内，或分成几个版。",
                "Stay within the limit, or split the copy over several pages.",
            ),
            Self::MissingGlyph => (
                "BM-GLYPH-001",
                Error,
                "请换用字库中有的字，或以图片代替。",
                "Use a character that the fonts have, or a picture of it.",
            ),
            Self::BadId => ("BM-RECORD-005", Error, "请改正标识。", "Correct the id."),
            Self::ControlCharacters => {
                ("BM-COPY-001", Warning, "请核对此处原稿。", "Check the original copy here.")
            }
            Self::NormalisedText => (
                "BM-COPY-002",
                Info,
                "如不应改动，请关闭相应的规范化开关。",
                "If the original should stay, switch off this normalisation.",
            ),
            Self::EmptyBlock => ("BM-COPY-003", Info, "无需处理。", "Nothing to do."),
            Self::LoneCrosshead => (
                "BM-RECORD-006",
                Warning,
                "请补上正文或删去小标题。",
                "Add the copy or remove the crosshead.",
            ),
            Self::JoinedParagraph => (
                "BM-PLAIN-001",
                Warning,
                "如确为两段，请在前段末加句末标点。",
                "If these are two paragraphs, end the first with a full stop or another closing mark.",
            ),
            Self::GuessedLine => (
                "BM-PLAIN-002",
                Info,
                "如有误，请改用 JSON 稿件记录。",
                "If this is wrong, send the page as a JSON record.",
            ),
            Self::OpensWithCrosshead => (
                "BM-PLAIN-003",
                Warning,
                "请核对段落次序；程序按文件中的次序排版。",
                "Check the order of the paragraphs; they are set in the order of the file.",
            ),
            Self::UnsupportedField => (
                "BM-UNSERVED-001",
                Warning,
                "此版本不处理该字段，其余照常排版。",
                "This version ignores the field; the rest is set as usual.",
            ),
            Self::RelaxedBreak => (
                "BM-LINE-001",
                Warning,
                "请改动此段文字或加宽栏宽。",
                "Edit this paragraph or widen the measure.",
            ),
            Self::WideGap => (
                "BM-LINE-002",
                Warning,
                "请改动此段文字，增减一两个字。",
                "Add or cut a character or two in this paragraph.",
            ),
            Self::Runt => (
                "BM-LINE-004",
                Warning,
                "请在此段增删一两个字。",
                "Add or cut a character or two in this paragraph.",
            ),
            Self::SubstitutedStyle => (
                "BM-LINE-003",
                Warning,
                "如要保留，请改用行距更大的密度档。",
                "To keep it, use a density step with more leading.",
            ),
            Self::Overset => (
                "BM-OVERSET-001",
                Error,
                "请删去多出的字数，或改用更密的密度档。",
                "Cut the overset characters, or use a denser density step.",
            ),
            Self::LeftOff => (
                "BM-OVERSET-002",
                Error,
                "请撤下此稿或其他稿件，缩短标题，或改动锁定和预留框。",
                "Take this or other articles off, shorten headlines, or change a lock or a reserved box.",
            ),
            Self::Underset => (
                "BM-UNDERSET-001",
                Warning,
                "请补稿、加图，或改用更疏的密度档。",
                "Add copy or a picture, or use a looser density step.",
            ),
            Self::UnevenFeet => (
                "BM-FEET-001",
                Warning,
                "请增减一两行文字使各栏齐底。",
                "Add or cut a line or two to level the columns.",
            ),
            Self::Tombstone => (
                "BM-PAGE-001",
                Warning,
                "请给其中一篇加框，改变标题长短，或换个位置。",
                "Box one of them, change the length of its headline, or move it.",
            ),
            Self::MiddleCut => (
                "BM-PAGE-002",
                Warning,
                "请移动一篇稿件跨过此线。",
                "Move an article across this line.",
            ),
            Self::GutterThrough => (
                "BM-PAGE-003",
                Warning,
                "请让一篇稿件或它的标题跨过此处栏距。",
                "Let an article or its head span this gutter.",
            ),
            Self::HeadlineSizeOrder => (
                "BM-PAGE-004",
                Warning,
                "请缩短较重稿件的标题，或核对轻重。",
                "Shorten the headline of the more important article, or check the weights.",
            ),
            Self::AdjacentArticles => (
                "BM-PAGE-005",
                Warning,
                "请改动其中一篇的长短或轻重。",
                "Change the length or the weight of one of them.",
            ),
            Self::UnequalGrade => (
                "BM-PAGE-006",
                Warning,
                "请使各稿篇幅和题长相近。",
                "Make their lengths and headlines more alike.",
            ),
            Self::AdjacentCrossheads => (
                "BM-PAGE-007",
                Warning,
                "请移动其中一个小标题，使两者相距三行以上。",
                "Move one crosshead so that the two are three lines or more apart.",
            ),
            Self::ShortColumn => (
                "BM-PAGE-008",
                Warning,
                "请补几行文字，或减少栏数。",
                "Add a few lines, or use fewer columns.",
            ),
            Self::EmptyRows => (
                "BM-PAGE-009",
                Warning,
                "请补文字或图片；有意留白请用留白的预留框。",
                "Add copy or a picture; for intended white space, use a reserved box.",
            ),
            Self::BodyUnderHead => (
                "BM-PAGE-010",
                Warning,
                "请在两稿之间加线或空一行。",
                "Put a rule or a blank line between the two articles.",
            ),
            Self::BadPlace => (
                "BM-PLACE-001",
                Error,
                "请改动锁定、预留框或模板。",
                "Change the lock, the reserved box or the template.",
            ),
            Self::RewordedHeadline => (
                "BM-HEAD-001",
                Info,
                "如不用备选标题，请从记录中删去。",
                "To keep the original headline, remove the alternative from the record.",
            ),
            Self::HeadElsewhere => (
                "BM-HEAD-002",
                Warning,
                "请锁定该稿的栏数，或不指定题的位置。",
                "Lock the columns of the article, or leave the head position unspecified.",
            ),
            Self::EmptyBox => (
                "BM-PLACE-002",
                Warning,
                "请提供图稿，或标明为留白。",
                "Provide the artwork, or mark the box as intended white space.",
            ),
            Self::NarrowedPicture => (
                "BM-PICTURE-101",
                Warning,
                "请减少图片栏数，或加宽稿件。",
                "Request fewer columns for the picture, or lock the article to more.",
            ),
            Self::MissingPicture => (
                "BM-PICTURE-001",
                Error,
                "请在 data 中给出图片，用 --pictures 指定图片目录，或用 PUT /v1/pictures 上传。",
                "Put the picture into `data`, name its folder with --pictures, or upload it with PUT /v1/pictures.",
            ),
            Self::BadPicture => (
                "BM-PICTURE-002",
                Error,
                "请另存为 JPEG、PNG、TIFF 或 WebP 后重试。",
                "Save the picture as JPEG, PNG, TIFF or WebP.",
            ),
            Self::CaptionStop => {
                ("BM-PICTURE-003", Warning, "请删去句号。", "Remove the full stop.")
            }
            Self::ResolutionTooLow => (
                "BM-PICTURE-004",
                Error,
                "请换用更大的原图，或缩小图幅。",
                "Use a picture with more pixels, or print it smaller.",
            ),
            Self::LowResolution => (
                "BM-PICTURE-005",
                Warning,
                "请尽量换用更大的原图，或缩小图幅。",
                "Use a picture with more pixels if there is one, or print it smaller.",
            ),
            Self::BadProfile => (
                "BM-PICTURE-006",
                Warning,
                "请重新嵌入正确的 ICC 特性文件，或核对颜色。",
                "Embed the right ICC profile, or check the colours.",
            ),
            Self::TooMuchInk => (
                "BM-PICTURE-007",
                Warning,
                "请按报纸的总墨量重新分色，或改用 RGB 图片。",
                "Separate it again for newsprint, or send it as RGB.",
            ),
            Self::PreflightFailed => (
                "BM-PRESS-001",
                Error,
                "请按报告中的印前检查结果处理。",
                "See the preflight results in the report.",
            ),
            Self::ChangedCopy => (
                "BM-PROOF-001",
                Info,
                "请对照上一校次核对此处改动。",
                "Check the change against the previous round.",
            ),
            Self::MoreFindings => ("BM-MORE-001", Info, "", ""),
        }
    }

    /// Returns the stable code, e.g. `BM-OVERSET-001`.
    pub fn id(self) -> &'static str {
        self.row().0
    }

    /// Returns the severity, unless the house style says otherwise.
    pub fn severity(self) -> Severity {
        self.row().1
    }

    /// Returns the advice on the finding, in both languages; empty where there is none.
    pub fn remedy(self) -> Bilingual {
        let (_, _, zh, en) = self.row();
        Bilingual::new(zh, en)
    }
}
