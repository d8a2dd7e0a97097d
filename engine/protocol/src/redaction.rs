//! Messages of the `redact` program: the composer's text in, marks out.

use serde::{Deserialize, Serialize};

use crate::id::{RequestId, Span};

/// What kind of value a mark covers. The names are those of EVAL.md's suite `redact`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Category {
    /// E-mail address.
    Email,
    /// Telephone number.
    Phone,
    /// United States social security number.
    UsSsn,
    /// Payment card number (Luhn).
    CreditCard,
    /// Key of a service.
    ApiKey,
    /// JSON Web Token.
    Jwt,
    /// IPv4 or IPv6 address.
    IpAddress,
    /// URL that carries a user name and password.
    Url,
    /// PEM private key block.
    PrivateKey,
}

impl Category {
    /// The stem of tokens of this category: `EMAIL` in `[EMAIL_01]`.
    #[must_use]
    pub const fn stem(self) -> &'static str {
        match self {
            Self::Email => "EMAIL",
            Self::Phone => "PHONE",
            Self::UsSsn => "US_SSN",
            Self::CreditCard => "CREDIT_CARD",
            Self::ApiKey => "API_KEY",
            Self::Jwt => "JWT",
            Self::IpAddress => "IP_ADDRESS",
            Self::Url => "URL",
            Self::PrivateKey => "PRIVATE_KEY",
        }
    }
}

/// One recognised value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// Place in the text that was sent.
    pub span: Span,
    /// Kind of value.
    pub category: Category,
    /// The token that would stand in its place, such as `[EMAIL_01]`.
    pub token: String,
}

/// Page to `redact` program.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum ToRedact {
    /// Find what should not leave the device.
    Mark {
        /// Number of this request; an answer to an older one is ignored by the page.
        id: RequestId,
        /// The composer's text.
        text: String,
    },
}

/// `redact` program to page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum FromRedact {
    /// The program runs.
    Ready,
    /// What was found, ordered by place, without overlaps.
    Marks {
        /// The request's number.
        id: RequestId,
        /// The finds.
        marks: Vec<Mark>,
    },
}
