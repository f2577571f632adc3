"""What the emulator is started with: an environment of its own, free of whatever the shell is signed in to."""

import os
import socket
from dataclasses import dataclass
from pathlib import Path


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True, kw_only=True)
class Launch:
    """The choices a stack is started with; `LocalStack` says what each means."""

    interpreter: Path
    worker_python: Path
    region: str
    wait_scale: float
    auth: bool
    dependencies: tuple[Path, ...]
    slots: int
    log_level: str

    def environment(self, *, port: int, state: Path, scratch: Path, discarded: Path) -> dict[str, str]:
        """Give the emulator's variables: MiniStack's own, then ours; it removes `discarded` when it ends."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return {
            **kept,
            "PYTHONPATH": str(Path(__file__).parent),
            "TMPDIR": str(scratch),
            "BIND_HOST": "127.0.0.1",
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "LOG_LEVEL": self.log_level,
            "GATEWAY_PORT": str(port),
            "MINISTACK_REGION": self.region,
            "AUTH": "true" if self.auth else "false",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": self.region,
            "SFN_WAIT_SCALE": repr(self.wait_scale),
            "ESCALERA_LOCAL_STATE": str(state),
            "ESCALERA_LOCAL_DISCARDED": str(discarded),
            "ESCALERA_LOCAL_WORKER_PYTHON": str(self.worker_python),
            "ESCALERA_LOCAL_SLOTS": str(self.slots),
            "ESCALERA_LOCAL_DEPENDENCIES": os.pathsep.join(str(path.resolve()) for path in self.dependencies),
        }
