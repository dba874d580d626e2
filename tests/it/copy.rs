//! The rules of copy by number (R80–R88): what is corrected, what is told, what never gets lost.

use banmian::proto::block::Content;
use banmian::proto::render_page_request::Source;
use banmian::proto::{self, Output};

use crate::reader;
use crate::record;
use crate::support::{assert_same, bare, engine, every, request};

/// A page of one article with these paragraphs, rendered.
fn page(
    headline: &str,
    paragraphs: &[&str],
) -> (proto::PageRecord, proto::RenderReport, reader::Pdf) {
    let block = |text: &&str| proto::Block {
        content: Some(Content::Paragraph(proto::Paragraph {
            text: (*text).to_owned(),
            spans: Vec::new(),
        })),
    };
    let article = proto::Article {
        headline: headline.to_owned(),
        body: paragraphs.iter().map(block).collect(),
        ..proto::Article::default()
    };
    let record = proto::PageRecord { articles: vec![article], ..proto::PageRecord::default() };
    let request = request(Source::Page(record), &[Output::RecordJson, Output::PressPdf]);
    let rendered = engine().render(request, &()).expect("a page");
    let artifacts = rendered.artifacts.expect("files");
    let record = serde_json::from_slice(&artifacts[0].bytes).expect("the record as understood");
    (record, rendered.report, reader::read(&artifacts[1].bytes))
}

