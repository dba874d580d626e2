//! Kinds of pictures through the engine: supported ones, unsupported ones, and faults of either.

use std::time::{Duration, Instant};

use banmian::colour::NEWSPRINT_PROFILE;
use banmian::engine::RenderResult;
use banmian::error::Error;
use banmian::image::SourceImage;
use banmian::proto::picture::Content;
use banmian::proto::render_page_request::Source;
use banmian::proto::{self, Output, Policy, Severity};

use super::drawn::{kinds, plain_cmyk};
use super::tif::Tif;
use super::{QUARTERS, Sample, file, picture, pictured, quartered, webp};
use crate::support::{check_each, engine, request};

/// Renders the seed with a lone picture.
fn rendered(bytes: &[u8], outputs: &[Output], policy: Policy) -> Result<RenderResult, Error> {
    let source = Source::Page(pictured(picture("bridge", Some(Content::Data(bytes.to_vec())))));
    let request = proto::RenderPageRequest { policy: policy.into(), ..request(source, outputs) };
    engine().render(request, &())
}

/// Returns the findings about the picture: code, severity, message.
fn picture_findings(rendered: &RenderResult) -> Vec<(String, Severity, String)> {
    let findings = &rendered.report.findings;
    let ours = findings.iter().filter(|finding| finding.code.starts_with("BM-PICTURE"));
    ours.map(|finding| {
        let message = finding.message.as_ref().expect("words").en.clone();
        (finding.code.clone(), finding.severity(), message)
    })
    .collect()
}

/// Returns a PNG of one colour.
fn flat(size: [u32; 2], depth: png::BitDepth) -> Vec<u8> {
    let per_byte = if depth == png::BitDepth::One { 8 } else { 1 };
    let row = size[0].div_ceil(per_byte) as usize;
    let pixels = vec![0x55; row * size[1] as usize];
    Sample { size, colour: png::ColorType::Grayscale, depth, palette: &[], pixels: &pixels }.bytes()
}

#[test]
fn every_kind_is_set_and_shown() {
    check_each(
        kinds(),
        |shown| shown.name.to_owned(),
        |shown| {
            let outputs = [Output::PressPdf, Output::PreviewPng];
            let rendered = rendered(shown.image.bytes(), &outputs, Policy::Mark).expect("a page");
            let found = picture_findings(&rendered);
            // These pictures are small: they have no other fault.
            let coarse = found.iter().filter(|(code, ..)| code == "BM-PICTURE-004").count();
            assert_eq!(coarse, 1, "{found:?}");
            let ink = found.iter().any(|(code, ..)| code == "BM-PICTURE-007");
            assert_eq!(ink, ["plain CMYK", "YCCK"].contains(&shown.name), "{found:?}");
            assert_eq!(found.len(), 1 + usize::from(ink), "{found:?}");
            assert_eq!(rendered.artifacts.expect("files").len(), 2);
        },
    );
}

