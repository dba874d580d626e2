//! Rows of a body: their text, their role, their owner, and drawing them.

use crate::fit::{BodyRow, BodyRowKind, ShapedItem, ShapedText};
use crate::makeup::draw::glyph_runs::{CachedTextId, LineCache, LinePosition};
use crate::makeup::draw::pen::PagePen;
use crate::model::LockSubject;
use crate::page::{ItemOwner, TextRole};
use crate::unit::{Point, TypeSize};

/// Draws the rows of one body.
pub(crate) struct BodyRowPainter<'a> {
    /// Item to which the body belongs.
    pub(crate) item: &'a ShapedItem,
    /// Cache of drawn lines, with the item's index on the page; `None` to draw without a cache.
    pub(crate) cache: Option<(&'a LineCache, usize)>,
    /// Type size of the body.
    pub(crate) size: TypeSize,
}

impl BodyRowPainter<'_> {
    /// Draws a row whose column starts at `column_origin` on the baseline, and records the
    /// baseline.
    pub(crate) fn draw(
        &self,
        pen: &mut PagePen<'_>,
        owner: ItemOwner,
        row: &BodyRow,
        column_origin: Point,
    ) {
        // Also for a white row between stanzas: line numbers count rows of the column.
        pen.baselines.push(column_origin);
        let Some(text) = text_of_row(self.item, row) else { return };
        let size = self.size;
        let origin = Point::new(column_origin.x + row.inset.at(size.width), column_origin.y);
        let role = role_of_row(row);
        let position = LinePosition { owner, role, size, origin, colour: pen.colour };
        let Some((cache, item)) = self.cache else {
            pen.draw_copy_line(text, &row.line, &position);
            return;
        };
        // The cache draws without a record of the line, so the line is recorded here.
        let first_item = pen.list.items.len();
        let id = CachedTextId { item, block: row.source.block, text: row.source.text };
        cache.draw_line(&mut pen.list, id, &text.paragraph, &row.line, &position);
        pen.record_copy_line(text, &row.line, &position, first_item);
    }
}

/// Role of the text of a row.
pub(crate) fn role_of_row(row: &BodyRow) -> TextRole {
    let block = u32::try_from(row.source.block).unwrap_or(u32::MAX);
    match row.kind {
        BodyRowKind::Crosshead => TextRole::Crosshead(block),
        BodyRowKind::Body | BodyRowKind::Quote => TextRole::Block(block),
    }
}

/// Text to which a row belongs; `None` if its block has no such text.
pub(crate) fn text_of_row<'a>(item: &'a ShapedItem, row: &BodyRow) -> Option<&'a ShapedText> {
    item.body.get(row.source.block)?.text(row.source.text)
}

/// Owner of the head or body of a subject; `part` is the variant of [`ItemOwner`] for an article.
/// A stand-alone picture has neither head nor body.
pub(crate) fn owner_of(subject: LockSubject, part: fn(u16) -> ItemOwner) -> ItemOwner {
    // The limits of a record on articles and pictures are far below 65 535.
    let index = |at| u16::try_from(at).unwrap_or(u16::MAX);
    match subject {
        LockSubject::Article(at) => part(index(at)),
        LockSubject::Picture(at) => ItemOwner::Lone(index(at)),
    }
}

/// Owner of the head of an item.
pub(crate) fn head_owner(item: &ShapedItem) -> ItemOwner {
    owner_of(item.members[0].subject, ItemOwner::Head)
}
