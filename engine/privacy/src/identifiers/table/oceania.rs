//! Personal numbers of Australia and New Zealand.

use conclave_checks::oceania as oc;
use conclave_protocol::Category::{DriverLicense, TaxId};

use super::super::kind::{Kind, form_alone, kind};

pub(super) const KINDS: &[Kind] = &[
    kind("au-tfn", TaxId, 11, oc::au_tfn, "|#3_#3_#3 |#3-#3-#3 $#9 ?#8 ?#2_#3_#3", &["tfn", "tax file number"]),
    kind("nz-ird", TaxId, 70, oc::nz_ird, "|#3-#3-#3 |#2-#3-#3 ?#3_#3_#3 ?#8:9 $#9", &["ird", "ird number"]),
    kind("au-driver", DriverLicense, 1, form_alone, "?#8:10 ?#6", &["driver licence", "licence"]),
    kind("nz-driver", DriverLicense, 1, form_alone, "?@2#6", &["driver licence", "licence"]),
];
