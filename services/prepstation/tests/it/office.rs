//! The office's use-cases: roles, drafts and publication, 86, pauses, staff.

use crate::{
    MIGRATIONS, env,
    kitchen::{facts, person},
};
use contracts::accounts::v1::PersonRegistered;
use database::Database;
use jiff::SignedDuration;
use kernel::{
    Env, Money, Random,
    ids::{EventId, Id, PersonId},
};
use prepstation::{
    domain::{
        availability::{OnSale, Until},
        menu_edit::Edit,
        restaurant::Profile,
        staff::Role,
    },
    import::{File, Options, import_texts},
    store,
    usecases::{
        Actor, Refusal,
        answer_invitation::{AnswerInvitation, answer_invitation},
        change_restaurant::{ChangeRestaurant, change_restaurant},
        edit_draft::{EditDraft, edit_draft},
        hire::{ChangeMember, change_member, invite},
        idempotent::{Once, forget_old_answers, once},
        know_person::know_person,
        pause_orders::{ChangeAvailability, PauseEnd, Step, change_availability},
        publish_menu::{PublishMenu, publish_menu},
        register_restaurant::Newcomer,
        return_to_sale::return_to_sale,
        save_draft::{SaveDraft, save_draft},
        set_availability::{SetAvailability, set_availability},
    },
};

const LUPO: &str = include_str!("../../../../demo/town/restaurants/trattoria-lupo.json");

/// Lupo with its menu, an owner and a cook who have accounts.
async fn open(db: &Database) {
    let file = File { name: "lupo.json".to_owned(), text: LUPO.to_owned() };
    let report = import_texts(db, env, &[file], &Options::default()).await.unwrap();
    assert!(report.is_clean(), "{report}");
    for name in ["owner", "cook"] {
        let registered = PersonRegistered {
            person_id: person(name),
            email: format!("{name}@demo.test"),
            email_verified: true,
            name: name.to_owned(),
        };
        let event: EventId = env().id();
        let known = db.write(move |tx| know_person(tx, &env(), "test", event, &registered)).await;
        known.unwrap();
    }
}

fn lupo() -> String {
    "trattoria-lupo".to_owned()
}

async fn last_fact(db: &Database) -> (String, u64, serde_json::Value) {
    facts(db).await.pop().unwrap()
}

#[test]
fn a_verified_address_claims_its_invitation_and_the_role_decides() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        open(&db).await;
        let (kind, _, fact) = last_fact(&db).await;
        assert_eq!((kind.as_str(), &fact["role"]), ("staff.changed", &"cook".into()));
        let change = |actor| {
            let change = |profile: &mut Profile| profile.badge = "New oven".to_owned();
            let command = ChangeRestaurant { restaurant: lupo(), actor, change };
            db.write(move |tx| change_restaurant(tx, &env(), &command))
        };
        let stranger = change(Actor::Person(person("stranger"))).await;
        assert!(matches!(stranger, Err(Refusal::NotFound)), "a foreign restaurant is not there");
        let cook = change(Actor::Person(person("cook"))).await;
        assert!(matches!(cook, Err(Refusal::Forbidden(Role::Manager))));
        change(Actor::Person(person("owner"))).await.unwrap();
        let (kind, _, fact) = last_fact(&db).await;
        assert_eq!((kind.as_str(), &fact["badge"]), ("restaurant.changed", &"New oven".into()));
    });
}

