//! Interlinear marks: emphasis dots and readings between the lines, and what replaces them where
//! the leading is too small.

#![expect(clippy::cast_possible_truncation, reason = "texts are far below 4 GiB by the limits")]

use std::borrow::Cow;

use crate::finding::{Bilingual, Finding, FindingCode, FindingPlace};
use crate::font::FontSet;
use crate::model::{Article, BodyBlock, CopyText, DensityStep, HouseStyle, SpanStyle, TextSpan};
use crate::unit::Em;

/// Whether the white between the lines of a density step (行距) holds interlinear marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Leading {
    /// Wide enough for dots and readings.
    Open,
    /// Too narrow for either.
    Tight,
}

/// Least white between lines that holds interlinear marks. CLREQ `#interlinear_annotations`: half a
/// 字.
const INTERLINEAR_WHITE_MIN: Em = Em::HALF;

impl Leading {
    /// Returns the leading of a density step.
    pub fn of(style: &HouseStyle, step: &DensityStep) -> Self {
        let size = style.body.size(step);
        let white = (step.pitch - size.height).in_em(size.height);
        if white >= INTERLINEAR_WHITE_MIN { Self::Open } else { Self::Tight }
    }
}

/// True if an article has marks between its lines.
pub fn has_interlinear_marks(article: &Article) -> bool {
    let texts = article.body.iter().flat_map(BodyBlock::texts);
    texts.flat_map(|text| &text.spans).any(|span| is_interlinear(&span.style))
}

/// True if a style puts a mark between the lines.
fn is_interlinear(style: &SpanStyle) -> bool {
    matches!(style, SpanStyle::EmphasisDot | SpanStyle::Ruby(_))
}

/// Returns a text as its leading allows. Where that is too tight, dots become bold sans, readings
/// move behind their characters in brackets, and each replacement adds to `findings`.
pub(crate) fn dress_for_leading<'a>(
    text: &'a CopyText,
    leading: Leading,
    fonts: &FontSet,
    article_id: &str,
    findings: &mut Vec<Finding>,
) -> Cow<'a, CopyText> {
    let has_marks = text.spans.iter().any(|span| is_interlinear(&span.style));
    // Nearly every text: borrowed, not copied.
    if leading == Leading::Open || !has_marks {
        return Cow::Borrowed(text);
    }
    let mut dressed = text.clone();
    let bold = fonts.find_role("hei-bold");
    // End of the characters below each reading, and its text.
    let mut readings: Vec<(usize, &str)> = Vec::new();
    for (span, original) in dressed.spans.iter_mut().zip(&text.spans) {
        let (zh, en) = match &original.style {
            SpanStyle::EmphasisDot => {
                // A paper without that face shows no emphasis here.
                span.style = bold.map_or(SpanStyle::Unbroken, SpanStyle::Face);
                (
                    "行间容不下着重号，改用黑体",
                    "no room for emphasis dots between the lines: set in bold",
                )
            }
            SpanStyle::Ruby(reading) => {
                span.style = SpanStyle::Unbroken;
                // Inserted after the loop: the spans still count in bytes of the original.
                readings.push((original.range.end, reading));
                (
                    "行间容不下注音，改为在字后括注",
                    "no room for ruby between the lines: set in brackets",
                )
            }
            SpanStyle::Face(_)
            | SpanStyle::Superscript
            | SpanStyle::Unbroken
            | SpanStyle::Dateline
            | SpanStyle::ForcedBreak => continue,
        };
        // A finding counts the characters of the field, without what was put before them.
        let field_index = |byte: usize| {
            let before = &text.text[text.prefix_bytes.min(byte)..byte];
            before.chars().count() as u32
        };
        let range = field_index(original.range.start)..field_index(original.range.end);
        let place = FindingPlace::of_field(&text.field).in_article(article_id).at_range(range);
        findings.push(Finding::new(FindingCode::SubstitutedStyle, place, Bilingual::new(zh, en)));
    }
    insert_readings(&mut dressed, readings);
    // New bold spans may lie inside spans of other faces, which the shaper does not allow.
    if let Some(bold) = bold {
        dressed.spans = overlay_face(dressed.spans, &SpanStyle::Face(bold));
    }
    Cow::Owned(dressed)
}

/// Inserts readings in brackets, each at a byte of the text, and moves the spans behind them.
fn insert_readings(text: &mut CopyText, mut readings: Vec<(usize, &str)>) {
    // From the end, so that earlier offsets stay valid.
    readings.sort_by_key(|(byte, _)| std::cmp::Reverse(*byte));
    for (byte, reading) in readings {
        let brackets = format!("（{reading}）");
        text.text.insert_str(byte, &brackets);
        let length = brackets.len();
        for TextSpan { range, .. } in &mut text.spans {
            // A span that ends here stays in front of the brackets, one that starts here goes
            // behind.
            let start = if range.start >= byte { range.start + length } else { range.start };
            let end = if range.end > byte { range.end + length } else { range.end };
            *range = start..end;
        }
    }
}

/// Lays one face over all other faces, so that faces are again in order and do not overlap.
fn overlay_face(spans: Vec<TextSpan>, face: &SpanStyle) -> Vec<TextSpan> {
    let (upper, lower): (Vec<TextSpan>, Vec<TextSpan>) =
        spans.into_iter().partition(|span| span.style == *face);
    let mut out = Vec::with_capacity(upper.len() + lower.len());
    for span in lower {
        let mut start = span.range.start;
        if matches!(span.style, SpanStyle::Face(_)) {
            // Keep only the parts between the spans that cover this one.
            for cover in &upper {
                // Covers are in order, so one that ends before here matters no more.
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
    // The covering spans fill the gaps that were left for them.
    out.extend(upper);
    out.sort_by_key(|span| span.range.start);
    out
}
