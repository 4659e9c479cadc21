//! The board by forms alone, and as fragments for the live board.

use super::{House, order};
use crate::MIGRATIONS;

impl House {
    async fn page(&self, path: &str) -> String {
        self.get("cook", path).await.text().await.unwrap()
    }
}

#[test]
fn the_board_works_by_forms_alone() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        let house = House::open(db).await;
        assert!(house.page("/r/lupo/board").await.contains("No orders. The bell will ring."));
        let ticket = house.receive(order("K7Q", 0)).await;
        let board = house.page("/r/lupo/board").await;
        assert!(board.contains("aria-label=\"K7Q\"") && board.contains("Nut allergy!"));
        assert!(board.contains("ALLERGY"), "a note that speaks of an allergy stands out");
        let at = |verb: &str| format!("/r/lupo/tickets/{}/{verb}", ticket.id);
        for (version, verb) in [
            ("1", "acknowledge"),
            ("2", "accept"),
            ("3", "start"),
            ("4", "ready"),
            ("5", "hand-over"),
        ] {
            let form = [("version", version), ("ready_in_minutes", "15")];
            let (status, _) = house.form("cook", &at(verb), &form, false).await;
            assert_eq!(status, 303, "{verb}");
        }
        let undo = house.page(&format!("/r/lupo/board?done={}", ticket.id)).await;
        assert!(undo.contains("K7Q is handed over.") && undo.contains("Undo"));
        let history = house.page("/r/lupo/history").await;
        assert!(history.contains("Handed over") && history.contains("Recall K7Q"));
        let (status, page) = house.form("cook", &at("start"), &[("version", "2")], false).await;
        assert_eq!(status, 409);
        assert!(page.contains("Somebody else has changed this ticket"));
    });
}

#[test]
fn a_command_from_the_live_board_is_answered_with_the_ticket_and_a_late_one_with_the_truth() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        let house = House::open(db).await;
        let ticket = house.receive(order("K7Q", 0)).await;
        let path = format!("/r/lupo/tickets/{}/accept", ticket.id);
        let form = [("version", "1"), ("ready_in_minutes", "20")];
        let (status, fragment) = house.form("cook", &path, &form, true).await;
        assert_eq!(status, 200);
        assert!(fragment.contains("data-column=\"doing\"") && fragment.contains("due 20:20"));
        let (status, fragment) = house.form("cook", &path, &form, true).await;
        assert_eq!(status, 409);
        assert!(fragment.contains("data-version=\"2\"") && fragment.contains("role=\"alert\""));
        let foreign = house.get("rival", "/r/lupo/board").await;
        assert_eq!(foreign.status(), 404);
    });
}

#[test]
fn rejecting_asks_why_and_names_what_has_run_out() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        let house = House::open(db).await;
        let ticket = house.receive(order("K7Q", 0)).await;
        let path = format!("/r/lupo/tickets/{}/reject", ticket.id);
        let asked = house.page(&path).await;
        assert!(asked.contains("Reject K7Q") && asked.contains("Tiramisù"));
        let (status, _) = house.form("cook", &path, &[("version", "1")], false).await;
        assert_eq!(status, 422);
        let item = ticket.lines[1].item_id.to_string();
        let form = [("version", "1"), ("reason", "out_of_stock"), ("out_of_stock", item.as_str())];
        let (status, _) = house.form("cook", &path, &form, false).await;
        assert_eq!(status, 303);
        assert!(house.page("/r/lupo/history").await.contains("Something has run out"));
    });
}
