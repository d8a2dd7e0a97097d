use conclave_ports::{SharedBytes, Station, SystemClock, ThreadHelper};
use proptest::prelude::*;

use super::*;
use crate::samples::{QUANTISED, Random};
use crate::{BLOCK, TensorType};

pub fn helper(size: usize, serve: impl FnOnce(&dyn Station) + Send + 'static) -> Rc<dyn Helper> {
    Rc::new(ThreadHelper::start(size, serve).unwrap())
}

pub fn serve(station: &dyn Station) {
    Keeper::default().serve(station);
}

fn team_of(helpers: Vec<Rc<dyn Helper>>) -> Rc<Team> {
    Team::new(helpers, Rc::new(SystemClock::new()), room_for(None))
}

fn team(helpers: usize) -> Rc<Team> {
    team_of((0..helpers).map(|_| helper(SHARED_BYTES, serve)).collect())
}

fn matrix(kind: TensorType, rows: usize, columns: usize, seed: u64) -> PackedMatrix {
    PackedMatrix::from_gguf(kind, &Random::new(seed).tensor(kind, rows * columns), rows, columns).unwrap()
}

fn vectors(count: usize, columns: usize) -> Activations {
    let values: Vec<f32> = (0..count * columns).map(|i| (i as f32 * 0.37).sin()).collect();
    Activations::quantise(&values, columns)
}

/// A station that behaves otherwise in two ways.
struct Changed<'a> {
    station: &'a dyn Station,
    claim: &'a dyn Fn() -> u32,
    next: &'a dyn Fn() -> bool,
}

impl SharedBytes for Changed<'_> {
    fn size(&self) -> usize {
        self.station.size()
    }
    fn write(&self, at: usize, bytes: &[u8]) {
        self.station.write(at, bytes);
    }
    fn claim(&self) -> u32 {
        (self.claim)()
    }
    fn finish(&self, number: u32) {
        self.station.finish(number);
    }
    fn finished(&self) -> u32 {
        self.station.finished()
    }
    fn read(&self, at: usize, bytes: &mut [u8]) {
        self.station.read(at, bytes);
    }
}

impl Station for Changed<'_> {
    fn next(&self) -> bool {
        (self.next)()
    }
    fn done(&self) {
        self.station.done();
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn products_have_the_same_bits_whoever_computes_them(
        kind in proptest::sample::select(&QUANTISED),
        rows in 128usize..200,
        count in 1usize..7,
        helpers in 1usize..4,
        seed in any::<u64>(),
    ) {
        let mut shared = matrix(kind, rows, 512, seed);
        let x = vectors(count, 512);
        let alone = shared.multiply(&x);
        let team = team(helpers);
        shared.lend(&team);
        prop_assert!(shared.is_lent());
        for _ in 0..3 {
            prop_assert_eq!(&shared.multiply(&x), &alone);
            prop_assert_eq!(team.threads(), helpers + 1);
        }
    }

    #[test]
    fn what_makes_no_sense_stays_undone(header in any::<[u32; 7]>(), kind in 0u32..8, bytes in any::<[u8; 64]>()) {
        let helper = helper(256, serve);
        let [matrix, packing, rows, columns, group, count, _] = header;
        // Shapes that are nearly right, too.
        for (rows, columns, group, count) in [(rows, columns, group, count), (rows % 9, 32, 32, count % 99), (1, 32, 16, 1)] {
            for task in [KEEP, kind, MULTIPLY] {
                helper.write(CONTENT, &bytes);
                let header = Header { task, matrix, packing: packing % 4, rows, columns, group, count, is_done: 0 };
                header.write(&*helper);
                helper.start();
                prop_assert!(helper.wait(), "it lives on");
                let done = Header::read(&*helper).is_done;
                prop_assert!(done == 0 || task != MULTIPLY, "{:?} was never all there", header);
            }
        }
    }
}

#[test]
fn floats_are_shared_too() {
    let mut shared = PackedMatrix::from_floats(&Random::new(3).floats(160 * 512), 512).unwrap();
    let x = vectors(5, 512);
    let alone = shared.multiply(&x);
    shared.lend(&team(1));
    assert!(shared.is_lent());
    assert_eq!(shared.multiply(&x), alone);
}

#[test]
fn a_lost_helper_costs_no_product() {
    let dies_after = |tasks: usize| {
        helper(SHARED_BYTES, move |station| {
            let left = Cell::new(tasks);
            serve(&Changed {
                station,
                claim: &|| station.claim(),
                next: &|| {
                    let is_left = left.get() > 0;
                    left.set(left.get().saturating_sub(1));
                    station.next() && is_left
                },
            });
        })
    };
    let x = vectors(3, 512);
    let alone = matrix(TensorType::Q4_1, 256, 512, 7).multiply(&x);
    // Making room, weights, scales and minima are four tasks, so it goes at each of them, and after none, one and two products.
    for tasks in 0..8 {
        let mut shared = matrix(TensorType::Q4_1, 256, 512, 7);
        let team = team_of(vec![dies_after(tasks), helper(SHARED_BYTES, serve)]);
        shared.lend(&team);
        let mut threads = 0;
        for _ in 0..3 {
            assert_eq!(shared.multiply(&x), alone, "after {tasks} tasks");
            // All have finished, so that the next product asks all of them.
            threads = team.threads();
        }
        assert_eq!(threads, if tasks < 7 { 2 } else { 3 }, "after {tasks} tasks");
    }
}

