//! The staff line, built from the credits.

use crate::finding::{FindingCode, FindingPlace};
use crate::intake::checker::RecordChecker;
use crate::model::StaffEntry;
use crate::proto;

impl RecordChecker<'_> {
    /// Staff line: credits of the page if it has any, else those of its articles in order of
    /// appearance.
    pub(crate) fn staff_line(
        &mut self,
        credits: Option<&mut proto::Credits>,
        articles: &mut [proto::Article],
    ) -> Vec<StaffEntry> {
        let mut staff: Vec<StaffEntry> = self
            .context
            .staff_roles
            .iter()
            .map(|role| StaffEntry { role: role.clone(), names: Vec::new() })
            .collect();
        if let Some(credits) = credits {
            self.collect_credits(credits, "credits", &mut staff);
        }
        let has_page_credits = staff.iter().any(|staff| !staff.names.is_empty());
        for (index, article) in articles.iter_mut().enumerate() {
            if let Some(credits) = &mut article.credits {
                // Collected in any case, because collecting checks and cleans the names.
                let mut with_article = staff.clone();
                self.collect_credits(
                    credits,
                    &format!("articles[{index}].credits"),
                    &mut with_article,
                );
                if !has_page_credits {
                    staff = with_article;
                }
            }
        }
        staff.retain(|staff| !staff.names.is_empty());
        staff
    }

    pub(crate) fn collect_credits(
        &mut self,
        credits: &mut proto::Credits,
        at: &str,
        staff: &mut Vec<StaffEntry>,
    ) {
        let proto::Credits { editors, proofreaders, layout_designers, others } = credits;
        let roles = self.context.staff_roles.clone();
        let [editor, proofreader, designer] = roles;
        // Fixed roles first, in the order of the house style.
        let mut groups: Vec<(String, String, &mut Vec<String>)> = vec![
            (editor, format!("{at}.editors"), editors),
            (proofreader, format!("{at}.proofreaders"), proofreaders),
            (designer, format!("{at}.layoutDesigners"), layout_designers),
        ];
        for (k, other) in others.iter_mut().enumerate() {
            let proto::NamedCredit { title, names } = other;
            let field = format!("{at}.others[{k}]");
            let kind = self.line_rules();
            let title =
                self.clean_text(title, &FindingPlace::of_field(format!("{field}.title")), kind);
            if title.is_empty() || names.is_empty() {
                self.report_error(
                    FindingCode::BadValue,
                    FindingPlace::of_field(field.clone()),
                    "署名缺少职务或姓名",
                    "the credit has no title or no names",
                );
            }
            groups.push((title.text, format!("{field}.names"), names));
        }
        for (role, field, names) in groups {
            for (k, name) in names.iter_mut().enumerate() {
                let kind = self.line_rules();
                let name = self
                    .clean_text(name, &FindingPlace::of_field(format!("{field}[{k}]")), kind)
                    .text;
                if name.is_empty() {
                    continue;
                }
                match staff.iter_mut().find(|staff| staff.role == role) {
                    // Several articles of a page often name the same people.
                    Some(staff) if staff.names.contains(&name) => {}
                    Some(staff) => staff.names.push(name),
                    None => staff.push(StaffEntry { role: role.clone(), names: vec![name] }),
                }
            }
        }
    }
}
