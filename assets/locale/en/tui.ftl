### tui: the words of the screen

## The title bar

tui-relay-open = OPEN RELAY
tui-relay-for-some = relay for some
tui-relay-closed = relay closed
tui-past = IN THE PAST

## The map

tui-map-refused = nobody listens
tui-map-timed-out = nobody answers
tui-map-no-tls = TLS failed
tui-map-hung-up = hangs up
tui-map-hung-up-ungreeted = hangs up, no greeting
tui-map-unattended = no process answers
tui-map-stalled = both are waiting
tui-map-queued = in the queue
tui-map-deferred = deferred
tui-map-bounced = bounced
tui-map-stored = in { $mailbox }'s mailbox

## Panes

tui-pane-lesson = Lesson
tui-pane-question = Predict
tui-pane-task = Goals
tui-pane-dialogue = Client and server
tui-client = Client
tui-server = Server
tui-panel-why = Why
tui-panel-wire = Wire
tui-panel-log = Log
tui-panel-certificate = Certificate
tui-panel-queue = Queue
tui-panel-configuration = main.cf
tui-panel-differences = Differences
tui-panel-differences-short = Diff.
tui-panel-log-short = Log
tui-panel-certificate-short = Cert.

## The lesson's end of a step

tui-named-key = key `{ $key }`
tui-reached = Goals reached. Press { $next } for the next step.
tui-reached-by-solution = The solution has reached the goals; with { $reset } you do it yourself.
tui-reached-last-left =
    { $left ->
        [one] Goals reached. This is the last step; another one is left to do ({ $steps }).
       *[other] Goals reached. This is the last step; { $left } are left to do ({ $steps }).
    }
tui-reached-last = Goals reached, and with them the whole lesson.
tui-prediction-right = You said “{ $answer }”, and so it was.
tui-prediction-wrong = You said “{ $answer }”, and it turned out otherwise.
tui-standard = What the standard says today
tui-hint = Hint
tui-hint-tried = Hint on what you tried
tui-solution = The solution

## The task

tui-your-prediction = Your prediction: { $answer }
tui-goals = goals
tui-run-played = { $run } (tried)
tui-runs = Dialogues
tui-observed = Seen: { $observed }
tui-toggle-other = another value

## The dialogue

tui-preparing = Preparing this step's world…
tui-answer-first = Answer the question first: choose with ↑ ↓ and press { $answer }.
tui-press-to-run = Press { $forward } to begin: { $run }
tui-no-runs = This step has no dialogue left to begin.
tui-connection-refused = { $from } calls { $to } and nobody listens: Connection refused
tui-connection-timed-out = { $from } calls { $to } and nobody answers: Connection timed out
tui-tls-begins = TLS begins
tui-tls-established = encrypted from here on: { $version } { $cipher }
tui-tls-failed-client = the client gives up on TLS: { $reason }
tui-tls-failed-server = the server gives up on TLS: { $reason }
tui-row-stalled = silence: each waits for the other to speak
tui-row-unattended = silence: no process answers
tui-row-closed = { $host } hangs up
tui-row-closed-client = The client closes the connection.
tui-row-closed-server = The server closes the connection.
tui-row-over = end of the connection
tui-differences-nothing = Run the same dialogue twice (r), with another configuration in between (c): here you will see where the answers part, and which directive did it.
tui-differences-no-edit = Nothing was edited between the two.
tui-differences-none = Every answer is the same.
tui-differences-default = (not there)
tui-differences-greeting = (greeting)
tui-differences-before = before
tui-differences-now = now
tui-differences-not-said = (not said)
tui-explain-title = What this line means
tui-call-title = Be the client
tui-call-as = As
tui-call-to = Call
tui-call-how = With
tui-call-tls = TLS from the first byte
tui-call-clear = no TLS at first (STARTTLS is up to you)
tui-call-keys = ↑ ↓ question  ← → answer  ⏎ call  Esc close
tui-typing-raw = raw
tui-typing-challenge = asks for “{ $challenge }” in base64: type it and press { $base64 }
tui-typing-plain = \0user\0password, then { $base64 }
tui-explain-keys = ← → another line  ↑ ↓ move  / search  Esc close
tui-copy-title = Copy
tui-copy-keys = ↑ ↓ choose  PgDn read  ⏎ copy (OSC 52)  Shift + mouse: by hand  Esc close
tui-copy-line = the line
tui-copy-transcript = the whole dialogue
tui-copy-swaks = as a swaks command
tui-copy-openssl = as an openssl s_client command
tui-copy-curl = as a curl command
tui-copy-no-line = none is chosen
tui-copy-no-dialogue = there is no dialogue yet
tui-copy-no-tls = only for what goes inside TLS
tui-copy-no-mail = only for a mail that was sent or refused
tui-explain-protected = inside TLS
tui-explain-clear = in the clear

