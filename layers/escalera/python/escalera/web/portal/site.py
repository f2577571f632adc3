"""The customers' pages, put together."""

import gettext
from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from pathlib import Path

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver
from markupsafe import Markup

from escalera.domain.vocabulary import Language
from escalera.journeys.wording import day_text
from escalera.web.portal.address_pages import address_pages
from escalera.web.portal.complain_page import complain_page
from escalera.web.portal.data_pages import data_pages, erase_pages
from escalera.web.portal.opinion_page import opinion_page
from escalera.web.portal.portal import Portal, PortalParts
from escalera.web.portal.preferences_page import preferences_page, rate_name
from escalera.web.portal.unsubscribe_page import unsubscribe_page
from escalera.web.site import make_site
from escalera.web.static_files import StaticFiles
from escalera.web.templates import SHARED, Templates

DOMAIN = "portal"
"""The name of the catalogues of words; English stands in the templates themselves."""
LANGUAGE_NAMES = {Language.SPANISH: "Español", Language.PORTUGUESE: "Português", Language.ENGLISH: "English"}


def portal_site(folder: Path, parts: PortalParts, *, brand: Sequence[Path] = ()) -> APIGatewayHttpResolver:
    """The site; `folder` holds its templates, static files and catalogues, `brand` the shop's own look."""
    static = StaticFiles(SHARED / "static", folder / "static", *brand)
    portal = Portal(parts, {language: _templates(folder, static, parts, language) for language in Language})
    for register in (
        preferences_page,
        unsubscribe_page,
        opinion_page,
        complain_page,
        data_pages,
        erase_pages,
        address_pages,
    ):
        register(portal)
    return make_site([portal.router], static=static, trouble=portal.trouble)


def _templates(folder: Path, static: StaticFiles, parts: PortalParts, language: Language) -> Templates:
    english = language is Language.ENGLISH
    words = (
        gettext.NullTranslations()
        if english
        else gettext.translation(DOMAIN, folder / "locale", languages=[language.value])
    )
    templates = Templates(
        folder / "templates",
        static=static,
        translations=words,
        shop=parts.programme.shop,
        language_names=LANGUAGE_NAMES,
    )
    templates.filters(
        day=partial(_day, language=language), rate_name=rate_name, hours=_hours, nonbreaking=_nonbreaking
    )
    return templates


def _day(day: date, *, language: Language) -> str:
    return day_text(day, language)


def _hours(time: timedelta) -> int:
    return max(1, round(time.total_seconds() / 3600))


def _nonbreaking(text: str) -> Markup:
    """A number to call, in one line."""
    return Markup("&nbsp;").join(Markup.escape(part) for part in text.split(" "))
