//! A request as it arrives: the protobuf message, its JSON, or the JSON of a record.

use banmian::error::Error;
use banmian::intake::{read_record, write_record};
use banmian::proto::RenderPageRequest;
use banmian::proto::render_page_request::Source;
use prost::Message as _;

use super::page::{check_render, engine};
use super::sampled;

/// Decodes a request and renders the outputs that it requests, or all outputs if it requests none.
pub fn request(data: &[u8]) -> bool {
    let request =
        if data.first() == Some(&b'{') { json(data) } else { RenderPageRequest::decode(data).ok() };
    let Some(request) = request else { return false };
    check_render(engine(), request, sampled(data, 8));
    true
}

/// Decodes JSON as the gateway does, otherwise as the command line does.
fn json(data: &[u8]) -> Option<RenderPageRequest> {
    if let Ok(request) = serde_json::from_slice(data) {
        return Some(request);
    }
    match read_record(data) {
        Ok(record) => {
            let written = write_record(&record);
            let again = read_record(&written).expect("a record that we wrote");
            assert_eq!(write_record(&again), written, "a record changes when it is written");
            let source = Some(Source::Page(record));
            Some(RenderPageRequest { source, ..RenderPageRequest::default() })
        }
        Err(Error::Rejected(findings)) => {
            assert!(!findings.is_empty(), "rejected for no reason");
            None
        }
        Err(other) => panic!("{other:?}"),
    }
}
