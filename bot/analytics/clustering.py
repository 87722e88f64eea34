"""Groups messages that mean the same, without being told how many groups there are.

The features are the help center's own (stems and character grams). What the help center already knows about wording is
used: the directions in which the variants of one entry differ are noise, so they are shrunk (linear discriminant
whitening). Many coarse and fine k-means partitions of three views then vote on every pair (evidence accumulation, Fred
and Jain 2005); average linkage over the votes, cut at one fixed height, gives the groups.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import sparse
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.sparse.linalg import eigsh
from scipy.spatial.distance import squareform
from sklearn.cluster import KMeans
from sklearn.decomposition import TruncatedSVD
from threadpoolctl import threadpool_limits

from bot.analytics.space import Floats, Integers, Space

DIMENSIONS = 60
SHRINKAGE = 0.5  # of the scatter within entries: five variants say little about sixty directions
NEIGHBOURS = 10
PARTITIONS = 30
FEWEST_GROUPS, MOST_GROUPS = 0.7, 2.0  # of the square root of the number of messages, in one partition
CUT = 0.65  # share of the partitions that may part two groups which are one all the same
MOST_COMPARED = 1500  # messages of which every pair is compared; the others join the nearest group
FEWEST_FOR_VIEWS = 12  # messages below which only their likeness counts
ALIKE = 0.2  # cosine from which few messages are one group
SEED = 0


def groups(space: Space) -> Integers:
    """Return the number of each message's group; deterministic."""
    # A thread a core would wait for cores that serve shoppers.
    with threadpool_limits(1):  # type: ignore[no-untyped-call]
        return _groups(space)


def _groups(space: Space) -> Integers:
    n = space.messages.shape[0]
    if n < FEWEST_FOR_VIEWS:
        return _few(space.messages)
    views = _views(space)
    if n <= MOST_COMPARED:
        return _voted(views)
    chosen = np.sort(np.random.default_rng(SEED).choice(n, MOST_COMPARED, replace=False))
    voted = _voted([view[chosen] for view in views])
    return _joined(views[-1], chosen, voted)


def _few(messages: sparse.csr_matrix) -> Integers:
    n = messages.shape[0]
    if n < 2:  # noqa: PLR2004
        return np.zeros(n, np.int64)
    distances = 1 - np.asarray((messages @ messages.T).todense(), np.float64) / 2
    return _linked(distances, 1 - ALIKE)


def _linked(distances: Floats, height: float) -> Integers:
    distances = np.clip((distances + distances.T) / 2, 0, 1)
    np.fill_diagonal(distances, 0)
    tree = linkage(squareform(distances, checks=False), "average")
    found: Integers = fcluster(tree, height, "distance").astype(np.int64) - 1
    return found


def _views(space: Space) -> list[Floats]:
    """Return the messages in few dimensions: as they are, and with the noise of wording shrunk."""
    matrix = sparse.vstack([space.messages, space.known]).tocsr()
    dimensions = min(DIMENSIONS, min(matrix.shape) - 1)
    svd = TruncatedSVD(dimensions, random_state=SEED)  # type: ignore[no-untyped-call]
    plain = _normed(svd.fit_transform(matrix))
    n = space.messages.shape[0]
    return [plain[:n], _whitened(plain, n, space.entries)]


def _normed(rows: Floats) -> Floats:
    unit: Floats = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return unit


def _whitened(rows: Floats, n: int, entries: Sequence[str]) -> Floats:
    """Return the first n rows with the directions shrunk in which the texts of one entry differ."""
    known = rows[n:]
    ids, numbers, sizes = np.unique(np.array(entries), return_inverse=True, return_counts=True)
    if len(known) <= len(ids):
        return rows[:n]
    means = np.zeros((len(ids), rows.shape[1]))
    np.add.at(means, numbers, known)
    means /= sizes[:, None]
    apart = known - means[numbers]
    scatter = apart.T @ apart / (len(known) - len(ids))
    width = len(scatter)
    scatter = (1 - SHRINKAGE) * scatter + SHRINKAGE * np.trace(scatter) / width * np.eye(width)
    values, vectors = np.linalg.eigh(scatter)
    return _normed(rows[:n] @ (vectors * np.maximum(values, 1e-12) ** -0.5) @ vectors.T)


def _voted(views: Sequence[Floats]) -> Integers:
    n = len(views[0])
    least = max(3, round(FEWEST_GROUPS * n**0.5))
    most = max(least + 2, min(n // 3, round(MOST_GROUPS * n**0.5)))
    spectrum = _spectrum(views[-1], most)
    chance = np.random.default_rng(SEED)
    together = np.zeros((n, n), np.float32)
    for number in range(PARTITIONS):
        k = min(int(chance.integers(least, most + 1)), n)
        kind = number % (len(views) + 1)
        rows = views[kind] if kind < len(views) else _normed(spectrum[:, :k])
        means = KMeans(k, n_init=1, max_iter=50, random_state=number)  # type: ignore[no-untyped-call]
        labels = means.fit_predict(rows)  # type: ignore[no-untyped-call]
        members = sparse.csr_matrix((np.ones(n, np.float32), (np.arange(n), labels)))
        together += (members @ members.T).toarray()
    return _linked(1 - together.astype(np.float64) / PARTITIONS, CUT)


def _spectrum(rows: Floats, most: int) -> Floats:
    """Return the leading eigenvectors of the neighbours' graph, weighted by their eigenvalues."""
    likeness = rows @ rows.T
    np.fill_diagonal(likeness, -1)
    n = len(rows)
    count = min(NEIGHBOURS, n - 1)
    nearest = np.argpartition(-likeness, count - 1, axis=1)[:, :count]
    places = np.repeat(np.arange(n), count), nearest.ravel()
    graph = sparse.csr_matrix((np.maximum(likeness[places], 1e-3), places), shape=(n, n))
    graph = (graph + graph.T) / 2
    scale = sparse.diags((np.asarray(graph.sum(axis=1)).ravel() + 1e-3) ** -0.5)
    values, vectors = eigsh(scale @ graph @ scale, k=min(most, n - 2), v0=np.ones(n))
    order = np.argsort(-values)
    leading: Floats = vectors[:, order] * np.maximum(values[order], 0)
    return leading


def _joined(rows: Floats, chosen: Integers, voted: Integers) -> Integers:
    """Return the group of every row: those that were not compared join the nearest centre."""
    centres = _normed(np.array([rows[chosen][voted == group].mean(axis=0) for group in range(int(voted.max()) + 1)]))
    found: Integers = (rows @ centres.T).argmax(axis=1)
    found[chosen] = voted
    return found
