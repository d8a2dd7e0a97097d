//! Names of fields, and what stands in them.

use conclave_protocol::Category;

/// Field names in lower case without anything but letters and digits, ordered. Names that say little (`name`, `title`,
/// `address`, `user`) are not here: a package, a server and a book have them as well.
const FIELDS: &[(&str, Category)] = &[
    ("accountno", Category::BankAccount),
    ("accountnumber", Category::BankAccount),
    ("address1", Category::Address),
    ("address2", Category::Address),
    ("addressline1", Category::Address),
    ("addressline2", Category::Address),
    ("adresse", Category::Address),
    ("age", Category::Age),
    ("apellido", Category::Person),
    ("apellidos", Category::Person),
    ("bankaccount", Category::BankAccount),
    ("bic", Category::Bic),
    ("billingaddress", Category::Address),
    ("birthdate", Category::DateTime),
    ("birthday", Category::DateTime),
    ("cardholder", Category::Person),
    ("cardholdername", Category::Person),
    ("cardnumber", Category::CreditCard),
    ("ccnumber", Category::CreditCard),
    ("cellphone", Category::Phone),
    ("cognome", Category::Person),
    ("contactname", Category::Person),
    ("contactperson", Category::Person),
    ("creditcard", Category::CreditCard),
    ("creditcardnumber", Category::CreditCard),
    ("customername", Category::Person),
    ("dateofbirth", Category::DateTime),
    ("deviceid", Category::DeviceId),
    ("direccion", Category::Address),
    ("dob", Category::DateTime),
    ("doctorname", Category::Person),
    ("driverlicense", Category::DriverLicense),
    ("driverslicense", Category::DriverLicense),
    ("driverslicensenumber", Category::DriverLicense),
    ("email", Category::Email),
    ("emailaddress", Category::Email),
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
    ("imei", Category::DeviceId),
    ("indirizzo", Category::Address),
    ("insuranceid", Category::HealthId),
    ("insurancenumber", Category::HealthId),
    ("kontonummer", Category::BankAccount),
    ("lastname", Category::Person),
    ("licenseplate", Category::LicensePlate),
    ("lname", Category::Person),
    ("maidenname", Category::Person),
    ("mailingaddress", Category::Address),
    ("medicalrecordnumber", Category::HealthId),
    ("middlename", Category::Person),
    ("mobile", Category::Phone),
    ("mobilenumber", Category::Phone),
    ("mobilephone", Category::Phone),
    ("mothersmaidenname", Category::Person),
    ("mrn", Category::HealthId),
    ("nachname", Category::Person),
    ("nationality", Category::Nrp),
    ("nomdefamille", Category::Person),
    ("passport", Category::Passport),
    ("passportno", Category::Passport),
    ("passportnumber", Category::Passport),
    ("patient", Category::Person),
    ("patientid", Category::HealthId),
    ("patientname", Category::Person),
    ("phone", Category::Phone),
    ("phonenumber", Category::Phone),
    ("plz", Category::PostalCode),
    ("postalcode", Category::PostalCode),
    ("postcode", Category::PostalCode),
    ("preferredname", Category::Person),
    ("prenom", Category::Person),
    ("religion", Category::Nrp),
    ("routingnumber", Category::BankRouting),
    ("shippingaddress", Category::Address),
    ("socialsecuritynumber", Category::UsSsn),
    ("spousename", Category::Person),
    ("ssn", Category::UsSsn),
    ("steuernummer", Category::TaxId),
    ("strasse", Category::Address),
    ("streetaddress", Category::Address),
    ("studentname", Category::Person),
    ("surname", Category::Person),
    ("taxid", Category::TaxId),
    ("telefon", Category::Phone),
    ("telefono", Category::Phone),
    ("telephone", Category::Phone),
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

/// What stands in a field of this name: `first_name`, `firstName`, `First Name`, `customer.firstName`.
pub(super) fn category(name: &str) -> Option<Category> {
    if name.len() > NAME_MAX {
        return None;
    }
    let last = name.rsplit(['.', '/']).next().unwrap_or(name);
    let mut folded = String::with_capacity(last.len());
    for c in last.chars() {
        match c {
            'ß' => folded.push_str("ss"),
            'é' | 'É' => folded.push('e'),
            'ó' => folded.push('o'),
            c if c.is_ascii_alphanumeric() => folded.push(c.to_ascii_lowercase()),
            _ => {}
        }
    }
    FIELDS.binary_search_by(|(known, _)| (*known).cmp(&folded)).ok().map(|at| FIELDS[at].1)
}

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
        assert!(NO_VALUES.is_sorted());
        for name in ["first_name", "firstName", "First Name", "FIRST-NAME", "customer.firstName", "Prénom"] {
            assert_eq!(category(name), Some(Category::Person), "{name}");
        }
        assert_eq!(category("Straße"), Some(Category::Address));
        for name in ["name", "title", "file_name", "version", ""] {
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
