# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""
Counts from a database
======================

A million rows stay in the database: a GROUP BY counts them, and the :class:`fourfold.Counts` of 60 cells is all that
atoms, corrections and intervals need, in the same time for any number of rows. Of the first 500 rows the intervals of
the population are wide, of a million narrower than a line. Needs ``pip install duckdb pyarrow``; frames of pandas,
polars, Arrow and Spark are read likewise.
"""

import duckdb
import matplotlib.pyplot as plt

import fourfold as ff

database = duckdb.connect()
database.execute("""
    CREATE TABLE answers AS
    SELECT hash(i) % 5 AS image, hash(i + 0.5) % 4 AS question,
        CASE WHEN hash(-i) % 10 < 8 THEN (image + question) % 3 ELSE image % 3 END AS answer
    FROM range(1, 1000001) AS numbers(i)
""")
results = {}
for name, rows in {"500": 500, "10 k": 10_000, "1 M": 1_000_000}.items():
    some = f"(SELECT * FROM answers LIMIT {rows})"
    grouped = database.sql(
        f"SELECT image, question, answer, count(*) AS n FROM {some} GROUP BY ALL"
    )
    counts = ff.Counts.from_frame(grouped, "image", "question", "answer", count="n")
    results[name] = ff.pid(counts)
ax = ff.plotting.plot_comparison(
    results, source_names=("image", "question"), target_name="the answer"
)
ax.set_xlabel("Rows")
plt.show()
