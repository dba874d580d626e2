//! The faces in the binary.

use std::borrow::Cow;

use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "fonts/"]
#[include = "*.otf"]
#[include = "*.ttf"]
#[include = "fonts.toml"]
#[include = "licenses/*"]
struct EmbeddedFonts;

/// A file of `fonts/`, read where it lies in a release binary.
pub(crate) fn bytes(file: &str) -> Option<Cow<'static, [u8]>> {
    EmbeddedFonts::get(file).map(|file| file.data)
}

/// Its SHA-256, known since the build.
pub(crate) fn sha256(file: &str) -> Option<String> {
    let sum = EmbeddedFonts::get(file)?.metadata.sha256_hash();
    Some(sum.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The licences of the faces: file name and text.
pub fn licences() -> Vec<(String, String)> {
    EmbeddedFonts::iter()
        .filter(|file| file.starts_with("licenses/"))
        .filter_map(|file| {
            let text = String::from_utf8_lossy(&bytes(&file)?).into_owned();
            Some((file.trim_start_matches("licenses/").to_owned(), text))
        })
        .collect()
}
