//! Body of an article, block by block.

use crate::finding::{Bilingual, Finding, FindingCode, FindingPlace};
use crate::intake::byline::dateline_parts;
use crate::intake::checker::{FieldRules, RecordChecker};
use crate::model::{BodyBlock, CopyText, KeptLines, SpanStyle, TextSpan};
use crate::proto;
use crate::proto::block::Content;

/// Largest indent of a line of verse, in halves of a 字.
const INDENT_HALVES_MAX: u16 = 80;

impl RecordChecker<'_> {
    /// Checks one block of the record and returns the blocks of the page that it becomes. Most
    /// become one; an empty block becomes none and is reported.
    pub(crate) fn check_block(
        &mut self,
        block: &mut proto::Block,
        place: &FindingPlace,
    ) -> Vec<BodyBlock> {
        let field = |name: &str| {
            FindingPlace::of_field(format!("{}.{name}", place.field)).in_article(&place.article)
        };
        let (copy, line, head) = (self.body_rules(), self.line_rules(), self.head_rules());
        let blocks = match &mut block.content {
            Some(Content::Paragraph(proto::Paragraph { text, spans })) => {
                vec![BodyBlock::Paragraph(self.clean_spanned_text(
                    text,
                    spans,
                    &field("paragraph.text"),
                    copy,
                ))]
            }
            Some(Content::Crosshead(proto::Crosshead { text })) => {
                vec![BodyBlock::Crosshead(self.clean_text(text, &field("crosshead.text"), head))]
            }
            Some(Content::Note(proto::Note { text })) => {
                let lines = self.clean_lines(text, &field("note.text"), copy);
                lines.into_iter().map(BodyBlock::Note).collect()
            }
            Some(Content::PullQuote(proto::PullQuote { text })) => {
                vec![BodyBlock::PullQuote(self.clean_text(text, &field("pullQuote.text"), copy))]
            }
            Some(Content::Verse(proto::Verse { lines })) => {
                vec![BodyBlock::Lines(self.check_verse(lines, &field("verse.lines"), line))]
            }
            Some(Content::Picture(proto::PictureBlock { picture_id })) => {
                let place = field("picture.pictureId");
                // A picture block has no text: the test for empty blocks below is not for it.
                return self.claim_picture_block(picture_id, &place).into_iter().collect();
            }
            Some(Content::Table(table)) => vec![self.table_as_lines(table, place)],
            None => {
                self.report_error(
                    FindingCode::BadValue,
                    place.clone(),
                    "段落没有内容",
                    "the block has no content",
                );
                return Vec::new();
            }
        };
        // Cleaning may leave nothing of a text that held only spaces or controls.
        let full = |block: &BodyBlock| block.texts().iter().any(|text| !text.is_empty());
        let blocks: Vec<BodyBlock> = blocks.into_iter().filter(full).collect();
        if blocks.is_empty() && !self.has_error_at(&place.field) {
            let words = Bilingual::new("空段，已略去", "an empty block was removed");
            self.notes.push(Finding::new(FindingCode::EmptyBlock, place.clone(), words));
        }
        blocks
    }

    /// Sets a table as plain lines, one per row, so that none of its text is lost. Tables are not
    /// implemented yet.
    pub(crate) fn table_as_lines(
        &mut self,
        table: &mut proto::Table,
        place: &FindingPlace,
    ) -> BodyBlock {
        let proto::Table { title, columns: _, rows, header_rows: _, note } = table;
        let field = format!("{}.table", place.field);
        self.note_unsupported(&field, true);
        let kind = self.line_rules();
        let mut lines =
            vec![self.clean_text(title, &FindingPlace::of_field(format!("{field}.title")), kind)];
        for (r, row) in rows.iter_mut().enumerate() {
            let mut cells: Vec<String> = Vec::new();
            for (c, cell) in row.cells.iter_mut().enumerate() {
                let place = FindingPlace::of_field(format!("{field}.rows[{r}].cells[{c}].text"));
                cells.push(self.clean_text(&mut cell.text, &place, kind).text);
            }
            lines.push(CopyText {
                text: cells.join(" ").trim().to_owned(),
                field: format!("{field}.rows[{r}]"),
                ..CopyText::default()
            });
        }
        lines.push(self.clean_text(note, &FindingPlace::of_field(format!("{field}.note")), kind));
        lines.retain(|line| !line.is_empty());
        let indents = vec![0; lines.len()];
        BodyBlock::Lines(KeptLines {
            texts: lines,
            indent_halves: indents,
            stanza_starts: Vec::new(),
        })
    }

    /// Reads verse: lines with their indents, and stanzas separated by empty lines.
    fn check_verse(
        &mut self,
        lines: &mut [String],
        place: &FindingPlace,
        kind: FieldRules,
    ) -> KeptLines {
        let mut verse = KeptLines::default();
        let mut starts_stanza = false;
        for (k, line) in lines.iter_mut().enumerate() {
            let place =
                FindingPlace::of_field(format!("{}[{k}]", place.field)).in_article(&place.article);
            let bare = line.trim_start_matches([' ', '\u{3000}']);
            let lead = line[..line.len() - bare.len()].to_owned();
            // U+3000 counts as one 字, U+0020 as half. The cap keeps the indent within a column.
            let halves = lead.chars().map(|c| if c == ' ' { 1 } else { 2 });
            let indent = halves.fold(0_u16, |sum, width| (sum + width).min(INDENT_HALVES_MAX));
            let mut bare = bare.to_owned();
            let text = self.clean_text(&mut bare, &place, kind);
            // The indent goes back in front, so that checking the record again gives the same page.
            *line = if bare.is_empty() { String::new() } else { lead + &bare };
            if text.is_empty() {
                // Empty lines before the first line part nothing.
                starts_stanza = !verse.texts.is_empty();
                continue;
            }
            if std::mem::take(&mut starts_stanza) {
                verse.stanza_starts.push(verse.texts.len());
            }
            verse.texts.push(text);
            verse.indent_halves.push(indent);
        }
        verse
    }

    /// Puts the dateline, in its own face, in front of the first paragraph; on a line of its own if
    /// the copy opens with something else.
    pub(crate) fn insert_dateline(&self, blocks: &mut Vec<BodyBlock>, dateline: CopyText) {
        if dateline.is_empty() {
            return;
        }
        let face = self.context.fonts.find_role("hei-bold").map(SpanStyle::Face);
        let whole = 0..dateline.text.len();
        let mut styles: Vec<TextSpan> =
            face.into_iter().map(|style| TextSpan { range: whole.clone(), style }).collect();
        // Names inside its brackets are kept in one piece where possible (R66).
        if let Some((open, inner)) = dateline.text.split_once('（') {
            let start = open.len() + '（'.len_utf8();
            let word = |at: usize, word: &str| TextSpan {
                range: at..at + word.len(),
                style: SpanStyle::Unbroken,
            };
            // Longer words are no names, and holding them together would tear lines open.
            let words = inner.split(['）', ' ', '、']).filter(|word| word.chars().count() <= 4);
            let at = |part: &str| part.as_ptr() as usize - inner.as_ptr() as usize;
            styles.extend(words.map(|part| word(start + at(part), part)));
        }
        let parts = dateline_parts(&dateline.text).into_iter();
        styles.extend(parts.map(|range| TextSpan { range, style: SpanStyle::Dateline }));
        // Notes, pull quotes and pictures may stand before the copy but do not count as copy.
        let before = |block: &BodyBlock| {
            matches!(block, BodyBlock::Aside(_) | BodyBlock::PullQuote(_) | BodyBlock::Picture(_))
        };
        let first = blocks.iter().position(|block| !before(block));
        let at = first.unwrap_or(blocks.len());
        match blocks.get_mut(at) {
            Some(BodyBlock::Paragraph(text)) => {
                *text = std::mem::take(text).with_prefix(&format!("{} ", dateline.text), styles);
            }
            _ => blocks.insert(at, BodyBlock::Paragraph(CopyText { spans: styles, ..dateline })),
        }
    }

    /// Adds the label 编者按 to an editor's note, unless the note brings one.
    pub(crate) fn label_editor_note(&self, mut note: Vec<CopyText>) -> Vec<CopyText> {
        const EDITOR_NOTE_LABELS: [&str; 4] = ["编者按", "编后", "编者的话", "按语"];
        let face = self.context.fonts.find_role("hei-bold").map(SpanStyle::Face);
        let (Some(first), Some(face)) = (note.first_mut(), face) else { return note };
        match EDITOR_NOTE_LABELS.iter().find(|label| first.text.starts_with(**label)) {
            Some(label) => first.spans.insert(0, TextSpan { range: 0..label.len(), style: face }),
            None => {
                let span = TextSpan { range: 0..EDITOR_NOTE_LABELS[0].len(), style: face };
                *first = std::mem::take(first)
                    .with_prefix(&format!("{}：", EDITOR_NOTE_LABELS[0]), [span]);
            }
        }
        note
    }
}
