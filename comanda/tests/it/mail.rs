//! Mails of a whole process: what the doctor says of the server, and a link on its way by TLS. The
//! folder of a real server is in `COMANDA_TEST_SMTP`; without it those tests end at once.

use crate::town::{Comanda, free_port};
use serde_json::Value;
use std::{
    path::Path,
    process::{Command, Stdio},
};
use testkit::{Browser, MailServer, eventually, real_mail_server};

fn doctor(settings: &[(&str, &str)]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_comanda"))
        .args(["doctor", "--listen", "127.0.0.1:0"])
        .current_dir(folder.path())
        .env_clear()
        .envs(settings.iter().copied())
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let line = said.lines().find(|line| line.contains("mail from")).map(ToOwned::to_owned);
    line.unwrap_or_else(|| panic!("{said}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_doctor_says_whether_mails_would_go_out() {
    let printed = doctor(&[]);
    assert_eq!(printed, "well   mail from Comanda <no-reply@comanda.localhost> by log:");
    let public = [("COMANDA_DOMAIN", "town.example"), ("COMANDA_PUBLIC_SCHEME", "https")];
    let printed = doctor(&public);
    assert!(printed.starts_with("RISKY") && printed.contains("set mail.url"), "{printed}");
    let server = MailServer::open().await;
    let url = server.url().replace("smtp://", "smtp://town:hunter2@");
    let away = format!("smtp://town:hunter2@127.0.0.1:{}", free_port());
    let open = [("COMANDA_MAIL_URL", server.url())];
    let open = open.each_ref().map(|(key, url)| (*key, url.as_str()));
    assert!(doctor(&open).starts_with("well   mail from"), "{}", doctor(&open));
    let away = doctor(&[("COMANDA_MAIL_URL", &away)]);
    assert!(away.starts_with("WRONG") && !away.contains("hunter2"), "{away}");
    // This server knows no way to say who one is.
    let refused = doctor(&[("COMANDA_MAIL_URL", &url)]);
    assert!(refused.starts_with("WRONG") && !refused.contains("hunter2"), "{refused}");
}

/// Its addresses with TLS, and the file of the authority that vouches for it.
fn by_tls(folder: &Path, server: &Value) -> ([String; 2], String) {
    // p:ss/wörd
    let who = "town:p%3Ass%2Fw%C3%B6rd@127.0.0.1";
    let urls = [
        format!("smtps://{who}:{}", server["smtps"]),
        format!("smtp://{who}:{}?tls=on", server["starttls"]),
    ];
    (urls, folder.join("authority.pem").display().to_string())
}

#[test]
fn counterpart_the_doctor_reaches_a_server_whose_authority_is_known_and_no_other() {
    let Some((folder, server)) = real_mail_server() else { return };
    let (urls, authority) = by_tls(&folder, &server);
    for url in &urls {
        let known = [("COMANDA_MAIL_URL", url.as_str()), ("SSL_CERT_FILE", &authority)];
        assert!(doctor(&known).starts_with("well"), "{}", doctor(&known));
        let unknown = doctor(&known[..1]);
        assert!(unknown.starts_with("WRONG") && unknown.contains("certificate"), "{unknown}");
        let wrong = url.replace("%3A", "-");
        let wrong = doctor(&[("COMANDA_MAIL_URL", &wrong), known[1]]);
        assert!(wrong.starts_with("WRONG") && !wrong.contains("p-ss"), "{wrong}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn counterpart_a_link_travels_by_tls_and_lets_its_owner_in() {
    let Some((folder, server)) = real_mail_server() else { return };
    let (urls, authority) = by_tls(&folder, &server);
    for (url, email) in urls.into_iter().zip(["owner@demo.test", "cook@demo.test"]) {
        let data = tempfile::tempdir().unwrap();
        let port = free_port();
        let settings = [
            ("COMANDA_MAIL_URL", url),
            ("COMANDA_MAIL_FROM", "Town <food@town.example>".to_owned()),
            ("SSL_CERT_FILE", authority.clone()),
        ];
        let up = ["up", "--demo"];
        let town = Comanda::start_logging(&up, data.path(), port, &settings, Stdio::inherit());
        let mut browser = Browser::new(([127, 0, 0, 1], port).into());
        browser.post("accounts", "/sign-in/link", &[("email", email)]).await;
        let mail = eventually("the mail", async || kept(&folder, email)).await;
        assert_eq!((mail["tls"].as_bool(), mail["user"].as_str()), (Some(true), Some("town")));
        assert_eq!(mail["from"], "food@town.example");
        let text = mail["text"].as_str().unwrap();
        let secret = text.split("secret=").nth(1).unwrap().split_whitespace().next().unwrap();
        let answer = browser.post("accounts", "/sign-in/link/open", &[("secret", secret)]).await;
        assert_eq!(answer.location(), "/account");
        town.stop();
    }
}

/// What came in for somebody.
fn kept(folder: &Path, to: &str) -> Option<Value> {
    let files = std::fs::read_dir(folder.join("mails")).unwrap().map(|file| file.unwrap().path());
    let mails = files.filter(|file| file.extension().is_some_and(|end| end == "json"));
    let read = |file| serde_json::from_slice::<Value>(&std::fs::read(file).unwrap()).unwrap();
    mails.map(read).find(|mail| mail["to"][0] == to)
}
