//! The ways to break a paragraph in each number of lines that is near the best.

/// The cost of an arrangement; smaller is better. One hundred is a line whose gaps are stretched to
/// the limit of what passes unseen. What is a fault by the rules costs more than any number of lines without
/// one can: there is no fault where an arrangement without any exists.
pub(super) type Cost = i64;

/// What no way leads to.
pub(super) const UNREACHED: Cost = Cost::MAX;

/// The best way to a break: what it costs, and where its last line starts.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub(super) cost: Cost,
    pub(super) from: usize,
}

impl Node {
    pub(super) const NONE: Self = Self { cost: UNREACHED, from: 0 };
    pub(super) const START: Self = Self { cost: 0, from: 0 };
}

/// So many numbers of lines are told apart at a break: those that fill it, and as many more as a long paragraph loses
/// to what its lines cannot hold.
const WINDOW: usize = 4;

/// The best ways to every break in each number of lines, by how many more than its base they have. Only a few numbers are
/// possible at each: those that leave the lines before it neither overfull nor with gaps that are seen.
#[derive(Clone, Debug)]
pub(super) struct Ways {
    nodes: Vec<[Node; WINDOW]>,
    bases: Vec<usize>,
}

/// What the ways to a break cost, and the place of each one line on.
pub(super) type Onward = [Option<(Cost, usize)>; WINDOW];

impl Ways {
    pub(super) fn new(units: usize) -> Self {
        let mut nodes = vec![[Node::NONE; WINDOW]; units + 1];
        nodes[0][0] = Node::START;
        Self { nodes, bases: vec![0; units + 1] }
    }

    /// Says that the first of the ways to `end` has so many lines.
    pub(super) fn count_from(&mut self, end: usize, lines: usize) {
        self.bases[end] = lines;
    }

    /// The ways to `start`, each made longer by a line to `end`; none if that is no gain though the line cost no more
    /// than `least`.
    pub(super) fn onward(&self, start: usize, end: usize, least: Cost) -> Option<Onward> {
        let way = |slot: usize| {
            let to = (self.bases[start] + slot + 1).checked_sub(self.bases[end])?;
            let before = self.nodes[start][slot].cost;
            (to < WINDOW && before != UNREACHED).then_some((before, to))
        };
        let ways: Onward = std::array::from_fn(way);
        let gains = |(before, to): &(Cost, usize)| before + least < self.nodes[end][*to].cost;
        ways.iter().flatten().any(gains).then_some(ways)
    }

    /// Takes those of them that gain, with what the line costs.
    pub(super) fn take(&mut self, ways: Onward, start: usize, end: usize, line: Cost) {
        for (before, to) in ways.into_iter().flatten() {
            let node = &mut self.nodes[end][to];
            if before + line < node.cost {
                *node = Node { cost: before + line, from: start };
            }
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
