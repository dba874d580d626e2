//! The HTTP gateway as an OpenAPI 3.1 document. Messages and the descriptions of the calls come
//! from the contract; only paths, media types and statuses are here.

use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use crate::contract::schema::{ProtoContract, SchemaForm, schema_reference};

/// Returns the document, made once.
pub(crate) fn openapi_document() -> &'static str {
    static DOCUMENT: LazyLock<String> = LazyLock::new(|| format!("{:#}\n", build_document()));
    &DOCUMENT
}

/// Description of the gateway.
const DESCRIPTION: &str = "Typesets Chinese newspaper pages (版面). The same calls as the gRPC service `banmian.v1`, with its \
    messages as proto3 JSON: names in lowerCamelCase, enums by name, bytes in base64, 64-bit integers as strings. \
    Fields with their default value are omitted from responses; unknown fields in a request are errors.";

/// Description of the body of a rejection.
const ERROR_DESCRIPTION: &str =
    "Reason why the call has no result. Codes and status names are those of gRPC.";

/// HTTP statuses other than 200: status, name of the gRPC status (empty if only HTTP has it), and
/// the case in which it is sent.
const FAILURES: [(&str, &str, &str); 13] = [
    (
        "400",
        "INVALID_ARGUMENT",
        "The request or the record is malformed; `details` name field and rule.",
    ),
    ("401", "UNAUTHENTICATED", "The token is missing or invalid."),
    (
        "404",
        "NOT_FOUND",
        "A house style, density step or template does not exist, or the path does not exist.",
    ),
    ("405", "", "The path does not support this method; `Allow` lists those it supports."),
    ("406", "", "`Accept` names no media type that is available."),
    ("413", "OUT_OF_RANGE", "The body is larger than the server accepts."),
    ("415", "", "The media type of the body is not supported."),
    (
        "422",
        "FAILED_PRECONDITION",
        "The copy does not fit, or a press file has an error; `report` has the details.",
    ),
    (
        "429",
        "RESOURCE_EXHAUSTED",
        "The queue or the quota is full; `Retry-After` says when to retry.",
    ),
    ("500", "INTERNAL", "Internal error, with an id to look up in the server's log."),
    ("501", "UNIMPLEMENTED", "Part of the contract, but not implemented in this version."),
    ("503", "UNAVAILABLE", "The server is shutting down; try another."),
    ("504", "DEADLINE_EXCEEDED", "The deadline has passed; the work was stopped."),
];

fn build_document() -> Value {
    let contract = ProtoContract::read(SchemaForm::OpenApi);
    let tags: Vec<Value> = ["TypesetService", "CatalogService"]
        .map(|name| json!({"name": name, "description": contract.service_comments.get(name)}))
        .into();
    let paths = paths(&contract);
    let mut schemas = contract.schemas;
    schemas.insert("Error".to_owned(), error_schema());
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Banmian 版面",
            "version": env!("CARGO_PKG_VERSION"),
            "description": DESCRIPTION,
            "license": {"name": "Apache-2.0 OR MIT", "identifier": "Apache-2.0 OR MIT"},
        },
        "servers": [{"url": "/"}],
        "security": [{"bearer": []}],
        "tags": tags,
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": failure_responses(),
            "securitySchemes": {
                "bearer": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "Token of a tenant. A server without tenants requires none.",
                },
            },
        },
    })
}

fn paths(contract: &ProtoContract) -> Value {
    json!({
        "/v1/pages:render": {"post": render_operation(contract)},
        "/v1/pages:plan": {"post": operation(contract, "PlanPage", "PlanPageResponse", &message_body("PlanPageRequest"))},
        "/v1/articles:measure": {
            "post": operation(
                contract,
                "MeasureArticle",
                "MeasureArticleResponse",
                &message_body("MeasureArticleRequest"),
            ),
        },
        "/v1/pictures": {"put": upload_operation(contract)},
        "/v1/houseStyles": {"get": list_operation(contract, "ListHouseStyles")},
        "/v1/fonts": {"get": list_operation(contract, "ListFonts")},
        "/healthz": {"get": probe_operation("isAlive", "Liveness: the process is running.", "text/plain", &[])},
        "/readyz": {
            "get": probe_operation("isReady", "Readiness: 200 if the server accepts work, 503 while the queue is full or the server is shutting down.", "text/plain", &["503"]),
        },
        "/metrics": {"get": metrics_operation()},
        "/openapi.json": {"get": probe_operation("getDocument", "This document.", "application/json", &[])},
    })
}

