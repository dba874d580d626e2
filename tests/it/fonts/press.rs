//! Custom fonts in a press file.

use banmian::proto::render_page_request::Source;
use lopdf::{Dictionary, Document, Object};

use crate::fonts::make::{BRUSH, HEI, SONG, Sfnt, boxes, collection, u16_at};
use crate::fonts::{drawn_by, fonts, page, read};
use crate::reader::Pdf;
use crate::support::{KEYED_SEED, TempDir, assert_same, bare_text, seed, sheet, tool};

const TABLE: &str = "[[face]]\nrole = \"song\"\nfile = \"a.font\"\nindex = INDEX\n";

/// Sets the seed with this face as its body face.
fn set(file: Vec<u8>, index: u32) -> (Vec<u8>, Pdf) {
    let table = TABLE.replace("INDEX", &index.to_string());
    let (_, pdf) = page(fonts(Some(&table), &[("a.font", file)]), &[], seed());
    let read = read(&pdf);
    let shipped = crate::reader::read(&sheet(KEYED_SEED).pdf);
    assert_same("text", &bare_text(&shipped.only().text()), &bare_text(&read.only().text()));
    assert_extracted_alike(&pdf);
    (pdf, read)
}

/// Checks that two external readers extract the same text as from the page in the built-in faces.
fn assert_extracted_alike(pdf: &[u8]) {
    let dir = TempDir::new();
    let (custom, shipped) =
        (dir.write("own.pdf", pdf), dir.write("shipped.pdf", &sheet(KEYED_SEED).pdf));
    let text = |name: &str, args: &[&str], file: &std::path::Path, end: &[&str]| {
        let ran = tool(name)?.args(args).arg(file).args(end).output().expect("it runs");
        assert!(ran.status.success(), "{name}");
        let mut chars: Vec<char> =
            bare_text(&String::from_utf8_lossy(&ran.stdout)).chars().collect();
        chars.sort_unstable();
        Some(chars)
    };
    for (name, args, end) in
        [("pdftotext", &["-raw"][..], &["-"][..]), ("mutool", &["draw", "-q", "-F", "txt"], &[])]
    {
        assert_eq!(text(name, args, &custom, end), text(name, args, &shipped, end), "{name}");
    }
}

/// Returns the descendant font and the descriptor of a face, by the end of its name.
fn described<'a>(document: &'a Document, name: &str) -> (&'a Dictionary, &'a Dictionary) {
    let dicts = document.objects.values().filter_map(|object| object.as_dict().ok());
    let ours = |dict: &&Dictionary| {
        let base = dict.get(b"BaseFont").and_then(Object::as_name).unwrap_or_default();
        dict.has(b"FontDescriptor") && base.ends_with(name.as_bytes())
    };
    let font = dicts.clone().find(ours).unwrap_or_else(|| panic!("no {name}"));
    let id = font.get(b"FontDescriptor").and_then(Object::as_reference).expect("a reference");
    (font, document.get_dictionary(id).expect("a descriptor"))
}

fn program(document: &Document, descriptor: &Dictionary, key: &[u8]) -> Vec<u8> {
    let id = descriptor.get(key).and_then(Object::as_reference).expect("a font program");
    let stream = document.get_object(id).and_then(Object::as_stream).expect("a stream");
    stream.decompressed_content().expect("deflated")
}

#[test]
fn a_glyf_face_that_may_not_be_subset_goes_in_whole() {
    let face = Sfnt::shipped(BRUSH).fs_type(0x0104);
    let file = face.bytes();
    let (_, pdf) = set(file.clone(), 0);
    let (font, descriptor) = described(&pdf.document, "MaShanZheng-Regular");
    assert_eq!(
        font.get(b"BaseFont").and_then(Object::as_name).ok(),
        Some(&b"MaShanZheng-Regular"[..]),
        "no tag"
    );
    assert!(program(&pdf.document, descriptor, b"FontFile2") == file, "byte for byte");
    assert!(!descriptor.has(b"CIDSet"));
    assert!(drawn_by(&pdf, "MaShanZheng-Regular") > 3000);
    // Only the face is taken from a collection, as a file of its own.
    let (_, pdf) = set(collection(&[&Sfnt::shipped(HEI), &face]), 1);
    let (_, descriptor) = described(&pdf.document, "MaShanZheng-Regular");
    let alone = program(&pdf.document, descriptor, b"FontFile2");
    for tag in [b"glyf", b"loca", b"cmap", b"name"] {
        let at = (12..).step_by(16).find(|at| alone[*at..].starts_with(tag)).expect("a table");
        let start = crate::fonts::make::u32_at(&alone, at + 8);
        assert!(alone[start..].starts_with(face.table(tag)), "{tag:?}");
    }
}

