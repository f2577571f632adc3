"""Journeys as Step Functions runs them, and messages as it sends them."""

from escalera.adapters.stepfunctions.runs import StepFunctionsJourneyRuns
from escalera.adapters.stepfunctions.sender import StepFunctionsMessageSender
from escalera.adapters.stepfunctions.starts import StepFunctionsJourneyStarter

__all__ = ["StepFunctionsJourneyRuns", "StepFunctionsJourneyStarter", "StepFunctionsMessageSender"]
