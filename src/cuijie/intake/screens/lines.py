"""One line of text on a picture, as the reading process hands it over."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Box", "Picture", "TextLine"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle in pixels from the upper left corner."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """Pixels across."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Pixels down."""
        return self.bottom - self.top

    @property
    def middle(self) -> tuple[float, float]:
        """The centre, across and down."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    def moved(self, across: int, down: int) -> Box:
        """The same rectangle so much further right and down."""
        return Box(left=self.left + across, top=self.top + down, right=self.right + across, bottom=self.bottom + down)

    def overlap(self, other: Box) -> float:
        """Shared area over joint area, 0 to 1."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        if across <= 0 or down <= 0:
            return 0.0
        shared = across * down
        return shared / (self.width * self.height + other.width * other.height - shared)


@dataclass(frozen=True, slots=True, kw_only=True)
class TextLine:
    """A line of text, where it stands, and the plain patch of colour (a bubble) it stands on."""

    text: str
    box: Box
    score: float  # how sure the recogniser is, 0 to 1
    bubble: Box | None = None  # None where it stands on the page itself
    colour: tuple[int, int, int] = (255, 255, 255)  # of what it stands on
    ink: tuple[int, ...] | None = None  # red, green, blue of the letters; None where they are faint
    avatar: str | None = None  # "left" or "right": where alone the picture of who speaks stands beside the bubble

    @property
    def is_red(self) -> bool:
        """Whether the letters are of the red in which phones write who called in vain."""
        if self.ink is None:
            return False
        red, green, blue = self.ink
        return red > 150 and red - max(green, blue) > 90 and abs(green - blue) < 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture that was read: its size and its lines from top to bottom."""

    width: int
    height: int
    lines: tuple[TextLine, ...]
    tool: str = ""  # recogniser and version
