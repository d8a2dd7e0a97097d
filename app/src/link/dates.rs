//! Days of the calendar.

use js_sys::Date;
use wasm_bindgen::JsValue;

/// The day of a time in UTC, as searches by date have it: `2024-03-15`; empty where it is none of the calendar's
/// (ECMA-262: 100,000,000 days around 1970).
#[must_use]
#[allow(clippy::cast_precision_loss, reason = "times of the calendar are exact")]
pub fn day(unix_ms: i64) -> String {
    let time = Date::new(&JsValue::from_f64(unix_ms as f64));
    if time.get_time().is_nan() {
        return String::new();
    }
    String::from(time.to_iso_string()).split('T').next().unwrap_or_default().to_owned()
}

/// Today where the person is: `2026-11-23`.
#[must_use]
pub fn today() -> String {
    let now = Date::new_0();
    format!("{:04}-{:02}-{:02}", now.get_full_year(), now.get_month() + 1, now.get_date())
}
