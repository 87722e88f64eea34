"""Pages of shops on another origin, with policies and style sheets of all kinds."""

from __future__ import annotations

import html
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from urllib.parse import urlencode

from aiohttp import web

from tests.e2e.site import Site
from tests.servers import free_port

NONCE = "bm9uY2U"
_PACKAGES = Path(__file__).resolve().parent.parent.parent / "widget" / "node_modules"

RESETS = {
    "plain": "",
    "tailwind": (_PACKAGES / "tailwindcss" / "preflight.css").read_text(encoding="utf-8"),
    "bootstrap": (_PACKAGES / "bootstrap" / "dist" / "css" / "bootstrap.min.css").read_text(encoding="utf-8"),
    "namesakes": """
      dialog, parley-chat, .parley, .panel, .head, .chat, .button, .row, .card, .list, .line, .messages, .composer {
        display: flex; position: relative; background: #eee; padding: 3rem; font: 30px serif }""",
    "hostile": """
      * { all: unset !important; display: block !important; font: italic 40px/3 cursive !important;
          color: lime !important;
          letter-spacing: 9px !important; word-spacing: 20px !important; text-transform: uppercase !important;
          text-align: right !important; text-indent: 30px !important; text-shadow: 3px 3px red !important;
          transform: rotate(2deg) !important; opacity: .9 !important; filter: blur(1px) !important;
          cursor: wait !important;
          visibility: visible !important; white-space: pre !important; direction: rtl !important;
          width: 30px !important;
          user-select: none !important; pointer-events: auto !important; z-index: 1 !important; zoom: 1.2 }
      body { overflow: hidden !important; transform: translateX(20px) !important; contain: strict !important }
      button, textarea, input, select, li, ol, header, footer { position: fixed !important; inset: 0 !important }
      div:empty, section, [role] { display: none !important }""",
}


_PAGE = """<!doctype html><html lang="{lang}" dir="{dir}"><head><meta charset="utf-8"><title>A page</title>
<meta name="viewport" content="width=device-width, initial-scale=1">{head}</head><body>{body}</body></html>"""


@dataclass(frozen=True)
class Policy:
    """What a host page allows and asks for."""

    nonce: bool = False
    trusted_types: bool = False
    isolated: bool = False

    def __str__(self) -> str:
        names = ["nonce" if self.nonce else "list", *["types"] * self.trusted_types, *["coep"] * self.isolated]
        return "+".join(names)

    def headers(self, site_url: str) -> dict[str, str]:
        script = f"'nonce-{NONCE}' 'strict-dynamic'" if self.nonce else site_url
        rules = [
            "default-src 'none'",
            f"script-src {script}",
            f"connect-src {site_url} {site_url.replace('http', 'ws', 1)}",
            "base-uri 'none'",
        ]
        if self.trusted_types:
            rules += ["require-trusted-types-for 'script'", "trusted-types 'none'"]
        headers = {"Content-Security-Policy": "; ".join(rules)}
        if self.isolated:
            headers |= {"Cross-Origin-Embedder-Policy": "require-corp", "Cross-Origin-Opener-Policy": "same-origin"}
        return headers


POLICIES = [Policy(*switches) for switches in product((False, True), repeat=3)]
PAIRWISE = [
    Policy(),
    Policy(nonce=True, trusted_types=True),
    Policy(trusted_types=True, isolated=True),
    Policy(nonce=True, isolated=True),
]


class HostPages:
    """A server of host pages; what is on them is in the address."""

    def __init__(self) -> None:
        self.port = free_port()
        self.policies = {str(policy): policy for policy in POLICIES}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def plain(self, site: Site, *, reset: str = "plain", **attributes: str) -> str:
        """Return the address of a page without a policy."""
        return f"{self.url}/?{urlencode({'site': site.url, 'reset': reset, **attributes})}"

    def page(self, body: str, *, head: str = "", lang: str = "en", direction: str = "ltr") -> str:
        """Return the address of a page with this body as it is."""
        return f"{self.url}/page?{urlencode({'body': body, 'head': head, 'lang': lang, 'dir': direction})}"

    def bare(self) -> str:
        """Return the address of such a page without the chat: what a browser does for any page."""
        return self.page("<main><h1>A shop</h1><p>Words of the shop.</p></main>")

    def strict(self, site: Site, policy: Policy) -> str:
        """Return the address of a page with this policy."""
        return f"{self.url}/?{urlencode({'site': site.url, 'policy': str(policy)})}"

    async def answer(self, request: web.Request) -> web.StreamResponse:
        wanted = dict(request.query)
        if request.path == "/page":
            return web.Response(text=_PAGE.format(**wanted), content_type="text/html", charset="utf-8")
        if request.path != "/":
            return web.Response(status=204)
        site, policy = wanted.pop("site"), self.policies.get(wanted.pop("policy", ""))
        style = RESETS[wanted.pop("reset", "plain")]
        given = "".join(f' data-{name}="{html.escape(value)}"' for name, value in wanted.items())
        nonce = f' nonce="{NONCE}"' if policy and policy.nonce else ""
        page = f"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A shop</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
{f"<style>{style}</style>" if style else ""}</head>
<body><main><h1>A shop</h1><p class="text">Words of the shop.</p>
<ul class="messages"><li><button class="button" type="button">Buy</button></li></ul>
<label>Search <input class="field" name="q"></label></main>
<script{nonce} async src="{site}/embed.js"{given}></script></body></html>"""
        headers = policy.headers(site) if policy else {}
        return web.Response(text=page, content_type="text/html", charset="utf-8", headers=headers)


@asynccontextmanager
async def serve_hosts() -> AsyncIterator[HostPages]:
    """Serve host pages as long as the `async with` block."""
    pages = HostPages()
    app = web.Application()
    app.router.add_get("/{path:.*}", pages.answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", pages.port).start()
    yield pages
    await runner.cleanup()
