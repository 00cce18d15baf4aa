//! Certificates, made when the world starts: an authority that plays the part
//! of Let's Encrypt (a root that everybody trusts, and the intermediate that
//! signs), and certificates that sign themselves.

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType,
    ExtendedKeyUsagePurpose, IsCa, KeyPair, KeyUsagePurpose, PKCS_ECDSA_P256_SHA256,
};
use time::{Duration, OffsetDateTime};

use crate::clock::Moment;

/// The lab's authority.
pub(super) struct Authority {
    root: CertifiedIssuer<'static, KeyPair>,
    intermediate: CertifiedIssuer<'static, KeyPair>,
    now: OffsetDateTime,
}

/// A certificate and its key, as PEM.
#[derive(Clone, Debug)]
pub(super) struct Issued {
    /// The certificate alone.
    pub(super) leaf: String,
    /// Its private key.
    pub(super) key: String,
}

impl Authority {
    /// Makes the authority for a world that starts at `now`.
    pub(super) fn new(now: Moment) -> Result<Self, rcgen::Error> {
        Self::named("Lab Root CA", now)
    }

    /// Makes an authority whose root has this name.
    pub(super) fn named(name: &str, now: Moment) -> Result<Self, rcgen::Error> {
        let now = now.to_date();
        let mut params = parameters(
            name,
            &[],
            (now - Duration::days(3650), now + Duration::days(3650)),
        )?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let root = CertifiedIssuer::self_signed(params, key()?)?;
        let mut params = parameters(
            "Lab Intermediate CA",
            &[],
            (now - Duration::days(700), now + Duration::days(1100)),
        )?;
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.use_authority_key_identifier_extension = true;
        let intermediate = CertifiedIssuer::signed_by(params, key()?, &root)?;
        Ok(Self {
            root,
            intermediate,
            now,
        })
    }

    /// The root, as PEM: what everybody trusts.
    pub(super) fn root(&self) -> String {
        self.root.pem()
    }

    /// The intermediate, as PEM: what a server must send along.
    pub(super) fn intermediate(&self) -> String {
        self.intermediate.pem()
    }

    /// Signs a certificate for these names, valid for 90 days of which 30 are
    /// over, or, if `expired`, ended a week ago.
    pub(super) fn issue(&self, names: &[String], expired: bool) -> Result<Issued, rcgen::Error> {
        let key = key()?;
        let mut params = leaf(names, self.validity(Duration::days(90), expired))?;
        params.use_authority_key_identifier_extension = true;
        let certificate = params.signed_by(&key, &self.intermediate)?;
        Ok(Issued {
            leaf: certificate.pem(),
            key: key.serialize_pem(),
        })
    }

    /// A certificate that signs itself, as Debian's ssl-cert package makes one
    /// for every host: valid for ten years.
    pub(super) fn snakeoil(&self, names: &[String], expired: bool) -> Result<Issued, rcgen::Error> {
        let key = key()?;
        let certificate =
            leaf(names, self.validity(Duration::days(3650), expired))?.self_signed(&key)?;
        Ok(Issued {
            leaf: certificate.pem(),
            key: key.serialize_pem(),
        })
    }

    fn validity(&self, length: Duration, expired: bool) -> (OffsetDateTime, OffsetDateTime) {
        let age = if expired {
            length + Duration::days(7)
        } else {
            Duration::days(30)
        };
        (self.now - age, self.now - age + length)
    }
}

/// What anybody can make: a certificate for a name that is not theirs, which
/// nobody but itself vouches for.
pub(super) fn forge(name: &str, now: Moment) -> Result<Issued, rcgen::Error> {
    let now = now.to_date();
    let key = key()?;
    let validity = (now - Duration::days(1), now + Duration::days(364));
    let certificate = leaf(&[name.to_owned()], validity)?.self_signed(&key)?;
    Ok(Issued {
        leaf: certificate.pem(),
        key: key.serialize_pem(),
    })
}

fn key() -> Result<KeyPair, rcgen::Error> {
    KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)
}

fn leaf(
    names: &[String],
    validity: (OffsetDateTime, OffsetDateTime),
) -> Result<CertificateParams, rcgen::Error> {
    let common_name = names.first().map_or("localhost", String::as_str);
    let mut params = parameters(common_name, names, validity)?;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    Ok(params)
}

fn parameters(
    common_name: &str,
    names: &[String],
    (from, to): (OffsetDateTime, OffsetDateTime),
) -> Result<CertificateParams, rcgen::Error> {
    let mut params = CertificateParams::new(names.to_vec())?;
    params.distinguished_name = DistinguishedName::new();
    params
        .distinguished_name
        .push(DnType::CommonName, common_name);
    params.not_before = from;
    params.not_after = to;
    Ok(params)
}
