//! Texts of a record: limits, cleaning, spans.

use crate::diag::{Code, Diagnostic, Place, Words};
use crate::intake::check::{Check, Kind};
use crate::intake::clean::{Cleaned, clean};
use crate::model::{Dress, Span, Text};
use crate::proto;
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
        if !self.limit(place, name, count, kind.most) {
            return Text::default();
        }
        self.chars += count;
        self.combining(text, place);
        let cleaned = clean(text, kind.spaces, self.context.switches, place);
        self.glyphs(&cleaned, place);
        let spans = self.spans(text, spans, &cleaned, place);
        self.notes.extend(cleaned.notes);
        text.clone_from(&cleaned.text);
        Text { text: cleaned.text, spans, field: place.field.clone(), prefix: 0 }
    }

    /// R85: every character that no face has, at its first place.
    pub(crate) fn glyphs(&mut self, cleaned: &Cleaned, place: &Place) {
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
                self.limit(&place.clone().at(at..at + 1), "combining_marks", run, most);
                return;
            }
        }
    }

    /// A head: a line end in it asks for a turn of the line there, where a space stands else.
    pub(crate) fn turned(&mut self, text: &mut String, place: &Place) -> Text {
        let lines = self.lines(text, place, self.head());
        let mut lines = lines.into_iter();
        let Some(first) = lines.next() else { return Text::default() };
        lines.fold(first, |mut head, line| {
            let at = head.text.len();
            head.spans.push(Span { range: at..at + 1, dress: Dress::Turn });
            head.text = format!("{} {}", head.text, line.text);
            head
        })
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
