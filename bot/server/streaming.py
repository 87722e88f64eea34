"""Rows sent as a file while they are read: no more than a page of them is ever held."""

from __future__ import annotations

import io
from collections.abc import AsyncIterable, Sequence
from typing import Any, BinaryIO, cast

from aiohttp import web

from bot.analytics.dictionary import Column
from bot.analytics.writers import TYPES, Lines, open_writer


async def stream(
    request: web.Request,
    name: str,
    pages: AsyncIterable[Lines],
    *,
    format_: str,
    columns: Sequence[Column],
    bom: bool = False,
) -> web.StreamResponse:
    """Send a file of this name. Raises BadInput for a format that is not there."""
    gathered = _Gathered()
    writer = open_writer(cast("BinaryIO", gathered), format_, columns, bom=bom)
    response = web.StreamResponse()
    response.content_type = TYPES[format_]
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    await response.prepare(request)
    async for page in pages:
        writer.add(page)
        await response.write(gathered.taken())
    writer.close()
    await response.write(gathered.taken())
    await response.write_eof()
    return response


class _Gathered(io.RawIOBase):
    """A file that is only written: what was written is taken away piece by piece."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []
        self._place = 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        piece = bytes(data)
        self._pieces.append(piece)
        self._place += len(piece)
        return len(piece)

    def tell(self) -> int:
        return self._place

    def taken(self) -> bytes:
        """Return what was written since the last time."""
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)
