//! Tests of the choice of columns in surveys as the tools export them.
//!
//! Not for single names (`names`), nor for reading rows (`tests`).

use super::tests::Case;
use super::*;
use crate::typed;
use crate::types::Role;

const REASON: &str = "2、您给出这个分数的原因是？";
const ASKED: &str = "1、您向亲友推荐我们产品的可能性有多大？";
const PROPOSED: &str = "6、您还有什么建议？ (improve)";

/// An export of Wenjuanxing of 60 answers with this total and this score.
fn wenjuanxing(total: impl Fn(usize) -> String, score: impl Fn(usize) -> String) -> Case {
    let head = format!("序号,提交答卷时间,总分,{ASKED},{REASON},3、您购买的产品是,{PROPOSED}");
    let row = |n: usize| {
        let (day, total, score) = (n % 28 + 1, total(n), score(n));
        format!(
            "{n},2026/6/{day} 8:03:57,{total},{score},用了{n}天就坏了,空调,第{n}条：希望加快配件供应的速度，也希望多一些人手"
        )
    };
    let rows: Vec<String> = (1..=60).map(row).collect();
    Case::new(&[("a.csv", format!("{head}\n{}\n", rows.join("\n")).as_bytes())])
}

/// So many lines.
fn rows(count: usize, row: impl Fn(usize) -> String) -> String {
    (0..count).map(row).collect::<Vec<_>>().concat()
}

#[track_caller]
fn asked(case: &Case, code: &str, help: &[&str]) {
    let error = case.map(&Wanted::default()).unwrap_err();
    assert_eq!(error.code(), code, "{error}");
    let way_out = error.way_out().unwrap();
    for help in help {
        assert!(way_out.contains(help), "{way_out}");
    }
}

#[test]
fn a_sum_of_answers_was_taken_for_the_score() {
    let score = |n: usize| (n % 11).to_string();
    // Of two items on 0–10 and on 1–5, and the same as the score.
    for total in
        [&(|n: usize| (n % 10 + 1).to_string()) as &dyn Fn(usize) -> String, &|n| (n % 16 + 4).to_string(), &score]
    {
        let (mapping, _) = wenjuanxing(total, score).map(&Wanted::default()).unwrap();
        assert_eq!(mapping.score.as_deref(), Some(ASKED));
    }
}

/// Those who skipped the question were scored by the total.
#[test]
fn a_skipped_question_is_asked_about_and_no_total_stands_in_for_it() {
    let total = |n: usize| (n % 11).to_string();
    let skipped = |mark: &'static str| move |n: usize| if n % 5 < 2 { mark.to_owned() } else { (n % 11).to_string() };
    asked(&wenjuanxing(total, skipped("(跳过)")), "ambiguous_scale", &["(跳过)=missing", "9-10=promoter"]);
    asked(&wenjuanxing(total, skipped("-3")), "unknown_scale", &["-3=missing"]);
    // No answer to the question at all.
    asked(&wenjuanxing(total, |_| "(跳过)".to_owned()), "ambiguous_column", &["`--score 总分`", "`--score none`"]);
}

#[test]
fn a_total_alone_is_asked_about() {
    for name in ["总分", "得分", "Total score"] {
        let rows = rows(40, |n| format!("{},第{n}次用，还不错\n", n % 11));
        let case = Case::new(&[("a.csv", format!("{name},comment\n{rows}").as_bytes())]);
        asked(&case, "ambiguous_column", &["--score none"]);
        let wanted = Wanted { score: Some(name.to_owned()), ..Wanted::default() };
        assert_eq!(case.map(&wanted).unwrap().0.score.as_deref(), Some(name));
    }
}

#[test]
fn two_columns_that_could_be_the_score_are_asked_about_and_a_rating_is_not_one_of_them() {
    let survey = |head: &str| {
        let rows = rows(40, |n| format!("{},{},第{n}次用，还不错\n", n % 11, n % 10));
        Case::new(&[("a.csv", format!("{head},comment\n{rows}").as_bytes())])
    };
    let question = "How likely are you to recommend us?";
    asked(
        &survey(&format!("score,{question}")),
        "ambiguous_column",
        &["--score score", &format!("--score \"{question}\"")],
    );
    for (head, score) in [
        (format!("rating,{question}"), question),
        ("nps,score".to_owned(), "nps"),
        ("推荐分,评分".to_owned(), "推荐分"),
    ] {
        assert_eq!(survey(&head).map(&Wanted::default()).unwrap().0.score.as_deref(), Some(score), "{head}");
    }
}

