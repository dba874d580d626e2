//! Intake of a page: from the input to a checked page.

use crate::engine::observer::{CallObserver, RenderStage};
use crate::engine::request::{PageInput, PageSource, bad_value};
use crate::engine::setup::Engine;
use crate::engine::shaped::ShapedItems;
use crate::error::{Error, ResourceKind};
use crate::finding::{Bilingual, Finding, FindingCode, FindingPlace};
use crate::intake::{CheckContext, NormaliseSwitches, normalise_and_check, read_plain};
use crate::model::{HouseStyle, PageCopy};
use crate::proto::{self, Policy};

/// Checked page, before its texts are shaped.
pub(crate) struct CheckedPage<'a> {
    /// The record as understood: cleaned texts, ids filled in.
    pub(crate) record: proto::PageRecord,
    pub(crate) copy: PageCopy,
    pub(crate) style: &'a HouseStyle,
    /// Corrections that were allowed.
    pub(crate) switches: NormaliseSwitches,
    pub(crate) policy: Policy,
    /// Findings of the reader and the check, with the severities of the house style.
    pub(crate) findings: Vec<Finding>,
}

impl CheckedPage<'_> {
    /// Index of the article with an id; the first article if the id is empty.
    pub(crate) fn find_article(&self, id: &str) -> Result<usize, Error> {
        if id.is_empty() {
            return Ok(0);
        }
        let index = self.copy.articles.iter().position(|article| article.id == id);
        index.ok_or_else(|| Error::not_found(ResourceKind::Article, id))
    }
}

impl Engine {
    /// Reads a page and checks it.
    pub(crate) fn check_page(&self, input: PageInput) -> Result<CheckedPage<'_>, Error> {
        let PageInput { source, layout, normalise, policy } = input;
        let (mut record, mut findings) = match source {
            None => {
                let words = Bilingual::new("请求中没有版面", "the request has no page");
                let place = FindingPlace::of_field("page");
                let finding = Finding::new(FindingCode::EmptyInput, place, words);
                return Err(Error::rejected(finding));
            }
            Some(PageSource::Record(record)) => {
                if layout.is_some() {
                    return Err(bad_value(
                        "layout",
                        "记录中已有 layout，请求中不应再给",
                        "the record already has a layout; the request must not give another",
                    ));
                }
                (*record, Vec::new())
            }
            Some(PageSource::Plain(bytes)) => {
                let switches = NormaliseSwitches::resolve(normalise.as_ref(), None);
                let plain = read_plain(&bytes, switches.paragraph_joining())?;
                // From here on plain copy is a record like any other.
                (proto::PageRecord { layout, ..plain.value }, plain.findings)
            }
        };
        let style_name = record.layout.as_ref().map_or("", |layout| layout.house_style.as_str());
        let style = self.find_style(style_name)?;
        // The switches of a record are known only now.
        let switches = NormaliseSwitches::resolve(normalise.as_ref(), record.normalise.as_ref());
        let context = CheckContext {
            fonts: self.fonts(),
            limits: self.limits(),
            switches: &switches,
            staff_roles: &style.furniture.staff_roles,
            pictures: self.pictures(),
            drops_bad_locks: policy == Policy::Mark,
        };
        let checked = normalise_and_check(&mut record, &context)?;
        findings.extend(checked.findings);
        // Last, when all findings of intake are there.
        style.adjust_severities(&mut findings);
        Ok(CheckedPage { record, copy: checked.value, style, switches, policy, findings })
    }

    /// Reads and checks a page and shapes its texts.
    pub(crate) fn check_and_shape(
        &self,
        input: PageInput,
        observer: &dyn CallObserver,
    ) -> Result<(CheckedPage<'_>, ShapedItems), Error> {
        let checked = self.check_page(input)?;
        observer.enter(RenderStage::Shape)?;
        let items = ShapedItems::shape(self.fonts(), checked.style, &checked.copy)?;
        Ok((checked, items))
    }
}
