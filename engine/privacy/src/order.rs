//! Putting things in order. Each type that is sorted is two to four kilobytes of the program as it is sent, so most are sorted as
//! numbers.

use conclave_protocol::Span;

/// By start, then by end. Texts are shorter than four gigabytes.
pub(crate) fn spans(spans: &mut [Span]) {
    let mut numbers: Vec<u64> = spans.iter().map(|span| (span.start as u64) << 32 | span.end as u64).collect();
    numbers.sort_unstable();
    for (span, number) in spans.iter_mut().zip(numbers) {
        *span = Span::new((number >> 32) as usize, number as u32 as usize);
    }
}

/// By a place in a text; those of one place stay in their order.
pub(crate) fn by_place<T: Clone>(items: &mut Vec<T>, place: impl Fn(&T) -> usize) {
    let mut numbers: Vec<u64> = (0..).zip(&*items).map(|(i, item)| (place(item) as u64) << 32 | i).collect();
    numbers.sort_unstable();
    *items = numbers.into_iter().map(|number| items[number as u32 as usize].clone()).collect();
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_order_is_that_of_the_standard_library(pairs in prop::collection::vec((0usize..50, 0usize..50), 0..100)) {
            let mut spans: Vec<Span> = pairs.iter().map(|(start, len)| Span::new(*start, start + len)).collect();
            let mut expected = spans.clone();
            expected.sort();
            super::spans(&mut spans);
            prop_assert_eq!(spans, expected);
            let (mut places, mut expected) = (pairs.clone(), pairs);
            expected.sort_by_key(|pair| pair.0);
            by_place(&mut places, |pair| pair.0);
            prop_assert_eq!(places, expected);
        }
    }
}
