//! The helper's end: it keeps what it is given and multiplies with it.

use std::collections::BTreeMap;

use conclave_ports::Station;

use super::task::{CONTENT, FORGET, Header, KEEP, MINIMA, MULTIPLY, Places, SCALES, WEIGHTS, slice};
use crate::packed::share::Arriving;
use crate::{Activations, PackedMatrix, ROWS};

/// A part of a matrix, whole or not yet.
enum Kept {
    Arriving(Arriving),
    Whole(PackedMatrix),
}

/// What a helper has been given.
#[derive(Default)]
pub struct Keeper {
    kept: BTreeMap<u32, Kept>,
}

impl Keeper {
    /// Does tasks for as long as they come. One that it does not understand stays undone, which the other end sees.
    pub fn serve(&mut self, station: &dyn Station) {
        while station.next() {
            let mut header = Header::read(station);
            header.is_done = u32::from(attend(station, header, &mut self.kept).is_some());
            header.write(station);
            station.done();
        }
    }
}

fn attend(station: &dyn Station, header: Header, kept: &mut BTreeMap<u32, Kept>) -> Option<()> {
    match header.task {
        KEEP => {
            let size = |number: u32| usize::try_from(number).ok();
            let (rows, columns, group) = (size(header.rows)?, size(header.columns)?, size(header.group)?);
            kept.insert(header.matrix, Kept::Arriving(Arriving::new(header.packing, rows, columns, group)?));
        }
        WEIGHTS | SCALES | MINIMA => {
            let Kept::Arriving(parts) = kept.get_mut(&header.matrix)? else { return None };
            let into = match header.task {
                WEIGHTS => &mut parts.weights,
                SCALES => &mut parts.scales,
                _ => &mut parts.minima,
            };
            let count = usize::try_from(header.count).ok()?;
            if count > station.size().saturating_sub(CONTENT) {
                return None;
            }
            let start = into.len();
            into.try_reserve(count).ok()?;
            into.resize(start + count, 0);
            station.read(CONTENT, &mut into[start..]);
        }
        MULTIPLY => multiply(station, header, kept)?,
        FORGET => drop(kept.remove(&header.matrix)),
        _ => return None,
    }
    Some(())
}

fn multiply(station: &dyn Station, header: Header, kept: &mut BTreeMap<u32, Kept>) -> Option<()> {
    // It is packed when it is needed for the first time, when all of it is there.
    if let Some(Kept::Arriving(_)) = kept.get(&header.matrix)
        && let Some(Kept::Arriving(parts)) = kept.remove(&header.matrix)
    {
        kept.insert(header.matrix, Kept::Whole(parts.whole()?));
    }
    let Some(Kept::Whole(matrix)) = kept.get(&header.matrix) else { return None };
    let vectors = usize::try_from(header.count).ok()?;
    let places = Places::of(vectors, matrix.columns(), matrix.rows()).filter(|places| places.end <= station.size())?;
    let x = Activations::filled(vectors, matrix.columns(), |parts| places.read(station, parts));
    let bands = matrix.rows().div_ceil(ROWS);
    loop {
        let number = station.claim();
        let Some(bands) = slice(bands, number) else { return Some(()) };
        let rows = matrix.rows_of(&bands);
        let mut products = vec![0.0f32; vectors * rows.len()];
        matrix.multiply_bands(bands, &x, &mut products, rows.len(), rows.start);
        station.write(places.products_of(vectors, rows.start), bytemuck::cast_slice(&products));
        station.finish(number);
    }
}
