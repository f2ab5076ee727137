//! The rules of `docs/lexicon.md` as tables of cases, on a small lexicon made here.

mod dense;
mod offsets;
mod properties;
mod rules;
mod scope;
mod sentences;
mod terms;

use std::sync::{Arc, OnceLock};

use super::tagger::{Scratch, SegmentMode, Tagger, TaggerOptions};
use super::{CommentTags, Explanation};
use crate::lexicon::Lexicon;
use crate::types::Role;

const FILES: [(&str, &str); 12] = [
    (
        "lexicon.toml",
        r#"
name = "small"
version = "1"
[words]
zh = ["颜值", "不得不说"]
"#,
    ),
    ("drivers/service.toml", "id = 'service'\n[aspect]\nzh = ['服务']\nen = ['service']"),
    (
        "drivers/attitude.toml",
        r#"
id = "attitude"
parent = "service"
people = true
[aspect]
zh = ["态度", "服务态度", "礼貌"]
en = ["staff", "service desk"]
[aspect_if_judged]
zh = ["店长"]
en = ["crew"]
[positive]
zh = ["热情", "耐心"]
en = ["friendly", "helpful", "re:/\\bcould(n't| not) be more \\w+/"]
[negative]
zh = ["傲慢", "店员 ~3 不理"]
en = ["rude", "hang & up"]
"#,
    ),
    (
        "drivers/speed.toml",
        r#"
id = "speed"
parent = "service"
[aspect]
zh = ["速度", "等待", { term = "排队", general = false }]
en = ["wait"]
[positive]
zh = ["快"]
en = ["fast", "quick"]
[negative]
zh = ["慢", "等足<duration>", "re:/(^|,)人呢/", "re:/等了?[0-9两三几]+个?小时/"]
en = ["slow", "sluggish~", "held ~2 <duration>", "<duration> late"]
[beside_aspect.positive]
zh = ["短"]
en = ["short"]
[beside_aspect.negative]
zh = ["长", "很长"]
en = ["long"]
[exclude]
zh = ["快餐", "re:/快要?[走吃]完/"]
en = ["fast food"]
"#,
    ),
    (
        "drivers/noise.toml",
        r#"
id = "noise"
[aspect]
zh = ["噪音", "运行声音"]
en = ["noise", "noise level"]
[positive]
zh = ["安静"]
en = ["quiet"]
[negative]
zh = ["吵"]
en = ["noisy", "loud", "rattl*"]
[beside_aspect.positive]
zh = ["小"]
en = ["low"]
[beside_aspect.negative]
zh = ["大"]
en = ["high"]
[exclude]
zh = ["吵架", "争吵"]
en = ["loud and clear"]
"#,
    ),
    (
        "drivers/price.toml",
        r#"
id = "price"
[aspect]
zh = ["价格"]
en = ["price"]
[positive]
zh = ["便宜", "值"]
en = ["cheap"]
[negative]
zh = ["贵", "价格贵", "不便宜"]
en = ["expensive"]
"#,
    ),
    ("drivers/parking.toml", "id = 'parking'\n[aspect]\nzh = ['停车位']\nen = ['parking']"),
    (
        "drivers/clean.toml",
        r#"
id = "clean"
[positive]
zh = ["干净", "没有异味", "没脏过"]
en = ["clean", "tidy"]
[negative]
zh = ["异味", "灰尘", "脏"]
en = ["dust", "smell"]
"#,
    ),
    (
        "drivers/place.toml",
        r#"
id = "place"
[aspect]
zh = ["排", "印度", { term = "座", boundary = "any" }, "app闪退"]
en = ["check-in", "👍"]
"#,
    ),
    (
        "drivers/desk.toml",
        "id = 'desk'\n[aspect]\nen = ['service desk', 'desk']\n[positive]\nen = ['low noise desk']\n[negative]\nzh = ['服务差', '脏过']",
    ),
    (
        "polarity/zh.toml",
        r#"
positive = ["好", "很好", "好的", "不错", "满意", "没问题", "没得说"]
negative = ["差", "糟糕", "不如"]
neutral = ["一般"]
negators = ["不", "不是", "不是很", "不会", "不太", "不得", "不如", "不怕", "比它", "没有以前的", "根本不"]
absence = ["没", "没有", "从没", "没有人 ~1 现在"]
hedges = ["不算"]
joins = ["和", "或者"]
stops = ["就", "这点"]
asides = ["没想到", "无论", "接受建议"]
conditions = ["如果", "要是", "的话"]
earlier = ["以前"]
later = ["现在"]
except = ["除了"]
rest = ["其他", "都"]
questions = ["吗"]
openers = ["没有"]
degree = ["好", "很", "非常", "太", "都", "一点", "不仅", "有点"]
excess = ["过于"]
contrast = ["但是", "但", "却", "就是"]
wishes = ["希望", "建议", "就好了"]
no_comment = ["没有", "无"]
"#,
    ),
    (
        "polarity/en.toml",
        r#"
positive = ["^_^", "everything was good", "good", "very good", "great", "nice", "no problem", "can't fault", "not bad", "never fails", "goood", "charming", "charming~"]
negative = ["dreadful", "dreadful~", "bad", "poor", "poor service", "nobody friendly", "lack of", "not low"]
neutral = ["average", "okay"]
negators = ["nothing", "nobody", "not", "less", "didn't", "don't", "never", "nor", "are not", "not very", "hardly", "fails to", "isn't"]
absence = ["no", "without", "lack of", "Lack of"]
forbids = ["don't"]
states = ["was", "were"]
joins = ["or"]
stops = ["and"]
asides = ["no doubt", "thank god"]
conditions = ["if"]
earlier = ["before"]
later = ["now"]
except = ["except for"]
rest = ["everything"]
questions = []
openers = ["nothing", "no"]
degree = ["very", "so", "not only", "be"]
excess = ["too"]
contrast = ["but", "however"]
wishes = ["could be", "wish", "please"]
no_comment = ["none", "nothing", "n/a"]
"#,
    ),
];

