"""The help center's pages, over HTTP."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.knowledge import loader
from bot.server.help import help_rules
from bot.server.middleware import POLICY
from tests.server.help_site import Help, Page, help_site


@pytest.fixture
async def site():
    async with help_site() as served:
        yield served


@pytest.mark.parametrize(
    ("wish", "path"), [("es-MX,en;q=.5", "/help/es/"), ("fr", "/help/fr/"), ("de", "/help/en/"), ("", "/help/en/")]
)
async def test_the_entrance_leads_to_the_readers_language(site, wish, path):
    for address in ("/help", "/help/"):
        await site.page(address, 302, **{"Accept-Language": wish})
        assert (site.headers["Location"], site.headers["Vary"]) == (path, "Accept-Language")


async def test_the_first_page_shows_every_topic_and_no_small_talk(site):
    page = await site.page("/help/en/")
    cards = [card["href"] for card in page.all("a", **{"class": "card"})]
    assert cards == [
        "/help/en/shipping/", "/help/en/gift-cards/", "/help/en/loose", "/help/en/shipping",
    ]  # fmt: skip
    assert "Gift cards" in page.text
    assert "2 articles" in page.text
    assert "Hello" not in page.text


async def test_a_topic_lists_its_entries(site):
    page = await site.page("/help/es/shipping/")
    rows = page.all("a", **{"class": "row"})
    assert [row["href"] for row in rows] == ["/help/es/shipping/late", "/help/es/shipping/track"]
    assert rows[0]["lang"] == "en"  # not translated, and said so
    assert "Envíos y entregas" in page.text
    await site.page("/help/en/gift-cards", 301)
    assert site.headers["Location"] == "/help/en/gift-cards/"


async def test_an_entry_is_shown_with_everything(site):
    page = await site.page("/help/en/shipping/track")
    assert page.all("html")[0]["lang"] == "en"
    assert "Where is my parcel?" in page.text
    assert "Open My orders & see <3." in page.text
    assert "Updated on November 21, 2026" in page.text
    assert "/help/en/shipping/late" in page.links
    assert "/chat" in page.links  # what asks for a person leads to one
    assert page.all("a", href="https://caravan.example/x?a=1&b=2")[0]["rel"] == "noopener nofollow"
    assert "mailto:a@caravan.example" in page.links
    assert "My parcel is late" in page.text


async def test_dates_and_words_are_the_languages_own(site):
    assert "Actualizado el 21 de noviembre de 2026" in (await site.page("/help/es/shipping/track")).text
    assert "Mis à jour le 21 novembre 2026" in (await site.page("/help/fr/shipping/track")).text


async def test_titles_cannot_become_markup(site):
    page = await site.page("/help/en/gift-cards/lost_card")
    assert "A <lost> card" in page.text
    assert not page.all("lost")


async def test_an_entry_without_translation_is_shown_in_another_language_and_says_so(site):
    page = await site.page("/help/es/shipping/late")
    assert "Este artículo todavía no está en español. Se muestra en inglés." in page.text
    assert page.all("article")[0]["lang"] == "en"
    assert page.all("link", rel="canonical")[0]["href"].endswith("/help/en/shipping/late")
    assert [link["hreflang"] for link in page.all("link", rel="alternate")] == ["en", "x-default"]


@pytest.mark.parametrize("path", ["/help/en/", "/help/en/shipping/", "/help/en/shipping/track"])
async def test_search_engines_are_told_address_and_languages(site, path):
    page = await site.page(path)
    start = str(site.client.make_url("/"))[:-1]
    assert page.all("link", rel="canonical")[0]["href"] == start + path
    alternates = {link["hreflang"]: link["href"] for link in page.all("link", rel="alternate")}
    assert alternates["es"] == start + path.replace("/en/", "/es/")
    assert alternates["x-default"] == start + path
    assert page.all("meta", name="description")[0]["content"]


async def test_the_sitemap_lists_each_page_once_with_its_languages(site):
    response = await site.client.get("/help/sitemap.xml")
    assert response.content_type == "application/xml"
    spaces = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
    urls = ET.fromstring(await response.text()).findall("s:url", spaces)
    paths = [re.sub(r"^http://[^/]+", "", url.findtext("s:loc", "", spaces)) for url in urls]
    assert len(paths) == len(set(paths))
    for path in paths:
        await site.page(path)
    assert {"/help/fr/", "/help/fr/shipping/", "/help/fr/shipping/track", "/help/en/shipping"} <= set(paths)
    assert not [path for path in paths if "smalltalk" in path or "contact" in path]
    track = urls[paths.index("/help/en/shipping/track")]
    assert track.findtext("s:lastmod", "", spaces) == "2026-11-21"
    assert [link.get("hreflang") for link in track.findall("x:link", spaces)] == ["en", "es", "fr"]


@pytest.mark.parametrize(
    "path",
    [
        "/help/de/", "/help/de", "/help/en/nothing", "/help/en/shipping/nothing", "/help/en/nothing/", "/help/xx/a/b/c",
        "/help/en/contact/human", "/help/en/smalltalk/hello", "/help/en/contact/", "/help/en/%2e%2e/x", "/help/en/%3C",
    ],
)  # fmt: skip
async def test_what_is_not_there_is_a_page_that_helps_on(site, path):
    page = await site.page(path, 404)
    assert "This page does not exist" in page.text
    assert "/help/en/shipping/" in page.links
    assert not page.all("link", rel="canonical")


async def test_an_entry_named_like_a_topic_has_its_own_address(site):
    assert "Named like a topic" in (await site.page("/help/en/shipping")).text
    assert "My parcel is late" in (await site.page("/help/en/shipping/")).text


@pytest.mark.parametrize(
    "path", ["/help/en/", "/help/en/shipping/", "/help/fr/shipping/track", "/help/en/search?q=x", "/help/en/no"]
)
async def test_pages_are_strict_and_whole(site, path):
    page = await site.page(path, 404 if path.endswith("no") else 200)
    assert site.headers["Content-Security-Policy"] == POLICY
    assert page.all("script") == [{"async": None, "src": "/embed.js", "data-locale": path.split("/")[2]}]
    assert [link["href"] for link in page.all("link", rel="stylesheet")] == ["/assets/x-help.css"]
    assert not page.all("style")
    for _, attributes in page.tags:
        assert not [name for name in attributes if name == "style" or name.startswith("on")]
    assert len(page.all("h1")) == 1
    assert len(page.all("main")) == 1
    ids = [found["id"] for _, found in page.tags if found.get("id")]
    assert len(ids) == len(set(ids))
    for control in page.all("input"):
        assert page.all("label", **{"for": str(control["id"])})


async def test_a_new_help_center_is_served_at_once(site):
    site.knowledge = loader.build({"a/new.es.md": b"---\ntitle: Nueva\n---\nHola.\n"})
    await site.page("/help/en/", 404)
    await site.page("/help", 302)
    assert site.headers["Location"] == "/help/es/"
    assert "Nueva" in (await site.page("/help/es/a/new")).text


async def test_the_address_of_the_installation_is_used_when_it_is_known():
    knowledge = loader.build({"a.en.md": b"---\ntitle: A\n---\nA.\n"})
    help_ = Help(knowledge)
    app = web.Application()
    rules = help_rules(lambda: knowledge, help_.search, help_.count, str, origin="https://help.example")
    app.add_routes([web.route(rule.method, rule.path, rule.handler) for rule in rules])
    async with TestClient(TestServer(app)) as client:
        page = Page(await (await client.get("/help/en/a", headers={"Host": "evil.example"})).text())
    assert page.all("link", rel="canonical")[0]["href"] == "https://help.example/help/en/a"


def test_the_templates_hold_no_words_of_a_language():
    folder = Path(loader.__file__).parents[1] / "server" / "templates"
    for template in sorted(folder.glob("help*.html")):
        html = re.sub(r"\{[%{].*?[%}]\}|<[^>]*>", " ", template.read_text(encoding="utf-8"), flags=re.DOTALL)
        html = re.sub(r"\{%.*?%\}", " ", html, flags=re.DOTALL)
        assert not re.findall(r"[A-Za-z]{3,}", html), template.name
