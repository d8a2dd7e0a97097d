//! VAT numbers. With prefix and check digit they stand anywhere; with the prefix alone where nothing else is in the text; without it, where a word announces them.

use conclave_checks::vat;
use conclave_protocol::Category::{TaxId, VatId};

use super::super::kind::{Kind, form_alone, kind};

pub(super) const KINDS: &[Kind] = &[
    kind("at-vat", VatId, 1000, vat::austria, "!ATU#8 !AT_U#8", &["uid", "uid nummer"]),
    kind(
        "be-vat",
        VatId,
        5000,
        vat::belgium,
        "!BE#9:10 !BE_#4.#3.#3 !BE#4.#3.#3 !BE_#10 ?#10 ?#4.#3.#3",
        &["btw nr", "tva", "kbo", "bce", "ondernemingsnummer"],
    ),
    kind("bg-vat", VatId, 500, vat::bulgaria, "!BG#9:10 !BG_#9 !BG_#10", &[]),
    kind("cy-vat", VatId, 2000, vat::cyprus, "!CY#8@", &[]),
    kind("cz-vat", VatId, 1000, vat::czechia, "!CZ#8:10 !CZ_#8 !CZ_#9 !CZ_#10", &["dič"]),
    kind(
        "de-vat",
        VatId,
        1000,
        vat::germany,
        "!DE#9 !DE_#9 !DE_#3_#3_#3 ?#9",
        &["ust id", "ust idnr", "ustid", "ustidnr", "umsatzsteuer"],
    ),
    kind("dk-vat", VatId, 1100, vat::denmark, "!DK#8 !DK_#8 !DK_#2_#2_#2_#2", &["se nr"]),
    kind("ee-vat", VatId, 1000, vat::estonia, "!EE#9", &["kmkr"]),
    kind("es-vat", VatId, 2000, vat::spain, "!ES*#7* !ES_*#7*", &[]),
    kind("fi-vat", VatId, 1100, vat::finland, "!FI#8", &["alv"]),
    kind(
        "fr-vat",
        VatId,
        5000,
        vat::france,
        "!FR*2#9 !FR_*2_#9 !FR_*2_#3_#3_#3 !FR*2_#3_#3_#3",
        &["tva intracommunautaire"],
    ),
    kind(
        "gb-vat",
        VatId,
        2000,
        vat::united_kingdom,
        "!GB#9 !GB_#9 !GB_#3_#4_#2 !GB#12 !GB#3_#4_#2 !XI#9 ?#9 ?#3_#4_#2",
        &["vat reg"],
    ),
    kind("gr-vat", VatId, 1100, vat::greece, "!EL#9 !GR#9 !EL_#9", &[]),
    kind("hr-vat", VatId, 1000, vat::croatia, "!HR#11 !HR_#11", &["pdv"]),
    kind("hu-vat", VatId, 1000, vat::hungary, "!HU#8 !#8-#-#2 ?#8", &["adószám"]),
    kind("ie-vat", VatId, 2000, vat::ireland, "!IE#7@ !IE#7@2 !IE#@#5@", &[]),
    kind("it-vat", VatId, 1000, vat::italy, "!IT#11 !IT_#11 ?#11", &["partita iva", "p iva", "piva"]),
    kind("it-vat-bare", VatId, 100, vat::italy, "$#11", &["partita iva", "p iva", "piva"]),
    kind("lt-vat", VatId, 1000, vat::lithuania, "!LT#9 !LT#12", &["pvm kodas"]),
    kind("lu-vat", VatId, 9000, vat::luxembourg, "!LU#8 !LU_#8", &[]),
    kind("lv-vat", VatId, 1000, vat::latvia, "!LV#11", &["pvn"]),
    kind("mt-vat", VatId, 3700, vat::malta, "!MT#8 !MT_#8", &[]),
    kind(
        "nl-vat",
        VatId,
        5000,
        vat::netherlands,
        "!NL#9B#2 !NL#9.B#2 !NL_#9B#2 !NL#3.#3.#3.B#2 ?#9B#2",
        &["btw nummer", "btw id"],
    ),
    kind("pl-vat", VatId, 1100, vat::poland, "!PL#10 !PL_#10", &["nip ue"]),
    kind("pt-vat", VatId, 1100, vat::portugal, "!PT#9 !PT_#9", &[]),
    kind(
        "ro-vat",
        VatId,
        1000,
        vat::romania,
        "!RO#6:10 !RO_#6:10 ?#6:10",
        &["cui", "cif", "cod fiscal", "cod de înregistrare fiscală"],
    ),
    kind("se-vat", VatId, 1000, vat::sweden, "!SE#12 !SE_#12", &["momsnr", "momsregistreringsnummer"]),
    kind("si-vat", VatId, 1100, vat::slovenia, "!SI#8", &["id za ddv"]),
    kind("sk-vat", VatId, 2000, vat::slovakia, "!SK#10", &["ič dph"]),
    kind(
        "ch-vat",
        VatId,
        5000,
        vat::switzerland,
        "!CHE-#3.#3.#3_MWST !CHE-#3.#3.#3_TVA !CHE-#3.#3.#3_IVA !CHE-#3.#3.#3 !CHE#9 !CHE-#9 !CHE_#3_#3_#3_MWST !CHE_#3_#3_#3_TVA !CHE_#3_#3_#3_IVA !CHE_#3_#3_#3 !CHE#9_MWST !CHE#9_TVA !CHE#9_IVA !CHE#9MWST !CHE#9TVA !CHE#9IVA !CHE-#9MWST !CHE-#9TVA !CHE-#9IVA !CHE-#9_MWST !CHE-#9_TVA !CHE-#9_IVA !#9MWST !#9TVA !#9IVA !CHE-#3.#3.#3MWST !CHE-#3.#3.#3TVA !CHE-#3.#3.#3IVA",
        &["uid", "mwst nr", "mwst nummer"],
    ),
    kind("no-vat", VatId, 2000, vat::norway, "!NO#9MVA !#9MVA !NO_#9_MVA !#3_#3_#3_MVA", &["mva", "orgnr"]),
    kind("rs-vat", VatId, 1000, vat::serbia, "!RS#9 ?#9", &["pib", "пиб"]),
    kind("au-vat", VatId, 9000, vat::australia, "!AU#11", &["abn"]),
    kind("ru-vat", VatId, 1100, ru_inn, "!RU#10 !RU#12", &["инн"]),
    // Where the check digits do not hold, it is no VAT number, but somebody's number nevertheless.
    kind(
        "eu-tax-form",
        TaxId,
        5,
        form_alone,
        "$ATU#8 $U#8 $BE#10 $BG#9:10 $CY#9 $CY#8@ $CZ#8:10 $DE#9 $DK#8 $EE#9 $EL#9 $GR#9 $ES*#7* $FI#8 $FR*2#9 $GB#9 $GB#12 $GB#3_#4_#2 $HR#11 $HU#8 $IE#7@ $IE#7@2 $IT#11 $LT#9 $LT#12 $LU#8 $LV#11 $MT#8 $NL#9B#2 $PL#10 $PT#9 $RO#2:10 $SE#12 $SI#8 $SK#10",
        &[],
    ),
    kind(
        "world-vat-form",
        VatId,
        5,
        form_alone,
        "$AL@#8@ $AR#11 $BO#7 $BY#9 $CA#9 $CL#8* $CO#10 $CR#9:12 $DO#9 $DO#11 $DO#3-#7-# $DO#-#2-#5-# $EC#13 $GT#7-# $ID#15 $IL#9 $IN#15 $IN#2@5#4@*3 $IS#5:6 $KZ#12 $MK#13 $MX*12:13 $NG#8-#4 $NI#3-#6-#4@ $NZ#9 $PE#11 $PH#12 $PY#6-# $PY#7-# $PY#8-# $SA#15 $SM#5 $SV#4-#6-#3-# $TR#10 $UA#12 $UY#12 $UZ#9 $VE*#9",
        &[],
    ),
    kind(
        "vat-announced",
        VatId,
        1,
        has_no_check,
        "?@2#8:12 ?@2_#8:12 ?#8:12 ?#3.#3.#3 ?@3#8 ?@2#9@1 ?@2*2#9 ?@2_#3_#3_#3 ?@2_#3_#4_#2",
        &[],
    ),
];

/// Whether no row above checks the numbers of this country. Digits alone may be of any.
fn has_no_check(b: &[u8]) -> bool {
    !has_check(b)
}

/// Whether a row above checks the numbers of the country that a number begins with.
pub(in super::super) fn has_check(b: &[u8]) -> bool {
    const CHECKED: &[u8] = b"ATAUBEBGCHCYCZDEDKEEELESFIFRGBGRHRHUIEITLTLULVMTNLNOPLPTRORSRUSESISKXI";
    CHECKED.chunks(2).any(|country| b.starts_with(country))
}

/// Russia's VAT number is the INN.
fn ru_inn(b: &[u8]) -> bool {
    conclave_checks::europe::ru_inn(&b[2..])
}
