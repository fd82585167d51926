"""The program proves to Microsoft who it is: a token is asked for once and kept, and a refusal says what to set right."""

from __future__ import annotations

import asyncio
import datetime
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from bot.microsoft.clouds import cloud_of
from bot.microsoft.tokens import Tokens, read_certificate, tokens_of
from bot.sending import NotConnected, TryLater
from bot.settings import Settings
from tests.bot.microsoft.entra import Entra

pytestmark = pytest.mark.anyio

CLIENT = "11111111-2222-3333-4444-555555555555"
TENANT = "99999999-8888-7777-6666-555555555555"
GRAPH = "https://graph.microsoft.com/.default"
LOGIN = "https://login.microsoftonline.com"


class Seconds:
    """Seconds that go on when a test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def tokens(entra: Entra, seconds: Seconds | None = None) -> Tokens:
    return Tokens(CLIENT, TENANT, "the-secret", LOGIN, entra, seconds or Seconds())


async def test_a_token_is_asked_for_once_and_again_shortly_before_it_ends() -> None:
    entra, seconds = Entra(), Seconds()
    ours = tokens(entra, seconds)
    assert set(await asyncio.gather(ours.get(GRAPH), ours.get(GRAPH))) == {"token-1"}
    seconds.now = 3200.0
    assert await ours.get(GRAPH) == "token-1"
    assert entra.asked[0]["grant_type"] == "client_credentials"
    assert entra.asked[0]["client_secret"] == "the-secret"
    assert GRAPH in entra.asked[0]["scope"]
    ours.forget(GRAPH)
    assert await ours.get(GRAPH) == "token-2"
    ours.close()


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (7000215, "the secret's value, not its id"),
        (7000222, "has run out"),
        (700016, "CHALLENGE_TEAMS_CLIENT_ID"),
        (90002, "CHALLENGE_TEAMS_TENANT_ID"),
        (53003, "AADSTS53003"),
    ],
)
async def test_a_refusal_says_what_to_set_right_and_is_not_asked_about_for_each_message(
    number: int, words: str
) -> None:
    entra, seconds = Entra(), Seconds()
    ours = tokens(entra, seconds)
    entra.refusal = {"error": "invalid_client", "error_codes": [number], "error_description": "of Ada"}
    for _ in range(3):
        with pytest.raises(NotConnected, match=words):
            await ours.get(GRAPH)
    assert len(entra.asked) == 1
    entra.refusal = None
    seconds.now = 31.0
    ours.forget(GRAPH)
    assert await ours.get(GRAPH) == "token-2"
    ours.close()


async def test_when_nobody_answers_it_is_tried_later() -> None:
    entra = Entra()
    ours = tokens(entra)
    entra.down = True
    with pytest.raises(TryLater):
        await ours.get(GRAPH)
    entra.down, entra.refusal = False, {"error": "temporarily_unavailable", "error_codes": [90033]}
    with pytest.raises(TryLater):
        await ours.get(GRAPH)
    ours.close()


async def test_a_certificate_proves_it_too(tmp_path: Path) -> None:
    file = tmp_path / "teams.pem"
    file.write_bytes(_pem())
    entra = Entra()
    ours = Tokens(CLIENT, TENANT, lambda: read_certificate(file), LOGIN, entra, Seconds())
    assert await ours.get(GRAPH) == "token-1"
    assert entra.asked[0]["client_assertion"]
    ours.close()


async def test_a_file_without_a_key_is_named(tmp_path: Path) -> None:
    file = tmp_path / "teams.pem"
    file.write_text("nothing", encoding="ascii")
    ours = Tokens(CLIENT, TENANT, lambda: read_certificate(file), LOGIN, Entra(), Seconds())
    with pytest.raises(NotConnected, match="CHALLENGE_TEAMS_CERTIFICATE must name a PEM file"):
        await ours.get(GRAPH)
    ours.close()


def test_the_settings_say_in_which_cloud_and_with_what() -> None:
    settings = Settings(
        teams_client_id=CLIENT, teams_tenant_id=TENANT, teams_client_secret="x", teams_cloud="usgov"
    )
    assert cloud_of(settings).login == "https://login.microsoftonline.us"
    assert cloud_of(settings).graph_scope == "https://graph.microsoft.us/.default"
    ours = tokens_of(settings)
    assert ours is not None
    ours.close()
    assert tokens_of(Settings(teams_noauth=True)) is None


def _pem() -> bytes:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "challenge-bot")])
    day = datetime.datetime(2026, 11, 30, tzinfo=datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(day)
        .not_valid_after(day + datetime.timedelta(days=365))
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return private + certificate.public_bytes(serialization.Encoding.PEM)
