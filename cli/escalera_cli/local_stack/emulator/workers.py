"""Handlers run as they do in the cloud: AWS's runtime client, layers on the path, nothing else in sight."""

import hashlib
import io
import os
import shlex
import subprocess
import tempfile
import threading
import zipfile
from pathlib import Path
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

from .registry import mend
from .settings import Settings

# What a worker keeps of what upstream hands it, beside the function's own variables.
KEPT = ("PATH", "LANG", "HOME", "TMPDIR", "AWS_", "LAMBDA_TASK_ROOT", "_HANDLER")

# What Lambda's own Python image offers beside the function's code and layers.
IMAGE = (
    "awslambdaric", "simplejson", "snapshot_restore_py.py", "runtime_client*.so",
    "boto3", "botocore", "s3transfer", "jmespath", "dateutil", "urllib3", "six.py",
)  # fmt: skip


def runs_python(config: dict[str, Any]) -> bool:
    """Say whether a function's configuration names a Python runtime."""
    return str(config.get("Runtime", "")).startswith("python")


class Layers:
    """Unpacks each layer once, by its content, and says which folders a function's path gets from them."""

    def __init__(self, root: Path) -> None:
        """Unpack under `root`."""
        self.root = root
        self.lock = threading.Lock()

    def paths(self, config: dict[str, Any]) -> list[str]:
        """Give the `python` folders of a function's layers; a later layer hides an earlier one, as in /opt."""
        folders = [self._unpacked(lambda_svc._resolve_layer_zip(layer)) for layer in config.get("Layers", [])]
        places = [python_of(folder) for folder in reversed(folders)]
        return [str(place) for place in places if place.is_dir()]

    def _unpacked(self, content: bytes) -> Path:
        folder = self.root / hashlib.sha256(content).hexdigest()[:24]
        with self.lock:
            if not folder.exists():
                partial = Path(tempfile.mkdtemp(dir=self.root))
                zipfile.ZipFile(io.BytesIO(content)).extractall(partial)
                partial.rename(folder)
        return folder


def python_of(layer: Path) -> Path:
    """Give the folder of a layer's packages: its own, or that on this machine which a layer by reference names."""
    reference = layer / "python.path"
    return Path(reference.read_text().strip()) if reference.is_file() else layer / "python"


