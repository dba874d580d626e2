//! L09, L14, L15.

use super::build::{at, head, only, set, stand, verse};
use super::{Case, finds, passes};
use crate::editor::page::Label;

pub(crate) const CASES: &[Case] = &[
    // L09
    finds("L09", "plain", "six articles, no label", |p| at(p, "a6").label = None),
    finds("L09", "plain", "a column title in plain type", |p| {
        at(p, "a6").label = Some(Label { text: "身边故事".to_owned(), drawn: false });
    }),
    finds("L09", "one face", "all heads alike", |p| {
        head(p, "a1").face = "SongBold".to_owned();
    }),
    finds("L09", "长体", "drawn at .60", |p| head(p, "a2").scale = 0.60),
    passes("L09", "one box", |p| {
        at(p, "a6").label = None;
        at(p, "a5").boxed = true;
    }),
    passes("L09", "one tint", |p| {
        at(p, "a6").label = None;
        at(p, "a5").tinted = true;
    }),
    passes("L09", "one vertical head", |p| {
        at(p, "a6").label = None;
        stand(p, "a3", 30.0, "木偶戏里有了新声");
    }),
    passes("L09", "five articles without relief", |p| {
        at(p, "a6").label = None;
        only(p, &["a1", "a2", "a3", "a4", "a5"]);
    }),
    passes("L09", "drawn at .70 is a cost", |p| head(p, "a2").scale = 0.70),
    // L14
    finds("L14", "columns", "twelve lines in two columns", |p| {
        verse(p, "a6", &[(0, 4, 4), (1, 4, 4), (2, 5, 4)]);
    }),
    finds("L14", "columns", "sixteen lines in four", |p| {
        verse(p, "a4", &[(0, 0, 4), (1, 1, 4), (2, 2, 4), (3, 3, 4)]);
    }),
    finds("L14", "stanza divided", "a stanza over two columns", |p| {
        verse(p, "a6", &[(0, 4, 4), (1, 4, 4), (2, 4, 2), (2, 5, 2), (3, 5, 4)]);
    }),
    passes("L14", "fourteen lines in one column", |p| verse(p, "a6", &[(0, 4, 7), (1, 4, 7)])),
    passes("L14", "sixteen lines in two", |p| {
        verse(p, "a6", &[(0, 4, 4), (1, 4, 4), (2, 5, 4), (3, 5, 4)]);
    }),
    // L15
    finds("L15", "lines", "twelve 字 in two lines", |p| {
        stand(p, "a3", 30.0, "木偶戏里有|了新的声音了");
    }),
    finds("L15", "lines", "eighteen 字 in three lines", |p| {
        stand(p, "a3", 24.0, "木偶戏里有了|新的声音让老|人孩子笑开颜");
    }),
    finds("L15", "four 字 in two lines", "two and two", |p| stand(p, "a3", 30.0, "木偶|新声")),
    finds("L15", "condensed", "drawn at .70", |p| {
        stand(p, "a3", 30.0, "木偶戏里有了新声");
        head(p, "a3").scale = 0.70;
    }),
    finds("L15", "strip", "six 字 of white beside the head", |p| {
        stand(p, "a3", 30.0, "木偶戏里有了新声");
        let body = &mut at(p, "a3").body[0];
        (body.x, body.width) = (body.x + 36.0, body.width - 36.0);
    }),
    finds("L15", "deck or kicker not beside it", "a horizontal kicker", |p| {
        stand(p, "a3", 30.0, "木偶戏里有了新声");
        head(p, "a3").kicker = true;
    }),
    passes("L15", "sixteen 字 in one line", |p| {
        set(p, "a3", [4, 4, 2, 45], 30.0, "木偶戏里有了新声");
        stand(p, "a3", 24.0, "木偶戏里有了新声老人孩子都来看了");
    }),
    passes("L15", "eighteen 字 in two lines", |p| {
        stand(p, "a3", 24.0, "木偶戏里有了新声音|老人孩子都来看热闹");
    }),
    passes("L15", "text runs on under the head", |p| {
        stand(p, "a3", 30.0, "木偶戏里有了新声");
        let (head, area) = (head(p, "a3").area, at(p, "a3").area);
        let under = crate::editor::page::Area::between(
            area.x,
            head.foot() + 10.0,
            area.x + 153.0,
            area.foot(),
        );
        at(p, "a3").body.push(under);
    }),
    passes("L15", "a vertical deck beside it", |p| {
        stand(p, "a3", 30.0, "木偶戏里有了新声");
        head(p, "a3").deck = true;
        head(p, "a3").upright_aside = true;
    }),
];
