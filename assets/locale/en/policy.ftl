### policy: the words of the why panel, of certificates and of orders that fail

## What a restriction found

fact-client-in-networks = { $client } is in { $network }
fact-client-outside-networks = { $client } is not in mynetworks ({ $networks })
fact-authenticated = the session authenticated as { $user }
fact-not-authenticated = the session has not authenticated
fact-our-destination = { $domain } is ours: { $parameter } says so
fact-foreign-destination = { $domain } is not a domain of ours
fact-form-acceptable = { $subject } is well formed
fact-form-faulty = { $subject } is not well formed
fact-table-matched = { $table } answers to { $key }: { $value }
fact-table-silent = { $table } says nothing about { $subject }
fact-dns-found = DNS has { $name }: { $answer }
fact-dns-missing = DNS has no { $name }
fact-dns-named = { $name } is called { $answer }
fact-dns-nameless = DNS has no valid name for { $name }
fact-dns-failed = DNS does not answer about { $name }
fact-unlisted = { $address } does not exist on this server
fact-listed = { $address } exists: { $parameter } says so
fact-no-list = { $parameter } is empty: any name will do
fact-reserved = { $address } always exists: Postfix itself uses it
fact-no-address = there is no address here to judge
fact-sender-owned = { $sender } belongs to { $owner }
fact-sender-unowned = { $sender } belongs to nobody
fact-unconditional = depends on nothing
fact-misconfigured = misconfigured: { $problem }

## What followed from it

outcome-continue = go on
outcome-permit = permit
outcome-defer = refuse for now
outcome-reject = refuse
outcome-warn = only note it

## What a whole list concluded

list-continue = nobody objects
list-permit = permitted: the rest of this list is not looked at
list-defer = refused for now (4xx)
list-reject = refused for good (5xx)
list-warn = would have refused, but only notes it

## The end of it all

verdict-accepted = accepted
verdict-refused = refused: { $reply }

## The rules that decide where no restriction list does

rule-hello-first = HELO or EHLO comes first: this server insists on it
rule-mail-first = RCPT adds a recipient to a mail, and none was begun: MAIL comes first
rule-mail-twice = a mail has been begun already: finish it, or drop it with RSET
rule-recipient-first = the message comes after MAIL and RCPT, and there was neither
rule-no-valid-recipients = no recipient was accepted: the message would go nowhere
rule-in-transaction = a mail has been begun: this command goes before MAIL or after the message
rule-after-chunks = the message began with BDAT, and with BDAT it goes on, up to LAST
rule-chunk-after-error = an earlier chunk was refused: those that follow are thrown away
rule-empty-chunk = a chunk without bytes has a meaning only as the last one (LAST)
rule-out-of-turn = the client sent the next thing without waiting for the answer
rule-turned-away = the client was turned away when it connected: all it can do is leave (QUIT)
rule-silent = the client has said nothing for { $value }
rule-syntax = the command is not written like that: the reply says how it is
rule-parameter-syntax = { $found } is not well written
rule-unknown-parameter = this server does not know the option { $found }
rule-empty-command = there is no command on the line
rule-unknown-command = this server does not know the command { $found }
rule-header-as-command = { $found } belongs inside a message, and is no command: the client talks without listening
rule-forbidden-command = no mail client says { $found }: Postfix hangs up on whoever does
rule-not-utf8 = the line has bytes that are not UTF-8
rule-bare-newline = a line ended in LF without CR: that is how a second message is smuggled in
rule-address-syntax = { $found } is no address that mail could go to
rule-strict-address = { $found } is not written as the RFC wants it: between < and >, and nothing else
rule-unicode-address = the address has letters that are not ASCII, and SMTPUTF8 was not asked for
rule-unicode-domain = the domain has letters that are not ASCII, and SMTPUTF8 was not asked for
rule-keyword-discarded = this server leaves { $found } out on purpose
rule-vrfy-off = VRFY is switched off: it would tell strangers who exists
rule-smtputf8-off = SMTPUTF8 is switched off
rule-etrn-not-served = nobody fetches the mail of { $found } with ETRN here
rule-xclient-not-trusted = only the clients listed here may speak for others
rule-xforward-not-trusted = only the clients listed here may say where mail came from
rule-tls-first = nothing that matters goes in the clear here: STARTTLS comes first
rule-tls-off = TLS is not switched on in this service
rule-tls-already = TLS is on already: it is not begun twice
rule-no-certificate = there is no good certificate with its key: { $found }
rule-client-certificate = the client has to show a certificate of its own, and has none
rule-auth-off = AUTH is not switched on in this service
rule-auth-needs-tls = AUTH goes inside TLS only: in the clear anybody could read the password
rule-auth-excepted = AUTH is hidden from the clients of these networks
rule-auth-filtered = the filter leaves no mechanism to announce
rule-auth-already = the client has logged in already on this connection
rule-mechanism-unknown = { $found } is not among the mechanisms on offer
rule-not-base64 = the answer goes in base64, and this is not base64
rule-auth-malformed = it is base64, but does not say what the mechanism asks for
rule-auth-too-long =
    { $value ->
        [one] the answer has more than 1 byte
       *[other] the answer has more than { $value } bytes
    }
