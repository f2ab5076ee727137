//! A new lexicon: a folder with a few commented files, which the check finds nothing wrong with.
//!
//! Not for what the keys mean (`docs/lexicon.md`).

use std::fs;
use std::path::Path;

use super::schema;
use crate::error::{Error, ErrorKind, Place, Result};
use crate::lexicon::limits::Limits;
use crate::lexicon::{Resolved, quoted};

/// Where the schemas lie in the folder: what begins with a dot is no part of a lexicon.
const SCHEMAS: &str = ".schema";

/// Makes the folder `root` with a lexicon that extends `extends`, and gives the files that it holds, relative to it.
///
/// # Errors
/// Where something is there already, the lexicon that it extends cannot be used, or a file cannot be written.
pub fn new(root: &Path, extends: Option<&str>) -> Result<Vec<String>> {
    if root.exists() {
        return Err(Error::new(ErrorKind::Usage, "exists", format!("{} is there already", root.display()))
            .at(Place::file(root))
            .help("Name a folder that does not exist yet."));
    }
    let name = root.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let base = match extends {
        Some(extends) => base(root, extends, &name)?,
        None => Resolved::default(),
    };
    // The driver that shows how one is written is one that nobody has.
    let id = (1_u32..).map(|n| if n == 1 { "packaging".to_owned() } else { format!("packaging_{n}") });
    let id = id.into_iter().find(|id| !base.drivers.contains_key(id)).unwrap_or_default();
    let mut files = vec![
        ("lexicon.toml".to_owned(), head(&name, extends)),
        (format!("drivers/{id}.toml"), driver(&id)),
        ("responsibility.csv".to_owned(), format!("driver,function,weight,owner\n{id},logistics,9,\n")),
    ];
    for (file, schema) in schema::schemas() {
        files.push((format!("{SCHEMAS}/{file}"), format!("{schema:#}\n")));
    }
    for (file, text) in &files {
        let path = root.join(file);
        let folder = path.parent().unwrap_or(root);
        let written = fs::create_dir_all(folder).and_then(|()| fs::write(&path, text));
        written.map_err(|source| Error::io(ErrorKind::Output, "write", &path, source))?;
    }
    Ok(files.into_iter().map(|(file, _)| file).collect())
}

/// What the new lexicon extends, read as it will be: from the folder itself, which stays empty until this is known to work.
fn base(root: &Path, extends: &str, name: &str) -> Result<Resolved> {
    fs::create_dir_all(root).map_err(|source| Error::io(ErrorKind::Output, "make", root, source))?;
    Resolved::load_beside(extends, Some(root), name, &Limits::default()).map_err(|error| {
        // An empty folder that stays would be in the way of the next try, and of nothing else.
        let _ = fs::remove_dir(root);
        let is_beside = root.parent().is_some_and(|beside| beside.join(extends).join("lexicon.toml").is_file());
        if is_beside {
            error.help(format!("A folder is named as seen from the new one: --extends ../{extends}"))
        } else {
            error
        }
    })
}

fn head(name: &str, extends: Option<&str>) -> String {
    let extends = match extends {
        Some(extends) => format!(
            "# All drivers and words of this lexicon are there too. A file of the same name adds to them; `- \"term\"` takes a term out,\n\
             # `enabled = false` a whole driver.\nextends = {}\n",
            quoted(extends)
        ),
        None => "# A lexicon that this one starts from; its drivers and words are there too.\n# extends = \"core\"\n"
            .to_owned(),
    };
    format!(
        "#:schema ./{SCHEMAS}/lexicon.json\n\
         # What this lexicon is called. `verbatim lexicon check` says what is wrong with it, `verbatim lexicon test` runs its examples.\n\
         name = {}\n\
         # Say another version whenever what it means changes: runs write it down.\n\
         version = \"0.1.0\"\n\
         {extends}\n\
         # [words]\n\
         # Words that stay whole when Chinese is cut into words, though no driver claims them.\n\
         # zh = [\"会不会\"]\n",
        quoted(name)
    )
}

fn driver(id: &str) -> String {
    format!(
        "#:schema ../{SCHEMAS}/driver.json\n\
         # One driver. Write over what stands here, or delete the file; docs/lexicon.md has every key.\n\
         id = \"{id}\"\n\
         # The driver under which it stands, if any.\n\
         # parent = \"product\"\n\
         name = {{ zh = \"包装\", en = \"Packaging\" }}\n\
         \n\
         # Words that name it. What the clause says of it decides whether it is good or bad.\n\
         [aspect]\n\
         zh = [\"包装\", \"外箱\"]\n\
         en = [\"packag*\"]\n\
         \n\
         # Words that praise it by themselves.\n\
         [positive]\n\
         zh = [\"包得严实\"]\n\
         en = [\"well packed\"]\n\
         \n\
         # Words that blame it by themselves.\n\
         [negative]\n\
         zh = [\"箱子破了\"]\n\
         en = [\"badly packed\"]\n\
         \n\
         # Words that count only beside one of the aspects, in the same clause.\n\
         [beside_aspect.negative]\n\
         zh = [\"简陋\"]\n\
         \n\
         # Wider expressions inside which nothing of this driver counts.\n\
         [exclude]\n\
         zh = [\"包装工人\"]\n\
         \n\
         # What customers write, and what it says of this driver: positive, negative, neutral, mixed, none.\n\
         [[example]]\n\
         text = \"包装太简陋了\"\n\
         expect = \"negative\"\n\
         \n\
         [[example]]\n\
         text = \"It was well packed\"\n\
         expect = \"positive\"\n"
    )
}
