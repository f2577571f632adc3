"""The staff in a Cognito user pool."""

from escalera.adapters.cognito.sign_in import CognitoSignIn

__all__ = ["CognitoSignIn"]