/// Returns a name, bytes, and words of the message.
fn faults() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let rgb = || Tif::quarters(2, QUARTERS);
    let tiff = |tif: Tif| tif.bytes();
    let mut other_depths = rgb().bytes();
    // Nine bits a sample.
    let bits = other_depths.windows(6).position(|part| part == [8, 0, 8, 0, 8, 0]).expect("depths");
    other_depths[bits] = 9;
    let cut = |mut bytes: Vec<u8>| {
        bytes.truncate(bytes.len() * 2 / 3);
        bytes
    };
    vec![
        ("SVG", b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(), "SVG"),
        ("GIF", b"GIF89a".to_vec(), "GIF"),
        ("BMP", b"BM______".to_vec(), "BMP"),
        ("HEIC", b"\0\0\0\x18ftypheic".to_vec(), "HEIF"),
        ("PDF", b"%PDF-1.7".to_vec(), "PDF"),
        ("BigTIFF", b"II+\0\x08\0\0\0".to_vec(), "BigTIFF"),
        ("text", b"a picture".to_vec(), "not a JPEG, PNG, TIFF or WebP"),
        ("animated WebP", webp("animated"), "WebP (animation)"),
        ("JPEG in TIFF", tiff(Tif { compression: 7, ..rgb() }), "TIFF (JPEG)"),
        ("fax", tiff(Tif { compression: 4, ..rgb() }), "TIFF (CCITT)"),
        ("Lab", tiff(Tif { photometric: 8, ..rgb() }), "TIFF (Lab)"),
        ("YCbCr", tiff(Tif { photometric: 6, ..rgb() }), "TIFF (YCbCr)"),
        ("palette", tiff(Tif { photometric: 3, ..rgb() }), "TIFF (palette)"),
        ("depths", other_depths, "TIFF (samples)"),
        ("one sample of RGB", tiff(Tif::quarters(2, [[1], [2], [3], [4]])), "damaged"),
        ("cut TIFF", cut(tiff(rgb())), "truncated"),
        ("cut WebP", cut(webp("lossy")), "truncated"),
        ("cut PNG", cut(quartered()), "truncated"),
        ("cut JPEG", cut(file("rgb")), "truncated"),
        ("no byte", Vec::new(), "is empty"),
    ]
}

#[test]
fn a_bad_picture_is_a_finding_and_withholds_the_press_file() {
    check_each(
        faults(),
        |(name, ..)| (*name).to_owned(),
        |(_, bytes, words)| {
            let shown = rendered(bytes, &[Output::PreviewPng], Policy::Strict).expect("a report");
            let found = picture_findings(&shown);
            let [(code, severity, message)] = found.as_slice() else { panic!("{found:?}") };
            assert_eq!((code.as_str(), *severity), ("BM-PICTURE-002", Severity::Error));
            assert!(message.contains(words), "{message}");
            shown.artifacts.expect("a proof shows its frame");
            let press = rendered(bytes, &[Output::PressPdf], Policy::Strict).expect("a report");
            assert!(matches!(press.artifacts, Err(Error::Unfit(_))));
        },
    );
}

#[test]
fn animated_pngs_show_their_first_picture() {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, 8, 8);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_animated(2, 0).expect("two frames");
    let mut writer = encoder.write_header().expect("a header");
    writer.write_image_data(&[200, 10, 10, 255].repeat(64)).expect("a frame");
    writer.write_image_data(&[10, 10, 200, 255].repeat(64)).expect("a frame");
    writer.finish().expect("an end");
    let samples = SourceImage::read(bytes).expect("a PNG").decode().expect("pixels");
    assert_eq!((samples.size, samples.bytes), ([8, 8], [200, 10, 10].repeat(64)));
}

#[test]
fn a_picture_of_one_pixel_is_set() {
    let rgb = [200, 10, 10];
    let (colour, depth) = (png::ColorType::Rgb, png::BitDepth::Eight);
    let sample = Sample { size: [1, 1], colour, depth, palette: &[], pixels: &rgb };
    let tif = Tif { size: [1, 1], pixels: rgb.to_vec(), ..Tif::quarters(2, QUARTERS) };
    for bytes in [sample.bytes(), tif.bytes()] {
        let outputs = [Output::PressPdf, Output::PreviewPng];
        let rendered = rendered(&bytes, &outputs, Policy::Mark).expect("a page");
        rendered.artifacts.expect("files");
    }
}

