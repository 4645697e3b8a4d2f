"""One exception for every status of the library."""

from . import _prototypes as c


class GanError(Exception):
    """What the library answered; the text names the field, what was expected and what came."""

    status = c.GAN_INTERNAL


class ArgumentError(GanError, ValueError):
    """A value is missing, malformed or out of range."""

    status = c.GAN_ARGUMENT


class HandleError(GanError):
    """The model or dataset was closed already."""

    status = c.GAN_HANDLE


class BusyError(GanError):
    """Another thread uses the model in a way that excludes this call."""

    status = c.GAN_BUSY


class OutOfMemoryError(GanError, MemoryError):
    """The memory limit or the machine's memory does not suffice."""

    status = c.GAN_MEMORY


class FileError(GanError, OSError):
    """A file could not be opened, read or written."""

    status = c.GAN_IO


class FormatError(GanError, ValueError):
    """A file, checkpoint or JSON text is damaged or not what it should be."""

    status = c.GAN_FORMAT


class CancelledError(GanError):
    """Stopped by cancel() or by on_step; nothing is lost."""

    status = c.GAN_CANCELLED


class UnsupportedError(GanError, NotImplementedError):
    """This build, this machine or this kind of model cannot do that."""

    status = c.GAN_UNSUPPORTED


class DivergedError(GanError, ArithmeticError):
    """Training produced numbers that are not finite; the weights are kept."""

    status = c.GAN_DIVERGED


class InternalError(GanError):
    """A defect of the library: please report the text."""

    status = c.GAN_INTERNAL


BY_STATUS = {
    error.status: error
    for error in (ArgumentError, HandleError, BusyError, OutOfMemoryError, FileError, FormatError,
                  CancelledError, UnsupportedError, DivergedError, InternalError)
}
