"""The tools for MCP clients, called by one."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from gradio_client import Client

from assistant.commands.preparing import sample_folder
from assistant.errors import ConfigError
from assistant.web.auth import Gate
from assistant.web.command import _check_mcp
from tests.web.conftest import Writer, served, small_models

if TYPE_CHECKING:
    from pathlib import Path

    from mcp.types import CallToolResult

OPENED = "The bridge was opened in 1974 and was last repainted in 2011."


def test_whoever_lets_people_log_in_cannot_serve_tools() -> None:
    pytest.importorskip("mcp", reason="MCP is not installed: pip install citewell[mcp]")
    _check_mcp(None)
    with pytest.raises(ConfigError, match="cannot log in"):
        _check_mcp(Gate({}))


def test_an_mcp_client_asks_reads_and_looks(tmp_path: Path) -> None:
    pytest.importorskip("mcp", reason="MCP is not installed: pip install citewell[mcp]")
    writer = Writer()
    with served(tmp_path / "home", writer, small_models(writer), mcp=True) as site:
        site.add(sample_folder())
        writer.text = f"{OPENED} [1] It was painted blue by Ann."
        (tmp_path / "new").mkdir()
        (tmp_path / "new/a.txt").write_text("A narwhal has a tusk.")
        asyncio.run(_use(site.url, tmp_path / "new"))
        client = Client(site.url, verbose=False)  # programs are served as before
        assert client.predict(api_name="/status")["documents"] == 15
        client.close()


async def _use(url: str, folder: Path) -> None:
    from mcp import ClientSession  # noqa: PLC0415 - it is an extra
    from mcp.client.streamable_http import streamable_http_client  # noqa: PLC0415

    async with (
        streamable_http_client(f"{url}gradio_api/mcp/") as (incoming, outgoing, _),
        ClientSession(incoming, outgoing) as session,
    ):
        await session.initialize()

        async def call(name: str, **arguments: Any) -> CallToolResult:
            return await session.call_tool(name, arguments)

        tools = {tool.name: tool for tool in (await session.list_tools()).tools}
        assert set(tools) == {"ask_documents", "read_folder", "describe_library"}
        schema = tools["ask_documents"].inputSchema
        assert schema["required"] == ["question"]
        assert set(schema["properties"]) == {"question", "folder", "library", "quotes_only"}

        said = _text(await call("ask_documents", question="When was the bridge opened?"))
        assert f"{OPENED} [1]" in said
        assert f"[1] “{OPENED}” – " in said
        assert "blue by Ann. _(" in said  # in doubt

        assert "1 added" in _text(await call("read_folder", folder=str(folder)))
        said = await call(
            "ask_documents",
            question="What has a tusk?",
            folder=str(folder),
            quotes_only=True,
        )
        assert "A narwhal has a tusk." in _text(said)
        assert "15 documents" in _text(await call("describe_library"))
        for name, arguments in (
            ("read_folder", {"folder": "/no/such/folder"}),
            ("ask_documents", {"question": " "}),
            ("ask_documents", {"question": "What?", "folder": "/no/such/folder"}),
        ):
            refused = await call(name, **arguments)
            assert refused.isError
            assert "no" in _text(refused)


def _text(result: CallToolResult) -> str:
    return "\n".join(part.text for part in result.content if part.type == "text")
