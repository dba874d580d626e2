//! The body of an article, block by block.

use std::ops::Range;

use crate::diag::{Code, Diagnostic, Place, Words};
use crate::font::FontId;
use crate::intake::check::Check;
use crate::model::{Block, Text};
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
                self.unserved(&format!("{}.pullQuote", place.field), true);
                vec![Block::Aside(self.text(text, &field("pullQuote.text"), copy))]
            }
            Some(Content::Verse(proto::Verse { lines })) => {
                let stanzas = lines.iter().any(|line| line.trim().is_empty());
                self.unserved(&format!("{}.verse (stanzas)", place.field), stanzas);
                vec![Block::Lines(
                    lines
                        .iter_mut()
                        .enumerate()
                        .map(|(k, text)| {
                            self.text(text, &field(&format!("verse.lines[{k}]")), line)
                        })
                        .filter(|text| !text.is_empty())
                        .collect(),
                )]
            }
            Some(Content::Picture(_)) => {
                self.unserved(&format!("{}.picture", place.field), true);
                return Vec::new();
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
                faces: Vec::new(),
                field: format!("{field}.rows[{r}]"),
            });
        }
        lines.push(self.text(note, &Place::field(format!("{field}.note")), kind));
        lines.retain(|line| !line.is_empty());
        Block::Lines(lines)
    }

    /// Puts the dateline, in its own face, before the first paragraph.
    pub(crate) fn lead(&self, blocks: &mut Vec<Block>, dateline: Text) {
        if dateline.is_empty() {
            return;
        }
        let bold = self.context.fonts.role("hei-bold");
        let first = blocks.iter_mut().find_map(|block| match block {
            Block::Paragraph(text) => Some(text),
            Block::Crosshead(_) | Block::Lines(_) | Block::Note(_) | Block::Aside(_) => None,
        });
        let shift = dateline.text.len() + 1;
        let mut faces: Vec<(Range<usize>, FontId)> =
            bold.into_iter().map(|face| (0..dateline.text.len(), face)).collect();
        match first {
            Some(text) => {
                faces.extend(
                    text.faces.iter().map(|(r, face)| (r.start + shift..r.end + shift, *face)),
                );
                text.text = format!("{} {}", dateline.text, text.text);
                text.faces = faces;
            }
            None => blocks.insert(0, Block::Paragraph(Text { faces, ..dateline })),
        }
    }
}
