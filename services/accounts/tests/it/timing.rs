//! Whether an address has an account shows in no time: measured by chance in turn, compared by the
//! Mann-Whitney test. They take minutes, so they run with `COMANDA_TEST_SMTP` alone (`cargo xtask test
//! --suite identity`).

#![expect(clippy::print_stdout, reason = "figures are for who reads them")]

use crate::Place;
use kernel::Random;
use std::time::Instant;
use testkit::{Browser, counterpart};

/// Measurements of each of both kinds.
const EACH: usize = 1000;
/// Less likely than this is not chance.
const CHANCE: f64 = 0.01;

/// Asks by `ask` with an address that has an account and with one that has none. One sample in a
/// hundred is unlikely by chance alone, so an unlikely one must happen twice.
async fn compare(what: &str, ask: impl AsyncFn(&mut Browser, &str)) {
    if counterpart("COMANDA_TEST_SMTP").is_none() {
        return;
    }
    let place = Place::open().await;
    let first = sample(&place, &ask, 1).await;
    println!("{what}: p = {first:.3} for {} measurements", 2 * EACH);
    if first <= CHANCE {
        let second = sample(&place, &ask, 2).await;
        println!("{what}: p = {second:.3} the second time");
        assert!(second > CHANCE, "{what}: p = {first:.4}, then {second:.4}");
    }
}

async fn sample(place: &Place, ask: &impl AsyncFn(&mut Browser, &str), seed: u64) -> f64 {
    let random = Random::seeded(seed);
    let mut browser = place.browser();
    let emails = ["ana@demo.test", "ann@demo.test"];
    for email in emails.iter().cycle().take(20) {
        ask(&mut browser, email).await;
    }
    let mut times = [Vec::with_capacity(EACH), Vec::with_capacity(EACH)];
    while times.iter().any(|one| one.len() < EACH) {
        let [byte] = random.bytes::<1>();
        let kind = usize::from(byte % 2);
        let kind = if times[kind].len() < EACH { kind } else { 1 - kind };
        browser.cookies.clear();
        let begun = Instant::now();
        ask(&mut browser, emails[kind]).await;
        times[kind].push(begun.elapsed().as_secs_f64());
    }
    mann_whitney(&times[0], &times[1])
}

/// How likely two samples of one kind differ as much as these: two-sided, by the normal approximation.
fn mann_whitney(one: &[f64], other: &[f64]) -> f64 {
    let mut all: Vec<(f64, bool)> = one.iter().map(|time| (*time, true)).collect();
    all.extend(other.iter().map(|time| (*time, false)));
    all.sort_by(|a, b| a.0.total_cmp(&b.0));
    let ranks = all.iter().zip(1_u32..).filter(|((_, is_one), _)| *is_one);
    let sum: f64 = ranks.map(|(_, rank)| f64::from(rank)).sum();
    let (n, m) = (one.len() as f64, other.len() as f64);
    let u = sum - n * (n + 1.0) / 2.0;
    let z = (u - n * m / 2.0) / (n * m * (n + m + 1.0) / 12.0).sqrt();
    erfc(z.abs() / std::f64::consts::SQRT_2)
}

/// Abramowitz and Stegun, 7.1.26.
fn erfc(x: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.327_591_1 * x);
    let factors = [1.061_405_429, -1.453_152_027, 1.421_413_741, -0.284_496_736, 0.254_829_592];
    factors.iter().fold(0.0, |sum, factor| (sum + factor) * t) * (-x * x).exp()
}

#[test]
fn the_test_tells_a_difference_from_chance() {
    let random = Random::seeded(7);
    let draw = |shift: f64| -> Vec<f64> {
        let one = || f64::from(u16::from_le_bytes(random.bytes())) / 65536.0 + shift;
        std::iter::repeat_with(one).take(1000).collect()
    };
    assert!(mann_whitney(&draw(0.0), &draw(0.0)) > CHANCE);
    assert!(mann_whitney(&draw(0.0), &draw(0.05)) < CHANCE);
}

#[tokio::test]
async fn counterpart_timing_of_sign_in() {
    let ask = async |browser: &mut Browser, email: &str| {
        assert_eq!(browser.sign_in(email, "not the password").await.status, 422);
    };
    compare("sign in", ask).await;
}

#[tokio::test]
async fn counterpart_timing_of_sign_up() {
    let ask = async |browser: &mut Browser, email: &str| {
        let fields = [("name", "Z"), ("email", email), ("password", "four warm words here")];
        assert_eq!(browser.post("accounts", "/sign-up", &fields).await.status, 303);
    };
    compare("sign up", ask).await;
}

#[tokio::test]
async fn counterpart_timing_of_reset() {
    let ask = async |browser: &mut Browser, email: &str| {
        let answer = browser.post("accounts", "/reset-password", &[("email", email)]).await;
        assert_eq!(answer.status, 303);
    };
    compare("reset", ask).await;
}

#[tokio::test]
async fn counterpart_timing_of_a_link() {
    let ask = async |browser: &mut Browser, email: &str| {
        let answer = browser.post("accounts", "/sign-in/link", &[("email", email)]).await;
        assert_eq!(answer.status, 303);
    };
    compare("a link", ask).await;
}
