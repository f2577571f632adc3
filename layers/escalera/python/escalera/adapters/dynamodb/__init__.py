"""One DynamoDB table: customers, the facts around them, whose an address is, and who is due when.

What is wanted is imported from its module: a function that records loads nothing of lists, exports and switches.
"""