#[test]
fn headers_of_oversized_pictures_are_rejected_at_once() {
    // The header of a PNG of sixty thousand pixels a side is at the start, followed by its
    // checksum.
    let mut large = flat([8, 8], png::BitDepth::Eight);
    large[16..20].copy_from_slice(&60_000_u32.to_be_bytes());
    large[20..24].copy_from_slice(&60_000_u32.to_be_bytes());
    let sum = flate_crc(&large[12..29]);
    large[29..33].copy_from_slice(&sum.to_be_bytes());
    // Width and height are the first fields of the directory, their values eight bytes into each.
    let mut tiff = Tif::quarters(2, QUARTERS).bytes();
    let directory = u32::from_le_bytes(tiff[4..8].try_into().expect("a place")) as usize;
    for side in [directory + 2 + 8, directory + 2 + 12 + 8] {
        tiff[side..side + 4].copy_from_slice(&60_000_u32.to_le_bytes());
    }
    let mut webp = webp("lossy");
    let frame = webp.windows(3).position(|part| part == [0x9d, 1, 0x2a]).expect("a key frame");
    webp[frame + 3..frame + 7].copy_from_slice(&[0xff, 0x3f, 0xff, 0x3f]);
    for (name, bytes) in [("PNG", large), ("TIFF", tiff), ("WebP", webp)] {
        let start = Instant::now();
        let error = rendered(&bytes, &[Output::PreviewPng], Policy::Mark).expect_err(name);
        assert!(start.elapsed() < Duration::from_secs(2), "{name}: {:?}", start.elapsed());
        let finding = error.findings().first().unwrap_or_else(|| panic!("{name}: {error}"));
        assert_eq!(finding.code.id(), "BM-RECORD-004", "{name}: {finding}");
        assert!(finding.message.en.contains("picture_pixels"), "{finding}");
    }
}

/// Returns the CRC-32, calculated bit by bit.
fn flate_crc(bytes: &[u8]) -> u32 {
    let mut sum = !0_u32;
    for bit in bytes.iter().flat_map(|byte| (0..8).map(move |bit| u32::from(byte >> bit & 1))) {
        sum = if (sum ^ bit) & 1 == 1 { 0xedb8_8320 ^ (sum >> 1) } else { sum >> 1 };
    }
    !sum
}

#[test]
fn broken_bytes_are_faults_or_pictures() {
    let rgb = || Tif::quarters(2, QUARTERS);
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    let mut below = |most: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        usize::try_from(random % most as u64).expect("small")
    };
    let mut decoded = 0;
    for whole in [
        rgb().bytes(),
        Tif { compression: 5, big: true, ..rgb() }.bytes(),
        Tif { compression: 8, tile: Some(16), depth: 16, ..rgb() }.bytes(),
        Tif { compression: 32_773, planes: true, ..rgb() }.bytes(),
        webp("lossy"),
        webp("clear"),
        webp("animated"),
    ] {
        for end in 0..whole.len() {
            let _ = SourceImage::read(whole[..end].to_vec()).map(|image| image.decode());
        }
        for _ in 0..2_000 {
            let mut bytes = whole.clone();
            for _ in 0..=below(4) {
                let at = below(bytes.len());
                bytes[at] = u8::try_from(below(256)).expect("a byte");
            }
            let Ok(image) = SourceImage::read(bytes) else { continue };
            let [width, height] = image.size();
            // A size that was changed to a large one would only take time.
            if u64::from(width) * u64::from(height) <= 65_536 {
                let _ = (image.decode(), image.icc_profile());
                decoded += 1;
            }
        }
    }
    assert!(decoded > 0, "some headers stay readable");
}

