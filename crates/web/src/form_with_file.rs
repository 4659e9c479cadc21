//! A form with a file among its fields. A file that is too large is heard out and let go, so that
//! what was typed beside it is not lost.

use axum::{
    body::Bytes,
    extract::{
        FromRequest, Multipart, Request,
        multipart::{Field, MultipartError},
    },
    http::{StatusCode, header},
};

use crate::{Form, Problem, extract, slow_body::is_too_slow, stack::BODY_LIMIT};

/// What a browser sends of a form that takes a file of at most `MOST` bytes. The route's own limit
/// (`DefaultBodyLimit`) says how much is heard out.
#[derive(Debug, Clone)]
pub struct FormWithFile<const MOST: usize> {
    /// The other fields.
    pub form: Form,
    /// The file.
    pub file: SentFile,
}

/// The file of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SentFile {
    /// Nobody chose one.
    None,
    /// What is in it.
    Whole(Bytes),
    /// Larger than the form takes.
    TooLarge,
}

impl<S: Send + Sync, const MOST: usize> FromRequest<S> for FormWithFile<MOST> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
        if !kind.is_some_and(|kind| kind.trim_start().starts_with("multipart/form-data")) {
            let form = Form::from_request(request, state).await?;
            return Ok(Self { form, file: SentFile::None });
        }
        let mut parts = Multipart::from_request(request, state).await.map_err(|_| unreadable())?;
        let (mut pairs, mut typed, mut file) = (Vec::new(), 0, SentFile::None);
        while let Some(mut part) = parts.next_field().await.map_err(|e| broken(&e))? {
            if part.file_name().is_some() {
                file = match hear(&mut part, MOST).await? {
                    Some(bytes) if bytes.is_empty() => file,
                    Some(bytes) => SentFile::Whole(bytes),
                    None => SentFile::TooLarge,
                };
                continue;
            }
            let name = part.name().unwrap_or_default().to_owned();
            let value = hear(&mut part, BODY_LIMIT - typed).await?.ok_or_else(too_large)?;
            typed += value.len();
            pairs.push((name, String::from_utf8_lossy(&value).into_owned()));
        }
        Ok(Self { form: Form::sent(pairs), file })
    }
}

/// What a part holds; `None` when it is more than `most` bytes.
async fn hear(part: &mut Field<'_>, most: usize) -> Result<Option<Bytes>, Problem> {
    let (mut heard, mut whole) = (Vec::new(), true);
    while let Some(chunk) = part.chunk().await.map_err(|error| broken(&error))? {
        whole &= heard.len() + chunk.len() <= most;
        if whole {
            heard.extend_from_slice(&chunk);
        } else {
            heard = Vec::new();
        }
    }
    Ok(whole.then(|| heard.into()))
}

fn unreadable() -> Problem {
    Problem::bad_request("body_unreadable").detail("The form that was sent cannot be read.")
}

fn too_large() -> Problem {
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large")
        .detail("The request is larger than this address accepts.")
}

fn broken(error: &MultipartError) -> Problem {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => too_large(),
        _ if is_too_slow(error) => extract::unreadable(error),
        _ => unreadable(),
    }
}
