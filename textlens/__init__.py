"""Comparative text analysis that says what your articles can show, and what they cannot."""

from typing import TYPE_CHECKING, Any

from textlens import plots
from textlens.agreement import agreement, disagreements, frame_labels, krippendorff_alpha
from textlens.boilerplate import drop_boilerplate, find_boilerplate
from textlens.codebook import Codebook, read_codebook
from textlens.coding import CodingSheet, coding_sheet, read_coding
from textlens.collocates import find_collocations
from textlens.cooccurrence import frame_cooccurrence, frame_speakers
from textlens.corpus import Corpus, SmallCorpusWarning
from textlens.counting import count_phrases, count_terms
from textlens.counts import Counts
from textlens.datasets import demo_folder, load_codebook, load_demo
from textlens.dictionary import find_indicators
from textlens.distance import divergence
from textlens.diversity import lexical_diversity, type_growth
from textlens.features import Features, extract_features, read_features
from textlens.frame_effects import frame_influence
from textlens.frames import compare_frames, frame_rates, indicator_contributions
from textlens.frequency import count_words, dp_norm, term_dispersion, term_frequencies
from textlens.intrusion import IntrusionSheet, topic_intrusion, word_intrusion
from textlens.intrusion_scores import score_intrusion
from textlens.keyness import compare_terms, influence, self_check
from textlens.linting import lint_codebook
from textlens.manifest import Manifest, read_manifest
from textlens.naming import naming_choices
from textlens.packages import frame_packages, package_members
from textlens.positions import term_positions
from textlens.prevalence import correct_prevalence
from textlens.profile import describe_groups
from textlens.reading import corpus_from_frame, read_corpus
from textlens.sensitivity import specification_curve, survival
from textlens.sharding import extract_shards
from textlens.shards import BrokenLinesWarning
from textlens.silence import absence
from textlens.splitting import write_shards
from textlens.themes import themes
from textlens.tokens import Tokens, tokenize
from textlens.topic_choice import choose_topics
from textlens.topic_comparison import compare_topics
from textlens.topic_files import load_topics, save_topics
from textlens.topic_fit import fit_topics, most_topics
from textlens.topic_stability import measure_stability
from textlens.topic_time import topic_trends
from textlens.topics import Topics
from textlens.validity import frame_scores, frame_validity
from textlens.vocabulary import function_words, house_style, spelling_variants, term_map
from textlens.words import word_spans

if TYPE_CHECKING:
    from textlens.classifier import FrameClassifier
    from textlens.classifier_files import load_classifier, save_classifier
    from textlens.evaluation import evaluate_frames, leaning_words

__version__ = "0.1.0"

# What needs scikit-learn is loaded when it is first asked for.
_LATER = {
    "FrameClassifier": "classifier",
    "evaluate_frames": "evaluation",
    "leaning_words": "evaluation",
    "load_classifier": "classifier_files",
    "save_classifier": "classifier_files",
}

__all__ = [
    "BrokenLinesWarning",
    "Codebook",
    "CodingSheet",
    "Corpus",
    "Counts",
    "Features",
    "FrameClassifier",
    "IntrusionSheet",
    "Manifest",
    "SmallCorpusWarning",
    "Tokens",
    "Topics",
    "absence",
    "agreement",
    "choose_topics",
    "coding_sheet",
    "compare_frames",
    "compare_terms",
    "compare_topics",
    "corpus_from_frame",
    "correct_prevalence",
    "count_phrases",
    "count_terms",
    "count_words",
    "demo_folder",
    "describe_groups",
    "disagreements",
    "divergence",
    "dp_norm",
    "drop_boilerplate",
    "evaluate_frames",
    "extract_features",
    "extract_shards",
    "find_boilerplate",
    "find_collocations",
    "find_indicators",
    "fit_topics",
    "frame_cooccurrence",
    "frame_influence",
    "frame_labels",
    "frame_packages",
    "frame_rates",
    "frame_scores",
    "frame_speakers",
    "frame_validity",
    "function_words",
    "house_style",
    "indicator_contributions",
    "influence",
    "krippendorff_alpha",
    "leaning_words",
    "lexical_diversity",
    "lint_codebook",
    "load_classifier",
    "load_codebook",
    "load_demo",
    "load_topics",
    "measure_stability",
    "most_topics",
    "naming_choices",
    "package_members",
    "plots",
    "read_codebook",
    "read_coding",
    "read_corpus",
    "read_features",
    "read_manifest",
    "save_classifier",
    "save_topics",
    "score_intrusion",
    "self_check",
    "specification_curve",
    "spelling_variants",
    "survival",
    "term_dispersion",
    "term_frequencies",
    "term_map",
    "term_positions",
    "themes",
    "tokenize",
    "topic_intrusion",
    "topic_trends",
    "type_growth",
    "word_intrusion",
    "word_spans",
    "write_shards",
]


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(f"{__name__}.{_LATER[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
