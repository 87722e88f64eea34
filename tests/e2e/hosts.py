"""Pages of shops on another origin, with policies and style sheets of all kinds."""

from __future__ import annotations

import html
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import product
from urllib.parse import urlencode

from aiohttp import web

from tests.e2e.site import Site
from tests.servers import free_port

NONCE = "bm9uY2U"

RESETS = {
    "plain": "",
    "preflight": """
      *, ::before, ::after { box-sizing: border-box; border: 0 solid; margin: 0; padding: 0 }
      html { line-height: 1.5; tab-size: 4 } h1, h2, h3 { font-size: inherit; font-weight: inherit }
      ol, ul, menu { list-style: none } img, svg, video { display: block; vertical-align: middle }
      button, input, select, textarea { font: inherit; color: inherit; background: transparent; border-radius: 0 }
      [hidden] { display: none !important }""",
    "reboot": """
      *, ::before, ::after { box-sizing: border-box }
      body { margin: 0; font: 400 1rem/1.5 serif; color: #212529; background: #fff }
      p { margin: 0 0 1rem } a { color: #0d6efd; text-decoration: underline } label { display: inline-block }
      textarea { resize: vertical } button { border-radius: 0; text-transform: none } [role=button] { cursor: pointer }
      dialog, .panel, .head, .button, .row, .card, .list { display: flex; background: #eee; padding: 3rem }""",
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

    def strict(self, site: Site, policy: Policy) -> str:
        """Return the address of a page with this policy."""
        return f"{self.url}/?{urlencode({'site': site.url, 'policy': str(policy)})}"

    async def answer(self, request: web.Request) -> web.StreamResponse:
        if request.path != "/":
            return web.Response(status=204)
        wanted = dict(request.query)
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
