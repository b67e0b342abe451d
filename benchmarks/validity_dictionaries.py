"""How well the shipped codebooks agree with people: areas under the curve of their scores, nothing trained."""

from __future__ import annotations

import numpy as np
import pandas as pd

import textlens as tl

# How the frames that people coded are called there, and in our codebook.
GENERIC = {
    "RE": "Responsibility",
    "HI": "Human interest",
    "CO": "Conflict",
    "MO": "Morality",
    "EC": "Economic consequences",
}
POLICY = {
    1: ("Economic",),
    3: ("Morality",),
    4: ("Fairness and equality",),
    5: ("Legality and constitutionality", "Crime and punishment"),
    6: ("Political", "Policy prescription and evaluation"),
    8: ("Security and defense",),
    9: ("Health and safety",),
    11: ("Cultural identity",),
    12: ("Public opinion",),
}


def scores(texts: pd.Series, codebook: tl.Codebook, *, unit: str = "article") -> pd.DataFrame:
    """Hits per 1,000 words of each text, under its index as text, for all frames of the codebook."""
    frame = pd.DataFrame({"id": texts.index.astype(str), "text": texts.to_numpy(), "source": "all"})
    tokens = tl.tokenize(tl.corpus_from_frame(frame))
    hits = tl.find_indicators(tokens, codebook)
    return tl.frame_scores(hits, tl.count_terms(tokens), unit=unit, frames=codebook.frames["frame"].tolist())


def generic(articles: pd.DataFrame, *, material: str, rng: np.random.Generator) -> pd.DataFrame:
    """The codebook of generic frames against what people found in articles; intervals over outlets.

    ``articles`` has ``id``, ``text``, ``outlet`` and the five coded frames.
    """
    articles = articles.assign(id=articles["id"].astype(str)).set_index("id")
    labels = articles[list(GENERIC)].rename(columns=GENERIC)
    found = scores(articles["text"], tl.load_codebook("generic_frames"))
    return tl.frame_validity(found, labels, groups=articles["outlet"], material=material, rng=rng)


def policy(sentences: pd.DataFrame, *, material: str, rng: np.random.Generator) -> pd.DataFrame:
    """The codebook of policy frames against the one frame that people gave each sentence; intervals over sentences."""
    found = scores(sentences["sentence"], tl.load_codebook("policy_frames"))
    joined = {" / ".join(names): found[list(names)].sum(axis=1) for names in POLICY.values()}
    labels = {" / ".join(names): sentences["label"].to_numpy() == number for number, names in POLICY.items()}
    return tl.frame_validity(pd.DataFrame(joined), pd.DataFrame(labels, index=found.index), material=material, rng=rng)
