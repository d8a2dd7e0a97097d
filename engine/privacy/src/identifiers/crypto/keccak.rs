//! Keccak-256 with its original padding, as Ethereum and Monero use it (Bertoni, Daemen, Peeters, Van Assche: The Keccak reference, 3.0, 2011).

/// Bytes taken in per permutation: 200 less twice the 32 of the hash.
const RATE: usize = 136;

/// The hash of `data`.
pub(super) fn keccak_256(data: &[u8]) -> [u8; 32] {
    let mut state = [0u64; 25];
    let mut absorb = |block: &[u8; RATE]| {
        for (lane, bytes) in state.iter_mut().zip(block.chunks_exact(8)) {
            let mut word = [0; 8];
            word.copy_from_slice(bytes);
            *lane ^= u64::from_le_bytes(word);
        }
        permute(&mut state);
    };
    let mut blocks = data.chunks_exact(RATE);
    for bytes in &mut blocks {
        let mut block = [0; RATE];
        block.copy_from_slice(bytes);
        absorb(&block);
    }
    let rest = blocks.remainder();
    let mut block = [0; RATE];
    block[..rest.len()].copy_from_slice(rest);
    block[rest.len()] = 0x01;
    block[RATE - 1] |= 0x80;
    absorb(&block);
    let mut hash = [0; 32];
    hash.chunks_exact_mut(8).zip(state).for_each(|(bytes, lane)| bytes.copy_from_slice(&lane.to_le_bytes()));
    hash
}

/// Keccak-f[1600]: 24 rounds of theta, rho, pi, chi, iota.
fn permute(state: &mut [u64; 25]) {
    // Degree-8 feedback register that gives the bits of the round constants.
    let mut register = 1u8;
    for _ in 0..24 {
        let mut parity = [0u64; 5];
        for (i, lane) in state.iter().enumerate() {
            parity[i % 5] ^= lane;
        }
        for (i, lane) in state.iter_mut().enumerate() {
            *lane ^= parity[(i + 4) % 5] ^ parity[(i + 1) % 5].rotate_left(1);
        }
        // Rho and pi walk the lanes from (1, 0); the offsets are triangular numbers.
        let (mut x, mut y, mut lane) = (1, 0, state[1]);
        for t in 0..24u32 {
            (x, y) = (y, (2 * x + 3 * y) % 5);
            let moved = lane.rotate_left((t + 1) * (t + 2) / 2 % 64);
            lane = std::mem::replace(&mut state[x + 5 * y], moved);
        }
        for row in state.chunks_exact_mut(5) {
            let before = [row[0], row[1], row[2], row[3], row[4]];
            for (i, lane) in row.iter_mut().enumerate() {
                *lane ^= !before[(i + 1) % 5] & before[(i + 2) % 5];
            }
        }
        for j in 0..7 {
            if register & 1 == 1 {
                state[0] ^= 1 << ((1u32 << j) - 1);
            }
            register = register << 1 ^ if register & 0x80 == 0 { 0 } else { 0x71 };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_answers() {
        let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        assert_eq!(hex(&keccak_256(b"")), "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470");
        assert_eq!(hex(&keccak_256(b"abc")), "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45");
    }
}
