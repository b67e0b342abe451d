"""The coders' page in a browser, by keyboard alone: answers, notes, going on later, saving, restoring."""

from __future__ import annotations

import csv
import io
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pandas as pd
import pytest
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from textlens import files
from textlens.coding_page import page_of

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(
    CHROMIUM is None or DRIVER is None, reason="needs chromium and chromedriver (Debian: chromium, chromium-driver)"
)
SHEET = "0123456789abcdef"
HOSTILE = '<img src=x onerror=alert(1)></script><script>alert(2)</script> \u202eright to left\u202c & "quoted" 😀'


def write_page(folder: Path, *texts: str, sheet: str = SHEET) -> str:
    items = pd.DataFrame({"item": [f"item-{n:03}" for n in range(1, len(texts) + 1)], "text": texts})
    questions = pd.DataFrame(
        {
            "question": ["cost-1", "harm-1"],
            "frame": ["Cost", "Harm"],
            "text": ["Does it say what it costs?", "Does it name a harm?"],
            "definition": ["Money, <b>prices</b>.", "Anyone is hurt."],
            "includes": ["Rents.", ""],
            "is_not": ["", "Costs."],
        }
    )
    path = folder / f"{sheet}.html"
    files.write_whole(path, page_of(items, questions, sheet=sheet, codebook="Two frames, version 1"))
    return path.as_uri()


@contextmanager
def browser(folder: Path) -> Iterator[Chrome]:
    options = ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder / 'profile'}"):
        options.add_argument(argument)
    options.add_experimental_option("prefs", {"download.default_directory": str(folder / "saved")})
    # Named, so that selenium looks for no driver and downloads none.
    driver = Chrome(options=options, service=Service(executable_path=DRIVER))
    try:
        yield driver
    finally:
        driver.quit()


def press(driver: Chrome, *keys: str) -> None:
    ActionChains(driver, duration=0).send_keys(*keys).perform()


def shown(driver: Chrome, name: str) -> str:
    return driver.find_element(By.ID, name).text


def chosen(driver: Chrome) -> list[str]:
    return [button.text for button in driver.find_elements(By.CSS_SELECTOR, "[aria-pressed=true]")]


