"""The committed cut is what the script makes, and everything invented in it is harmless and plausible."""

import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from demo.choosing import keep_mix
from demo.cut import SEGMENTS, cut
from demo.cut_history import CUSTOMERS, main, read_source, write_tables
from demo.draws import instant
from demo.events import FILES, TABLES, Row, read_tables
from demo.figures import as_markdown, cut_figures, dataset_figures, event_figures, with_figures
from demo.history import load_history, window

Tables = Mapping[str, Sequence[Row]]
RESERVED_PHONE = re.compile(r"\+447700900\d{3}|\+1[2-9]\d{2}55501\d{2}")
RESERVED_EMAIL = re.compile(r"[a-z0-9]+\.[a-z0-9]+@example\.(com|org|net)")
CLOCKS = {
    "es": {"Europe/Madrid", "America/Mexico_City", "America/Argentina/Buenos_Aires", "America/Bogota"},
    "pt": {"Europe/Lisbon", "America/Sao_Paulo"},
    "en": {"Europe/London", "Europe/Dublin", "America/New_York"},
}
MADE = json.loads((FILES / "figures.json").read_text(encoding="utf-8"))
NAMED = {"given_name", "family_name", "email"}  # what another version of Faker would call people


@pytest.fixture(scope="module")
def fixture_source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset of forty customers, every fourth with a return of one piece of the first order."""
    lines = ["InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"]
    first = datetime(2010, 1, 4, 11)  # noqa: DTZ001 - the dataset's own wall clock
    for who in range(40):
        for number in range(1 + who % 8):
            at = first + timedelta(days=who + 30 * number)
            lines.append(
                f"{5000 + 10 * who + number},22041,RECORD FRAME,{who + 1},{at},2.10,{13000 + who},France"
            )
        if who % 4 == 0:
            back = first + timedelta(days=who + 25)
            lines.append(f"C{9000 + who},22041,RECORD FRAME,-1,{back},2.1,{13000 + who},France")
    path = tmp_path_factory.mktemp("source") / "lines.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_small_cut_keeps_orders_totals_and_refunds_of_those_it_chose(
    fixture_source: Path, tmp_path: Path
) -> None:
    assert main(["--source", str(fixture_source), "--customers", "20", "--output", str(tmp_path)]) == 0
    made = read_tables(tmp_path)
    who = {row["customer_id"] for row in made["customers"]}
    assert len(who) == 20
    expected = {
        str(5000 + 10 * n + order): str((n + 1) * 210)
        for n in range(40)
        if str(13000 + n) in who
        for order in range(1 + n % 8)
    }
    assert {row["order_id"]: row["total"] for row in made["orders"]} == expected
    returned = {f"C{9000 + n}" for n in range(0, 40, 4) if str(13000 + n) in who}
    assert {row["refund_id"] for row in made["refunds"]} == returned
    assert {row["amount"] for row in made["refunds"]} == {"210"}
    assert len(returned) == 5


def test_the_same_cut_twice_is_the_same_bytes(fixture_source: Path, tmp_path: Path) -> None:
    for run in ("one", "two"):
        assert (
            main(["--source", str(fixture_source), "--customers", "20", "--output", str(tmp_path / run)]) == 0
        )
    for name in TABLES:
        assert (tmp_path / "one" / f"{name}.csv").read_bytes() == (
            tmp_path / "two" / f"{name}.csv"
        ).read_bytes()


def test_a_source_that_is_not_there_ends_with_exit_code_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--source", str(tmp_path / "none.csv")])
    assert ended.value.code == 2
    assert "none.csv" in capsys.readouterr().err


def test_the_committed_files_are_what_the_script_makes(source: Path, tmp_path: Path) -> None:
    rows, orders, refunds = read_source(source)
    write_tables(cut(orders, refunds, CUSTOMERS), tmp_path)
    committed, made = read_tables(), read_tables(tmp_path)
    if version("faker") == MADE["faker"]:
        for name in TABLES:
            assert (tmp_path / f"{name}.csv").read_bytes() == (FILES / f"{name}.csv").read_bytes(), name
    assert without_names(made) == without_names(committed)
    assert dataset_figures(rows, orders, refunds).items() <= MADE["figures"].items()


def without_names(tables: Tables) -> dict[str, list[dict[str, Any]]]:
    return {
        name: [{key: value for key, value in row.items() if key not in NAMED} for row in rows]
        for name, rows in tables.items()
    }


def test_the_figures_are_those_of_the_committed_files(tables: Tables) -> None:
    counted = cut_figures(tables) | event_figures(load_history(), instant(window().start))
    assert counted.items() <= MADE["figures"].items()
    readme = (FILES.parent / "README.md").read_text(encoding="utf-8")
    assert readme == with_figures(readme, MADE["figures"])
    assert as_markdown(MADE["figures"]) in readme


def test_the_cut_keeps_the_datasets_mix_of_buyers_and_of_returns(tables: Tables) -> None:
    whole, kept = MADE["figures"]["dataset segments"], MADE["figures"]["cut segments"]
    everybody = sum(whole.values())
    for kind in SEGMENTS:
        assert kept[kind] / len(tables["customers"]) == pytest.approx(whole[kind] / everybody, abs=0.01), kind
    refunded = MADE["figures"]["dataset"]["customers with refunds"] / everybody
    assert MADE["figures"]["cut"]["customers with refunds"] / len(tables["customers"]) == pytest.approx(
        refunded, abs=0.01
    )


def test_keep_mix_gives_exactly_as_many_as_asked_and_refuses_more_than_there_are() -> None:
    groups = {f"c{n}": "many" if n < 67 else "few" for n in range(100)}
    for wanted in (1, 10, 33, 100):
        assert len(set(keep_mix(groups, wanted))) == wanted
    assert sum(groups[who] == "few" for who in keep_mix(groups, 10)) == 3
    with pytest.raises(ValueError, match="101 customers wanted, only 100"):
        keep_mix(groups, 101)


def test_every_phone_is_reserved_for_fiction_and_every_email_domain_for_documentation(tables: Tables) -> None:
    phones = [row["phone"] for row in tables["customers"] if row["phone"]]
    emails = [row["email"] for row in tables["customers"] if row["email"]]
    assert [phone for phone in phones if not RESERVED_PHONE.fullmatch(phone)] == []
    assert [email for email in emails if not RESERVED_EMAIL.fullmatch(email)] == []
    assert len(phones) == len(set(phones)) > 100
    assert len(emails) == len(set(emails)) > 250
    assert all(row["phone"] or row["email"] for row in tables["customers"])


def test_languages_are_mixed_and_live_where_they_are_spoken(tables: Tables) -> None:
    seen = defaultdict(set)
    for row in tables["customers"]:
        seen[row["language"]].add(row["time_zone"])
    assert seen == CLOCKS
    assert all(ZoneInfo(zone) for zones in seen.values() for zone in zones)


def test_ids_are_unique_and_every_row_belongs_to_one(tables: Tables) -> None:
    for name, key in (
        ("customers", "customer_id"),
        ("orders", "order_id"),
        ("refunds", "refund_id"),
        ("complaints", "complaint_id"),
    ):
        ids = [row[key] for row in tables[name]]
        assert len(ids) == len(set(ids)), name
    orders = {row["order_id"]: row["customer_id"] for row in tables["orders"]}
    customers = {row["customer_id"] for row in tables["customers"]}
    assert set(orders.values()) == customers
    assert {
        row["order_id"] for name in ("lines", "refunds", "complaints") for row in tables[name]
    } <= orders.keys()
    assert all(orders[row["order_id"]] == row["customer_id"] for row in tables["complaints"])


def test_nothing_happens_before_what_caused_it(tables: Tables) -> None:
    orders = {row["order_id"]: row for row in tables["orders"]}
    registered = {row["customer_id"]: row["registered_at"] for row in tables["customers"]}
    assert all(registered[row["customer_id"]] < row["placed_at"] for row in tables["orders"])
    assert all(row["placed_at"] < row["delivered_at"] for row in tables["orders"] if row["delivered_at"])
    assert all(orders[row["order_id"]]["placed_at"] < row["refunded_at"] for row in tables["refunds"])
    for row in tables["consents"]:
        assert registered[row["customer_id"]] < row["given_at"] < (row["withdrawn_at"] or "9999")
    first = {row["customer_id"]: row["placed_at"] for row in reversed(tables["orders"])}
    assert all(row["given_at"] < first[row["customer_id"]] for row in tables["consents"])
    for row in tables["complaints"]:
        assert orders[row["order_id"]]["placed_at"] < row["raised_at"]
        assert row["raised_at"] < (row["answered_at"] or "9999")
        assert (row["answered_at"] or row["raised_at"]) < (row["resolved_at"] or "9999")


def test_complaints_come_a_day_or_so_before_the_refund_they_led_to(tables: Tables) -> None:
    refunds = {f"K{row['refund_id']}": row for row in tables["refunds"]}
    waits = [
        datetime.fromisoformat(refunds[row["complaint_id"]]["refunded_at"])
        - datetime.fromisoformat(row["raised_at"])
        for row in tables["complaints"]
        if row["complaint_id"] in refunds
    ]
    assert len(waits) > 30
    assert timedelta(hours=2) <= min(waits)
    assert max(waits) <= timedelta(hours=54)


def test_some_complaints_are_answered_soon_some_late_some_never_and_some_stay_open(tables: Tables) -> None:
    day = timedelta(days=1)
    took = [
        datetime.fromisoformat(row["answered_at"]) - datetime.fromisoformat(row["raised_at"])
        for row in tables["complaints"]
        if row["answered_at"]
    ]
    assert sum(wait <= day for wait in took) > sum(wait > day for wait in took) > 5
    assert 5 < len(tables["complaints"]) - len(took) < len(took) / 2
    assert any(not row["resolved_at"] for row in tables["complaints"])


def test_refunds_of_an_order_never_pass_its_total_and_lines_are_part_of_it(tables: Tables) -> None:
    refunded: dict[str, int] = defaultdict(int)
    kept: dict[str, list[int]] = defaultdict(list)
    for row in tables["refunds"]:
        refunded[row["order_id"]] += int(row["amount"])
    for row in tables["lines"]:
        kept[row["order_id"]].append(int(row["quantity"]) * int(row["unit_price"]))
    for row in tables["orders"]:
        assert refunded[row["order_id"]] <= int(row["total"])
        assert 1 <= len(kept[row["order_id"]]) <= 5
        assert 0 < sum(kept[row["order_id"]]) <= int(row["total"])


def test_the_history_stays_under_a_megabyte() -> None:
    assert sum(file.stat().st_size for file in FILES.iterdir()) < 1_000_000
