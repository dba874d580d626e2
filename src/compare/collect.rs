//! Comparing matched articles, texts and pictures, and collecting the changes.

use std::ops::Range;

use crate::compare::align::{TextKind, TextUnit, align_texts};
use crate::compare::change::{ChangeExtent, ChangeKind, ChangeSide, CopyChange, DeletionPoint};
use crate::compare::wording::text_edits;
use crate::model::{Article, BodyBlock, CopyText, PagePicture};

/// The whole of a text as one side of a change.
pub(crate) fn whole_side(text: &CopyText) -> ChangeSide {
    ChangeSide {
        field: text.field.clone(),
        byte_range: field_offset(text, 0)..field_offset(text, text.text.len()),
        char_range: None,
        text: text.text.clone(),
    }
}

/// A byte range of a text as one side of a change.
fn part_side(text: &CopyText, range: &Range<usize>) -> ChangeSide {
    // `get` gives `None` for an end inside the prefix, which the field does not contain.
    let chars_to = |byte: usize| {
        let count = text.text.get(text.prefix_bytes..byte)?.chars().count();
        u32::try_from(count).ok()
    };
    let char_range = chars_to(range.start).zip(chars_to(range.end)).map(|(start, end)| start..end);
    ChangeSide {
        field: text.field.clone(),
        byte_range: field_offset(text, range.start)..field_offset(text, range.end),
        char_range,
        text: text.text[range.clone()].to_owned(),
    }
}

/// Offset of a byte of a text from the start of its field's own content.
fn field_offset(text: &CopyText, byte: usize) -> i64 {
    let signed = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    signed(byte) - signed(text.prefix_bytes)
}

/// Texts of a body with their kinds, in reading order.
fn body_texts(article: &Article) -> Vec<TextUnit<'_>> {
    let kind_of = |block: &BodyBlock| match block {
        BodyBlock::Paragraph(_) => TextKind::Paragraph,
        BodyBlock::Crosshead(_) => TextKind::Crosshead,
        BodyBlock::Lines(_) => TextKind::KeptLine,
        BodyBlock::Note(_) => TextKind::Note,
        BodyBlock::Aside(_) => TextKind::Aside,
        BodyBlock::PullQuote(_) => TextKind::PullQuote,
        BodyBlock::Picture(_) => TextKind::Picture,
        BodyBlock::JumpFrom(_) => TextKind::JumpFrom,
        BodyBlock::JumpTo(_) => TextKind::JumpTo,
    };
    let mut units = Vec::new();
    for block in &article.body {
        let kind = kind_of(block);
        // Each line of verse is one text, so that an edit names its line.
        units.extend(block.texts().iter().map(|text| TextUnit { kind, text }));
    }
    units
}

/// Texts of a part of the head, which has one kind of text.
fn head_texts(texts: &[CopyText]) -> Vec<TextUnit<'_>> {
    texts.iter().map(|text| TextUnit { kind: TextKind::Head, text }).collect()
}

/// Collects the changes of one article after another.
#[derive(Default)]
pub(crate) struct ChangeCollector<'a> {
    /// Id of the article under comparison; empty for the page itself.
    pub(crate) article_id: &'a str,
    /// Changes found so far.
    pub(crate) changes: Vec<CopyChange>,
}