#[test]
fn of_two_who_edit_one_draft_the_second_is_told_and_publishing_counts_versions() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        open(&db).await;
        let actor = Actor::Person(person("owner"));
        let lookup = db.read(|tx| {
            let lupo = store::restaurants::by_slug(tx, "trattoria-lupo")?.unwrap();
            Ok::<_, database::Error>(store::menus::draft(tx, lupo.id)?.unwrap())
        });
        let draft = lookup.await.unwrap();
        let mut menu = draft.menu.clone();
        menu.sections[0].items[0].price = Money::new(1111, menu.currency);
        let save = SaveDraft { restaurant: lupo(), actor, menu, expected: Some(draft.revision) };
        let again = save.clone();
        db.write(move |tx| save_draft(tx, &env(), &save)).await.unwrap();
        let second = db.write(move |tx| save_draft(tx, &env(), &again)).await;
        assert!(matches!(second, Err(Refusal::Stale(revision)) if revision == draft.revision + 1));
        let publish = || {
            let command = PublishMenu { restaurant: lupo(), actor, expected: None };
            db.write(move |tx| publish_menu(tx, &env(), &command))
        };
        assert_eq!(publish().await.unwrap(), 2);
        let before = facts(&db).await.len();
        assert_eq!(publish().await.unwrap(), 2, "nothing has changed");
        assert_eq!(facts(&db).await.len(), before);
        let mut bad = draft.menu.sections[0].items[0].clone();
        bad.name = String::new();
        let edit = Edit::PutItem(draft.menu.sections[0].id, Box::new(bad));
        let edit = EditDraft { restaurant: lupo(), actor, expected: None, edit };
        db.write(move |tx| edit_draft(tx, &env(), &edit)).await.unwrap();
        let Err(Refusal::Invalid(flaws)) = publish().await else { panic!("a dish without a name") };
        assert_eq!(flaws[0].pointer, "/sections/0/items/0/name");
    });
}

#[test]
fn what_is_86d_until_tomorrow_comes_back_by_the_clock_and_everybody_is_told() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        open(&db).await;
        let lookup = db.read(|tx| {
            let lupo = store::restaurants::by_slug(tx, "trattoria-lupo")?.unwrap();
            Ok::<_, database::Error>(store::menus::published(tx, lupo.id)?.unwrap().0)
        });
        let item = lookup.await.unwrap().sections[0].items[0].id;
        let command = SetAvailability {
            restaurant: lupo(),
            actor: Actor::Person(person("cook")),
            what: OnSale::Item(item),
            off_until: Some(Until::Tomorrow),
        };
        let until = db.write(move |tx| set_availability(tx, &env(), &command)).await.unwrap();
        let until = until.flatten().unwrap();
        assert_eq!(until.to_string(), "2026-07-04T02:00:00Z", "04:00 in Salzburg");
        let (kind, off_version, fact) = last_fact(&db).await;
        assert_eq!(
            (kind.as_str(), &fact["available"]),
            ("item.availability_changed", &false.into())
        );
        assert_eq!(db.write(|tx| return_to_sale(tx, &env())).await.unwrap(), 0);
        let morning = Env::new(until, Random::system());
        assert_eq!(db.write(move |tx| return_to_sale(tx, &morning)).await.unwrap(), 1);
        let (_, version, fact) = last_fact(&db).await;
        assert_eq!((version, &fact["available"]), (off_version + 1, &true.into()));
    });
}

#[test]
fn a_pause_is_told_with_its_end_and_cannot_be_forever() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        open(&db).await;
        let step = |step| {
            let actor = Actor::Person(person("cook"));
            let command = ChangeAvailability { restaurant: lupo(), actor, step };
            db.write(move |tx| change_availability(tx, &env(), &command))
        };
        let paused = step(Step::Pause(PauseEnd::Minutes(30), "rush".to_owned())).await.unwrap();
        assert_eq!(paused.paused_until.unwrap().to_string(), "2026-07-03T18:30:00Z");
        let (kind, _, fact) = last_fact(&db).await;
        assert_eq!(kind, "restaurant.availability_changed");
        assert_eq!(fact["paused_until"], "2026-07-03T18:30:00Z");
        let forever = step(Step::Pause(PauseEnd::Minutes(1_000_000), String::new())).await;
        assert!(matches!(forever, Err(Refusal::Invalid(_))));
        assert_eq!(step(Step::Resume).await.unwrap().paused_until, None);
    });
}

