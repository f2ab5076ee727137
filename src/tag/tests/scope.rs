//! How far a word reaches, and what a clause does with it: stops, asides, comparison, questions, conditions, openers.

use super::{check, explain};
use crate::types::Role;

#[test]
fn neutral_words_leave_an_aspect_without_a_side() {
    check(
        Role::Why,
        &[
            ("服务一般", "service0 general_word"),
            ("the service was average", "service0 general_word"),
            ("服务一般，价格糟糕", "service0 general_word, price- general_word"),
            // It is said, so the question's prior has nothing to add.
            ("价格不一般", "price0 general_word"),
        ],
    );
    check(Role::Improve, &[("服务一般", "service0 general_word")]);
    assert_eq!(explain("okay", Role::Why).residual, Some("no_driver"));
}

#[test]
fn a_negation_stops() {
    check(
        Role::Why,
        &[
            // Past a 的 with something before it, though 特别的 and the like are only degree.
            ("没有预约的热情", "attitude+ own_term"),
            ("不是很热情的店员", "attitude- own_term"),
            ("没有以前的热情", "attitude- own_term"),
            ("不来就慢", "speed- own_term"),
            ("不懂这点慢", "speed- own_term"),
            ("they did not ask and were friendly", "attitude+ own_term"),
            // It may share its degree word with what it turns.
            ("服务不是很好", "service- general_word"),
            ("服务很好", "service+ general_word"),
            ("根本不便宜", "price- own_term"),
            // At a quality that says nothing here.
            ("人不大热情", "attitude+ own_term"),
            ("人不是很大热情", "attitude+ own_term"),
            ("not high friendly", "attitude+ own_term"),
        ],
    );
}

#[test]
fn asides_turn_nothing() {
    check(
        Role::Why,
        &[
            ("没想到很热情", "attitude+ own_term"),
            ("无论多慢", "speed- own_term"),
            ("no doubt friendly", "attitude+ own_term"),
            ("thank god she was rude", "attitude- own_term"),
        ],
    );
}

#[test]
fn comparisons_turn() {
    check(
        Role::Why,
        &[
            ("不如以前热情", "attitude- own_term"),
            ("别的空调比它吵", "noise+ own_term"),
            ("比以前吵", "noise- own_term"),
            ("less friendly than last time", "attitude- own_term"),
            ("不怕吵", "noise+ own_term"),
            ("slower than last time", ""),
        ],
    );
}

#[test]
fn a_question_praises_nothing() {
    check(
        Role::Why,
        &[
            ("服务好吗", "service0 asked"),
            ("服务热情吗？", "attitude0 asked"),
            ("is the staff friendly?", "attitude0 asked"),
            ("怎么这么慢？", "speed- own_term"),
            ("为什么不热情？", "attitude- own_term"),
            // 吗 asks only at the end.
            ("服务好吗的店", "service+ general_word"),
        ],
    );
    assert_eq!(explain("好吗", Role::Why).residual, Some("no_driver"));
    assert_eq!(explain("服务好吗", Role::Why).voice, ["question"]);
}

#[test]
fn a_condition_praises_nothing() {
    check(
        Role::Why,
        &[
            ("如果快我就来", "speed0 condition"),
            ("if they were friendly, i would come", "attitude0 condition"),
            ("如果吵就换", "noise- own_term"),
            // What would be well is wished.
            ("要是快一点，就好了", "speed- wish"),
            ("要是快一点就好了", "speed- wish"),
        ],
    );
}

#[test]
fn a_wish_has_its_own_words() {
    check(Role::Why, &[("很热情，接受建议", "attitude+ own_term"), ("建议快一点", "speed- wish")]);
}

#[test]
fn who_has_nothing_to_improve_complains_of_nothing() {
    check(
        Role::Improve,
        &[
            ("Nothing, the parking was there", "parking0 bare"),
            ("nothing they were helpful", "attitude+ own_term"),
            ("no helpful desk", "attitude+ own_term, desk0 bare"),
            ("nothing the staff were friendly", "attitude+ own_term"),
            ("没有，停车位都在", "parking0 bare"),
            ("parking", "parking- question"),
            // Not at the start.
            ("parking, nothing else", "parking- question"),
        ],
    );
}

#[test]
fn what_is_said_of_a_child_needs_no_mention_of_its_parent() {
    check(
        Role::Why,
        &[
            ("服务慢", "speed- own_term"),
            ("the service was slow", "speed- own_term"),
            ("价格慢", "price0 bare, speed- own_term"),
        ],
    );
}

#[test]
fn english_lists_go_on_and_undone_things_blame() {
    check(
        Role::Why,
        &[
            ("great food, drinks, and service", "service+ clause_before"),
            ("great food, but service", "service0 bare"),
            ("好，服务", "service0 bare"),
            ("the staff didn't look up", "attitude- undone"),
            ("the staff with no hat", "attitude0 bare"),
            ("not the staff i know", "attitude0 bare"),
            ("服务不看", "service0 bare"),
        ],
    );
}

#[test]
fn a_cue_inside_another_drivers_term_is_none() {
    check(Role::Why, &[("a low noise desk", "desk+ own_term, noise0 bare"), ("low noise", "noise+ beside_aspect")]);
}

#[test]
fn a_cue_of_a_driver_that_is_not_named_hides_no_word() {
    // 很长 is a cue of speed alone.
    let cases =
        [("服务很长久不热情", "attitude- own_term"), ("噪音不短", "noise0 bare"), ("等待不短", "speed- beside_aspect")];
    check(Role::Why, &cases);
}

#[test]
fn praise_that_strengthens_what_follows_is_none() {
    let cases = [
        ("噪音好大", "noise- beside_aspect"),
        ("服务好差", "service- general_word"),
        ("服務好差", "service- general_word"),
        ("价格好贵", "price- own_term"),
        ("服务好，价格贵", "service+ general_word, price- own_term"),
        ("服务好", "service+ general_word"),
        ("噪音好小", "noise+ beside_aspect"),
    ];
    check(Role::Why, &cases);
}

#[test]
fn blame_that_holds_the_aspect_is_about_it() {
    let cases = [
        ("poor service", "service- general_word"),
        ("good parking, but poor service", "parking+ general_word, service- general_word"),
    ];
    check(Role::Why, &cases);
}

#[test]
fn a_negator_inside_general_blame_turns_the_term_that_shares_its_end() {
    check(Role::Why, &[("nobody friendly", "attitude- own_term"), ("nobody was rude", "attitude+ own_term")]);
}
