//! A text again, behind the field in which it is written: it shows the marks, and gives the field its height.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use leptos::prelude::*;

/// A piece of a text, and what is known of it.
pub type Piece<T> = (String, Option<T>);

/// Most blocks that a text is cut into. Each is an element, and a page with more of them answers slowly.
const MOST_BLOCKS: usize = 500;

/// The mirror of the text that the pieces make up. The browser lays out anew only the lines that changed, so that a key in a
/// long text costs what it costs in a short one.
pub fn mirror<T>(pieces: Memo<Vec<Piece<T>>>, view: fn(String, Option<T>) -> AnyView) -> impl IntoView
where
    T: Clone + Eq + Hash + Send + Sync + 'static,
{
    view! {
        <div class="mirror" aria-hidden="true">
            <For each=move || pieces.with(|pieces| numbered(blocks(pieces))) key=Clone::clone let((block, _))>
                <div>{block.iter().cloned().map(|(text, known)| view(text, known)).collect::<Vec<_>>()}</div>
            </For>
        </div>
    }
}

/// Blocks of whole lines, which together make up the text. A line ends with its break; the last one with a zero-width space,
/// which gives it its height where it is empty.
fn blocks<T: Clone>(pieces: &[Piece<T>]) -> Vec<Vec<Piece<T>>> {
    let breaks: usize = pieces.iter().map(|(text, _)| text.matches('\n').count()).sum();
    let lines_each = (breaks + 1).div_ceil(MOST_BLOCKS);
    let mut blocks = vec![Vec::new()];
    let mut lines = 0;
    for (text, known) in pieces {
        let mut from = 0;
        for (at, line_break) in text.match_indices('\n') {
            lines += 1;
            if lines % lines_each == 0 {
                let end = at + line_break.len();
                add(&mut blocks, &text[from..end], known);
                blocks.push(Vec::new());
                from = end;
            }
        }
        add(&mut blocks, &text[from..], known);
    }
    add(&mut blocks, "\u{200b}", &None);
    blocks
}

fn add<T: Clone>(blocks: &mut [Vec<Piece<T>>], text: &str, known: &Option<T>) {
    if let (Some(block), false) = (blocks.last_mut(), text.is_empty()) {
        block.push((text.to_owned(), known.clone()));
    }
}

/// Gives blocks that are alike a number each, which tells them apart.
fn numbered<B: Eq + Hash>(blocks: Vec<B>) -> Vec<(Arc<B>, usize)> {
    let mut seen = HashMap::new();
    blocks
        .into_iter()
        .map(|block| {
            let block = Arc::new(block);
            let count = seen.entry(Arc::clone(&block)).or_insert(0);
            *count += 1;
            (block, *count)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(pieces: &[(&str, Option<u8>)]) -> Vec<Vec<(String, Option<u8>)>> {
        blocks(&pieces.iter().map(|(text, known)| ((*text).to_owned(), *known)).collect::<Vec<_>>())
    }

    #[test]
    fn a_value_over_several_lines_is_marked_in_each() {
        let cut = shown(&[("a\nb ", None), ("key\nmore", Some(1)), ("\n", None)]);
        let texts: Vec<Vec<(&str, Option<u8>)>> =
            cut.iter().map(|block| block.iter().map(|(text, known)| (text.as_str(), *known)).collect()).collect();
        assert_eq!(
            texts,
            [
                vec![("a\n", None)],
                vec![("b ", None), ("key\n", Some(1))],
                vec![("more", Some(1)), ("\n", None)],
                vec![("\u{200b}", None)],
            ]
        );
    }

    #[test]
    fn a_long_text_has_few_blocks_and_loses_nothing() {
        for lines in [1, MOST_BLOCKS, MOST_BLOCKS + 1, 10 * MOST_BLOCKS - 1] {
            let text = "line\n".repeat(lines);
            let cut = shown(&[(&text, None)]);
            assert!(cut.len() <= MOST_BLOCKS + 1, "{lines} lines, {} blocks", cut.len());
            let joined: String = cut.iter().flatten().map(|(text, _)| text.as_str()).collect();
            assert_eq!(joined, format!("{text}\u{200b}"));
        }
    }

    #[test]
    fn lines_that_are_alike_are_told_apart() {
        let numbers: Vec<usize> = numbered(vec!["a", "b", "a", "a"]).into_iter().map(|(_, number)| number).collect();
        assert_eq!(numbers, [1, 1, 2, 3]);
    }
}
