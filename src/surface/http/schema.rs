//! The messages and enums of the contract as JSON Schema: their proto3 JSON, described by their comments.

use std::collections::BTreeMap;

use prost::Message as _;
use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::source_code_info::Location;
use prost_types::{
    DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorProto,
    FileDescriptorSet,
};
use serde_json::{Map, Value, json};

use crate::proto::DESCRIPTORS;

// Numbers of fields in descriptor.proto, of which the paths of source information are made.
const MESSAGE: i32 = 4;
const MESSAGE_FIELD: i32 = 2;
const MESSAGE_ONEOF: i32 = 8;
const ENUM: i32 = 5;
const ENUM_VALUE: i32 = 2;
const SERVICE: i32 = 6;
const SERVICE_METHOD: i32 = 2;

/// What the descriptor set says, by name.
#[derive(Default)]
pub(super) struct ProtoContract {
    /// The schema of each message and enum.
    pub(super) schemas: Map<String, Value>,
    /// What the comment over each call says.
    pub(super) calls: BTreeMap<String, String>,
    /// What the comment over each service says.
    pub(super) services: BTreeMap<String, String>,
}

impl ProtoContract {
    /// Reads the descriptors of the binary.
    pub(super) fn read() -> Self {
        // They are made by the build; without them the document would have no schemas, which a test sees.
        let set = FileDescriptorSet::decode(DESCRIPTORS).unwrap_or_default();
        let mut contract = Self::default();
        for file in &set.file {
            contract.add(file);
        }
        contract
    }

    fn add(&mut self, file: &FileDescriptorProto) {
        let comments = ProtoComments::of(file);
        for (at, message) in (0..).zip(&file.message_type) {
            self.schemas.insert(message.name().to_owned(), object(message, at, &comments));
        }
        for (at, values) in (0..).zip(&file.enum_type) {
            self.schemas.insert(values.name().to_owned(), names(values, at, &comments));
        }
        for (at, service) in (0..).zip(&file.service) {
            let comment = comments.at(&[SERVICE, at]).to_owned();
            self.services.insert(service.name().to_owned(), comment);
            for (call_at, call) in (0..).zip(&service.method) {
                let comment = comments.at(&[SERVICE, at, SERVICE_METHOD, call_at]).to_owned();
                self.calls.insert(call.name().to_owned(), comment);
            }
        }
    }
}

/// The comments of a file by the paths of what they stand over.
struct ProtoComments(BTreeMap<Vec<i32>, String>);

impl ProtoComments {
    fn of(file: &FileDescriptorProto) -> Self {
        let locations = file.source_code_info.iter().flat_map(|info| &info.location);
        Self(
            locations
                .map(|it: &Location| (it.path.clone(), plain(it.leading_comments())))
                .collect(),
        )
    }

    fn at(&self, path: &[i32]) -> &str {
        self.0.get(path).map_or("", String::as_str)
    }
}

/// A comment without the space that follows each `//`.
fn plain(comment: &str) -> String {
    let lines = comment.lines().map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end());
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}

/// A reference to a schema of the document.
pub(super) fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// A message.
fn object(message: &DescriptorProto, at: i32, comments: &ProtoComments) -> Value {
    let mut text = comments.at(&[MESSAGE, at]).to_owned();
    for (oneof_at, oneof) in (0..).zip(&message.oneof_decl) {
        let of_it = |field: &&FieldDescriptorProto| {
            field.oneof_index == Some(oneof_at) && !field.proto3_optional()
        };
        let members: Vec<String> =
            message.field.iter().filter(of_it).map(|it| format!("`{}`", it.json_name())).collect();
        // `optional` fields are oneofs of one, of which there is nothing to say.
        if members.is_empty() {
            continue;
        }
        let comment = comments.at(&[MESSAGE, at, MESSAGE_ONEOF, oneof_at]);
        let name = oneof.name();
        text += &format!("\n\n`{name}`, one of {}: {comment}", members.join(", "));
    }
    let properties: Map<String, Value> = (0..)
        .zip(&message.field)
        .map(|(field_at, field)| {
            let comment = comments.at(&[MESSAGE, at, MESSAGE_FIELD, field_at]);
            (field.json_name().to_owned(), property(field, comment))
        })
        .collect();
    json!({"type": "object", "description": text, "properties": properties})
}

/// A field.
fn property(field: &FieldDescriptorProto, comment: &str) -> Value {
    let one = value(field);
    let mut schema =
        if field.label() == Label::Repeated { json!({"type": "array", "items": one}) } else { one };
    schema["description"] = comment.into();
    schema
}

