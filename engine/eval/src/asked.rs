//! Questions as people ask them, put to three real documents with the real encoder: what the search, the reading, the
//! choice of sentences and the checks give together. No generator, so every answer is a quotation.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use conclave_engine::council::{Call, Council, CouncilError, LibraryFacts, Models, Question, Ruling, library_words};
use conclave_inference::{Encoder, InferenceError, Pulse};
use conclave_knowledge::{Library, PassageVectors, Prepared, Query, QueryVector};
use conclave_ports::{LocalFuture, MemoryLock, MemoryStore, SystemClock};
use conclave_protocol::{ApprovedAnswer, ManifestId, Settings};

use crate::packs;

/// A question, and words that its answer must quote.
const ANSWERED: &[(&str, &str)] = &[
    ("How do I descale the machine?", "citric acid"),
    ("How often do I have to descale the coffee machine?", "two months"),
    ("How long is the warranty of the coffee machine?", "24 months"),
    ("How big is the water tank?", "1.8 litres"),
    ("How long does heating up take?", "45 seconds"),
    ("What beans should I not use?", "caramelised"),
    ("How do I clean the brew group?", "warm running water"),
    ("What does E09 mean?", "missing"),
    ("What should I do when the grinder is blocked?", "spoon"),
    ("When can I call customer service?", "weekdays"),
    ("What voids the warranty?", "Vinegar"),
    ("How do I make two cups?", "twice"),
    ("How long does descaling take?", "25 minutes"),
    ("Where should I place the machine?", "level surface"),
    ("May I put the brew group into the dishwasher?", "dishwasher"),
    ("What is the fee for a pilot?", "410"),
    ("How much do fishing boats pay?", "half"),
    ("Above what length does a ship need a pilot?", "60"),
    ("What does a ship pay that leaves on the same day?", "nothing"),
    ("Which trips need approval?", "outside Europe"),
    ("Is alcohol reimbursed?", "not reimbursed"),
    ("How long do I have to submit a claim?", "six weeks"),
    ("What is the daily allowance for 24 hours?", "28 euros"),
    ("How much may a hotel cost in capital cities?", "190 euros"),
    ("How long must receipts be kept?", "ten years"),
    ("Where is the finance office?", "3.12"),
];

/// Questions about the same matters that the documents leave open.
const LEFT_OPEN: &[&str] = &[
    "What is the price of the coffee machine?",
    "How heavy is the machine?",
    "What colour is the machine?",
    "Who invented the coffee machine?",
    "Does the machine have a timer?",
    "Is there a mobile app for the machine?",
    "How do I connect the machine to wifi?",
    "What is the phone number of customer service?",
    "Can I bring my dog on a trip?",
    "How many vacation days do I get?",
    "What is the mileage rate for a private car?",
    "Who is the harbour master?",
    "What is the speed limit in the harbour?",
];

/// Questions that are about other matters.
const GENERAL: &[&str] = &[
    "What is the capital of France?",
    "Explain Rust ownership",
    "How do vaccines work?",
    "Write a poem about the sea",
    "Give me tips for a job interview",
];

