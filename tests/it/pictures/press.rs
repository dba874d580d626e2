//! Pictures prepared for a press: only grey and inks, no more ink than the press carries, no more
//! pixels than it shows.

use std::io::Read as _;
use std::sync::Arc;

use banmian::colour::{DeviceLink, NEWSPRINT_PROFILE, limit_total_ink, total_ink};
use banmian::output::pdf::{self, PdfKind, PdfMetadata, PdfOrder, PictureTarget, PressPictures};
use banmian::page::{Page, PageItem};
use lopdf::{Document, Object, Stream};

use super::drawn::{Shown, kinds, objects, page, plain_cmyk};
use super::tif::Tif;
use super::{QUARTERS, Sample, file, image};
use crate::support::{check_each, engine};

/// 240 % in 1/255 of one ink.
const MOST: u32 = 612;

fn newsprint(ink_most: i64) -> PictureTarget {
    PictureTarget::Press(PressPictures {
        icc: NEWSPRINT_PROFILE.into(),
        ink_limit: ink_most,
        target_ppi: 200,
        reduce_above_ppi: 300,
    })
}

fn written(items: Vec<PageItem>, ink: &PictureTarget) -> Vec<u8> {
    let pages: [Page; 1] = [page(items)];
    let order = PdfOrder {
        picture_target: ink.clone(),
        ..PdfOrder::new(PdfKind::X1a, PdfMetadata::default())
    };
    pdf::write(&pages, engine().fonts(), &order).expect("a PDF")
}

/// A picture of a file, read back.
struct Plate {
    space: String,
    size: [usize; 2],
    bytes: Vec<u8>,
}

impl Plate {
    fn pixels(&self) -> impl Iterator<Item = [u8; 4]> {
        assert_eq!(self.space, "DeviceCMYK");
        self.bytes.chunks_exact(4).map(|inks| inks.try_into().expect("four"))
    }
}

/// Returns the one picture of a page with an item, prepared for newsprint.
fn plate(shown: &Shown) -> Plate {
    plate_of(shown, &newsprint(2400))
}

fn plate_of(shown: &Shown, ink: &PictureTarget) -> Plate {
    let document = Document::load_mem(&written(vec![shown.item()], ink)).expect("a PDF");
    let objects = objects(&document);
    let [(_, stream)] = objects.as_slice() else { panic!("{}: {objects:?}", shown.name) };
    let space = space_of(stream);
    let side = |key: &[u8]| {
        let side = stream.dict.get(key).and_then(Object::as_i64).expect("a side");
        usize::try_from(side).expect("small")
    };
    let size = [side(b"Width"), side(b"Height")];
    let filter = stream.dict.get(b"Filter").and_then(Object::as_name).expect("a filter");
    let mut bytes = stream.content.clone();
    if filter == b"FlateDecode" {
        bytes.clear();
        let mut inflated = flate2::read::ZlibDecoder::new(stream.content.as_slice());
        inflated.read_to_end(&mut bytes).expect("deflated");
        let parms = stream.dict.get(b"DecodeParms").and_then(Object::as_dict).expect("a predictor");
        let number = |key: &[u8]| parms.get(key).and_then(Object::as_i64).expect("a number");
        if number(b"Predictor") == 2 {
            let channels = usize::try_from(number(b"Colors")).expect("few");
            for row in bytes.chunks_mut(size[0] * channels) {
                for k in channels..row.len() {
                    row[k] = row[k].wrapping_add(row[k - channels]);
                }
            }
        }
    }
    Plate { space, size, bytes }
}

/// Returns the colour space of an image, or that of its palette if it has one.
fn space_of(stream: &Stream) -> String {
    let space = stream.dict.get(b"ColorSpace").expect("a space");
    let name = match space.as_array() {
        Ok(array) => array[1].as_name(),
        Err(_) => space.as_name(),
    };
    String::from_utf8_lossy(name.expect("a name")).into_owned()
}

/// Returns a PNG in colour, pixel by pixel.
fn painted(size: [u32; 2], colour: impl Fn(u32, u32) -> [u8; 3]) -> Vec<u8> {
    let places = (0..size[1]).flat_map(|y| (0..size[0]).map(move |x| (x, y)));
    let pixels: Vec<u8> = places.flat_map(|(x, y)| colour(x, y)).collect();
    let (colour, depth) = (png::ColorType::Rgb, png::BitDepth::Eight);
    Sample { size, colour, depth, palette: &[], pixels: &pixels }.bytes()
}

fn byte(number: u32) -> u8 {
    u8::try_from(number).unwrap_or(u8::MAX)
}

