### cli: the command line.

help = Mail from the inside: a lab for SMTP, TLS, AUTH and Postfix.
help-usage = Usage
help-arguments = Arguments
help-options = Options
help-commands = Commands
help-any-options = {"["}OPTIONS]
help-any-command = COMMAND
help-value-lesson = LESSON
help-value-directory = DIR
help-value-file = FILE
help-value-files = FILE
help-value-parameters = PARAMETER
help-value-shell = SHELL
help-help = Shows this help.
help-version = Shows the version.
help-lang = Language: es or en. Otherwise that of LAB_LANG, LC_ALL, LC_MESSAGES or LANG.
help-theme = Colours of the menu and the lessons: auto, dark, light, mono or contrast.
help-plain = Menu and lessons as linear text, no cursor movement.
help-present = Presents the lessons you choose to a class.
help-no_mouse = Leaves the mouse to the terminal.

help-run = Runs a lesson.
help-run-lesson = A lesson's id (caso5) or the path of a .toml file.
help-run-step = Begins with this step: its number or its id.
help-run-fresh = Starts over; what was done is put away, not deleted.
help-run-auto = Plays the reference solution, without questions.
help-run-plain = Linear text, no cursor movement: for screen readers, pipes and simple terminals.
help-run-json = One JSON object a line: all that happens, with steps and goals.
help-run-wire = With --json: the bytes of the wire too.
help-run-theme = Colours: auto, dark, light, mono or contrast.
help-run-present = For a projector in class: large and with only the essentials.
help-run-speed = Speed of --auto, from 0.25 to 8.
help-run-no_mouse = Leaves the mouse to the terminal.
help-run-seed = Seed for chance: the same one repeats everything exactly.
help-run-listen = Let programs outside (swaks, openssl, Thunderbird) call the lesson's server.
help-run-smtp = With --listen: where the service of port 25 listens, or off.
help-run-submission = With --listen: where the service of port 587 listens, or off.
help-run-submissions = With --listen: where the service of port 465 listens, or off.

help-list = Lists the lessons, with what you have done.
help-list-json = As JSON.
help-lesson = For those who write lessons.
help-lesson-check = Finds every fault of a lesson file.
help-lesson-check-files = The .toml files.
help-lesson-new = Writes a commented lesson to start from.
help-lesson-new-file = The file to create.
help-lesson-watch = Shows a lesson while you write it: again each time you save, or its faults.
help-lesson-watch-file = The .toml file.
help-serve = Puts a lesson's server, or your own Postfix configuration, on real local ports.
help-serve-lesson = The lesson whose server is wanted; without it, the one you are in.
help-serve-client = Whom callers count as: the name of one of the lesson's clients. Without it, what they are.
help-serve-postfix = A folder with main.cf and, if you like, master.cf, its tables, users, zone and dovecot.conf.
help-serve-smtp = Where the service of port 25 listens, or off.
help-serve-submission = Where the service of port 587 listens, or off.
help-serve-submissions = Where the service of port 465 listens, or off.
help-serve-log = Writes the mail log into this file instead of stderr.
help-serve-ready_file = Creates this file when the server is ready.
help-postconf = Prints parameters and services as postconf does.
help-postconf-set = What the main.cf in this folder sets.
help-postconf-in_force = The parameters in force with this folder.
help-postconf-defaults = Postfix's defaults.
help-postconf-services = The services in its master.cf.
help-postconf-overrides = What its services set with -o.
help-postconf-parameters = Only these parameters.
help-export = Takes what you have done in a lesson out of the lab.
help-export-postfix = Writes your final configuration: main.cf, master.cf, tables, differences and a README.
help-export-postfix-lesson = A lesson's id (caso5) or the path of a .toml file.
help-export-postfix-directory = The folder, new or empty; without it, postfix-LESSON.
help-export-postfix-step = The step whose configuration is wanted: its number or its id; without it, the last one finished.
help-export-postfix-solution = The reference solution instead of yours.
help-doctor = Looks at what this terminal and this machine can do.
help-config = The file of settings: language, colours and keys.
help-config-path = Says where it is.
help-config-print = Writes the settings in force, with every key: a model to begin from.
help-config-check = Finds every fault of the file.
help-notes = Follows in another terminal what is presented: notes, next step, time.
help-notes-process = The process that presents, if there are several.
help-notes-plain = Linear text, no cursor movement; automatic when the output is no terminal.
help-notes-theme = Colours: auto, dark, light, mono or contrast.
help-value-process = PROCESS
help-completions = Prints the completion script for your shell.
help-completions-shell = bash, zsh, fish, elvish or powershell.
help-man = Prints the manual page.
help-schema = Prints the JSON schema of lesson files.

