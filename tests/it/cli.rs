//! The program on the command line: files, report, exit codes.

use banmian::proto;
use sha2::{Digest as _, Sha256};

use crate::support::{
    KEYED_SEED, PLAIN_SEED, Server, TempDir, names, overset, read, root, run, run_with, sheet,
};

/// Returns a path as an argument.
fn arg(path: &std::path::Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}

#[test]
fn render_writes_the_page_and_prints_a_report() {
    let dir = TempDir::new();
    let ran = run(&["render", arg(&root(PLAIN_SEED)), "-o", arg(&dir.path("out"))]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{}", ran.out);
    let stem = "000_a9ba12f2908be50a";
    let files = ["json", "pdf", "png"].map(|ending| format!("{stem}.{ending}"));
    assert_eq!(names(&dir.path("out")), files, "named after the input, and nothing else is left");
    let made = |ending: &str| {
        std::fs::read(dir.path("out").join(format!("{stem}.{ending}"))).expect("file")
    };
    assert!(made("pdf") == sheet(PLAIN_SEED).pdf, "the PDF is the engine's");
    assert_eq!(made("json"), sheet(PLAIN_SEED).json);
    assert!(made("png").starts_with(b"\x89PNG"));

    let report = &sheet(PLAIN_SEED).report;
    let lines: Vec<&str> = ran.out.lines().collect();
    let says =
        |parts: &[&str]| lines.iter().any(|line| parts.iter().all(|part| line.contains(part)));
    assert!(
        says(&["articles 3", &report.characters.to_string(), "broadsheet/theory"]),
        "{}",
        ran.out
    );
    for (article, fit) in
        report.articles.iter().zip(&report.geometry.as_ref().expect("geometry").fit)
    {
        let fit_lines = format!("{}/{}", fit.set_lines, fit.capacity_lines);
        let parts =
            [&article.headline, &article.authors[0], &article.characters.to_string(), &fit_lines];
        assert!(says(&parts.map(String::as_str)), "{parts:?}: {}", ran.out);
    }
    let stages = ["intake", "shape", "makeup", "pdf", "preview"].map(|stage| format!("{stage} "));
    assert!(says(&stages.each_ref().map(String::as_str)), "time per stage: {}", ran.out);
    assert!(says(&["BM-PLAIN-003", "articles[2].body"]), "warnings are listed: {}", ran.out);
    assert!(!ran.out.contains("BM-COPY-002"), "notes are not, {}", ran.out);
    let out = dir.path("verbose");
    let ran = run(&["render", arg(&root(PLAIN_SEED)), "-v", "--make", "json", "-o", arg(&out)]);
    assert!(ran.out.contains("BM-COPY-002"), "unless requested: {}", ran.out);
    assert_eq!(names(&out), [format!("{stem}.json")], "only the requested files");
}

#[test]
fn the_record_as_understood_never_replaces_its_input() {
    let dir = TempDir::new();
    let input = dir.write("page.json", &read(KEYED_SEED));
    let ran = run(&["render", arg(&input), "--make", "json,geometry", "-o", arg(&dir.path(""))]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert_eq!(names(&dir.path("")), ["page.geometry.json", "page.json", "understood-page.json"]);
    assert_eq!(std::fs::read(input).expect("input"), read(KEYED_SEED), "the input is as it was");
}

#[test]
fn copy_that_does_not_fit_gives_no_file_or_a_marked_one() {
    let dir = TempDir::new();
    let input = dir.write("over.json", &serde_json::to_vec(&overset()).expect("JSON"));
    let ran = run(&["render", arg(&input), "-o", arg(&dir.path("strict"))]);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    assert!(names(&dir.path("strict")).is_empty(), "{:?}", names(&dir.path("strict")));
    assert!(ran.err.contains("BM-OVERSET-001") && ran.err.contains("articles["), "{}", ran.err);
    assert!(ran.out.contains("articles 3"), "the report comes all the same: {}", ran.out);
    let ran = run(&["render", arg(&input), "--policy", "mark", "-o", arg(&dir.path("mark"))]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert_eq!(names(&dir.path("mark")), ["over.json", "over.pdf", "over.png"]);
    assert!(ran.out.contains("BM-OVERSET-001"), "{}", ran.out);
}

#[test]
fn exit_codes_distinguish_kinds_of_failure() {
    let dir = TempDir::new();
    let bad = dir.write("bad.toml", b"quue = 3\n");
    let style = dir.write("style.toml", b"name = 7\n");
    let seed = root(KEYED_SEED);
    let (seed, out) = (arg(&seed), dir.path("out"));
    let out = arg(&out);
    for (code, args) in [
        (0, &["--version"][..]),
        (0, &["render", "--help"]),
        (0, &["fonts"]),
        (2, &["render", seed, "--style", "tabloid", "-o", out]),
        (2, &["render", seed, "--step", "roomy", "-o", out]),
        (64, &[]),
        (64, &["print"]),
        (64, &["render"]),
        (64, &["render", seed, "--no-such-flag", "-o", out]),
        (64, &["render", seed, "--policy", "jump", "-o", out]),
        (64, &["render", "no-such-file.json", "-o", out]),
        (64, &["render", seed, "--config", "no-such-file.toml", "-o", out]),
        (64, &["render", seed, "--config", arg(&bad), "-o", out]),
        (64, &["render", seed, "--house-style", arg(&style), "-o", out]),
        // The output directory is a file.
        (64, &["render", seed, "-o", arg(&bad)]),
        // Nothing listens on port 9 of this machine.
        (69, &["render", seed, "--remote", "http://127.0.0.1:9", "-o", out]),
    ] {
        let ran = run(args);
        assert_eq!(ran.code, Some(code), "{args:?}: {}{}", ran.out, ran.err);
        assert_eq!(
            ran.err.is_empty(),
            code == 0,
            "{args:?}: failures are reported on standard error"
        );
        assert!(!ran.err.contains("panicked"), "{args:?}: {}", ran.err);
        assert!(names(&dir.path("out")).is_empty(), "{args:?}");
    }
}

#[test]
fn a_server_gives_the_same_files() {
    let dir = TempDir::new();
    let server = Server::shared();
    for (name, input) in [("plain", PLAIN_SEED), ("keyed", KEYED_SEED)] {
        let (here, there) = (dir.path(&format!("{name}-here")), dir.path(&format!("{name}-there")));
        let input = root(input);
        let local = run(&["render", arg(&input), "-o", arg(&here)]);
        let remote = run(&["render", arg(&input), "--remote", &server.url, "-o", arg(&there)]);
        assert_eq!((local.code, remote.code), (Some(0), Some(0)), "{}{}", local.err, remote.err);
        assert_eq!(names(&here), names(&there));
        assert_eq!(names(&here).len(), 3);
        for file in names(&here) {
            let hash = |dir: &std::path::Path| {
                Sha256::digest(std::fs::read(dir.join(&file)).expect("file"))
            };
            assert_eq!(hash(&here), hash(&there), "{file}");
        }
        // The reports must be equal except for durations and output paths.
        let report_lines = |text: &str| -> Vec<String> {
            let is_reproducible =
                |line: &&str| !line.starts_with("用时") && !line.starts_with("写出");
            text.lines().filter(is_reproducible).map(str::to_owned).collect()
        };
        assert_eq!(report_lines(&local.out), report_lines(&remote.out));
    }
    // A rejection by the server has the same exit code.
    let over = dir.write("over.json", &serde_json::to_vec(&overset()).expect("JSON"));
    let ran = run(&["render", arg(&over), "--remote", &server.url, "-o", arg(&dir.path("none"))]);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
    let ran = run(&[
        "render",
        arg(&over),
        "--step",
        "roomy",
        "--remote",
        &server.url,
        "-o",
        arg(&dir.path("none")),
    ]);
    assert_eq!(ran.code, Some(2), "{}", ran.err);
    assert!(names(&dir.path("none")).is_empty());
}

#[test]
fn standard_input_is_read_and_named_by_its_date() {
    let dir = TempDir::new();
    for input in [PLAIN_SEED, KEYED_SEED] {
        let out = dir.path("out");
        let ran = run_with(&["render", "-", "--make", "pdf", "-o", arg(&out)], &read(input));
        assert_eq!(ran.code, Some(0), "{}", ran.err);
        assert_eq!(names(&out), ["20231029.pdf"]);
        assert!(
            std::fs::read(out.join("20231029.pdf")).expect("file") == sheet(input).pdf,
            "{input}"
        );
    }
    let ran = run_with(&["render", "-", "-o", arg(&dir.path("none"))], b"");
    assert_eq!(ran.code, Some(2), "{}", ran.err);
}

#[test]
fn flags_win_over_the_record() {
    let dir = TempDir::new();
    let input = root(KEYED_SEED);
    let ran = run(&[
        "render",
        arg(&input),
        "--step",
        "news",
        "--dpi",
        "40",
        "--stamp",
        "2024-01-02T03:04:05+08:00",
        "-o",
        arg(&dir.path("out")),
    ]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    assert!(ran.out.contains("broadsheet/news"), "{}", ran.out);
    let pdf = std::fs::read(dir.path("out/20231029.pdf")).expect("file");
    let stamped = pdf.windows(23).any(|bytes| bytes == b"D:20240102030405+08'00'");
    assert!(stamped, "the creation date is the stamp");
    let png = std::fs::read(dir.path("out/20231029.png")).expect("file");
    let png = png::Decoder::new(std::io::Cursor::new(png)).read_info().expect("a PNG");
    // 390 mm at 40 dpi are 614.2 dots, rounded up so that none is cut off.
    assert_eq!(png.info().width, 615);
}

#[test]
fn plan_and_measure_print_json() {
    let input = root(KEYED_SEED);
    let ran = run(&["plan", arg(&input), "-c", "2"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let plan: proto::PlanPageResponse = serde_json::from_str(&ran.out).expect("JSON");
    let hash = plan.candidates[0].geometry.as_ref().map(|page| page.layout_hash.clone());
    assert_eq!(hash.as_ref(), Some(&sheet(KEYED_SEED).report.layout_hash));
    assert!(plan.candidates.len() <= 2);
    let ran = run(&["measure", arg(&input), "-a", "a2", "--columns", "2,3"]);
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    let measures: proto::MeasureArticleResponse = serde_json::from_str(&ran.out).expect("JSON");
    let columns: Vec<u32> = measures.measures.iter().map(|measure| measure.columns).collect();
    assert_eq!(columns, [2, 3]);
    assert_eq!(measures.characters, sheet(KEYED_SEED).report.articles[1].characters);
    assert_eq!(run(&["measure", arg(&input), "-a", "a9"]).code, Some(2), "no such article");
}