/// One value of a field.
fn value(field: &FieldDescriptorProto) -> Value {
    match field.r#type() {
        Type::Double | Type::Float => json!({"type": "number", "format": "double"}),
        Type::Int32 | Type::Sint32 | Type::Sfixed32 => {
            json!({"type": "integer", "format": "int32", "minimum": i32::MIN, "maximum": i32::MAX})
        }
        Type::Uint32 | Type::Fixed32 => {
            json!({"type": "integer", "format": "uint32", "minimum": 0, "maximum": u32::MAX})
        }
        // JSON numbers are doubles to many readers, which would round these.
        Type::Int64 | Type::Sint64 | Type::Sfixed64 => {
            json!({"type": "string", "format": "int64", "pattern": "^-?[0-9]+$"})
        }
        Type::Uint64 | Type::Fixed64 => {
            json!({"type": "string", "format": "uint64", "pattern": "^[0-9]+$"})
        }
        Type::Bool => json!({"type": "boolean"}),
        Type::String => json!({"type": "string"}),
        Type::Bytes => json!({"type": "string", "contentEncoding": "base64"}),
        Type::Enum | Type::Message | Type::Group => {
            reference(field.type_name().rsplit('.').next().unwrap_or_default())
        }
    }
}

/// An enum: its names, each with what it means.
fn names(values: &EnumDescriptorProto, at: i32, comments: &ProtoComments) -> Value {
    let mut text = format!("{}\n", comments.at(&[ENUM, at]));
    for (value_at, value) in (0..).zip(&values.value) {
        let comment = comments.at(&[ENUM, at, ENUM_VALUE, value_at]).replace('\n', " ");
        text += &format!("\n- `{}`: {comment}", value.name());
    }
    let names: Vec<&str> = values.value.iter().map(|value| value.name()).collect();
    json!({"type": "string", "description": text, "enum": names})
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema(name: &str) -> Value {
        ProtoContract::read().schemas[name].clone()
    }

    #[test]
    fn fields_are_their_proto3_json() {
        let of = |message: &str, field: &str| {
            let mut it = schema(message)["properties"][field].clone();
            let text = it.as_object_mut().expect(field).remove("description").expect("a comment");
            assert!(!text.as_str().expect("text").is_empty(), "{message}.{field}");
            it
        };
        let uint =
            json!({"type": "integer", "format": "uint32", "minimum": 0, "maximum": u32::MAX});
        let cases = [
            (
                "RenderPageRequest",
                "plainCopy",
                json!({"type": "string", "contentEncoding": "base64"}),
            ),
            ("RenderPageRequest", "previewDpi", uint.clone()),
            ("RenderPageRequest", "policy", reference("Policy")),
            ("RenderPageRequest", "page", reference("PageRecord")),
            (
                "RenderPageRequest",
                "outputs",
                json!({"type": "array", "items": reference("Output")}),
            ),
            ("MeasureArticleRequest", "columnCounts", json!({"type": "array", "items": uint})),
            (
                "UploadPictureResponse",
                "usedBytes",
                json!({"type": "string", "format": "uint64", "pattern": "^[0-9]+$"}),
            ),
            ("UploadPictureResponse", "existed", json!({"type": "boolean"})),
            ("PlanCandidate", "cost", json!({"type": "number", "format": "double"})),
        ];
        for (message, field, expected) in cases {
            assert_eq!(of(message, field), expected, "{message}.{field}");
        }
    }

    #[test]
    fn oneofs_and_enums_are_told() {
        let text = schema("RenderPageRequest")["description"].to_string();
        assert!(
            text.contains("`source`, one of `page`, `plainCopy`: The page. Required."),
            "{text}"
        );
        // Fields that know whether they were set are no choice.
        assert!(!schema("Normalise")["description"].to_string().contains("one of"));
        let policy = schema("Policy");
        assert_eq!(
            policy["enum"],
            json!(["POLICY_UNSPECIFIED", "POLICY_STRICT", "POLICY_MARK", "POLICY_JUMP"])
        );
        let text = policy["description"].as_str().expect("text");
        assert!(
            text.contains("(溢文)") && text.contains("\n- `POLICY_STRICT`: Refuse the page"),
            "{text}"
        );
    }

    #[test]
    fn everything_of_the_contract_has_a_schema() {
        let contract = ProtoContract::read();
        let set = FileDescriptorSet::decode(DESCRIPTORS).expect("descriptors");
        let mut seen = 0;
        for message in set.file.iter().flat_map(|file| &file.message_type) {
            // Neither is in the contract; schema.rs would have to learn them.
            assert!(message.nested_type.is_empty() && message.enum_type.is_empty());
            let properties = contract.schemas[message.name()]["properties"].as_object();
            let properties = properties.expect("properties");
            assert_eq!(properties.len(), message.field.len(), "{}", message.name());
            for field in &message.field {
                assert!(properties.contains_key(field.json_name()), "{}", field.json_name());
                seen += 1;
            }
        }
        for values in set.file.iter().flat_map(|file| &file.enum_type) {
            let names = contract.schemas[values.name()]["enum"].as_array().expect("names");
            assert_eq!(names.len(), values.value.len(), "{}", values.name());
        }
        for service in set.file.iter().flat_map(|file| &file.service) {
            assert!(!contract.services[service.name()].is_empty());
            for call in &service.method {
                assert!(!contract.calls[call.name()].is_empty(), "{}", call.name());
            }
        }
        assert!(seen > 300, "only {seen} fields");
    }
}
