//! Photos as a telephone takes them, made up.

use image::{ExtendedColorType, ImageEncoder, RgbImage, codecs::jpeg::JpegEncoder};

/// A JPEG of so many pixels: a warm gradient, so that no two sizes are the same picture.
///
/// # Panics
/// When it cannot be encoded.
#[must_use]
pub fn photo(width: u32, height: u32) -> Vec<u8> {
    encoded(width, height, |pixels| {
        let mut bytes = Vec::new();
        let encoder = JpegEncoder::new_with_quality(&mut bytes, 70);
        let written = encoder.write_image(pixels, width, height, ExtendedColorType::Rgb8);
        written.expect("as the test expects it");
        bytes
    })
}

/// The pixels of [`photo`], encoded in another way.
#[must_use]
pub fn encoded(width: u32, height: u32, encode: impl FnOnce(&[u8]) -> Vec<u8>) -> Vec<u8> {
    let shade = |at: u32, of: u32| u8::try_from(at * 255 / of).unwrap_or(u8::MAX);
    let picture = RgbImage::from_fn(width, height, |x, y| {
        image::Rgb([220, shade(x, width), shade(y, height)])
    });
    encode(picture.as_raw())
}
