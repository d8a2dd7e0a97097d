//! Identifiers of persons, companies, documents, vehicles and devices: tables of forms with check digits.
//!
//! The text is walked from digit to digit. Around each, words (letters and digits) are joined over single separators to
//! candidates of at most [`form::LEN_MAX`] letters and digits; the compiled forms of a candidate's length are compared by bit masks, the few that fit
//! are checked, and what a form's [`Standing`] asks for (context words, standing alone) is looked up last.
//!
//! Forms of another kind have files of their own: [`iban`], [`crypto`], [`mac`], [`mrz`], and values [`announced`] by a name,
//! of which [`reference`] knows those that anybody may give out.

pub(crate) mod announced;
mod assignment;
mod context;
mod crypto;
mod doubt;
mod form;
mod grade;
mod grouped;
mod iban;
mod kind;
mod mac;
pub(crate) mod mrz;
mod place;
pub(crate) mod reference;
mod surroundings;
mod table;
mod walk;
mod words;

pub(crate) use walk::scan;
