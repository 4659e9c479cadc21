//! The photo of a form: the one that is there, another one to send, words on it, and taking it away.
//! A photo that was sent is kept at once, so that nobody has to choose it again when something else
//! in the form is wrong.

use crate::{
    store,
    usecases::{
        Actor,
        keep_photo::{KeepPhoto, keep_photo},
    },
};
use kernel::{
    ids::RestaurantId,
    photo::{LONGEST_ALT, Photo, PhotoName},
};
use maud::{Markup, html};
use runtime::Context;
use uploads::KeepError;
use web::{
    Form, FormWithFile, Problem, SentFile, assets,
    components::{Field, Kind, Picture},
};

/// A form with a photo.
pub(super) type PhotoForm = FormWithFile<{ uploads::LARGEST_BYTES }>;
/// So much of a form is heard out: enough for the largest photo of a telephone.
pub(super) const HEARD_OUT: usize = 4 * uploads::LARGEST_BYTES;

/// What lies on the plate of a restaurant or an item.
pub(super) fn picture<'a>(photo: Option<&'a Photo>, art: Option<&'a str>) -> Option<Picture<'a>> {
    let photo = photo.map(|photo| Picture::Photo(uploads::shown(photo)));
    photo.or_else(|| art.and_then(assets::art).map(Picture::Art))
}

/// The fields as they are first shown.
pub(super) fn fill(form: &mut Form, photo: Option<&Photo>) {
    if let Some(photo) = photo {
        form.set("photo_name", photo.name.as_str());
        form.set("photo_alt", photo.alt.as_str());
    }
}

/// Keeps the photo that was sent with the form; what is wrong with it stands in the form.
///
/// # Errors
/// The database failed.
pub(super) async fn take_in(
    context: &Context,
    (slug, actor): (&str, Actor),
    form: &mut Form,
    file: SentFile,
) -> Result<(), Problem> {
    let sent = match file {
        SentFile::None => return Ok(()),
        SentFile::TooLarge => {
            form.fail("photo", uploads::Unfit::Bytes.to_string());
            return Ok(());
        }
        SentFile::Whole(sent) => sent,
    };
    let photo = match context.photos.keep(sent, String::new()).await {
        Ok(photo) => photo,
        Err(KeepError::Unfit(why)) => {
            form.fail("photo", why.to_string());
            return Ok(());
        }
        Err(error) => {
            tracing::error!(error = %kernel::in_words(&error), "a photo was not kept");
            form.fail(
                "photo",
                "The photo could not be kept just now. Choose it again in a moment.",
            );
            return Ok(());
        }
    };
    form.set("photo_name", photo.name.as_str());
    form.remove("photo_remove");
    let command = KeepPhoto { restaurant: slug.to_owned(), actor, photo };
    let kept = context.run("keep_photo", move |tx, env| keep_photo(tx, env, &command));
    kept.await.map_err(super::problem)
}

/// The restaurant's photo that the form names, to be shown in it.
///
/// # Errors
/// The database failed.
pub(super) async fn named(
    context: &Context,
    restaurant: RestaurantId,
    form: &Form,
) -> Result<Option<Photo>, Problem> {
    let Ok(name) = PhotoName::try_from(form.value("photo_name").to_owned()) else {
        return Ok(None);
    };
    let read = context.database.read(move |tx| store::photos::find(tx, restaurant, &name));
    let found = read.await.map_err(|error| super::problem(error.into()))?;
    let alt = form.trimmed("photo_alt");
    Ok(found.map(|photo| Photo { alt: alt.to_owned(), ..photo }))
}

/// The photo after the form: none when it is to be taken away.
pub(super) fn wanted(form: &Form, named: Option<&Photo>) -> Option<Photo> {
    named.filter(|_| !form.ticked("photo_remove")).cloned()
}

/// The fields, with the photo that the form names.
pub(super) fn render(form: &Form, named: Option<&Photo>) -> Markup {
    let label = if named.is_some() { "Another photo" } else { "Photo" };
    let most = u32::try_from(LONGEST_ALT).unwrap_or_default();
    html! {
        section.panel.stack {
            h2 { "Photo" }
            @if let Some(photo) = named {
                input type="hidden" name="photo_name" value=(photo.name);
                div.photo-now { (Picture::Photo(uploads::shown(photo)).render(96)) }
            }
            div.fields {
                (Field { name: "photo", label, kind: Kind::File("image/jpeg,image/png,image/webp"), optional: true,
                    hint: "JPEG, PNG or WebP, at most 10 MB. Where and when it was taken is not kept.", ..Field::default() }.render(form))
                (Field { name: "photo_alt", label: "What the photo shows", hint: "For customers who cannot see it.", optional: true, max_length: most, ..Field::default() }.render(form))
                @if named.is_some() {
                    label.check { input type="checkbox" name="photo_remove" value="yes" checked[form.ticked("photo_remove")]; "Take the photo away" }
                }
            }
        }
    }
}
