//! A small lexicon of plain terms in both languages, by which the targets tag.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use verbatim::Lexicon;
use verbatim::tag::tagger::{SegmentMode, Tagger, TaggerOptions};

/// The lexicon's files.
pub fn files() -> BTreeMap<String, String> {
    let files = [
        ("lexicon.toml", "name = \"fuzzed\"\nversion = \"1\"\n"),
        (
            "drivers/noise.toml",
            "id = \"noise\"\n[aspect]\nzh = [\"噪音\", \"声音\"]\nen = [\"noise\", \"sound level\"]\n[positive]\nzh = [\"安静\"]\nen = [\"quiet\"]\n[negative]\nzh = [\"吵\", \"太吵\"]\nen = [\"loud\", \"noisy\"]\n[exclude]\nzh = [\"吵架\"]\nen = [\"loud and clear\"]\n",
        ),
        (
            "drivers/service.toml",
            "id = \"service\"\n[aspect]\nzh = [\"服务\", \"服务态度\"]\nen = [\"service\", \"staff\"]\n[positive]\nzh = [\"热情\"]\nen = [\"friendly\", \"kind\"]\n[negative]\nzh = [\"没有人\"]\nen = [\"rude\", \"no one\"]\n",
        ),
        (
            "polarity/zh.toml",
            "positive = [\"好\", \"不错\", \"很好\"]\nnegative = [\"差\", \"糟糕\"]\nnegators = [\"不\", \"不是\"]\nabsence = [\"没\", \"没有\"]\ndegree = [\"很\", \"非常\", \"好\", \"太\"]\njoins = [\"和\"]\ncontrast = [\"但\", \"但是\"]\nwishes = [\"希望\"]\nquestions = [\"吗\"]\nstops = [\"就\"]\n",
        ),
        (
            "polarity/en.toml",
            "positive = [\"good\", \"great\"]\nnegative = [\"bad\", \"awful\"]\nnegators = [\"not\", \"never\", \"don't\"]\nabsence = [\"no\", \"without\"]\nforbids = [\"don't\"]\ndegree = [\"very\", \"so\"]\njoins = [\"or\"]\nexcess = [\"too\"]\ncontrast = [\"but\"]\nwishes = [\"please\"]\nstates = [\"was\"]\nexcept = [\"except for\"]\nrest = [\"everything\"]\nearlier = [\"before\"]\nlater = [\"now\"]\n",
        ),
    ];
    files.map(|(path, text)| (path.to_owned(), text.to_owned())).into()
}

/// Taggers by it: one that segments on demand, and one that segments everything.
pub fn taggers() -> &'static [Tagger; 2] {
    static TAGGERS: OnceLock<[Tagger; 2]> = OnceLock::new();
    TAGGERS.get_or_init(|| {
        let resolved = verbatim::doors::lexicon(&files()).expect("the small lexicon is one");
        let lexicon = Arc::new(Lexicon::compile(&resolved).expect("the small lexicon compiles"));
        [SegmentMode::Demand, SegmentMode::Full].map(|segment| {
            let options = TaggerOptions { segment, ..TaggerOptions::default() };
            Tagger::new(Arc::clone(&lexicon), options).expect("the built-in tokenizer can be made")
        })
    })
}
