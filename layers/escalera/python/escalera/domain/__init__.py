"""The shop's own language: customers, rungs, rhythm, consent, complaints, promises. Pure; knows no cloud."""
