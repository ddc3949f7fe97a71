from tests.benchmarks.scores import Part
def story_part(folder): return Part("x",())
