"""Kabar's bad days, each a module with `run(context) -> Outcome`; `parts` lists them, `__main__` is the command."""
