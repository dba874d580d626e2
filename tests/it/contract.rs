//! The contract only grows: whatever was released keeps its name and its encoding.
//!
//! `tests/fixtures/contract/` holds the descriptor set of each release. A new one is made with `buf
//! build proto --as-file-descriptor-set --exclude-source-info -o
//! tests/fixtures/contract/vX.Y.binpb`.

use std::collections::BTreeMap;

use banmian::proto::DESCRIPTORS;
use prost::Message as _;
use prost_types::descriptor_proto::ReservedRange;
use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{
    DescriptorProto, EnumDescriptorProto, EnumValueDescriptorProto, FieldDescriptorProto,
    FileDescriptorProto, FileDescriptorSet, OneofDescriptorProto,
};

use crate::support::{names, read, root};

#[test]
fn nothing_released_has_changed() {
    let present = FileDescriptorSet::decode(DESCRIPTORS).expect("descriptors");
    let releases = names(&root("tests/fixtures/contract"));
    assert!(!releases.is_empty());
    for release in releases {
        let bytes = read(&format!("tests/fixtures/contract/{release}"));
        let released = FileDescriptorSet::decode(bytes.as_slice()).expect("descriptors");
        assert!(facts(&released).len() > 500, "{release} is not the contract");
        let breaks = breaks(&released, &present);
        assert!(breaks.is_empty(), "since {release}:\n{}", breaks.join("\n"));
    }
}

/// Returns the facts of a released contract that are no longer true.
fn breaks(released: &FileDescriptorSet, present: &FileDescriptorSet) -> Vec<String> {
    let now = facts(present);
    let mut breaks = Vec::new();
    for (what, was) in facts(released) {
        match now.get(&what) {
            None => breaks.push(format!("{what} is gone")),
            Some(is) if *is != was => breaks.push(format!("{what} was {was}, is {is}")),
            Some(_) => {}
        }
    }
    let free = reserved(released).into_iter().filter(|was| {
        // A reservation may grow.
        !reserved(present).iter().any(|is| is.covers(was))
    });
    breaks.extend(free.map(|was| format!("{was:?} is free again")));
    breaks
}

/// Returns everything that callers rely on, by its identity: numbers for fields and values, names
/// for the rest.
fn facts(set: &FileDescriptorSet) -> BTreeMap<String, String> {
    let mut facts = BTreeMap::new();
    for file in &set.file {
        let package = file.package();
        for message in &file.message_type {
            // The contract has no nested types; they would need facts of their own.
            assert!(message.nested_type.is_empty() && message.enum_type.is_empty());
            let name = format!("{package}.{}", message.name());
            for field in &message.field {
                facts.insert(format!("{name} field {}", field.number()), wire(message, field));
            }
            facts.insert(name, "a message".to_owned());
        }
        for values in &file.enum_type {
            let name = format!("{package}.{}", values.name());
            for value in &values.value {
                facts.insert(format!("{name} value {}", value.number()), value.name().to_owned());
            }
            facts.insert(name, "an enum".to_owned());
        }
        for service in &file.service {
            let name = format!("{package}.{}", service.name());
            for call in &service.method {
                let stream = |streams: bool| if streams { "stream " } else { "" };
                let (from, to) = (stream(call.client_streaming()), stream(call.server_streaming()));
                let shape = format!("{from}{} → {to}{}", call.input_type(), call.output_type());
                facts.insert(format!("{name}/{}", call.name()), shape);
            }
            facts.insert(name, "a service".to_owned());
        }
    }
    facts
}

/// Describes a field as it is in bytes, in JSON and in generated code.
fn wire(message: &DescriptorProto, field: &FieldDescriptorProto) -> String {
    let oneof = field.oneof_index.and_then(|at| message.oneof_decl.get(usize::try_from(at).ok()?));
    format!(
        "{} ({}), {:?} {:?} {}, of {:?}",
        field.name(),
        field.json_name(),
        field.label(),
        field.r#type(),
        field.type_name(),
        oneof.map(OneofDescriptorProto::name),
    )
}

/// A number or a name that must not be used again.
#[derive(Debug)]
enum Reserved {
    Numbers { of: String, from: i32, to: i32 },
    Name { of: String, name: String },
}

impl Reserved {
    fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (
                Self::Numbers { of, from, to },
                Self::Numbers { of: other_of, from: other_from, to: other_to },
            ) => of == other_of && from <= other_from && to >= other_to,
            (Self::Name { of, name }, Self::Name { of: other_of, name: other_name }) => {
                of == other_of && name == other_name
            }
            _ => false,
        }
    }
}

fn reserved(set: &FileDescriptorSet) -> Vec<Reserved> {
    let mut out = Vec::new();
    let mut add = |of: &str, ranges: Vec<(i32, i32)>, names: &[String]| {
        let of = of.to_owned();
        let numbers = |(from, to)| Reserved::Numbers { of: of.clone(), from, to };
        out.extend(ranges.into_iter().map(numbers));
        out.extend(names.iter().map(|name| Reserved::Name { of: of.clone(), name: name.clone() }));
    };
    for file in &set.file {
        for it in &file.message_type {
            let ranges = it.reserved_range.iter().map(|range| (range.start(), range.end()));
            add(it.name(), ranges.collect(), &it.reserved_name);
        }
        for it in &file.enum_type {
            let ranges = it.reserved_range.iter().map(|range| (range.start(), range.end()));
            add(it.name(), ranges.collect(), &it.reserved_name);
        }
    }
    out
}

/// Returns a small contract with one of everything.
fn sample() -> FileDescriptorSet {
    let mut set = FileDescriptorSet::decode(DESCRIPTORS).expect("descriptors");
    set.file.retain(|file| file.name().ends_with("typeset.proto"));
    let request = message(&mut set, "RenderPageRequest");
    request.reserved_range.push(ReservedRange { start: Some(50), end: Some(53) });
    request.reserved_name.push("was".to_owned());
    set
}

