//! The published descriptions of the contract are those that the program prints. `GOLDEN=accept`
//! rewrites them.

use serde_json::Value;

use crate::support::{program, root};

/// Prints a description.
fn printed(which: &str) -> String {
    let output = program(&["schema", which]).output().expect("banmian schema");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

#[test]
fn published_schemas_are_those_of_the_program() {
    let accept = std::env::var_os("GOLDEN").is_some_and(|value| value == "accept");
    let folder = root("docs/integrate/schema");
    for (which, file) in [("openapi", "openapi.json"), ("record", "record.schema.json")] {
        let (path, now) = (folder.join(file), printed(which));
        if accept {
            std::fs::create_dir_all(&folder).expect("folder");
            std::fs::write(&path, &now).expect("write");
        }
        let published = std::fs::read_to_string(&path).unwrap_or_default();
        let first = published.lines().zip(now.lines()).position(|(old, new)| old != new);
        let hint = "GOLDEN=accept takes it over";
        assert!(published == now, "{file} differs from line {first:?}; {hint}");
    }
}

#[test]
fn the_record_schema_is_closed() {
    let schema: Value = serde_json::from_str(&printed("record")).expect("JSON");
    assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    assert_eq!(schema["$ref"], "#/$defs/PageRecord");
    let page = &schema["$defs"]["PageRecord"];
    assert_eq!(page["additionalProperties"], false);
    assert!(page["properties"]["articles"]["items"]["$ref"].is_string());
}