## Why

tui-why-nothing = Postfix has not had to decide anything yet. Here you will see which restrictions it looks at, in which order, and which one decides.
tui-why-over = On this connection Postfix did not get to decide anything.
tui-why-no-list = No restriction list has anything to say about this command.
tui-why-withheld = Not announced to this client:
tui-why-empty-list = empty: says nothing
tui-why-login-accepted = Dovecot accepts { $user } (AUTH { $mechanism })
tui-why-login-refused = Dovecot refuses { $user } (AUTH { $mechanism })

## The wire

tui-wire-nothing = Nothing has gone over the wire yet. Here you will see what a listener in the middle sees.
tui-wire-over = Not one byte went over this wire.
tui-wire-decoded = base64 is no encryption; it says: { $text }
tui-wire-bytes =
    { $count ->
        [one] 1 byte
       *[other] { $count } bytes
    }
tui-wire-server-name = and yet the server that it calls can be read: { $name }

## The log, the certificate, the queue, the configuration

tui-log-empty = The log is empty.
tui-certificate-none = The server has shown no certificate on this connection.
tui-certificate-no-call = Nobody has called yet: the certificate is seen when a client begins TLS.
tui-certificate-itself = itself
tui-certificate-names = names:
tui-certificate-dates = valid:
tui-queue-waiting = In the queue: { $count }
tui-queue-blocklist = Block lists
tui-queue-deliveries = Deliveries
tui-queue-mailboxes = Mailboxes
tui-queue-empty = nothing
tui-queue-older =
    { $count ->
        [one] … and 1 older one (key Q: all)
       *[other] … and { $count } older ones (key Q: all)
    }
tui-configuration-default = (default)

## The editor

tui-editor-title = Configuration
tui-help-next-file = the next file of the server
tui-help-previous-file = the previous file
tui-help-save = save what was written in the file
tui-key-files = files
tui-key-save = save
tui-notice-unsaved = What you wrote is still there, unsaved: c goes back to it.
tui-editor-others = read only: not yours
tui-editor-directives = directives
tui-editor-unsaved = unsaved
tui-editor-writing-keys = Ctrl-S save  Esc stop writing
tui-editor-name-keys = ⏎ go on  Tab complete  Esc cancel
tui-editor-value-keys = ⏎ save and reload  Tab complete  Esc cancel
tui-editor-default = (default: { $value })
tui-editor-default-empty = (empty by default)
tui-editor-in-main-cf = (in main.cf: { $value })
tui-editor-ask-name = Directive of main.cf:
tui-editor-ask-override = Directive (-o) of { $service } in master.cf:

## Questions before something happens

tui-confirm-keys = ⏎ yes   Esc no
tui-confirm-quit = Leave?
tui-confirm-quit-text = A dialogue is still open. Your progress is saved.
tui-confirm-reset = Begin the step again?
tui-confirm-reset-text = The world of this step goes back to how it was. Steps you have finished stay as they are.
tui-confirm-solution = Show the solution?
tui-confirm-solution-text = The step begins again and the solution is played before you. If you had not solved it yet, it will not count as solved.

## Other boxes

