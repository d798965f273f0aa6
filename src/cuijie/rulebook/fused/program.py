"""Predicates as one straight program over bit masks, three-valued: where each is true, and where it may be.

*True* and *may be true* are two masks; a conjunction joins each with *and*, a disjunction with *or*, and a
negation swaps them.  Equal parts of all rules (most of them the law's own dates and reach) are computed once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from cuijie.rulebook.fused.kernels import Masks, Places, run_program
from cuijie.rulebook.predicate import And, Atom, Node, Not, Or

__all__ = ["Program"]

_AND, _OR, _NOT = 0, 1, 2
Side = Literal["true", "may"]


class Program:
    """Compiled *nodes*; its inputs are ``always`` and ``never``, then each of ``atoms`` true, then each as it may be."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self.atoms: tuple[Atom, ...] = ()
        self._numbers: dict[Node, int] = {}  # nodes are compared once, here: equal ones share their masks
        steps: list[tuple[int, int, int]] = []
        self._steps = steps
        self._made: dict[tuple[object, ...], int] = {}
        for node in nodes:
            self._collect(node)
        self.inputs = 2 + 2 * len(self.atoms)
        results = [self._place(node, "may") for node in nodes]
        self._kinds: NDArray[np.int8] = np.array([kind for kind, _, _ in steps], np.int8)
        self._left: Places = np.array([left for _, left, _ in steps], np.int32)
        self._right: Places = np.array([right for _, _, right in steps], np.int32)
        self._results: Places = np.array(results, np.int32)

    def run(self, inputs: Masks) -> Masks:
        """Where each node is true or unknown, one row of masks a node."""
        out: Masks = np.empty((self._results.shape[0], inputs.shape[1]), np.uint64)
        run_program(self._kinds, self._left, self._right, inputs, self._results, out)
        return out

    def _collect(self, node: Node) -> None:
        match node:
            case Atom():
                if node not in self._numbers:
                    self._numbers[node] = len(self.atoms)
                    self.atoms = (*self.atoms, node)
            case Not(part):
                self._collect(part)
            case And(parts) | Or(parts):
                for part in parts:
                    self._collect(part)

    def _place(self, node: Node, side: Side) -> int:
        match node:
            case Atom():
                return 2 + self._numbers[node] + (len(self.atoms) if side == "may" else 0)
            case Not(part):
                return self._step(_NOT, self._place(part, "may" if side == "true" else "true"), 0)
            case And(parts) | Or(parts):
                kind = _AND if isinstance(node, And) else _OR
                places = sorted({self._place(part, side) for part in parts})
                if not places:
                    return 0 if kind == _AND else 1
                joined = places[0]
                for place in places[1:]:
                    joined = self._step(kind, joined, place)
                return joined

    def _step(self, kind: int, left: int, right: int) -> int:
        made = self._made.get((kind, left, right))
        if made is None:
            made = self._made[kind, left, right] = self.inputs + len(self._steps)
            self._steps.append((kind, left, right))
        return made
