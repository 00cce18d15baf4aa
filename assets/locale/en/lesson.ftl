### lesson: what the lesson checker says. Each fault has two messages: what is
### wrong (check-…) and how to mend it (check-…-fix).

check-error = fault
check-warning = warning
check-help = fix
check-here = here
check-summary = { $count ->
    [one] { $file }: 1 fault
   *[other] { $file }: { $count } faults
}
check-fine = { $file }: no faults
check-warnings = { $file }: { $count ->
    [one] 1 warning
   *[other] { $count } warnings
} (the lesson can be run: it may be meant)
check-not-shown = { $file }: { $count ->
    [one] 1 more is not shown
   *[other] { $count } more are not shown
}

check-not-utf8 = this is not UTF-8: { $bytes }
check-not-utf8-fix = save the file as UTF-8 in your editor
check-too-large = the file is larger than { $kibibytes } KiB
check-too-large-fix = a lesson is a short text: look whether this is the right file

check-syntax = this is not valid TOML: { $problem }
check-syntax-fix = mend the syntax; the rest is checked once the whole file can be read
check-unknown-key = there is no key “{ $key }” here
check-unknown-key-fix = what may stand here: { $known }
check-unknown-key-near = there is no key “{ $key }” here
check-unknown-key-near-fix = did you mean “{ $near }”?
check-missing-key = the key “{ $key }” is missing
check-missing-key-fix = add “{ $key }” to this table
check-missing-language = the text is missing in { $key ->
    [es] Spanish
   *[en] English
}
check-missing-language-fix = write “{ $key }”: every lesson speaks both languages
check-wrong-type = this must be { $expected ->
    [array] a list
    [boolean] true or false
    [integer] a whole number
    [object] a table
   *[string] a text in quotes
}, and it is { $found ->
    [array] a list
    [boolean] true or false
    [datetime] a date
    [float] a number with decimals
    [integer] a whole number
    [object] a table
   *[string] a text
}
check-wrong-type-fix = make the value { $expected ->
    [array] a list: [ … ]
    [boolean] true or false, without quotes
    [integer] a number, without quotes
    [object] a table with its keys
   *[string] a text: "…"
}
check-number-range = the number does not fit here
check-number-range-fix = write a whole number from { $least } to { $most }
check-not-an-address = “{ $value }” is no IP address
check-not-an-address-fix = write an IPv4 or IPv6 address, such as "192.0.2.10" or "2001:db8::10"
check-not-a-key = “{ $value }” is no key
check-not-a-key-fix = write a single letter, such as "m"
check-control-character = there is an invisible or control character in the text: { $code }
check-control-character-fix = take it out: nobody would see it, and a terminal might obey it
check-unknown-choice = “{ $value }” is none of the choices
check-unknown-choice-fix = choose one of these: { $known }
check-format = this program does not know format { $format }
check-format-fix = this program reads format { $known }: write format = { $known }
check-identifier = “{ $value }” will not do as an id
check-identifier-fix = use only lower-case letters without accents, digits and hyphens: "open-relay"
check-minutes = a lesson takes at least a minute
check-minutes-fix = reckon how long a student needs and write it in minutes
check-none-of = there must be at least one “{ $key }”
check-none-of-fix = add one; “lab lesson new” writes an example of everything
check-reserved-key = “{ $value }” is a key of the screen already: it would never reach the lesson
check-reserved-key-fix = choose one that is none of these: { $reserved }
check-unknown-key-name = “{ $value }” is no key
check-unknown-key-name-fix = write a letter, or F1 to F24, Enter, Esc, Tab, BackTab, Space, Backspace, Delete, Insert, Up, Down, Left, Right, Home, End, PageUp, PageDown, with Ctrl-, Alt- or Shift- before it where needed
check-key-clash = “{ $value }” is already the key of { $other }
check-key-clash-fix = choose another, or change that of { $other } as well
check-named-key = no key is called “{ $name }”
check-named-key-fix = those that a text can name are: { $known }
check-named-key-near = no key is called “{ $name }”
check-named-key-near-fix = did you mean {"{"}key:{ $near }{"}"}?
check-no-way-out = without any key to leave by you would have to stay
check-no-way-out-fix = leave at least one
check-key-of-toggle = “{ $value }” changes a parameter in some lessons ({ $lessons }), and there it no longer would
check-key-of-toggle-fix = choose another if you take those lessons
check-duplicate = “{ $value }” is there twice
check-duplicate-fix = give it another name or value: here each must be different
check-relative-path = the path “{ $path }” is not absolute
check-relative-path-fix = begin the path with “/”, as on the server's disk: "/etc/postfix/access"
check-unknown-file = { $host } has no file “{ $path }”, and its configuration names none
check-unknown-file-fix = use one of these: { $known }; a new table must be named by main.cf first
check-empty = “{ $key }” is empty
check-empty-fix = write something or take the line out
check-real-address = { $value } could be somebody's real address
check-real-address-fix = use the documentation ranges: 192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24 or 2001:db8::/32 (RFC 5737, RFC 3849); a client may also be at 127.0.0.1 or ::1
check-real-domain = “{ $value }” could be a real domain
check-real-domain-fix = use a name that ends in .example or .test (RFC 2606)
check-too-few = at least { $count } are needed here
check-too-few-fix = add what is missing: with one there is nothing to choose
check-unknown-name = there is no “{ $name }” in this lesson
check-unknown-name-fix = there are: { $known }
check-unknown-name-none = there is no “{ $name }” in this lesson
check-unknown-name-none-fix = none is declared: add it
check-unknown-name-near = there is no “{ $name }” in this lesson
check-unknown-name-near-fix = did you mean “{ $near }”?
check-correct-options = { $count ->
    [0] no option is the right one
   *[other] { $count } options are right
}
check-correct-options-fix = put correct = true on one option, and only one
check-no-port = “{ $value }” does not say which port to connect to
check-no-port-fix = write server and port: "mail.aula.example:25"
check-verify-without-tls = without TLS there is no certificate to look at
check-verify-without-tls-fix = put tls = "starttls" or tls = "implicit", or take this line out
check-goal-kinds = the goal has { $count ->
    [0] to look at something and looks at nothing
   *[other] { $count } ways to look, and can have only one
}
check-goal-kinds-fix = give exactly one of these: probe, ran, mailbox, delivery or queue
check-expect-of-mailbox = no reply is expected of a mailbox, a delivery or a queue
check-expect-of-mailbox-fix = take “expect” out: what must hold stands in “mailbox”, “delivery” or “queue”
check-expect-nothing = this goal expects nothing, so it would always hold
check-expect-nothing-fix = say in “expect” what must be seen: code, enhanced, text, offers, withholds, certificate, protected or stalled
check-reply-code = { $value } is no SMTP reply code
check-reply-code-fix = codes go from 200 to 599 (RFC 5321, 4.2.1)
check-enhanced-code = “{ $value }” cannot be the enhanced code of this reply
check-enhanced-code-fix = it is three numbers, and the first is the code's first digit: 454 goes with "4.7.1" (RFC 3463)
check-stage-unreachable = the dialogue does not get to that moment
check-stage-unreachable-fix = a probe stops before DATA; AUTH needs “auth”, STARTTLS needs “tls”, MAIL and RCPT need “mail”
check-too-many = this must be a number between 1 and { $count }
check-too-many-fix = choose one that fits: more would only take time
check-action-kinds = each part of the solution does one thing
check-action-kinds-fix = give only one: set, write, run, wait, flush, list_queue, delete_queued, attack, delist or dig
check-hints-uneven = there { $es ->
        [one] is 1 hint
       *[other] are { $es } hints
    } in Spanish and { $en } in English
