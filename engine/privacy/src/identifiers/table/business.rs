//! Register numbers of companies.

use conclave_checks::{asia, europe as eu, nordic, oceania as oc, vat};
use conclave_protocol::Category::BusinessId;

use super::super::kind::{Kind, form_alone, kind};

pub(super) const KINDS: &[Kind] = &[
    kind("au-abn", BusinessId, 89, oc::au_abn, "!#2_#3_#3_#3 |#11 !#2-#3-#3-#3", &["abn", "australian business"]),
    kind("au-acn", BusinessId, 10, oc::au_acn, "|#3_#3_#3 $#9", &["acn", "australian company"]),
    kind("br-jp-corporate", BusinessId, 9, asia::jp_corporate, "?#13 ?#-#4-#4-#4", &["corporate number", "法人番号"]),
    kind("cn-credit-code", BusinessId, 100, asia::cn_credit_code, "!=*2#6*10", &["统一社会信用代码", "uscc"]),
    kind("cz-ico", BusinessId, 11, vat::cz_ico, "?#8", &["ičo", "ico", "ič"]),
    kind(
        "de-register",
        BusinessId,
        50,
        form_alone,
        "!HRA_#1:6 !HRB_#1:6 !HRA#1:6 !HRB#1:6 ?GNR_#1:6 ?VR_#1:6 ?PR_#1:6",
        &["handelsregister", "amtsgericht", "registergericht", "handelsregisternummer"],
    ),
    kind("dk-cvr", BusinessId, 11, nordic::dk_cvr, "?#8 ?#2_#2_#2_#2", &["cvr", "cvr nr"]),
    kind("es-cif", BusinessId, 9, eu::es_cif, "|@#7* |@-#7* ?@-#7-*", &["cif", "nif"]),
    kind("fi-y-code", BusinessId, 11, vat::finland, "!#7-#", &["y tunnus", "ytunnus", "fo nummer"]),
    kind("fr-siren", BusinessId, 10, vat::siren, "?#3_#3_#3 ?#9 $#3_#3_#3", &["siren", "rcs"]),
    kind("fr-siret", BusinessId, 100, vat::siren, "!#3_#3_#3_#5 |#14", &["siret"]),
    kind(
        "gb-company",
        BusinessId,
        1,
        form_alone,
        "?#8 ?SC#6 ?NI#6 ?OC#6 ?SO#6",
        &["company number", "company no", "companies house", "registered in england", "crn", "registered number"],
    ),
    kind("in-cin", BusinessId, 2000, form_alone, "!L#5@2#4@3#6 !U#5@2#4@3#6", &["cin"]),
    kind("in-gstin", BusinessId, 2000, asia::in_gstin, "!#2@5#4@**#1 !#2@5#4@***", &["gstin", "gst"]),
    kind("kr-business", BusinessId, 10, asia::kr_business, "!#3-#2-#5 |#10", &["brn", "사업자등록번호", "사업자번호"]),
    kind("lei", BusinessId, 97, vat::lei, "!*18#2", &["lei", "legal entity"]),
    kind("nl-kvk", BusinessId, 1, form_alone, "?#8", &["kvk", "kv k", "kvk nummer", "kamer van koophandel"]),
    kind(
        "no-company",
        BusinessId,
        50,
        nordic::no_company,
        "?#9 ?#3_#3_#3",
        &["orgnr", "org nr", "organisasjonsnummer"],
    ),
    kind("pl-regon", BusinessId, 100, eu::pl_regon, "?#9 |#14", &["regon"]),
    kind("ru-ogrn", BusinessId, 20, eu::ru_ogrn, "?#13 ?#15 $#15", &["ogrn", "огрн", "огрнип"]),
    kind("se-company", BusinessId, 12, nordic::se_company, "!#6-#4 ?#10", &["organisationsnummer", "orgnr", "org nr"]),
    kind("sg-uen-business", BusinessId, 11, asia::sg_uen, "!#8@ !#9@", &["uen"]),
    kind("sg-uen", BusinessId, 500, asia::sg_uen, "!@#2@2#4@", &["uen"]),
    kind("eu-eori", BusinessId, 1, form_alone, "?@2*8:15", &["eori"]),
    kind("my-ssm", BusinessId, 1, form_alone, "?#12 ?#6-@ ?#7-@", &["ssm", "roc"]),
    kind("za-company", BusinessId, 100, form_alone, "!#4/#6/#2", &["reg no", "cipc"]),
];
