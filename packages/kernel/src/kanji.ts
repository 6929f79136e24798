/**
 * Folding of kanji names, so that two ways to write one name become one string. Pure.
 *
 * The variants are those that family registers mix most often (official stage 1 of the 2007 matching: 斉藤 = 齋藤 = 齊藤),
 * a list of our own from general knowledge. Folding loses on purpose; what was written is kept elsewhere.
 */
import { foldWidth } from "./kana.ts";

/** {@link foldWidth} without spaces and variation selectors, each character as the form it is compared as. */
export function foldKanjiName(text: string): string {
  let folded = "";
  for (const character of foldWidth(text)) {
    if (!ignored.test(character)) folded += variants.get(character) ?? character;
  }
  return folded;
}

const ignored = /[\s・･\p{Variation_Selector}]/u;

/** First the form that is compared, then those that stand for it. */
const families = `
  辺邊邉 斉齋齊斎 高髙 崎﨑嵜碕埼 浜濵濱 沢澤 広廣 島嶋嶌嶹 桜櫻 国國圀 円圓 恵惠 栄榮 真眞
  実實 徳德 瀬瀨 竜龍 滝瀧 黒黑 条條 万萬 与與 会會 学學 応應 蔵藏 浅淺 曽曾 槙槇 遥遙
  静靜 豊豐 弥彌 寿壽 礼禮 桑桒 吉𠮷 柳栁桺 鉄鐵鉃 横橫 館舘 野埜 岳嶽 岩巖嵒巌 壮壯 暁曉
  郎郞 青靑 郷鄕 巻卷 勲勳 峰峯嶺 杉杦 松枩 船舩 荘莊 園薗 達逹 県縣 縄繩 総總 緒緖 亀龜
  淵渕渊 沖冲 富冨 桧檜 鴎鷗 塩鹽 当當 畑畠 穂穗 稲稻 戸戶 角⻆ 内內 村邨 児兒 関關 舗舖
  芸藝 処處 伝傳 仏佛 仮假 価價 両兩 剣劍劔剱劒 励勵 区區 単單 厳嚴 図圖 団團 増增 壱壹
  宝寶寳 将將 専專 対對 属屬 庁廳 彦彥 径徑 従從 恒恆 悦悅 慎愼 恋戀 戦戰 拝拜 拡擴 摂攝
  教敎 数數 晋晉 昼晝 暦曆 期朞 橋槗 検檢 権權 歩步 歳歲 歴歷 毎每 気氣 清淸 温溫 満滿
  済濟 灯燈 炉爐 為爲 狭狹 独獨 瑶瑤 画畫 尽盡 研硏 禅禪 穣穰 粋粹 経經 緑綠 縦縱 継繼
  続續 聡聰 声聲 脇脅 艶艷 茎莖 芦蘆 蛍螢 蚕蠶 覚覺 観觀 誉譽 頼賴 賛贊 軽輕 弁辨辯瓣 逓遞
  隣鄰 医醫 釈釋 銭錢 錬鍊 鎮鎭 鉱鑛 随隨 雑雜 霊靈 顕顯 飲飮 騒騷 験驗 髄髓 鶴靏靍 鶏鷄
  麦麥 黄黃 黙默 点點 齢齡 亜亞 来來 侠俠 宮宫 土圡 薫薰`;

const variants: ReadonlyMap<string, string> = new Map(
  families
    .trim()
    .split(/\s+/u)
    .flatMap((family) => {
      const [compared = "", ...forms] = Array.from(family);
      return forms.map((form): [string, string] => [form, compared]);
    }),
);
