//! Kinds of private values.

use serde::{Deserialize, Serialize};

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
