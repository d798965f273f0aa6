"""Draws phone screens as the apps lay them out: bubbles by side, avatars, time lines, bars; all words invented."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

FACE = "☺"
FONT = Path(__file__).parents[3] / ".state" / "fonts" / "NotoSansSC-Regular.ttf"


@dataclass(frozen=True)
class Theme:
    page: str = "#ededed"
    other: str = "#ffffff"
    own: str = "#95ec69"
    ink: str = "#111111"
    own_ink: str = "#111111"
    grey: str = "#888888"
    avatars: bool = True


WECHAT = Theme()
WECHAT_DARK = Theme(page="#111111", other="#2c2c2c", own="#3eb575", ink="#d8d8d8", own_ink="#0d1a12", grey="#777777")
IOS_DARK = Theme(page="#000000", other="#26252a", own="#30d158", ink="#f2f2f2", own_ink="#ffffff", avatars=False)
IOS = Theme(page="#ffffff", other="#e9e9eb", own="#34c759", own_ink="#ffffff", avatars=False)
ANDROID = Theme(page="#fafafa", other="#eef0f4", own="#d3e3fd", avatars=False)


@dataclass
class Drawn:
    """A drawn screen and what it says: ("time" | "L" | "R" | "sys" | "name" | "picture", words).

    ☺ in the words is drawn as a yellow face, as emoji are.
    """

    picture: Image.Image
    items: list[tuple[str, str]] = field(default_factory=list)

    def png(self) -> bytes:
        out = io.BytesIO()
        self.picture.save(out, "PNG")
        return out.getvalue()

    def jpeg(self, quality: int = 60) -> bytes:
        out = io.BytesIO()
        self.picture.convert("RGB").save(out, "JPEG", quality=quality)
        return out.getvalue()

    def noisy(self, share: float = 0.12) -> Drawn:
        """With the grain of a dim picture."""
        grain = Image.effect_noise(self.picture.size, 60).convert("L")
        return Drawn(Image.blend(self.picture, Image.merge("RGB", (grain, grain, grain)), share), self.items)

    def shrunk(self, share: float) -> Drawn:
        """Sent on by an app that makes pictures smaller."""
        size = (int(self.picture.width * share), int(self.picture.height * share))
        return Drawn(self.picture.resize(size, Image.Resampling.BILINEAR), self.items)

    def without_header(self) -> Drawn:
        """Cut off below the title bar."""
        picture = self.picture
        return Drawn(picture.crop((0, int(picture.width * 0.21), picture.width, picture.height)), self.items)

    def photographed(self, degrees: float = 0.6, blur: float = 0.8) -> bytes:
        """As if photographed off another screen: a little turned, blurred and noisy."""
        tilted = self.picture.rotate(degrees, expand=False, fillcolor="#202020", resample=Image.Resampling.BICUBIC)
        noise = Image.effect_noise(tilted.size, 18).convert("L")
        noisy = Image.blend(tilted, Image.merge("RGB", (noise, noise, noise)), 0.06)
        out = io.BytesIO()
        noisy.filter(ImageFilter.GaussianBlur(blur)).save(out, "JPEG", quality=55)
        return out.getvalue()

    def photographed_from_the_side(self) -> bytes:
        """As if photographed at an angle, with the desk around it, uneven light and the stripes of a screen."""
        width, height = self.picture.size
        slant = width * 0.025
        corners = (-slant, -slant, slant, height + slant, width - slant * 0.4, height + slant * 2, width + slant, slant)
        seen = self.picture.transform((width, height), Image.Transform.QUAD, corners, Image.Resampling.BICUBIC)
        light = Image.linear_gradient("L").resize((width, height)).point(lambda value: 190 + value // 4)
        stripes = Image.new("L", (width, height), 255)
        pen = ImageDraw.Draw(stripes)
        for y in range(0, height, 7):
            pen.line((0, y, width, y + 9), fill=238)
        lit = ImageChops.multiply(ImageChops.multiply(seen, light.convert("RGB")), stripes.convert("RGB"))
        out = io.BytesIO()
        lit.filter(ImageFilter.GaussianBlur(0.7)).save(out, "JPEG", quality=50)
        return out.getvalue()


def _wrap(text: str, font: ImageFont.FreeTypeFont, width: float) -> list[str]:
    lines, line = [], ""
    for character in text:
        if font.getlength((line + character).replace(FACE, "国")) > width:
            lines.append(line)
            line = ""
        line += character
    return [*lines, line] if line else lines


def _write(
    pen: ImageDraw.ImageDraw, at: tuple[float, float], line: str, font: ImageFont.FreeTypeFont, ink: str
) -> None:
    x, y = at
    pen.text(at, line.replace(FACE, "\u3000"), font=font, fill=ink)
    for number, character in enumerate(line):
        if character == FACE:
            wide = font.getlength("国")
            left = x + font.getlength(line[:number].replace(FACE, "\u3000"))
            pen.ellipse((left + wide * 0.05, y + wide * 0.25, left + wide * 0.95, y + wide * 1.15), fill="#ffcc22")
            pen.arc((left + wide * 0.25, y + wide * 0.4, left + wide * 0.75, y + wide * 0.95), 20, 160, fill="#664400")


def draw(
    items: list[tuple[str, str]], *, title: str, theme: Theme = WECHAT, width: int = 1080, height: int | None = None
) -> Drawn:
    """A chat or SMS screen with *items* from top to bottom; as tall as needed if *height* is None."""
    unit = width / 360
    body, small, head = (ImageFont.truetype(str(FONT), int(unit * size)) for size in (16, 12, 17))
    picture = Image.new("RGB", (width, height or int(unit * (140 + 140 * len(items)))), theme.page)
    pen = ImageDraw.Draw(picture)
    pen.text((unit * 18, unit * 8), "15:20", font=small, fill=theme.ink)
    pen.text((unit * 300, unit * 8), "5G 87%", font=small, fill=theme.ink)
    pen.text((unit * 14, unit * 38), "<", font=head, fill=theme.ink)
    pen.text((width / 2, unit * 50), title, font=head, fill=theme.ink, anchor="mm")
    pen.line((0, unit * 72, width, unit * 72), fill=theme.grey)
    y = unit * 88
    edge = unit * (56 if theme.avatars else 14)
    for kind, words in items:
        if kind in {"time", "sys"}:
            pen.text((width / 2, y + unit * 8), words, font=small, fill=theme.grey, anchor="mm")
            y += unit * 34
            continue
        if kind == "picture":
            photo = Image.effect_mandelbrot((int(unit * 120), int(unit * 90)), (-2.1, -1.3, 0.8, 1.3), 60).convert(
                "RGB"
            )
            picture.paste(photo, (int(edge), int(y)))
            y += unit * 104
            continue
        if kind == "name":
            pen.text((edge, y), words, font=small, fill=theme.grey)
            y += unit * 20
            continue
        lines = _wrap(words, body, width - edge - unit * 90)
        wide = max(body.getlength(line.replace(FACE, "国")) for line in lines) + unit * 20
        tall = len(lines) * unit * 22 + unit * 18
        left = edge if kind == "L" else width - edge - wide
        pen.rounded_rectangle(
            (left, y, left + wide, y + tall), unit * 5, fill=theme.other if kind == "L" else theme.own
        )
        if theme.avatars:
            x = unit * 10 if kind == "L" else width - unit * 48
            pen.rounded_rectangle(
                (x, y, x + unit * 38, y + unit * 38), unit * 4, fill="#6d8fb3" if kind == "L" else "#b38f6d"
            )
        for number, line in enumerate(lines):
            ink = theme.ink if kind == "L" else theme.own_ink
            _write(pen, (left + unit * 10, y + unit * 8 + number * unit * 22), line, body, ink)
        y += tall + unit * 14
    if height is None:
        picture = picture.crop((0, 0, width, int(y + unit * 30)))
    return Drawn(picture=picture, items=items)


def draw_calls(rows: list[tuple[str, str, str]], *, width: int = 1080) -> Drawn:
    """A call list: (who, below, time) rows."""
    unit = width / 360
    body, small, head = (ImageFont.truetype(str(FONT), int(unit * size)) for size in (16, 12, 20))
    picture = Image.new("RGB", (width, int(unit * (120 + 64 * len(rows)))), "#ffffff")
    pen = ImageDraw.Draw(picture)
    pen.text((unit * 18, unit * 8), "9:41", font=small, fill="#111111")
    pen.text((unit * 16, unit * 40), "通话", font=head, fill="#111111")
    for number, (who, below, when) in enumerate(rows):
        y = unit * (90 + 64 * number)
        pen.text((unit * 40, y), who, font=body, fill="#c03030")
        pen.text((unit * 40, y + unit * 24), below, font=small, fill="#888888")
        pen.text((width - unit * 20, y + unit * 10), when, font=small, fill="#888888", anchor="rm")
    return Drawn(picture=picture)