/// The suggestion was read and the reason left out, and the flag that was named read one alone.
#[test]
fn the_reason_is_read_before_the_suggestion_and_all_flags_are_said() {
    let case = wenjuanxing(|n| n.to_string(), |n| (n % 11).to_string());
    let (mapping, notices) = case.map(&Wanted::default()).unwrap();
    assert_eq!((mapping.texts[0].name.as_str(), mapping.texts[0].role), (REASON, Role::Why));
    let flags = format!("`--text \"{REASON}\" --text \"{PROPOSED}=improve\"`");
    assert!(notices.iter().any(|notice| notice.contains(&flags)), "{notices:?}");
    let texts = vec![(REASON.to_owned(), Role::Why), (PROPOSED.to_owned(), Role::Improve)];
    let (both, notices) = case.map(&Wanted { texts, ..Wanted::default() }).unwrap();
    assert!(both.texts.len() == 2 && notices.iter().all(|notice| !notice.contains("not read")), "{notices:?}");
}

/// No score was found, and no NPS computed.
#[test]
fn scores_with_labels_are_asked_about_with_the_whole_scale() {
    let question = "How likely is it that you would recommend us to a friend?";
    let survey = |score: &dyn Fn(usize) -> String| {
        let rows = rows(44, |n| format!("\"{}\",第{n}次用，还不错\n", score(n % 11)));
        Case::new(&[("a.csv", format!("{question},comment\n{rows}").as_bytes())])
    };
    let ends = |n: usize| match n {
        0 => "Not at all likely - 0".to_owned(),
        10 => "Extremely likely - 10".to_owned(),
        n => n.to_string(),
    };
    for (score, written) in [
        (&ends as &dyn Fn(usize) -> String, "Extremely likely - 10=promoter,Not at all likely - 0=detractor"),
        (&|n| format!("{n}分"), "10分=promoter,1分=detractor,"),
        (&|n| format!("{n},0"), "'10,0'=promoter,'2,0'=detractor,"),
    ] {
        let case = survey(score);
        asked(&case, "ambiguous_scale", &[written]);
        // What is offered can be typed, and says of everyone what the number would.
        let help = case.map(&Wanted::default()).unwrap_err().way_out().unwrap().to_owned();
        let scale = help.split("--scale ").nth(1).unwrap().trim_matches(['`', '.', '"']).to_owned();
        let (batch, rejects) = case.run(&Wanted { scale: Some(scale.clone()), ..Wanted::default() });
        let bands = batch.column_by_name("band").unwrap();
        let bands = arrow::compute::cast(bands, &arrow::datatypes::DataType::Utf8).unwrap();
        let promoters = arrow::array::AsArray::as_string::<i32>(&bands).iter().filter(|band| *band == Some("promoter"));
        assert_eq!((batch.num_rows(), rejects.len(), promoters.count()), (44, 0, 8), "{scale}");
    }
}

#[test]
fn names_with_blanks_are_quoted_where_they_are_to_be_typed() {
    let rows = rows(40, |n| format!("2026-06-{:02},2026-06-{:02},{},第{n}次用\n", n % 28 + 1, n % 28 + 1, n % 11));
    let case = Case::new(&[("a.csv", format!("Start Date,End Date,score,comment\n{rows}").as_bytes())]);
    asked(&case, "ambiguous_column", &["`--date \"Start Date\"` or `--date \"End Date\"`"]);
}

/// All answers were one period, without a word.
#[test]
fn days_as_a_spreadsheet_counts_them_are_asked_about() {
    let rows = rows(40, |n| format!("{},{},第{n}次用\n", 46_182 + n % 20, n % 11));
    let case = Case::new(&[("a.csv", format!("date,score,comment\n{rows}").as_bytes())]);
    asked(&case, "ambiguous_column", &["`--date none`"]);
    let wanted = Wanted { date: Some("none".to_owned()), ..Wanted::default() };
    assert_eq!(case.map(&wanted).unwrap().0.date, None);
}

