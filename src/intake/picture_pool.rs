//! Pictures between their reading and their place on the page.

use std::collections::BTreeSet;

use crate::model::PagePicture;

/// Pictures of the record that have been read and not yet been placed in an article or a box.
#[derive(Default)]
pub(crate) struct PicturePool {
    /// Pictures of the page by id; `None` once something has taken the picture.
    pub(crate) page_pictures: Vec<(String, Option<PagePicture>)>,
    /// Pictures of the current article, and those of the page that it uses.
    pub(crate) article_pictures: Vec<PagePicture>,
    /// Ids to which something refers.
    pub(crate) claimed_ids: BTreeSet<String>,
    /// Pixels of all pictures read so far.
    pub(crate) pixel_count: usize,
}

impl PicturePool {
    /// Takes the pictures of the page to which nothing refers; they stand alone.
    pub(crate) fn take_unclaimed(&mut self) -> Vec<PagePicture> {
        self.page_pictures.drain(..).filter_map(|(_, picture)| picture).collect()
    }

    /// Takes the pictures of the current article, after its blocks have been read.
    pub(crate) fn take_article_pictures(&mut self) -> Vec<PagePicture> {
        std::mem::take(&mut self.article_pictures)
    }
}
