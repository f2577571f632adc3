"""What happened between shop and customer, as records: orders, refunds, complaints, promises, silences."""

from escalera.adapters.dynamodb.attributes import Plain, instant, maybe_instant, written
from escalera.domain.facts import Complaint, FactKey, Opinion, Order, Promise, PromiseStatus, Refund, Silence
from escalera.domain.money import Money
from escalera.domain.vocabulary import ComplaintId, OrderId, PromiseId, RefundId, SalesChannel


def write_order(order: Order) -> Plain:
    """An order."""
    return {
        "total": order.total.amount,
        "currency": order.total.currency,
        "placed_at": written(order.placed_at),
        "channel": order.channel.value,
        "number": order.number,
        "refunded": order.refunded,
        "delivered_at": written(order.delivered_at),
        "categories": dict(order.categories),
        "cost": order.cost,
        "discount": order.discount or None,
        "products": list(order.products),
    }


def read_order(key: FactKey, plain: Plain) -> Order:
    """An order."""
    return Order(
        customer_id=key.customer_id,
        order_id=OrderId(key.parts[0]),
        total=Money(plain["total"], plain["currency"]),
        placed_at=instant(plain["placed_at"]),
        channel=SalesChannel(plain["channel"]),
        number=plain["number"],
        refunded=plain.get("refunded", 0),
        delivered_at=maybe_instant(plain.get("delivered_at")),
        categories=plain.get("categories", {}),
        cost=plain.get("cost"),
        discount=plain.get("discount", 0),
        products=tuple(plain.get("products", ())),
    )


def write_refund(refund: Refund) -> Plain:
    """A refund."""
    return {
        "amount": refund.amount.amount,
        "currency": refund.amount.currency,
        "refunded_at": written(refund.refunded_at),
        "channel": refund.channel,
    }


def read_refund(key: FactKey, plain: Plain) -> Refund:
    """A refund."""
    return Refund(
        customer_id=key.customer_id,
        order_id=OrderId(key.parts[0]),
        refund_id=RefundId(key.parts[1]),
        amount=Money(plain["amount"], plain["currency"]),
        refunded_at=instant(plain["refunded_at"]),
        channel=_channel(plain),
    )


def write_complaint(complaint: Complaint) -> Plain:
    """A complaint."""
    return {
        "raised_at": written(complaint.raised_at),
        "answered_at": written(complaint.answered_at),
        "resolved_at": written(complaint.resolved_at),
        "order_id": complaint.order_id,
        "subject": complaint.subject,
        "text": complaint.text,
        "cause": complaint.cause,
        "cause_at": written(complaint.cause_at),
        "promised_at": written(complaint.promised_at),
        "owner": complaint.owner,
        "owner_id": complaint.owner_id,
        "channel": complaint.channel,
    }


def read_complaint(key: FactKey, plain: Plain) -> Complaint:
    """A complaint."""
    return Complaint(
        customer_id=key.customer_id,
        complaint_id=ComplaintId(key.parts[0]),
        raised_at=maybe_instant(plain.get("raised_at")),
        answered_at=maybe_instant(plain.get("answered_at")),
        resolved_at=maybe_instant(plain.get("resolved_at")),
        order_id=OrderId(plain["order_id"]) if "order_id" in plain else None,
        subject=plain.get("subject", ""),
        text=plain.get("text", ""),
        cause=plain.get("cause", ""),
        cause_at=maybe_instant(plain.get("cause_at")),
        promised_at=maybe_instant(plain.get("promised_at")),
        owner=plain.get("owner", ""),
        owner_id=plain.get("owner_id", ""),
        channel=_channel(plain),
    )


def write_opinion(opinion: Opinion) -> Plain:
    """An opinion."""
    return {
        "score": opinion.score,
        "scored_at": written(opinion.scored_at),
        "comment": opinion.comment,
        "commented_at": written(opinion.commented_at),
    }


def read_opinion(key: FactKey, plain: Plain) -> Opinion:
    """An opinion."""
    return Opinion(
        customer_id=key.customer_id,
        order_id=OrderId(key.parts[0]),
        score=plain["score"],
        scored_at=instant(plain["scored_at"]),
        comment=plain.get("comment", ""),
        commented_at=maybe_instant(plain.get("commented_at")),
    )


def write_promise(promise: Promise) -> Plain:
    """A promise."""
    return {
        "kind": promise.kind,
        "about": promise.about,
        "made_at": written(promise.made_at),
        "due_at": written(promise.due_at),
        "status": promise.status.value,
        "settled_at": written(promise.settled_at),
    }


def read_promise(key: FactKey, plain: Plain) -> Promise:
    """A promise."""
    return Promise(
        customer_id=key.customer_id,
        promise_id=PromiseId(key.parts[0]),
        kind=plain.get("kind", ""),
        about=plain.get("about", ""),
        made_at=instant(plain["made_at"]),
        due_at=instant(plain["due_at"]),
        status=PromiseStatus(plain["status"]),
        settled_at=maybe_instant(plain.get("settled_at")),
    )


def write_silence(silence: Silence) -> Plain:
    """An unusual silence; since when stands in its key."""
    return {
        "last_order_at": written(silence.last_order_at),
        "returned_at": written(silence.returned_at),
    }


def read_silence(key: FactKey, plain: Plain) -> Silence:
    """An unusual silence."""
    return Silence(
        customer_id=key.customer_id,
        since=instant(key.parts[0]),
        last_order_at=instant(plain["last_order_at"]),
        returned_at=maybe_instant(plain.get("returned_at")),
    )


def _channel(plain: Plain) -> SalesChannel | None:
    return SalesChannel(plain["channel"]) if "channel" in plain else None
