//! Findings in a press file, and the collector that is filled while a file is read.

use std::collections::BTreeMap;

use crate::finding::{Bilingual, Severity};
use crate::preflight::check::PressCheck;
use crate::unit::Rect;

/// A finding in a press file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PressFinding {
    /// Check that failed.
    pub check: PressCheck,
    /// Severity, which the house style may have set.
    pub severity: Severity,
    /// Page, from 1; 0 for the file as a whole.
    pub page: usize,
    /// Object or resource, e.g. `12 0 R` or the name of a font; may be empty.
    pub object: String,
    /// Place, from the top left of the trim; the first of several places.
    pub rect: Option<Rect>,
    /// Number of places.
    pub count: usize,
    /// Description of the fault.
    pub message: Bilingual,
}

/// Site of a finding.
#[derive(Clone, Copy)]
pub(crate) struct FindingSite<'a> {
    /// Page, from 1; 0 for the file as a whole.
    pub(crate) page: usize,
    /// Object or resource; may be empty.
    pub(crate) object: &'a str,
    /// Place, from the top left of the trim.
    pub(crate) rect: Option<Rect>,
}

impl<'a> FindingSite<'a> {
    /// An object of a page, without a place.
    pub(crate) fn object(page: usize, object: &'a str) -> Self {
        Self { page, object, rect: None }
    }
}

/// Collector of the findings of a file. Findings of one check at one object become a single one
/// with a count.
#[derive(Debug, Default)]
pub(crate) struct FindingCollector {
    findings: BTreeMap<(usize, PressCheck, String), PressFinding>,
    /// Number of findings beyond those listed.
    unlisted_count: usize,
}

/// Largest number of findings that are listed. Nobody reads more one by one.
const LISTED_MAX: usize = 200;

impl FindingCollector {
    /// Adds a finding. `message` is called only for the first finding of a check at an object.
    pub(crate) fn add(
        &mut self,
        check: PressCheck,
        site: FindingSite<'_>,
        message: impl FnOnce() -> Bilingual,
    ) {
        let FindingSite { page, object, rect } = site;
        let key = (page, check, object.to_owned());
        if let Some(finding) = self.findings.get_mut(&key) {
            finding.count += 1;
        } else if self.findings.len() >= LISTED_MAX {
            // A finding that is listed already goes on counting beyond the limit.
            self.unlisted_count += 1;
        } else {
            let (severity, object) = (check.severity(), object.to_owned());
            let message = message();
            let finding = PressFinding { check, severity, page, object, rect, count: 1, message };
            self.findings.insert(key, finding);
        }
    }

    /// Adds a finding of a page whose severity is a matter of degree.
    pub(crate) fn add_graded(
        &mut self,
        check: PressCheck,
        severity: Severity,
        page: usize,
        rect: Option<Rect>,
        message: Bilingual,
    ) {
        self.add(check, FindingSite { page, object: "", rect }, || message);
        // The finding may be beyond the listed ones, and then there is nothing to grade.
        if let Some(finding) = self.findings.get_mut(&(page, check, String::new())) {
            finding.severity = severity;
        }
    }

    /// Adds a finding of the file as a whole.
    pub(crate) fn add_for_file(&mut self, check: PressCheck, object: &str, zh: &str, en: &str) {
        self.add(check, FindingSite::object(0, object), || Bilingual::new(zh, en));
    }

    /// Returns the findings, gravest first, then by page. `severities` replace those by default.
    pub(crate) fn into_sorted(self, severities: &[(PressCheck, Severity)]) -> Vec<PressFinding> {
        let mut all: Vec<PressFinding> = self.findings.into_values().collect();
        for finding in all.iter_mut().filter(|finding| finding.count > 1) {
            let count = finding.count;
            finding.message.zh += &format!("（共 {count} 处）");
            finding.message.en += &format!(" ({count} places)");
        }
        // Before the sort, which goes by severity.
        for (check, severity) in severities {
            let of_check = all.iter_mut().filter(|finding| finding.check == *check);
            of_check.for_each(|finding| finding.severity = *severity);
        }
        // The sort is stable: within a severity, findings stay in the order of their keys.
        all.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        if self.unlisted_count > 0 {
            let count = self.unlisted_count;
            // After the sort, so that it stands at the end.
            all.push(PressFinding {
                check: PressCheck::MoreFindings,
                severity: Severity::Info,
                page: 0,
                object: String::new(),
                rect: None,
                count,
                message: Bilingual::new(format!("另有 {count} 条"), format!("and {count} more")),
            });
        }
        all
    }
}
