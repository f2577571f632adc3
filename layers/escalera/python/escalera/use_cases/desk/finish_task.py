"""Somebody did what a task asked for."""

from dataclasses import replace

from escalera.domain.customer import Customer
from escalera.domain.errors import PermanentError
from escalera.domain.facts import Task
from escalera.domain.staff import StaffMember
from escalera.domain.vocabulary import CustomerId, TaskId
from escalera.ports.clock import Clock
from escalera.ports.customers import CustomerRepository, When, Write
from escalera.use_cases.desk.deciding import Decision, noted
from escalera.use_cases.desk.tend_tasks import judge_task
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

    def judge(customer: Customer, task: Task) -> Decision | None:
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

    return judge_task(customer_id, task_id, judge, by=by, customers=customers)