#[test]
fn chinese_halves_of_the_day_are_read() {
    let half = |n: usize| if n.is_multiple_of(2) { "上午" } else { "下午 " };
    let rows = rows(40, |n| format!("2026/6/{} {}3:57:38,{},第{n}次用\n", n % 28 + 1, half(n), n % 11));
    let case = Case::new(&[("a.csv", format!("date,score,comment\n{rows}").as_bytes())]);
    let (batch, rejects) = case.run(&Wanted::default());
    assert_eq!((batch.num_rows(), rejects.len()), (40, 0));
    assert_eq!(case.map(&Wanted::default()).unwrap().0.date_format.unwrap().as_str(), "%Y/%m/%d");
}

/// Sixty answers under these columns, each row from its number.
fn survey(head: &str, row: impl Fn(usize) -> String) -> Case {
    let rows = rows(60, |n| format!("{}\n", row(n)));
    Case::new(&[("a.csv", format!("{head}\n{rows}").as_bytes())])
}

/// What merely holds the word was the score, and no question was asked.
#[test]
fn a_name_with_recommend_in_it_displaces_no_score() {
    for (other, score) in [
        ("推荐次数", "总体评分"),
        ("推荐人数", "满意度评分"),
        ("friends you recommend", "rating"),
        ("推荐菜评分", "总体评分"),
        ("NPS wave", "Stars"),
        ("NPS survey round", "Overall satisfaction rating"),
        ("推荐次数", "评分"),
    ] {
        let case = survey(&format!("{other},{score},comment"), |n| format!("{},{},第{n}次用，还不错", n % 6, n % 11));
        assert_eq!(case.map(&Wanted::default()).unwrap().0.score.as_deref(), Some(score), "{other}");
    }
    for (other, word) in [("推荐门店", "号店"), ("推荐渠道", "号渠道")] {
        let case = survey(&format!("{other},总体评分,原因"), |n| {
            format!("{}{word},{},第{n}次用，还不错", n % 6, n % 11)
        });
        assert_eq!(case.map(&Wanted::default()).unwrap().0.score.as_deref(), Some("总体评分"), "{other}");
    }
}

/// No score was found, and no question asked.
#[test]
fn a_question_that_says_total_is_the_score() {
    for score in [
        "\"Considering your total experience, how likely are you to recommend us to a friend?\"",
        "您向朋友推荐我们的可能性（总分10分）",
        "请打分（总分10分）",
    ] {
        let case = survey(&format!("{score},comment"), |n| format!("{},第{n}次用，还不错", n % 11));
        assert_eq!(case.map(&Wanted::default()).unwrap().0.score.as_deref(), Some(score.trim_matches('"')));
    }
    for score in ["平均评分", "Total Score (sum)", "Average rating", "合计得分", "您的得分"] {
        let case = survey(&format!("{score},comment"), |n| format!("{},第{n}次用，还不错", n % 11));
        asked(&case, "ambiguous_column", &["--score none", score]);
    }
}

/// No score was found, and no question asked.
#[test]
fn what_is_called_a_score_and_holds_no_plain_numbers_is_asked_about() {
    for (score, answer) in [
        ("服务打分", &(|n: usize| format!("{n}分")) as &dyn Fn(usize) -> String),
        ("Satisfaction score", &|n| format!("\"{n},0\"")),
        ("How likely are you to recommend us?", &|n| format!("({}) {n}", n % 2)),
        ("How likely are you to recommend us?", &|n| format!("-{n}分")),
    ] {
        let case = survey(&format!("{score},comment"), |n| format!("{},第{n}次用，还不错", answer(n % 11)));
        asked(&case, "ambiguous_column", &[&typed::flag("--score", score), "--score none"]);
        let wanted = Wanted { score: Some(score.to_owned()), ..Wanted::default() };
        assert_eq!(case.map(&wanted).unwrap_err().code(), "ambiguous_scale");
    }
}

