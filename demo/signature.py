import base64
import io

from PIL import Image, ImageDraw


def draw_signature(name, dice):
    """Return a scribble as base64 PNG, a different one for each name: nobody's real signature."""
    width, height = 240, 80
    image = Image.new('RGBA', (width, height), (255, 255, 255, 0))
    pen = ImageDraw.Draw(image)
    left = 15
    for _character in name:
        points = [(left + dice.randint(0, 45), dice.randint(12, 68)) for _stroke in range(7)]
        pen.line(points, fill=(22, 40, 110, 255), width=3, joint='curve')
        left += 60
    buffer = io.BytesIO()
    image.save(buffer, 'PNG')
    return base64.b64encode(buffer.getvalue())
