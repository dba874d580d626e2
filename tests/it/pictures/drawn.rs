//! Pictures in the press PDF and in the preview, from a display list.

use std::sync::Arc;

use banmian::image::{ColourModel, SourceImage};
use banmian::output::pdf::{self, PdfKind, PdfMetadata, PdfOrder, PictureTarget};
use banmian::output::{WriteError, preview};
use banmian::page::{CmykColour, FilledRect, ItemOwner, Page, PageItem, PlacedPicture};
use banmian::unit::{Abs, Rect};
use lopdf::{Dictionary, Document, Object, Stream};

use super::tif::Tif;
use super::{QUARTERS, Sample, file, image, quartered, quarters, webp};
use crate::support::{TempDir, check_each, engine, tool};

const INKS: [[u8; 3]; 4] = [[0, 255, 255], [255, 0, 255], [255, 255, 0], [127; 3]];
const GREYS: [[u8; 3]; 4] = [[0; 3], [85; 3], [170; 3], [255; 3]];

/// Size of the sheet, in points.
const SHEET: [i64; 2] = [200, 150];

/// A picture in a place, in points, with the expected colours of its quarters.
pub(crate) struct Shown {
    pub(crate) name: &'static str,
    pub(crate) image: Arc<SourceImage>,
    pub(crate) place: [i64; 4],
    pub(crate) crop: Option<[u32; 4]>,
    pub(crate) quarters: [[u8; 3]; 4],
}

impl Shown {
    pub(crate) fn new(name: &'static str, bytes: Vec<u8>, quarters: [[u8; 3]; 4]) -> Self {
        Self { name, image: image(bytes), place: [20, 30, 80, 60], crop: None, quarters }
    }

    pub(crate) fn item(&self) -> PageItem {
        let [x, y, width, height] = self.place.map(Abs::pt);
        let [w, h] = self.image.size();
        PageItem::Picture(PlacedPicture {
            owner: ItemOwner::Lone(0),
            image: Arc::clone(&self.image),
            rect: Rect::new(x, y, width, height),
            crop: self.crop.unwrap_or([0, 0, w, h]),
            alt: String::new(),
        })
    }

    /// Returns the middles of its quarters, with their colours.
    fn middles(&self) -> impl Iterator<Item = ([f64; 2], [u8; 3])> {
        let [x, y, width, height] = self.place.map(|edge| edge as f64);
        let quarters = self.quarters;
        (0..4).map(move |k| {
            let (across, down) = (f64::from(k % 2), f64::from(k / 2));
            let middle = [x + width * (0.25 + 0.5 * across), y + height * (0.25 + 0.5 * down)];
            (middle, quarters[k as usize])
        })
    }
}

/// Returns a JPEG without a segment.
fn without(mut bytes: Vec<u8>, segment: &[u8]) -> Vec<u8> {
    let at = bytes.windows(segment.len()).position(|part| part == segment).expect("a segment");
    let length = usize::from(u16::from_be_bytes([bytes[at + 2], bytes[at + 3]]));
    bytes.drain(at..at + 2 + length);
    bytes
}

/// Returns the CMYK fixture as other programs write it: no Adobe marker, 0 for no ink.
pub(crate) fn plain_cmyk() -> Vec<u8> {
    without(file("cmyk"), &[0xff, 0xee])
}

/// Returns the CMYK fixture with a marker that declares its inks to be luminance and chrominance.
fn ycck() -> Vec<u8> {
    let mut bytes = file("cmyk");
    let at = bytes.windows(5).position(|part| part == b"Adobe").expect("a marker");
    bytes[at + 11] = 2;
    bytes
}

/// Returns an RGB fixture whose components are named R, G and B.
fn named_rgb() -> Vec<u8> {
    let mut bytes = without(file("rgb"), &[0xff, 0xe0]);
    // Frame and scan name the components.
    for (from, to) in [([0xff, 0xc0], 2), ([0xff, 0xda], 2)] {
        let at = bytes.windows(2).position(|part| part == from).expect("a segment");
        let (first, step) = if from[1] == 0xc0 { (at + 10, 3) } else { (at + 5, to) };
        for (k, name) in b"RGB".iter().enumerate() {
            bytes[first + step * k] = *name;
        }
    }
    bytes
}