usage-help = --help shows the help.
usage-unknown-argument = I don't know the option “{ $what }”.
usage-unexpected = I don't know what to do with “{ $what }”.
usage-unknown-command = I don't know the command “{ $what }”.
usage-missing = Missing: { $what }
usage-twice = “{ $what }” can be given only once.
usage-value = “{ $value }” will not do for { $what }.
usage-values = What will do: { $what }
usage-for-the-menu = “{ $what }” does not work before a command: put it after, as in “lab run caso5 { $what }”.
did-you-mean = Did you mean “{ $what }”?

no-such-lesson = There is no lesson “{ $lesson }”.
lessons-are = There are: { $ids }. “lab list” tells more.
no-such-step = Lesson { $lesson } has no step “{ $step }”: they go from 1 to { $count }.
cannot-read = I cannot read { $file }: { $problem }
cannot-write = I cannot write { $file }: { $problem }
file-exists = { $file } exists already, and I don't write over it.
lesson-written = { $file }: done. Try it with “lab run { $file }”.
lesson-watched = Save the file to check it again; Ctrl-C leaves.
wire-needs-json = --wire only makes sense with --json.
cannot-go-on = I cannot go on: { $problem }
internal-error = internal error: { $problem }
wrong-filter = LAB_LOG: “{ $filter }” will not do. Write a level (off, error, warn, info, debug, trace) or part=level: smtp_lab::world=debug
no-diagnostics = LAB_LOG: I cannot write diagnostics ({ $problem }).
no-world = I cannot start the lesson's world: { $problem }
no-terminal = I cannot use the terminal: { $problem }. Try --plain.
no-keyboard = the input is no terminal. With --plain or --auto none is needed.
no-utf8 = this terminal does not write UTF-8. Try LC_ALL=C.UTF-8, or --plain.
progress-not-kept = I cannot save what you do ({ $problem }). I go on without saving. To keep it, allow writing there, or name a folder of yours in XDG_STATE_HOME.
progress-without-room = there is no room to save what you do ({ $problem }). The lesson goes on: make room there, and it is saved at the next step.
progress-without-locks = { $directory } is on a disk without file locks (a network folder, perhaps). What you do is saved all the same; do not do the same lesson in two windows at once.
progress-later = the file with what you had done is from a later version of the lab ({ $file }). I leave it alone and go on without saving.
progress-put-away = you start over. What was there is in { $file }
progress-damaged = the file with what you had done is damaged. I put it aside as { $file } and you start over.

man-exit-status =
    0: goals reached, or the work asked for is done
    1: goals not reached, or left early
    2: wrong use
    3: the environment will not do: no terminal, an unwritable folder, a full disk
    4: a lesson file with faults
    70: internal error
    130: interrupted
man-files =
    $XDG_CONFIG_HOME/lab/config.toml: language, colours and keys; without the variable, under ~/.config
    $XDG_STATE_HOME/lab/progress: what was done in each lesson; without the variable, under ~/.local/state
    $XDG_STATE_HOME/lab/lab.log: diagnostics, when LAB_LOG asks for them (LAB_LOG=debug)

menu-title = lab: mail from the inside
menu-next = To begin: lab run { $lesson }
menu-question = Which lesson? Enter for { $lesson }, q to leave:
list-facts = { $minutes ->
        [one] 1 minute
       *[other] { $minutes } minutes
    } · { $steps ->
        [one] { $solved } of 1 step done
       *[other] { $solved } of { $steps } steps done
    }
list-after = before it: { $lessons }

config-about =
    Settings of lab. Take out what you don't change: what is not here keeps its default.
    A key is a letter, F1 to F24, Enter, Esc, Tab, Space, Up, PageDown…,
    with Ctrl-, Alt- or Shift- before it where needed. An empty list leaves none.
config-none = { $file }: there is none; everything keeps its default. “lab config print” gives a model.
config-no-home = there is nowhere to look for the settings: neither $XDG_CONFIG_HOME nor $HOME is set.
config-unreadable = the settings can't be read. { $problem }

notes-none = nothing is being presented on this machine. Begin with “lab run LESSON --present”, or with F5 in the lesson.
notes-misunderstood = what is presenting speaks differently: it is another version of lab. Run the same one in both terminals.
notes-several = there are several presentations. Choose one:
  { $commands }
notes-over = The presentation is over.
notes-nowhere = a presentation can only be followed on Unix systems.
notes-title = notes
notes-clock = { $time } · in this step { $step }{" "}
notes-answer = The answer: { $answer }
notes-nothing = This step has no notes.
notes-goals = Goals: { $reached } of { $goals }
notes-next = Next: { $step }
notes-last = This is the last step.
notes-scroll = move
notes-plain-keys = Enter: goals and time; q and Enter: leave.

