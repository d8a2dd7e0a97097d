//! Messages of the `redact` program: the composer's text in, marks out.

use serde::{Deserialize, Serialize};

use crate::id::{RequestId, Span, ThreadId};
use crate::privacy::{PrivacySettings, RuleProblem};
use crate::problem::Problem;

/// What kind of value a mark covers. The names are those of EVAL.md's suite `redact`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Category {
    /// A person's name.
    Person,
    /// Form of address or academic title: `Dr.`, `Frau`.
    Title,
    /// Town, region, country, named place.
    Location,
    /// Company, authority, institution.
    Organization,
    /// Nationality, religious or political group.
    Nrp,
    /// Street address, with what belongs to it.
    Address,
    /// Postal code.
    PostalCode,
    /// Date of birth, or another date that belongs to a person.
    DateTime,
    /// Age of a person.
    Age,
    /// E-mail address.
    Email,
    /// Telephone number.
    Phone,
    /// IPv4 or IPv6 address.
    IpAddress,
    /// MAC address (IEEE 802).
    MacAddress,
    /// URL that carries a user name and password, or that leads to a person.
    Url,
    /// Identifier of a device, an installation or a user: IMEI, UUID, vehicle identification number.
    DeviceId,
    /// Payment card number (Luhn).
    CreditCard,
    /// International bank account number (ISO 13616).
    Iban,
    /// Business identifier code of a bank (ISO 9362).
    Bic,
    /// National bank account number.
    BankAccount,
    /// National bank routing number.
    BankRouting,
    /// Address of a crypto wallet.
    CryptoAddress,
    /// United States social security number.
    UsSsn,
    /// National identity or social insurance number.
    NationalId,
    /// Tax number of a person.
    TaxId,
    /// Value added tax number.
    VatId,
    /// Number of a company in a register.
    BusinessId,
    /// Passport number.
    Passport,
    /// Driving licence number.
    DriverLicense,
    /// Licence plate of a vehicle.
    LicensePlate,
    /// Medical record or health insurance number.
    HealthId,
    /// Licence number of somebody in a medical profession.
    MedicalLicense,
    /// Credential of another kind: connection string, password hash, session cookie, seed phrase.
    Secret,
    /// Password.
    Password,
    /// Key of a service.
    ApiKey,
    /// JSON Web Token.
    Jwt,
    /// Private key or certificate in PEM form.
    PrivateKey,
    /// A term that the person told us to hide.
    Custom,
}

impl Category {
    /// Every category.
    pub const ALL: [Self; 37] = [
        Self::Person,
        Self::Title,
        Self::Location,
        Self::Organization,
        Self::Nrp,
        Self::Address,
        Self::PostalCode,
        Self::DateTime,
        Self::Age,
        Self::Email,
        Self::Phone,
        Self::IpAddress,
        Self::MacAddress,
        Self::Url,
        Self::DeviceId,
        Self::CreditCard,
        Self::Iban,
        Self::Bic,
        Self::BankAccount,
        Self::BankRouting,
        Self::CryptoAddress,
        Self::UsSsn,
        Self::NationalId,
        Self::TaxId,
        Self::VatId,
        Self::BusinessId,
        Self::Passport,
        Self::DriverLicense,
        Self::LicensePlate,
        Self::HealthId,
        Self::MedicalLicense,
        Self::Secret,
        Self::Password,
        Self::ApiKey,
        Self::Jwt,
        Self::PrivateKey,
        Self::Custom,
    ];

    /// The stem of tokens of this category: `EMAIL` in `[EMAIL_01]`.
    #[must_use]
    pub const fn stem(self) -> &'static str {
        match self {
            Self::Person => "PERSON",
            Self::Title => "TITLE",
            Self::Location => "LOCATION",
            Self::Organization => "ORGANIZATION",
            Self::Nrp => "NRP",
            Self::Address => "ADDRESS",
            Self::PostalCode => "POSTAL_CODE",
            Self::DateTime => "DATE_TIME",
            Self::Age => "AGE",
            Self::Email => "EMAIL",
            Self::Phone => "PHONE",
            Self::IpAddress => "IP_ADDRESS",
            Self::MacAddress => "MAC_ADDRESS",
            Self::Url => "URL",
            Self::DeviceId => "DEVICE_ID",
            Self::CreditCard => "CREDIT_CARD",
            Self::Iban => "IBAN",
            Self::Bic => "BIC",
            Self::BankAccount => "BANK_ACCOUNT",
            Self::BankRouting => "BANK_ROUTING",
            Self::CryptoAddress => "CRYPTO_ADDRESS",
            Self::UsSsn => "US_SSN",
            Self::NationalId => "NATIONAL_ID",
            Self::TaxId => "TAX_ID",
            Self::VatId => "VAT_ID",
            Self::BusinessId => "BUSINESS_ID",
            Self::Passport => "PASSPORT",
            Self::DriverLicense => "DRIVER_LICENSE",
            Self::LicensePlate => "LICENSE_PLATE",
            Self::HealthId => "HEALTH_ID",
            Self::MedicalLicense => "MEDICAL_LICENSE",
            Self::Secret => "SECRET",
            Self::Password => "PASSWORD",
            Self::ApiKey => "API_KEY",
            Self::Jwt => "JWT",
            Self::PrivateKey => "PRIVATE_KEY",
            Self::Custom => "CUSTOM",
        }
    }

    /// The category with this stem.
    #[must_use]
    pub fn of_stem(stem: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.stem() == stem)
    }
}

