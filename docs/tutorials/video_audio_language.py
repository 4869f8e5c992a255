# Copyright 2026 The Fourfold developers
# SPDX-License-Identifier: Apache-2.0
"""
Video, audio and language
=========================

Three modalities: two that are sensed, and a question in words. What do the senses tell about the
answer, where the question is known? Run it: ``python docs/tutorials/video_audio_language.py``
(a quarter of a minute).
"""

# %% [markdown]
# 1. The data
# -----------
#
# To have known, real data at hand, the left half of a digit stands for the video and the right half
# for its sound; the question is one of four in words, and the answer follows from digit and
# question. With data of your own, X1 and X2 are pooled embeddings of video and audio, T is
# the type of the question, and Y the answer of a model or of a person.

# %%
import numpy as np

import fourfold as ff

QUESTIONS = {
    "which digit is it?": lambda digit: digit,
    "is it even?": lambda digit: digit % 2,
    "is it more than four?": lambda digit: (digit > 4).astype(int),
    "has it a closed loop?": lambda digit: np.isin(digit, (0, 6, 8, 9)).astype(int),
}
video, audio, digit = ff.datasets.digits_halves()
rng = np.random.default_rng(0)
asked = rng.choice(list(QUESTIONS), p=(0.4, 0.2, 0.2, 0.2), size=len(digit))
answer = np.select(
    [asked == question for question in QUESTIONS], [rule(digit) for rule in QUESTIONS.values()]
)

# %% [markdown]
# 2. Given the question: ``conditional_pid``
# ------------------------------------------
#
# I(X1,X2;Y|T) is the mean of the decompositions within the strata of T, in each of which classifiers of its
# rows decode the embeddings. Rare questions are pooled, and named. Sources that are labels are counted instead.

# %%
found = ff.conditional_pid(video, audio, answer, given=asked)
print(found)
ax = found.plot(source_names=("video", "audio"), target_name="answer")

# %% [markdown]
# 3. What changes if the question is ignored?
# -------------------------------------------
#
# Without the question, "1" is an answer to four questions at once, and the senses tell less about
# it. The difference is not an error of either number: they answer other questions.

# %%
estimator = ff.ClassifierPID("fast", random_state=0)
ignored = estimator.fit(video, audio, answer).result_
print("ignoring the question")
print(ignored)

# %% [markdown]
# 4. What does the question itself add?
# -------------------------------------
#
# Take the question as a source of its own: X1 is both senses side by side, X2 a column for each question. A
# source of four values repeats in all folds, which would be told as leakage; ``groups`` says that rows are
# independent draws all the same.

# %%
senses = np.hstack([video, audio])
words = (asked[:, None] == list(QUESTIONS)).astype(float)
print("both senses, and the question")
print(estimator.fit(senses, words, answer, groups=np.arange(len(answer))).result_)

# %% [markdown]
# The question alone tells part of the answer (which answers there are), the senses alone another part, and
# together they tell more than both parts: the synergy is what needs both. It is too small: given the question the
# senses tell 1.73 bits (section 2), and the question alone 0.63, so that all is 2.36, of which one joint classifier
# of both sources finds 1.99. Decomposing the senses *given* the question leaves out what the question tells alone.