/// Operation of a call: its comment and the statuses that any call can have.
fn operation(contract: &ProtoContract, name: &str, answer: &str, body: &Value) -> Value {
    // Any call can end with these, whatever it does.
    let mut statuses = vec!["400", "401", "404", "405", "429", "500", "503", "504"];
    // Only a call with a body can have one that is too large or of the wrong type.
    if !body.is_null() {
        statuses.extend(["413", "415"]);
    }
    let mut responses = response_references(&statuses);
    let content = json!({"application/json": {"schema": component(answer)}});
    responses.insert("200".to_owned(), json!({"description": "Done.", "content": content}));
    // The descriptor set has calls by name only; lists are those of the catalogue.
    let service = if name.starts_with("List") { "CatalogService" } else { "TypesetService" };
    let mut call = json!({
        "tags": [service],
        "operationId": format!("{}{}", name[..1].to_lowercase(), &name[1..]),
        "description": contract.call_comments.get(name),
        "responses": responses,
    });
    if !body.is_null() {
        call["requestBody"] = json!({"required": true, "content": body});
    }
    call
}

/// Body with a message.
fn message_body(name: &str) -> Value {
    json!({"application/json": {"schema": component(name)}})
}

fn render_operation(contract: &ProtoContract) -> Value {
    const HTTP: &str = "Over HTTP, `Accept` selects the response:\n\n\
        - `application/pdf`, `image/png`, `image/svg+xml`: the one artifact of that type;\n\
        - `multipart/mixed`: the report as `application/json`, then each artifact;\n\
        - `application/zip`: `report.json` and the artifacts;\n\
        - `application/json`: the messages of the stream as an array.\n\n\
        The body is a request as JSON, or plain copy as `text/plain` with the options as query parameters.";
    let mut body = message_body("RenderPageRequest");
    let plain = "Plain copy, UTF-8: articles separated by blank lines.";
    body["text/plain"] = json!({"schema": {"type": "string", "description": plain}});
    let mut call = operation(contract, "RenderPage", "RenderPageResponse", &body);
    let comment = call["description"].as_str().unwrap_or_default();
    call["description"] = format!("{comment}\n\n{HTTP}").into();
    let outputs = json!({"type": "array", "items": enum_words(contract, "Output")});
    call["parameters"] = json!([
        query_parameter("output", "Output; may be repeated. Default: press-pdf.", &outputs),
        query_parameter("densityStep", "Density step, e.g. `theory`.", &json!({"type": "string"})),
        query_parameter(
            "houseStyle",
            "House style, e.g. `broadsheet`.",
            &json!({"type": "string"})
        ),
        query_parameter(
            "policy",
            "What to do with copy that does not fit.",
            &enum_words(contract, "Policy")
        ),
        query_parameter("name", "Stem of the file names.", &json!({"type": "string"})),
        query_parameter(
            "locale",
            "Language of error messages: `zh-CN` or `en`.",
            &json!({"type": "string"})
        ),
        query_parameter(
            "pdfProfile",
            "Profile of press-pdf, e.g. `pdfx-4`.",
            &json!({"type": "string"})
        ),
        query_parameter(
            "previewDpi",
            "Resolution of preview-png.",
            &json!({"type": "integer", "minimum": 20, "maximum": 300})
        ),
    ]);
    if let Some(responses) = call["responses"].as_object_mut() {
        responses.extend(response_references(&["406", "422", "501"]));
    }
    let stream = json!({"type": "array", "items": component("RenderPageResponse")});
    let files =
        ["application/pdf", "image/png", "image/svg+xml", "multipart/mixed", "application/zip"];
    let mut content: Map<String, Value> =
        files.into_iter().map(|it| (it.to_owned(), json!({}))).collect();
    content.insert("application/json".to_owned(), json!({"schema": stream}));
    call["responses"]["200"]["content"] = content.into();
    call
}

