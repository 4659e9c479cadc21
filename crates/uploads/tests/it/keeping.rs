//! What is taken in, what is made of it, and what is refused with which words.

use bytes::Bytes;
use image::{ExtendedColorType, ImageEncoder, codecs};
use testkit::{encoded, photo};
use uploads::{KeepError, LARGEST_BYTES, Name, Photos, Unfit};

async fn keep(sent: Vec<u8>) -> Result<kernel::photo::Photo, KeepError> {
    let place = tempfile::tempdir().unwrap();
    crate::photos(place.path()).keep(sent.into(), String::new()).await
}

async fn refusal(sent: Vec<u8>) -> Unfit {
    match keep(sent).await {
        Err(KeepError::Unfit(unfit)) => unfit,
        other => panic!("{other:?}"),
    }
}

/// Every size that is kept.
async fn sizes(photos: &Photos, photo: &kernel::photo::Photo) -> Vec<Bytes> {
    let mut sizes = Vec::new();
    for width in &photo.widths {
        let name = Name::of(&photo.name, *width);
        sizes.push(photos.store().get(&name).await.unwrap().unwrap());
    }
    sizes
}

fn png(width: u32, height: u32) -> Vec<u8> {
    encoded(width, height, |pixels| {
        let mut bytes = Vec::new();
        let encoder = codecs::png::PngEncoder::new(&mut bytes);
        encoder.write_image(pixels, width, height, ExtendedColorType::Rgb8).unwrap();
        bytes
    })
}

fn webp(width: u32, height: u32) -> Vec<u8> {
    encoded(width, height, |pixels| {
        let mut bytes = Vec::new();
        let encoder = codecs::webp::WebPEncoder::new_lossless(&mut bytes);
        encoder.write_image(pixels, width, height, ExtendedColorType::Rgb8).unwrap();
        bytes
    })
}

/// As EXIF, behind the start of the file: orientation `turn`, and a place in GPS.
fn with_exif(jpeg: &[u8], turn: u8) -> Vec<u8> {
    let mut exif = b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x02".to_vec();
    exif.extend_from_slice(&[0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, turn, 0, 0]);
    exif.extend_from_slice(&[0x88, 0x25, 0, 4, 0, 0, 0, 1, 0, 0, 0, 38, 0, 0, 0, 0]);
    exif.extend_from_slice(b"GPS 47.8001 13.0444");
    let length = u16::try_from(exif.len() + 2).unwrap().to_be_bytes();
    [&jpeg[..2], &[0xff, 0xe1], &length, &exif, &jpeg[2..]].concat()
}

#[tokio::test]
async fn each_format_becomes_three_jpegs_of_the_right_sizes() {
    for sent in [photo(2000, 1500), png(2000, 1500), webp(2000, 1500)] {
        let place = tempfile::tempdir().unwrap();
        let photos = crate::photos(place.path());
        let kept = photos.keep(sent.into(), "A pizza".to_owned()).await.unwrap();
        assert_eq!((kept.widths.as_slice(), kept.height), ([320, 800, 1600].as_slice(), 1200));
        assert_eq!(kept.alt, "A pizza");
        for (bytes, width) in sizes(&photos, &kept).await.iter().zip([320, 800, 1600]) {
            let made = image::load_from_memory(bytes).unwrap();
            assert_eq!((made.width(), made.height()), (width, width * 3 / 4));
            assert!(bytes.starts_with(b"\xff\xd8\xff"));
        }
    }
}

#[tokio::test]
async fn a_small_photo_is_not_blown_up_and_the_same_photo_has_the_same_name() {
    let small = keep(photo(500, 400)).await.unwrap();
    assert_eq!((small.widths.as_slice(), small.height), ([320, 500].as_slice(), 400));
    assert_eq!(keep(photo(500, 400)).await.unwrap().name, small.name);
    assert_ne!(keep(photo(500, 401)).await.unwrap().name, small.name);
}

#[tokio::test]
async fn a_photo_is_turned_upright_and_where_it_was_taken_is_gone() {
    let place = tempfile::tempdir().unwrap();
    let photos = crate::photos(place.path());
    let mut sent = with_exif(&photo(800, 600), 6);
    sent.extend_from_slice(b"<script>alert(1)</script>");
    let kept = photos.keep(sent.into(), String::new()).await.unwrap();
    assert_eq!((kept.width(), kept.height), (600, 800), "turned by a quarter");
    for bytes in sizes(&photos, &kept).await {
        for secret in [b"Exif".as_slice(), b"GPS", b"47.8001", b"<script>"] {
            assert!(!bytes.windows(secret.len()).any(|window| window == secret));
        }
    }
}

