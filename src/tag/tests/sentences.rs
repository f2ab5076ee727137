//! What the rest of a clause or sentence does to what is said in it: orders, hedges, conditions, wishes, blame next door.

use super::{check, explain};
use crate::types::Role;

#[test]
fn a_hedge_takes_the_side_away() {
    let cases = [
        ("价格不算贵", "price0 own_term"),
        ("不算很便宜", "price0 own_term"),
        ("服务不算好", "service0 general_word"),
        ("噪音不算大", "noise0 beside_aspect"),
        ("价格不算贵，服务好", "price0 own_term, service+ general_word"),
    ];
    check(Role::Why, &cases);
}

#[test]
fn who_is_told_not_to_does_it() {
    let cases = [
        ("don't be rude", "attitude- own_term"),
        ("nice. don't be so rude", "attitude- own_term"),
        ("don't be friendly", "attitude- own_term"),
        // Not where somebody tells what they do.
        ("they don't be rude", "attitude+ own_term"),
    ];
    check(Role::Why, &cases);
}

#[test]
fn an_english_condition_is_about_what_follows_it() {
    let cases = [
        ("they were friendly if you know them", "attitude+ own_term"),
        ("good service if you come late", "service+ general_word"),
        ("if they were friendly i would come", "attitude0 condition"),
        ("快的话我就来", "speed0 condition"),
    ];
    check(Role::Why, &cases);
}

#[test]
fn praise_before_an_english_wish_stands() {
    let cases = [
        ("they were friendly they could be quick", "attitude+ own_term, speed- wish"),
        ("good service i wish for parking", "service+ general_word, parking- wish"),
        ("please be friendly", "attitude- wish"),
        ("热情一点就好了", "attitude- wish"),
    ];
    check(Role::Why, &cases);
}

#[test]
fn blame_goes_on_over_a_list_alone() {
    let cases = [
        ("a bad day, and parking", "parking- clause_before"),
        ("a bad day, we sat beside the parking with tea", "parking0 bare"),
        ("a great day, we sat beside the parking with tea", "parking+ clause_before"),
        // Han makes an aspect Chinese, whatever it begins with.
        ("不错，这个app闪退", "place0 bare"),
    ];
    check(Role::Why, &cases);
}

#[test]
fn a_thing_does_not_do_what_follows_far_away() {
    let cases = [
        ("the parking didn't open", "parking- undone"),
        ("at the parking he told us that it didn't open", "parking0 bare"),
        ("the staff told us that it didn't open", "attitude- undone"),
    ];
    check(Role::Why, &cases);
}

#[test]
fn people_take_the_blame_of_their_sentence() {
    let cases = [
        ("the staff took our bags, the room was noisy", "attitude- sentence, noise- own_term"),
        ("the room was noisy and the staff sat there", "noise- own_term, attitude- sentence"),
        ("the staff took our bags, the room was noisy but clean", "attitude0 bare, noise- own_term, clean+ own_term"),
        ("the staff took our bags. the room was noisy", "attitude0 bare, noise- own_term"),
        ("we found the parking, the room was noisy", "parking0 bare, noise- own_term"),
        ("the crew took our bags, the room was noisy", "noise- own_term"),
        // What was not done there, too.
        ("we didn't see the staff", "attitude- undone"),
        ("we didn't see the parking", "parking0 bare"),
        ("the staff sat there, we didn't dare", "attitude- undone"),
        ("the staff sat there, we didn't dare but all was clean", "attitude0 bare, clean+ own_term"),
    ];
    check(Role::Why, &cases);
}

#[test]
fn what_people_do_to_a_thing_does_not_blame_the_thing() {
    let cases = [
        ("the staff made a poor show of our parking", "attitude- general_word, parking0 bare"),
        ("the staff had poor parking", "attitude- general_word, parking- general_word"),
        ("the parking was poor and the staff sat there", "parking- general_word, attitude- general_word"),
    ];
    check(Role::Why, &cases);
}

#[test]
fn praise_without_a_verb_is_what_an_improve_answer_asks_for() {
    let cases = [
        ("friendly staff", "attitude- wish"),
        ("be quick", "speed- wish"),
        ("staff were friendly", "attitude+ own_term"),
        ("the service was good, friendly staff", "service+ general_word, attitude- wish"),
        ("nothing, friendly staff", "attitude+ own_term"),
        ("rude staff", "attitude- own_term"),
        ("态度热情", "attitude+ own_term"),
    ];
    check(Role::Improve, &cases);
    check(Role::Why, &[("friendly staff", "attitude+ own_term")]);
}

#[test]
fn a_cue_says_what_the_general_word_says_that_holds_it() {
    check(Role::Why, &[("the noise is not low", "noise- beside_aspect"), ("the noise is low", "noise+ beside_aspect")]);
}

#[test]
fn what_is_now_goes_before_what_was() {
    let cases = [
        ("以前服务好，现在差", "service- now"),
        // Without a comma too.
        ("以前服务好现在差", "service- now"),
        ("以前很热情，现在傲慢", "attitude0 earlier, attitude- own_term"),
        ("以前很热情，现在差", "attitude- now"),
        ("以前服务糟糕，现在服务好", "service0 earlier, service+ general_word"),
        // The present speaks of something else.
        ("以前服务好，现在停车位差", "service+ general_word, parking- general_word"),
        // Only one of the two times is told.
        ("以前服务好，差", "service+ general_word"),
        ("服务好，现在差", "service+ general_word"),
        ("service was good before, now bad", "service- now"),
        // The present may be a sentence of its own.
        ("以前服务好。现在差", "service- now"),
    ];
    check(Role::Why, &cases);
    let sentiment = |text| explain(text, Role::Why).sentiment;
    assert_eq!(sentiment("以前服务好，现在差"), Some("negative"));
    assert_eq!(sentiment("以前很热情，现在差"), Some("negative"));
    assert_eq!(sentiment("除了价格，其他都好"), Some("mixed"));
    // The evidence is that of the present.
    let now = &explain("以前不便宜，现在差", Role::Why).mentions[0];
    assert_eq!((now.rule, now.negated, now.negator.is_none()), ("now", false, true));
}

/// A negator of several parts used to be cut at its clause's end and to fail there.
#[test]
fn an_absence_may_reach_over_its_clauses_end() {
    check(Role::Why, &[("以前服务好没有人现在", "service- general_word")]);
}

#[test]
fn an_exception_is_what_the_rest_is_not() {
    let cases = [
        ("除了价格，其他都好", "price- except"),
        ("除了服务，其他都差", "service+ except"),
        ("except for the price everything was good", "price- except"),
        ("except for the price, everything was good", "price- except"),
        // Its own words go before.
        ("除了服务好，其他都差", "service+ general_word"),
        ("除了价格贵，其他都好", "price- own_term"),
        // Without a word for the rest nothing is excepted.
        ("除了服务，噪音一般", "service0 bare, noise0 general_word"),
    ];
    check(Role::Why, &cases);
}
