//! Words of the grammar: no term begins or ends with one, and none is a term by itself.
//!
//! Not for words that do something to what is said beside them (negators, degree, contrast): lexicons have these.

use std::collections::HashSet;
use std::sync::LazyLock;

const ENGLISH: &str = "a about after again all also am an and another any are aren't as at be because been before being both but by \
    came can can't come could couldn't did didn't do does doesn't doing don't done down during each even ever every few first for \
    from get go going got had has hasn't have haven't having he he's her here here's his how however i i'd i'll i'm i've if in into is \
    isn't it it's its just last let like made make many may me more most much must my never next no nor not now of off on once one only \
    onto or other our out over own per quite rather really said same say second she should since so some still such take than that \
    that's the their them then there there's these they they're thing things this those though through to too took two under until up \
    us very via was wasn't we we're we've well went were weren't what when where which while who whom whose why will with within \
    without won't would wouldn't yet you you're you've your";

const CHINESE: &str = "的 了 是 在 我 我们 你 你们 他 她 它 他们 也 都 就 和 与 及 而 或 还 又 再 才 只 但 但是 因为 所以 如果 虽然 这 那 这个 \
    那个 这里 那里 这儿 那儿 这家 那家 这样 那样 这么 那么 这种 那种 这些 那些 什么 怎么 哪 哪里 一 一个 一下 一点 一些 一次 一种 有 没 没有 不 很 非常 太 \
    挺 蛮 比较 最 更 真 真的 好像 感觉 觉得 认为 去 来 到 从 对 把 被 让 给 用 以 为 于 上 下 里 中 外 前 后 内 里面 外面 上面 下面 前面 后面 时 时候 个 \
    次 位 人 会 能 可以 可能 要 想 说 看 做 着 过 得 地 吧 啊 呢 吗 哦 啦 嘛 哈 呀 之 其 其他 其实 自己 大家 每 各 某 些 点 起来 出来 进去 过来 下来 上来 \
    已经 还是 还有 不过 而且 并 并且 然后 之后 之前 以后 以前 现在 今天 昨天 当时 二 两 三 四 五 六 七 八 九 十 几 就是 不是 跟 像 比 向 往 却 则 等 \
    啥 咱 俺 您 所 该 此 另 由 即 便 只是 只有 只能 应该 因此 由于 关于 对于 来说 的话 等等 左右 东西 事情 地方 样子 方面";

static ALL: LazyLock<HashSet<&str>> =
    LazyLock::new(|| ENGLISH.split_ascii_whitespace().chain(CHINESE.split_ascii_whitespace()).collect());

/// Whether a folded word is one.
pub(super) fn is_one(word: &str) -> bool {
    ALL.contains(word)
}

#[cfg(test)]
mod tests {
    use super::is_one;

    #[test]
    fn grammar_is_no_term() {
        for word in ["the", "isn't", "的", "我们", "里面"] {
            assert!(is_one(word), "{word}");
        }
        for word in ["waiter", "slow", "服务", "慢", ""] {
            assert!(!is_one(word), "{word}");
        }
    }
}
