//! Layers of settings: defaults, a file, the environment.

use toml::{Table, Value};

use crate::config::service::ServiceConfig;

/// Prefix of the environment variables that hold settings.
pub const ENVIRONMENT_PREFIX: &str = "BANMIAN_";

/// Settings without a default, and so without a type to go by. Their values are strings.
const TEXT_SETTINGS: [&[&str]; 5] =
    [&["fonts"], &["otlp"], &["tls", "certificate"], &["tls", "key"], &["tls", "client_ca"]];

impl ServiceConfig {
    /// Reads settings from a file, over the defaults.
    ///
    /// # Errors
    /// Text that does not parse or a setting that is not known, with its place.
    pub fn from_toml(text: &str) -> Result<Self, String> {
        Self::from_layers(Some(text), std::iter::empty())
    }

    /// Reads settings from the defaults, a file over them, and the environment over both.
    ///
    /// Every setting except lists of tables has a variable: its name in capitals after `BANMIAN_`,
    /// with the name of its table before it if it is in one (`BANMIAN_LIMITS_ARTICLES`). Lists are
    /// separated by commas. Variables that name no setting are ignored.
    ///
    /// # Errors
    /// A value that does not parse, a setting that is not known or a value out of range, with its
    /// place.
    pub fn from_layers(
        file: Option<&str>,
        environment: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, String> {
        // Parse the file by itself first, for error messages with line and column.
        let from_file: ServiceConfig =
            toml::from_str(file.unwrap_or_default()).map_err(|e| e.to_string())?;
        // With all defaults filled in: a variable is parsed by the type of the value there.
        let mut settings = Table::try_from(&from_file).map_err(|e| e.to_string())?;
        for (name, text) in environment {
            let Some(key) = name.strip_prefix(ENVIRONMENT_PREFIX) else { continue };
            if let Some(path) = setting_path(&settings, key) {
                set_value(&mut settings, &path, &text)
                    .map_err(|message| format!("{name}: {message}"))?;
            }
        }
        // Read back as a whole: errors that a variable brings in, such as a certificate without its
        // key, are found as in a file.
        let config: ServiceConfig =
            Value::Table(settings).try_into().map_err(|e: toml::de::Error| e.to_string())?;
        config.check()?;
        Ok(config)
    }

    /// Returns all settings as the text of a file.
    ///
    /// # Errors
    /// A setting that no file can hold, such as a path that is not text.
    pub fn to_toml(&self) -> Result<String, String> {
        toml::to_string_pretty(self).map_err(|error| error.to_string())
    }
}

/// Returns the path of the setting that a variable names, without its prefix.
fn setting_path(settings: &Table, key: &str) -> Option<Vec<String>> {
    // Names of settings contain `_` too, so a variable is compared with every path as a whole.
    let is_named = |path: &[&str]| path.join("_").eq_ignore_ascii_case(key);
    // First, because settings without a value are not in the table.
    if let Some(path) = TEXT_SETTINGS.iter().find(|path| is_named(path)) {
        return Some(path.iter().map(|part| (*part).to_owned()).collect());
    }
    for (name, value) in settings {
        match value {
            Value::Table(inner) => {
                if let Some(part) = inner.keys().find(|part| is_named(&[name, part])) {
                    return Some(vec![name.clone(), part.clone()]);
                }
            }
            // A list of tables: no variable can hold it.
            Value::Array(_) if name == "tenants" => {}
            Value::String(_)
            | Value::Integer(_)
            | Value::Float(_)
            | Value::Boolean(_)
            | Value::Datetime(_)
            | Value::Array(_) => {
                if is_named(&[name]) {
                    return Some(vec![name.clone()]);
                }
            }
        }
    }
    None
}

/// Sets the value at a path, parsed as the type of the value there. Lists are separated by commas.
fn set_value(settings: &mut Table, path: &[String], text: &str) -> Result<(), String> {
    let [table_names @ .., name] = path else { return Ok(()) };
    let mut table = settings;
    for part in table_names {
        // A table without values, such as `tls`, is made by the first variable that belongs to it.
        let inner = table.entry(part.clone()).or_insert_with(|| Value::Table(Table::new()));
        table = inner.as_table_mut().ok_or("不是表 / not a table")?;
    }
    let value = match table.get(name) {
        Some(Value::Array(current)) => {
            // An empty list has no element to go by; lists of settings hold texts.
            let like = current.first().cloned().unwrap_or_else(|| Value::String(String::new()));
            let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
            Value::Array(parts.map(|part| parse_like(&like, part)).collect::<Result<_, _>>()?)
        }
        Some(like) => parse_like(like, text)?,
        None => Value::String(text.to_owned()),
    };
    table.insert(name.clone(), value);
    Ok(())
}

/// Parses a text as a value of the same type as `like`.
fn parse_like(like: &Value, text: &str) -> Result<Value, String> {
    let expected =
        |zh: &str, en: &str| format!("“{}”: 应为{zh} / must be {en}", text.escape_debug());
    let trimmed = text.trim();
    match like {
        Value::Integer(_) => {
            trimmed.parse().map(Value::Integer).map_err(|_| expected("整数", "a whole number"))
        }
        Value::Float(_) => {
            trimmed.parse().map(Value::Float).map_err(|_| expected("数", "a number"))
        }
        Value::Boolean(_) => trimmed
            .parse()
            .map(Value::Boolean)
            .map_err(|_| expected(" true 或 false", "true or false")),
        Value::String(_) | Value::Datetime(_) | Value::Array(_) | Value::Table(_) => {
            Ok(Value::String(text.to_owned()))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use crate::config::service::{LogFormat, ServiceConfig};

    fn from_layers(file: &str, environment: &[(&str, &str)]) -> Result<ServiceConfig, String> {
        let pairs = environment.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
        ServiceConfig::from_layers(Some(file), pairs)
    }

    #[test]
    fn a_file_overrides_defaults_and_unknown_keys_are_errors() {
        let config =
            ServiceConfig::from_toml("queue = 3\n[limits]\narticles = 7\n").expect("config");
        assert_eq!((config.queue, config.limits.articles), (3, 7));
        assert_eq!(config.limits.headline_chars, 400);
        let error = ServiceConfig::from_toml("quue = 3").expect_err("typo");
        assert!(error.contains("quue"), "{error}");
    }

    #[test]
    fn the_environment_overrides_the_file() {
        let file = "queue = 3\nworkers = 5\n[limits]\narticles = 7\n";
        let environment = [
            ("BANMIAN_QUEUE", "9"),
            ("BANMIAN_LIMITS_ARTICLES", " 8 "),
            ("BANMIAN_LIMITS_PREVIEW_DPI", "30,200"),
            ("BANMIAN_FONTS", "/f"),
            ("BANMIAN_LOG", "text"),
            ("BANMIAN_HOUSE_STYLES", "a.toml, b.toml"),
            ("BANMIAN_TLS_CERTIFICATE", "c"),
            ("BANMIAN_TLS_KEY", "k"),
            ("BANMIAN_LISTEN", "0.0.0.0:1"),
            ("BANMIAN_SERVICE_HOST", "10.0.0.1"),
            ("QUEUE", "11"),
        ];
        let config = from_layers(file, &environment).expect("config");
        assert_eq!((config.queue, config.workers, config.limits.articles), (9, 5, 8));
        assert_eq!(config.limits.preview_dpi, [30, 200]);
        assert_eq!((config.fonts, config.log), (Some(PathBuf::from("/f")), LogFormat::Text));
        assert_eq!(config.house_styles, [PathBuf::from("a.toml"), PathBuf::from("b.toml")]);
        assert_eq!(config.tls.expect("tls").key, PathBuf::from("k"));
        assert_eq!(config.listen.port(), 1);
    }

    #[test]
    fn invalid_values_name_their_setting() {
        let sum = "0".repeat(64);
        let tenant = |name: &str, sum: &str| {
            format!("[[tenants]]\nname = \"{name}\"\ntoken_sha256 = [\"{sum}\"]\n")
        };
        let twice = tenant("a", &sum) + &tenant("b", &sum);
        for (file, environment, named) in [
            ("", ("BANMIAN_QUEUE", "many"), "BANMIAN_QUEUE"),
            ("", ("BANMIAN_LOG", "loud"), "loud"),
            ("workers = 0", ("", ""), "workers"),
            ("deadline_seconds = 99999999999", ("", ""), "deadline_seconds"),
            ("[tls]\nkey = \"k\"", ("", ""), "certificate"),
            (tenant("a b", &sum).as_str(), ("", ""), "tenants[0]"),
            (tenant("a", "12").as_str(), ("", ""), "token_sha256"),
            (twice.as_str(), ("", ""), "tenants[1]"),
        ] {
            let error = from_layers(file, &[environment]).expect_err(named);
            assert!(error.contains(named), "{named}: {error}");
        }
    }

    #[test]
    fn printed_settings_are_read_back() {
        let file = format!(
            "queue = 3\nfonts = \"f\"\n[tls]\ncertificate = \"c\"\nkey = \"k\"\n[[tenants]]\nname = \"a\"\ntoken_sha256 = [\"{}\"]\n",
            "ab".repeat(32)
        );
        let config = ServiceConfig::from_toml(&file).expect("config");
        let printed = config.to_toml().expect("text");
        assert_eq!(ServiceConfig::from_toml(&printed).expect("again"), config);
    }
}