fn upload_operation(contract: &ProtoContract) -> Value {
    let kinds = ["image/jpeg", "image/png", "image/tiff", "image/webp", "application/octet-stream"];
    let body: Map<String, Value> = kinds.into_iter().map(|it| (it.to_owned(), json!({}))).collect();
    let mut call = operation(contract, "UploadPicture", "UploadPictureResponse", &body.into());
    let comment = call["description"].as_str().unwrap_or_default();
    call["description"] = format!("{comment}\n\nOver HTTP the body is the file.").into();
    call["parameters"] = json!([
        query_parameter(
            "sha256",
            &field_comment(contract, "UploadPictureHeader", "sha256"),
            &json!({"type": "string"})
        ),
        query_parameter(
            "keepSeconds",
            &field_comment(contract, "UploadPictureHeader", "keepSeconds"),
            &json!({"type": "integer", "minimum": 0}),
        ),
    ]);
    if let Some(responses) = call["responses"].as_object_mut() {
        responses.extend(response_references(&["501"]));
    }
    call
}

fn list_operation(contract: &ProtoContract, name: &str) -> Value {
    let request = format!("{name}Request");
    let mut call = operation(contract, name, &format!("{name}Response"), &Value::Null);
    call["parameters"] = json!([
        query_parameter(
            "pageSize",
            &field_comment(contract, &request, "pageSize"),
            &json!({"type": "integer", "minimum": 0})
        ),
        query_parameter(
            "pageToken",
            &field_comment(contract, &request, "pageToken"),
            &json!({"type": "string"})
        ),
    ]);
    call
}

/// Operation of operators, which needs no token.
fn probe_operation(id: &str, text: &str, media: &str, statuses: &[&str]) -> Value {
    let mut responses = response_references(statuses);
    let content = json!({media: {}});
    responses.insert("200".to_owned(), json!({"description": text, "content": content}));
    // An empty list of schemes overrides that of the document: no token.
    json!({"operationId": id, "description": text, "security": [], "responses": responses})
}

/// Operation of the metrics, which needs a token on a server that has tokens.
fn metrics_operation() -> Value {
    let media = "application/openmetrics-text";
    let mut metrics =
        probe_operation("getMetrics", "Metrics in Prometheus format.", media, &["401"]);
    metrics["security"] = json!([{"bearer": []}]);
    metrics
}

/// Reference to a schema of the document.
fn component(name: &str) -> Value {
    schema_reference(name, SchemaForm::OpenApi)
}

fn query_parameter(name: &str, text: &str, schema: &Value) -> Value {
    json!({"name": name, "in": "query", "description": text, "schema": schema})
}

