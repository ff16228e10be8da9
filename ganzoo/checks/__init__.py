"""One behavioural check per file: does the distinctive idea of an entry really work?"""
