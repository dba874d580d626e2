//! Batches: many pages, each made whole or not at all.
//!
//! In: pages by key, a [`PageStore`] to read them from and to write their files to, and a
//! [`PageMaker`]. Out: a [`PageOutcome`] for each page as it ends. A page is read when its turn
//! comes. A page that was made before from the same input is skipped. A page that fails or panics
//! harms no other. Nothing here knows of a command line.
//!
//! [`PageStore`]: crate::batch::store::PageStore

mod failure;
mod folder;
mod local;
mod log;
mod maker;
mod order;
mod outcome;
mod page;
mod plan;
mod run;
mod stop;
mod store;
mod tally;
mod ticket;

pub(crate) use crate::batch::failure::{FailureKind, PageFailure};
pub(crate) use crate::batch::folder::FolderStore;
pub(crate) use crate::batch::local::LocalMaker;
pub(crate) use crate::batch::log::BatchLog;
pub(crate) use crate::batch::maker::PageMaker;
pub(crate) use crate::batch::order::{RenderOrder, StyleChoice, looks_like_json};
pub(crate) use crate::batch::outcome::PageOutcome;
pub(crate) use crate::batch::page::{BatchPage, FinishedPage, PageRequest};
pub(crate) use crate::batch::plan::{
    BatchShard, FoundPages, OutputClash, find_pages, output_clashes,
};
pub(crate) use crate::batch::run::{BatchRun, RerunPolicy};
pub(crate) use crate::batch::stop::StopSignal;
pub(crate) use crate::batch::tally::BatchTally;
