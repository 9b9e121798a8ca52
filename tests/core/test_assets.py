"""What we take from other projects is complete, licensed and fit for a strict policy."""

import pytest
from django.conf import settings

from mine_de_soleil.core.assets import (
    AssetsError,
    before_plotly,
    browser_locale,
    collect,
    plotly_style_sheet,
)

RULES = """s={"X,X div":'direction:ltr;font-family:"A",serif;',"X a:hover":"color:red;",Y:'top:0;'};"""
GUARD = 'getElementById("%s")){var e=document.createElement("style");' % ("ab" * 32)
NODE_MODULES = settings.BASE_DIR / "node_modules"


def test_the_rules_plotly_would_write_become_a_style_sheet():
    assert plotly_style_sheet("var a=1;" + RULES).splitlines()[1:] == [
        '.js-plotly-plot .plotly,.js-plotly-plot .plotly div { direction:ltr;font-family:"A",serif; }',
        ".js-plotly-plot .plotly a:hover { color:red; }",
        ".plotly-notifier { top:0; }",
    ]


@pytest.mark.parametrize("bundle", ["nothing of the kind", 's={"X,X div":compute()}'])
def test_an_unknown_plotly_is_refused(bundle):
    with pytest.raises(AssetsError):
        plotly_style_sheet(bundle)


def test_the_sheet_plotly_would_insert_is_marked_as_present():
    assert "ab" * 32 in before_plotly(GUARD + 'n=document.createElement("style")')


def test_one_more_style_element_in_plotly_is_refused():
    with pytest.raises(AssetsError, match="plotly-under-csp"):
        before_plotly(GUARD + 'createElement("style");createElement("style")')


def test_a_locale_registers_itself():
    text = browser_locale("module.exports = {name: 'fr'};")
    assert text.index("module.exports = ") < text.index("Plotly.register(module.exports)")


def test_missing_node_modules_are_named_with_what_to_do(tmp_path):
    with pytest.raises(AssetsError, match="make setup"):
        collect(tmp_path / "node_modules", tmp_path / "vendor")


def test_a_missing_package_is_named_with_what_to_do(tmp_path):
    (tmp_path / "node_modules").mkdir()
    with pytest.raises(AssetsError, match=r"atkinson.*make setup"):
        collect(tmp_path / "node_modules", tmp_path / "vendor")


def test_everything_served_comes_with_its_licence(tmp_path):
    written = collect(NODE_MODULES, tmp_path)
    folders = {name.split("/")[0] for name in written}
    assert folders == {"fonts", "htmx", "plotly"}
    assert all(f"{folder}/LICENSE.txt" in written for folder in folders)
    assert len((tmp_path / "plotly/plotly.css").read_text().splitlines()) > 50
