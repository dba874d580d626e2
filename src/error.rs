//! Errors of a call. The enum is closed: each surface maps it in one exhaustive match.

use std::fmt;

use crate::finding::{Bilingual, Finding, FindingCode};

/// Reason for a call without a result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// The input cannot be made into a page. Each finding names its field.
    Rejected(Vec<Finding>),
    /// The copy does not fit the page, or a picture of a press file is missing, and the policy does
    /// not allow that. Or a press file fails its preflight, under any policy.
    Unfit(Vec<Finding>),
    /// The request names something that does not exist.
    NotFound {
        /// Kind of thing.
        kind: ResourceKind,
        /// Name in the request.
        id: String,
    },
    /// A part of the contract that this version does not support.
    Unsupported {
        /// Its name in the contract.
        feature: String,
    },
    /// The caller presents no credentials, or unknown ones.
    Unauthenticated,
    /// The caller has used up a quota.
    QuotaExceeded {
        /// Name of the setting of the quota.
        setting: &'static str,
        /// Value of the quota.
        limit: u64,
    },
    /// A message is larger than the server accepts.
    TooLarge {
        /// Greatest size that the server accepts, in bytes.
        limit_bytes: u64,
    },
    /// The server is at one of its limits on concurrent work.
    Busy,
    /// The server is stopping.
    Draining,
    /// The deadline of the call has passed.
    DeadlineExceeded,
    /// The caller has cancelled the call.
    Cancelled,
    /// Internal error of Banmian; the text is for its developers.
    Internal(String),
}

/// Kind of a thing that a request names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResourceKind {
    /// House style (版式规范).
    HouseStyle,
    /// Density step (密度档).
    DensityStep,
    /// Article (稿件).
    Article,
}

impl ResourceKind {
    /// Returns the name of the kind.
    pub fn name(self) -> Bilingual {
        match self {
            Self::HouseStyle => Bilingual::new("版式规范", "house style"),
            Self::DensityStep => Bilingual::new("密度档", "density step"),
            Self::Article => Bilingual::new("稿件", "article"),
        }
    }
}

impl Error {
    /// Rejects the input because of one finding.
    pub fn rejected(finding: Finding) -> Self {
        Self::Rejected(vec![finding])
    }

    /// Error for something of this kind that does not exist. Long names are shortened to 64
    /// characters.
    pub(crate) fn not_found(kind: ResourceKind, id: &str) -> Self {
        Self::NotFound { kind, id: id.chars().take(64).collect() }
    }

    /// Returns the text of the error in both languages.
    pub fn message(&self) -> Bilingual {
        match self {
            Self::Rejected(findings) => match findings.as_slice() {
                [only] => Bilingual::new(
                    format!("输入有误：{}", only.message.zh),
                    format!("invalid input: {}", only.message.en),
                ),
                all => Bilingual::new(
                    format!("输入有 {} 处错误", all.len()),
                    format!("the input has {} errors", all.len()),
                ),
            },
            Self::Unfit(findings) => unfit_message(findings),
            Self::NotFound { kind, id } => {
                let Bilingual { zh, en } = kind.name();
                Bilingual::new(format!("没有名为“{id}”的{zh}"), format!("there is no {en} “{id}”"))
            }
            Self::Unsupported { feature } => Bilingual::new(
                format!("此版本尚不支持 {feature}"),
                format!("{feature} is not supported by this version"),
            ),
            Self::Unauthenticated => Bilingual::new(
                "需要有效的令牌（authorization: Bearer …）",
                "a valid token is required (authorization: Bearer …)",
            ),
            Self::QuotaExceeded { setting, limit } => Bilingual::new(
                format!("配额 {setting} 已用完：{limit}"),
                format!("quota {setting} exceeded: {limit}"),
            ),
            Self::TooLarge { limit_bytes } => Bilingual::new(
                format!("请求超过 {limit_bytes} 字节（message_bytes）"),
                format!("the request exceeds {limit_bytes} bytes (message_bytes)"),
            ),
            Self::Busy => {
                Bilingual::new("服务繁忙，请稍后再试", "the server is busy, try again later")
            }
            Self::Draining => Bilingual::new("服务正在停止", "the server is shutting down"),
            Self::DeadlineExceeded => Bilingual::new("已超过期限", "the deadline was exceeded"),
            Self::Cancelled => Bilingual::new("调用方已取消", "cancelled by the caller"),
            Self::Internal(cause) => {
                Bilingual::new(format!("程序内部错误：{cause}"), format!("internal error: {cause}"))
            }
        }
    }

