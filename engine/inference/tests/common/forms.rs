//! Forms of answers.

/// Schemas whose longest text is short, so that every answer ends by itself.
pub const SCHEMAS: [&str; 8] = [
    r#"{"type": "object", "properties": {"city": {"type": "string", "maxLength": 12}, "people": {"type": "integer",
        "minimum": 0, "maximum": 99999}}, "required": ["city", "people"], "additionalProperties": false}"#,
    r#"{"enum": ["supported", "contradicted", "not stated", 7, null, true]}"#,
    r#"{"type": "array", "items": {"type": "boolean"}, "minItems": 2, "maxItems": 5}"#,
    r#"{"type": "object", "properties": {"verdict": {"enum": ["yes", "no"]}, "why": {"type": "string", "minLength": 3,
        "maxLength": 20}}, "required": ["verdict"], "additionalProperties": false}"#,
    r##"{"$defs": {"code": {"type": "string", "pattern": "^[A-Z]{2}-[0-9]{4}$"}}, "type": "object", "properties":
        {"first": {"$ref": "#/$defs/code"}, "second": {"$ref": "#/$defs/code"}}, "required": ["first", "second"],
        "additionalProperties": false}"##,
    r#"{"anyOf": [{"type": "null"}, {"type": "integer", "minimum": -20, "maximum": 20}, {"type": "object", "properties":
        {"x": {"type": "boolean"}}, "required": ["x"], "additionalProperties": false}]}"#,
    r#"{"const": {"Größe": "3 µm", "名": ["\"quoted\"\n", 1.5]}}"#,
    r#"{"type": "string", "maxLength": 6}"#,
];

/// Regular expressions of what vocabularies cut in different ways.
pub const EXPRESSIONS: [&str; 6] = [
    r"(yes|no|maybe), because .{1,12}",
    r"\d{4}-\d{2}-\d{2}",
    r"[a-zé東]{0,5}(/[a-z]{1,3}){2}\n",
    r"(?i)paris|london",
    r" {1,3}x",
    r"[\u{1F600}-\u{1F64F}]{2}",
];
