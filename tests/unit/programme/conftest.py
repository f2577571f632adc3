"""A small programme in which nothing is wrong, for tests to spoil one thing at a time."""

import textwrap
from pathlib import Path

import pytest

from programme_compiler.check import checked

ROOT = Path(__file__).parents[3]
MJML_CACHE = ROOT / "build" / "mjml"

PROGRAMME = """\
shop:
  name: Casa
  url: https://casa.example.com
  support_email: hola@casa.example.com
  support_phone: +44 20 7946 0018
  postal_address: >-
    Calle 7
  default_language: es
  default_time_zone: Europe/Madrid
  currency: EUR
purposes:
  service: {consent: implied}
  relationship: {consent: asked}
  promotion: {consent: asked}
contact:
  channels: [email, sms]
  quiet_hours: {from: "21:00", to: "09:00"}
  frequency_cap: {messages: 3, within: 7d}
  holdout: {share: 0.05, salt: one}
  settle_after: 1h
  expires_after: 3d
rhythm: {typical_gap: 40d, worth_gaps: 3, unusual: 0.2, at_least: 14d}
ladder: {frequent_from_orders: 3}
complaints: {answer_within: 24h, causes: {wrong: {es: Otro, pt: Outro, en: Wrong}, late: {es: Tarde, pt: Tarde, en: Late}}}
rewards:
  comeback:
    text: {es: un regalo, pt: um mimo, en: a present}
    code: HOLA
    valid: 14d
teams:
  sales: ventas@casa.example.com
classes: {window: 365d, a: 0.8, b: 0.15}
groups:
  best:
    about: The best
    who: {class: A, top_revenue: {share: 0.1}}
  lost:
    about: The lost
    who: {silent: {at_least: 365d, at_most: 1095d}}
targets: {retention: 0.7}
"""

JOURNEY = """\
name: win-back
about: Bring them back
kind: promotion
starts_on: CustomerWentQuiet
leaves_on: [PurchaseRecorded]
steps:
  - send: we-miss-you
  - wait: 5d
  - branch:
      - if: {class: A}
        then:
          - task: personal-call
            team: sales
      - else:
          - reward: comeback
          - send: offer
"""

GREETING = {"es": "Hola", "pt": "Olá", "en": "Hello"}
THANKS = {"es": "Gracias.", "pt": "Obrigado.", "en": "Thank you."}
MAIL = """\
<mjml>
  <mj-head>
    <mj-title>{greeting}</mj-title>
    <mj-preview>{thanks}</mj-preview>
  </mj-head>
  <mj-body>
    <mj-section>
      <mj-column>
        <mj-text>{greeting}{{% if customer.name %}}, {{{{ customer.name }}}}{{% endif %}}. {thanks} {extra}</mj-text>
        <mj-button href="{{{{ links.preferences }}}}">OK</mj-button>
      </mj-column>
    </mj-section>
  </mj-body>
</mjml>
"""
NAME = "{% if customer.name %}, {{ customer.name }}{% endif %}"
OFFER = "{{ reward.code }}, {{ reward.text }}, {{ reward.valid_until }}"


class ProgrammeFolder:
    """The programme's folder, and the ways a test may change and check it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.write("programme.yaml", PROGRAMME)
        self.write("journeys/win-back.yaml", JOURNEY)
        self._message("we-miss-you", purpose="relationship", sells="false", extra="")
        self._message("offer", purpose="promotion", sells="true", extra=OFFER)

    def write(self, path: str, text: str) -> None:
        """Write a file, its folder too."""
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def replace(self, path: str, old: str, new: str) -> None:
        """Put `new` for `old`, which must be there."""
        text = (self.root / path).read_text(encoding="utf-8")
        assert old in text, f"{old!r} is not in {path}"
        self.write(path, text.replace(old, new, 1))

    def steps(self, written: str, **heads: str) -> None:
        """Give the journey these steps, and these keys instead of its own."""
        head = {"kind": "promotion", "starts_on": "CustomerWentQuiet", "leaves_on": "[]", **heads}
        lines = "".join(f"{key}: {value}\n" for key, value in head.items())
        steps = textwrap.indent(textwrap.dedent(written).strip(), "  ")
        self.write("journeys/win-back.yaml", f"name: win-back\nabout: A trial\n{lines}steps:\n{steps}\n")

    def problems(self) -> list[str]:
        """What the check says, each as one line."""
        return [str(problem) for problem in checked(self.root, cache=MJML_CACHE).problems]

    def _message(self, name: str, *, purpose: str, sells: str, extra: str) -> None:
        terms = f"about: A message\npurpose: {purpose}\nsells: {sells}\nchannels: [email, sms]\n"
        self.write(f"messages/{name}/message.yaml", terms)
        for language, greeting in GREETING.items():
            thanks = THANKS[language]
            self.write(
                f"messages/{name}/{language}.mjml", MAIL.format(greeting=greeting, thanks=thanks, extra=extra)
            )
            text = f"{greeting}{NAME}. {thanks}\n{extra}\n{{{{ links.preferences }}}}\n"
            self.write(f"messages/{name}/{language}.txt", text)
            self.write(f"messages/{name}/{language}.sms", f"{{{{ shop.name }}}}: {thanks} {extra}\n")


@pytest.fixture
def programme(tmp_path: Path) -> ProgrammeFolder:
    return ProgrammeFolder(tmp_path / "programme")
