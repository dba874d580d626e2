//! `UploadPicture`: pictures that are sent before their page.

use banmian::config::{RequestLimits, ServiceConfig};
use banmian::image::sha256_hex;
use banmian::proto::picture::Content;
use banmian::proto::render_page_response::Part as Page;
use banmian::proto::upload_picture_request::Part;
use banmian::proto::{self, Output};
use tonic::{Code, Status};
use tonic_types::StatusExt as _;

use crate::support::{Client, HttpReply, Server, messages, request, runtime};

/// Returns a grey PNG of this many pixels a side, distinguished from others by its shade.
fn picture(side: u32, shade: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, side, side);
    encoder.set_compression(png::Compression::NoCompression);
    encoder.set_color(png::ColorType::Grayscale);
    let pixels = vec![shade; (side * side) as usize];
    encoder.write_header().expect("header").write_image_data(&pixels).expect("pixels");
    bytes
}

fn header(sha256: &str, total_bytes: u64, keep_seconds: u32) -> Part {
    Part::Header(proto::UploadPictureHeader {
        sha256: sha256.to_owned(),
        total_bytes,
        keep_seconds,
    })
}

async fn send(
    client: &mut Client,
    parts: Vec<Part>,
) -> Result<proto::UploadPictureResponse, Status> {
    let messages: Vec<_> =
        parts.into_iter().map(|part| proto::UploadPictureRequest { part: Some(part) }).collect();
    client.upload_picture(tokio_stream::iter(messages)).await.map(tonic::Response::into_inner)
}

fn chunks(bytes: &[u8]) -> impl Iterator<Item = Part> {
    bytes.chunks(1000).map(|chunk| Part::Chunk(chunk.to_vec()))
}

/// Returns correct header and chunks.
fn whole(bytes: &[u8]) -> Vec<Part> {
    let header = header(&sha256_hex(bytes), bytes.len() as u64, 0);
    std::iter::once(header).chain(chunks(bytes)).collect()
}

#[test]
fn an_uploaded_picture_is_the_picture_of_its_page() {
    let server = Server::start(ServiceConfig::default());
    let bytes = picture(600, 90);
    let sum = sha256_hex(&bytes);
    let page = |content| {
        let picture = proto::Picture {
            id: "p1".to_owned(),
            content: Some(content),
            caption: "图说".to_owned(),
            ..proto::Picture::default()
        };
        let mut page = crate::service::brief(&"正文很短。".repeat(80));
        page.articles[0].pictures.push(picture);
        let source = proto::render_page_request::Source::Page(page);
        let request = request(source, &[Output::PressPdf]);
        proto::RenderPageRequest { policy: proto::Policy::Mark.into(), ..request }
    };
    let pdf = |parts: Vec<Page>| -> Vec<u8> {
        let chunks = parts.into_iter().filter_map(|part| match part {
            Page::Chunk(chunk) => Some(chunk.to_vec()),
            Page::Report(_) | Page::ArtifactHeader(_) | Page::ArtifactEnd(_) => None,
        });
        chunks.collect::<Vec<_>>().concat()
    };
    runtime().block_on(async {
        let mut client = server.client().await;
        let named = || page(Content::Sha256(sum.clone()));
        let before = messages(&mut client, named()).await;
        let first = send(&mut client, whole(&bytes)).await.expect("taken");
        assert_eq!((first.sha256.as_str(), first.existed), (sum.as_str(), false));
        assert_eq!(
            (first.total_bytes, first.media_type.as_str()),
            (bytes.len() as u64, "image/png")
        );
        assert_eq!((first.width_px, first.height_px), (600, 600));
        assert!(first.quota_bytes > first.used_bytes && first.used_bytes == bytes.len() as u64);
        assert!(first.expires_at.ends_with('Z'), "{}", first.expires_at);
        // A client that knows the checksum need not send the picture again.
        let again = send(&mut client, vec![header(&sum, 0, 0)]).await.expect("it is there");
        assert!(again.existed && again.used_bytes == first.used_bytes);
        // Sending it again does no harm.
        let again =
            send(&mut client, [vec![header("", 0, 0)], chunks(&bytes).collect()].concat()).await;
        assert!(again.expect("taken").existed);

        let uploaded = messages(&mut client, named()).await;
        uploaded.1.expect("a page");
        let inline = messages(&mut client, page(Content::Data(bytes.clone()))).await;
        inline.1.expect("a page");
        let (uploaded, inline) = (pdf(uploaded.0), pdf(inline.0));
        assert_eq!(uploaded, inline, "the page is the same");
        assert_ne!(pdf(before.0), uploaded, "and no answer from before the upload is given");
    });
    assert_eq!(server.metric("banmian_pictures"), 1.0);
}

