//! Plain copy.

use banmian::intake::{ParagraphJoining, read_plain};
use banmian::proto::render_page_request::Source;
use banmian::proto::{Output, RenderPageRequest};

use super::page::{OUTPUTS, check_render, engine};
use super::sampled;

/// Reads plain copy with both readers and renders it.
pub fn plain(data: &[u8]) -> bool {
    let [joined, apart] =
        [ParagraphJoining::Join, ParagraphJoining::Keep].map(|joining| read_plain(data, joining));
    assert_eq!(
        joined.is_ok(),
        apart.is_ok(),
        "whether lines are joined decides whether it is read"
    );
    if joined.is_err() {
        return false;
    }
    let outputs = if sampled(data, 8) {
        OUTPUTS.to_vec()
    } else {
        vec![Output::PressPdf, Output::RecordJson]
    };
    let request = RenderPageRequest {
        source: Some(Source::PlainCopy(data.to_vec())),
        outputs: outputs.into_iter().map(i32::from).collect(),
        policy: banmian::proto::Policy::Mark.into(),
        ..RenderPageRequest::default()
    };
    check_render(engine(), request, sampled(data, 4));
    true
}
