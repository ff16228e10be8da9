"""Models on the Hugging Face Hub: load, pull, push, search, and the cards and serving files that go with them."""