rule-auth-aborted = the client gave up: it answered “*”
rule-wrong-credentials = Dovecot does not know { $found } with that password
rule-too-big =
    { $value ->
        [one] the message has more than 1 byte
       *[other] the message has more than { $value } bytes
    }
rule-size-overflow = no machine counts up to { $found } bytes
rule-too-many-hops =
    { $found ->
        [one] the message has come through 1 server: it is going round in circles
       *[other] the message has come through { $found } servers: it is going round in circles
    }
rule-too-many-recipients =
    { $found ->
        [one] 1 recipient has been accepted, and one mail takes no more
       *[other] { $found } recipients have been accepted, and one mail takes no more
    }
rule-too-many-errors =
    { $found ->
        [one] 1 mistake in one session: with { $value } it is over
       *[other] { $found } mistakes in one session: with { $value } it is over
    }
rule-too-many-connections =
    { $found ->
        [one] the client has 1 connection, and the limit is { $value }
       *[other] the client has { $found } connections at once, and the limit is { $value }
    }
rule-connections-too-often =
    { $found ->
        [one] the client has connected once in { $unit }, and the limit is { $value }
       *[other] the client has connected { $found } times in { $unit }, and the limit is { $value }
    }
rule-auth-too-often =
    { $found ->
        [one] the client has said AUTH once in { $unit }, and the limit is { $value }
       *[other] the client has said AUTH { $found } times in { $unit }, and the limit is { $value }
    }
rule-mail-too-often =
    { $found ->
        [one] the client has begun 1 message in { $unit }, and the limit is { $value }
       *[other] the client has begun { $found } messages in { $unit }, and the limit is { $value }
    }
rule-recipients-too-often =
    { $found ->
        [one] the client has named 1 recipient in { $unit }, and the limit is { $value }
       *[other] the client has named { $found } recipients in { $unit }, and the limit is { $value }
    }
rule-tls-too-often =
    { $found ->
        [one] the client has begun TLS once in { $unit }, and the limit is { $value }
       *[other] the client has begun TLS { $found } times in { $unit }, and the limit is { $value }
    }
rule-disk-full =
    { $found ->
        [one] the disk of the queue has 1 byte left, which is too little
       *[other] the disk of the queue has { $found } bytes left, which is too little
    }
rule-header-rejected = a table rejects this header: { $found }
rule-body-rejected = a table rejects this line: { $found }
rule-endless-alias = the aliases of a recipient go round in circles, or lead to too many
rule-table-unavailable = a table that has to be asked cannot be read: the log says why
rule-soft-bounce = nothing is refused for good as long as this is on: 5xx becomes 4xx

## Where a parameter was set, and where a rule stands written

