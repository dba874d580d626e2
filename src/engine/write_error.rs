//! Errors of the file writers, as errors of the call.

use crate::error::Error;
use crate::finding::FindingPlace;
use crate::intake::unreadable_picture;
use crate::model::{PageCopy, PagePicture};
use crate::output::WriteError;

/// Error of a call whose file could not be written. A picture whose pixels turn out to be damaged
/// is a fault of the record, not an internal error.
pub(crate) fn error_of_failed_write(failure: WriteError, copy: &PageCopy) -> Error {
    match failure {
        WriteError::Internal(message) => Error::Internal(message),
        WriteError::Picture { sha256, error } => {
            // By hash, because the writer knows pictures only by their bytes.
            let is_damaged = |picture: &&PagePicture| {
                picture.image.as_ref().is_some_and(|image| image.sha256() == sha256)
            };
            let in_articles = copy.articles.iter().flat_map(|article| &article.pictures);
            let artwork = copy.reserved.iter().filter_map(|reserved| reserved.picture.as_ref());
            let damaged = in_articles.chain(&copy.pictures).chain(artwork).find(is_damaged);
            let field = damaged.map_or("", |picture| picture.field.as_str());
            Error::rejected(unreadable_picture(&error, FindingPlace::of_field(field)))
        }
    }
}
