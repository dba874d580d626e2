//! `fonts`: lists the faces of the binary and of the font folder.

use crate::cli::args::FontsArgs;
use crate::cli::error::CommandError;
use crate::cli::font_folder::{load_fonts, rejected_fonts};
use crate::cli::load::{embedded_fonts, load_config};
use crate::cli::print;
use crate::font::{EmbeddingRights, FaceInfo, FontId, FontSet, FontSource, licences};

/// Lists the faces, or prints the licences.
///
/// # Errors
/// Files of the font folder that are rejected, each by name.
pub(crate) fn fonts(args: &FontsArgs) -> Result<(), CommandError> {
    if args.licences {
        for (file, text) in licences() {
            print::print_line(&format!("==== {file}\n\n{text}\n"));
        }
        return Ok(());
    }
    let (fonts, errors) = load_fonts(&load_config(&args.common)?, &embedded_fonts()?)?;
    for (index, info) in fonts.catalog().faces().iter().enumerate() {
        if let Some(id) = FontId::new(index) {
            print::print_escaped(&face_row(&fonts, id, info));
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(rejected_fonts(&errors)) }
}

/// `song  NotoSerifCJKsc-Regular.otf · NotoSerifCJKsc-Regular · Noto Serif CJK SC · 子集嵌入 …`.
fn face_row(fonts: &FontSet, id: FontId, info: &FaceInfo) -> String {
    let face = fonts.face(id);
    let facts = face.facts();
    let file = match info.index {
        0 => info.file.clone(),
        index => format!("{}#{index}", info.file),
    };
    let embedding = match face.embedding() {
        EmbeddingRights::Subset => "子集嵌入 subset",
        EmbeddingRights::Whole => "整体嵌入 whole",
    };
    let source = match info.source {
        FontSource::Shipped => "内置 built in",
        FontSource::Newsroom => "自备 custom",
    };
    let notes = [info.name.as_str(), info.coverage.as_str(), info.licence.as_str()];
    let notes: Vec<&str> = notes.into_iter().filter(|text| !text.is_empty()).collect();
    format!(
        "{:<11} {file} · {} · {} · {embedding} · {source} · {}",
        info.roles.join(","),
        facts.postscript_name,
        facts.family,
        notes.join(" · "),
    )
}
