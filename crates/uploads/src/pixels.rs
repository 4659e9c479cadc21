//! From the bytes that somebody sent to a photo in our sizes. Only the pixels are kept: no place
//! where it was taken, no name of a camera, nothing that a reader of another format could find.

use bytes::Bytes;
use image::{
    DynamicImage, ImageDecoder, ImageError, ImageFormat, ImageReader, Limits, RgbImage,
    codecs::jpeg::JpegEncoder, imageops::FilterType, metadata::Orientation,
};
use std::io::Cursor;

/// The largest file that is taken in.
pub const LARGEST_BYTES: usize = 10 * 1024 * 1024;
/// The most pixels: 120 MB when decoded.
pub const LARGEST_PIXELS: u64 = 30_000_000;
/// The least pixels on each side, so that it is sharp on a card.
pub const SMALLEST_SIDE: u32 = 320;
/// Pixels across of the sizes that are made; larger ones than the photo itself are not.
pub const WIDTHS: [u32; 3] = [320, 800, 1600];
/// The longer side is at most so many times the shorter.
const MOST_STRETCHED: u32 = 3;
/// Good on a dense screen, and a third of what cameras write.
const QUALITY: u8 = 80;

/// Why a file is no photo for us, in a sentence to act on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// Another kind of file.
    #[error("This is {0}. Choose a photo in JPEG, PNG or WebP.")]
    Kind(&'static str),
    /// Too large to take in.
    #[error("The file is larger than 10 MB. Choose a smaller photo.")]
    Bytes,
    /// Too large to decode.
    #[error("The photo has {0} × {1} pixels. Choose one of at most 30 million.")]
    Pixels(u32, u32),
    /// Too small to look good.
    #[error("The photo has {0} × {1} pixels. Choose one of at least 320 on each side.")]
    Small(u32, u32),
    /// A strip.
    #[error("The photo has {0} × {1} pixels. Choose one that is less of a strip, such as 4 to 3.")]
    Strip(u32, u32),
    /// It breaks off, or is no picture inside.
    #[error(
        "The photo is damaged: it cannot be read to its end. Send it again, or choose another."
    )]
    Broken,
}

/// One size, as JPEG.
#[derive(Debug, Clone)]
pub(crate) struct Size {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) bytes: Bytes,
}

/// Makes the sizes of a photo, the smallest first. Takes a second of a processor for a large one.
///
/// # Errors
/// The bytes are no photo for us.
pub(crate) fn sizes(bytes: &[u8]) -> Result<Vec<Size>, Unfit> {
    let picture = decode(bytes)?;
    let own = picture.width().min(WIDTHS[WIDTHS.len() - 1]);
    let widths = WIDTHS.into_iter().filter(|width| *width < own).chain([own]);
    // Each from the next larger one, which is quick and as good.
    let mut sizes = Vec::new();
    let mut larger = picture;
    for width in widths.collect::<Vec<_>>().into_iter().rev() {
        larger = shrunk(larger, width);
        sizes.push(encode(&larger)?);
    }
    sizes.reverse();
    Ok(sizes)
}

/// The picture upright, in colours alone.
fn decode(bytes: &[u8]) -> Result<RgbImage, Unfit> {
    if bytes.len() > LARGEST_BYTES {
        return Err(Unfit::Bytes);
    }
    let format = format(bytes)?;
    if format == ImageFormat::Jpeg && !crate::jpeg::is_whole(bytes) {
        return Err(Unfit::Broken);
    }
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    reader.no_limits();
    let mut decoder = reader.into_decoder().map_err(unreadable)?;
    // Before anything is decoded: a small file can claim to be a very large picture.
    fits(decoder.dimensions())?;
    decoder.set_limits(limits()).map_err(unreadable)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(unreadable)?;
    picture.apply_orientation(orientation);
    Ok(flat(picture))
}

fn unreadable(_: ImageError) -> Unfit {
    Unfit::Broken
}

fn limits() -> Limits {
    let mut limits = Limits::no_limits();
    // Eight bytes a pixel at most, and as much again for the decoder's own work.
    limits.max_alloc = Some(LARGEST_PIXELS * 16);
    limits
}

fn fits((width, height): (u32, u32)) -> Result<(), Unfit> {
    let (short, long) = (width.min(height), width.max(height));
    if u64::from(width) * u64::from(height) > LARGEST_PIXELS {
        Err(Unfit::Pixels(width, height))
    } else if short < SMALLEST_SIDE {
        Err(Unfit::Small(width, height))
    } else if long / short >= MOST_STRETCHED {
        Err(Unfit::Strip(width, height))
    } else {
        Ok(())
    }
}

/// By its first bytes; neither the name of the file nor what the browser says counts.
fn format(bytes: &[u8]) -> Result<ImageFormat, Unfit> {
    let starts = |with: &[u8]| bytes.starts_with(with);
    let at =
        |from: usize, what: &[u8]| bytes.get(from..).is_some_and(|rest| rest.starts_with(what));
    if starts(b"\xff\xd8\xff") {
        return Ok(ImageFormat::Jpeg);
    }
    if starts(b"\x89PNG\r\n\x1a\n") {
        return Ok(ImageFormat::Png);
    }
    if starts(b"RIFF") && at(8, b"WEBP") {
        return Ok(ImageFormat::WebP);
    }
    let text = String::from_utf8_lossy(bytes.get(..1024).unwrap_or(bytes)).to_ascii_lowercase();
    Err(Unfit::Kind(if text.contains("<svg") {
        "a drawing (SVG), which can hold scripts"
    } else if at(4, b"ftyphei") || at(4, b"ftypmif1") || at(4, b"ftypavif") {
        "a photo in a format that not every browser shows (HEIC or AVIF)"
    } else if starts(b"GIF8") {
        "a GIF"
    } else if starts(b"%PDF") {
        "a PDF"
    } else if text.contains("<html") || text.contains("<!doctype") || text.contains("<script") {
        "a web page"
    } else {
        "no photo that we can read"
    }))
}

/// On white where one could see through it.
fn flat(picture: DynamicImage) -> RgbImage {
    if !picture.color().has_alpha() {
        return picture.into_rgb8();
    }
    let picture = picture.into_rgba8();
    let mut flat = RgbImage::new(picture.width(), picture.height());
    for (pixel, seen) in flat.pixels_mut().zip(picture.pixels()) {
        let [red, green, blue, alpha] = seen.0.map(u16::from);
        let on_white =
            |colour: u16| ((colour * alpha + 255 * (255 - alpha)) / 255).to_le_bytes()[0];
        pixel.0 = [red, green, blue].map(on_white);
    }
    flat
}

fn shrunk(picture: RgbImage, width: u32) -> RgbImage {
    if picture.width() == width {
        return picture;
    }
    let exact = u64::from(picture.height()) * u64::from(width) / u64::from(picture.width());
    let height = u32::try_from(exact).unwrap_or(u32::MAX).max(1);
    image::imageops::resize(&picture, width, height, FilterType::CatmullRom)
}

fn encode(picture: &RgbImage) -> Result<Size, Unfit> {
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, QUALITY);
    encoder.encode_image(picture).map_err(unreadable)?;
    Ok(Size { width: picture.width(), height: picture.height(), bytes: bytes.into() })
}
