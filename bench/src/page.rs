//! The restaurant page as a browser asks for it, beside nginx with the same bytes in a file.

use crate::{
    Outcome,
    http::{self, Answer, Connection},
    load::median,
    screen,
    town::{Town, free_port, run},
};
use std::{
    fmt::Write as _,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

/// The page that is measured.
const PATH: &str = "/r/trattoria-lupo";
const ENCODINGS: &str = "gzip, deflate, br, zstd";

/// Requests a second of both, as medians of interleaved rounds.
pub(crate) struct Page {
    pub(crate) ours: f64,
    pub(crate) nginx: f64,
    /// Of each round, in order.
    pub(crate) ratios: Vec<f64>,
    /// Slowest percent of our median round, as `wrk` writes it.
    pub(crate) p99: String,
    /// Bytes of the page as sent.
    pub(crate) bytes: usize,
    /// Bytes of the answer's headers, ours and nginx's.
    pub(crate) header_bytes: (usize, usize),
}

/// `rounds` times ours and then nginx, each for `length`; nginx with or without its access log.
pub(crate) async fn measure(
    town: &Town,
    logged: bool,
    connections: usize,
    rounds: usize,
    length: Duration,
) -> Outcome<Page> {
    let host = town.host("orderhub");
    let answer = page(town.port, &host).await?;
    if header(&answer, "content-encoding") != Some("br") {
        return Err(format!("{PATH} does not come compressed"));
    }
    let folder = tempfile::tempdir().map_err(|e| e.to_string())?;
    let nginx = Nginx::start(folder.path(), &answer, logged)?;
    let theirs = nginx.ready(&host).await?;
    if theirs.body != answer.body {
        return Err("nginx serves other bytes".to_owned());
    }
    let (mut our_rounds, mut their_rounds) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        our_rounds.push(wrk(town.port, &host, connections, length)?);
        their_rounds.push(wrk(nginx.port, &host, connections, length)?);
    }
    let rates = |rounds: &[(f64, String)]| rounds.iter().map(|(rate, _)| *rate).collect::<Vec<_>>();
    let pairs = our_rounds.iter().zip(&their_rounds);
    let ours = median(rates(&our_rounds));
    Ok(Page {
        ours,
        nginx: median(rates(&their_rounds)),
        ratios: pairs.map(|(ours, theirs)| ours.0 / theirs.0).collect(),
        p99: our_rounds
            .iter()
            .find(|round| round.0 >= ours)
            .map(|r| r.1.clone())
            .unwrap_or_default(),
        bytes: answer.body.len(),
        header_bytes: (header_bytes(&answer), header_bytes(&theirs)),
    })
}

async fn page(port: u16, host: &str) -> Outcome<Answer> {
    let request = http::get(host, PATH, &format!("Accept-Encoding: {ENCODINGS}\r\n"));
    let answer = Connection::open(port).await?.send(&request).await?;
    if answer.status == 200 { Ok(answer) } else { Err(format!("{PATH}: {}", answer.status)) }
}

fn header<'a>(answer: &'a Answer, name: &str) -> Option<&'a str> {
    answer.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
}

fn header_bytes(answer: &Answer) -> usize {
    answer.headers.iter().map(|(name, value)| name.len() + value.len() + 4).sum()
}

/// Requests a second, and the 99th percentile.
fn wrk(port: u16, host: &str, connections: usize, length: Duration) -> Outcome<(f64, String)> {
    let said = run(Command::new("wrk")
        .args(["-t1", "-c", &connections.to_string(), "-d", &length.as_secs().to_string()])
        .args(["--latency", "-H", &format!("Host: {host}")])
        .args(["-H", &format!("Accept-Encoding: {ENCODINGS}")])
        .arg(format!("http://127.0.0.1:{port}{PATH}")))?;
    if said.contains("Non-2xx") || said.contains("Socket errors") {
        return Err(format!("wrk met errors:\n{said}"));
    }
    let after = |name: &str| said.lines().find_map(|line| line.trim().strip_prefix(name));
    let rate = after("Requests/sec:").and_then(|rest| rest.trim().parse().ok());
    let p99 = after("99%").unwrap_or_default().trim().to_owned();
    Ok((rate.ok_or(format!("wrk said no rate:\n{said}"))?, p99))
}

struct Nginx {
    process: Child,
    port: u16,
}

