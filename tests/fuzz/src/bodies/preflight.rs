//! Finished PDFs, anybody's.

use banmian::model::{PictureResolution, PressProfile};
use banmian::preflight::{PressRequirements, check};
use banmian::unit::Abs;

use super::page::engine;
use super::sampled;

/// Looks a PDF over with all that may be wanted of one.
pub fn preflight(data: &[u8]) -> bool {
    let profile = if sampled(data, 2) { PressProfile::X1a } else { PressProfile::X4 };
    let wanted = PressRequirements {
        profile: Some(profile),
        ink_limit: Some(2_400),
        picture_resolution: Some(PictureResolution {
            error_below: 150,
            warning_below: 200,
            reduce_to: 200,
            reduce_above: 300,
        }),
        trim_size: Some((Abs::mm(200), Abs::mm(300))),
        expected_text: Some("中".to_owned()),
        ..PressRequirements::default()
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
