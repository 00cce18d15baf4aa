//! A running `lab serve`, and a client who talks to it by hand.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// main.cf of a small school.
pub(crate) const MAIN_CF: &str = "\
compatibility_level = 3.6
myhostname = mail.aula.example
myorigin = aula.example
mydestination = $myhostname, aula.example, localhost
smtpd_relay_restrictions = permit_mynetworks permit_sasl_authenticated defer_unauth_destination
smtpd_tls_cert_file = /etc/ssl/certs/ssl-cert-snakeoil.pem
smtpd_tls_key_file = /etc/ssl/private/ssl-cert-snakeoil.key
smtpd_tls_security_level = may
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
virtual_alias_domains = virtual.example
virtual_alias_maps = hash:/etc/postfix/virtual
";

const MASTER_CF: &str = "\
smtp inet n - y - - smtpd
submission inet n - y - - smtpd
  -o syslog_name=postfix/submission
  -o smtpd_tls_security_level=encrypt
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject
submissions inet n - y - - smtpd
  -o syslog_name=postfix/submissions
  -o smtpd_tls_wrappermode=yes
  -o smtpd_sasl_auth_enable=yes
  -o smtpd_recipient_restrictions=permit_sasl_authenticated,reject
";

/// A running `lab serve`, ended when it goes out of scope.
pub(crate) struct Server {
    folder: tempfile::TempDir,
    pub(crate) child: Child,
    listeners: Vec<(String, SocketAddr)>,
}

impl Server {
    pub(crate) fn start() -> Self {
        Self::with(MAIN_CF)
    }

    pub(crate) fn with(main_cf: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        write("main.cf", main_cf);
        write("master.cf", MASTER_CF);
        write("users", "alumno:{PLAIN}clase-1234\nprofesor::\n");
        write("zone", "remoto.example. IN MX 10 mx.remoto.example.\n");
        write("virtual", "info@virtual.example alumno\n");
        write("dovecot.conf", "auth_mechanisms = plain login cram-md5\n");
        let mut child = Command::new(env!("CARGO_BIN_EXE_lab"))
            .args(["serve", "--lang", "en", "--postfix"])
            .arg(folder.path())
            .args(["--smtp", "127.0.0.1:0", "--submission", "127.0.0.1:0"])
            .args(["--submissions", "127.0.0.1:0", "--log"])
            .arg(folder.path().join("log"))
            .arg("--ready-file")
            .arg(folder.path().join("ready"))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let listeners = (0..3)
            .map(|_| {
                let line = lines.next().unwrap().unwrap();
                let words: Vec<&str> = line.split(' ').collect();
                assert_eq!(words[0], "listening");
                (words[1].to_owned(), words[2].parse().unwrap())
            })
            .collect();
        Self {
            folder,
            child,
            listeners,
        }
    }

    pub(crate) fn address(&self, service: &str) -> SocketAddr {
        let found = self.listeners.iter().find(|(name, _)| name == service);
        found.unwrap().1
    }

    pub(crate) fn log_path(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// Asks it to end, and returns its log once it has.
    pub(crate) fn stop(mut self) -> String {
        terminate(&self.child);
        assert!(self.child.wait().unwrap().success());
        fs::read_to_string(self.log_path()).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn terminate(child: &Child) {
    let pid = child.id().to_string();
    let status = Command::new("kill").args(["-TERM", &pid]).status().unwrap();
    assert!(status.success());
}

/// A client who does everything by hand.
pub(crate) struct Client(pub(crate) BufReader<TcpStream>);

impl Client {
    pub(crate) fn connect(address: SocketAddr) -> Self {
        Self::over(TcpStream::connect(address).unwrap())
    }

    pub(crate) fn over(stream: TcpStream) -> Self {
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        stream.set_nodelay(true).unwrap();
        Self(BufReader::new(stream))
    }

    pub(crate) fn send(&mut self, text: &str) {
        self.0.get_mut().write_all(text.as_bytes()).unwrap();
    }

    /// One line.
    pub(crate) fn line(&mut self) -> String {
        let mut line = String::new();
        assert_ne!(self.0.read_line(&mut line).unwrap(), 0, "closed");
        line.trim_end().to_owned()
    }

    /// The lines of one reply.
    pub(crate) fn reply(&mut self) -> Vec<String> {
        let mut lines = Vec::new();
        loop {
            let line = self.line();
            let last = line.as_bytes().get(3) != Some(&b'-');
            lines.push(line);
            if last {
                return lines;
            }
        }
    }

    pub(crate) fn ask(&mut self, line: &str) -> String {
        self.send(&format!("{line}\r\n"));
        self.reply().pop().unwrap()
    }

    pub(crate) fn rest(mut self) -> String {
        let mut rest = String::new();
        self.0.read_to_string(&mut rest).unwrap();
        rest
    }
}
