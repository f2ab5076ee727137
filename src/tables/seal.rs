//! The digest that a manifest carries of itself, as its last key.
//!
//! Not of the files that it lists, which have theirs in it. It protects from damage, not from somebody who writes another digest too.

/// What stands before and after the digest, at the end of the file.
const BEFORE: &str = ",\n  \"digest\": \"";
const AFTER: &str = "\"\n}\n";
/// How a manifest ends without: in the last of its keys, a map.
const PLAIN_ENDS: [&str; 2] = ["\n  }\n}\n", ": {}\n}\n"];
/// Characters of a digest.
const DIGEST: usize = 64;

/// The manifest with its digest; `plain`: JSON as this engine writes it.
pub(super) fn sealed(mut plain: Vec<u8>) -> Vec<u8> {
    const END: &[u8] = b"\n}\n";
    if !plain.ends_with(END) {
        return plain;
    }
    plain.truncate(plain.len() - END.len());
    let digest = blake3::hash(&plain).to_hex();
    for part in [BEFORE, digest.as_str(), AFTER] {
        plain.extend_from_slice(part.as_bytes());
    }
    plain
}

/// Whether a manifest is what was written, or why it is not. One that an earlier engine wrote has no digest, and is believed.
pub(super) fn check(bytes: &[u8]) -> Result<(), &'static str> {
    let length = BEFORE.len() + DIGEST + AFTER.len();
    if let Some((plain, end)) = bytes.split_at_checked(bytes.len().saturating_sub(length))
        && let Some(digest) = end.strip_prefix(BEFORE.as_bytes()).and_then(|rest| rest.strip_suffix(AFTER.as_bytes()))
    {
        let is_ours = blake3::hash(plain).to_hex().as_bytes() == digest;
        return if is_ours { Ok(()) } else { Err("the content of the manifest is not what was written") };
    }
    let is_plain = PLAIN_ENDS.iter().any(|end| bytes.ends_with(end.as_bytes()));
    if is_plain { Ok(()) } else { Err("the manifest does not end as it was written") }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: &str = "{\n  \"rows_in\": 12,\n  \"files\": {\n    \"a\": 1\n  }\n}\n";

    #[test]
    fn every_byte_that_differs_is_told() {
        let whole = sealed(PLAIN.as_bytes().to_vec());
        assert_eq!(check(&whole), Ok(()));
        assert!(serde_json::from_slice::<serde_json::Value>(&whole).is_ok());
        for at in 0..whole.len() {
            for flip in [1, 0x20, 0x80] {
                let mut damaged = whole.clone();
                damaged[at] ^= flip;
                assert!(check(&damaged).is_err(), "byte {at}");
            }
            assert!(check(&whole[..at]).is_err(), "cut at {at}");
        }
    }

    #[test]
    fn a_manifest_of_an_earlier_engine_has_none() {
        assert_eq!(check(PLAIN.as_bytes()), Ok(()));
        assert_eq!(check(b"{\n  \"files\": {}\n}\n"), Ok(()));
        assert!(check(b"").is_err());
    }
}
