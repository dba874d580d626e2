//! Drawing a picture with its caption and credit, cropped to its block.

use crate::fit::{FittedPicture, ShapedItem, ShapedPicture, fit_picture};
use crate::makeup::draw::pen::{DrawContext, PagePen, head_owner, owner_of};
use crate::model::{LockSubject, PagePicture, ReservedBox};
use crate::page;
use crate::page::{ItemOwner, TextRole};
use crate::unit::{Abs, Em, Point, Rect};

/// Draws a picture of an item in a block of so many rows at a place and width. Gives its rectangle, the texts not
/// included.
pub(crate) fn draw_picture(
    pen: &mut PagePen<'_>,
    drawing: &DrawContext<'_>,
    ready: &ShapedItem,
    own: &ShapedPicture,
    (at, width): (Point, Abs),
    rows: i64,
) -> Rect {
    let set = fit_picture(own, drawing.task.style, drawing.step, width);
    let rect = Rect::new(at.x, at.y, width, set.picture_height(rows, drawing.step));
    let (copy, subject) = (drawing.task.copy, ready.members[0].subject);
    let picture = match subject {
        LockSubject::Article(article) => &copy.articles[article].pictures[own.index],
        LockSubject::Picture(lone) => &copy.pictures[lone],
    };
    let alt = own.caption.as_ref().map_or("", |caption| caption.paragraph.text());
    draw_image(pen, head_owner(ready), picture, (rect, alt));
    draw_caption_and_credit(pen, own, &set, owner_of(subject, ItemOwner::Body), &rect);
    rect
}

/// The caption from the left, the credit at the right: on the caption's last line where it has room (R74).
fn draw_caption_and_credit(
    pen: &mut PagePen<'_>,
    own: &ShapedPicture,
    set: &FittedPicture,
    owner: ItemOwner,
    rect: &Rect,
) {
    let body = pen.step().body;
    let caption = (owner, TextRole::Caption(pen.item_count()));
    let mut base = rect.bottom() + body.scale(35, 100) + pen.ascent(set.text_size.height);
    if let Some(text) = &own.caption {
        for line in &set.caption_lines {
            pen.draw_copy_line(caption, text, line, set.text_size, Point::new(rect.x, base));
            base += set.pitch;
        }
    }
    if set.shares_last_line {
        base -= set.pitch;
    }
    if let Some(text) = &own.credit {
        for line in &set.credit_lines {
            let width =
                line.width(&text.paragraph).min(rect.width.in_em(set.text_size.width).max(Em::ONE));
            let x = rect.right() - width.at(set.text_size.width);
            let element = TextRole::Line(pen.item_count());
            pen.draw_copy_line((owner, element), text, line, set.text_size, Point::new(x, base));
            base += set.pitch;
        }
    }
}

/// The picture, cropped around its focus to the shape of `rect`; a frame where its bytes are missing.
fn draw_image(
    pen: &mut PagePen<'_>,
    owner: ItemOwner,
    picture: &PagePicture,
    (rect, alt): (Rect, &str),
) {
    let Some(image) = &picture.image else {
        draw_placeholder(pen, rect);
        return;
    };
    let crop = crop_to_shape(picture.pixel_size(), picture.focus_milli, &rect);
    pen.place_picture(page::PlacedPicture {
        owner,
        image: image.clone(),
        rect,
        crop,
        alt: alt.to_owned(),
    });
}

/// The largest part of a picture that has the shape of `rect`, its focus as near to the middle as the edges let it.
fn crop_to_shape(size: [u32; 2], focus: [i64; 2], rect: &Rect) -> [u32; 4] {
    let [wide, high] = size.map(|pixels| i64::from(pixels.max(1)));
    let (width, height) = (rect.width.units().max(1), rect.height.units().max(1));
    // In wider than the picture, a strip of its whole width is shown; else one of its whole height.
    let by = |from: i64, a: i64, b: i64| {
        let part = i128::from(from) * i128::from(a) / i128::from(b.max(1));
        i64::try_from(part).unwrap_or(i64::MAX)
    };
    let (part_wide, part_high) =
        if i128::from(wide) * i128::from(height) > i128::from(high) * i128::from(width) {
            (by(high, width, height).clamp(1, wide), high)
        } else {
            (wide, by(wide, height, width).clamp(1, high))
        };
    let start = |whole: i64, part: i64, focus: i64| {
        (by(whole, focus, 1000) - part / 2).clamp(0, whole - part)
    };
    let out =
        [start(wide, part_wide, focus[0]), start(high, part_high, focus[1]), part_wide, part_high];
    out.map(|pixels| u32::try_from(pixels).unwrap_or(0))
}

/// A frame of hairlines where a picture is to come.
fn draw_placeholder(pen: &mut PagePen<'_>, rect: Rect) {
    let thin = pen.task.style.furniture.rule;
    pen.draw_border(&rect, thin);
}

/// The artwork of a reserved box, as large as it goes in without cropping, in the middle.
pub(crate) fn draw_artwork(pen: &mut PagePen<'_>, reserved: &ReservedBox, rect: Rect) {
    let Some(picture) = &reserved.picture else { return };
    let [wide, high] = picture.pixel_size().map(|pixels| i64::from(pixels.max(1)));
    let height = rect.width.scale(high, wide).min(rect.height);
    let width = rect.width.min(height.scale(wide, high));
    let at = Point::new(rect.x + (rect.width - width) / 2, rect.y + (rect.height - height) / 2);
    let place = Rect::new(at.x, at.y, width, height);
    let Some(image) = &picture.image else {
        draw_placeholder(pen, place);
        return;
    };
    let [wide, high] = picture.pixel_size();
    let crop = [0, 0, wide, high];
    let alt = if reserved.label.is_empty() { &reserved.id } else { &reserved.label }.clone();
    let owner = ItemOwner::Furniture;
    pen.place_picture(page::PlacedPicture { owner, image: image.clone(), rect: place, crop, alt });
}

#[cfg(test)]
mod tests {
    use super::crop_to_shape;
    use crate::unit::{Abs, Rect};

    #[test]
    fn a_crop_keeps_its_focus_in_view() {
        for (size, focus, [width, height], expected) in [
            // The shape of the picture: all of it.
            ([600, 400], [500, 500], [300, 200], [0, 0, 600, 400]),
            // Narrower: a strip around the focus.
            ([600, 400], [500, 500], [200, 200], [100, 0, 400, 400]),
            ([600, 400], [0, 500], [200, 200], [0, 0, 400, 400]),
            ([600, 400], [900, 500], [200, 200], [200, 0, 400, 400]),
            // Wider.
            ([600, 400], [500, 250], [300, 100], [0, 0, 600, 200]),
            ([600, 400], [500, 500], [300, 100], [0, 100, 600, 200]),
            ([1, 1], [500, 500], [300, 100], [0, 0, 1, 1]),
        ] {
            let rect = Rect::new(Abs::ZERO, Abs::ZERO, Abs::pt(width), Abs::pt(height));
            assert_eq!(
                crop_to_shape(size, focus, &rect),
                expected,
                "{size:?} {focus:?} {width}×{height}"
            );
        }
    }
}
