"""Whether the subjects that customers may choose and those that messages are about are the same."""

from collections.abc import Iterator

from programme_compiler.problems import Problem, did_you_mean
from programme_compiler.source import Source


def subject_problems(source: Source) -> Iterator[Problem]:
    """Subjects nobody defined, and those that no message is about: choosing them would change nothing (S7)."""
    known = source.named.get("subjects", set())
    used = {message.terms.subject for message in source.messages.values()}
    for message in source.messages.values():
        if message.terms.subject is not None and message.terms.subject not in known:
            what = f"no subject is called `{message.terms.subject}`"
            mend = did_you_mean(
                message.terms.subject, known, otherwise="Define it in programme.yaml under `subjects`."
            )
            yield message.file.problem(("subject",), what, mend)
    for name in sorted(known - used):
        what = f"no message is about `{name}`: customers would choose it, and nothing would change"
        mend = f"Write `subject: {name}` into the messages it fits, or take it out here."
        yield source.programme_file.problem(("subjects", name), what, mend)