/// Comment of a field.
fn field_comment(contract: &ProtoContract, message: &str, field: &str) -> String {
    let schema = contract.schemas.get(message).map(|it| &it["properties"][field]["description"]);
    schema.and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Schema of an enum in a query: `OUTPUT_PRESS_PDF` is `press-pdf`.
fn enum_words(contract: &ProtoContract, name: &str) -> Value {
    let values = contract.schemas.get(name).and_then(|it| it["enum"].as_array());
    let prefix = format!("{}_", name.to_uppercase());
    let word = |value: &Value| {
        let word = value.as_str().unwrap_or_default().trim_start_matches(&prefix);
        word.to_lowercase().replace('_', "-")
    };
    let words: Vec<String> = values.into_iter().flatten().map(word).collect();
    // The unspecified value means that the parameter is left out.
    json!({"type": "string", "enum": words.iter().filter(|it| *it != "unspecified").collect::<Vec<_>>()})
}

/// References to the responses of some statuses.
fn response_references(statuses: &[&str]) -> Map<String, Value> {
    let answer = |status: &&str| json!({"$ref": format!("#/components/responses/{status}")});
    statuses.iter().map(|status| ((*status).to_owned(), answer(status))).collect()
}

/// Responses of all statuses other than 200.
fn failure_responses() -> Map<String, Value> {
    let answer = |(status, grpc, text): (&str, &str, &str)| {
        let text = if grpc.is_empty() { text.to_owned() } else { format!("{grpc}: {text}") };
        let content = json!({"application/json": {"schema": component("Error")}});
        let mut answer = json!({"description": text, "content": content});
        let header = match status {
            "405" => Some(("Allow", json!({"type": "string"}))),
            "429" | "503" => Some(("Retry-After", json!({"type": "integer", "minimum": 0}))),
            _ => None,
        };
        if let Some((name, schema)) = header {
            answer["headers"] = json!({name: {"schema": schema}});
        }
        (status.to_owned(), answer)
    };
    FAILURES.into_iter().map(answer).collect()
}

/// Schema of the body of every response other than 200.
fn error_schema() -> Value {
    json!({
        "type": "object",
        "description": ERROR_DESCRIPTION,
        "required": ["error"],
        "properties": {
            "error": {
                "type": "object",
                "required": ["code", "status", "message"],
                "properties": {
                    "code": {"type": "integer", "description": "Code of the gRPC status, e.g. 3."},
                    "status": {"type": "string", "description": "Its name, e.g. `INVALID_ARGUMENT`."},
                    "reason": {"type": "string", "description": "Stable code, e.g. `BM-GLYPH-001`."},
                    "message": {"type": "string", "description": "Error message, in the caller's language."},
                    "details": {
                        "type": "array",
                        "description": "Fields, articles or other objects concerned.",
                        "items": {"type": "object"},
                    },
                },
            },
            "report": {
                "$ref": "#/components/schemas/RenderReport",
                "description": "Report of a page that was rejected after make-up.",
            },
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed() -> Value {
        serde_json::from_str(openapi_document()).expect("JSON")
    }

    /// Collects all references of a document.
    fn references<'a>(value: &'a Value, out: &mut Vec<&'a str>) {
        match value {
            Value::Object(members) => {
                out.extend(members.get("$ref").and_then(Value::as_str));
                members.values().for_each(|it| references(it, out));
            }
            Value::Array(items) => items.iter().for_each(|it| references(it, out)),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    #[test]
    fn every_reference_resolves_and_every_answer_is_used() {
        let document = parsed();
        let mut all = Vec::new();
        references(&document, &mut all);
        assert!(all.len() > 200, "{}", all.len());
        for reference in &all {
            let place = document.pointer(&reference[1..]);
            assert!(reference.starts_with("#/") && place.is_some(), "{reference}");
        }
        for (status, ..) in FAILURES {
            let reference = format!("#/components/responses/{status}");
            assert!(all.contains(&reference.as_str()), "{status} is used by no path");
        }
    }

    #[test]
    fn the_paths_are_those_of_the_gateway() {
        let document = parsed();
        let expected = [
            ("/healthz", "get", "isAlive"),
            ("/metrics", "get", "getMetrics"),
            ("/openapi.json", "get", "getDocument"),
            ("/readyz", "get", "isReady"),
            ("/v1/articles:measure", "post", "measureArticle"),
            ("/v1/fonts", "get", "listFonts"),
            ("/v1/houseStyles", "get", "listHouseStyles"),
            ("/v1/pages:plan", "post", "planPage"),
            ("/v1/pages:render", "post", "renderPage"),
            ("/v1/pictures", "put", "uploadPicture"),
        ];
        let paths = document["paths"].as_object().expect("paths");
        assert_eq!(paths.len(), expected.len());
        for (path, method, id) in expected {
            let call = &paths[path][method];
            assert_eq!(call["operationId"], id, "{path}");
            assert!(!call["description"].as_str().expect(path).is_empty(), "{path}");
            assert!(call["responses"].get("200").is_some(), "{path}");
        }
    }

    #[test]
    fn queries_and_answers_of_a_page() {
        let document = parsed();
        let call = &document["paths"]["/v1/pages:render"]["post"];
        let parameters = call["parameters"].as_array().expect("parameters");
        let of = |name: &str| {
            let found = parameters.iter().find(|it| it["name"] == name);
            found.unwrap_or_else(|| panic!("{name}"))["schema"].clone()
        };
        assert_eq!(of("policy")["enum"], json!(["strict", "mark", "jump"]));
        assert_eq!(of("output")["items"]["enum"][0], "press-pdf");
        let answers = call["responses"]["200"]["content"].as_object().expect("answers");
        assert_eq!(answers.len(), 6);
        assert_eq!(answers["application/json"]["schema"]["items"], component("RenderPageResponse"));
        // The name of the schema that is added here is not that of a message.
        assert!(!ProtoContract::read(SchemaForm::OpenApi).schemas.contains_key("Error"));
    }
}