origin-default = the default
origin-main = main.cf, line { $line }
origin-master = -o in master.cf, line { $line }
source-postfix = no parameter: Postfix is made so
source-protocol = no parameter: the protocol says so ({ $source })

## What a client makes of a certificate

certificate-good = signed by a trusted authority, within its dates, and in the name of { $name }
certificate-not-yet-valid = its validity has not begun yet
certificate-expired = it has expired
certificate-self-signed = it is self-signed: nobody trusted vouches for it
certificate-self-signed-in-chain = its chain ends in an authority that the client does not trust
certificate-issuer-unknown = a link is missing: no trusted authority is reached (the intermediate certificate?)
certificate-name-mismatch = it is in another name: the client looks for { $name }
certificate-other = the client does not accept it
certificate-hangs-up = the client insists on a good certificate and hangs up
certificate-keeps-mail = the client demands a good certificate: it does not hand the mail over
certificate-goes-on = the client takes note and goes on

## Why an order was not carried out

problem-no-dialogue = No dialogue is open.
problem-refused = Postfix does not start with that: { $words }
problem-not-ours = { $host } is not yours: you can read its configuration, and only whoever runs it changes it.
problem-unknown = There is no { $what } in this lab.

## What was done to the world

deed-wait = time passes: { $count } { $unit ->
    [days] { $count ->
        [one] day
       *[other] days
    }
    [hours] { $count ->
        [one] hour
       *[other] hours
    }
    [minutes] { $count ->
        [one] minute
       *[other] minutes
    }
   *[seconds] { $count ->
        [one] second
       *[other] seconds
    }
}

## The attacker in the middle of a wire

attack-none = Nobody touches the wire { $from } → { $to } any more.
attack-strip = An attacker on the wire { $from } → { $to } takes 250-STARTTLS out of what the server offers.
attack-refuse = An attacker on the wire { $from } → { $to } answers STARTTLS with an error, in the server's place.
attack-inject = An attacker on the wire { $from } → { $to } slips in a command in the clear behind STARTTLS.
attack-certificate = An attacker on the wire { $from } → { $to } shows a false certificate and speaks TLS with both.
attack-name-strip = strips STARTTLS
attack-name-refuse = refuses STARTTLS
attack-name-inject = slips in a command
attack-name-certificate = false certificate
tampering-removed = The attacker removes this; the client doesn't see it: { $line }
tampering-answered = The attacker answers { $command }; the server never hears of it: { $reply }
tampering-injected = The attacker adds this; the client never said it: { $line }
tampering-impersonated = The attacker poses as the server: certificate { $subject }, signed by { $issuer }
tampering-read = inside TLS, and the attacker reads it: { $line }
deed-delist = { $list } is asked to take { $host } off the list.

## News of the world

news-listed = { $list } puts { $address } on its block list: it sent mail to { $trap }, an address that nobody was ever given.
news-not-listed = { $host } is not on { $list }: there is nothing to take off.
news-delisted = { $list } has tried it: { $host } relays no more ({ $reply }). It is taken off the list.
news-delisting-refused = { $list } has tried it: { $host } still relays mail for strangers ({ $reply }). It stays on the list.
news-repeated = The same mail { $sent ->
        [one] once more, to another recipient
       *[other] { $sent } times more, to as many recipients
    }: accepted { $accepted ->
        [one] once
       *[other] { $accepted } times
    }.

## For real: the changes as they are made on a real server
real-thing-title = For real: your changes on a Debian server
real-thing-nothing = You haven't changed anything in this step yet. Once you do, you'll see here the commands and files that do the same on a real Debian server.
real-thing-difference = { $file }: difference from the beginning of the step
lesson-take-home = Take your configuration home: “lab export postfix { $lesson }” writes it into a folder, ready for a real Postfix.

# ---- what was seen of a goal ----
observed-silence = silence: each end waits for the other to speak
observed-hung-up = the server hangs up after “{ $reply }”
observed-hung-up-at-once = the server hangs up without a word
observed-not-offered = no { $keyword }
observed-handshake-cut = the server hangs up in the middle of the TLS handshake
