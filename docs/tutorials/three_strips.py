# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""
More than two sources
=====================

A digit is cut into three strips, and then into four quadrants. What do they have to tell together, which of them could be spared,
and what is only seen from all of them at once? The same for video, audio and language. Run it:
``python docs/tutorials/three_strips.py`` (a minute or two).
"""

# %% [markdown]
# 1. Three strips
# ---------------
#
# Columns 0 to 2, 3 and 4, 5 to 7 of 8 x 8 pixels; 1797 digits. With data of your own these are embeddings of three modalities, or responses of
# three groups of neurons.

# %%
import warnings

import numpy as np
from sklearn.cluster import KMeans
from sklearn.datasets import load_digits

import fourfold as ff

pixels, digit = load_digits(return_X_y=True)
images = pixels.reshape(-1, 8, 8)
strips = {"left": images[:, :, :3], "middle": images[:, :, 3:5], "right": images[:, :, 5:]}
strips = {name: strip.reshape(len(digit), -1) for name, strip in strips.items()}

# %% [markdown]
# 2. Clusters as labels: ``union_information``
# --------------------------------------------
#
# Sixteen clusters of each strip. The union information v* of some sources is the least that they can tell together, if all that is known of
# each is how it goes with the digit, p(x_i, y). It is found with bounds for every subset of the strips.

# %%


def clusters(sources: dict[str, np.ndarray], number: int) -> dict[str, np.ndarray]:
    """A label for each row of each source."""
    return {
        name: KMeans(number, n_init=3, random_state=0).fit_predict(source)
        for name, source in sources.items()
    }


with warnings.catch_warnings():
    warnings.simplefilter("ignore", ff.UndersampledWarning)  # looked at in section 3
    counted = ff.union_information(clusters(strips, 16), digit)
print(counted)

# %% [markdown]
# No strip alone tells most, and what they have in common is large: each two overlap by more than a bit. "Lost if dropped" says which strip could be spared, "share" how v* is
# shared out fairly. The picture has a bar for each subset, and dots for the strips in it.

# %%
ax = counted.plot(target_name="digit")
ax.figure.savefig("three-strips.png", dpi=150, bbox_inches="tight")

# %% [markdown]
# 3. Which of these numbers are to be believed?
# ---------------------------------------------
#
# v* is counted from three tables of 16 x 10 cells, with eleven rows a cell. I(all), and with it the synergy, is counted from one of 16 x 16 x 16 x 10, with a row for 23 cells. The correction takes off
# what it can; more clusters make it a guess, and no synergy can be above H(Y) - v*. So a line says how many rows there are for a cell, and whether the result is flagged.

# %%
every = ("left", "middle", "right")
print("clusters  v*    S as counted  S corrected  rows a cell  flagged")
for number in (4, 8, 16, 32, 64):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ff.UndersampledWarning)
        found = ff.union_information(clusters(strips, number), digit, subsets=[every])
    told, few = found[every], found.samples_per_cell[0]
    print(
        f"{number:8}  {told.union_information:.2f}  {found.plug_in.synergy[0]:12.2f}"
        f"  {told.synergy:11.2f}  {few:11.4f}  {found.undersampled[0]}"
    )

# %% [markdown]
# 4. Posteriors in place of clusters: ``ClassifierPID``
# -----------------------------------------------------
#
# Classifiers of each strip, and one of all, read what they can; rows that they were not fitted to are what is counted. v* is what the three posteriors have to tell together. S
# of all three is now a number to look at: what a classifier of the whole picture knows beyond. The middle strip tells most, and the left one could be spared. S is less than half of that of clusters: these are rough views of a strip, and that three rough views know more than each has to tell is synergy, too.

# %%
estimator = ff.ClassifierPID("fast", random_state=0)
rows = np.arange(len(digit))  # some strips are equal, which is no leakage
first = rows < 900  # half of them, to be done sooner
half = {name: strip[first] for name, strip in strips.items()}
decoded = estimator.fit(half, digit[first], groups=rows[first]).result_
print(decoded)

# %% [markdown]
# 5. Four quadrants
# -----------------
#
# Any number of sources is one call. From four sources on "lost if dropped" may grow when a source is added, so it is not "what only this one has" (docs/many-sources.md has the
# example).

# %%
quadrants = {
    "upper left": images[:, :4, :4],
    "upper right": images[:, :4, 4:],
    "lower left": images[:, 4:, :4],
    "lower right": images[:, 4:, 4:],
}
quadrants = {name: part.reshape(len(digit), -1) for name, part in quadrants.items()}
with warnings.catch_warnings():
    warnings.simplefilter("ignore", ff.UndersampledWarning)
    four = ff.union_information(clusters(quadrants, 8), digit, confidence_level=None)
print(f"v* of all {four[tuple(quadrants)].union_information:.2f} bits")
for name in quadrants:
    print(f"{name:11}  lost if dropped {four.unique[name]:.2f}  share {four.shares[name]:.2f}")

# %% [markdown]
# 6. Video, audio and language
# ----------------------------
#
# The data of the tutorial video_audio_language.py: the left half stands for the video, the right half for the sound, and the answer follows from the digit and one of four
# questions. As a source beside the others the question tells .63 bits, of which answers there are; v* of all three is what is told by somebody who reads each of them by itself,
# and S what needs the question *to read* the senses.

# %%
QUESTIONS = {
    "which digit is it?": lambda digit: digit,
    "is it even?": lambda digit: digit % 2,
    "is it more than four?": lambda digit: (digit > 4).astype(int),
    "has it a closed loop?": lambda digit: np.isin(digit, (0, 6, 8, 9)).astype(int),
}
video, audio, _ = ff.datasets.digits_halves()
asked = np.random.default_rng(0).choice(
    list(QUESTIONS), p=(0.4, 0.2, 0.2, 0.2), size=len(digit)
)
answer = np.select(
    [asked == question for question in QUESTIONS], [rule(digit) for rule in QUESTIONS.values()]
)
language = (asked[:, None] == list(QUESTIONS)).astype(float)
senses = {"video": video, "audio": audio, "language": language}
three = estimator.fit(
    senses, answer, groups=rows
).result_  # a question repeats, which is no leakage
print(three)

# %% [markdown]
# ``conditional_pid`` asks something else: what video and sound tell *where the question is known*. Its S is what needs both senses, and what needs the question is in every one of its
# atoms. Of these very data video_audio_language.py finds 1.73 bits: R 1.34, U1 .09, U2 .14, S .15. With the .63 bits of the question that is all there is, by the chain rule: 2.36 bits, of
# which the classifier of all three found 2.24 without being told where the question matters. The union treats the three alike, and leaves all that needs two of them in one S. Which one is
# right depends on who is to act: a model that is always given the question, or one that may do without an input.
