"""Bounded work, deadlines, rates, hosts, headers, logs and figures."""

import io
import json
import logging
import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor, wait

import numpy as np
import pytest
from conftest import CARD
from gunicorn.config import Config
from web import API, DIGIT, check_problem, draw, encode, post
from werkzeug.exceptions import ServiceUnavailable

from ensembles.pictures.cutting import propose_cuts
from ensembles.serving.predictor import Prediction
from webapp import logs
from webapp.app import create_app
from webapp.buffered import HUNG, BufferedWorker
from webapp.counters import FRESH
from webapp.environment import ROOT, Settings, count_cores
from webapp.limits import Deadline, Limits

JSON = "application/json"


class Held:
    """Finds every digit equally likely, but only when it is let go."""

    card = CARD

    def __init__(self):
        self.begun = threading.Semaphore(0)
        self.go = threading.Event()

    def predict(self, images):
        self.begun.release()
        assert self.go.wait(10)
        members = np.full((3, len(images), 10), 0.1, np.float32)
        return Prediction(members.mean(0), members)


@pytest.fixture
def held():
    return Held()


def let_go(held):
    held.go.set()
    return held


def client_of(predictor, **settings):
    return create_app(predictor, Settings(**settings)).test_client()


def ask(client):
    return post(client, API, ("a", DIGIT))


def test_too_many_in_flight_are_refused_and_then_admitted_again(held):
    client = client_of(held, in_flight=2, workers=2)
    with ThreadPoolExecutor(2) as pool:
        first = [pool.submit(ask, client) for _ in range(2)]
        for _ in first:
            assert held.begun.acquire(timeout=10)
        refused = ask(client)
        check_problem(refused, 503, "busy: 2 requests are being read")
        assert refused.headers["Retry-After"] == "1"
        page = post(client, "/", ("a", DIGIT))
        assert page.status_code == 503
        assert 'role="alert"' in page.text
        assert page.headers["Retry-After"] == "1"
        assert client.get("/healthz").status_code == 200
        held.go.set()
        assert [answer.result().status_code for answer in first] == [200, 200]
    assert ask(client).status_code == 200


def test_who_waits_too_long_for_a_worker_is_told_so(held):
    client = client_of(held, in_flight=2, workers=1, deadline=1)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(ask, client)
        assert held.begun.acquire(timeout=10)
        check_problem(ask(client), 503, "not read within 1 s")
        held.go.set()
        assert first.result().status_code == 200
    assert ask(client).status_code == 200


@pytest.mark.parametrize(
    "where", [API, "/v1/models/digits:predict", "/v2/models/digits/infer"]
)
def test_json_is_parsed_by_a_worker(held, where):
    app = create_app(held, Settings(workers=1, deadline=0.05))
    with app.extensions["limits"].work(Deadline(10)):
        answer = app.test_client().post(where, data="{", content_type=JSON)
        assert answer.status_code == 503
    answer = app.test_client().post(where, data="{", content_type=JSON)
    assert answer.status_code == 400


def test_a_worker_that_is_lent_is_others_meanwhile():
    limits = Limits(Settings(workers=1))
    with limits.work(Deadline(1)):
        with pytest.raises(ServiceUnavailable), limits.work(Deadline(0.01)):
            pytest.fail("two work")
        with limits.lend(), limits.work(Deadline(1)):
            assert limits.held > 0
        with pytest.raises(ServiceUnavailable), limits.work(Deadline(0.01)):
            pytest.fail("two work")
    assert limits.held == 0


def test_marks_are_cut_apart_by_a_worker(held, monkeypatch):
    """And none waits for another: while digits are predicted it is free."""
    app = create_app(let_go(held), Settings(workers=1))
    limits, cut = app.extensions["limits"], []

    def propose(ink):
        cut.append(limits.held)
        return propose_cuts(ink)

    monkeypatch.setattr("ensembles.serving.several.propose_cuts", propose)
    wide = encode(draw(((20, 24), (3, 30))).resize((200, 50)))
    assert post(app.test_client(), API, ("a", wide)).status_code == 200
    assert cut
    assert min(cut) > 0


