//! Texts of a record: limits, cleaning, spans.

use crate::finding::{Bilingual, Finding, FindingCode, FindingPlace};
use crate::intake::checker::{FieldRules, RecordChecker};
use crate::intake::clean::{CleanedText, clean};
use crate::model::{CopyText, SpanStyle, TextSpan};
use crate::proto;
use crate::script::is_combining;

impl RecordChecker<'_> {
    /// Cleans a text in place.
    pub(crate) fn clean_text(
        &mut self,
        text: &mut String,
        place: &FindingPlace,
        kind: FieldRules,
    ) -> CopyText {
        self.clean_spanned_text(text, &mut [], place, kind)
    }

    /// Cleans a text in place, together with its spans.
    pub(crate) fn clean_spanned_text(
        &mut self,
        text: &mut String,
        spans: &mut [proto::Span],
        place: &FindingPlace,
        kind: FieldRules,
    ) -> CopyText {
        // Length in bytes first: counting the code points of a hostile text costs time too.
        let count = if text.len() <= kind.chars_max { text.len() } else { text.chars().count() };
        let name = match kind.chars_max {
            most if most == self.context.limits.article_chars => "article_chars",
            most if most == self.context.limits.headline_chars => "headline_chars",
            _ => "line_chars",
        };
        if !self.check_limit(place, name, count, kind.chars_max) {
            return CopyText::default();
        }
        self.char_count += count;
        self.limit_combining_marks(text, place);
        let cleaned = clean(text, kind.spaces, self.context.switches, place);
        self.report_missing_glyphs(&cleaned, place);
        let spans = self.check_spans(text, spans, &cleaned, place);
        self.notes.extend(cleaned.notes);
        text.clone_from(&cleaned.text);
        CopyText { text: cleaned.text, spans, field: place.field.clone(), prefix_bytes: 0 }
    }

    /// R85: reports every character that no face has, at its first place.
    pub(crate) fn report_missing_glyphs(&mut self, cleaned: &CleanedText, place: &FindingPlace) {
        let mut reported: Vec<char> = Vec::new();
        for (c, at) in cleaned.chars() {
            // Tests check that every face of the catalog has these.
            // Most characters take this way, and asking every face for each of them would be slow.
            let common = c.is_ascii() || matches!(c, '\u{4e00}'..='\u{9fa5}');
            if common || c.is_whitespace() || reported.contains(&c) || self.context.fonts.covers(c)
            {
                continue;
            }
            reported.push(c);
            let finding = missing_glyph(c, place.clone().at_range(at..at + 1));
            self.errors.push(finding);
        }
    }

    pub(crate) fn limit_combining_marks(&mut self, text: &str, place: &FindingPlace) {
        let most = self.context.limits.combining_marks;
        let mut run = 0;
        for (at, c) in (0_u32..).zip(text.chars()) {
            run = if is_combining(c) { run + 1 } else { 0 };
            if run > most {
                self.check_limit(&place.clone().at_range(at..at + 1), "combining_marks", run, most);
                // One error is enough: the run goes on with every further mark.
                return;
            }
        }
    }

    /// Cleans a head. A line end in it asks for a line break there; a space takes its place.
    pub(crate) fn clean_head_text(&mut self, text: &mut String, place: &FindingPlace) -> CopyText {
        let lines = self.clean_lines(text, place, self.head_rules());
        let mut lines = lines.into_iter();
        let Some(first) = lines.next() else { return CopyText::default() };
        lines.fold(first, |mut head, line| {
            // The span covers the space that stands for the line end, after which the line breaks.
            let at = head.text.len();
            head.spans.push(TextSpan { range: at..at + 1, style: SpanStyle::ForcedBreak });
            head.text = format!("{} {}", head.text, line.text);
            head
        })
    }

    /// Cleans a text and splits it at its line ends, without empty lines.
    pub(crate) fn clean_lines(
        &mut self,
        text: &mut String,
        place: &FindingPlace,
        kind: FieldRules,
    ) -> Vec<CopyText> {
        let mut parts: Vec<String> = text.split('\n').map(str::to_owned).collect();
        let lines: Vec<CopyText> = parts
            .iter_mut()
            .map(|part| self.clean_text(part, place, kind))
            .filter(|t| !t.is_empty())
            .collect();
        // Written back without the empty lines, so that checking the record again changes nothing.
        *text = lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n");
        lines
    }
}

/// Finding for a character that no face has.
pub(crate) fn missing_glyph(c: char, place: FindingPlace) -> Finding {
    let code = u32::from(c);
    let words = Bilingual::new(
        format!("字库中没有“{c}”（U+{code:04X}）"),
        format!("no font has “{c}” (U+{code:04X})"),
    );
    Finding::new(FindingCode::MissingGlyph, place, words).with_rule("R85")
}
