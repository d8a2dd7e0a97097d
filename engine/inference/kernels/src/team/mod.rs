//! Products on several threads: helpers ([`conclave_ports::Helper`]) keep copies of some bands of a matrix in memories of
//! their own, and multiply with them while this thread multiplies with the rest.
//!
//! Which thread computes a row changes no bit of it. This thread has every row, and multiplies without waiting for anybody:
//! it takes over what a slower helper has not begun, and computes again what one does not finish, because the system let
//! another program run on its core. Such a helper is asked again when it is back. One that is lost is never back, and
//! nobody else notices. Only lending waits, until a helper has its copy. [`Passes`] ask helpers where that is faster.

mod passes;
mod station;
mod task;

use std::cell::Cell;
use std::ops::Range;
use std::rc::Rc;

use conclave_ports::{Clock, Helper};

pub use passes::Passes;
pub use station::Keeper;
use task::{CONTENT, FORGET, Header, KEEP, MINIMA, MULTIPLY, Places, SCALES, WEIGHTS, slice, slices};

use crate::{Activations, PackedMatrix, ROWS};

/// Bytes between this thread and a helper: the longest blocks of a prompt and their products, for every model that fits a
/// browser.
pub const SHARED_BYTES: usize = 4 << 20;

/// Fewest weights of a matrix that is worth sharing: the product of fewer takes hardly longer than asking for it.
const LENT_AT_LEAST: usize = 1 << 16;

/// How many threads should compute on a machine with so many cores. Two keep two cores busy while a product lasts, and the
/// page has what is left. Of a larger one they take half: the browser counts two to a core where one runs two threads, and
/// the small cores of a phone. Four at most, because decoding reads all weights per token and memory has its limit.
#[must_use]
pub const fn threads_for(cores: usize) -> usize {
    match cores {
        0 | 1 => 1,
        2..=5 => 2,
        6 | 7 => 3,
        _ => 4,
    }
}

/// Most bytes that are lent on a device with so many gigabytes of memory: a sixteenth of it, because what is lent is there
/// twice. With 8 GB that is a helper's share of a billion weights of 4 bits; the rest of a larger model is left to one
/// thread. Browsers that do not tell run on phones, too.
#[must_use]
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast saturates; at most 1 GB")]
pub fn room_for(memory_gb: Option<f32>) -> usize {
    (memory_gb.unwrap_or(4.0).min(16.0) * (64 << 20) as f32) as usize
}

/// Helpers, and what they have.
pub struct Team {
    seats: Vec<Seat>,
    /// Bytes that are lent, and how many may be.
    lent_bytes: Cell<usize>,
    room_bytes: usize,
    /// Of the next matrix that is lent.
    number: Cell<u32>,
    /// Whether nobody is asked for now.
    is_resting: Cell<bool>,
    clock: Rc<dyn Clock>,
}

struct Seat {
    helper: Rc<dyn Helper>,
    is_lost: Cell<bool>,
}

impl Team {
    /// A team of this thread and `helpers`, each of which has a [`Keeper`] at its end. At most `room_bytes` are lent.
    #[must_use]
    pub fn new(helpers: Vec<Rc<dyn Helper>>, clock: Rc<dyn Clock>, room_bytes: usize) -> Rc<Self> {
        let seats = helpers.into_iter().map(|helper| Seat { helper, is_lost: Cell::new(false) }).collect();
        let (lent_bytes, number, is_resting) = (Cell::default(), Cell::default(), Cell::default());
        Rc::new(Self { seats, lent_bytes, room_bytes, number, is_resting, clock })
    }

