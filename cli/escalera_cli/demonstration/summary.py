"""What the days came to, for a shop owner and for a script."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from rich.console import Console
from rich.table import Table

from escalera_cli.demonstration import words
from escalera_cli.demonstration.diary import Diary, Happening, money
from escalera_cli.demonstration.words import plural

EXAMPLES = 4
Summary = dict[str, Any]


def summarize(diary: Diary, *, customers: int, start: datetime, end: datetime) -> Summary:
    """All figures and some examples, as plain JSON."""
    heard = diary.heard
    return {
        "from": start.isoformat(),
        "to": end.isoformat(),
        "days": (end - start).days,
        "customers": customers,
        "orders": heard["PurchaseRecorded"],
        "orders_before": diary.known_orders,
        "bought": dict(diary.spent),
        "refunds": heard["RefundRecorded"],
        "orders_thanked": diary.written_about(
            "PurchaseRecorded", journey="thank-you", message="order-thanks"
        ),
        "thanks_sent": diary.sent(message="order-thanks"),
        "emails_sent": diary.sent(channel="email"),
        "texts_sent": diary.sent(channel="sms"),
        "messages_sent": _by_message(diary),
        "withheld": dict(diary.withheld.most_common()),
        "bounced": heard["MessageBounced"],
        "quiet_noticed": heard["CustomerWentQuiet"],
        "win_back_messages": diary.sent(journey="win-back"),
        "returned": heard["CustomerReturned"],
        "returned_after_win_back": _returned_after_message(diary),
        "complaints_opened": heard["ComplaintOpened"],
        "complaints_acknowledged": diary.written_about(
            "ComplaintOpened", journey="complaint-recovery", message="complaint-heard"
        ),
        "complaints_answered": heard["ComplaintAnswerRecorded"],
        "complaints_closed": heard["ComplaintClosed"],
        "promises_kept": heard["PromiseKept"],
        "promises_broken": heard["PromiseBroken"],
        "tasks": heard["TaskCreated"],
        "codes": heard["RewardGranted"],
        "journeys_failed": diary.failed,
        "examples": list(_examples(diary)),
    }


def print_summary(summary: Summary, console: Console) -> None:
    """Tell it in words."""
    bought = ", ".join(money(amount, currency) for currency, amount in summary["bought"].items()) or "nothing"
    table = Table.grid(padding=(0, 2))
    table.add_column(justify="right", style="bold")
    table.add_column()
    for count, text in _figures(summary, bought):
        table.add_row(f"{count:,}", text)
    console.print()
    console.rule(f"{summary['days']} days of {plural(summary['customers'], 'customer')}", align="left")
    console.print(table)
    if summary["withheld"]:
        console.print(f"\nNot sent ({sum(summary['withheld'].values())}), and why:")
        for name, count in summary["withheld"].items():
            console.print(f"  {count:>4}  {words.reason(name)}", highlight=False)
    if summary["examples"]:
        console.print("\nFor example:")
        for example in summary["examples"]:
            console.print("  " + "; ".join(example["story"]) + ".", highlight=False, soft_wrap=True)


def _figures(summary: Summary, bought: str) -> Iterator[tuple[int, str]]:
    def line(name: str, one: str, many: str) -> tuple[int, str]:
        count = summary[name]
        return count, one if count == 1 else many

    channels = f"{plural(summary['emails_sent'], 'e-mail')} and {plural(summary['texts_sent'], 'text')}"
    worth = f"worth {bought}; {plural(summary['refunds'], 'refund')}"
    after = summary["returned_after_win_back"]
    heard = f"{summary['complaints_acknowledged']} acknowledged by a message"
    kept, broken = summary["promises_kept"], summary["promises_broken"]
    in_time = f"promised answers: {kept} in time, {broken} too late"
    yield line("orders", f"order came in, {worth}", f"orders came in, {worth}")
    yield line(
        "orders_thanked",
        f"was thanked for; in all {channels} were sent",
        f"were thanked for; in all {channels} were sent",
    )
    yield line(
        "quiet_noticed",
        "customer went quiet, and it was noticed",
        "customers went quiet, each by their own rhythm, and it was noticed",
    )
    yield line(
        "win_back_messages",
        "message asked them back",
        "messages asked them back, with a present where they had said yes to offers",
    )
    yield line(
        "returned",
        f"came back, {after} after such a message",
        f"came back, {after} of them after such a message",
    )
    yield line("complaints_opened", f"complaint; {heard}", f"complaints; {heard}")
    yield line(
        "complaints_answered",
        f"complaint was answered by a person ({in_time})",
        f"complaints were answered by a person ({in_time})",
    )
    yield line("complaints_closed", "complaint was solved", "complaints were solved")
    if summary["journeys_failed"]:
        yield line(
            "journeys_failed",
            "journey failed: that should not happen, and the log of perform_step says why",
            "journeys failed: that should not happen, and the log of perform_step says why",
        )
    yield line(
        "tasks", "task for the staff", "tasks for the staff, where a person does better than a message"
    )


def _by_message(diary: Diary) -> dict[str, int]:
    counts: dict[str, int] = {}
    for (_, message, _), count in sorted(diary.messages.items()):
        counts[message] = counts.get(message, 0) + count
    return counts


def _returned_after_message(diary: Diary) -> int:
    return sum(
        _find(life, "wrote:we-miss-you", "returned") is not None for life in diary.by_customer().values()
    )


_STORIES = (
    ("quiet", "wrote:we-miss-you", "returned"),
    ("complaint", "wrote:complaint-heard", "promise", "wrote:complaint-solved"),
    ("complaint", "wrote:complaint-heard"),
    ("bought", "wrote:order-thanks", "wrote:how-was-it"),
    ("withheld",),
    ("bought", "wrote:order-thanks"),
)
_LONGEST = timedelta(days=60)
_WITHIN = {"wrote:order-thanks": timedelta(days=3), "wrote:complaint-heard": timedelta(days=3)}
"""How soon the next part of a story comes, if it belongs to it."""


def _examples(diary: Diary) -> Iterator[Summary]:
    """A few customers' true stories, each of another kind and of another customer."""
    lives, told = diary.by_customer(), set[str]()
    for story in _STORIES:
        if len(told) == EXAMPLES:
            return
        for customer, life in lives.items():
            found = None if customer in told else _find(life, *story)
            if found:
                told.add(customer)
                yield {"customer": customer, "story": [f"{one.at:%d %B}: {one.text}" for one in found]}
                break


def _find(life: Sequence[Happening], *story: str) -> list[Happening] | None:
    """The first happenings of a life that make this story, in this order and not too far apart; None: there are none."""
    for start, one in enumerate(life):
        if _fits(one, story[0]):
            found = _continued(life[start:], story)
            if found:
                return found
    return None


def _continued(life: Sequence[Happening], story: Sequence[str]) -> list[Happening] | None:
    found: list[Happening] = []
    rest = iter(life)
    for wanted in story:
        match = next((one for one in rest if _fits(one, wanted)), None)
        if match is None or (found and match.at - found[-1].at > _WITHIN.get(wanted, _LONGEST)):
            return None
        found.append(match)
    return found


def _fits(one: Happening, wanted: str) -> bool:
    kind, _, about = wanted.partition(":")
    return one.kind == kind and about in ("", one.about)
