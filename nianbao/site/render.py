"""Templates to pages, in the reader's language; everything is escaped unless it was made by `nianbao.marked` or `nianbao.site.drawing`."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urlsplit

from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from nianbao import fonts
from nianbao.measures import Measure
from nianbao.site.figures import MISSING, number
from nianbao.site.language import LANGUAGES, translator
from nianbao.site.report import SIGNS
from nianbao.site.sources import place_told
from nianbao.site.spoken import said
from nianbao.site.vocabulary import cell_label, cell_name, rule_name, told, word
from nianbao.status import MARKS

if TYPE_CHECKING:
    from nianbao.site.pages import Site

_STATIC = Path(__file__).parent / "static"


@cache
def environment() -> Environment:
    """The templates of this package; a name that is not there is an error, not an empty string."""
    made = Environment(
        loader=PackageLoader("nianbao.site"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.globals |= {
        "number": number,
        "missing": MISSING,
        "signs": SIGNS,
        "marks": MARKS,
        "languages": LANGUAGES,
        "web_url": web_url,
        "quote": quote,
    }
    made.filters["said"] = _said
    return made


@pass_context
def _said(context: Context, text: object) -> Markup:
    """A text of anyone's in its own language on a page in the reader's."""
    return said(str(text), context["lang"])


def render(template: str, *, language: str, at: str, asked: Mapping[str, str], values: Mapping[str, Any], site: Site) -> str:
    """A page of the site; `at` and `asked` are its address, from which those in the other language and of other years are made."""

    def address(**changes: object) -> str:
        wanted = {name: value for name, value in {**asked, **changes}.items() if value not in ("", None)}
        return f"?{urlencode(wanted)}" if wanted else at

    named = {"at": at, "address": address, "database": site.database}
    return environment().get_template(template).render(named | in_language(language) | dict(values))


def in_language(language: str) -> dict[str, Any]:
    """What every page says things with: sentences, names of measures and rules, stored words, messages of findings."""
    return {
        "t": translator(language),
        "lang": language,
        "label": labeller(language),
        "word": partial(word, language=language),
        "rule_name": partial(rule_name, language=language),
        "told": partial(told, language=language),
        "cell_label": partial(cell_label, language=language),
        "cell_name": partial(cell_name, language=language),
        "place_told": partial(place_told, language=language),
    }


def labeller(language: str) -> Any:  # noqa: ANN401 (a function from a measure to its name)
    """The name of a measure in a language."""

    def label(measure: Measure) -> str:
        return measure.chinese if language == "zh" else measure.english

    return label


def web_url(url: str | None) -> str | None:
    """An address that may stand in a link: of the web, nothing that runs."""
    return url if url and urlsplit(url).scheme in ("http", "https") else None


def stylesheet() -> str:
    """The style of the pages, for those that have to carry it themselves."""
    return (_STATIC / "site.css").read_text("utf-8")


def font_face() -> str:
    """The style that names the Chinese font, with the font itself inside: a file that is handed on may be read where none is installed."""
    font = base64.b64encode((fonts.FOLDER / fonts.FILE).read_bytes()).decode()
    named, inside = f"/fonts/{fonts.FILE}", f"data:font/otf;base64,{font}"
    return (_STATIC / "font.css").read_text("utf-8").replace(named, inside)