#[test]
fn owners_hire_and_the_last_of_them_stays() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        open(&db).await;
        let owner = Actor::Person(person("owner"));
        let newcomer =
            Newcomer { email: " New@Demo.Test ".to_owned(), person_id: None, role: Role::Viewer };
        let hired = db.write(move |tx| {
            let lupo = store::restaurants::by_slug(tx, "trattoria-lupo")?.unwrap();
            invite(tx, &env(), lupo.id, Actor::Person(person("cook")), &newcomer).unwrap_err();
            let new = invite(tx, &env(), lupo.id, owner, &newcomer)?;
            Ok::<_, Refusal>((new, store::staff::of_restaurant(tx, lupo.id)?))
        });
        let (new, everybody) = hired.await.unwrap();
        assert_eq!((new.email.as_str(), new.person_id), ("new@demo.test", None));
        let first = everybody.iter().find(|member| member.role == Role::Owner).unwrap().id;
        let let_go = ChangeMember { restaurant: lupo(), actor: owner, member: first, role: None };
        let refused = db.write(move |tx| change_member(tx, &env(), &let_go)).await;
        assert!(matches!(refused, Err(Refusal::LastOwner)));
        let email = everybody.iter().find(|member| member.id == first).unwrap().email.clone();
        let again = Newcomer { email, person_id: None, role: Role::Cook };
        let refused = db.write(move |tx| {
            let lupo = store::restaurants::by_slug(tx, "trattoria-lupo")?.unwrap();
            invite(tx, &env(), lupo.id, owner, &again)
        });
        assert!(matches!(refused.await, Err(Refusal::LastOwner)), "by an invitation neither");
        let let_go = ChangeMember { restaurant: lupo(), actor: owner, member: new.id, role: None };
        db.write(move |tx| change_member(tx, &env(), &let_go)).await.unwrap();
    });
}

#[test]
fn who_is_invited_is_asked_and_the_list_does_not_tell_who_has_an_account() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        open(&db).await;
        let (owner, ana) = (Actor::Person(person("owner")), PersonId::from_uuid(env().uuid()));
        let listed = db.write(move |tx| {
            store::staff::remember(tx, ana, "ana@demo.test", true, "Ana")?;
            let lupo = store::restaurants::by_slug(tx, "trattoria-lupo")?.unwrap();
            for email in ["ana@demo.test", "nobody@demo.test"] {
                let newcomer =
                    Newcomer { email: email.to_owned(), person_id: None, role: Role::Cook };
                invite(tx, &env(), lupo.id, owner, &newcomer)?;
            }
            let fact = PersonRegistered {
                person_id: ana,
                email: "ana@demo.test".to_owned(),
                email_verified: true,
                name: "Ana".to_owned(),
            };
            know_person(tx, &env(), "people", EventId::from_uuid(env().uuid()), &fact)?;
            Ok::<_, Refusal>(store::staff::of_restaurant(tx, lupo.id)?)
        });
        let listed = listed.await.unwrap();
        let open: Vec<_> = listed.iter().filter(|member| member.person_id.is_none()).collect();
        assert_eq!(open.len(), 2);
        assert!(open.iter().all(|member| member.name.is_none()));
        let answer = |who, invitation, joins| {
            let command = AnswerInvitation { person: who, invitation, joins };
            db.write(move |tx| answer_invitation(tx, &env(), &command))
        };
        let at = |email| open.iter().find(|member| member.email == email).unwrap().id;
        let (hers, other) = (at("ana@demo.test"), at("nobody@demo.test"));
        assert!(matches!(answer(ana, other, true).await, Err(Refusal::NotFound)), "not hers");
        answer(ana, hers, true).await.unwrap();
        let (kind, _, fact) = last_fact(&db).await;
        assert_eq!((kind.as_str(), &fact["role"]), ("staff.changed", &"cook".into()));
        assert!(matches!(answer(ana, hers, false).await, Err(Refusal::NotFound)), "answered");
        let role = db.read(move |tx| {
            let lupo = store::restaurants::by_slug(tx, "trattoria-lupo")?.unwrap();
            store::staff::role_of(tx, lupo.id, ana)
        });
        assert_eq!(role.await.map_err(|error: database::Error| error).unwrap(), Some(Role::Cook));
    });
}

#[test]
fn of_two_owners_who_let_each_other_go_one_stays() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        open(&db).await;
        let owner = Actor::Person(person("owner"));
        let second = PersonId::from_uuid(env().uuid());
        let joined = Newcomer {
            email: "second@demo.test".to_owned(),
            person_id: Some(second),
            role: Role::Owner,
        };
        let everybody = db.write(move |tx| {
            let lupo = store::restaurants::by_slug(tx, "trattoria-lupo")?.unwrap();
            invite(tx, &env(), lupo.id, owner, &joined)?;
            Ok::<_, Refusal>(store::staff::of_restaurant(tx, lupo.id)?)
        });
        let owners: Vec<_> = everybody.await.unwrap();
        let owners: Vec<_> = owners.into_iter().filter(|one| one.role == Role::Owner).collect();
        assert_eq!(owners.len(), 2);
        let let_go = |by: &store::staff::Member, whom: &store::staff::Member| {
            let actor = Actor::Person(by.person_id.unwrap());
            let (restaurant, member) = (lupo(), whom.id);
            let command = ChangeMember { restaurant, actor, member, role: None };
            db.write(move |tx| change_member(tx, &env(), &command))
        };
        let (one, other) =
            tokio::join!(let_go(&owners[0], &owners[1]), let_go(&owners[1], &owners[0]));
        assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
    });
}

