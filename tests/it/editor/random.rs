//! Numbers from a seed: the same on every machine, without a clock.

/// A generator of numbers (xorshift64*).
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64, page: usize) -> Self {
        let page = page as u64 + 1;
        let mut random =
            Self((seed ^ 0x9E37_79B9_7F4A_7C15).wrapping_add(page.wrapping_mul(0x2545_F491_4F6C)));
        for _ in 0..8 {
            random.next();
        }
        random
    }

    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    /// A number below `end`.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        usize::try_from((self.next() >> 33) % end.max(1) as u64).unwrap_or(0)
    }

    /// A number of `range`.
    pub(crate) fn of(&mut self, range: std::ops::Range<usize>) -> usize {
        range.start + self.below(range.end - range.start)
    }

    pub(crate) fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// A value of a table of deciles, straight between them.
    pub(crate) fn decile(&mut self, table: &[usize; 11]) -> usize {
        let at = self.below(10_000);
        let (k, rest) = (at / 1000, at % 1000);
        table[k] + (table[k + 1] - table[k]) * rest / 1000
    }

    /// A value of a table of percents and values, straight between them.
    pub(crate) fn quantile(&mut self, table: &[(usize, usize)]) -> usize {
        let at = self.below(10_000);
        let k = table.iter().rposition(|(percent, _)| *percent * 100 <= at).unwrap_or(0);
        let [(from, low), (to, high)] = [table[k], table[(k + 1).min(table.len() - 1)]];
        let span = ((to - from) * 100).max(1);
        low + (high - low) * (at - from * 100) / span
    }
}
