"""Language models through llama.cpp: loading, templates, writing, likelihoods."""
