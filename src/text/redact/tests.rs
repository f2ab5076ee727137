//! What is found, what is not, and properties of redaction.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;

#[test]
fn every_pattern_compiles() {
    for pattern in patterns::Pattern::all() {
        assert!(pattern.compiled().is_some(), "{}", pattern.written.regex);
        assert_eq!(pattern.word().is_some(), pattern.written.word.is_some(), "{}", pattern.written.regex);
    }
}

#[test]
#[expect(clippy::too_many_lines, reason = "one table of cases")]
fn what_identifies_a_person_is_blotted_out() {
    let redactor = Redactor::new();
    let mut wrong = Vec::new();
    for (text, expected) in [
        ("我的电话13812345678请回电", "我的电话***********请回电"),
        ("138 1234 5678", "*************"),
        ("138-1234-5678。", "*************。"),
        ("+86 13812345678", "***************"),
        ("+8613812345678", "**************"),
        ("8613812345678", "*************"),
        ("１３８１２３４５６７８", "＊＊＊＊＊＊＊＊＊＊＊"),
        ("电话010-12345678转3", "电话************转3"),
        ("0755-1234567", "************"),
        ("（020）12345678", "＊***＊********"),
        ("+852 9123 4567", "**************"),
        ("电话：9123 4567", "电话：*********"),
        ("WhatsApp 91234567 thanks", "WhatsApp ******** thanks"),
        ("call me on 9123 4567", "call me on *********"),
        ("+44 20 7946 0958", "****************"),
        ("+1 (415) 555-2671", "*****************"),
        ("07700 900123", "************"),
        ("415-555-2671", "************"),
        ("write to Ann.Lee@example.co.uk.", "write to *********************."),
        ("邮箱a1@qq.com谢谢", "邮箱*********谢谢"),
        ("ａ＠ｂ．ｃｏｍ", "＊＊＊＊＊＊＊"),
        ("身份证110101199003071234", "身份证******************"),
        ("11010519491231002X,", "******************,"),
        ("ID110105194912310028 or 11010519491231002x", "ID****************** or ******************"),
        ("44052418800101001４", "*****************＊"),
        ("卡号6222 0212 3456 7894.", "卡号*******************."),
        ("车牌京A12345停这", "车牌＊******停这"),
        ("粤B·D12345", "＊*·******"),
        ("加我微信号abc_12345谢谢", "加我微信号*********谢谢"),
        ("wechat: annlee 3pm", "wechat: ****** 3pm"),
        ("QQ：12345678", "QQ：********"),
        ("两个13812345678、13912345678", "两个***********、***********"),
        ("138\u{A0}1234\u{A0}5678", "***·****·****"),
        ("138\u{2009}1234\u{202F}5678", "***＊****＊****"),
        ("138\u{3000}1234\u{3000}5678", "***＊****＊****"),
        ("138–1234–5678", "***＊****＊****"),
        ("138—1234―5678", "***＊****＊****"),
        ("138\u{2011}1234\u{2010}5678", "***＊****＊****"),
        ("138\u{2212}1234－5678", "***＊****＊****"),
        ("138\u{200B}1234\u{200C}5678", "***＊****＊****"),
        ("1\u{200D}3\u{2060}8\u{FEFF}12345678", "*＊*＊*＊********"),
        ("138\u{AD}1234\u{AD}5678", "***·****·****"),
        ("１３８\u{A0}１２３４—５６７８", "＊＊＊·＊＊＊＊＊＊＊＊＊"),
        ("打138–\u{200B}1234\u{A0}5678。", "打***＊＊****·****。"),
        ("(020)\u{A0}12345678", "*****·********"),
        ("010—12345678", "***＊********"),
        ("+44\u{A0}20\u{A0}7946\u{A0}0958", "***·**·****·****"),
        ("+1\u{A0}(415)\u{202F}555‑2671", "**·*****＊***＊****"),
        ("卡号6222\u{A0}0212\u{2009}3456\u{200B}7894", "卡号****·****＊****＊****"),
        ("440524\u{A0}18800101\u{A0}0014", "******·********·****"),
        ("京A–12345", "＊*＊*****"),
        ("微信号：\u{A0}abc_12345", "微信号：\u{A0}*********"),
        ("a\u{200B}1@qq\u{200B}.com", "*＊****＊****"),
        // What has no width stays where it is only around a number, also between two.
        ("\u{202A}13812345678\u{202C}", "\u{202A}***********\u{202C}"),
        ("13812345678\u{200B}13912345678", "***********\u{200B}***********"),
        // A dash of the sentence is no part of an address.
        ("write me—ann@b.cn", "write me—********"),
        // The first number goes on into the second, unless that one is blotted out.
        ("+1 415 555 2671 13812345678", "*************** ***********"),
        // Separators of all sorts, and digits one by one.
        ("138 - 1234 - 5678", "*****************"),
        ("1 3 8 1 2 3 4 5 6 7 8", "*********************"),
        ("0 7 5 5 2 3 4 5 6 7 8 9", "***********************"),
        ("1️⃣3️⃣812345678", "*＊＊*＊＊*********"),
        // A bracket of the sentence stays.
        ("(+44 7700 900123)", "(***************)"),
        ("+44 (0)7700 900123", "******************"),
        ("(86)13812345678", "***************"),
        // What comes after a number stays.
        ("+65 9123 4567 2026年", "************* 2026年"),
        ("6222 0212 3456 7894 2026年", "******************* 2026年"),
        ("wrote to ann@mail.com.Thanks", "wrote to ************.Thanks"),
        ("wrote to ann@mail.com. Me too", "wrote to ************. Me too"),
        ("wrote to ann@mail.com-Ann", "wrote to ************-Ann"),
        ("ann @ mail . com", "****************"),
        ("邮箱ann@mail。com谢谢", "邮箱********＊***谢谢"),
        ("ann.lee at gmail dot com", "************************"),
        ("ann (at) mail (dot) co (dot) uk", "*******************************"),
        // Entities of HTML are what they stand for.
        ("&#49;&#51;812345678", "*******************"),
        ("ann&#64;mail.com", "****************"),
        ("138&nbsp;1234&nbsp;5678", "***********************"),
        // A wrong check digit is forgiven where the text says what it is.
        ("身份证号：110101199003071235", "身份证号：******************"),
        ("身份证都报了三遍，全号110101199003071235", "身份证都报了三遍，全号******************"),
        ("连110101199003071235这串证件号都念了", "连******************这串证件号都念了"),
        ("信用卡 4111 1111 1111 1112", "信用卡 *******************"),
        ("amex 3782 822463 10005", "amex *****************"),
        ("粤Z·1234港", "＊*·****＊"),
        ("京A1234警", "＊*****＊"),
        ("微 信 号：abc_12345", "微 信 号：*********"),
        ("my wechat is linmengmengzhang", "my wechat is ****************"),
        ("加微信，号在这里：abc123456", "加微信，号在这里：*********"),
        ("加我vxabc_12345谢谢", "加我vx*********谢谢"),
        ("via Wechat \"abc_12345\"", "via Wechat \"*********\""),
        ("Wechat 加 abc_12345", "Wechat 加 *********"),
        ("微信abc_12345、def_12345", "微信*********、*********"),
        ("abc_12345（我微信）", "*********（我微信）"),
        ("12345678是我的QQ", "********是我的QQ"),
        ("留个QQ吧：12345678", "留个QQ吧：********"),
        ("+49 1522 8817354", "****************"),
        ("derek_byrne at proton dot me", "****************************"),
        // Numbers of lists, words in capitals, later items, times and years that nothing parts from the number.
        ("3.13812345678 谢谢", "3.*********** 谢谢"),
        ("登录APP13812345678", "登录APP***********"),
        ("电话23456789、34567890或45678901", "电话********、********或********"),
        ("010-23456789、34567890", "************、********"),
        ("微信abc_12345、def_12345、ghi_12345", "微信*********、*********、*********"),
        ("1381234567820:30后打", "***********20:30后打"),
        ("138123456782025年开的", "***********2025年开的"),
        ("13812345678元旦前", "***********元旦前"),
        ("电话138/1234/5678", "电话*************"),
        ("138·1234·5678", "***·****·****"),
        ("用手机打138 1234 567 8", "用手机打**************"),
        ("0049 151 23456789", "*****************"),
        ("+49(0)151 23456789", "******************"),
        ("+86(0)10 2345 6789", "******************"),
        ("传真23456789-801", "传真************"),
        ("电话【23456789】", "电话【********】"),
        ("m.o'neil@mail.com", "*****************"),
        ("a.josé@mail.es", "*****·********"),
        ("见ann@例子.中国", "见****＊＊*＊＊"),
        ("邮箱 张三@例子.公司", "邮箱 ＊＊*＊＊*＊＊"),
        ("ann AT mail DOT com", "*******************"),
        ("ann.lee at gmail.com", "********************"),
        ("zhangsan # qq.com", "*****************"),
        ("zhangsan艾特qq点com", "********＊＊**＊***"),
        ("京·A12345", "＊·******"),
        ("京A·BCD12", "＊*·*****"),
        ("京A 123 45", "＊********"),
        ("粤Z·12AB港", "＊*·****＊"),
        ("京A.123454S店", "＊*******4S店"),
        ("扣扣1 2 3 4 5 6", "扣扣***********"),
        ("ＱＱ：１２３４５６", "ＱＱ：＊＊＊＊＊＊"),
    ] {
        let (got, counts) = redactor.redact(text).unwrap_or_default();
        if got != expected || counts.total() == 0 {
            wrong.push(format!("{text}: {got}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn other_numbers_stay() {
    let redactor = Redactor::new();
    let mut wrong = Vec::new();
    for text in [
        "",
        "服务很好",
        "噪音78分贝",
        "waited 2 hours",
        "KF-26GW",
        "花了12999元",
        "订单金额123456789",
        "订单号20230815123456789012",
        "9123 4567",
        "2023-08-15 12:30:45",
        "2020-1234567",
        "13812345678901",
        "1.3812345678",
        "amount 13812345678.50",
        "110101199013071234",
        "AB12345678",
        "6222021234567891",
        "订单号码23456789",
        "wechat payment took 3 minutes",
        "微信good 100分",
        "贵A类房间3间",
        "@小王 服务好",
        "24小时 365天 100分",
        "10:30-11:30, 1-2, 3-4, 5-6",
        "2023–08–15 12:30–13:45",
        "9123\u{A0}4567",
        "花了1\u{202F}380\u{202F}000元",
        "1380000—1390000元",
        "打400-123-4567没人接",
        "4001234567",
        "400–123–4567",
        "555 2671 13 812 345 678",
        "1-800-555-0199",
        "110101199003071235",
        "4111111111111112",
        "SN13812345678",
        "HT-2026-39759486",
        "Serial 00417-22081",
        "ref 0041-5188-7266",
        "112-6651387-8230832",
        "139.90, 158.50, 1",
        "Great place @hotel.Will come again",
        "follow us @hotel.com",
        "we met at the dot com bar",
        "停车京A 13800元",
        "微信：没人回",
        "WeChat: nobody replies",
        "My WeChat is connected",
        "wechat mini-program",
        "QQ 12000元",
        "Q弹12345粒",
        "电话 20261122打的",
        "R&D &#49;&#50;",
        "1381234567\u{200B}a",
        "13800000000元",
        "13812345678万",
        "合同编号 021-23456789",
        "021-20260521",
        "型号 138 1234 5678",
        "序列号M13812345678X",
        "INV13812345678",
        "0.13812345678",
        "版本2.13812345678",
        "138/1588/2688三档",
        "IMG_138_1234_5678.jpg",
        "香港 2019-2023",
        "look at gmail.com",
        "ANN AT MAIL DOT COM",
        "meet at 163.com",
        "京·A座1234",
        "京A12345系列",
        "微信 iphone16",
        "微信/zhifubao",
        "微信：page 404",
        "Q12345678",
        "付了12345（加微信优惠）",
        "买了12345（Q弹）",
    ] {
        if let Some((got, _)) = redactor.redact(text) {
            wrong.push(format!("{text}: {got}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn kinds_are_counted_apart() {
    let (_, counts) =
        Redactor::new().redact("13812345678 a@b.cn 440524188001010014 010-12345678 京A12345 qq12345").unwrap();
    let counts: Vec<(&str, u32)> = counts.by_kind().map(|(kind, count)| (&**kind, count)).collect();
    assert_eq!(counts, [("account", 1), ("email", 1), ("id_card", 1), ("phone", 2), ("plate", 1)]);
}

/// What people, address books and web pages put between the groups of a number.
const SEPARATORS: &str = "[- .\u{A0}\u{AD}\u{2000}-\u{200F}\u{2010}-\u{2015}\u{202A}-\u{202F}\u{205F}\u{2060}\u{2212}\u{3000}\u{FE58}\u{FE63}\u{FEFF}\u{FF0D}]?";

/// What numbers, addresses and names are made of, and what stands around them.
const PIECES: &str = "\\PC|13812345678|[0-9０-９]{1,12}|[0-9]|0755|86|852|00|a@b\\.cn|@|\\.com|[a-z]{1,7}| at | dot |&#4[89];|[-+ .()（）:：、]|[电话]|微信|vx|QQ|是我|京A|身份证|我的卡|62220212|1990|0307|[\u{A0}\u{AD}\u{2009}-\u{2015}\u{202F}\u{2060}\u{2212}\u{FEFF}]";

static REDACTOR: LazyLock<Redactor> = LazyLock::new(Redactor::new);

proptest! {
    #[test]
    fn lengths_stay(text in proptest::collection::vec(PIECES, 0..24).prop_map(|pieces| pieces.concat())) {
        if let Some((redacted, _)) = REDACTOR.redact(&text) {
            prop_assert_eq!(redacted.len(), text.len());
            let lengths = |text: &str| text.chars().map(char::len_utf8).collect::<Vec<_>>();
            prop_assert_eq!(lengths(&redacted), lengths(&text));
            prop_assert!(redacted.chars().zip(text.chars()).all(|(new, old)| new == old || new == blot(old)));
            prop_assert_eq!(REDACTOR.redact(&redacted), None);
        }
    }

    #[test]
    fn no_separator_hides_a_number(
        // No 万, after which it would be an amount.
        before in "[七丈三]{0,2}",
        one in SEPARATORS,
        other in SEPARATORS,
        unseen in "[\u{200B}-\u{200D}\u{2060}\u{FEFF}]{0,2}",
        wide in any::<bool>(),
    ) {
        let number = format!("138{one}12{unseen}34{other}5678");
        let number = if wide { number.replace('1', "１").replace('8', "８") } else { number };
        let (redacted, counts) = REDACTOR.redact(&format!("{before}{number}{before}")).expect("a number");
        let blotted: String = number.chars().map(blot).collect();
        prop_assert_eq!(redacted, format!("{before}{blotted}{before}"));
        prop_assert_eq!((counts.total(), counts.of("phone")), (1, 1));
    }
}

#[test]
fn only_kinds_that_are_on_are_found() {
    let text = "13812345678 a@b.cn 京A12345";
    for (kind, expected) in [
        (Kind::Phone, "*********** a@b.cn 京A12345"),
        (Kind::Email, "13812345678 ****** 京A12345"),
        (Kind::Plate, "13812345678 a@b.cn ＊******"),
    ] {
        let redactor = Redactor::with(&Redaction { kinds: [kind].into(), own: Vec::new() });
        assert_eq!(redactor.redact(text).expect("one is found").0, expected, "{kind:?}");
    }
    assert_eq!(Redactor::with(&Redaction::off()).redact(text), None);
}

#[test]
fn a_survey_may_have_patterns_of_its_own() {
    let own = |name, regex| OwnPattern::new(name, regex).expect("a pattern");
    let own = vec![own("order", "[A-Z]{2}[0-9]{8}"), own("room", "(?P<blot>[0-9]{4})室"), own("all", "机")];
    let redactor = Redactor::with(&Redaction { kinds: [Kind::Phone].into(), own });
    let (got, counts) = redactor.redact("订单ＡＢ12345678，1603室，手机13812345678").expect("found");
    assert_eq!(got, "订单＊＊********，****室，手＊***********");
    let counts: Vec<(&str, u32)> = counts.by_kind().map(|(kind, count)| (&**kind, count)).collect();
    assert_eq!(counts, [("all", 1), ("order", 1), ("phone", 1), ("room", 1)]);
    // Neither what finds its own blots, nor what holds another find, goes round in circles.
    let own = |regex| OwnPattern::new("own", regex).expect("a pattern");
    let redactor =
        Redactor::with(&Redaction { own: vec![own(r"\*+"), own("a.*z"), own("..")], ..Redaction::default() });
    let text = "a 13812345678 z 😀";
    let (got, _) = redactor.redact(text).expect("found");
    assert_eq!(got.len(), text.len());
    assert_eq!(redactor.redact(&got), None);
}

#[test]
fn what_is_no_pattern_is_refused() {
    for (name, regex, expected) in [
        (
            "Order",
            "a",
            BadPattern::Name("`Order` is no name for a pattern: use a to z, digits and _, a letter first".into()),
        ),
        ("", "a", BadPattern::Name("`` is no name for a pattern: use a to z, digits and _, a letter first".into())),
        ("phone", "a", BadPattern::Name("`phone` is the name of a kind that is built in".into())),
        ("order", "a*", BadPattern::Regex("`a*` matches where nothing stands".into())),
        ("order", "(a", BadPattern::Regex("`(a` is no pattern: unclosed group".into())),
    ] {
        assert_eq!(OwnPattern::new(name, regex).expect_err("no pattern"), expected);
    }
    assert!(matches!(OwnPattern::new("order", r"\w{1000}{1000}"), Err(BadPattern::Regex(_))));
}

#[test]
fn versions_tell_settings_apart() {
    let own = |name, regex| vec![OwnPattern::new(name, regex).expect("a pattern")];
    let settings = [
        Redaction::default(),
        Redaction { kinds: [Kind::Phone].into(), own: Vec::new() },
        Redaction { own: own("a", "bc"), ..Redaction::default() },
        Redaction { own: own("ab", "c"), ..Redaction::default() },
    ];
    let versions: std::collections::BTreeSet<u32> =
        settings.iter().map(|redaction| Redactor::with(redaction).version()).collect();
    assert_eq!(versions.len(), settings.len());
    assert!(versions.contains(&Redactor::VERSION) && !versions.contains(&0));
}