    /// A team of so many threads of this process, this one included.
    ///
    /// # Errors
    /// Where the system starts no more threads.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn of_threads(threads: usize) -> std::io::Result<Rc<Self>> {
        let serve = |station: &dyn conclave_ports::Station| Keeper::default().serve(station);
        let helper = |_| Ok(Rc::new(conclave_ports::ThreadHelper::start(SHARED_BYTES, serve)?) as Rc<dyn Helper>);
        let helpers = (1..threads).map(helper).collect::<std::io::Result<_>>()?;
        Ok(Self::new(helpers, Rc::new(conclave_ports::SystemClock::new()), room_for(Some(8.0))))
    }

    /// How many threads compute, this one included. Waits for those that have not finished what they were asked for.
    #[must_use]
    pub fn threads(&self) -> usize {
        1 + self.seats.iter().filter(|seat| !seat.is_lost.get() && seat.wait().is_some()).count()
    }

    /// How many helpers are lost, as far as was noticed.
    #[must_use]
    pub fn lost(&self) -> usize {
        self.seats.iter().filter(|seat| seat.is_lost.get()).count()
    }

    fn has_helpers(&self) -> bool {
        self.seats.iter().any(|seat| !seat.is_lost.get())
    }

    /// Lends the helpers their shares of a matrix; `None` where it is not worth it, or nobody takes one.
    pub(crate) fn lend(self: &Rc<Self>, matrix: &PackedMatrix) -> Option<Lent> {
        if matrix.rows() * matrix.columns() < LENT_AT_LEAST || self.seats.is_empty() {
            return None;
        }
        // Two thirds of an equal part stay here alone: so a helper that is the faster one never runs out of bands.
        let (bands, helpers) = (matrix.rows().div_ceil(ROWS), self.seats.len());
        let own = bands * 2 / (3 * (helpers + 1));
        let edge = |index: usize| own + (bands - own) * index / helpers;
        let number = self.number.replace(self.number.get().wrapping_add(1));
        let shares: Vec<Share> = (0..self.seats.len())
            .map(|seat| {
                let bands = edge(seat)..edge(seat + 1);
                Share { seat, bytes: bytes_of(matrix, &bands), bands }
            })
            .filter(|share| self.give(share, matrix, number).is_some())
            .collect();
        (!shares.is_empty()).then(|| Lent { team: Rc::clone(self), number, shares })
    }

    /// Gives a helper bands of a matrix.
    fn give(&self, share: &Share, matrix: &PackedMatrix, number: u32) -> Option<()> {
        let seat = &self.seats[share.seat];
        let lent_bytes = self.lent_bytes.get() + share.bytes;
        if seat.is_lost.get() || lent_bytes > self.room_bytes {
            return None;
        }
        self.lent_bytes.set(lent_bytes);
        let given = seat.copy(matrix, number, &share.bands);
        if given.is_none() {
            self.take_back(share, number);
        }
        given
    }

    /// A helper may forget a matrix.
    fn take_back(&self, share: &Share, number: u32) {
        self.lent_bytes.set(self.lent_bytes.get().saturating_sub(share.bytes));
        let seat = &self.seats[share.seat];
        if !seat.is_lost.get() {
            let _ = seat.run(Header::of(FORGET, number));
        }
    }
}

impl Seat {
    fn copy(&self, matrix: &PackedMatrix, number: u32, bands: &Range<usize>) -> Option<()> {
        let [packing, rows, columns, group] = matrix.shape_of(bands)?;
        self.run(Header { packing, rows, columns, group, ..Header::of(KEEP, number) })?;
        let room = self.helper.size().saturating_sub(CONTENT).max(1);
        for (task, part) in [WEIGHTS, SCALES, MINIMA].into_iter().zip(matrix.parts_of(bands)) {
            for chunk in part.chunks(room) {
                // It is at rest since the task before.
                self.helper.write(CONTENT, chunk);
                self.run(Header { count: u32::try_from(chunk.len()).ok()?, ..Header::of(task, number) })?;
            }
        }
        Some(())
    }

    /// Gives a task and waits for its end; `None` where it is not done.
    fn run(&self, header: Header) -> Option<()> {
        self.wait()?;
        header.write(&*self.helper);
        self.helper.start();
        self.wait()?;
        (Header::read(&*self.helper).is_done == 1).then_some(())
    }

    fn wait(&self) -> Option<()> {
        let is_there = self.helper.wait();
        self.is_lost.set(!is_there);
        is_there.then_some(())
    }
}

/// Bands that a helper has.
struct Share {
    seat: usize,
    bands: Range<usize>,
    bytes: usize,
}

fn bytes_of(matrix: &PackedMatrix, bands: &Range<usize>) -> usize {
    matrix.parts_of(bands).iter().map(|part| part.len()).sum()
}

/// What was lent of a matrix. It is taken back with the matrix.
pub(crate) struct Lent {
    team: Rc<Team>,
    number: u32,
    shares: Vec<Share>,
}

impl Lent {
    /// Lets the helpers multiply; [`Asked`] says which bands they were asked for.
    pub fn ask(&self, matrix: &PackedMatrix, x: &Activations) -> Vec<Asked<'_>> {
        if self.team.is_resting.get() {
            return Vec::new();
        }
        self.shares.iter().filter_map(|share| self.ask_one(share, matrix, x)).collect()
    }

    fn ask_one<'a>(&'a self, share: &'a Share, matrix: &PackedMatrix, x: &Activations) -> Option<Asked<'a>> {
        let seat = &self.team.seats[share.seat];
        let rows = matrix.rows_of(&share.bands);
        let places = Places::of(x.vectors(), x.columns(), rows.len())?;
        if seat.is_lost.get() || places.end > seat.helper.size() || !seat.helper.is_free() {
            return None;
        }
        let header = Header { count: u32::try_from(x.vectors()).ok()?, ..Header::of(MULTIPLY, self.number) };
        seat.helper.write(0, &places.message(header, x.parts()));
        seat.helper.start();
        Some(Asked { seat, share, rows, vectors: x.vectors(), columns: x.columns(), places, taken_over: 0 })
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        for share in &self.shares {
            self.team.take_back(share, self.number);
        }
    }
}

