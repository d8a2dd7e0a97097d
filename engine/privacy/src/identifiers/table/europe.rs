//! Personal numbers of Europe.

use conclave_checks::{europe as eu, nordic};
use conclave_protocol::Category::{DriverLicense, NationalId, TaxId};

use super::super::kind::{Kind, form_alone, kind};

pub(super) const KINDS: &[Kind] = &[
    kind(
        "at-svnr",
        NationalId,
        40,
        eu::at_svnr,
        "!#4_#6 |#10",
        &["svnr", "sozialversicherungsnummer", "sv nummer", "sv nr", "versicherungsnummer"],
    ),
    kind("at-tax", TaxId, 10, eu::at_tax, "!#2-#3/#4 ?#9 $#9", &["steuernummer", "abgabenkontonummer", "finanzamt"]),
    kind(
        "be-national",
        NationalId,
        350,
        eu::be_national,
        "!#2.#2.#2-#3.#2 !#6-#3-#2 !#6_#3_#2 |#11",
        &["rijksregister", "rijksregisternummer", "insz", "niss", "nrn", "registre national", "numéro national", "rrn"],
    ),
    kind("bg-egn", NationalId, 100, eu::bg_egn, "|#10", &["egn", "егн", "единен граждански номер"]),
    kind(
        "ch-ahv",
        NationalId,
        10_000,
        eu::ch_ahv,
        "!'7'5'6.#4.#4.#2 !'7'5'6#10 !'7'5'6_#4_#4_#2",
        &["ahv", "avs", "navs", "ahvn13", "ahv nummer", "oasi"],
    ),
    kind("cz-rc", TaxId, 85, eu::cz_rc, "!#6/#4 |#10", &["rodné číslo", "rodne cislo", "rč", "r č", "birth number"]),
    kind("cz-rc-short", TaxId, 20, eu::cz_rc, "!#6/#3 $#9", &["rodné číslo", "rodne cislo", "rč", "r č"]),
    kind(
        "de-id-number",
        TaxId,
        300,
        eu::de_tax_id,
        "!#2_#3_#3_#3 |#11",
        &["steuer id", "steuerid", "idnr", "id nr", "steueridentifikationsnummer", "identifikationsnummer"],
    ),
    kind(
        "de-tax-number",
        TaxId,
        4,
        form_alone,
        "!#3/#3/#5 !#2/#3/#5 !#3/#4/#4 !#2/#3/#4 !#2/#4/#4",
        &["steuernummer", "st nr", "stnr", "steuer nr"],
    ),
    kind(
        "de-tax-elster",
        TaxId,
        5,
        eu::de_tax_number,
        "$#13",
        &["steuernummer", "st nr", "stnr", "steuer nr", "elster"],
    ),
    kind(
        "de-id-card",
        NationalId,
        200,
        eu::de_document,
        "!@*8# ?@*8_#",
        &["personalausweis", "ausweisnummer", "ausweis", "perso"],
    ),
    kind(
        "de-id-card-digits",
        NationalId,
        15,
        eu::de_document_digits,
        "?@#9",
        &["personalausweis", "ausweisnummer", "ausweis", "perso"],
    ),
    kind(
        "de-id-serial",
        NationalId,
        20,
        eu::de_serial,
        "?@*8",
        &["personalausweis", "personalausweisnummer", "ausweisnummer", "perso", "ausweis nr"],
    ),
    kind(
        "de-pension",
        NationalId,
        5000,
        eu::de_pension,
        "!#2_#6_@_#3 !#8@#3 !#2_#6@#3",
        &["rentenversicherung", "rentenversicherungsnummer", "sozialversicherungsnummer", "rvnr", "vsnr", "sv nummer"],
    ),
    kind(
        "de-driver",
        DriverLicense,
        3,
        form_alone,
        "$@#2*6#@ ?*11 $@#2*6#*",
        &["führerschein", "führerscheinnummer", "fahrerlaubnis"],
    ),
    kind(
        "es-dni",
        NationalId,
        23,
        eu::es_dni,
        "!#8-@ !#8@ !#2.#3.#3-@ !#8_@ !#2.#3.#3@",
        &["dni", "nif", "documento nacional"],
    ),
    kind("es-nie", NationalId, 180, eu::es_nie, "!@#7@ !@-#7-@ !@_#7_@ !@-#7@", &["nie", "extranjero", "extranjería"]),
    kind(
        "fi-hetu",
        NationalId,
        900,
        nordic::fi_hetu,
        "!#6-#3* !#6+#3* !#6@#3*",
        &["hetu", "henkilötunnus", "personbeteckning", "sotu"],
    ),
    kind(
        "fr-nir",
        NationalId,
        200,
        eu::fr_nir,
        "!#_#2_#2_#2_#3_#3_#2 !#_#2_#2_*2_#3_#3_#2 !#5*2#8 !#5*2#6_#2",
        &["nir", "numéro de sécurité sociale", "sécurité sociale", "sécu", "insee"],
    ),
    kind("fr-spi", TaxId, 2_000, eu::fr_spi, "!#2_#2_#3_#3_#3 |#13", &["spi", "numéro fiscal", "référence fiscale"]),
    kind("fr-card", NationalId, 1, form_alone, "?#12", &["carte nationale d identité", "cni", "carte d identité"]),
    kind(
        "gb-nino",
        NationalId,
        60,
        eu::gb_nino,
        "!@2^#2^#2^#2^@ !@2#6@ !@2_#6_@ !@2_#6@",
        &["nino", "national insurance", "ni number", "ni no", "nin"],
    ),
    kind(
        "gb-utr",
        TaxId,
        11,
        eu::gb_utr,
        "?#5_#5 $#10 ?#10",
        &["utr", "unique taxpayer", "taxpayer reference", "self assessment"],
    ),
    kind("gb-driver", DriverLicense, 3000, eu::gb_driver, "!*5#6*2#@2 !*5#6*2*@2 !*5_#6_*2*@2", &["dvla"]),
    kind("gr-afm", TaxId, 11, eu::gr_afm, "$#9", &["afm", "αφμ", "α φ μ"]),
    kind("gr-amka", NationalId, 250, eu::gr_amka, "!#11", &["amka", "αμκα"]),
    kind("hr-oib", TaxId, 10, eu_oib, "$#11", &["oib", "osobni identifikacijski broj"]),
    kind("hu-tax", TaxId, 110, eu::hu_tax, "|#10", &["adóazonosító", "adóazonosító jel", "adószám"]),
    kind("hu-taj", NationalId, 10, eu::hu_taj, "?#9 ?#3^#3^#3", &["taj", "taj szám", "társadalombiztosítási"]),
    kind(
        "hu-personal",
        NationalId,
        300,
        eu::hu_personal,
        "!#-#6-#4 ?#11 !#_#6_#4",
        &["személyi azonosító", "személyi szám"],
    ),
    kind("ie-pps", NationalId, 23, eu::ie_pps, "!#7@ !#7@2 !#7_@ !#7_@2", &["pps", "ppsn", "pps number", "pps no"]),
    kind("is-kennitala", NationalId, 900, nordic::is_kennitala, "!#6-#4 |#10", &["kennitala", "kt"]),
    kind("it-fiscal", TaxId, 9000, eu::it_fiscal, "!@6*2@*2@*3@ !@3_@3_*2@*2_@*3@", &["codice fiscale", "cf", "c f"]),
    kind("it-driver", DriverLicense, 30, it_driver, "$@2#7@ $U'1*7@", &["patente", "patente di guida"]),
    kind("lt-ee-code", TaxId, 200, nordic::ee_lt, "!#11", &["isikukood", "asmens kodas", "asmens kodo", "id kood"]),
    kind("lu-matricule", TaxId, 20_000, nordic::lu_matricule, "!#13 !#4_#2_#2_#5", &["matricule", "cns"]),
    kind("lv-code", TaxId, 900, nordic::lv_code, "!#6-#5 !#11", &["personas kods", "p k"]),
    kind("lv-new", TaxId, 1_000, nordic::lv_new, "!#6-#5 |#11", &["personas kods", "p k"]),
    kind(
        "mt-card",
        TaxId,
        3,
        eu::mt_card,
        "?#7@ $#7@ ?#2@ $#3@ $#4@ $#5@ $#6@",
        &["identity card", "karta tal identità", "id card"],
    ),
    kind(
        "nl-bsn",
        TaxId,
        11,
        eu::nl_bsn,
        "$#9 ?#4^#2^#3 ?#3^#3^#3",
        &["bsn", "burgerservicenummer", "sofinummer", "rsin", "citizen service number"],
    ),
    kind(
        "no-birth-number",
        NationalId,
        800,
        nordic::no_birth_number,
        "!#6_#5 !#11",
        &["fødselsnummer", "fødselsnr", "personnummer", "d nummer"],
    ),
    kind("dk-cpr-checked", NationalId, 150, nordic::dk_cpr_checked, "!#6-#4 |#10", &["cpr", "cpr nr", "cpr nummer"]),
    kind("dk-cpr", NationalId, 27, nordic::dk_cpr, "?#6-#4 ?#10", &["cpr", "cpr nr", "cpr nummer"]),
    kind("pl-pesel", NationalId, 50, eu::pl_pesel, "|#11", &["pesel", "numer pesel"]),
    kind("pl-nip", TaxId, 11, eu::pl_nip, "!#3-#3-#2-#2 !#3-#2-#2-#3 $#10", &["nip", "numer nip"]),
    kind(
        "pl-card",
        NationalId,
        10,
        eu::pl_card,
        "|@3#6 ?@3_#6",
        &["dowód osobisty", "dowód", "dowodu", "numer dowodu", "seria i numer"],
    ),
    kind("pt-nif", TaxId, 12, eu::pt_nif, "$#9 $#3_#3_#3", &["nif", "contribuinte", "número de contribuinte", "nipc"]),
    kind(
        "pt-card",
        NationalId,
        10,
        eu::pt_card,
        "!#8_#_@2# !#8_#_*2# |#9@2# ?#9*2#",
        &["cartão de cidadão", "cc", "bilhete de identidade", "bi"],
    ),
    kind("ro-cnp", NationalId, 700, eu::ro_cnp, "!#13", &["cnp", "cod numeric personal"]),
    kind(
        "rs-jmbg",
        NationalId,
        800,
        eu::jmbg,
        "!#13",
        &["jmbg", "emšo", "emso", "embg", "матични број", "јмбг", "матичен број"],
    ),
    kind("ru-inn", TaxId, 121, ru_inn_12, "|#12", &["inn", "инн"]),
    kind("ru-inn-company", TaxId, 11, eu::ru_inn, "$#10", &["inn", "инн"]),
    kind("ru-snils", NationalId, 100, eu::ru_snils, "!#3-#3-#3_#2 !#3-#3-#3-#2 |#11", &["snils", "снилс"]),
    kind(
        "se-person",
        NationalId,
        250,
        nordic::se_person,
        "!#6-#4 !#6+#4 !#8-#4 |#10 |#12",
        &["personnummer", "samordningsnummer", "personnr", "pnr"],
    ),
    kind("si-tax", TaxId, 11, eu::si_tax, "$#8", &["davčna številka", "davčna", "davcna stevilka"]),
    kind(
        "tr-identity",
        NationalId,
        110,
        nordic::tr_identity,
        "!#11",
        &["tc kimlik", "tckn", "kimlik no", "kimlik numarası", "tc no", "t c", "turkish id", "türk kimlik"],
    ),
    kind("ua-tax", TaxId, 11, eu::ua_tax, "$#10", &["рнокпп", "іпн", "инн", "rnokpp", "ipn", "ідентифікаційний код"]),
    kind("md-idnp", NationalId, 300, eu::md_idnp, "|#13", &["idnp", "cod personal", "idno"]),
    kind("kz-iin", NationalId, 500, nordic::kz_iin, "!#12", &["iin", "иин", "жсн"]),
    kind("al-nid", NationalId, 10, al_nid, "|@#8@", &["nid", "numri personal", "nipt"]),
];

/// Albania: decade as a letter, year, month (+ 50 for women), day.
fn al_nid(b: &[u8]) -> bool {
    use conclave_checks::number;
    let month = number(&b[2..4]);
    matches!(month, 1..=12 | 51..=62) && matches!(number(&b[4..6]), 1..=31)
}

/// Croatia, OIB: ISO 7064 MOD 11,10.
fn eu_oib(b: &[u8]) -> bool {
    conclave_checks::mod_11_10(b)
}

/// Russia, INN of a person.
fn ru_inn_12(b: &[u8]) -> bool {
    eu::ru_inn(b)
}

/// Italy, driving licence: province and seven digits, or U1 and an alphabet without vowels; a check letter ends both.
fn it_driver(b: &[u8]) -> bool {
    if b.starts_with(b"U1") {
        b[2..9].iter().all(|byte| byte.is_ascii_digit() || b"BCDFGHJKLMNPRSTUVWXYZ".contains(byte))
    } else {
        b[0] >= b'A' && b[1] <= b'Z'
    }
}
