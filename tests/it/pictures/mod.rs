//! Pictures: their input, their drawing, and their sources.

mod drawn;
mod intake;
mod kinds;
mod press;
mod sources;
mod tif;

use std::sync::Arc;

use banmian::image::SourceImage;
use banmian::proto;
use banmian::proto::picture::Content;

use crate::support::{KEYED_SEED, read, record};

/// Visible colours of the quarters of a colour picture: red, green, blue, white.
const QUARTERS: [[u8; 3]; 4] = [[220, 30, 30], [30, 180, 60], [40, 60, 200], [240, 240, 240]];

/// Returns a file of the fixtures: four quarters, 64 × 32 pixels; `turned` is 32 × 64 when
/// displayed.
fn file(name: &str) -> Vec<u8> {
    read(&format!("tests/fixtures/pictures/{name}.jpg"))
}

/// Returns the same quarters as WebP: `lossy`, `clear` with transparent lower quarters, `animated`.
fn webp(name: &str) -> Vec<u8> {
    read(&format!("tests/fixtures/pictures/{name}.webp"))
}

/// Returns the seed with a lone picture.
fn pictured(picture: proto::Picture) -> proto::PageRecord {
    proto::PageRecord { pictures: vec![picture], ..record(KEYED_SEED) }
}

/// Returns a picture of a record.
fn picture(id: &str, content: Option<Content>) -> proto::Picture {
    proto::Picture { id: id.to_owned(), content, ..proto::Picture::default() }
}

/// Reads a picture from its bytes.
fn image(bytes: Vec<u8>) -> Arc<SourceImage> {
    Arc::new(SourceImage::read(bytes).expect("a picture"))
}

/// A PNG.
pub(crate) struct Sample<'a> {
    pub(crate) size: [u32; 2],
    pub(crate) colour: png::ColorType,
    pub(crate) depth: png::BitDepth,
    pub(crate) palette: &'a [u8],
    pub(crate) pixels: &'a [u8],
}

impl Sample<'_> {
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut encoder = png::Encoder::new(&mut out, self.size[0], self.size[1]);
        encoder.set_color(self.colour);
        encoder.set_depth(self.depth);
        if !self.palette.is_empty() {
            encoder.set_palette(self.palette.to_vec());
        }
        let mut writer = encoder.write_header().expect("a header");
        writer.write_image_data(self.pixels).expect("pixels");
        writer.finish().expect("an end");
        out
    }
}

/// Returns four quarters of four by four pixels each, in some number of channels.
fn quarters<const N: usize>(colours: [[u8; N]; 4]) -> Vec<u8> {
    let quarter = |pixel: usize| usize::from(pixel % 8 >= 4) + 2 * usize::from(pixel / 8 >= 4);
    (0..64).flat_map(|pixel| colours[quarter(pixel)]).collect()
}

/// Returns a PNG in colour with the quarters of the fixtures.
fn quartered() -> Vec<u8> {
    let pixels = quarters(QUARTERS);
    let (colour, depth) = (png::ColorType::Rgb, png::BitDepth::Eight);
    Sample { size: [8, 8], colour, depth, palette: &[], pixels: &pixels }.bytes()
}