impl ChangeCollector<'_> {
    fn add_change(
        &mut self,
        kind: ChangeKind,
        extent: ChangeExtent,
        before: Option<ChangeSide>,
        after: Option<ChangeSide>,
        deletion_point: Option<DeletionPoint>,
    ) {
        let article_id = self.article_id.to_owned();
        self.changes.push(CopyChange { kind, extent, article_id, before, after, deletion_point });
    }

    pub(crate) fn add_insertion(&mut self, extent: ChangeExtent, after: ChangeSide) {
        self.add_change(ChangeKind::Insert, extent, None, Some(after), None);
    }

    pub(crate) fn add_deletion(
        &mut self,
        extent: ChangeExtent,
        before: ChangeSide,
        point: Option<DeletionPoint>,
    ) {
        self.add_change(ChangeKind::Delete, extent, Some(before), None, point);
    }

    /// Compares two texts that each exist at most once, such as the headline.
    pub(crate) fn compare_single_texts(&mut self, before: &CopyText, after: &CopyText) {
        match (before.is_empty(), after.is_empty()) {
            // Absent in both rounds.
            (true, true) => {}
            (true, false) => self.add_insertion(ChangeExtent::Whole, whole_side(after)),
            (false, true) => self.add_deletion(ChangeExtent::Whole, whole_side(before), None),
            (false, false) => self.compare_wordings(before, after),
        }
    }

    /// Adds one change for each edit between two wordings of a text.
    fn compare_wordings(&mut self, before: &CopyText, after: &CopyText) {
        for edit in text_edits(&before.text, &after.text) {
            let (old_side, new_side) =
                (part_side(before, &edit.before), part_side(after, &edit.after));
            if edit.before.is_empty() {
                self.add_insertion(ChangeExtent::Part, new_side);
            } else if edit.after.is_empty() {
                // The place in the later text at which the deleted words would stand.
                let byte = field_offset(after, edit.after.start);
                let point = DeletionPoint { field: after.field.clone(), byte };
                self.add_deletion(ChangeExtent::Part, old_side, Some(point));
            } else {
                let (kind, extent) = (ChangeKind::Replace, ChangeExtent::Part);
                self.add_change(kind, extent, Some(old_side), Some(new_side), None);
            }
        }
    }

    /// Compares two rounds of one article, in reading order.
    pub(crate) fn compare_articles(&mut self, before: &Article, after: &Article) {
        // In the order in which they stand on the page, which is the order of the report.
        self.compare_single_texts(&before.column_title, &after.column_title);
        self.compare_single_texts(&before.kicker, &after.kicker);
        self.compare_single_texts(&before.headline, &after.headline);
        self.compare_head_texts(&before.deck, &after.deck, &after.headline);
        self.compare_head_texts(&before.standfirst, &after.standfirst, &after.headline);
        self.compare_single_texts(&before.byline, &after.byline);
        let absent = CopyText::default();
        let count = before.head_variants.len().max(after.head_variants.len());
        // Alternatives are compared by position: they have no ids.
        for k in 0..count {
            let (a, b) = (before.head_variants.get(k), after.head_variants.get(k));
            let [kicker_a, kicker_b] = [a, b].map(|head| head.map_or(&absent, |head| &head.kicker));
            self.compare_single_texts(kicker_a, kicker_b);
            let [head_a, head_b] = [a, b].map(|head| head.map_or(&absent, |head| &head.headline));
            self.compare_single_texts(head_a, head_b);
            let [deck_a, deck_b] = [a, b].map(|head| head.map_or(&[][..], |head| &head.deck[..]));
            self.compare_head_texts(deck_a, deck_b, &after.headline);
        }
        self.compare_text_lists(&body_texts(before), &body_texts(after), &after.headline);
        self.compare_pictures(&before.pictures, &after.pictures);
    }

    fn compare_head_texts(
        &mut self,
        before: &[CopyText],
        after: &[CopyText],
        preceding: &CopyText,
    ) {
        self.compare_text_lists(&head_texts(before), &head_texts(after), preceding);
    }

    /// Compares two lists of texts. `preceding` is the text before the later list; a deletion at
    /// the start of the list is marked at its end.
    fn compare_text_lists(
        &mut self,
        before: &[TextUnit<'_>],
        after: &[TextUnit<'_>],
        preceding: &CopyText,
    ) {
        let pairs = align_texts(before, after);
        // A text deleted in one place and inserted unchanged in another has moved.
        let is_deleted = |index: usize| pairs.contains(&(Some(index), None));
        let is_inserted = |index: usize| pairs.contains(&(None, Some(index)));
        let moved_from = |new_index: usize| {
            // Equal in kind and text: a text that was also edited counts as deleted and inserted.
            let is_source = |old: &usize| is_deleted(*old) && before[*old] == after[new_index];
            (0..before.len()).find(is_source)
        };
        let has_moved = |old_index: usize| {
            (0..after.len()).any(|new| is_inserted(new) && after[new] == before[old_index])
        };
        // A deleted text has no place in the later round: it is marked at the end of the text
        // before it.
        let mut last_text = preceding;
        for pair in &pairs {
            match *pair {
                (Some(old), Some(new)) => self.compare_wordings(before[old].text, after[new].text),
                // The change is added where the text stands now.
                (Some(old), None) if has_moved(old) => {}
                (Some(old), None) => {
                    let byte = field_offset(last_text, last_text.text.len());
                    let point = DeletionPoint { field: last_text.field.clone(), byte };
                    self.add_deletion(
                        ChangeExtent::Whole,
                        whole_side(before[old].text),
                        Some(point),
                    );
                }
                (None, Some(new)) => match moved_from(new) {
                    Some(old) => {
                        let old_side = Some(whole_side(before[old].text));
                        let new_side = Some(whole_side(after[new].text));
                        let (kind, extent) = (ChangeKind::Move, ChangeExtent::Whole);
                        self.add_change(kind, extent, old_side, new_side, None);
                    }
                    None => self.add_insertion(ChangeExtent::Whole, whole_side(after[new].text)),
                },
                (None, None) => {}
            }
            // The next deletion is marked at the end of this text.
            if let Some(new) = pair.1 {
                last_text = after[new].text;
            }
        }
    }

    /// Compares pictures by id, with their captions and credits.
    pub(crate) fn compare_pictures(&mut self, before: &[PagePicture], after: &[PagePicture]) {
        let side_of = |picture: &PagePicture| ChangeSide {
            field: picture.field.clone(),
            byte_range: 0..0,
            char_range: None,
            text: picture.id.clone(),
        };
        for picture in after {
            let Some(old_picture) = before.iter().find(|old| old.id == picture.id) else {
                self.add_insertion(ChangeExtent::Picture, side_of(picture));
                continue;
            };
            // A picture whose bytes are missing in one round cannot be called different.
            let both_known = old_picture.image.is_some() && picture.image.is_some();
            if both_known && old_picture.image != picture.image {
                let (old_side, new_side) = (side_of(old_picture), side_of(picture));
                let (kind, extent) = (ChangeKind::Replace, ChangeExtent::Picture);
                self.add_change(kind, extent, Some(old_side), Some(new_side), None);
            }
            self.compare_single_texts(&old_picture.caption, &picture.caption);
            self.compare_single_texts(&old_picture.credit, &picture.credit);
        }
        // Deletions last: the order is that of the later page, which no longer has them.
        for old_picture in before {
            if after.iter().all(|picture| picture.id != old_picture.id) {
                self.add_deletion(ChangeExtent::Picture, side_of(old_picture), None);
            }
        }
    }
}
