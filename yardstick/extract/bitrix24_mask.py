"""What a recording of Bitrix24 leaves out: the webhook, and whatever people wrote into a field."""

import re
from dataclasses import replace
from hashlib import blake2s
from typing import Any

from yardstick.extract.recordings import Exchange

MASKED = "***"
#: Lists of which names tell of no person, and are needed to understand the rest.
_PLAIN = frozenset(
    {
        "scope",
        "department.get",
        "crm.status.list",
        "crm.category.list",
        "crm.currency.list",
        "crm.product.list",
    }
)
#: Of any list, what a program wrote.
_BY_PROGRAM = frozenset(
    {
        "stageId",
        "previousStageId",
        "STAGE_ID",
        "STATUS_ID",
        "sourceId",
        "typeId",
        "industry",
        "employees",
        "currencyId",
        "currency",
        "ownerType",
        "PROVIDER_ID",
        "PROVIDER_TYPE_ID",
        "CALL_FAILED_CODE",
        "CRM_ENTITY_TYPE",
        "orderStage",
        "error",
        "date_start",
        "date_finish",
        "operating_reset_at",
    }
)
_PERSONAL = re.compile("phone|login|account|number|email|title|name|address|^fm$|value", re.IGNORECASE)
#: A number, an instant, a flag.
_SAYS_NOTHING = re.compile(r"-?\d*\.?\d*|\d{4}-\d\d-\d\d(T[\d:.]+([+-][\d:]+|Z)?)?|[A-Z]")
_WEBHOOK = re.compile(r"^(.*/rest)/[^/]+/[^/]+/")


class Bitrix24Mask:
    """Masks as yardstick.extract.recordings.Mask says."""

    def request(self, exchange: Exchange) -> Exchange:
        """Without the user and the code of the webhook."""
        return replace(exchange, path=_WEBHOOK.sub(rf"\1/{MASKED}/{MASKED}/", exchange.path))

    def answer(self, exchange: Exchange) -> Exchange:
        """Of records the written fields as pseudonyms, the same text as the same; of errors the code."""
        content = exchange.answer
        if not isinstance(content, dict):
            return replace(exchange, answer=MASKED)
        method = exchange.path.rsplit("/", 1)[-1]
        if method == "batch" and isinstance(content.get("result"), dict):
            commands = exchange.body["cmd"]
            parts = content["result"]
            results = parts.get("result") or {}
            masked = {name: _masked(result, _method(commands[name])) for name, result in results.items()}
            errors = _masked(parts.get("result_error"), method)
            return replace(
                exchange, answer={**content, "result": {**parts, "result": masked, "result_error": errors}}
            )
        return replace(exchange, answer=_masked(content, method))


def _method(command: str) -> str:
    return command.partition("?")[0]


def _masked(value: Any, method: str, name: str = "") -> Any:
    if method in _PLAIN:
        return value
    if isinstance(value, dict):
        return {key: _masked(item, method, key) for key, item in value.items()}
    if isinstance(value, list):
        return [_masked(item, method, name) for item in value]
    if not isinstance(value, str) or not value or name in _BY_PROGRAM:
        return value
    if _SAYS_NOTHING.fullmatch(value) and not _PERSONAL.search(name):
        return value
    return f"{name} {blake2s(value.encode(errors='replace'), digest_size=4).hexdigest()}"
