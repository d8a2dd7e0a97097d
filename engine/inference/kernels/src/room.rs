//! Memory that grows in one piece.

/// Lets the program's memory grow by so many bytes at once, whether they are needed or not; says whether there are as many.
/// A browser takes long over growing it in many steps. None of it is taken from the device before it is written to.
#[must_use]
pub fn make_room(bytes: u64) -> bool {
    let mut room = Vec::<u8>::new();
    let is_there = usize::try_from(bytes).is_ok_and(|size| room.try_reserve_exact(size).is_ok());
    // Otherwise the compiler sees that nobody uses it, and allocates nothing.
    std::hint::black_box(&room);
    is_there
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_room_for_a_little_and_not_for_everything() {
        assert!(make_room(1 << 20));
        assert!(!make_room(u64::MAX) && !make_room(1 << 60));
    }
}
