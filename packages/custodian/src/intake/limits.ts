/**
 * Every bound on a file from outside, with its unit and the reason for its size.
 *
 * A bound is met by a refusal of the line or of the file, never by cutting something off.
 */

/** Bytes read at a time: a few thousand rows, small enough that memory stays flat. */
export const chunkBytes = 512 * 1024;

/** Bytes of one physical line. A real line is below 10 kB; a longer one is another format, or an attack. */
export const maxLineBytes = 1024 * 1024;

/** Characters of one record whose quotes hold line ends. */
export const maxRecordChars = 1024 * 1024;

/** Physical lines one record may span. An address has a handful; more means that a quote was never closed. */
export const maxRecordLines = 100;

/** Columns of a table. The widest real register extract seen in the field has some hundreds. */
export const maxColumns = 1_000;

/** Characters of one cell that is read into a field. */
export const maxCellChars = 4_000;

/** Characters of a name: the longest registered names are well below 100. */
export const maxNameChars = 200;

/** Characters of an address. */
export const maxAddressChars = 500;

/** Characters of an e-mail address: RFC 5321 section 4.5.3.1.3 leaves 254. */
export const maxEmailChars = 254;

/** Characters of the sender's own reference of a line. */
export const maxReferenceChars = 100;

/** Values in one cell that may hold several (former names, old numbers). */
export const maxListValues = 20;

/** Yen of one premium entry: two years paid ahead are below a million; a hundred million is a slip of the column. */
export const maxEntryYen = 100_000_000;

/** Records looked at to find the delimiter. */
export const delimiterSampleRecords = 50;

/** Share of the lines with other than ASCII characters that may be undecodable before the whole file is refused. */
export const maxUndecodableShare = 0.25;

/** Rows of a batch from Excel and Parquet files. */
export const batchRows = 2_000;

/** Distinct texts a parser remembers per field, so that a month or a birth date is understood once. */
export const maxRemembered = 50_000;

/** Bytes of a mapping file. */
export const maxMapFileBytes = 256 * 1024;

/** Entries of a zip container: a workbook has some dozens, one with many pictures some hundreds. */
export const maxZipEntries = 3_000;

/** Bytes of all parts of a workbook when unpacked. */
export const maxUnpackedBytes = 8 * 1024 * 1024 * 1024;

/** Bytes of the parts of a workbook that are held in memory (shared strings, styles). */
export const maxHeldPartBytes = 512 * 1024 * 1024;

/** Unpacked over packed, above {@link zipRatioFloorBytes}. A sheet of equal rows reaches about 60; deflate ends at 1,032. */
export const maxZipRatio = 200;

/** Unpacked bytes below which no ratio is looked at. */
export const zipRatioFloorBytes = 16 * 1024 * 1024;

/** Characters of one XML text in a workbook: Excel itself stops at 32,767. */
export const maxExcelTextChars = 32_767;

/** Rows of an Excel sheet, by its own format. */
export const maxExcelRows = 1_048_576;

/** Characters of XML between two tags of a workbook: six for each of the characters a text may have, and some room. */
export const maxXmlRunChars = 512 * 1024;

/** Depth of XML in a workbook; real ones stay below ten. */
export const maxXmlDepth = 64;

/** Cell formats of a workbook, by Excel's own limit. */
export const maxCellFormats = 65_490;

/** Characters of a number format; Excel allows 255. */
export const maxFormatChars = 1_000;

/** Shared strings of a workbook, all held: a full sheet with ten columns of different texts. */
export const maxSharedStrings = 12_000_000;

/** Bytes of a line that is read as bytes (`plain-person.ts`): ten usual ones; a longer line is read the general way. */
export const maxPlainLineBytes = 2_048;