doctor-fine = fine
doctor-fault = FAULT
doctor-version = version
doctor-variables = environment
doctor-terminal = terminal
doctor-clipboard = clipboard
doctor-unicode = characters
doctor-language = language
doctor-config = settings
doctor-state = what you have done is kept in
doctor-lessons = lessons
doctor-world = a trial world
doctor-loopback = local ports
doctor-note = NOTE
doctor-colours = colours
doctor-clock = clock
doctor-ports = ports in use
doctor-others = also running
doctor-advice-dumb = This terminal only prints lines: lessons are told that way (--plain).
doctor-advice-size = Make the window at least 60x16 (80x24 is better), or use --plain.
doctor-advice-tmux = For “y” to copy, put into ~/.tmux.conf: set -s set-clipboard on
doctor-advice-screen = screen does not pass on what “y” copies: select with the mouse and Shift.
doctor-advice-utf8 = Choose a locale with UTF-8: export LC_ALL=C.UTF-8
doctor-advice-home = Say where your folder is: export HOME=… (or XDG_STATE_HOME and XDG_CONFIG_HOME).
doctor-advice-config = “lab config check” tells every fault with its line.
doctor-advice-state = Lessons run, but nothing is kept. Allow writing there, or choose another folder: export XDG_STATE_HOME=…
doctor-advice-locks = This disk has no file locks (NFS without its lock service, perhaps). What you do is kept all the same. Do not do the same lesson in two windows at once: one could overwrite what the other saves.
doctor-advice-full = The disk is full, or you have used up your share of it. Make room (du -sh ~/* ~/.[!.]* | sort -h shows what takes it), or choose another folder: export XDG_STATE_HOME=…
doctor-advice-clock = The clock is behind: other programs will not accept the certificates of “lab serve”. Set it.
doctor-advice-ports = “lab serve” and --listen take these: end the program that holds them (another “lab serve”?), or choose others with --smtp, --submission and --submissions.
doctor-advice-others = Nothing is lost when a lesson is open twice: what you do in either is kept. To end one, type q in it, or: kill NUMBER

serve-bad-address = { $address } is no address with a port, such as 127.0.0.1:2525 or [::1]:2525. With “off” nothing listens there.
serve-not-loopback = { $address } could be reached from other machines. lab only listens on loopback addresses, such as 127.0.0.1 and ::1.
serve-cannot-listen = I cannot listen on { $address }: { $problem }
serve-port-taken = I cannot listen on { $address }: another program has that port (perhaps another “lab serve”: “lab doctor” tells). End it, or choose another port with --smtp, --submission or --submissions.
serve-port-reserved = I cannot listen on { $address }: { $problem }. Ports below 1024 are the administrator’s; choose a higher one with --smtp, --submission or --submissions.
serve-cannot-start = I cannot start the server: { $problem }
serve-no-client = this lesson has no client “{ $client }”. It has: { $clients }.
serve-no-service = { $service }: master.cf has no such service, so nothing listens there.
serve-not-imitated = { $file }:{ $line }: lab does not imitate { $name }; it has no effect here.
serve-fault = { $file }:{ $line }: { $words }
serve-nothing = nothing would listen: all three services are off or missing in master.cf.

## lab export
export-written = { $folder }: your configuration is there, as you finished step { $step }. Begin with README.md.
export-nothing = No finished step of { $lesson } is kept. Finish one with “lab run { $lesson }”, or ask for the reference solution with --solution.
export-not-empty = { $folder } isn't empty, and I don't write over it. Give another folder.
take-home-users = The lab's mailboxes, in Dovecot's passwd-file format, without passwords.
    To let somebody log in: name:{"{PLAIN}"}password
take-home-readme = # { $lesson }: your configuration

    It is that of { $host }, as you left step { $number } (“{ $step }”).

    - `main.cf`, `master.cf` and the tables they name go into `/etc/postfix`;
      `aliases`, if it is here, is `/etc/aliases`.
    - `dovecot.conf` holds the pieces of `/etc/dovecot/conf.d` that AUTH needs.
    - `changes.diff` is the difference from the beginning of the lesson.
    - `users` are the mailboxes, without passwords; on a Debian server they are system accounts.
    - `zone` is the lab's DNS: only `lab serve` has a use for it.

    ## Try it

    ```sh
    lab serve --postfix .        # the lab's server with these files
    postconf -c . -n             # what a real Postfix reads in them
    ```

    ## On a real server

    1. Change names, domains and addresses: the ones here are for documentation.
    2. Copy the files, and index each `hash:` table with `postmap`, and
       `/etc/aliases` with `newaliases`.
    3. The certificates that `main.cf` names must exist, their key in mode 0600.
    4. `postfix check`, `systemctl reload postfix`, and look at the log:
       `journalctl -u postfix@-` (`/var/log/mail.log` where rsyslog runs).
    5. Before port 25 is open to the Internet, try from outside that it relays for no stranger.
take-home-commands = ## The same, in commands

    From the configuration with which the lesson begins:
take-home-unchanged = The configuration is the one with which the lesson begins.
