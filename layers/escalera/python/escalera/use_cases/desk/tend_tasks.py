"""A task is taken by somebody of the shop, left, or handed over to another team."""

from collections.abc import Callable, Collection
from dataclasses import replace

from escalera.domain.customer import Customer
from escalera.domain.errors import NotThereError, PermanentError
from escalera.domain.facts import FactKey, FactKind, Task
from escalera.domain.staff import Right, StaffMember
from escalera.domain.vocabulary import CustomerId, TaskId
from escalera.ports.clock import Clock
from escalera.ports.customers import CustomerRepository, When, Write
from escalera.use_cases.desk.deciding import Decision, decide, noted


class TakenByAnotherError(PermanentError):
    """A colleague took it before."""


def take_task(
    customer_id: CustomerId,
    task_id: TaskId,
    *,
    by: StaffMember,
    customers: CustomerRepository,
    clock: Clock,
) -> bool:
    """Say that one does it oneself; False if that is known, or it was done meanwhile.

    Errors: `NotAllowedError`, `NotThereError`, `TakenByAnotherError`.
    """

    def change(task: Task) -> Task:
        if task.owner and not by.is_meant(task.owner, task.owner_id):
            raise TakenByAnotherError(f"task {task_id} was taken by {task.owner} already: reload the list")
        return replace(task, owner=by.name, owner_id=by.id)

    return _changed(customer_id, task_id, change, "task taken", by=by, customers=customers, clock=clock)


def leave_task(
    customer_id: CustomerId,
    task_id: TaskId,
    *,
    by: StaffMember,
    customers: CustomerRepository,
    clock: Clock,
) -> bool:
    """Say that nobody of the team has it, whoever had it; False if so it is, or it was done meanwhile.

    Errors: `NotAllowedError`, `NotThereError`.
    """

    def change(task: Task) -> Task:
        return replace(task, owner="", owner_id="")

    return _changed(customer_id, task_id, change, "task left", by=by, customers=customers, clock=clock)


def hand_over_task(
    customer_id: CustomerId,
    task_id: TaskId,
    *,
    team: str,
    teams: Collection[str],
    by: StaffMember,
    customers: CustomerRepository,
    clock: Clock,
) -> bool:
    """Make it another team's, and nobody's within it; False if it is theirs already, or was done meanwhile.

    Errors: `NotAllowedError`, `NotThereError`, and `PermanentError` for a team that is none of the programme's `teams`.
    """
    if team not in teams:
        message = f"`{team}` is none of the programme's teams ({', '.join(teams)}): choose one of these"
        raise PermanentError(message)

    def change(task: Task) -> Task:
        return task if task.team == team else replace(task, team=team, owner="", owner_id="")

    return _changed(
        customer_id, task_id, change, "task handed over", detail=team, by=by, customers=customers, clock=clock
    )


def judge_task(
    customer_id: CustomerId,
    task_id: TaskId,
    judge: Callable[[Customer, Task], Decision | None],
    *,
    by: StaffMember,
    customers: CustomerRepository,
) -> bool:
    """Write what is decided of the task as it is now; False if that was nothing. `NotThereError` if there is none."""
    by.must(Right.SERVE)
    key = FactKey(customer_id, FactKind.TASK, (task_id,))

    def judge_it(customer: Customer) -> Decision | None:
        task = customers.load_facts([key]).get(key)
        if not isinstance(task, Task):
            raise NotThereError(f"customer {customer_id} has no task {task_id}: reload the list")
        return judge(customer, task)

    return decide(customer_id, judge_it, customers=customers)


def _changed(
    customer_id: CustomerId,
    task_id: TaskId,
    change: Callable[[Task], Task],
    what: str,
    *,
    by: StaffMember,
    customers: CustomerRepository,
    clock: Clock,
    detail: str = "",
) -> bool:
    def judge(customer: Customer, task: Task) -> Decision | None:
        if task.done_at is not None or (changed := change(task)) == task:
            return None
        audit = noted(by, what, of=customer_id, about=task_id, at=clock.now(), detail=detail or task.kind)
        return Decision(customer, (Write(changed, When.ALWAYS),), audit)

    return judge_task(customer_id, task_id, judge, by=by, customers=customers)
