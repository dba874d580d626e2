//! Engines in use, which may be replaced while calls run.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use crate::engine::Engine;
use crate::service::tenants::TenantRegistry;

/// Engines in use. Clones share one state; a call keeps the generation that it began with.
#[derive(Clone, Debug)]
pub(crate) struct EngineRegistry(Arc<RwLock<Arc<EngineGeneration>>>);

/// Engines and tenants of one configuration.
#[derive(Debug)]
pub(crate) struct EngineGeneration {
    /// Number of the generations before.
    pub(crate) number: u64,
    common: Engine,
    /// Engines of tenants with custom fonts or house styles.
    tenant_engines: BTreeMap<String, Engine>,
    /// Tenants and their tokens.
    pub(crate) tenants: TenantRegistry,
}

impl EngineGeneration {
    /// Generation that is not in use yet.
    pub(crate) fn new(
        common: Engine,
        tenant_engines: BTreeMap<String, Engine>,
        tenants: TenantRegistry,
    ) -> Self {
        Self { number: 0, common, tenant_engines, tenants }
    }

    /// Engine of a tenant.
    pub(crate) fn engine(&self, tenant: &str) -> &Engine {
        self.tenant_engines.get(tenant).unwrap_or(&self.common)
    }

    /// Engine of callers without a tenant.
    pub(crate) fn common(&self) -> &Engine {
        &self.common
    }

    /// All engines, the common one first.
    pub(crate) fn engines(&self) -> impl Iterator<Item = &Engine> {
        std::iter::once(&self.common).chain(self.tenant_engines.values())
    }
}

impl From<EngineGeneration> for EngineRegistry {
    fn from(generation: EngineGeneration) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(generation))))
    }
}

impl EngineRegistry {
    /// The generation in use.
    pub(crate) fn current(&self) -> Arc<EngineGeneration> {
        // The lock is held while a pointer is copied; nothing panics under it.
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts another generation into use, for calls that begin from now on.
    pub(crate) fn replace(&self, generation: EngineGeneration) {
        let mut current = self.0.write().unwrap_or_else(PoisonError::into_inner);
        // Calls that run hold the old generation, which is freed when the last of them ends.
        *current = Arc::new(EngineGeneration { number: current.number + 1, ..generation });
    }
}
