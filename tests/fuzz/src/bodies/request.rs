//! A request as it comes: the message, its JSON, or the JSON of a record.

use banmian::error::Error;
use banmian::intake::{read_record, write_record};
use banmian::proto::RenderPageRequest;
use banmian::proto::render_page_request::Source;
use prost::Message as _;

use super::page::{engine, hold};
use super::sampled;

/// Decodes a request and renders it, all that is asked for; with nothing asked for, all there is.
pub fn request(data: &[u8]) -> bool {
    let request =
        if data.first() == Some(&b'{') { json(data) } else { RenderPageRequest::decode(data).ok() };
    let Some(request) = request else { return false };
    hold(engine(), request, sampled(data, 8));
    true
}

/// By the door of the gateway, else by that of the command line.
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