/// Returns every supported kind of picture.
pub(crate) fn kinds() -> Vec<Shown> {
    use png::BitDepth::{Eight, One, Sixteen, Two};
    use png::ColorType::{Grayscale, GrayscaleAlpha, Indexed, Rgba};
    let mut shown = vec![
        Shown::new("grey JPEG", file("grey"), GREYS),
        Shown::new("JPEG", file("rgb"), QUARTERS),
        Shown::new("progressive JPEG", file("progressive"), QUARTERS),
        Shown::new("turned JPEG", file("turned"), QUARTERS),
        Shown::new("Adobe CMYK", file("cmyk"), INKS),
        // Without the marker no ink is read as full ink.
        Shown::new("plain CMYK", plain_cmyk(), [[0; 3], [0; 3], [0; 3], [0; 3]]),
        // Calculated by hand from BT.601.
        Shown::new("YCCK", ycck(), [[77, 255, 30], [0, 47, 227], [179, 0, 0], [0, 67, 0]]),
        Shown::new("PNG", quartered(), QUARTERS),
    ];
    let clear = quarters([[220, 30, 30, 255], [30, 180, 60, 255], [9, 9, 9, 0], [0, 0, 0, 51]]);
    let deep = quarters([[0_u8, 9], [85, 200], [170, 0], [255, 255]]);
    let mist = quarters([[0_u8, 255], [85, 255], [0, 85], [7, 0]]);
    let black = [0_u8, 0, 0];
    for (name, colour, depth, palette, pixels, expected) in [
        ("clear PNG", Rgba, Eight, &[][..], clear, [QUARTERS[0], QUARTERS[1], [255; 3], [204; 3]]),
        ("deep PNG", Grayscale, Sixteen, &[], deep, GREYS),
        ("clear grey PNG", GrayscaleAlpha, Eight, &[], mist, [[0; 3], [85; 3], [170; 3], [255; 3]]),
        (
            "palette PNG",
            Indexed,
            Two,
            QUARTERS.as_flattened(),
            [[0x00, 0x55]; 4].into_iter().chain([[0xaa, 0xff]; 4]).flatten().collect(),
            QUARTERS,
        ),
        (
            "bitmap PNG",
            Grayscale,
            One,
            &[],
            [[0x0f]; 4].into_iter().chain([[0xf0]; 4]).flatten().collect(),
            [black, [255; 3], [255; 3], black],
        ),
    ] {
        let sample = Sample { size: [8, 8], colour, depth, palette, pixels: &pixels };
        shown.push(Shown::new(name, sample.bytes(), expected));
    }
    shown.extend(tiffs_and_webps());
    // One quarter, and the right half; the sides differ, so that each scale is tested.
    let part = |name, crop, quarters| Shown {
        crop: Some(crop),
        place: [110, 5, 40, 120],
        ..Shown::new(name, file("rgb"), quarters)
    };
    shown.push(part("a quarter", [32, 0, 32, 16], [QUARTERS[1]; 4]));
    let [_, green, _, white] = QUARTERS;
    shown.push(part("the right half", [32, 0, 32, 32], [green, green, white, white]));
    let lower = [QUARTERS[2], QUARTERS[3], QUARTERS[2], QUARTERS[3]];
    shown.push(Shown {
        crop: Some([0, 32, 32, 32]),
        ..Shown::new("the lower half, turned", file("turned"), lower)
    });
    shown
}

