"""A web site of the local stack under an address of its own, as CloudFront gives it one in the cloud."""

import http.client
from collections.abc import Mapping
from urllib.parse import urlsplit

from escalera_cli.local_stack.local_site import LOCAL, Answered, Asked, LocalSite, plain

SECONDS = 60
# RFC 9110, 7.6.1: what two neighbours say to each other and nobody passes on; Host names the neighbour.
_BETWEEN_NEIGHBOURS = frozenset(
    {"connection", "host", "keep-alive", "proxy-connection", "te", "transfer-encoding", "upgrade"}
)
_OF_OUR_OWN = _BETWEEN_NEIGHBOURS | {"content-length", "date", "server"}


class Gateway(LocalSite):
    """Passes every request on to an HTTP API of the emulator.

    endpoint: the emulator's; api: the id of the API; port: where people find the site; adds: headers that CloudFront puts on
    every request, over whatever a visitor sent by their names.
    """

    def __init__(self, *, endpoint: str, api: str, port: int, adds: Mapping[str, str] | None = None) -> None:
        """Choose; nobody listens yet."""
        super().__init__(port=port)
        self._adds = dict(adds or {})
        self._endpoint = urlsplit(endpoint)
        self._stage = f"/_aws/execute-api/{api}/$default"

    def respond(self, asked: Asked) -> Answered:
        """What the API answers."""
        try:
            return self._passed_on(asked)
        except OSError as trouble:
            return plain(502, f"The local stack does not answer ({type(trouble).__name__}).")

    def _passed_on(self, asked: Asked) -> Answered:
        connection = http.client.HTTPConnection(
            self._endpoint.hostname or LOCAL, self._endpoint.port, timeout=SECONDS
        )
        try:
            kept = {
                name: value
                for name, value in asked.headers.items()
                if name.lower() not in _BETWEEN_NEIGHBOURS | self._adds.keys()
            }
            connection.request(
                asked.method,
                self._stage + asked.address,
                body=asked.body or None,
                headers={**kept, **self._adds},
            )
            answer = connection.getresponse()
            headers = [
                (name, value) for name, value in answer.getheaders() if name.lower() not in _OF_OUR_OWN
            ]
            return Answered(answer.status, headers, answer.read())
        finally:
            connection.close()
