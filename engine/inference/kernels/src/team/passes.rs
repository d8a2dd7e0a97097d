//! Whether helpers pay, measured while they work.
//!
//! Where another program wants the helper's core, three threads share two cores, the engine's among them, and a product takes
//! twice as long as without a helper. No program sees that coming. So passes are timed, and now and then some of them are
//! run the other way, the more rarely the longer that changes nothing. No bit of a result depends on it.

use std::cell::Cell;
use std::mem::take;
use std::rc::Rc;

use super::Team;

/// How long passes are timed before they are judged.
const WINDOW_MS: f64 = 40.0;
/// How long the better way is kept before the other is tried: at first, and at most.
const FIRST_WAIT_MS: f64 = 250.0;
const LONGEST_WAIT_MS: f64 = 8_000.0;
/// The other way is kept where it takes less than so much of the time.
const BETTER: f64 = 0.97;
/// It is tried at once where a pass suddenly takes so much of the time that it took.
const SLOWED: f64 = 1.25;
/// Vectors of a pass through which weights are unpacked once for all of them. Those with fewer, but more than one, are the
/// ends of prompts, and rare.
const BLOCK_AT_LEAST: usize = 8;

/// Passes of one model through a team, or through this thread alone.
#[derive(Default)]
pub struct Passes {
    team: Option<Rc<Team>>,
    /// Of one vector, and of a block: a helper may pay for one and not for the other.
    paces: [Cell<Pace>; 2],
}

impl Passes {
    /// Through a team.
    #[must_use]
    pub fn through(team: &Rc<Team>) -> Self {
        Self { team: Some(Rc::clone(team)), ..Self::default() }
    }

    /// A pass of so many vectors, in which helpers are asked where that has been faster.
    pub fn run<T>(&self, vectors: usize, work: impl FnOnce() -> T) -> T {
        let Some(team) = self.team.as_ref().filter(|team| team.has_helpers()) else { return work() };
        let cell = &self.paces[usize::from(vectors > 1)];
        let mut pace = cell.get();
        team.is_resting.set(!pace.is_helped);
        let start = team.clock.monotonic_ms();
        let done = work();
        let took_ms = team.clock.monotonic_ms() - start;
        team.is_resting.set(false);
        if vectors == 1 || vectors >= BLOCK_AT_LEAST {
            pace.note(took_ms, vectors);
            cell.set(pace);
        }
        done
    }
}

/// What is known of passes of one kind.
#[derive(Clone, Copy)]
struct Pace {
    /// Whether helpers are asked.
    is_helped: bool,
    /// Whether this is the other way, for one window.
    is_trial: bool,
    /// Whether helpers may have to wake first.
    is_fresh: bool,
    window: Window,
    /// Milliseconds per vector of the last window that was no trial; 0 before the first.
    usual_ms: f64,
    /// Time between trials, and what is left of it.
    wait_ms: f64,
    left_ms: f64,
}

#[derive(Clone, Copy, Default)]
struct Window {
    ms: f64,
    vectors: f64,
}

impl Default for Pace {
    fn default() -> Self {
        let (wait_ms, left_ms) = (FIRST_WAIT_MS, FIRST_WAIT_MS);
        Self {
            is_helped: true,
            is_trial: false,
            is_fresh: true,
            window: Window::default(),
            usual_ms: 0.0,
            wait_ms,
            left_ms,
        }
    }
}

impl Pace {
    #[allow(clippy::cast_precision_loss, reason = "a prompt's tokens")]
    fn note(&mut self, took_ms: f64, vectors: usize) {
        if take(&mut self.is_fresh) {
            return;
        }
        self.window.ms += took_ms;
        self.window.vectors += vectors as f64;
        if self.window.ms < WINDOW_MS {
            return;
        }
        let Window { ms, vectors } = take(&mut self.window);
        let each_ms = ms / vectors;
        if !self.is_trial {
            let has_slowed = self.usual_ms > 0.0 && each_ms > SLOWED * self.usual_ms;
            self.usual_ms = each_ms;
            self.left_ms -= ms;
            if has_slowed || self.left_ms <= 0.0 {
                self.is_trial = true;
                self.turn();
            }
            return;
        }
        self.is_trial = false;
        if each_ms < BETTER * self.usual_ms {
            self.usual_ms = each_ms;
            self.wait_ms = FIRST_WAIT_MS;
        } else {
            self.turn();
            self.wait_ms = LONGEST_WAIT_MS.min(2.0 * self.wait_ms);
        }
        self.left_ms = self.wait_ms;
    }

