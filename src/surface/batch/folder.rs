//! Directories as a store: inputs where they were found, files in a tree of the same shape.

use std::path::PathBuf;

use crate::config::RequestLimits;
use crate::image::PictureSupply;
use crate::surface::batch::{BatchPage, PageFailure, PageRequest, PageStore};
use crate::surface::files::{read_limited, write_all};
use crate::surface::order::RenderOrder;
use crate::surface::pictures;

/// Pages in directories.
pub(crate) struct FolderStore {
    /// What is asked of every page.
    pub(crate) order: RenderOrder,
    /// Where the pictures of records are.
    pub(crate) pictures: Option<pictures::PictureFolder>,
    /// Where the files go.
    pub(crate) output: PathBuf,
    pub(crate) limits: RequestLimits,
}

impl PageStore for FolderStore {
    fn read(&self, page: &BatchPage) -> Result<PageRequest, PageFailure> {
        let bytes = read_limited(&page.input, "input_bytes", self.limits.input_bytes)?;
        let request = self.order.page(page.stem(), bytes)?;
        let mut asked = PageRequest { request, pictures: PictureSupply::default() };
        if let (Some(folder), Some(record)) = (&self.pictures, asked.record()) {
            asked.pictures = folder.of(record)?;
        }
        Ok(asked)
    }

    fn kept(&self, page: &BatchPage, name: &str) -> Option<Vec<u8>> {
        let path = self.output.join(page.folder()).join(name);
        // What is no plain file was not made here.
        let plain = std::fs::symlink_metadata(&path).is_ok_and(|about| about.is_file());
        if plain { std::fs::read(path).ok() } else { None }
    }

    fn keep(&self, page: &BatchPage, files: &[(String, &[u8])]) -> Result<(), PageFailure> {
        write_all(&self.output.join(page.folder()), files)?;
        Ok(())
    }
}
