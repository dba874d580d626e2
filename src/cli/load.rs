//! Configuration and engine of a command.

use crate::cli::args::CommonArgs;
use crate::cli::error::{CommandError, ExitStatus};
use crate::cli::font_folder::{load_fonts, rejected_fonts};
use crate::config::ServiceConfig;
use crate::engine::Engine;
use crate::files::{read_input, read_text};
use crate::font::FontSet;
use crate::model::HouseStyle;

/// Bytes of a press profile: far above any that is in use.
const ICC_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// Loads the configuration: flags over the environment over a file over the defaults.
pub(crate) fn load_config(common: &CommonArgs) -> Result<ServiceConfig, CommandError> {
    let path = common.config.as_deref();
    let text = path.map(read_text).transpose()?;
    let bad = |error| {
        let place = path.map(|path| format!("{}：", path.display())).unwrap_or_default();
        CommandError::usage(format!("{place}配置有误 / bad configuration: {error}"))
    };
    // A variable that is not text cannot be one of ours.
    let environment = std::env::vars_os()
        .filter_map(|(name, text)| Some((name.into_string().ok()?, text.into_string().ok()?)));
    let mut config = ServiceConfig::from_layers(text.as_deref(), environment).map_err(bad)?;
    config.house_styles.extend(common.house_style.iter().cloned());
    if common.fonts.is_some() {
        config.fonts.clone_from(&common.fonts);
    }
    Ok(config)
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
    let bad = |error| CommandError::usage(format!("版式规范有误 / bad house style: {error}"));
    let mut engine = Engine::with_fonts(fonts, config.limits, &styles).map_err(bad)?;
    // A second pass over the files: a profile is named relative to its house style.
    for (path, text) in config.house_styles.iter().zip(&styles) {
        let style = HouseStyle::parse(text, engine.fonts()).map_err(bad)?;
        if let Some(file) = &style.press.icc_file {
            let icc = read_input(&path.with_file_name(file), ICC_BYTES_MAX)?;
            engine = engine.with_profile(&style.name, &icc).map_err(bad)?;
        }
    }
    Ok(engine)
}
