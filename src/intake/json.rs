//! Record and other messages as JSON, in the proto3 mapping. An error names the path of the field.

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::error::Error;
use crate::finding::{Bilingual, Finding, FindingCode, FindingPlace};
use crate::proto::{PageGeometry, PageRecord};

/// Reads a record.
///
/// # Errors
/// Input that is not UTF-8, empty or malformed, or has an unknown field or enum name: one finding
/// with path, line and column.
pub fn read_record(bytes: &[u8]) -> Result<PageRecord, Error> {
    read_message(bytes)
}

/// Reads any message of the contract.
///
/// # Errors
/// As [`read_record`].
pub fn read_message<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Error> {
    let text = decode_utf8(bytes)?;
    if text.trim().is_empty() {
        return Err(empty_input());
    }
    let mut reader = serde_json::Deserializer::from_str(text);
    let record = serde_path_to_error::deserialize(&mut reader)
        .map_err(|error| json_error(field_of_path(&error.path().to_string()), error.inner()))?;
    // Anything after the message is an error: two records in one file would lose the second.
    reader.end().map_err(|error| json_error("", &error))?;
    Ok(record)
}

/// Reads the geometry of a page from an earlier call.
///
/// # Errors
/// As [`read_record`].
pub fn read_geometry(bytes: &[u8]) -> Result<PageGeometry, Error> {
    read_message(bytes)
}

/// Writes a record as indented JSON. Reading it gives the same record.
pub fn write_record(record: &PageRecord) -> Vec<u8> {
    let mut json = serde_json::to_vec_pretty(record).unwrap_or_default();
    debug_assert!(
        PageRecord::deserialize(&mut serde_json::Deserializer::from_slice(&json)).is_ok()
    );
    json.push(b'\n');
    json
}

/// Field as findings name it. Fields of a page are named from the page on, whether it came alone or
/// as the `page` of a request, so that a parser's error and a check's finding name them alike.
fn field_of_path(path: &str) -> &str {
    if path == "." { "" } else { path.strip_prefix("page.").unwrap_or(path) }
}

/// Error for JSON that cannot be read, at a field.
fn json_error(path: &str, error: &serde_json::Error) -> Error {
    let (line, column) = (error.line(), error.column());
    let what = error.to_string();
    let what = what.split(" at line ").next().unwrap_or(&what);
    // Serde adds a list of all fields, which would bury the wrong one.
    let what = what.split(", expected one of").next().unwrap_or(what);
    let zh = if what.starts_with("unknown field") {
        format!("第 {line} 行第 {column} 列：没有这个字段（{what}）")
    } else if what.starts_with("unknown variant") {
        format!("第 {line} 行第 {column} 列：没有这个枚举值（{what}）")
    } else {
        format!("第 {line} 行第 {column} 列：JSON 有误（{what}）")
    };
    let en = format!("line {line} column {column}: {what}");
    Error::rejected(Finding::new(
        FindingCode::BadJson,
        FindingPlace::of_field(path),
        Bilingual::new(zh, en),
    ))
}

/// Decodes the input as UTF-8, without a byte order mark.
pub(crate) fn decode_utf8(bytes: &[u8]) -> Result<&str, Error> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        let line = bytes[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
        let words = Bilingual::new(
            format!("第 {line} 行（第 {at} 字节）不是 UTF-8"),
            format!("line {line} (byte {at}) is not UTF-8"),
        );
        Error::rejected(Finding::new(FindingCode::NotUtf8, FindingPlace::default(), words))
    })
}

/// Error for empty input.
pub(crate) fn empty_input() -> Error {
    let words = Bilingual::new("输入是空的", "the input is empty");
    Error::rejected(Finding::new(FindingCode::EmptyInput, FindingPlace::default(), words))
}

#[cfg(test)]
mod tests {
    use super::{read_message, read_record, write_record};
    use crate::proto::{MeasureArticleRequest, RenderPageRequest};

    #[test]
    fn what_is_wrong_has_its_path() {
        for (json, path, word) in [
            (
                r#"{"articles":[{"headline":"甲","boddy":[]}]}"#,
                "articles[0].boddy",
                "unknown field",
            ),
            (
                r#"{"articles":[{"body":[{"paragraph":{"text":7}}]}]}"#,
                "articles[0].body[0].paragraph.text",
                "string",
            ),
            (r#"{"reserved":[{"kind":"NONE"}]}"#, "reserved[0].kind", "NONE"),
            (r#"{"date":"#, "date", "EOF"),
            (r#"{"date":"x"} y"#, "", "trailing"),
            (r#"{"section":"\ud800"}"#, "section", "hex escape"),
            ("", "", "empty"),
        ] {
            let error = read_record(json.as_bytes()).expect_err(json);
            let finding = &error.findings()[0];
            assert_eq!(finding.place.field, path, "{json}: {finding}");
            assert!(finding.message.en.contains(word), "{json}: {finding}");
        }
        let error = read_record(b"{\"date\":\"\xff\"}").expect_err("not UTF-8");
        assert_eq!(error.findings()[0].code.id(), "BM-INPUT-001");
    }

    #[test]
    fn fields_of_a_request_have_the_root_of_the_checks() {
        let field = |json: &str| {
            let error = read_message::<RenderPageRequest>(json.as_bytes()).expect_err(json);
            error.findings()[0].place.field.clone()
        };
        for (json, expected) in [
            (r#"{"page":{"articles":[{"bdy":[]}]}}"#, "articles[0].bdy"),
            (r#"{"page":{"date":7}}"#, "date"),
            (r#"{"page":7}"#, "page"),
            (r#"{"proof":{"previousPage":{"date":7}}}"#, "proof.previousPage.date"),
            (r#"{"layout":{"densityStep":7}}"#, "layout.densityStep"),
            (r#"{"pge":{}}"#, "pge"),
        ] {
            assert_eq!(field(json), expected, "{json}");
        }
        let error = read_message::<MeasureArticleRequest>(br#"{"article":{"bdy":[]}}"#);
        assert_eq!(error.expect_err("bdy").findings()[0].place.field, "article.bdy");
    }

    #[test]
    fn both_spellings_are_read_and_one_is_written() {
        let camel = read_record(r#"{"pagesToday":4,"articles":[{"columnTitle":"甲"}]}"#.as_bytes());
        let snake =
            read_record(r#"{"pages_today":4,"articles":[{"column_title":"甲"}]}"#.as_bytes());
        let record = camel.expect("camel");
        assert_eq!(record, snake.expect("snake"));
        let json = write_record(&record);
        assert!(String::from_utf8_lossy(&json).contains("pagesToday"));
        assert_eq!(read_record(&json).expect("own JSON"), record);
    }
}
