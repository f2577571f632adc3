"""Somebody did what a task asked for."""

from dataclasses import replace

from escalera.domain.customer import Customer
from escalera.domain.errors import NotThereError, PermanentError
from escalera.domain.facts import FactKey, FactKind, Task
from escalera.domain.staff import Right, StaffMember
from escalera.domain.vocabulary import CustomerId, TaskId
from escalera.ports.clock import Clock
from escalera.ports.customers import CustomerRepository, When, Write
from escalera.use_cases.desk.deciding import Decision, decide, noted
from escalera.use_cases.desk.words import as_written

LONGEST_NOTE = 2000


class DoneByAnotherError(PermanentError):
    """Somebody else did it before; what was to be noted is not kept."""


def finish_task(
    customer_id: CustomerId,
    task_id: TaskId,
    *,
    by: StaffMember,
    note: str = "",
    customers: CustomerRepository,
    clock: Clock,
) -> bool:
    """Close the task; False if they did so already.

    Errors: `NotAllowedError`, `NotThereError`, `DoneByAnotherError`.
    """
    by.must(Right.SERVE)
    key = FactKey(customer_id, FactKind.TASK, (task_id,))

    def judge(customer: Customer) -> Decision | None:
        task = customers.load_facts([key]).get(key)
        if not isinstance(task, Task):
            raise NotThereError(f"customer {customer_id} has no task {task_id}: reload the list")
        if task.done_at is not None:
            if by.is_meant(task.done_by, task.done_by_id):
                return None
            raise DoneByAnotherError(f"task {task_id} was done by {task.done_by} already: reload the list")
        now = clock.now()
        done = replace(
            task,
            done_at=now,
            done_by=by.name,
            done_by_id=by.id,
            note=as_written(note, most=LONGEST_NOTE),
        )
        audit = noted(by, "task finished", of=customer_id, about=task_id, at=now, detail=task.kind)
        return Decision(customer, (Write(done, When.ALWAYS),), audit)

    return decide(customer_id, judge, customers=customers)
