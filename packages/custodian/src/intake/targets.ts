/**
 * The fields a file's columns can go to, and the header spellings under which they are recognised without a map.
 *
 * Spellings are compared folded: NFKC, lower case, without spaces, underscores, hyphens, dots and brackets.
 * `parts` are columns that hold one part of a value each and are joined in the order given (surname, given name).
 */
export const tableKinds = ["persons", "premiums"] as const;
export type TableKind = (typeof tableKinds)[number];

export const identityTargets = [
  "pensionNumber",
  "schemeNumber",
  "name",
  "kana",
  "birthDate",
  "sex",
  "reference",
] as const;
export const personTargets = [
  ...identityTargets,
  "formerName",
  "formerKana",
  "postalCode",
  "address",
  "phone",
  "email",
  "diedOn",
  "asOf",
] as const;
export const premiumTargets = [
  ...identityTargets,
  "month",
  "scheme",
  "kind",
  "amountYen",
  "remunerationYen",
] as const;

export type PersonTarget = (typeof personTargets)[number];
export type PremiumTarget = (typeof premiumTargets)[number];
export type Target = PersonTarget | PremiumTarget;

/** The fields a table of that kind may have. */
export function targetsOf(kind: TableKind): readonly Target[] {
  return kind === "persons" ? personTargets : premiumTargets;
}

/** Fields that may take several columns, each with values of its own. */
export const listTargets: ReadonlySet<Target> = new Set(["schemeNumber", "formerName", "formerKana"]);

export interface Spellings {
  /** Between spaces: a column with one of these names is the whole value; the first found is taken (all, for lists). */
  readonly whole: string;
  /** Looked at when no whole is there: one column of each group, joined in this order. */
  readonly parts?: readonly string[];
  /** Between the parts; a space when absent. */
  readonly join?: string;
}

export const spellings: Readonly<Record<Target, Spellings>> = {
  pensionNumber: { whole: "基礎年金番号 年金番号 基礎番号 pensionnumber basicpensionnumber bpn pensionno" },
  schemeNumber: {
    whole: `旧制度番号 旧番号 手帳記号番号 年金手帳記号番号 手帳番号 旧手帳記号番号 制度番号 schemenumber schemenumbers
      旧制度番号1 旧制度番号2 旧制度番号3 旧番号1 旧番号2 旧番号3 手帳記号番号1 手帳記号番号2 手帳記号番号3
      schemenumber1 schemenumber2 schemenumber3 oldnumber handbooknumber`,
  },
  name: {
    whole: "氏名 漢字氏名 氏名漢字 名前 姓名 name fullname kanjiname namekanji",
    parts: ["氏 姓 漢字姓 姓漢字 surname familyname lastname", "名 漢字名 名漢字 givenname firstname"],
  },
  kana: {
    whole: `カナ氏名 氏名カナ フリガナ ふりがな 氏名フリガナ 氏名ふりがな カナ かな氏名 氏名かな 半角カナ氏名 氏名カナ半角
      ヨミ 読み kana kananame namekana furigana`,
    parts: [
      "セイ 姓カナ カナ姓 氏カナ 姓フリガナ surnamekana familynamekana lastnamekana",
      "メイ 名カナ カナ名 名フリガナ givennamekana firstnamekana",
    ],
  },
  birthDate: { whole: "生年月日 誕生日 出生年月日 birthdate dateofbirth dob birthday born bornon" },
  sex: { whole: "性別 男女 男女別 性 sex gender" },
  reference: {
    whole: "受付番号 整理番号 管理番号 照会番号 reference referencenumber ref recid recordid",
  },
  formerName: {
    whole: "旧姓 旧氏名 旧姓名 旧氏 変更前氏名 formername formernames maidenname formersurname",
  },
  formerKana: {
    whole: "旧姓カナ 旧氏名カナ 旧カナ氏名 旧姓フリガナ カナ旧姓 formerkana formerkanas formernamekana",
  },
  postalCode: { whole: "郵便番号 〒 postalcode postcode zip zipcode" },
  address: {
    whole: "住所 現住所 居所 所在地 address fulladdress",
    parts: [
      "都道府県 都道府県名 prefecture state",
      "市区町村 市町村 市区町村名 city suburb",
      "住所1 町名番地 町域 番地 address1 street",
      "住所2 建物名 方書 address2 building",
      "住所3 address3",
    ],
  },
  phone: { whole: "電話番号 電話 tel phone phonenumber telephone 携帯電話 携帯電話番号" },
  email: { whole: "メール メールアドレス 電子メール 電子メールアドレス email emailaddress mail" },
  diedOn: { whole: "死亡年月日 死亡日 没年月日 diedon deathdate dateofdeath died" },
  asOf: { whole: "基準日 異動年月日 異動日 時点 asof effectivedate validfrom" },
  month: {
    whole: "年月 対象月 対象年月 納付対象月 納付対象年月 月分 該当年月 month yearmonth period",
    parts: ["年 対象年 year", "月 monthofyear"],
    join: "-",
  },
  scheme: {
    whole: "scheme 制度区分 被保険者種別 被保険者区分 schemename",
    parts: ["制度 制度名 年金制度", "種別 category"],
    join: "",
  },
  kind: { whole: "区分 納付区分 納付状況 状況 納付記録 免除区分 kind status paymentkind premiumkind" },
  amountYen: {
    whole: "納付額 保険料 保険料額 納付金額 金額 納付済額 amount amountyen premium yen paidyen",
  },
  remunerationYen: {
    whole: "標準報酬月額 標準報酬 報酬月額 remuneration remunerationyen standardmonthlyremuneration",
  },
};

/** The single spellings in a text of {@link Spellings}. */
export function listSpellings(text: string): readonly string[] {
  return text.split(/\s+/u);
}

/** The form under which a header is compared with {@link spellings}. */
export function foldHeader(header: string): string {
  return header
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\s_\-‐–・./:()[\]「」【】（）]/gu, "");
}
