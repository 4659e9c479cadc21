//! Browsing: what its pages need, how it starts, and its routes.

use std::{ops::Deref, sync::Arc};

use axum::{Router, routing::get};
use database::{Database, Tx};
use kernel::{Clock, Env, Random};
use runtime::{Context, Refuses, run_use_case};
use trace::Tracer;
use web::Site;

use crate::{
    api,
    catalogue::{Catalogue, LoadError, PageCache},
    events::consume_catalogue,
    pages,
};

/// What browsing pages work with. Cheap to clone: each request does it several times.
#[derive(Clone)]
pub struct Browse(Arc<Parts>);

/// The parts of [`Browse`].
pub struct Parts {
    /// This service and the hosts of all.
    pub site: Site,
    /// Carts and favourites, and the truth behind the catalogue.
    pub database: Database,
    /// The restaurants.
    pub catalogue: Catalogue,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// For the ids of carts.
    pub random: Random,
    /// Makes the steps of traces.
    pub tracer: Tracer,
    pub(crate) cache: PageCache,
}

impl Deref for Browse {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl std::fmt::Debug for Browse {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Browse").field("catalogue", &self.catalogue).finish_non_exhaustive()
    }
}

impl Browse {
    /// Browsing over an empty catalogue.
    #[must_use]
    pub fn new(
        site: Site,
        database: Database,
        clock: Arc<dyn Clock>,
        random: Random,
        tracer: Tracer,
    ) -> Self {
        let (catalogue, cache) = (Catalogue::default(), PageCache::default());
        Self(Arc::new(Parts { site, database, catalogue, clock, random, tracer, cache }))
    }

    /// Runs a use-case, as [`Context::run`] does.
    ///
    /// # Errors
    /// What the use-case refuses, or the database's failure as the use-case's error.
    pub async fn run<T, E, F>(&self, name: &'static str, use_case: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: Refuses + From<database::Error> + Send + 'static,
        F: Fn(&mut Tx<'_>, &Env) -> Result<T, E> + Send + 'static,
    {
        run_use_case((&self.database, &self.tracer), self.env(), name, use_case).await
    }

    /// The instant now, and fresh ids.
    #[must_use]
    pub fn env(&self) -> Env {
        Env::new(self.clock.now(), self.random.clone())
    }
}

/// Loads the catalogue, keeps it in step with prepstation, and sweeps carts that nobody came back to.
///
/// # Errors
/// The database does not answer.
pub async fn start(context: &Context) -> Result<Browse, LoadError> {
    let browse = Browse::new(
        context.site.clone(),
        context.database.clone(),
        context.clock.clone(),
        context.random.clone(),
        context.tracer.clone(),
    );
    browse.catalogue.load(&browse.database).await?;
    let stop = || context.tasks.stopping();
    context.tasks.spawn("catalogue", consume_catalogue::consume(context.clone(), browse.clone()));
    let follow =
        browse.catalogue.clone().follow(browse.database.clone(), browse.clock.clone(), stop());
    context.tasks.spawn("catalogue of replicas", follow);
    context.tasks.spawn("old carts", crate::carts::sweep(browse.clone(), stop()));
    Ok(browse)
}

/// The routes of browsing.
pub fn routes(browse: Browse) -> Router {
    Router::new()
        .route("/", get(pages::discovery::show))
        .route("/search", get(pages::search::show))
        .route("/r/{slug}", get(pages::restaurant::show))
        .route("/r/{slug}/i/{item}", get(pages::item::show).post(pages::item::add))
        .route("/cart", get(pages::cart::show).post(pages::cart::change))
        .route("/favourites", get(pages::favourites::show).post(pages::favourites::change))
        .route("/fragments/slip", get(pages::fragments::slip))
        .route("/sitemap.xml", get(pages::sitemap::sitemap))
        .route("/robots.txt", get(pages::sitemap::robots))
        .route("/api/v1/restaurants", get(api::restaurants::list))
        .route("/api/v1/restaurants/{id}", get(api::restaurants::one))
        .route("/api/v1/restaurants/{id}/menu", get(api::restaurants::menu))
        .with_state(browse)
}
