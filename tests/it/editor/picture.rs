//! Pictures of made-up content, and the size in pixels of a record's picture.

use banmian::proto;
use banmian::proto::picture::Content;

/// A grey PNG: sky, hills and a disc, different for each `seed`. Nothing in it is of any place.
pub(crate) fn landscape(seed: usize, width: u32, height: u32) -> Vec<u8> {
    let (w, h) = (i64::from(width), i64::from(height));
    let seed = i64::try_from(seed % 1000).unwrap_or(0);
    let (cx, cy) = (w * (20 + seed * 7 % 60) / 100, h * (15 + seed * 5 % 25) / 100);
    let radius = h / 9;
    let mut rows = Vec::with_capacity((width * height) as usize);
    for y in 0..h {
        for x in 0..w {
            // Two ridges of straight slopes.
            let ridge = |at: i64, steep: i64| {
                let period = w * steep / 10;
                let t = (x + at * w / 7) % period;
                h * 55 / 100 + (t - period / 2).abs() * h / (3 * period) + at * h / 30
            };
            let sun = (x - cx) * (x - cx) + (y - cy) * (y - cy) < radius * radius;
            let grey = if y > ridge(seed % 5 + 2, 4) {
                70 + (y * 40 / h)
            } else if y > ridge(seed % 3, 6) {
                120 + (x * 20 / w)
            } else if sun {
                250
            } else {
                190 + y * 50 / h
            };
            rows.push(u8::try_from(grey.clamp(0, 255)).unwrap_or(255));
        }
    }
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, width, height);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header().expect("a header");
    writer.write_image_data(&rows).expect("pixels");
    writer.finish().expect("an end");
    out
}

/// Width and height in pixels of a picture whose bytes are a PNG in the record.
pub(crate) fn pixels(picture: &proto::Picture) -> Option<[u32; 2]> {
    let Some(Content::Data(bytes)) = &picture.content else { return None };
    let number = |at: usize| -> Option<u32> {
        let four = bytes.get(at..at + 4)?.try_into().ok()?;
        Some(u32::from_be_bytes(four))
    };
    (bytes.get(12..16)? == b"IHDR").then_some([number(16)?, number(20)?])
}

#[test]
fn the_size_of_a_made_picture_is_read_back() {
    let content = Some(Content::Data(landscape(3, 60, 40)));
    let picture = proto::Picture { content, ..proto::Picture::default() };
    assert_eq!(pixels(&picture), Some([60, 40]));
    assert_eq!(pixels(&proto::Picture::default()), None);
}
