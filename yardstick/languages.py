"""What Yardstick speaks to people. Apart from what else is bilingual, since every command imports it."""

from typing import Literal

Language = Literal["en", "ru"]
