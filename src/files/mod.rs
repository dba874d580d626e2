//! Files of the command line: read and written whole, and folders of pictures.

mod picture_folder;
mod whole;

pub(crate) use crate::files::picture_folder::{PictureFolder, fill_pictures, pictures_of};
pub(crate) use crate::files::whole::{
    FileError, FileErrorKind, read_input, read_limited, read_text, write_files,
};
