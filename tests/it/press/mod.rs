//! The kinds of PDF: requirements of PDF/X, PDF/A and PDF/UA that can be checked in the file,
//! navigation through it, and marks that move nothing.

mod changes;
mod engines;
mod links;

use std::process::Command;

use banmian::config::RequestLimits;
use banmian::engine::Engine;
use banmian::proto::{Output, PageRecord, RenderPageRequest};
use lopdf::content::Content;
use lopdf::{Dictionary, Document, Object};

use crate::reader::{self, number, resolved};
use crate::support::{
    TempDir, assert_same, bare_text, engine, missing, read, record, request, root, run, seed, tool,
};

const SEED: &str = "seeds/20231029.json";

/// Renders a file of a kind, from a request with some changes.
fn render_file(output: Output, change: impl FnOnce(&mut RenderPageRequest)) -> Vec<u8> {
    let mut request = request(seed(), &[output]);
    change(&mut request);
    let rendered = engine().render(request, &()).expect("a report");
    rendered.artifacts.expect("a file").swap_remove(0).bytes
}

fn press(profile: &str) -> Vec<u8> {
    render_file(Output::PressPdf, |request| request.pdf_profile = profile.to_owned())
}

fn document(bytes: &[u8]) -> Document {
    Document::load_mem(bytes).expect("a PDF")
}

fn dict<'a>(document: &'a Document, object: &'a Object) -> &'a Dictionary {
    resolved(document, object).as_dict().expect("a dictionary")
}

fn entry<'a>(document: &'a Document, dictionary: &'a Dictionary, key: &str) -> &'a Object {
    let found = dictionary.get(key.as_bytes());
    resolved(document, found.unwrap_or_else(|_| panic!("no {key} in {dictionary:?}")))
}

fn string(document: &Document, dictionary: &Dictionary, key: &str) -> String {
    let bytes = entry(document, dictionary, key).as_str().expect(key);
    match bytes.strip_prefix(b"\xfe\xff") {
        Some(wide) => {
            let units = wide.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
            char::decode_utf16(units).map(|c| c.expect("UTF-16")).collect()
        }
        None => reader::string(bytes),
    }
}

fn catalog(document: &Document) -> &Dictionary {
    document.catalog().expect("a catalog")
}

fn first_page(document: &Document) -> &Dictionary {
    document.get_dictionary(document.page_iter().next().expect("a page")).expect("a page")
}

fn xmp(document: &Document) -> String {
    let metadata = entry(document, catalog(document), "Metadata").as_stream().expect("XMP");
    String::from_utf8(metadata.content.clone()).expect("UTF-8")
}

fn rect(document: &Document, object: &Object) -> [f64; 4] {
    let sides = resolved(document, object).as_array().expect("a rectangle");
    let sides: Vec<f64> = sides.iter().map(number).collect();
    sides.try_into().expect("four sides")
}

/// Clauses of ISO 15930-4 and -7 that can be checked in a file without the standard's test suite.
#[test]
fn press_files_declare_their_standard() {
    for (profile, version, declared, xmp_key) in [
        ("pdfx-1a", "1.4", "PDF/X-1a:2003", "pdfx:GTS_PDFXVersion"),
        ("pdfx-4", "1.6", "PDF/X-4", "pdfxid:GTS_PDFXVersion"),
    ] {
        let document = document(&press(profile));
        assert_eq!(document.version, version, "{profile}");
        let info = dict(&document, document.trailer.get(b"Info").expect("Info"));
        assert_eq!(string(&document, info, "GTS_PDFXVersion"), declared);
        for key in ["Title", "CreationDate", "ModDate", "Producer"] {
            assert!(!string(&document, info, key).is_empty(), "{profile}: {key}");
        }
        assert_eq!(entry(&document, info, "Trapped").as_name().expect("a name"), b"False");
        let xmp = xmp(&document);
        assert!(xmp.contains(&format!("<{xmp_key}>{declared}</{xmp_key}>")), "{profile}: {xmp}");
        for key in ["xmpMM:DocumentID", "xmp:CreateDate", "dc:title", "prism:publicationDate"] {
            assert!(xmp.contains(&format!("<{key}>")), "{profile}: no {key}");
        }
        let id = document.trailer.get(b"ID").and_then(Object::as_array).expect("ID");
        let ids: Vec<&[u8]> = id.iter().map(|id| id.as_str().expect("an ID")).collect();
        assert_eq!((ids.len(), ids[0].len(), ids[0]), (2, 16, ids[1]), "{profile}");
        assert_ne!(ids[0], b"banmian-identity", "{profile}: made from the content");
        let intents = entry(&document, catalog(&document), "OutputIntents");
        let [intent] = intents.as_array().expect("intents").as_slice() else {
            panic!("one intent")
        };
        let intent = dict(&document, intent);
        assert_eq!(entry(&document, intent, "S").as_name().expect("S"), b"GTS_PDFX");
        assert_eq!(string(&document, intent, "OutputConditionIdentifier"), "CGATS TR 002");
        assert_eq!(string(&document, intent, "RegistryName"), "http://www.color.org");
        // X-1a may name a registered condition; X-4 has to embed its profile.
        assert_eq!(intent.has(b"DestOutputProfile"), profile == "pdfx-4", "{profile}");
        if profile == "pdfx-4" {
            let icc = entry(&document, intent, "DestOutputProfile").as_stream().expect("ICC");
            assert_eq!(icc.dict.get(b"N").and_then(Object::as_i64).expect("N"), 4);
            let bytes = icc.decompressed_content().expect("ICC");
            assert_eq!((&bytes[12..16], &bytes[16..20]), (&b"prtr"[..], &b"CMYK"[..]));
        }
        check_forbidden(&document, profile);
    }
}

