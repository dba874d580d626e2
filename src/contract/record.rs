//! JSON Schema of the record, `PageRecord` as proto3 JSON.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use crate::contract::schema::{ProtoContract, SchemaForm, schema_reference};

/// Message that the schema describes.
const ROOT: &str = "PageRecord";

const DESCRIPTION: &str = "A page of a newspaper with its articles: the message `banmian.v1.PageRecord` as proto3 JSON. \
    Names are in lowerCamelCase; the service also reads the snake_case names of the proto file, which this schema \
    rejects. Enums are given by name, bytes in base64, 64-bit integers as strings or numbers. A field that is left out \
    has its default value.";

/// Returns the schema as JSON Schema draft 2020-12, made once.
pub(crate) fn record_schema() -> &'static str {
    static SCHEMA: LazyLock<String> = LazyLock::new(|| format!("{:#}\n", build_schema()));
    &SCHEMA
}

fn build_schema() -> Value {
    let contract = ProtoContract::read(SchemaForm::JsonSchema);
    let mut names = BTreeSet::new();
    collect_reachable(&contract.schemas, ROOT, &mut names);
    let definitions: Map<String, Value> = names
        .into_iter()
        .filter_map(|name| Some((name.to_owned(), contract.schemas.get(name)?.clone())))
        .collect();
    let mut schema = schema_reference(ROOT, SchemaForm::JsonSchema);
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema".into();
    schema["title"] = ROOT.into();
    schema["description"] = DESCRIPTION.into();
    schema["$defs"] = json!(definitions);
    schema
}

/// Adds the name of a schema and of all schemas that it refers to.
fn collect_reachable<'a>(
    schemas: &'a Map<String, Value>,
    name: &'a str,
    names: &mut BTreeSet<&'a str>,
) {
    // Known already: messages may refer to each other in circles.
    if !names.insert(name) {
        return;
    }
    let properties = schemas.get(name).and_then(|schema| schema["properties"].as_object());
    for property in properties.into_iter().flat_map(Map::values) {
        // A repeated field has its reference in `items`.
        let reference = property["$ref"].as_str().or_else(|| property["items"]["$ref"].as_str());
        if let Some(target) = reference.and_then(|reference| reference.strip_prefix("#/$defs/")) {
            collect_reachable(schemas, target, names);
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::record_schema;

    #[test]
    fn every_reference_of_the_record_resolves() {
        let schema: Value = serde_json::from_str(record_schema()).expect("JSON");
        let definitions = schema["$defs"].as_object().expect("definitions");
        assert!(definitions.contains_key("PageRecord") && definitions.contains_key("Article"));
        assert!(!definitions.contains_key("RenderReport"), "the record does not refer to it");
        let text = record_schema();
        let mut seen = 0;
        for reference in text.split("\"#/$defs/").skip(1) {
            let name = reference.split('"').next().expect("name");
            assert!(definitions.contains_key(name), "{name}");
            seen += 1;
        }
        assert!(seen > 20, "only {seen} references");
        for (name, definition) in definitions {
            let is_closed = definition["additionalProperties"] == Value::Bool(false);
            assert!(is_closed || definition["enum"].is_array(), "{name}");
        }
    }
}
