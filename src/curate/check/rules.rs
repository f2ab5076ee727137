//! What a check of a lexicon looks for: one rule for each sort of problem, with what `verbatim lexicon rules` says of it.
//!
//! Not for finding anything: the modules beside this one do. A code is an interface: it keeps its meaning, and is never given again.

use serde::Serialize;

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The lexicon cannot be used so, or says something that nobody can mean.
    Error,
    /// It can be used, and probably says something else than is meant.
    Warning,
    /// Worth knowing; nothing need be done.
    Note,
}

impl Severity {
    /// The word that messages use.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// A sort of problem.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// Its stable code.
    pub code: &'static str,
    /// Its name.
    pub name: &'static str,
    /// How much it weighs.
    pub severity: Severity,
    /// What is found.
    pub what: &'static str,
    /// Why it matters.
    pub why: &'static str,
    /// What it looks like.
    pub example: &'static str,
    /// What to write instead.
    pub instead: &'static str,
}

macro_rules! rules {
    ($($id:ident $code:literal $name:literal $severity:ident: $what:literal, $why:literal, $example:literal, $instead:literal;)*) => {
        $(
            #[doc = $what]
            pub(super) static $id: Rule = Rule {
                code: $code, name: $name, severity: Severity::$severity,
                what: $what, why: $why, example: $example, instead: $instead,
            };
        )*
        /// All rules, by code.
        pub static RULES: &[&Rule] = &[$(&$id),*];
    };
}

