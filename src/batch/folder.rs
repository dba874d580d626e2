//! Folders as a store: inputs where they were found, files in a tree of the same shape.

use std::path::PathBuf;

use crate::batch::failure::PageFailure;
use crate::batch::order::RenderOrder;
use crate::batch::page::{BatchPage, PageRequest};
use crate::batch::store::PageStore;
use crate::config::RequestLimits;
use crate::files::{PictureFolder, read_limited, write_files};
use crate::image::PictureSupply;

/// Pages in folders.
pub(crate) struct FolderStore {
    /// Request that is made for every page.
    pub(crate) order: RenderOrder,
    /// Pictures of the records.
    pub(crate) pictures: Option<PictureFolder>,
    /// Root of the output tree.
    pub(crate) output: PathBuf,
    /// Limits of inputs.
    pub(crate) limits: RequestLimits,
}

impl PageStore for FolderStore {
    fn read(&self, page: &BatchPage) -> Result<PageRequest, PageFailure> {
        let bytes = read_limited(&page.input, "input_bytes", self.limits.input_bytes)?;
        let request = self.order.request_for(page.stem(), bytes)?;
        let mut request = PageRequest { request, pictures: PictureSupply::default() };
        if let (Some(folder), Some(record)) = (&self.pictures, request.record()) {
            request.pictures = folder.pictures_for(record)?;
        }
        Ok(request)
    }

    fn read_output(&self, page: &BatchPage, name: &str) -> Option<Vec<u8>> {
        let path = self.output.join(page.folder()).join(name);
        // Links and special files were not written here.
        let is_plain = std::fs::symlink_metadata(&path).is_ok_and(|metadata| metadata.is_file());
        if is_plain { std::fs::read(path).ok() } else { None }
    }

    fn write_outputs(
        &self,
        page: &BatchPage,
        files: &[(String, &[u8])],
    ) -> Result<(), PageFailure> {
        write_files(&self.output.join(page.folder()), files)?;
        Ok(())
    }
}
