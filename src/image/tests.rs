//! Tests: headers of every format, whole and broken.

use super::{ImageError, ImageFormat, ImageOrientation, PictureSupply, PngColour, SourceImage};

const GREY: &[u8] = include_bytes!("../../tests/fixtures/pictures/grey.jpg");
const RGB: &[u8] = include_bytes!("../../tests/fixtures/pictures/rgb.jpg");
const PROGRESSIVE: &[u8] = include_bytes!("../../tests/fixtures/pictures/progressive.jpg");
const CMYK: &[u8] = include_bytes!("../../tests/fixtures/pictures/cmyk.jpg");
const TURNED: &[u8] = include_bytes!("../../tests/fixtures/pictures/turned.jpg");

fn read(bytes: &[u8]) -> Result<SourceImage, ImageError> {
    SourceImage::read(bytes.to_vec())
}

/// Builds a chunk. Its checksum is computed bit by bit, unlike in the reader.
fn chunk(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    let summed = [kind.as_slice(), content].concat();
    let mut sum = !0_u32;
    for bit in summed.iter().flat_map(|byte| (0..8).map(move |bit| u32::from(byte >> bit & 1))) {
        sum = if (sum ^ bit) & 1 == 1 { 0xedb8_8320 ^ (sum >> 1) } else { sum >> 1 };
    }
    let length = u32::try_from(content.len()).expect("length").to_be_bytes();
    [length.as_slice(), &summed, &(!sum).to_be_bytes()].concat()
}

/// Builds a PNG of a header (depth, colour, interlace) and chunks.
fn png(
    size: [u32; 2],
    [depth, colour, interlace]: [u8; 3],
    chunks: &[(&[u8; 4], &[u8])],
) -> Vec<u8> {
    let [width, height] = size.map(u32::to_be_bytes);
    let header = [width.as_slice(), &height, &[depth, colour, 0, 0, interlace]].concat();
    let mut out = super::png::SIGNATURE.to_vec();
    out.extend(chunk(b"IHDR", &header));
    chunks.iter().for_each(|(kind, content)| out.extend(chunk(kind, content)));
    out
}

/// Builds a JPEG of segments.
fn jpeg(segments: &[(u8, &[u8])]) -> Vec<u8> {
    let mut out = vec![0xff, 0xd8];
    for (marker, content) in segments {
        out.extend([0xff, *marker]);
        if *marker != 0xd9 {
            out.extend(u16::try_from(content.len() + 2).expect("length").to_be_bytes());
            out.extend(*content);
        }
    }
    out
}

/// Builds a frame header of 8 × 4 pixels.
fn frame(precision: u8, ids: &[u8]) -> Vec<u8> {
    let mut out = vec![precision, 0, 4, 0, 8, u8::try_from(ids.len()).expect("few")];
    ids.iter().for_each(|id| out.extend([*id, 0x11, 0]));
    out
}

#[test]
fn jpeg_headers_are_read() {
    for (name, bytes, size, expected) in [
        ("grey", GREY, [64, 32], (1, false, false, false)),
        ("rgb", RGB, [64, 32], (3, false, true, false)),
        ("progressive", PROGRESSIVE, [64, 32], (3, true, true, false)),
        ("cmyk", CMYK, [64, 32], (4, false, false, true)),
        ("turned", TURNED, [32, 64], (3, false, true, false)),
    ] {
        let image = read(bytes).unwrap_or_else(|error| panic!("{name}: {error:?}"));
        assert_eq!(image.size(), size, "{name}");
        let ImageFormat::Jpeg(jpeg) = image.format() else { panic!("{name}") };
        let facts = (jpeg.components, jpeg.is_progressive, jpeg.is_ycc, jpeg.is_inverted());
        assert_eq!(facts, expected, "{name}");
        assert_eq!(image.is_grey(), name == "grey");
        assert_eq!(image.orientation() == ImageOrientation::from_exif(6), name == "turned");
        assert_eq!(image.stored_size(), [64, 32]);
    }
}

