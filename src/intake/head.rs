//! Requests for a head: its position and its alternative wordings.

use crate::config::ALTERNATIVES_MAX;
use crate::finding::{FindingCode, FindingPlace};
use crate::intake::checker::RecordChecker;
use crate::model::{HeadRequest, HeadVariant};
use crate::proto;

impl RecordChecker<'_> {
    /// Position requested for a head.
    pub(crate) fn head_request(&mut self, position: i32, place: FindingPlace) -> HeadRequest {
        match proto::HeadPosition::try_from(position) {
            Ok(proto::HeadPosition::Unspecified) => HeadRequest::Any,
            Ok(proto::HeadPosition::Above) => HeadRequest::Above,
            Ok(proto::HeadPosition::Centred) => HeadRequest::Centred,
            Ok(proto::HeadPosition::Left) => HeadRequest::Left,
            Ok(proto::HeadPosition::Vertical) => HeadRequest::Vertical,
            Err(_) => {
                self.report_unknown_enum(position, place);
                HeadRequest::Any
            }
        }
    }

    /// Reports a number that is no value of the enum, so the request is not known.
    pub(crate) fn report_unknown_enum(&mut self, value: i32, place: FindingPlace) {
        self.report_error(
            FindingCode::BadValue,
            place,
            format!("没有枚举值 {value}"),
            format!("the enum has no value {value}"),
        );
    }

    /// Alternative wordings of a head. They may replace it, so they are cleaned in the same way.
    pub(crate) fn check_alternatives(
        &mut self,
        variants: &mut [proto::HeadlineVariant],
        place: &FindingPlace,
    ) -> Vec<HeadVariant> {
        if !self.check_limit(place, "alternatives", variants.len(), ALTERNATIVES_MAX) {
            return Vec::new();
        }
        let mut out = Vec::with_capacity(variants.len());
        for (k, variant) in variants.iter_mut().enumerate() {
            let proto::HeadlineVariant { kicker, headline, deck } = variant;
            let field = |name: &str| {
                FindingPlace::of_field(format!("{}[{k}].{name}", place.field))
                    .in_article(&place.article)
            };
            let kind = self.head_rules();
            let kicker = self.clean_head_text(kicker, &field("kicker"));
            let headline = self.clean_head_text(headline, &field("headline"));
            let deck = self.clean_lines(deck, &field("deck"), kind);
            if headline.is_empty() && !self.has_error_at(&field("headline").field) {
                self.report_error(
                    FindingCode::BadValue,
                    field("headline"),
                    "备选标题没有主题",
                    "the alternative has no headline",
                );
            }
            out.push(HeadVariant { kicker, headline, deck });
        }
        out
    }
}
