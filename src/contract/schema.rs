//! Messages and enums of the contract as JSON Schema: their proto3 JSON, with their comments.

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

/// Form of the schemas.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SchemaForm {
    /// Components of an OpenAPI document: the JSON that the service writes.
    OpenApi,
    /// Definitions of a JSON Schema: the JSON that the service reads. Fields that the contract does
    /// not have are errors, and 64-bit integers may be numbers.
    JsonSchema,
}

/// The descriptor set of the contract, by name.
pub(super) struct ProtoContract {
    form: SchemaForm,
    /// Schema of each message and enum.
    pub(super) schemas: Map<String, Value>,
    /// Comment of each call.
    pub(super) call_comments: BTreeMap<String, String>,
    /// Comment of each service.
    pub(super) service_comments: BTreeMap<String, String>,
}

impl ProtoContract {
    /// Reads the descriptors in the binary.
    pub(super) fn read(form: SchemaForm) -> Self {
        // The build makes them; without them a document would have no schemas, which a test sees.
        let set = FileDescriptorSet::decode(DESCRIPTORS).unwrap_or_default();
        let mut contract = Self {
            form,
            schemas: Map::new(),
            call_comments: BTreeMap::new(),
            service_comments: BTreeMap::new(),
        };
        for file in &set.file {
            contract.add_file(file);
        }
        contract
    }

    fn add_file(&mut self, file: &FileDescriptorProto) {
        let comments = ProtoComments::of_file(file);
        // Comments are found by position: the path of an item is made of field numbers and indices.
        for (index, message) in (0..).zip(&file.message_type) {
            let schema = message_schema(message, index, &comments, self.form);
            self.schemas.insert(message.name().to_owned(), schema);
        }
        for (index, values) in (0..).zip(&file.enum_type) {
            self.schemas.insert(values.name().to_owned(), enum_schema(values, index, &comments));
        }
        for (index, service) in (0..).zip(&file.service) {
            let comment = comments.at(&[SERVICE, index]).to_owned();
            self.service_comments.insert(service.name().to_owned(), comment);
            for (call_index, call) in (0..).zip(&service.method) {
                let path = [SERVICE, index, SERVICE_METHOD, call_index];
                self.call_comments.insert(call.name().to_owned(), comments.at(&path).to_owned());
            }
        }
    }
}

/// Comments of a proto file by the paths of the items below them.
struct ProtoComments(BTreeMap<Vec<i32>, String>);

impl ProtoComments {
    fn of_file(file: &FileDescriptorProto) -> Self {
        let locations = file.source_code_info.iter().flat_map(|info| &info.location);
        let comment = |it: &Location| (it.path.clone(), trim_comment(it.leading_comments()));
        Self(locations.map(comment).collect())
    }

    fn at(&self, path: &[i32]) -> &str {
        self.0.get(path).map_or("", String::as_str)
    }
}

/// Removes the space that follows each `//`.
fn trim_comment(comment: &str) -> String {
    let lines = comment.lines().map(|line| line.strip_prefix(' ').unwrap_or(line).trim_end());
    lines.collect::<Vec<_>>().join("\n").trim().to_owned()
}

/// Reference to a schema of the document.
pub(super) fn schema_reference(name: &str, form: SchemaForm) -> Value {
    match form {
        SchemaForm::OpenApi => json!({"$ref": format!("#/components/schemas/{name}")}),
        SchemaForm::JsonSchema => json!({"$ref": format!("#/$defs/{name}")}),
    }
}

fn message_schema(
    message: &DescriptorProto,
    index: i32,
    comments: &ProtoComments,
    form: SchemaForm,
) -> Value {
    let mut text = comments.at(&[MESSAGE, index]).to_owned();
    for (oneof_index, oneof) in (0..).zip(&message.oneof_decl) {
        let is_member = |field: &&FieldDescriptorProto| {
            field.oneof_index == Some(oneof_index) && !field.proto3_optional()
        };
        let members: Vec<String> = message
            .field
            .iter()
            .filter(is_member)
            .map(|it| format!("`{}`", it.json_name()))
            .collect();
        // An `optional` field is a oneof with one member, which needs no text.
        if members.is_empty() {
            continue;
        }
        let comment = comments.at(&[MESSAGE, index, MESSAGE_ONEOF, oneof_index]);
        let name = oneof.name();
        text += &format!("\n\n`{name}`, one of {}: {comment}", members.join(", "));
    }
    let properties: Map<String, Value> = (0..)
        .zip(&message.field)
        .map(|(field_index, field)| {
            let comment = comments.at(&[MESSAGE, index, MESSAGE_FIELD, field_index]);
            (field.json_name().to_owned(), field_schema(field, comment, form))
        })
        .collect();
    let mut schema = json!({"type": "object", "description": text, "properties": properties});
    if form == SchemaForm::JsonSchema {
        // Only for input: a reader of answers has to accept fields of later versions.
        schema["additionalProperties"] = false.into();
    }
    schema
}

