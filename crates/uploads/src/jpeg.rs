//! Whether a JPEG is all there. Decoders fill what is missing with grey, which nobody wants to eat.

/// Whether the markers lead from the start of the picture to its end (ITU-T T.81, annex B). What
/// follows the end does not matter: phones put short films there.
pub(crate) fn is_whole(bytes: &[u8]) -> bool {
    let mut at = 2;
    loop {
        // A marker may be preceded by any number of fill bytes.
        while bytes.get(at) == Some(&0xff) && bytes.get(at + 1) == Some(&0xff) {
            at += 1;
        }
        let (Some(0xff), Some(&marker)) = (bytes.get(at), bytes.get(at + 1)) else { return false };
        at += 2;
        match marker {
            END => return true,
            0x01 | 0xd0..=0xd8 => continue,
            _ => {}
        }
        let (Some(&high), Some(&low)) = (bytes.get(at), bytes.get(at + 1)) else { return false };
        at += usize::from(u16::from_be_bytes([high, low]));
        if marker == SCAN {
            at = match after_scan(bytes, at) {
                Some(next) => next,
                None => return false,
            };
        }
    }
}

const END: u8 = 0xd9;
const SCAN: u8 = 0xda;

/// Where the next marker stands: in a scan, 0xff is data before 0x00 and a restart before 0xd0–0xd7.
fn after_scan(bytes: &[u8], from: usize) -> Option<usize> {
    let scan = bytes.get(from..)?;
    let is_marker = |pair: &[u8]| pair[0] == 0xff && !matches!(pair[1], 0x00 | 0xd0..=0xd7 | 0xff);
    scan.windows(2).position(is_marker).map(|at| from + at)
}
