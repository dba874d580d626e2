//! What stands between the lines: dots of emphasis and readings, or what takes their place where the
//! white is too narrow.

use std::borrow::Cow;

use crate::finding::{Bilingual, Finding, FindingCode, FindingPlace};
use crate::font::FontSet;
use crate::model::{Article, BodyBlock, CopyText, DensityStep, HouseStyle, SpanStyle, TextSpan};
use crate::unit::Em;

/// What the white between the lines of a step holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Leading {
    /// Dots and readings.
    Open,
    /// Nothing.
    Tight,
}

/// The white that interlinear marks need. CLREQ `#interlinear_annotations`: half a 字.
const NEEDED: Em = Em::HALF;

impl Leading {
    /// What the lines of a step leave between them.
    pub fn of(style: &HouseStyle, step: &DensityStep) -> Self {
        let size = style.body.size(step);
        let white = (step.pitch - size.height).in_em(size.height);
        if white >= NEEDED { Self::Open } else { Self::Tight }
    }
}

/// Whether an article has marks between its lines.
pub fn has_interlinear_marks(article: &Article) -> bool {
    let texts = article.body.iter().flat_map(BodyBlock::texts);
    texts.flat_map(|text| &text.spans).any(|span| is_interline(&span.style))
}

fn is_interline(dress: &SpanStyle) -> bool {
    matches!(dress, SpanStyle::EmphasisDot | SpanStyle::Ruby(_))
}

/// A text as its lead allows: dots give way to bold sans, readings stand behind their characters in
/// brackets. Each is told.
pub(crate) fn dressed<'a>(
    text: &'a CopyText,
    lead: Leading,
    fonts: &FontSet,
    article: &str,
    notes: &mut Vec<Finding>,
) -> Cow<'a, CopyText> {
    if lead == Leading::Open || !text.spans.iter().any(|span| is_interline(&span.style)) {
        return Cow::Borrowed(text);
    }
    let mut out = text.clone();
    let bold = fonts.find_role("hei-bold");
    let mut readings: Vec<(usize, &str)> = Vec::new();
    for (span, given) in out.spans.iter_mut().zip(&text.spans) {
        let (zh, en) = match &given.style {
            SpanStyle::EmphasisDot => {
                span.style = bold.map_or(SpanStyle::Unbroken, SpanStyle::Face);
                ("行距容不下着重号，改用黑体", "no room for dots between the lines: set bold")
            }
            SpanStyle::Ruby(reading) => {
                span.style = SpanStyle::Unbroken;
                readings.push((given.range.end, reading));
                (
                    "行距容不下注音，改在字后加括号",
                    "no room for readings between the lines: set in brackets",
                )
            }
            SpanStyle::Face(_)
            | SpanStyle::Superscript
            | SpanStyle::Unbroken
            | SpanStyle::Dateline
            | SpanStyle::ForcedBreak => {
                continue;
            }
        };
        let points = |at: usize| {
            let own = &text.text[text.prefix_bytes.min(at)..at];
            u32::try_from(own.chars().count()).unwrap_or(u32::MAX)
        };
        let range = points(given.range.start)..points(given.range.end);
        let place = FindingPlace::of_field(&text.field).in_article(article).at_range(range);
        notes.push(Finding::new(FindingCode::SubstitutedStyle, place, Bilingual::new(zh, en)));
    }
    // From the end, so that what lies before stays where it is.
    readings.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    for (at, reading) in readings {
        let note = format!("（{reading}）");
        out.text.insert_str(at, &note);
        let moved = |place: usize| if place > at { place + note.len() } else { place };
        for span in &mut out.spans {
            let TextSpan { range, .. } = span;
            // What ends here stays in front of the brackets, what starts here goes behind them.
            let start = if range.start >= at { range.start + note.len() } else { range.start };
            *range = start..moved(range.end);
        }
    }
    if let Some(bold) = bold {
        out.spans = over(out.spans, &SpanStyle::Face(bold));
    }
    Cow::Owned(out)
}

/// The spans with one face over all others: faces in order again, none overlapping.
fn over(spans: Vec<TextSpan>, face: &SpanStyle) -> Vec<TextSpan> {
    let (upper, lower): (Vec<TextSpan>, Vec<TextSpan>) =
        spans.into_iter().partition(|span| span.style == *face);
    let mut out = Vec::with_capacity(upper.len() + lower.len());
    for span in lower {
        let mut start = span.range.start;
        if matches!(span.style, SpanStyle::Face(_)) {
            for cover in &upper {
                if cover.range.end <= start {
                    continue;
                }
                let end = cover.range.start.min(span.range.end);
                if start < end {
                    out.push(TextSpan { range: start..end, style: span.style.clone() });
                }
                start = start.max(cover.range.end);
            }
        }
        if start < span.range.end {
            out.push(TextSpan { range: start..span.range.end, style: span.style });
        }
    }
    out.extend(upper);
    out.sort_by_key(|span| span.range.start);
    out
}
