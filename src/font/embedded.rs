//! Font files compiled into the binary.

use std::borrow::Cow;

use rust_embed::RustEmbed;

/// Files of `fonts/`.
#[derive(RustEmbed)]
#[folder = "fonts/"]
#[include = "*.otf"]
#[include = "*.ttf"]
#[include = "fonts.toml"]
#[include = "licenses/*"]
struct EmbeddedFonts;

/// Returns a file of `fonts/`. In a release build it is borrowed from the binary, not copied.
pub(crate) fn bytes(file: &str) -> Option<Cow<'static, [u8]>> {
    EmbeddedFonts::get(file).map(|file| file.data)
}

/// Returns the SHA-256 of a file of `fonts/`, computed at build time.
pub(crate) fn sha256(file: &str) -> Option<String> {
    let sum = EmbeddedFonts::get(file)?.metadata.sha256_hash();
    Some(sum.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Returns the licences of the faces in the binary: file name and text.
pub fn licences() -> Vec<(String, String)> {
    EmbeddedFonts::iter()
        .filter(|file| file.starts_with("licenses/"))
        .filter_map(|file| {
            let text = String::from_utf8_lossy(&bytes(&file)?).into_owned();
            Some((file.trim_start_matches("licenses/").to_owned(), text))
        })
        .collect()
}
