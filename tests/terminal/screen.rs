//! A pseudo-terminal with the program in it and an emulator that reads it.

use std::io::{Read, Write};
use std::num::NonZero;
use std::path::Path;
use std::process::Command;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use tempfile::TempDir;

/// How long to wait for what must come. It is a bound for a broken program,
/// never a pause: what comes is seen at once.
const PATIENCE: Duration = Duration::from_mins(1);

/// The program on a terminal.
pub(crate) struct Screen {
    emulator: vt100::Parser,
    /// All that the program has written, as far as it was read.
    written: Vec<u8>,
    output: Receiver<Vec<u8>>,
    keyboard: Box<dyn Write + Send>,
    master: Box<dyn MasterPty + Send>,
    child: Box<dyn Child + Send + Sync>,
    /// Whoever holds it keeps the program's output from being read.
    reading: Arc<Mutex<()>>,
    /// Kept so that the folder of the program's state lives as long as it does.
    state: Option<TempDir>,
}

impl Screen {
    /// Starts `lab` with `arguments` and a state folder of its own.
    pub(crate) fn start(columns: u16, rows: u16, arguments: &[&str]) -> Self {
        let state = tempfile::tempdir().unwrap();
        let mut screen = Self::start_in(&state, columns, rows, arguments);
        screen.state = Some(state);
        screen
    }

    /// Starts `lab` with `arguments`, its state in `state`.
    pub(crate) fn start_in(state: &TempDir, columns: u16, rows: u16, arguments: &[&str]) -> Self {
        let lab = Path::new(env!("CARGO_BIN_EXE_lab"));
        Self::start_program(lab, state, (columns, rows), arguments)
    }

    /// Starts any program.
    pub(crate) fn start_program(
        program: &Path,
        state: &TempDir,
        (columns, rows): (u16, u16),
        arguments: &[&str],
    ) -> Self {
        let pair = native_pty_system().openpty(size(columns, rows)).unwrap();
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.env_clear();
        for (name, value) in [
            ("TERM", "xterm-256color"),
            ("LC_ALL", "es_ES.UTF-8"),
            ("LAB_THEME", "dark"),
        ] {
            command.env(name, value);
        }
        for folder in [
            "HOME",
            "XDG_STATE_HOME",
            "XDG_CONFIG_HOME",
            "XDG_RUNTIME_DIR",
        ] {
            command.env(folder, state.path());
        }
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let keyboard = pair.master.take_writer().unwrap();
        let (sender, output) = channel();
        let reading = Arc::new(Mutex::new(()));
        let gate = Arc::clone(&reading);
        std::thread::spawn(move || {
            let mut buffer = [0; 8192];
            while let Ok(length @ 1..) = reader.read(&mut buffer) {
                drop(gate.lock());
                if sender.send(buffer[..length].to_vec()).is_err() {
                    return;
                }
            }
        });
        Self {
            emulator: vt100::Parser::new(cells(rows), cells(columns), 0),
            written: Vec::new(),
            output,
            keyboard,
            master: pair.master,
            child,
            reading,
            state: None,
        }
    }

    /// Types these characters.
    pub(crate) fn keys(&mut self, keys: &str) {
        self.keyboard.write_all(keys.as_bytes()).unwrap();
        self.keyboard.flush().unwrap();
    }