#[tokio::test]
async fn what_is_seen_through_becomes_white() {
    let mut bytes = Vec::new();
    let clear = vec![0; 400 * 400 * 4];
    let encoder = codecs::png::PngEncoder::new(&mut bytes);
    encoder.write_image(&clear, 400, 400, ExtendedColorType::Rgba8).unwrap();
    let place = tempfile::tempdir().unwrap();
    let photos = crate::photos(place.path());
    let kept = photos.keep(bytes.into(), String::new()).await.unwrap();
    let made = image::load_from_memory(&sizes(&photos, &kept).await[0]).unwrap().into_rgb8();
    assert!(made.pixels().all(|pixel| pixel.0.iter().all(|colour| *colour > 250)));
}

#[tokio::test]
async fn what_is_no_photo_is_refused_by_what_it_is() {
    let svg = b"<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"><script/></svg>";
    let heic = b"\0\0\0\x18ftypheic\0\0\0\0".to_vec();
    for (sent, word) in [
        (svg.to_vec(), "SVG"),
        (heic, "HEIC"),
        (b"GIF89a<script>".to_vec(), "GIF"),
        (b"%PDF-1.7".to_vec(), "PDF"),
        (b"<!DOCTYPE html><html>".to_vec(), "web page"),
        (b"PK\x03\x04".to_vec(), "no photo"),
        (vec![0; 4096], "no photo"),
        (Vec::new(), "no photo"),
    ] {
        let refusal = refusal(sent).await;
        assert!(matches!(refusal, Unfit::Kind(_)), "{refusal:?}");
        assert!(refusal.to_string().contains(word), "{refusal}");
    }
}

#[tokio::test]
async fn a_photo_that_breaks_off_is_refused_wherever_it_does() {
    for whole in [photo(400, 400), png(400, 400), webp(400, 400)] {
        for part in [16, 100, whole.len() / 2, whole.len() - 40] {
            assert_eq!(refusal(whole[..part].to_vec()).await, Unfit::Broken, "{part} bytes");
        }
    }
    let mut noise = photo(400, 400);
    noise.truncate(30);
    noise.extend(std::iter::repeat_n(0x5a, 2000));
    assert_eq!(refusal(noise).await, Unfit::Broken);
}

#[tokio::test]
async fn too_large_too_small_and_strips_are_refused_with_their_measures() {
    assert_eq!(refusal(vec![0xff; LARGEST_BYTES + 1]).await, Unfit::Bytes);
    assert_eq!(refusal(photo(319, 900)).await, Unfit::Small(319, 900));
    assert_eq!(refusal(photo(1300, 400)).await, Unfit::Strip(1300, 400));
    assert!(refusal(photo(100, 80)).await.to_string().contains("100 × 80"));
}

#[tokio::test]
async fn a_bomb_is_refused_before_anything_is_decoded() {
    // A file of some bytes that claims to be a picture of 30,000 by 30,000 pixels.
    let mut bomb = png(400, 400);
    bomb[16..20].copy_from_slice(&30_000_u32.to_be_bytes());
    bomb[20..24].copy_from_slice(&30_000_u32.to_be_bytes());
    let mut crc = flate2::Crc::new();
    crc.update(&bomb[12..29]);
    bomb[29..33].copy_from_slice(&crc.sum().to_be_bytes());
    assert_eq!(refusal(bomb).await, Unfit::Pixels(30_000, 30_000));
    let mut jpeg = photo(400, 400);
    let frame = jpeg.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
    jpeg[frame + 5..frame + 9].copy_from_slice(&[0xff, 0xff, 0xff, 0xff]);
    assert_eq!(refusal(jpeg).await, Unfit::Pixels(65_535, 65_535));
}

#[tokio::test]
async fn more_photos_than_are_taken_in_at_once_are_told_to_come_again() {
    let place = tempfile::tempdir().unwrap();
    let photos = crate::photos(place.path());
    let sent: Bytes = photo(1600, 1200).into();
    let all = (0..40).map(|_| {
        let (photos, sent) = (photos.clone(), sent.clone());
        tokio::spawn(async move { photos.keep(sent, String::new()).await })
    });
    let (mut kept, mut busy) = (0, 0);
    for one in all.collect::<Vec<_>>() {
        match one.await.unwrap() {
            Ok(_) => kept += 1,
            Err(KeepError::Busy) => busy += 1,
            Err(error) => panic!("{error:?}"),
        }
    }
    assert!(kept >= 8 && busy > 0, "{kept} kept, {busy} told");
    assert!(photos.keep(sent, String::new()).await.is_ok(), "and then it goes on");
}
