//! Check in progress: findings, limits and ids. The other files of this module add the checks of
//! their fields to it.

use std::collections::BTreeSet;

use crate::finding::{Bilingual, Finding, FindingCode, FindingPlace};
use crate::intake::clean::SpaceMeaning;
use crate::intake::context::CheckContext;
use crate::intake::picture_pool::PicturePool;

/// Check of one record in progress.
pub(crate) struct RecordChecker<'a> {
    pub(crate) context: &'a CheckContext<'a>,
    /// Findings that do not keep the record from being a page.
    pub(crate) notes: Vec<Finding>,
    /// Findings that do.
    pub(crate) errors: Vec<Finding>,
    /// Characters read so far, for the limits on articles and pages.
    pub(crate) char_count: usize,
    /// Ids in use on the page.
    used_ids: BTreeSet<String>,
    pub(crate) pictures: PicturePool,
}

/// Limit and whitespace rule of a text field.
#[derive(Clone, Copy)]
pub(crate) struct FieldRules {
    /// Largest number of characters.
    pub(crate) chars_max: usize,
    /// Meaning of spaces between Han characters.
    pub(crate) spaces: SpaceMeaning,
}

impl<'a> RecordChecker<'a> {
    pub(crate) fn new(context: &'a CheckContext<'a>) -> Self {
        Self {
            context,
            notes: Vec::new(),
            errors: Vec::new(),
            char_count: 0,
            used_ids: BTreeSet::new(),
            pictures: PicturePool::default(),
        }
    }

    /// Records an error.
    pub(crate) fn report_error(
        &mut self,
        code: FindingCode,
        place: FindingPlace,
        zh: impl Into<String>,
        en: impl Into<String>,
    ) {
        self.errors.push(Finding::new(code, place, Bilingual::new(zh, en)));
    }

    /// Turns the errors from index `from` on into notes, if locks may be dropped. All of them must
    /// be faults of locks.
    pub(crate) fn downgrade_lock_errors(&mut self, from: usize) {
        if self.context.drops_bad_locks {
            let dropped = self.errors.drain(from..).map(Finding::with_dropped_lock);
            self.notes.extend(dropped);
        }
    }

    /// Returns true if an error was found in this field or below it.
    pub(crate) fn has_error_at(&self, field: &str) -> bool {
        // The fields of parts begin with the field of the whole.
        self.errors.iter().any(|error| error.place.field.starts_with(field))
    }

    /// Reports a field that is used but not implemented.
    pub(crate) fn note_unsupported(&mut self, field: &str, is_used: bool) {
        if is_used {
            let words = Bilingual::new(
                format!("尚不支持字段 {field}"),
                format!("{field} is not supported yet"),
            );
            self.notes.push(Finding::new(
                FindingCode::UnsupportedField,
                FindingPlace::of_field(field),
                words,
            ));
        }
    }

    /// Returns true if a count is within its limit; otherwise records an error.
    pub(crate) fn check_limit(
        &mut self,
        place: &FindingPlace,
        name: &str,
        count: usize,
        most: usize,
    ) -> bool {
        if count <= most {
            return true;
        }
        self.report_error(
            FindingCode::LimitExceeded,
            place.clone(),
            format!("超过上限 {name}：{count}，上限 {most}"),
            format!("over the limit {name}: {count}, at most {most}"),
        );
        false
    }

    /// Rules for heads and the banner.
    pub(crate) fn head_rules(&self) -> FieldRules {
        FieldRules { chars_max: self.context.limits.headline_chars, spaces: SpaceMeaning::Clause }
    }

    /// Rules for short lines: names, captions, credits.
    pub(crate) fn line_rules(&self) -> FieldRules {
        FieldRules { chars_max: self.context.limits.line_chars, spaces: SpaceMeaning::Clause }
    }

    /// Rules for body copy.
    pub(crate) fn body_rules(&self) -> FieldRules {
        FieldRules { chars_max: self.context.limits.article_chars, spaces: SpaceMeaning::Stray }
    }

    /// Reports an id that something else on the page already has.
    pub(crate) fn claim_id(&mut self, id: &str, place: &FindingPlace) {
        self.check_id_form(id, place);
        if !self.used_ids.insert(id.to_owned()) {
            // An id from outside may be long; the message shows enough to find it.
            let id = shorten_id(id);
            self.report_error(
                FindingCode::BadId,
                place.clone(),
                format!("标识“{id}”重复"),
                format!("the id “{id}” is used twice"),
            );
        }
    }

    /// Checks length and characters of an id.
    pub(crate) fn check_id_form(&mut self, id: &str, place: &FindingPlace) {
        let most = self.context.limits.id_chars;
        self.check_limit(place, "id_chars", id.chars().count(), most);
        if id.chars().any(char::is_control) {
            self.report_error(
                FindingCode::BadId,
                place.clone(),
                "标识含控制字符",
                "the id contains a control character",
            );
        }
    }
}

/// Shortens an id or a name for a message to its first 40 characters.
pub(crate) fn shorten_id(id: &str) -> String {
    id.chars().take(40).collect()
}