def wait_for(ready: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not ready():
        assert time.monotonic() < end
        time.sleep(0.05)


def says(driver: Chrome, message: str) -> bool:
    return shown(driver, "message") == message


def downloaded(path: Path) -> bytes:
    wait_for(path.is_file)  # it gets its name when it is whole
    return path.read_bytes()


def test_a_coder_answers_leaves_goes_on_and_saves(tmp_path: Path) -> None:
    address = write_page(tmp_path, "Rents rose.\nAgain.", "A dam broke.", "No news.")
    with browser(tmp_path) as driver:
        driver.get(address)
        press(driver, "Ann B/ё", Keys.ENTER)
        assert shown(driver, "progress") == "Ann B/ё: text 1 of 3; 0 of 6 answered"
        assert shown(driver, "text") == "Rents rose.\nAgain."
        press(driver, "y", "0")
        assert shown(driver, "title") == "item-002"
        press(driver, Keys.TAB, "u", Keys.ARROW_LEFT)
        assert (shown(driver, "title"), chosen(driver)) == ("item-002", ["unsure (u)"])
        press(driver, "t", '=not "one", ', Keys.ENTER, "any", Keys.ESCAPE)
        assert shown(driver, "progress") == "Ann B/ё: text 2 of 3; 3 of 6 answered"

    with browser(tmp_path) as driver:
        driver.get(address)
        press(driver, Keys.ENTER)  # the name is still there
        assert shown(driver, "progress") == "Ann B/ё: text 2 of 3; 3 of 6 answered"
        assert chosen(driver) == ["unsure (u)"]
        assert driver.find_element(By.ID, "note").get_attribute("value") == '=not "one", \nany'
        press(driver, Keys.PAGE_UP)
        assert chosen(driver) == ["yes (y)", "no (n)"]
        press(driver, Keys.HOME, "n", Keys.PAGE_DOWN, "1", "N")
        assert shown(driver, "progress") == "Ann B/ё: text 3 of 3; 6 of 6 answered"
        assert shown(driver, "message") == "All answered: press s to save."
        press(driver, "?")
        assert "first unanswered" in shown(driver, "keys")
        press(driver, "s")
        content = downloaded(tmp_path / "saved" / "coding-Ann-B-ё-01234567.csv")
    assert b"\r" not in content
    rows = list(csv.reader(io.StringIO(content.decode(), newline="")))
    assert rows == [
        ["sheet", "item", "question", "coder", "answer", "note"],
        [SHEET, "item-001", "cost-1", "Ann B/ё", "yes", ""],
        [SHEET, "item-001", "harm-1", "Ann B/ё", "no", ""],
        [SHEET, "item-002", "cost-1", "Ann B/ё", "no", '\'=not "one", \nany'],
        [SHEET, "item-002", "harm-1", "Ann B/ё", "unsure", ""],
        [SHEET, "item-003", "cost-1", "Ann B/ё", "yes", ""],
        [SHEET, "item-003", "harm-1", "Ann B/ё", "no", ""],
    ]


def test_hostile_text_shows_as_text_and_a_saved_file_is_restored_or_refused(tmp_path: Path) -> None:
    address = write_page(tmp_path, HOSTILE, "Two.")
    head = "sheet,item,question,coder,answer,note\r\n"
    written = {
        "mine": f'{SHEET},item-001,harm-1,Bo,yes,"\'\'quoted, ""so""\n\'"\r\n{SHEET},item-002,no-such,Bo,yes,\r\n',
        "other": f"fedcba98,item-001,cost-1,Bo,no,{HOSTILE[:10]}\r\n",
        "ann": f"{SHEET},item-001,cost-1,Ann,no,\r\n",
    }
    for name, rows in written.items():
        (tmp_path / f"{name}.csv").write_bytes(b"\xef\xbb\xbf" + (head + rows).encode())
    with browser(tmp_path) as driver:
        driver.get(address)
        press(driver, "Bo", Keys.ENTER)
        assert driver.find_element(By.ID, "text").get_attribute("textContent") == HOSTILE
        assert driver.find_elements(By.CSS_SELECTOR, "#work img, #work script, #work b") == []
        assert "Money, <b>prices</b>." in shown(driver, "questions")
        for name, message in (
            ("other", "This file is not of this sheet."),
            ("ann", "This file is by Ann: open the page anew under that name."),
            ("mine", "Restored from mine.csv"),
        ):
            assert shown(driver, "progress") == "Bo: text 1 of 2; 0 of 4 answered"
            driver.find_element(By.ID, "file").send_keys(str(tmp_path / f"{name}.csv"))
            wait_for(partial(says, driver, message))
        assert shown(driver, "progress") == "Bo: text 1 of 2; 1 of 4 answered"
        assert chosen(driver) == ["yes (y)"]
        assert driver.find_element(By.ID, "note").get_attribute("value") == "'quoted, \"so\"\n'"


def test_where_nothing_can_be_kept_the_page_says_so(tmp_path: Path) -> None:
    address = write_page(tmp_path, "One.")
    with browser(tmp_path) as driver:
        refuse = "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no'); }});"
        driver.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": refuse})
        driver.get(address)
        press(driver, "Bo", Keys.ENTER, "n")
        assert "save often" in shown(driver, "refused")
        assert shown(driver, "progress") == "Bo: text 1 of 1; 1 of 2 answered"
        press(driver, "s")
        content = downloaded(tmp_path / "saved" / "coding-Bo-01234567.csv").decode()
    assert content.splitlines()[1] == f"{SHEET},item-001,cost-1,Bo,no,"
