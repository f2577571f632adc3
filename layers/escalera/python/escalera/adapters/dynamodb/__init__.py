"""One DynamoDB table: customers, the facts around them, whose an address is, and who is due when."""

from escalera.adapters.dynamodb.exports import DynamoDBExportReader
from escalera.adapters.dynamodb.ledger import DynamoDBMessageLedger
from escalera.adapters.dynamodb.records import from_image, news
from escalera.adapters.dynamodb.repository import DynamoDBCustomerRepository
from escalera.adapters.dynamodb.scores import DynamoDBShopScores

__all__ = [
    "DynamoDBCustomerRepository",
    "DynamoDBExportReader",
    "DynamoDBMessageLedger",
    "DynamoDBShopScores",
    "from_image",
    "news",
]
