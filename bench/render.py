"""How many messages a CPU second renders, out of the compiled programme."""

import time
from dataclasses import asdict
from typing import Any

from bench.house import House
from escalera.domain.links import LinkPurpose

TIMES = 300
_CONTEXT = {
    "customer": {"name": "Ana", "orders": 2},
    "order": {"number": 2, "total": "45,90 €", "placed_on": "2 de marzo"},
    "links": {purpose: f"https://portal.example.com/{purpose}/{'x' * 120}" for purpose in LinkPurpose},
}


def rendering() -> dict[str, float]:
    """Renderings a CPU second of the thank-you for an order, by channel; every language alike often."""
    from escalera import bootstrap  # noqa: PLC0415 - after the house is furnished
    from escalera.domain.vocabulary import Language, MessageChannel, MessageName  # noqa: PLC0415

    House()
    renderer, shop = bootstrap.renderer(), bootstrap.programme().shop
    context: dict[str, Any] = {**_CONTEXT, "shop": asdict(shop)}
    speeds: dict[str, float] = {}
    for channel in MessageChannel:
        for language in Language:
            renderer.render(MessageName("order-thanks"), channel, language, context)
        began = time.process_time()
        for _ in range(TIMES):
            for language in Language:
                renderer.render(MessageName("order-thanks"), channel, language, context)
        speeds[channel.value] = TIMES * len(Language) / (time.process_time() - began)
    return speeds
