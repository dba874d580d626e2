//! Why a file was not written, for who asked for it.

use crate::diag::Place;
use crate::error::Error;
use crate::intake::unreadable;
use crate::model::{PageCopy, Picture};
use crate::output::Failure;

/// The error of a failure. A picture whose pixels turn out damaged is the record's fault, not ours.
pub(crate) fn failed(failure: Failure, copy: &PageCopy) -> Error {
    match failure {
        Failure::Defect(what) => Error::Bug(what),
        Failure::Picture { sha256, fault } => {
            let of = |picture: &&Picture| {
                picture.image.as_ref().is_some_and(|image| image.sha256() == sha256)
            };
            let theirs = copy.articles.iter().flat_map(|article| &article.pictures);
            let reserved = copy.reserved.iter().filter_map(|reserved| reserved.picture.as_ref());
            let found = theirs.chain(&copy.pictures).chain(reserved).find(of);
            let field = found.map_or("", |picture| picture.field.as_str());
            Error::rejected(unreadable(&fault, Place::field(field)))
        }
    }
}
