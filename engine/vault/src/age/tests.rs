#![allow(clippy::unwrap_used)]

use conclave_ports::SeededEntropy;
use proptest::prelude::*;

use super::*;

const PASSPHRASE: &str = "correct horse battery staple";

/// Made by the tool itself: `age --passphrase`, version 1.1.1.
const MADE_BY_AGE: &str = "6167652d656e6372797074696f6e2e6f72672f76310a2d3e207363727970742038786a453937455472597435753965654c31716e59672031380a304f48313278762f62327a366662357056367155544e622b6f524a487256616574326a75496b4f705344670a2d2d2d20355a5a6f4e45477350634465306a69776f5548626f572b3548744d656266593641455139594158696f2f340acf4978226a41d93ddeb9a22aca54715298dd8082fa0fbd4980bbf184fd0cac396bf3f40c0d1bf03315bf526c50802f5a68fc7c6e0f";

/// A cheap one: the tests make many.
const CHEAP: u8 = 2;

fn encrypt(text: &[u8], piece_bytes: usize) -> Vec<u8> {
    let (mut encrypter, mut file) = begin_at(PASSPHRASE, CHEAP, &SeededEntropy::new(1)).unwrap();
    text.chunks(piece_bytes).for_each(|piece| encrypter.push(piece, &mut file));
    encrypter.finish(&mut file);
    file
}

fn decrypt(file: &[u8], passphrase: &str, piece_bytes: usize) -> Result<Vec<u8>, AgeError> {
    let (header, at) = Header::parse(&file[..file.len().min(MAX_HEADER_BYTES)])?;
    let mut decrypter = header.open(passphrase)?;
    let mut text = Vec::new();
    for piece in file[at..].chunks(piece_bytes) {
        decrypter.push(piece, &mut text)?;
    }
    decrypter.finish(&mut text)?;
    Ok(text)
}

#[test]
fn what_the_tool_wrote_is_read() {
    let file = hex::decode(MADE_BY_AGE).unwrap();
    assert_eq!(decrypt(&file, PASSPHRASE, 7).unwrap(), b"Your vault is yours.\n");
}

#[test]
fn a_file_is_what_the_format_says() {
    let file = encrypt(b"text", 10);
    let head = String::from_utf8_lossy(&file[..100]);
    let lines: Vec<&str> = head.lines().collect();
    assert_eq!(lines[0], "age-encryption.org/v1");
    assert!(lines[1].starts_with("-> scrypt ") && lines[1].ends_with(" 2"), "{}", lines[1]);
    assert_eq!(lines[2].len(), 43);
}

#[test]
fn payloads_of_every_size_around_a_piece_come_back() {
    let text: Vec<u8> = (0..3 * PIECE_BYTES).map(|at| (at % 251) as u8).collect();
    for whole in 0..=3 {
        for size in [(whole * PIECE_BYTES).saturating_sub(1), whole * PIECE_BYTES, whole * PIECE_BYTES + 1] {
            let text = &text[..size.min(text.len())];
            let file = encrypt(text, 10_007);
            assert_eq!(decrypt(&file, PASSPHRASE, 9_973).unwrap(), text, "{size}");
            let pieces = text.len().div_ceil(PIECE_BYTES).max(1);
            let (_, at) = Header::parse(&file).unwrap();
            assert_eq!(file.len() - at, text.len() + 16 * pieces, "{size}");
        }
    }
}

#[test]
fn a_wrong_passphrase_and_foreign_files_are_told_apart() {
    let file = encrypt(b"text", 10);
    assert_eq!(decrypt(&file, "another", 10), Err(AgeError::WrongPassphrase));
    for foreign in
        [&b""[..], b"%PDF-1.7\n", b"age-encryption.org/v2\n", b"age-encryption.org/v1\n-> X25519 abc\nabc\n--- abc\n"]
    {
        assert_eq!(decrypt(foreign, PASSPHRASE, 10), Err(AgeError::Foreign));
    }
    let costly = String::from_utf8_lossy(&file[..60]).replacen(" 2\n", " 30\n", 1);
    let costly = [costly.as_bytes(), &file[60..]].concat();
    assert_eq!(decrypt(&costly, PASSPHRASE, 10), Err(AgeError::TooCostly));
}

#[test]
fn every_cut_file_and_every_flipped_bit_is_refused() {
    let file = encrypt(&[7; 300], 300);
    for at in 0..file.len() {
        assert!(decrypt(&file[..at], PASSPHRASE, 1_000).is_err(), "cut at {at}");
        for bit in 0..8 {
            let mut changed = file.clone();
            changed[at] ^= 1 << bit;
            assert!(decrypt(&changed, PASSPHRASE, 1_000).is_err(), "{at}.{bit}");
        }
    }
    // Whole pieces that are left out, at the end or before it.
    let file = encrypt(&vec![7; 3 * PIECE_BYTES], PIECE_BYTES);
    let (_, at) = Header::parse(&file).unwrap();
    let piece = PIECE_BYTES + 16;
    for cut in [at..at + piece, at + piece..at + 2 * piece, at + 2 * piece..at + 3 * piece] {
        let cut = [&file[..cut.start], &file[cut.end..]].concat();
        assert_eq!(decrypt(&cut, PASSPHRASE, 50_000), Err(AgeError::Damaged));
    }
}

proptest! {
    #[test]
    fn any_bytes_are_refused_or_read(bytes in proptest::collection::vec(any::<u8>(), 0..400), cut in 0usize..200) {
        let _ = decrypt(&bytes, PASSPHRASE, 50);
        let file = encrypt(b"text", 10);
        let mixed = [&file[..cut.min(file.len() - 1)], &bytes].concat();
        prop_assert!(decrypt(&mixed, PASSPHRASE, 50).is_err());
    }
}
