"""What is kept secret."""

from escalera.adapters.secretsmanager.keys import SecretsManagerSealKeys

__all__ = ["SecretsManagerSealKeys"]
