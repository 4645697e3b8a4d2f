"""libgan in a process with other numeric libraries: loaded before and after it, at work beside it.

Eight threads train eight models, eight sample one model while it is saved, and NumPy, scikit-learn and
PyTorch (where installed) compute meanwhile. Everything gives what it gives alone, and the others' numbers of
threads stay as they were.

usage: beside.py before|after FOLDER
"""
import importlib.util
import pathlib
import sys
import threading

ORDER, FOLDER = sys.argv[1], pathlib.Path(sys.argv[2])
KNOWN = [name for name in ("numpy", "sklearn", "torch") if importlib.util.find_spec(name)]
RECIPE = {"generator": {"architecture": "mlp", "width": 32, "depth": 2}, "latent": {"size": 4},
          "discriminator": {"architecture": "mlp", "width": 32, "depth": 2}, "batch": 64, "seed": 3}


def load():
    """The others' work as functions of no argument, each with the result it has to have."""
    import numpy
    works = []
    a = numpy.random.default_rng(0).normal(size=(200, 200))
    works.append(lambda: a @ a)
    if "sklearn" in KNOWN:
        from sklearn.cluster import KMeans
        works.append(lambda: KMeans(4, n_init=2, random_state=0).fit(a[:, :8]).inertia_)
    if "torch" in KNOWN:
        import torch
        t = torch.from_numpy(a).float()
        works.append(lambda: torch.nn.functional.conv1d(t[None], t[:, :, None]).numpy())
    return [(work, work()) for work in works]


def settings():
    found = {}
    if "threadpoolctl" in sys.modules:
        found["pools"] = [(p["internal_api"], p["num_threads"]) for p in sys.modules["threadpoolctl"].threadpool_info()]
    if "torch" in sys.modules:
        found["torch"] = sys.modules["torch"].get_num_threads()
    return found


def main():
    import numpy
    works = load() if ORDER == "before" else None
    import libgan
    points = numpy.random.default_rng(1).normal(size=(256, 2)).astype("float32")

    def trained():
        model = libgan.Model(recipe=RECIPE, data=points)
        model.train(points, steps=40)
        return model

    shared = trained()
    reference = shared.sample(64, seed=1)
    works = works or load()
    before = settings()
    failures = []

    def want(holds, what):
        if not holds:
            failures.append(what)

    def train():
        want(numpy.array_equal(trained().sample(64, seed=1), reference), "another model was learnt")

    def sample():
        for _ in range(60):
            want(numpy.array_equal(shared.sample(64, seed=1), reference), "other samples")

    def save():
        for _ in range(20):
            shared.save(str(FOLDER / "shared.safetensors"))
            again = libgan.load(str(FOLDER / "shared.safetensors"))
            want(numpy.array_equal(again.sample(64, seed=1), reference), "another model was loaded")

    def other():
        for _ in range(8):
            for work, result in works:
                want(numpy.allclose(work(), result, rtol=1e-3, atol=1e-3), "others compute something else")

    def guarded(body):
        try:
            body()
        except BaseException as problem:  # a thread's exception would go unnoticed
            failures.append(f"{body.__name__}: {problem!r}")

    bodies = [train] * 8 + [sample] * 8 + [save, other]
    threads = [threading.Thread(target=guarded, args=[body]) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    want(settings() == before, f"numbers of threads were {before}, are {settings()}")
    print(f"{', '.join(KNOWN)} loaded {ORDER} libgan: {len(failures)} failures", *failures[:5], sep="\n  ")
    return bool(failures)


if __name__ == "__main__":
    sys.exit(main())