/// Checks that the file has nothing that both standards forbid, or that X-1a forbids.
fn check_forbidden(document: &Document, profile: &str) {
    assert!(!document.trailer.has(b"Encrypt"), "{profile}");
    for key in ["OCProperties", "AcroForm", "OpenAction", "AA", "Names", "StructTreeRoot"] {
        assert!(!catalog(document).has(key.as_bytes()), "{profile}: {key}");
    }
    for (id, object) in &document.objects {
        let stream = object.as_stream().map(|stream| &stream.dict);
        let Ok(dictionary) = object.as_dict().or(stream) else { continue };
        for key in ["SMask", "JS", "EF", "Annots", "Group"] {
            assert!(!dictionary.has(key.as_bytes()), "{profile}: {key} in {id:?}");
        }
        for key in ["ca", "CA"] {
            let value = dictionary.get(key.as_bytes()).map_or(1.0, number);
            assert!(value == 1.0, "{profile}: {key} in {id:?}");
        }
        let mode = dictionary.get(b"BM").and_then(Object::as_name).unwrap_or(b"Normal");
        assert_eq!(mode, b"Normal", "{profile}: BM in {id:?}");
        let filter = dictionary.get(b"Filter").and_then(Object::as_name);
        assert_ne!(filter.ok(), Some(&b"LZWDecode"[..]), "{profile}: {id:?}");
    }
}

#[test]
fn articles_have_threads_and_outline_entries() {
    let record = record(SEED);
    let document = document(&press("pdfx-1a"));
    let headlines: Vec<String> = record.articles.iter().map(|a| bare_text(&a.headline)).collect();
    // The outline: one entry per article, linked both ways.
    let outline = dict(&document, entry_ref(&document, "Outlines"));
    let mut titles = Vec::new();
    let mut next = outline.get(b"First").ok();
    while let Some(at) = next {
        let item = dict(&document, at);
        titles.push(bare_text(&string(&document, item, "Title")));
        let target = entry(&document, item, "Dest").as_array().expect("a target");
        assert_eq!(target[1].as_name().expect("XYZ"), b"XYZ");
        next = item.get(b"Next").ok();
    }
    assert_eq!(titles, headlines);
    assert_eq!(entry(&document, outline, "Count").as_i64().expect("Count"), 3);
    // The threads: their beads form a circle and lie inside the trim, on the page that lists them.
    let threads = entry(&document, catalog(&document), "Threads").as_array().expect("threads");
    assert_eq!(threads.len(), headlines.len());
    let page = first_page(&document);
    let trim = rect(&document, page.get(b"TrimBox").expect("trim"));
    let mut listed = Vec::new();
    for (thread, headline) in threads.iter().zip(&headlines) {
        let dictionary = dict(&document, thread);
        let info = dict(&document, dictionary.get(b"I").expect("I"));
        assert_eq!(bare_text(&string(&document, info, "Title")), *headline);
        let first = dictionary.get(b"F").and_then(Object::as_reference).expect("F");
        let (mut at, mut before) = (first, None);
        loop {
            let bead = document.get_dictionary(at).expect("a bead");
            assert_eq!(bead.get(b"T").ok(), Some(thread));
            let [left, bottom, right, top] = rect(&document, bead.get(b"R").expect("R"));
            assert!(left < right && bottom < top && left >= trim[0] && right <= trim[2]);
            if let Some(before) = before {
                assert_eq!(bead.get(b"V").and_then(Object::as_reference).ok(), Some(before));
            }
            listed.push(Object::Reference(at));
            before = Some(at);
            at = bead.get(b"N").and_then(Object::as_reference).expect("N");
            if at == first {
                break;
            }
        }
    }
    assert_eq!(*page.get(b"B").and_then(Object::as_array).expect("B"), listed);
}