fn typeset(set: &mut FileDescriptorSet) -> &mut FileDescriptorProto {
    &mut set.file[0]
}

fn message<'a>(set: &'a mut FileDescriptorSet, name: &str) -> &'a mut DescriptorProto {
    typeset(set).message_type.iter_mut().find(|it| it.name() == name).expect("a message")
}

fn field<'a>(set: &'a mut FileDescriptorSet, of: &str, name: &str) -> &'a mut FieldDescriptorProto {
    message(set, of).field.iter_mut().find(|it| it.name() == name).expect("a field")
}

fn policy(set: &mut FileDescriptorSet) -> &mut EnumDescriptorProto {
    typeset(set).enum_type.iter_mut().find(|it| it.name() == "Policy").expect("an enum")
}

/// Start of the break's description, and the change of the sample that makes the break.
type Case = (&'static str, fn(&mut FileDescriptorSet));

#[test]
fn every_kind_of_break_is_found() {
    const REQUEST: &str = "RenderPageRequest";
    let cases: [Case; 19] = [
        ("banmian.v1.RenderPageRequest is gone", |set| {
            message(set, REQUEST).name = Some("RenderRequest".to_owned());
        }),
        ("banmian.v1.RenderPageRequest field 5 is gone", |set| {
            message(set, REQUEST).field.retain(|it| it.number() != 5);
        }),
        ("banmian.v1.RenderPageRequest field 5 is gone", |set| {
            field(set, REQUEST, "pdf_profile").number = Some(99);
        }),
        ("banmian.v1.RenderPageRequest field 5 was pdf_profile", |set| {
            field(set, REQUEST, "pdf_profile").name = Some("profile".to_owned());
        }),
        ("banmian.v1.RenderPageRequest field 5 was pdf_profile", |set| {
            field(set, REQUEST, "pdf_profile").json_name = Some("profile".to_owned());
        }),
        ("banmian.v1.RenderPageRequest field 11 was preview_dpi", |set| {
            field(set, REQUEST, "preview_dpi").set_type(Type::Int32);
        }),
        ("banmian.v1.RenderPageRequest field 6 was normalise", |set| {
            field(set, REQUEST, "normalise").type_name = Some(".banmian.v1.Layout".to_owned());
        }),
        ("banmian.v1.RenderPageRequest field 3 was outputs", |set| {
            field(set, REQUEST, "outputs").set_label(Label::Optional);
        }),
        ("banmian.v1.RenderPageRequest field 1 was page", |set| {
            field(set, REQUEST, "page").oneof_index = None;
        }),
        ("banmian.v1.RenderPageRequest field 1 was page", |set| {
            message(set, REQUEST).oneof_decl[0].name = Some("input".to_owned());
        }),
        ("banmian.v1.Policy value 2 is gone", |set| {
            policy(set).value.retain(|it| it.number() != 2);
        }),
        ("banmian.v1.Policy value 2 was POLICY_MARK", |set| {
            policy(set).value[2].name = Some("POLICY_TELL".to_owned());
        }),
        ("banmian.v1.Policy is gone", |set| {
            typeset(set).enum_type.retain(|it| it.name() != "Policy");
        }),
        ("banmian.v1.TypesetService/PlanPage is gone", |set| {
            typeset(set).service[0].method.retain(|it| it.name() != "PlanPage");
        }),
        ("banmian.v1.TypesetService/RenderPage was", |set| {
            typeset(set).service[0].method[0].server_streaming = Some(false);
        }),
        ("banmian.v1.TypesetService/RenderPage was", |set| {
            typeset(set).service[0].method[0].client_streaming = Some(true);
        }),
        ("banmian.v1.TypesetService/RenderPage was", |set| {
            typeset(set).service[0].method[0].input_type =
                Some(".banmian.v1.PlanPageRequest".to_owned());
        }),
        ("Numbers { of: \"RenderPageRequest\", from: 50, to: 53 } is free", |set| {
            message(set, REQUEST).reserved_range[0].end = Some(52);
        }),
        ("Name { of: \"RenderPageRequest\", name: \"was\" } is free", |set| {
            message(set, REQUEST).reserved_name.clear();
        }),
    ];
    for (at, (expected, change)) in cases.into_iter().enumerate() {
        let mut present = sample();
        change(&mut present);
        let breaks = breaks(&sample(), &present);
        let found = breaks.iter().any(|it| it.starts_with(expected));
        assert!(found, "case {at}: {expected:?} is not in {breaks:?}");
    }
}

#[test]
fn additions_break_nothing() {
    let mut present = sample();
    let request = message(&mut present, "RenderPageRequest");
    request.field.push(FieldDescriptorProto {
        name: Some("urgent".to_owned()),
        number: Some(60),
        r#type: Some(Type::Bool.into()),
        oneof_index: Some(0),
        ..FieldDescriptorProto::default()
    });
    request.reserved_range[0].end = Some(60);
    request.reserved_name.push("is".to_owned());
    policy(&mut present).value.push(EnumValueDescriptorProto {
        name: Some("POLICY_ASK".to_owned()),
        number: Some(9),
        ..EnumValueDescriptorProto::default()
    });
    let file = typeset(&mut present);
    let mut call = file.service[0].method[0].clone();
    call.name = Some("RenderIssue".to_owned());
    file.service[0].method.push(call);
    let new = DescriptorProto { name: Some("Issue".to_owned()), ..DescriptorProto::default() };
    file.message_type.push(new);
    assert_eq!(breaks(&sample(), &present), [""; 0]);
}
