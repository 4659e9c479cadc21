//! What prepstation says of restaurants and menus → the read model → the snapshots in memory.

use broker::Message;
use contracts::{
    Fact,
    prepstation::v1::{
        ItemAvailabilityChanged, MenuPublished, RestaurantAvailabilityChanged, RestaurantChanged,
    },
};
use outbox::HandlerError;
use runtime::Context;

use crate::{
    browse::Browse,
    usecases::catalogue::{CONSUMER, News, project},
};

/// Hears prepstation until the process stops.
pub(crate) async fn consume(context: Context, browse: Browse) {
    let handler = move |message: Message| {
        let browse = browse.clone();
        async move { take_in(&browse, &message).await }
    };
    context.consume(CONSUMER, web::Service::Prepstation, handler).await;
}

/// Takes one message in and swaps the snapshot of its restaurant. Messages of other kinds are none
/// of the catalogue's business.
///
/// # Errors
/// Poison when the message cannot be read, retry when the database does not answer.
pub async fn take_in(browse: &Browse, message: &Message) -> Result<(), HandlerError> {
    let Some(news) = read(message)? else { return Ok(()) };
    let id = news.restaurant_id();
    let changed = browse.run("project", move |tx, env| project(tx, env, &news)).await;
    let retry = |error: &dyn std::error::Error| HandlerError::Retry(error.to_string());
    // Even what is no news here may be news to this process: another replica may have stored it.
    changed.map_err(|error| retry(&error))?;
    browse.catalogue.refresh(&browse.database, id).await.map_err(|error| retry(&error))?;
    if let Some(restaurant) = browse.catalogue.restaurant(id) {
        browse.cache.drop_page(&format!("/r/{}", restaurant.profile.slug));
    }
    Ok(())
}

fn read(message: &Message) -> Result<Option<News>, HandlerError> {
    let poison = |error: broker::PayloadError| HandlerError::Poison(error.to_string());
    let news = match message.kind.as_str() {
        RestaurantChanged::TYPE => News::Restaurant(Box::new(message.json().map_err(poison)?)),
        RestaurantAvailabilityChanged::TYPE => News::Availability(message.json().map_err(poison)?),
        MenuPublished::TYPE => News::Menu(message.json().map_err(poison)?),
        ItemAvailabilityChanged::TYPE => News::Sale(message.json().map_err(poison)?),
        _ => return Ok(None),
    };
    Ok(Some(news))
}
