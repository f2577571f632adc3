"""Queues as SQS keeps them."""

from escalera.adapters.sqs.dead_letters import SqsDeadLetterQueue

__all__ = ["SqsDeadLetterQueue"]
