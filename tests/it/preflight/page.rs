//! Faults of a page: boxes, fonts, colours, inks, pictures, positions, text.

use banmian::preflight::{PressCheck, PressRequirements, check};
use banmian::unit::{Abs, Rect};
use lopdf::{Object, dictionary};

use crate::preflight::sample::{Sample, TRIM, expect, numbers, requirements};

type Spoil = fn(&mut Sample);

/// Sets a page box of the sample.
fn set(sample: &mut Sample, name: &str, value: [f64; 4]) {
    sample.dict(sample.page).set(name, numbers(&value));
}

#[test]
fn each_fault_of_boxes_and_fonts_is_found() {
    let cases: [(&str, Spoil, &[PressCheck]); 13] = [
        (
            "no trim",
            |s| drop(s.dict(s.page).remove(b"TrimBox")),
            &[PressCheck::NoBox, PressCheck::PageSize],
        ),
        ("trim and art", |s| set(s, "ArtBox", [0.0, 0.0, TRIM[0], TRIM[1]]), &[PressCheck::NoBox]),
        (
            "no media",
            |s| drop(s.dict(s.page).remove(b"MediaBox")),
            &[PressCheck::NoBox, PressCheck::TextMismatch],
        ),
        (
            "bleed larger than media",
            |s| set(s, "BleedBox", [-20.0, -5.0, TRIM[0] + 5.0, TRIM[1] + 5.0]),
            &[PressCheck::BoxNesting],
        ),
        (
            "trim larger than bleed",
            |s| set(s, "BleedBox", [5.0, 5.0, TRIM[0], TRIM[1]]),
            &[PressCheck::BoxNesting],
        ),
        ("crop", |s| set(s, "CropBox", [50.0, 50.0, 400.0, 400.0]), &[PressCheck::CropBox]),
        (
            "size",
            |s| set(s, "TrimBox", [0.0, 0.0, TRIM[0] - 1.0, TRIM[1]]),
            &[PressCheck::PageSize],
        ),
        ("a shade smaller", |s| set(s, "TrimBox", [0.0, 0.0, TRIM[0] - 0.2, TRIM[1]]), &[]),
        (
            "not embedded",
            |s| drop(s.dict(s.descriptor).remove(b"FontFile2")),
            &[PressCheck::NotEmbedded],
        ),
        ("no tag", |s| s.dict(s.font).set("BaseFont", "Song"), &[PressCheck::NoSubsetTag]),
        (
            "no text for glyphs",
            |s| drop(s.dict(s.font).remove(b"ToUnicode")),
            &[PressCheck::NoToUnicode, PressCheck::TextMismatch],
        ),
        (
            "Type 3",
            |s| {
                let font = s.dict(s.font);
                font.set("Subtype", "Type3");
                font.remove(b"DescendantFonts");
                s.content = s.content.replace("<0001>", "<01>");
            },
            &[PressCheck::Type3],
        ),
        (
            ".notdef",
            |s| s.content = s.content.replace("<0001>", "<00010000>"),
            &[PressCheck::Notdef, PressCheck::TextMismatch],
        ),
    ];
    for (name, spoil, checks) in cases {
        expect(name, spoil, &requirements(), checks);
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table, one row a fault")]
fn each_fault_of_colour_is_found() {
    let cases: [(&str, Spoil, &[PressCheck]); 18] = [
        ("RGB", |s| s.content += "1 0 0 rg 10 10 20 20 re f\n", &[PressCheck::Rgb]),
        ("RGB that nothing is painted in", |s| s.content += "1 0 0 rg\n", &[]),
        ("RGB stroke", |s| s.content += "1 0 0 RG 2 w 10 10 m 99 99 l S\n", &[PressCheck::Rgb]),
        (
            "Lab",
            |s| {
                let lab = vec!["Lab".into(), dictionary! {}.into()];
                s.spaces.set("L", lab);
                s.content += "/L cs 50 0 0 sc 10 10 20 20 re f\n";
            },
            &[PressCheck::Rgb],
        ),
        (
            "grey by measurement",
            |s| {
                s.spaces.set("L", vec!["CalGray".into(), dictionary! {}.into()]);
                s.content += "/L cs 0.5 sc 10 10 20 20 re f\n";
            },
            &[PressCheck::CalibratedColour],
        ),
        (
            "spot",
            |s| {
                let ink = vec!["Separation".into(), "Gold".into(), "DeviceCMYK".into()];
                s.spaces.set("L", ink);
                s.content += "/L cs 1 scn 10 10 20 20 re f\n";
            },
            &[PressCheck::SpotInk],
        ),
        (
            "registration on the page",
            |s| s.content += "1 1 1 1 k 10 10 20 20 re f\n",
            &[PressCheck::Registration, PressCheck::TotalInk],
        ),
        ("registration beside it", |s| s.content += "/Over gs 1 1 1 1 k -8 100 2 20 re f\n", &[]),
        (
            "text in two inks",
            |s| s.content = s.content.replace("0 0 0 1 k", "1 0 0 1 k"),
            &[PressCheck::TextInk],
        ),
        (
            "text in grey",
            |s| s.content = s.content.replace("0 0 0 1 k", "0 0 0 .6 k"),
            &[PressCheck::TextInk],
        ),
        (
            "no overprint",
            |s| s.content = s.content.replace("/Over gs", ""),
            &[PressCheck::NoOverprint],
        ),
        // Grey prints on all plates, whatever the graphics state says.
        (
            "grey black",
            |s| s.content = s.content.replace("0 0 0 1 k", "0 g"),
            &[PressCheck::NoOverprint],
        ),
        (
            "small reversed text",
            |s| s.content = s.content.replace("0 0 0 1 k", "0 0 0 0 k").replace("12 Tf", "10 Tf"),
            &[PressCheck::SmallText],
        ),
        ("thin rule", |s| s.content += "0 0 0 1 k 10 10 90 .2 re f\n", &[PressCheck::ThinRule]),
        (
            "thin stroke",
            |s| s.content += "0 0 0 1 K .1 w 10 10 m 90 10 l S\n",
            &[PressCheck::ThinRule],
        ),
        (
            "rule of two inks",
            |s| s.content += "1 0 0 1 k 9 9 90 .4 re f\n",
            &[PressCheck::ThinColourRule],
        ),
        // The scale is taken into account.
        (
            "scaled",
            |s| s.content += "q .1 0 0 .1 0 0 cm 0 0 0 1 k 9 9 90 2 re f Q\n",
            &[PressCheck::ThinRule],
        ),
        ("off the sheet", |s| s.content += "0 0 0 1 k 500 9 99 9 re f\n", &[PressCheck::OffSheet]),
    ];
    for (name, spoil, checks) in cases {
        expect(name, spoil, &requirements(), checks);
    }
}

#[test]
fn declared_inks_are_no_fault() {
    let red = PressRequirements { text_colours: vec![[0, 1000, 1000, 0]], ..requirements() };
    let spoil = |s: &mut Sample| s.content = s.content.replace("0 0 0 1 k", "0 1 1 0 k");
    expect("red", spoil, &requirements(), &[PressCheck::TextInk]);
    expect("red, declared", spoil, &red, &[]);
}

#[test]
fn inks_add_up() {
    let three = "/Over gs 1 0 0 0 k 100 100 50 50 re f 0 1 0 0 k 100 100 50 50 re f \
                 0 0 1 0 k 100 100 50 50 re f\n";
    let overprinted = |s: &mut Sample| s.content += three;
    expect("300 %", overprinted, &requirements(), &[PressCheck::TotalInk]);
    let knocked =
        |s: &mut Sample| s.content = s.content.clone() + &three.replace("/Over gs", "") + "\n";
    let mut sample = Sample::new();
    overprinted(&mut sample);
    let preflight = check(&sample.bytes(), &requirements());
    assert!((preflight.facts.ink_most_percent - 300.0).abs() < 0.5, "{:?}", preflight.facts);
    let place = preflight.findings[0].rect.expect("a place");
    let [x, y] = [place.x, place.y].map(Abs::to_pt);
    assert!((100.0..150.0).contains(&x), "{x}");
    assert!((TRIM[1] - 151.0..TRIM[1] - 99.0).contains(&y), "{y}");
    // The text before set the graphics state; without it every ink replaces the last.
    let off = |s: &mut Sample| {
        s.states.set("Off", dictionary! { "OP" => false, "op" => false });
        s.content += "/Off gs\n";
        knocked(s);
    };
    expect("knocked out", off, &requirements(), &[]);
    let grey = |s: &mut Sample| {
        s.content += "/Over gs 1 1 0 0 k 9 9 99 99 re f 0 0 0 .2 k 9 9 99 99 re f\n";
    };
    expect("220 %", grey, &requirements(), &[]);
}

#[test]
fn pictures_are_checked_by_colour_ink_and_resolution() {
    // 60 pixels on 24 pt are 180 to the inch.
    let cases: [(&str, Spoil, &[PressCheck]); 9] = [
        ("grey", |s| s.image("DeviceGray", [60, 60], vec![0; 3_600], 24.0), &[]),
        ("RGB", |s| s.image("DeviceRGB", [60, 60], vec![0; 10_800], 24.0), &[PressCheck::Rgb]),
        ("CMYK", |s| s.image("DeviceCMYK", [60, 60], vec![127; 14_400], 24.0), &[]),
        (
            "300 %",
            |s| s.image("DeviceCMYK", [60, 60], vec![191; 14_400], 24.0),
            &[PressCheck::TotalInk],
        ),
        (
            "coarse",
            |s| s.image("DeviceGray", [30, 30], vec![0; 900], 24.0),
            &[PressCheck::CoarsePicture],
        ),
        (
            "soft",
            |s| s.image("DeviceGray", [50, 50], vec![0; 2_500], 24.0),
            &[PressCheck::SoftPicture],
        ),
        (
            "fine",
            |s| s.image("DeviceGray", [110, 110], vec![0; 12_100], 24.0),
            &[PressCheck::FinePicture],
        ),
        (
            "too few pixels",
            |s| s.image("DeviceCMYK", [60, 60], vec![127; 99], 24.0),
            &[PressCheck::InkNotMeasured],
        ),
        (
            "numbered colours of a foreign space",
            |s| {
                let table = Object::string_literal(vec![0; 6]);
                let space = vec!["Indexed".into(), "DeviceRGB".into(), 1.into(), table];
                s.image(space, [60, 60], vec![0; 3_600], 24.0);
            },
            &[PressCheck::Rgb],
        ),
    ];
    for (name, spoil, checks) in cases {
        expect(name, spoil, &requirements(), checks);
    }
}

#[test]
fn content_outside_the_type_area_is_reported() {
    let mm = |x: i64, y: i64, width: i64, height: i64| {
        Rect::new(Abs::mm(x), Abs::mm(y), Abs::mm(width), Abs::mm(height))
    };
    // The text is 35 mm from the left and 53 mm from the top.
    let within = PressRequirements { type_area: Some(mm(20, 20, 160, 260)), ..requirements() };
    expect("within", |_| {}, &within, &[]);
    let outside = PressRequirements { type_area: Some(mm(20, 80, 160, 200)), ..requirements() };
    expect("outside", |_| {}, &outside, &[PressCheck::OutsideArea]);
    let furniture = PressRequirements { furniture: vec![mm(20, 40, 160, 20)], ..outside };
    expect("furniture", |_| {}, &furniture, &[]);
}

#[test]
fn text_is_compared_as_it_is_read() {
    let other = PressRequirements { expected_text: Some("国".to_owned()), ..requirements() };
    expect("other text", |_| {}, &other, &[PressCheck::TextMismatch]);
    let spoken = |s: &mut Sample| {
        s.content =
            s.content.replace("<0001> Tj", "/Span <</ActualText <FEFF56FD>>> BDC <0001> Tj EMC");
    };
    expect("text given with the glyphs", spoken, &other, &[]);
    let white =
        PressRequirements { expected_text: Some(" 中\u{ad}\n".to_owned()), ..requirements() };
    expect("white space", |_| {}, &white, &[]);
}
