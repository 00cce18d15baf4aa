### plain: the linear front end

plain-step = Step { $number } of { $total }. { $title }
plain-predict = Before you try it, predict:
plain-runs = Dialogues of this step:
plain-played = tried
plain-played-before = tried before your last change
plain-answer-right = Answer { $number }, “{ $answer }”: right.
plain-answer-wrong = Answer { $number }, “{ $answer }”: that was not it.
plain-answer-noted = Noted. Let's find out.
plain-goals = Goals:
plain-observed = Observed: { $observed }
plain-required = What is missing: { $required }
plain-explanation = What happened:
plain-standard = What the standard says today:
plain-hint = Hint:
plain-hint-tried = Hint on what you tried:
plain-goal-failed = Step { $step }, goal not reached: { $goal } Observed: { $observed }. What is missing: { $required }

plain-relay-open = WARNING: { $host } is an OPEN RELAY
plain-relay-closed = { $host } is not an open relay
plain-stored = Mail for { $recipient } in mailbox { $mailbox } of { $host }
plain-overheard = Whoever listens to the wire reads: { $decoded }
plain-wire = What somebody who listens to the wire sees:
plain-record = TLS record ({ $what }), { $length ->
        [one] 1 byte
       *[other] { $length } bytes
    }
plain-server-name = The server's name goes in the clear: { $name }
plain-closed-client = The client closes the connection
plain-closed-server = The server closes the connection
plain-connection-refused = Connection refused: nobody listens there
plain-connection-timed-out = Nobody answers: the call waits until it gives up
plain-stalled = Silence: each end waits for the other to speak
plain-unattended = Silence: no process answers
plain-tls-failed-client = The client gives up on the TLS handshake: { $reason }
plain-tls-failed-server = The server gives up on the TLS handshake: { $reason }

plain-welcome = Enter goes on, “help” says what else you can type, “q” leaves. Everything is kept.
plain-prompt-answer = Your answer (number):
plain-prompt-line = Enter: next line >
plain-prompt-run = Enter: next dialogue >
plain-prompt-run-or-next = Enter: next dialogue; n: next step >
plain-prompt-run-or-end = Enter: next dialogue; q: finish >
plain-prompt-goals = Some goals are left (Enter: see them) >
plain-prompt-next = Enter: next step >
plain-prompt-end = Enter: finish >
plain-step-done = Step done.
plain-resumed = You go on where you left off. The step begins anew: what you changed in it has to be done again.
plain-lesson-done = Last step done.
plain-goals-left = Change the configuration, run a dialogue again (“r”) or ask for a hint (“hint”).
plain-nothing-to-copy = There is nothing of that kind to copy yet.
plain-unknown-command = I don't understand that. Type “help”.
plain-nothing-to-undo = There is no change to undo in this step.
plain-nothing-to-redo = There is no undone change to redo.
plain-nothing-to-rerun = There is no dialogue to run again yet: open one by its number.
plain-nothing-waits = Nothing was waiting in any queue: time passes, and that is all.
plain-nothing-to-finish = No dialogue is open: open one with its number, or repeat the last with “r”.
plain-wire-silent = Nothing: nobody has spoken in this step yet.
plain-unknown-parameter = Postfix has no parameter “{ $name }”: I write it, but it changes nothing.
plain-unknown-near = Postfix has no parameter “{ $name }”: I write it, but it changes nothing. Did you mean “{ $near }”?
plain-not-imitated = The lab does not imitate “{ $name }”: I write it, but here it changes nothing.
plain-no-more-hints = There are no more hints in this step.
plain-no-hints = This step has no hints.
plain-no-blocklist = No block list in this lesson takes anybody off on request.
plain-journey = The message's journey:
plain-journey-none = The last connection has left no message.
plain-journey-not-taken = did not take it
plain-mailbox = In the mailbox { $mailbox }:
plain-mailbox-empty = No message has come there in this step.
plain-mailboxes = Mailboxes with mail: { $mailboxes }
plain-no-wire = There is no wire to attack yet: begin a dialogue.
plain-no-hint-yet = No further hint yet: try something first.
plain-answer-first = First answer the question: a number and Enter.
plain-no-such-step = The lesson has no such step.
plain-no-such-answer = Answer with the number of one of the options.
plain-no-such-run = This step has no dialogue of that number.
plain-interrupted = Interrupted. What was done is kept.
plain-not-saved = Progress could not be saved: { $reason }. What was saved before is still there; once there is room and leave to write, I save again at the next step.