#[test]
fn a_press_file_holds_greys_and_inks_alone() {
    check_each(
        kinds(),
        |shown| shown.name.to_owned(),
        |shown| {
            let grey = shown.image.is_grey();
            let plate = plate(shown);
            assert_eq!(plate.space, if grey { "DeviceGray" } else { "DeviceCMYK" });
            let bytes = written(vec![shown.item()], &newsprint(2400));
            let has = |word: &[u8]| bytes.windows(word.len()).any(|part| part == word);
            assert!(!has(b"DeviceRGB") && !has(b"ICCBased") && !has(b"CalRGB"));
        },
    );
}

#[test]
fn colours_become_the_inks_of_newsprint_the_right_way_up() {
    let link = DeviceLink::between(None, NEWSPRINT_PROFILE).expect("the profile of the binary");
    check_each(
        kinds().into_iter().filter(|shown| !shown.image.is_grey() && !shown.name.ends_with('K')),
        |shown| shown.name.to_owned(),
        |shown| {
            let plate = plate(shown);
            let [width, height] = plate.size;
            for (k, quarter) in shown.quarters.into_iter().enumerate() {
                let (x, y) = (width / 4 + width / 2 * (k % 2), height / 4 + height / 2 * (k / 2));
                let found = plate.pixels().nth(y * width + x).expect("a pixel");
                let expected = link.inks_of(quarter);
                // A JPEG is slightly off, and inks change steeply in places.
                let near = found.iter().zip(expected).all(|(a, b)| a.abs_diff(b) <= 14);
                assert!(near, "{k}: {found:?} for {expected:?}");
            }
        },
    );
}

#[test]
fn no_pixel_has_more_ink_than_the_press_carries() {
    // Every dark colour, and all colours in steps.
    let dark = painted([64, 64], |x, y| [byte(x), byte(y), byte((x * 7 + y * 5) % 64)]);
    let all = painted([64, 64], |x, y| [byte(x * 4), byte(y * 4), byte((x + y * 3) % 64 * 4)]);
    let inks = Tif::quarters(5, [[255; 4], [255, 255, 255, 0], [200, 10, 90, 255], [9, 8, 7, 6]]);
    for (name, bytes) in [("dark", dark), ("all", all), ("inks", inks.bytes())] {
        let shown = Shown::new(name, bytes, QUARTERS);
        for (ink_most, most) in [(2400, MOST), (2000, 510), (1000, 255)] {
            let plate = plate_of(&shown, &newsprint(ink_most));
            let found = plate.pixels().map(total_ink).max().expect("pixels");
            assert!(found <= most, "{name}: {found} of {most}");
            assert!(found > most - 40, "{name}: what is there is used, {found} of {most}");
        }
    }
    // The hue of limited colours stays, and black stays.
    let shown = Shown::new("inks", inks.bytes(), QUARTERS);
    let corner = |ink_most, x: usize, y: usize| {
        plate_of(&shown, &newsprint(ink_most)).pixels().nth(y * 24 + x).expect("a pixel")
    };
    assert_eq!(corner(2400, 0, 0), [119, 119, 119, 255]);
    assert_eq!(corner(2400, 20, 0), [204, 204, 204, 0]);
    assert_eq!(corner(2400, 0, 19), [200, 10, 90, 255]);
    assert_eq!(corner(2000, 0, 19), limit_total_ink([200, 10, 90, 255], 510));
    assert_eq!(corner(1000, 20, 19), [9, 8, 7, 6]);
}

#[test]
fn grey_and_cmyk_jpegs_are_copied_unchanged() {
    for bytes in [file("grey"), file("cmyk"), plain_cmyk()] {
        let shown = Shown::new("JPEG", bytes.clone(), QUARTERS);
        assert!(plate(&shown).bytes == bytes, "byte for byte");
        // A picture with two and a half times the pixels needed is reduced.
        let small = Shown { place: [20, 30, 9, 4], ..shown };
        let reduced = plate(&small);
        assert_eq!(reduced.size, [25, 12], "200 to the inch");
        let channels = if reduced.space == "DeviceGray" { 1 } else { 4 };
        assert_eq!(reduced.bytes.len(), 25 * 12 * channels);
        // A picture with slightly more pixels than needed is not touched.
        let near = Shown { place: [20, 30, 12, 6], ..small };
        assert!(plate(&near).bytes == bytes, "384 to the inch");
    }
}