#[test]
fn what_the_documents_say_is_answered_and_what_they_do_not_is_not() {
    let asked = Asked::new();
    let mut wrong = Vec::new();
    for (question, words) in ANSWERED {
        match asked.ask(question) {
            Ok(Ruling::Approved(answer)) if answer.parts().text.contains(words) => {}
            other => wrong.push(format!("{question}: {other:?}")),
        }
    }
    for question in LEFT_OPEN {
        let ruling = asked.ask(question);
        if !matches!(ruling, Ok(Ruling::Abstained { .. })) {
            wrong.push(format!("{question}: {ruling:?}"));
        }
    }
    for question in GENERAL {
        let ruling = asked.ask(question);
        if !matches!(ruling, Err(CouncilError::NeedsGenerator)) {
            wrong.push(format!("{question}: {ruling:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The three documents of the browser tests in a library, and the encoder.
struct Asked {
    library: Library,
    encoder: Rc<dyn Encoder>,
}

impl Asked {
    fn new() -> Self {
        let encoder: Rc<dyn Encoder> =
            Rc::new(Remembering { encoder: packs::encoder(packs::ENCODER).unwrap(), known: RefCell::default() });
        let library =
            pollster::block_on(Library::open(Rc::new(MemoryStore::default()), Rc::new(MemoryLock::default()))).unwrap();
        let folder = packs::package().join("../../e2e/documents");
        for name in ["coffee-machine.md", "harbour_fees.txt", "travel-policy.html"] {
            let bytes = std::fs::read(folder.join(name)).unwrap();
            let prepared = Prepared::new(conclave_import::first(name, &bytes).unwrap());
            let document = pollster::block_on(library.add(&prepared, 0)).unwrap().id;
            let missing = library.next_missing(&document, encoder.name(), usize::MAX).unwrap();
            let texts = pollster::block_on(library.texts_to_embed(&missing)).unwrap();
            let rows = embed(&*encoder, &texts.iter().map(String::as_str).collect::<Vec<_>>());
            let rows = vec![(document, 0, rows)];
            let vectors = PassageVectors { encoder: encoder.name().into(), dim: encoder.dim(), rows };
            pollster::block_on(library.attach(&vectors)).unwrap();
        }
        Self { library, encoder }
    }

    fn ask(&self, text: &str) -> Result<Ruling, CouncilError> {
        let vector = embed(&*self.encoder, &[text]).remove(0);
        let query = Query { text, vector: Some(QueryVector { encoder: self.encoder.name(), values: &vector }) };
        let question = Question {
            text: text.to_owned(),
            history: Vec::new(),
            passages: pollster::block_on(self.library.search(&query, 8)).unwrap(),
            library: self.facts(text),
        };
        let models = Models { encoder: Some(Rc::clone(&self.encoder)), generator: None };
        let (clock, pulse) = (SystemClock::new(), Pulse::none());
        let call = Call { manifest: ManifestId("asked".into()), pulse: &pulse, clock: &clock, sink: Rc::new(|_| {}) };
        let council = Council::new(models, &Settings::default());
        pollster::block_on(council.deliberate(&question, call)).map(|done| done.ruling)
    }

    /// In so small a library a word's exact count says nothing; found or not does.
    fn facts(&self, text: &str) -> LibraryFacts {
        let listed = self.library.list();
        let found = |word: &String| self.library.coverage(word).terms.first().map(|term| u32::from(term.found));
        let words: BTreeMap<String, u32> =
            library_words(text).into_iter().filter_map(|word| found(&word).map(|count| (word, count))).collect();
        let passages = listed.iter().map(|info| info.passages).sum();
        LibraryFacts { documents: u32::try_from(listed.len()).unwrap(), passages, word_passages: words }
    }
}

fn embed(encoder: &dyn Encoder, texts: &[&str]) -> Vec<Vec<f32>> {
    pollster::block_on(encoder.embed(texts, &Pulse::none())).unwrap()
}

/// The encoder, which embeds each text once: forty questions read the same sentences.
struct Remembering<E> {
    encoder: E,
    known: RefCell<HashMap<String, Vec<f32>>>,
}

impl<E: Encoder> Encoder for Remembering<E> {
    fn name(&self) -> &str {
        self.encoder.name()
    }

    fn dim(&self) -> usize {
        self.encoder.dim()
    }

    fn embed<'a>(
        &'a self,
        texts: &'a [&'a str],
        pulse: &'a Pulse,
    ) -> LocalFuture<'a, Result<Vec<Vec<f32>>, InferenceError>> {
        Box::pin(async move {
            let new: Vec<&str> =
                texts.iter().copied().filter(|text| !self.known.borrow().contains_key(*text)).collect();
            if !new.is_empty() {
                let rows = self.encoder.embed(&new, pulse).await?;
                self.known.borrow_mut().extend(new.iter().map(|text| (*text).to_owned()).zip(rows));
            }
            let known = self.known.borrow();
            Ok(texts.iter().map(|text| known[*text].clone()).collect())
        })
    }
}
