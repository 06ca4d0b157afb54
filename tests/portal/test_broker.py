"""The broker of one machine: a reader never meets half a message."""

from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection

from portal import broker


@pytest.fixture
def channel(tmp_path):
    broker.install()
    folders = {name: str(tmp_path / "messages") for name in ("data_folder_in", "data_folder_out")}
    (tmp_path / "messages").mkdir()
    options = folders | {"control_folder": str(tmp_path / "control")}
    with Connection("filesystem://localhost", transport_options=options) as connection:
        yield connection.channel()


def test_a_message_appears_whole(channel, tmp_path, monkeypatch):
    seen = []
    put_down = Path.write_bytes

    def look_while_it_is_written(path, content):
        path.touch()
        with pytest.raises(Empty):
            channel._get("celery")
        seen.append(path.suffix)
        return put_down(path, content)

    monkeypatch.setattr(Path, "write_bytes", look_while_it_is_written)
    channel._put("celery", {"body": "示例"})

    assert seen == [".part"]
    assert channel._get("celery") == {"body": "示例"}
    assert list((tmp_path / "messages").iterdir()) == []


def test_a_table_that_is_being_made_is_waited_for(channel, monkeypatch):
    table = channel._exchange_file("celery")
    table.parent.mkdir()
    table.touch()
    monkeypatch.setattr(broker.time, "sleep", lambda _seconds: table.write_text('[["celery", "", "celery"]]'))

    assert [row.queue for row in channel.get_table("celery")] == ["celery"]
    channel.queue_declare("other")
    channel._queue_bind("celery", "other", "", "other")
    assert [row.queue for row in channel.get_table("celery")] == ["other", "celery"]
