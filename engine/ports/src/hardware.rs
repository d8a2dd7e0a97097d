//! What the device offers.

use conclave_protocol::Device;

use crate::LocalFuture;

/// Looks at the device.
pub trait Hardware {
    /// What can be told about it. What cannot be told is left out; nothing here fails.
    fn look(&self) -> LocalFuture<'_, Device>;
}

/// A device that is known beforehand.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FixedHardware(pub Device);

impl Hardware for FixedHardware {
    fn look(&self) -> LocalFuture<'_, Device> {
        Box::pin(std::future::ready(self.0.clone()))
    }
}