fn entry_ref<'a>(document: &'a Document, key: &str) -> &'a Object {
    catalog(document).get(key.as_bytes()).unwrap_or_else(|_| panic!("no {key}"))
}

#[test]
fn viewers_call_the_page_by_its_number() {
    let bytes = render_file(Output::PressPdf, |request| {
        let Some(banmian::proto::render_page_request::Source::Page(page)) = &mut request.source
        else {
            panic!("a record")
        };
        page.number = "03".to_owned();
    });
    let document = document(&bytes);
    let labels = dict(&document, entry_ref(&document, "PageLabels"));
    let numbers = entry(&document, labels, "Nums").as_array().expect("Nums");
    let label = string(&document, dict(&document, &numbers[1]), "P");
    assert!(label.contains("03"), "{label}");
}

/// Returns every glyph of a page and its place, but not its colour.
fn places(bytes: &[u8]) -> Vec<(String, String)> {
    let pdf = reader::read(bytes);
    let glyphs = pdf.pages[0].glyphs.iter();
    glyphs.map(|g| (g.text.clone().unwrap_or_default(), format!("{:.2} {:.2}", g.x, g.y))).collect()
}

/// Number of strings that the first page shows outside of layers, and number of its layers.
fn strings_and_layers(bytes: &[u8]) -> (usize, usize) {
    let document = document(bytes);
    let page = document.page_iter().next().expect("a page");
    let content = Content::decode(&document.get_page_content(page)).expect("content");
    let (mut inside, mut strings, mut layers) = (false, 0, 0);
    for operation in &content.operations {
        match operation.operator.as_str() {
            "BDC" => (inside, layers) = (true, layers + 1),
            "EMC" => inside = false,
            "TJ" if !inside => strings += 1,
            _ => {}
        }
    }
    (strings, layers)
}

#[test]
fn a_proof_with_its_layer_off_is_the_press_page() {
    let proof = render_file(Output::ProofPdf, |request| {
        request.proof = Some(banmian::proto::ProofSheet {
            round: 2,
            editor: "甲".to_owned(),
            ..banmian::proto::ProofSheet::default()
        });
    });
    let document = document(&proof);
    let groups = dict(&document, entry_ref(&document, "OCProperties"));
    let group = &entry(&document, groups, "OCGs").as_array().expect("OCGs")[0];
    assert_eq!(string(&document, dict(&document, group), "Name"), "校样标记");
    // Without the marks in the layer the page shows as much as the press page.
    let (kept, layers) = strings_and_layers(&proof);
    assert_eq!(layers, 2, "below and above");
    // CIDs depend on the other text in the file, so the number of strings is compared here and the
    // glyphs below.
    assert_eq!((kept, 0), strings_and_layers(&press("pdfx-1a")));
    let page = places(&press("pdfx-1a"));
    let marked = places(&proof);
    let start = marked.iter().position(|glyph| *glyph == page[0]).expect("the page");
    assert_eq!(marked[start..start + page.len()], page[..]);
    let text: String = marked.iter().map(|(text, _)| text.as_str()).collect();
    for words in ["校样", "第2校", "编辑", "责任编辑：", "25"] {
        assert!(bare_text(&text).contains(words), "{words}");
    }
}

