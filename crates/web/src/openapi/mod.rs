//! What is true of every operation of our JSON APIs by construction, added to a service's document:
//! how to sign in, the form of problems, and the refusals that the shared extractors and guards give.

mod schemas;

use serde_json::{Map, Value, json};

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// Completes a service's OpenAPI document. An operation that names the status 401, or is under the
/// document's own `security`, takes a signed-in caller. A body brings 400, 408, 413, 415 and 422, a query
/// 400, a path parameter 404, and an unsafe method 403.
#[must_use]
pub fn complete(mut document: Value) -> Value {
    let for_all = document.get("security").is_some();
    if let Some(Value::Object(paths)) = document.get_mut("paths") {
        for operations in paths.values_mut() {
            for method in METHODS {
                if let Some(Value::Object(operation)) = operations.get_mut(method) {
                    complete_operation(method, operation, for_all);
                }
            }
        }
    }
    add_components(&mut document);
    document
}

fn complete_operation(method: &str, operation: &mut Map<String, Value>, for_all: bool) {
    let mut statuses = Vec::new();
    if let Some(Value::Object(body)) = operation.get_mut("requestBody") {
        body.insert("required".to_owned(), true.into());
        statuses.extend(["400", "408", "413", "415", "422"]);
    }
    let mut parameters = operation.get_mut("parameters").and_then(Value::as_array_mut);
    parameters.iter_mut().flat_map(|list| list.iter_mut()).for_each(tighten);
    let any_in =
        |place: &str| parameters.iter().flat_map(|list| list.iter()).any(|p| p["in"] == place);
    if any_in("query") || any_in("header") {
        statuses.push("400");
    }
    if any_in("path") {
        statuses.push("404");
    }
    if method != "get" {
        statuses.push("403");
    }
    if for_all {
        statuses.push("401");
    }
    let responses = operation.entry("responses").or_insert_with(|| json!({}));
    let Value::Object(responses) = responses else { return };
    for status in statuses {
        responses.entry(status).or_insert_with(|| json!({}));
    }
    let signed_in = responses.contains_key("401");
    responses.iter_mut().for_each(|(status, answer)| complete_answer(status, answer));
    if signed_in && !for_all {
        operation.entry("security").or_insert_with(ways_to_sign_in);
    }
}

/// The form of the parameters that mean the same everywhere.
fn tighten(parameter: &mut Value) {
    let form = match parameter["name"].as_str() {
        Some("Idempotency-Key") => {
            json!({"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[!#-~]+$"})
        }
        Some("limit") => json!({"type": "integer", "minimum": 1}),
        _ => return,
    };
    parameter["schema"] = form;
}

/// Either the token as a bearer, or the browser's cookie.
#[must_use]
pub fn ways_to_sign_in() -> Value {
    json!([{"bearer": []}, {"cookie": []}])
}

fn complete_answer(status: &str, answer: &mut Value) {
    let Value::Object(answer) = answer else { return };
    if answer.get("description").and_then(Value::as_str).is_none_or(str::is_empty) {
        answer.insert("description".to_owned(), usual_words(status).into());
    }
    if status.starts_with('4') {
        let problem = json!({"schema": {"$ref": "#/components/schemas/Problem"}});
        answer.insert("content".to_owned(), json!({"application/problem+json": problem}));
    }
}

/// What a status means at every address of ours.
fn usual_words(status: &str) -> &'static str {
    match status {
        "200" => "As it is now.",
        "201" => "Created.",
        "204" => "Done.",
        "400" => "A parameter or a header cannot be read, or the body is not JSON.",
        "401" => "Nobody is signed in.",
        "403" => "The role is too low, or a browser sent it from elsewhere.",
        "404" => "There is no such thing, or it is not yours.",
        "408" => "The body did not come in time.",
        "409" => "It has changed, or does not fit how things stand.",
        "412" => "Changed since it was read.",
        "413" => "The body is too large.",
        "415" => "The body is not JSON by its type.",
        "422" => "A field is missing or wrong; `errors` points at each.",
        "429" => "Too many requests; see Retry-After.",
        _ => "See the status.",
    }
}

fn add_components(document: &mut Value) {
    let security = json!({
        "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT",
            "description": "The token of POST /api/v1/sessions at accounts."},
        "cookie": {"type": "apiKey", "in": "cookie", "name": session::COOKIE,
            "description": "A browser's session; changes must come from the service's own pages."},
    });
    let needed = schemas::needed_by(document);
    let Value::Object(document) = document else { return };
    let components = document.entry("components").or_insert_with(|| json!({}));
    components["securitySchemes"] = security;
    let Value::Object(components) = components else { return };
    let own = components.entry("schemas").or_insert_with(|| json!({}));
    let Value::Object(own) = own else { return };
    for (name, schema) in needed {
        own.entry(name).or_insert(schema);
    }
}
