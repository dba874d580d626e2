//! `UploadPicture`: a header, then chunks.

use tonic::{Status, Streaming};

use crate::error::Error;
use crate::finding::{Bilingual, Finding, FindingCode, FindingPlace};
use crate::proto;
use crate::proto::upload_picture_request::Part;
use crate::server::grpc::status::{error_status, translate_status};
use crate::service::caller::CallerIdentity;
use crate::service::calls::ServiceCalls;
use crate::service::picture_upload::PictureUpload;

/// Takes a picture in.
pub(crate) async fn receive_picture(
    calls: &ServiceCalls,
    caller: &CallerIdentity,
    mut messages: Streaming<proto::UploadPictureRequest>,
) -> Result<proto::UploadPictureResponse, Status> {
    let told = |error: &Error| error_status(error, caller.language(""));
    let read = |status| translate_status(status, caller.language(""));
    let first = messages.message().await.map_err(read)?.and_then(|message| message.part);
    let Some(Part::Header(header)) = first else { return Err(told(&unexpected_message("header"))) };
    let mut upload =
        match PictureUpload::begin(calls, caller, header).map_err(|error| told(&error))? {
            // The caller need not send what is there.
            Ok(answer) => return Ok(answer),
            Err(upload) => upload,
        };
    while let Some(message) = messages.message().await.map_err(read)? {
        match message.part {
            Some(Part::Chunk(chunk)) => upload.push_chunk(&chunk).map_err(|error| told(&error))?,
            Some(Part::Header(_)) | None => return Err(told(&unexpected_message("chunk"))),
        }
    }
    let (all, who) = (calls.clone(), caller.clone());
    let kept = calls.run_on_worker(caller, false, move |_| upload.finish(&all, &who)).await;
    kept.map_err(|error| told(&error))
}

fn unexpected_message(field: &str) -> Error {
    let words = Bilingual::new(
        format!("消息次序有误，此处应为 {field}"),
        format!("messages out of order: {field} is expected here"),
    );
    Error::rejected(Finding::new(FindingCode::BadValue, FindingPlace::of_field(field), words))
}