#[test]
fn a_cff_face_that_may_not_be_subset_goes_in_whole() {
    let face = Sfnt::shipped(SONG).fs_type(0x0100);
    let (_, pdf) = set(face.bytes(), 0);
    let (_, descriptor) = described(&pdf.document, "NotoSerifCJKsc-Regular");
    assert!(
        program(&pdf.document, descriptor, b"FontFile3") == face.table(b"CFF "),
        "byte for byte"
    );
    // Two characters of one glyph are still distinguished.
    let custom = fonts(Some(&TABLE.replace("INDEX", "0")), &[("a.font", face.bytes())]);
    assert_radicals(&page(custom, &[], radical_copy()).1, "NotoSerifCJKsc-Regular");
}

fn radical_copy() -> Source {
    Source::PlainCopy("标题\n\n张三\n\n⼀一⼆二，还有㎡。\n".into())
}

/// Checks that radicals and characters that share glyphs are read as themselves.
fn assert_radicals(pdf: &[u8], face: &str) {
    let pdf = read(pdf);
    assert!(bare_text(&pdf.only().text()).ends_with("⼀一⼆二，还有㎡。"), "{}", pdf.only().text());
    assert!(drawn_by(&pdf, face) > 5);
}

#[test]
fn a_cff_face_with_subroutines_is_subset_glyph_by_glyph() {
    // Marks and digits are boxes too, so all of the body is.
    let (_, pdf) = set(boxes().bytes(), 0);
    let drawn = drawn_by(&pdf, "+NotoSansCJKsc-Regular");
    assert!(drawn > 3000, "{drawn}");
    let (_, descriptor) = described(&pdf.document, "+NotoSansCJKsc-Regular");
    let program = program(&pdf.document, descriptor, b"FontFile3");
    assert_boxes(program);

    let custom = fonts(Some(&TABLE.replace("INDEX", "0")), &[("a.font", boxes().bytes())]);
    let (_, pdf) = page(custom, &[], radical_copy());
    assert_radicals(&pdf, "+NotoSansCJKsc-Regular");
}

/// Checks that every glyph of a program except the first is a box 600 wide.
fn assert_boxes(program: Vec<u8>) {
    assert!(program.len() < 100_000, "a subset: {}", program.len());
    let font = skrifa::Font::new(program, 0).expect("a CFF program");
    assert!(font.num_glyphs() > 500 && font.is_cid_keyed());
    for glyph in 1..font.num_glyphs() {
        let ink = font.glyph_metrics().extents(glyph.into()).expect("ink");
        assert_eq!((ink.x_bearing, ink.width, ink.height), (100.0, 600.0, 600.0), "glyph {glyph}");
    }
}

#[test]
fn faces_with_tables_out_of_order_and_damaged_names_are_accepted() {
    let mut file = Sfnt::shipped(BRUSH).bytes();
    let end = 12 + 16 * usize::from(u16_at(&file, 4));
    let rows: Vec<Vec<u8>> = file[12..end].chunks(16).rev().map(<[u8]>::to_vec).collect();
    file[12..end].copy_from_slice(&rows.concat());
    let (_, pdf) = set(file, 0);
    assert!(drawn_by(&pdf, "+MaShanZheng-Regular") > 3000);
    let damaged = Sfnt::shipped(BRUSH).with(b"post", vec![0, 2, 0, 0, 0]).with(b"name", vec![0; 3]);
    let (_, pdf) = set(damaged.bytes(), 0);
    assert!(drawn_by(&pdf, "+a") > 3000, "called by its file");
}

#[test]
fn descriptors_match_the_face() {
    let face = Sfnt::shipped(BRUSH)
        .patch(b"OS/2", 4, &700_u16.to_be_bytes())
        .patch(b"OS/2", 30, &[10, 0])
        .patch(b"OS/2", 68, &[859_i16.to_be_bytes(), (-141_i16).to_be_bytes()].concat())
        .patch(b"post", 4, &(-8_i32 << 16).to_be_bytes());
    let (_, pdf) = set(face.bytes(), 0);
    let (_, descriptor) = described(&pdf.document, "MaShanZheng-Regular");
    let number = |key: &[u8]| descriptor.get(key).and_then(Object::as_i64).expect("a number");
    assert_eq!((number(b"Ascent"), number(b"Descent"), number(b"ItalicAngle")), (859, -141, -8));
    assert_eq!(number(b"Flags"), 4 | 8 | 64, "symbolic, a script, leaning");
    let (_, light) = described(&pdf.document, "LXGWWenKaiGBLite-Regular");
    assert!(number(b"StemV") > light.get(b"StemV").and_then(Object::as_i64).expect("a number"));
}
