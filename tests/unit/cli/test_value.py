"""Lifetime value from a log of purchases, on the command line."""

import csv
import json
from datetime import date, timedelta

import pytest

from bench.buyers import draw
from escalera.domain.value.buying import buying
from escalera_cli.valuation.purchase_log import SHOWN

END = date(2026, 6, 30)


@pytest.fixture(scope="module")
def rows():
    """Purchases of 400 customers drawn from the model, in no order, as a shop would list them."""
    base, listed = draw(400, days=300, seed=5), []
    for customer in range(len(base)):
        first = END - timedelta(days=int(base.age[customer]))
        repeats, last = int(base.frequency[customer]), int(base.recency[customer])
        listed.append((f"c{customer}", first, 25.0))
        for number in range(1, repeats + 1):
            day = first + timedelta(days=max(last * number // repeats, number))
            listed.append((f"c{customer}", min(day, END), float(base.mean_spend[customer]) + number / 10))
    return sorted(listed, key=lambda row: (row[2], row[0]))


@pytest.fixture
def write(tmp_path):
    def written(lines, name="purchases.csv", **how):
        path = tmp_path / name
        path.write_text("\n".join(lines) + "\n", **({"encoding": "utf-8"} | how))
        return path

    return written


def lines_of(rows, separator=",", day="%Y-%m-%d"):
    listed = [separator.join((who, f"{when:{day}}", f"{amount:.2f}")) for who, when, amount in rows]
    return [separator.join(("customer_id", "date", "amount")), *listed]


def fitted(result):
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_the_parameters_are_json_for_scripts(escalera, write, rows):
    found = fitted(escalera("value", "fit", write(lines_of(rows)), "--until", END, "--json", "-"))
    assert found.keys() == {"bgnbd", "gamma_gamma", "customers"}
    assert found["bgnbd"].keys() == {"r", "alpha", "a", "b", "log_likelihood"}
    assert found["gamma_gamma"].keys() == {"p", "q", "v", "log_likelihood"}
    assert found["customers"] == 400


def test_it_gives_what_was_published_on_the_music_shops_log(escalera, write, shared_data, tmp_path):
    golden = json.loads((shared_data / "golden" / "customer_value.json").read_text())
    listed = (shared_data / "cdnow" / "CDNOW_sample.txt").read_text().splitlines()
    parts = [line.split() for line in listed]
    log = write(["customer_id,date,amount", *(f"{who},{day},{paid}" for _, who, day, _, paid in parts)])
    each = tmp_path / "each.csv"
    found = fitted(
        escalera(
            *("value", "fit", log, "--until", "1997-09-30", "--unit", "week", "--json", "-"),
            *("--customers", each, "--horizon", 39),
        )
    )
    for name, published in golden["bgnbd"]["params"].items():
        assert found["bgnbd"][name] == pytest.approx(published, abs=0.0006)
    assert found["bgnbd"]["log_likelihood"] == pytest.approx(golden["bgnbd"]["LL"], abs=0.1)
    assert found["gamma_gamma"]["log_likelihood"] == pytest.approx(golden["gamma_gamma"]["LL"], abs=0.1)
    with each.open() as file:
        customers = {row["customer_id"]: row for row in csv.DictReader(file)}
    assert len(customers) == found["customers"] == golden["cdnow_sample_facts"]["customers"]
    (one,) = golden["bgnbd"]["conditional_expected_transactions"]
    first = customers["0001"]  # the customer of the published example
    history = [float(first[name]) for name in ("frequency", "recency", "age")]
    assert history == pytest.approx([one["x"], one["t_x"], one["T"]], abs=0.01)
    assert float(first["expected_purchases"]) == pytest.approx(one["value"], abs=one["tol"])


def test_each_customer_is_counted_as_the_papers_do(escalera, write, rows, tmp_path):
    each, until = tmp_path / "each.csv", END - timedelta(days=40)
    result = escalera(
        *("value", "fit", write(lines_of(rows)), "--until", until, "--unit", "day"),
        *("--customers", each, "--horizon", 90, "--json", tmp_path / "model.json"),
    )
    assert result.exit_code == 0, result.output
    purchases: dict[str, list[tuple[date, float]]] = {}
    for who, when, amount in rows:
        purchases.setdefault(who, []).append((when, amount))
    expected = {who: buying(one, until) for who, one in purchases.items()}
    with each.open() as file:
        for row in csv.DictReader(file):
            one = expected.pop(row["customer_id"])
            assert one is not None
            counted = (int(row["frequency"]), float(row["recency"]), float(row["age"]))
            assert counted == (one.frequency, one.recency, one.age)
            assert 0 <= float(row["alive"]) <= 1
            assert float(row["expected_purchases"]) >= 0
            assert float(row["expected_value"]) >= 0
    assert set(expected.values()) == {None}  # the others first bought after that day
    assert "were ignored" in result.stderr


def test_people_get_a_table_that_explains(escalera, write, rows):
    shown = escalera("value", "fit", write(lines_of(rows))).stdout
    assert "400 customers" in shown
    assert "leave after a repeat" in shown
    assert "on average" in shown


@pytest.mark.parametrize(
    "how",
    [
        {"separator": ";"},
        {"separator": "\t"},
        {"day": "%Y%m%d"},
        {"day": "%Y-%m-%dT23:59:59"},
        {"day": " %Y-%m-%d 08:00:00+02:00"},
    ],
)
def test_dates_and_separators_in_use_are_understood(escalera, write, rows, how):
    plain = fitted(escalera("value", "fit", write(lines_of(rows)), "--json", "-"))
    other = write(lines_of(rows, **how), "other.csv", encoding="utf-8-sig", newline="\r\n")
    assert fitted(escalera("value", "fit", other, "--json", "-")) == plain


def test_a_decimal_comma_is_understood_where_it_is_plain(escalera, write, rows):
    lines = lines_of(rows, ";")
    plain = fitted(escalera("value", "fit", write(lines), "--json", "-"))
    comma = [lines[0], *(line.replace(".", ",") for line in lines[1:])]
    assert fitted(escalera("value", "fit", write(comma), "--json", "-")) == plain


def test_columns_of_any_name_and_place_can_be_named(escalera, write, rows):
    plain = fitted(escalera("value", "fit", write(lines_of(rows)), "--json", "-"))
    lines = [f"x,{who},{amount:.2f},{when}" for who, when, amount in rows]
    log = write(["Invoice,Customer ID,Price,When", *lines])
    named = ("customer_id=customer id", "amount=Price", "date=When")
    words = [word for one in named for word in ("--column", one)]
    assert fitted(escalera("value", "fit", log, *words, "--json", "-")) == plain


def test_a_log_may_come_through_a_pipe(escalera, write, rows):
    lines = lines_of(rows)
    plain = fitted(escalera("value", "fit", write(lines), "--json", "-"))
    assert fitted(escalera("value", "fit", "-", "--json", "-", input="\ufeff" + "\n".join(lines))) == plain


def test_two_purchases_a_day_are_one(escalera, write, rows):
    plain = fitted(escalera("value", "fit", write(lines_of(rows)), "--json", "-"))
    halves = [(who, when, part) for who, when, amount in rows for part in (1.0, round(amount, 2) - 1.0)]
    found = fitted(escalera("value", "fit", write(lines_of(halves)), "--json", "-"))
    assert found["bgnbd"] == plain["bgnbd"]
    assert found["gamma_gamma"] == pytest.approx(plain["gamma_gamma"], rel=1e-4)


def test_a_purchase_of_nothing_is_a_purchase(escalera, write, rows):
    free = [(who, when, 0.0) for who, when, _ in rows]
    plain = fitted(escalera("value", "fit", write(lines_of(rows)), "--json", "-"))
    result = escalera("value", "fit", write(lines_of(free)), "--json", "-")
    found = fitted(result)
    assert found["bgnbd"] == plain["bgnbd"]
    assert found["gamma_gamma"] is None
    assert "No Gamma-Gamma model" in result.stderr


WRONG = {
    "a1,2026-02-30,5": "2026-02-30",
    "a1,30/06/2026,5": "Write 1997-09-30",
    "a1,0001-01-01,5": "before 1900",
    "a1,2026-06-30x,5": "2026-06-30x",
    "a1,2026-06-30,five": "Write a plain number",
    "a1,2026-06-30,nan": "Write a plain number",
    "a1,2026-06-30,1_000": "Write a plain number",
    'a1,2026-06-30,"1,234.50"': "Write a plain number",
    "a1,2026-06-30,": "Write a plain number",
    "a1,2026-06-30": "2 fields, the header has 3",
    "a1,2026-06-30,5,6": "4 fields, the header has 3",
    " ,2026-06-30,5": "customer_id is empty",
    "a1,2026-06-30,-5": "--refunds net",
}


@pytest.mark.parametrize(("line", "said"), WRONG.items())
def test_a_wrong_row_is_told_with_file_line_and_remedy(escalera, write, rows, line, said):
    lines = lines_of(rows)
    log = write([*lines[:7], line, *lines[7:]])
    result = escalera("value", "fit", log, "--json", "-")
    assert (result.exit_code, result.stdout) == (1, "")
    (told,) = [one for one in result.stderr.splitlines() if one.startswith(f"{log}:")]
    assert told.startswith(f"{log}:8: ")
    assert said in told


def test_wrong_rows_are_left_out_only_when_asked(escalera, write, rows):
    plain = fitted(escalera("value", "fit", write(lines_of(rows)), "--json", "-"))
    log = write([*lines_of(rows), *WRONG])
    result = escalera("value", "fit", log, "--json", "-", "--leave-out-wrong")
    assert fitted(result) == plain
    assert f"{len(WRONG)} wrong rows were left out" in result.stderr


def test_thousands_of_wrong_rows_are_counted_not_listed(escalera, write, rows):
    log = write([*lines_of(rows), *["a1,soon,5"] * 3000])
    told = escalera("value", "fit", log).stderr.splitlines()
    assert len(told) == SHOWN + 2
    assert "2980 more" in told[-2]


def test_refunds_are_taken_off_the_purchase_before_them(escalera, write, tmp_path, rows):
    """Of a day's money a refund takes its part, whenever it came; what nobody paid for, nothing."""
    kept, each = lines_of(rows), {}
    returned = [f"c{number},{END},-0.00001" for number in range(400)]
    for name, lines in (("plain", kept), ("net", [*kept, *returned, f"stranger,{END},-5"])):
        path = tmp_path / f"{name}.out"
        options = ("--refunds", "net", "--json", tmp_path / "model.json", "--customers", path)
        result = escalera("value", "fit", write(lines), *options)
        assert result.exit_code == 0, result.output
        each[name] = [row.split(",")[:4] for row in path.read_text().splitlines()]
    assert each["net"] == each["plain"]
    assert "1 refunds came before any purchase" in result.stderr


def test_two_currencies_are_refused_and_one_can_be_chosen(escalera, write, rows):
    plain = fitted(escalera("value", "fit", write(lines_of(rows)), "--json", "-"))
    lines = lines_of(rows)
    euros = [f"{lines[0]},currency", *(f"{line},EUR" for line in lines[1:])]
    assert fitted(escalera("value", "fit", write(euros), "--json", "-")) == plain
    log = write([*euros, "a1,2026-06-30,500,USD", "a2,2026-06-30,500,"])
    refused = escalera("value", "fit", log, "--json", "-")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert f"{log}:{len(euros) + 1}: currency is USD, before it was EUR" in refused.stderr
    assert f"{log}:{len(euros) + 2}: currency is empty" in refused.stderr
    chosen = escalera("value", "fit", log, "--json", "-", "--currency", "eur")
    assert fitted(chosen) == plain
    assert "2 rows in other currencies than EUR" in chosen.stderr


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([""], "no column 'customer_id'"),
        (["who,date,amount", "a1,2026-06-30,5"], "--column customer_id=NAME"),
        (["customer_id,date,amount"], "nobody bought anything"),
        (["customer_id,date,amount", "a1,2026-07-30,5"], "nobody bought anything by 2026-06-30"),
        (
            ["customer_id,date,amount", "a1,2026-06-01,5", "a1,2026-06-20,5"],
            "1 customers bought; 30 are needed",
        ),
        (["customer_id,date,amount", *(f"a{n},2026-06-01,5" for n in range(99))], "none of 99 customers"),
        (
            ["customer_id,date,amount", 'a1,2026-06-01,"5'],
            "fields, the header has 3|not CSV|plain number|1 customers",
        ),
    ],
)
def test_where_there_is_nothing_to_fit_it_says_so_and_fails(escalera, write, lines, said):
    result = escalera("value", "fit", write(lines), "--until", END, "--json", "-")
    assert (result.exit_code, result.stdout) == (1, "")
    assert any(one in result.stderr for one in said.split("|"))


def test_a_file_in_another_encoding_is_refused(escalera, write):
    log = write(["customer_id,date,amount", "peña,2026-06-30,5"], encoding="latin-1")
    result = escalera("value", "fit", log)
    assert result.exit_code == 1
    assert "not UTF-8" in result.stderr


def test_what_cannot_be_written_is_said(escalera, write, rows, tmp_path):
    result = escalera("value", "fit", write(lines_of(rows)), "--customers", tmp_path / "nowhere" / "each.csv")
    assert result.exit_code == 1
    assert "cannot be written" in result.stderr


@pytest.mark.parametrize(
    "words",
    [["--column", "amount"], ["--column", "colour=red"], ["--until", "9999-12-31"], ["--unit", "month"]],
)
def test_wrong_usage_is_said(escalera, write, words):
    assert escalera("value", "fit", write(["customer_id,date,amount"]), *words).exit_code == 2


def test_the_other_commands_start_without_numpy():
    import subprocess
    import sys

    code = "import sys, escalera_cli.main; print('numpy' in sys.modules or 'scipy' in sys.modules)"
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120
    )
    assert ran.stdout.strip() == "False"
