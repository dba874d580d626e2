//! The SVG preview: every glyph, rule and picture of the page, in a file that any XML reader
//! accepts.

use banmian::output::svg;
use banmian::page::{Page, PageItem, PlacedPicture};
use banmian::proto::Output;
use banmian::unit::{Abs, Point, Rect};

use crate::support::{KEYED_SEED, engine, read, request, source};

/// Checks that tags are closed in the reverse of the order in which they are opened. Returns the
/// elements in order.
fn elements(text: &str) -> Vec<String> {
    let (mut open, mut all) = (Vec::new(), Vec::new());
    for part in text.split('<').skip(1) {
        let (tag, content) = part.split_once('>').expect("a tag ends");
        assert!(!content.contains('&') && tag.matches('"').count() % 2 == 0, "{tag}");
        let name = tag.split([' ', '/']).find(|word| !word.is_empty()).expect("a name").to_owned();
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name), "tags close what they open");
        } else {
            all.push(name.clone());
            if !tag.ends_with('/') {
                open.push(name);
            }
        }
    }
    assert!(open.is_empty(), "{open:?}");
    all
}

fn count(all: &[String], name: &str) -> usize {
    all.iter().filter(|element| *element == name).count()
}

#[test]
fn every_glyph_of_the_page_is_drawn() {
    let svg_request = request(source(KEYED_SEED), &[Output::PreviewSvg, Output::PressPdf]);
    let artifacts = engine().render(svg_request, &()).expect("a page").artifacts.expect("files");
    let file = &artifacts[0];
    assert_eq!((file.media_type, file.file_name.as_str()), ("image/svg+xml", "page.svg"));
    let text = std::str::from_utf8(&file.bytes).expect("UTF-8");
    assert!(text.contains("width=\"390mm\" height=\"540mm\" viewBox=\"0 0 1105.512 1530.709\""));
    assert!(file.bytes.len() < 2_000_000, "{} bytes", file.bytes.len());
    let all = elements(text);
    let pdf = crate::reader::read(&artifacts[1].bytes);
    // A space has no ink and so no outline.
    let inked = pdf
        .only()
        .glyphs
        .iter()
        .filter(|glyph| !glyph.text.as_deref().unwrap_or("").chars().all(char::is_whitespace));
    assert_eq!(count(&all, "use"), inked.count(), "a use for every glyph");
    // One rectangle is the paper.
    assert_eq!(count(&all, "rect"), pdf.only().fills.len() + 1);
    let distinct: std::collections::BTreeSet<&str> =
        text.split("xlink:href=\"#").skip(1).filter_map(|part| part.split('"').next()).collect();
    assert_eq!(count(&all, "path"), distinct.len(), "every outline is written once and used");
    let again = request(source(KEYED_SEED), &[Output::PreviewSvg]);
    let again = engine().render(again, &()).expect("a page").artifacts.expect("files");
    assert!(again[0].bytes == file.bytes, "the same page, the same bytes");
}

fn picture(file: &str, rect: Rect, crop: [u32; 4]) -> PageItem {
    let image = banmian::image::SourceImage::read(read(&format!("tests/fixtures/pictures/{file}")));
    let image = std::sync::Arc::new(image.expect("a picture"));
    PageItem::Picture(PlacedPicture {
        owner: banmian::page::ItemOwner::Lone(0),
        image,
        rect,
        crop,
        alt: String::new(),
    })
}

#[test]
fn pictures_are_in_the_file_once_each() {
    let rect = |x| Rect::new(Abs::pt(x), Abs::pt(10), Abs::pt(40), Abs::pt(30));
    let items = vec![
        picture("rgb.jpg", rect(10), [0, 0, 8, 6]),
        picture("rgb.jpg", rect(60), [2, 2, 4, 3]),
        picture("cmyk.jpg", rect(110), [0, 0, 8, 6]),
        picture("turned.jpg", rect(160), [0, 0, 8, 6]),
        PageItem::Disc(banmian::page::FilledDisc {
            centre: Point::new(Abs::pt(5), Abs::pt(5)),
            diameter: Abs::pt(3),
            colour: banmian::page::CmykColour([0, 1000, 1000, 0]),
        }),
    ];
    let page = Page::new(Abs::pt(220), Abs::pt(60), items);
    let bytes = svg::write(&page, engine().fonts()).expect("pictures that can be read");
    let text = String::from_utf8(bytes).expect("UTF-8");
    let all = elements(&text);
    let counts = ["image", "clipPath", "use", "circle"].map(|name| count(&all, name));
    assert_eq!(counts, [3, 4, 4, 1]);
    assert_eq!(text.matches("data:image/jpeg").count(), 2, "as they came");
    assert_eq!(text.matches("data:image/png").count(), 1, "CMYK through the same decoder");
    assert!(text.contains("<g fill=\"#ff0000\">"), "inks as in the other preview");
}
