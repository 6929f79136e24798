/**
 * Where the sample's persons live: a compact list of municipalities with weights and the head of their postal codes.
 *
 * From general knowledge: weights are rough populations in thousands, the three digits are those of the area, the last
 * four are drawn. The towns are names that half of all municipalities have, so no address is one that must exist.
 */
import type { Random } from "./random.ts";
import { Weighted } from "./random.ts";

export interface Place {
  /** `NNN-NNNN`. */
  readonly postalCode: string;
  /** From the prefecture to the house, as written. */
  readonly address: string;
}

export function drawPlace(random: Random): Place {
  const municipality = municipalities[weights.draw(random)] ?? { name: "東京都千代田区", postal: "100" };
  const town = towns[random.below(towns.length)] ?? "本町";
  const postalCode = `${municipality.postal}-${String(random.below(10_000)).padStart(4, "0")}`;
  const block = `${random.between(1, 9)}丁目${random.between(1, 40)}番`;
  const form = random.below(10);
  if (form < 5)
    return { postalCode, address: `${municipality.name}${town}${block}${random.between(1, 30)}号` };
  if (form < 7) {
    return {
      postalCode,
      address: `${municipality.name}${town}${random.between(1, 4999)}番地${random.between(1, 20)}`,
    };
  }
  const building = buildings[random.below(buildings.length)] ?? "ハイツ";
  const room = `${random.between(1, 12)}0${random.between(1, 9)}`;
  const shortBlock = `${random.between(1, 9)}-${random.between(1, 40)}-${random.between(1, 30)}`;
  return { postalCode, address: `${municipality.name}${town}${shortBlock}　${town}${building}${room}号室` };
}

interface Municipality {
  readonly name: string;
  readonly postal: string;
  readonly weight: number;
}

