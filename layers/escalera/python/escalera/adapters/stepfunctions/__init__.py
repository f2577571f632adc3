"""Journeys as Step Functions runs them."""

from escalera.adapters.stepfunctions.runs import StepFunctionsJourneyRuns

__all__ = ["StepFunctionsJourneyRuns"]
