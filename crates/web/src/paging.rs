//! How long a page of a list is: `?limit=`, the same at every service.

use crate::Problem;

/// The asked length of a page, or the usual one.
///
/// # Errors
/// 400 `invalid_query` with a pointer when it is not from 1 to `most`.
pub fn limit(asked: Option<u32>, usual: u32, most: u32) -> Result<u32, Problem> {
    let limit = asked.unwrap_or(usual);
    if (1..=most).contains(&limit) {
        return Ok(limit);
    }
    Err(Problem::bad_request("invalid_query")
        .detail(format!("limit: a number from 1 to {most}."))
        .field("/limit", format!("A number from 1 to {most}.")))
}
