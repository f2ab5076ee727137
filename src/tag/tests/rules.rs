//! How a mention gets its polarity, rule by rule.

use super::{check, explain, said, tagger};
use crate::tag::CommentTags;
use crate::tag::tagger::{Scratch, SegmentMode};
use crate::types::{Role, Said, Voice};

#[test]
fn own_terms_decide() {
    check(
        Role::Why,
        &[
            ("很热情", "attitude+ own_term"),
            ("有点吵", "noise- own_term"),
            ("the room was noisy", "noise- own_term"),
            // It speaks for the aspect in its clause too.
            ("运行声音吵", "noise- own_term"),
            ("价格便宜", "price+ own_term"),
        ],
    );
}

#[test]
fn negation_turns_and_turns_back() {
    check(
        Role::Why,
        &[
            ("不热情", "attitude- own_term"),
            ("不是很热情", "attitude- own_term"),
            ("不太热情", "attitude- own_term"),
            ("不是不热情", "attitude+ own_term"),
            ("not friendly", "attitude- own_term"),
            ("they are not very friendly", "attitude- own_term"),
            ("hardly friendly", "attitude- own_term"),
            ("never not friendly", "attitude+ own_term"),
            ("isn't noisy", "noise+ own_term"),
            ("服务不满意", "service- general_word"),
            ("service was not so good", "service- general_word"),
            // Within four characters, three words, and the clause.
            ("不说了反正也还是热情", "attitude+ own_term"),
            ("not that i would ever call them rude", "attitude- own_term"),
            ("不，热情", "attitude+ own_term"),
            ("no, they were helpful", "attitude+ own_term"),
            ("(no) they were helpful", "attitude+ own_term"),
        ],
    );
}

#[test]
fn negation_goes_on_over_an_or() {
    check(
        Role::Why,
        &[
            ("not friendly or helpful", "attitude- own_term, attitude- own_term"),
            ("no dust or smell", "clean+ own_term, clean+ own_term"),
            ("没有灰尘和异味", "clean+ own_term, clean+ own_term"),
            ("没有异味和灰尘", "clean+ own_term, clean+ own_term"),
            ("not friendly but helpful", "attitude- own_term, attitude+ own_term"),
            ("不脏，便宜", "clean+ own_term, price+ own_term"),
        ],
    );
}

#[test]
fn a_negator_inside_an_expression_turns_nothing() {
    check(
        Role::Why,
        &[
            ("they couldn't be more helpful", "attitude+ own_term"),
            // … but the terms of other drivers inside it.
            ("没脏过", "clean+ own_term, desk+ own_term"),
            ("脏过", "desk- own_term"),
            ("not only friendly", "attitude+ own_term"),
            ("不仅热情", "attitude+ own_term"),
            ("不得不说很热情", "attitude+ own_term"),
            ("she never fails to be friendly", "attitude+ own_term"),
            ("lack of parking", "parking- general_word"),
            ("lack of good service", "service- general_word"),
        ],
    );
}

#[test]
fn idioms_are_words_of_their_own() {
    check(
        Role::Why,
        &[
            ("服务不错", "service+ general_word"),
            ("服务没得说", "service+ general_word"),
            ("服务没问题", "service+ general_word"),
            ("service is not bad", "service+ general_word"),
            ("no problem with the service", "service+ general_word"),
            ("can't fault the service", "service+ general_word"),
        ],
    );
}

#[test]
fn aspects_take_their_cues_then_the_nearest_general_word() {
    check(
        Role::Why,
        &[
            ("噪音大", "noise- beside_aspect"),
            ("噪音不大", "noise+ beside_aspect"),
            ("噪音很小", "noise+ beside_aspect"),
            ("noise level is low", "noise+ beside_aspect"),
            ("房子大", ""),
            ("价格大", "price0 bare"),
            ("服务好", "service+ general_word"),
            ("good service", "service+ general_word"),
            ("服务好价格糟糕", "service+ general_word, price- general_word"),
            ("服务和价格都好", "service+ general_word, price+ general_word"),
            ("服务", "service0 bare"),
        ],
    );
}