#[test]
fn a_file_for_readers_is_tagged_throughout() {
    let bytes = render_file(Output::WebPdf, |_| {});
    let document = document(&bytes);
    let root = catalog(&document);
    assert_eq!(string(&document, root, "Lang"), "zh-CN");
    // The profile of the screen must not contain the time at which it was made.
    let intents = entry(&document, root, "OutputIntents").as_array().expect("intents");
    let profile = entry(&document, dict(&document, &intents[0]), "DestOutputProfile");
    let icc = profile.as_stream().expect("ICC").decompressed_content().expect("ICC");
    assert_eq!(icc[24..36], [0x07, 0xd0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0]);
    let marks = dict(&document, entry_ref(&document, "MarkInfo"));
    assert_eq!(entry(&document, marks, "Marked").as_bool().ok(), Some(true));
    let tree = dict(&document, entry_ref(&document, "StructTreeRoot"));
    let top = dict(&document, &entry(&document, tree, "K").as_array().expect("K")[0]);
    assert_eq!(entry(&document, top, "S").as_name().ok(), Some(&b"Document"[..]));
    // Every article has one heading of the first level, with its crossheads below it.
    let kids = entry(&document, top, "K").as_array().expect("kids");
    let role = |object: &Object| {
        let name = entry(&document, dict(&document, object), "S").as_name().expect("S");
        String::from_utf8_lossy(name).into_owned()
    };
    let articles: Vec<&Object> = kids.iter().filter(|kid| role(kid) == "Art").collect();
    let record: PageRecord = record(SEED);
    assert_eq!(articles.len(), record.articles.len());
    for (article, article_record) in articles.iter().zip(&record.articles) {
        let parts = entry(&document, dict(&document, article), "K").as_array().expect("parts");
        let roles: Vec<String> = parts.iter().map(role).collect();
        assert_eq!(
            roles.iter().filter(|role| *role == "H1").count(),
            1,
            "{}",
            article_record.headline
        );
        let paragraphs = article_record.body.len();
        assert!(roles.iter().filter(|role| *role != "H1").count() >= paragraphs, "{roles:?}");
    }
    // Colours of the screen, and every glyph inside marked content.
    let page = &reader::read(&bytes).pages[0];
    assert!(page.operators.iter().any(|operator| operator == "rg"));
    assert!(!page.operators.iter().any(|operator| operator == "k" || operator == "gs"));
}

#[test]
fn readers_files_pass_the_validator() {
    // veraPDF is in no Debian package, so the environment names the command that runs it.
    let Some(vera) = std::env::var_os("BANMIAN_VERAPDF") else {
        missing("BANMIAN_VERAPDF names no validator");
        return;
    };
    let dir = TempDir::new();
    for (name, bytes) in [("page", render_file(Output::WebPdf, |_| {})), ("links", links::file())] {
        let path = dir.write(&format!("{name}.pdf"), &bytes);
        for flavour in ["2u", "ua1"] {
            let out = Command::new(&vera).arg(flavour).arg(&path).output().expect("it runs");
            let output = String::from_utf8_lossy(&out.stdout).into_owned();
            assert!(output.contains("compliant=true"), "{name} {flavour}: {output}");
        }
    }
}

/// Returns an engine with the built-in house style, some lines of it changed.
fn house(changes: &[(&str, &str)]) -> Engine {
    let mut style = String::from_utf8(read("src/model/broadsheet.toml")).expect("UTF-8");
    for (from, to) in changes {
        assert!(style.contains(from), "{from}");
        style = style.replacen(from, to, 1);
    }
    Engine::new(RequestLimits::default(), &[style]).expect("a house style")
}

fn press_of(engine: &Engine) -> Vec<u8> {
    let rendered = engine.render(request(seed(), &[Output::PressPdf]), &()).expect("a report");
    rendered.artifacts.expect("a file").swap_remove(0).bytes
}

