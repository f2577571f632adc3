"""Functions as Lambda runs them."""

from escalera.adapters.awslambda.consumer import LambdaConsumer

__all__ = ["LambdaConsumer"]
