"""Limits on size: no function over 60 lines, no module over 500 (migrations, which Django writes, apart).

Complexity is ruff's (C901, at most 10). `python -m tools.sizes` names every piece that is too large and prints the figures.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FUNCTION_LINES = 60
MODULE_LINES = 500
SOURCE_ROOTS = ("framework_data/", "grading/", "integrations/", "digiskills_xblock/", "demo/", "tools/")


@dataclass(frozen=True)
class Piece:
    """A function or a module with its size in lines."""

    where: str
    lines: int
    limit: int


def measure(path: str, source: str) -> list[Piece]:
    """The module and each of its functions, nested ones included; decorators do not count."""
    pieces = [Piece(path, source.count("\n"), MODULE_LINES)]
    for node in ast.walk(ast.parse(source, filename=path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            pieces.append(Piece(f"{path}:{node.lineno} {node.name}", lines, FUNCTION_LINES))
    return pieces


def python_files() -> list[str]:
    """Files of the checkout that git knows or would add, relative to its root, migrations left out."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.py"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    return sorted(path for path in set(listed) if "/migrations/" not in path and (ROOT / path).exists())


def _percentile(values: list[int], share: float) -> int:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))] if values else 0


def main() -> int:
    """Entry point; returns 1 when a piece is over its limit."""
    pieces = [piece for path in python_files() for piece in measure(path, (ROOT / path).read_text(encoding="utf-8"))]
    source = [piece for piece in pieces if piece.where.startswith(SOURCE_ROOTS)]
    functions = [piece.lines for piece in source if piece.limit == FUNCTION_LINES]
    modules = [piece.lines for piece in source if piece.limit == MODULE_LINES]
    tests = sum(piece.lines for piece in pieces if piece.limit == MODULE_LINES and piece.where.startswith("tests/"))
    too_large = [piece for piece in pieces if piece.lines > piece.limit]
    for piece in too_large:
        print(f"{piece.where}: {piece.lines} lines, at most {piece.limit}; split it")
    print(f"functions: {len(functions)}, p90 {_percentile(functions, 0.9)} lines")
    print(f"modules: {len(modules)}, p90 {_percentile(modules, 0.9)} lines")
    print(f"source {sum(modules)} lines, tests {tests} lines; over the limit: {len(too_large)}")
    return 1 if too_large else 0


if __name__ == "__main__":
    sys.exit(main())
