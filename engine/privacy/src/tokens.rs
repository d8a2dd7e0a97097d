//! One value, one token.

use std::collections::HashMap;
use std::net::Ipv6Addr;

use conclave_protocol::Category;

/// Numbers the values of one conversation (or of one text), per category from 1: `[EMAIL_01]`.
///
/// Two spellings of one value share a token: upper and lower case of an e-mail address, separators of a card or telephone
/// number, short and long forms of an IPv6 address.
#[derive(Default)]
pub struct Tokens {
    numbers: HashMap<(Category, String), u32>,
    last: HashMap<Category, u32>,
}

impl Tokens {
    /// No values yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The token of `value`; a new value gets the next number of its category.
    pub fn token(&mut self, category: Category, value: &str) -> String {
        let last = self.last.entry(category).or_default();
        let number = *self.numbers.entry((category, normal_form(category, value))).or_insert_with(|| {
            *last += 1;
            *last
        });
        format!("[{}_{number:02}]", category.stem())
    }
}

/// The spelling that all spellings of a value share.
fn normal_form(category: Category, value: &str) -> String {
    match category {
        // Domains know no case, and no mail service in use tells local parts apart by case (RFC 5321, 2.4 would allow it).
        Category::Email => value.to_lowercase(),
        Category::CreditCard | Category::UsSsn => digits(value),
        Category::Phone => {
            // `+49…` and `0049…` call the same number; another extension is another value.
            let (number, extension) = value.split_at(value.find(['x', 'X', 'e', 'E', '#']).unwrap_or(value.len()));
            let number = digits(number);
            let number = number.strip_prefix("00").unwrap_or(&number);
            format!("{number}x{}", digits(extension))
        }
        Category::IpAddress => {
            value.parse::<Ipv6Addr>().map_or_else(|_| value.to_owned(), |address| address.to_string())
        }
        _ => value.to_owned(),
    }
}

fn digits(value: &str) -> String {
    value.chars().filter(char::is_ascii_digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_value_share_a_token() {
        let mut tokens = Tokens::new();
        assert_eq!(tokens.token(Category::Email, "A@Example.com"), "[EMAIL_01]");
        assert_eq!(tokens.token(Category::Email, "b@example.com"), "[EMAIL_02]");
        assert_eq!(tokens.token(Category::Email, "a@example.COM"), "[EMAIL_01]");
        assert_eq!(tokens.token(Category::CreditCard, "4111 1111 1111 1111"), "[CREDIT_CARD_01]");
        assert_eq!(tokens.token(Category::CreditCard, "4111-1111-1111-1111"), "[CREDIT_CARD_01]");
        assert_eq!(tokens.token(Category::Phone, "+49 171 1234567"), "[PHONE_01]");
        assert_eq!(tokens.token(Category::Phone, "0049 (171) 1234567"), "[PHONE_01]");
        assert_eq!(tokens.token(Category::IpAddress, "2001:db8::1"), "[IP_ADDRESS_01]");
        assert_eq!(tokens.token(Category::IpAddress, "2001:0DB8:0:0::1"), "[IP_ADDRESS_01]");
    }

    #[test]
    fn keys_that_differ_in_case_are_different_keys() {
        let mut tokens = Tokens::new();
        assert_ne!(tokens.token(Category::ApiKey, "abcD"), tokens.token(Category::ApiKey, "abcd"));
    }
}