rules! {
    SYNTAX "L001" "syntax" Error:
        "A file is not TOML.",
        "Nothing after the mistake can be read with certainty.",
        "zh = [\"噪音\" \"噪声\"]",
        "zh = [\"噪音\", \"噪声\"]";
    ENCODING "L002" "encoding" Error:
        "A file is not UTF-8.",
        "Read in another encoding its Chinese terms become other characters, and find nothing.",
        "a file saved as GBK by a spreadsheet or an old editor",
        "the same file saved as UTF-8";
    STRAY_FILE "L003" "stray_file" Error:
        "A file lies where the lexicon does not look.",
        "Its terms would not count, and nobody would be told.",
        "drivers/noise.toml.txt, or driver/noise.toml",
        "drivers/noise.toml";
    UNKNOWN_KEY "L004" "unknown_key" Error:
        "A key that the file format does not have.",
        "What stands under it would not count.",
        "[negativ]",
        "[negative]";
    WRONG_TYPE "L005" "wrong_type" Error:
        "A value of the wrong type, or a word that is none of those allowed.",
        "It cannot be read as what it is meant to be.",
        "zh = \"噪音\"",
        "zh = [\"噪音\"]";
    MISSING_KEY "L006" "missing_key" Error:
        "A key that must be there is missing.",
        "Without it nobody knows what the file is about.",
        "a driver's file without id",
        "id = \"noise\"";
    DRIVER_ID "L007" "driver_id" Error:
        "A driver's id is not its file's name, or cannot be an id.",
        "Tables, dashboards and overlays know a driver by its id alone.",
        "id = \"Noise level\" in drivers/noise.toml",
        "id = \"noise\"";
    UNKNOWN_PARENT "L008" "unknown_parent" Error:
        "The parent of a driver does not exist.",
        "What the driver contributes is added up under its parent.",
        "parent = \"surrounding\"",
        "parent = \"surroundings\"";
    PARENT_CYCLE "L009" "parent_cycle" Error:
        "A driver is its own ancestor.",
        "Sums over such a circle would never end.",
        "noise under sound, and sound under noise",
        "one of them under another parent, or none";
    EXTENDS "L010" "extends" Error:
        "The lexicon that this one extends does not exist, extends this one, or is broken itself.",
        "Drivers and words that are inherited would be missing.",
        "extends = \"cor\"",
        "extends = \"core\"";
    BROKEN_TERM "L011" "broken_term" Error:
        "A term cannot be read: its proximity, its open ending or its parts.",
        "It would find nothing.",
        "\"服务员 ~x 不理\"",
        "\"服务员 ~3 不理\"";
    BROKEN_REGEX "L012" "broken_regex" Error:
        "A regular expression cannot be compiled, or is too large.",
        "It would find nothing, or take the time of all others.",
        "\"re:/等了(\\\\d+天/\"",
        "\"re:/等了\\\\d+天/\"";
    CONFLICTING_TERM "L013" "conflicting_term" Error:
        "The same term praises and blames the same driver, or anything.",
        "A mention would be on both sides, and which one counts would be chance.",
        "\"快\" under positive and negative of one driver",
        "\"快\" under one of them";
    NOTHING_TO_REMOVE "L014" "nothing_to_remove" Error:
        "A line takes away a term that is not there.",
        "The term that was meant stays, under another spelling or in another list.",
        "\"- 噪聲\" where the inherited list has 噪声",
        "\"- 噪声\"";
    ROLLUP "L015" "rollup" Error:
        "An attribute, or a value of one, that no lexicon.toml declares, or whose id cannot be one.",
        "The driver would be missing from sums by that attribute.",
        "servqual = \"tangible\"",
        "servqual = \"tangibles\"";
    RESPONSIBILITY "L016" "responsibility" Error:
        "A row of responsibility.csv cannot be read, has a weight that none is, or stands there twice.",
        "Points would go to the wrong function, or to none.",
        "noise,repair,7,",
        "noise,repair,9,";
    UNKNOWN_DRIVER "L017" "unknown_driver" Error:
        "responsibility.csv, or a file that switches a driver off, names a driver that does not exist.",
        "Nobody would answer for the driver that is meant, or it would stay on.",
        "nosie,repair,9,",
        "noise,repair,9,";
    FAILING_EXAMPLE "L018" "failing_example" Error:
        "The engine does not judge an example as its writer expects.",
        "Examples are a lexicon's own tests: this one says that the terms do not do what is meant.",
        "text = \"一点都不吵\", expect = \"negative\"",
        "terms that find what is expected, or expect = \"positive\"";
    OTHER "L019" "not_usable" Error:
        "The lexicon cannot be loaded for another reason.",
        "No run can use it.",
        "more patterns than fit one lexicon",
        "what the message says";
    DUPLICATE_TERM "L020" "duplicate_term" Warning:
        "A term stands twice in one list, perhaps in another spelling that matching does not tell apart.",
        "Who takes one of them out believes that it no longer counts.",
        "zh = [\"噪音\", \"噪声\", \"噪音\"]",
        "zh = [\"噪音\", \"噪声\"]";
    COVERED_TERM "L021" "covered_term" Warning:
        "Another term of the same list finds everything that this one finds.",
        "It changes nothing, and whoever edits it sees no effect.",
        "en = [\"rattl*\", \"rattling\"]",
        "en = [\"rattl*\"]";
    SHADOWED_TERM "L022" "shadowed_term" Warning:
        "Wherever the survey has this term, a longer term of the same driver has its place.",
        "The longest match counts, so that this term never does.",
        "\"噪\" beside \"噪音\", in a survey where 噪 stands in 噪音 alone",
        "the longer term alone";
    NEVER_MATCHES "L023" "never_matches" Warning:
        "A term does not find itself: as comments are cut into words, it is never one.",
        "It will find nothing.",
        "\"loud! ~3 noisy\": no term reaches past the end of a sentence",
        "the words as they stand together in a comment, or { term = \"…\", boundary = \"any\" }";
    EXCLUDED_TERM "L024" "excluded_term" Warning:
        "An expression under exclude holds the term itself.",
        "Nothing inside an excluded expression counts, so that this term never does.",
        "exclude \"吵\" beside negative \"吵\"",
        "a wider expression: exclude \"吵架\"";
    COMMON_TERM "L025" "common_term" Warning:
        "A term so short or so common that it stands in texts that do not mean it.",
        "One such term can move a driver's share by more than all others.",
        "{ term = \"大\", boundary = \"any\" } under negative",
        "\"声音大\", or \"大\" under beside_aspect.negative";
    MISSING_NAME "L026" "missing_name" Warning:
        "A driver, an attribute or a value has no Chinese or no English name.",
        "Reports show its id in that language.",
        "name = { zh = \"噪音\" }",
        "name = { zh = \"噪音\", en = \"Noise\" }";
    NO_EXAMPLES "L027" "no_examples" Warning:
        "A driver of this lexicon has no example.",
        "Nobody notices when a later change breaks it.",
        "a driver's file without [[example]]",
        "[[example]]\\ntext = \"空调噪音太大\"\\nexpect = \"negative\"";
    NO_TERMS "L028" "no_terms" Warning:
        "A driver has no terms, and no driver stands under it.",
        "It can never be mentioned.",
        "a driver's file with an id and a name",
        "terms under aspect, positive or negative";
    WRONG_LANGUAGE "L029" "wrong_language" Warning:
        "A Chinese term stands in an English list.",
        "People who look for it look in the other list, and rules that hold for one language alone pass it by.",
        "en = [\"噪音\"]",
        "zh = [\"噪音\"]";
    EMPTY_MATCH "L030" "empty_match" Warning:
        "A regular expression matches where there is nothing.",
        "Nothing cannot be shown as evidence; such matches are passed over, so that the expression finds less than is meant.",
        "\"re:/(很)*/\"",
        "\"re:/(很)+/\"";
    CONTRADICTION "L031" "contradiction" Warning:
        "Two examples of a driver have the same text and expect different things.",
        "One of them must fail.",
        "\"有点吵\" expected negative here and neutral there",
        "one of them";
    SAME_NAME "L032" "same_name" Warning:
        "Two drivers have the same name.",
        "Readers of a report cannot tell them apart.",
        "name.en = \"Noise\" for noise and noise_at_night",
        "\"Noise at night\"";
    OUTRANKED_TERM "L033" "outranked_term" Warning:
        "A term stands in two lists of one driver, of which the other one has its place wherever it stands.",
        "What praises or blames by itself counts before what names the driver, and both before a cue beside it, so that this term never does.",
        "\"outage\" under aspect and negative of one driver",
        "\"outage\" under negative";
    SEVERAL_TERMS "L034" "several_terms" Warning:
        "A term holds several, with a mark or a line break between them.",
        "It counts only where a comment has all of it, marks included: next to nowhere.",
        "zh = [\"噪音、噪声\"]",
        "zh = [\"噪音\", \"噪声\"]";
    MISTAKEN_DASH "L035" "mistaken_dash" Warning:
        "A term begins with a dash that takes nothing away: one of another keyboard, or one without a blank after it.",
        "The inherited term stays, and the one that is written finds nothing.",
        "\"－ 小声点\", or \"-小声点\"",
        "\"- 小声点\"";
    SHARED_TERM "L040" "shared_term" Note:
        "Two drivers claim the same term.",
        "Both are mentioned wherever it stands, and share the credit.",
        "\"空调\" under aspect of product and of temperature",
        "the term under one of them, if the other is not meant";
}
