//! Severities that a house style gives to findings.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::finding::{FindingCode, Severity};

/// Severity as written in a house style.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum SeverityFile {
    Info,
    Warning,
    Error,
}

impl SeverityFile {
    fn resolve(self) -> Severity {
        match self {
            Self::Info => Severity::Info,
            Self::Warning => Severity::Warning,
            Self::Error => Severity::Error,
        }
    }
}

/// Prefix of the codes of findings in finished files.
const PREFLIGHT_PREFIX: &str = "BM-PREFLIGHT-";

/// Returns the severities of findings about the layout.
///
/// # Errors
/// An unknown code; a code that is always an error: a house style cannot change errors of the
/// input.
pub(crate) fn layout_severities(
    file: &BTreeMap<String, SeverityFile>,
) -> Result<Vec<(FindingCode, Severity)>, String> {
    let resolve = |(id, severity): (&String, &SeverityFile)| {
        let code = FindingCode::ALL.into_iter().find(|code| code.id() == id);
        let code = code.ok_or_else(|| format!("severity: unknown finding {id}"))?;
        if code.severity() == Severity::Error {
            return Err(format!("severity: {id} is always an error"));
        }
        Ok((code, severity.resolve()))
    };
    file.iter().filter(|(id, _)| !id.starts_with(PREFLIGHT_PREFIX)).map(resolve).collect()
}

/// Returns the severities of findings in finished files. The engine checks their codes, which it
/// knows.
pub(crate) fn preflight_severities(
    file: &BTreeMap<String, SeverityFile>,
) -> Vec<(String, Severity)> {
    let of_files = file.iter().filter(|(id, _)| id.starts_with(PREFLIGHT_PREFIX));
    of_files.map(|(id, severity)| (id.clone(), severity.resolve())).collect()
}
