from pathlib import Path

from search_setup.content import Content

FOLDER = Path(__file__).parents[2] / "dashboards"
CONTENT = Content.load(FOLDER)
