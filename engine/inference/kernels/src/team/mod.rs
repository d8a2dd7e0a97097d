//! Products on several threads: helpers ([`conclave_ports::Helper`]) keep copies of some bands of a matrix in memories of
//! their own, and multiply with them while this thread multiplies with the rest.
//!
//! Which thread computes a row changes no bit of it. This thread has every row: what a helper does not do, because it is lost
//! or because the vectors do not fit between the two, is done here, and nobody else notices.

mod station;
mod task;

use std::cell::Cell;
use std::ops::Range;
use std::rc::Rc;

use conclave_ports::Helper;

pub use station::serve;
use task::{CONTENT, FORGET, Header, KEEP, MINIMA, MULTIPLY, Places, SCALES, WEIGHTS};

use crate::{Activations, PackedMatrix, ROWS};

/// Bytes between this thread and a helper: the longest blocks of a prompt and their products, for every model that fits a
/// browser.
pub const SHARED_BYTES: usize = 4 << 20;

/// Fewest weights of a matrix that is worth sharing: their product takes about 10 µs, and asking for it two or three.
const LENT_AT_LEAST: usize = 1 << 16;

/// Most bytes that are lent to one helper: half of the weights of a model with a billion of them. The rest of a larger one
/// is left to this thread.
const LENT_AT_MOST: usize = 512 << 20;

/// How many threads should compute on a machine with so many cores. Two keep two cores busy while a product lasts, and the
/// page has what is left. More than half of the cores of a larger one are often two to a real one, or small ones that the
/// others would wait for; beyond four threads, it is memory that is waited for.
#[must_use]
pub const fn threads_for(cores: usize) -> usize {
    match cores {
        0 | 1 => 1,
        2..=5 => 2,
        6 | 7 => 3,
        _ => 4,
    }
}

/// Helpers, and what they have.
pub struct Team {
    seats: Vec<Seat>,
    /// Of the next matrix that is lent.
    number: Cell<u32>,
}

struct Seat {
    helper: Rc<dyn Helper>,
    is_lost: Cell<bool>,
    lent_bytes: Cell<usize>,
}

impl Team {
    /// A team of this thread and `helpers`, each of which runs [`serve`].
    #[must_use]
    pub fn new(helpers: Vec<Rc<dyn Helper>>) -> Rc<Self> {
        let seat = |helper| Seat { helper, is_lost: Cell::new(false), lent_bytes: Cell::new(0) };
        Rc::new(Self { seats: helpers.into_iter().map(seat).collect(), number: Cell::new(0) })
    }

    /// A team of so many threads of this process, this one included.
    ///
    /// # Errors
    /// Where the system starts no more threads.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn of_threads(threads: usize) -> std::io::Result<Rc<Self>> {
        let helper = |_| Ok(Rc::new(conclave_ports::ThreadHelper::start(SHARED_BYTES, serve)?) as Rc<dyn Helper>);
        Ok(Self::new((1..threads).map(helper).collect::<std::io::Result<_>>()?))
    }

    /// How many threads compute, this one included.
    #[must_use]
    pub fn threads(&self) -> usize {
        1 + self.seats.iter().filter(|seat| !seat.is_lost.get()).count()
    }

    /// Lends the helpers their shares of a matrix; `None` where it is not worth it, or nobody takes one.
    pub(crate) fn lend(self: &Rc<Self>, matrix: &PackedMatrix) -> Option<Lent> {
        if matrix.rows() * matrix.columns() < LENT_AT_LEAST || self.threads() == 1 {
            return None;
        }
        let bands = matrix.rows().div_ceil(ROWS);
        let threads = self.seats.len() + 1;
        let edge = |index: usize| bands * index / threads;
        let number = self.number.replace(self.number.get().wrapping_add(1));
        let shares: Vec<Share> = (0..self.seats.len())
            .map(|seat| {
                let bands = edge(seat + 1)..edge(seat + 2);
                Share { seat, bytes: bytes_of(matrix, &bands), bands }
            })
            .filter(|share| self.seats[share.seat].take(matrix, number, &share.bands).is_some())
            .collect();
        (!shares.is_empty()).then(|| Lent { team: Rc::clone(self), number, shares })
    }
}

