//! `UploadPicture`: a header, then chunks.

use tonic::{Status, Streaming};

use crate::error::Error;
use crate::finding::{Bilingual, Finding, FindingCode, FindingPlace};
use crate::proto;
use crate::proto::upload_picture_request::Part;
use crate::server::grpc::status::{error_status, translate_status};
use crate::service::caller::CallContext;
use crate::service::calls::ServiceCalls;
use crate::service::picture_upload::{PictureUpload, UploadStart};
use crate::service::workers::QueueClass;

/// Receives a picture and stores it.
pub(crate) async fn receive_picture(
    calls: &ServiceCalls,
    caller: &CallContext,
    mut messages: Streaming<proto::UploadPictureRequest>,
) -> Result<proto::UploadPictureResponse, Status> {
    let reject = |error: &Error| error_status(error, caller.default_language());
    let unread = |status| translate_status(status, caller.default_language());
    let first = messages.message().await.map_err(unread)?.and_then(|message| message.part);
    let Some(Part::Header(header)) = first else {
        return Err(reject(&unexpected_message("header")));
    };
    let start = PictureUpload::begin(calls, caller, header).map_err(|error| reject(&error))?;
    let mut upload = match start {
        // The caller need not send a picture that is there.
        UploadStart::Stored(response) => return Ok(response),
        UploadStart::Upload(upload) => upload,
    };
    while let Some(message) = messages.message().await.map_err(unread)? {
        match message.part {
            Some(Part::Chunk(chunk)) => {
                upload.push_chunk(&chunk).map_err(|error| reject(&error))?;
            }
            Some(Part::Header(_)) | None => return Err(reject(&unexpected_message("chunk"))),
        }
    }
    // Reading and hashing a picture takes a processor, so a worker does it.
    let (owned_calls, owner) = (calls.clone(), caller.clone());
    let stored = calls
        .run_on_worker(caller, QueueClass::Interactive, move |_| {
            upload.finish(&owned_calls, &owner)
        })
        .await;
    stored.map_err(|error| reject(&error))
}

fn unexpected_message(expected: &str) -> Error {
    let message = Bilingual::new(
        format!("消息次序有误，此处应为 {expected}"),
        format!("messages out of order: expected {expected} here"),
    );
    let place = FindingPlace::of_field(expected);
    Error::rejected(Finding::new(FindingCode::BadValue, place, message))
}
