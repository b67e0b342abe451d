"""The public names: which there are, that each is described with an example, and that the import is light."""

import inspect
import subprocess
import sys
from types import ModuleType

import pytest

import textlens as tl

NAMES = """
    BrokenLinesWarning Codebook CodingSheet Corpus Counts Features FrameClassifier IntrusionSheet Manifest
    SmallCorpusWarning Tokens Topics absence agreement choose_topics coding_sheet compare_frames compare_terms
    compare_topics corpus_from_frame correct_prevalence count_phrases count_terms count_words demo_folder
    describe_groups disagreements divergence dp_norm drop_boilerplate evaluate_frames extract_features
    extract_shards find_boilerplate find_collocations find_indicators fit_topics frame_cooccurrence frame_influence
    frame_labels frame_packages frame_rates frame_scores frame_speakers frame_validity function_words house_style
    indicator_contributions influence krippendorff_alpha leaning_words lexical_diversity lint_codebook
    load_classifier load_codebook load_demo load_topics measure_stability most_topics naming_choices
    package_members plots read_codebook read_coding read_corpus read_features read_manifest save_classifier
    save_topics score_intrusion self_check specification_curve spelling_variants survival term_dispersion
    term_frequencies term_map term_positions themes tokenize topic_intrusion topic_trends type_growth
    word_intrusion word_spans write_shards
""".split()
# Types that a function with an example returns, a warning, a module, and what the examples of others show.
WITHOUT_EXAMPLE = "BrokenLinesWarning Codebook CodingSheet Features IntrusionSheet Manifest SmallCorpusWarning Tokens Topics demo_folder plots read_features".split()
HEAVY = ("scipy.stats", "scipy.special", "sklearn", "matplotlib", "nltk", "numba", "pyarrow.parquet", "joblib", "dask")


def test_all() -> None:
    assert sorted(tl.__all__) == tl.__all__
    assert tl.__all__ == NAMES
    assert all(hasattr(tl, name) for name in NAMES)


def test_names_that_start_small_are_functions_or_modules() -> None:
    small = [getattr(tl, name) for name in NAMES if name[0].islower()]
    assert all(callable(value) or isinstance(value, ModuleType) for value in small)


@pytest.mark.parametrize("name", NAMES)
def test_every_public_name_has_a_docstring_with_an_example_or_is_exempt(name: str) -> None:
    described = inspect.getdoc(getattr(tl, name)) or ""
    assert described[:1].isupper()
    assert ("Examples\n--------\n>>> " in described) == (name not in WITHOUT_EXAMPLE)


@pytest.mark.parametrize("name", [name for name in NAMES if inspect.isfunction(inspect.unwrap(getattr(tl, name)))])
def test_options_are_keyword_only(name: str) -> None:
    parameters = inspect.signature(getattr(tl, name)).parameters.values()
    optional = [p.name for p in parameters if p.default is not p.empty and p.kind is not p.KEYWORD_ONLY]
    assert optional == []


def test_the_import_loads_nothing_heavy() -> None:
    code = f"import sys, textlens; print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_version_is_three_numbers() -> None:
    assert len([int(part) for part in tl.__version__.split(".")]) == 3
