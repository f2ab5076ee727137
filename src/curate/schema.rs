//! JSON Schemas of the files of a lexicon, by which editors complete and check them while they are written.
//!
//! Not for what only the whole lexicon shows (`check`). They are made of the same keys as the check's (`lexicon::shape`).

use serde_json::{Map, Value, json};

use crate::lexicon::shape::{DRIVER, Key, LEXICON, POLARITY, Shape, TERM};

/// The schemas, each with its file's name.
pub fn schemas() -> [(&'static str, Value); 3] {
    [
        ("lexicon.json", schema("lexicon.toml of a lexicon", LEXICON)),
        ("driver.json", schema("drivers/<id>.toml of a lexicon", DRIVER)),
        ("polarity.json", schema("polarity/<language>.toml of a lexicon", POLARITY)),
    ]
}

/// Draft 7 is what editors of TOML read.
fn schema(title: &str, keys: &[Key]) -> Value {
    let mut all = table(keys);
    all["$schema"] = json!("http://json-schema.org/draft-07/schema#");
    all["title"] = json!(title);
    all["definitions"] = json!({ "terms": { "type": "array", "items": {
        "anyOf": [{ "type": "string" }, table(TERM)],
    } } });
    all
}

fn table(keys: &[Key]) -> Value {
    let properties: Map<String, Value> = keys
        .iter()
        .map(|key| {
            let mut value = of(&key.shape);
            value["description"] = json!(key.about);
            (key.name.to_owned(), value)
        })
        .collect();
    let required: Vec<&str> = keys.iter().filter(|key| key.required).map(|key| key.name).collect();
    let mut table = json!({ "type": "object", "additionalProperties": false, "properties": properties });
    if !required.is_empty() {
        table["required"] = json!(required);
    }
    table
}

fn of(shape: &Shape) -> Value {
    match shape {
        Shape::Text => json!({ "type": "string" }),
        Shape::Word(words) => json!({ "enum": words }),
        Shape::Switch => json!({ "type": "boolean" }),
        // Beside a reference draft 7 takes no description.
        Shape::Terms => json!({ "allOf": [{ "$ref": "#/definitions/terms" }] }),
        Shape::Table(keys) => table(keys),
        Shape::Map(each) => json!({ "type": "object", "additionalProperties": of(each) }),
        Shape::Tables(keys) => json!({ "type": "array", "items": table(keys) }),
    }
}