    fn turn(&mut self) {
        self.is_helped = !self.is_helped;
        self.is_fresh = self.is_helped;
    }
}

#[cfg(test)]
mod tests {
    use conclave_ports::ManualClock;

    use super::*;
    use crate::team::SHARED_BYTES;
    use crate::team::tests::{helper, serve};

    /// Passes on a machine where one takes so long alone and with helpers: the share of those that were helped, and the mean
    /// time.
    fn passes(passes: &Passes, clock: &ManualClock, vectors: usize, count: u32, [alone, helped]: [u32; 2]) -> [f64; 2] {
        let team = passes.team.as_ref().unwrap();
        let (mut with, start) = (0, conclave_ports::Clock::monotonic_ms(clock));
        for _ in 0..count {
            passes.run(vectors, || {
                with += u32::from(!team.is_resting.get());
                clock.advance(if team.is_resting.get() { alone } else { helped });
            });
        }
        let took = conclave_ports::Clock::monotonic_ms(clock) - start;
        [f64::from(with), took].map(|sum| sum / f64::from(count))
    }

    fn begin() -> (Rc<ManualClock>, Passes) {
        let clock = Rc::new(ManualClock::default());
        let team = Team::new(vec![helper(SHARED_BYTES, serve)], Rc::clone(&clock) as _, 1 << 20);
        (clock, Passes::through(&team))
    }

    #[test]
    fn helpers_that_pay_are_asked() {
        let (clock, all) = begin();
        let [helped, mean] = passes(&all, &clock, 1, 2_000, [10, 6]);
        assert!(helped > 0.98 && mean < 6.1, "{helped} {mean}");
    }

    #[test]
    fn helpers_that_do_not_pay_are_tried_ever_more_rarely() {
        let (clock, all) = begin();
        let [_, first] = passes(&all, &clock, 1, 100, [10, 20]);
        assert!(first < 15.0, "{first}");
        let [helped, mean] = passes(&all, &clock, 1, 2_000, [10, 20]);
        assert!(helped < 0.02 && mean < 10.2, "{helped} {mean}");
    }

    #[test]
    fn a_core_that_is_taken_and_given_back_is_noticed() {
        let (clock, all) = begin();
        passes(&all, &clock, 1, 2_000, [10, 6]);
        let [_, taken] = passes(&all, &clock, 1, 100, [10, 20]);
        assert!(taken < 11.5, "within two windows: {taken}");
        passes(&all, &clock, 1, 2_000, [10, 20]);
        let [_, given_back] = passes(&all, &clock, 1, 2_000, [10, 6]);
        assert!(given_back < 8.5, "at the next trial: {given_back}");
    }

    #[test]
    fn blocks_and_single_vectors_are_judged_apart() {
        let (clock, all) = begin();
        for _ in 0..20 {
            passes(&all, &clock, 1, 100, [10, 20]);
            passes(&all, &clock, 32, 10, [100, 60]);
            // The end of a prompt says nothing.
            passes(&all, &clock, 3, 1, [500, 10]);
        }
        let [[single, _], [block, _]] =
            [(1, [10, 20]), (32, [100, 60])].map(|(n, ms)| passes(&all, &clock, n, 100, ms));
        assert!(single < 0.1 && block > 0.9, "{single} {block}");
    }

    #[test]
    fn alone_there_is_nothing_to_judge() {
        let clock = Rc::new(ManualClock::default());
        let team = Team::new(Vec::new(), Rc::clone(&clock) as _, 1 << 20);
        for all in [Passes::default(), Passes::through(&team)] {
            assert_eq!(all.run(1, || 7), 7);
            assert!(!team.is_resting.get() && all.paces[0].get().is_fresh);
        }
    }
}
