#![allow(clippy::unwrap_used)]

use conclave_ports::{KEY_BYTES, SeededEntropy, Sensitive};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

use super::*;

fn seal(byte: u8) -> Seal {
    Seal::new(&VaultKey::from_secret(Sensitive::new([byte; KEY_BYTES])))
}

/// The nonce of the vectors: 0, 1, 2, …
fn counting() -> [u8; NONCE_BYTES] {
    std::array::from_fn(|at| at as u8)
}

/// Computed with PyNaCl (libsodium) and Python's `hmac`, from the descriptions in `envelope`, `key` and `padding` alone.
const QUESTION: &str = "\
    ff4356014ae57da8dca2c3f5000102030405060708090a0b0c0d0e0f10111213141516178d683354e66d91d41f335a84481984b36f4a3002\
    de45877ed30c3065ed92860ae8cf988e81389de3de77414a5229a96e420bc5b0fd111ee2d2974bb743fb824c82c8bf0e0adc6673044dfcef\
    f8fc20339c11912a6bac0a364c0c01879f7dcbe7d53d3e133d209243cfba0a84e1f34d747b50c2eff889267d47eaf0757e1b1ac525f72245\
    2d983f0e7e571015779023c80ef2d7becb2c673cdea2bdb0ad5590172a99f72247538b486776a69794183236d80aa16602be87d4c5bc8f44\
    63565fca60272883d99178fcd527c154ae4a48a3b55fbec8975ade34de0ee363d27871b333cdefd4c23ebbd61d39a0d13a3ac73becd22110\
    4bea79e7f499dd9e508d54d7dd4089659165abe60fc3f7e84f1b2372";

#[test]
fn the_stored_format_is_pinned() {
    let record = br#"{"question":"Where?"}"#;
    let sealed = seal(7).derive_sealed(Table::Turns, "00/1700000000000/ff", record, counting()).unwrap();
    assert_eq!(hex::encode(&sealed), QUESTION);
    assert_eq!(seal(7).open(Table::Turns, "00/1700000000000/ff", sealed).unwrap(), record);
}

#[test]
fn the_stored_format_of_a_longer_record_is_pinned() {
    let record = "Grüße".repeat(100);
    let sealed = seal(7).derive_sealed(Table::Texts, "", record.as_bytes(), counting()).unwrap();
    assert_eq!(sealed.len(), 756);
    assert_eq!(
        hex::encode(Sha256::digest(&sealed)),
        "4abb2f95140658e67f20da9a7b044325174fd8849cc01ab3c7d476f46e01504e"
    );
    assert_eq!(seal(7).open(Table::Texts, "", sealed).unwrap(), record.as_bytes());
}

#[test]
fn a_record_opens_in_its_place_alone() {
    let (seal, entropy) = (seal(1), SeededEntropy::new(1));
    let sealed = seal.seal(Table::Turns, "a/1", b"record", &entropy).unwrap();
    for (table, key) in
        [(Table::Turns, "a/2"), (Table::Turns, ""), (Table::Turns, "a/1 "), (Table::Runs, "a/1"), (Table::Meta, "a/1")]
    {
        assert_eq!(seal.open(table, key, sealed.clone()), Err(SealError::Damaged), "{table:?} {key}");
    }
    assert_eq!(seal.open(Table::Turns, "a/1", sealed).unwrap(), b"record");
}

#[test]
fn another_key_says_so_and_does_not_open_by_its_id() {
    let sealed = seal(1).seal(Table::Turns, "a", b"record", &SeededEntropy::new(1)).unwrap();
    assert_eq!(seal(2).open(Table::Turns, "a", sealed.clone()), Err(SealError::WrongKey));
    let mut relabelled = sealed;
    relabelled[4..12].copy_from_slice(&seal(2).key().0);
    assert_eq!(seal(2).open(Table::Turns, "a", relabelled), Err(SealError::Damaged));
}

#[test]
fn the_same_record_is_never_sealed_the_same_way_twice() {
    let (seal, entropy) = (seal(1), SeededEntropy::new(1));
    let make = || seal.seal(Table::Meta, "a", b"record", &entropy).unwrap();
    assert_ne!(make(), make());
}

#[test]
fn sizes_say_little_and_nothing_shows() {
    let (seal, entropy) = (seal(1), SeededEntropy::new(1));
    let sealed = |record: &[u8]| seal.seal(Table::Meta, "a", record, &entropy).unwrap();
    assert_eq!(sealed(b"").len(), sealed(&[b'x'; 255]).len());
    let shown = sealed(&b"plainword".repeat(30));
    assert!(!shown.windows(5).any(|window| window == b"plain"));
    assert!(!format!("{seal:?}").contains("cipher"));
}

#[test]
fn without_randomness_nothing_is_sealed() {
    struct Dry;
    impl Entropy for Dry {
        fn fill(&self, _: &mut [u8]) -> Result<(), conclave_ports::EntropyError> {
            Err(conclave_ports::EntropyError("dry".into()))
        }
    }
    assert!(matches!(seal(1).seal(Table::Meta, "a", b"record", &Dry), Err(VaultError::Entropy(_))));
}

#[test]
fn every_flipped_bit_and_every_cut_is_refused() {
    let (seal, entropy) = (seal(1), SeededEntropy::new(1));
    let sealed = seal.seal(Table::Documents, "id", b"a short record", &entropy).unwrap();
    for at in 0..sealed.len() {
        for bit in 0..8 {
            let mut changed = sealed.clone();
            changed[at] ^= 1 << bit;
            let opened = seal.open(Table::Documents, "id", changed);
            match at {
                0..3 => assert_eq!(opened, Err(SealError::NotSealed), "{at}.{bit}"),
                3 => assert!(matches!(opened, Err(SealError::Newer { .. } | SealError::Damaged)), "{at}.{bit}"),
                4..12 => assert_eq!(opened, Err(SealError::WrongKey), "{at}.{bit}"),
                _ => assert_eq!(opened, Err(SealError::Damaged), "{at}.{bit}"),
            }
        }
        assert!(seal.open(Table::Documents, "id", sealed[..at].to_vec()).is_err(), "{at}");
    }
    assert!(seal.open(Table::Documents, "id", [&sealed[..], &[0]].concat()).is_err());
}

proptest! {
    #[test]
    fn what_was_sealed_opens(record in proptest::collection::vec(any::<u8>(), 0..3_000), key in ".{0,60}", seed: u64) {
        let seal = seal(3);
        let sealed = seal.seal(Table::Segments, &key, &record, &SeededEntropy::new(seed)).unwrap();
        prop_assert_eq!(seal.open(Table::Segments, &key, sealed), Ok(record));
    }

    #[test]
    fn no_bytes_open_that_were_not_sealed(tail in proptest::collection::vec(any::<u8>(), 0..900), with_head: bool) {
        let seal = seal(3);
        let bytes = if with_head { [&envelope::head(seal.key())[..], &tail].concat() } else { tail };
        prop_assert!(seal.open(Table::Meta, "a", bytes).is_err());
    }
}
