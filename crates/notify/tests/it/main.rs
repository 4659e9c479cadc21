//! Mails to a server that a test made, and to a real one: `COMANDA_TEST_SMTP` names the folder of an
//! aiosmtpd, and without it those tests end at once (`cargo xtask test --suite identity` starts it).
#![expect(clippy::unwrap_used, reason = "a test may stop at what it did not expect")]

use jiff::Timestamp;
use kernel::Env;
use notify::{Address, Mail, Mailer, Sender};
use serde_json::Value;
use std::sync::Arc;
use testkit::{MailServer, eventually, real_mail_server};

const TEXT: &str = "Grüß Gott,\n\n.a line that begins with a dot\n\nhttps://accounts.example.com/sign-in/link/open?secret=0123456789012345678901234567890123456789012\n";

fn mail(to: &str) -> Mail {
    Mail {
        id: Env::system().uuid(),
        at: Timestamp::from_second(1_800_000_000).unwrap(),
        to: to.to_owned(),
        subject: "Grüße aus der Küche".to_owned(),
        text: TEXT.to_owned(),
    }
}

fn mailer(url: &str) -> Arc<dyn Mailer> {
    let sender: Sender = "Comanda Küche <food@example.com>".parse().unwrap();
    Address::parse(url).unwrap().open(&sender).unwrap()
}

#[tokio::test]
async fn a_mail_arrives_as_it_was_written() {
    let server = MailServer::open().await;
    let mailer = mailer(&server.url());
    mailer.examine().await.unwrap();
    mailer.send(&mail("ana@example.com")).await.unwrap();
    let mails = server.mails();
    assert_eq!((mails.len(), mails[0].to.as_str()), (1, "ana@example.com"));
    assert_eq!(mails[0].text, TEXT);
}

#[tokio::test]
async fn no_server_and_no_address_are_said_in_words() {
    let unused = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let mailer = mailer(&format!("smtp://{unused}"));
    let error = kernel::in_words(&mailer.examine().await.unwrap_err());
    assert!(error.contains("mail server"), "{error}");
    mailer.send(&mail("ana@example.com")).await.unwrap_err();
    let error = kernel::in_words(&mailer.send(&mail("no address")).await.unwrap_err());
    assert!(error.contains("cannot be written as a mail"), "{error}");
    assert!(!error.contains("no address"), "{error}");
}

#[tokio::test]
async fn what_a_server_says_of_somebody_is_told_to_nobody() {
    for (refusal, said, is_final) in [
        ("550 5.1.1 <ana@demo.test>: Recipient address rejected", "550 5.1.1", true),
        ("451 4.7.1 <ana@demo.test>: come back later", "451 4.7.1", false),
        ("ana@demo.test is no answer at all", "not ready", false),
    ] {
        let server = MailServer::refusing(refusal).await;
        let error = mailer(&server.url()).send(&mail("ana@demo.test")).await.unwrap_err();
        let words = format!("{} {error:?}", kernel::in_words(&error));
        assert!(words.contains(said) && !words.contains("demo.test"), "{words}");
        assert_eq!(error.is_final(), is_final, "{words}");
    }
    let error = mailer("smtp://127.0.0.1:9").send(&mail("no address")).await.unwrap_err();
    assert!(error.is_final());
}

/// What came in for somebody.
fn kept(folder: &std::path::Path, to: &str) -> Option<Value> {
    let files = std::fs::read_dir(folder.join("mails")).unwrap().map(|file| file.unwrap().path());
    let mails = files.filter(|file| file.extension().is_some_and(|end| end == "json"));
    let read = |file| serde_json::from_slice::<Value>(&std::fs::read(file).unwrap()).unwrap();
    mails.map(read).find(|mail| mail["to"][0] == to)
}

#[tokio::test]
async fn counterpart_a_mail_is_read_by_others_as_it_was_written() {
    let Some((folder, server)) = real_mail_server() else { return };
    let mailer = mailer(&format!("smtp://127.0.0.1:{}", server["plain"]));
    mailer.examine().await.unwrap();
    let sent = mail("joerg@example.com");
    mailer.send(&sent).await.unwrap();
    let came = eventually("the mail", async || kept(&folder, "joerg@example.com")).await;
    assert_eq!(came["text"], TEXT);
    assert_eq!(came["from"], "food@example.com");
    let headers = &came["headers"];
    assert_eq!(headers["subject"], "Grüße aus der Küche");
    assert_eq!(headers["from"], "Comanda Küche <food@example.com>");
    assert_eq!(headers["message-id"], format!("<{}@example.com>", sent.id));
    assert_eq!(headers["date"], "Fri, 15 Jan 2027 08:00:00 +0000");
    assert!(came["longest_line"].as_u64().unwrap() <= 78, "RFC 5322, 2.1.1");
}

#[tokio::test]
async fn counterpart_an_address_that_nobody_has_is_an_error_and_others_get_theirs() {
    let Some((folder, server)) = real_mail_server() else { return };
    let mailer = mailer(&format!("smtp://127.0.0.1:{}", server["plain"]));
    let error = mailer.send(&mail("refused@example.com")).await.unwrap_err();
    assert!(error.is_final(), "{error}");
    let words = kernel::in_words(&error);
    assert!(words.contains("refuses it with 55") && !words.contains("address"), "{words}");
    mailer.send(&mail("after.it@example.com")).await.unwrap();
    eventually("the mail", async || kept(&folder, "after.it@example.com")).await;
}

#[tokio::test]
async fn counterpart_a_server_that_cannot_prove_its_name_gets_no_password() {
    let Some((_, server)) = real_mail_server() else { return };
    for (scheme, port, tls) in [("smtps", "smtps", ""), ("smtp", "starttls", "?tls=on")] {
        let url = format!("{scheme}://town:x@127.0.0.1:{}{tls}", server[port]);
        let error = kernel::in_words(&mailer(&url).examine().await.unwrap_err());
        assert!(error.contains("certificate"), "{url}: {error}");
    }
    // And one without TLS is not spoken to where TLS is asked for.
    let url = format!("smtp://town:x@127.0.0.1:{}?tls=on", server["plain"]);
    mailer(&url).examine().await.unwrap_err();
}
