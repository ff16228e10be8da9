"""Optimisers, one per file: functions (parameters, **settings) -> torch.optim.Optimizer."""
