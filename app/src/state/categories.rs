//! Kinds of private values: their words, how they are counted, and how they are grouped for a person.

use conclave_protocol::Category;

/// Kinds that a person thinks of together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CategoryGroup {
    /// Who somebody is and where they live.
    People,
    /// How somebody is reached.
    Contact,
    /// Cards, accounts, wallets.
    Money,
    /// Numbers that authorities, insurers and registers give.
    Identity,
    /// What opens something.
    Secrets,
    /// Devices and addresses in networks.
    Network,
    /// The person's own rules.
    Own,
}

impl CategoryGroup {
    /// The groups whose kinds a person may keep; their own rules always hide.
    pub const CHOSEN: [Self; 6] =
        [Self::People, Self::Contact, Self::Money, Self::Identity, Self::Secrets, Self::Network];

    /// The heading.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::People => "About people",
            Self::Contact => "Contact",
            Self::Money => "Money",
            Self::Identity => "Identity numbers",
            Self::Secrets => "Secrets",
            Self::Network => "Network and devices",
            Self::Own => "Your own rules",
        }
    }

    /// The group of a kind.
    #[must_use]
    pub const fn of(category: Category) -> Self {
        match category {
            Category::Person
            | Category::Title
            | Category::Location
            | Category::Organization
            | Category::Nrp
            | Category::DateTime
            | Category::Age => Self::People,
            Category::Email | Category::Phone | Category::Address | Category::PostalCode => Self::Contact,
            Category::CreditCard
            | Category::Iban
            | Category::Bic
            | Category::BankAccount
            | Category::BankRouting
            | Category::CryptoAddress => Self::Money,
            Category::UsSsn
            | Category::NationalId
            | Category::TaxId
            | Category::VatId
            | Category::BusinessId
            | Category::Passport
            | Category::DriverLicense
            | Category::LicensePlate
            | Category::HealthId
            | Category::MedicalLicense => Self::Identity,
            Category::Secret | Category::Password | Category::ApiKey | Category::Jwt | Category::PrivateKey => {
                Self::Secrets
            }
            Category::IpAddress | Category::MacAddress | Category::Url | Category::DeviceId => Self::Network,
            Category::Custom => Self::Own,
        }
    }

    /// Its kinds.
    pub fn members(self) -> impl Iterator<Item = Category> {
        Category::ALL.into_iter().filter(move |category| Self::of(*category) == self)
    }
}

/// One value of a kind and several, as they are counted in a sentence.
const fn nouns(category: Category) -> (&'static str, &'static str) {
    match category {
        Category::Person => ("name of a person", "names of people"),
        Category::Title => ("title", "titles"),
        Category::Location => ("place", "places"),
        Category::Organization => ("organisation", "organisations"),
        Category::Nrp => ("nationality, religion or party", "nationalities, religions or parties"),
        Category::Address => ("street address", "street addresses"),
        Category::PostalCode => ("postal code", "postal codes"),
        Category::DateTime => ("date of a person", "dates of people"),
        Category::Age => ("age", "ages"),
        Category::Email => ("e-mail address", "e-mail addresses"),
        Category::Phone => ("telephone number", "telephone numbers"),
        Category::IpAddress => ("IP address", "IP addresses"),
        Category::MacAddress => ("MAC address", "MAC addresses"),
        Category::Url => ("web address", "web addresses"),
        Category::DeviceId => ("identifier of a device or user", "identifiers of devices or users"),
        Category::CreditCard => ("card number", "card numbers"),
        Category::Iban => ("IBAN", "IBANs"),
        Category::Bic => ("BIC of a bank", "BICs of banks"),
        Category::BankAccount => ("account number", "account numbers"),
        Category::BankRouting => ("routing number of a bank", "routing numbers of banks"),
        Category::CryptoAddress => ("crypto wallet", "crypto wallets"),
        Category::UsSsn => ("social security number", "social security numbers"),
        Category::NationalId => ("identity number", "identity numbers"),
        Category::TaxId => ("tax number", "tax numbers"),
        Category::VatId => ("VAT number", "VAT numbers"),
        Category::BusinessId => ("number of a company", "numbers of companies"),
        Category::Passport => ("passport number", "passport numbers"),
        Category::DriverLicense => ("driving licence number", "driving licence numbers"),
        Category::LicensePlate => ("licence plate", "licence plates"),
        Category::HealthId => ("health number", "health numbers"),
        Category::MedicalLicense => ("medical licence", "medical licences"),
        Category::Secret => ("secret", "secrets"),
        Category::Password => ("password", "passwords"),
        Category::ApiKey => ("API key", "API keys"),
        Category::Jwt => ("web token", "web tokens"),
        Category::PrivateKey => ("private key or certificate", "private keys or certificates"),
        Category::Custom => ("value of your own rules", "values of your own rules"),
    }
}

/// One value of the kind inside a sentence: "e-mail address".
#[must_use]
pub const fn category_noun(category: Category) -> &'static str {
    nouns(category).0
}

/// Several values of the kind inside a sentence: "e-mail addresses".
#[must_use]
pub const fn category_nouns(category: Category) -> &'static str {
    nouns(category).1
}

/// What one value of the kind is: "E-mail address".
#[must_use]
pub fn category_words(category: Category) -> String {
    capital(nouns(category).0)
}

/// The kind as a heading: "E-mail addresses".
#[must_use]
pub fn category_heading(category: Category) -> String {
    capital(nouns(category).1)
}

/// So many values of a kind: "2 e-mail addresses".
#[must_use]
pub fn counted(category: Category, count: usize) -> String {
    let (one, many) = nouns(category);
    format!("{count} {}", if count == 1 { one } else { many })
}

/// Counts of several kinds in a sentence's part: "2 e-mail addresses, 1 card number"; empty for none.
#[must_use]
pub fn counted_all(counts: impl IntoIterator<Item = (Category, usize)>) -> String {
    let parts: Vec<String> = counts.into_iter().map(|(category, count)| counted(category, count)).collect();
    parts.join(", ")
}

fn capital(noun: &str) -> String {
    let mut chars = noun.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_one_group_and_words_of_its_own() {
        let all: Vec<Category> =
            CategoryGroup::CHOSEN.into_iter().chain([CategoryGroup::Own]).flat_map(CategoryGroup::members).collect();
        assert_eq!(all.len(), Category::ALL.len());
        for (at, category) in all.iter().enumerate() {
            for other in &all[..at] {
                assert_ne!(category_words(*category), category_words(*other));
                assert_ne!(category_heading(*category), category_heading(*other));
            }
        }
    }

    #[test]
    fn counts_are_said_in_words() {
        let counts = [(Category::Email, 2), (Category::CreditCard, 1)];
        assert_eq!(counted_all(counts), "2 e-mail addresses, 1 card number");
        assert_eq!(counted_all([]), "");
        assert_eq!(category_words(Category::Email), "E-mail address");
        assert_eq!(category_heading(Category::Iban), "IBANs");
    }
}
