//! Why a call has no result. Closed: each surface maps it in one exhaustive match.

use std::fmt;

use crate::finding::{Bilingual, Finding, FindingCode};

/// Why a call has no result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// The input cannot be a page: each finding names its field.
    Rejected(Vec<Finding>),
    /// The copy does not fit the page, or a picture of a press file is not there, and the policy does not allow
    /// that; or a press file fails its preflight, whatever the policy.
    Unfit(Vec<Finding>),
    /// Something named in the request is not there.
    NotFound {
        /// What kind of thing.
        kind: &'static str,
        /// The name.
        id: String,
    },
    /// A part of the contract that this version does not serve.
    Unsupported {
        /// Its name in the contract.
        feature: String,
    },
    /// The caller does not show who it is, or shows what nobody is known by.
    Unauthenticated,
    /// The caller has used up what it may have.
    QuotaExceeded {
        /// The setting that bounds it.
        setting: &'static str,
        /// Its value.
        limit: u64,
    },
    /// A message is larger than the server takes.
    TooLarge {
        /// Bytes that it takes.
        limit_bytes: u64,
    },
    /// As many pages are in work as the server allows.
    Busy,
    /// The server is stopping.
    Draining,
    /// The caller's deadline has passed.
    DeadlineExceeded,
    /// The caller has gone.
    Cancelled,
    /// A defect of Banmian itself; the text is for its developers.
    Internal(String),
}

impl Error {
    /// A rejection for one reason.
    pub fn rejected(finding: Finding) -> Self {
        Self::Rejected(vec![finding])
    }

    /// What happened, in both languages.
    pub fn message(&self) -> Bilingual {
        match self {
            Self::Rejected(findings) => match findings.as_slice() {
                [only] => Bilingual::new(
                    format!("输入有误：{}", only.message.zh),
                    format!("the input is in error: {}", only.message.en),
                ),
                all => Bilingual::new(
                    format!("输入有 {} 处错误", all.len()),
                    format!("the input has {} errors", all.len()),
                ),
            },
            Self::Unfit(findings) => unfit(findings),
            Self::NotFound { kind, id } => Bilingual::new(
                format!("没有名为“{id}”的{}", zh(kind)),
                format!("there is no {kind} “{id}”"),
            ),
            Self::Unsupported { feature: what } => Bilingual::new(
                format!("此版本尚不支持 {what}"),
                format!("{what} is not served by this version"),
            ),
            Self::Unauthenticated => Bilingual::new(
                "需要有效的访问口令（authorization: Bearer …）",
                "a valid token is needed (authorization: Bearer …)",
            ),
            Self::QuotaExceeded { setting: what, limit: most } => Bilingual::new(
                format!("已用满配额 {what}：{most}"),
                format!("the quota {what} is used up: {most}"),
            ),
            Self::TooLarge { limit_bytes: most } => Bilingual::new(
                format!("请求超过 {most} 字节（message_bytes）"),
                format!("the request is over {most} bytes (message_bytes)"),
            ),
            Self::Busy => {
                Bilingual::new("服务繁忙，请稍后再试", "the server is busy, try again later")
            }
            Self::Draining => Bilingual::new("服务正在停止", "the server is stopping"),
            Self::DeadlineExceeded => Bilingual::new("已超过时限", "the deadline has passed"),
            Self::Cancelled => Bilingual::new("调用方已取消", "the caller has gone"),
            Self::Internal(what) => {
                Bilingual::new(format!("程序内部错误：{what}"), format!("internal error: {what}"))
            }
        }
    }

    /// The stable code: that of its first finding, where it has findings.
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

    /// The findings behind it, if it has any.
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

fn unfit(findings: &[Finding]) -> Bilingual {
    let count = |code| findings.iter().filter(|finding| finding.code == code).count();
    let press = count(FindingCode::PreflightFailed);
    if press > 0 {
        return Bilingual::new(
            format!("付印文件未通过印前检查：{press} 处错误"),
            format!("the press file fails its preflight: {press} errors"),
        );
    }
    let (over, left) = (count(FindingCode::Overset), count(FindingCode::LeftOff));
    let coarse = count(FindingCode::ResolutionTooLow);
    let pictures = findings.len() - over - left - coarse;
    let mut overset = Bilingual::new(
        format!("版面排不下：{over} 处溢文"),
        format!("the copy does not fit the page: {over} overset"),
    );
    if left > 0 {
        overset.zh += &format!("，{left} 件未上版");
        overset.en += &format!(", {left} left off");
    }
    let missing = Bilingual::new(
        format!("缺 {pictures} 幅图片，不能付印"),
        format!("{pictures} pictures are missing, so there is no press file"),
    );
    let too_coarse = Bilingual::new(
        format!("{coarse} 幅图片像素不足，不能付印"),
        format!("{coarse} pictures have too few pixels for a press"),
    );
    let told = [(over + left, overset), (pictures, missing), (coarse, too_coarse)];
    let told: Vec<Bilingual> =
        told.into_iter().filter(|(count, _)| *count > 0).map(|(_, words)| words).collect();
    let join = |of: fn(&Bilingual) -> &str, by| told.iter().map(of).collect::<Vec<_>>().join(by);
    Bilingual::new(join(|words| &words.zh, "；"), join(|words| &words.en, "; "))
}

/// The kinds of [`Error::NotFound`] in Chinese.
fn zh(kind: &str) -> &str {
    match kind {
        "house style" => "版式规范",
        "density step" => "版式档",
        other => other,
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.message())
    }
}

impl std::error::Error for Error {}
