"""Every workload, declared once: a new one is an entry here (and its layers in networks.py if they are new)."""

from dataclasses import dataclass, replace

from networks import TABLE, TEXT


@dataclass(frozen=True)
class Workload:
    name: str
    networks: str           # a family of networks.py
    shape: tuple            # of one sample
    batch: int
    # gan: an update of both networks; table: the same on rows of a table, by conditions; texts: the same on texts, by policy gradient; critic: of
    # the discriminator alone; likelihood: of the generator alone, by what comes next in texts; sample: making `batch` samples; start: from
    # the start of a process to its first sample (start.py)
    task: str = "gan"
    loss: str = "non-saturating"
    penalties: tuple = ()   # (name, weight)
    latent: int = 100
    precision: str = "f32"
    peers: tuple = ("eager", "compile")


# What trains something.
TRAINING = ("gan", "critic", "table", "likelihood", "texts")

ADAM = {"rate": 2e-4, "beta1": 0.5, "beta2": 0.999}
GP = ("gradient-penalty", 10.0)
R1R2 = (("r1", 1.0), ("r2", 1.0))
ALL = ("eager", "compile", "jax")

_RING = Workload("mlp-ring", "mlp", (2,), 256, latent=2, peers=ALL)
_DCGAN64 = Workload("dcgan-64", "dcgan", (64, 64, 3), 64, peers=ALL)
_CRITIC = Workload("wgan-gp-32", "dcgan-critic", (32, 32, 3), 64, task="critic", loss="wasserstein",
                   penalties=(GP,), peers=ALL)
_START = replace(_DCGAN64, batch=1, task="start", peers=("eager", "onnx"))
_SAMPLE = replace(_DCGAN64, name="sample-64", task="sample", peers=("eager", "compile", "onnx"))

WORKLOADS = {workload.name: workload for workload in [
    _RING,
    replace(_RING, name="mlp-wgan-gp", task="critic", loss="wasserstein", penalties=(GP,), peers=ALL),
    Workload("dcgan-28", "dcgan", (28, 28, 1), 64, peers=ALL),
    _DCGAN64,
    replace(_DCGAN64, name="dcgan-64-b16", batch=16, peers=("eager", "compile")),
    _CRITIC,
    replace(_CRITIC, name="r1r2-32", loss="relativistic", penalties=R1R2),
    Workload("sngan-32", "resnet", (32, 32, 3), 64, loss="hinge", latent=128),
    Workload("r3gan-32", "r3gan", (32, 32, 3), 64, loss="relativistic", penalties=R1R2, latent=64),
    Workload("wavegan-4096", "wavegan", (4096, 1), 64, task="critic", loss="wasserstein", penalties=(GP,)),
    Workload("ctgan", "ctgan", (TABLE.width,), 500, task="table", loss="wasserstein", penalties=(GP,), latent=128),
    Workload("lstm-mle", "lstm", (TEXT.length,), 64, task="likelihood", peers=ALL),
    Workload("seqgan", "seqgan", (TEXT.length,), 64, task="texts"),
    replace(_DCGAN64, name="dcgan-64-bf16", precision="bf16", peers=("eager", "compile")),
    _SAMPLE,
    replace(_SAMPLE, name="sample-64-b1", batch=1),
    replace(_START, name="start-c"),
    replace(_START, name="start-command"),
    replace(_START, name="start-python"),
]}


def named(name):
    """A workload by name; `dcgan-64@batch=16,side=32` is one of them with another batch or image size."""
    base, _, changes = name.partition("@")
    workload = replace(WORKLOADS[base], name=name)
    for change in filter(None, changes.split(",")):
        key, value = change.split("=")
        if key == "batch":
            workload = replace(workload, batch=int(value))
        elif key == "side":
            workload = replace(workload, shape=(int(value), int(value), workload.shape[2]))
    return workload
