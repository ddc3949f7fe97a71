"""The verbs: poll, deliver, digest, watch, backtest, maintain. On ports only."""