impl Seat {
    /// Gives the helper bands of a matrix.
    fn take(&self, matrix: &PackedMatrix, number: u32, bands: &Range<usize>) -> Option<()> {
        let bytes = bytes_of(matrix, bands);
        if self.is_lost.get() || self.lent_bytes.get() + bytes > LENT_AT_MOST {
            return None;
        }
        self.lent_bytes.set(self.lent_bytes.get() + bytes);
        let taken = self.copy(matrix, number, bands);
        if taken.is_none() {
            self.give_back(number, bytes);
        }
        taken
    }

    fn copy(&self, matrix: &PackedMatrix, number: u32, bands: &Range<usize>) -> Option<()> {
        let [packing, rows, columns, group] = matrix.shape_of(bands)?;
        self.run(Header { packing, rows, columns, group, ..Header::of(KEEP, number) })?;
        let room = self.helper.size().saturating_sub(CONTENT).max(1);
        for (task, part) in [WEIGHTS, SCALES, MINIMA].into_iter().zip(matrix.parts_of(bands)) {
            for chunk in part.chunks(room) {
                self.helper.write(CONTENT, chunk);
                self.run(Header { count: u32::try_from(chunk.len()).ok()?, ..Header::of(task, number) })?;
            }
        }
        Some(())
    }

    /// The helper may forget a matrix of so many bytes.
    fn give_back(&self, number: u32, bytes: usize) {
        self.lent_bytes.set(self.lent_bytes.get().saturating_sub(bytes));
        if !self.is_lost.get() {
            let _ = self.run(Header::of(FORGET, number));
        }
    }

    fn start(&self, header: Header) {
        header.write(&*self.helper);
        self.helper.start();
    }

    /// Waits for what was started; `None` where it is not done.
    fn end(&self) -> Option<()> {
        if !self.helper.wait() {
            self.is_lost.set(true);
            return None;
        }
        (Header::read(&*self.helper).is_done == 1).then_some(())
    }

    fn run(&self, header: Header) -> Option<()> {
        self.start(header);
        self.end()
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
        self.shares.iter().filter_map(|share| self.ask_one(share, matrix, x)).collect()
    }

    fn ask_one<'a>(&'a self, share: &'a Share, matrix: &PackedMatrix, x: &Activations) -> Option<Asked<'a>> {
        let seat = &self.team.seats[share.seat];
        let rows = matrix.rows_of(&share.bands);
        let places = Places::of(x.vectors(), x.columns(), rows.len())?;
        if seat.is_lost.get() || places.end > seat.helper.size() {
            return None;
        }
        let [quants, block_sums, scales] = x.parts();
        seat.helper.write(places.quants, quants);
        seat.helper.write(places.block_sums, block_sums);
        seat.helper.write(places.scales, scales);
        seat.start(Header { count: u32::try_from(x.vectors()).ok()?, ..Header::of(MULTIPLY, self.number) });
        Some(Asked { seat, bands: share.bands.clone(), rows, places })
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        for share in &self.shares {
            self.team.seats[share.seat].give_back(self.number, share.bytes);
        }
    }
}

/// Products that a helper was asked for.
pub(crate) struct Asked<'a> {
    seat: &'a Seat,
    /// Of these bands.
    pub bands: Range<usize>,
    rows: Range<usize>,
    places: Places,
}

impl Asked<'_> {
    /// Waits for them and puts them where they belong in `[vectors, stride]`; `None` where the helper has not done it.
    pub fn put(&self, products: &mut [f32], stride: usize) -> Option<()> {
        self.seat.end()?;
        let helper = &self.seat.helper;
        if products.len() == stride {
            helper.read(self.places.products, bytemuck::cast_slice_mut(&mut products[self.rows.clone()]));
            return Some(());
        }
        let mut theirs = vec![0.0f32; products.len() / stride * self.rows.len()];
        helper.read(self.places.products, bytemuck::cast_slice_mut(&mut theirs));
        for (to, from) in products.chunks_exact_mut(stride).zip(theirs.chunks_exact(self.rows.len())) {
            to[self.rows.clone()].copy_from_slice(from);
        }
        Some(())
    }
}

#[cfg(test)]
mod tests;
