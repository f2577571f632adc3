"""What teams have to do in person: who takes it, whose it becomes, and the word that it is done."""

from collections.abc import Callable
from typing import Any

from escalera.domain.errors import NotThereError, PermanentError
from escalera.domain.facts import Task
from escalera.domain.staff import Right
from escalera.domain.vocabulary import CustomerId, TaskId
from escalera.domain.work import open_tasks
from escalera.journeys.programme import Programme
from escalera.ports.clock import Clock
from escalera.ports.customers import CustomerRepository
from escalera.ports.work import WorkLists
from escalera.use_cases.desk.count_teams import count_teams
from escalera.use_cases.desk.finish_task import LONGEST_NOTE, finish_task
from escalera.use_cases.desk.look_through import LOOKED_THROUGH, look_through
from escalera.use_cases.desk.tend_tasks import hand_over_task, leave_task, take_task
from escalera.web.console.console import Console, Visit
from escalera.web.site import Answer, RefusedError


def tasks_pages(
    console: Console, *, customers: CustomerRepository, work: WorkLists, programme: Programme, clock: Clock
) -> None:
    """Register them."""
    teams = tuple(programme.teams)

    @console.page("/tasks", right=Right.SEE)
    def tasks(visit: Visit) -> Answer:
        whose, team, start = visit.asked("whose"), visit.asked("team"), visit.asked("from")
        found = look_through(
            open_tasks(), _wanted(visit, whose, team), work=work, cursor=start, most=LOOKED_THROUGH
        )
        loads, whole = count_teams(teams, work=work, most=LOOKED_THROUGH)
        return visit.show(
            "tasks.html",
            team=team,
            teams=teams,
            shown=whose if whose in {"mine", "no-team"} else "team" if team else "all",
            loads=loads,
            whole=whole,
            found=found,
            begun=not start,
            most=LOOKED_THROUGH,
            whose=customers.load({task.customer_id for task in found.facts}),
            longest=LONGEST_NOTE,
        )

    def change(do: Callable[..., bool], visit: Visit, **more: Any) -> bool:
        try:
            return do(
                CustomerId(visit.sent_id("customer")),
                TaskId(visit.sent_id("task")),
                by=visit.member,
                customers=customers,
                clock=clock,
                **more,
            )
        except NotThereError:
            raise
        except PermanentError as error:
            raise RefusedError(409, str(error)) from error

    @console.change("/tasks/done", right=Right.SERVE)
    def done(visit: Visit) -> Answer:
        change(finish_task, visit, note=visit.form.text("note"))
        return visit.go_back("/tasks", said="done")

    @console.change("/tasks/take", right=Right.SERVE)
    def take(visit: Visit) -> Answer:
        return visit.go_back("/tasks", said="taken" if change(take_task, visit) else "task_unchanged")

    @console.change("/tasks/leave", right=Right.SERVE)
    def leave(visit: Visit) -> Answer:
        return visit.go_back("/tasks", said="task_left" if change(leave_task, visit) else "task_unchanged")

    @console.change("/tasks/hand-over", right=Right.SERVE)
    def hand_over(visit: Visit) -> Answer:
        over = change(hand_over_task, visit, team=visit.form.text("team"), teams=teams)
        return visit.go_back("/tasks", said="handed_over" if over else "task_unchanged")


def _wanted(visit: Visit, whose: str, team: str) -> Callable[[Task], bool]:
    """Which tasks the page's address asks for."""
    match whose:
        case "mine":
            return lambda task: visit.member.is_meant(task.owner, task.owner_id)
        case "no-team":
            return lambda task: not task.team
        case _:
            return lambda task: not team or task.team == team
