"""Comparative text analysis that says what your articles can show, and what they cannot."""

from textlens import plots
from textlens.codebook import Codebook, read_codebook
from textlens.collocates import find_collocations
from textlens.corpus import Corpus, SmallCorpusWarning
from textlens.counting import count_phrases, count_terms
from textlens.counts import Counts
from textlens.datasets import demo_folder, load_demo
from textlens.dictionary import compare_frames, find_indicators, frame_rates, indicator_contributions
from textlens.features import Features, extract_features, read_features
from textlens.frequency import count_words, dp_norm, term_frequencies
from textlens.keyness import compare_terms
from textlens.manifest import Manifest, read_manifest
from textlens.reading import corpus_from_frame, read_corpus
from textlens.tokens import Tokens, tokenize, word_spans
from textlens.topics import Topics, compare_topics, fit_topics, most_topics
from textlens.vocabulary import function_words, spelling_variants, term_map

__version__ = "0.1.0"

__all__ = [
    "Codebook",
    "Corpus",
    "Counts",
    "Features",
    "Manifest",
    "SmallCorpusWarning",
    "Tokens",
    "Topics",
    "compare_frames",
    "compare_terms",
    "compare_topics",
    "corpus_from_frame",
    "count_phrases",
    "count_terms",
    "count_words",
    "demo_folder",
    "dp_norm",
    "extract_features",
    "find_collocations",
    "find_indicators",
    "fit_topics",
    "frame_rates",
    "function_words",
    "indicator_contributions",
    "load_demo",
    "most_topics",
    "plots",
    "read_codebook",
    "read_corpus",
    "read_features",
    "read_manifest",
    "spelling_variants",
    "term_frequencies",
    "term_map",
    "tokenize",
    "word_spans",
]
