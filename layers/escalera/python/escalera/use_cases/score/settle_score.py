"""The yardsticks of a night: the value model fitted to the whole base, and where classes, fifths and groups are cut."""

from escalera.domain.score import ShopScore
from escalera.domain.scoring import shop_score
from escalera.domain.value.fitting import fit
from escalera.domain.value.parameters import NoFit, TimeUnit
from escalera.ports.night import NightFiles
from escalera.ports.scores import ShopScores
from escalera.use_cases.score.nights import Night
from escalera.use_cases.score.rules import NightRules
from escalera.use_cases.score.summarise_base import PartSummary


def settle_score(night: Night, *, files: NightFiles, scores: ShopScores, rules: NightRules) -> ShopScore:
    """Put the parts together, fit, cut; keep the shop's score, by which purchases are classed from now on."""
    names = files.names(night.summaries)
    whole = PartSummary.combined(PartSummary.from_json(files.read(name)) for name in names)
    # A week is the unit of the papers; of what is forecast it changes nothing.
    model = fit(whole.purchases, whole.spending, TimeUnit.WEEK)
    notes = []
    if not isinstance(model, NoFit) and isinstance(model.gamma_gamma, NoFit):
        notes.append(
            f"What customers spend gives no model of its own, so each counts with their own mean: {model.gamma_gamma}"
        )
    shop = shop_score(
        whole.base,
        rules.scoring,
        night.as_of,
        value_model=None if isinstance(model, NoFit) else model.to_json(),
        no_value_because=str(model) if isinstance(model, NoFit) else "",
        notes=tuple(notes),
    )
    files.write(night.score, shop.to_json())
    scores.keep(shop)
    return shop
