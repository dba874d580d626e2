//! The engine in use, which may be exchanged while calls run.

use std::sync::{Arc, PoisonError, RwLock};

use crate::engine::Engine;

/// The engine in use. Clones share it; whoever has taken the engine out goes on with it after an exchange.
#[derive(Clone, Debug)]
pub struct Live(Arc<RwLock<(u64, Arc<Engine>)>>);

impl From<Engine> for Live {
    fn from(engine: Engine) -> Self {
        Self(Arc::new(RwLock::new((0, Arc::new(engine)))))
    }
}

impl Live {
    /// The engine, as it is now.
    pub fn engine(&self) -> Arc<Engine> {
        self.numbered().1
    }

    /// The engine, and how many there were before it.
    pub(crate) fn numbered(&self) -> (u64, Arc<Engine>) {
        // The lock is held for a copy of a pointer; nobody panics under it.
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts another engine in its place, for calls that begin from now on.
    pub fn exchange(&self, engine: Engine) {
        let mut held = self.0.write().unwrap_or_else(PoisonError::into_inner);
        *held = (held.0 + 1, Arc::new(engine));
    }
}
