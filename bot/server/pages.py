"""The built pages and assets, with the caching that each deserves."""

from __future__ import annotations

import json
import os
from importlib.resources import files
from pathlib import Path

from aiohttp import web

from bot.errors import NotFound, SettingsError

LONGEST_NAME = 255  # bytes; the file system refuses to look for longer ones
_FOREVER = "public, max-age=31536000, immutable"
_FIVE_MINUTES = "public, max-age=300"
_SHARED = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}


class Assets:
    """The folder that the widget's build wrote."""

    def __init__(self) -> None:
        self.folder = Path(str(files("bot"))) / "assets"
        manifest = self.folder / "manifest.json"
        if not manifest.is_file():
            raise SettingsError(
                [f"{self.folder}: expected the built widget, found none; install Parley again (pip install .)"]
            )
        self.manifest: dict[str, dict[str, str]] = json.loads(manifest.read_text(encoding="utf-8"))

    def address(self, name: str) -> str:
        """Return the address of an asset by its name in the source: `help.css`."""
        built = self.manifest.get("files", {})
        return f"/assets/{built.get(name, name)}"

    def page(self, name: str) -> web.FileResponse:
        """Return a page; a changed one is seen at once."""
        path = self.folder / "pages" / f"{name}.html"
        if not path.is_file():
            raise NotFound("There is nothing at this address.")
        return web.FileResponse(path, headers={"Cache-Control": "no-cache", "Content-Type": "text/html; charset=utf-8"})

    async def asset(self, request: web.Request) -> web.StreamResponse:
        """Return a hashed file: it never changes, and any shop's page may load it."""
        name = request.match_info["name"]
        path = self.folder / name
        strange = "/" in name or name.startswith(".") or len(os.fsencode(name)) > LONGEST_NAME
        if strange or name.endswith((".br", ".gz")) or not path.is_file():
            raise NotFound("There is nothing at this address.")
        return web.FileResponse(path, headers={"Cache-Control": _FOREVER, **_SHARED})

    async def embed(self, _request: web.Request) -> web.StreamResponse:
        """Return the launcher: its name stays, so browsers ask again after five minutes."""
        return web.FileResponse(self.folder / "embed.js", headers={"Cache-Control": _FIVE_MINUTES, **_SHARED})
