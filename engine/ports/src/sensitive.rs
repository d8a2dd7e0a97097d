//! Secrets in memory.

use std::fmt;

use zeroize::Zeroize;

/// A secret: overwritten when dropped, never shown by `Debug`, neither cloned nor compared.
///
/// What the optimiser or a move has copied elsewhere is not reached; this keeps secrets out of logs and of memory that is
/// handed out again, and protects from nobody who can read the program's memory while it runs.
pub struct Sensitive<T: Zeroize>(T);

impl<T: Zeroize> Sensitive<T> {
    /// Takes a secret over.
    pub const fn new(secret: T) -> Self {
        Self(secret)
    }

    /// The secret itself, for the one place that computes with it.
    pub const fn expose(&self) -> &T {
        &self.0
    }

    /// The secret, to be filled in.
    pub const fn expose_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T: Zeroize> Drop for Sensitive<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl<T: Zeroize> fmt::Debug for Sensitive<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sensitive(..)")
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::rc::Rc;

    use super::*;

    struct Watched(Rc<Cell<u8>>);

    impl Zeroize for Watched {
        fn zeroize(&mut self) {
            self.0.set(0);
        }
    }

    #[test]
    fn a_secret_is_overwritten_when_dropped_and_never_shown() {
        let secret = Rc::new(Cell::new(93));
        let sensitive = Sensitive::new(Watched(Rc::clone(&secret)));
        assert_eq!(sensitive.expose().0.get(), 93);
        drop(sensitive);
        assert_eq!(secret.get(), 0);
        let shown = format!("{:?} {:#?}", Sensitive::new([93u8; 4]), Sensitive::new(String::from("word")));
        assert_eq!(shown, "Sensitive(..) Sensitive(..)");
    }
}