/** Lines of `prefecture: municipality postal weight, …`. */
export const municipalities: readonly Municipality[] = `
北海道: 札幌市中央区 060 250, 札幌市北区 001 285, 札幌市豊平区 062 225, 札幌市西区 063 215, 旭川市 070 325, 函館市 040 245, 帯広市 080 165, 釧路市 085 160, 小樽市 047 108
青森県: 青森市 030 270, 八戸市 031 220, 弘前市 036 165
岩手県: 盛岡市 020 285, 一関市 021 108, 奥州市 023 110
宮城県: 仙台市青葉区 980 310, 仙台市太白区 982 235, 仙台市泉区 981 210, 石巻市 986 135
秋田県: 秋田市 010 300, 横手市 013 82, 大館市 017 67
山形県: 山形市 990 243, 鶴岡市 997 118, 酒田市 998 97
福島県: 福島市 960 278, 郡山市 963 322, いわき市 970 325, 会津若松市 965 114
茨城県: 水戸市 310 269, つくば市 305 252, 日立市 317 168, 土浦市 300 141
栃木県: 宇都宮市 320 516, 小山市 323 167, 足利市 326 141
群馬県: 前橋市 371 330, 高崎市 370 370, 太田市 373 223, 桐生市 376 103
埼玉県: さいたま市浦和区 330 168, さいたま市大宮区 330 125, 川口市 332 606, 川越市 350 353, 所沢市 359 342, 越谷市 343 343, 草加市 340 250, 熊谷市 360 192
千葉県: 千葉市中央区 260 213, 船橋市 273 648, 松戸市 271 497, 市川市 272 496, 柏市 277 433, 市原市 290 267, 浦安市 279 170, 成田市 286 132
東京都: 世田谷区 154 940, 練馬区 176 752, 大田区 144 743, 江戸川区 132 690, 足立区 120 690, 杉並区 166 588, 板橋区 173 580, 江東区 135 530, 葛飾区 124 452, 品川区 141 420, 北区 114 355, 新宿区 160 348, 中野区 164 343, 豊島区 170 298, 港区 105 260, 八王子市 192 577, 町田市 194 431, 府中市 183 263, 調布市 182 243
神奈川県: 横浜市鶴見区 230 297, 横浜市港北区 222 360, 横浜市戸塚区 244 283, 横浜市青葉区 225 310, 川崎市中原区 211 265, 川崎市宮前区 216 234, 相模原市南区 252 283, 藤沢市 251 443, 横須賀市 238 383, 平塚市 254 258, 茅ヶ崎市 253 245, 厚木市 243 224
新潟県: 新潟市中央区 950 176, 新潟市西区 950 160, 長岡市 940 262, 上越市 943 184
富山県: 富山市 930 410, 高岡市 933 163
石川県: 金沢市 920 460, 小松市 923 106, 白山市 924 110
福井県: 福井市 910 260, 坂井市 919 88
山梨県: 甲府市 400 188, 甲斐市 400 76
長野県: 長野市 380 370, 松本市 390 240, 上田市 386 153, 飯田市 395 97
岐阜県: 岐阜市 500 400, 大垣市 503 157, 各務原市 504 144, 多治見市 507 105
静岡県: 静岡市葵区 420 248, 静岡市清水区 424 228, 浜松市中央区 430 600, 富士市 416 243, 沼津市 410 187, 藤枝市 426 141
愛知県: 名古屋市千種区 464 165, 名古屋市緑区 458 248, 名古屋市中川区 454 218, 名古屋市北区 462 162, 豊田市 471 420, 岡崎市 444 384, 一宮市 491 378, 豊橋市 440 370, 春日井市 486 307, 安城市 446 188
三重県: 津市 514 272, 四日市市 510 305, 鈴鹿市 513 194, 松阪市 515 157
滋賀県: 大津市 520 345, 草津市 525 145, 彦根市 522 113
京都府: 京都市伏見区 612 277, 京都市左京区 606 166, 京都市右京区 615 202, 宇治市 611 178, 亀岡市 621 86
大阪府: 大阪市平野区 547 190, 大阪市淀川区 532 183, 大阪市東淀川区 533 177, 大阪市住吉区 558 153, 堺市北区 591 159, 堺市南区 590 136, 東大阪市 577 488, 豊中市 560 400, 枚方市 573 395, 吹田市 564 387, 高槻市 569 350, 茨木市 567 288, 八尾市 581 262, 寝屋川市 572 227, 岸和田市 596 188
兵庫県: 神戸市西区 651 236, 神戸市東灘区 658 213, 神戸市垂水区 655 213, 姫路市 670 526, 西宮市 662 484, 尼崎市 660 456, 明石市 673 305, 加古川市 675 258, 宝塚市 665 224
奈良県: 奈良市 630 351, 橿原市 634 120, 生駒市 630 116
和歌山県: 和歌山市 640 353, 田辺市 646 68
鳥取県: 鳥取市 680 185, 米子市 683 146
島根県: 松江市 690 199, 出雲市 693 173
岡山県: 岡山市北区 700 308, 岡山市南区 702 167, 倉敷市 710 472, 津山市 708 98
広島県: 広島市安佐南区 731 244, 広島市西区 733 189, 広島市南区 734 144, 福山市 720 457, 呉市 737 209, 東広島市 739 193
山口県: 下関市 750 249, 山口市 753 193, 宇部市 755 160, 岩国市 740 126
徳島県: 徳島市 770 250, 阿南市 774 69
香川県: 高松市 760 415, 丸亀市 763 109
愛媛県: 松山市 790 507, 今治市 794 148, 新居浜市 792 114
高知県: 高知市 780 324, 南国市 783 46
福岡県: 福岡市東区 813 325, 福岡市早良区 814 221, 福岡市南区 815 267, 北九州市八幡西区 806 250, 北九州市小倉北区 802 179, 久留米市 830 302, 飯塚市 820 126, 大牟田市 836 109
佐賀県: 佐賀市 840 231, 唐津市 847 116
長崎県: 長崎市 850 402, 佐世保市 857 240, 諫早市 854 133
熊本県: 熊本市中央区 860 180, 熊本市東区 862 190, 八代市 866 121
大分県: 大分市 870 475, 別府市 874 113, 中津市 871 82
宮崎県: 宮崎市 880 399, 都城市 885 160, 延岡市 882 117
鹿児島県: 鹿児島市 890 590, 霧島市 899 123, 鹿屋市 893 100
沖縄県: 那覇市 900 316, 沖縄市 904 142, うるま市 904 125, 浦添市 901 115, 宜野湾市 901 100
`
  .trim()
  .split("\n")
  .flatMap((line) => {
    const [prefecture = "", list = ""] = line.split(": ");
    return list.split(", ").map((item) => {
      const [name = "", postal = "", weight = "0"] = item.split(" ");
      return { name: prefecture + name, postal, weight: Number(weight) };
    });
  });

const weights = new Weighted(municipalities.map((municipality) => municipality.weight));

const towns =
  `本町 中央 栄町 緑町 旭町 元町 新町 大手町 寿町 末広町 若葉町 桜町 松原町 東町 西町 南町 北町 幸町 泉町 日の出町 美里 高台 若宮町
   上町 下町 仲町 宮前町 天神町 八幡町 稲荷町 神明町 住吉町 春日町 弥生町 富士見町 曙町 港町 浜町 川端町 橋本町 山手町 城山 桜ヶ丘
   緑が丘 旭ヶ丘 自由ヶ丘 希望が丘 青葉台 松が丘 梅ヶ枝町 竹園 柳町 花園町 大久保 小松原 中島 大島町 平和町 昭和町 新田 古川町 石原町 片町`.split(
    /\s+/u,
  );

const buildings = ["ハイツ", "コーポ", "マンション", "荘", "団地1号棟", "レジデンス", "パレス", "ガーデン"];