/// Rule, a paragraph as received, as it is set.
const NORMALISED: &[(&str, &str, &str)] = &[
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

#[test]
fn r80_to_r84_copy_is_normalised_and_every_change_is_told() {
    let given: Vec<&str> = NORMALISED.iter().map(|row| row.1).collect();
    let (record, report, pdf) = page("标题", &given);
    for (k, (rule, text, expected)) in NORMALISED.iter().enumerate() {
        let field = format!("articles[0].body[{k}].paragraph.text");
        let Some(Content::Paragraph(set)) = &record.articles[0].body[k].content else {
            panic!("{rule} {text}: no paragraph");
        };
        assert_eq!(set.text, *expected, "{rule} {text:?}");
        let mut told = report.diagnostics.iter().filter(|d| d.field == field).peekable();
        assert!(told.peek().is_some(), "{rule} {text:?}: the change is told");
        for finding in told {
            let range = finding.range.expect("a change has its place");
            let (start, len) = (range.start as usize, (range.end - range.start) as usize);
            let before: String = text.chars().skip(start).take(len).collect();
            assert_eq!(finding.before, before, "{rule} {text:?}");
            assert_ne!(finding.before, finding.after, "{rule} {text:?}");
            assert!(["BM-COPY-001", "BM-COPY-002"].contains(&finding.code.as_str()), "{rule}");
        }
        let rules = report.diagnostics.iter().filter(|d| d.field == field && d.rule == *rule);
        assert!(rules.count() > 0, "{rule} {text:?}: told under its rule");
    }
    // R88: what is understood is what is set.
    let all: String = record::article(&record.articles[0]).into_iter().map(|p| p.text).collect();
    assert_same("R88", &all, &bare(&pdf.only().text()));
    // Copy in order is left alone, and nothing is said.
    let clean: Vec<&str> = NORMALISED.iter().map(|row| row.2).collect();
    let (again, report, _) = page("标题", &clean);
    assert_eq!(again, record);
    assert_eq!(report.diagnostics.iter().filter(|d| d.code.starts_with("BM-COPY")).count(), 0);
}

#[test]
fn r82_a_space_in_a_head_parts_its_clauses() {
    for (given, expected) in [
        ("以民为本　为民服务  推动发展", "以民为本 为民服务 推动发展"),
        (" 凝心聚力 挺膺担当 ", "凝心聚力 挺膺担当"),
        ("坚持改革， 推动发展", "坚持改革，推动发展"),
        ("服务跑出“加速度” 园区算起“绿色账”", "服务跑出“加速度” 园区算起“绿色账”"),
    ] {
        let (record, _, _) = page(given, &["正文一段。"]);
        assert_eq!(record.articles[0].headline, expected, "R82 {given:?}");
    }
}

/// R88: one glyph may stand for several characters, and several characters for one: none is lost or moved.
#[test]
fn r88_ligatures_and_compositions_keep_their_text() {
    let texts = [
        "找到一份offer，在office里affirm。",
        "fi、fl、ffi、ffl、Th各不相同。",
        "甲————乙，丙………………丁。",
        "café、naïve、Ångström。",
        "cafe\u{301}、nǐ ha\u{30c}o。",
        "⼀一⼆二，㎡½①Ⅳ℃々〇か。",
        "AT&T的网址是http://www.example.com/a/b?c=d。",
        "𠮷𪚥㛃䶮。",
    ];
    every(
        texts,
        |text| (*text).to_owned(),
        |text| {
            let (record, _, pdf) = page("标题", &[text]);
            let pieces = record::article(&record.articles[0]).into_iter();
            assert_same(
                "R88",
                &pieces.map(|p| p.text).collect::<String>(),
                &bare(&pdf.only().text()),
            );
            // A glyph wider than its cell would be drawn over the next; spaces are not drawn.
            let ink = |g: &&reader::Glyph| g.text.as_deref().is_some_and(|t| t != " ");
            let glyphs: Vec<&reader::Glyph> = pdf.only().glyphs.iter().filter(ink).collect();
            for pair in glyphs.windows(2).filter(|pair| pair[0].y == pair[1].y) {
                let (end, start) = (pair[0].x + pair[0].advance, pair[1].x);
                let mark =
                    |g: &reader::Glyph| g.text.as_deref().is_some_and(|t| "、，。：“”".contains(t));
                let apart = end <= start + 0.12 * pair[0].size || pair.iter().any(|g| mark(g));
                assert!(apart, "R88: {:?} runs into {:?}", pair[0].text, pair[1].text);
            }
        },
    );
}

#[test]
fn r85_rare_characters_fall_back_and_never_come_out_blank() {
    // Of the face itself, of the supplement of rare characters, beyond the basic plane.
    for c in ['㛃', '𠮷', '𪚥'] {
        let text = format!("有一个名字叫作李{c}的人。");
        let (_, _, pdf) = page("标题", &[&text]);
        let glyph = pdf.only().glyphs.iter().find(|g| g.text.as_deref() == Some(&c.to_string()));
        let glyph = glyph.unwrap_or_else(|| panic!("R85 {c} is set and extracted"));
        assert_ne!(glyph.cid, 0, "R85 {c}");
        assert!((glyph.advance - glyph.size).abs() < 1e-3, "R85 {c} has a full cell");
    }
}

#[test]
fn r86_r87_copy_over_and_under_is_counted_to_the_character() {
    let paragraph = "排不下的文字要报出行数和字数，一个字也不能悄悄丢掉。".repeat(8);
    let count = paragraph.chars().count();
    let over: Vec<&str> = vec![&paragraph; 80];
    let (record, report, pdf) = page("一篇太长的稿件", &over);
    let fit = &report.geometry.as_ref().expect("geometry").fit[0];
    assert!(fit.over_lines > 0 && fit.over_chars > 0, "R86 {fit:?}");
    assert_eq!(
        (fit.set_chars + fit.over_chars) as usize,
        80 * count,
        "R86: every character is counted"
    );
    let all: String = record::article(&record.articles[0]).into_iter().map(|p| p.text).collect();
    let set = bare(&pdf.pages[0].text());
    let rest =
        all.strip_prefix(set.as_str()).expect("R86: what is set is the copy, from its start");
    assert_eq!(rest.chars().count(), fit.over_chars as usize, "R86: and the rest is what is over");
    assert!(rest.starts_with(&fit.first_over_text) && !fit.first_over_text.is_empty(), "R86");
    // Under MARK the rest is printed all the same, on a page of its own.
    let appendix: String = pdf.pages[1..].iter().map(|page| bare(&page.text())).collect();
    assert!(appendix.ends_with(rest), "R86: {appendix}");
    let told = report.diagnostics.iter().find(|d| d.code == "BM-OVERSET-001").expect("R86 told");
    assert_eq!((told.rule.as_str(), told.field.as_str()), ("R86", "articles[0].body"));
    let message = told.message.as_ref().expect("words");
    for number in [fit.over_lines, fit.over_chars] {
        assert!(message.zh.contains(&number.to_string()), "R86 {message:?}");
        assert!(message.en.contains(&number.to_string()), "R86 {message:?}");
    }

    let (_, report, _) = page("一篇太短的稿件", &[&paragraph]);
    let geometry = report.geometry.as_ref().expect("geometry");
    assert!(geometry.fit[0].under_lines > 0 || geometry.white_rows > 0, "R87 {geometry:?}");
    let advice = geometry.advice.as_ref().expect("R87: what would fill the page");
    assert!(advice.zh.contains("还可加") && advice.en.contains("room for"), "R87 {advice:?}");
}
