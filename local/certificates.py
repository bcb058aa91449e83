"""Certificates for the parts that talk TLS, from an authority that lives as long as the local run."""

import ssl
from dataclasses import dataclass
from pathlib import Path

import certifi
import trustme
from cryptography.hazmat.primitives import serialization


@dataclass(frozen=True, slots=True)
class Certificate:
    """PEM files: the chain, and the private key in PKCS#8 (OpenSearch reads no other form)."""

    chain: Path
    key: Path


class CertificateAuthority:
    """`certificate` is the authority alone; `ca_bundle`, for SSL_CERT_FILE, has the system's roots too."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._ca = trustme.CA(organization_name="SG Lens local run")
        directory.mkdir(parents=True, exist_ok=True)
        self.certificate = directory / "ca.pem"
        self.certificate.write_bytes(self._ca.cert_pem.bytes())
        self.ca_bundle = directory / "ca_bundle.pem"
        self.ca_bundle.write_bytes(_system_roots().read_bytes() + b"\n" + self._ca.cert_pem.bytes())

    def issue(self, name: str, *hosts: str) -> Certificate:
        issued = self._ca.issue_cert(*hosts)
        certificate = Certificate(self._directory / f"{name}.pem", self._directory / f"{name}.key")
        certificate.chain.write_bytes(b"".join(pem.bytes() for pem in issued.cert_chain_pems))
        certificate.key.touch(mode=0o600)
        certificate.key.write_bytes(_to_pkcs8(issued.private_key_pem.bytes()))
        return certificate


def _to_pkcs8(pem: bytes) -> bytes:
    key = serialization.load_pem_private_key(pem, password=None)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _system_roots() -> Path:
    """Where SSL_CERT_FILE or the system says; a Python without system roots has certifi's."""
    return Path(ssl.get_default_verify_paths().cafile or certifi.where())
