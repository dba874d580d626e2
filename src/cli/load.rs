//! Configuration and engine of a command.

use crate::cli::args::CommonArgs;
use crate::cli::error::{CommandError, ExitStatus};
use crate::cli::font_folder::{load_fonts, rejected_fonts};
use crate::config::{ENVIRONMENT_PREFIX, ServiceConfig};
use crate::engine::Engine;
use crate::files::{read_input, read_text};
use crate::font::FontSet;
use crate::model::HouseStyle;

/// Largest ICC profile of a press that is read, in bytes; the profiles in use are far smaller.
const ICC_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// Loads the configuration: flags over the environment over a file over the defaults.
pub(crate) fn load_config(common: &CommonArgs) -> Result<ServiceConfig, CommandError> {
    let path = common.config.as_deref();
    let text = path.map(read_text).transpose()?;
    let usage_error = |error| {
        let place = path.map(|path| format!("{}：", path.display())).unwrap_or_default();
        CommandError::usage(format!("{place}配置有误 / bad configuration: {error}"))
    };
    let environment = environment_settings()?.into_iter();
    let mut config =
        ServiceConfig::from_layers(text.as_deref(), environment).map_err(usage_error)?;
    config.house_styles.extend(common.house_style.iter().cloned());
    if common.fonts.is_some() {
        config.fonts.clone_from(&common.fonts);
    }
    Ok(config)
}

/// Returns the environment variables that may be settings.
fn environment_settings() -> Result<Vec<(String, String)>, CommandError> {
    let mut settings = Vec::new();
    for (name, value) in std::env::vars_os() {
        // Only the values of our own variables have to be text.
        let Ok(name) = name.into_string() else { continue };
        if !name.starts_with(ENVIRONMENT_PREFIX) {
            continue;
        }
        let Ok(value) = value.into_string() else {
            return Err(CommandError::usage(format!("{name}：不是 UTF-8 / is not UTF-8")));
        };
        settings.push((name, value));
    }
    Ok(settings)
}

/// Loads the engine of a configuration.
pub(crate) fn load_engine(config: &ServiceConfig) -> Result<Engine, CommandError> {
    engine_with_fonts(config, &embedded_fonts()?)
}

/// Fonts of the binary.
pub(crate) fn embedded_fonts() -> Result<FontSet, CommandError> {
    FontSet::embedded().map_err(|error| CommandError::new(ExitStatus::Internal, error))
}

/// Loads fonts, house styles and press profiles of a configuration. Font files that are in `loaded`
/// are not parsed again.
pub(crate) fn engine_with_fonts(
    config: &ServiceConfig,
    loaded: &FontSet,
) -> Result<Engine, CommandError> {
    let (fonts, errors) = load_fonts(config, loaded)?;
    if !errors.is_empty() {
        return Err(rejected_fonts(&errors));
    }
    let mut styles = Vec::new();
    for path in &config.house_styles {
        styles.push(read_text(path)?);
    }
    let usage_error =
        |error| CommandError::usage(format!("版式规范有误 / bad house style: {error}"));
    let mut engine = Engine::with_fonts(fonts, config.limits, &styles).map_err(usage_error)?;
    // A second pass over the files: a profile is named relative to its house style.
    for (path, text) in config.house_styles.iter().zip(&styles) {
        let style = HouseStyle::parse(text, engine.fonts()).map_err(usage_error)?;
        if let Some(file) = &style.press.icc_file {
            let icc = read_input(&path.with_file_name(file), ICC_BYTES_MAX)?;
            engine = engine.with_profile(&style.name, &icc).map_err(usage_error)?;
        }
    }
    Ok(engine)
}
