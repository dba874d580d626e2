//! Directories as a store: inputs where they were found, files in a tree of the same shape.

use std::path::PathBuf;

use crate::config::Limits;
use crate::image::Pictures;
use crate::surface::batch::{Asked, Failure, Page, Store};
use crate::surface::files::{read_limited, write_all};
use crate::surface::order::Order;
use crate::surface::pictures;

/// Pages in directories.
pub(crate) struct Folder {
    /// What is asked of every page.
    pub(crate) order: Order,
    /// Where the pictures of records are.
    pub(crate) pictures: Option<pictures::Folder>,
    /// Where the files go.
    pub(crate) output: PathBuf,
    pub(crate) limits: Limits,
}

impl Store for Folder {
    fn read(&self, page: &Page) -> Result<Asked, Failure> {
        let bytes = read_limited(&page.input, "input_bytes", self.limits.input_bytes)?;
        let request = self.order.page(page.stem(), bytes)?;
        let mut asked = Asked { request, pictures: Pictures::default() };
        if let (Some(folder), Some(record)) = (&self.pictures, asked.record()) {
            asked.pictures = folder.of(record)?;
        }
        Ok(asked)
    }

    fn kept(&self, page: &Page, name: &str) -> Option<Vec<u8>> {
        let path = self.output.join(page.folder()).join(name);
        // What is no plain file was not made here.
        let plain = std::fs::symlink_metadata(&path).is_ok_and(|about| about.is_file());
        if plain { std::fs::read(path).ok() } else { None }
    }

    fn keep(&self, page: &Page, files: &[(String, &[u8])]) -> Result<(), Failure> {
        write_all(&self.output.join(page.folder()), files)?;
        Ok(())
    }
}
