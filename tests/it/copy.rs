//! Copy (R86–R88): nothing is lost, and copy that does not fit is reported. Corrections (R80–R85)
//! are a table in `conformance/normalised.rs`.

use banmian::proto::block::Content;
use banmian::proto::render_page_request::Source;
use banmian::proto::{self, Output};

use crate::conformance::NORMALISED;
use crate::reader;
use crate::record;
use crate::support::{assert_same, bare_text, check_each, engine, request};

/// Renders a page of one article with these paragraphs.
pub(crate) fn page(
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

/// R88: copy is set as it is understood, and copy that is in order is left alone.
#[test]
fn normalised_copy_is_set_as_understood_and_not_touched_again() {
    let received: Vec<&str> = NORMALISED.iter().map(|row| row.1).collect();
    let (record, _, pdf) = page("标题", &received);
    let all: String = record::article(&record.articles[0]).into_iter().map(|p| p.text).collect();
    assert_same("R88", &all, &bare_text(&pdf.only().text()));
    let clean: Vec<&str> = NORMALISED.iter().map(|row| row.2).collect();
    let (again, report, _) = page("标题", &clean);
    assert_eq!(again, record);
    assert_eq!(report.findings.iter().filter(|d| d.code.starts_with("BM-COPY")).count(), 0);
}

/// R88: one glyph may stand for several characters, and several glyphs for one: no character is
/// lost or moved.
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
    check_each(
        texts,
        |text| (*text).to_owned(),
        |text| {
            let (record, _, pdf) = page("标题", &[text]);
            let pieces = record::article(&record.articles[0]).into_iter();
            assert_same(
                "R88",
                &pieces.map(|p| p.text).collect::<String>(),
                &bare_text(&pdf.only().text()),
            );
            // A glyph wider than its cell would be drawn over the next one; spaces are not drawn.
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
    let set = bare_text(&pdf.pages[0].text());
    let rest =
        all.strip_prefix(set.as_str()).expect("R86: what is set is the copy, from its start");
    assert_eq!(rest.chars().count(), fit.over_chars as usize, "R86: and the rest is what is over");
    assert!(rest.starts_with(&fit.first_over_text) && !fit.first_over_text.is_empty(), "R86");
    // Under MARK the rest is still printed, on a page of its own.
    let appendix: String = pdf.pages[1..].iter().map(|page| bare_text(&page.text())).collect();
    assert!(appendix.ends_with(rest), "R86: {appendix}");
    let finding =
        report.findings.iter().find(|d| d.code == "BM-OVERSET-001").expect("a finding of R86");
    assert_eq!((finding.rule.as_str(), finding.field.as_str()), ("R86", "articles[0].body"));
    let message = finding.message.as_ref().expect("words");
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