#[test]
fn uploads_that_differ_from_their_header_are_rejected_and_leave_nothing() {
    let limits = RequestLimits {
        picture_bytes: 500_000,
        picture_pixels: 250_000,
        ..RequestLimits::default()
    };
    let server = Server::start(ServiceConfig { limits, ..ServiceConfig::default() });
    let bytes = picture(300, 1);
    let (sum, length) = (sha256_hex(&bytes), bytes.len() as u64);
    let wide = picture(600, 1);
    let other = sha256_hex(b"other");
    let with = |first: Part, bytes: &[u8]| -> Vec<Part> {
        std::iter::once(first).chain(chunks(bytes)).collect()
    };
    let large = Part::Chunk(vec![0; (1 << 20) + 1]);
    let rows = [
        ("nothing", vec![], "BM-RECORD-003", "header"),
        ("no header", chunks(&bytes).collect(), "BM-RECORD-003", "header"),
        ("two headers", vec![header("", 0, 0), header("", 0, 0)], "BM-RECORD-003", "chunk"),
        ("no bytes", vec![header("", 0, 0)], "BM-PICTURE-002", "chunk"),
        ("no sum", with(header("xyz", 0, 0), &bytes), "BM-RECORD-003", "header.sha256"),
        ("wrong sum", with(header(&other, 0, 0), &bytes), "BM-RECORD-003", "header.sha256"),
        (
            "too short",
            with(header(&sum, length + 1, 0), &bytes),
            "BM-RECORD-003",
            "header.totalBytes",
        ),
        (
            "too long",
            with(header(&sum, length - 1, 0), &bytes),
            "BM-RECORD-003",
            "header.totalBytes",
        ),
        ("over the limit", vec![header("", 500_001, 0)], "BM-RECORD-004", "header.totalBytes"),
        ("over it unannounced", with(header("", 0, 0), &[7; 500_001]), "BM-RECORD-004", "chunk"),
        ("too many pixels", whole(&wide), "BM-RECORD-004", "chunk"),
        (
            "an empty chunk",
            vec![header("", 0, 0), Part::Chunk(Vec::new())],
            "BM-RECORD-003",
            "chunk",
        ),
        ("a large chunk", vec![header("", 0, 0), large], "BM-RECORD-003", "chunk"),
        ("text", with(header("", 0, 0), b"plain text"), "BM-PICTURE-002", "chunk"),
        ("cut short", with(header("", 0, 0), &bytes[..2000]), "BM-PICTURE-002", "chunk"),
    ];
    runtime().block_on(async {
        let mut client = server.client().await;
        for (name, parts, code, field) in rows {
            let status = send(&mut client, parts).await.expect_err(name);
            assert_eq!(status.code(), Code::InvalidArgument, "{name}: {status}");
            let details = status.get_details_bad_request().expect("BadRequest").field_violations;
            assert_eq!(details[0].field, field, "{name}: {details:?}");
            let info = status.get_details_error_info().expect("ErrorInfo");
            assert_eq!(info.reason, code, "{name}: {status}");
        }
    });
    assert_eq!(server.metric("banmian_pictures_bytes"), 0.0, "nothing stays");
}

#[test]
fn quotas_hold_and_pictures_expire() {
    let bytes: Vec<Vec<u8>> = (0..3).map(|shade| picture(100, shade)).collect();
    let size_of_one = bytes[0].len() as u64;
    let config =
        ServiceConfig { pictures_bytes_per_tenant: 2 * size_of_one, ..ServiceConfig::default() };
    let server = Server::start(config);
    runtime().block_on(async {
        let mut client = server.client().await;
        send(&mut client, whole(&bytes[0])).await.expect("taken");
        let short = [vec![header("", 0, 1)], chunks(&bytes[1]).collect()].concat();
        send(&mut client, short).await.expect("taken");
        let status = send(&mut client, whole(&bytes[2])).await.expect_err("no room");
        assert_eq!(status.code(), Code::ResourceExhausted, "{status}");
        let quota = status.get_details_quota_failure().expect("QuotaFailure");
        assert_eq!(quota.violations[0].subject, "pictures_bytes_per_tenant");
        assert!(status.get_details_retry_info().is_some());
        // A second later the short-lived picture has expired.
        tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
        let kept = send(&mut client, whole(&bytes[2])).await.expect("there is room again");
        assert_eq!(kept.used_bytes, 2 * size_of_one);
    });
}

#[test]
fn pictures_can_be_uploaded_over_http() {
    let server = Server::start(ServiceConfig::default());
    let bytes = picture(50, 7);
    let sum = sha256_hex(&bytes);
    let put = |query: &str, body: &[u8]| -> HttpReply {
        server.http("PUT", &format!("/v1/pictures{query}"), &[], body)
    };
    let first = put(&format!("?sha256={sum}&keepSeconds=60"), &bytes);
    assert_eq!(first.status, 200, "{}", first.text());
    let first = first.json();
    assert_eq!(
        (first["sha256"].as_str(), first["mediaType"].as_str()),
        (Some(&*sum), Some("image/png"))
    );
    assert_eq!(put("", &bytes).json()["existed"], true);
    let wrong = put(&format!("?sha256={}", sha256_hex(b"x")), &bytes);
    assert_eq!(
        (wrong.status, wrong.json()["error"]["details"][0]["field"].as_str()),
        (400, Some("header.sha256"))
    );
    assert_eq!(put("?shasum=1", &bytes).status, 400);
    assert_eq!(put("", b"text").json()["error"]["reason"], "BM-PICTURE-002");
}
