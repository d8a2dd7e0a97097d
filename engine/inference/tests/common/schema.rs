//! JSON Schema as far as the tests' schemas go: says what is wrong with a value.

use serde_json::Value;

/// The first fault of `value` under `schema`, whose references point into `root`.
pub fn fault(value: &Value, schema: &Value, root: &Value) -> Option<String> {
    let rule = |key: &str| schema.get(key);
    let number = |key: &str| rule(key).and_then(Value::as_f64);
    let wrong = |key: &str| Some(format!("{value} breaks {key} of {schema}"));
    if let Some(target) = rule("$ref").and_then(Value::as_str) {
        return fault(value, root.pointer(target.trim_start_matches('#')).unwrap(), root);
    }
    let is_type = |name: &str| match name {
        "string" => value.is_string(),
        // "Any number with a zero fractional part" (JSON Schema Validation 2020-12, section 6.1.1): `-0` is one, and
        // serde_json reads it as a float.
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("no schema of these tests has the type {other}"),
    };
    if rule("type").and_then(Value::as_str).is_some_and(|name| !is_type(name)) {
        return wrong("type");
    }
    if rule("const").is_some_and(|only| only != value) {
        return wrong("const");
    }
    if rule("enum").and_then(Value::as_array).is_some_and(|values| !values.contains(value)) {
        return wrong("enum");
    }
    let any = rule("anyOf").and_then(Value::as_array);
    if any.is_some_and(|any| any.iter().all(|one| fault(value, one, root).is_some())) {
        return wrong("anyOf");
    }
    let is_outside = |found: f64| {
        number("minimum").is_some_and(|least| found < least) || number("maximum").is_some_and(|most| found > most)
    };
    if value.as_f64().is_some_and(is_outside) {
        return wrong("minimum or maximum");
    }
    if let Some(text) = value.as_str() {
        let length = text.chars().count() as f64;
        if number("minLength").is_some_and(|least| length < least)
            || number("maxLength").is_some_and(|most| length > most)
        {
            return wrong("minLength or maxLength");
        }
        let pattern = rule("pattern").and_then(Value::as_str);
        if pattern.is_some_and(|pattern| !regex::Regex::new(pattern).unwrap().is_match(text)) {
            return wrong("pattern");
        }
    }
    if let Some(items) = value.as_array() {
        let count = items.len() as f64;
        if number("minItems").is_some_and(|least| count < least) || number("maxItems").is_some_and(|most| count > most)
        {
            return wrong("minItems or maxItems");
        }
        return rule("items").and_then(|schema| items.iter().find_map(|item| fault(item, schema, root)));
    }
    let object = value.as_object()?;
    let required = rule("required").and_then(Value::as_array);
    if required.is_some_and(|names| names.iter().any(|name| !object.contains_key(name.as_str().unwrap()))) {
        return wrong("required");
    }
    let others = rule("additionalProperties").and_then(Value::as_bool);
    object.iter().find_map(|(name, value)| match schema.get("properties").and_then(|properties| properties.get(name)) {
        Some(schema) => fault(value, schema, root),
        None if others == Some(false) => wrong("additionalProperties"),
        None => None,
    })
}