#[test]
fn what_an_owner_and_who_is_invited_do_at_once_is_told_as_it_ended() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        open(&db).await;
        let owner = Actor::Person(person("owner"));
        for turn in 0..20 {
            let (ana, email) = (PersonId::from_uuid(env().uuid()), format!("ana{turn}@demo.test"));
            let hers = email.clone();
            db.write(move |tx| store::staff::remember(tx, ana, &hers, true, "Ana")).await.unwrap();
            let ask = || {
                let newcomer = Newcomer { email: email.clone(), person_id: None, role: Role::Cook };
                db.write(move |tx| {
                    let lupo = store::restaurants::by_slug(tx, "trattoria-lupo")?.unwrap();
                    invite(tx, &env(), lupo.id, owner, &newcomer)
                })
            };
            let (once, twice) = tokio::join!(ask(), ask());
            let invitation = once.unwrap().id;
            assert_eq!(twice.unwrap().id, invitation, "one who taps twice invites once");
            let role = (turn % 2 == 0).then_some(Role::Manager);
            let act = ChangeMember { restaurant: lupo(), actor: owner, member: invitation, role };
            let answer = AnswerInvitation { person: ana, invitation, joins: turn % 4 < 2 };
            let (acted, _) = tokio::join!(
                db.write(move |tx| change_member(tx, &env(), &act)),
                db.write(move |tx| answer_invitation(tx, &env(), &answer)),
            );
            assert!(matches!(acted, Ok(()) | Err(Refusal::NotFound)), "{acted:?}");
            let role = db.read(move |tx| {
                let lupo = store::restaurants::by_slug(tx, "trattoria-lupo")?.unwrap();
                store::staff::role_of(tx, lupo.id, ana)
            });
            let role: Result<_, database::Error> = role.await;
            let told = facts(&db).await.into_iter().rev().map(|(_, _, fact)| fact);
            let mut of_her = told.filter(|fact| fact["person_id"] == ana.to_string());
            let told = of_her.next().map_or(serde_json::Value::Null, |fact| fact["role"].clone());
            assert_eq!(told, serde_json::json!(role.unwrap().map(Role::key)), "turn {turn}");
        }
    });
}

#[test]
fn every_sql_text_is_good_for_both_engines() {
    for target in testkit::TestDatabase::each() {
        drop(target.open(MIGRATIONS));
        let refused = target.location.refused(database::registered("prepstation")).unwrap();
        assert!(refused.is_empty(), "{refused:#?}");
    }
}

#[test]
fn an_answer_under_a_key_is_kept_for_a_month_and_then_forgotten() {
    testkit::on_each_engine(MIGRATIONS, async |db| {
        let key = Once {
            person: person("owner"),
            key: "k".to_owned(),
            request: "POST /publish".to_owned(),
        };
        let act = async |at: Env, answer: u32| {
            let key = key.clone();
            db.write(move |tx| once(tx, &at, Some(&key), |_| Ok(answer))).await.unwrap()
        };
        let later = |days: i64| {
            Env::new(env().now + SignedDuration::from_hours(24 * days), Random::system())
        };
        let forget = async |at: Env| db.write(move |tx| forget_old_answers(tx, &at)).await.unwrap();
        assert_eq!(act(env(), 1).await, 1);
        assert_eq!(forget(later(30)).await, 0);
        assert_eq!(act(later(30), 2).await, 1, "the same answer");
        assert_eq!(forget(later(31)).await, 1);
        assert_eq!(act(later(31), 3).await, 3);
    });
}

#[test]
fn the_data_map_names_every_column() {
    testkit::check_data_map(&prepstation::DATA_MAP, prepstation::SERVICE.migrations[0]);
}
