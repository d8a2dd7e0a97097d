//! What is looked for: detectors as data.

use conclave_protocol::{Category, Evidence, Span};

use crate::identifiers::{announced, mrz, reference};
use crate::secrets::{jwt, pem, url};
use crate::{email, ip, structured, web};

/// How sure a kind of find is; where finds overlap, the stronger one names the united span.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Strength {
    /// Words beside it, or a list of names, say so.
    Contextual,
    /// The form alone.
    Patterned,
    /// A check digit or a numbering rule holds as well.
    Checksummed,
    /// A credential: covered whatever else it may be.
    Secret,
}

impl Strength {
    /// The score of a find of this kind about which nothing more is known.
    #[must_use]
    pub const fn score(self) -> f32 {
        match self {
            Self::Contextual => 0.6,
            Self::Patterned => 0.8,
            Self::Checksummed => 0.95,
            Self::Secret => 0.98,
        }
    }
}

/// One recognised value.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// Place in the text, in UTF-8 bytes.
    pub span: Span,
    /// Kind of value.
    pub category: Category,
    /// How sure the kind of find is.
    pub strength: Strength,
    /// How sure this find is, from 0 to 1.
    pub score: f32,
    /// Name of the detector ("email", "github").
    pub detector: &'static str,
}

impl Finding {
    /// The score of a form that is not written for anything else: an e-mail address of a top-level domain that there is, an
    /// IP address behind its name.
    pub const UNMISTAKABLE: f32 = 0.99;

    /// A find with the score of its strength.
    #[must_use]
    pub const fn new(span: Span, category: Category, strength: Strength, detector: &'static str) -> Self {
        Self { span, category, strength, score: strength.score(), detector }
    }

    /// Why it was recognised, as it is told to a person.
    #[must_use]
    pub fn evidence(&self) -> Evidence {
        match self.strength {
            _ if self.category == Category::Custom => Evidence::Own,
            _ if self.detector == structured::FIELD => Evidence::Context,
            Strength::Contextual => Evidence::Context,
            Strength::Patterned => Evidence::Form,
            Strength::Checksummed => Evidence::Checked,
            Strength::Secret => Evidence::Credential,
        }
    }

    /// The same with another score.
    #[must_use]
    pub const fn scored(mut self, score: f32) -> Self {
        self.score = score;
        self
    }
}

/// Looks at the neighbourhood of an anchor that was found at a byte offset; gives the span of a value.
///
/// The time may depend on what it returns, else only on a constant.
pub(crate) type Scan = fn(text: &str, at: usize) -> Option<Span>;

/// Whether a value cannot be anything else.
pub(crate) type Unmistakable = fn(value: &str) -> bool;

/// A detector that starts from a literal.
pub struct Detector {
    /// Its name, unique.
    pub name: &'static str,
    /// What it finds.
    pub category: Category,
    /// How sure it is.
    pub strength: Strength,
    /// ASCII literals one of which stands in every value (or right before it); compared without regard to case.
    pub anchors: &'static [&'static str],
    pub(crate) scan: Scan,
    /// Which of its values are of this kind beyond doubt, where that is told from the value alone.
    pub(crate) unmistakable: Option<Unmistakable>,
}

impl Detector {
    /// The find of a value.
    pub(crate) fn finding(&self, span: Span, text: &str) -> Finding {
        let finding = Finding::new(span, self.category, self.strength, self.name);
        let is_certain = self.unmistakable.is_some_and(|is_so| span.of(text).is_some_and(is_so));
        if is_certain { finding.scored(Finding::UNMISTAKABLE) } else { finding }
    }
}

/// Detectors with a scanner of their own. Keys of services are a table ([`crate::secrets`]); numbers (cards, telephone and
/// social security numbers, IPv4) start from digits instead of a literal.
pub static DETECTORS: [Detector; 16] = [
    Detector {
        name: "pem",
        category: Category::PrivateKey,
        strength: Strength::Secret,
        anchors: &["-----begin "],
        scan: pem::scan,
        unmistakable: None,
    },
    Detector {
        name: "url",
        category: Category::Url,
        strength: Strength::Secret,
        anchors: &["://"],
        scan: url::scan,
        unmistakable: None,
    },
    Detector {
        name: "jwt",
        category: Category::Jwt,
        strength: Strength::Secret,
        // `{"` in base 64 is `eyI` or, as nearly always with a key that begins with a letter, `eyJ`; `{\n` is `ewo`,
        // `{ ` is `eyA`.
        anchors: &["eyj", "ewo", "eya"],
        scan: jwt::scan,
        unmistakable: None,
    },
    Detector {
        name: "email",
        category: Category::Email,
        strength: Strength::Patterned,
        anchors: &["@"],
        scan: email::scan,
        unmistakable: Some(email::is_unmistakable),
    },
    Detector {
        name: "email-spelled",
        category: Category::Email,
        strength: Strength::Patterned,
        // A plain `at` counts only where `dot` follows, so ` dot ` could be the anchor; but the local part is before `at`.
        anchors: &["[at]", "(at)", "{at}", "<at>", "[@]", "(@)", " at ", " @ "],
        scan: email::scan_spelled,
        unmistakable: None,
    },
    Detector {
        name: "ipv6",
        category: Category::IpAddress,
        strength: Strength::Patterned,
        anchors: &[":"],
        scan: ip::scan_v6,
        unmistakable: Some(ip::is_unmistakable_v6),
    },
    Detector {
        name: "mrz",
        category: Category::Passport,
        strength: Strength::Checksummed,
        anchors: &["<<"],
        scan: mrz::scan,
        unmistakable: None,
    },
    Detector {
        name: "mac-announced",
        category: Category::MacAddress,
        strength: Strength::Checksummed,
        anchors: announced::MAC,
        scan: announced::hardware,
        unmistakable: None,
    },
    Detector {
        name: "bic",
        category: Category::Bic,
        strength: Strength::Patterned,
        anchors: announced::BIC,
        scan: announced::bic,
        unmistakable: None,
    },
    Detector {
        name: "device-id",
        category: Category::DeviceId,
        strength: Strength::Contextual,
        anchors: announced::DEVICE,
        scan: announced::device,
        unmistakable: None,
    },
    Detector {
        name: "health-id",
        category: Category::HealthId,
        strength: Strength::Contextual,
        anchors: announced::HEALTH,
        scan: announced::health,
        unmistakable: None,
    },
    Detector {
        name: "health-number",
        category: Category::HealthId,
        strength: Strength::Contextual,
        anchors: reference::HEALTH,
        scan: reference::health,
        unmistakable: None,
    },
    Detector {
        name: "person-number",
        category: Category::DeviceId,
        strength: Strength::Contextual,
        anchors: reference::PERSON,
        scan: reference::person,
        unmistakable: None,
    },
    Detector {
        name: "account-number",
        category: Category::BankAccount,
        strength: Strength::Contextual,
        anchors: reference::ACCOUNT,
        scan: reference::account,
        unmistakable: None,
    },
    Detector {
        name: "licence-number",
        category: Category::DriverLicense,
        strength: Strength::Contextual,
        anchors: reference::LICENCE,
        scan: reference::licence,
        unmistakable: None,
    },
    Detector {
        name: "private-url",
        category: Category::Url,
        strength: Strength::Patterned,
        anchors: &["://"],
        scan: web::scan_private,
        unmistakable: None,
    },
];