    /// Returns the stable code of the error: the code of its first finding if it has findings.
    pub fn reason_code(&self) -> &'static str {
        if let Some(first) = self.findings().first() {
            return first.code.id();
        }
        match self {
            Self::Rejected(_) => "BM-REJECTED",
            Self::Unfit(_) => "BM-UNFIT",
            Self::NotFound { .. } => "BM-UNKNOWN",
            Self::Unsupported { .. } => "BM-UNSERVED",
            Self::Unauthenticated => "BM-TOKEN",
            Self::QuotaExceeded { .. } => "BM-QUOTA",
            Self::TooLarge { .. } => "BM-SIZE",
            Self::Busy => "BM-BUSY",
            Self::Draining => "BM-DRAINING",
            Self::DeadlineExceeded => "BM-DEADLINE",
            Self::Cancelled => "BM-CANCELLED",
            Self::Internal(_) => "BM-INTERNAL",
        }
    }

    /// Returns the findings behind the error, if any.
    pub fn findings(&self) -> &[Finding] {
        match self {
            Self::Rejected(findings) | Self::Unfit(findings) => findings,
            Self::NotFound { .. }
            | Self::Unsupported { .. }
            | Self::Unauthenticated
            | Self::QuotaExceeded { .. }
            | Self::TooLarge { .. }
            | Self::Busy
            | Self::Draining
            | Self::DeadlineExceeded
            | Self::Cancelled
            | Self::Internal(_) => &[],
        }
    }
}

/// Returns the text of [`Error::Unfit`], with the number of findings of each kind.
fn unfit_message(findings: &[Finding]) -> Bilingual {
    let count = |code| findings.iter().filter(|finding| finding.code == code).count();
    let failed_checks = count(FindingCode::PreflightFailed);
    if failed_checks > 0 {
        return Bilingual::new(
            format!("付印版未通过印前检查：{failed_checks} 处错误"),
            format!("preflight of the press file found {}", counted(failed_checks, "error")),
        );
    }
    let (overset, left_off) = (count(FindingCode::Overset), count(FindingCode::LeftOff));
    let missing = count(FindingCode::MissingPicture) + count(FindingCode::BadPicture);
    let coarse = count(FindingCode::ResolutionTooLow);
    // Any other finding that the house style makes an error.
    let others = findings.len() - overset - left_off - coarse - missing;
    let mut parts = Vec::new();
    if overset + left_off > 0 {
        parts.push(overset_message(overset, left_off));
    }
    if missing > 0 {
        let pictures = counted(missing, "picture");
        let are = if missing == 1 { "is" } else { "are" };
        parts.push(Bilingual::new(
            format!("缺 {missing} 幅图片，不能付印"),
            format!("{pictures} {are} missing or unreadable, so no press file is made"),
        ));
    }
    if coarse > 0 {
        let pictures = counted(coarse, "picture");
        let have = if coarse == 1 { "has" } else { "have" };
        parts.push(Bilingual::new(
            format!("{coarse} 幅图片像素不足，不能付印"),
            format!("{pictures} {have} too few pixels for press"),
        ));
    }
    if others > 0 {
        parts.push(Bilingual::new(
            format!("版面有 {others} 处问题须先处理"),
            format!("{} on the page must be solved first", counted(others, "problem")),
        ));
    }
    joined(&parts, "；", "; ")
}

/// Returns the part of [`unfit_message`] about copy without a place: overset articles and items
/// left off the page.
fn overset_message(overset: usize, left_off: usize) -> Bilingual {
    let mut amounts = Vec::new();
    if overset > 0 {
        let articles = counted(overset, "article");
        amounts.push(Bilingual::new(format!("余稿 {overset} 篇"), format!("{articles} overset")));
    }
    if left_off > 0 {
        amounts.push(Bilingual::new(format!("撤稿 {left_off} 件"), format!("{left_off} left off")));
    }
    let Bilingual { zh, en } = joined(&amounts, "，", ", ");
    Bilingual::new(format!("版面排不下：{zh}"), format!("the copy does not fit the page: {en}"))
}

/// Joins texts, with a separator for each language.
fn joined(texts: &[Bilingual], zh: &str, en: &str) -> Bilingual {
    let join = |language: fn(&Bilingual) -> &str, separator: &str| {
        texts.iter().map(language).collect::<Vec<_>>().join(separator)
    };
    Bilingual::new(join(|text| &text.zh, zh), join(|text| &text.en, en))
}

/// Returns a number with an English noun, in the plural where the number is not 1.
fn counted(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.message())
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::{Error, ResourceKind};
    use crate::finding::{Bilingual, Finding, FindingCode, FindingPlace};

    #[test]
    fn only_findings_on_pictures_are_counted_as_pictures() {
        let finding =
            |code| Finding::new(code, FindingPlace::default(), Bilingual::new("此处", "here"));
        let short_columns = vec![finding(FindingCode::ShortColumn); 6];
        assert_eq!(Error::Unfit(short_columns).message().zh, "版面有 6 处问题须先处理");
        let mixed = Error::Unfit(vec![
            finding(FindingCode::MissingPicture),
            finding(FindingCode::LeftOff),
            finding(FindingCode::Tombstone),
        ]);
        assert_eq!(
            mixed.message().zh,
            "版面排不下：撤稿 1 件；缺 1 幅图片，不能付印；版面有 1 处问题须先处理"
        );
    }

    #[test]
    fn kinds_of_missing_things_are_named_in_chinese() {
        let message = Error::not_found(ResourceKind::Article, "nope").message();
        assert_eq!(message.zh, "没有名为“nope”的稿件");
    }
}
