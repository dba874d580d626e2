//! Choice of the face for each role and character: roles, names, collections, loans, the em box.

use banmian::font::{FontSet, FontSource};
use banmian::proto::render_page_request::Source;

use crate::fonts::make::{BRUSH, HEI, SONG, Sfnt, collection};
use crate::fonts::{drawn_by, fonts, page, read};
use crate::support::{KEYED_SEED, assert_same, bare_text, engine, seed, sheet};

const SONG_ROLE: &str = "[[face]]\nrole = \"song\"\nfile = \"报宋.ttf\"\n";

/// Returns the built-in house style with changes.
fn style(changes: &[(&str, &str)]) -> String {
    let text = String::from_utf8(crate::support::read("src/model/broadsheet.toml")).expect("UTF-8");
    changes.iter().fold(text, |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replace(from, to)
    })
}

#[test]
fn a_custom_role_replaces_the_built_in_one() {
    let brush = Sfnt::shipped(BRUSH).bytes();
    let custom = fonts(Some(SONG_ROLE), &[("报宋.ttf", brush)]);
    let song = custom.find_role("song").expect("song");
    assert_eq!(custom.catalog().faces()[song.index()].source, FontSource::Newsroom);
    let (report, pdf) = page(custom, &[], seed());
    let (custom, shipped) = (read(&pdf), read(&sheet(KEYED_SEED).pdf));
    let was = drawn_by(&shipped, "NotoSerifCJKsc-Regular");
    let (brush, left) =
        (drawn_by(&custom, "+MaShanZheng-Regular"), drawn_by(&custom, "NotoSerifCJKsc-Regular"));
    assert!(brush > was * 8 / 10, "the body is set in the newsroom's face: {brush} of {was}");
    assert!(left > 0, "its marks and what it lacks are those of the face built in");
    let page = custom.only();
    let marks =
        |glyph: &&crate::reader::Glyph| glyph.text.as_deref().is_some_and(|t| "，。“”".contains(t));
    for mark in page.glyphs.iter().filter(marks) {
        assert!(!page.fonts[&mark.font].base.ends_with("MaShanZheng-Regular"), "{mark:?}");
    }
    assert_eq!(report.characters, sheet(KEYED_SEED).report.characters);
    assert_same("text", &bare_text(&shipped.only().text()), &bare_text(&page.text()));
}

#[test]
fn without_a_table_faces_are_found_by_their_names() {
    let custom = fonts(None, &[("FZSSK.ttf", Sfnt::shipped(BRUSH).bytes())]);
    assert!(
        custom.find_role("FZSSK").is_some()
            && custom.find_role("FZSSK") == custom.find_role("MaShanZheng-Regular")
    );
    let first = custom.find_role("song").expect("song").index();
    assert_eq!(
        custom.catalog().faces()[first].source,
        FontSource::Shipped,
        "no role is taken over"
    );
    for name in ["FZSSK", "MaShanZheng-Regular"] {
        let style = style(&[("face = \"song\"", &format!("face = \"{name}\""))]);
        let (_, pdf) = page(custom.clone(), &[style], seed());
        assert!(drawn_by(&read(&pdf), "+MaShanZheng-Regular") > 3000, "{name}");
    }
    // A file that is named after a role has that role.
    let custom = fonts(None, &[("song.ttf", Sfnt::shipped(BRUSH).bytes())]);
    assert!(custom.find_role("song").is_some_and(|id| custom.face(id).file() == "song.ttf"));
}

#[test]
fn every_face_of_a_collection_is_loaded() {
    let (hei, brush) = (Sfnt::shipped(HEI), Sfnt::shipped(BRUSH));
    let both = collection(&[&hei, &brush]);
    let table = "[[face]]\nrole = [\"song\", \"body\"]\nfile = \"a.ttc\"\nindex = 1\n\
                 [[face]]\nrole = \"kai\"\nfile = \"a.ttc\"\n";
    let custom = fonts(Some(table), &[("a.ttc", both.clone())]);
    for (role, index) in [("song", 1), ("body", 1), ("kai", 0)] {
        let face = custom.face(custom.find_role(role).expect(role));
        assert_eq!((face.file(), face.index()), ("a.ttc", index), "{role}");
    }
    let (_, pdf) = page(custom, &[], seed());
    let pdf = read(&pdf);
    assert!(drawn_by(&pdf, "+MaShanZheng-Regular") > 3000, "glyf, from the second place");
    assert!(drawn_by(&pdf, "+NotoSansCJKsc-Regular") > 10, "CFF, from the first");
    assert_same(
        "text",
        &bare_text(&read(&sheet(KEYED_SEED).pdf).only().text()),
        &bare_text(&pdf.only().text()),
    );
    let named = fonts(None, &[("a.ttc", both)]);
    assert!(
        named.find_role("MaShanZheng-Regular").is_some()
            && named.find_role("NotoSansCJKsc-Regular").is_some()
    );
    assert!(named.find_role("a").is_none(), "which of the two would that be");
}

