//! Makes the image of the Chinese dictionary, from jieba's list of words, that the program is linked with.
//!
//! Not for what is in it: `src/text/segment/dictionary` says how it is laid out and reads it.

use std::error::Error;
use std::path::PathBuf;

#[path = "src/text/segment/dictionary/layout.rs"]
#[allow(dead_code, reason = "building writes what the crate reads")]
mod layout;

#[path = "src/text/segment/dictionary/building.rs"]
mod building;

const WORDS: &str = "data/dictionary/jieba.txt";

fn main() -> Result<(), Box<dyn Error>> {
    for file in [WORDS, "src/text/segment/dictionary/layout.rs", "src/text/segment/dictionary/building.rs", "build.rs"]
    {
        println!("cargo::rerun-if-changed={file}");
    }
    let text = std::fs::read_to_string(WORDS)?;
    let image = building::Image::of(&text)?;
    let folder = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("cargo names no OUT_DIR")?);
    for (name, bytes) in image.files() {
        std::fs::write(folder.join(name), bytes)?;
    }
    Ok(())
}
