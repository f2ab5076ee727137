//! Where a term stands: boundaries, exclusion, longest match, overlap, terms of several parts.

use super::{check, explain, tagger, tags};
use crate::tag::tagger::SegmentMode;
use crate::types::Role;

#[test]
fn terms_stand_on_word_boundaries() {
    check(
        Role::Why,
        &[
            ("上菜慢", "speed- own_term"),
            ("很傲慢", "attitude- own_term"),
            ("太贵了", "price- own_term"),
            ("贵宾厅", ""),
            ("颜值高", ""),
            ("值这个钱", "price+ own_term"),
            ("一块牛排", ""),
            ("印度尼西亚", ""),
            ("去印度", "place0 bare"),
            ("quietly spoken", ""),
            ("so quiet!", "noise+ own_term"),
            ("it rattles", "noise- own_term"),
            ("rattling", "noise- own_term"),
            ("prattle", ""),
            ("听讲座", "place0 bare"),
            ("the check-in", "place0 bare"),
            ("app闪退了", "place0 bare"),
            ("myapp闪退了", ""),
            ("👍👍", "place0 bare, place0 bare"),
        ],
    );
}

#[test]
fn exclusions_hide_what_they_cover() {
    check(
        Role::Why,
        &[
            ("他们在店里吵架", ""),
            ("吵架很吵", "noise- own_term"),
            ("fast food", ""),
            ("loud and clear", ""),
            ("快走完了", ""),
            ("附近有快餐", ""),
        ],
    );
}

#[test]
fn the_longest_match_of_a_driver_wins() {
    check(Role::Why, &[("noise level", "noise0 bare"), ("价格贵", "price- own_term"), ("没有异味", "clean+ own_term")]);
    assert_eq!(explain("the noise level", Role::Why).mentions[0].at.text, "noise level");
}

#[test]
fn different_drivers_overlap_but_a_child_hides_its_parent() {
    check(
        Role::Why,
        &[
            // `desk` is no child of `service`, `attitude` is; its own term takes the 差.
            ("服务差", "service0 bare, desk- own_term"),
            ("service desk", "attitude0 bare, desk0 bare"),
            ("服务态度", "attitude0 bare"),
            ("服务，态度", "service0 bare, attitude0 bare"),
        ],
    );
}

#[test]
fn terms_of_several_parts() {
    check(
        Role::Why,
        &[
            ("店员一直不理我", "attitude- own_term"),
            ("店员在那边和别的客人聊天不理我", ""),
            ("店员。不理我", ""),
            ("they hang the phone up", "attitude- own_term"),
            ("up they hang", "attitude- own_term"),
            ("they hang, then up", ""),
            ("等了两个小时", "speed- own_term"),
            // The comma is no part of it: the 不 is in the clause before.
            ("不说了，人呢", "speed- own_term"),
            ("不说人呢", ""),
        ],
    );
}

#[test]
fn placeholders_stand_for_times() {
    check(
        Role::Why,
        &[
            ("等足两个半小时", "speed- own_term"),
            ("等足 40分钟", "speed- own_term"),
            ("等足了", ""),
            ("held me for 20 minutes", "speed- own_term"),
            ("held a bag. 20 minutes", ""),
            ("an hour late", "speed- own_term"),
        ],
    );
}

#[test]
fn slips_and_drawn_out_letters_are_forgiven() {
    check(
        Role::Why,
        &[
            ("slugish", "speed- own_term"),
            ("sluggihs", "speed- own_term"),
            ("slggish", "speed- own_term"),
            ("luggish", ""),
            ("sloooow", "speed- own_term"),
            // Two of a letter are a spelling, not a drawl.
            ("sloow", ""),
            ("sloooowly", ""),
            ("so friendlyyy", "attitude+ own_term"),
        ],
    );
}

#[test]
fn a_word_that_stands_twice_praises_once() {
    for (text, praises, blames) in [
        ("charming", 1, 0),
        ("a charming service", 1, 0),
        ("charming, charming", 2, 0),
        ("not charming", 0, 1),
        ("dreadful", 0, 1),
        // Folding makes `goood` and `good` the same.
        ("good", 1, 0),
        ("goooood", 1, 0),
        // Nor does a negator that stands twice turn twice.
        ("lack of or charming", 0, 2),
        // One word of two lists says both.
        ("不如以前热情", 0, 2),
    ] {
        let tags = tags(tagger(SegmentMode::Demand), text);
        assert_eq!((tags.praises, tags.blames), (praises, blames), "{text}");
    }
}

#[test]
fn an_emoticon_says_something() {
    assert_eq!(explain("^_^", Role::Why).residual, Some("general_praise"));
    assert_eq!(explain("。。。", Role::Why).residual, Some("no_comment"));
}
