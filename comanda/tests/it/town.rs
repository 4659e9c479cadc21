//! A running `comanda` with a data folder of its own, and a client that speaks to its four hosts.

use database::Location;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};
use testkit::{Browser, MailServer, within};

pub(crate) const SERVICES: [&str; 4] = ["landing", "orderhub", "prepstation", "accounts"];

/// A process that dies with the value. What it published is checked then.
pub(crate) struct Comanda {
    process: Child,
    pub(crate) port: u16,
    databases: Vec<Location>,
}

impl Comanda {
    /// Starts `comanda` and waits for its `ready`.
    pub(crate) fn start(
        arguments: &[&str],
        data: &Path,
        port: u16,
        settings: &[(&str, String)],
    ) -> Self {
        Self::start_logging(arguments, data, port, settings, Stdio::inherit())
    }

    /// The same with its log lines to a place of the test.
    pub(crate) fn start_logging(
        arguments: &[&str],
        data: &Path,
        port: u16,
        settings: &[(&str, String)],
        log: Stdio,
    ) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_comanda"))
            .args(arguments)
            .args(["--data-dir", data.to_str().unwrap(), "--listen", &format!("127.0.0.1:{port}")])
            .env("COMANDA_TELEMETRY_FILTER", "warn")
            .envs(broker(data).map(|url| ("COMANDA_BROKER_URL", url)))
            .envs(settings.iter().map(|(key, value)| (*key, value.as_str())))
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let mut said = lines.map_while(Result::ok);
        assert!(said.any(|line| line.starts_with("ready in")), "comanda ended before it was ready");
        let url = settings.iter().find(|(key, _)| *key == "COMANDA_DATABASE_URL");
        let url = url.map_or_else(|| format!("sqlite:{}", data.display()), |(_, url)| url.clone());
        let shared = settings.contains(&("COMANDA_DATABASE_LAYOUT", "shared".to_owned()));
        let services =
            SERVICES.into_iter().filter(|service| ["up", *service].contains(&arguments[0]));
        let databases =
            services.map(|service| Location::of_service(&url, shared, service).unwrap());
        Self { process, port, databases: databases.collect() }
    }

    pub(crate) fn up(data: &Path) -> Self {
        Self::start(&["up", "--demo"], data, free_port(), &[])
    }

    /// The same, whatever broker this test run has: its events are in a file of the data folder.
    pub(crate) fn up_with_embedded_broker(data: &Path) -> Self {
        let settings = [("COMANDA_BROKER_URL", "embedded:".to_owned())];
        Self::start(&["up", "--demo"], data, free_port(), &settings)
    }

    /// As an operator would.
    pub(crate) fn ask_to_end(&self) {
        let pid = self.process.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    }

    /// Asks it to end, and waits until it has.
    pub(crate) fn stop(mut self) {
        self.ask_to_end();
        assert!(self.process.wait().unwrap().success(), "comanda did not end in order");
    }

    /// As a power cut would. What it published is left for the next process to answer for.
    pub(crate) fn kill(mut self) {
        self.databases.clear();
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    pub(crate) fn client(&self) -> Client {
        Client::new(self.port)
    }
}

impl Drop for Comanda {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        self.databases.iter().for_each(testkit::check_published);
    }
}

/// How a command ended, and all it said.
pub(crate) struct Ended {
    pub(crate) succeeded: bool,
    pub(crate) said: String,
}

/// Runs a command to its end.
pub(crate) async fn comanda(arguments: &[&str]) -> Ended {
    comanda_killed_at(arguments, usize::MAX).await.unwrap()
}

/// Runs a command and kills it when it has said so many lines; `None` when that happened.
pub(crate) async fn comanda_killed_at(arguments: &[&str], line: usize) -> Option<Ended> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_comanda"));
    command.args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
    let run = move || {
        let mut process = command.spawn().unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let said: Vec<String> = lines.map_while(Result::ok).take(line).collect();
        if said.len() == line {
            process.kill().unwrap();
            process.wait().unwrap();
            return None;
        }
        let ended = process.wait_with_output().unwrap();
        let said = said.join("\n") + &String::from_utf8_lossy(&ended.stderr);
        Some(Ended { succeeded: ended.status.success(), said })
    };
    tokio::task::spawn_blocking(run).await.unwrap()
}

/// The broker of a test run, when `COMANDA_TEST_BROKER` names one: each town has its own place in
/// it, named by the path of the URL.
fn broker(data: &Path) -> Option<String> {
    let url = std::env::var_os("COMANDA_TEST_BROKER")?.into_string().unwrap();
    let (server, query) = url.split_once('?').map_or((url.as_str(), ""), |(s, q)| (s, q));
    let town =
        data.file_name().unwrap().to_str().unwrap().replace(|c| !char::is_alphanumeric(c), "");
    let query = if query.is_empty() { String::new() } else { format!("?{query}") };
    Some(format!("{}/town{town}{query}", server.trim_end_matches('/')))
}

/// A port that nobody listens on at the moment.
pub(crate) fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// A program without cookies, perhaps with a bearer token.
#[derive(Clone)]
pub(crate) struct Client {
    pub(crate) http: reqwest::Client,
    pub(crate) port: u16,
    pub(crate) token: Option<String>,
}

pub(crate) type Answer = (StatusCode, Value);

impl Client {
    pub(crate) fn new(port: u16) -> Self {
        let http = reqwest::Client::builder()
            .timeout(Duration::from_secs(20))
            .redirect(reqwest::redirect::Policy::none());
        Self { http: http.build().unwrap(), port, token: None }
    }

