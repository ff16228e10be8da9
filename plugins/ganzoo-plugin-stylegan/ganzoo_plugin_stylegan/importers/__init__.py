"""Importers of published weights, one format per file."""
