//! Why a file was not written, for who asked for it.

use crate::error::Error;
use crate::finding::FindingPlace;
use crate::intake::unreadable_picture;
use crate::model::{PageCopy, PagePicture};
use crate::output::WriteError;

/// The error of a failure. A picture whose pixels turn out damaged is the record's fault, not ours.
pub(crate) fn failed(failure: WriteError, copy: &PageCopy) -> Error {
    match failure {
        WriteError::Internal(what) => Error::Internal(what),
        WriteError::Picture { sha256, error: fault } => {
            let of = |picture: &&PagePicture| {
                picture.image.as_ref().is_some_and(|image| image.sha256() == sha256)
            };
            let theirs = copy.articles.iter().flat_map(|article| &article.pictures);
            let reserved = copy.reserved.iter().filter_map(|reserved| reserved.picture.as_ref());
            let found = theirs.chain(&copy.pictures).chain(reserved).find(of);
            let field = found.map_or("", |picture| picture.field.as_str());
            Error::rejected(unreadable_picture(&fault, FindingPlace::of_field(field)))
        }
    }
}
