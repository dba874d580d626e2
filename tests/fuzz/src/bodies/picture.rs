//! Pictures: their headers, their pixels, and files that contain them.

use std::sync::Arc;

use banmian::image::{PixelSamples, SourceImage};
use banmian::output::pdf::{PdfKind, PdfMetadata, PdfOrder, write};
use banmian::output::{WriteError, preview, svg};
use banmian::page::{ItemOwner, Page, PageItem, PlacedPicture};
use banmian::unit::{Abs, Rect};

use super::page::{DPI, engine, limits};
use super::sampled;

/// Reads a picture, decodes it and draws it.
pub fn picture(data: &[u8]) -> bool {
    let Ok(image) = SourceImage::read(data.to_vec()) else { return false };
    let [width, height] = image.size();
    let pixels = usize::try_from(u64::from(width) * u64::from(height)).expect("64 bits");
    if pixels > limits().picture_pixels {
        return false;
    }
    let samples = image.decode();
    if let Ok(PixelSamples { size, channels, bytes }) = &samples {
        assert_eq!(size.map(|side| u32::try_from(side).expect("small")), image.stored_size());
        assert_eq!(bytes.len(), size[0] * size[1] * channels);
        assert_eq!(*channels, image.colour_model().channels(), "{:?}", image.format());
        if sampled(data, 8) {
            assert_eq!(image.decode(), samples, "the same picture, other pixels");
        }
    }
    if let Some(profile) = image.icc_profile() {
        assert!(!profile.is_empty());
    }
    let image = Arc::new(image);
    drawn(&image, samples.is_ok());
    samples.is_ok()
}

/// Draws a page with one picture in every kind of file. An output that needs the pixels fails if
/// and only if they cannot be decoded.
fn drawn(image: &Arc<SourceImage>, readable: bool) {
    let [width, height] = image.size();
    // Crop away from the middle if the picture has more than one pixel.
    let crop = [width / 3, height / 3, width - width / 3, height - height / 3];
    let rect = Rect::new(Abs::mm(5), Abs::mm(5), Abs::mm(12), Abs::mm(9));
    let alt = String::new();
    let picture =
        PlacedPicture { owner: ItemOwner::Lone(0), image: image.clone(), rect, crop, alt };
    let page = Page::new(Abs::mm(30), Abs::mm(30), vec![PageItem::Picture(picture)]);
    let fonts = engine().fonts();
    let pages = std::slice::from_ref(&page);
    let mut results =
        vec![(preview::png(&page, fonts, DPI), true), (svg::write(&page, fonts), false)];
    for kind in [PdfKind::X1a, PdfKind::X4, PdfKind::Web] {
        let meta = PdfMetadata {
            timestamp: "2000-01-01T00:00:00+08:00".to_owned(),
            ..PdfMetadata::default()
        };
        results.push((write(pages, fonts, &PdfOrder::new(kind, meta)), false));
    }
    for (result, decodes) in results {
        match result {
            Ok(bytes) => assert!(!bytes.is_empty() && (readable || !decodes)),
            Err(WriteError::Picture { .. }) => assert!(!readable, "a picture that can be read"),
            Err(WriteError::Internal(what)) => panic!("{what}"),
        }
    }
}