impl Nginx {
    /// A worker for each core, open files kept: the way nginx is fast.
    fn start(folder: &Path, page: &Answer, logged: bool) -> Outcome<Self> {
        let failed = |e: std::io::Error| format!("nginx: {e}");
        let port = free_port()?;
        let at = folder.display();
        std::fs::write(folder.join("page"), &page.body).map_err(failed)?;
        let user = if run(Command::new("id").arg("-u"))?.trim() == "0" { "user root;" } else { "" };
        let config = format!(
            "{user} worker_processes auto; daemon off; pid {at}/pid; error_log {at}/error.log;
             events {{ worker_connections 1024; }}
             http {{
               access_log {log}; sendfile on; tcp_nopush on; keepalive_requests 100000000;
               open_file_cache max=10 inactive=60s; server_tokens off;
               client_body_temp_path {at}; proxy_temp_path {at}; fastcgi_temp_path {at};
               uwsgi_temp_path {at}; scgi_temp_path {at};
               server {{
                 listen 127.0.0.1:{port};
                 location = {PATH} {{
                   alias {at}/page; types {{ }} {headers}
                 }}
               }}
             }}\n",
            log = if logged { format!("{at}/access.log") } else { "off".to_owned() },
            headers = headers(page),
        );
        let file = folder.join("nginx.conf");
        std::fs::write(&file, config).map_err(failed)?;
        let program =
            if Path::new("/usr/sbin/nginx").exists() { "/usr/sbin/nginx" } else { "nginx" };
        let process = Command::new(program)
            .arg("-e")
            .arg(folder.join("error.log"))
            .arg("-c")
            .arg(file)
            .stdin(Stdio::null())
            .spawn()
            .map_err(failed)?;
        Ok(Self { process, port })
    }

    async fn ready(&self, host: &str) -> Outcome<Answer> {
        let mut last = String::new();
        for _ in 0..100 {
            match page(self.port, host).await {
                Ok(answer) => return Ok(answer),
                Err(error) => last = error,
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Err(format!("nginx does not answer: {last}"))
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // SIGTERM, so that the workers go, too.
        let _ = run(Command::new("kill").args(["-TERM", &self.process.id().to_string()]));
        let _ = self.process.wait();
    }
}

/// Our headers in nginx's words. It makes those of the file and the connection by itself.
fn headers(page: &Answer) -> String {
    const ITS_OWN: [&str; 7] =
        ["content-length", "content-type", "date", "etag", "last-modified", "connection", "server"];
    let mut text = String::new();
    for (name, value) in &page.headers {
        // nginx reads `$` as a variable, in quotes as well.
        if name == "content-type" {
            let _ = write!(text, "default_type \"{value}\"; ");
        } else if !ITS_OWN.contains(&name.as_str()) && !value.contains('$') {
            let value = value.replace('\\', "\\\\").replace('"', "\\\"");
            let _ = write!(text, "add_header {name} \"{value}\"; ");
        }
    }
    text
}

/// Bytes with brotli, as they travel: the page, then its styles and scripts.
pub(crate) async fn weights(town: &Town) -> Outcome<Vec<(String, usize)>> {
    let order = assets(town, "orderhub", PATH, "").await?;
    let token = screen::sign_in(town).await?;
    let bearer = format!("Authorization: Bearer {token}\r\n");
    let board = assets(town, "prepstation", &format!("{PATH}/board"), &bearer).await?;
    let mut weights = vec![(
        "restaurant page, HTML".to_owned(),
        page(town.port, &town.host("orderhub")).await?.body.len(),
    )];
    for (service, assets) in [("orderhub", order), ("prepstation", board)] {
        for path in assets {
            let request = "Accept-Encoding: br\r\n";
            let answer = fetch(town, service, &path, request).await?;
            let name = path.rsplit('/').next().unwrap_or(&path).to_owned();
            if !weights.iter().any(|(known, _)| *known == name) {
                weights.push((name, answer.body.len()));
            }
        }
    }
    Ok(weights)
}

/// The styles and scripts that a page names.
async fn assets(town: &Town, service: &str, path: &str, more: &str) -> Outcome<Vec<String>> {
    let answer = fetch(town, service, path, more).await?;
    let html = String::from_utf8_lossy(&answer.body).into_owned();
    let links = html.split('"').filter(|text| text.starts_with("/assets/"));
    let wanted = links.filter(|link| link.ends_with(".css") || link.ends_with(".js"));
    Ok(wanted.map(str::to_owned).collect())
}

async fn fetch(town: &Town, service: &str, path: &str, more: &str) -> Outcome<Answer> {
    let request = http::get(&town.host(service), path, more);
    let answer = Connection::open(town.port).await?.send(&request).await?;
    if answer.status == 200 {
        return Ok(answer);
    }
    Err(format!("{service} answers {path} by {}", answer.status))
}