#[test]
fn pictures_are_reduced_to_the_resolution_of_the_press() {
    let bytes = painted([600, 300], |x, y| [byte(x / 3), byte(y), 60]);
    for (place, crop, size) in [
        // 600 pixels over two inches are kept; over an inch and a half they are too many.
        ([0, 0, 144, 72], None, [600, 300]),
        ([0, 0, 108, 54], None, [300, 150]),
        // Only the visible part is in the file.
        ([0, 0, 72, 72], Some([100, 0, 300, 300]), [300, 300]),
        ([0, 0, 36, 36], Some([100, 0, 300, 300]), [100, 100]),
        ([0, 0, 1, 1], None, [3, 3]),
    ] {
        let shown = Shown { place, crop, ..Shown::new("", bytes.clone(), QUARTERS) };
        assert_eq!(plate(&shown).size, size, "{place:?} {crop:?}");
    }
    // Each pixel is the mean of those that it replaces: a chess board is grey.
    let chess = painted([400, 400], |x, y| if (x + y) % 2 == 0 { [0; 3] } else { [255; 3] });
    let shown = Shown { place: [0, 0, 72, 72], ..Shown::new("", chess, QUARTERS) };
    let grey = DeviceLink::between(None, NEWSPRINT_PROFILE).expect("a profile").inks_of([128; 3]);
    assert!(plate(&shown).pixels().all(|inks| inks == grey));
    // The number of black and white dots is never reduced.
    let bitmap = vec![0x5a; 100 * 800];
    let (colour, depth) = (png::ColorType::Grayscale, png::BitDepth::One);
    let sample = Sample { size: [800, 800], colour, depth, palette: &[], pixels: &bitmap };
    let shown = Shown { place: [0, 0, 48, 48], ..Shown::new("", sample.bytes(), QUARTERS) };
    assert_eq!(plate(&shown).size, [800, 800], "1200 to the inch");
}

#[test]
fn a_screen_keeps_colours_and_fewer_pixels() {
    let bytes = painted([600, 300], |x, y| [byte(x / 3), byte(y), 60]);
    for (place, size) in [([0, 0, 144, 72], [300, 150]), ([0, 0, 200, 100], [600, 300])] {
        let shown = Shown { place, ..Shown::new("", bytes.clone(), QUARTERS) };
        let plate = plate_of(&shown, &PictureTarget::Screen);
        assert_eq!((plate.space.as_str(), plate.size), ("DeviceRGB", size));
    }
    let large = file("large");
    for (place, whole) in [([0, 0, 192, 128], false), ([0, 0, 400, 300], true)] {
        let shown = Shown { place, ..Shown::new("", large.clone(), QUARTERS) };
        assert_eq!(plate_of(&shown, &PictureTarget::Screen).bytes == large, whole, "{place:?}");
    }
}

#[test]
fn a_usable_profile_of_a_picture_is_applied() {
    let with = |profile: Vec<u8>| {
        let tif = Tif { profile, ..Tif::quarters(2, QUARTERS) };
        plate(&Shown::new("TIFF", tif.bytes(), QUARTERS)).bytes
    };
    let plain = with(Vec::new());
    let encoded = |profile: moxcms::ColorProfile| profile.encode().expect("a profile");
    let differ = |a: &[u8], b: &[u8]| a.iter().zip(b).map(|(a, b)| a.abs_diff(*b)).max();
    // Equal colours under a profile name of its own, up to the rounding of its numbers.
    let named = with(encoded(moxcms::ColorProfile::new_srgb()));
    assert!(differ(&named, &plain) <= Some(2), "{:?}", differ(&named, &plain));
    assert!(differ(&with(encoded(moxcms::ColorProfile::new_display_p3())), &plain) > Some(8));
    for broken in [
        b"nonsense".to_vec(),
        NEWSPRINT_PROFILE.to_vec(),
        encoded(moxcms::ColorProfile::new_gray_with_gamma(2.2)),
    ] {
        assert!(with(broken) == plain, "an unusable profile is ignored");
    }
}

#[test]
fn the_same_pictures_give_the_same_bytes_on_any_thread() {
    let items = || kinds().iter().map(Shown::item).collect::<Vec<_>>();
    let first = written(items(), &newsprint(2400));
    let others: Vec<_> =
        (0..2).map(|_| std::thread::spawn(move || written(items(), &newsprint(2400)))).collect();
    for other in others {
        assert!(other.join().expect("a thread") == first);
    }
    // Each picture is in the file once.
    let twice = [items(), items()].concat();
    let document = Document::load_mem(&written(twice, &newsprint(2400))).expect("a PDF");
    assert_eq!(objects(&document).len(), kinds().len());
}

#[test]
fn an_invalid_profile_is_reported() {
    let shown =
        Shown { image: Arc::clone(&image(file("rgb"))), ..Shown::new("", file("rgb"), QUARTERS) };
    let ink = PictureTarget::Press(PressPictures {
        icc: Arc::from(&b""[..]),
        ink_limit: 2400,
        target_ppi: 200,
        reduce_above_ppi: 300,
    });
    let pages = [page(vec![shown.item()])];
    let order =
        PdfOrder { picture_target: ink, ..PdfOrder::new(PdfKind::X1a, PdfMetadata::default()) };
    let failure = pdf::write(&pages, engine().fonts(), &order);
    assert!(format!("{failure:?}").contains("profile of the press"), "{failure:?}");
}
