"""What a visitor gets back, with the headers that keep a page from doing more than it should."""

from collections.abc import Mapping, Sequence

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.shared.cookies import Cookie

HTML = "text/html; charset=utf-8"


def page_policy(*, forms_lead_to: str = "") -> str:
    """What a page of ours may load: its own site's files and nothing inline.

    `forms_lead_to`: another origin to which the answer to a form may send people on.
    """
    forms = f"'self' {forms_lead_to}".strip()
    return (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self';"
        f" frame-src 'self'; form-action {forms}; base-uri 'none'; frame-ancestors 'none'"
    )


PAGE_POLICY = page_policy()
SHOWN_POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src https: data:; frame-ancestors 'self'"
)
"""What an e-mail may do that is shown within a page: look as it looks, and nothing else."""

_ALWAYS = {
    "Referrer-Policy": "no-referrer",  # an address of ours may be a key
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Strict-Transport-Security": "max-age=63072000",
}


def page(
    html: str,
    *,
    status: int = 200,
    policy: str = PAGE_POLICY,
    headers: Mapping[str, str] | None = None,
    cookies: Sequence[Cookie] = (),
) -> Response[str]:
    """A page, kept by nobody: it is one person's."""
    return Response(
        status_code=status,
        content_type=HTML,
        body=html,
        headers={
            **_ALWAYS,
            "Cache-Control": "no-store",
            "Content-Security-Policy": policy,
            "X-Robots-Tag": "noindex",
            **(headers or {}),
        },
        cookies=list(cookies),
    )


def file(
    content: str | bytes, content_type: str, *, name: str = "", cache_control: str = "no-store"
) -> Response[str] | Response[bytes]:
    """A file; with a name, one that the browser saves instead of showing it."""
    headers: dict[str, str | list[str]] = {**_ALWAYS, "Cache-Control": cache_control}
    if name:
        headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return Response(status_code=200, content_type=content_type, body=content, headers=headers)  # type: ignore[return-value]


def nothing_to_show() -> Response[str]:
    """It is done, and whoever asked stays where they are (204)."""
    return Response(status_code=204, body="", headers={**_ALWAYS, "Cache-Control": "no-store"})


def go_to(address: str, *, cookies: Sequence[Cookie] = ()) -> Response[str]:
    """Go on there, by GET (303): what a form answers once it is done, so that going back sends it no second time."""
    headers: dict[str, str | list[str]] = {**_ALWAYS, "Cache-Control": "no-store", "Location": address}
    return Response(status_code=303, body="", headers=headers, cookies=list(cookies))
