//! Words that announce identifiers of a category, in English and in the languages of the countries in the tables.

use conclave_protocol::Category;

use super::context;

/// Words that announce any identifier of a category, with their filter.
pub(super) struct Common {
    pub(super) category: Category,
    pub(super) words: &'static [&'static str],
    pub(super) filter: u128,
}

const fn common(category: Category, words: &'static [&'static str]) -> Common {
    Common { category, words, filter: context::filter_of(words) }
}

/// Words per category: English first, then other languages of the countries in the tables.
#[rustfmt::skip]
pub(super) static COMMON: [Common; 11] = [
    common(
        Category::NationalId,
        &[
            "national id", "national identity", "national identification", "identity card", "identity number", "identity no",
            "id card", "id number", "id no", "identification number", "personal id", "personal identity",
            "personal identification", "personal number", "citizen id", "civil id", "social insurance", "national number",
        ],
    ),
    common(
        Category::TaxId,
        &[
            "tax id", "tax identification", "tax number", "tax no", "tax payer", "taxpayer", "tin", "tax identification number",
        ],
    ),
    common(
        Category::VatId,
        &[
            "vat", "vat id", "vat no", "vat number", "vat reg", "ust", "ust id", "ustid", "ust idnr", "ustidnr",
            "umsatzsteuer", "tva", "iva", "btw", "moms", "mva", "alv", "dph", "dds", "ддс", "pvm", "pvn", "áfa",
            "фпа", "φπα", "gst", "mwst", "kdv", "pdv", "ндс", "унп", "ust idnr",
        ],
    ),
    common(
        Category::BusinessId,
        &[
            "company number", "company no", "company registration", "business number", "business id",
            "business registration", "registration number", "registered number", "handelsregister",
            "handelsregisternummer", "crn", "registry code", "entity number", "corporate number", "amtsgericht",
        ],
    ),
    common(
        Category::Passport,
        &[
            "passport", "passport number", "passport no", "travel document", "passeport", "reisepass",
            "reisepassnummer", "pass nr", "passnummer", "pasaporte", "passaporte", "passaporto", "paspoort", "pas",
            "paszport", "cestovní pas", "pasport", "passi", "pasi", "pas nr", "útlevél", "pașaport", "passnr",
            "pasaport", "διαβατήριο", "διαβατηρίου", "паспорт", "여권", "护照", "護照", "パスポート", "旅券", "जवाज", "पासपोर्ट",
            "جواز", "דרכון", "หนังสือเดินทาง", "hộ chiếu",
        ],
    ),
    common(
        Category::DriverLicense,
        &[
            "driver license", "driver licence", "drivers license", "drivers licence", "driver s license",
            "driver s licence", "driving license", "driving licence", "driver", "dl", "dl no", "dln", "license",
            "licence", "license number", "permis", "permis de conduire", "führerschein", "führerscheinnummer",
            "fahrerlaubnis", "patente", "patente di guida", "licencia de conducir", "permiso de conducir",
            "carta de condução", "cnh", "rijbewijs", "prawo jazdy", "körkort", "ajokortti", "førerkort",
            "водительское", "운전면허", "免許", "驾驶证", "ehliyet",
        ],
    ),
    common(
        Category::LicensePlate,
        &[
            "license plate", "licence plate", "number plate", "plate number", "plate no", "plate", "plates",
            "registration plate", "vehicle registration", "vehicle reg", "car registration", "car reg", "reg no",
            "registration number", "kennzeichen", "kfz", "nummernschild", "immatriculation", "plaque", "matrícula",
            "patente", "placa", "targa", "kenteken", "tablica", "rejestracyjny", "rendszám", "spz",
            "rekisteritunnus", "registreringsnummer", "nummerplade", "skylt", "госномер", "plaka",
        ],
    ),
    common(
        Category::HealthId,
        &[
            "medicare", "medicaid", "health", "health card", "health insurance", "health number", "insurance",
            "insurance number", "patient", "patient id", "medical record", "mrn", "member id", "krankenversicherung",
            "krankenversichertennummer", "versichertennummer", "versicherten nr", "gesundheitskarte", "carte vitale",
            "tarjeta sanitaria", "tessera sanitaria",
        ],
    ),
    common(
        Category::MedicalLicense,
        &[
            "medical license", "medical licence", "provider", "prescriber", "physician", "practitioner", "doctor",
            "registration",
        ],
    ),
    common(
        Category::DeviceId,
        &[
            "device", "device id", "device identifier", "user id", "session id", "installation id", "client id",
            "customer id", "account id", "advertising id", "idfa", "gaid", "aaid", "serial", "serial number", "udid",
            "hardware id", "machine id", "tracking id", "visitor id", "uuid of the user", "person id", "patient id",
            "member id", "employee id",
        ],
    ),
    common(
        Category::BankAccount,
        &[
            "account", "account number", "account no", "acct", "bank account", "checking", "savings", "konto",
            "kontonummer", "compte", "cuenta", "conta", "conto", "rekening", "konto nr", "konta", "счет", "счёт",
        ],
    ),
];

/// Words that say that a number is something else: beside them, a weak value needs its own context word.
#[rustfmt::skip]
pub(super) const OTHERWISE: &[&str] = &[
            "order", "invoice", "ticket", "version", "build", "sku", "isbn", "issn", "ean", "upc", "commit",
            "tracking", "timestamp", "article", "item", "part", "issue", "revision", "release", "port", "page",
            "bytes", "sha1", "sha256", "md5", "hash", "checksum", "offset", "epoch", "unix", "bestellung",
            "rechnung", "facture", "commande", "pedido", "factura", "model", "case", "rfc",
        ];
