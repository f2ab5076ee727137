//! How much a decoded text looks like text: by the characters that Chinese and western texts are made of.
//!
//! Not for telling languages apart: it only tells a right decoding from a wrong one.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Frequent characters of modern Chinese, Simplified and shared, with those of customer comments.
const SIMPLIFIED: &str = "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运笔吃喝店味服饭菜钱价贵便宜快慢热冷环境态度差错挺吧啊呢吗哦嗯买卖送货质包装满棒赞推荐朋友预订房间酒店早餐客餐厅干净舒适满足够退换修售客户师傅空调安洗衣冰箱坏换电话客服投诉耐专礼貌及整体感觉喜欢希望建议不过比较非常特别时间收费问题解决合理价格服务评论套份量卫糟糕后悔垃圾骗";

/// Frequent characters of modern Chinese in Traditional form, with those of customer comments; shared ones are above.
const TRADITIONAL: &str = "這個們來為國說時會對於著過發後裡種經麼學現當沒動還進樣開從實軍無與長機關點業將兩間問並應戰向頭體見產話給門東聲員論處義幾條氣題爾別變總電數報結務場計資統區隊決馬書則聽達強難權設式記類據張該規萬術領確傳師觀讓識帶導爭運筆飯錢價貴熱環態錯嗎買賣貨質裝滿讚薦預訂間廳淨適夠換調洗壞話禮貌覺歡議較評論衛騙麵湯雞餐點鮮甜鹹辣酸軟嫩脆肉飲茶咖啡蛋糕醬燒烤鍋煮飽滷豬魚蝦蔬豐盛優惠親切排隊網誰卻麗麼雖請讀認證試誤護貝財貫責費賞賴趕車輕輪轉連週遊遠遲選邊郵鄉鎮鐘銀錄鐵閃閉閱陽陰隨險雙雜離雲靜響頁順須頓頻願顯風飛餓館駐騎驗驚髮鬧鳥麥黃齊齡龍嚴圍園圖團執堅報塊壓夢奪奮婦媽學寧寫寬審尋專將對導層屬島師帥幣幫幹幾廣庫彈徑復徵恆愛慮慶憂憶應懷懶戲戶拋掃採揚換揮損搖搶據擁擇擊擋擔擠擴攝敗敘敵數斷時晉書會極構槍樂標樓樹橋機橫檔檢權欄欣歐歲歷歸殘殺氣決況淚淺測減湊湯溫準溝滅滿漢漲漸潔潛灣為烏無煙煩照熟燈營爛爺牆狀獎獨獲現環產畢異當療發盡監盤眾確碼禮禍種稅穩積窮競筆節範築簡簽籃粗糧紀約紅納純紙級紛素細終組結絕絡給統絲經綠維綱網緊緒線編緣練縮縱總績織繞繼續纖";

static FREQUENT: LazyLock<HashSet<char>> = LazyLock::new(|| SIMPLIFIED.chars().chain(TRADITIONAL.chars()).collect());

/// The plausibility of a text as Chinese, at most 1: the share of its characters beyond ASCII and punctuation that are frequent,
/// less what no right decoding has (replaced, private, kana, bare accents) and a quarter of what is merely uncommon.
pub(super) fn chinese(text: &str) -> f64 {
    let (mut all, mut points) = (0_u64, 0.0);
    for c in text.chars().filter(|c| !c.is_ascii()) {
        let point = match c {
            // Full-width forms, CJK punctuation, quotes and dashes say nothing: both encodings have them.
            '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ff60}' | '\u{2010}'..='\u{2027}' | '·' => continue,
            c if FREQUENT.contains(&c) => 1.0,
            '\u{4e00}'..='\u{9fff}' => -0.25,
            // Emoji and other symbols beyond the basic plane are in GB 18030 texts, and rarely so.
            '\u{1f000}'..='\u{1ffff}' => 0.0,
            _ => -1.0,
        };
        all += 1;
        points += point;
    }
    if all == 0 { 0.0 } else { points / all as f64 }
}

