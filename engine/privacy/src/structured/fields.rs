//! Names of fields, and what stands in them.

use conclave_protocol::Category;

/// Field names in lower case without anything but letters and digits, ordered. Names that say little (`name`, `title`,
/// `address`, `user`) are not here: a package, a server and a book have them as well.
const FIELDS: &[(&str, Category)] = &[
    ("account", Category::BankAccount),
    ("accountno", Category::BankAccount),
    ("accountnumber", Category::BankAccount),
    ("acct", Category::BankAccount),
    ("address1", Category::Address),
    ("address2", Category::Address),
    ("addressline1", Category::Address),
    ("addressline2", Category::Address),
    ("adresse", Category::Address),
    ("age", Category::Age),
    ("apellido", Category::Person),
    ("apellidos", Category::Person),
    ("badge", Category::DeviceId),
    ("bankaccount", Category::BankAccount),
    ("bankaccountnumber", Category::BankAccount),
    ("bic", Category::Bic),
    ("billingaddress", Category::Address),
    ("birth", Category::DateTime),
    ("birthdate", Category::DateTime),
    ("birthday", Category::DateTime),
    ("cardholder", Category::Person),
    ("cardholdername", Category::Person),
    ("cardnumber", Category::CreditCard),
    ("ccnumber", Category::CreditCard),
    ("cellphone", Category::Phone),
    ("cnp", Category::NationalId),
    ("cognome", Category::Person),
    ("contactname", Category::Person),
    ("contactperson", Category::Person),
    ("cpf", Category::TaxId),
    ("creditcard", Category::CreditCard),
    ("creditcardnumber", Category::CreditCard),
    ("customerid", Category::DeviceId),
    ("customername", Category::Person),
    ("dateofbirth", Category::DateTime),
    ("deviceid", Category::DeviceId),
    ("direccion", Category::Address),
    ("dl", Category::DriverLicense),
    ("dlnumber", Category::DriverLicense),
    ("dni", Category::NationalId),
    ("dob", Category::DateTime),
    ("doctorname", Category::Person),
    ("driverlicence", Category::DriverLicense),
    ("driverlicense", Category::DriverLicense),
    ("driverslicense", Category::DriverLicense),
    ("driverslicensenumber", Category::DriverLicense),
    ("drivinglicence", Category::DriverLicense),
    ("ein", Category::TaxId),
    ("email", Category::Email),
    ("emailaddress", Category::Email),
    ("employeeid", Category::DeviceId),
    ("employeename", Category::Person),
    ("familyname", Category::Person),
    ("fathername", Category::Person),
    ("faxnumber", Category::Phone),
    ("fechanacimiento", Category::DateTime),
    ("firstname", Category::Person),
    ("fname", Category::Person),
    ("fullname", Category::Person),
    ("geburtsdatum", Category::DateTime),
    ("geburtstag", Category::DateTime),
    ("givenname", Category::Person),
    ("homeaddress", Category::Address),
    ("homephone", Category::Phone),
    ("iban", Category::Iban),
    ("idcard", Category::NationalId),
    ("identitycard", Category::NationalId),
    ("imei", Category::DeviceId),
    ("indirizzo", Category::Address),
    ("insurance", Category::HealthId),
    ("insuranceid", Category::HealthId),
    ("insurancenumber", Category::HealthId),
    ("itin", Category::TaxId),
    ("kontonummer", Category::BankAccount),
    ("lastname", Category::Person),
    ("license", Category::DriverLicense),
    ("licenseplate", Category::LicensePlate),
    ("lname", Category::Person),
    ("maidenname", Category::Person),
    ("mailingaddress", Category::Address),
    ("medicalrecord", Category::HealthId),
    ("medicalrecordnumber", Category::HealthId),
    ("memberid", Category::HealthId),
    ("middlename", Category::Person),
    ("mobile", Category::Phone),
    ("mobilenumber", Category::Phone),
    ("mobilephone", Category::Phone),
    ("mothersmaidenname", Category::Person),
    ("mrn", Category::HealthId),
    ("nachname", Category::Person),
    ("nationalid", Category::NationalId),
    ("nationality", Category::Nrp),
    ("nhs", Category::HealthId),
    ("nif", Category::TaxId),
    ("nino", Category::NationalId),
    ("nomdefamille", Category::Person),
    ("npi", Category::MedicalLicense),
    ("passport", Category::Passport),
    ("passportno", Category::Passport),
    ("passportnumber", Category::Passport),
    ("patient", Category::Person),
    ("patientid", Category::HealthId),
    ("patientname", Category::Person),
    ("personalausweis", Category::NationalId),
    ("pesel", Category::NationalId),
    ("phone", Category::Phone),
    ("phonenumber", Category::Phone),
    ("plate", Category::LicensePlate),
    ("plz", Category::PostalCode),
    ("policy", Category::HealthId),
    ("postalcode", Category::PostalCode),
    ("postcode", Category::PostalCode),
    ("preferredname", Category::Person),
    ("prenom", Category::Person),
    ("religion", Category::Nrp),
    ("routing", Category::BankRouting),
    ("routingnumber", Category::BankRouting),
    ("shippingaddress", Category::Address),
    ("sin", Category::NationalId),
    ("socialsecurity", Category::UsSsn),
    ("socialsecuritynumber", Category::UsSsn),
    ("sortcode", Category::BankRouting),
    ("spousename", Category::Person),
    ("ssn", Category::UsSsn),
    ("steuernummer", Category::TaxId),
    ("strasse", Category::Address),
    ("streetaddress", Category::Address),
    ("studentid", Category::DeviceId),
    ("studentname", Category::Person),
    ("surname", Category::Person),
    ("swift", Category::Bic),
    ("taxid", Category::TaxId),
    ("taxnumber", Category::TaxId),
    ("tel", Category::Phone),
    ("telefon", Category::Phone),
    ("telefono", Category::Phone),
    ("telephone", Category::Phone),
    ("vat", Category::VatId),
    ("vatid", Category::VatId),
    ("vatnumber", Category::VatId),
    ("vin", Category::DeviceId),
    ("vorname", Category::Person),
    ("workphone", Category::Phone),
    ("zip", Category::PostalCode),
    ("zipcode", Category::PostalCode),
];

