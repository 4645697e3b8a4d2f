"""What pyproject.toml cannot say: with the library inside, a wheel is for one platform, but for
every Python 3."""
import pathlib

from setuptools import setup
from setuptools.command.bdist_wheel import bdist_wheel

HAS_LIBRARY = (pathlib.Path(__file__).parent / "libgan/libgan.so").exists()


class Wheel(bdist_wheel):
    def finalize_options(self):
        super().finalize_options()
        self.root_is_pure = not HAS_LIBRARY

    def get_tag(self):
        python, abi, platform = super().get_tag()
        return ("py3", "none", platform)


setup(cmdclass={"bdist_wheel": Wheel})