check-hints-uneven-fix = write the same hints in both languages
check-hint-tells = the hint gives the solution's value away: { $value }
check-hint-tells-fix = say where to look, which idea is needed or which parameter it is, but not the value
check-hint-when-nothing = this hint does not say when it is given
check-hint-when-nothing-fix = write at least one of these: edited, wrote, ran (with expect) or unmet
check-expect-without-ran = “expect” has no dialogue to look at
check-expect-without-ran-fix = say in “ran” which dialogue it is, or take “expect” out
check-placeholder = there is nothing here to put in the place of {"{"}{ $name }{"}"}
check-placeholder-fix = {"{"}value{"}"} needs “edited”, and {"{"}observed{"}"} “ran” or “unmet”; there are no others
check-hint-when-silent = after doing what “tried” says { $count ->
    [0] this hint is not given ({ $observed })
   *[other] not this hint is given but no. { $count } of the step ({ $observed })
}
check-hint-when-silent-fix = mend the condition or “tried”; of those that fit the first is given
check-hint-when-solved = what “tried” says reaches every goal
check-hint-when-solved-fix = put a try that falls short: the hint is for whoever went wrong
check-configuration = Postfix will complain: { $problem }
check-configuration-fix = mend the line as postconf(5) wants it, unless the lesson is about that
check-unknown-service = “{ $name }” is no active service in the master.cf of { $host }
check-unknown-service-fix = there are: { $known }
check-unknown-parameter = Postfix has no parameter “{ $name }”
check-unknown-parameter-fix = look the name up in postconf(5)
check-unknown-parameter-near = Postfix has no parameter “{ $name }”
check-unknown-parameter-near-fix = did you mean “{ $near }”?
check-not-imitated = the lab does not imitate “{ $name }”, so changing it would do nothing
check-not-imitated-fix = use another parameter
check-zone = this line of the zone cannot be read: { $problem }
check-zone-fix = write NAME IN TYPE DATA, as in a master file (RFC 1035, 5)
check-world = this world does not start: { $problem }
check-world-fix = mend what the message says
check-goal-at-start = this goal holds already when the step begins ({ $observed })
check-goal-at-start-fix = change “setup” or the goal: a goal begins by not holding
check-goal-not-reached = after the solution this goal does not hold ({ $observed })
check-goal-not-reached-fix = mend the solution or what the goal expects
check-action-failed = this part of the solution cannot be done: { $problem }
check-action-failed-fix = mend the setting or the dialogue

nothing-observed = nothing was seen
