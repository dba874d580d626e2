//! Drawing a picture with its caption and credit, cropped to its block.

use crate::fit::{FittedPicture, ShapedItem, ShapedPicture, fit_picture};
use crate::makeup::draw::body_row::{head_owner, owner_of};
use crate::makeup::draw::context::DrawContext;
use crate::makeup::draw::glyph_runs::LinePosition;
use crate::makeup::draw::pen::PagePen;
use crate::model::{LockSubject, PagePicture, ReservedBox};
use crate::page::{ItemOwner, PlacedPicture, TextRole};
use crate::unit::{Abs, Em, Point, Rect};

/// Distance of the caption's em boxes below the picture, in percent of the body size.
const CAPTION_DISTANCE_PERCENT: i64 = 35;

/// Place of a picture block on the page.
#[derive(Clone, Copy)]
pub(crate) struct PicturePlace {
    /// Top left corner.
    pub(crate) origin: Point,
    /// Width of the block.
    pub(crate) width: Abs,
    /// Rows of the block, with the texts below the picture.
    pub(crate) rows: i64,
}

/// Draws a picture of an item with its texts in a block. Returns the rectangle of the picture,
/// without the texts.
pub(crate) fn draw_picture(
    pen: &mut PagePen<'_>,
    context: &DrawContext<'_>,
    item: &ShapedItem,
    picture: &ShapedPicture,
    place: PicturePlace,
) -> Rect {
    // Fitted again as for the layout: the inputs are equal, so the caption has the lines that its
    // rows were counted for.
    let fitted = fit_picture(picture, context.task.style, context.step, place.width);
    let height = fitted.picture_height(place.rows, context.step);
    let rect = Rect::new(place.origin.x, place.origin.y, place.width, height);
    let (copy, subject) = (context.task.copy, item.members[0].subject);
    let source = match subject {
        LockSubject::Article(article) => &copy.articles[article].pictures[picture.index],
        LockSubject::Picture(lone) => &copy.pictures[lone],
    };
    draw_image(pen, head_owner(item), source, picture, rect);
    draw_caption_and_credit(pen, picture, &fitted, owner_of(subject, ItemOwner::Body), &rect);
    rect
}

/// Draws the caption from the left and the credit at the right, on the last line of the caption
/// where it has room (R74).
fn draw_caption_and_credit(
    pen: &mut PagePen<'_>,
    picture: &ShapedPicture,
    fitted: &FittedPicture,
    owner: ItemOwner,
    rect: &Rect,
) {
    let size = fitted.text_size;
    let distance = pen.step().body.scale(CAPTION_DISTANCE_PERCENT, 100);
    let mut baseline = rect.bottom() + distance + pen.ascent(size.height);
    if let Some(text) = &picture.caption {
        // All lines of the caption have one role, so they are one element.
        let role = TextRole::Caption(pen.item_count());
        for line in &fitted.caption_lines {
            let origin = Point::new(rect.x, baseline);
            let position = LinePosition { owner, role, size, origin, colour: pen.colour };
            pen.draw_copy_line(text, line, &position);
            baseline += fitted.pitch;
        }
    }
    // Back to the last line of the caption, which has room for the credit at its right.
    if fitted.shares_last_line {
        baseline -= fitted.pitch;
    }
    if let Some(text) = &picture.credit {
        let room = rect.width.in_em(size.width).max(Em::ONE);
        for line in &fitted.credit_lines {
            let length = line.width(&text.paragraph).min(room).at(size.width);
            let origin = Point::new(rect.right() - length, baseline);
            let position = pen.separate_line(owner, size, origin);
            pen.draw_copy_line(text, line, &position);
            baseline += fitted.pitch;
        }
    }
}

/// Draws an image, cropped around its focus to the shape of `rect`, or a placeholder if its bytes
/// are missing.
fn draw_image(
    pen: &mut PagePen<'_>,
    owner: ItemOwner,
    source: &PagePicture,
    picture: &ShapedPicture,
    rect: Rect,
) {
    // The record may come without the bytes of its pictures; the layout is shown all the same.
    let Some(image) = &source.image else {
        draw_placeholder(pen, rect);
        return;
    };
    let caption = picture.caption.as_ref();
    let alt = caption.map_or_else(String::new, |text| text.paragraph.text().to_owned());
    let crop = crop_to_shape(source.pixel_size(), source.focus_milli, &rect);
    pen.place_picture(PlacedPicture { owner, image: image.clone(), rect, crop, alt });
}

/// Returns the largest part of an image that has the shape of `rect`, with the focus as near to its
/// centre as the edges allow. Sizes are in pixels, the focus in thousandths of width and height;
/// the result is left, top, width and height in pixels.
fn crop_to_shape(pixel_size: [u32; 2], focus_milli: [i64; 2], rect: &Rect) -> [u32; 4] {
    let [wide, high] = pixel_size.map(|pixels| i64::from(pixels.max(1)));
    let (width, height) = (rect.width.units().max(1), rect.height.units().max(1));
    // An image wider than the shape keeps its height and loses width, and the other way round.
    let is_wider = i128::from(wide) * i128::from(height) > i128::from(high) * i128::from(width);
    let (crop_wide, crop_high) = if is_wider {
        (scaled(high, width, height).clamp(1, wide), high)
    } else {
        (wide, scaled(wide, height, width).clamp(1, high))
    };
    let start = |whole: i64, part: i64, focus: i64| {
        // The part is at most the whole, so the range is valid.
        (scaled(whole, focus, 1000) - part / 2).clamp(0, whole - part)
    };
    let left = start(wide, crop_wide, focus_milli[0]);
    let top = start(high, crop_high, focus_milli[1]);
    [left, top, crop_wide, crop_high].map(|pixels| u32::try_from(pixels).unwrap_or(0))
}

/// `value · numerator / denominator`, without overflow in between.
fn scaled(value: i64, numerator: i64, denominator: i64) -> i64 {
    let product = i128::from(value) * i128::from(numerator);
    i64::try_from(product / i128::from(denominator.max(1))).unwrap_or(i64::MAX)
}

/// Draws a frame of thin rules in place of a missing image.
fn draw_placeholder(pen: &mut PagePen<'_>, rect: Rect) {
    let thickness = pen.task.style.furniture.rule;
    pen.draw_border(&rect, thickness);
}

/// Draws the artwork of a reserved box (广告), centred and as large as possible without cropping.
pub(crate) fn draw_artwork(pen: &mut PagePen<'_>, reserved: &ReservedBox, rect: Rect) {
    let Some(picture) = &reserved.picture else { return };
    let [wide, high] = picture.pixel_size().map(|pixels| i64::from(pixels.max(1)));
    // As wide as the box, or as deep if that is less; the width then follows from the depth.
    let height = rect.width.scale(high, wide).min(rect.height);
    let width = rect.width.min(height.scale(wide, high));
    let left = rect.x + (rect.width - width) / 2;
    let top = rect.y + (rect.height - height) / 2;
    let place = Rect::new(left, top, width, height);
    let Some(image) = &picture.image else {
        draw_placeholder(pen, place);
        return;
    };
    let [wide, high] = picture.pixel_size();
    let alt = if reserved.label.is_empty() { &reserved.id } else { &reserved.label };
    pen.place_picture(PlacedPicture {
        owner: ItemOwner::Furniture,
        image: image.clone(),
        rect: place,
        crop: [0, 0, wide, high],
        alt: alt.clone(),
    });
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
            let crop = crop_to_shape(size, focus, &rect);
            assert_eq!(crop, expected, "{size:?} {focus:?} {width}×{height}");
        }
    }
}