#[test]
fn resolution_is_reported_at_the_printed_size() {
    let (mut coarse, mut soft, mut sharp) = (0, 0, 0);
    for step in 2..=14 {
        let size = [150 * step, 100 * step];
        let bytes = flat(size, png::BitDepth::Eight);
        let strict = rendered(&bytes, &[Output::PressPdf], Policy::Strict).expect("a report");
        let module = strict.report.geometry.as_ref().expect("geometry");
        let module = module.modules.iter().find(|module| module.picture_id == "bridge");
        let rect = module.expect("a module").picture_rects[0];
        // The picture is cropped to its block, so the lower resolution of both directions is
        // reported.
        let [wide, high] = [rect.width, rect.height].map(|pt| pt / 72.0);
        let across = f64::from(size[0]) / wide;
        let down = f64::from(size[1]) / high;
        let expected = across.min(down);
        let found = picture_findings(&strict);
        match found.as_slice() {
            [] => {
                sharp += 1;
                assert!(expected > 169.0, "{size:?}: {expected}");
                strict.artifacts.expect("a file");
            }
            [(code, severity, message)] => {
                let ppi = message.split(" ppi").next().and_then(|text| text.rsplit(' ').next());
                let ppi: f64 = ppi.and_then(|ppi| ppi.parse().ok()).expect("a number");
                assert!((ppi - expected).abs() < 2.0, "{message}: {expected}");
                assert!(message.contains("bridge"), "{message}");
                let error = ppi < 120.0;
                assert!(ppi < 170.0, "{message}");
                let (id, severe) = if error {
                    ("BM-PICTURE-004", Severity::Error)
                } else {
                    ("BM-PICTURE-005", Severity::Warning)
                };
                assert_eq!((code.as_str(), *severity), (id, severe), "{message}");
                // Only an error keeps the page from the press, and from the press only.
                assert_eq!(strict.artifacts.is_err(), error, "{message}");
                if let Err(failure) = strict.artifacts {
                    assert!(failure.to_string().contains("1 幅图片像素不足"), "{failure}");
                    let proof = rendered(&bytes, &[Output::PreviewPng], Policy::Strict);
                    let proof = proof.expect("a report");
                    assert_eq!(picture_findings(&proof), found);
                    proof.artifacts.expect("a proof");
                }
                if error { coarse += 1 } else { soft += 1 }
            }
            more => panic!("{more:?}"),
        }
    }
    assert!(coarse > 1 && soft > 0 && sharp > 1, "{coarse} {soft} {sharp}");
}

#[test]
fn ink_over_the_limit_is_measured() {
    // One ink in each quarter, read as unprinted; the fourth has half of it.
    let of = |bytes: &[u8], output| {
        let rendered = rendered(bytes, &[output], Policy::Mark).expect("a page");
        let found = picture_findings(&rendered);
        found.into_iter().find(|(code, ..)| code == "BM-PICTURE-007")
    };
    let (_, severity, message) = of(&plain_cmyk(), Output::PressPdf).expect("a finding");
    assert_eq!(severity, Severity::Warning);
    assert!(message.contains("bridge") && message.contains("the limit of 240 %"), "{message}");
    let percent = message.split(" is ").nth(1).and_then(|rest| rest.split(' ').next());
    let percent: f64 = percent.and_then(|percent| percent.parse().ok()).expect("a number");
    assert!((percent - 350.0).abs() < 3.0, "{message}");
    assert_eq!(of(&file("cmyk"), Output::PressPdf), None, "100 %");
    assert_eq!(of(&plain_cmyk(), Output::PreviewPng), None, "a proof does not ask");
}

#[test]
fn unusable_profiles_are_reported() {
    let with = |profile: &[u8]| Tif { profile: profile.to_vec(), ..Tif::quarters(2, QUARTERS) };
    let good = moxcms::ColorProfile::new_display_p3().encode().expect("a profile");
    for (name, profile, told_of) in [
        ("broken", &b"no profile at all"[..], true),
        ("of inks", NEWSPRINT_PROFILE, true),
        ("cut short", &good[..good.len() / 2], true),
        ("good", &good, false),
    ] {
        let rendered = rendered(&with(profile).bytes(), &[Output::PressPdf], Policy::Mark);
        let found = picture_findings(&rendered.expect("a page"));
        let found: Vec<_> = found.iter().filter(|(code, ..)| code == "BM-PICTURE-006").collect();
        assert_eq!(found.len(), usize::from(told_of), "{name}: {found:?}");
        assert!(found.iter().all(|(_, severity, _)| *severity == Severity::Warning));
    }
}
