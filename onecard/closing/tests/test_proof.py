"""Proofs hold offline, and not when any byte is another."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from onecard.closing import keys, queries
from onecard.closing.actions.close_day import close_day
from onecard.closing.proof import Proof, check_proof, write
from onecard.closing.tests.damage import as_owner
from onecard.kernel.secrets import keys_folder
from onecard.ledger.models import Transfer
from onecard.purchases.actions.collect_purchases import collect_purchases
from tests import world as cast
from tests.world import DAY, World

OFFLINE = "import sys; from onecard.cli import main; sys.argv = ['onecard', 'ledger', 'check-proof', *sys.argv[1:]]; main()"


def sealed_proof(world: World) -> Proof:
    """The proof of the last purchase of a closed day."""
    collect_purchases([world.record(seq) for seq in range(1, 300)])
    last = Transfer.objects.latest("pk")
    close_day(world.cast.clerk, DAY)
    found = queries.prove(last.pk)
    assert isinstance(found, Proof)
    return found


def test_every_transfer_of_a_day_is_proven(world: World) -> None:
    sealed_proof(world)
    for pk in Transfer.objects.values_list("pk", flat=True)[::7]:
        found = queries.prove(pk)
        assert isinstance(found, Proof)
        assert check_proof(write(found)).reasons == ()
        assert found.transfer.id == pk


def test_any_changed_byte_is_found(world: World) -> None:
    content = write(sealed_proof(world)).encode()
    assert check_proof(content).holds
    for at in range(0, len(content), 3):
        for mask in (1, 32):
            changed = content[:at] + bytes([content[at] ^ mask]) + content[at + 1 :]
            assert not check_proof(changed).holds, (at, content[at - 20 : at + 20])
    for cut in (0, 1, len(content) // 2, len(content) - 1):
        assert not check_proof(content[:cut]).holds


def test_the_proof_of_one_transfer_does_not_serve_another(world: World) -> None:
    found = sealed_proof(world)
    other = queries.prove(found.transfer.id - 1)
    assert isinstance(other, Proof)
    content = write(found).replace(f'"amount_fen": {found.transfer.amount_fen}', '"amount_fen": 1')
    assert check_proof(content).reasons == ("the transfer does not lead to the sealed root",)


def test_an_own_seal_by_another_key_is_told_from_the_centres(world: World) -> None:
    content = write(sealed_proof(world))
    assert check_proof(content, public_key=keys.public_bytes(keys.signing_key())).holds
    stranger = keys.public_bytes(Ed25519PrivateKey.generate())
    assert check_proof(content, public_key=stranger).reasons == ("the key is not the expected one",)


def test_refusals(world: World) -> None:
    first = Transfer.objects.earliest("pk").pk
    assert queries.prove(first) is queries.ProofRefusal.NOT_SEALED
    assert queries.prove(1 << 60) is queries.ProofRefusal.UNKNOWN_TRANSFER


def test_no_proof_of_a_broken_day(own_database: str) -> None:
    world = cast.build()
    first = Transfer.objects.earliest("pk").pk
    close_day(world.cast.clerk, DAY)
    assert isinstance(queries.prove(first), Proof)
    as_owner(f"update ledger_transfer set amount_fen = amount_fen + 1 where id = {first}")
    assert queries.prove(first) is queries.ProofRefusal.SEAL_BROKEN
    assert queries.seal_of(DAY + timedelta(days=1)) is None


@pytest.mark.parametrize("changed", [False, True])
def test_the_command_checks_without_database_and_settings(world: World, tmp_path: Path, *, changed: bool) -> None:
    text = write(sealed_proof(world))
    file, nowhere = tmp_path / "proof.json", tmp_path / "var"
    file.write_text(text.replace("5", "6") if changed else text, encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if name not in ("DJANGO_SETTINGS_MODULE",)}
    environment |= {"ONECARD_VAR": str(nowhere), "ONECARD_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none"}
    key = keys_folder() / keys.PUBLIC_FILE
    done = subprocess.run(
        [sys.executable, "-c", OFFLINE, str(file), "--public-key", str(key)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "The proof holds" in done.stdout) == ((1, False) if changed else (0, True)), done.stderr
    assert not nowhere.exists()
