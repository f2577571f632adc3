"""The rules of keeping customers that journeys, messages and groups say they follow, each by an id it has for ever."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, WithJsonSchema

RULES: Mapping[str, str] = {
    "E1": "What is known of customers is used for them, not only collected",
    "E2": "Each customer is treated as the one they are",
    "E3": "The shop dares to sound like itself",
    "E4": "Customers belong to the whole company, so all of it hears of them",
    "E5": "The shop stays in touch for years, and crowds nobody",
    "E6": "A promise has a time, and is kept",
    "E7": "Those who speak well of the shop are found and thanked",
    "E8": "A real occasion deserves a surprise",
    "E9": "What matters is measured",
    "E10": "What comes is relevant, and soon",
    "E11": "Staff hear of praise, complaints and what is to be done",
    "L1": "Customers are asked what they value",
    "L2": "Lost customers are won back, and asked why they went",
    "L3": "One customer is one, whichever way they come",
    "L4": "Whoever meets a customer knows them at one look",
    "L5": "Suppliers have a part in offers, and see what became of it",
    "L6": "All that is known of customers stands in one place",
    "L7": "Staff who stay keep customers who stay",
    "L8": "The few who bring the most are served first",
    "L9": "Each customer's class is known, and kept current",
    "L10": "Service comes before selling: who complains is sold nothing",
    "L11": "Complaints are answered in time, and learned from",
    "L12": "Answers are asked for, and it is noticed how they come",
    "R1": "Suspect: known by an address, not yet interested",
    "R2": "Prospect: has shown interest",
    "R3": "Buyer: has bought once",
    "R4": "Customer: has bought again",
    "R5": "Frequent customer: buys in a rhythm",
    "R6": "Advocate: speaks well of the shop when asked",
    "R7": "Promoter: brings others unasked",
    "R8": "What keeping customers is worth is reckoned from the shop's own figures",
    "R9": "Errors are made good, words are honest, answers are easy and quick",
    "P1": "The shop says what it wants to reach, and sees how far it is",
    "P2": "Privacy, consent, staff and processes come first",
    "P3": "Customers are identified little by little, by a question or two",
    "P4a": "The most valuable customers are known by name",
    "P4b": "Those who cost money are known, and why",
    "P4c": "Those who could become customers are known, with their contacts",
    "P4d": "Valuable customers who complained are looked after",
    "P4e": "Big customers who buy half of what they did are called",
    "P4f": "Those who buy a small part of what they could are shown the rest",
    "P4g": "Class decides how much effort a customer gets",
    "P5a": "The most valuable are talked with, and sold nothing",
    "P5b": "Service is tried out as a customer would",
    "P5c": "A complaint that was solved is a chance to sell",
    "P5d": "Service by telephone is judged",
    "P5e": "Every valuable customer who left is asked why",
    "P6a": "Forms and mails are personal",
    "P6b": "Customers say how often, and by which means",
    "P6c": "The most important are asked what to do better, and answered",
    "S1": "It is known how many fall silent",
    "S2": "A purchase is thanked for, and followed up",
    "S3": "The lost are reminded, asked, and given a reason to come back",
    "S4": "What is sent and planned stands in one calendar",
    "S5": "Service is measured against what it set out to be",
    "S6": "Texts greet, thank, do not shout and blame nobody",
    "S7": "Nothing is sent against a wish, and an offer holds what it says",
    "S8": "What a customer will bring decides what keeping them may cost",
    "S9": "Complaints are drawn out: who is silent is not content",
    "S10": "Presents make moments that are remembered",
    "S11": "Customers are asked how they find the shop",
    "S12": "The best customers are gone through every few months",
    "S13": "New customers are welcomed",
    "S14": "Loyalty is rewarded, and points follow refunds",
    "S15": "What is shared and said elsewhere is heard",
    "S16": "Keeping nine of ten doubles a base that losing two of ten keeps where it is",
}


def known(rule: str) -> str:
    """The id as it is, if there is such a rule."""
    if rule not in RULES:
        message = f"there is no rule `{rule}`: known are {', '.join(RULES)}"
        raise ValueError(message)
    return rule


Rule = Annotated[str, AfterValidator(known), WithJsonSchema({"type": "string", "enum": list(RULES)})]
