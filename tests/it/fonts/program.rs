//! The font folder in the program: flags, environment, configuration, and a running server.

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use banmian::proto::catalog_service_client::CatalogServiceClient;
use banmian::proto::render_page_response::Part;
use banmian::proto::{self, Output};

use crate::fonts::make::{BRUSH, Sfnt};
use crate::fonts::{drawn_by, read};
use crate::support::{
    Client, KEYED_SEED, TempDir, channel, messages, names, program, request, root, run, runtime,
    seed,
};

fn arg(path: &Path) -> &str {
    path.to_str().expect("a path in UTF-8")
}

/// Creates a folder in which a brush face has the role of the body face.
fn brushes() -> TempDir {
    let dir = TempDir::new();
    dir.write("报宋.ttf", &Sfnt::shipped(BRUSH).bytes());
    dir.write("fonts.toml", "[[face]]\nrole = \"song\"\nfile = \"报宋.ttf\"\n".as_bytes());
    dir.write("read me.txt", b"not looked at");
    dir
}

#[test]
fn fonts_lists_faces_and_names_rejected_files() {
    let dir = brushes();
    let ran = run(&["fonts", "--fonts", arg(&dir.path(""))]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{}", ran.out);
    let line = ran.out.lines().find(|line| line.contains("报宋.ttf")).expect("its line");
    for part in ["song", "MaShanZheng-Regular", "subset", "custom"] {
        assert!(line.contains(part), "{part}: {line}");
    }
    assert_eq!(ran.out.lines().count(), 11, "{}", ran.out);
    dir.write("bad.otf", b"nothing of a font");
    dir.write("web.woff2", b"wOF2");
    dir.write("锁.TTF", &Sfnt::shipped(BRUSH).fs_type(2).bytes());
    let ran = run(&["fonts", "--fonts", arg(&dir.path(""))]);
    assert_eq!(ran.code, Some(2), "{}", ran.err);
    assert!(ran.out.contains("报宋.ttf"), "what is good is listed: {}", ran.out);
    for (file, why) in [("bad.otf", "not a font"), ("web.woff2", "WOFF"), ("锁.TTF", "禁止嵌入")]
    {
        let reported = ran.err.lines().any(|line| line.contains(file) && line.contains(why));
        assert!(reported, "{file}: {}", ran.err);
    }
    let out = dir.path("out");
    let seed = root(KEYED_SEED);
    let ran = run(&["render", arg(&seed), "--fonts", arg(&dir.path("")), "-o", arg(&out)]);
    assert_eq!(ran.code, Some(2), "nothing is set with half a folder");
    assert!(ran.err.contains("bad.otf") && names(&out).is_empty(), "{}", ran.err);
    let ran = run(&["fonts", "--fonts", arg(&dir.path("nowhere"))]);
    assert_eq!(ran.code, Some(64), "{}", ran.err);
    assert!(ran.err.contains("nowhere"), "{}", ran.err);
}

#[test]
fn files_over_a_limit_are_not_read() {
    let dir = brushes();
    for limit in ["font_bytes = 1000", "fonts_bytes = 1000"] {
        let config = dir.write("config.toml", format!("[limits]\n{limit}\n").as_bytes());
        let ran = run(&["fonts", "--config", arg(&config), "--fonts", arg(&dir.path(""))]);
        assert_eq!(ran.code, Some(2), "{}", ran.err);
        let name = limit.split(' ').next().expect("a name");
        assert!(ran.err.contains("报宋.ttf") && ran.err.contains(name), "{limit}: {}", ran.err);
    }
}

#[test]
fn a_flag_wins_over_the_environment_and_that_over_the_file() {
    let (dir, good) = (TempDir::new(), brushes());
    let (good, bad) = (good.path(""), dir.path("nowhere"));
    let file = |fonts: &Path| format!("fonts = {:?}\n", arg(fonts));
    for (flag, environment, config) in
        [(None, None, &good), (None, Some(&good), &bad), (Some(&good), Some(&bad), &bad)]
    {
        let config = dir.write("config.toml", file(config).as_bytes());
        let mut command = program(&["fonts", "--config", arg(&config)]);
        if let Some(flag) = flag {
            command.args(["--fonts", arg(flag)]);
        }
        if let Some(environment) = environment {
            command.env("BANMIAN_FONTS", environment);
        }
        let ran = command.output().expect("the program starts");
        assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
        assert!(String::from_utf8_lossy(&ran.stdout).contains("报宋.ttf"));
    }
}

/// A server process with a font folder, and its output.
struct Serving {
    child: Child,
    out: BufReader<ChildStdout>,
    url: String,
}

impl Serving {
    fn start(fonts: &Path) -> Self {
        let args = ["serve", "--listen", "127.0.0.1:0", "--workers", "2", "--fonts", arg(fonts)];
        let mut command = program(&args);
        let mut child =
            command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts");
        let mut serving = Self {
            out: BufReader::new(child.stdout.take().expect("piped")),
            child,
            url: String::new(),
        };
        let line = serving.line();
        let url = line.split_whitespace().find(|word| word.starts_with("http://"));
        serving.url = url.unwrap_or_else(|| panic!("it says where it listens: {line}")).to_owned();
        serving
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.out.read_line(&mut line).expect("a line");
        line
    }

    fn signal(&self, name: &str) {
        let kill = format!("kill -{name} {}", self.child.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().expect("a shell").success());
    }

    async fn client(&self) -> Client {
        Client::new(channel(&self.url).await).max_decoding_message_size(64 << 20)
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // Only needed if the test failed before it stopped the process.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Renders a page on the server. Returns the number of glyphs that the brush face draws, and the
/// press file.
async fn render(client: &mut Client, dpi: u32) -> (usize, Vec<u8>) {
    let outputs = [Output::PressPdf, Output::PreviewPng];
    let request = request(seed(), &outputs[..if dpi == 0 { 1 } else { 2 }]);
    let request = proto::RenderPageRequest { preview_dpi: dpi, ..request };
    let (parts, end) = messages(client, request).await;
    end.expect("a page");
    let mut pdf = Vec::new();
    for part in parts {
        match part {
            Part::Chunk(chunk) => pdf.extend(chunk),
            Part::ArtifactEnd(_) => break,
            Part::Report(_) | Part::ArtifactHeader(_) => {}
        }
    }
    (drawn_by(&read(&pdf), "+MaShanZheng-Regular"), pdf)
}

#[test]
fn sighup_loads_a_good_folder_and_ignores_a_bad_one() {
    let dir = TempDir::new();
    let mut serving = Serving::start(&dir.path(""));
    runtime().block_on(async {
        let mut client = serving.client().await;
        let mut catalog = CatalogServiceClient::new(channel(&serving.url).await);
        let list = proto::ListFontsRequest { page_size: 4, page_token: String::new() };
        let first = catalog.list_fonts(list.clone()).await.expect("faces").into_inner();
        let (brush, before) = render(&mut client, 0).await;
        assert_eq!(brush, 0, "an empty folder");

        dir.write("song.ttf", &Sfnt::shipped(BRUSH).bytes());
        // A running call continues with the fonts with which it began.
        let running = tokio::spawn({
            let mut client = client.clone();
            async move { render(&mut client, 300).await }
        });
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        serving.signal("HUP");
        assert!(serving.line().contains("faces 11"), "it says so");
        assert_eq!(running.await.expect("join").1, before, "as before, to the byte");
        let (brush, after) = render(&mut client, 0).await;
        assert!(brush > 3000, "{brush}");
        let more = proto::ListFontsRequest { page_token: first.next_page_token, ..list.clone() };
        let lost = catalog.list_fonts(more).await.expect_err("a token of the set before");
        assert_eq!(lost.code(), tonic::Code::InvalidArgument);
        let all = catalog.list_fonts(proto::ListFontsRequest::default()).await.expect("faces");
        let custom_face = all.into_inner().fonts.pop().expect("the newsroom's comes last");
        assert_eq!(
            (
                custom_face.name.as_str(),
                custom_face.file.as_str(),
                &custom_face.roles[..],
                custom_face.source()
            ),
            (
                "MaShanZheng-Regular",
                "song.ttf",
                &["MaShanZheng-Regular".to_owned(), "song".to_owned()][..],
                proto::FontSource::Newsroom
            )
        );
        assert_eq!(
            (custom_face.embedding(), custom_face.glyphs),
            (proto::FontEmbedding::Subset, 7017)
        );
        assert!(
            custom_face.characters > 6763
                && custom_face.sha256.len() == 64
                && !custom_face.version.is_empty(),
            "{custom_face:?}"
        );

        dir.write("bad.otf", b"nothing of a font");
        serving.signal("HUP");
        assert!(serving.line().contains("not reloaded"), "it says so");
        assert!(render(&mut client, 0).await.1 == after, "the set in use stays");
        std::fs::remove_file(dir.path("bad.otf")).expect("away with it");
        std::fs::remove_file(dir.path("song.ttf")).expect("away with it");
        serving.signal("HUP");
        assert!(serving.line().contains("faces 10"), "it says so");
        assert!(render(&mut client, 0).await.1 == before);
    });
    serving.signal("TERM");
    assert_eq!(serving.child.wait().expect("it ends").code(), Some(0));
    let mut stderr = String::new();
    serving.child.stderr.take().expect("piped").read_to_string(&mut stderr).expect("text");
    assert!(stderr.contains("bad.otf") && stderr.contains("not a font"), "{stderr}");
}
