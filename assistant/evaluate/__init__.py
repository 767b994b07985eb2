"""Measure the assistant on a set of questions, without a judge model."""