fn field_schema(field: &FieldDescriptorProto, comment: &str, form: SchemaForm) -> Value {
    let value = value_schema(field, form);
    let mut schema = if field.label() == Label::Repeated {
        json!({"type": "array", "items": value})
    } else {
        value
    };
    schema["description"] = comment.into();
    schema
}

/// Schema of one value of a field.
fn value_schema(field: &FieldDescriptorProto, form: SchemaForm) -> Value {
    // JSON numbers are doubles to many readers, which would round 64 bits: they are strings. A
    // reader takes numbers too.
    let wide = match form {
        SchemaForm::OpenApi => json!("string"),
        SchemaForm::JsonSchema => json!(["string", "integer"]),
    };
    match field.r#type() {
        Type::Double | Type::Float => json!({"type": "number", "format": "double"}),
        Type::Int32 | Type::Sint32 | Type::Sfixed32 => {
            json!({"type": "integer", "format": "int32", "minimum": i32::MIN, "maximum": i32::MAX})
        }
        Type::Uint32 | Type::Fixed32 => {
            json!({"type": "integer", "format": "uint32", "minimum": 0, "maximum": u32::MAX})
        }
        Type::Int64 | Type::Sint64 | Type::Sfixed64 => {
            json!({"type": wide, "format": "int64", "pattern": "^-?[0-9]+$"})
        }
        Type::Uint64 | Type::Fixed64 => {
            json!({"type": wide, "format": "uint64", "pattern": "^[0-9]+$"})
        }
        Type::Bool => json!({"type": "boolean"}),
        Type::String => json!({"type": "string"}),
        Type::Bytes => json!({"type": "string", "contentEncoding": "base64"}),
        // Type names are `.banmian.v1.Name`; no message is nested, so the last part is unique.
        Type::Enum | Type::Message | Type::Group => {
            schema_reference(field.type_name().rsplit('.').next().unwrap_or_default(), form)
        }
    }
}

/// Schema of an enum: its names, each with its comment.
fn enum_schema(values: &EnumDescriptorProto, index: i32, comments: &ProtoComments) -> Value {
    let mut text = format!("{}\n", comments.at(&[ENUM, index]));
    for (value_index, value) in (0..).zip(&values.value) {
        let comment = comments.at(&[ENUM, index, ENUM_VALUE, value_index]).replace('\n', " ");
        text += &format!("\n- `{}`: {comment}", value.name());
    }
    let names: Vec<&str> = values.value.iter().map(|value| value.name()).collect();
    json!({"type": "string", "description": text, "enum": names})
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schema(name: &str) -> Value {
        ProtoContract::read(SchemaForm::OpenApi).schemas[name].clone()
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
            ("RenderPageRequest", "policy", schema_reference("Policy", SchemaForm::OpenApi)),
            ("RenderPageRequest", "page", schema_reference("PageRecord", SchemaForm::OpenApi)),
            (
                "RenderPageRequest",
                "outputs",
                json!({"type": "array", "items": schema_reference("Output", SchemaForm::OpenApi)}),
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
    fn oneofs_and_enums_are_described() {
        let text = schema("RenderPageRequest")["description"].to_string();
        assert!(
            text.contains("`source`, one of `page`, `plainCopy`: The page. Required."),
            "{text}"
        );
        // Optional fields are not a choice.
        assert!(!schema("Normalise")["description"].to_string().contains("one of"));
        let policy = schema("Policy");
        assert_eq!(
            policy["enum"],
            json!(["POLICY_UNSPECIFIED", "POLICY_STRICT", "POLICY_MARK", "POLICY_JUMP"])
        );
        let text = policy["description"].as_str().expect("text");
        assert!(
            text.contains("(排不下)") && text.contains("\n- `POLICY_STRICT`: Reject the page"),
            "{text}"
        );
    }

    #[test]
    fn everything_of_the_contract_has_a_schema() {
        let contract = ProtoContract::read(SchemaForm::OpenApi);
        let set = FileDescriptorSet::decode(DESCRIPTORS).expect("descriptors");
        let mut seen = 0;
        for message in set.file.iter().flat_map(|file| &file.message_type) {
            // The contract has neither; schema.rs does not support them.
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
            assert!(!contract.service_comments[service.name()].is_empty());
            for call in &service.method {
                assert!(!contract.call_comments[call.name()].is_empty(), "{}", call.name());
            }
        }
        assert!(seen > 300, "only {seen} fields");
    }
}
