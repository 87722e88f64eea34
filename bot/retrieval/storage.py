"""Keeps a fitted index on disk: arrays in an .npz without pickles, names in JSON, and a seal over both."""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bot.locale.common_words import common_words
from bot.retrieval import calibration, fusion
from bot.retrieval.calibration import Calibrator
from bot.retrieval.classifiers import ScoreTable
from bot.retrieval.model import Model
from bot.retrieval.nearest import Variants
from bot.retrieval.spelling import Speller
from bot.retrieval.vectorizers import Vectorizer
from bot.text.tokens import Analyzer

Parts = tuple[Model, NDArray[np.float64], Calibrator]
FORMAT = 2
"""Raised with every change of the features, the classifiers or this file."""
_ARRAYS, _NAMES, _SEAL = "arrays.npz", "names.json", "seal.json"
_MODULES = (
    *(
        f"retrieval/{name}.py"
        for name in (
            "calibration",
            "classifiers",
            "fusion",
            "model",
            "nearest",
            "reading",
            "spelling",
            "storage",
            "training",
            "vectorizers",
        )
    ),
    *(f"text/{name}.py" for name in ("chat", "entities", "normalize", "tokens")),
    "locale/common_words.py",
)
_LIBRARIES = ("numpy", "scikit-learn", "scipy", "rapidfuzz", "snowballstemmer")


class StaleIndex(Exception):  # says what it is
    """The cached index is missing, damaged, or another help center's or another version's."""


def key(kb_version: str) -> str:
    """Return the name of the folder in which a help center's index is cached."""
    return hashlib.sha256(json.dumps(_origin(kb_version), sort_keys=True).encode()).hexdigest()[:32]


def _origin(kb_version: str) -> dict[str, str]:
    """Return everything that an index depends on; when any of it differs, the index is not to be trusted."""
    return {"kb": kb_version, "format": str(FORMAT), "code": _code(), **{name: _version(name) for name in _LIBRARIES}}


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "none"


def _code() -> str:
    """Return a digest of the modules that an index depends on: a forgotten `FORMAT` does no harm."""
    digest = hashlib.sha256()
    bot = Path(__file__).parent.parent
    for name in _MODULES:
        digest.update(name.encode() + b"\0" + (bot / name).read_bytes())
    return digest.hexdigest()


def save(path: Path, languages: Mapping[str, Parts], kb_version: str) -> None:
    """Write all languages into the folder `path`; the seal last, so that a torn write is never trusted."""
    path.mkdir(parents=True, exist_ok=True)
    arrays: dict[str, NDArray[Any]] = {}
    for language, parts in languages.items():
        arrays.update({f"{language}.{name}": array for name, array in _arrays(*parts).items()})
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, **arrays)
    names = {language: _names(model) for language, (model, _, _) in languages.items()}
    contents = {_ARRAYS: buffer.getvalue(), _NAMES: json.dumps(names, ensure_ascii=False).encode()}
    seal = {"origin": _origin(kb_version), "digests": {name: _digest(data) for name, data in contents.items()}}
    for name, data in {**contents, _SEAL: json.dumps(seal).encode()}.items():
        temporary = path / f".{name}.{os.getpid()}"
        temporary.write_bytes(data)
        temporary.replace(path / name)


def _arrays(model: Model, weights: NDArray[np.float64], calibrator: Calibrator) -> dict[str, NDArray[Any]]:
    return {
        "inverse": model.vectorizer.inverse_,
        "rows": model.table.rows.astype(np.float16),  # exact: see ScoreTable
        "intercepts": model.table.intercepts,
        "starts": model.variants.starts,
        "columns": model.variants.columns,
        "values": model.variants.values,
        "classes": model.variants.classes,
        "weights": weights,
        "mean": calibrator.mean,
        "scale": calibrator.scale,
        "outcome_weights": calibrator.weights,
        "outcome_intercepts": calibrator.intercepts,
    }


def _names(model: Model) -> dict[str, Any]:
    return {
        "terms": list(model.vectorizer.terms_),
        "grams": list(model.vectorizer.grams_),
        "texts": model.vectorizer.texts_,
        "labels": model.labels,
        "variants": model.variants.texts,
        "words": model.speller.counts,
        "stems": {word: model.analyzer.stem(word) for word in model.speller.counts},
    }


def load(path: Path, kb_version: str) -> dict[str, Parts]:
    """Read what `save` wrote; StaleIndex unless every byte and every version is as it was."""
    try:
        seal = json.loads((path / _SEAL).read_bytes())
        contents = {name: (path / name).read_bytes() for name in (_ARRAYS, _NAMES)}
        if seal["origin"] != _origin(kb_version):
            raise StaleIndex("made from another help center or by other versions")
        if seal["digests"] != {name: _digest(data) for name, data in contents.items()}:
            raise StaleIndex("damaged")
        names = json.loads(contents[_NAMES])
        with np.load(io.BytesIO(contents[_ARRAYS]), allow_pickle=False) as arrays:
            return {language: _restore(language, parts, arrays) for language, parts in names.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, zipfile.BadZipFile) as error:
        raise StaleIndex(str(error)) from error


def _digest(data: bytes) -> str:
    return hashlib.blake2b(data, digest_size=20).hexdigest()


def _restore(language: str, names: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Parts:
    part = {name.partition(".")[2]: arrays[name] for name in arrays if name.partition(".")[0] == language}
    analyzer = Analyzer(language, names["stems"])
    model = Model(
        Vectorizer(analyzer).restore(names["terms"], names["grams"], part["inverse"], names["texts"]),
        tuple(names["labels"]),
        ScoreTable(part["rows"].astype(np.float32), part["intercepts"]),
        Variants(tuple(names["variants"]), part["starts"], part["columns"], part["values"], part["classes"]),
        Speller(names["words"], analyzer.stem, common_words(language)),
    )
    calibrator = Calibrator(part["mean"], part["scale"], part["outcome_weights"], part["outcome_intercepts"])
    if len(part["weights"]) != len(fusion.SIGNALS) or len(calibrator.mean) != len(calibration.FEATURES):
        raise StaleIndex("made with other signals or features")
    return model, part["weights"], calibrator
