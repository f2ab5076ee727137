//! Words that tell names from other words: ends of addresses, providers of mail, Chinese syllables, what people say after `WeChat`.
//!
//! Not for finding anything: the checks of the kinds ask here.

/// Ends of addresses that stand for themselves even with blanks around the dot before them.
pub(super) const COMMON_TOPS: [&str; 14] =
    ["com", "cn", "net", "org", "edu", "gov", "uk", "hk", "tw", "io", "co", "jp", "sg", "au"];

/// Other ends of addresses.
const TOPS: [&str; 36] = [
    "me", "cc", "mo", "us", "kr", "de", "fr", "ca", "eu", "in", "info", "biz", "top", "xyz", "vip", "shop", "club",
    "tech", "app", "dev", "online", "site", "email", "es", "it", "nl", "ru", "nz", "ie", "ch", "my", "mail", "name",
    "pro", "museum", "asia",
];
/// Letters of the longest one.
pub(super) const LONGEST_TOP: usize = 6;

/// All ends of addresses that are known.
pub(super) fn tops() -> impl Iterator<Item = &'static str> {
    COMMON_TOPS.into_iter().chain(TOPS)
}

/// Whether addresses end so.
pub(super) fn is_top(label: &str) -> bool {
    tops().any(|top| top.eq_ignore_ascii_case(label))
}

/// Hosts at which people have their addresses.
const PROVIDERS: [&str; 20] = [
    "qq",
    "163",
    "126",
    "139",
    "189",
    "gmail",
    "outlook",
    "hotmail",
    "yahoo",
    "icloud",
    "foxmail",
    "sina",
    "sohu",
    "aliyun",
    "yeah",
    "proton",
    "protonmail",
    "live",
    "msn",
    "gmx",
];

/// Whether a host, or a text in which one is spelled, is a provider's.
pub(super) fn has_provider(text: &str) -> bool {
    has_word(text, &PROVIDERS)
}

fn has_word(text: &str, words: &[&str]) -> bool {
    let lower = text.to_ascii_lowercase();
    lower.split(|c: char| !c.is_ascii_alphanumeric()).any(|word| words.contains(&word))
}

/// Providers that have nothing but mail: who is at one of them has an address there.
const MAIL_ONLY: [&str; 8] = ["gmail", "outlook", "hotmail", "icloud", "foxmail", "proton", "protonmail", "gmx"];

/// Whether a host is that of a provider that has nothing but mail.
pub(super) fn has_mail_only(host: &str) -> bool {
    has_word(host, &MAIL_ONLY)
}

/// What stands before `at gmail.com` in sentences and is no name.
const BEFORE_AT: [&str; 28] = [
    "account",
    "accounts",
    "address",
    "available",
    "call",
    "check",
    "checked",
    "contact",
    "email",
    "emails",
    "found",
    "here",
    "inbox",
    "it",
    "look",
    "looked",
    "login",
    "mail",
    "mails",
    "me",
    "not",
    "only",
    "reach",
    "registered",
    "sign",
    "support",
    "them",
    "us",
];

/// Whether this is a word of a sentence before `at gmail.com`.
pub(super) fn is_before_at(name: &str) -> bool {
    BEFORE_AT.iter().any(|word| word.eq_ignore_ascii_case(name))
}

/// What stands in capitals right before a phone number, where other capitals make a code of it.
pub(super) const BEFORE_NUMBERS: [&str; 20] = [
    "TEL", "PHONE", "MOB", "MOBILE", "CELL", "CALL", "WX", "VX", "V", "QQ", "Q", "WECHAT", "WHATSAPP", "M", "T", "P",
    "HP", "ID", "HK", "PH",
];

/// Three capitals or more that make a code even of what looks like a mobile number; others are a word before it (`APP`, `VIP`).
pub(super) const CODE_LETTERS: [&str; 16] = [
    "INV", "ORD", "REF", "SKU", "IMEI", "MEID", "IMSI", "ICCID", "VIN", "CAS", "DOC", "PNR", "EAN", "UPC", "ISBN",
    "LOT",
];

/// Words of sentences about `WeChat`, which are no names.
const WORDS: [&str; 56] = [
    "account",
    "address",
    "always",
    "answer",
    "anything",
    "because",
    "before",
    "between",
    "blocked",
    "booking",
    "broken",
    "button",
    "change",
    "channel",
    "client",
    "connected",
    "contact",
    "coupon",
    "customer",
    "friend",
    "friends",
    "function",
    "groups",
    "keeps",
    "language",
    "manage",
    "manager",
    "member",
    "message",
    "messages",
    "minigame",
    "minute",
    "minutes",
    "moments",
    "nobody",
    "notice",
    "number",
    "official",
    "payment",
    "payments",
    "please",
    "problem",
    "program",
    "public",
    "refund",
    "replied",
    "replies",
    "reply",
    "scanning",
    "service",
    "should",
    "support",
    "terrible",
    "nothing",
    "without",
    "working",
];