#[test]
fn marks_stand_outside_the_bleed_and_move_nothing() {
    const MM: f64 = 72.0 / 25.4;
    let changes = [("bleed_mm = 0.0", "bleed_mm = 3.0"), ("marks = false", "marks = true")];
    let bytes = press_of(&house(&changes));
    let document = document(&bytes);
    let page = first_page(&document);
    let boxes = ["MediaBox", "BleedBox", "TrimBox"]
        .map(|key| rect(&document, page.get(key.as_bytes()).expect(key)).map(|side| side / MM));
    let near = |a: [f64; 4], b: [f64; 4]| a.iter().zip(b).all(|(a, b)| (a - b).abs() < 0.01);
    let [media, bleed, trim] = boxes;
    assert!(near(media, [0.0, 0.0, 420.0, 570.0]), "{media:?}");
    assert!(near(bleed, [12.0, 12.0, 408.0, 558.0]), "{bleed:?}");
    assert!(near(trim, [15.0, 15.0, 405.0, 555.0]), "{trim:?}");
    let marked = &reader::read(&bytes).pages[0];
    let plain = &reader::read(&press("pdfx-1a")).pages[0];
    // The page, all of it moved by the margin, then the slug.
    let slug = marked.glyphs.len() - plain.glyphs.len();
    assert!(slug > 20, "{slug}");
    for (a, b) in marked.glyphs.iter().zip(&plain.glyphs) {
        let moved = [a.x - b.x - 15.0 * MM, a.y - b.y - 15.0 * MM];
        assert!(moved.iter().all(|off| off.abs() < 0.01), "{:?} {moved:?}", a.text);
    }
    let registration = marked.fills.iter().filter(|fill| fill.ink == [1.0; 4]);
    let mut count = 0;
    for fill in registration {
        count += 1;
        let [x, y] = [fill.rect[0] / MM, fill.rect[1] / MM];
        let inside = |v: f64, from: f64, to: f64| v > from && v < to;
        assert!(!(inside(x, bleed[0], bleed[2]) && inside(y, bleed[1], bleed[3])), "{x} {y}");
    }
    assert_eq!(count, 8 + 12, "crop marks, four crosses");
}

#[test]
fn spot_inks_have_a_plate_of_their_own() {
    let spot = "[[spot]]\nname = \"PANTONE 485 C\"\ncmyk_percent = [0, 95, 100, 0]\n\n[ink]\nbanner = \"PANTONE 485 C\"";
    let bytes = press_of(&house(&[("[ink]", spot)]));
    let document = document(&bytes);
    let resources = dict(&document, first_page(&document).get(b"Resources").expect("resources"));
    let spaces = dict(&document, resources.get(b"ColorSpace").expect("colour spaces"));
    let space = entry(&document, spaces, "BS0").as_array().expect("a space");
    assert_eq!(space[0].as_name().expect("a kind"), b"Separation");
    assert_eq!(space[1].as_name().expect("an ink"), b"PANTONE 485 C");
    let page = document.page_iter().next().expect("a page");
    let content = String::from_utf8_lossy(&document.get_page_content(page)).into_owned();
    let used = content.matches("/BS0 cs").count();
    assert_eq!(used, 1, "the banner alone");
    // Ghostscript separates the spot ink from the four others.
    let Some(mut gs) = tool("gs") else { return };
    let dir = TempDir::new();
    let file = dir.write("page.pdf", &bytes);
    let plates = dir.path("plate.tif");
    let out = format!("-sOutputFile={}", plates.display());
    let args = ["-q", "-dNOPAUSE", "-dBATCH", "-sDEVICE=tiffsep", "-r20", &out];
    let status = gs.args(args).arg(&file).status().expect("it runs");
    assert!(status.success());
    let made = std::fs::read_dir(plates.parent().expect("a directory")).expect("plates");
    let names: Vec<String> =
        made.map(|file| file.expect("a file").file_name().to_string_lossy().into_owned()).collect();
    assert!(names.iter().any(|name| name.contains("PANTONE 485 C")), "{names:?}");
}

#[test]
fn a_house_style_sets_the_severity_of_preflight_warnings() {
    use banmian::proto::Severity;
    // A rule too thin for plates is a warning unless the house says otherwise.
    let thin = ("\nrule_pt = 0.35", "\nrule_pt = 0.2");
    let found = |changes: &[(&str, &str)]| {
        let rendered = house(changes).render(request(seed(), &[Output::PressPdf]), &());
        let rendered = rendered.expect("a report");
        let findings = rendered.report.preflight[0].findings.clone();
        let thin = findings.iter().find(|finding| finding.code == "BM-PREFLIGHT-046");
        (thin.map(|finding| finding.severity()), rendered.artifacts.is_ok())
    };
    assert_eq!(found(&[thin]), (Some(Severity::Warning), true));
    for (word, severity, made) in
        [("info", Severity::Info, true), ("error", Severity::Error, false)]
    {
        let severity_line = format!("[severity]\nBM-PREFLIGHT-046 = \"{word}\"");
        assert_eq!(
            found(&[thin, ("[severity]", &severity_line)]),
            (Some(severity), made),
            "{word}"
        );
    }
    // An error for the plant is an error in every house; an unknown code is reported.
    for (code, expected) in [("040", "always an error"), ("999", "unknown finding")] {
        let severity_line = format!("[severity]\nBM-PREFLIGHT-{code} = \"info\"");
        let style = String::from_utf8(read("src/model/broadsheet.toml")).expect("UTF-8");
        let error = Engine::new(
            RequestLimits::default(),
            &[style.replacen("[severity]", &severity_line, 1)],
        );
        assert!(error.expect_err(code).contains(expected), "{code}");
    }
}

