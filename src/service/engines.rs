//! The engines in use, which may be exchanged while calls run.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use crate::engine::Engine;
use crate::service::tenants::TenantRegistry;

/// What is in use. Clones share it; whoever has taken a set out goes on with it after an exchange.
#[derive(Clone, Debug)]
pub(crate) struct EngineRegistry(Arc<RwLock<Arc<EngineGeneration>>>);

/// An engine for everyone, those of tenants with faces or house styles of their own, and who the tenants are.
#[derive(Debug)]
pub(crate) struct EngineGeneration {
    /// How many sets there were before.
    pub(crate) number: u64,
    common: Engine,
    tenant_engines: BTreeMap<String, Engine>,
    /// Who may call.
    pub(crate) tenants: TenantRegistry,
}

impl EngineGeneration {
    /// A set that is not yet in use.
    pub(crate) fn new(
        common: Engine,
        tenant_engines: BTreeMap<String, Engine>,
        tenants: TenantRegistry,
    ) -> Self {
        Self { number: 0, common, tenant_engines, tenants }
    }

    /// The engine of a tenant.
    pub(crate) fn engine(&self, tenant: &str) -> &Engine {
        self.tenant_engines.get(tenant).unwrap_or(&self.common)
    }

    /// All engines.
    pub(crate) fn engines(&self) -> impl Iterator<Item = &Engine> {
        std::iter::once(&self.common).chain(self.tenant_engines.values())
    }
}

impl From<EngineGeneration> for EngineRegistry {
    fn from(set: EngineGeneration) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(set))))
    }
}

impl EngineRegistry {
    /// The set, as it is now.
    pub(crate) fn current(&self) -> Arc<EngineGeneration> {
        // The lock is held for a copy of a pointer; nobody panics under it.
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts another set in its place, for calls that begin from now on.
    pub(crate) fn replace(&self, set: EngineGeneration) {
        let mut held = self.0.write().unwrap_or_else(PoisonError::into_inner);
        *held = Arc::new(EngineGeneration { number: held.number + 1, ..set });
    }
}
