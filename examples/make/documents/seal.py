"""Signatures in PDF, by pyHanko, with certificates of fictional people made for this run alone."""

import datetime
import io

from asn1crypto import keys, x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers, timestamps
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko_certvalidator.registry import SimpleCertificateStore

from forms import ANNA
from forms import TOM as TOM_NAME

FROM, UNTIL = datetime.datetime(2016, 1, 1), datetime.datetime(2046, 1, 1)


def person(name, stamps=False):
    key = rsa.generate_private_key(65537, 2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name),
                         x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Parti Horizon")])
    builder = (x509.CertificateBuilder().subject_name(subject).issuer_name(subject)
               .public_key(key.public_key()).serial_number(x509.random_serial_number())
               .not_valid_before(FROM).not_valid_after(UNTIL)
               .add_extension(x509.KeyUsage(True, True, False, False, False, False, False, False, False),
                              True))
    if stamps:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), True)
    certificate = builder.sign(key, hashes.SHA256())
    der = certificate.public_bytes(serialization.Encoding.DER)
    private = key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8,
                                serialization.NoEncryption())
    return asn1.Certificate.load(der), keys.PrivateKeyInfo.load(private)


PEOPLE = {}


def signer(name):
    certificate, key = PEOPLE.setdefault(name, person(name))
    store = SimpleCertificateStore()
    store.register(certificate)
    return signers.SimpleSigner(certificate, key, store)


TOM = TOM_NAME


def done(writer, **facts):
    name = facts.pop("who", ANNA)
    out = io.BytesIO()
    signers.PdfSigner(signers.PdfSignatureMetadata(**facts), signer(name)).sign_pdf(writer, output=out)
    return out.getvalue()


def signed(data, field="Signature1", who=ANNA):
    return done(IncrementalPdfFileWriter(io.BytesIO(data)), who=who, field_name=field,
                subfilter=fields.SigSeedSubFilter.PADES, md_algorithm="sha256")


def form(note):
    """The note with one text field."""
    writer = IncrementalPdfFileWriter(io.BytesIO(note()))
    page = writer.root["/Pages"]["/Kids"][0]
    field = writer.add_object(generic.DictionaryObject({
        generic.pdf_name("/Type"): generic.pdf_name("/Annot"),
        generic.pdf_name("/Subtype"): generic.pdf_name("/Widget"),
        generic.pdf_name("/FT"): generic.pdf_name("/Tx"), generic.pdf_name("/T"): generic.pdf_string("Place"),
        generic.pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (72, 600, 300, 620))),
        generic.pdf_name("/F"): generic.NumberObject(4),
        generic.pdf_name("/DA"): generic.pdf_string("/Helv 10 Tf 0 g")}))
    page["/Annots"] = generic.ArrayObject([field])
    writer.update_container(page)
    writer.root["/AcroForm"] = generic.DictionaryObject({
        generic.pdf_name("/Fields"): generic.ArrayObject([field]),
        generic.pdf_name("/NeedAppearances"): generic.BooleanObject(True)})
    writer.update_root()
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def certified(data):
    return done(IncrementalPdfFileWriter(io.BytesIO(data)), field_name="Certification", certify=True,
                docmdp_permissions=fields.MDPPerm.FILL_FORMS, md_algorithm="sha256")


def filled(data):
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    field = next(f.get_object() for f in writer.root["/AcroForm"]["/Fields"]
                 if f.get_object()["/T"] == "Place")
    field["/V"] = generic.pdf_string("Port-Vieux")
    writer.update_container(field)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def covered(data):
    """A free-text note in white over the line with the sum."""
    writer = IncrementalPdfFileWriter(io.BytesIO(data))
    page = writer.root["/Pages"]["/Kids"][0]
    look = generic.StreamObject(
        {generic.pdf_name("/Type"): generic.pdf_name("/XObject"),
         generic.pdf_name("/Subtype"): generic.pdf_name("/Form"),
         generic.pdf_name("/BBox"): generic.ArrayObject(map(generic.NumberObject, (0, 0, 480, 16)))},
        stream_data=b"1 1 1 rg 0 0 480 16 re f")
    box = generic.DictionaryObject({
        generic.pdf_name("/Type"): generic.pdf_name("/Annot"),
        generic.pdf_name("/Subtype"): generic.pdf_name("/FreeText"),
        generic.pdf_name("/Contents"): generic.pdf_string("The hall at the quay costs 42 euros."),
        generic.pdf_name("/DA"): generic.pdf_string("/Helv 12 Tf 0 g"),
        generic.pdf_name("/Rect"): generic.ArrayObject(map(generic.NumberObject, (60, 735, 540, 751))),
        generic.pdf_name("/AP"): generic.DictionaryObject({
            generic.pdf_name("/N"): writer.add_object(look)})})
    notes = page.get("/Annots", generic.ArrayObject())
    notes = generic.ArrayObject([*notes, writer.add_object(box)])
    page["/Annots"] = notes
    writer.update_container(page)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def with_validation_data(data):
    """The signer's certificate in a DSS dictionary, as long-term validation adds it."""
    out = io.BytesIO(data)
    last = PdfFileReader(out).embedded_signatures[-1]
    DocumentSecurityStore.add_dss(out, sig_contents=last.pkcs7_content, certs=[last.signer_cert])
    return out.getvalue()


def time_stamped(data):
    certificate, key = PEOPLE.setdefault("Stamps", person("Time stamps of the port", True))
    store = SimpleCertificateStore()
    store.register(certificate)
    stamper = timestamps.DummyTimeStamper(certificate, key, store)
    return signers.PdfTimeStamper(stamper).timestamp_pdf(
        IncrementalPdfFileWriter(io.BytesIO(data)), "sha256").getvalue()
