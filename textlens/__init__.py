"""Comparative text analysis that says what your articles can show, and what they cannot."""

from textlens import plots
from textlens.boilerplate import drop_boilerplate, find_boilerplate
from textlens.codebook import Codebook, read_codebook
from textlens.collocates import find_collocations
from textlens.corpus import Corpus, SmallCorpusWarning
from textlens.counting import count_phrases, count_terms
from textlens.counts import Counts
from textlens.datasets import demo_folder, load_demo
from textlens.dictionary import find_indicators
from textlens.distance import divergence
from textlens.diversity import lexical_diversity, type_growth
from textlens.features import Features, extract_features, read_features
from textlens.frames import compare_frames, frame_rates, indicator_contributions
from textlens.frequency import count_words, dp_norm, term_dispersion, term_frequencies
from textlens.keyness import compare_terms, influence, self_check
from textlens.manifest import Manifest, read_manifest
from textlens.naming import naming_choices
from textlens.positions import term_positions
from textlens.profile import describe_groups
from textlens.reading import corpus_from_frame, read_corpus
from textlens.sensitivity import specification_curve, survival
from textlens.sharding import extract_shards
from textlens.shards import BrokenLinesWarning
from textlens.silence import absence
from textlens.splitting import write_shards
from textlens.tokens import Tokens, tokenize
from textlens.topics import Topics, compare_topics, fit_topics, most_topics
from textlens.vocabulary import function_words, house_style, spelling_variants, term_map
from textlens.words import word_spans

__version__ = "0.1.0"

__all__ = [
    "BrokenLinesWarning",
    "Codebook",
    "Corpus",
    "Counts",
    "Features",
    "Manifest",
    "SmallCorpusWarning",
    "Tokens",
    "Topics",
    "absence",
    "compare_frames",
    "compare_terms",
    "compare_topics",
    "corpus_from_frame",
    "count_phrases",
    "count_terms",
    "count_words",
    "demo_folder",
    "describe_groups",
    "divergence",
    "dp_norm",
    "drop_boilerplate",
    "extract_features",
    "extract_shards",
    "find_boilerplate",
    "find_collocations",
    "find_indicators",
    "fit_topics",
    "frame_rates",
    "function_words",
    "house_style",
    "indicator_contributions",
    "influence",
    "lexical_diversity",
    "load_demo",
    "most_topics",
    "naming_choices",
    "plots",
    "read_codebook",
    "read_corpus",
    "read_features",
    "read_manifest",
    "self_check",
    "specification_curve",
    "spelling_variants",
    "survival",
    "term_dispersion",
    "term_frequencies",
    "term_map",
    "term_positions",
    "tokenize",
    "type_growth",
    "word_spans",
    "write_shards",
]
