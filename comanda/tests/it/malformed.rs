//! Bad input on every door: two hundred malformed requests per endpoint of the OpenAPI documents,
//! never a 5xx, and always a problem that names itself and, in a body, the field.

use crate::town::{Client, Comanda, SERVICES, fresh_key};
use kernel::Random;
use reqwest::{Method, Response};
use serde_json::Value;

const REQUESTS: usize = 200;

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_malformed_requests_per_endpoint_get_a_problem_and_no_5xx() {
    let data = tempfile::tempdir().unwrap();
    let comanda = Comanda::up(data.path());
    let owner = comanda.client().signed_in("owner@demo.test").await;
    let mut endpoints = 0;
    for service in SERVICES {
        let document: Value = owner
            .request(Method::GET, service, "/openapi.json")
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        for (path, operations) in document["paths"].as_object().unwrap() {
            for method in operations.as_object().unwrap().keys() {
                let Ok(method) = method.to_uppercase().parse::<Method>() else { continue };
                // A stream stays open: it has tests of its own. Signing out would end this client.
                if path.ends_with("/stream")
                    || path.ends_with("/sessions/current")
                    || (method == Method::DELETE && path.ends_with("/me"))
                {
                    continue;
                }
                endpoints += 1;
                assail(&owner, service, path, &method).await;
            }
        }
    }
    assert!(endpoints > 25, "only {endpoints} endpoints were found");
}

async fn assail(client: &Client, service: &str, path: &str, method: &Method) {
    let random = Random::seeded(path.len() as u64);
    for number in 0..REQUESTS {
        let path = fill(path, &random);
        let request = client.request(method.clone(), service, &path);
        let request = match number % 4 {
            0 => request,
            1 => request.header("idempotency-key", "a\"b c"),
            _ => request.header("idempotency-key", fresh_key()),
        };
        let kind = if number % 9 == 0 { "text/plain" } else { "application/json" };
        let answer = request.header("content-type", kind).body(body(number, &random)).send().await;
        let what = format!("{method} {service}{path} #{number}");
        is_told_what_is_wrong(answer.unwrap_or_else(|error| panic!("{what}: {error}")), &what)
            .await;
    }
}

async fn is_told_what_is_wrong(answer: Response, what: &str) {
    let status = answer.status().as_u16();
    assert!(status < 500, "{what}: {status}");
    if status < 400 {
        return;
    }
    assert_eq!(answer.headers()["content-type"], "application/problem+json", "{what}: {status}");
    let problem: Value = answer.json().await.unwrap();
    assert!(problem["code"].is_string() && problem["status"] == status, "{what}: {problem}");
    assert!(status != 422 || problem["errors"][0]["pointer"].is_string(), "{what}: {problem}");
}

/// `{id}` becomes something that is no id, or an id of nothing.
fn fill(path: &str, random: &Random) -> String {
    let odd = [
        "x",
        "%00",
        "..%2F..",
        "rst_00000000000000000000000000000000",
        "%F0%9F%8D%95",
        "trattoria-lupo",
        "tkt_",
        "-1",
        "%27%20OR%201=1--",
    ];
    let pick = usize::from(random.bytes::<1>()[0]) % odd.len();
    let mut filled = String::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        filled.push_str(before);
        filled.push_str(odd[pick]);
        rest = after.split_once('}').map_or("", |(_, after)| after);
    }
    filled.push_str(rest);
    if random.bytes::<1>()[0].is_multiple_of(3) {
        filled.push_str("?limit=-1&cursor=%FF&q=%00&lat=x&when=1e999&version=99999999999999999999");
    }
    filled
}

fn body(number: usize, random: &Random) -> Vec<u8> {
    let odd: [&[u8]; 14] = [
        b"",
        b"{",
        b"null",
        b"[]",
        b"\"\"",
        b"{}",
        b"{\"version\":-1}",
        b"{\"version\":1e999}",
        b"{\"a\":{\"a\":{\"a\":[[[[]]]]}}}",
        b"\xff\xfe\x00",
        b"{\"lines\":[{\"item_id\":7,\"quantity\":99999999999}],\"restaurant_id\":\"rst_\"}",
        b"{\"email\":\"\\u0000\",\"password\":[]}",
        b"{\"sections\":[{\"items\":[{\"price\":{\"amount\":9223372036854775808}}]}]}",
        b"{\"minutes\":4294967296,\"until\":\"2026-02-30T25:61:00Z\",\"reason\":{}}",
    ];
    match number % (odd.len() + 3) {
        n if n < odd.len() => odd[n].to_vec(),
        n if n == odd.len() => (0..64).flat_map(|_| random.bytes::<32>()).collect(),
        n if n == odd.len() + 1 => "[".repeat(20_000).into_bytes(),
        _ => format!("{{\"note\":\"{}\"}}", "ü".repeat(200_000)).into_bytes(),
    }
}
