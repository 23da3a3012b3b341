"""Texts in, predictions out: intent and responsible unit of a citizen's comment, with reasons.

Serving (`predict`, `explain`, `routing`, `store`, `evaluate`) needs numpy only; `pipeline` and `train` bring in
scikit-learn.
"""
