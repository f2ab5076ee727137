//! Whether the name of a score column asks to recommend, or is that of a sum of answers.
//!
//! Not for the worth of names (`names`), nor for which column is the score (`scores`). Names are [`folded`](super::names::folded).

use super::names::has;

/// Names that are the question, and nothing else.
const WHOLE: &[&str] = &[
    "nps",
    "nps_score",
    "score_nps",
    "nps_rating",
    "likelihood_to_recommend",
    "ltr",
    "recommend",
    "recommend_score",
    "recommend_rating",
    "recommendation",
    "recommendation_score",
    "recommendation_rating",
    "recommendation_likelihood",
    "would_recommend",
    "net_promoter_score",
    "推荐",
    "推荐分",
    "推荐分数",
    "推荐意愿",
    "推荐度",
    "推荐程度",
    "推荐评分",
    "推荐打分",
    "推荐得分",
    "nps评分",
    "nps分数",
    "nps得分",
    "nps打分",
    "净推荐值",
];

/// Stretches of names that ask something else about recommending: how often, how many, whom, what; or whether one did.
const OTHER: &[&str] = &[
    "how_many",
    "how_often",
    "number_of",
    "count",
    "did_you",
    "have_you",
    "nps_group",
    "次数",
    "人数",
    "多少人",
    "多少次",
    "几个",
    "几次",
    "几位",
    "谁",
    "推荐过",
    "推荐什么",
    "推荐哪",
    "推荐给哪",
    "哪些",
];
/// Beginnings of such names.
const OTHER_FIRST: &[&str] = &["which_", "who_", "whom_", "what_would_you_recommend"];

/// Parts of what is no question at all, but says of which survey, shop or way an answer is.
const ABOUT: &[&str] = &["wave", "round", "group", "times", "渠道", "门店", "门市", "轮次", "批次"];

/// Words after which to recommend is a question of how likely.
const LIKELY: &[&str] = &[
    "likely",
    "likelihood",
    "willing",
    "willingness",
    "probability",
    "probable",
    "chance",
    "chances",
    "inclined",
    "would",
];

/// Whom one recommends to.
const PEOPLE: &[&str] = &[
    "friend",
    "friends",
    "colleague",
    "colleagues",
    "other",
    "others",
    "family",
    "someone",
    "anyone",
    "somebody",
    "peer",
    "peers",
    "people",
    "relatives",
];

/// Words that, one after the other, ask to recommend in Chinese.
const CHINESE: &[&[&str]] = &[
    &["推荐", "可能"],
    &["可能", "推荐"],
    &["推荐", "意愿"],
    &["意愿", "推荐"],
    &["愿意", "推荐"],
    &["愿", "推荐", "吗"],
    &["会", "推荐", "吗"],
    &["会不会", "推荐"],
    &["是否", "推荐"],
];

/// Names of sums that need no other word, and parts that make a sum of what is called a score.
const SUMS: &[&str] = &["总分", "均分", "得分"];
const SUMMED: &[&str] = &["total", "sum", "average", "avg", "mean", "总分", "均分", "平均", "合计", "总计", "得分"];
const SCORED: &[&str] =
    &["score", "scores", "rating", "ratings", "nps", "recommend", "评分", "打分", "分数", "星级", "推荐"];

/// One spelling of both scripts.
fn simplified(name: &str) -> String {
    const PAIRS: [(char, char); 8] = [
        ('薦', '荐'),
        ('願', '愿'),
        ('會', '会'),
        ('嗎', '吗'),
        ('總', '总'),
        ('評', '评'),
        ('數', '数'),
        ('計', '计'),
    ];
    name.chars().map(|c| PAIRS.iter().find(|(old, _)| *old == c).map_or(c, |(_, new)| *new)).collect()
}

/// A name without its number and the ends of its scale: `q1_nps_0_10` is `nps`. A single number behind it may be anything: `recommend_1`.
fn bare(name: &str) -> String {
    let is_number = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit());
    let mut words: Vec<&str> = name.split('_').collect();
    let numbers = words.iter().take_while(|word| is_number(word.strip_prefix('q').unwrap_or(word))).count();
    words.drain(..numbers.min(words.len() - 1));
    match words[..] {
        [_, .., low, high] if matches!(low, "0" | "1") && is_number(high.strip_suffix('分').unwrap_or(high)) => {
            words.truncate(words.len() - 2);
        }
        [_, .., high] if high.strip_suffix('分').is_some_and(is_number) => words.truncate(words.len() - 1),
        _ => {}
    }
    words.join("_")
}

