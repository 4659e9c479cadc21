//! I6: a projection that is rebuilt is the one that grew. Both replicas of orderhub have followed the
//! events of the whole run in memory; one is started anew and reads it all from its database.

use serde_json::{Value, json};

use crate::{
    kitchens::Kitchen,
    report::Check,
    size::PATIENCE,
    town::{REPLICAS, Town},
};
use testkit::within;

/// The service that keeps a read model.
const SERVICE: &str = "orderhub";

/// Compares what both answer with what one answers that starts from nothing.
pub(crate) async fn check(town: &Town, kitchens: &[Kitchen]) -> Check {
    let mut grown = Vec::new();
    for number in 0..REPLICAS {
        grown.push(catalogue(town, number, kitchens).await);
    }
    town.stop((SERVICE, 0)).await;
    town.raise((SERVICE, 0)).await;
    let rebuilt = catalogue(town, 0, kitchens).await;
    for (number, grown) in grown.iter().enumerate() {
        if let Some(different) = difference(grown, &rebuilt) {
            return Err(format!("replica {number}: {different}"));
        }
    }
    Ok(())
}

/// All restaurants as a replica lists them, and the whole menu of each kitchen.
async fn catalogue(town: &Town, number: usize, kitchens: &[Kitchen]) -> Vec<Value> {
    let guest = town.direct((SERVICE, number));
    let list = within(PATIENCE, "the list of restaurants", async || {
        let (_, list) = guest.read(SERVICE, "/restaurants?limit=100").await;
        list["items"].as_array().cloned()
    });
    let mut all = list.await;
    all.sort_by_key(|restaurant| restaurant["id"].to_string());
    for kitchen in kitchens {
        for path in ["", "/menu"] {
            let (_, answer) =
                guest.read(SERVICE, &format!("/restaurants/{}{path}", kitchen.id)).await;
            all.push(json!({"of": kitchen.id, "path": path, "answer": answer}));
        }
    }
    all
}

fn difference(one: &[Value], other: &[Value]) -> Option<String> {
    if one.len() != other.len() {
        return Some(format!("{} entries and {} rebuilt", one.len(), other.len()));
    }
    let different = one.iter().zip(other).find(|(one, other)| one != other);
    different.map(|(one, other)| format!("{one}\nand rebuilt\n{other}"))
}
