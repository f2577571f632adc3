"""Where messages leave: an Express state machine that takes a claimed row, sends, and notes what became of it."""

import json

from aws_cdk import aws_iam as iam
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra.constructs.customer_table import CustomerTable
from infra.constructs.mail import Mail
from infra.constructs.retention_function import RetentionFunction
from infra.constructs.texts import Texts
from infra.dispatch_machine import dispatch_definition
from infra.nag import accept
from infra.trust import service_of_this_account

ATTRIBUTES = ["pk", "sk", "status", "decided_at", "provider_id", "run"]
"""Of the table's records, it can neither see nor change another: how far a message has come is all its business."""


class Dispatch(Construct):
    """The only role that may send. Express: it runs at most once when asked, and keeps no history of what it was told."""

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        customers: CustomerTable,
        mail: Mail,
        texts: Texts,
    ) -> None:
        super().__init__(scope, id)
        self._mail = mail
        role = iam.Role(self, "Running", assumed_by=service_of_this_account("states.amazonaws.com"))
        role.add_to_policy(
            iam.PolicyStatement(
                actions=["dynamodb:UpdateItem"],
                resources=[customers.table.table_arn],
                conditions={
                    "ForAllValues:StringEquals": {"dynamodb:Attributes": ATTRIBUTES},
                    "StringEqualsIfExists": {"dynamodb:ReturnValues": "NONE"},
                },
            )
        )
        mail.grant_send(role)
        texts.grant_send(role)
        self.machine = sfn.StateMachine(
            self,
            "Machine",
            comment="Sends one message, once",
            state_machine_type=sfn.StateMachineType.EXPRESS,
            definition_body=sfn.DefinitionBody.from_string(json.dumps(dispatch_definition())),
            role=role,
            # No log, no trace: an error of a provider may name the address it is about.
            logs=None,
            tracing_enabled=False,
        )
        accept(
            self.machine,
            "What providers say of an error may hold an address, and belongs in no log: perform_step logs the name of "
            "the error, and the row of each message says what became of it.",
            "AwsSolutions-SF1",
            "AwsSolutions-SF2",
            "Serverless-StepFunctionStateMachineXray",
        )

    def grant_send(self, function: RetentionFunction) -> None:
        """Have messages sent: by this state machine, for no function may send by itself."""
        function.allow("states:StartSyncExecution", on=[self.machine.state_machine_arn])
        function.set_environment(DISPATCH=self.machine.state_machine_arn)
        self._mail.name_sender_to(function)