    /// A terminal that shows nothing more until what is returned is dropped.
    pub(crate) fn stalled(reading: &Mutex<()>) -> MutexGuard<'_, ()> {
        reading.lock().unwrap()
    }

    /// What [`Screen::stalled`] holds.
    pub(crate) fn reading(&self) -> Arc<Mutex<()>> {
        Arc::clone(&self.reading)
    }

    /// The process of the program.
    pub(crate) fn process(&self) -> u32 {
        self.child.process_id().unwrap()
    }

    /// Gives the terminal another size.
    pub(crate) fn resize(&mut self, columns: u16, rows: u16) {
        self.emulator
            .screen_mut()
            .set_size(cells(rows), cells(columns));
        self.master.resize(size(columns, rows)).unwrap();
    }

    /// Sends the program a signal.
    pub(crate) fn signal(&mut self, name: &str) {
        let pid = self.child.process_id().unwrap().to_string();
        assert!(
            Command::new("kill")
                .args(["-s", name, &pid])
                .status()
                .unwrap()
                .success()
        );
    }

    /// Waits until `text` is on the screen.
    #[track_caller]
    pub(crate) fn until(&mut self, text: &str) {
        while !self.contents().contains(text) {
            match self.output.recv_timeout(PATIENCE) {
                Ok(bytes) => self.take_in(&bytes),
                Err(why) => panic!(
                    "`{text}` never came ({why}); the screen:\n{}",
                    self.contents()
                ),
            }
        }
    }

    /// Waits until it has written `bytes` so many times.
    #[track_caller]
    #[allow(dead_code, reason = "not every test that shares this needs it")]
    pub(crate) fn until_written(&mut self, bytes: &[u8], times: usize) {
        while self.times_written(bytes) < times {
            match self.output.recv_timeout(PATIENCE) {
                Ok(bytes) => self.take_in(&bytes),
                Err(why) => panic!("it never came ({why}); the screen:\n{}", self.contents()),
            }
        }
    }

    /// How often it has written `bytes`.
    #[allow(dead_code, reason = "not every test that shares this needs it")]
    pub(crate) fn times_written(&self, bytes: &[u8]) -> usize {
        let written = self.written.windows(bytes.len());
        written.filter(|it| *it == bytes).count()
    }

    /// Waits until the program has ended and all it wrote was read.
    #[track_caller]
    pub(crate) fn until_ended(&mut self) {
        loop {
            match self.output.recv_timeout(PATIENCE) {
                Ok(bytes) => self.take_in(&bytes),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {
                    panic!("it does not end; the screen:\n{}", self.contents())
                }
            }
        }
        self.child.wait().unwrap();
    }

    /// Waits until the program's process is in this state of proc(5), `T` being stopped.
    #[track_caller]
    pub(crate) fn until_state(&mut self, wanted: char) {
        let stat = format!("/proc/{}/stat", self.child.process_id().unwrap());
        loop {
            let text = std::fs::read_to_string(&stat).unwrap();
            let state = text
                .rsplit(") ")
                .next()
                .and_then(|rest| rest.chars().next());
            if state == Some(wanted) {
                break;
            }
            // Its output is drained meanwhile, so that it cannot be held up by us.
            if let Ok(bytes) = self.output.recv_timeout(Duration::from_millis(20)) {
                self.take_in(&bytes);
            }
        }
        while let Ok(bytes) = self.output.recv_timeout(Duration::from_millis(20)) {
            self.take_in(&bytes);
        }
    }

    /// The terminal is as a shell wants it.
    #[track_caller]
    pub(crate) fn assert_given_back(&self) {
        let screen = self.emulator.screen();
        assert!(!screen.alternate_screen(), "the alternate screen was left");
        assert!(!screen.hide_cursor(), "the cursor is shown");
        assert!(!screen.bracketed_paste(), "bracketed paste is off");
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
        let terminal = self.master.tty_name().unwrap();
        let modes = Command::new("stty")
            .arg("-aF")
            .arg(terminal)
            .output()
            .unwrap();
        let modes = String::from_utf8(modes.stdout).unwrap();
        for mode in ["icanon", "echo", "isig", "icrnl", "opost"] {
            let is_on = modes.split_whitespace().any(|word| word == mode);
            assert!(is_on, "{mode} is on again: {modes}");
        }
    }

    fn take_in(&mut self, bytes: &[u8]) {
        self.emulator.process(bytes);
        self.written.extend_from_slice(bytes);
    }

    /// All that the program has written, as far as it was waited for.
    #[allow(dead_code, reason = "not every test that shares this needs it")]
    pub(crate) fn written(&self) -> &[u8] {
        &self.written
    }

    /// What is on the screen.
    pub(crate) fn contents(&self) -> String {
        self.emulator.screen().contents()
    }
}

fn cells(count: u16) -> NonZero<u16> {
    NonZero::new(count).unwrap()
}

fn size(columns: u16, rows: u16) -> PtySize {
    PtySize {
        rows,
        cols: columns,
        pixel_width: 0,
        pixel_height: 0,
    }
}