/// Why a value was recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Evidence {
    /// Words beside it, a field's name or a list of names say so.
    Context,
    /// It has the form of its kind.
    Form,
    /// It has the form, and a check digit or a numbering rule holds.
    Checked,
    /// It is a credential by its issuer's own form, or is announced as one.
    Credential,
    /// A term or pattern of the person's own.
    Own,
}

/// One recognised value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Mark {
    /// Place in the text that was sent.
    pub span: Span,
    /// Kind of value.
    pub category: Category,
    /// The token that would stand in its place, such as `[EMAIL_01]`.
    pub token: String,
    /// How sure it is, from 0 to 1.
    pub score: f32,
    /// Why it was recognised.
    pub evidence: Evidence,
    /// What recognised it: `email`, `github`, `de-steuer-id`.
    pub detector: String,
}

/// A recognised value in a review.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Reviewed {
    /// What was recognised.
    pub mark: Mark,
    /// Whether its token stands in the redacted text.
    pub hidden: bool,
    /// Where the token, or the value that was kept, stands in the redacted text.
    pub redacted: Span,
}

/// A text beside its redacted form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Review {
    /// What would be sent: every hidden value replaced by its token.
    pub redacted: String,
    /// What was recognised, ordered by place, without overlaps.
    pub found: Vec<Reviewed>,
}

/// A token in an answer that was not replaced.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Doubt {
    /// Where it stands in the restored text.
    pub span: Span,
    /// Why, in a sentence.
    pub reason: String,
}

/// An answer with the values in place of their tokens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Restored {
    /// The text.
    pub text: String,
    /// Where values were put, ordered by place.
    pub values: Vec<Span>,
    /// Tokens that stay, because the conversation does not have them or they were changed too much.
    pub doubts: Vec<Doubt>,
}

/// How many values of one kind a conversation's tokens stand for; no values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenCount {
    /// The kind.
    pub category: Category,
    /// How many different values.
    pub values: u32,
}

/// Page to `redact` program.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum ToRedact {
    /// From now on, these rules hold.
    Configure {
        /// What the person decided.
        settings: PrivacySettings,
    },
    /// Find what should not leave the device.
    Mark {
        /// Number of this request; an answer to an older one is ignored by the page.
        id: RequestId,
        /// The composer's text.
        text: String,
    },
    /// Show what would be sent. The tokens are the conversation's; new ones last until the next review, or for good after
    /// `Keep`.
    Review {
        /// Number of this request.
        id: RequestId,
        /// The conversation whose tokens are used; a name of the page's own where there is no thread yet.
        thread: ThreadId,
        /// The text.
        text: String,
        /// Tokens whose values the person decided not to hide in this text.
        kept: Vec<String>,
        /// Stretches of the text that the person decided to hide as well.
        hidden: Vec<Span>,
    },
    /// Keep the values of the last review for the answer: the redacted text goes out now.
    Keep {
        /// Number of this request.
        id: RequestId,
        /// The conversation.
        thread: ThreadId,
    },
    /// Put the values back into an answer.
    Restore {
        /// Number of this request.
        id: RequestId,
        /// The conversation.
        thread: ThreadId,
        /// The answer.
        text: String,
    },
    /// Say how many values a conversation's tokens stand for.
    Count {
        /// Number of this request.
        id: RequestId,
        /// The conversation.
        thread: ThreadId,
    },
    /// Forget a conversation's tokens and values.
    Forget {
        /// Number of this request.
        id: RequestId,
        /// The conversation.
        thread: ThreadId,
    },
}

/// `redact` program to page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum FromRedact {
    /// The program runs.
    Ready,
    /// Answer to `Configure`: the rules that cannot be used. The others hold.
    Configured {
        /// What is wrong with them.
        problems: Vec<RuleProblem>,
    },
    /// What was found, ordered by place, without overlaps.
    Marks {
        /// The request's number.
        id: RequestId,
        /// The finds.
        marks: Vec<Mark>,
    },
    /// Answer to `Review`.
    Reviewed {
        /// The request's number.
        id: RequestId,
        /// The text beside its redacted form.
        review: Review,
    },
    /// Answer to `Keep`: the values are stored. Before that, nothing may be sent.
    Kept {
        /// The request's number.
        id: RequestId,
    },
    /// Answer to `Restore`.
    Restored {
        /// The request's number.
        id: RequestId,
        /// The answer with its values.
        restored: Restored,
    },
    /// Answer to `Count`.
    Counted {
        /// The request's number.
        id: RequestId,
        /// Kinds that the conversation has, in the order of [`Category`]; kinds without values are left out.
        counts: Vec<TokenCount>,
    },
    /// Answer to `Forget`.
    Forgotten {
        /// The request's number.
        id: RequestId,
    },
    /// A request failed; nothing may be sent.
    Failed {
        /// The request's number.
        id: RequestId,
        /// What happened, and what to do.
        problem: Problem,
    },
}
