"""The department's network, listened to: what goes to each server, as bytes on the wire and nothing else."""

import json

import httpx2

ELEMENTS_SHOWN = 2


class Recorder(httpx2.AsyncBaseTransport):
    """Passes requests on, and keeps what the servers get to see of them."""

    def __init__(self) -> None:
        """Open nothing yet."""
        self._network = httpx2.AsyncHTTPTransport()
        self.seen: list[tuple[str, str]] = []

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Pass a request on, and note it by its origin if it arrived."""
        body = await request.aread()
        response = await self._network.handle_async_request(request)
        origin = f"{request.url.scheme}://{request.url.netloc.decode()}"
        self.seen.append((origin, f"{request.method} {request.url.path}{_content(body)}"))
        return response

    async def aclose(self) -> None:
        """Close the connections."""
        await self._network.aclose()

    def take(self, origin: str) -> list[str]:
        """Give what ``origin`` was sent since the last call."""
        found = [what for where, what in self.seen if where == origin]
        self.seen = [pair for pair in self.seen if pair[0] != origin]
        return found


def _content(body: bytes) -> str:
    if not body:
        return ""
    message = json.loads(body)
    elements = message["elements"]
    first = " ".join(f"{element[:10]}…" for element in elements[:ELEMENTS_SHOWN])
    return f"  purpose={message['purpose']} user={message['user'][:6]}… {len(elements)} elements: {first} …"