def test_a_deadline_that_has_passed():
    limits = Limits(Settings(workers=1))
    passed = Deadline(-1)
    for _ in range(3):
        with pytest.raises(Exception, match="not read within"), limits.work(passed):
            pytest.fail("it worked")
    with limits.work(Deadline(1)):
        pass


def test_an_address_that_asks_too_often(held):
    client = client_of(let_go(held), rate="2/hour")
    assert [ask(client).status_code for _ in range(3)] == [200, 200, 429]
    refused = ask(client)
    check_problem(refused, 429, "at most 2/hour requests are allowed")
    assert 0 < int(refused.headers["Retry-After"]) <= 3600
    assert client.get("/").status_code == 200


def test_addresses_behind_a_proxy_are_told_apart(held):
    client = client_of(let_go(held), rate="1/hour", proxies=1)

    def ask_as(address):
        body = {"pixels": [[1] * 28] * 28}
        return client.post(API, json=body, headers={"X-Forwarded-For": address})

    statuses = [ask_as(address).status_code for address in ("1.1.1.1", "1.1.1.2") * 2]
    assert statuses == [200, 200, 429, 429]


def test_the_command_line_waits_however_long_a_table_takes(held, tmp_path):
    """The server would have given it up."""
    digits = np.random.default_rng(0).integers(0, 256, (70, 28, 28), np.uint8)
    np.save(tmp_path / "many.npy", digits)
    app = create_app(held, Settings(workers=1, deadline=0.01, table_deadline=0.01))
    with ThreadPoolExecutor(1) as pool, app.extensions["limits"].work(Deadline(9)):
        arguments = ["classify", str(tmp_path / "many.npy")]
        ran = pool.submit(app.test_cli_runner().invoke, args=arguments)
        wait([ran], timeout=0.1)
        assert not ran.done()
        held.go.set()
    assert ran.result().exit_code == 0
    assert len(json.loads(ran.result().output)["predictions"]) == 70


@pytest.mark.parametrize(
    ("host", "status"),
    [("digits.example", 200), ("127.0.0.1:8000", 200), ("evil.example", 400)],
)
def test_trusted_hosts(held, host, status):
    client = client_of(held, trusted_hosts=("digits.example",))
    answer = client.get("/healthz", headers={"Host": host})
    assert answer.status_code == status


@pytest.mark.parametrize(
    "where", ["/", "/nothing", "/api/v1/nothing", "/metrics", "/static/page.css"]
)
def test_security_headers(held, where):
    with client_of(held).get(where) as answer:
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert "camera=()" in answer.headers["Permissions-Policy"]
        assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "path", ["../app.py", "..%2fapp.py", "%2e%2e/app.py", "app.py"]
)
def test_nothing_outside_static_is_served(held, path):
    with client_of(held).get(f"/static/{path}") as answer:
        assert answer.status_code == 404


def test_health(held):
    app = create_app(let_go(held))
    client = app.test_client()
    assert client.get("/healthz").get_json() == {"status": "ok"}
    assert client.get("/readyz").get_json() == {"status": "ready"}
    app.extensions["limits"].draining = True
    check_problem(client.get("/readyz"), 503, "shutting down")
    assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize(
    "where",
    ["/readyz", "/v1/models/digits", "/v2/health/ready", "/v2/models/digits/ready"],
)
def test_no_server_is_ready_whose_workers_hang(held, where):
    app = create_app(let_go(held), Settings(workers=1, deadline=0.05))
    with app.extensions["limits"].work(Deadline(1)):
        answer = app.test_client().get(where)
        assert answer.status_code == 503
        assert "not read within" in answer.get_json(force=True)["detail"]
    assert app.test_client().get(where).status_code == 200


def test_a_process_whose_worker_hangs_is_not_said_to_be_well(held):
    deadline = 0.02
    one = BufferedWorker(1, os.getppid(), [], None, 1, Config(), None)
    one.wsgi = create_app(held, Settings(workers=1, deadline=deadline))
    limits = one.wsgi.extensions["limits"]
    for hangs in (False, True):
        with limits.work(Deadline(1)):
            while hangs and limits.held <= HUNG * deadline:
                time.sleep(deadline)
            before = one.tmp.last_update()
            assert not one.is_ending()
            assert (one.tmp.last_update() == before) == hangs
    one.tmp.close()