/// All answers were one period, and no question asked.
#[test]
fn counted_days_are_asked_about_under_every_name_of_a_date() {
    for date in ["提交答卷时间", "EndDate", "创建时间", "Timestamp"] {
        for fraction in ["", ".33", ".333333333336"] {
            let case = survey(&format!("{date},nps,comment"), |n| {
                format!("{}{fraction},{},第{n}次用", 46_182 + n % 20, n % 11)
            });
            asked(&case, "ambiguous_column", &["save it again", "`--date none`"]);
            let wanted = Wanted { date: Some(date.to_owned()), ..Wanted::default() };
            assert_eq!(case.map(&wanted).unwrap_err().code(), "ambiguous_column", "{date}");
            let wanted = Wanted { date: Some("none".to_owned()), ..Wanted::default() };
            assert_eq!(case.map(&wanted).unwrap().0.date, None);
        }
        // Another date is the date.
        let row = |n| format!("{},2026-06-{:02},{},第{n}次用", 46_182 + n % 20, n % 28 + 1, n % 11);
        let case = survey(&format!("{date},day,nps,comment"), row);
        assert_eq!(case.map(&Wanted::default()).unwrap().0.date.as_deref(), Some("day"));
    }
}

/// A reason that was ticked was read, and what people wrote was not.
#[test]
fn a_ticked_reason_displaces_no_comment() {
    for (coded, codes, written) in [
        ("不推荐原因", &["价格", "质量", "服务"][..], "建议"),
        ("主要原因", &["A", "B", "A;C"], "建议"),
        ("reason", &["2", "1;3", "1", "4;5;6"], "feedback suggestions"),
    ] {
        let row = |n: usize| format!("{},{},第{n}次用，师傅准时上门，服务很好", n % 11, codes[n % codes.len()]);
        let case = survey(&format!("nps,{coded},{written}"), row);
        assert_eq!(case.map(&Wanted::default()).unwrap().0.texts[0].name, written, "{coded}");
        // Alone it is what there is.
        let case = survey(&format!("nps,{coded}"), |n| format!("{},{}", n % 11, ["价格", "质量", "服务"][n % 3]));
        assert_eq!(case.map(&Wanted::default()).unwrap().0.texts[0].name, coded);
    }
    let head = "nps,2、您打该分数的主要原因是什么？,4、您还有什么意见或建议？";
    let case =
        survey(head, |n| format!("{},第{n}次用就坏了，很失望,第{n}条：希望加快配件供应的速度，也多一些人手", n % 11));
    assert_eq!(case.map(&Wanted::default()).unwrap().0.texts[0].name, "2、您打该分数的主要原因是什么？");
}

/// What was to be typed named a column that there is not.
#[test]
fn a_name_that_ends_as_a_role_is_typed_with_one() {
    let head = "nps,What is your reason? a=good,Your reason? b";
    let case = survey(head, |n| format!("{},第{n}次用就坏了，很失望,第{n}次用就坏了，很失望", n % 11));
    asked(&case, "ambiguous_column", &["`--text \"What is your reason? a=good=why\"` or"]);
    let texts = vec![("What is your reason? a".to_owned(), Role::Good)];
    let error = case.map(&Wanted { texts, ..Wanted::default() }).unwrap_err();
    assert!(error.way_out().unwrap().contains("a=good=why"), "{error:?}");
}

/// Who gave a labelled end had a band and no score.
#[test]
fn labelled_ends_keep_their_scores() {
    let answer = |n: usize| match n % 11 {
        0 => "0 - Not at all likely".to_owned(),
        10 => "10 - Extremely likely".to_owned(),
        n => n.to_string(),
    };
    let case = survey("How likely are you to recommend us?,comment", |n| format!("{},第{n}次用", answer(n)));
    let scale =
        "0-6=detractor,7-8=passive,9-10=promoter,0 - Not at all likely=detractor,10 - Extremely likely=promoter";
    asked(&case, "ambiguous_scale", &[scale]);
    let (batch, rejects) = case.run(&Wanted { scale: Some(scale.to_owned()), ..Wanted::default() });
    let scores = batch.column_by_name("score").unwrap();
    let scores = arrow::array::AsArray::as_primitive::<arrow::datatypes::Float64Type>(scores);
    assert_eq!((rejects.len(), arrow::array::Array::null_count(scores)), (0, 0));
    assert_eq!((scores.value(0), scores.value(10)), (0.0, 10.0));
}
