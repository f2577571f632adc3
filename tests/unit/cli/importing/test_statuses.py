"""What the statuses of six platforms say, in three languages; what none says is asked for."""

import pytest

from escalera_cli.endings import CommandError
from escalera_cli.importing.columns import Wish, read_wish, understand
from escalera_cli.importing.forms import DateOrder
from escalera_cli.importing.intake import Options, understand_files
from escalera_cli.importing.statuses import OrderStatus, all_of, status_of

BOUGHT, REFUNDED, NOT, UNKNOWN = OrderStatus


@pytest.mark.parametrize(
    ("said", "texts"),
    [
        (
            BOUGHT,
            (
                *(
                    "paid",
                    "partially_refunded",
                    "wc-completed",
                    "wc-processing",
                    "complete",
                    "processing",
                    "Pagado",
                ),
                *(
                    "Recibido",
                    "Abierta",
                    "Cerrada",
                    "Pago aceptado",
                    "approved",
                    "accredited",
                    "Pagamento aprovado",
                ),
                *(
                    "Concluído",
                    "Payment accepted",
                    "Shipped",
                    "Entregado",
                    "En camino",
                    "Pending fulfillment",
                ),
                *(
                    "Preparación en curso",
                    "Awaiting shipment",
                    "Pendiente de envío",
                    "fulfilled",
                    "Em preparação",
                ),
            ),
        ),
        (
            REFUNDED,
            ("refunded", "wc-refunded", "Reembolsado", "Devuelto", "Devolvido", "Estornado", "Reembolsada"),
        ),
        (
            NOT,
            (
                *(
                    "wc-cancelled",
                    "wc-failed",
                    "wc-on-hold",
                    "pending_payment",
                    "Cancelled by customer",
                    "Rechazado",
                ),
                *(
                    "Pago rechazado",
                    "declined",
                    "voided",
                    "authorized",
                    "Cancelada",
                    "Pendiente",
                    "canceled",
                    "holded",
                ),
                *(
                    "payment_review",
                    "charged_back",
                    "Contracargo",
                    "No pagado",
                    "Não pago",
                    "Aguardando pagamento",
                ),
                *(
                    "Em análise",
                    "in_mediation disputed",
                    "Pago vencido",
                    "Error en pago",
                    "checkout-draft",
                    "Anulado",
                ),
                *(
                    "Esperando el pago por transferencia",
                    "Pagamento recusado",
                    "Falhou",
                    "Cancelado (reembolsado)",
                ),
            ),
        ),
        (UNKNOWN, ("closed", "Jalisco", "blue")),
    ],
)
def test_status_is_understood(said, texts):
    assert {text: status_of(text) for text in texts} == dict.fromkeys(texts, said)


@pytest.mark.parametrize(
    ("texts", "said"),
    [
        (("Abierta", "Recibido"), BOUGHT),
        (("Abierta", "Pendiente"), NOT),
        (("Cerrada", "Reembolsado"), REFUNDED),
        (("Abierta", "blue"), UNKNOWN),
        (("", ""), BOUGHT),
    ],
)
def test_several_statuses_of_an_order_count_together(texts, said):
    assert all_of(texts) == said


def test_operator_says_what_no_word_tells(tmp_path):
    file = tmp_path / "mapping.yaml"
    file.write_text("statuses: {Closed: refunded, wc-laser-cut: bought}\ncolumns: {channel: null}\n", "utf-8")
    wish = read_wish(file)
    assert status_of("closed", wish.statuses) is REFUNDED
    assert status_of("wc-laser-cut", wish.statuses) is BOUGHT
    header = ("Order ID", "Date", "Total", "Email", "Channel")
    assert "channel" not in understand("a.csv", header, wish).places
    file.write_text("statuses: {closed: maybe}\n", "utf-8")
    with pytest.raises(CommandError, match=r"cannot be maybe.*bought, refunded, not bought"):
        read_wish(file)


def test_unknown_status_is_listed_with_its_count_and_asked_for(tmp_path):
    path = tmp_path / "orders.csv"
    rows = "".join(
        f"{n},2024-01-05,10.00,c{n},{status}\n" for n, status in enumerate(("paid", "blue", "blue"))
    )
    path.write_text(f"Order ID,Order Date,Order Total,Customer ID,Status\n{rows}", "utf-8")
    options = Options(time_zone="Europe/Madrid", currency="EUR", dates=DateOrder.YMD)
    with pytest.raises(CommandError, match=r"'blue' \(2 rows\).*statuses: \{closed: refunded\}"):
        understand_files([(path, None)], Wish(), options)
    said = Wish(statuses={"blue": BOUGHT})
    assert understand_files([(path, None)], said, options)[0].plain()["statuses"] == ["Status"]


def test_columns_of_two_statuses_are_both_read():
    header = ("Número de orden", "Email", "Fecha", "Estado de la orden", "Estado del pago", "Total")
    assert understand("a.csv", header).statuses == (3, 4)


def test_real_orders_that_were_not_bought_are_left_out_or_asked_for(shared_data):
    options = Options(time_zone="Europe/Madrid", currency="EUR", dates=DateOrder.YMD)
    with pytest.raises(CommandError, match=r"told: 'closed' \(1 rows\)\. "):
        understand_files([(shared_data / "faults" / "order_statuses.csv", None)], Wish(), options)