fn tiffs_and_webps() -> Vec<Shown> {
    let rgb = || Tif::quarters(2, QUARTERS);
    let grey = || Tif::quarters(1, [[0], [85], [170], [255]]);
    let inks =
        || Tif::quarters(5, [[255, 0, 0, 0], [0, 255, 0, 0], [0, 0, 255, 0], [0, 0, 0, 128]]);
    let clear = |extra, [r, g, b, a]: [u8; 4]| Tif {
        extra: Some(extra),
        ..Tif::quarters(2, [[220, 30, 30, 255], [30, 180, 60, 255], [9, 9, 9, 0], [r, g, b, a]])
    };
    let laid = [QUARTERS[0], QUARTERS[1], [255; 3], [204; 3]];
    let one_more = [[220, 30, 30, 7], [30, 180, 60, 8], [40, 60, 200, 9], [240, 240, 240, 0]];
    // First rows and columns are swapped, then the sides: the stored picture is turned the other
    // way.
    let [red, green, blue, white] = QUARTERS;
    let turned = Tif { orientation: 6, ..Tif::quarters(2, [green, white, red, blue]) };
    let tiffs = [
        ("TIFF", rgb(), QUARTERS),
        ("big-endian TIFF", Tif { big: true, ..rgb() }, QUARTERS),
        ("LZW TIFF", Tif { compression: 5, ..rgb() }, QUARTERS),
        ("deflated TIFF", Tif { compression: 8, ..rgb() }, QUARTERS),
        ("PackBits TIFF", Tif { compression: 32_773, ..rgb() }, QUARTERS),
        ("tiled TIFF", Tif { tile: Some(16), compression: 8, ..rgb() }, QUARTERS),
        ("TIFF in planes", Tif { planes: true, compression: 5, ..rgb() }, QUARTERS),
        ("deep TIFF", Tif { depth: 16, ..rgb() }, QUARTERS),
        ("deep big-endian TIFF", Tif { depth: 16, big: true, tile: Some(16), ..rgb() }, QUARTERS),
        ("grey TIFF", grey(), GREYS),
        (
            "white is 0 TIFF",
            Tif { photometric: 0, ..Tif::quarters(0, [[255], [170], [85], [0]]) },
            GREYS,
        ),
        ("TIFF in CMYK", inks(), INKS),
        ("deep TIFF in CMYK", Tif { depth: 16, compression: 8, ..inks() }, INKS),
        ("clear TIFF", clear(2, [0, 0, 0, 51]), laid),
        ("multiplied TIFF", clear(1, [0, 0, 0, 51]), laid),
        ("TIFF with one more", Tif { extra: Some(0), ..Tif::quarters(2, one_more) }, QUARTERS),
        ("turned TIFF", turned, QUARTERS),
    ];
    let mut shown: Vec<Shown> = tiffs
        .into_iter()
        .map(|(name, tif, quarters)| Shown::new(name, tif.bytes(), quarters))
        .collect();
    shown.push(Shown::new("WebP", webp("lossy"), QUARTERS));
    shown.push(Shown::new("clear WebP", webp("clear"), laid));
    let mut lossless = Vec::new();
    let encoder = image_webp::WebPEncoder::new(&mut lossless);
    encoder.encode(&quarters(QUARTERS), 8, 8, image_webp::ColorType::Rgb8).expect("a WebP");
    shown.push(Shown::new("lossless WebP", lossless, QUARTERS));
    shown
}

pub(crate) fn page(items: Vec<PageItem>) -> Page {
    Page::new(Abs::pt(SHEET[0]), Abs::pt(SHEET[1]), items)
}

/// Writes the pages with their pictures in RGB for a screen, in inks for a press.
fn written(pages: &[Page]) -> Vec<u8> {
    let stamp = "2026-03-02T00:00:00+08:00".to_owned();
    let meta = PdfMetadata { title: "图".to_owned(), timestamp: stamp, ..PdfMetadata::default() };
    let mut order = PdfOrder::new(PdfKind::X1a, meta);
    let inked = |item: &PageItem| matches!(item, PageItem::Picture(picture) if picture.image.colour_model() == ColourModel::Cmyk);
    if !pages.iter().flat_map(Page::items).any(inked) {
        order.picture_target = PictureTarget::Screen;
    }
    pdf::write(pages, engine().fonts(), &order).expect("a PDF")
}

/// Pixels of a PNG or PPM with their width, three bytes each.
struct Pixels {
    width: usize,
    rgb: Vec<u8>,
}

impl Pixels {
    fn of_png(bytes: &[u8]) -> Self {
        let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().expect("PNG");
        let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
        let info = reader.next_frame(&mut pixels).expect("pixels");
        let grey = info.color_type == png::ColorType::Grayscale;
        let rgb = if grey { pixels.iter().flat_map(|grey| [*grey; 3]).collect() } else { pixels };
        Self { width: info.width as usize, rgb }
    }

    fn of_ppm(bytes: &[u8]) -> Self {
        // Kind, comments, size and largest value: a line each.
        let mut rest = bytes;
        let mut words = Vec::new();
        while words.len() < 4 {
            let end = rest.iter().position(|byte| *byte == b'\n').expect("a line");
            let line = String::from_utf8_lossy(&rest[..end]).into_owned();
            rest = &rest[end + 1..];
            if !line.starts_with('#') {
                words.extend(line.split_whitespace().map(str::to_owned));
            }
        }
        assert_eq!([&words[0], &words[3]], ["P6", "255"]);
        Self { width: words[1].parse().expect("a width"), rgb: rest.to_vec() }
    }

