/**
 * The forty-seven prefectures as a map of equal tiles, roughly where they lie: a figure for each, however small the land.
 * Codes and names: JIS X 0401. Columns count from the west, rows from the north.
 */
export interface PrefectureTile {
  /** 1 to 47. */
  readonly code: number;
  readonly name: string;
  readonly english: string;
  readonly column: number;
  readonly row: number;
}

const tiles = `
1 北海道 Hokkaido 12 0|2 青森 Aomori 12 1|3 岩手 Iwate 12 2|4 宮城 Miyagi 12 3|5 秋田 Akita 11 2|6 山形 Yamagata 11 3
7 福島 Fukushima 12 4|8 茨城 Ibaraki 13 5|9 栃木 Tochigi 12 5|10 群馬 Gunma 11 5|11 埼玉 Saitama 12 6|12 千葉 Chiba 13 6
13 東京 Tokyo 12 7|14 神奈川 Kanagawa 11 7|15 新潟 Niigata 11 4|16 富山 Toyama 10 4|17 石川 Ishikawa 9 4|18 福井 Fukui 8 5
19 山梨 Yamanashi 11 6|20 長野 Nagano 10 5|21 岐阜 Gifu 9 5|22 静岡 Shizuoka 10 6|23 愛知 Aichi 9 6|24 三重 Mie 8 7
25 滋賀 Shiga 8 6|26 京都 Kyoto 7 5|27 大阪 Osaka 6 6|28 兵庫 Hyogo 6 5|29 奈良 Nara 7 6|30 和歌山 Wakayama 7 7
31 鳥取 Tottori 5 5|32 島根 Shimane 4 5|33 岡山 Okayama 5 6|34 広島 Hiroshima 4 6|35 山口 Yamaguchi 3 5|36 徳島 Tokushima 5 8
37 香川 Kagawa 5 7|38 愛媛 Ehime 4 7|39 高知 Kochi 4 8|40 福岡 Fukuoka 2 6|41 佐賀 Saga 1 6|42 長崎 Nagasaki 0 6
43 熊本 Kumamoto 1 7|44 大分 Oita 2 7|45 宮崎 Miyazaki 2 8|46 鹿児島 Kagoshima 1 8|47 沖縄 Okinawa 0 9`;

export const prefectures: readonly PrefectureTile[] = tiles
  .trim()
  .split(/[|\n]/u)
  .map((line) => {
    const [code = "", name = "", english = "", column = "", row = ""] = line.split(" ");
    return { code: Number(code), name, english, column: Number(column), row: Number(row) };
  });

/** By its code (`13`, `01`) or by its name, with 都, 道, 府 or 県 or without. */
export function findPrefecture(value: string): PrefectureTile | undefined {
  return prefectures.find(
    ({ code, name }) => Number(value) === code || value === name || value.slice(0, -1) === name,
  );
}
