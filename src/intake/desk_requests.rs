//! Requests of the layout desk for the page.

use std::collections::BTreeMap;

use crate::config::{GRID_COLUMNS_MAX, GRID_ROWS_MAX};
use crate::finding::{FindingCode, FindingPlace};
use crate::intake::checker::{RecordChecker, shorten_id};
use crate::model::{Article, DeskRequests, LockPlace, LockSubject, PageCopy, PlacementLock};
use crate::proto;

impl RecordChecker<'_> {
    /// Requests of the layout, and the places that articles name for themselves.
    pub(crate) fn desk_requests(
        &mut self,
        layout: Option<&proto::Layout>,
        articles: &[proto::Article],
        page: &PageCopy,
    ) -> DeskRequests {
        let none = proto::Layout::default();
        let proto::Layout {
            house_style: _,
            density_step,
            template,
            locks,
            protected_names,
            adjacent_forbidden,
            same_grade,
        } = layout.unwrap_or(&none);
        let mut apart = Vec::new();
        for (k, proto::ArticlePair { a, b }) in adjacent_forbidden.iter().enumerate() {
            let field = format!("layout.adjacentForbidden[{k}]");
            if let Some(pair) = self.find_articles(&[a.clone(), b.clone()], &page.articles, &field)
            {
                apart.extend(<[usize; 2]>::try_from(pair).ok());
            }
        }
        let mut groups = Vec::new();
        for (k, proto::ArticleGroup { article_ids }) in same_grade.iter().enumerate() {
            let field = format!("layout.sameGrade[{k}]");
            groups.extend(self.find_articles(article_ids, &page.articles, &field));
        }
        let mut locked =
            LockCollector { page, template, locked_fields: BTreeMap::new(), locks: Vec::new() };
        // Locks of the layout come first, so an article that also names its place is the one
        // reported.
        self.check_locks(locks, &mut locked);
        self.check_article_placements(articles, &mut locked);
        DeskRequests {
            density_step: density_step.clone(),
            protected_names: protected_names.clone(),
            apart_pairs: apart,
            same_grade_groups: groups,
            template: template.clone(),
            locks: locked.locks,
        }
    }

    /// Indices of the articles with these ids. `None` if there are fewer than two or, with an
    /// error, if an id is unknown or repeated.
    fn find_articles(
        &mut self,
        ids: &[String],
        articles: &[Article],
        field: &str,
    ) -> Option<Vec<usize>> {
        let mut out = Vec::new();
        for id in ids {
            let found = articles.iter().position(|article| article.id == *id);
            let shown = shorten_id(id);
            match found {
                Some(at) if !out.contains(&at) => out.push(at),
                Some(_) => {
                    self.report_error(
                        FindingCode::BadId,
                        FindingPlace::of_field(field),
                        format!("“{shown}”重复"),
                        format!("“{shown}” is listed twice"),
                    );
                    return None;
                }
                None => {
                    self.report_error(
                        FindingCode::BadId,
                        FindingPlace::of_field(field),
                        format!("没有稿件“{shown}”"),
                        format!("there is no article “{shown}”"),
                    );
                    return None;
                }
            }
        }
        // One article alone is neither a pair nor a group.
        (out.len() > 1).then_some(out)
    }

    /// Collects the locks of the layout.
    fn check_locks(&mut self, locks: &[proto::Lock], locked: &mut LockCollector<'_>) {
        for (k, lock) in locks.iter().enumerate() {
            let proto::Lock { article_id, placement, slot } = lock;
            let field = format!("layout.locks[{k}]");
            let place = |name: &str| {
                FindingPlace::of_field(format!("{field}.{name}")).in_article(article_id)
            };
            let Some(subject) = locked.find_subject(article_id) else {
                let id = shorten_id(article_id);
                self.report_error(
                    FindingCode::BadId,
                    FindingPlace::of_field(format!("{field}.articleId")),
                    format!("没有稿件或单独的图片“{id}”"),
                    format!("there is no article and no lone picture “{id}”"),
                );
                continue;
            };
            // Claimed before its place is checked: a second lock is an error even if the first was
            // bad.
            if !self.claim_subject(subject, &place("articleId"), &field, locked) {
                continue;
            }
            match placement {
                // The field `slot` is a plain string in the contract: empty means not set.
                Some(placement) if slot.is_empty() => {
                    self.lock_on_grid(subject, *placement, &place("placement"), locked);
                }
                None if !slot.is_empty() => {
                    let from = self.errors.len();
                    self.lock_in_slot(subject, slot, &place("slot"), locked);
                    // Only what this lock added: earlier errors are not about locks and stay
                    // errors.
                    self.downgrade_lock_errors(from);
                }
                Some(_) | None => self.report_error(
                    FindingCode::BadValue,
                    FindingPlace::of_field(field.as_str()).in_article(article_id),
                    "placement 与 slot 须给出且只给出一个",
                    "exactly one of placement and slot must be given",
                ),
            }
        }
    }

    /// Collects the places that articles name for themselves.
    fn check_article_placements(
        &mut self,
        articles: &[proto::Article],
        locked: &mut LockCollector<'_>,
    ) {
        for (index, article) in articles.iter().enumerate() {
            let Some(placement) = article.placement else { continue };
            // By index: the articles of the record and of the page are in one order.
            let subject = LockSubject::Article(index);
            let field = format!("articles[{index}].placement");
            let place = FindingPlace::of_field(field.as_str()).in_article(&article.id);
            if self.claim_subject(subject, &place, &field, locked) {
                self.lock_on_grid(subject, placement, &place, locked);
            }
        }
    }

    /// Returns true if nothing has locked this subject before; otherwise reports it.
    fn claim_subject(
        &mut self,
        subject: LockSubject,
        place: &FindingPlace,
        field: &str,
        locked: &mut LockCollector<'_>,
    ) -> bool {
        let id = shorten_id(subject_id(locked.page, subject));
        let Some(first) = locked.locked_fields.get(&subject) else {
            // Remembered with its field, so that a second lock can name the first.
            locked.locked_fields.insert(subject, field.to_owned());
            return true;
        };
        self.report_error(
            FindingCode::BadId,
            place.clone(),
            format!("“{id}”在 {first} 和 {field} 中锁定了两次"),
            format!("“{id}” is locked twice, in {first} and in {field}"),
        );
        false
    }

    fn lock_on_grid(
        &mut self,
        subject: LockSubject,
        placement: proto::Placement,
        place: &FindingPlace,
        locked: &mut LockCollector<'_>,
    ) {
        let from = self.errors.len();
        if let Some(values) = self.check_placement(placement, place) {
            let field = place.field.clone();
            locked.locks.push(PlacementLock { subject, place: LockPlace::Grid(values), field });
        }
        self.downgrade_lock_errors(from);
    }

    fn lock_in_slot(
        &mut self,
        subject: LockSubject,
        slot: &str,
        place: &FindingPlace,
        locked: &mut LockCollector<'_>,
    ) {
        let name = shorten_id(slot);
        if locked.template.is_empty() {
            return self.report_error(
                FindingCode::BadValue,
                place.clone(),
                format!("指定了版位“{name}”，但没有 layout.template"),
                format!("the slot “{name}” is given without layout.template"),
            );
        }
        // Slots are known to the template only; here only a second use of a name can be found.
        let to = LockPlace::Slot(slot.to_owned());
        if let Some(first) = locked.locks.iter().find(|lock| lock.place == to) {
            let (a, b) = (subject_id(locked.page, first.subject), subject_id(locked.page, subject));
            let (a, b) = (shorten_id(a), shorten_id(b));
            return self.report_error(
                FindingCode::BadValue,
                place.clone(),
                format!("“{a}”与“{b}”同占版位“{name}”"),
                format!("“{a}” and “{b}” both take the slot “{name}”"),
            );
        }
        locked.locks.push(PlacementLock { subject, place: to, field: place.field.clone() });
    }

    /// Placement as column, row, columns and rows. Returns `None`, with an error, if it has no
    /// value or one that no grid can hold.
    pub(crate) fn check_placement(
        &mut self,
        placement: proto::Placement,
        place: &FindingPlace,
    ) -> Option<[Option<i64>; 4]> {
        let proto::Placement { column, row, columns, rows } = placement;
        let values = [
            ("column", column, 0, GRID_COLUMNS_MAX - 1),
            ("row", row, 0, GRID_ROWS_MAX - 1),
            ("columns", columns, 1, GRID_COLUMNS_MAX),
            ("rows", rows, 1, GRID_ROWS_MAX),
        ];
        if values.iter().all(|(_, value, ..)| value.is_none()) {
            self.report_error(
                FindingCode::BadValue,
                place.clone(),
                "没有给出位置",
                "the placement is empty",
            );
            return None;
        }
        // All values are checked, so that one answer names all that are wrong.
        let mut sound = true;
        for (name, value, least, most) in values {
            let Some(value) = value.filter(|value| !(least..=most).contains(value)) else {
                continue;
            };
            sound = false;
            let place = FindingPlace::of_field(format!("{}.{name}", place.field))
                .in_article(&place.article);
            self.report_error(
                FindingCode::BadValue,
                place,
                format!("{name} 为 {value}，应在 {least}–{most} 之间"),
                format!("{name} is {value}, not between {least} and {most}"),
            );
        }
        sound.then(|| values.map(|(_, value, ..)| value.map(i64::from)))
    }
}

