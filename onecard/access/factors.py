"""The second factor: an authenticator app's codes, and recovery codes for the day it is not at hand. Secrets are encrypted."""

from __future__ import annotations

import hmac
import secrets

from onecard.access import totp
from onecard.access.models import Factor, Operator, RecoveryCode, SecurityKey
from onecard.kernel import clock
from onecard.kernel.secrets import conceal, reveal

CODES = 10
CODE_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
CODE_LENGTH = 12
_PURPOSE = "access.factor"
_CODE_PURPOSE = "access.recovery_code"
_DRAFT_PURPOSE = "access.factor_draft"


def draft(operator_id: int) -> str:
    """A new secret as the set-up page carries it: sealed, and of use to this operator alone."""
    return conceal(totp.new_secret(), purpose=f"{_DRAFT_PURPOSE}:{operator_id}").hex()


def read_draft(operator_id: int, sealed: str) -> bytes:
    """The secret of a draft; ValueError or InvalidTag for what is none of this operator's."""
    return reveal(bytes.fromhex(sealed), purpose=f"{_DRAFT_PURPOSE}:{operator_id}")


def has_factor(operator: Operator) -> bool:
    """Whether the operator has set up a second factor."""
    return Factor.objects.filter(operator=operator).exists()


def codes_left(operator: Operator) -> int:
    """How many recovery codes are left."""
    return RecoveryCode.objects.filter(operator=operator, used_at=None).count()


def set_factor(operator: Operator, *, secret: bytes, step: int) -> tuple[str, ...]:
    """Keep the secret in place of an earlier one, with the step whose code proved it; new recovery codes."""
    now = clock.now()
    kept = conceal(secret, purpose=f"{_PURPOSE}:{operator.pk}")
    Factor.objects.update_or_create(
        operator=operator, defaults={"secret": kept, "used_step": step, "set_up_at": now, "last_used_at": now}
    )
    return renew_codes(operator)


def renew_codes(operator: Operator) -> tuple[str, ...]:
    """New recovery codes in clear, told this once; the old ones are void."""
    codes = tuple("".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH)) for _ in range(CODES))
    RecoveryCode.objects.filter(operator=operator).delete()
    purpose = f"{_CODE_PURPOSE}:{operator.pk}"
    RecoveryCode.objects.bulk_create(
        RecoveryCode(operator=operator, secret=conceal(code.encode(), purpose=purpose)) for code in codes
    )
    return tuple("-".join(code[start : start + 4] for start in range(0, CODE_LENGTH, 4)) for code in codes)


def remove_factor(operator: Operator) -> None:
    """Forget the operator's second factor: authenticator app, security keys and recovery codes."""
    SecurityKey.objects.filter(operator=operator).delete()
    Factor.objects.filter(operator=operator).delete()
    RecoveryCode.objects.filter(operator=operator).delete()


def use_code(operator: Operator, text: str) -> bool:
    """Whether this is the app's code of now, or an unused recovery code; it is used up then. Call it in a transaction."""
    code = "".join(character for character in text.lower() if character.isalnum())
    factor = Factor.objects.select_for_update().filter(operator=operator).first()
    if factor is None:
        return False
    return _use_recovery_code(operator, code) if len(code) == CODE_LENGTH else _use_app_code(factor, code)


def _use_app_code(factor: Factor, code: str) -> bool:
    secret = reveal(bytes(factor.secret), purpose=f"{_PURPOSE}:{factor.operator_id}")
    step = totp.step_of_code(secret, code, now=clock.now(), used_step=factor.used_step)
    if step is None:
        return False
    factor.used_step, factor.last_used_at = step, clock.now()
    factor.save(update_fields=["used_step", "last_used_at"])
    return True


def _use_recovery_code(operator: Operator, code: str) -> bool:
    purpose = f"{_CODE_PURPOSE}:{operator.pk}"
    for row in RecoveryCode.objects.filter(operator=operator, used_at=None):
        if hmac.compare_digest(reveal(bytes(row.secret), purpose=purpose), code.encode()):
            row.used_at = clock.now()
            row.save(update_fields=["used_at"])
            return True
    return False
