"""Rows of line protocol from a file, asked in SQL: a line of input is a question as a JSON text, a line of output its
answer. DataFusion is the engine of InfluxDB 3; columns are named and typed as that has them."""
import json
import re
import sys
from datetime import datetime, timezone

import datafusion
import pyarrow

LINE = re.compile(r"([^ ]+) (.*) (\d+)$")
FIELD = re.compile(r'(\w+)=("[^"]*"|[^,]*)')


def value(text):
    if text[0] == '"':
        return text[1:-1]
    if text in ("true", "false"):
        return text == "true"
    return int(text[:-1]) if text.endswith("i") else float(text)


def tables(file):
    rows = {}
    for line in file:
        head, fields, nanos = LINE.match(line.rstrip("\n")).groups()
        measurement, *tags = head.split(",")
        row = dict(tag.split("=") for tag in tags)
        row["time"] = datetime.fromtimestamp(int(nanos) / 1e9, timezone.utc).replace(tzinfo=None)
        row.update((name, value(text)) for name, text in FIELD.findall(fields))
        rows.setdefault(measurement, []).append(row)
    for measurement, all_rows in rows.items():
        columns = sorted({name for row in all_rows for name in row})
        yield measurement, pyarrow.table({name: [row.get(name) for row in all_rows] for name in columns})


def plain(cell):
    if isinstance(cell, datetime):
        return {"time": int(cell.replace(tzinfo=timezone.utc).timestamp() * 1000)}
    return cell


context = datafusion.SessionContext()
with open(sys.argv[1], encoding="utf-8") as file:
    for name, table in tables(file):
        context.register_record_batches(name, [table.to_batches()])
for question in sys.stdin:
    try:
        answer = context.sql(json.loads(question)).to_arrow_table()
        rows = [[plain(row[name]) for name in answer.column_names] for row in answer.to_pylist()]
        print(json.dumps({"columns": answer.column_names, "rows": rows}), flush=True)
    except Exception as failure:  # the test says which question it was
        print(json.dumps({"error": str(failure)}), flush=True)