tui-layer-keys = ↑ ↓ move  / search  Esc close
tui-layer-close = Esc close
tui-steps-title = The steps of the lesson
tui-steps-solved = done
tui-steps-shown = with the solution
tui-steps-open = to do
tui-steps-here = you are here
tui-steps-keys = ↑ ↓ choose  / search  ⏎ go  Esc close
tui-search-keys = ↑ ↓ move  / search  Esc close
tui-search-typing = ⏎ done  Esc clear
tui-search-found = Esc: everything again
tui-search-nothing = Nothing found.
tui-notice-no-search = There is nothing to search here.
tui-section-seeking = While you type what you look for
tui-section-sought = With a search active
tui-help-seek = search in the focused panel
tui-help-found-next = next match
tui-help-found-previous = previous match
tui-help-drop-search = drop the search
tui-help-keep-search = keep the search
tui-key-found-next = next match
tui-key-found-previous = previous
tui-key-drop-search = drop
tui-key-keep-search = done
tui-glossary-title = The words of the trade
tui-too-small = This window is too small: lab needs at least { $columns }x{ $rows }.

## Notices

tui-notice-answer-first = Before anything runs, answer the question.
tui-notice-nothing-to-explain = There is no line yet to explain: begin a dialogue.
tui-notice-no-directive = There is no Postfix directive here to explain.
tui-notice-copied = Handed to the terminal’s clipboard. If it is not there when you paste, your terminal does not take OSC 52: select the text with Shift and the mouse.
tui-notice-bad-escape = “\{ $escape }” stands for no byte: write \r \n \t \0 \xHH, or \\ for a backslash.
tui-notice-hung-up = The connection is closed. Press { $call } to call again.
tui-notice-reached = Goals reached. The explanation is in the lesson ({ $focus }); { $next } takes you to the next step.
tui-notice-resumed = You go on where you left off. The step begins anew: what you changed in it has to be done again.
tui-notice-hint-reached = You have reached the goals: no hint is needed.
tui-notice-reached-by-solution = The solution has reached the goals. The explanation is in the lesson ({ $focus }).
tui-notice-reached-last = Goals reached, and with them the whole lesson. The explanation is in the lesson ({ $focus }).
tui-notice-step-done = Step complete: { $next } takes you to the next one.
tui-notice-last-step = This is the last step.
tui-notice-last-step-next = This is the last step. Next in the course: “{ $title }” (lab run { $lesson }); { $quit } leaves this lesson.
tui-notice-nothing-to-undo = There is no change to undo.
tui-notice-nothing-to-redo = There is no undone change to redo.
tui-notice-nothing-ran = You have not run any dialogue yet.
tui-notice-no-more-hints = There are no more hints in this step.
tui-notice-not-yours = That server is not yours: its configuration can only be read.
tui-notice-no-hints = This step has no hints.
tui-notice-hint-after-attempt = Try something before the next hint.
tui-notice-one-conversation = There are no other conversations to see in this step.
tui-notice-edited = { $parameter } = { $value } ({ $place }). Postfix has reloaded.
tui-notice-removed = { $parameter } is no longer in { $place }. Postfix has reloaded.
file-missing = not there yet
tui-notice-written = { $file } is saved.
tui-notice-file-removed = { $file } is gone.
tui-notice-not-imitated = It is a Postfix directive, but it has no effect in the lab.
tui-notice-paused = Paused: press the space bar to go on.
tui-notice-speed = Speed: { $speed }.
tui-notice-repeating = The same mail, over and over: { $sent } of { $times } so far. Esc stops it; every other key works meanwhile.
tui-notice-demonstration-over = End of the demonstration.
tui-notice-not-saved = Your progress could not be saved: { $reason }

## The footer

