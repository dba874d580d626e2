//! Finished PDFs from any source.

use banmian::model::{PictureResolution, PressProfile};
use banmian::preflight::{PressRequirements, check};
use banmian::unit::Abs;

use super::page::engine;
use super::sampled;

/// Runs preflight on a PDF with every requirement set.
pub fn preflight(data: &[u8]) -> bool {
    let profile = if sampled(data, 2) { PressProfile::X1a } else { PressProfile::X4 };
    let requirements = PressRequirements {
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
    let found = check(data, &requirements);
    for finding in &found.findings {
        let words = &finding.message;
        assert!(!words.zh.is_empty() && !words.en.is_empty(), "{finding:?}");
    }
    if sampled(data, 8) {
        let again = check(data, &requirements);
        assert_eq!(again.facts, found.facts, "the same file, other facts");
        assert_eq!(format!("{:?}", again.findings), format!("{:?}", found.findings));
        let answer = engine().preflight(data, "a.pdf", "", "").expect("the style of the binary");
        assert!(answer.0.passed || !answer.0.findings.is_empty());
    }
    let opened = !found.facts.version.is_empty();
    assert!(opened || !found.passed(), "what cannot be opened cannot pass");
    opened
}