    pub(crate) async fn signed_in(&self, email: &str) -> Self {
        let body = json!({"email": email, "password": "comanda-demo"});
        let (status, answer) = self.post("accounts", "/sessions", body).await;
        assert_eq!(status, StatusCode::CREATED, "{answer}");
        Self { token: Some(answer["token"].as_str().unwrap().to_owned()), ..self.clone() }
    }

    pub(crate) fn request(
        &self,
        method: Method,
        service: &str,
        path: &str,
    ) -> reqwest::RequestBuilder {
        let request = self.http.request(method, format!("http://127.0.0.1:{}{path}", self.port));
        let request = request.header("host", format!("{service}.comanda.localhost:{}", self.port));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    pub(crate) async fn get(&self, service: &str, path: &str) -> Answer {
        answer(self.request(Method::GET, service, &format!("/api/v1{path}"))).await.unwrap()
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        service: &str,
        path: &str,
        body: Value,
    ) -> Answer {
        let request = self.request(method, service, &format!("/api/v1{path}"));
        answer(request.header("idempotency-key", fresh_key()).json(&body)).await.unwrap()
    }

    pub(crate) async fn post(&self, service: &str, path: &str, body: Value) -> Answer {
        self.send(Method::POST, service, path, body).await
    }

    /// Places an order; `Err` when the connection broke or the server asked to come again.
    pub(crate) async fn place(&self, key: &str, body: &Value) -> Result<Value, String> {
        let request = self
            .request(Method::POST, "orderhub", "/api/v1/orders")
            .header("idempotency-key", key)
            .json(body);
        match answer(request).await {
            Ok((StatusCode::CREATED, order)) => Ok(order),
            Ok((status, body)) if status.as_u16() < 500 => panic!("{status}: {body}"),
            Ok((status, _)) => Err(status.to_string()),
            Err(error) => Err(error.to_string()),
        }
    }

    /// The order as its guest sees it, by the signed link.
    pub(crate) async fn tracked(&self, order: &Value) -> Value {
        let (status, order) = self.get("orderhub", &order_path(order, "")).await;
        assert_eq!(status, StatusCode::OK, "{order}");
        order
    }

    /// The kitchen's ticket of an order, as soon as there is one.
    pub(crate) async fn ticket_of(&self, restaurant: &str, order: &Value) -> Value {
        let list = format!("/restaurants/{restaurant}/tickets");
        within(Duration::from_secs(60), "the ticket of the order", async || {
            let (status, list) = self.get("prepstation", &list).await;
            assert_eq!(status, StatusCode::OK, "{list}");
            let mut tickets = list["items"].as_array()?.iter();
            tickets.find(|ticket| ticket["order_id"] == order["id"]).cloned()
        })
        .await
    }

    /// The restaurant of the demo and one item that asks for no options.
    pub(crate) async fn lupo(&self) -> (String, Value) {
        let (_, restaurant) = self.get("orderhub", "/restaurants/trattoria-lupo").await;
        let (_, menu) = self.get("orderhub", "/restaurants/trattoria-lupo/menu").await;
        let items = menu["sections"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|s| s["items"].as_array().unwrap());
        let optional =
            |item: &&Value| item["option_groups"].as_array().unwrap().iter().all(|g| g["min"] == 0);
        let item = items.filter(|item| item["available"] == true).find(optional).unwrap();
        (restaurant["id"].as_str().unwrap().to_owned(), item.clone())
    }
}

async fn answer(request: reqwest::RequestBuilder) -> Result<Answer, reqwest::Error> {
    let answer = request.send().await?;
    let (status, text) = (answer.status(), answer.text().await?);
    Ok((status, serde_json::from_str(&text).unwrap_or(Value::String(text))))
}

pub(crate) fn fresh_key() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!("test-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// An address under the order, with the guest's signature.
pub(crate) fn order_path(order: &Value, rest: &str) -> String {
    let url = order["tracking_url"].as_str().unwrap();
    let query = url.split_once('?').map_or("", |(_, query)| query);
    format!("/orders/{}{rest}?{query}", order["id"].as_str().unwrap())
}

/// An order of one item at the counter.
pub(crate) fn order_of(restaurant: &str, item: &Value) -> Value {
    json!({
        "restaurant_id": restaurant,
        "kind": "pickup",
        "when": "asap",
        "lines": [{"item_id": item["id"], "quantity": 1, "options": [], "note": "", "if_unavailable": "remove"}],
        "contact": {"name": "Mira", "phone": "+43 662 5550199"},
        "payment": {"kind": "on_handover"},
    })
}

/// Makes an account by the form of these fields, the address first, and by the link in the mail. The
/// browser is signed in then.
pub(crate) async fn sign_up(browser: &mut Browser, mails: &MailServer, form: &[(&str, &str)]) {
    assert_eq!(browser.post("accounts", "/sign-up", form).await.status, 303);
    let mail = mails.take(form[0].1, "Confirm your address").await;
    let link = mail.link("/sign-up/confirm");
    let secret = link.split_once('=').unwrap().1;
    let confirmed = browser.post("accounts", "/sign-up/confirm", &[("secret", secret)]).await;
    assert_eq!(confirmed.location(), "/account");
}

/// Where to say whether one joins the restaurant that has invited, once prepstation asks.
pub(crate) async fn invitation(browser: &mut Browser) -> String {
    within(Duration::from_secs(30), "the invitation to be shown", async || {
        let home = browser.get("prepstation", "/").await.body;
        let (_, rest) = home.split_once("action=\"/invitations/")?;
        Some(format!("/invitations/{}", rest.split('"').next()?))
    })
    .await
}
