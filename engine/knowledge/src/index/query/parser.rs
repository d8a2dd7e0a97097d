//! Tokens become what must hold and what ranks.

use super::filter::Filter;
use super::lexer::{Token, tokens};

/// What a passage must fulfil.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// Holds the word in any of its forms.
    Word(String),
    /// Holds the words beside each other. A set of passages is a superset: [`Parsed::phrases`] are compared with the text.
    Phrase(String),
    /// Holds a word that begins so.
    Prefix(String),
    /// Holds a word that is written nearly so; how many letters may differ, or the usual number.
    Fuzzy(String, Option<usize>),
    /// Belongs to a document that passes.
    Filter(Filter),
    /// Fulfils all.
    All(Vec<Node>),
    /// Fulfils at least one.
    Any(Vec<Node>),
    /// Does not fulfil it.
    Not(Box<Node>),
}

/// A query that was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parsed {
    /// What ranks: words and phrases without operators, fields and what must not occur. For a query without any of these it is
    /// the query itself.
    pub text: String,
    /// What a passage must fulfil; `None` where nothing.
    pub condition: Option<Node>,
    /// Phrases that a passage's text must hold.
    pub phrases: Vec<String>,
    /// Phrases that it must not hold.
    pub excluded_phrases: Vec<String>,
}

/// Deepest nesting; deeper parentheses are left out.
const MAX_DEPTH: usize = 16;

/// Reads a query. Never fails.
#[must_use]
pub fn parse(text: &str) -> Parsed {
    let is_sentence = text.trim_end().ends_with(['?', '\u{ff1f}', '\u{61f}']);
    let has_small_letters = text.chars().any(char::is_lowercase) || !text.chars().any(char::is_uppercase);
    let tokens = tokens(text, is_sentence || !has_small_letters);
    if tokens.iter().all(|token| matches!(token, Token::Word(_))) {
        return Parsed { text: text.to_owned(), ..Parsed::default() };
    }
    let mut parser = Parser { tokens: &tokens, at: 0 };
    let mut clauses = Vec::new();
    // A closing parenthesis without an opening one ends nothing.
    while parser.at < tokens.len() {
        clauses.extend(parser.either(0));
        parser.at += 1;
    }
    let mut parsed = Parsed::default();
    let mut words = Vec::new();
    for clause in &clauses {
        clause.node.collect(false, &mut words);
    }
    parsed.text = words.join(" ");
    for clause in &clauses {
        match &clause.node {
            Node::Phrase(phrase) => parsed.phrases.push(phrase.clone()),
            Node::All(nodes) => {
                let phrases =
                    nodes.iter().filter_map(|node| if let Node::Phrase(phrase) = node { Some(phrase) } else { None });
                parsed.phrases.extend(phrases.cloned());
            }
            Node::Not(node) => {
                if let Node::Phrase(phrase) = &**node {
                    parsed.excluded_phrases.push(phrase.clone());
                }
            }
            _ => {}
        }
    }
    let required = clauses.into_iter().filter(|clause| clause.is_required).map(|clause| clause.node);
    // That a phrase does not occur is seen in the text: its words may well occur apart.
    let required: Vec<Node> =
        required.filter(|node| !matches!(node, Node::Not(inner) if matches!(**inner, Node::Phrase(_)))).collect();
    parsed.condition = all(required);
    parsed
}

/// A part of a query and whether it must hold: a plain word only ranks.
struct Clause {
    node: Node,
    is_required: bool,
}

struct Parser<'a> {
    tokens: &'a [Token],
    at: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn take(&mut self, token: &Token) -> bool {
        let same = self.peek() == Some(token);
        self.at += usize::from(same);
        same
    }

    /// Clauses up to the end or a closing parenthesis: operands beside each other, joined by `OR` and `AND` where they stand.
    fn either(&mut self, depth: usize) -> Vec<Clause> {
        let mut clauses: Vec<Clause> = Vec::new();
        while self.peek().is_some_and(|token| *token != Token::Close) {
            let Some(first) = self.both(depth) else { continue };
            let mut options = vec![first];
            while self.take(&Token::Or) {
                options.extend(self.both(depth));
            }
            if options.len() == 1 {
                clauses.append(&mut options);
            } else {
                let nodes = options.into_iter().map(|clause| clause.node).collect();
                clauses.push(Clause { node: Node::Any(nodes), is_required: true });
            }
        }
        clauses
    }

    fn both(&mut self, depth: usize) -> Option<Clause> {
        let first = self.operand(depth);
        let mut joined = Vec::new();
        while self.take(&Token::And) {
            joined.extend(self.operand(depth));
        }
        if joined.is_empty() {
            return first;
        }
        let nodes = first.into_iter().chain(joined).map(|clause| clause.node).collect();
        Some(Clause { node: all(nodes)?, is_required: true })
    }

    /// One operand. Takes at least one token, so that reading comes to an end; an operator without operands is left out.
    fn operand(&mut self, depth: usize) -> Option<Clause> {
        let token = self.peek()?.clone();
        if token == Token::Close {
            return None;
        }
        self.at += 1;
        let required = |node| Some(Clause { node, is_required: true });
        match token {
            Token::Word(word) => Some(Clause { node: Node::Word(word), is_required: false }),
            Token::Phrase(phrase) => required(Node::Phrase(phrase)),
            Token::Prefix(prefix) => required(Node::Prefix(prefix)),
            Token::Fuzzy(word, edits) => required(Node::Fuzzy(word, edits)),
            Token::Filter(filter) => required(Node::Filter(filter)),
            Token::Must => Some(Clause { is_required: true, ..self.operand(depth)? }),
            Token::Not => required(Node::Not(Box::new(self.operand(depth)?.node))),
            Token::Open if depth < MAX_DEPTH => {
                let inside = self.either(depth + 1);
                self.take(&Token::Close);
                let is_required = inside.iter().any(|clause| clause.is_required);
                let node = all(inside.into_iter().map(|clause| clause.node).collect())?;
                Some(Clause { node, is_required })
            }
            Token::Open | Token::Close | Token::And | Token::Or => None,
        }
    }
}

fn all(mut nodes: Vec<Node>) -> Option<Node> {
    if nodes.len() > 1 { Some(Node::All(nodes)) } else { nodes.pop() }
}

impl Node {
    /// The words that rank.
    fn collect(&self, is_denied: bool, words: &mut Vec<String>) {
        match self {
            Self::Word(word) | Self::Phrase(word) | Self::Prefix(word) | Self::Fuzzy(word, _) if !is_denied => {
                words.push(word.clone());
            }
            Self::All(nodes) | Self::Any(nodes) => nodes.iter().for_each(|node| node.collect(is_denied, words)),
            Self::Not(node) => node.collect(true, words),
            _ => {}
        }
    }
}
