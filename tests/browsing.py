"""A page in Chromium, looked at as a person would."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from selenium.webdriver import Chrome
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

DRAWN = "return document.body.dataset.drawn === 'true'"


@dataclass
class Browser:
    """Chromium with a page open."""

    chrome: Chrome

    def open(self, file: Path, view: str = "", width: int = 1440) -> None:
        """Open a page anew, at a view, and wait until all of it is drawn."""
        screen = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
        self.chrome.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", screen)
        self.chrome.get("about:blank")
        self.noticed()
        self.chrome.get(f"{file.as_uri()}{view}")
        self.wait()

    def wait(self) -> None:
        """Wait until the page is drawn."""
        WebDriverWait(self.chrome, 20, poll_frequency=0.05).until(lambda chrome: chrome.execute_script(DRAWN))

    def run(self, script: str, *values: Any) -> Any:
        """What a script gives."""
        return self.chrome.execute_script(script, *values)

    def all(self, selector: str) -> list[WebElement]:
        """The elements of a CSS selector, in their order."""
        return self.chrome.find_elements(By.CSS_SELECTOR, selector)

    def texts(self, selector: str) -> list[str]:
        """What a person reads in each of them."""
        return [found.text for found in self.all(selector)]

    def click(self, found: WebElement) -> None:
        """Click and wait until what it led to is drawn."""
        before = self.chrome.current_url
        self.run("arguments[0].scrollIntoView({block: 'center'})", found)
        found.click()
        WebDriverWait(self.chrome, 20, poll_frequency=0.05).until(lambda chrome: chrome.current_url != before)
        self.wait()

    def noticed(self) -> tuple[list[str], list[str]]:
        """What the console said, and every address asked for, since this was last called."""
        said = [entry["message"] for entry in self.chrome.get_log("browser")]
        events = [json.loads(entry["message"])["message"] for entry in self.chrome.get_log("performance")]
        asked = [
            event["params"]["request"]["url"]
            for event in events
            if event["method"] == "Network.requestWillBeSent"
        ]
        return said, asked
