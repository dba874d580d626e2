//! Every fault of a file in the font folder gives its reason, in both languages.

use crate::fonts::load;
use crate::fonts::make::{BRUSH, HEI, SONG, Sfnt, boxes, collection};
use crate::support::check_each;

/// Name, file, words of the reason in Chinese and in English.
type Row = (&'static str, Vec<u8>, &'static str, &'static str);

/// Files that are not a font of a supported kind.
fn kinds() -> Vec<Row> {
    let brush = Sfnt::shipped(BRUSH).bytes();
    let signed = |bytes: &[u8]| [bytes, &brush[4..]].concat();
    vec![
        ("nothing", Vec::new(), "空文件", "empty"),
        ("a letter", b"x".to_vec(), "不是字体", "not a font"),
        ("prose", "这不是字体。".repeat(100).into_bytes(), "不是字体", "not a font"),
        ("zeros", vec![0; 1000], "不是字体", "not a font"),
        ("WOFF", signed(b"wOFF"), "WOFF", "web font"),
        ("WOFF2", signed(b"wOF2"), "WOFF", "web font"),
        ("Type 1", b"%!PS-AdobeFont-1.0: Song".to_vec(), "Type 1", "Type 1"),
        ("Type 1 in binary", vec![0x80, 1, 9, 0, 0, 0], "Type 1", "Type 1"),
        ("no faces", collection(&[]), "0 个字体", "collection of 0"),
        (
            "many faces",
            [b"ttcf\0\x01\0\0\0\0\xff\xff".to_vec(), vec![0; 99]].concat(),
            "65535",
            "65535",
        ),
        ("a directory cut short", brush[..40].to_vec(), "不完整", "truncated"),
        ("a file cut short", brush[..brush.len() / 2].to_vec(), "截断", "truncated"),
    ]
}

/// Files whose tables are missing or damaged.
fn tables() -> Vec<Row> {
    let brush = || Sfnt::shipped(BRUSH);
    let song = || Sfnt::shipped(SONG);
    let without = |tag: &[u8; 4]| brush().without(tag).bytes();
    let per_em = |units: u16| brush().patch(b"head", 18, &units.to_be_bytes()).bytes();
    let half = |face: Sfnt, tag: &[u8; 4]| {
        let table = face.table(tag);
        let table = table[..table.len() / 2].to_vec();
        face.with(tag, table).bytes()
    };
    let bitmaps = brush().without(b"glyf").without(b"loca").with(b"EBDT", vec![0; 8]);
    vec![
        ("no head", without(b"head"), "head", "head table"),
        ("no maxp", without(b"maxp"), "maxp", "maxp table"),
        ("no hhea", without(b"hhea"), "hhea", "hhea table"),
        ("no hmtx", without(b"hmtx"), "hmtx", "hmtx table"),
        ("half of hmtx", half(brush(), b"hmtx"), "hmtx", "hmtx table"),
        ("no cmap", without(b"cmap"), "cmap", "cmap table"),
        (
            "an empty cmap",
            brush().with(b"cmap", vec![0; 4]).bytes(),
            "cmap",
            "no Unicode character map",
        ),
        ("no loca", without(b"loca"), "loca", "loca table"),
        ("half of loca", half(brush(), b"loca"), "loca", "loca table"),
        ("half of glyf", half(brush(), b"glyf"), "glyf", "glyf table"),
        ("no glyphs", brush().patch(b"maxp", 4, &[0, 0]).bytes(), "maxp", "maxp table"),
        ("no em", per_em(0), "每 em 0", "0 units"),
        ("a small em", per_em(15), "每 em 15", "15 units"),
        ("a large em", per_em(16_385), "每 em 16385", "16385 units"),
        ("half of CFF", half(song(), b"CFF "), "CFF", "CFF table"),
        (
            "fewer glyphs",
            song().patch(b"maxp", 4, &[0x7f, 0xff]).patch(b"hhea", 34, &[0, 1]).bytes(),
            "CFF",
            "CFF table",
        ),
        ("no outlines", song().without(b"CFF ").bytes(), "没有 TrueType", "no TrueType"),
        (
            "CFF2",
            song().without(b"CFF ").with(b"CFF2", vec![2; 9]).bytes(),
            "没有 TrueType",
            "no TrueType",
        ),
        ("bitmaps", bitmaps.bytes(), "点阵", "bitmap font"),
        (
            "a variable face",
            brush().with(b"fvar", vec![0, 1, 0, 0]).bytes(),
            "可变字体",
            "variable",
        ),
    ]
}

/// Composite glyphs whose parts never end.
fn circles() -> Vec<Row> {
    let brush = || Sfnt::shipped(BRUSH);
    // The longest glyphs have room for whatever is written over them.
    let mut long: Vec<usize> = (1..7000).collect();
    let face = brush();
    long.sort_by_key(|glyph| std::cmp::Reverse(face.glyph(*glyph).1));
    long.truncate(20);
    let id = |k: usize| u16::try_from(long[k]).expect("a glyph");
    let chain = (0..19).fold(brush(), |face, k| face.composite(long[k], &[id(k + 1)]));
    let tree = (0..3).fold(brush(), |face, k| face.composite(long[k], &[id(k + 1); 20]));
    let pair = brush().composite(long[0], &[id(1)]).composite(long[1], &[id(2), id(0)]);
    vec![
        (
            "a part of itself",
            brush().composite(long[0], &[id(0)]).bytes(),
            "互相引用",
            "refers to itself",
        ),
        ("two of each other", pair.bytes(), "互相引用", "refers to itself"),
        ("too deep", chain.bytes(), "过多", "too many components"),
        ("too many", tree.bytes(), "过多", "too many components"),
        (
            "a part that is not there",
            brush().composite(long[0], &[0xfff0]).bytes(),
            "glyf",
            "glyf table",
        ),
    ]
}

/// Licences that forbid the use.
fn rights() -> Vec<Row> {
    let with = |bits: u16| Sfnt::shipped(BRUSH).fs_type(bits).bytes();
    vec![
        ("restricted", with(0x0002), "禁止嵌入", "embedding is forbidden"),
        ("restricted, whole", with(0x0102), "禁止嵌入", "embedding is forbidden"),
        ("bitmaps alone", with(0x0200), "只许嵌入点阵", "only bitmap embedding"),
        ("editable, bitmaps alone", with(0x0208), "只许嵌入点阵", "only bitmap embedding"),
    ]
}

#[test]
fn every_fault_has_its_reason_and_its_file() {
    let rows = [kinds(), tables(), circles(), rights()].concat();
    check_each(
        rows,
        |row| row.0.to_owned(),
        |(_, bytes, zh, en)| {
            let (fonts, faults) = load(None, &[("报宋.ttf", bytes.clone())]);
            let [fault] = &faults[..] else { panic!("one fault: {faults:?}") };
            assert_eq!(fault.file, "报宋.ttf");
            assert!(fault.zh.contains(zh) && fault.en.contains(en), "{fault}");
            assert_eq!(fonts.catalog().faces().len(), 10, "the faces of the binary are left");
        },
    );
}

#[test]
fn permitted_faces_are_accepted() {
    // If several lower bits are set, the least restrictive one applies.
    check_each(
        [0x0000, 0x0004, 0x0008, 0x0006, 0x000a, 0x000c, 0x000e, 0x0100, 0x0104, 0x0108],
        |bits| format!("fsType {bits:#06x}"),
        |bits| {
            let (fonts, faults) =
                load(None, &[("a.ttf", Sfnt::shipped(BRUSH).fs_type(*bits).bytes())]);
            assert!(faults.is_empty(), "{faults:?}");
            let face = fonts.face(fonts.find_role("a").expect("by its file"));
            let whole = face.embedding() == banmian::font::EmbeddingRights::Whole;
            assert_eq!(whole, bits & 0x0100 != 0);
        },
    );
    let parts = Sfnt::shipped(BRUSH);
    let (_, faults) = load(
        None,
        &[
            ("a.ttf", parts.bytes()),
            ("b.otf", boxes().renamed("NotoSansCJKsc-Regular", "Boxes--------Regular1").bytes()),
        ],
    );
    assert!(faults.is_empty(), "{faults:?}");
}

/// A file that is cut or changed anywhere is rejected or accepted, and an accepted face can be used
/// for anything.
#[test]
fn no_damage_crashes_the_program() {
    let mut accepted = 0;
    for (name, file) in [("a.ttf", BRUSH), ("a.otf", HEI)] {
        let whole = Sfnt::shipped(file).bytes();
        for k in 0..40 {
            let (_, faults) = load(None, &[(name, whole[..whole.len() / 40 * k].to_vec())]);
            assert_eq!(faults.len(), 1, "{file} cut at {k} of 40");
        }
        for k in 0_usize..60 {
            let mut bytes = whole.clone();
            // Into the directory, then into the tables, most of which are small and at the end.
            let at = if k < 30 { 4 + 9 * k } else { bytes.len() / 61 * k };
            for byte in &mut bytes[at..at + 3] {
                *byte ^= 0xff;
            }
            let (fonts, faults) = load(None, &[(name, bytes)]);
            assert!(faults.len() <= 1, "{file} changed at {at}: {faults:?}");
            if let Some(id) = fonts.find_role("a") {
                let face = fonts.face(id);
                let _ = (face.bounds(), face.character_count(), face.facts());
                accepted += 1;
            }
        }
    }
    assert!(accepted > 0, "some damage leaves a usable face");
}

#[test]
fn a_table_that_does_not_match_its_files_is_reported() {
    let brush = || vec![("a.ttf", Sfnt::shipped(BRUSH).bytes())];
    let row = |more: &str| format!("[[face]]\nrole = \"song\"\nfile = \"a.ttf\"\n{more}");
    for (table, file, en) in [
        ("[[face]\n".to_owned(), "fonts.toml", "TOML parse error"),
        ("[[face]]\nroll = 1\n".to_owned(), "fonts.toml", "unknown field"),
        (
            "[[face]]\nrole = \"song\"\nfile = \"b.ttf\"\n".to_owned(),
            "fonts.toml: b.ttf",
            "no such file",
        ),
        (row("index = 1"), "fonts.toml: a.ttf", "no face 1"),
        (row("marks = \"none\""), "fonts.toml", "no face has the role \"none\""),
        (row("fallback = [\"none\"]"), "fonts.toml", "no face has the role \"none\""),
    ] {
        let (_, faults) = load(Some(&table), &brush());
        let [fault] = &faults[..] else { panic!("{table}: {faults:?}") };
        assert!(fault.file == file && fault.en.contains(en), "{table}: {fault}");
    }
    // One face twice, and two faces of one role.
    let twice = [brush(), vec![("b.ttf", Sfnt::shipped(BRUSH).bytes())]].concat();
    let (_, faults) = load(None, &twice);
    assert!(
        matches!(&faults[..], [fault] if fault.file == "b.ttf" && fault.en.contains("a.ttf")),
        "{faults:?}"
    );
    let both =
        "[[face]]\nrole = \"x\"\nfile = \"a.ttf\"\n[[face]]\nrole = \"x\"\nfile = \"c.otf\"\n";
    let files = [brush(), vec![("c.otf", Sfnt::shipped(HEI).bytes())]].concat();
    let (_, faults) = load(Some(both), &files);
    assert!(matches!(&faults[..], [fault] if fault.file == "c.otf"), "{faults:?}");
}
