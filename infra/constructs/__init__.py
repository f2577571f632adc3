"""The parts the stack is composed of: nouns with keyword-only props and `grant_*` methods, no physical names."""
