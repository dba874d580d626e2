//! Settings in layers: the defaults, over them a file, the environment, and flags.

use toml::{Table, Value};

use crate::config::ServiceConfig;

/// What the names of settings start with in the environment.
const PREFIX: &str = "BANMIAN_";

/// Settings that have no value by default, and so no type to go by: they are texts.
const TEXTS: [&[&str]; 5] =
    [&["fonts"], &["otlp"], &["tls", "certificate"], &["tls", "key"], &["tls", "client_ca"]];

impl ServiceConfig {
    /// The settings of a file alone, over the defaults.
    ///
    /// # Errors
    /// What does not parse or is not known, with its place.
    pub fn from_toml(text: &str) -> Result<Self, String> {
        Self::from_layers(Some(text), std::iter::empty())
    }

    /// The defaults, over them a file, over that the environment: every setting that is no list of tables by its name in
    /// capitals after `BANMIAN_`, those of a table with its name before it (`BANMIAN_LIMITS_ARTICLES`), lists with
    /// commas. Other variables are none of ours.
    ///
    /// # Errors
    /// What does not parse, is not known or cannot be meant, with its place.
    pub fn from_layers(
        file: Option<&str>,
        environment: impl Iterator<Item = (String, String)>,
    ) -> Result<Self, String> {
        // The file by itself first, for messages with line and column.
        let given: ServiceConfig =
            toml::from_str(file.unwrap_or_default()).map_err(|e| e.to_string())?;
        let mut settings = Table::try_from(&given).map_err(|e| e.to_string())?;
        for (name, text) in environment {
            let Some(key) = name.strip_prefix(PREFIX) else { continue };
            if let Some(path) = path_of(&settings, key) {
                set(&mut settings, &path, &text).map_err(|what| format!("{name}: {what}"))?;
            }
        }
        let config: ServiceConfig =
            Value::Table(settings).try_into().map_err(|e: toml::de::Error| e.to_string())?;
        config.check()?;
        Ok(config)
    }

    /// All settings as a file.
    ///
    /// # Errors
    /// A setting that no file can hold, such as a path that is no text.
    pub fn to_toml(&self) -> Result<String, String> {
        toml::to_string_pretty(self).map_err(|error| error.to_string())
    }
}

/// The setting that a variable names.
fn path_of(settings: &Table, key: &str) -> Option<Vec<String>> {
    let named = |path: &[&str]| path.join("_").eq_ignore_ascii_case(key);
    if let Some(path) = TEXTS.iter().find(|path| named(path)) {
        return Some(path.iter().map(|part| (*part).to_owned()).collect());
    }
    for (name, value) in settings {
        match value {
            Value::Table(inner) => {
                let found = inner.keys().find(|part| named(&[name, part]));
                if let Some(part) = found {
                    return Some(vec![name.clone(), part.clone()]);
                }
            }
            Value::Array(_) if name == "tenants" => {}
            Value::String(_)
            | Value::Integer(_)
            | Value::Float(_)
            | Value::Boolean(_)
            | Value::Datetime(_)
            | Value::Array(_) => {
                if named(&[name]) {
                    return Some(vec![name.clone()]);
                }
            }
        }
    }
    None
}

fn set(settings: &mut Table, path: &[String], text: &str) -> Result<(), String> {
    let [outer @ .., name] = path else { return Ok(()) };
    let mut table = settings;
    for part in outer {
        let inner = table.entry(part.clone()).or_insert_with(|| Value::Table(Table::new()));
        table = inner.as_table_mut().ok_or("no table")?;
    }
    let value = match table.get(name) {
        Some(Value::Array(known)) => {
            let like = known.first().cloned().unwrap_or_else(|| Value::String(String::new()));
            let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
            Value::Array(parts.map(|part| typed(&like, part)).collect::<Result<_, _>>()?)
        }
        Some(like) => typed(like, text)?,
        None => Value::String(text.to_owned()),
    };
    table.insert(name.clone(), value);
    Ok(())
}

/// A text as a value of the same type as another.
fn typed(like: &Value, text: &str) -> Result<Value, String> {
    let told = |what: &dyn std::fmt::Display| format!("“{}”: {what}", text.escape_debug());
    match like {
        Value::Integer(_) => text.trim().parse().map(Value::Integer).map_err(|e| told(&e)),
        Value::Float(_) => text.trim().parse().map(Value::Float).map_err(|e| told(&e)),
        Value::Boolean(_) => text.trim().parse().map(Value::Boolean).map_err(|e| told(&e)),
        Value::String(_) | Value::Datetime(_) | Value::Array(_) | Value::Table(_) => {
            Ok(Value::String(text.to_owned()))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use crate::config::{LogFormat, ServiceConfig};

    fn layered(file: &str, environment: &[(&str, &str)]) -> Result<ServiceConfig, String> {
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
    fn the_environment_goes_over_the_file() {
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
        let config = layered(file, &environment).expect("config");
        assert_eq!((config.queue, config.workers, config.limits.articles), (9, 5, 8));
        assert_eq!(config.limits.preview_dpi, [30, 200]);
        assert_eq!((config.fonts, config.log), (Some(PathBuf::from("/f")), LogFormat::Text));
        assert_eq!(config.house_styles, [PathBuf::from("a.toml"), PathBuf::from("b.toml")]);
        assert_eq!(config.tls.expect("tls").key, PathBuf::from("k"));
        assert_eq!(config.listen.port(), 1);
    }

    #[test]
    fn what_cannot_be_meant_names_its_setting() {
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
            let error = layered(file, &[environment]).expect_err(named);
            assert!(error.contains(named), "{named}: {error}");
        }
    }

    #[test]
    fn settings_printed_are_settings_read() {
        let file = format!(
            "queue = 3\nfonts = \"f\"\n[tls]\ncertificate = \"c\"\nkey = \"k\"\n[[tenants]]\nname = \"a\"\ntoken_sha256 = [\"{}\"]\n",
            "ab".repeat(32)
        );
        let config = ServiceConfig::from_toml(&file).expect("config");
        let printed = config.to_toml().expect("text");
        assert_eq!(ServiceConfig::from_toml(&printed).expect("again"), config);
    }
}
