"""Use cases: poll, deliver, watch topics, backtest, monitor. They reach the outside world by `bot.ports` only."""