tui-key-answer = answer
tui-key-forward = next
tui-key-open-only = dialogue
tui-key-open = dialogue { $run }
tui-key-back = back
tui-key-to-end = to the end
tui-key-rerun = repeat
tui-key-run-next = other dialogue
tui-key-conversation = other conversation
tui-key-next-step = next step
tui-key-configure = edit
tui-key-undo = undo
tui-key-redo = redo
tui-key-real-thing = for real
tui-key-only-changes = only changes
tui-key-hint = hint
tui-key-focus = pane
tui-key-zoom = zoom
tui-key-explain = explain
tui-key-copy = copy
tui-key-compare = compare
tui-key-by-hand = type SMTP
tui-key-send = send
tui-key-complete = complete
tui-key-base64 = base64
tui-key-raw = raw
tui-key-hang-up = hang up
tui-key-stop-typing = stop typing
tui-key-blank = blank
tui-key-pause = pause
tui-key-play = play
tui-key-to-present = to the present
tui-key-edit = edit
tui-key-write = write
tui-key-add-line = new line
tui-key-remove-line = delete line
tui-key-add = add
tui-key-remove = remove
tui-key-next-section = next section
tui-key-close = close
tui-key-help = help
tui-key-quit = quit

## The help

tui-help-title = Keys
tui-section-question = With a question open
tui-section-lesson = In the lesson
tui-section-everywhere = Everywhere
tui-section-reading = Where there is text to read
tui-section-typing = Typing SMTP by hand
tui-section-editor = Editing the configuration
tui-section-presentation = Presenting
tui-help-answer = answer with the marked option (or with its number)
tui-help-forward = one line further; with no dialogue open, begin the next one
tui-help-back = go back in what happened
tui-help-to-end = to the end of the dialogue; from the past, back to the present
tui-help-to-start = to the first moment of the step
tui-help-rerun = repeat the last dialogue
tui-help-run-next = choose the next dialogue
tui-help-run-previous = choose the previous dialogue
tui-help-conversation = see another conversation: a delivery between servers, an earlier dialogue
tui-help-next-step = next step
tui-help-previous-step = previous step
tui-help-steps = list of steps
tui-help-configure = edit main.cf and master.cf
tui-help-undo = undo the last change
tui-help-redo = redo the last undone change
tui-help-real-thing = for real: your changes as they are made on a real server
tui-help-only-changes = see only what changed since the step began, or everything
tui-help-hint = hint
tui-help-solution = show the solution
tui-help-reset = begin the step again
tui-help-toggle = change { $parameter }
tui-help-focus = go to another part of the screen
tui-help-panel-1 = why Postfix decides as it does
tui-help-panel-2 = what a listener on the wire sees
tui-help-panel-3 = the log (mail.log)
tui-help-panel-4 = the server's certificate
tui-help-panel-5 = queues and mailboxes
tui-help-panel-6 = the configuration in force
tui-help-panel-7 = differences between this run and the one before
tui-help-zoom = give the active part the whole screen
tui-help-explain = explain the chosen line (or the last), with its RFC or parameter
tui-help-copy = copy the line, the dialogue, or the swaks, openssl or curl command that says the same
tui-help-by-hand = be the client: call any server and type SMTP by hand
tui-help-send = send the line
tui-help-complete = complete the command or the address; again: the next one
tui-help-history = the lines typed before
tui-help-base64 = put the last word (or the answer to AUTH) into base64; \0 is NUL
tui-help-raw = send exactly what is typed, without an end of line: \r \n \0 \xHH
tui-help-hang-up = hang up without a goodbye
tui-help-stop-typing = stop typing (the connection stays open; i goes on)
tui-help-glossary = the words of the trade
tui-help-search = search in what is open
tui-help-language = English / español
tui-help-present = presentation mode
tui-help-advance = what comes next: answer, a line, a dialogue, a step
tui-help-retreat = what came before: a line, a step
tui-help-blank = black screen
tui-help-pause = play by itself, wait, go on
tui-help-slower = play at half the speed (from 8x to ¼x)
tui-help-faster = play at twice the speed
tui-help-edit = edit the directive
tui-help-add = add a directive
tui-help-remove = remove the directive
tui-help-next-section = the next file, service or server
tui-help-explain-directive = what the parameter is for, and its default
tui-help-previous-section = the previous file, service or server
tui-help-editor-search = search for a parameter
tui-help-close = close
tui-help-up = one line up
tui-help-down = one line down
tui-help-half-up = half a page up
tui-help-half-down = half a page down
tui-help-top = to the beginning
tui-help-bottom = to the end
tui-help-help = this help
tui-help-redraw = redraw the screen
tui-help-suspend = suspend lab (come back with fg)
tui-help-quit = leave; your progress is saved

