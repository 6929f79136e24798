// Variant kanji of names: the forms that registers mix most often, as "forms>the form compared". Our own list of common
// family-name and given-name characters; the official MJ map can be loaded beside it (load.ts).

const LINES = `邊邉邊>辺 齋齊斎>斉 髙>高 﨑嵜碕﨑>崎 濵濱濵>浜 澤>沢 廣廣>広 嶋嶌嶹>島 櫻>桜 國圀>国 圓>円 惠>恵 榮>栄 眞>真 實>実 德>徳 瀨>瀬 龍>竜 瀧>滝
黑>黒 條>条 萬>万 與>与 會>会 學>学 應>応 藏>蔵 淺>浅 曾>曽 槇>槙 遙>遥 靜>静 豐>豊 彌>弥 壽壽>寿 禮>礼 桒>桑 𠮷>吉 栁桺>柳 鐵鉃>鉄 橫>横 舘>館 埜>野 嶽>岳 巖嵒巌>岩
壯>壮 曉>暁 郞>郎 靑>青 鄕>郷 卷>巻 勳勲>勲 峯>峰 杦>杉 枩>松 舩>船 莊>荘 薗>園 逹>達 縣>県 繩>縄 總>総 緖>緒 龜>亀 渕渊>淵 冲>沖 冨>富 檜>桧 鷗>鴎 鹽塩>塩 當>当
畑畠>畑 穗>穂 稻>稲 戶戸>戸 角⻆>角 内內>内 邨>村 埼>崎 兒>児 關関>関 辻辻>辻 舖>舗 藝>芸 處>処 傳>伝 佛>仏 假>仮 價>価 兩>両 劍劔剱劒>剣 勵>励 區>区 單>単 嚴>厳 圖>図 團>団
增>増 壹>壱 寶寳>宝 將>将 專>専 對>対 屬>属 嶺>峰 廳>庁 彥>彦 徑>径 從>従 恆>恒 悅>悦 愼>慎 戀>恋 戰>戦 拜>拝 擴>拡 攝>摂 敎>教 數>数 晉晋>晋 晝>昼 曆>暦 朞>期 楢>楢
橋槗>橋 橘>橘 檢>検 權>権 步>歩 歲>歳 歷>歴 每>毎 氣>気 海海>海 淸>清 溫>温 滿>満 澄>澄 濟>済 燈>灯 爐>炉 爲>為 狹>狭 獨>独 琢>琢 瑤>瑶 畫>画 盡>尽 硏>研 祐>祐 神>神 禎>禎 福>福
祥>祥 禪>禅 穰>穣 節>節 粹>粋 經>経 綠>緑 縱>縦 繼>継 續>続 聰聡>聡 聲>声 肇>肇 脇脅>脇 艷艶>艶 茅>茅 莖>茎 葛葛>葛 蘆>芦 螢>蛍 蠶>蚕 覺>覚 觀>観 譽>誉 賴>頼 贊>賛 輕>軽 辨辯瓣>弁
遞>逓 邦>邦 鄰>隣 醫>医 釋>釈 錢>銭 鍊>錬 鎭>鎮 鑛>鉱 隆>隆 隨>随 雜>雑 靈>霊 顯>顕 飮>飲 館>館 騷>騒 驗>験 髓>髄 鶴靏靍>鶴 鷄>鶏 麥>麦 黃>黄 默>黙 點>点 齡>齢 亞>亜 來>来 佐>佐 俠>侠`;

/** Variant to the form it is compared as. */
export const NAME_VARIANTS: ReadonlyMap<string, string> = readVariants();

function readVariants(): Map<string, string> {
  const variants = new Map<string, string>();
  for (const line of LINES.split(/\s+/)) {
    const [forms = "", target = ""] = line.split(">");
    for (const form of forms) if (form !== target) variants.set(form, target);
  }
  return variants;
}
