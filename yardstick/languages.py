"""What Yardstick speaks to people. Apart from what else is bilingual, since every command imports it."""

from typing import Literal, get_args

Language = Literal["en", "ru"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
