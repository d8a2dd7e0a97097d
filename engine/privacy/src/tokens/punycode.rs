//! The ASCII form of internationalised domain names (RFC 3492), as far as comparing needs it.

/// A domain of lower-case letters with each label that is not ASCII in its `xn--` form. Labels that cannot be written so
/// stay as they are.
pub(super) fn ascii_domain(domain: &str) -> String {
    // IDNA also takes the ideographic full stop for a dot.
    let labels = domain.split(['.', '\u{3002}', '\u{ff0e}', '\u{ff61}']);
    let ascii = labels.map(|label| match label.is_ascii() {
        true => label.to_owned(),
        false => encode(label).map_or_else(|| label.to_owned(), |code| format!("xn--{code}")),
    });
    ascii.collect::<Vec<_>>().join(".")
}

/// Longest label of a domain, in characters (RFC 1035); bounds the quadratic encoder.
const LABEL_MAX: usize = 63;

// Parameters of RFC 3492, section 5.
const BASE: u32 = 36;
const T_MIN: u32 = 1;
const T_MAX: u32 = 26;
const SKEW: u32 = 38;
const DAMP: u32 = 700;
const INITIAL_BIAS: u32 = 72;
const INITIAL_N: u32 = 128;

/// RFC 3492, section 6.3. `None` for a label that is too long.
fn encode(label: &str) -> Option<String> {
    let points: Vec<u32> = label.chars().map(u32::from).collect();
    if points.len() > LABEL_MAX {
        return None;
    }
    let mut out: String = label.chars().filter(char::is_ascii).collect();
    let basic = u32::try_from(out.len()).ok()?;
    if basic > 0 {
        out.push('-');
    }
    let (mut n, mut delta, mut bias, mut handled) = (INITIAL_N, 0u32, INITIAL_BIAS, basic);
    while (handled as usize) < points.len() {
        let next = *points.iter().filter(|point| **point >= n).min()?;
        delta = delta.checked_add((next - n).checked_mul(handled + 1)?)?;
        n = next;
        for &point in &points {
            if point < n {
                delta = delta.checked_add(1)?;
            }
            if point == n {
                write_number(&mut out, delta, bias)?;
                bias = adapt(delta, handled + 1, handled == basic);
                delta = 0;
                handled += 1;
            }
        }
        delta += 1;
        n += 1;
    }
    Some(out)
}

/// A number in generalised variable-length digits.
fn write_number(out: &mut String, mut number: u32, bias: u32) -> Option<()> {
    let mut k = BASE;
    loop {
        let t = k.saturating_sub(bias).clamp(T_MIN, T_MAX);
        if number < t {
            break;
        }
        out.push(char::from_digit_36(t + (number - t) % (BASE - t))?);
        number = (number - t) / (BASE - t);
        k += BASE;
    }
    out.push(char::from_digit_36(number)?);
    Some(())
}

/// RFC 3492 counts `a` to `z` before `0` to `9`.
trait Digit36: Sized {
    fn from_digit_36(value: u32) -> Option<Self>;
}

impl Digit36 for char {
    fn from_digit_36(value: u32) -> Option<Self> {
        match value {
            0..=25 => Self::from_u32(u32::from(b'a') + value),
            26..=35 => Self::from_u32(u32::from(b'0') + value - 26),
            _ => None,
        }
    }
}

fn adapt(delta: u32, points: u32, first: bool) -> u32 {
    let mut delta = if first { delta / DAMP } else { delta / 2 };
    delta += delta / points;
    let mut k = 0;
    while delta > (BASE - T_MIN) * T_MAX / 2 {
        delta /= BASE - T_MIN;
        k += BASE;
    }
    k + (BASE - T_MIN + 1) * delta / (delta + SKEW)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_have_the_form_of_the_standard() {
        assert_eq!(ascii_domain("münchen.example"), "xn--mnchen-3ya.example");
        assert_eq!(ascii_domain("例え.テスト"), "xn--r8jz45g.xn--zckzah");
        assert_eq!(ascii_domain("example.com"), "example.com");
        // RFC 3492, 7.1 (A), Arabic (Egyptian).
        assert_eq!(ascii_domain("ليهمابتكلموشعربي؟"), "xn--egbpdaj6bu4bxfgehfvwxn");
    }

    #[test]
    fn long_labels_stay() {
        let long = "ü".repeat(64);
        assert_eq!(ascii_domain(&long), long);
    }
}