/// The plausibility of a text as western, at most 1: the share of its characters beyond ASCII that are accented letters inside
/// words, or typographic marks, and do not stand more than two together.
pub(super) fn western(text: &str) -> f64 {
    let (mut all, mut points) = (0_u64, 0.0);
    let mut run: Vec<char> = Vec::new();
    let mut before = ' ';
    for c in text.chars().chain([' ']) {
        if !c.is_ascii() {
            run.push(c);
            continue;
        }
        let in_word = before.is_ascii_alphabetic() || c.is_ascii_alphabetic();
        for &special in &run {
            all += 1;
            points += match special {
                _ if run.len() > 2 => -1.0,
                'À'..='Ö' | 'Ø'..='ö' | 'ø'..='ÿ' | 'Œ' | 'œ' | 'Š' | 'š' | 'Ž' | 'ž' | 'Ÿ' if in_word => {
                    1.0
                }
                '‘' | '’' | '“' | '”' | '–' | '—' | '…' | '€' | '£' | '°' | '™' | '®' | '©' | '•' | '½' | '¿' | '¡'
                | '«' | '»' | '´' | '\u{a0}'
                    if run.len() == 1 || before == ' ' || c == ' ' =>
                {
                    1.0
                }
                _ => -1.0,
            };
        }
        run.clear();
        before = c;
    }
    if all == 0 { 0.0 } else { points / all as f64 }
}

#[cfg(test)]
mod tests {
    use crate::survey::Encoding;

    /// Sentences written for this test, joined in changing order to at least 64 KB.
    fn long(sentences: &[&str]) -> String {
        let mut text = String::new();
        let mut at = 0;
        while text.len() < 200_000 {
            at = (at * 7 + 3) % 1009;
            text.push_str(sentences[at % sentences.len()]);
            text.push('\n');
        }
        text
    }

    const HANS: [&str; 6] = [
        "师傅上门很准时，修空调只用了半个小时，收费也合理。",
        "冰箱用了两年就不制冷了，打客服电话等了四十分钟没人接。",
        "洗衣机声音太大，晚上根本没法睡觉，希望厂家改进。",
        "送货速度快，包装完好，安装师傅态度也不错，推荐给朋友。",
        "价格比线下便宜，但是配件要另外收钱，感觉有点被坑。",
        "遥控器反应慢，屏幕上的字太小，老人看不清楚。",
    ];
    const HANT: [&str; 6] = [
        "師傅很準時到府，修冷氣只花了半小時，收費也合理。",
        "冰箱用了兩年就不冷了，打客服電話等了四十分鐘沒人接。",
        "洗衣機聲音太大，晚上根本睡不著，希望廠商改善。",
        "送貨速度快，包裝完整，安裝人員態度親切，會推薦給朋友。",
        "價格比門市便宜，可是配件要另外收錢，感覺被騙。",
        "這家餐廳的湯頭鮮甜，雞肉軟嫩，服務也很好，下次還會來。",
    ];
    const WEST: [&str; 5] = [
        "The café’s crème brûlée was lovely, but the naïve waiter forgot our entrées.",
        "Señor Núñez helped us at once – the room cost €90 and it was 21° inside.",
        "Très bon accueil, chambre très propre, petit déjeuner un peu léger.",
        "“Never again”, said my fiancé; the façade is the best part of the hotel.",
        "Die Bedienung war freundlich, das Frühstück früh fertig und der Käse schön mürbe.",
    ];

    #[test]
    fn each_encoding_is_told_by_its_characters() {
        for (sentences, encoder, wanted) in [
            (&HANS[..], encoding_rs::GB18030, Encoding::GB18030),
            (&HANS, encoding_rs::GBK, Encoding::GB18030),
            (&HANT, encoding_rs::BIG5, Encoding::BIG5),
            (&HANT, encoding_rs::GBK, Encoding::GB18030),
            (&WEST, encoding_rs::WINDOWS_1252, Encoding::WINDOWS_1252),
        ] {
            let text = long(sentences);
            let bytes = encoder.encode(&text).0;
            assert_eq!(Encoding::plausible(&bytes), Some(wanted), "{}", encoder.name());
            for sentence in sentences.iter().filter(|s| !s.is_ascii()) {
                assert_eq!(Encoding::plausible(&encoder.encode(sentence).0), Some(wanted), "{sentence}");
            }
        }
    }

    #[test]
    fn what_is_none_of_them_is_not_guessed() {
        let noise: Vec<u8> = (0..70_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8 | 0x80).collect();
        assert_eq!(Encoding::plausible(&noise), None);
        let japanese = long(&["店員さんがとても親切で、料理もおいしかったです。", "カタカナのメニューはよみにくい。"]);
        assert_eq!(Encoding::plausible(&encoding_rs::SHIFT_JIS.encode(&japanese).0), None);
    }
}
