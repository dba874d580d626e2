//! The font folder of a newsroom.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::cli::error::{CommandError, ExitStatus};
use crate::config::{FONT_FILES_MAX, FONT_TABLE_BYTES_MAX, RequestLimits, ServiceConfig};
use crate::files::{FileErrorKind, read_limited};
use crate::font::{FontFileError, FontFolder, FontSet};

/// Endings of the files that are read: fonts, and formats that cannot be used, so that they are
/// rejected by name instead of being ignored.
const FONT_ENDINGS: [&str; 11] =
    ["ttf", "otf", "ttc", "otc", "woff", "woff2", "pfb", "pfa", "dfont", "fon", "bdf"];

/// Name of the table of faces in a font folder.
const FONT_TABLE: &str = "fonts.toml";

/// Loads the fonts of a configuration, and returns the files of its font folder that are rejected.
/// Files that are in `loaded` are not parsed again.
pub(crate) fn load_fonts(
    config: &ServiceConfig,
    loaded: &FontSet,
) -> Result<(FontSet, Vec<FontFileError>), CommandError> {
    let Some(dir) = &config.fonts else { return Ok((loaded.clone(), Vec::new())) };
    let (folder, mut errors) = read_font_folder(dir, &config.limits)?;
    let (fonts, more) = loaded
        .with_folder(folder)
        .map_err(|error| CommandError::new(ExitStatus::Internal, error))?;
    errors.extend(more);
    errors.sort_by(|a, b| a.file.cmp(&b.file));
    Ok((fonts, errors))
}

/// Error that names the rejected files of a font folder.
pub(crate) fn rejected_fonts(errors: &[FontFileError]) -> CommandError {
    let head = "自备字体有误 / errors in the font folder".to_owned();
    let lines = errors.iter().map(|error| format!("  {error}"));
    CommandError { exit: ExitStatus::Rejected, lines: std::iter::once(head).chain(lines).collect() }
}

/// Reads the font files of a folder and its table. A file that is too large is rejected unread.
fn read_font_folder(
    dir: &Path,
    limits: &RequestLimits,
) -> Result<(FontFolder, Vec<FontFileError>), CommandError> {
    let mut folder = FontFolder::default();
    let mut errors = Vec::new();
    let mut bytes = 0;
    for (name, path) in list_font_files(dir)? {
        if name == FONT_TABLE {
            let text = read_limited(&path, "FONT_TABLE_BYTES_MAX", FONT_TABLE_BYTES_MAX)?;
            folder.table = Some(String::from_utf8_lossy(&text).into_owned());
            continue;
        }
        // Each file within its own limit and within what is left of the limit for all.
        let bytes_max = limits.font_bytes.min(limits.fonts_bytes.saturating_sub(bytes));
        let (limit, limit_bytes) = if bytes_max < limits.font_bytes {
            ("fonts_bytes", limits.fonts_bytes)
        } else {
            ("font_bytes", limits.font_bytes)
        };
        match read_limited(&path, limit, bytes_max as u64) {
            Ok(file) => {
                bytes += file.len();
                folder.files.push((name, file));
            }
            Err(error) if error.kind == FileErrorKind::TooMuch => {
                let zh = format!("超过上限 {limit}：{limit_bytes} 字节");
                let en = format!("over the limit {limit}: {limit_bytes} bytes");
                // Read on: the newsroom gets all faults of the folder at once.
                errors.push(FontFileError::new(name, zh, en));
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok((folder, errors))
}

/// Lists the font files and the table of a folder by name. Links are followed: the folder belongs
/// to the newsroom.
fn list_font_files(dir: &Path) -> Result<BTreeMap<String, PathBuf>, CommandError> {
    let unreadable = |error: std::io::Error| {
        CommandError::usage(format!("{}：无法读取 / cannot be read: {error}", dir.display()))
    };
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(dir).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
        let is_font = ending.is_some_and(|ending| FONT_ENDINGS.contains(&ending.as_str()));
        // Names with a dot are leftovers of other systems, such as `._Song.ttf` of macOS.
        if (is_font || name == FONT_TABLE) && !name.starts_with('.') && path.is_file() {
            files.insert(name, path);
        }
        // Checked while listing, so that a wrong directory cannot fill the memory.
        if files.len() > FONT_FILES_MAX {
            let line = format!(
                "{}：字体文件超过 {FONT_FILES_MAX} 个 / more than {FONT_FILES_MAX} font files",
                dir.display()
            );
            return Err(CommandError::new(ExitStatus::Rejected, line));
        }
    }
    Ok(files)
}
