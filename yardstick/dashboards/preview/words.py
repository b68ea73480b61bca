"""What the page says by itself; all other words come from dashboards/ and the warehouse."""

from collections.abc import Mapping

from yardstick.reading.strict import Bilingual

WORDS: Mapping[str, Bilingual] = {
    "not_held": Bilingual(
        en="This page does not hold the answer for what is chosen. Choose something else, or ask Metabase.",
        ru="На этой странице нет ответа для выбранного. Выберите другое или откройте Metabase.",
    ),
    "cut": Bilingual(
        en="The first {0} of {1} rows; Metabase and yardstick sql have them all.",
        ru="Первые {0} из {1} строк; все они есть в Metabase и в yardstick sql.",
    ),
    "total": Bilingual(en="Total", ru="Итого"),
    "against": Bilingual(en="against", ru="к"),
    "points": Bilingual(en="points", ru="п. п."),
    "of": Bilingual(en="of", ru="от"),
}
