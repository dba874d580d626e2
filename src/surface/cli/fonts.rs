//! The font folder of a newsroom, and `fonts`, which lists what it and the binary have.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::config::{FONT_FILES_MAX, FONT_TABLE_BYTES_MAX, RequestLimits, ServiceConfig};
use crate::font::{
    EmbeddingRights, FaceInfo, FontFileError, FontFolder, FontId, FontSet, FontSource, licences,
};
use crate::surface::cli::args::FontsArgs;
use crate::surface::cli::{CommandError, ExitStatus, config, embedded, files, tell};
use crate::surface::files::FileErrorKind;

/// Endings of the files that are looked at: fonts, and what is taken for one but cannot be used, so that it is
/// refused by name instead of being passed over.
const ENDINGS: [&str; 11] =
    ["ttf", "otf", "ttc", "otc", "woff", "woff2", "pfb", "pfa", "dfont", "fon", "bdf"];

/// The faces of a configuration, and what is refused of its font folder.
pub(crate) fn read(
    config: &ServiceConfig,
    known: &FontSet,
) -> Result<(FontSet, Vec<FontFileError>), CommandError> {
    let Some(dir) = &config.fonts else { return Ok((known.clone(), Vec::new())) };
    let (folder, mut faults) = folder(dir, &config.limits)?;
    let (fonts, more) =
        known.with_folder(folder).map_err(|error| CommandError::new(ExitStatus::Bug, error))?;
    faults.extend(more);
    faults.sort_by(|a, b| a.file.cmp(&b.file));
    Ok((fonts, faults))
}

/// Why a font folder is not used.
pub(crate) fn refused(faults: &[FontFileError]) -> CommandError {
    let line = "自备字体有误 / bad fonts in the font folder".to_owned();
    let lines = faults.iter().map(|fault| format!("  {fault}"));
    CommandError { exit: ExitStatus::Refused, lines: std::iter::once(line).chain(lines).collect() }
}

/// The font files of a folder and its table. A file too large is refused without being read.
fn folder(
    dir: &Path,
    limits: &RequestLimits,
) -> Result<(FontFolder, Vec<FontFileError>), CommandError> {
    let mut folder = FontFolder::default();
    let mut faults = Vec::new();
    let mut bytes = 0;
    for (name, path) in list(dir)? {
        if name == "fonts.toml" {
            let text = files::read_limited(&path, "FONT_TABLE_BYTES_MAX", FONT_TABLE_BYTES_MAX)?;
            folder.table = Some(String::from_utf8_lossy(&text).into_owned());
            continue;
        }
        let most = limits.font_bytes.min(limits.fonts_bytes.saturating_sub(bytes));
        let limit = if most < limits.font_bytes { "fonts_bytes" } else { "font_bytes" };
        match files::read_limited(&path, limit, most as u64) {
            Ok(file) => {
                bytes += file.len();
                folder.files.push((name, file));
            }
            Err(fault) if fault.kind == FileErrorKind::TooMuch => {
                let most =
                    if limit == "font_bytes" { limits.font_bytes } else { limits.fonts_bytes };
                let zh = format!("超过上限 {limit}：{most} 字节");
                faults.push(FontFileError::new(
                    name,
                    zh,
                    format!("over the limit {limit}: {most} bytes"),
                ));
            }
            Err(fault) => return Err(fault.into()),
        }
    }
    Ok((folder, faults))
}

/// The files of a font folder that are looked at, by name. Links are followed: the folder is the newsroom's own.
fn list(dir: &Path) -> Result<BTreeMap<String, PathBuf>, CommandError> {
    let told = |error: std::io::Error| {
        CommandError::usage(format!("{}：无法读取 / cannot be read: {error}", dir.display()))
    };
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(dir).map_err(told)? {
        let path = entry.map_err(told)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
        let font = ending.is_some_and(|ending| ENDINGS.contains(&ending.as_str()));
        if (font || name == "fonts.toml") && !name.starts_with('.') && path.is_file() {
            found.insert(name, path);
        }
        if found.len() > FONT_FILES_MAX {
            let line = format!(
                "{}：字体文件超过 {FONT_FILES_MAX} 个 / more than {FONT_FILES_MAX} font files",
                dir.display()
            );
            return Err(CommandError::new(ExitStatus::Refused, line));
        }
    }
    Ok(found)
}

/// Lists the faces, or prints licences; a font folder with refused files is a failure that names each.
pub(crate) fn fonts(args: &FontsArgs) -> Result<(), CommandError> {
    if args.licences {
        for (file, text) in licences() {
            tell::line(&format!("==== {file}\n\n{text}\n"));
        }
        return Ok(());
    }
    let (fonts, faults) = read(&config(&args.common)?, &embedded()?)?;
    for (at, info) in fonts.catalog().faces().iter().enumerate() {
        if let Some(id) = FontId::new(at) {
            tell::say(&row(&fonts, id, info));
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(refused(&faults)) }
}

/// `song  NotoSerifCJKsc-Regular.otf  NotoSerifCJKsc-Regular  Noto Serif CJK SC  子集 subset  内置 built in …`.
fn row(fonts: &FontSet, id: FontId, info: &FaceInfo) -> String {
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
        FontSource::Newsroom => "自备 newsroom",
    };
    let told = [info.name.as_str(), info.coverage.as_str(), info.licence.as_str()];
    let told: Vec<&str> = told.into_iter().filter(|text| !text.is_empty()).collect();
    format!(
        "{:<11} {file} · {} · {} · {embedding} · {source} · {}",
        info.roles.join(","),
        facts.postscript_name,
        facts.family,
        told.join(" · "),
    )
}