/// Longest name of a field.
const NAME_MAX: usize = 40;
/// Longest value that a field can mean: a postal address in one line.
const VALUE_MAX: usize = 160;

/// Whose field it is: `customer_ssn`, `Patient DOB`.
const OWNERS: [&str; 24] = [
    "applicant",
    "borrower",
    "buyer",
    "client",
    "contact",
    "cust",
    "customer",
    "emergency",
    "emp",
    "employee",
    "guest",
    "holder",
    "home",
    "insured",
    "my",
    "owner",
    "patient",
    "person",
    "primary",
    "seller",
    "spouse",
    "student",
    "user",
    "work",
];
/// What says that it is a number: `passport #`, `iban_nr`.
const NUMBERS: [&str; 7] = ["id", "identifier", "no", "nr", "num", "number", "value"];

/// What stands in a field of this name: `first_name`, `firstName`, `First Name`, `customer.firstName`.
pub(super) fn category(name: &str) -> Option<Category> {
    if name.len() > NAME_MAX {
        return None;
    }
    let last = name.rsplit(['.', '/']).next().unwrap_or(name);
    let mut folded = String::with_capacity(last.len());
    // Where words begin in it.
    let mut words = [0; WORDS_MAX];
    let (mut words_len, mut before) = (0, ' ');
    for c in last.chars() {
        let is_new = !before.is_alphanumeric() || before.is_lowercase() && c.is_uppercase();
        if c.is_alphanumeric() && is_new && words_len < WORDS_MAX {
            words[words_len] = folded.len();
            words_len += 1;
        }
        match c {
            'ß' => folded.push_str("ss"),
            'é' | 'É' => folded.push('e'),
            'ó' => folded.push('o'),
            c if c.is_ascii_alphanumeric() => folded.push(c.to_ascii_lowercase()),
            _ => {}
        }
        before = c;
    }
    let known = |name: &str| FIELDS.binary_search_by(|(known, _)| (*known).cmp(name)).ok().map(|at| FIELDS[at].1);
    let words = &words[..words_len];
    // `customer_ssn_no`: without its owner, without the word for a number, without both.
    let owned = words.get(1).copied().filter(|second| OWNERS.binary_search(&&folded[..*second]).is_ok());
    let number = words.last().copied().filter(|last| *last > 0 && NUMBERS.contains(&&folded[*last..]));
    known(&folded)
        .or_else(|| known(&folded[owned?..]))
        .or_else(|| known(&folded[..number?]))
        .or_else(|| known(folded.get(owned?..number?)?))
}

