//! The body of an article, block by block.

use crate::diag::{Code, Diagnostic, Place, Words};
use crate::intake::byline::dateline_parts;
use crate::intake::check::{Check, Kind};
use crate::model::{Block, Dress, Lines, Span, Text};
use crate::proto;
use crate::proto::block::Content;

impl Check<'_> {
    /// The blocks that one block of the record becomes: most often one; none for what is empty or not served,
    /// which is told.
    pub(crate) fn block(&mut self, block: &mut proto::Block, place: &Place) -> Vec<Block> {
        let field =
            |name: &str| Place::field(format!("{}.{name}", place.field)).in_article(&place.article);
        let (copy, line, head) = (self.copy(), self.line(), self.head());
        let blocks = match &mut block.content {
            Some(Content::Paragraph(proto::Paragraph { text, spans })) => {
                vec![Block::Paragraph(self.spanned(text, spans, &field("paragraph.text"), copy))]
            }
            Some(Content::Crosshead(proto::Crosshead { text })) => {
                vec![Block::Crosshead(self.text(text, &field("crosshead.text"), head))]
            }
            Some(Content::Note(proto::Note { text })) => {
                let lines = self.lines(text, &field("note.text"), copy);
                lines.into_iter().map(Block::Note).collect()
            }
            Some(Content::PullQuote(proto::PullQuote { text })) => {
                vec![Block::Quote(self.text(text, &field("pullQuote.text"), copy))]
            }
            Some(Content::Verse(proto::Verse { lines })) => {
                vec![Block::Lines(self.verse(lines, &field("verse.lines"), line))]
            }
            Some(Content::Picture(proto::PictureBlock { picture_id })) => {
                let place = field("picture.pictureId");
                return self.picture_block(picture_id, &place).into_iter().collect();
            }
            Some(Content::Table(table)) => vec![self.table(table, place)],
            None => {
                self.error(
                    Code::BadValue,
                    place.clone(),
                    "段落没有内容",
                    "the block has no content",
                );
                return Vec::new();
            }
        };
        let full = |block: &Block| block.texts().iter().any(|text| !text.is_empty());
        let blocks: Vec<Block> = blocks.into_iter().filter(full).collect();
        if blocks.is_empty() && !self.has_error(&place.field) {
            let words = Words::new("空段，已略去", "an empty block was left out");
            self.notes.push(Diagnostic::new(Code::Dropped, place.clone(), words));
        }
        blocks
    }

    /// A table as plain lines, a row each, so that none of its text is lost.
    pub(crate) fn table(&mut self, table: &mut proto::Table, place: &Place) -> Block {
        let proto::Table { title, columns: _, rows, header_rows: _, note } = table;
        let field = format!("{}.table", place.field);
        self.unserved(&field, true);
        let kind = self.line();
        let mut lines = vec![self.text(title, &Place::field(format!("{field}.title")), kind)];
        for (r, row) in rows.iter_mut().enumerate() {
            let mut cells: Vec<String> = Vec::new();
            for (c, cell) in row.cells.iter_mut().enumerate() {
                let place = Place::field(format!("{field}.rows[{r}].cells[{c}].text"));
                cells.push(self.text(&mut cell.text, &place, kind).text);
            }
            lines.push(Text {
                text: cells.join(" ").trim().to_owned(),
                field: format!("{field}.rows[{r}]"),
                ..Text::default()
            });
        }
        lines.push(self.text(note, &Place::field(format!("{field}.note")), kind));
        lines.retain(|line| !line.is_empty());
        let indents = vec![0; lines.len()];
        Block::Lines(Lines { texts: lines, indents, stanzas: Vec::new() })
    }

    /// Verse: lines with their indents, stanzas parted by empty lines.
    fn verse(&mut self, lines: &mut [String], place: &Place, kind: Kind) -> Lines {
        let mut verse = Lines::default();
        let mut parted = false;
        for (k, given) in lines.iter_mut().enumerate() {
            let place = Place::field(format!("{}[{k}]", place.field)).in_article(&place.article);
            let bare = given.trim_start_matches([' ', '\u{3000}']);
            let lead = given[..given.len() - bare.len()].to_owned();
            // U+3000 is a 字, U+0020 half a one; what is deeper than a column is no indent.
            let indent: usize = lead.chars().map(|c| if c == ' ' { 1 } else { 2 }).sum();
            let mut bare = bare.to_owned();
            let text = self.text(&mut bare, &place, kind);
            *given = if bare.is_empty() { String::new() } else { lead + &bare };
            if text.is_empty() {
                parted = !verse.texts.is_empty();
                continue;
            }
            if std::mem::take(&mut parted) {
                verse.stanzas.push(verse.texts.len());
            }
            verse.texts.push(text);
            verse.indents.push(u16::try_from(indent.min(80)).unwrap_or(0));
        }
        verse
    }

    /// Puts the dateline, in its own face, before the first paragraph, or on a line of its own where the
    /// copy opens with something else.
    pub(crate) fn lead(&self, blocks: &mut Vec<Block>, dateline: Text) {
        if dateline.is_empty() {
            return;
        }
        let face = self.context.fonts.role("hei-bold").map(Dress::Face);
        let whole = 0..dateline.text.len();
        let mut dress: Vec<Span> =
            face.into_iter().map(|dress| Span { range: whole.clone(), dress }).collect();
        // The names in its brackets stay whole where they can (R66).
        if let Some((open, inner)) = dateline.text.split_once('（') {
            let start = open.len() + '（'.len_utf8();
            let word =
                |at: usize, word: &str| Span { range: at..at + word.len(), dress: Dress::Kept };
            let words = inner.split(['）', ' ', '、']).filter(|word| word.chars().count() <= 4);
            let at = |part: &str| part.as_ptr() as usize - inner.as_ptr() as usize;
            dress.extend(words.map(|part| word(start + at(part), part)));
        }
        let parts = dateline_parts(&dateline.text).into_iter();
        dress.extend(parts.map(|range| Span { range, dress: Dress::Dateline }));
        // Quotes and pictures may stand before the copy, but are none.
        let before =
            |block: &Block| matches!(block, Block::Aside(_) | Block::Quote(_) | Block::Picture(_));
        let first = blocks.iter().position(|block| !before(block));
        let at = first.unwrap_or(blocks.len());
        match blocks.get_mut(at) {
            Some(Block::Paragraph(text)) => {
                *text = std::mem::take(text).led_by(&format!("{} ", dateline.text), dress);
            }
            _ => blocks.insert(at, Block::Paragraph(Text { spans: dress, ..dateline })),
        }
    }

    /// The label of an editor's note, unless it brings one.
    pub(crate) fn labelled(&self, mut note: Vec<Text>) -> Vec<Text> {
        const LABELS: [&str; 4] = ["编者按", "编后", "编者的话", "按语"];
        let face = self.context.fonts.role("hei-bold").map(Dress::Face);
        let (Some(first), Some(face)) = (note.first_mut(), face) else { return note };
        match LABELS.iter().find(|label| first.text.starts_with(**label)) {
            Some(label) => first.spans.insert(0, Span { range: 0..label.len(), dress: face }),
            None => {
                let span = Span { range: 0..LABELS[0].len(), dress: face };
                *first = std::mem::take(first).led_by(&format!("{}：", LABELS[0]), [span]);
            }
        }
        note
    }
}
