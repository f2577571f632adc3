"""What teams have to do in person, and the word that it is done."""

from escalera.domain.errors import PermanentError
from escalera.domain.staff import Right
from escalera.domain.vocabulary import CustomerId, TaskId
from escalera.domain.work import open_tasks
from escalera.journeys.programme import Programme
from escalera.ports.clock import Clock
from escalera.ports.customers import CustomerRepository
from escalera.ports.work import WorkLists
from escalera.use_cases.desk.finish_task import LONGEST_NOTE, finish_task
from escalera.web.console.console import Console, Visit
from escalera.web.site import Answer, RefusedError


def tasks_pages(
    console: Console, *, customers: CustomerRepository, work: WorkLists, programme: Programme, clock: Clock
) -> None:
    """Register them."""
    teams = list(programme.teams)

    @console.page("/tasks", right=Right.SEE)
    def tasks(visit: Visit) -> Answer:
        team = visit.asked("team") or (teams[0] if teams else "")
        page = work.page(open_tasks(team), cursor=visit.asked("from"))
        whose = customers.load({task.customer_id for task in page.facts})
        return visit.show("tasks.html", team=team, teams=teams, page=page, whose=whose, longest=LONGEST_NOTE)

    @console.change("/tasks/done", right=Right.SERVE)
    def done(visit: Visit) -> Answer:
        form = visit.form
        try:
            finish_task(
                CustomerId(visit.sent_id("customer")),
                TaskId(visit.sent_id("task")),
                by=visit.member,
                note=form.text("note"),
                customers=customers,
                clock=clock,
            )
        except PermanentError as error:
            raise RefusedError(409, str(error)) from error
        return visit.go_back("/tasks", said="done")
