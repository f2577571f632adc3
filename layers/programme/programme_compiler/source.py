"""The programme's folder, read: what each file holds, and what cannot be read."""

from dataclasses import dataclass, field
from pathlib import Path

from escalera.domain.vocabulary import Language, MessageChannel
from escalera.journeys.file_model import Journey
from programme_compiler.models import MessageFile, ProgrammeFile
from programme_compiler.problems import Problem, did_you_mean
from programme_compiler.schema_problems import read_as
from programme_compiler.yaml_files import YamlFile, read_yaml

ENDINGS = {MessageChannel.EMAIL: ("mjml", "txt"), MessageChannel.SMS: ("sms",)}


@dataclass(slots=True)
class Text:
    """One text file of a message."""

    path: Path
    language: Language
    ending: str
    content: str

    def line_of(self, position: int) -> int:
        """The line (from 1) of this position in the content."""
        return self.content.count("\n", 0, position) + 1

    def problem(self, position: int, what: str, mend: str) -> Problem:
        """A problem at this position."""
        line = self.line_of(position)
        column = position - (self.content.rfind("\n", 0, position) + 1) + 1
        return Problem(self.path, line, column, what, mend)


@dataclass(slots=True)
class Message:
    """A message's folder."""

    name: str
    file: YamlFile
    terms: MessageFile
    texts: list[Text]


@dataclass(slots=True)
class JourneySource:
    """A journey and the file it stands in."""

    file: YamlFile
    journey: Journey


@dataclass(slots=True)
class Source:
    """All that could be read; `problems` has the rest. `programme` is None when programme.yaml does not fit."""

    root: Path
    programme: ProgrammeFile | None = None
    programme_file: YamlFile = field(default_factory=lambda: YamlFile(Path("programme.yaml")))
    journeys: dict[str, JourneySource] = field(default_factory=dict)
    messages: dict[str, Message] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    named: dict[str, set[str]] = field(default_factory=dict)
    """The names of messages, rewards, teams, groups and subjects that exist, even where their files have other problems."""


def read_source(root: Path) -> Source:
    """Read every file of the programme under `root`."""
    source = Source(root)
    _read_programme(source)
    _read_journeys(source)
    _read_messages(source)
    return source


def _read_programme(source: Source) -> None:
    path = Path("programme.yaml")
    if not (source.root / path).is_file():
        what, mend = (
            "there is no programme.yaml",
            f"Write one in {source.root.name}/: it holds the shop's policy.",
        )
        source.problems.append(Problem(path, 1, 1, what, mend))
        return
    file = read_yaml(source.root, path)
    source.programme = read_as(ProgrammeFile, file)
    source.programme_file = file
    source.problems += file.problems
    if isinstance(file.data, dict):
        for part in ("rewards", "teams", "groups", "subjects"):
            source.named[part] = set(file.data.get(part) or {})


def _read_journeys(source: Source) -> None:
    folder = source.root / "journeys"
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        relative = path.relative_to(source.root)
        if path.name.startswith("."):
            continue
        if path.suffix != ".yaml":
            what = f"`{path.name}` is not a journey's file"
            source.problems.append(
                Problem(relative, 1, 1, what, "Give it the ending .yaml, or move it elsewhere.")
            )
            continue
        file = read_yaml(source.root, relative)
        journey = read_as(Journey, file)
        source.problems += file.problems
        if journey is None:
            continue
        if journey.name != path.stem:
            what = f"the journey is called `{journey.name}`, its file `{path.name}`"
            source.problems.append(
                file.problem(
                    ("name",), what, f"Call the file {journey.name}.yaml, or the journey {path.stem}."
                )
            )
        source.journeys[journey.name] = JourneySource(file, journey)
    if not source.journeys and not source.problems:
        what, mend = "there are no journeys", "Write at least one, such as journeys/thank-you.yaml."
        source.problems.append(Problem(Path("journeys"), 1, 1, what, mend))


def _read_messages(source: Source) -> None:
    folder = source.root / "messages"
    source.named["messages"] = set()
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        if not path.is_dir():
            continue
        source.named["messages"].add(path.name)
        relative = path.relative_to(source.root)
        if not (path / "message.yaml").is_file():
            what, mend = "this message has no message.yaml", "Write one: about, purpose, sells and channels."
            source.problems.append(Problem(relative, 1, 1, what, mend))
            continue
        file = read_yaml(source.root, relative / "message.yaml")
        terms = read_as(MessageFile, file)
        source.problems += file.problems
        if terms is not None:
            texts = _read_texts(source, path, file, terms)
            source.messages[path.name] = Message(path.name, file, terms, texts)


def _read_texts(source: Source, folder: Path, file: YamlFile, terms: MessageFile) -> list[Text]:
    texts = []
    wanted = {
        f"{language.value}.{ending}": (language, ending)
        for language in Language
        for channel in terms.channels
        for ending in ENDINGS[channel]
    }
    for name, (language, ending) in wanted.items():
        path = folder / name
        relative = path.relative_to(source.root)
        if not path.is_file():
            what = f"`{name}` is missing in messages/{folder.name}"
            mend = f"Write it: {_what_it_is(ending)} in {language.name.capitalize()}."
            source.problems.append(file.problem(("channels",), what, mend))
            continue
        try:
            content = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            mend = "Save it with the encoding UTF-8."
            source.problems.append(Problem(relative, 1, 1, "the file is not UTF-8 text", mend))
            continue
        if not content.strip():
            source.problems.append(
                Problem(relative, 1, 1, "the text is empty", f"Write {_what_it_is(ending)}.")
            )
            continue
        texts.append(Text(relative, language, ending, content))
    for path in sorted(folder.iterdir()):
        if path.name not in wanted and path.name != "message.yaml" and not path.name.startswith("."):
            what = f"`{path.name}` is never sent: the message goes by {', '.join(terms.channels)}"
            mend = "Add its channel to message.yaml, or delete the file."
            if path.suffix[1:] not in ("mjml", "txt", "sms") or path.stem not in set(Language):
                mend = did_you_mean(path.name, wanted)
            source.problems.append(Problem(path.relative_to(source.root), 1, 1, what, mend))
    return texts


def _what_it_is(ending: str) -> str:
    return {"mjml": "the e-mail", "txt": "the plain-text part of the e-mail", "sms": "the text message"}[
        ending
    ]
