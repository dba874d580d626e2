//! The service as operators and callers use it, beyond single calls: HTTP, batches, uploads,
//! tenants, encryption, hostile peers.

mod answers;
mod batch;
mod http;
mod net;
mod pictures;
mod tenants;
mod tls;

use banmian::proto::{self, Output};

use crate::support::{KEYED_SEED, record};

/// Returns a page that differs from others by its number.
fn page(number: usize) -> proto::PageRecord {
    let mut page = record(KEYED_SEED);
    page.number = format!("{number:02}");
    page
}

/// Returns a small page that renders quickly.
fn brief(text: &str) -> proto::PageRecord {
    let json = serde_json::json!({
        "articles": [{"headline": "标题", "body": [{"paragraph": {"text": text}}]}]
    });
    serde_json::from_value(json).expect("a record")
}

/// Returns a render request for a small page under a policy that accepts its white.
fn quick(text: &str) -> proto::RenderPageRequest {
    proto::RenderPageRequest {
        source: Some(proto::render_page_request::Source::Page(brief(text))),
        outputs: vec![Output::GeometryJson.into()],
        policy: proto::Policy::Mark.into(),
        ..proto::RenderPageRequest::default()
    }
}

/// Returns a request for a page that takes many seconds: a hundred long heads, each in nine
/// wordings.
fn slow() -> proto::RenderPageRequest {
    let article = |k: usize| {
        let head = |wording: usize| format!("第{k}篇之{wording}{}", "这个标题写得很长".repeat(40));
        let others = (1..=8).map(|k| serde_json::json!({"headline": head(k)}));
        serde_json::json!({
            "headline": head(0),
            "alternatives": others.collect::<Vec<_>>(),
            "body": [{"paragraph": {"text": "正文。".repeat(40)}}]
        })
    };
    let json = serde_json::json!({"articles": (0..100).map(article).collect::<Vec<_>>()});
    let page = serde_json::from_value(json).expect("a record");
    let source = Some(proto::render_page_request::Source::Page(page));
    proto::RenderPageRequest { source, ..quick("") }
}