#[test]
fn excess_turns_praise() {
    check(
        Role::Why,
        &[
            ("too quiet", "noise- own_term"),
            ("过于安静", "noise- own_term"),
            ("too noisy", "noise- own_term"),
            ("not too quiet", "noise- own_term"),
        ],
    );
}

#[test]
fn contrast_ends_the_reach_of_praise() {
    check(
        Role::Why,
        &[
            ("服务好但价格贵", "service+ general_word, price- own_term"),
            ("停车位，但是很好", "parking0 bare"),
            ("good parking but the service was bad", "parking+ general_word, service- general_word"),
            ("there is parking but great", "parking0 bare"),
            // Between an aspect and what is said of it, it ends nothing.
            ("服务却很差", "service- next_clause"),
            ("服务就是好", "service+ next_clause"),
            ("service 却很差", "service- next_clause"),
            ("parking but great", "parking0 bare"),
            ("the service, however, was poor", "service- next_clause"),
            ("the service, however, was poor but nice", "service- next_clause"),
        ],
    );
}

#[test]
fn the_next_clause_speaks_of_what_was_named() {
    check(
        Role::Why,
        &[
            ("说说服务，真的糟糕", "service- next_clause"),
            ("噪音，太大了", "noise- next_clause"),
            ("说说服务。真的糟糕", "service0 bare"),
            ("说说服务，价格糟糕", "service0 bare, price- general_word"),
        ],
    );
}

#[test]
fn absence_is_a_complaint() {
    check(
        Role::Why,
        &[
            ("no parking", "parking- absent"),
            ("no free parking", "parking- absent"),
            ("there is no way to use the parking", "parking0 bare"),
            ("没有停车位", "parking- absent"),
            ("一点礼貌都没有", "attitude- absent"),
            ("停车位没有", "parking- absent"),
            ("一点耐心都没有", "attitude- own_term"),
            ("一点异味都没有了", "clean+ own_term"),
            // 不 says of nothing that it is not there, and 没开 is not about having.
            ("不停车位", "parking0 bare"),
            ("没看停车位", "parking0 bare"),
            ("not parking", "parking0 bare"),
        ],
    );
}

#[test]
fn a_wish_is_a_complaint() {
    check(
        Role::Why,
        &[
            ("希望快一点", "speed- wish"),
            ("could be quick", "speed- wish"),
            ("价格便宜就好了", "price- wish"),
            ("建议停车位", "parking- wish"),
            ("希望改进，停车位", "parking- wish"),
            ("i wish the staff were friendly", "attitude- wish"),
            ("很热情。希望便宜", "attitude+ own_term, price- wish"),
        ],
    );
    let voices = |text| explain(text, Role::Why).voice;
    assert_eq!(voices("希望快一点"), ["problem", "suggestion"]);
    assert_eq!(voices("希望能好"), ["suggestion"]);
    assert_eq!(voices("很热情"), ["praise"]);
    assert_eq!(voices("服务呢？"), ["question"]);
}

