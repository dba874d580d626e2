//! Spans of a paragraph: how parts of it are set.

use std::ops::Range;

use crate::diag::{Code, Diagnostic, Place, Words};
use crate::font::FontId;
use crate::intake::check::Check;
use crate::intake::clean::{Cleaned, Spaces, clean};
use crate::model::{Dress, Span};
use crate::proto;
use crate::proto::span::Style;

/// What each byte of a text is dressed in, kind by kind: later spans of a kind win over earlier ones.
struct Wardrobe<'a> {
    text: &'a str,
    faces: Vec<Option<FontId>>,
    dotted: Vec<bool>,
    raised: Vec<bool>,
    readings: Vec<(Range<usize>, String)>,
}

impl Check<'_> {
    /// The spans as they are set, and the spans themselves moved to the cleaned text.
    pub(crate) fn spans(
        &mut self,
        text: &str,
        spans: &mut [proto::Span],
        cleaned: &Cleaned,
        place: &Place,
    ) -> Vec<Span> {
        if spans.is_empty() {
            return Vec::new();
        }
        if !self.limit(place, "spans", spans.len(), self.context.limits.spans) {
            return Vec::new();
        }
        let count = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
        let len = cleaned.text.len();
        let mut wardrobe = Wardrobe {
            text: &cleaned.text,
            faces: vec![None; len],
            dotted: vec![false; len],
            raised: vec![false; len],
            readings: Vec::new(),
        };
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
            self.dress(&mut wardrobe, bytes, style.as_mut(), place);
        }
        wardrobe.spans()
    }

    fn dress(
        &mut self,
        wardrobe: &mut Wardrobe<'_>,
        bytes: Range<usize>,
        style: Option<&mut Style>,
        place: Place,
    ) {
        let role = match style {
            Some(Style::Strong(true)) => "hei-bold",
            Some(Style::Kai(true)) => "kai",
            Some(Style::Fang(true)) => "fang",
            Some(Style::EmphasisDot(true)) => return wardrobe.dotted[bytes].fill(true),
            Some(Style::Superscript(true)) => return wardrobe.raised[bytes].fill(true),
            Some(Style::Ruby(proto::Ruby { text })) => {
                return self.reading(wardrobe, bytes, text, place);
            }
            Some(
                Style::Strong(false)
                | Style::Kai(false)
                | Style::Fang(false)
                | Style::EmphasisDot(false)
                | Style::Superscript(false),
            )
            | None => return self.error(Code::BadValue, place, "没有样式", "it has no style"),
        };
        let Some(face) = self.context.fonts.role(role) else { return };
        let taken = &mut wardrobe.faces[bytes];
        if taken.iter().any(|known| known.is_some_and(|known| known != face)) {
            self.overlaps(place);
        }
        taken.fill(Some(face));
    }

    fn reading(
        &mut self,
        wardrobe: &mut Wardrobe<'_>,
        bytes: Range<usize>,
        text: &mut String,
        place: Place,
    ) {
        let field = Place::field(format!("{}.ruby.text", place.field)).in_article(&place.article);
        let most = self.context.limits.headline_chars;
        if !self.limit(&field, "headline_chars", text.chars().count(), most) {
            return;
        }
        self.combining(text, &field);
        // A reading is Latin or bopomofo: its marks and spaces are its own.
        let cleaned = clean(text, Spaces::Clause, self.context.switches, &field);
        self.glyphs(&cleaned, &field);
        self.notes.extend(cleaned.notes);
        text.clone_from(&cleaned.text);
        if text.is_empty() {
            return self.error(Code::BadValue, field, "注音为空", "the reading is empty");
        }
        let meets = |(range, _): &(Range<usize>, String)| {
            range.start < bytes.end && bytes.start < range.end
        };
        if wardrobe.readings.iter().any(meets) {
            self.overlaps(place);
            wardrobe.readings.retain(|reading| !meets(reading));
        }
        // A reading for each character, or one for all.
        let below = wardrobe.text[bytes.clone()].char_indices();
        let parts: Vec<&str> = text.split(' ').collect();
        if parts.len() == below.clone().count() {
            let each = below.zip(parts).map(|((at, c), part)| {
                let start = bytes.start + at;
                (start..start + c.len_utf8(), part.to_owned())
            });
            wardrobe.readings.extend(each);
        } else if !bytes.is_empty() {
            wardrobe.readings.push((bytes, text.clone()));
        }
    }

    fn overlaps(&mut self, place: Place) {
        let words = Words::new(
            "与前一样式重叠，以后者为准",
            "it overlaps another style; the later one holds",
        );
        self.notes.push(Diagnostic::new(Code::Guessed, place, words));
    }
}

impl Wardrobe<'_> {
    fn spans(mut self) -> Vec<Span> {
        let mut out = Vec::new();
        runs(&self.faces, |range, face| {
            out.extend(face.map(|face| Span { range, dress: Dress::Face(face) }));
        });
        for (flags, dress) in [(&self.dotted, Dress::Dotted), (&self.raised, Dress::Raised)] {
            runs(flags, |range, on| {
                out.extend(on.then(|| Span { range, dress: dress.clone() }));
            });
        }
        self.readings.sort_by_key(|(range, _)| range.start);
        let readings = self.readings.into_iter();
        out.extend(readings.map(|(range, text)| Span { range, dress: Dress::Reading(text) }));
        out
    }
}

/// Runs of equal values, in order.
fn runs<T: Copy + PartialEq>(values: &[T], mut run: impl FnMut(Range<usize>, T)) {
    let mut start = 0;
    for end in 1..=values.len() {
        if end == values.len() || values[end] != values[start] {
            run(start..end, values[start]);
            start = end;
        }
    }
}

fn code_points(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX)
}