## From outside
tui-outside-title = From outside the lab
tui-outside-try = In another terminal of this machine, try for example:
tui-outside-as = A caller from outside counts as: { $client }
tui-outside-itself = itself, 127.0.0.1
tui-help-next-outsider = count callers from outside as another client
tui-help-outside = how to call from outside with swaks or openssl
tui-key-outside = from outside
tui-notice-nobody-listens = Nobody listens outside: start the lesson with --listen.

## The queue
tui-section-queue = In the queue (mailq)
tui-help-queue = see a server's queue (mailq) and act on it
tui-help-flush = try every delivery now (postqueue -f)
tui-help-wait = let 10 minutes pass
tui-help-wait-long = let a day pass
tui-help-delete-queued = delete the chosen message (postsuper -d)
tui-help-delete-all = empty the queue (postsuper -d ALL)
tui-help-next-host = the next server's queue
tui-key-queue = queue
tui-key-flush = try again
tui-key-wait = 10 min
tui-key-wait-long = a day
tui-key-delete = delete
tui-key-delete-all = delete all
tui-key-next-host = other server

## The menu

tui-menu-title = Lessons
tui-menu-course = The course
tui-menu-done =
    { $steps ->
        [one] { $solved } of 1 step done
       *[other] { $solved } of { $steps } steps done
    }
tui-menu-minutes = { $minutes } min
tui-menu-typing = ⏎ enter  Esc clear
tui-menu-new = not started
tui-menu-open = in progress: you go on where you left off
tui-menu-finished = finished
tui-menu-begun = in progress
tui-menu-next = go on here
tui-menu-before = Best done first:
tui-menu-afresh = Start over?
tui-menu-afresh-text = What you have done in this lesson is moved to another file, not deleted.
tui-help-menu-open = open the marked lesson where you left it
tui-help-menu-search = search the lessons and their steps
tui-help-afresh = start the lesson over
tui-help-menu-present = open the lesson to present it
tui-key-menu-open = enter
tui-key-search = search
tui-key-afresh = start over
tui-key-present = present
tui-key-language = español

## The attacker
tui-help-attack = the attacker on the wire: strips STARTTLS, refuses it, slips in a command, false certificate, nothing
tui-key-stop = stop
tui-key-attack = attacker
tui-attacker = ATTACKER
tui-notice-no-wire = There is no wire to attack yet: begin a dialogue.

## The block list, DNS, the journey
tui-help-delist = ask the block list to take our server off
tui-key-delist = ask for removal
tui-notice-no-blocklist = No block list in this lesson takes anybody off on request.
tui-help-dig = ask DNS, as with dig
tui-dig-title = DNS
tui-dig-keys = ⏎ ask  ↑ ↓ earlier ones  PgUp PgDn move  Esc close
tui-dig-examples = For instance: a domain and MX; a name and A or AAAA; -x and an address; a domain and TXT.
tui-help-journey = the message's journey: every hop, with its dialogue and its log
tui-journey-title = The message's journey
tui-journey-keys = ↑ ↓ choose  ⏎ open its dialogue  Esc close
tui-journey-none = The connection you are looking at has left no message.
tui-journey-not-taken = did not take it

## The messages in the mailboxes

tui-section-mailboxes = In the panel of queues and mailboxes
tui-help-read = read the message that came last into a mailbox
tui-key-read = read the mail
tui-mailbox-title = Mailbox { $mailbox } · message { $place } of { $of }
tui-mailbox-keys = ← → another message  ↑ ↓ move  / search  Esc close
