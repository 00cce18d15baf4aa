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

## What a client makes of a certificate

certificate-good = signed by a trusted authority, within its dates, and in the name of { $name }
certificate-not-yet-valid = its validity has not begun yet
certificate-expired = it has expired
certificate-self-signed = it signs itself: nobody trusted answers for it
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
attack-inject = An attacker on the wire { $from } → { $to } slips in a command in clear behind STARTTLS.
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
news-repeated = The same mail { $sent } times more, to as many recipients: accepted { $accepted } times.

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
