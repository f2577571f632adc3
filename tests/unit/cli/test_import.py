"""`escalera import`, on a stack in this process."""

import csv
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import boto3
import pytest

from escalera.adapters.dynamodb.projections import DynamoDBProjections
from escalera.adapters.dynamodb.repository import DynamoDBCustomerRepository
from escalera.domain.customer import Customer
from escalera.domain.facts import Order, Refund
from escalera.domain.money import Money
from escalera.domain.once import guest_id
from escalera.domain.vocabulary import CustomerId, MessageChannel, Purpose
from escalera_cli.commands import import_past as command

ROOT = Path(__file__).parents[3]
EMAIL = MessageChannel.EMAIL


@pytest.fixture(autouse=True)
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where an import stands meanwhile; it is empty again when it is done."""
    monkeypatch.setattr(command, "WORK", tmp_path / "work")
    return tmp_path / "work"


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def make(name: str, text: str, encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return make


@pytest.fixture
def bring(escalera, stack, tmp_path) -> Callable[..., dict[str, Any]]:
    """Import into the stack; the answer is the summary."""

    def run(*words: Any, code: int = 0) -> dict[str, Any]:
        result = escalera(
            "import",
            *words,
            "--stage",
            "dev",
            "--json",
            "--report",
            tmp_path / "report",
            "--programme",
            ROOT / "programme",
        )
        assert result.exit_code == code, result.output
        summary: dict[str, Any] = json.loads(result.stdout)
        return summary

    return run


def client(service: str, _settings: Any = None) -> Any:
    return boto3.client(service)  # type: ignore[call-overload]


@pytest.fixture
def customers(stack) -> DynamoDBCustomerRepository:
    return DynamoDBCustomerRepository("customers", client)


def load(customers: DynamoDBCustomerRepository, name: str) -> Customer:
    return customers.load([CustomerId(name)])[CustomerId(name)]


def orders(customers: DynamoDBCustomerRepository, name: str) -> dict[str, Order]:
    facts = customers.facts_of(CustomerId(name))
    return {fact.order_id: fact for fact in facts if isinstance(fact, Order)}


def everything(table: str = "customers") -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = client("dynamodb").scan(TableName=table)["Items"]
    return sorted(items, key=lambda item: (item["pk"]["S"], item["sk"]["S"]))


def rows(path: Path, delimiter: str = ",") -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


CUSTOMERS = """\
Customer ID,Email,First Name,Last Name,Accepts Email Marketing,Registered at,Phone
c-1,ana@example.com,Ana,Ejemplo,yes,2023-01-05,+34600000001
c-2,luis@example.com,Luis,Exemplo,no,2023-02-01,
"""
ORDERS = """\
Order ID,Customer ID,Order date,Total,Currency
1001,c-1,2023-01-06 10:00,45.90,EUR
1002,c-1,2023-06-01 18:30,"1,200.00",EUR
1003,c-2,2023-03-01,10,EUR
"""


def test_customers_and_orders_are_counted_in_the_shops_own_time(bring, write, customers):
    summary = bring(write("customers.csv", CUSTOMERS), write("orders.csv", ORDERS))
    assert summary["imported"] == {"consents": 2, "customers": 2, "orders": 3}
    ana = load(customers, "c-1")
    assert (ana.orders, ana.spending["EUR"].bought) == (2, 124_590)
    assert (ana.contact.given_name, ana.contact.email) == ("Ana", "ana@example.com")
    assert orders(customers, "c-1")["1001"].placed_at.isoformat() == "2023-01-06T09:00:00+00:00"
    assert ana.consents[Purpose.PROMOTION, EMAIL].given
    assert not load(customers, "c-2").consents[Purpose.PROMOTION, EMAIL].given
    assert ana.quiet_since is not None
    assert customers.find_by_address(EMAIL, "ana@example.com") == "c-1"


def test_every_write_is_told_to_nobody_but_silences_which_never_are(bring, write):
    bring(write("customers.csv", CUSTOMERS), write("orders.csv", ORDERS))
    own = [item for item in everything() if item["pk"]["S"].startswith("CUSTOMER#")]
    assert {item["sk"]["S"].partition("#")[0] for item in own if "untold" not in item} == {"SILENCE"}


def test_the_same_import_again_changes_nothing_and_says_so(bring, write, work):
    files = write("customers.csv", CUSTOMERS), write("orders.csv", ORDERS)
    bring(*files)
    before = everything()
    again = bring(*files)
    assert everything() == before
    assert again["imported"] == {"consents known": 2, "customers": 2, "orders known": 3}
    assert list(work.iterdir()) == []


def test_a_dry_run_needs_no_stack_writes_no_table_and_leaves_the_report(escalera, write, tmp_path, work):
    bad = ORDERS + "1004,c-2,soon,10,EUR\n"
    result = escalera(
        *("import", write("orders.csv", bad), "--dry-run", "--report", tmp_path / "report"),
        *("--programme", ROOT / "programme"),
    )
    assert result.exit_code == 1
    assert "Would import: 2 customers, 3 orders" in result.output
    (row,) = rows(tmp_path / "report" / "orders.rejects.csv")
    assert (row["Order ID"], row["_line"], row["_column"]) == ("1004", "5", "Order date")
    assert "is no date" in row["_reason"]
    assert list(work.iterdir()) == []


def test_an_order_with_a_wrong_line_is_left_out_whole_and_every_line_is_listed(
    bring, write, customers, tmp_path
):
    text = (
        "Invoice,StockCode,Quantity,InvoiceDate,Price,Customer ID\n"
        "1,A,1,2023-01-01 10:00,5.00,c-1\n"
        "1,B,two,2023-01-01 10:00,5.00,c-1\n"
        "1,C,1,2023-01-01 10:00,5.00,c-1\n"
        "2,A,2,2023-01-02 10:00,5.00,c-1\n"
    )
    summary = bring(write("lines.csv", text), "--currency", "GBP", code=1)
    assert list(orders(customers, "c-1")) == ["2"]
    assert summary["files"][0]["rejected"] == 3
    left = rows(tmp_path / "report" / "lines.rejects.csv")
    assert [(row["StockCode"], row["_column"], row["_because"]) for row in left] == [
        ("A", "", "lines.csv:3"),
        ("B", "Quantity", ""),
        ("C", "", "lines.csv:3"),
    ]


def test_rejects_can_be_mended_and_imported_as_they_are(bring, write, customers, tmp_path):
    bring(write("orders.csv", ORDERS + "1004,c-2,soon,10,EUR\n"), code=1)
    rejects = tmp_path / "report" / "orders.rejects.csv"
    mended = write("mended.csv", rejects.read_text().replace("soon", "2023-04-01"))
    assert bring(mended)["imported"]["orders"] == 1
    assert set(orders(customers, "c-2")) == {"1003", "1004"}


def test_lines_are_summed_with_returns_given_to_the_order_that_holds_them(bring, write, customers):
    text = (
        "Invoice,StockCode,Quantity,InvoiceDate,Price,Customer ID\n"
        "536365,85123A,6,01/12/2010 08:26,2.55,17850\n"
        "536365,71053,6,01/12/2010 08:26,3.39,17850\n"
        "536999,85123A,4,15/12/2010 08:26,2.55,17850\n"
        "C537000,85123A,-5,16/12/2010 09:00,2.55,17850.0\n"
        "C537001,XXX,-1,16/12/2010 09:00,2.55,17850\n"
        ",22,1,16/12/2010 09:00,2.55,17850\n"
        "537002,22,1,16/12/2010 09:00,2.55,\n"
    )
    summary = bring(write("uci.csv", text), "--currency", "GBP", "--time-zone", "Europe/London", code=1)
    known = orders(customers, "17850")
    assert {name: (order.total.amount, order.refunded) for name, order in known.items()} == {
        "536365": (3564, 255),
        "536999": (1020, 1020),
    }
    refunds = [fact for fact in customers.facts_of(CustomerId("17850")) if isinstance(fact, Refund)]
    assert sorted(refund.refund_id for refund in refunds) == ["C537000-1", "C537000-2"]
    assert load(customers, "17850").orders_returned == 1
    assert sorted(summary["rejected"]) == [
        "a return of something that no earlier order of this customer holds",
        "is missing",
        "nobody knows whose it is: no row of the order has a customer id, an e-mail or a phone",
    ]


def test_spanish_headers_decimal_commas_semicolons_and_windows_letters(bring, write, customers):
    text = (
        "Número de pedido;Correo electrónico;Fecha del pedido;Importe total;Moneda;Descuento\n"
        "A-1;josé@example.com;31/12/2023 10:00;1.234,56 €;EUR;10,00\n"
    )
    bring(write("pedidos.csv", text, encoding="cp1252"))
    found = customers.find_by_address(EMAIL, "josé@example.com")
    assert found is not None
    assert found.startswith("guest-")
    order = orders(customers, found)["A-1"]
    assert (order.total.amount, order.placed_at.month) == (123_456, 12)


def test_a_shopify_export_tells_an_order_over_several_rows(bring, write, customers):
    text = (
        "Name,Email,Financial Status,Paid at,Currency,Total,Discount Amount,Lineitem quantity,Lineitem price,"
        "Lineitem sku,Refunded Amount\n"
        "#1001,ana@example.com,partially_refunded,2024-03-01 10:22:33 -0500,EUR,30.00,5.00,2,10.00,A,12.00\n"
        "#1001,ana@example.com,,,,,,1,15.00,B,\n"
        "#1002,ana@example.com,voided,2024-03-01 10:22:33 -0500,EUR,30.00,0.00,2,15.00,A,0.00\n"
    )
    summary = bring(write("shopify.csv", text), code=1)
    ana = customers.find_by_address(EMAIL, "ana@example.com")
    order = orders(customers, ana)["1001"]
    assert (order.total.amount, order.refunded) == (3000, 1200)
    assert order.placed_at.isoformat() == "2024-03-01T15:22:33+00:00"
    assert list(summary["rejected"]) == ["its status says that it was not bought (cancelled, unpaid, failed)"]


def test_refunds_find_their_orders_and_say_why_where_they_do_not(bring, write, customers, tmp_path):
    refunds = (
        "Order ID,Refund ID,Refund date,Refund amount\n"
        "1001,r-1,2023-02-01,45.90\n"
        "9999,r-2,2023-02-01,1.00\n"
        "1003,,2023-04-01,1.00\n"
        "1003,,2023-04-01,1.00\n"
    )
    bring(write("orders.csv", ORDERS), write("refunds.csv", refunds), code=1)
    assert load(customers, "c-1").orders_returned == 1
    assert load(customers, "c-2").spending["EUR"].refunded == 200
    (left,) = rows(tmp_path / "report" / "refunds.rejects.csv")
    assert left["Refund ID"] == "r-2"


def test_identities_are_merged_and_it_is_said_who(bring, write, customers, tmp_path):
    text = (
        "Order ID,Customer ID,Email,Phone,Order date,Total,Currency\n"
        "1,c-1,ana@example.com,,2023-01-01,10,EUR\n"
        "2,,ANA@example.com,,2023-02-01,10,EUR\n"
        "3,c-9,ana@example.com,+34600000001,2023-03-01,10,EUR\n"
        "4,,,+34600000001,2023-04-01,10,EUR\n"
        "5,c-5,luis@example.com,+34600000001,2023-05-01,10,EUR\n"
    )
    summary = bring(write("orders.csv", text))
    assert set(orders(customers, "c-1")) == {"1", "2", "3", "4"}
    assert set(orders(customers, "c-5")) == {"5"}
    assert (summary["merged"], summary["kept_apart"]) == (3, 1)
    told = rows(tmp_path / "report" / "merged.csv")
    assert {(row["what"], row["kept"], row["customer_id"]) for row in told} == {
        ("merged", "c-1", ""),
        ("merged", "c-1", "c-9"),
        ("kept apart", "c-9", "c-5"),
    }
    before = everything()
    bring(tmp_path / "orders.csv")
    assert everything() == before


def test_an_address_that_the_table_knows_joins_its_customer(bring, write, customers):
    bring(write("customers.csv", CUSTOMERS))
    guests = "Order ID,Email,Order date,Total,Currency\n7,ana@example.com,2023-02-01,10,EUR\n"
    bring(write("guests.csv", guests))
    assert set(orders(customers, "c-1")) == {"7"}


def test_unsubscribed_and_bounced_close_their_channel(bring, write, customers):
    text = "Email,Unsubscribed,Bounced\nana@example.com,2024-05-01,\nluis@example.com,,yes\n"
    bring(write("list.csv", text))
    ana = load(customers, customers.find_by_address(EMAIL, "ana@example.com"))
    luis = load(customers, customers.find_by_address(EMAIL, "luis@example.com"))
    assert ana.unsubscribed[EMAIL].year == 2024
    assert luis.suppressed[EMAIL].reason == "hard_bounce"


def interrupted_after(monkeypatch: pytest.MonkeyPatch, saves: int) -> None:
    """Ctrl-C while the table is written, after so many batches."""
    real, done = DynamoDBCustomerRepository.save, list[int]()

    def save(self, changes: Sequence[Any]) -> Any:
        if len(done) == saves:
            raise KeyboardInterrupt
        done.append(1)
        return real(self, changes)

    monkeypatch.setattr(DynamoDBCustomerRepository, "save", save)


def test_interrupted_while_writing_it_goes_on_where_it_stopped(  # noqa: PLR0917 - fixtures
    escalera, bring, write, customers, work, monkeypatch
):
    from escalera_cli.importing import folding

    monkeypatch.setattr(folding, "PEOPLE_TOGETHER", 2)
    lines = [f"{number},c-{number % 7},2023-01-{1 + number % 28:02},1.00,EUR" for number in range(60)]
    file = write("orders.csv", "\n".join(["Order ID,Customer ID,Order date,Total,Currency", *lines]))
    with monkeypatch.context() as broken:
        interrupted_after(broken, 2)
        result = escalera(
            *("import", file, "--stage", "dev", "--programme", ROOT / "programme"),
        )
    assert result.exit_code == 130
    assert "goes on from there" in result.output
    assert sum(load(customers, f"c-{number}").orders > 0 for number in range(7)) == 4
    (kept,) = work.iterdir()
    assert kept.stat().st_mode & 0o077 == 0
    loaded: list[str] = []
    real = DynamoDBCustomerRepository.load

    def load_noted(self: DynamoDBCustomerRepository, ids: Any) -> Any:
        wanted = list(ids)
        loaded.extend(wanted)
        return real(self, wanted)

    monkeypatch.setattr(DynamoDBCustomerRepository, "load", load_noted)
    summary = bring(file)
    assert summary["imported"] == {"customers": 7, "orders": 60}
    assert len(set(loaded)) == 3
    assert sum(load(customers, f"c-{number}").orders for number in range(7)) == 60
    assert list(work.iterdir()) == []


def test_interrupted_before_customers_could_be_found_it_is_mended_by_the_same_command(
    escalera, bring, write, customers, monkeypatch
):
    file = write("customers.csv", CUSTOMERS)
    with monkeypatch.context() as broken:
        broken.setattr(DynamoDBProjections, "write", Mock(side_effect=KeyboardInterrupt))
        result = escalera("import", file, "--stage", "dev", "--programme", ROOT / "programme")
    assert result.exit_code == 130
    assert customers.find_by_address(EMAIL, "ana@example.com") is None
    bring(file)
    assert customers.find_by_address(EMAIL, "ana@example.com") == "c-1"


def test_interrupted_while_reading_it_goes_on_where_it_stopped(escalera, bring, write, work, monkeypatch):
    from escalera_cli.importing import checks, intake

    monkeypatch.setattr(intake, "_ROWS_TOGETHER", 10)
    lines = [f'{number},c-{number % 7},2023-01-02,"1.00",EUR' for number in range(60)]
    file = write("orders.csv", "\r\n".join(["Order ID,Customer ID,Order date,Total,Currency", *lines]))
    read: list[str] = []
    real = checks.OrderCheck.read

    def dies(self: checks.OrderCheck, file: int, line: int, row: Any, wrong: Any) -> Any:
        read.append(row[0])
        if len(read) == 35:
            raise KeyboardInterrupt
        return real(self, file, line, row, wrong)

    monkeypatch.setattr(checks.OrderCheck, "read", dies)
    result = escalera("import", file, "--stage", "dev", "--programme", ROOT / "programme")
    assert result.exit_code == 130
    assert bring(file)["imported"] == {"customers": 7, "orders": 60}
    assert read[34] == "34"
    assert read[35:] == [str(number) for number in range(30, 60)]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.csv", "Colour,Taste\nred,sweet\n", "does not say what a row is (it has: Colour, Taste)"),
        ("a.csv", "", "is empty"),
        ("a.csv", "\n\nx", "must name the columns"),
        ("a.csv", 'Order ID,Email,Date,Total\n1,a@b.co,2023-01-01,"1,234"\n', "--decimals"),
        ("a.csv", "Order ID,Email,Date,Total\n1,a@b.co,01/02/2023,10\n", "--dates"),
        ("a.csv", "Order ID,Total\n1,10\n", "lacks ordered_at; customer_id or email or phone"),
        ("a.csv.gz", "no gzip", "cannot be read"),
        ("a.csv", 'Email\n"never closed\n' + "x\n" * 70_000, "never closed"),
    ],
)
def test_a_file_that_cannot_be_understood_is_refused_with_what_to_do(escalera, write, name, text, said):
    result = escalera(
        "import", write(name, text), "--dry-run", "--report", write("r", "").parent / "report",
        "--programme", ROOT / "programme",
    )  # fmt: skip
    assert result.exit_code == 1
    assert said in result.output


def test_a_mapping_file_names_columns_and_what_was_understood_is_shown(escalera, write):
    file = write("x.csv", "Bon,Wer,Wann,Wieviel,Woher\n1,c-1,2023-01-01,5,DE\n")
    mapping = write(
        "mapping.yaml",
        "columns: {order_id: Bon, customer_id: Wer, ordered_at: Wann, total: Wieviel}\n",
    )
    result = escalera(
        "import", file, "--mapping", mapping, "--show-mapping", "--programme", ROOT / "programme"
    )
    assert result.exit_code == 0, result.output
    assert "orders; utf-8" in result.output
    assert "(not used)           Woher" in result.output


def test_a_field_that_does_not_exist_is_named(escalera, write):
    mapping = write("mapping.json", '{"columns": {"ordr": "Bon"}}')
    result = escalera(
        "import", write("x.csv", "a\n"), "--mapping", mapping, "--programme", ROOT / "programme"
    )
    assert result.exit_code == 1
    assert "there is no field ordr" in result.output


def test_a_file_given_twice_is_no_import(escalera, write):
    file = write("orders.csv", ORDERS)
    assert escalera("import", file, "--orders", file).exit_code == 2
    assert escalera("import").exit_code == 2


HEAD = "Order ID,Customer ID,Order date,Total,Currency\n"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1,c-1,2023-01-01,10,EUR\n1,c-2,2023-01-01,10,EUR\n", "its rows name different customers"),
        ("1,c-1,2023-01-01,10,EUR\n1,c-1,2023-01-01,11,EUR\n", "its rows tell different totals"),
        ("1,c-1,2023-01-01,10,EUR\n1,c-1,2023-01-01,10,GBP\n", "its rows are in different currencies"),
        ("1,c-1,,10,EUR\n", "no row of the order has its date"),
        (
            "1,c-1,2023-01-01,-10,EUR\n",
            "its total is below zero, but not all of its lines give something back",
        ),
        ("1,c-1,2023-01-01,10,euro\n", "is no ISO 4217 code: write it like EUR, or give --currency"),
        (
            "1,c-1,2023-01-01,10,EUR,x\n",
            "the row has more fields than the header: a separator or a quote is astray",
        ),
    ],
)
def test_an_order_that_cannot_be_right_is_left_out_with_the_reason(bring, write, customers, text, reason):
    summary = bring(write("orders.csv", HEAD + text), code=1)
    assert list(summary["rejected"]) == [reason]
    assert everything() == []


def test_an_order_that_two_files_tell_alike_counts_once_and_told_differently_not_at_all(
    bring, write, customers
):
    one = write("one.csv", HEAD + "1,c-1,2023-01-01,10,EUR\n2,c-1,2023-01-02,10,EUR\n")
    two = write("two.csv", HEAD + "1,c-1,2023-01-01,10,EUR\n2,c-1,2023-01-02,99,EUR\n")
    summary = bring(one, two, code=1)
    assert set(orders(customers, "c-1")) == {"1"}
    assert summary["orders_in_two_files"] == 1
    assert summary["rejected"] == {"two of the files tell it differently": 2}


def test_a_refund_of_anothers_order_is_left_out(bring, write, customers):
    refunds = "Order ID,Customer ID,Refund ID,Refund date,Refund amount\n1001,c-2,r-1,2023-02-01,5\n"
    summary = bring(write("orders.csv", ORDERS), write("refunds.csv", refunds), code=1)
    assert summary["rejected"] == {"its order belongs to another customer": 1}
    assert orders(customers, "c-1")["1001"].refunded == 0


def test_a_merged_persons_order_that_came_live_under_the_other_id_counts_once(bring, write, customers):
    head = "Order ID,Customer ID,Email,Order date,Total,Currency\n"
    bring(write("live.csv", head + "1,c-9,,2023-01-01,10,EUR\n"))
    both = "1,c-1,ana@example.com,2023-01-01,10,EUR\n2,c-9,ana@example.com,2023-02-01,10,EUR\n"
    summary = bring(write("both.csv", head + both))
    assert (summary["imported"]["orders"], summary["imported"]["orders known"]) == (1, 1)
    assert set(orders(customers, "c-9")) == {"1", "2"}
    assert orders(customers, "c-1") == {}


def test_an_order_kept_under_each_of_two_known_ids_counts_once(bring, write, customers):
    head = "Order ID,Customer ID,Email,Order date,Total,Currency\n"
    bring(write("known.csv", head + "1,c-1,,2023-01-01,10,EUR\n2,c-2,,2023-01-02,10,EUR\n"))
    told = "1,c-2,ana@example.com,2023-01-01,10,EUR\n3,c-1,ana@example.com,2023-03-01,10,EUR\n"
    summary = bring(write("told.csv", head + told))
    assert (summary["imported"]["orders"], summary["imported"]["orders known"]) == (1, 1)
    assert (set(orders(customers, "c-1")), set(orders(customers, "c-2"))) == ({"1", "3"}, {"2"})


def test_categories_costs_and_discounts_stand_on_the_order(bring, write, customers):
    text = (
        "Order ID,Customer ID,Order date,Quantity,Unit price,Category,Cost,Discount\n"
        "1,c-1,2023-01-01,2,10.00,Lamps,4.00,1.00\n"
        "1,c-1,2023-01-01,1,5.00,Bulbs,2.50,\n"
    )
    bring(write("lines.csv", text))
    order = orders(customers, "c-1")["1"]
    assert (order.total.amount, order.discount, order.cost) == (2400, 100, 1050)
    assert order.categories == {"Lamps": 2000, "Bulbs": 500}


def test_lines_told_twice_count_as_they_stand_or_once_if_asked(bring, write, customers):
    line = "1,c-1,2023-01-01,1,5.00,A\n"
    file = write("lines.csv", "Order ID,Customer ID,Order date,Quantity,Unit price,SKU\n" + line * 2)
    assert bring(file, "--dry-run")["repeated_lines"] == 1
    bring(file, "--drop-repeated")
    assert orders(customers, "c-1")["1"].total.amount == 500


def test_wrong_optional_cell_is_left_out_alone_and_the_no_beside_it_is_imported(bring, write, customers):
    people = write(
        "people.csv",
        "Customer ID,Email,Phone,First Name,Time Zone,Unsubscribed\n"
        f"c1,ana@example.com,600 000 001,{'A' * 101},Madrid,2024-05-01\n"
        "c2,nobody,,Rui,Europe/Lisbon,\n",
    )
    summary = bring(people)
    assert summary["rejected"] == {}
    assert summary["left_alone"] == {
        "email is no e-mail address": 1,
        "given_name is longer than 100 letters": 1,
        "phone has no country code: give --country, such as ES": 1,
        "time_zone is no IANA time zone: write it like Europe/Madrid": 1,
    }
    ana, rui = load(customers, "c1"), load(customers, "c2")
    assert ana.unsubscribed.keys() == {EMAIL}
    assert (ana.contact.email, ana.contact.phone, ana.contact.given_name) == ("ana@example.com", None, "")
    assert (rui.contact.email, rui.contact.given_name) == (None, "Rui")


def test_wrong_address_is_missed_where_nothing_else_tells_who_it_is(bring, write):
    summary = bring(write("people.csv", "Email,First Name\nnobody,Ana\n"), code=1)
    assert summary["rejected"] == {"is no e-mail address": 1}


def test_zero_date_of_delivery_is_none_and_one_that_is_no_date_is_left_out_alone(bring, write, customers):
    orders = write(
        "orders.csv",
        "id_order;id_customer;email;date_add;delivery_date;total_paid;currency\n"
        "1;5;ana@example.com;2024-01-05 10:22:31;2024-01-09 10:00:00;45.00;EUR\n"
        "2;5;ana@example.com;2024-02-05 10:22:31;0000-00-00 00:00:00;35.00;EUR\n"
        "3;5;ana@example.com;2024-03-05 10:22:31;soon;35.00;EUR\n",
    )
    summary = bring(orders)
    assert (summary["imported"]["orders"], summary["imported"]["deliveries"]) == (3, 1)
    assert [reason.split()[0] for reason in summary["left_alone"]] == ["delivered_at"]
    assert load(customers, "5").orders == 3


def test_order_without_a_date_of_payment_has_that_of_its_making(bring, write, customers):
    exported = write(
        "orders.csv",
        "Name,Email,Financial Status,Paid at,Created at,Cancelled at,Total,Currency,Lineitem quantity,Lineitem price\n"
        "#1,ana@example.com,paid,2024-01-06,2024-01-05,,10.00,EUR,1,10.00\n"
        "#2,ana@example.com,paid,,2024-02-05,,10.00,EUR,1,10.00\n"
        "#3,ana@example.com,paid,2024-03-06,2024-03-05,2024-03-07,10.00,EUR,1,10.00\n",
    )
    summary = bring(exported, code=1)
    assert list(summary["rejected"]) == ["its status says that it was not bought (cancelled, unpaid, failed)"]
    placed = {
        name: one.placed_at.date().isoformat()
        for name, one in orders(customers, guest_id("ana@example.com")).items()
    }
    assert placed == {"1": "2024-01-05", "2": "2024-02-04"}, "at midnight in Madrid"


def test_guests_of_one_placeholder_are_as_many_as_their_addresses(bring, write, customers):
    orders = write(
        "orders.csv",
        "Order ID,Order Date,Order Total,Customer ID,Email\n"
        "1,2024-01-05,10.00,0,ana@example.com\n"
        "2,2024-01-06,10.00,NULL,rui@example.com\n"
        "3,2024-01-07,10.00,guest,ana@example.com\n",
    )
    assert bring(orders)["imported"]["customers"] == 2
    known = customers.load([guest_id("ana@example.com"), guest_id("rui@example.com")]).values()
    assert [one.orders for one in known] == [2, 1]


def test_currency_without_a_minor_unit_has_no_decimals_however_pieces_are_written(bring, write, customers):
    clp = write(
        "clp.csv",
        "Order ID,Order Date,Order Total,Customer ID,Currency,Quantity,Unit Price\n"
        "L1,2024-01-05,10.990,a,CLP,1.0,10.990\n"
        'L2,2024-01-05,"1,025,490.00",b,CLP,2.0,512.745\n',
    )
    assert bring(clp)["rejected"] == {}
    assert orders(customers, "a")["L1"].total == Money(10_990, "CLP")
    assert orders(customers, "b")["L2"].total == Money(1_025_490, "CLP")


def test_how_pieces_are_written_says_nothing_of_how_prices_are(escalera, write):
    eur = write(
        "eur.csv", "Order ID,Order Date,Customer ID,Quantity,Unit Price\nL1,2024-01-05,a,1.0,10.990\n"
    )
    result = escalera("import", eur, "--dry-run")
    assert result.exit_code == 1
    assert "unit_price '10.990' can be read in two ways" in result.output


def test_words_of_mail_services_refuse_or_close_as_they_mean(bring, write, customers):
    words = ("subscribed", "NEVER_SUBSCRIBED", "pending", "not_subscribed", "blocklisted", "Cleaned")
    rows = "".join(f"c{n},{n}@example.com,{word},\n" for n, word in enumerate(words))
    people = write(
        "people.csv",
        f"Customer ID,Email,Accepts Email Marketing,Unsubscribed\n{rows}c6,6@example.com,,suppressed\n",
    )
    assert bring(people)["rejected"] == {}
    said = [load(customers, f"c{n}").consents[Purpose.PROMOTION, EMAIL].given for n in range(len(words))]
    assert said == [True, *[False] * 5]
    assert load(customers, "c6").unsubscribed.keys() == {EMAIL}


def test_word_of_a_consent_says_nothing_of_a_closed_address(bring, write):
    people = write("people.csv", "Customer ID,Email,Unsubscribed\nc1,a@example.com,pending\n")
    assert bring(people, code=1)["rejected"] == {"is neither yes, no nor a date": 1}