#[test]
fn each_driver_has_the_voices_of_its_mentions() {
    let tagger = tagger(SegmentMode::Demand);
    for (role, text, want) in [
        (Role::Why, "很热情", "attitude: praise"),
        (Role::Why, "很慢", "speed: problem"),
        // A wish alone is no problem of the driver, and blame beside a wish is both.
        (Role::Why, "希望快一点", "speed: suggestion"),
        (Role::Why, "希望不要太慢", "speed: problem suggestion"),
        (Role::Why, "希望改进，停车位", "parking: suggestion"),
        (Role::Improve, "friendly staff", "attitude: suggestion"),
        (Role::Why, "服务好吗", "service: question"),
        (Role::Why, "怎么这么慢？", "speed: problem question"),
        // A question in another clause asks nothing of it; a driver that is only named has no voice.
        (Role::Why, "很热情。服务呢？", "attitude: praise, service: question"),
        (Role::Why, "服务", "service:"),
        (Role::Why, "很热情。希望便宜", "attitude: praise, price: suggestion"),
        (Role::Why, "很慢。希望快一点", "speed: problem suggestion"),
        (Role::Why, "态度傲慢，但店员很热情", "attitude: praise problem"),
    ] {
        let (mut scratch, mut tags) = (Scratch::default(), CommentTags::default());
        tagger.tag_comment([(0, role, text)], &mut scratch, &mut tags);
        let words = |said: &Said| {
            let voices: Vec<&str> = said.voices.iter().map(Voice::as_str).collect();
            format!("{}: {}", tagger.lexicon().driver(said.driver).id, voices.join(" ")).trim_end().to_owned()
        };
        assert_eq!(tags.said.iter().map(words).collect::<Vec<_>>().join(", "), want, "{text}");
    }
}

#[test]
fn the_question_is_a_weak_prior() {
    check(Role::Improve, &[("停车位", "parking- question"), ("服务好", "service+ general_word")]);
    check(Role::Good, &[("停车位", "parking+ question"), ("很吵", "noise- own_term")]);
    check(Role::Other, &[("停车位", "parking0 bare")]);
}

#[test]
fn whole_answers_may_say_nothing() {
    for text in ["", "  ", "无", "没有。", "None", "N/A", "nothing!!", "。。。"] {
        let explanation = explain(text, Role::Improve);
        assert_eq!(explanation.residual, Some("no_comment"), "{text}");
        assert_eq!(explanation.sentiment, None, "{text}");
    }
    for (text, residual) in
        [("好", "general_praise"), ("糟糕", "general_blame"), ("不满意", "general_blame"), ("星期二", "no_driver")]
    {
        assert_eq!(explain(text, Role::Why).residual, Some(residual), "{text}");
    }
    assert_eq!(said("没有", Role::Improve), "");
}

#[test]
fn languages_mix() {
    check(
        Role::Why,
        &[
            ("很 nice 的 service", "service+ general_word"),
            ("服务 good", "service+ general_word"),
            ("staff 很热情", "attitude+ own_term"),
            ("not 热情", "attitude- own_term"),
        ],
    );
    assert_eq!(explain("很 nice 的 service", Role::Why).languages, ["zh", "en"]);
}

#[test]
fn some_aspects_count_only_where_something_is_said_of_them() {
    let cases = [
        ("the crew met us", ""),
        ("the crew was great", "attitude+ general_word"),
        ("there was no crew", "attitude- absent"),
        ("店长在，我买了茶", ""),
        ("店长很好", "attitude+ general_word"),
        ("希望店长在", "attitude- wish"),
    ];
    check(Role::Why, &cases);
    check(Role::Improve, &[("crew", ""), ("staff", "attitude- question")]);
    check(Role::Good, &[("the crew", ""), ("the staff", "attitude+ question")]);
}

#[test]
fn some_aspects_take_no_general_praise() {
    let cases = [
        ("在排队，小菜不错", "speed0 bare"),
        ("排队很长", "speed- beside_aspect"),
        ("速度不错", "speed+ general_word"),
    ];
    check(Role::Why, &cases);
}

#[test]
fn a_parents_aspect_gives_way_to_its_child() {
    let cases = [
        ("the service was fast", "speed+ own_term"),
        ("服务态度好", "attitude+ general_word"),
        ("服务不错，态度一般", "service+ general_word, attitude0 general_word"),
    ];
    check(Role::Why, &cases);
}

#[test]
fn a_negator_that_shares_its_degree_word_with_what_it_turns_still_turns_it() {
    let cases = [
        ("staff were not very good", "attitude- general_word"),
        ("等待不是很长", "speed+ beside_aspect"),
        ("never fails to be friendly", "attitude+ own_term"),
        // What they share is the negation itself.
        ("从没脏过", "clean+ own_term, desk+ own_term"),
    ];
    check(Role::Why, &cases);
}
