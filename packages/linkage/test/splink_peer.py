"""Splink 5 on the same files, from file to clusters or links: in its documented configurations, and for the pension
records as somebody who knows both Splink and the matter sets it up (name parts merged, kana folded, twelve rules).

python3 splink_peer.py KIND FILE [FILE_B]      KIND: febrl3, febrl4, fake_1000, historical, pension
Prints one JSON line: {"seconds": …, "pairs": [[id_a, id_b], …] or "clusters": {id: cluster}}.
"""

import json
import sys
import time

import duckdb
import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

kind, *paths = sys.argv[1:]
started = time.time()
con = duckdb.connect()


def table(path, name):
    trimmed = con.execute(f"SELECT * FROM read_csv('{path}', all_varchar=true, header=true) LIMIT 0").description
    columns = ", ".join(f"nullif(trim(\"{c[0]}\"), '') AS \"{c[0].strip()}\"" for c in trimmed)
    con.execute(f"CREATE TABLE {name} AS SELECT {columns} FROM read_csv('{path}', all_varchar=true, header=true)")
    return name


VOICED = "ガギグゲゴザジズゼゾダヂヅデドバビブベボパピプペポヴァィゥェォッャュョヮ"
UNVOICED = "カキクケコサシスセソタチツテトハヒフヘホハヒフヘホウアイウエオツヤユヨワ"


def folded(name, columns):
    """Adds each kana column without voiced marks and small kana, as the official first stage compares it."""
    extra = ", ".join(f"translate({c}, '{VOICED}', '{UNVOICED}') AS {c}_folded" for c in columns)
    con.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT *, {extra} FROM {name}")
    return name


def name_part(kanji, kana):
    """Kanji and kana of one part of a name in one comparison: as two they count the same agreement twice."""
    tf = dict(tf_adjustment_weight=1.0)
    return cl.CustomComparison(
        output_column_name=kana,
        comparison_levels=[
            cll.CustomLevel(f"{kana}_l IS NULL AND {kanji}_l IS NULL OR {kana}_r IS NULL AND {kanji}_r IS NULL").configure(is_null_level=True),
            cll.And(cll.ExactMatchLevel(kanji), cll.ExactMatchLevel(kana)).configure(tf_adjustment_column=kana, **tf),
            cll.ExactMatchLevel(kana).configure(tf_adjustment_column=kana, **tf),
            cll.ExactMatchLevel(kanji).configure(tf_adjustment_column=kanji, **tf),
            cll.ExactMatchLevel(f"{kana}_folded").configure(tf_adjustment_column=f"{kana}_folded", **tf),
            cll.JaroWinklerLevel(kana, 0.9),
            cll.JaroWinklerLevel(kana, 0.7),
            cll.ElseLevel(),
        ],
    )


def birth_date():
    """The errors that the official rules know: one digit, a day off, the era, and what is left of the date then."""
    days = "abs(datediff('day', try_cast(birth_date_l AS DATE), try_cast(birth_date_r AS DATE)))"
    return cl.CustomComparison(
        output_column_name="birth_date",
        comparison_levels=[
            cll.NullLevel("birth_date"),
            cll.ExactMatchLevel("birth_date"),
            cll.DamerauLevenshteinLevel("birth_date", 1),
            cll.CustomLevel(f"{days} = 1"),
            cll.CustomLevel("substr(birth_date_l,5) = substr(birth_date_r,5)"),
            cll.CustomLevel("substr(birth_date_l,1,7) = substr(birth_date_r,1,7)"),
            cll.CustomLevel(f"{days} <= 366"),
            cll.ElseLevel(),
        ],
    )


api = DuckDBAPI(con)
if kind == "pension":
    kana_columns = ("surname_kana", "given_kana")
    inputs = [folded(table(path, f"input_{k}"), kana_columns) for k, path in enumerate(paths)]
else:
    inputs = [table(path, f"input_{k}") for k, path in enumerate(paths)]
frames = [api.register(name, dataset_display_name=f"d{k}") for k, name in enumerate(inputs)]
febrl_dob = cl.DateOfBirthComparison("date_of_birth", input_is_string=True, datetime_format="%Y%m%d")