/// Whether a folded name asks how likely one is to recommend: the question of the score itself, not a name with that word in it.
pub(super) fn asks(name: &str) -> bool {
    let name = simplified(name);
    if WHOLE.contains(&bare(&name).as_str()) {
        return true;
    }
    !is_another(&name) && (asks_in_english(&name) || CHINESE.iter().any(|one| follow(&name, one)))
}

/// Whether a name, in which something says recommend, asks something else about it.
fn is_another(name: &str) -> bool {
    OTHER.iter().any(|part| name.contains(part)) || OTHER_FIRST.iter().any(|first| bare(name).starts_with(first))
}

/// Whether the word for recommending, in a folded name that does not ask to, is no sign of a score.
pub(super) fn is_about(name: &str) -> bool {
    let name = simplified(name);
    is_another(&name) || ABOUT.iter().any(|part| has(&name, part))
}

fn asks_in_english(name: &str) -> bool {
    let words: Vec<&str> = name.split('_').collect();
    let Some(at) = words.iter().position(|word| matches!(*word, "recommend" | "recommending" | "recommendation"))
    else {
        return false;
    };
    let among = |words: &[&str], known: &[&str]| words.iter().any(|word| known.contains(word));
    among(&words[..at], LIKELY) || among(&words[at..], PEOPLE) && words[at..].contains(&"to")
}

/// Whether parts stand in a name in this order.
fn follow(name: &str, parts: &[&str]) -> bool {
    parts.iter().try_fold(name, |rest, part| rest.split_once(part).map(|(_, rest)| rest)).is_some()
}

/// Whether a folded name is that of a sum, total or average of answers; `（总分10分）` says how high a score may be.
pub(super) fn is_sum(name: &str) -> bool {
    let name = simplified(name);
    if asks(&name) {
        return false;
    }
    let name = match name.split_once("总分") {
        Some((before, rest)) if rest.starts_with(|c: char| c.is_ascii_digit()) => format!("{before}{rest}"),
        _ => name,
    };
    let has_any = |parts: &[&str]| parts.iter().any(|part| has(&name, part));
    has_any(SUMS) || has_any(SUMMED) && has_any(SCORED)
}

#[cfg(test)]
mod tests {
    use super::super::names::folded;
    use super::*;

    #[test]
    fn only_the_question_asks_to_recommend() {
        for name in [
            "NPS",
            "Q1 NPS (0-10)",
            "NPS评分",
            "推荐分（0-10分）",
            "推荐分(10分)",
            "1、推荐意愿",
            "LTR",
            "Likelihood to recommend",
            "recommend",
            "How likely are you to recommend us?",
            "How likely is it that you'd recommend our shop to a friend or colleague?",
            "Considering your total experience, how likely are you to recommend us to a friend?",
            "Based on your visits to date, how willing are you to recommend us?",
            "Would you recommend us?",
            "I recommend this company to others",
            "1、您向亲友推荐我们产品的可能性有多大？",
            "您有多大可能把我们推荐给朋友",
            "您向朋友推荐我们的可能性（总分10分）",
            "您愿意向朋友推荐我们吗",
            "您會向朋友推薦嗎",
            "您是否会推荐我们",
            "以下哪个分数最能代表您向朋友推荐的可能性",
            "您有多少可能向朋友推荐我们门店",
        ] {
            assert!(asks(&folded(name)) && !is_sum(&folded(name)), "{name}");
        }
        for name in [
            "推荐次数",
            "推荐人数",
            "推荐门店",
            "推荐渠道",
            "推荐菜评分",
            "推荐指数",
            "您会推荐给多少人",
            "您愿意推荐给谁",
            "friends you recommend",
            "How many friends would you recommend us to?",
            "What would you recommend?",
            "Did you recommend us to a friend?",
            "Recommended?",
            "recommend=1",
            "NPS wave",
            "NPS survey round",
            "NPS_GROUP",
        ] {
            assert!(!asks(&folded(name)), "{name}");
        }
    }

    #[test]
    fn sums_are_called_so() {
        for name in [
            "总分",
            "總分",
            "得分",
            "您的得分",
            "服务得分",
            "平均评分",
            "合计得分",
            "Total Score (sum)",
            "Average rating",
            "mean NPS",
            "NPS平均分",
        ] {
            assert!(is_sum(&folded(name)), "{name}");
        }
        for name in ["评分", "请打分（总分10分）", "NPS得分", "推荐得分", "Total", "overall score", "sum of money"]
        {
            assert!(!is_sum(&folded(name)), "{name}");
        }
    }
}
