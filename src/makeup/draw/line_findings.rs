//! Faults in the lines of bodies: counts for the report, and findings for the faults that an editor
//! should check.

use std::ops::Range;

use crate::finding::{Bilingual, Finding, FindingCode, FindingPlace};
use crate::fit::{BodyRow, ComposedBody, ShapedBlock, ShapedItem, ShapedText};
use crate::line::{TextLine, line_faults};
use crate::makeup::draw::body_row::text_of_row;
use crate::makeup::page::LineQuality;
use crate::unit::Em;

/// Number of lines of a body, without white rows.
pub(crate) fn count_text_lines(body: &ComposedBody) -> usize {
    text_lines(body).count()
}

fn text_lines(body: &ComposedBody) -> impl Iterator<Item = &BodyRow> {
    body.rows.iter().filter(|row| !row.line.units.is_empty())
}

/// Inspects the lines of one body after another.
pub(crate) struct LineInspector {
    /// Limit on gaps, in thousandths of an em.
    gap_limit_milli: i64,
    /// Counts over all bodies so far.
    pub(crate) quality: LineQuality,
    /// Findings that have not been moved to the page yet.
    pub(crate) findings: Vec<Finding>,
}

impl LineInspector {
    pub(crate) fn new(gap_limit_milli: i64) -> Self {
        Self { gap_limit_milli, quality: LineQuality::default(), findings: Vec::new() }
    }

    /// Counts the faults in the lines of a body, and adds a finding for each lifted prohibition,
    /// each runt and each wide gap. `chars` is the measure in 字.
    pub(crate) fn inspect_body(&mut self, item: &ShapedItem, body: &ComposedBody, chars: i64) {
        for row in text_lines(body) {
            let Some(text) = text_of_row(item, row) else { continue };
            let article_id = &item.member_of_block(row.source.block).id;
            let place = |bytes: Range<usize>| {
                FindingPlace::of_field(&*text.field)
                    .in_article(article_id)
                    .at_range(field_chars(text, bytes))
            };
            let bytes = row.line.text_range(&text.paragraph);
            self.quality.line_count += 1;
            let gap = row.line.justification.even_gap();
            // Strictly wider, so the first of equally wide gaps is named.
            if gap > self.quality.worst_gap {
                self.quality.worst_gap = gap;
                self.quality.worst_article.clone_from(article_id);
                text.paragraph.text()[bytes.clone()].clone_into(&mut self.quality.worst_text);
            }
            // A last line of one character is a fault only in texts that are justified.
            let block = &item.body[row.source.block];
            let is_justified = matches!(block, ShapedBlock::Paragraph(_) | ShapedBlock::Aside(_));
            for fault in line_faults(&text.paragraph, &row.line, Em::zi(chars)) {
                let is_runt = fault.rule == "R43";
                if is_runt && !is_justified {
                    continue;
                }
                let counts = self.quality.findings_by_rule.entry(fault.rule).or_default();
                counts[usize::from(fault.is_error)] += 1;
                // Wide gaps (R37) have a finding of their own below.
                let is_prohibition = !is_runt && fault.rule != "R37";
                if is_prohibition && row.line.lifted_prohibition.is_some() {
                    self.findings.push(relaxed_line_finding(place(bytes.clone()), fault.rule));
                } else if is_runt && fault.is_error {
                    self.findings.push(runt_finding(place(bytes.clone())));
                }
            }
            // A line with nothing to stretch ends before the measure.
            let is_short = row.line.justification.remainder > Em::ZERO;
            if gap.to_milli() > self.gap_limit_milli || is_short {
                self.findings.push(self.wide_gap_finding(place(bytes), &row.line));
            }
        }
    }

    fn wide_gap_finding(&self, place: FindingPlace, line: &TextLine) -> Finding {
        let limit = decimal_em(self.gap_limit_milli);
        let remainder = line.justification.remainder.to_milli();
        let message = if remainder > 0 {
            let remainder = decimal_em(remainder);
            Bilingual::new(
                format!("此行没有可拉伸的间距，短 {remainder} 字"),
                format!("the line has no gap to stretch and ends {remainder} em short"),
            )
        } else {
            let gap = decimal_em(line.justification.even_gap().to_milli());
            Bilingual::new(
                format!("字距 {gap} 字，超过上限 {limit} 字"),
                format!("gaps of {gap} em; the limit is {limit} em"),
            )
        };
        Finding::new(FindingCode::WideGap, place, message).with_rule("R37")
    }
}

/// Returns a length that is not negative, given in thousandths of an em, as a decimal number.
fn decimal_em(milli: i64) -> String {
    format!("{}.{:03}", milli / 1000, milli % 1000)
}

/// Code points of the field's own content in a byte range of its text.
fn field_chars(text: &ShapedText, bytes: Range<usize>) -> Range<u32> {
    let chars_to = |byte: usize| {
        let content = &text.paragraph.text()[text.prefix_bytes.min(byte)..byte];
        u32::try_from(content.chars().count()).unwrap_or(u32::MAX)
    };
    chars_to(bytes.start)..chars_to(bytes.end)
}

/// Builds the finding for a line that could only be broken against a prohibition.
fn relaxed_line_finding(place: FindingPlace, rule: &'static str) -> Finding {
    let message = Bilingual::new(
        "此处无法遵守避头尾或不可分规则",
        "no line break here obeys the rules on line starts, line ends and inseparable runs",
    );
    Finding::new(FindingCode::RelaxedBreak, place, message).with_rule(rule)
}

/// Builds the finding for a last line of one character (孤字).
fn runt_finding(place: FindingPlace) -> Finding {
    let message = Bilingual::new("末行只有一个字", "the last line has one character");
    Finding::new(FindingCode::Runt, place, message).with_rule("R43")
}
