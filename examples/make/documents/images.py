"""Kinds of images."""

import hashlib
import io
import random
import struct

import piexif
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter

from kept import keep
from paper import run

CAMERA = {"make": b"Kamera", "model": b"K-70"}


def scene(figures=3, width=400, height=300, seed=4):
    """A quay with figures; enough texture for an encoder to have something to do."""
    noise = random.Random(seed)
    image = Image.new("RGB", (width, height), (132, 160, 190))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, height * 6 // 10, width, height), fill=(92, 84, 76))
    for number in range(7):
        left = number * width // 7 + noise.randrange(12)
        top = height // 4 + noise.randrange(60)
        draw.rectangle((left, top, left + width // 9, height * 6 // 10),
                       fill=tuple(noise.randrange(60, 200) for _ in range(3)))
        for row in range(top + 10, height * 6 // 10 - 12, 22):
            draw.rectangle((left + 10, row, left + 20, row + 12), fill=(240, 230, 160))
    for number in range(figures):
        at = width // 5 + number * width // 5
        draw.ellipse((at, height * 6 // 10 - 20, at + 26, height * 6 // 10 + 6), fill=(210, 170, 140))
        draw.rectangle((at - 6, height * 6 // 10 + 6, at + 32, height * 85 // 100),
                       fill=tuple(noise.randrange(30, 160) for _ in range(3)))
    grain = Image.frombytes("L", (width, height), noise.randbytes(width * height)).convert("RGB")
    return Image.blend(image, grain, 0.06)


def table(width=400, height=300):
    """Quite another picture: papers on a dark table, lit from the right."""
    noise = random.Random(5)
    image = Image.linear_gradient("L").rotate(90).resize((width, height)).convert("RGB")
    draw = ImageDraw.Draw(image)
    for number in range(3):
        left, top = 30 + number * 110, 40 + noise.randrange(80)
        draw.polygon([(left, top), (left + 90, top + 14), (left + 76, top + 150), (left - 14, top + 134)],
                     fill=(246, 244, 238))
        for row in range(8):
            draw.line((left + 6, top + 20 + row * 14, left + 66, top + 28 + row * 14), fill=(60, 60, 70))
    grain = Image.frombytes("L", (width, height), noise.randbytes(width * height)).convert("RGB")
    return Image.blend(image, grain, 0.06)


def small(image, size=(160, 120)):
    """A thumbnail as cameras make it: 160 to 120, black bars where the form is another."""
    copy = image.copy()
    copy.thumbnail(size)
    out = Image.new("RGB", size)
    out.paste(copy, ((size[0] - copy.width) // 2, (size[1] - copy.height) // 2))
    return packed(out, 75)


def packed(image, quality=88, **more):
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, **more)
    return out.getvalue()


def exif(thumbnail=None, taken="2016:10:08 14:22:31", software=b"K-70 Ver 1.10", size=(400, 300),
         orientation=1, gps=None, modified=None, offset=None):
    modified = modified or taken
    first = {piexif.ImageIFD.Make: CAMERA["make"], piexif.ImageIFD.Model: CAMERA["model"],
             piexif.ImageIFD.Software: software, piexif.ImageIFD.DateTime: modified.encode(),
             piexif.ImageIFD.Orientation: orientation}
    detail = {piexif.ExifIFD.DateTimeOriginal: taken.encode(),
              piexif.ExifIFD.DateTimeDigitized: taken.encode(),
              piexif.ExifIFD.SubSecTimeOriginal: b"42", piexif.ExifIFD.FNumber: (56, 10),
              piexif.ExifIFD.ExposureTime: (1, 250), piexif.ExifIFD.ISOSpeedRatings: 200,
              piexif.ExifIFD.PixelXDimension: size[0], piexif.ExifIFD.PixelYDimension: size[1]}
    if offset:
        detail[piexif.ExifIFD.OffsetTimeOriginal] = offset
    parts = {"0th": first, "Exif": detail, "GPS": gps or {}, "1st": {}}
    if thumbnail:
        parts["1st"] = {piexif.ImageIFD.Compression: 6, piexif.ImageIFD.XResolution: (72, 1),
                        piexif.ImageIFD.YResolution: (72, 1), piexif.ImageIFD.ResolutionUnit: 2}
        parts["thumbnail"] = thumbnail
    return piexif.dump(parts)


def gps(date=b"2016:10:08", hour=12, minute=22):
    return {piexif.GPSIFD.GPSDateStamp: date, piexif.GPSIFD.GPSLatitudeRef: b"N",
            piexif.GPSIFD.GPSTimeStamp: ((hour, 1), (minute, 1), (31, 1)),
            piexif.GPSIFD.GPSLatitude: ((49, 1), (29, 1), (0, 1)), piexif.GPSIFD.GPSLongitudeRef: b"E",
            piexif.GPSIFD.GPSLongitude: ((0, 1), (7, 1), (0, 1))}


def photo(image=None, quality=88, **more):
    image = image or scene()
    thumbnail = more.pop("thumbnail", None) or small(image)
    return packed(image, quality, exif=exif(thumbnail, size=image.size, **more))


def iptc(caption, by="Hugo Marchetti", date="20161008"):
    """IIM data sets of record 2."""
    def one(number, text):
        data = text.encode()
        return struct.pack(">BBBH", 0x1C, 2, number, len(data)) + data
    return one(0, "\0\2") + one(55, date) + one(80, by) + one(120, caption)


def resource(number, data):
    return b"8BIM" + struct.pack(">HHI", number, 0, len(data)) + data + b"\0" * (len(data) % 2)


def captioned(data, text, digest_of=None):
    """A Photoshop block with IPTC and its digest, put behind the other APP segments."""
    digest = hashlib.md5(digest_of or text).digest()
    body = b"Photoshop 3.0\0" + resource(0x0404, text) + resource(0x0425, digest)
    segment = b"\xff\xed" + struct.pack(">H", len(body) + 2) + body
    at = 2
    while data[at + 1] in range(0xE0, 0xEE):
        at += 2 + struct.unpack(">H", data[at + 2:at + 4])[0]
    return data[:at] + segment + data[at:]


def exiftool(data, *options, ending="jpg"):
    return run("exiftool", "-q", *options, "-o", "OUT", "IN", data=data, ending=ending)


def forged():
    whole = scene()
    before = photo(whole)
    keep("jpeg-thumbnail-stale", "forger", """A figure is taken out of the picture; the thumbnail still shows
        it.""", "IM04", ("jpg", photo(scene(1), thumbnail=small(whole))), before=before)
    keep("jpeg-other-picture", "forger", "The picture is another one under the metadata of this.", "IM04",
         ("jpg", photo(table(), thumbnail=small(whole))),
         before=before)
    keep("jpeg-date-changed", "forger", """ExifTool changes DateTimeOriginal; the other dates and GPS keep the
        day.""", "IM03", ("jpg", exiftool(photo(gps=gps()), "-DateTimeOriginal=2017:03:02 10:00:00")),
         before=photo(gps=gps()))
    keep("jpeg-gps-day-other", "forger", "All EXIF dates are moved by months; GPS keeps the day.", "IM03",
         ("jpg", photo(gps=gps(), taken="2017:03:02 10:00:00")), before=photo(gps=gps()))
    text = iptc("The quay in autumn")
    keep("jpeg-caption-digest-left", "forger", """The caption is changed by a tool that leaves Photoshop's
        digest of the old one.""", "IM03", ("jpg", captioned(before, iptc("The riot at the quay"), text)),
         before=captioned(before, text))
    keep("jpeg-exif-of-another", "forger", """EXIF of a camera's picture is put on a picture of another size
        from elsewhere.""", "IM03, IM04", ("jpg", packed(
            table(480, 270), 75, exif=exif(small(whole)))), before=before)
    keep("jpeg-saved-by-editor", "forger", """Edited in Photoshop, which notes itself in Software and XMP;
        the camera's data stay.""", "IM05", ("jpg", exiftool(
            photo(scene(1), software=b"Adobe Photoshop CC 2017 (Windows)", modified="2017:03:02 10:00:00"),
            "-XMP-xmp:CreatorTool=Adobe Photoshop CC 2017 (Windows)",
            "-XMP-xmp:ModifyDate=2017:03:02 10:00:00+01:00")), before=before)
    keep("jpeg-modified-before-taken", "forger", "The file's date is put before the moment it was taken.",
         "IM03", ("jpg", photo(modified="2015:01:01 00:00:00")), before=before)
    keep("jpeg-bytes-behind-end", "forger", "A second picture is hidden behind the end.", "neutral: bytes",
         ("jpg", before + photo(scene(1, 320, 240))), before=before)
    keep("jpeg-region-pasted", "forger", """A region is pasted and the thumbnail made anew.""",
         "nothing in the file alone; the difference of the pictures", ("jpg", photo(pasted(whole))), before=before)
    keep("png-time-changed", "forger", "tIME is put years before the date in its text.",
         "IM03", ("png", png((2009, 1, 2, 3, 4, 5), "2016:10:08 14:22:31")),
         before=png((2016, 10, 8, 14, 22, 31), "2016:10:08 14:22:31"))


def pasted(image):
    image = image.copy()
    image.paste(image.crop((70, 150, 130, 262)), (180, 158))
    return image


def png(time, created, size=(320, 200)):
    out = io.BytesIO()
    # Flat areas, as of a screen.
    image = Image.new("RGB", size, (250, 250, 250))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, size[0], 24), fill=(40, 60, 90))
    draw.text((12, 6), "Budget 2017", fill=(255, 255, 255))
    image.save(out, "PNG", optimize=True)
    data = out.getvalue()
    import zlib

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    more = chunk(b"tIME", struct.pack(">HBBBBB", *time)) if time else b""
    more += chunk(b"tEXt", b"Creation Time\0" + created.encode()) if created else b""
    return data[:33] + more + data[33:]


def innocent():
    whole = scene()
    before = photo(whole)
    keep("jpeg-as-taken", "innocent", "As the camera wrote it.", "", ("jpg", before))
    keep("jpeg-rotated-lossless", "innocent", "Turned by jpegtran without loss; the thumbnail was left.", "",
         ("jpg", run("jpegtran", "-copy", "all", "-rotate", "90", "-outfile", "OUT", "IN", data=before,
                     ending="jpg")))
    keep("jpeg-orientation-noted", "innocent", "Held upright: orientation 6 is noted, the pixels lie.", "",
         ("jpg", photo(whole, orientation=6)))
    keep("jpeg-turned-upright", "innocent", """Turned upright by a viewer, which set orientation to 1 and left
        the thumbnail lying.""", "", ("jpg", photo(whole.rotate(90, expand=True), thumbnail=small(whole))))
    keep("jpeg-resized", "innocent", "Made smaller by ImageMagick; EXIF and thumbnail stay.", "",
         ("jpg", run("convert", "IN", "-resize", "50%", "OUT", data=before, ending="jpg")))
    keep("jpeg-exif-stripped", "innocent", "A web site took the metadata out.", "",
         ("jpg", exiftool(before, "-all=")))
    keep("jpeg-messenger", "innocent", "Sent by a messenger: smaller, packed anew, no metadata.", "",
         ("jpg", packed(whole.resize((320, 240)), 70)))
    keep("jpeg-thumbnail-letterboxed", "innocent", "16 to 9; the thumbnail has black bars.", "",
         ("jpg", photo(scene(3, 480, 270))))
    wide = scene(3, 480, 270)
    keep("jpeg-thumbnail-cropped", "innocent", "16 to 9; the camera's thumbnail shows the 4 to 3 of the sensor.",
         "", ("jpg", photo(wide, thumbnail=small(taller(wide)))))
    keep("jpeg-lightened", "innocent", "Lightened by a viewer that left the thumbnail.", "", ("jpg", photo(
        ImageEnhance.Brightness(whole).enhance(1.5), thumbnail=small(whole))))
    keep("jpeg-sharpened", "innocent", "Sharpened, with more contrast, by a viewer that left the thumbnail.", "",
         ("jpg", photo(ImageEnhance.Contrast(whole.filter(ImageFilter.SHARPEN)).enhance(1.4),
                       thumbnail=small(whole))))
    keep("jpeg-black-and-white", "innocent", "Made black and white by a viewer that left the thumbnail.", "",
         ("jpg", photo(whole.convert("L").convert("RGB"), thumbnail=small(whole))))
    keep("jpeg-camera-library-tables", "innocent", "A phone whose encoder is the IJG's, quality 75.", "",
         ("jpg", photo(whole, 75, software=b"Kamera-App 4.2")))
    text = iptc("The quay in autumn")
    keep("jpeg-captioned", "innocent", "Captioned by a newsroom; the digest fits.", "",
         ("jpg", captioned(before, text)))
    keep("jpeg-captioned-again", "innocent", "Captioned again with ExifTool, which leaves out the digest.", "",
         ("jpg", exiftool(captioned(before, text), "-IPTC:Caption-Abstract=The quay, in autumn",
                          "-Photoshop:IPTCDigest=")))
    keep("jpeg-gps-utc", "innocent", "GPS is UTC, the camera's clock two hours ahead.", "",
         ("jpg", photo(whole, gps=gps(), offset=b"+02:00")))
    keep("jpeg-gps-day-before", "innocent", "Taken shortly after midnight: GPS has the day before in UTC.", "",
         ("jpg", photo(whole, taken="2016:10:08 01:10:00", gps=gps(b"2016:10:07", 23, 10))))
    keep("jpeg-progressive", "innocent", "Packed progressively by a web service, metadata kept.", "",
         ("jpg", run("jpegtran", "-copy", "all", "-progressive", "-outfile", "OUT", "IN", data=before,
                     ending="jpg")))
    keep("jpeg-zero-bytes-behind-end", "innocent", "The camera padded the file with zeros.", "",
         ("jpg", before + bytes(512)))
    keep("png-screenshot", "innocent", "A screenshot: no dates, no camera.", "",
         ("png", png(None, None, (640, 360))))
    keep("png-time", "innocent", "Saved by an editor: tIME is UTC, its text local.", "",
         ("png", png((2016, 10, 8, 12, 22, 31), "2016:10:08 14:22:31")))
    out = io.BytesIO()
    whole.resize((320, 240)).save(out, "TIFF", compression="tiff_lzw")
    keep("tiff-scan", "innocent", "A TIFF without metadata.", "", ("tif", out.getvalue()))
    out = io.BytesIO()
    whole.resize((320, 240)).save(out, "WEBP", quality=60)
    keep("webp-web", "innocent", "Packed by a web site as WebP.", "", ("webp", out.getvalue()))


def taller(image):
    """The sensor's whole, of which `image` is the middle."""
    out = image.resize((image.width, image.width * 3 // 4)).filter(ImageFilter.BLUR)
    out.paste(image, (0, (out.height - image.height) // 2))
    return out


def make():
    Image.init()
    forged()
    innocent()