/// Looks at what is finished while a slice may take, for each multiplication of one: two or three times as long.
const SPINS_PER_PRODUCT: f64 = 0.01;
const SPINS_AT_LEAST: f64 = 500.0;

/// Products that a helper was asked for.
pub(crate) struct Asked<'a> {
    seat: &'a Seat,
    share: &'a Share,
    /// Those of the share's bands.
    rows: Range<usize>,
    vectors: usize,
    columns: usize,
    places: Places,
    /// Bits of the slices that this thread does.
    taken_over: u32,
}

impl Asked<'_> {
    /// The bands that it was asked for.
    pub fn bands(&self) -> &Range<usize> {
        &self.share.bands
    }

    /// Bands that the helper has not begun and that are this thread's from now on.
    pub fn take_over(&mut self) -> Option<Range<usize>> {
        let number = self.seat.helper.claim();
        let bands = slice(self.share.bands.len(), number)?;
        self.taken_over |= 1 << number;
        Some(self.in_matrix(&bands))
    }

    /// Puts what the helper has finished where it belongs in `[vectors, stride]`; returns bands that remain to be done.
    pub fn put(self, products: &mut [f32], stride: usize) -> Vec<Range<usize>> {
        let slices: Vec<(u32, Range<usize>)> = (0..).zip(slices(self.share.bands.len())).collect();
        let is_theirs = |(number, _): &&(u32, Range<usize>)| self.taken_over & 1 << number == 0;
        let (Some(first), Some(last)) = (slices.iter().find(is_theirs), slices.iter().rfind(is_theirs)) else {
            return Vec::new();
        };
        let finished = self.finished(slices.iter().filter(is_theirs));
        let all = self.rows_of(&first.1).start..self.rows_of(&last.1).end;
        // At once, because a copy costs more than its bytes.
        let mut computed = vec![0.0f32; self.vectors * all.len()];
        let from = self.places.products_of(self.vectors, all.start);
        self.seat.helper.read(from, bytemuck::cast_slice_mut(&mut computed));
        let mut remaining = Vec::new();
        for (number, slice) in slices.iter().filter(is_theirs) {
            if finished & 1 << number == 0 {
                remaining.push(self.in_matrix(slice));
                continue;
            }
            let rows = self.rows_of(slice);
            let from = &computed[self.vectors * (rows.start - all.start)..][..self.vectors * rows.len()];
            let to = self.rows.start + rows.start..self.rows.start + rows.end;
            for (products, computed) in products.chunks_exact_mut(stride).zip(from.chunks_exact(rows.len())) {
                products[to.clone()].copy_from_slice(computed);
            }
        }
        remaining
    }

    /// What is finished of these slices, at the latest when a helper that computes would have finished what is not yet.
    #[allow(
        clippy::cast_precision_loss,
        clippy::cast_sign_loss,
        clippy::cast_possible_truncation,
        reason = "a rough number"
    )]
    fn finished<'s>(&self, wanted: impl Iterator<Item = &'s (u32, Range<usize>)> + Clone) -> u32 {
        let finished = || self.seat.helper.finished();
        let now = finished();
        let missing = wanted.filter(|(number, _)| now & 1 << number == 0);
        let (bits, bands) =
            missing.fold((0, 0), |(bits, bands), (number, slice)| (bits | 1 << number, bands + slice.len()));
        let products = (bands * ROWS * self.columns * self.vectors) as f64;
        for _ in 0..(products * SPINS_PER_PRODUCT + SPINS_AT_LEAST) as usize {
            if finished() & bits == bits {
                break;
            }
            std::hint::spin_loop();
        }
        finished()
    }

    /// Rows of the share: its last band may have fewer than the others.
    fn rows_of(&self, bands: &Range<usize>) -> Range<usize> {
        bands.start * ROWS..self.rows.len().min(bands.end * ROWS)
    }

    fn in_matrix(&self, bands: &Range<usize>) -> Range<usize> {
        self.share.bands.start + bands.start..self.share.bands.start + bands.end
    }
}

#[cfg(test)]
mod tests;