#[test]
fn the_colours_of_a_jpeg_follow_its_markers() {
    let jfif: (u8, &[u8]) = (0xe0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0");
    let adobe = |transform: u8| [b"Adobe\0\x64\0\0\0\0".as_slice(), &[transform]].concat();
    let (plain, ycc) = (adobe(0), adobe(1));
    let ycck = adobe(2);
    for (ids, marker, expected) in [
        (b"\x01\x02\x03".as_slice(), None, true),
        (b"RGB", None, false),
        (b"RGB", Some(jfif), true),
        (b"\x01\x02\x03", Some((0xee, plain.as_slice())), false),
        (b"RGB", Some((0xee, &ycc)), true),
        (b"\x01\x02\x03\x04", None, false),
        (b"\x01\x02\x03\x04", Some((0xee, &plain)), false),
        (b"\x01\x02\x03\x04", Some((0xee, &ycck)), true),
        (b"\x01", None, false),
    ] {
        let frame = frame(8, ids);
        let mut segments: Vec<(u8, &[u8])> = marker.into_iter().collect();
        segments.extend([(0xc0, frame.as_slice()), (0xda, b"\0\0"), (0xd9, b"")]);
        let image = read(&jpeg(&segments)).expect("a JPEG");
        let ImageFormat::Jpeg(jpeg) = image.format() else { panic!("a JPEG") };
        assert_eq!(jpeg.is_ycc, expected, "{ids:?} {marker:?}");
    }
}

#[test]
fn png_headers_are_read() {
    use PngColour::{Grey, GreyAlpha, Palette, Rgb, RgbAlpha};
    let palette: (&[u8; 4], &[u8]) = (b"PLTE", &[1, 2, 3, 255, 255, 255]);
    let greys: (&[u8; 4], &[u8]) = (b"PLTE", &[0, 0, 0, 9, 9, 9]);
    for (header, extra, colour, grey, clear) in [
        ([1, 0, 0], vec![], Grey, true, false),
        ([16, 0, 1], vec![(b"tRNS", [0, 0].as_slice())], Grey, true, true),
        ([8, 2, 0], vec![], Rgb, false, false),
        ([2, 3, 0], vec![palette], Palette, false, false),
        ([2, 3, 0], vec![greys, (b"tRNS", &[255])], Palette, true, false),
        ([2, 3, 0], vec![greys, (b"tRNS", &[255, 7])], Palette, true, true),
        ([8, 4, 0], vec![], GreyAlpha, true, true),
        ([16, 6, 1], vec![], RgbAlpha, false, true),
    ] {
        let pixels: [(&[u8; 4], &[u8]); 3] = [(b"IDAT", b"ab"), (b"IDAT", b"c"), (b"IEND", b"")];
        let bytes = png([7, 5], header, &[extra, pixels.to_vec()].concat());
        let image = read(&bytes).unwrap_or_else(|error| panic!("{header:?}: {error:?}"));
        let ImageFormat::Png(png) = image.format() else { panic!("a PNG") };
        assert_eq!((image.size(), png.colour, image.is_grey()), ([7, 5], colour, grey));
        assert_eq!(
            (png.bit_depth, png.is_interlaced, png.has_transparency),
            (header[0], header[2] == 1, clear)
        );
        let data: Vec<u8> =
            png.data_ranges.iter().flat_map(|range| bytes[range.clone()].to_vec()).collect();
        assert_eq!(data, b"abc");
    }
}

#[test]
fn bytes_that_are_no_picture_are_rejected_by_name() {
    let jpeg_of = |marker: u8, frame: &[u8]| jpeg(&[(marker, frame), (0xda, b""), (0xd9, b"")]);
    let (grey, twelve) = (frame(8, b"\x01"), frame(12, b"\x01"));
    let (two, none) = (frame(8, b"\x01\x02"), frame(8, b""));
    let mut flat = grey.clone();
    flat[1..3].fill(0);
    let pixels: (&[u8; 4], &[u8]) = (b"IDAT", b"x");
    let end: (&[u8; 4], &[u8]) = (b"IEND", b"");
    let whole = png([1, 1], [8, 0, 0], &[pixels, end]);
    let mut summed = whole.clone();
    summed[20] ^= 1;
    for (name, bytes, error) in [
        ("nothing", vec![], ImageError::Empty),
        ("TIFF", b"II*\0....".to_vec(), ImageError::Truncated),
        ("big TIFF", b"MM\0+....".to_vec(), ImageError::UnsupportedFormat("BigTIFF")),
        ("WebP", b"RIFF....WEBPVP8 ".to_vec(), ImageError::Truncated),
        ("GIF", b"GIF89a".to_vec(), ImageError::UnsupportedFormat("GIF")),
        (
            "SVG",
            b"\xef\xbb\xbf<?xml version='1.0'?>\n<svg/>".to_vec(),
            ImageError::UnsupportedFormat("SVG"),
        ),
        ("HEIC", b"\0\0\0\x18ftypheic".to_vec(), ImageError::UnsupportedFormat("HEIF/AVIF")),
        ("PDF", b"%PDF-1.4".to_vec(), ImageError::UnsupportedFormat("PDF")),
        ("text", "版面".as_bytes().to_vec(), ImageError::UnknownFormat),
        ("12 bits", jpeg_of(0xc1, &twelve), ImageError::UnsupportedPrecision(12)),
        ("lossless", jpeg_of(0xc3, &grey), ImageError::UnsupportedProcess("lossless")),
        ("hierarchical", jpeg_of(0xc5, &grey), ImageError::UnsupportedProcess("hierarchical")),
        ("arithmetic", jpeg_of(0xc9, &grey), ImageError::UnsupportedProcess("arithmetic")),
        ("two components", jpeg_of(0xc0, &two), ImageError::UnsupportedComponents(2)),
        ("no component", jpeg_of(0xc0, &none), ImageError::UnsupportedComponents(0)),
        ("no height", jpeg_of(0xc0, &flat), ImageError::BadSize([8, 0])),
        ("a short frame", jpeg_of(0xc0, &grey[..4]), ImageError::Damaged),
        ("no frame", jpeg(&[(0xda, b""), (0xd9, b"")]), ImageError::Damaged),
        ("no scan", jpeg(&[(0xc0, &grey), (0xd9, b"")]), ImageError::Damaged),
        ("two frames", jpeg(&[(0xc0, &grey), (0xc0, &grey), (0xd9, b"")]), ImageError::Damaged),
        ("no end", jpeg(&[(0xc0, &grey), (0xda, b"")]), ImageError::Truncated),
        ("no width", png([0, 1], [8, 0, 0], &[pixels, end]), ImageError::BadSize([0, 1])),
        ("absurd", png([1, 70_000], [8, 0, 0], &[pixels, end]), ImageError::BadSize([1, 70_000])),
        ("a checksum", summed, ImageError::Damaged),
        ("a depth", png([1, 1], [3, 0, 0], &[pixels, end]), ImageError::Damaged),
        ("a colour", png([1, 1], [8, 5, 0], &[pixels, end]), ImageError::Damaged),
        ("no palette", png([1, 1], [8, 3, 0], &[pixels, end]), ImageError::Damaged),
        ("no pixels", png([1, 1], [8, 0, 0], &[end]), ImageError::Damaged),
        (
            "parted",
            png([1, 1], [8, 0, 0], &[pixels, (b"tEXt", b""), pixels, end]),
            ImageError::Damaged,
        ),
        ("no end of chunks", png([1, 1], [8, 0, 0], &[pixels]), ImageError::Truncated),
    ] {
        assert_eq!(read(&bytes), Err(error), "{name}");
    }
}

/// Truncated files are always errors; flipped bytes never cause a panic, nor do their pixels.
#[test]
fn broken_bytes_never_panic() {
    let pixels: (&[u8; 4], &[u8]) = (b"IDAT", b"\x78\x01\x01\x02\0\xfd\xff\0\x07\0\x09\0\x08");
    let small = png([1, 1], [8, 0, 0], &[pixels, (b"IEND", b"")]);
    assert!(read(&small).is_ok());
    // xorshift, so that every run flips the same bytes.
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    let mut below = |most: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        usize::try_from(random % u64::try_from(most).expect("small")).expect("small")
    };
    for whole in [GREY, RGB, PROGRESSIVE, CMYK, TURNED, &small] {
        for end in 0..whole.len() {
            assert!(read(&whole[..end]).is_err(), "{end} of {}", whole.len());
        }
        for _ in 0..2_000 {
            let mut bytes = whole.to_vec();
            for _ in 0..=below(4) {
                let at = below(bytes.len());
                bytes[at] = u8::try_from(below(256)).expect("a byte");
            }
            let Ok(image) = SourceImage::read(bytes) else { continue };
            let [width, height] = image.size();
            // A size flipped to a large value would only take time.
            if width * height <= 65_536 {
                #[cfg(feature = "preview")]
                let _ = image.decode();
            }
        }
    }
}