#[test]
fn marks_are_borrowed_where_they_do_not_fit_or_the_table_says_so() {
    let marks = |custom: &FontSet| -> Vec<String> {
        let id = custom.find_role("song").expect("song");
        let lenders = &custom.catalog().faces()[id.index()].mark_lenders;
        lenders.iter().map(|id| custom.face(*id).file().to_owned()).collect()
    };
    let brush = || ("报宋.ttf", Sfnt::shipped(BRUSH).bytes());
    assert_eq!(marks(&fonts(Some(SONG_ROLE), &[brush()])), [SONG], "its “ is narrow");
    let custom = fonts(Some(&format!("{SONG_ROLE}marks = \"\"\n")), &[brush()]);
    assert!(marks(&custom).is_empty(), "the table requests its own marks");
    let custom = fonts(Some(&format!("{SONG_ROLE}marks = \"hei\"\n")), &[brush()]);
    assert_eq!(marks(&custom), [HEI]);
    let custom = fonts(Some(SONG_ROLE), &[("报宋.ttf", Sfnt::shipped(HEI).bytes())]);
    assert!(marks(&custom).is_empty(), "they fit");
    // A face that borrows from song borrows from the newsroom's, then from the built-in one.
    let kai = custom.find_role("kai").expect("kai");
    let lenders = &custom.catalog().faces()[kai.index()].mark_lenders;
    let lenders: Vec<&str> = lenders.iter().map(|id| custom.face(*id).file()).collect();
    assert_eq!(lenders, ["报宋.ttf", SONG]);
}

/// 方正 and 汉仪 use an em box of 859 above and 141 below the baseline: their lines stand where those
/// of the other faces do.
#[test]
fn em_boxes_are_aligned() {
    let box_of = |top: i16, foot: i16| {
        let sides = [top.to_be_bytes(), foot.to_be_bytes()].concat();
        Sfnt::shipped(BRUSH).patch(b"OS/2", 68, &sides).bytes()
    };
    let heights = |top: i16, foot: i16| -> Vec<(f64, f64)> {
        let custom = fonts(Some(SONG_ROLE), &[("报宋.ttf", box_of(top, foot))]);
        let pdf = read(&page(custom, &[], seed()).1);
        let page = pdf.only();
        let ours = |font: &String| page.fonts[font].base.ends_with("MaShanZheng-Regular");
        page.glyphs.iter().filter(|g| ours(&g.font)).map(|g| (g.y, g.size)).collect()
    };
    let (plain, low) = (heights(880, -120), heights(859, -141));
    assert_eq!(plain.len(), low.len());
    for ((y, size), (raised, _)) in plain.iter().zip(&low) {
        // y counts down the page.
        assert!((y - raised - 0.021 * size).abs() < 0.01, "{y} {raised} {size}");
    }
    assert_eq!(heights(1000, -300), plain, "numbers that make no em are not those of the box");
}

#[test]
fn faces_are_in_the_order_of_their_files_and_parsed_once() {
    let files = || [("b.ttf", Sfnt::shipped(BRUSH).bytes()), ("a.otf", Sfnt::shipped(HEI).bytes())];
    let mut turned = files();
    turned.reverse();
    let (one, two) = (fonts(None, &files()), fonts(None, &turned));
    let list = |fonts: &FontSet| -> Vec<(String, String)> {
        fonts.catalog().faces().iter().map(|info| (info.file.clone(), info.sha256())).collect()
    };
    assert_eq!(list(&one), list(&two));
    assert_eq!((list(&one)[10].0.as_str(), list(&one)[11].0.as_str()), ("a.otf", "b.ttf"));
    let sums = String::from_utf8(crate::support::read("fonts/SHA256SUMS")).expect("UTF-8");
    for (file, sum) in &list(&one)[..10] {
        assert!(sums.contains(&format!("{sum}  {file}")), "{file}");
    }
    let source = || Source::PlainCopy("标题\n\n张三\n\n正文，正文。\n".into());
    assert!(page(one.clone(), &[], source()).1 == page(two, &[], source()).1, "the same bytes");
    // Reading the folder again, or one with more files, returns the very same faces.
    let folder = banmian::font::FontFolder {
        table: None,
        files: files().into_iter().map(|(name, bytes)| (name.to_owned(), bytes)).collect(),
    };
    let (again, _) = one.with_folder(folder).expect("faces");
    for role in ["song", "a", "b"] {
        let face =
            |fonts: &FontSet| std::ptr::from_ref(fonts.face(fonts.find_role(role).expect(role)));
        assert_eq!(face(&one), face(&again), "{role}");
        assert!(role != "song" || face(&one) == face(engine().fonts()), "of the binary too");
    }
}
