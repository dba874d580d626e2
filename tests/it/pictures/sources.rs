//! Sources of pictures: in the request, or from a directory.

use banmian::image::PictureSupply;
use banmian::proto::picture::Content;
use banmian::proto::render_page_request::Source;
use banmian::proto::{self, Output, Policy};

use super::{file, picture, pictured};
use crate::support::{ProgramRun, Server, TempDir, engine, names, request, run};

#[test]
fn a_press_file_needs_its_pictures_and_a_proof_does_not() {
    let broken = picture("broken", Some(Content::Data(b"GIF89a".to_vec())));
    for (picture, code) in [(picture("bridge", None), "BM-PICTURE-001"), (broken, "BM-PICTURE-002")]
    {
        for (outputs, policy, fails) in [
            (&[Output::PressPdf][..], Policy::Strict, true),
            (&[Output::PressPdf], Policy::Unspecified, true),
            (&[Output::PressPdf], Policy::Mark, false),
            (&[Output::PreviewPng], Policy::Strict, false),
            (&[Output::PreviewPng], Policy::Unspecified, false),
        ] {
            let source = Source::Page(pictured(picture.clone()));
            let request =
                proto::RenderPageRequest { policy: policy.into(), ..request(source, outputs) };
            let rendered = engine().render(request, &()).expect("a report");
            let reported = rendered.report.findings.iter().filter(|d| d.code == code).count();
            assert_eq!(reported, 1, "{code}: it is in the report in any case");
            let error = rendered.artifacts.err();
            assert_eq!(error.is_some(), fails, "{code}: {outputs:?} {policy:?}");
            if let Some(error) = error {
                assert_eq!(error.findings()[0].code.id(), code);
                assert!(error.to_string().contains("缺 1 幅图片"), "{error}");
            }
        }
    }
    // With the picture at hand nothing is missing.
    let mut pictures = PictureSupply::default();
    pictures.insert(Some("bridge"), file("large"));
    let source = Source::Page(pictured(picture("bridge", None)));
    let request = proto::RenderPageRequest { policy: 0, ..request(source, &[Output::PressPdf]) };
    let rendered = engine().clone().with_pictures(pictures).render(request, &());
    rendered.expect("a report").artifacts.expect("a file");
}

/// Renders a record with pictures from a directory.
fn render(dir: &TempDir, record: &proto::PageRecord, more: &[&str]) -> ProgramRun {
    let input = dir.write("page.json", &serde_json::to_vec(record).expect("JSON"));
    let (pictures, out) = (dir.path("pictures"), dir.path("out"));
    let path = |path: &std::path::Path| path.to_str().expect("a path in UTF-8").to_owned();
    let args =
        [path(&input), "-o".to_owned(), path(&out), "--pictures".to_owned(), path(&pictures)];
    let args: Vec<&str> = ["render"]
        .into_iter()
        .chain(args.iter().map(String::as_str))
        .chain(more.iter().copied())
        .collect();
    run(&args)
}

#[test]
fn a_directory_gives_pictures_by_id_and_by_checksum() {
    let dir = TempDir::new();
    std::fs::create_dir_all(dir.path("pictures/below")).expect("a directory");
    dir.write("pictures/bridge.jpg", &file("large"));
    // With a comment added it is another file.
    let large = file("large");
    let other = [&large[..2], &[0xff, 0xfe, 0, 3, b'x'], &large[2..]].concat();
    dir.write("pictures/DSC_0001.JPG", &other);
    dir.write("pictures/below/deep.jpg", &file("grey"));
    dir.write("outside.jpg", &file("grey"));
    std::os::unix::fs::symlink(dir.path("outside.jpg"), dir.path("pictures/link.jpg"))
        .expect("a link");
    let sum = || Some(Content::Sha256(banmian::image::sha256_hex(&other)));
    for (picture, code) in [
        (picture("bridge", None), 0),
        (picture("bridge.jpg", None), 0),
        (picture("other name", sum()), 0),
        (picture("other", None), 1),
        // Only files directly in the directory are read.
        (picture("deep", None), 1),
        (picture("link", None), 1),
        (picture("../outside.jpg", None), 1),
        (picture("below/deep.jpg", None), 1),
    ] {
        let id = picture.id.clone();
        let ran = render(&dir, &pictured(picture), &["--make", "pdf"]);
        assert_eq!(ran.code, Some(code), "{id}: {}{}", ran.out, ran.err);
        assert_eq!(ran.err.contains("BM-PICTURE-001"), code == 1, "{id}: {}", ran.err);
    }
}