plain-help-title = You can type:
plain-help =
    Enter             what comes next: a line, a dialogue or a step
    1, 2, 3…          answer, or open that dialogue
    f, end            take the dialogue to its end
    r, rerun          run the last dialogue again, whole
    set PARAMETER = VALUE            edit main.cf
    set SERVICE/PARAMETER = VALUE    edit an -o of master.cf
    set SERVER:PARAMETER = VALUE     edit another server
    unset PARAMETER   take a parameter out
    c, config         see the configuration
    file              see which files there are; file NAME shows one
    file NAME + LINE  add a line at the end (\n between several)
    file NAME 3 LINE  change line 3; 3+ LINE puts one behind it; - 3 takes it out
    u, undo           take the last change back; U, redo makes it again
    R, forreal        your changes as they are made on a real server
    x, reset          begin the step again
    h, hint           a hint (after trying something)
    solution          see the solution
    o, goals          see the goals
    t, text           read the step again
    w, wire           see what somebody who listens to the wire sees
    Q, mailq          see the queue (postqueue -p); mailq SERVER, another's
    wait 10m          let time pass: 300, 10m, 2h, 5d
    postqueue -f      try every delivery of the queue now
    postsuper -d ID   delete a message of the queue (ALL: every one)
    i, client         be the client: type SMTP by hand
    base64 TEXT       put a text into base64 (\0 is NUL)
    d, compare        the last dialogue against the one before
    v, conversation   read another conversation of the step, as the delivery
    why               why the server answers as it does
    e, explain        what the last answer means
    explain TEXT      the same for a command, a code or a word
    find TEXT         every line shown in this step that holds it
    g, glossary       the words of the trade
    A, attacker       the attacker on the wire does the next thing; or attacker
                      strip, refuse, inject, certificate, off
    B, delist         ask the block list to take our server off
    D, dig NAME TYPE  ask DNS (A, AAAA, MX, TXT, PTR, CNAME, NS)
    y, copy           the last dialogue as commands of swaks, openssl and curl;
                      or copy dialogue, swaks, openssl, curl
    J, journey        the last message's journey, hop by hop
    mailbox WHO       read the messages of a mailbox; mailbox, the last that came
    n, p, step N      next step, previous one, or that one
    español           change the language
    q, quit           leave; everything is kept
plain-file-how = To edit it: file { $file } + LINE, or else 3 LINE, 3+ LINE, - 3.
plain-no-such-file = There is no file “{ $file }”: “file” says which there are; a new one is named by its whole path.
plain-no-such-line = { $file } has no such line.
plain-by-hand = What you type goes to the server. With “!” in front it is for the program: !end hangs up, !raw TEXT sends exactly that (\r \n \0 \xHH), !base64 TEXT.
plain-prompt-by-hand = SMTP>
plain-call-how = Type “client WHO SERVER:PORT”, with “tls” behind if TLS begins with the first byte. You can be:
plain-call-servers = And call:
plain-bad-escape = “\{ $escape }” stands for no byte: write \r \n \t \0 \xHH, or \\ for a backslash.
plain-nothing-to-explain = Nothing was said yet that could be explained: begin a dialogue.
plain-not-found = Nothing shown in this step holds "{ $sought }".
plain-not-explained = “{ $sought }” is unknown here. Try a command (RCPT), a code (454, 4.7.1) or an extension (PIPELINING).
plain-help-toggle = { $key } changes { $parameter }: { $values }

## From outside
plain-outside-as = A caller from outside now counts as { $client }.
plain-outside-itself = itself (127.0.0.1)
plain-outside-try = From outside, in another terminal of this machine:
plain-help-outside = “outside CLIENT” counts callers from outside as that client; “outside” alone, as what they are.

## What a lesson calls a key
plain-command = command `{ $word }`
plain-word-attack = attacker
plain-word-by-hand = client
plain-word-compare = compare
plain-word-configure = config
plain-word-conversation = conversation
plain-word-delete-all = postsuper -d ALL
plain-word-delist = delist
plain-word-dig = dig
plain-word-journey = journey
plain-word-queue = mailq
plain-word-undo = undo
plain-word-wait = wait