CONFIGS = {
    "febrl3": dict(
        settings=dict(
            link_type="dedupe_only",
            unique_id_column_name="rec_id",
            blocking_rules_to_generate_predictions=[block_on(c) for c in ("soc_sec_id", "given_name", "surname", "date_of_birth", "postcode")],
            comparisons=[
                cl.NameComparison("given_name"),
                cl.NameComparison("surname"),
                febrl_dob,
                cl.DamerauLevenshteinAtThresholds("soc_sec_id", [2]),
                cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
                cl.ExactMatch("postcode").configure(term_frequency_adjustments=True),
            ],
        ),
        deterministic=["l.soc_sec_id = r.soc_sec_id"],
        recall=0.9,
        u=1e6,
        em=[block_on("date_of_birth"), block_on("postcode")],
        threshold=0.5,
    ),
    "febrl4": dict(
        settings=dict(
            link_type="link_only",
            unique_id_column_name="rec_id",
            blocking_rules_to_generate_predictions=[
                block_on("given_name", "surname"),
                "l.given_name = r.surname and l.surname = r.given_name",
                block_on("date_of_birth"),
                block_on("soc_sec_id"),
                block_on("state", "address_1"),
                block_on("street_number", "address_1"),
                block_on("postcode"),
            ],
            comparisons=[
                cl.NameComparison("given_name").configure(term_frequency_adjustments=True),
                cl.NameComparison("surname").configure(term_frequency_adjustments=True),
                febrl_dob,
                cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
                cl.ExactMatch("street_number").configure(term_frequency_adjustments=True),
                cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]).configure(term_frequency_adjustments=True),
            ],
        ),
        deterministic=["l.soc_sec_id = r.soc_sec_id", "l.given_name = r.given_name and l.surname = r.surname and l.date_of_birth = r.date_of_birth"],
        recall=0.8,
        u=1e6,
        em=[block_on("date_of_birth"), block_on("postcode")],
        threshold=0.5,
    ),
    "fake_1000": dict(
        settings=dict(
            link_type="dedupe_only",
            blocking_rules_to_generate_predictions=[block_on("first_name", "city"), block_on("surname"), block_on("dob")],
            comparisons=[
                cl.NameComparison("first_name"),
                cl.NameComparison("surname"),
                cl.LevenshteinAtThresholds("dob", 1),
                cl.ExactMatch("city").configure(term_frequency_adjustments=True),
                cl.EmailComparison("email"),
            ],
        ),
        deterministic=["l.first_name = r.first_name and levenshtein(r.dob, l.dob) <= 1", "l.surname = r.surname and levenshtein(r.dob, l.dob) <= 1", "l.first_name = r.first_name and levenshtein(r.surname, l.surname) <= 2", "l.email = r.email"],
        recall=0.7,
        u=1e6,
        em=[block_on("first_name", "surname"), block_on("dob")],
        threshold=0.5,
    ),
    "historical": dict(
        settings=dict(
            link_type="dedupe_only",
            blocking_rules_to_generate_predictions=[
                block_on("substr(first_name,1,3)", "substr(surname,1,4)"),
                block_on("surname", "dob"),
                block_on("first_name", "dob"),
                block_on("postcode_fake", "first_name"),
                block_on("postcode_fake", "surname"),
                block_on("dob", "birth_place"),
                block_on("substr(postcode_fake,1,3)", "dob"),
                block_on("substr(postcode_fake,1,3)", "first_name"),
                block_on("substr(postcode_fake,1,3)", "surname"),
                block_on("substr(first_name,1,2)", "substr(surname,1,2)", "substr(dob,1,4)"),
            ],
            comparisons=[
                cl.ForenameSurnameComparison("first_name", "surname"),
                cl.DateOfBirthComparison("dob", input_is_string=True),
                cl.PostcodeComparison("postcode_fake"),
                cl.ExactMatch("birth_place").configure(term_frequency_adjustments=True),
                cl.ExactMatch("occupation").configure(term_frequency_adjustments=True),
            ],
        ),
        deterministic=["l.first_name = r.first_name and l.surname = r.surname and l.dob = r.dob", "substr(l.first_name,1,2) = substr(r.first_name,1,2) and l.surname = r.surname and substr(l.postcode_fake,1,2) = substr(r.postcode_fake,1,2)", "l.dob = r.dob and l.postcode_fake = r.postcode_fake"],
        recall=0.6,
        u=1e7,
        em=[block_on("first_name", "surname"), block_on("dob")],
        threshold=0.95,
    ),
    "pension": dict(
        settings=dict(
            link_type="link_only",
            unique_id_column_name="id",
            blocking_rules_to_generate_predictions=[
                block_on("surname_kana_folded", "given_kana_folded"),
                block_on("surname_kana_folded", "birth_date"),
                block_on("given_kana_folded", "birth_date"),
                block_on("surname", "given_name"),
                block_on("surname", "birth_date"),
                block_on("given_name", "birth_date"),
                block_on("surname_kana_folded", "substr(birth_date,1,7)"),
                block_on("given_kana_folded", "substr(birth_date,1,7)"),
                block_on("surname_kana_folded", "substr(birth_date,6,5)"),
                block_on("given_kana_folded", "substr(birth_date,6,5)"),
                block_on("surname", "substr(birth_date,6,5)"),
                block_on("given_name", "substr(birth_date,6,5)"),
            ],
            comparisons=[
                name_part("surname", "surname_kana"),
                name_part("given_name", "given_kana"),
                birth_date(),
                cl.ExactMatch("sex"),
                cl.ExactMatch("prefecture").configure(term_frequency_adjustments=True),
            ],
        ),
        deterministic=["l.surname_kana = r.surname_kana and l.given_kana = r.given_kana and l.birth_date = r.birth_date"],
        recall=0.6,
        u=1e7,
        em=[block_on("surname_kana", "given_kana"), block_on("birth_date")],
        threshold=0.5,
    ),
}

config = CONFIGS[kind]
config["settings"].setdefault("unique_id_column_name", "unique_id")
linker = Linker(frames if len(frames) > 1 else frames[0], SettingsCreator(**config["settings"], retain_intermediate_calculation_columns=False, retain_matching_columns=False), log_level=50)
training = linker.training
training.estimate_probability_two_random_records_match(config["deterministic"], recall=config["recall"])
training.estimate_u_using_random_sampling(max_pairs=config["u"], seed=2)
for rule in config["em"]:
    training.estimate_parameters_using_expectation_maximisation(rule, estimate_without_term_frequencies=True)
predictions = linker.inference.predict(threshold_match_probability=0.01)
unique = config["settings"]["unique_id_column_name"]
if len(frames) == 1:
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(predictions, threshold_match_probability=config["threshold"])
    rows = con.execute(f'SELECT "{unique}", cluster_id FROM {clusters.physical_name}').fetchall()
    answer = {"clusters": [[str(a), str(b)] for a, b in rows]}
else:
    rows = con.execute(f'SELECT "{unique}_l", "{unique}_r", match_probability FROM {predictions.physical_name} ORDER BY match_weight DESC').fetchall()
    answer = {"pairs": [[str(a), str(b), float(p)] for a, b, p in rows]}
print(json.dumps({"seconds": time.time() - started, **answer}))
