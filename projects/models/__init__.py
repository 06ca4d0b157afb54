"""Rows of the joint research programme 联合攻关专项 (四(六), 四(七), domain B6)."""

from projects.models.edition import ProjectEdition

__all__ = ["ProjectEdition"]
