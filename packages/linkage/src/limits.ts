// Every bound of the engine, with its unit and its reason. Nothing in the engine grows without one of these.

/** Rows of all inputs together: row numbers are 32-bit and one row costs about 200 bytes of typed arrays. */
export const MAX_ROWS = 100_000_000;
/** Characters kept of one value: similarity is quadratic in length, and names and addresses end long before. */
export const MAX_VALUE_CHARS = 512;
/** Tokens kept of one value, in order: pairs of tokens are compared with each other. */
export const MAX_VALUE_TOKENS = 48;
/** Distinct values up to which a column is dictionary-coded inside DuckDB; above it JavaScript's map is faster. */
export const MAX_ENUM_VALUES = 100_000;
/** Rows per distinct value from which a column is coded inside DuckDB: below, its dictionary is most of the work. */
export const MIN_ENUM_REPEATS = 8;
/** Candidate pairs per record that blocking may make, by default. */
export const PAIRS_PER_RECORD = 60;
/** Candidate pairs that blocking may make at least (small inputs can afford everything). */
export const MIN_PAIR_BUDGET = 2_000_000;
/** Candidate pairs that blocking may make at most, by default; settings may raise it. */
export const MAX_PAIR_BUDGET = 12_000_000;
/** Pairs of one block; a larger block is split by other fields, then compared within a window. */
export const MAX_BLOCK_PAIRS = 400_000;
/** Random pairs drawn to learn how often each level is reached by chance. */
export const CHANCE_SAMPLE_PAIRS = 100_000;
/** Pairs per training session: the standard error of m is then below 0.005. */
export const SESSION_PAIRS = 20_000;
/** Slots of a cache of compared value pairs: about 0.3 MB, so that it stays in the processor's own cache. */
export const CACHE_SLOTS = 1 << 15;
/** Cells of a dense table of compared value pairs, in bytes; beyond this, reading it costs more than comparing. */
export const MAX_DENSE_VALUE_PAIRS = 1 << 18;
/** Patterns counted in a flat array; above it a hash table is used. */
export const MAX_DENSE_PATTERNS = 1 << 22;
/** Records of one component that is clustered exactly; larger ones are first cut at higher weights. */
export const MAX_COMPONENT_RECORDS = 600;
/** Edges kept in memory for clustering. */
export const MAX_EDGES = 60_000_000;
/** Rows from which scoring uses further threads: starting and planning one takes about as long as scoring fewer. */
export const MIN_PARALLEL_ROWS = 20_000;
/** Bytes of a file from which further threads are started before it is read: some 20,000 rows of 100 characters. */
export const MIN_PARALLEL_BYTES = 2_000_000;
/** Iterations of one EM run; convergence is usual within 60. */
export const MAX_EM_ITERATIONS = 300;