#[cfg(feature = "preview")]
#[test]
fn pixels_are_those_that_were_stored() {
    // Middle of each quarter as stored; JPEG deviates a little.
    for (name, bytes, expected) in [
        ("grey", GREY, [vec![0], vec![85], vec![170], vec![255]]),
        ("rgb", RGB, [vec![220, 30, 30], vec![30, 180, 60], vec![40, 60, 200], vec![240; 3]]),
        (
            "progressive",
            PROGRESSIVE,
            [vec![220, 30, 30], vec![30, 180, 60], vec![40, 60, 200], vec![240; 3]],
        ),
        (
            "cmyk",
            CMYK,
            [vec![255, 0, 0, 0], vec![0, 255, 0, 0], vec![0, 0, 255, 0], vec![0, 0, 0, 128]],
        ),
    ] {
        let samples = read(bytes).expect(name).decode().expect(name);
        for (quarter, expected) in expected.iter().enumerate() {
            let (x, y) = (16 + 32 * (quarter % 2), 8 + 16 * (quarter / 2));
            let at = (y * 64 + x) * samples.channels;
            let found = &samples.bytes[at..at + samples.channels];
            let near = found.iter().zip(expected).all(|(a, b)| a.abs_diff(*b) <= 4);
            assert!(near, "{name}: {found:?} for {expected:?}");
        }
    }
    // A header that promises more pixels than the data hold is reported.
    let promised =
        png([9, 9], [8, 0, 0], &[(b"IDAT", b"\x78\x01\x03\0\0\0\0\x01"), (b"IEND", b"")]);
    assert_eq!(read(&promised).expect("headers").decode(), Err(ImageError::Damaged));
}

