//! R80–R85: copy as it was typed, and as it is understood and set.

use banmian::proto::{PageRecord, RenderReport, block::Content};

use crate::conformance::read_back::Style;
use crate::conformance::{Column, Outcome};
use crate::copy::page;
use crate::reader::Pdf;
use crate::support::bare_text;

/// Rule, paragraph as received, paragraph as set.
pub(crate) const NORMALISED: &[(&str, &str, &str)] = &[
    ("R80", "\"他说'好'\"", "“他说‘好’”"),
    ("R80", "一句\"甲\"又一句\"乙\"", "一句“甲”又一句“乙”"),
    ("R80", "他听不懂don't的意思", "他听不懂don’t的意思"),
    ("R81", "中医(蒙医)医院", "中医（蒙医）医院"),
    ("R81", "他说:好,走;来!吗?", "他说：好，走；来！吗？"),
    ("R81", "全年1,234.5万元,增长", "全年1,234.5万元，增长"),
    ("R81", "“稀土+”协同创新", "“稀土＋”协同创新"),
    ("R81", "碰到的都是\"数字\",走到门槛", "碰到的都是“数字”，走到门槛"),
    ("R82", "　　党的", "党的"),
    ("R82", "党 的\t二十大\u{200b}报告", "党的二十大报告"),
    ("R82", "在New  York的街上", "在New York的街上"),
    ("R83", "２０２３年", "2023年"),
    ("R83", "ＡＰＰ增长５０％", "APP增长50%"),
    ("R83", "第３．５版Ａ－１", "第3.5版A-1"),
    ("R84", "这--是", "这——是"),
    ("R84", "等...还有。。。又…", "等……还有……又……"),
    ("R84", "罗•塞蒂・某", "罗·塞蒂·某"),
    ("R84", "这──是⸺又―是", "这——是——又―是"),
    ("R84", "63%~68%", "63%～68%"),
];

/// Headline as received and as set; a space separates its clauses.
const HEADS: &[(&str, &str)] = &[
    ("以民为本　为民服务  推动发展", "以民为本 为民服务 推动发展"),
    (" 凝心聚力 挺膺担当 ", "凝心聚力 挺膺担当"),
    ("坚持改革， 推动发展", "坚持改革，推动发展"),
    ("服务跑出“加速度” 园区算起“绿色账”", "服务跑出“加速度” 园区算起“绿色账”"),
];

/// Characters of the face itself, of the supplement of rare ones, and from beyond the basic plane
/// (R85).
const RARE: [char; 3] = ['㛃', '𠮷', '𪚥'];

/// Adds the cases: as understood to the column of the lines, as set to that of the PDF.
pub(crate) fn add(outcome: &mut Outcome) {
    let received: Vec<&str> = NORMALISED.iter().map(|row| row.1).collect();
    let (record, report, pdf) = page("标题", &received);
    let set = bare_text(&pdf.only().text());
    for (k, row) in NORMALISED.iter().enumerate() {
        let found = [check_understood(&record, &report, k, row), check_shown(&set, row.2)];
        outcome.both((row.0, Style::Kaiming), row.1, found);
    }
    for (received, expected) in HEADS {
        let (record, _, pdf) = page(received, &["正文一段。"]);
        let got = &record.articles[0].headline;
        let same = if got == expected { Ok(()) } else { Err(format!("understood as {got}")) };
        let found = [same, check_shown(&bare_text(&pdf.only().text()), expected)];
        outcome.both(("R82", Style::Kaiming), received, found);
    }
    for c in RARE {
        let text = format!("有一个名字叫作李{c}的人。");
        let (_, _, pdf) = page("标题", &[&text]);
        outcome.add("R85", Column::Pdf, &text, check_drawn(&pdf, c));
    }
}

/// Checks the paragraph as understood, and that the change is reported under its rule with the text
/// before it.
fn check_understood(
    record: &PageRecord,
    report: &RenderReport,
    k: usize,
    (rule, received, expected): &(&str, &str, &str),
) -> Result<(), String> {
    let field = format!("articles[0].body[{k}].paragraph.text");
    let Some(Content::Paragraph(got)) = &record.articles[0].body[k].content else {
        return Err("no paragraph".to_owned());
    };
    if got.text != *expected {
        return Err(format!("understood as {}", got.text));
    }
    let reported: Vec<_> = report.findings.iter().filter(|d| d.field == field).collect();
    for finding in &reported {
        let range = finding.range.ok_or("a change without its place")?;
        let (start, len) = (range.start as usize, (range.end - range.start) as usize);
        let before: String = received.chars().skip(start).take(len).collect();
        let code = ["BM-COPY-001", "BM-COPY-002"].contains(&finding.code.as_str());
        if finding.before != before || finding.before == finding.after || !code {
            return Err(format!("reported as {finding:?}"));
        }
    }
    let is_reported = reported.iter().any(|finding| finding.rule == *rule);
    if is_reported { Ok(()) } else { Err("no change is reported under the rule".to_owned()) }
}

fn check_shown(set: &str, expected: &str) -> Result<(), String> {
    if set.contains(&bare_text(expected)) {
        Ok(())
    } else {
        Err(format!("{expected} is not on the page"))
    }
}

/// R85: the character has its own glyph on a full cell.
fn check_drawn(pdf: &Pdf, c: char) -> Result<(), String> {
    let glyph = pdf.only().glyphs.iter().find(|g| g.text.as_deref() == Some(&c.to_string()));
    let glyph = glyph.ok_or("it is not set, or not extracted")?;
    let full = (glyph.advance - glyph.size).abs() < 1e-3;
    if glyph.cid != 0 && full { Ok(()) } else { Err(format!("{glyph:?}")) }
}