#[test]
fn a_custom_profile_is_embedded() {
    let dir = TempDir::new();
    let style = String::from_utf8(read("src/model/broadsheet.toml")).expect("UTF-8");
    let style = style.replace("condition = \"CGATS TR 002\"", "condition = \"Our press\"");
    let style = style.replace("[press]\n", "[press]\nicc = \"ours.icc\"\n");
    let path = dir.write("ours.toml", style.as_bytes());
    let (seed, out) = (root(SEED), dir.path("out"));
    let words = [
        "render",
        seed.to_str().expect("a path"),
        "--make",
        "pdf",
        "-o",
        out.to_str().expect("a path"),
        "--house-style",
        path.to_str().expect("a path"),
    ];
    // No file, a file that is not a profile, a profile.
    let missing = run(&words);
    assert!(missing.err.contains("ours.icc"), "{}", missing.err);
    dir.write("ours.icc", b"no profile");
    let broken = run(&words);
    assert!(broken.err.contains("press.icc"), "{}", broken.err);
    assert!(!out.exists(), "nothing is written");
    let icc = read("src/colour/newsprint-cgats-tr002.icc");
    dir.write("ours.icc", &icc);
    let made = run(&words);
    let file = out.join("20231029.pdf");
    let bytes = std::fs::read(&file).unwrap_or_else(|error| panic!("{error}: {}", made.err));
    let document = document(&bytes);
    let intents = entry(&document, catalog(&document), "OutputIntents");
    let intent = dict(&document, &intents.as_array().expect("intents")[0]);
    assert_eq!(string(&document, intent, "OutputConditionIdentifier"), "Our press");
    let profile = entry(&document, intent, "DestOutputProfile").as_stream().expect("ICC");
    assert!(profile.decompressed_content().expect("ICC") == icc);
}

#[test]
fn every_kind_is_reproducible() {
    let kinds = [
        ("pdfx-1a", Output::PressPdf),
        ("pdfx-4", Output::PressPdf),
        ("", Output::WebPdf),
        ("", Output::ProofPdf),
    ];
    let mut ids = Vec::new();
    for (profile, output) in kinds {
        let render = || render_file(output, |request| request.pdf_profile = profile.to_owned());
        let first = render();
        let document = document(&first);
        let id = document.trailer.get(b"ID").and_then(Object::as_array).expect("an ID");
        let id: Vec<Vec<u8>> = id.iter().map(|id| id.as_str().expect("an ID").to_vec()).collect();
        assert!(
            id[0] == id[1] && id[0] != b"banmian-identity",
            "{output:?}: made from the content"
        );
        assert!(!ids.contains(&id), "{output:?}: another file, another identifier");
        ids.push(id);
        std::thread::scope(|scope| {
            let workers: Vec<_> =
                (0..2).map(|_| scope.spawn(|| (0..5).all(|_| render() == first))).collect();
            for worker in workers {
                assert!(worker.join().expect("no panic"), "{profile} {output:?}");
            }
        });
    }
}

#[test]
fn text_is_on_the_black_plate_alone() {
    let dir = TempDir::new();
    for profile in ["pdfx-1a", "pdfx-4"] {
        let Some(mut gs) = tool("gs") else { return };
        let file = dir.write("page.pdf", &press(profile));
        let args = ["-q", "-dNOPAUSE", "-dBATCH", "-sDEVICE=inkcov", "-o", "-"];
        let out = gs.args(args).arg(&file).output().expect("it runs").stdout;
        let out = String::from_utf8_lossy(&out).into_owned();
        let inks: Vec<f64> =
            out.split_whitespace().take(4).map(|n| n.parse().expect("ink")).collect();
        assert_eq!(inks[..3], [0.0; 3], "{profile}: {out}");
        assert!(inks[3] > 0.02, "{profile}: {out}");
    }
}

#[test]
fn an_invalid_profile_is_rejected() {
    let mut wrong = request(seed(), &[Output::PressPdf]);
    wrong.pdf_profile = "pdfx-9".to_owned();
    let error = engine().render(wrong, &()).expect_err("no such profile");
    assert_same("field", "pdfProfile", &error.findings()[0].place.field);
}
