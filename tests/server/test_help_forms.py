"""The help center's search, and "was this helpful": both work without script."""

from __future__ import annotations

import pytest

from tests.server.help_site import help_site


@pytest.fixture
async def site():
    async with help_site() as served:
        yield served


async def test_a_search_has_an_address_and_shows_what_is_found(site):
    site.found = ["shipping/late", "contact/human", "gone", "shipping/track"]
    page = await site.page("/help/en/search?q=%20were%20is%20my%0Aparcell%20")
    assert site.asked == [("were is my parcell", "en")]
    assert [row["href"] for row in page.all("a", **{"class": "row"})] == [
        "/help/en/shipping/late",
        "/help/en/shipping/track",
    ]
    assert "Results for “were is my parcell”" in page.text
    assert "2 articles found" in page.text
    assert page.all("input", name="q")[0]["value"] == "were is my parcell"
    assert page.all("meta", name="robots")[0]["content"] == "noindex"


async def test_a_search_without_results_helps_on(site):
    page = await site.page("/help/fr/search?q=zzz")
    assert "Aucun article ne répond à «\u00a0zzz\u00a0»." in page.text
    assert "/help/fr/shipping/" in page.links
    assert "/chat" in page.links


async def test_a_search_for_nothing_asks_nobody(site):
    await site.page("/help/en/search?q=%20")
    await site.page("/help/en/search")
    assert site.asked == []


@pytest.mark.parametrize(
    "query", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{query}{0}", "\x00\ud800" + "x" * 900]
)
async def test_no_search_becomes_markup_or_an_error(site, query):
    page = await site.page(
        "/help/en/search?q=" + "".join(f"%{byte:02x}" for byte in query.encode("utf-8", "surrogatepass"))
    )
    assert [script["src"] for script in page.all("script")] == ["/embed.js"]
    assert not page.all("img")
    assert len(site.asked[0][0]) <= 200


@pytest.mark.parametrize(
    ("answer", "helpful", "said"), [("yes", True, "good to know"), ("no", False, "ask in the chat")]
)
async def test_feedback_needs_no_script_and_is_counted(site, answer, helpful, said):
    form = (await site.page("/help/en/shipping/track")).all("form", method="post")[0]
    response = await site.client.post(form["action"], data={"helpful": answer}, allow_redirects=False)
    assert response.status == 303
    assert site.counted == [("shipping/track", "en", helpful)]
    page = await site.page(response.headers["Location"].partition("#")[0])
    assert said in page.text
    assert page.all("p", role="status")
    assert not page.all("form", method="post")


async def test_feedback_counts_for_the_language_that_was_read(site):
    await site.client.post("/help/fr/shipping/late", data={"helpful": "yes"}, allow_redirects=False)
    assert site.counted == [("shipping/late", "en", True)]


@pytest.mark.parametrize(
    ("path", "data", "status"),
    [
        ("/help/en/shipping/track", {"helpful": "maybe"}, 400),
        ("/help/en/shipping/track", {}, 400),
        ("/help/en/nothing", {"helpful": "yes"}, 404),
        ("/help/en/contact/human", {"helpful": "yes"}, 404),
    ],
)
async def test_feedback_about_nothing_is_not_counted(site, path, data, status):
    response = await site.client.post(path, data=data, allow_redirects=False)
    assert response.status == status
    assert site.counted == []