/// Whether this is a word of a sentence, or several with hyphens between them.
pub(super) fn is_word(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    lower.split('-').any(|part| WORDS.contains(&part) || part == "mini" || part == "pay")
}

/// What stands before the number of a version or a model, and makes no name of it: `iphone16`.
const NUMBERED: [&str; 26] = [
    "android", "app", "beta", "bug", "build", "code", "error", "galaxy", "honor", "huawei", "ios", "ipad", "iphone",
    "mate", "oppo", "pixel", "redmi", "samsung", "update", "ver", "version", "vivo", "win", "windows", "xiaomi",
    "page",
];

/// Whether this is the name of goods or of a version with its number: `iphone16`.
pub(super) fn is_version(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    NUMBERED.contains(&lower.trim_end_matches(|c: char| c.is_ascii_digit() || ".-_".contains(c)))
}

/// Whether the letters read as the name of a Chinese: two syllables or more, and not as short as words of English that read so (`sale`).
pub(super) fn is_chinese(letters: &str) -> bool {
    letters.len() >= 6 && pinyin(&letters.to_ascii_lowercase()) >= 2
}

/// The finals that follow each initial of Mandarin, without tones.
const SYLLABLES: &str = "a ai an ang ao e en er ou \
    ba bai ban bang bao bei ben beng bi bian biao bie bin bing bo bu \
    pa pai pan pang pao pei pen peng pi pian piao pie pin ping po pou pu \
    ma mai man mang mao mei men meng mi mian miao mie min ming mo mou mu \
    fa fan fang fei fen feng fo fou fu \
    da dai dan dang dao de dei deng di dian diao die ding diu dong dou du duan dui dun duo \
    ta tai tan tang tao te teng ti tian tiao tie ting tong tou tu tuan tui tun tuo \
    na nai nan nang nao ne nei nen neng ni nian niang niao nie nin ning niu nong nu nuan nuo nv \
    la lai lan lang lao le lei leng li lia lian liang liao lie lin ling liu long lou lu luan lun luo lv \
    ga gai gan gang gao ge gei gen geng gong gou gu gua guai guan guang gui gun guo \
    ka kai kan kang kao ke ken keng kong kou ku kua kuai kuan kuang kui kun kuo \
    ha hai han hang hao he hei hen heng hong hou hu hua huai huan huang hui hun huo \
    ji jia jian jiang jiao jie jin jing jiong jiu ju juan jue jun \
    qi qia qian qiang qiao qie qin qing qiong qiu qu quan que qun \
    xi xia xian xiang xiao xie xin xing xiong xiu xu xuan xue xun \
    zha zhai zhan zhang zhao zhe zhen zheng zhi zhong zhou zhu zhua zhuan zhuang zhui zhun zhuo \
    cha chai chan chang chao che chen cheng chi chong chou chu chuai chuan chuang chui chun chuo \
    sha shai shan shang shao she shen sheng shi shou shu shua shuai shuan shuang shui shun shuo \
    ran rang rao re ren reng ri rong rou ru ruan rui run ruo \
    za zai zan zang zao ze zen zeng zi zong zou zu zuan zui zun zuo \
    ca cai can cang cao ce cen ceng ci cong cou cu cuan cui cun cuo \
    sa sai san sang sao se sen seng si song sou su suan sui sun suo \
    ya yan yang yao ye yi yin ying yong you yu yuan yue yun \
    wa wai wan wang wei wen weng wo wu";

/// Of how many syllables of Mandarin the letters are made at the least; 0 where they are not.
pub(super) fn pinyin(letters: &str) -> usize {
    // least[i]: syllables up to byte i; none where no syllables end there.
    let mut least = vec![None; letters.len() + 1];
    least[0] = Some(0);
    for start in 0..letters.len() {
        let Some(so_far) = least[start] else { continue };
        for syllable in SYLLABLES.split_ascii_whitespace().filter(|syllable| letters[start..].starts_with(syllable)) {
            let end = &mut least[start + syllable.len()];
            *end = Some(end.map_or(so_far + 1, |known: usize| known.min(so_far + 1)));
        }
    }
    least[letters.len()].unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_of_syllables() {
        for (letters, syllables) in [
            ("linmengmengzhang", 4),
            ("haoyang", 2),
            ("xian", 1),
            ("connected", 0),
            ("always", 0),
            ("annlee", 0),
            ("", 0),
        ] {
            assert_eq!(pinyin(letters), syllables, "{letters}");
        }
    }
}