    /// Returns the colour at a point of the sheet.
    #[expect(clippy::cast_possible_truncation, reason = "a sheet has a few hundred dots a side")]
    fn colour_at(&self, [x, y]: [f64; 2], dpi: f64) -> [u8; 3] {
        let dot = |pt: f64| (pt * dpi / 72.0) as usize;
        let at = (dot(y) * self.width + dot(x)) * 3;
        self.rgb[at..at + 3].try_into().expect("a pixel")
    }
}

/// Checks that two colours differ by no more than a JPEG and a viewer's conversion may cause.
fn assert_near(what: &str, found: [u8; 3], expected: [u8; 3], most: u8) {
    let near = found.iter().zip(expected).all(|(a, b)| a.abs_diff(b) <= most);
    assert!(near, "{what}: {found:?} for {expected:?}");
}

#[test]
fn a_preview_shows_every_kind_in_its_place() {
    check_each(
        kinds(),
        |shown| shown.name.to_owned(),
        |shown| {
            let png = preview::png(&page(vec![shown.item()]), engine().fonts(), 144).expect("PNG");
            let pixels = Pixels::of_png(&png);
            for (middle, expected) in shown.middles() {
                assert_near(shown.name, pixels.colour_at(middle, 144.0), expected, 6);
            }
            // Edges are in the right place: checked half a point on either side.
            let [x, y, width, height] = shown.place.map(|edge| edge as f64);
            for (outside, inside) in [
                ([x - 0.5, y + 9.0], [x + 0.5, y + 9.0]),
                ([x + 9.0, y - 0.5], [x + 9.0, y + 0.5]),
                ([x + 9.0, y + height + 0.5], [x + 9.0, y + height - 0.5]),
                ([x + width + 0.5, y + 9.0], [x + width - 0.5, y + 9.0]),
            ] {
                assert_eq!(
                    pixels.colour_at(outside, 144.0),
                    [255; 3],
                    "{} {outside:?}",
                    shown.name
                );
                let expected_colours = shown.middles().map(|(_, quarter)| quarter);
                let inside = pixels.colour_at(inside, 144.0);
                let near =
                    |quarter: [u8; 3]| inside.iter().zip(quarter).all(|(a, b)| a.abs_diff(b) <= 12);
                assert!(expected_colours.into_iter().any(near), "{}: {inside:?}", shown.name);
            }
        },
    );
}

#[test]
fn a_preview_of_grey_pictures_stays_grey() {
    let is_grey = |shown: &Shown| {
        let png = preview::png(&page(vec![shown.item()]), engine().fonts(), 72).expect("a PNG");
        // The colour type follows size and depth in the header.
        png[25] == 0
    };
    for shown in kinds() {
        let greys = [
            "grey JPEG",
            "deep PNG",
            "clear grey PNG",
            "bitmap PNG",
            "grey TIFF",
            "white is 0 TIFF",
        ];
        let grey = greys.contains(&shown.name);
        assert_eq!(is_grey(&shown), grey, "{}", shown.name);
    }
}

#[test]
fn a_large_picture_is_averaged_when_scaled_down() {
    // Black and white alternate: any part of it that is scaled down is grey.
    let pixels: Vec<u8> =
        (0..1000 * 1000).map(|k| if (k + k / 1000) % 2 == 0 { 0 } else { 255 }).collect();
    let (colour, depth) = (png::ColorType::Grayscale, png::BitDepth::Eight);
    let sample = Sample { size: [1000, 1000], colour, depth, palette: &[], pixels: &pixels };
    let shown = Shown::new("chess", sample.bytes(), [[127; 3]; 4]);
    let png = preview::png(&page(vec![shown.item()]), engine().fonts(), 72).expect("a PNG");
    let pixels = Pixels::of_png(&png);
    for (x, y) in (21..99).flat_map(|x| (31..89).map(move |y| (x, y))) {
        assert_near("chess", pixels.colour_at([f64::from(x), f64::from(y)], 72.0), [127; 3], 8);
    }
}

#[test]
fn later_items_are_drawn_over_a_picture() {
    let shown = Shown::new("below", file("rgb"), QUARTERS);
    let rect = Rect::new(Abs::pt(20), Abs::pt(30), Abs::pt(40), Abs::pt(30));
    let over = PageItem::Fill(FilledRect { rect, colour: CmykColour([0, 0, 0, 1000]) });
    let png = preview::png(&page(vec![shown.item(), over]), engine().fonts(), 72).expect("a PNG");
    let pixels = Pixels::of_png(&png);
    assert_eq!(pixels.colour_at([30.0, 40.0], 72.0), [0; 3]);
    assert_near("beside", pixels.colour_at([80.0, 45.0], 72.0), QUARTERS[1], 6);
}