/// Locks collected so far.
struct LockCollector<'a> {
    page: &'a PageCopy,
    template: &'a str,
    /// Field that locked each subject, whether its place is valid or not.
    locked_fields: BTreeMap<LockSubject, String>,
    locks: Vec<PlacementLock>,
}

impl LockCollector<'_> {
    /// Article or lone picture with this id.
    fn find_subject(&self, id: &str) -> Option<LockSubject> {
        let article = self.page.articles.iter().position(|article| article.id == id);
        let picture = || self.page.pictures.iter().position(|picture| picture.id == id);
        article.map(LockSubject::Article).or_else(|| picture().map(LockSubject::Picture))
    }
}

/// Id of a locked article or picture.
pub(crate) fn subject_id(page: &PageCopy, subject: LockSubject) -> &str {
    match subject {
        LockSubject::Article(at) => &page.articles[at].id,
        LockSubject::Picture(at) => &page.pictures[at].id,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{LockCollector, subject_id};
    use crate::model::{Article, CopyText, LockSubject, PageCopy, PagePicture};

    #[test]
    fn lone_pictures_are_locked_as_articles_are() {
        let picture = |id: &str| PagePicture {
            id: id.to_owned(),
            field: String::new(),
            caption: CopyText::default(),
            credit: CopyText::default(),
            focus_milli: [500, 500],
            requested_columns: None,
            image: None,
        };
        let page = PageCopy {
            articles: vec![Article { id: "a1".to_owned(), ..Article::default() }],
            pictures: vec![picture("p1"), picture("p2")],
            ..PageCopy::default()
        };
        let locked = LockCollector {
            page: &page,
            template: "",
            locked_fields: BTreeMap::new(),
            locks: Vec::new(),
        };
        for (id, subject) in [
            ("a1", Some(LockSubject::Article(0))),
            ("p2", Some(LockSubject::Picture(1))),
            ("p3", None),
            ("", None),
        ] {
            assert_eq!(locked.find_subject(id), subject, "{id}");
            assert_eq!(subject.map_or(id, |subject| subject_id(&page, subject)), id);
        }
    }
}
