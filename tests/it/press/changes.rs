//! Changes since the previous round, as a proof shows them.

use banmian::proto::block::Content;
use banmian::proto::{
    Block, Output, PageRecord, Paragraph, ProofSheet, RenderPageRequest, RenderReport,
};

use crate::press::{SEED, strings_and_layers};
use crate::reader;
use crate::support::{bare_text, engine, record, request};

/// Returns the seed as it was one round ago: another number and clause, one paragraph and one
/// article more, and one article less.
fn before() -> PageRecord {
    let mut record = record(SEED);
    let paragraph = |text: &str| Block {
        content: Some(Content::Paragraph(Paragraph { text: text.to_owned(), spans: Vec::new() })),
    };
    let article = &mut record.articles[0];
    article.headline = article.headline.replacen("谱写", "书写", 1);
    let first = text_of(&mut article.body[0]);
    *first = format!("旧年{}", first.chars().skip(2).collect::<String>());
    let second = text_of(&mut article.body[2]);
    let stop = second.find('，').expect("a clause");
    second.insert_str(stop, "此句后来删去，");
    article.body.insert(3, paragraph("这一段在新的校次里整段撤下了。"));
    let body = &mut record.articles[1].body;
    let last = body.len() - 1;
    body.remove(last);
    let mut gone = record.articles[2].clone();
    gone.id = "gone".to_owned();
    gone.headline = "上一校次的另一篇".to_owned();
    record.articles[2] = gone;
    record
}

fn text_of(block: &mut Block) -> &mut String {
    match &mut block.content {
        Some(Content::Paragraph(Paragraph { text, .. })) => text,
        other => panic!("a paragraph, not {other:?}"),
    }
}

fn proof(previous: Option<PageRecord>) -> (RenderReport, Vec<u8>) {
    let sheet = ProofSheet { round: 2, previous_page: previous, ..ProofSheet::default() };
    let source = crate::support::seed();
    let request = RenderPageRequest { proof: Some(sheet), ..request(source, &[Output::ProofPdf]) };
    let rendered = engine().render(request, &()).expect("a report");
    (rendered.report, rendered.artifacts.expect("a file").swap_remove(0).bytes)
}

fn reported_changes(report: &RenderReport) -> Vec<(String, String, String)> {
    let findings = report.findings.iter().filter(|finding| finding.code == "BM-PROOF-001");
    let changes = findings.map(|f| {
        let words = f.message.clone().expect("words").zh;
        let what = words.split('：').nth(1).expect("a kind").split('，').next().expect("a kind");
        (what.to_owned(), f.before.clone(), f.after.clone())
    });
    changes.collect()
}

#[test]
fn changes_are_reported_with_their_places() {
    let (report, bytes) = proof(Some(before()));
    let changes = reported_changes(&report);
    let kinds: Vec<&str> = changes.iter().map(|(what, ..)| what.as_str()).collect();
    let expected = ["改正", "改正", "删除", "删除", "增补", "新稿", "撤稿"];
    assert_eq!(kinds, expected, "{changes:#?}");
    assert_eq!((changes[0].1.as_str(), changes[0].2.as_str()), ("书", "谱"));
    assert_eq!(changes[2].1, "此句后来删去，");
    assert_eq!(changes[3].1, "这一段在新的校次里整段撤下了。");
    assert_eq!(changes[6].1, "上一校次的另一篇");
    let placed = report.findings.iter().filter(|f| f.code == "BM-PROOF-001" && f.rect.is_some());
    assert_eq!(placed.count(), 6, "all but the article that went have a place");
    // The sheet after the page has every text in full.
    let pdf = reader::read(&bytes);
    assert_eq!(pdf.pages.len(), 2);
    let text = |page: usize| -> String {
        bare_text(&pdf.pages[page].glyphs.iter().filter_map(|g| g.text.clone()).collect::<String>())
    };
    let (page, sheet) = (text(0), text(1));
    for (what, before, after) in &changes {
        for part in [what, before, after] {
            let part = bare_text(part.trim_end_matches("……"));
            assert!(sheet.contains(&part), "{part}: {sheet}");
        }
    }
    // On the page each change has its number.
    for label in ["改1", "改2", "删3", "删4", "增5", "新6"] {
        assert!(page.contains(label), "{label}");
    }
}

#[test]
fn marks_of_changes_leave_the_page_as_it_is() {
    let (with, marked) = proof(Some(before()));
    let (without, plain) = proof(None);
    assert_eq!(with.layout_hash, without.layout_hash);
    // Outside the layers the page is the same with marks as without.
    assert_eq!(strings_and_layers(&marked), strings_and_layers(&plain));
    // Nothing changed: nothing is marked, reported or listed.
    let (same, nothing) = proof(Some(record(SEED)));
    assert_eq!(reported_changes(&same), []);
    assert!(nothing == plain);
}

#[test]
fn an_invalid_previous_round_is_rejected_by_its_field() {
    let mut wrong = record(SEED);
    wrong.date = "2023-02-30".to_owned();
    let sheet = ProofSheet { previous_page: Some(wrong), ..ProofSheet::default() };
    let render_with_bad_previous = |outputs: &[Output]| {
        let request = request(crate::support::seed(), outputs);
        engine().render(RenderPageRequest { proof: Some(sheet.clone()), ..request }, &())
    };
    let error = render_with_bad_previous(&[Output::ProofPdf]).expect_err("no such day");
    assert_eq!(error.findings()[0].place.field, "proof.previousPage.date");
    // If no proof is requested, the previous round is not checked.
    assert!(render_with_bad_previous(&[Output::PreviewPng]).is_ok());
}
