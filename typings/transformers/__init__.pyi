"""Any name, of any type: to follow its hundreds of models takes the type checker half a minute, and us nothing."""

from typing import Any

def __getattr__(name: str) -> Any: ...
