"""What the browser is told never to do, whatever the page may hold.

Everything is escaped already. Should that ever fail, inline handlers do not run and nothing
can be loaded from, or sent to, any other server. Requests that another website makes, with a
name of its own for this computer or from its own pages, are refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    Message = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Message]]
    Send = Callable[[Message], Awaitable[None]]
    App = Callable[[Message, Receive, Send], Awaitable[None]]

__all__ = ["SafeHeaders"]

# Gradio starts itself with an inline script and evaluates its templates; nothing else may.
POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "script-src-attr 'none'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "frame-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}
LOCAL_NAMES = {"localhost", "127.0.0.1", "[::1]"}


class SafeHeaders:
    """Adds the headers to every answer of the server; streams pass through untouched.

    Args:
        app: The server.
        local: Whether only this computer may use it, and so only by a local name.
    """

    def __init__(self, app: App, *, local: bool) -> None:
        self._app = app
        self._local = local

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Pass a request on and its answer back, unless it comes from another website."""
        if scope["type"] == "http" and not self._ours(scope):
            await send({"type": "http.response.start", "status": 403, "headers": []})
            await send({"type": "http.response.body", "body": b"not from this page"})
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                named = [(k.lower().encode(), v.encode()) for k, v in HEADERS.items()]
                message["headers"] = [*message.get("headers", []), *named]
            await send(message)

        await self._app(scope, receive, guarded)

    def _ours(self, scope: Message) -> bool:
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        host = headers.get(b"host", "")
        if self._local and _name(host) not in LOCAL_NAMES:
            return False
        origin = headers.get(b"origin")
        return origin is None or origin.partition("://")[2] == host


def _name(host: str) -> str:
    """Return a host without its port.

    >>> _name("[::1]:7860")
    '[::1]'
    """
    name, colon, port = host.rpartition(":")
    return name if colon and port.isdigit() else host
