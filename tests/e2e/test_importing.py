"""A past that is imported into the deployed stack wakes nobody; what comes live after it is answered as ever."""

import csv
from collections import Counter
from datetime import timedelta
from pathlib import Path

from typer.testing import CliRunner

from escalera.domain.facts import FactKind
from escalera_cli.main import app
from tests.e2e.shop import Shop


def test_an_imported_base_wakes_no_journey_and_a_live_purchase_after_it_is_thanked(
    shop: Shop, tmp_path: Path
) -> None:
    customers = [shop.nobody_yet() for _ in range(3)]
    path = tmp_path / "orders.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("Order ID", "Customer ID", "Email", "Order date", "Total", "Currency"))
        for one in customers:
            for days in (400, 390, 380):
                at = shop.now - timedelta(days=days)
                writer.writerow(
                    (f"{one}-{days}", one, f"{one}@example.com", f"{at:%Y-%m-%d %H:%M}", "10.00", "EUR")
                )
    words = ("import", path, "--state", shop.stack.state, "--report", tmp_path / "report")
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exit_code == 0, result.output
    assert [shop.customer(one).orders for one in customers] == [3] * 3
    assert all(shop.customer(one).quiet_since for one in customers)

    shop.invoke("FindQuietCustomers")
    shop.put(shop.purchase(customers[0], f"{customers[0]}-live"))
    shop.wait_until(
        lambda: shop.mails_to(f"{customers[0]}@example.com"), "the thank-you for the live purchase"
    )
    assert len(shop.entries(customers[0], "thank-you")) == 1
    for one in customers[1:]:
        kept = Counter(fact.key.kind for fact in shop.facts(one))
        # The orders, the silence that the past ended in, and nothing else.
        assert kept == {FactKind.ORDER: 3, FactKind.SILENCE: 1}
        assert shop.mails_to(f"{one}@example.com") == []
    assert shop.entries(customers[0], "win-back") == []
