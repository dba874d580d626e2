//! Cheapest ways to reach a break: the best of all, and the best for each number of lines close to
//! it.

/// Cost of a set of lines; smaller is better. 100 is the cost of one line whose gaps are
/// stretched to the limit of what readers do not notice. A fault by the rules costs more than any
/// number of lines without one, so there is no fault where lines without one exist.
pub(super) type LineCost = i64;

/// Cost of a break that cannot be reached.
pub(super) const UNREACHED: LineCost = LineCost::MAX;

/// Cheapest way to reach a break.
#[derive(Clone, Copy, Debug)]
pub(super) struct BreakNode {
    /// Cost of all lines before the break.
    pub(super) cost: LineCost,
    /// First unit of the last line before the break.
    pub(super) line_start: usize,
}

impl BreakNode {
    pub(super) const NONE: Self = Self { cost: UNREACHED, line_start: 0 };
    pub(super) const START: Self = Self { cost: 0, line_start: 0 };

    /// Takes another way if it is cheaper. Of two equal ways the earlier one stays.
    pub(super) fn improve(&mut self, cost: LineCost, line_start: usize) {
        if cost < self.cost {
            *self = Self { cost, line_start };
        }
    }
}

/// Number of line counts tracked at each break: the count that just fills the text before it, and a
/// few more, because a long paragraph loses some width to what its lines cannot hold.
const COUNTS_TRACKED: usize = 4;

/// Cheapest way to reach every break in each of a few numbers of lines.
///
/// Only few counts are possible at a break: fewer lines would be overfull, more would have visible
/// gaps. Each break therefore has a base count and [`COUNTS_TRACKED`] slots from there on.
///
/// The table is exact for the counts it tracks, as far as every way to them stays on such counts:
/// for each number of lines, the cheapest way to a break extends a cheapest way to an earlier one.
#[derive(Clone, Debug)]
pub(super) struct LineCountTable {
    /// By break, then by number of lines above the base count.
    nodes: Vec<[BreakNode; COUNTS_TRACKED]>,
    /// Number of lines of the first slot, by break.
    base_counts: Vec<i64>,
}

impl LineCountTable {
    /// Returns a table in which only the start of the paragraph is reached.
    pub(super) fn new(units: usize) -> Self {
        let mut nodes = vec![[BreakNode::NONE; COUNTS_TRACKED]; units + 1];
        nodes[0][0] = BreakNode::START;
        Self { nodes, base_counts: vec![0; units + 1] }
    }

    /// Sets the number of lines of the first slot of a break, before any line to it is added.
    pub(super) fn set_base_count(&mut self, end: usize, lines: i64) {
        self.base_counts[end] = lines;
    }

    /// Returns, for each way to `start`, its cost and the slot of `end` that it reaches with one
    /// more line. Ways whose count is not tracked at `end` are left out.
    fn extensions(
        &self,
        start: usize,
        end: usize,
    ) -> impl Iterator<Item = (LineCost, usize)> + use<> {
        let first_count = self.base_counts[start] + 1;
        let base_count = self.base_counts[end];
        // The slots of `start` stand for consecutive counts; one more line shifts each by one.
        let ways = (first_count..).zip(self.nodes[start]);
        ways.filter_map(move |(lines, node)| {
            // The two base counts differ, so the slot at `end` need not be the slot at `start`.
            let slot = tracked_slot(lines - base_count)?;
            (node.cost != UNREACHED).then_some((node.cost, slot))
        })
    }

    /// True if a line from `start` to `end` at this cost improves any slot of `end`.
    pub(super) fn is_gain(&self, start: usize, end: usize, line_cost: LineCost) -> bool {
        // `line_cost` may be a lower bound: without gain at the bound there is none at the real
        // cost.
        self.extensions(start, end)
            .any(|(cost, slot)| cost.saturating_add(line_cost) < self.nodes[end][slot].cost)
    }

    /// Adds a line from `start` to `end` to every way to `start`, and keeps what improves `end`.
    pub(super) fn extend(&mut self, start: usize, end: usize, line_cost: LineCost) {
        for (cost, slot) in self.extensions(start, end) {
            self.nodes[end][slot].improve(cost.saturating_add(line_cost), start);
        }
    }

    /// Returns the first unit of each line of the cheapest way to the end in exactly `count` lines,
    /// then the number of units. `None` if there is no such way.
    pub(super) fn breaks_in(&self, count: usize) -> Option<Vec<usize>> {
        let mut end = self.nodes.len() - 1;
        let mut breaks = vec![end];
        let mut lines = count as i64;
        while end > 0 {
            // A count outside the tracked slots was never stored: no such way is known.
            let node = self.nodes[end][tracked_slot(lines - self.base_counts[end])?];
            // At zero lines with text left the way would need more lines than requested.
            if node.cost == UNREACHED || lines == 0 {
                return None;
            }
            end = node.line_start;
            lines -= 1;
            breaks.push(end);
        }
        breaks.reverse();
        // Lines left at the start of the paragraph mean that the way has fewer lines than `count`.
        (lines == 0).then_some(breaks)
    }
}

/// Slot of a number of lines above the base count; `None` if that number is not tracked.
fn tracked_slot(lines: i64) -> Option<usize> {
    usize::try_from(lines).ok().filter(|slot| *slot < COUNTS_TRACKED)
}
