"""Escalera's infrastructure: one CDK stack, made of the constructs beside this file."""