def test_who_asks_often_whether_it_is_ready_is_no_load(held):
    client = client_of(let_go(held))
    begun = time.monotonic()
    for _ in range(20):
        assert client.get("/readyz").status_code == 200
    asked = sum(held.begun.acquire(blocking=False) for _ in range(20))
    assert 1 <= asked <= 1 + (time.monotonic() - begun) / FRESH


def test_metrics(held):
    client = client_of(let_go(held))
    ask(client)
    client.get("/made/up/by/a/client")
    text = client.get("/metrics").text
    assert 'digits_requests_total{route="/api/v1/predict",status="200"} 1.0' in text
    assert 'digits_answers_total{status="unsure"} 1.0' in text
    assert 'digits_requests_total{route="None",status="404"} 1.0' in text
    assert "digits_in_flight 0.0" in text
    assert "made" not in text


def test_logs_are_lines_of_json_without_content(held, caplog):
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logs.JsonLines())
    logs.logger.addHandler(handler)
    try:
        with caplog.at_level(logging.INFO):
            answer = post(client_of(let_go(held)), API, ("private name.png", DIGIT))
    finally:
        logs.logger.removeHandler(handler)
    (line,) = map(json.loads, stream.getvalue().splitlines())
    assert line["message"] == "answered"
    assert (line["method"], line["status"]) == ("POST", 200)
    assert line["route"] == API
    assert line["request_id"] == answer.headers["X-Request-ID"]
    assert "private" not in stream.getvalue()
    assert len(stream.getvalue()) < 400


def test_a_failure_within_is_logged_with_its_cause():
    try:
        raise RuntimeError("cause")
    except RuntimeError:
        record = logging.LogRecord("x", 40, "f", 1, "failed", None, None)
        record.exc_info = sys.exc_info()
    line = json.loads(logs.JsonLines().format(record))
    assert line["level"] == "ERROR"
    assert "RuntimeError: cause" in line["exception"]


# What the environment says, and what the settings are
SET = {
    "DIGITS_PORT": ("9000", 9000),
    "DIGITS_DEADLINE": ("2.5", 2.5),
    "DIGITS_RATE": ("5/minute", "5/minute"),
    "DIGITS_TRUSTED_HOSTS": ("a.example, b.example", ("a.example", "b.example")),
}


def test_settings():
    environment = {name: text for name, (text, _) in SET.items()}
    found = Settings.from_environment(environment | {"DIGITS_WORKERS": ""})
    for name, (_, value) in SET.items():
        assert getattr(found, name.removeprefix("DIGITS_").lower()) == value
    assert found.workers == Settings().workers


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="no such mask")
def test_cores_are_those_that_the_process_may_use():
    code = (
        "import os; os.sched_setaffinity(0, [min(os.sched_getaffinity(0))]); "
        "from webapp.environment import Settings; print(Settings().workers)"
    )
    command = [sys.executable, "-c", code]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    assert ran.stdout.strip() == b"1"


def test_cores_are_those_that_the_container_allows(tmp_path):
    quota = tmp_path / "cpu.max"
    own = count_cores(quota)
    assert own >= 1
    for text, cores in (("50000 100000", 1), ("max 100000", own), ("9999999 10", own)):
        quota.write_text(text + "\n")
        assert count_cores(quota) == cores


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("PORT", "eighty", "DIGITS_PORT must be a whole number from 0; got 'eighty'"),
        ("WORKERS", "0", "DIGITS_WORKERS must be a whole number from 1; got '0'"),
        ("DEADLINE", "nan", "DIGITS_DEADLINE must be a number from 0.01; got 'nan'"),
        ("DEADLINE", "inf", "DIGITS_DEADLINE must be at most 86400; got 'inf'"),
        ("TABLE_DEADLINE", "1e6", "DIGITS_TABLE_DEADLINE must be at most 86400"),
        ("PORT", "70000", "DIGITS_PORT must be at most 65535; got '70000'"),
        ("RATE", "often", "DIGITS_RATE must be such as 1200/minute; got 'often'"),
    ],
)
def test_settings_that_are_refused(name, text, message):
    with pytest.raises(ValueError, match=message):
        Settings.from_environment({f"DIGITS_{name}": text})
