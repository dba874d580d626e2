//! Pictures: what their bytes say, their pixels, and files with them.

use std::sync::Arc;

use banmian::image::{Image, Samples};
use banmian::output::pdf::{Kind, Meta, Order, write};
use banmian::output::{Failure, preview, svg};
use banmian::page::{Item, Owner, Page, Picture};
use banmian::unit::{Abs, Rect};

use super::page::{DPI, engine, limits};
use super::sampled;

/// Reads a picture, decodes it and draws it.
pub fn picture(data: &[u8]) -> bool {
    let Ok(image) = Image::read(data.to_vec()) else { return false };
    let [width, height] = image.size();
    let pixels = usize::try_from(u64::from(width) * u64::from(height)).expect("64 bits");
    if pixels > limits().picture_pixels {
        return false;
    }
    let samples = image.samples();
    if let Ok(Samples { size, channels, bytes }) = &samples {
        assert_eq!(size.map(|side| u32::try_from(side).expect("small")), image.stored());
        assert_eq!(bytes.len(), size[0] * size[1] * channels);
        assert_eq!(*channels, image.colours().channels(), "{:?}", image.form());
        if sampled(data, 8) {
            assert_eq!(image.samples(), samples, "the same picture, other pixels");
        }
    }
    if let Some(profile) = image.profile() {
        assert!(!profile.is_empty());
    }
    let image = Arc::new(image);
    drawn(&image, samples.is_ok());
    samples.is_ok()
}

/// A page of one picture in every kind of file. What needs its pixels fails if and only if they cannot be had.
fn drawn(image: &Arc<Image>, readable: bool) {
    let [width, height] = image.size();
    // A part of it, off the middle where there is more than one pixel.
    let crop = [width / 3, height / 3, width - width / 3, height - height / 3];
    let rect = Rect::new(Abs::mm(5), Abs::mm(5), Abs::mm(12), Abs::mm(9));
    let alt = String::new();
    let picture = Picture { owner: Owner::Lone(0), image: image.clone(), rect, crop, alt };
    let page = Page::new(Abs::mm(30), Abs::mm(30), vec![Item::Picture(picture)]);
    let fonts = engine().fonts();
    let pages = std::slice::from_ref(&page);
    let mut results =
        vec![(preview::png(&page, fonts, DPI), true), (svg::write(&page, fonts), false)];
    for kind in [Kind::X1a, Kind::X4, Kind::Web] {
        let meta = Meta { stamp: "2000-01-01T00:00:00+08:00".to_owned(), ..Meta::default() };
        results.push((write(pages, fonts, &Order::new(kind, meta)), false));
    }
    for (result, decodes) in results {
        match result {
            Ok(bytes) => assert!(!bytes.is_empty() && (readable || !decodes)),
            Err(Failure::Picture { .. }) => assert!(!readable, "a picture that can be read"),
            Err(Failure::Defect(what)) => panic!("{what}"),
        }
    }
}