/// Returns the image objects of a file, by name.
pub(crate) fn objects(document: &Document) -> Vec<(String, &Stream)> {
    let page = document.page_iter().next().expect("a page");
    let page = document.get_dictionary(page).expect("a page");
    let of = |dictionary: &'_ Dictionary, key: &[u8]| -> Dictionary {
        let object = dictionary.get(key).expect("an entry");
        let object = document.dereference(object).expect("an object").1;
        object.as_dict().expect("a dictionary").clone()
    };
    let shared = of(&of(page, b"Resources"), b"XObject");
    let streams = shared.iter().map(|(name, object)| {
        let id = object.as_reference().expect("a reference");
        let stream = document.get_object(id).and_then(Object::as_stream).expect("a stream");
        (String::from_utf8_lossy(name).into_owned(), stream)
    });
    streams.collect()
}

#[test]
fn a_jpeg_is_copied_into_the_pdf_unchanged() {
    for (bytes, space, inverted) in [
        (file("grey"), "DeviceGray", false),
        (file("rgb"), "DeviceRGB", false),
        (file("progressive"), "DeviceRGB", false),
        (file("cmyk"), "DeviceCMYK", true),
        (plain_cmyk(), "DeviceCMYK", false),
    ] {
        let shown = Shown::new("JPEG", bytes.clone(), QUARTERS);
        let document = Document::load_mem(&written(&[page(vec![shown.item()])])).expect("a PDF");
        let objects = objects(&document);
        let [(name, stream)] = objects.as_slice() else { panic!("{objects:?}") };
        assert_eq!(name, "BP0");
        assert!(stream.content == bytes, "byte for byte");
        let entry = |key: &[u8]| stream.dict.get(key).and_then(Object::as_name);
        assert_eq!(entry(b"ColorSpace").expect("a space"), space.as_bytes());
        assert_eq!(entry(b"Filter").expect("a filter"), b"DCTDecode");
        assert_eq!(stream.dict.has(b"Decode"), inverted, "{space}");
        assert!(!stream.dict.has(b"DecodeParms"));
    }
    // Three components that are named R, G and B, without a marker.
    let shown = Shown::new("RGB", named_rgb(), QUARTERS);
    let document = Document::load_mem(&written(&[page(vec![shown.item()])])).expect("a PDF");
    let parms = objects(&document)[0].1.dict.get(b"DecodeParms").and_then(Object::as_dict);
    let transform = parms.expect("parameters").get(b"ColorTransform").and_then(Object::as_i64);
    assert_eq!(transform.expect("a transform"), 0);
}

#[test]
fn a_picture_is_in_the_file_once_and_overprints_nothing() {
    let (one, two) = (Shown::new("", file("rgb"), QUARTERS), Shown::new("", quartered(), QUARTERS));
    let again = Shown { image: image(file("rgb")), ..Shown::new("", file("rgb"), QUARTERS) };
    let fill = |x| {
        PageItem::Fill(FilledRect {
            rect: Rect::new(x, x, x, x),
            colour: CmykColour([0, 0, 0, 1000]),
        })
    };
    let pages = [
        page(vec![fill(Abs::pt(3)), one.item(), two.item(), fill(Abs::pt(5))]),
        page(vec![again.item()]),
    ];
    let bytes = written(&pages);
    assert!(bytes == written(&pages), "the same pages, the same bytes");
    let document = Document::load_mem(&bytes).expect("a PDF");
    let names: Vec<String> = objects(&document).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["BP0", "BP1"]);
    let contents: Vec<String> = document
        .page_iter()
        .map(|id| {
            let content = document.get_page_content(id);
            lopdf::content::Content::decode(&content).expect("operators").operations
        })
        .map(|operations| {
            let word = |operation: lopdf::content::Operation| {
                let name = operation.operands.first().and_then(|name| name.as_name().ok());
                let name = name.map(|name| format!(" {}", String::from_utf8_lossy(name)));
                operation.operator + &name.unwrap_or_default()
            };
            operations.into_iter().map(word).collect::<Vec<_>>().join(",")
        })
        .collect();
    // The fill after the pictures overprints as the one before them did.
    let first = "q,gs GSKNOCK,cm,Do BP0,Q,q,gs GSKNOCK,cm,Do BP1,Q";
    assert_eq!(contents[0], format!("gs GSOVER,k,re,f,{first},re,f"));
    assert_eq!(contents[1], "gs GSOVER,q,gs GSKNOCK,cm,Do BP0,Q");
    let text = String::from_utf8_lossy(&bytes).into_owned();
    assert!(text.contains("/OP false"), "on every plate");
}

