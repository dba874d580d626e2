//! Spans: styled parts of a paragraph.

use std::ops::Range;

use crate::finding::{Bilingual, Finding, FindingCode, FindingPlace};
use crate::font::FontId;
use crate::intake::checker::RecordChecker;
use crate::intake::clean::{CleanedText, SpaceMeaning, clean};
use crate::model::{SpanStyle, TextSpan};
use crate::proto;
use crate::proto::span::Style;

/// Style of each byte of a text, one list per kind. Later spans of a kind override earlier ones.
struct ByteStyles<'a> {
    text: &'a str,
    faces: Vec<Option<FontId>>,
    emphasis_dots: Vec<bool>,
    superscripts: Vec<bool>,
    rubies: Vec<(Range<usize>, String)>,
}

impl RecordChecker<'_> {
    /// Returns the spans for setting, and moves the record's own spans to the cleaned text.
    pub(crate) fn check_spans(
        &mut self,
        text: &str,
        spans: &mut [proto::Span],
        cleaned: &CleanedText,
        place: &FindingPlace,
    ) -> Vec<TextSpan> {
        if spans.is_empty() {
            return Vec::new();
        }
        if !self.check_limit(place, "spans", spans.len(), self.context.limits.spans) {
            return Vec::new();
        }
        let count = text.chars().count();
        let len = cleaned.text.len();
        let mut styles = ByteStyles {
            text: &cleaned.text,
            faces: vec![None; len],
            emphasis_dots: vec![false; len],
            superscripts: vec![false; len],
            rubies: Vec::new(),
        };
        // Spans are a field beside their text in the record.
        let field = place.field.trim_end_matches(".text").to_owned();
        for (k, span) in spans.iter_mut().enumerate() {
            let place =
                FindingPlace::of_field(format!("{field}.spans[{k}]")).in_article(&place.article);
            let proto::Span { start, end, style } = span;
            if start >= end || *end as usize > count {
                self.report_error(
                    FindingCode::BadValue,
                    place,
                    format!("范围 {start}–{end} 超出文字（共 {count} 个字符）"),
                    format!("the range {start}–{end} is outside the text of {count} code points"),
                );
                continue;
            }
            // The record counts code points of the text as received, which cleaning may have moved.
            let bytes = cleaned.bytes_of_source(*start..*end);
            // The record is returned with the cleaned text, so its spans must fit that text.
            *start = count_code_points(&cleaned.text[..bytes.start]);
            *end = count_code_points(&cleaned.text[..bytes.end]);
            self.apply_style(&mut styles, bytes, style.as_mut(), place);
        }
        styles.into_spans()
    }

    fn apply_style(
        &mut self,
        styles: &mut ByteStyles<'_>,
        bytes: Range<usize>,
        style: Option<&mut Style>,
        place: FindingPlace,
    ) {
        let role = match style {
            Some(Style::Strong(true)) => "hei-bold",
            Some(Style::Kai(true)) => "kai",
            Some(Style::Fang(true)) => "fang",
            // Dots and superscripts go with any face, so they never conflict with one.
            Some(Style::EmphasisDot(true)) => return styles.emphasis_dots[bytes].fill(true),
            Some(Style::Superscript(true)) => return styles.superscripts[bytes].fill(true),
            Some(Style::Ruby(proto::Ruby { text })) => {
                return self.apply_ruby(styles, bytes, text, place);
            }
            Some(
                Style::Strong(false)
                | Style::Kai(false)
                | Style::Fang(false)
                | Style::EmphasisDot(false)
                | Style::Superscript(false),
            )
            | None => {
                return self.report_error(
                    FindingCode::BadValue,
                    place,
                    "没有样式",
                    "the span has no style",
                );
            }
        };
        // A font set without this role keeps the face of the text.
        let Some(face) = self.context.fonts.find_role(role) else { return };
        // One character has one face. Two requests for the same face are no conflict.
        let taken = &mut styles.faces[bytes];
        if taken.iter().any(|known| known.is_some_and(|known| known != face)) {
            self.note_overlap(place);
        }
        taken.fill(Some(face));
    }

    fn apply_ruby(
        &mut self,
        styles: &mut ByteStyles<'_>,
        bytes: Range<usize>,
        text: &mut String,
        place: FindingPlace,
    ) {
        let field =
            FindingPlace::of_field(format!("{}.ruby.text", place.field)).in_article(&place.article);
        let most = self.context.limits.headline_chars;
        if !self.check_limit(&field, "headline_chars", text.chars().count(), most) {
            return;
        }
        self.limit_combining_marks(text, &field);
        // A reading is Latin or bopomofo, so its marks and spaces are kept.
        let cleaned = clean(text, SpaceMeaning::Clause, self.context.switches, &field);
        self.report_missing_glyphs(&cleaned, &field);
        self.notes.extend(cleaned.notes);
        text.clone_from(&cleaned.text);
        if text.is_empty() {
            return self.report_error(
                FindingCode::BadValue,
                field,
                "注音为空",
                "the ruby reading is empty",
            );
        }
        // A character carries one reading, so a later one replaces those that it meets.
        let meets = |(range, _): &(Range<usize>, String)| {
            range.start < bytes.end && bytes.start < range.end
        };
        if styles.rubies.iter().any(meets) {
            self.note_overlap(place);
            styles.rubies.retain(|reading| !meets(reading));
        }
        // One reading per character, or one for the whole range.
        let below = styles.text[bytes.clone()].char_indices();
        let parts: Vec<&str> = text.split(' ').collect();
        if parts.len() == below.clone().count() {
            let each = below.zip(parts).map(|((at, c), part)| {
                let start = bytes.start + at;
                (start..start + c.len_utf8(), part.to_owned())
            });
            styles.rubies.extend(each);
        } else if !bytes.is_empty() {
            // Cleaning may have removed all characters of the range.
            styles.rubies.push((bytes, text.clone()));
        }
    }

    fn note_overlap(&mut self, place: FindingPlace) {
        let words = Bilingual::new(
            "与前一样式重叠，以后者为准",
            "overlaps another style; the later one is used",
        );
        self.notes.push(Finding::new(FindingCode::GuessedLine, place, words));
    }
}

impl ByteStyles<'_> {
    fn into_spans(mut self) -> Vec<TextSpan> {
        let mut out = Vec::new();
        for_each_run(&self.faces, |range, face| {
            out.extend(face.map(|face| TextSpan { range, style: SpanStyle::Face(face) }));
        });
        for (flags, style) in [
            (&self.emphasis_dots, SpanStyle::EmphasisDot),
            (&self.superscripts, SpanStyle::Superscript),
        ] {
            for_each_run(flags, |range, on| {
                out.extend(on.then(|| TextSpan { range, style: style.clone() }));
            });
        }
        // Spans of one kind must be in order, and readings were added in the order of the record.
        self.rubies.sort_by_key(|(range, _)| range.start);
        let readings = self.rubies.into_iter();
        out.extend(readings.map(|(range, text)| TextSpan { range, style: SpanStyle::Ruby(text) }));
        out
    }
}

/// Calls `run` for each run of equal values, in order.
fn for_each_run<T: Copy + PartialEq>(values: &[T], mut run: impl FnMut(Range<usize>, T)) {
    let mut start = 0;
    for end in 1..=values.len() {
        // The last run has no value after it that differs, so the end of the list closes it.
        if end == values.len() || values[end] != values[start] {
            run(start..end, values[start]);
            start = end;
        }
    }
}

fn count_code_points(text: &str) -> u32 {
    text.chars().fold(0, |count, _| count + 1)
}
