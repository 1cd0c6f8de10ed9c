"""What a migration did, as Markdown for people and JSON for programs."""

import json
import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from legacy_seq2seq.migrate.engine import Migrated
from legacy_seq2seq.migrate.output import leads_out


def summary(source: Path, files: Sequence[Migrated], others: Sequence[Path]) -> dict[str, Any]:
    """Files, rules applied with counts, findings and what could not be parsed."""
    rules: Counter[str] = Counter()
    for file in files:
        rules.update(file.rules)
    return {
        "source": str(source),
        "files": [
            {
                "path": file.path,
                "changed": file.changed,
                "written_for": None if file.era is None else [".".join(map(str, v)) for v in file.era],
                "rules": dict(sorted(file.rules.items())),
            }
            for file in files
        ],
        "copied": [path.as_posix() for path in others],
        "links_out_of_the_tree": {
            path.as_posix(): led for path in others if (led := leads_out(source, path)) is not None
        },
        "rules": dict(sorted(rules.items())),
        "findings": [
            {"path": f.path, "place": f.place, "rule": f.rule, "message": f.message}
            for file in files
            for f in file.findings
        ],
        "not_parsed": [
            {"path": p.path, "line": p.line, "message": p.message} for file in files for p in file.problems
        ],
    }


def markdown(content: dict[str, Any]) -> str:
    """The same for reading."""
    changed = [file for file in content["files"] if file["changed"]]
    lines = [
        f"# Migration of {content['source']}",
        "",
        f"{len(content['files'])} Python files and notebooks, {len(changed)} changed, "
        f"{len(content['copied'])} other files copied.",
        "",
        "## To decide",
        "",
    ]
    lines += [
        f"- `{f['path']}:{f['place']}` **{f['rule']}**: {f['message']}" for f in content["findings"]
    ] or ["Nothing."]
    lines += ["", "## Not parsed, left unchanged", ""]
    lines += [f"- `{p['path']}:{p['line']}`: {p['message']}" for p in content["not_parsed"]] or ["Nothing."]
    if content["links_out_of_the_tree"]:
        lines += ["", "## Links out of the tree, kept; what is there is not migrated", ""]
        lines += [f"- `{path}` to `{led}`" for path, led in content["links_out_of_the_tree"].items()]
    lines += ["", "## Rules applied", "", "| rule | edits |", "|---|---|"]
    lines += [f"| {rule} | {count} |" for rule, count in content["rules"].items()]
    lines += ["", "## Files", "", "| file | written for | edits |", "|---|---|---|"]
    for file in content["files"]:
        era = "unknown" if file["written_for"] is None else " to ".join(dict.fromkeys(file["written_for"]))
        edits = ", ".join(f"{rule} {count}" for rule, count in file["rules"].items()) or "none"
        lines.append(f"| {file['path']} | {era} | {edits} |")
    return "\n".join(lines) + "\n"


def write(path: Path, source: Path, files: Sequence[Migrated], others: Sequence[Path]) -> None:
    """Write a report, JSON or Markdown by the ending of `path`."""
    content = summary(source, files, others)
    text = json.dumps(content, indent=2) + "\n" if path.suffix == ".json" else markdown(content)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.writing")
    temporary.write_text(text, encoding="utf-8")
    os.replace(temporary, path)
