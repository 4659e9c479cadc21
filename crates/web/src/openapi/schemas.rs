//! Schemas that more than one service shares, because the kernel's types have no schema of their
//! own. Only those that a document refers to are put into it.

use serde_json::{Map, Value, json};

const PREFIX: &str = "#/components/schemas/";

/// The shared schemas that `document` refers to, and those that they refer to.
pub(super) fn needed_by(document: &Value) -> Map<String, Value> {
    let mut all = problems();
    all.extend(menus());
    all.extend(openings());
    let mut needed = Map::new();
    let mut open = Vec::new();
    collect(document, &mut open);
    while let Some(name) = open.pop() {
        if let Some((name, schema)) = all.remove_entry(&name) {
            collect(&schema, &mut open);
            needed.insert(name, schema);
        }
    }
    needed
}

fn collect(value: &Value, names: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            let reference = fields.get("$ref").and_then(Value::as_str);
            names.extend(reference.and_then(|text| text.strip_prefix(PREFIX)).map(str::to_owned));
            fields.values().for_each(|value| collect(value, names));
        }
        Value::Array(list) => list.iter().for_each(|value| collect(value, names)),
        _ => {}
    }
}

fn to(name: &str) -> Value {
    json!({"$ref": format!("{PREFIX}{name}")})
}

fn list_of(schema: &Value) -> Value {
    json!({"type": "array", "items": schema})
}

/// An object whose `required` fields are always there.
fn object(required: &[&str], properties: &Value) -> Value {
    json!({"type": "object", "required": required, "properties": properties})
}

fn named(schemas: impl IntoIterator<Item = (&'static str, Value)>) -> Map<String, Value> {
    schemas.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect()
}

fn problems() -> Map<String, Value> {
    let text = json!({"type": "string"});
    let field = object(&["pointer", "detail"], &json!({"pointer": text, "detail": text}));
    let mut problem = object(
        &["type", "title", "status", "code"],
        &json!({
            "type": {"type": "string", "description": "urn:comanda:problem:{code}"},
            "title": text,
            "status": {"type": "integer"},
            "code": {"type": "string", "description": "Stable name of what is wrong."},
            "detail": {"type": "string", "description": "A sentence to act on."},
            "errors": list_of(&field),
        }),
    );
    problem["description"] = "A refusal (RFC 9457). Some codes bring more members.".into();
    named([("Problem", problem)])
}

fn menus() -> Map<String, Value> {
    let (text, count) = (json!({"type": "string"}), json!({"type": "integer", "minimum": 0}));
    let flag = json!({"type": "boolean"});
    let money =
        object(&["amount", "currency"], &json!({"amount": {"type": "integer"}, "currency": text}));
    let allergens = object(
        &["contains", "may_contain"],
        &json!({"contains": list_of(&text), "may_contain": list_of(&text), "declared": flag}),
    );
    let option = json!({
        "id": text, "name": text, "price": to("Money"), "available": flag, "max_quantity": count,
        "allergens": to("Allergens"), "diets": list_of(&text),
    });
    let group = json!({
        "id": text, "name": text, "min": count, "max": count, "options": list_of(&to("MenuOption")),
    });
    let photo = json!({
        "name": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        "widths": {"type": "array", "items": count, "minItems": 1,
            "description": "Each size is at /photos/{name}-{width}.jpg of orderhub, for ever."},
        "height": {"type": "integer", "minimum": 0, "description": "Pixels down of the widest."},
        "alt": {"type": "string", "maxLength": 200, "description": "What it shows; may be empty."},
    });
    let item = json!({
        "id": text, "name": text, "description": text, "price": to("Money"), "available": flag,
        "art": text, "photo": to("Photo"), "tax_basis_points": count, "allergens": to("Allergens"),
        "diets": list_of(&text), "option_groups": list_of(&to("OptionGroup")),
    });
    let section =
        json!({"id": text, "name": text, "description": text, "items": list_of(&to("Item"))});
    let menu = json!({"version": count, "currency": text, "sections": list_of(&to("Section"))});
    // Ids and what has a default may be left out by the one who sends it; answers have them all.
    named([
        ("Money", money),
        ("Allergens", allergens),
        ("MenuOption", object(&["name", "price"], &option)),
        ("OptionGroup", object(&["name", "min", "max", "options"], &group)),
        ("Photo", object(&["name", "widths", "height"], &photo)),
        ("Item", object(&["name", "price"], &item)),
        ("Section", object(&["name", "items"], &section)),
        ("Menu", object(&["currency", "sections"], &menu)),
    ])
}

fn openings() -> Map<String, Value> {
    let text = json!({"type": "string"});
    let time = json!({"type": "string", "pattern": "^[0-9]{2}:[0-9]{2}$", "example": "11:30"});
    let day = list_of(&object(&["from", "to"], &json!({"from": time, "to": time})));
    let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let week: Map<String, Value> =
        days.iter().map(|name| ((*name).to_owned(), day.clone())).collect();
    let hours = json!({
        "zone": {"type": "string", "example": "Europe/Vienna"},
        "weekly": {"type": "object", "properties": week},
        "exceptions": list_of(&json!({"type": "object"})),
        "business_day_start": time,
    });
    let place = json!({
        "street": text, "postcode": text, "city": text, "country": text,
        "lat": {"type": "number"}, "lon": {"type": "number"},
    });
    named([
        ("OpeningHours", object(&["zone", "weekly"], &hours)),
        ("Place", object(&["street", "postcode", "city", "country", "lat", "lon"], &place)),
    ])
}
