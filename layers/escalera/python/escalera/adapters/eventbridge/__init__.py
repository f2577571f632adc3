"""Escalera's own events on an EventBridge bus."""

from escalera.adapters.eventbridge.publisher import EventBridgePublisher

__all__ = ["EventBridgePublisher"]
