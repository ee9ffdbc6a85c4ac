"""Receipt numbers: read out on the phone, typed from paper, guessed by nobody."""

import secrets

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no 0/O, no 1/I


def new_receipt() -> str:
    """A receipt number such as «VC7K-3FQ2»: 40 random bits; the database refuses a double."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"
