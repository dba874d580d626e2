//! An article: heads, byline, body, and whether it is complete.

use crate::finding::{Bilingual, Finding, FindingCode, FindingPlace};
use crate::intake::checker::RecordChecker;
use crate::model::{Article, BodyBlock, CopyText};
use crate::proto;

impl RecordChecker<'_> {
    /// Checks an article and builds its copy.
    pub(crate) fn check_article(&mut self, article: &mut proto::Article, index: usize) -> Article {
        let proto::Article {
            id,
            column_title,
            kicker,
            headline,
            deck,
            r#abstract,
            editor_note,
            bylines,
            dateline,
            body,
            pictures,
            credits: _,
            weight,
            boxed,
            tinted,
            jump_to,
            jump_from,
            placement: _,
            alternatives,
            head_position,
            brief,
        } = article;
        let at = format!("articles[{index}]");
        let place = |field: &str| FindingPlace::of_field(format!("{at}.{field}")).in_article(id);
        if *weight > 100 {
            self.report_error(
                FindingCode::BadValue,
                place("weight"),
                format!("权重 {weight} 不在 0–100 之间"),
                format!("the weight {weight} is not between 0 and 100"),
            );
        }
        let mut out = Article {
            id: id.clone(),
            column_title: self.clean_text(column_title, &place("columnTitle"), self.head_rules()),
            kicker: self.clean_head_text(kicker, &place("kicker")),
            headline: self.clean_head_text(headline, &place("headline")),
            weight: *weight,
            head_request: self.head_request(*head_position, place("headPosition")),
            is_boxed: *boxed,
            is_tinted: *tinted,
            is_brief: *brief,
            ..Article::default()
        };
        out.deck = self.clean_lines(deck, &place("deck"), self.head_rules());
        out.head_variants = self.check_alternatives(alternatives, &place("alternatives"));
        out.standfirst = self.clean_lines(r#abstract, &place("abstract"), self.line_rules());
        let (byline, from) = self.byline_and_affiliations(bylines, &place("bylines"));
        out.byline = byline;
        // Before the body: picture blocks refer to these pictures by id.
        self.read_article_pictures(pictures, &place("pictures"));
        let mut blocks: Vec<BodyBlock> = Vec::new();
        let note = self.clean_lines(editor_note, &place("editorNote"), self.body_rules());
        blocks.extend(self.label_editor_note(note).into_iter().map(BodyBlock::Aside));
        blocks.extend(self.check_body(body, &place("body")));
        let dateline = self.clean_text(dateline, &place("dateline"), self.line_rules());
        // Before the jump lines: with 上接 in front, the first paragraph is no longer the first
        // block.
        self.insert_dateline(&mut blocks, dateline);
        // Before the jump line and the affiliations, which would hide a crosshead at the end.
        self.note_lone_crosshead(&blocks);
        let whole = FindingPlace::of_field(at.as_str()).in_article(id);
        self.insert_jump_lines(&mut blocks, jump_from.as_mut(), jump_to.as_mut(), &whole);
        blocks.extend(Some(from).filter(|from| !from.is_empty()).map(BodyBlock::Note));
        (out.body, out.pictures) = (blocks, self.pictures.take_article_pictures());
        self.check_complete(&out, &at);
        out
    }

    /// Reports a crosshead that nothing follows.
    fn note_lone_crosshead(&mut self, blocks: &[BodyBlock]) {
        let last = blocks.iter().rfind(|block| !matches!(block, BodyBlock::PullQuote(_)));
        if let Some(BodyBlock::Crosshead(text)) = last {
            let words = Bilingual::new("小标题后没有正文", "no copy follows the crosshead");
            let place = FindingPlace::of_field(text.field.as_str());
            self.notes
                .push(Finding::new(FindingCode::LoneCrosshead, place, words).with_rule("R53"));
        }
    }

    /// Blocks of a body, within the limits for an article.
    fn check_body(&mut self, body: &mut [proto::Block], place: &FindingPlace) -> Vec<BodyBlock> {
        let limits = self.context.limits;
        if !self.check_limit(place, "blocks", body.len(), limits.blocks) {
            return Vec::new();
        }
        let start = self.char_count;
        let mut blocks = Vec::with_capacity(body.len());
        for (k, block) in body.iter_mut().enumerate() {
            let field = format!("{}[{k}]", place.field);
            blocks.extend(
                self.check_block(block, &FindingPlace::of_field(field).in_article(&place.article)),
            );
        }
        self.check_limit(place, "article_chars", self.char_count - start, limits.article_chars);
        blocks
    }

    /// Reports an article without headline or body; pictures may stand for a body.
    fn check_complete(&mut self, article: &Article, at: &str) {
        let mut missing = |field: &str, zh: &str, en: &str| {
            let place = FindingPlace::of_field(format!("{at}.{field}")).in_article(&article.id);
            // A text over its limit is empty here; one error about it is enough.
            if !self.has_error_at(&place.field) {
                self.report_error(FindingCode::IncompleteArticle, place, zh, en);
            }
        };
        if article.headline.is_empty() {
            missing("headline", "稿件没有标题", "the article has no headline");
        }
        // Jump lines are generated, and a pull quote repeats copy that has to be there anyway.
        let copy_blocks = article.body.iter().filter(|block| {
            !matches!(
                block,
                BodyBlock::PullQuote(_) | BodyBlock::JumpFrom(_) | BodyBlock::JumpTo(_)
            )
        });
        let has_no_text = copy_blocks.flat_map(BodyBlock::texts).all(CopyText::is_empty);
        if has_no_text && article.pictures.is_empty() {
            missing("body", "稿件没有正文", "the article has no body");
        }
    }

    /// Returns the byline and the note of affiliations at the end of the article.
    fn byline_and_affiliations(
        &mut self,
        bylines: &mut [proto::Byline],
        place: &FindingPlace,
    ) -> (CopyText, CopyText) {
        let mut parts: Vec<String> = Vec::new();
        let mut from: Vec<(String, String)> = Vec::new();
        let mut last_role = String::new();
        for (k, byline) in bylines.iter_mut().enumerate() {
            let proto::Byline { name, role, affiliation } = byline;
            let field = |name| {
                FindingPlace::of_field(format!("{}[{k}].{name}", place.field))
                    .in_article(&place.article)
            };
            let kind = self.line_rules();
            let affiliation = self.clean_text(affiliation, &field("affiliation"), kind).text;
            let role = self.clean_text(role, &field("role"), kind).text;
            let name = self.clean_text(name, &field("name"), kind).text;
            if name.is_empty() {
                self.report_error(
                    FindingCode::BadValue,
                    field("name"),
                    "作者没有姓名",
                    "the byline has no name",
                );
            }
            // Consecutive authors with the same role share it.
            if !role.is_empty() && role != last_role {
                parts.push(role.clone());
            }
            last_role = role;
            if !affiliation.is_empty() {
                from.push((name.clone(), affiliation));
            }
            parts.push(name);
        }
        let note = match from.as_slice() {
            [] => String::new(),
            [(_, only)] => format!("（作者系{only}）"),
            all => {
                let each = all.iter().map(|(name, from)| format!("{name}系{from}"));
                format!("（{}）", each.collect::<Vec<_>>().join("，"))
            }
        };
        let text = |text| CopyText { text, field: place.field.clone(), ..CopyText::default() };
        (text(parts.join(" ")), text(note))
    }
}
