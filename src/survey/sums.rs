//! Words by which the first cell of a row says that the row sums up others: Total, Average, NPS, 合计, 平均.
//!
//! Not for where such a row stands, which decides with them whether it is an answer (`sheet_rows`).

use unicode_normalization::UnicodeNormalization;

/// Words that sum up, whatever a table holds.
const SURE: &[&str] = &[
    "total",
    "totals",
    "grand total",
    "subtotal",
    "average",
    "avg",
    "mean",
    "median",
    "standard deviation",
    "std dev",
    "stdev",
    "合计",
    "总计",
    "小计",
    "共计",
    "累计",
    "平均",
    "平均值",
    "平均分",
    "总平均",
    "均值",
    "均分",
    "中位数",
    "标准差",
    "最高分",
    "最低分",
    "最大值",
    "最小值",
    "汇总",
    "合計",
    "總計",
    "小計",
    "彙總",
];

/// Words that sum up, or are a value like others.
const UNSURE: &[&str] = &[
    "sum",
    "count",
    "n",
    "nps",
    "net promoter score",
    "overall",
    "max",
    "maximum",
    "min",
    "minimum",
    "highest",
    "lowest",
    "总体",
    "總體",
    "总数",
    "人数",
    "人數",
    "样本量",
    "样本数",
    "有效",
    "共",
    "最高",
    "最低",
];

/// Counts of those who are on either side, or the side of who answers.
const BANDS: &[&str] = &["promoters", "passives", "detractors", "推荐者", "被动者", "中立者", "贬损者"];

/// What is counted or measured, behind one of those.
const MEASURES: &[&str] = &[
    "score",
    "scores",
    "rating",
    "ratings",
    "nps",
    "response",
    "responses",
    "respondents",
    "answers",
    "rows",
    "records",
    "valid",
    "of",
    "n",
    "points",
    "count",
    "average",
    "推荐",
    "推薦",
    "意愿",
    "满意度",
    "评分",
    "得分",
    "分数",
    "分",
    "值",
    "数",
    "份",
    "条",
    "條",
    "人",
    "个",
    "個",
    "行",
    "名",
    "家",
    "有效",
    "样本",
    "问卷",
    "答卷",
    "记录",
];

/// What a first cell sums up by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Sum {
    /// The word; one for all bands, whose values come together.
    pub(super) word: &'static str,
    /// Whether it hardly can be a value.
    pub(super) is_sure: bool,
    /// All of the cell but its digits.
    pub(super) shape: String,
}

/// By which word a first cell sums up: behind it is nothing but digits, marks and measures. What is joined to a word like a number of a series is an id:
/// `NPS-001`, `N60`.
pub(super) fn sums_up(first: &str) -> Option<Sum> {
    let first = first.nfkc().collect::<String>().trim().to_lowercase();
    let is_joined = |rest: &str| {
        let mut rest = rest.chars();
        rest.next().is_some_and(|c| {
            c.is_ascii_alphanumeric() || "-_#/.".contains(c) && rest.next().is_some_and(char::is_alphanumeric)
        })
    };
    let among = |words: &[&'static str]| {
        words.iter().copied().find(|word| {
            let rest = first.strip_prefix(word).filter(|rest| !word.is_ascii() || !is_joined(rest));
            rest.is_some_and(only_measures)
        })
    };
    let sure = among(SURE).map(|word| (word, true));
    let (word, is_sure) = sure.or_else(|| {
        let band = || among(BANDS).map(|_| BANDS[0]);
        Some((among(UNSURE).or_else(band)?, false))
    })?;
    Some(Sum { word, is_sure, shape: first.chars().filter(|c| !c.is_numeric()).collect() })
}

fn only_measures(rest: &str) -> bool {
    let rest = rest.trim_start_matches(|c: char| !c.is_alphabetic());
    let word = rest.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
    let behind = |measure: &&str| {
        if measure.starts_with(|c: char| c.is_ascii()) && word != *measure { None } else { rest.strip_prefix(*measure) }
    };
    rest.is_empty() || MEASURES.iter().filter_map(behind).any(only_measures)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_sums_up_is_told_from_ids_and_comments() {
        for first in [
            "Total",
            "TOTAL:",
            "合计",
            "总计：120",
            "总计(60份)",
            "共60条",
            "平均推荐分",
            "平均分：7.5分",
            "均分",
            "汇总",
            "总体",
            "人数",
            "样本量 60",
            "NPS",
            "NPS: 32 %",
            "Average score",
            "Total responses: 60",
            "n=60",
            "N = 60",
            "Count 60",
            "合计（60 人）",
            "Grand total",
            "推荐者",
            "平均值：",
            "NPS值",
            "NPS得分",
            "Mean score",
            "Net Promoter Score",
            "Overall",
            "Overall average",
            "Total: 60 valid",
            "平均推荐意愿",
            "有效样本",
            "最高分",
        ] {
            assert!(sums_up(first).is_some(), "{first}");
        }
        for first in [
            "N60",
            "NPS-001",
            "n-1",
            "total_7",
            "Totally fine",
            "共同努力",
            "总体不错",
            "总体来说还行",
            "平均每天都坏",
            "Sum Yat",
            "n/a",
            "N/A",
            "no",
            "统计员",
            "R1000",
            "counter 3",
            "average, could be better",
            "人数太多，排队久",
            "NPS反馈",
            "Maximilian",
            "Promoter",
            "最高兴的一次",
            "",
            "60",
        ] {
            assert_eq!(sums_up(first), None, "{first}");
        }
    }
}
