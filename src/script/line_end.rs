//! Marks and characters with a special role at the end of a line.

/// True if a mark may hang over the measure (CLREQ `#hanging_punctuation_marks_at_line_end`).
pub fn hangs_at_line_end(text: &str) -> bool {
    matches!(text, "、" | "，" | "。")
}

/// True if a mark parts the items of a list (顿号), after which a reader does not stop.
pub fn is_enumeration_mark(text: &str) -> bool {
    text == "、"
}

/// True if a line of a head that ends with this text leaves the reader waiting for the rest.
pub fn leaves_line_waiting(text: &str) -> bool {
    matches!(text, "、" | "的")
}
