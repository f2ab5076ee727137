//! What the names of columns say: words of score, comment, date, id and weight columns, in Chinese and English.
//!
//! Not for the choice of a column: that takes its content too (`choose`).

use unicode_normalization::UnicodeNormalization;

use super::asking;
use super::choose::SURE;
use crate::types::Role;

/// What a column can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The respondent's id.
    Id,
    /// The score.
    Score,
    /// A comment.
    Text,
    /// The date of the answer.
    Date,
    /// The sampling weight.
    Weight,
}

impl Kind {
    /// The flag that names a column of this kind.
    pub(super) const fn flag(self) -> &'static str {
        match self {
            Self::Id => "--id",
            Self::Score => "--score",
            Self::Text => "--text",
            Self::Date => "--date",
            Self::Weight => "--weight",
        }
    }

    /// What people call it.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Id => "id",
            Self::Score => "score",
            Self::Text => "comment",
            Self::Date => "date",
            Self::Weight => "weight",
        }
    }

    const fn words(self) -> Words {
        match self {
            Self::Id => ID,
            Self::Score => SCORE,
            Self::Text => TEXT,
            Self::Date => DATE,
            Self::Weight => WEIGHT,
        }
    }
}

/// Words of one kind of column, each line with what it is worth: whole names are worth 6 to 9, parts of names 3 to 5.
struct Words {
    whole: &'static [(u8, &'static [&'static str])],
    part: &'static [(u8, &'static [&'static str])],
    /// A name with one of these parts is something else.
    never: &'static [&'static str],
}

/// Parts of names that may be those of the score: what asks to recommend says more (`asking`).
const RECOMMENDING: &[&str] = &["nps", "recommend", "推荐", "推薦"];

/// Parts of names that ask for the reason of a score; what is given a reason for may stand beside them.
const REASONS: &[&str] = &["reason", "why", "原因", "理由", "为什么", "為什麼", "为何", "為何"];
/// What a reason may be given for.
const REASONED: &[&str] = &["score", "rating", "分数"];

/// Parts of names that ask for a proposal, and what such a name is worth: it is read where nobody was asked for the reason.
const PROPOSED: &[&str] = &["建议", "建議", "suggestion", "suggestions"];
const PROPOSED_WORTH: u8 = 4;

/// What a question that asks to recommend is worth, where it is no whole name.
const RECOMMENDING_WORTH: u8 = 5;

const SCORE: Words = Words {
    whole: &[
        (
            9,
            &[
                "nps",
                "nps_score",
                "score_nps",
                "likelihood_to_recommend",
                "ltr",
                "recommend_score",
                "recommendation_score",
            ],
        ),
        (
            9,
            &[
                "推荐分",
                "推荐分数",
                "推荐意愿",
                "推荐度",
                "推荐评分",
                "推荐得分",
                "nps评分",
                "nps分数",
                "nps得分",
                "nps打分",
            ],
        ),
        (8, &["score", "overall_score", "overall_rating", "评分", "打分", "分数", "評分", "分數"]),
        (7, &["rating", "recommend", "推荐", "推薦", "总体评分", "满意度评分"]),
        (6, &["stars", "star_rating", "星级", "满意度"]),
    ],
    part: &[(5, RECOMMENDING), (4, &["score", "评分", "打分", "分数"]), (3, &["rating"])],
    never: &[
        "reason",
        "why",
        "comment",
        "原因",
        "理由",
        "为什么",
        "為什麼",
        "为何",
        "為何",
        "id",
        "date",
        "count",
        "index",
    ],
};

const TEXT: Words = Words {
    whole: &[
        (9, &["verbatim", "verbatims", "nps_comment", "nps_reason", "推荐原因", "评分原因", "打分原因"]),
        (8, &["comment", "comments", "text", "feedback", "review", "review_text", "reason", "why", "comment_text"]),
        (8, &["评论", "评论内容", "意见", "原因", "反馈", "评价内容", "文本", "客户原声", "評論", "意見", "理由"]),
        (7, &["remark", "remarks", "review_body", "评价", "留言", "内容", "备注", "評價"]),
        (6, &["message", "body", "answer", "opinion"]),
    ],
    part: &[
        (
            5,
            &[
                "comment",
                "comments",
                "verbatim",
                "feedback",
                "reason",
                "why",
                "评论",
                "意见",
                "原因",
                "反馈",
                "理由",
                "原声",
                "为什么",
                "為什麼",
                "为何",
                "為何",
            ],
        ),
        (PROPOSED_WORTH, PROPOSED),
        (4, &["text", "review", "留言", "评价"]),
    ],
    never: &[
        "id", "date", "time", "lang", "language", "type", "code", "category", "score", "rating", "count", "length",
        "index", "编号", "时间", "日期", "类型", "分数",
    ],
};

const DATE: Words = Words {
    whole: &[
        (9, &["date", "response_date", "survey_date", "日期", "答题日期", "评价日期", "回访日期"]),
        (
            8,
            &[
                "datetime",
                "submitted_at",
                "submit_time",
                "response_time",
                "completed_at",
                "提交时间",
                "评价时间",
                "答题时间",
                "评论时间",
            ],
        ),
        (7, &["created_at", "timestamp", "时间", "時間", "创建时间"]),
        (6, &["time", "day"]),
    ],
    part: &[(5, &["date", "日期"]), (4, &["timestamp", "时间"]), (3, &["time"])],
    never: &["birth", "birthday", "duration", "出生", "生日", "购买", "安装", "时长"],
};

const ID: Words = Words {
    whole: &[
        (
            9,
            &[
                "respondent_id",
                "response_id",
                "respondentid",
                "responseid",
                "问卷编号",
                "样本编号",
                "答卷编号",
                "受访者编号",
            ],
        ),
        (8, &["id", "respondent", "编号", "編號", "受访者"]),
        (7, &["uuid", "guid", "record_id", "review_id", "comment_id", "记录编号", "评论编号"]),
        (6, &["case_id", "ticket_id", "order_id", "survey_id", "订单号", "订单编号", "工单号", "工单编号", "單號"]),
    ],
    part: &[(5, &["respondent"]), (4, &["编号", "订单号", "工单号"]), (3, &["id"])],
    never: &[
        "customer", "client", "user", "member", "product", "store", "shop", "branch", "agent", "employee", "index",
        "客户", "用户", "会员", "产品", "门店", "员工", "客戶",
    ],
};

const WEIGHT: Words = Words {
    whole: &[
        (9, &["weight", "sample_weight", "survey_weight", "权重", "權重", "样本权重"]),
        (8, &["wt", "weighting", "weights", "加权"]),
    ],
    part: &[(4, &["weight", "权重"])],
    never: &["kg", "gross", "net", "product", "parcel"],
};

/// A name in one spelling: `RespondentID`, `Respondent ID` and `respondent-id` are `respondent_id`.
pub(super) fn folded(name: &str) -> String {
    let mut folded = String::new();
    let mut lower = false;
    for c in name.nfkc() {
        if c.is_alphanumeric() {
            if c.is_uppercase() && lower {
                folded.push('_');
            }
            lower = c.is_lowercase();
            folded.extend(c.to_lowercase());
        } else {
            lower = false;
            if !folded.is_empty() && !folded.ends_with('_') {
                folded.push('_');
            }
        }
    }
    folded.truncate(folded.trim_end_matches('_').len());
    folded
}

/// What a name is worth as a column of this kind: 0 (nothing) to 9.
pub(super) fn worth(kind: Kind, name: &str) -> u8 {
    let name = folded(name);
    let words = kind.words();
    if let Some((worth, _)) = words.whole.iter().find(|(_, whole)| whole.contains(&name.as_str())) {
        return *worth;
    }
    let has = |part: &str| has(&name, part);
    let is_reason = REASONS.iter().any(|part| has(part));
    // What asks to recommend may say `to date`, or how a total experience was.
    if kind == Kind::Score && asking::asks(&name) && !is_reason && !has("comment") {
        return RECOMMENDING_WORTH;
    }
    let is_refused = words.never.iter().any(|part| has(part) && !(is_reason && REASONED.contains(part)));
    if is_refused || kind == Kind::Score && (is_reason || asking::is_sum(&name)) {
        return 0;
    }
    // Comments and suggestions in one are suggestions.
    let proposes = kind == Kind::Text && !is_reason && PROPOSED.iter().any(|part| has(part));
    let is_about = kind == Kind::Score && asking::is_about(&name);
    let counts = |part: &str| has(part) && !(is_about && RECOMMENDING.contains(&part));
    let part = words.part.iter().find(|(_, parts)| parts.iter().any(|part| counts(part)));
    part.map_or(0, |(worth, _)| if proposes { PROPOSED_WORTH } else { *worth })
}

/// Whether a folded name has a part. Chinese names have no spaces: there a part is any stretch, in English a word.
pub(super) fn has(name: &str, part: &str) -> bool {
    if part.is_ascii() { name.split('_').any(|word| word == part) } else { name.contains(part) }
}

/// Whether a name asks how likely one is to recommend: the question of the score itself.
pub(super) fn asks_to_recommend(name: &str) -> bool {
    worth(Kind::Score, name) > 0 && asking::asks(&folded(name))
}

/// Whether a name is that of a sum, total or average of answers to several questions, and nothing else.
/// Whether a name leaves no doubt that the column is the date.
pub(crate) fn is_surely_a_date(name: &str) -> bool {
    worth(Kind::Date, name) >= SURE
}

/// Whether a name is that of a sum, total or average of answers.
pub(super) fn is_sum(name: &str) -> bool {
    let name = folded(name);
    asking::is_sum(&name) && !REASONS.iter().chain(SCORE.never).any(|part| has(&name, part))
}

/// The question that a column's name hints at.
pub(super) fn role(name: &str) -> Role {
    let name = folded(name);
    let has = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
    if has(&["improve", "建议", "建議", "改进", "suggest"]) {
        Role::Improve
    } else if name.split('_').any(|word| matches!(word, "good" | "like" | "liked" | "best")) || name.contains("优点")
    {
        Role::Good
    } else {
        Role::Why
    }
}

/// The known name that is nearest to one that is not known, if it is near: for "did you mean".
pub(super) fn nearest<'a>(name: &str, known: &'a [String]) -> Option<&'a str> {
    crate::nearest::nearest(name, known.iter().map(String::as_str), folded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_worth_what_they_say() {
        for (kind, better, worse) in [
            (Kind::Score, "NPS Score", "score"),
            (Kind::Score, "score", "gold_seat_legroom_rating"),
            (Kind::Score, "推荐分", "服务评分"),
            (Kind::Text, "comment", "lang"),
            (Kind::Text, "推荐原因", "其他建议"),
            (Kind::Text, "2、您给出这个分数的原因是？", "6、您还有什么建议？"),
            (Kind::Text, "What is the main reason for your score?", "建议"),
            (Kind::Score, "1、您向亲友推荐我们产品的可能性有多大？", "总分"),
            (Kind::Score, "How likely are you to recommend us, given your total experience to date?", "Total score"),
            (Kind::Score, "总体评分", "推荐菜评分"),
            (Kind::Score, "请打分（总分10分）", "您的得分"),
            (Kind::Text, "2、您打该分数的主要原因是什么？", "4、您还有什么意见或建议？"),
            (Kind::Text, "reason", "Any comments or suggestions?"),
            (Kind::Date, "date", "date_flown"),
            (Kind::Id, "RespondentID", "order_id"),
            (Kind::Id, "订单号", "客户编号"),
            (Kind::Weight, "权重", "gross weight"),
        ] {
            assert!(worth(kind, better) > worth(kind, worse), "{better} > {worse}");
        }
        for (kind, name) in [
            (Kind::Score, "score_reason"),
            (Kind::Score, "总分"),
            (Kind::Score, "total score"),
            (Kind::Score, "您为什么推荐我们？"),
            (Kind::Score, "推荐次数"),
            (Kind::Score, "NPS wave"),
            (Kind::Score, "How likely are you to recommend us? - comment"),
            (Kind::Text, "comment_id"),
            (Kind::Text, "reason code"),
            (Kind::Id, "customer_id"),
            (Kind::Id, "index"),
            (Kind::Id, "序号"),
            (Kind::Date, "datum"),
            (Kind::Text, "language"),
        ] {
            assert_eq!(worth(kind, name), 0, "{name}");
        }
    }

    #[test]
    fn a_near_name_is_found() {
        let known = ["score".to_owned(), "Comment Text".to_owned(), "日期".to_owned()];
        for (name, near) in [
            ("scor", Some("score")),
            ("comment_text", Some("Comment Text")),
            ("comment", Some("Comment Text")),
            ("xyz", None),
        ] {
            assert_eq!(nearest(name, &known), near, "{name}");
        }
    }
}