fn tagger(segment: SegmentMode) -> &'static Tagger {
    static TAGGERS: OnceLock<[Tagger; 2]> = OnceLock::new();
    let taggers = TAGGERS.get_or_init(|| {
        let dir = tempfile::tempdir().unwrap();
        for (path, text) in FILES {
            let path = dir.path().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let lexicon = Arc::new(Lexicon::load(&[dir.path().to_str().unwrap()]).unwrap());
        [SegmentMode::Demand, SegmentMode::Full]
            .map(|segment| Tagger::new(lexicon.clone(), TaggerOptions { segment, ..TaggerOptions::default() }).unwrap())
    });
    &taggers[usize::from(segment == SegmentMode::Full)]
}

fn explain(text: &str, role: Role) -> Explanation {
    tagger(SegmentMode::Demand).explain(text, role)
}

fn tags(tagger: &Tagger, text: &str) -> CommentTags {
    let mut tags = CommentTags::default();
    tagger.tag_comment([(0, Role::Why, text)], &mut Scratch::default(), &mut tags);
    tags
}

/// What is found, mention by mention: `noise- own_term, service+ general_word`.
fn said(text: &str, role: Role) -> String {
    let sides = |polarity: crate::types::Polarity| match polarity.as_str() {
        "positive" => "+",
        "negative" => "-",
        _ => "0",
    };
    let mentions = explain(text, role).mentions;
    let words: Vec<String> =
        mentions.iter().map(|of| format!("{}{} {}", of.driver, sides(of.polarity), of.rule)).collect();
    words.join(", ")
}

/// Checks a table, and tells of all cases that fail together.
fn check(role: Role, cases: &[(&str, &str)]) {
    let wrong: Vec<String> = cases
        .iter()
        .map(|(text, want)| (text, want, said(text, role)))
        .filter(|(_, want, got)| *want != got)
        .map(|(text, want, got)| format!("{text}\n    wanted {want}\n    got    {got}"))
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