#[test]
fn faults_of_a_directory_are_reported() {
    let dir = TempDir::new();
    let lone = |id| pictured(picture(id, None));
    let ran = render(&dir, &lone("bridge"), &[]);
    assert_eq!(ran.code, Some(64), "no directory: {}", ran.err);
    assert!(ran.err.contains("cannot be read"), "{}", ran.err);
    std::fs::create_dir_all(dir.path("pictures")).expect("a directory");
    for name in ["bridge.jpg", "bridge.png"] {
        dir.write(&format!("pictures/{name}"), &file("large"));
    }
    dir.write("pictures/broken.jpg", b"GIF89a");
    let ran = render(&dir, &lone("bridge"), &[]);
    assert_eq!(ran.code, Some(64));
    assert!(ran.err.contains("bridge.jpg") && ran.err.contains("bridge.png"), "{}", ran.err);
    let ran = render(&dir, &lone("broken"), &[]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.err.contains("BM-PICTURE-002") && ran.err.contains("GIF"), "{}", ran.err);
    let config = dir.write("small.toml", b"[limits]\npicture_bytes = 100\n");
    let small = ["--config", config.to_str().expect("path")];
    let ran = render(&dir, &lone("bridge.jpg"), &small);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("picture_bytes: 100"), "{}", ran.err);
    assert!(names(&dir.path("out")).is_empty(), "no file is left");
}

#[test]
fn pictures_that_fit_into_a_message_are_sent() {
    let dir = TempDir::new();
    std::fs::create_dir_all(dir.path("pictures")).expect("a directory");
    dir.write("pictures/bridge.jpg", &file("large"));
    let record = pictured(picture("bridge", None));
    let server = Server::shared();
    let ran = render(&dir, &record, &["--make", "pdf", "--remote", &server.url]);
    assert_eq!(ran.code, Some(0), "{}{}", ran.out, ran.err);
    assert_eq!(names(&dir.path("out")), ["page.pdf"]);
    // Comments make a picture arbitrarily large.
    let (rgb, comment) = (file("large"), [0xff, 0xfe, 0xff, 0xff]);
    let long = [&comment[..], &vec![0; 65_533]].concat();
    let large = [&rgb[..2], &long.repeat(70), &rgb[2..]].concat();
    dir.write("pictures/bridge.jpg", &large);
    let ran = render(&dir, &record, &["--make", "pdf", "--remote", &server.url]);
    assert_eq!(ran.code, Some(2), "{}", ran.err);
    assert!(ran.err.contains("message_bytes"), "{}", ran.err);
}

#[test]
fn plans_and_measures_use_the_pictures() {
    let dir = TempDir::new();
    std::fs::create_dir_all(dir.path("pictures")).expect("a directory");
    dir.write("pictures/bridge.jpg", &file("large"));
    let mut record = pictured(picture("bridge", None));
    let block = proto::PictureBlock { picture_id: "bridge".to_owned() };
    let content = Some(proto::block::Content::Picture(block));
    record.articles[0].body.push(proto::Block { content });
    let input = dir.write("page.json", &serde_json::to_vec(&record).expect("JSON"));
    let (input, pictures) = (input.to_str().expect("path"), dir.path("pictures"));
    let ran = run(&["plan", input, "-c", "1", "--pictures", pictures.to_str().expect("path")]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(!ran.out.contains("BM-PICTURE"), "{}", ran.out);
    let ran = run(&["measure", input]);
    assert_eq!(ran.code, Some(0), "the page's picture goes with its article: {}", ran.err);
}
