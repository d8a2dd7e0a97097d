//! Memory that grows in one go.

/// Most bytes of one allocation, below the language's limit: half of what can be addressed, in WebAssembly 2 GB.
const PIECE_BYTES: usize = isize::MAX as usize / 2;

/// Lets the program's memory grow by so many bytes at once, whether they are needed or not; says whether there are as many.
/// A browser takes long over growing it in many steps. None of it is taken from the device before it is written to.
#[must_use]
pub fn make_room(bytes: u64) -> bool {
    usize::try_from(bytes).is_ok_and(|bytes| make_room_in(bytes, PIECE_BYTES))
}

fn make_room_in(mut bytes: usize, piece: usize) -> bool {
    let mut rooms = Vec::new();
    while bytes > 0 {
        let size = bytes.min(piece);
        let mut room = Vec::<u8>::new();
        if room.try_reserve_exact(size).is_err() {
            return false;
        }
        rooms.push(room);
        bytes -= size;
    }
    // Otherwise the compiler sees that nobody uses them, and allocates nothing.
    std::hint::black_box(&rooms);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_room_for_a_little_and_not_for_everything() {
        assert!(make_room(0) && make_room(1 << 20) && make_room_in((3 << 20) + 1, 1 << 20));
        assert!(!make_room(u64::MAX) && !make_room_in(usize::MAX, PIECE_BYTES));
    }
}
