//! Texts of a record: limits, cleaning, spans.

use std::ops::Range;

use crate::diag::{Code, Diagnostic, Place, Words};
use crate::font::FontId;
use crate::intake::check::{Check, Kind};
use crate::intake::clean::{Cleaned, clean};
use crate::model::Text;
use crate::proto;
use crate::proto::span::Style;
use crate::script::is_combining;

impl Check<'_> {
    /// Cleans one text in place.
    pub(crate) fn text(&mut self, text: &mut String, place: &Place, kind: Kind) -> Text {
        self.spanned(text, &mut [], place, kind)
    }

    /// Cleans one text in place, with its spans.
    pub(crate) fn spanned(
        &mut self,
        text: &mut String,
        spans: &mut [proto::Span],
        place: &Place,
        kind: Kind,
    ) -> Text {
        // Bytes first: counting code points of a hostile text is work too.
        let count = if text.len() <= kind.most { text.len() } else { text.chars().count() };
        let name = match kind.most {
            most if most == self.context.limits.article_chars => "article_chars",
            most if most == self.context.limits.headline_chars => "headline_chars",
            _ => "line_chars",
        };
        if !self.limit(place.clone(), name, count, kind.most) {
            return Text::default();
        }
        self.chars += count;
        self.combining(text, place);
        let cleaned = clean(text, kind.spaces, self.context.switches, place);
        self.glyphs(&cleaned, place);
        let faces = self.spans(text, spans, &cleaned, place);
        self.notes.extend(cleaned.notes);
        text.clone_from(&cleaned.text);
        Text { text: cleaned.text, faces, field: place.field.clone() }
    }

    /// R85: every character that no face has, at its first place.
    fn glyphs(&mut self, cleaned: &Cleaned, place: &Place) {
        let mut told: Vec<char> = Vec::new();
        for (c, at) in cleaned.chars() {
            // What every face of the catalog is tested to hold needs no look.
            let common = c.is_ascii() || matches!(c, '\u{4e00}'..='\u{9fa5}');
            if common || c.is_whitespace() || told.contains(&c) || self.context.fonts.covers(c) {
                continue;
            }
            told.push(c);
            let finding = no_glyph(c, place.clone().at(at..at + 1));
            self.errors.push(finding);
        }
    }

    pub(crate) fn combining(&mut self, text: &str, place: &Place) {
        let most = self.context.limits.combining_marks;
        let mut run = 0;
        for (at, c) in text.chars().enumerate() {
            run = if is_combining(c) { run + 1 } else { 0 };
            if run > most {
                let at = u32::try_from(at).unwrap_or(u32::MAX);
                self.limit(place.clone().at(at..at + 1), "combining_marks", run, most);
                return;
            }
        }
    }

    /// The faces of spans, and the spans themselves moved to the cleaned text.
    pub(crate) fn spans(
        &mut self,
        text: &str,
        spans: &mut [proto::Span],
        cleaned: &Cleaned,
        place: &Place,
    ) -> Vec<(Range<usize>, FontId)> {
        if spans.is_empty() {
            return Vec::new();
        }
        let count = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
        let mut faces: Vec<Option<FontId>> = vec![None; cleaned.text.len()];
        let field = place.field.trim_end_matches(".text").to_owned();
        for (k, span) in spans.iter_mut().enumerate() {
            let place = Place::field(format!("{field}.spans[{k}]")).in_article(&place.article);
            let proto::Span { start, end, style } = span;
            if start >= end || *end > count {
                self.error(
                    Code::BadValue,
                    place,
                    format!("范围 {start}–{end} 不在文中（共 {count} 字）"),
                    format!("the range {start}–{end} is not in the text of {count} code points"),
                );
                continue;
            }
            let bytes = cleaned.bytes(*start..*end);
            *start = code_points(&cleaned.text[..bytes.start]);
            *end = code_points(&cleaned.text[..bytes.end]);
            let role = match style {
                Some(Style::Strong(true)) => "hei-bold",
                Some(Style::Kai(true)) => "kai",
                Some(Style::Fang(true)) => "fang",
                Some(Style::EmphasisDot(_) | Style::Ruby(_) | Style::Superscript(_)) => {
                    self.unserved(&place.field, true);
                    continue;
                }
                Some(Style::Strong(false) | Style::Kai(false) | Style::Fang(false)) | None => {
                    self.error(Code::BadValue, place, "没有样式", "it has no style");
                    continue;
                }
            };
            if let Some(face) = self.context.fonts.role(role) {
                let taken = &mut faces[bytes];
                if taken.iter().any(|known| known.is_some_and(|known| known != face)) {
                    let words = Words::new(
                        "与前一样式重叠，以后者为准",
                        "it overlaps another style; the later one holds",
                    );
                    self.notes.push(Diagnostic::new(Code::Guessed, place, words));
                }
                taken.fill(Some(face));
            }
        }
        let mut ranges: Vec<(Range<usize>, FontId)> = Vec::new();
        for (at, face) in faces.into_iter().enumerate() {
            let Some(face) = face else { continue };
            match ranges.last_mut() {
                Some((range, last)) if *last == face && range.end == at => range.end += 1,
                _ => ranges.push((at..at + 1, face)),
            }
        }
        ranges
    }

    /// A text whose line ends part it into lines.
    pub(crate) fn lines(&mut self, text: &mut String, place: &Place, kind: Kind) -> Vec<Text> {
        let mut parts: Vec<String> = text.split('\n').map(str::to_owned).collect();
        let lines: Vec<Text> = parts
            .iter_mut()
            .map(|part| self.text(part, place, kind))
            .filter(|t| !t.is_empty())
            .collect();
        *text = lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>().join("\n");
        lines
    }
}

/// The finding that no face has a character.
pub(crate) fn no_glyph(c: char, place: Place) -> Diagnostic {
    let code = u32::from(c);
    let words = Words::new(
        format!("字库中没有“{c}”（U+{code:04X}）"),
        format!("no face has “{c}” (U+{code:04X})"),
    );
    Diagnostic::new(Code::NoGlyph, place, words).rule("R85")
}

fn code_points(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX)
}