/// Most words of a name that are told apart.
const WORDS_MAX: usize = 8;

/// Words that stand where a value is missing, or where a schema names a type.
const NO_VALUES: [&str; 24] = [
    "-", "--", "---", "?", "any", "bool", "boolean", "char", "date", "false", "int", "integer", "n/a", "na", "nil",
    "none", "null", "number", "required", "str", "string", "text", "true", "unknown",
];

/// Whether a value can be what its field says.
pub(super) fn fits(category: Category, value: &str) -> bool {
    let value = value.trim();
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let letters = value.chars().filter(|c| c.is_alphabetic()).count();
    let is_code = value.contains(['<', '>', '{', '}', '$', '=', ';', '|', '`', '(', ')']);
    if value.is_empty()
        || value.len() > VALUE_MAX
        || is_code
        || NO_VALUES.binary_search(&value.to_ascii_lowercase().as_str()).is_ok()
    {
        return false;
    }
    match category {
        Category::Person => {
            letters >= 2 && digits == 0 && value.split_whitespace().count() <= 6 && !value.contains(['/', '@', '_'])
        }
        Category::Nrp => letters >= 3 && digits == 0,
        Category::Age => letters == 0 && (1..=3).contains(&digits),
        Category::Email => value.contains('@'),
        Category::Phone => digits >= 5,
        Category::Address => letters >= 3,
        Category::DateTime => digits >= 3,
        _ => digits >= 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_fields_are_known_in_all_their_spellings() {
        assert!(FIELDS.is_sorted_by_key(|(name, _)| *name));
        assert!(NO_VALUES.is_sorted() && OWNERS.is_sorted());
        for name in ["first_name", "firstName", "First Name", "FIRST-NAME", "customer.firstName", "Prénom"] {
            assert_eq!(category(name), Some(Category::Person), "{name}");
        }
        assert_eq!(category("Straße"), Some(Category::Address));
        for (name, meant) in [
            ("customer_ssn", Category::UsSsn),
            ("Patient DOB", Category::DateTime),
            ("passport #", Category::Passport),
            ("employeePassportNo", Category::Passport),
            ("account", Category::BankAccount),
            ("Tax ID", Category::TaxId),
            ("iban_nr", Category::Iban),
        ] {
            assert_eq!(category(name), Some(meant), "{name}");
        }
        for name in ["name", "title", "file_name", "version", "", "max_age", "user_id", "user", "number"] {
            assert_eq!(category(name), None, "{name}");
        }
    }

    #[test]
    fn values_must_be_able_to_be_what_the_field_says() {
        assert!(fits(Category::Person, "Ann Smith"));
        assert!(
            !fits(Category::Person, "string") && !fits(Category::Person, "${name}") && !fits(Category::Person, "42")
        );
        assert!(fits(Category::Age, "42") && !fits(Category::Age, "1000000"));
        assert!(!fits(Category::Email, "none"));
    }
}