#[test]
fn a_picture_whose_pixels_are_missing_is_named() {
    // The headers of a PNG with alpha are correct, but its pixels end early.
    let pixels = quarters([[1, 2, 3, 4]; 4]);
    let (colour, depth) = (png::ColorType::Rgba, png::BitDepth::Eight);
    let sample = Sample { size: [8, 8], colour, depth, palette: &[], pixels: &pixels };
    let whole = sample.bytes();
    let other = Sample { size: [8, 4], pixels: &pixels[..128], ..sample }.bytes();
    let data = |bytes: &[u8]| bytes.windows(4).position(|part| part == b"IDAT").expect("IDAT") - 4;
    let bytes = [&whole[..data(&whole)], &other[data(&other)..]].concat();
    let shown = Shown::new("short", bytes, QUARTERS);
    let pages = [page(vec![shown.item()])];
    let sum = shown.image.sha256().to_owned();
    let order = PdfOrder::new(PdfKind::X1a, PdfMetadata::default());
    let failure = pdf::write(&pages, engine().fonts(), &order).expect_err("no pixels");
    assert!(
        matches!(&failure, WriteError::Picture { sha256, .. } if *sha256 == sum),
        "{failure:?}"
    );
    assert_eq!(preview::png(&pages[0], engine().fonts(), 72), Err(failure));
}

/// Runs a tool on the PDF of each kind and passes its output to `check`.
fn with_tool(name: &str, args: &[&str], check: impl Fn(&Shown, &str, Option<Vec<u8>>)) {
    let Some(_) = tool(name) else { return };
    let dir = TempDir::new();
    check_each(
        kinds(),
        |shown| shown.name.to_owned(),
        |shown| {
            let file = dir.write("page.pdf", &written(&[page(vec![shown.item()])]));
            let out = dir.path("out.ppm");
            let _ = std::fs::remove_file(&out);
            let args = args.iter().map(|arg| {
                let arg = arg.replace("FILE", file.to_str().expect("path"));
                arg.replace("OUT", out.to_str().expect("path").trim_end_matches(".ppm"))
            });
            let output = tool(name).expect("found above").args(args).output().expect("it runs");
            let said = [output.stdout, output.stderr].concat();
            let said = String::from_utf8_lossy(&said).into_owned();
            assert!(output.status.success(), "{}: {said}", shown.name);
            check(shown, &said, std::fs::read(out).ok());
        },
    );
}

#[test]
fn qpdf_and_pdfimages_read_every_kind() {
    with_tool("qpdf", &["--check", "FILE"], |shown, said, _| {
        assert!(said.contains("No syntax or stream encoding errors"), "{}: {said}", shown.name);
    });
    with_tool("pdfimages", &["-list", "FILE"], |shown, said, _| {
        let row = said.lines().nth(2).unwrap_or_default();
        // A picture whose bytes are copied is turned when it is drawn.
        let jpeg = shown.image.is_jpeg();
        let [width, height] = if jpeg { shown.image.stored_size() } else { shown.image.size() };
        assert!(
            row.contains(&format!(" {width} ")) && row.contains(&format!(" {height} ")),
            "{said}"
        );
        assert_eq!(row.contains("jpeg"), jpeg, "{}: {said}", shown.name);
    });
}

#[test]
fn poppler_mupdf_and_ghostscript_draw_what_the_preview_shows() {
    for (name, args) in [
        ("pdftoppm", &["-r", "144", "-singlefile", "FILE", "OUT"][..]),
        ("mutool", &["draw", "-q", "-r", "144", "-c", "rgb", "-o", "OUT.ppm", "FILE"]),
        (
            "gs",
            &[
                "-q",
                "-dNOPAUSE",
                "-dBATCH",
                "-r144",
                "-sDEVICE=ppmraw",
                "-sOutputFile=OUT.ppm",
                "FILE",
            ],
        ),
    ] {
        with_tool(name, args, |shown, said, drawn| {
            let pixels = Pixels::of_ppm(&drawn.unwrap_or_else(|| panic!("{name}: {said}")));
            // Each viewer shows inks in its own way.
            let most = if shown.name.ends_with("K") { 150 } else { 8 };
            for (middle, expected) in shown.middles() {
                let what = format!("{name}: {}", shown.name);
                assert_near(&what, pixels.colour_at(middle, 144.0), expected, most);
            }
        });
    }
}