#[test]
fn pictures_are_found_by_id_and_by_sum() {
    let mut pictures = PictureSupply::default();
    pictures.insert(Some("bridge"), GREY.to_vec());
    pictures.insert(None, RGB.to_vec());
    pictures.insert(Some("broken"), b"GIF89a".to_vec());
    let bridge = pictures.by_id("bridge").expect("there").as_ref().expect("a picture");
    assert_eq!(pictures.by_sha256(bridge.sha256()).expect("there").as_ref(), Ok(bridge));
    assert!(pictures.by_sha256(&super::sha256_hex(RGB)).is_some());
    assert_eq!(pictures.by_id("broken"), Some(&Err(ImageError::UnsupportedFormat("GIF"))));
    assert!(pictures.by_id("other").is_none());
    // Pictures are equal if their bytes are.
    let sized = |byte| SourceImage::with_size(vec![byte], [3, 2]);
    assert_eq!((sized(1), sized(1).size()), (sized(1), [3, 2]));
    assert_ne!(sized(1), sized(2));
}

#[cfg(any(feature = "pdf", feature = "preview"))]
#[test]
fn decoders_may_not_exceed_the_size_of_the_header() {
    let tiff = |fields: &[(u16, u32)]| {
        let count = u16::try_from(fields.len()).expect("few");
        let mut out = [b"II*\0".as_slice(), &8_u32.to_le_bytes(), &count.to_le_bytes()].concat();
        for (field, value) in fields {
            out.extend(field.to_le_bytes());
            out.extend([4, 0, 1, 0, 0, 0]);
            out.extend(value.to_le_bytes());
        }
        out.extend([0; 4]);
        out
    };
    let fields = [(256, 4), (257, 2), (258, 8), (259, 1), (262, 1), (273, 8), (278, 2), (279, 8)];
    let pixels = read(&tiff(&fields)).expect("a header").decode().expect("pixels");
    assert_eq!((pixels.size, pixels.bytes.len()), ([4, 2], 8));
    // A decoder that takes the second of two heights would allocate gigabytes.
    let twice = [fields.as_slice(), &[(257, 0xff00_0002)]].concat();
    let image = read(&tiff(&twice)).expect("a header");
    assert_eq!((image.size(), image.decode()), ([4, 2], Err(ImageError::Damaged)));
}
