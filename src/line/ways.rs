//! Ways to a break: the best, and the best in each number of lines that is near it.

/// The cost of an arrangement; smaller is better. One hundred is a line whose gaps are stretched to
/// the limit of what passes unseen. What is a fault by the rules costs more than any number of lines without
/// one can: there is no fault where an arrangement without any exists.
pub(super) type LineCost = i64;

/// What no way leads to.
pub(super) const UNREACHED: LineCost = LineCost::MAX;

/// The best way to a break: what it costs, and where its last line starts.
#[derive(Clone, Copy, Debug)]
pub(super) struct BreakNode {
    pub(super) cost: LineCost,
    pub(super) from: usize,
}

impl BreakNode {
    pub(super) const NONE: Self = Self { cost: UNREACHED, from: 0 };
    pub(super) const START: Self = Self { cost: 0, from: 0 };

    /// Takes another way if that costs less.
    pub(super) fn improve(&mut self, cost: LineCost, from: usize) {
        if cost < self.cost {
            *self = Self { cost, from };
        }
    }
}

/// So many numbers of lines are told apart at a break: those that fill it, and as many more as a long paragraph loses
/// to what its lines cannot hold.
const WINDOW: usize = 4;

/// The best ways to every break in each number of lines, by how many more than its base they have. Only a few numbers are
/// possible at each: those that leave the lines before it neither overfull nor with gaps that are seen.
#[derive(Clone, Debug)]
pub(super) struct LineCountTable {
    nodes: Vec<[BreakNode; WINDOW]>,
    bases: Vec<usize>,
}

impl LineCountTable {
    pub(super) fn new(units: usize) -> Self {
        let mut nodes = vec![[BreakNode::NONE; WINDOW]; units + 1];
        nodes[0][0] = BreakNode::START;
        Self { nodes, bases: vec![0; units + 1] }
    }

    /// Says that the first of the ways to `end` has so many lines.
    pub(super) fn count_from(&mut self, end: usize, lines: usize) {
        self.bases[end] = lines;
    }

    /// What the ways to `start` cost, and the place of each once it has a line more, to `end`.
    fn onward(&self, start: usize, end: usize) -> impl Iterator<Item = (LineCost, usize)> + use<> {
        let (before, after) = (self.bases[start] + 1, self.bases[end]);
        let ways = (before..).zip(self.nodes[start]);
        ways.filter_map(move |(lines, node)| {
            let to = lines.checked_sub(after).filter(|to| *to < WINDOW)?;
            (node.cost != UNREACHED).then_some((node.cost, to))
        })
    }

    /// Whether a line from `start` to `end` is a gain to any way, if it costs so much.
    pub(super) fn gains(&self, start: usize, end: usize, line: LineCost) -> bool {
        self.onward(start, end)
            .any(|(cost, to)| cost.saturating_add(line) < self.nodes[end][to].cost)
    }

    /// Takes the ways that gain by a line from `start` to `end`.
    pub(super) fn take(&mut self, start: usize, end: usize, line: LineCost) {
        for (cost, to) in self.onward(start, end) {
            self.nodes[end][to].improve(cost.saturating_add(line), start);
        }
    }

    /// Where the lines of the best way to the end in exactly `count` lines start, and the end.
    pub(super) fn breaks(&self, count: usize) -> Option<Vec<usize>> {
        let mut end = self.nodes.len() - 1;
        let mut breaks = vec![end];
        let mut lines = count;
        while end > 0 {
            let slot = lines.checked_sub(self.bases[end]).filter(|slot| *slot < WINDOW)?;
            let node = self.nodes[end][slot];
            if node.cost == UNREACHED || lines == 0 {
                return None;
            }
            end = node.from;
            lines -= 1;
            breaks.push(end);
        }
        breaks.reverse();
        (lines == 0).then_some(breaks)
    }
}
