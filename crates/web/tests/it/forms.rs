//! A form keeps what was typed and marks what is wrong.

use axum::{body::Body, http::Request};
use http::StatusCode;
use maud::html;
use web::{
    Form,
    components::{Field, Kind, error_summary},
};

use crate::support::send;

#[test]
fn typed_text_is_kept_as_it_was() {
    let form = Form::parse(b"name=+Ana+%26+%3Cb%3E+&extra=a&extra=b&note=one%0D%0Atwo%00");
    assert_eq!(form.value("name"), " Ana & <b> ");
    assert_eq!(form.trimmed("name"), "Ana & <b>");
    assert_eq!(form.values("extra").collect::<Vec<_>>(), ["a", "b"]);
    assert!(form.chosen("extra", "b") && !form.chosen("extra", "c"));
    assert_eq!(form.value("note"), "one\ntwo");
    assert_eq!(form.value("absent"), "");
}

#[test]
fn a_wrong_field_is_marked_and_keeps_its_text() {
    let mut form = Form::parse(b"phone=%3C06%3E&password=hunter2");
    assert_eq!(form.status(), StatusCode::OK);
    form.fail("phone", "This number is too short.");
    assert_eq!(form.status(), StatusCode::UNPROCESSABLE_ENTITY);
    let phone = Field { name: "phone", label: "Phone", hint: "With area code", ..Field::default() };
    let page = phone.render(&form).into_string();
    assert!(page.contains("value=\"&lt;06&gt;\""), "{page}");
    assert!(page.contains("aria-invalid=\"true\""));
    assert!(page.contains("aria-describedby=\"phone-error phone-hint\""));
    assert!(page.contains("id=\"phone-error\""));
    let password =
        Field { name: "password", label: "Password", kind: Kind::Password, ..Field::default() };
    assert!(!password.render(&form).into_string().contains("hunter2"));
    let summary = html! { (error_summary(&form)) }.into_string();
    assert!(summary.contains("href=\"#phone\""));
}

#[test]
fn an_empty_field_that_is_needed_is_marked() {
    let mut form = Form::parse(b"name=++&city=Salzburg");
    assert_eq!(form.require("name", "Tell us your name."), None);
    assert_eq!(form.require("city", "Tell us the city.").as_deref(), Some("Salzburg"));
    assert_eq!(form.error("name"), Some("Tell us your name."));
}

#[tokio::test]
async fn odd_bytes_in_a_form_are_never_our_failure() {
    for body in ["", "=", "&&&", "name=%ff%fe", "name=%", "name=%zz", "name"] {
        let request =
            Request::post("/form").header("content-type", "application/x-www-form-urlencoded");
        assert_eq!(
            send(request.body(Body::from(body)).unwrap()).await.status,
            StatusCode::OK,
            "{body}"
        );
    }
    let request = Request::post("/form").header("content-type", "text/plain");
    let answer = send(request.body(Body::from("x")).unwrap()).await;
    assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE);
}
