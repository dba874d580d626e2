//! Preflight of a press file that has just been written.

use crate::engine::press_requirements::press_requirements;
use crate::engine::render_context::RenderContext;
use crate::finding::{Bilingual, Finding, FindingCode, FindingPlace};
use crate::page::Page;
use crate::preflight::{PressCheck, PressFinding, PressRequirements, check};
use crate::proto::{self, Policy};
use crate::report;
use crate::unit::{Abs, Rect};

/// Distance beyond the trim within which marks may stand.
const MARKS_DISTANCE: Abs = Abs::mm(100);

/// Preflight of a press file.
pub(crate) struct CheckedPressFile {
    pub(crate) report: proto::Preflight,
    /// Findings that keep the file from going to press.
    pub(crate) errors: Vec<Finding>,
}

/// Reads a finished press file and compares it with the page, its profile and the house style.
/// `slug` is the page with the marks around the trim, which is drawn on every page.
pub(crate) fn preflight_press_file(
    context: &RenderContext<'_>,
    slug: Option<&Page>,
    file_name: &str,
    bytes: &[u8],
) -> CheckedPressFile {
    let (style, profile) = (context.style, context.settings.profile);
    let mut furniture: Vec<Rect> = context.page.furniture.iter().map(|piece| piece.rect).collect();
    if style.press.has_marks {
        furniture.extend(rects_around(style.trim));
    }
    let pages = &context.page.pages;
    // The text of the slug is in the file after that of each page.
    let pages = pages.iter().flat_map(|page| [Some(page), slug].into_iter().flatten());
    let requirements = PressRequirements {
        type_area: Some(style.type_area),
        furniture,
        expected_text: Some(pages.flat_map(Page::runs).map(|run| &*run.text).collect()),
        ..press_requirements(style, profile)
    };
    let checked = check(bytes, &requirements);
    // The policy has already rejected pictures with too few pixels, with their field. Too much ink
    // in a CMYK picture is only reported under the policy MARK, and leaves no file under STRICT.
    let is_inked = |finding: &Finding| finding.code == FindingCode::TooMuchInk;
    let accepts_ink = context.policy == Policy::Mark && context.all_findings().any(is_inked);
    let keeps_from_press = |finding: &&PressFinding| {
        let is_accepted_ink = accepts_ink && finding.check == PressCheck::TotalInk;
        finding.check != PressCheck::CoarsePicture && !is_accepted_ink
    };
    let errors = checked.errors().filter(keeps_from_press).map(finding_of_file).collect();
    CheckedPressFile { report: report::preflight(&checked, file_name, Some(profile)), errors }
}

/// Strips on the four sides of the trim, where marks stand.
fn rects_around((width, height): (Abs, Abs)) -> [Rect; 4] {
    let far = MARKS_DISTANCE;
    [
        Rect::new(-far, -far, width + far * 2, far),
        Rect::new(-far, height, width + far * 2, far),
        Rect::new(-far, -far, far, height + far * 2),
        Rect::new(width, -far, far, height + far * 2),
    ]
}

/// Finding of the call for a finding in its press file.
fn finding_of_file(finding: &PressFinding) -> Finding {
    let message = Bilingual::new(
        format!("{}：{}", finding.check.id(), finding.message.zh),
        format!("{}: {}", finding.check.id(), finding.message.en),
    );
    let place = FindingPlace::of_field("outputs").on_page(finding.rect);
    Finding::new(FindingCode::PreflightFailed, place, message).with_rule(finding.check.rule())
}
