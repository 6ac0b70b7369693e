"""The form field that takes a delivered file."""

from __future__ import annotations

from typing import Any

from onecard.access.pages import BoundedFileField
from onecard.people.types import DeliveredFile


class DeliveredFileField(BoundedFileField):
    """A file of bounded size; its value is a `kind` with name, content and digest."""

    def __init__(self, *, kind: type[DeliveredFile] = DeliveredFile, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._kind = kind

    def clean(self, data: Any, initial: Any = None) -> DeliveredFile:
        """The file, read whole."""
        upload = super().clean(data, initial)
        return self._kind(upload.name, upload.read())
