//! Mutates requests as trees: fields are added, removed and duplicated, texts are cut and filled,
//! numbers are moved to their limits.
//!
//! Mutating the bytes alone hardly ever makes a message with one more field, because lengths come
//! before everything.

use banmian::proto::RenderPageRequest;
use libfuzzer_sys::fuzzer_mutate;
use prost::Message as _;
use serde_json::{Map, Value};

/// A request in which every field occurs; missing fields are taken from it.
const EVERY: &str = include_str!("every.json");

/// Pieces of copy that are more than a plain character.
const WORDS: [&str; 24] = [
    "。",
    "，",
    "“",
    "”",
    "《》",
    "（",
    "——",
    "……",
    "·",
    "、",
    "①",
    "é",
    "e\u{301}",
    "\u{3000}",
    "\u{200b}",
    "\n",
    "12.5%",
    "GDP",
    "https://a.cn/b?c=d",
    "internationalisation",
    "a1",
    "2023-10-29",
    "𠀀",
    "\u{1f600}",
];

/// Numbers at which behaviour changes.
const NUMBERS: [u64; 14] = [0, 1, 2, 3, 4, 5, 6, 8, 12, 20, 100, 101, 400, u32::MAX as u64];

/// Pseudo-random numbers from a seed.
struct Dice(u64);

impl Dice {
    /// Returns a number below `end`, which must not be 0.
    fn below(&mut self, end: usize) -> usize {
        // splitmix64, by Sebastiano Vigna, in the public domain.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % end as u64).unwrap_or(0)
    }

    fn of<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len())]
    }
}

/// Mutates a request in place and returns its new length. If the bytes decode as a request, chance
/// decides between a mutation of the tree and one of the bytes.
pub fn mutate(data: &mut [u8], size: usize, max_size: usize, seed: u32) -> usize {
    let mut dice = Dice(seed.into());
    if dice.below(3) > 0 {
        if let Some(bytes) =
            mutate_tree(&data[..size], &mut dice).filter(|bytes| bytes.len() <= max_size)
        {
            data[..bytes.len()].copy_from_slice(&bytes);
            return bytes.len();
        }
    }
    fuzzer_mutate(data, size, max_size)
}

fn mutate_tree(data: &[u8], dice: &mut Dice) -> Option<Vec<u8>> {
    let is_json = data.first() == Some(&b'{');
    let mut tree: Value = if is_json {
        serde_json::from_slice(data).ok()?
    } else {
        serde_json::to_value(RenderPageRequest::decode(data).ok()?).ok()?
    };
    for _ in 0..=dice.below(3) {
        let at = dice.below(count(&tree));
        visit(&mut tree, "", at, &mut |name, node| mutate_node(name, node, dice))?;
    }
    if is_json {
        return serde_json::to_vec(&tree).ok();
    }
    Some(serde_json::from_value::<RenderPageRequest>(tree).ok()?.encode_to_vec())
}

fn count(tree: &Value) -> usize {
    1 + match tree {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(fields) => fields.values().map(count).sum(),
        _ => 0,
    }
}

/// Calls `act` with the node of number `left` and the name of its field. Returns `None` once that
/// is done, otherwise the number of nodes still to be passed.
fn walk(
    tree: &mut Value,
    name: &str,
    left: usize,
    act: &mut impl FnMut(&str, &mut Value),
) -> Option<usize> {
    if left == 0 {
        act(name, tree);
        return None;
    }
    match tree {
        Value::Array(items) => {
            items.iter_mut().try_fold(left - 1, |left, item| walk(item, name, left, act))
        }
        Value::Object(fields) => {
            fields.iter_mut().try_fold(left - 1, |left, (name, field)| walk(field, name, left, act))
        }
        _ => Some(left - 1),
    }
}

fn visit(
    tree: &mut Value,
    name: &str,
    at: usize,
    act: &mut impl FnMut(&str, &mut Value),
) -> Option<()> {
    if walk(tree, name, at, act).is_none() { Some(()) } else { None }
}

fn mutate_node(name: &str, node: &mut Value, dice: &mut Dice) {
    match node {
        Value::Null => {}
        Value::Bool(flag) => *flag = !*flag,
        Value::Number(_) => *node = (*dice.of(&NUMBERS)).into(),
        Value::String(text) => *text = mutate_text(text, dice),
        Value::Array(items) => mutate_list(name, items, dice),
        Value::Object(fields) => mutate_fields(name, fields, dice),
    }
}

fn mutate_text(text: &str, dice: &mut Dice) -> String {
    let mut chars: Vec<char> = text.chars().collect();
    let at = dice.below(chars.len() + 1);
    match dice.below(5) {
        0 => chars.truncate(at),
        1 => {
            let end = at + dice.below(chars.len() - at + 1);
            chars.extend_from_within(at..end);
        }
        2 => chars = dice.of(&WORDS).chars().collect(),
        3 if at < chars.len() => {
            chars.remove(at);
        }
        _ => {
            chars.splice(at..at, dice.of(&WORDS).chars());
        }
    }
    chars.into_iter().collect()
}

fn mutate_list(name: &str, items: &mut Vec<Value>, dice: &mut Dice) {
    let at = dice.below(items.len() + 1);
    match dice.below(4) {
        0 if at < items.len() => {
            items.remove(at);
        }
        1 if at < items.len() => items.insert(at, items[at].clone()),
        2 if at < items.len() => items.swap(0, at),
        _ => {
            // An element of a field with this name, from the other request.
            if let Some(Value::Array(more)) = pick(values_of(name), dice) {
                items.extend(pick(more, dice));
            }
        }
    }
}

fn mutate_fields(name: &str, fields: &mut Map<String, Value>, dice: &mut Dice) {
    if dice.below(4) == 0 {
        let names: Vec<String> = fields.keys().cloned().collect();
        if let Some(name) = pick(names, dice) {
            fields.remove(&name);
        }
        return;
    }
    let mut others = Vec::new();
    for other in values_of(name) {
        match other {
            Value::Object(other) => others.push(other),
            Value::Array(items) => others.extend(items.into_iter().filter_map(|item| match item {
                Value::Object(other) => Some(other),
                _ => None,
            })),
            _ => {}
        }
    }
    if let Some((name, value)) = pick(others.into_iter().flatten().collect(), dice) {
        fields.insert(name, value);
    }
}

fn pick<T>(mut from: Vec<T>, dice: &mut Dice) -> Option<T> {
    if from.is_empty() { None } else { Some(from.swap_remove(dice.below(from.len()))) }
}

/// Returns every value of the field `name` in the request that has all fields.
fn values_of(name: &str) -> Vec<Value> {
    fn gather(tree: &Value, name: &str, out: &mut Vec<Value>) {
        match tree {
            Value::Array(items) => items.iter().for_each(|item| gather(item, name, out)),
            Value::Object(fields) => {
                out.extend(fields.get(name).cloned());
                fields.values().for_each(|field| gather(field, name, out));
            }
            _ => {}
        }
    }
    let every: Value = serde_json::from_str(EVERY).expect("JSON");
    let mut out = Vec::new();
    gather(&every, name, &mut out);
    if name.is_empty() {
        out.push(every);
    }
    out
}
