//! `UploadPicture`: a header, then chunks.

use tonic::{Status, Streaming};

use crate::diag::{Code, Diagnostic, Place, Words};
use crate::error::Error;
use crate::proto;
use crate::proto::upload_picture_request::Part;
use crate::surface::calls::Calls;
use crate::surface::calls::caller::Caller;
use crate::surface::calls::upload::Upload;
use crate::surface::grpc::status::{foreign, status};

/// Takes a picture in.
pub(crate) async fn receive(
    calls: &Calls,
    caller: &Caller,
    mut messages: Streaming<proto::UploadPictureRequest>,
) -> Result<proto::UploadPictureResponse, Status> {
    let told = |error: &Error| status(error, caller.language(""));
    let read = |status| foreign(status, caller.language(""));
    let first = messages.message().await.map_err(read)?.and_then(|message| message.part);
    let Some(Part::Header(header)) = first else { return Err(told(&order("header"))) };
    let mut upload = match Upload::begin(calls, caller, header).map_err(|error| told(&error))? {
        // The caller need not send what is there.
        Ok(answer) => return Ok(answer),
        Err(upload) => upload,
    };
    while let Some(message) = messages.message().await.map_err(read)? {
        match message.part {
            Some(Part::Chunk(chunk)) => upload.push(&chunk).map_err(|error| told(&error))?,
            Some(Part::Header(_)) | None => return Err(told(&order("chunk"))),
        }
    }
    let (all, who) = (calls.clone(), caller.clone());
    let kept = calls.run(caller, false, move |_| upload.end(&all, &who)).await;
    kept.map_err(|error| told(&error))
}

fn order(field: &str) -> Error {
    let words = Words::new(
        format!("消息次序有误，此处应为 {field}"),
        format!("messages out of order: {field} is expected here"),
    );
    Error::rejected(Diagnostic::new(Code::BadValue, Place::field(field), words))
}
