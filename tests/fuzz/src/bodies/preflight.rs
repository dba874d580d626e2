//! Finished PDFs, anybody's.

use banmian::model::{PressProfile, Resolution};
use banmian::preflight::{Wanted, check};
use banmian::unit::Abs;

use super::page::engine;
use super::sampled;

/// Looks a PDF over with all that may be wanted of one.
pub fn preflight(data: &[u8]) -> bool {
    let profile = if sampled(data, 2) { PressProfile::X1a } else { PressProfile::X4 };
    let wanted = Wanted {
        profile: Some(profile),
        ink_most: Some(2_400),
        ppi: Some(Resolution { error: 150, warning: 200, screen: 200, reduce: 300 }),
        trim: Some((Abs::mm(200), Abs::mm(300))),
        text: Some("中".to_owned()),
        ..Wanted::default()
    };
    let found = check(data, &wanted);
    for finding in &found.findings {
        let words = &finding.message;
        assert!(!words.zh.is_empty() && !words.en.is_empty(), "{finding:?}");
    }
    if sampled(data, 8) {
        let again = check(data, &wanted);
        assert_eq!(again.facts, found.facts, "the same file, other facts");
        assert_eq!(format!("{:?}", again.findings), format!("{:?}", found.findings));
        let told = engine().preflight(data, "a.pdf", "", "").expect("the style of the binary");
        assert!(told.0.passed || !told.0.findings.is_empty());
    }
    let opened = !found.facts.version.is_empty();
    assert!(opened || !found.passed(), "what cannot be opened cannot pass");
    opened
}