#[test]
fn vectors_that_do_not_fit_are_multiplied_here() {
    let mut shared = matrix(TensorType::Q8_0, 256, 512, 9);
    let alone = shared.multiply(&vectors(9, 512));
    let team = team_of(vec![helper(4_096, serve)]);
    shared.lend(&team);
    assert!(shared.is_lent());
    assert_eq!(shared.multiply(&vectors(9, 512)), alone);
    assert_eq!(team.threads(), 2, "nobody is lost over it");
}

#[test]
fn small_matrices_stay_here_and_what_is_dropped_is_forgotten() {
    let team = team(1);
    let mut small = matrix(TensorType::Q4_0, 8, BLOCK, 1);
    small.lend(&team);
    assert!(!small.is_lent());
    let mut shared = matrix(TensorType::Q4_0, 256, 512, 1);
    shared.lend(&team);
    let lent = team.lent_bytes.get();
    // 22 of 32 bands: weights at half a byte, and the scales and minima of each 32.
    assert_eq!(lent, 22 * 8 * (512 / 2 + 2 * 4 * 512 / 32));
    shared.lend(&team);
    assert_eq!(team.lent_bytes.get(), lent, "it is not lent twice");
    drop(shared);
    assert_eq!(team.lent_bytes.get(), 0);
}

#[test]
fn no_more_is_lent_than_there_is_room_for() {
    let lent = || team(2).lend(&matrix(TensorType::Q4_0, 256, 512, 1)).map(|lent| lent.team.lent_bytes.get());
    let whole = lent().unwrap();
    let helpers = [(); 2].map(|()| helper(SHARED_BYTES, serve));
    let team = Team::new(helpers.into(), Rc::new(SystemClock::new()), whole + whole / 2);
    let [mut first, mut second, mut third] = [1, 2, 3].map(|seed| matrix(TensorType::Q4_0, 256, 512, seed));
    let x = vectors(3, 512);
    let alone = [&first, &second, &third].map(|matrix| matrix.multiply(&x));
    for matrix in [&mut first, &mut second, &mut third] {
        matrix.lend(&team);
    }
    assert!(first.is_lent() && second.is_lent() && !third.is_lent(), "the second by half");
    assert_eq!([&first, &second, &third].map(|matrix| matrix.multiply(&x)), alone);
    drop(first);
    third.lend(&team);
    assert!(third.is_lent() && team.lent_bytes.get() <= team.room_bytes);
    assert_eq!([None, Some(1.0), Some(8.0), Some(64.0)].map(room_for), [256 << 20, 64 << 20, 512 << 20, 1 << 30]);
}

#[test]
fn a_helper_whose_core_is_taken_is_not_waited_for() {
    let sleepy = |station: &dyn Station| {
        let claim = || {
            let number = station.claim();
            // Of each product it has claimed a slice when the system takes the core from it.
            std::thread::sleep(std::time::Duration::from_millis(400));
            number
        };
        serve(&Changed { station, claim: &claim, next: &|| station.next() });
    };
    let mut shared = matrix(TensorType::Q4_1, 256, 512, 7);
    let x = vectors(3, 512);
    let alone = shared.multiply(&x);
    let team = team_of(vec![helper(SHARED_BYTES, sleepy)]);
    shared.lend(&team);
    let start = std::time::Instant::now();
    for _ in 0..20 {
        assert_eq!(shared.multiply(&x), alone);
    }
    assert!(start.elapsed().as_millis() < 300, "{:?}", start.elapsed());
    assert_eq!(team.threads(), 2, "it is asked again when it is back");
}

#[test]
fn a_team_that_rests_is_not_asked() {
    let tasks = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let seen = std::sync::Arc::clone(&tasks);
    let counting = move |station: &dyn Station| {
        let next = || {
            let is_task = station.next();
            seen.fetch_add(usize::from(is_task), std::sync::atomic::Ordering::Relaxed);
            is_task
        };
        serve(&Changed { station, claim: &|| station.claim(), next: &next });
    };
    let mut shared = matrix(TensorType::Q4_1, 256, 512, 7);
    let x = vectors(3, 512);
    let alone = shared.multiply(&x);
    let team = team_of(vec![helper(SHARED_BYTES, counting)]);
    shared.lend(&team);
    let count = |team: &Team| {
        assert_eq!(team.threads(), 2);
        tasks.load(std::sync::atomic::Ordering::Relaxed)
    };
    for rests in [true, false] {
        let before = count(&team);
        team.is_resting.set(rests);
        assert_eq!(shared.multiply(&x), alone);
        assert_eq!(count(&team) == before, rests);
    }
}
