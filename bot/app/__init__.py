"""The composition root: the only package that creates the adapters and passes them to the use cases."""