def link_image(python: str, folder: Path) -> None:
    """Link what Lambda's image offers out of the worker interpreter's own packages into `folder`."""
    code = "import awslambdaric, pathlib; print(pathlib.Path(awslambdaric.__file__).parent.parent)"
    try:
        found = subprocess.run([python, "-c", code], check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise SystemExit(
            f"{python} cannot run handlers: it has no awslambdaric. Run `make setup`."
        ) from error
    folder.mkdir(exist_ok=True)
    for pattern in IMAGE:
        for package in Path(found.stdout.strip()).glob(pattern):
            (folder / package.name).symlink_to(package)


def init_failure(said: Any, error: RuntimeError) -> lambda_runtime.ProvidedRuntimeError:
    """Give the error of a handler that did not start: its own word, or, killed before it said any, that it ended."""
    if not isinstance(said, dict):
        return lambda_runtime.ProvidedRuntimeError(str(error), "Runtime.ExitError")
    return lambda_runtime.ProvidedRuntimeError(
        said.get("errorMessage", ""), said.get("errorType", "Runtime.Unknown")
    )


def make_worker_class(settings: Settings) -> type[lambda_runtime.ProvidedWorker]:
    """Make the worker that starts `worker.py` where upstream starts a custom runtime's `bootstrap`."""
    starter = Path(__file__).with_name("worker.py")
    script = (
        f'#!/bin/sh\nexec {shlex.quote(settings.worker_python)} -S {shlex.quote(str(starter))} "$_HANDLER"\n'
    )

    class RuntimeClientWorker(lambda_runtime.ProvidedWorker):  # type: ignore[misc]  # upstream is untyped
        clock: object = None

        def _spawn(self, init_timeout: float | None = None) -> None:
            bootstrap = Path(lambda_svc._provided_runtime_code_dir(self.code_zip)) / "bootstrap"
            if not bootstrap.exists():
                partial = bootstrap.with_name(f"bootstrap.{threading.get_ident()}")
                partial.write_text(script)
                partial.chmod(0o755)
                partial.rename(bootstrap)
            self.clock = settings.clock
            super()._spawn(init_timeout)

        def _await_init(self, init_timeout: float | None = None) -> None:
            try:
                super()._await_init(init_timeout)
            except lambda_runtime.ProvidedInitTimeout:
                raise
            except RuntimeError as error:
                raise init_failure(self._init_error, error) from error

        def invoke(self, *args: Any, **kwargs: Any) -> Any:
            """Serve one event; a worker that started under another clock is replaced first."""
            if self._proc is not None and self.clock is not settings.clock:
                self._teardown()
            kwargs = {k: v for k, v in kwargs.items() if k in ("trace_id", "invoked_function_arn")}
            return super().invoke(*args, **kwargs)

        def _build_handler_class(self, generation: int, pending: Any) -> Any:
            handler = super()._build_handler_class(generation, pending)
            handler.wbufsize = -1  # headers and body leave in one packet
            return handler

        def _drain_stderr_bounded(
            self, first_line_wait: float = 0.002, idle_confirm: float = 0.001, hard_cap: float = 0.05
        ) -> Any:
            return super()._drain_stderr_bounded(
                first_line_wait, idle_confirm, max(hard_cap, first_line_wait)
            )

    return RuntimeClientWorker


@mend(
    "an exception's class is lost (errorType is always Runtime.HandlerError), each invocation waits 40-90 ms",
    {
        "core.lambda_runtime._worker_class_for": "b5a23849280a",
        "core.lambda_runtime.ProvidedWorker": "10c36526207f",
        "services.lambda_svc._execute_function_warm": "62b9218bef5b",
        "services.lambda_svc._execute_function_provided_warm": "7cddef20157f",
    },
)
def run_handlers_under_the_runtime_client(settings: Settings) -> None:
    """Give Python functions a worker on `awslambdaric`, so that Retry and Catch by name match."""
    worker_class = make_worker_class(settings)
    upstream_class, upstream_warm = lambda_runtime._worker_class_for, lambda_svc._execute_function_warm

    def worker_class_for(config: dict[str, Any]) -> Any:
        return worker_class if runs_python(config) else upstream_class(config)

    def execute_warm(func: dict[str, Any], event: Any, request_id: str) -> Any:
        python = runs_python(func.get("config") or func)
        return (lambda_svc._execute_function_provided_warm if python else upstream_warm)(
            func, event, request_id
        )

    lambda_runtime._worker_class_for = worker_class_for
    lambda_svc._execute_function_warm = execute_warm


@mend(
    "workers inherit the emulator's environment, know no layers, no time zone and no simulated clock",
    {
        "services.lambda_svc._provided_worker_env": "8cccaed6a6d8",
        "services.lambda_svc._resolve_layer_zip": "447d3c3ec42c",
    },
)
def give_workers_the_environment_of_a_lambda(settings: Settings) -> None:
    """Build each worker's environment as Lambda does, plus the local endpoint and the simulated clock."""
    image = settings.scratch / "image"
    link_image(settings.worker_python, image)
    roots = settings.scratch / "layers"
    roots.mkdir(exist_ok=True)
    layers = Layers(roots)
    lifeline = open_lifeline(settings.scratch / "lifeline")
    upstream = lambda_svc._provided_worker_env

    def environment(config: dict[str, Any], code_dir: str, port: int) -> dict[str, str]:
        full: dict[str, str] = upstream(config, code_dir, port)
        own = (config.get("Environment") or {}).get("Variables") or {}
        kept = {k: v for k, v in full.items() if k in own or k.startswith(KEPT)}
        path = [code_dir, *settings.dependencies, *layers.paths(config), str(image)]
        return {
            **kept,
            "PYTHONPATH": os.pathsep.join(path),
            "TZ": ":UTC",
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{os.environ['GATEWAY_PORT']}",
            # Some operations have a host of their own before their service's: here one address answers for all.
            "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{config.get('Runtime', 'python')}",
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            **logging_environment(config),
            "ESCALERA_LOCAL_LIFELINE": str(lifeline),
            **(settings.clock.environment() if settings.clock else {}),
        }

    lambda_svc._provided_worker_env = environment


def logging_environment(config: dict[str, Any]) -> dict[str, str]:
    """Give the variables by which Lambda tells a function how and where to log."""
    logging = config.get("LoggingConfig") or {}
    given = {
        "AWS_LAMBDA_LOG_GROUP_NAME": logging.get("LogGroup")
        or f"/aws/lambda/{config.get('FunctionName', '')}",
        "AWS_LAMBDA_LOG_FORMAT": logging.get("LogFormat") or "Text",
        "AWS_LAMBDA_LOG_LEVEL": logging.get("ApplicationLogLevel") or "",
    }
    return {name: value for name, value in given.items() if value}


def open_lifeline(path: Path) -> Path:
    """Make the named pipe whose writing end only this process holds, for as long as it lives."""
    os.mkfifo(path)
    os.open(path, os.O_RDWR | os.O_CLOEXEC)
    return path


@mend(
    "each concurrent call starts one more Python process, without bound",
    {
        "services.lambda_svc._execute_function": "3ceb16d6480a",
    },
)
def bound_the_workers_of_a_function(settings: Settings) -> None:
    """Let each function run `slots` events at a time; what comes above that waits its turn."""
    upstream = lambda_svc._execute_function
    gates: dict[str, threading.BoundedSemaphore] = {}
    lock = threading.Lock()

    def execute(func: dict[str, Any], event: Any) -> Any:
        config = func.get("config") or func
        if lambda_svc._function_config_scope_mismatch(config):
            return upstream(
                func, event
            )  # upstream comes back here under the function's own account and region
        with lock:
            gate = gates.setdefault(config["FunctionArn"], threading.BoundedSemaphore(settings.slots))
        with gate:
            return upstream(func, event)

    lambda_svc._execute_function = execute
